//! What a report tells of a ladder.

use gosset_report::{Style, html, markdown, terminal};

use crate::gallery;

const PLAIN: Style = Style { colour: false, width: 100 };

#[test]
fn a_ladder_is_told_with_what_was_foreseen_and_what_came_in_every_form() {
    let sample = gallery::ladder();
    let report = sample.report();
    let (page, text) = (html(&report), markdown(&report));
    let shell = terminal(&report, &PLAIN).replace('\n', " ");
    for form in [&page, &text] {
        assert!(form.contains("5 rungs, each without and with weight"), "{form}");
        assert!(form.contains("=0.1; 1 rung held out and run last"), "{form}");
        assert!(form.contains("power-law over parameters, fitted to the lower rungs"), "{form}");
        assert!(form.contains("before any run on a rung held out had started; grade B"), "{form}");
        assert!(form.contains("3.3 × parameters") && form.contains("of 8 runs"), "{form}");
        assert!(form.contains("Gain in log train"), "{form}");
    }
    assert!(shell.contains("Foreseen: from the lower rungs alone, in ledger record"), "{shell}");
    assert!(shell.contains("width=256 without weight_decay=0.1: train_loss foreseen 1.5"), "{shell}");
    assert!(shell.contains("No bend of the gains"), "{shell}");
}

#[test]
fn the_numbers_told_are_those_of_the_judgement() {
    let sample = gallery::ladder();
    let found = sample.judgement.scaling.as_ref().expect("the study has a ladder");
    let page = html(&sample.report());
    let exact = |value: f64| page.contains(&format!("value=\"{value}\""));
    assert_eq!((found.predictions.len(), found.gains.len()), (2, 5));
    for one in &found.predictions {
        assert!(exact(one.predicted.loss) && exact(one.predicted.run[0]) && exact(one.mean.unwrap()), "{one:?}");
    }
    for one in &found.gains {
        assert!(exact(one.gain.estimate) && exact(one.scale), "{one:?}");
    }
}

#[test]
fn sentences_about_trends_speak_of_exponents_and_of_gains_beyond_the_ladder() {
    let shell = terminal(&gallery::ladder().report(), &PLAIN).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shell.contains("Weight_decay 0.1 raised the exponent of train_loss over parameters by 0.03")
            || shell.contains("weight_decay 0.1 raised the exponent of train_loss over parameters by 0.03"),
        "{shell}"
    );
    assert!(shell.contains("lowered log train_loss at 10 times the most parameters by 0.4"), "{shell}");
    assert!(shell.contains("against the ladder without it"), "{shell}");
    assert!(shell.contains("the slope of a straight line through the log ratios of 5 pairs of arms"), "{shell}");
    let page = html(&gallery::ladder().report());
    assert!(!page.contains("id=\"paired-"), "a slope is not the difference of two dots");
    assert!(page.contains("id=\"forest-2\""), "an exponent and a gain do not share an axis");
}

#[test]
fn a_ladder_that_is_not_judged_tells_nothing_of_it() {
    let sample = gallery::ladder();
    assert!(!html(&sample.unjudged()).contains("id=\"scaling\""));
    assert!(!terminal(&sample.unjudged(), &PLAIN).contains("Foreseen"));
    assert!(!html(&gallery::optimizer().report()).contains("id=\"scaling\""));
}
