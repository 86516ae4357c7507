//! What a report tells of an ablation.

use gosset_report::{Style, html, markdown, terminal};

use crate::gallery;

const PLAIN: Style = Style { colour: false, width: 100 };

#[test]
fn a_factorial_is_told_with_gain_shares_and_interactions_in_every_form() {
    let sample = gallery::ablation("factorial");
    let report = sample.report();
    let (page, text, shell) = (html(&report), markdown(&report), terminal(&report, &PLAIN));
    for form in [&page, &text] {
        assert!(form.contains("full factorial: 4 components in 16 arms"), "{form}");
        assert!(form.contains("Shapley value") && form.contains("Share of the gain"));
        assert!(form.contains("momentum x schedule"));
    }
    assert!(page.contains("id=\"ablation-waterfall\"") && page.contains("id=\"ablation-interactions\""));
    assert!(shell.contains("Interactions apart from none: momentum x schedule +0.00"), "{shell}");
    assert!(shell.contains("What each adds, over all orders of adding them: momentum +0.01"), "{shell}");
}

#[test]
fn the_numbers_told_are_those_of_the_judgement() {
    let sample = gallery::ablation("factorial");
    let found = sample.judgement.ablation.as_ref().expect("the study is an ablation");
    let page = html(&sample.report());
    let gain = found.gain.as_ref().expect("both ends are arms");
    let exact = |value: f64| page.contains(&format!("value=\"{value}\""));
    assert!(exact(gain.estimate));
    for share in &found.shares {
        assert!(exact(share.value.estimate), "{share:?}");
        assert!(share.share.as_ref().is_none_or(|share| exact(share.estimate)), "{share:?}");
    }
    for one in &found.interactions {
        assert!(exact(one.effect.estimate), "{one:?}");
    }
}

#[test]
fn sentences_about_components_speak_of_the_recipe_and_not_of_settings() {
    let shell = |design| terminal(&gallery::ablation(design).report(), &PLAIN).replace("\n  ", " ");
    let without = shell("leave-one-out");
    assert!(without.contains("The full recipe without momentum lowered accuracy by"), "{without}");
    assert!(without.contains("against the full recipe (one-sided"), "{without}");
    let with = shell("add-one-in");
    assert!(with.contains("The baseline with momentum raised accuracy by"), "{with}");
    let factorial = shell("factorial");
    assert!(factorial.contains("Momentum on raised accuracy by"), "{factorial}");
    assert!(factorial.contains("Each difference is the mean over 8 pairs of arms"), "{factorial}");
}

#[test]
fn a_component_without_trace_is_a_warning() {
    let page = html(&gallery::ablation("factorial").report());
    assert!(page.contains("accuracy was the same in every block, in every pair of arms"), "{page}");
}

#[test]
fn leaving_one_out_with_both_ends_says_what_is_not_the_sum() {
    let sample = gallery::ablation("leave-one-out");
    let page = html(&sample.report());
    assert!(page.contains("is left of the gain beyond the sum of the effects"));
    assert!(page.contains("id=\"ablation-waterfall\"") && !page.contains("id=\"ablation-interactions\""));
    assert!(!page.contains("Share of the gain"));
}

#[test]
fn a_fraction_says_what_it_mixes() {
    let page = html(&gallery::ablation("fractional").report());
    assert!(page.contains("The design has resolution IV"), "{page}");
    assert!(page.contains("Not told apart: momentum x schedule = weight_decay x label_smoothing."));
}

#[test]
fn an_ablation_that_is_not_judged_tells_nothing_of_it() {
    let sample = gallery::ablation("factorial");
    let page = html(&sample.unjudged());
    assert!(!page.contains("id=\"ablation\"") && !page.contains("Shapley"));
    assert!(!terminal(&sample.unjudged(), &PLAIN).contains("Ablation"));
    assert!(!html(&gallery::optimizer().report()).contains("id=\"ablation\""));
}
