//! What an ablation finds out.

use gosset_model::{
    AblationFindings, Contribution, Digest, Evidence, Horizon, Judgement, Outcome, RefutedKind, Undecided, Verdict,
};
use gosset_science::{Known, check, judge};
use gosset_stats::Stream;

use crate::sample::{draft, evidence, registered};

/// An ablation of the components a to d over `seeds` seeds.
fn file(design: &str, components: &[&str], seeds: u32, rest: &str) -> String {
    let factors: String = components
        .iter()
        .map(|name| format!("[factors.{name}]\nbaseline = 0\nlevels = [0, 1]\n[[ablation.components]]\nname = \"{name}\"\non = {{ {name} = 1 }}\n"))
        .collect();
    format!(
        r#"
[study]
name = "recipe"
question = "Which parts help?"
[program]
command = ["train"]
parameters = "flags"
timeout_secs = 60.0
[metrics.accuracy]
direction = "maximize"
unit = "proportion"
score = "accuracy"
trust = "The numbers are made up."
[ablation]
design = "{design}"
metric = "accuracy"
smallest_effect = 0.02
{rest}
{factors}
[design]
seeds = {seeds}
horizon = "fixed"
alpha = 0.05
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
"#
    )
}

/// Whether component `name` is on in `arm`.
fn is_on(arm: &str, name: &str) -> bool {
    arm.split(',').any(|part| part == format!("{name}=1"))
}

/// A small deviation that depends on arm and block alone.
fn noise(arm: &str, block: usize) -> f64 {
    0.002 * Stream::named([9; 32], &format!("{arm}/{block}")).normal()
}

/// a adds 0.1, b adds 0.05, both together 0.04 more; c adds nothing.
fn truth(arm: &str) -> f64 {
    let [a, b] = ["a", "b"].map(|name| if is_on(arm, name) { 1.0 } else { 0.0 });
    0.5 + 0.1 * a + 0.05 * b + 0.04 * a * b
}

fn judged(text: &str, score: impl Fn(&str, usize) -> Option<f64>) -> Judgement {
    let registered = registered(text);
    judge(&registered, &evidence(&registered, score))
}

fn verdict<'a>(judgement: &'a Judgement, id: &str) -> &'a Verdict {
    &judgement.hypotheses.iter().find(|one| one.id.as_str() == id).unwrap().verdict
}

fn findings(judgement: &Judgement) -> &AblationFindings {
    judgement.ablation.as_ref().unwrap()
}

/// The estimate is within five standard errors of its noise, and its bounds
/// hold it between them.
fn near(found: &Contribution, expected: f64, tolerance: f64) {
    assert!((found.estimate - expected).abs() < tolerance, "{found:?}, expected {expected}");
    let bounds = found.bounds.unwrap();
    assert!(bounds.lower < found.estimate && found.estimate < bounds.upper, "{found:?}");
}

#[test]
fn removing_what_helps_is_worse_and_removing_what_does_nothing_changes_nothing() {
    let judgement =
        judged(&file("leave-one-out", &["a", "b", "c"], 8, ""), |arm, block| Some(truth(arm) + noise(arm, block)));
    assert_eq!(*verdict(&judgement, "without-a"), Verdict::Supported { is_meaningful: true });
    assert_eq!(*verdict(&judgement, "without-b"), Verdict::Supported { is_meaningful: true });
    assert_eq!(*verdict(&judgement, "without-c"), Verdict::Refuted { how: RefutedKind::Equivalent });
    // From the full recipe b loses its interaction with a, too.
    let effect = judgement.hypotheses[1].effect.as_ref().unwrap();
    assert!((effect.estimate - 0.09).abs() < 0.005, "{effect:?}");
    let found = findings(&judgement);
    assert!(found.gain.is_none() && found.shares.is_empty() && found.interactions.is_empty(), "{found:?}");
}

#[test]
fn adding_one_in_finds_the_effects_without_the_others() {
    let judgement =
        judged(&file("add-one-in", &["a", "b", "c"], 8, ""), |arm, block| Some(truth(arm) + noise(arm, block)));
    assert_eq!(*verdict(&judgement, "with-b"), Verdict::Supported { is_meaningful: true });
    assert_eq!(*verdict(&judgement, "with-c"), Verdict::Refuted { how: RefutedKind::Equivalent });
    let effect = judgement.hypotheses[1].effect.as_ref().unwrap();
    assert!((effect.estimate - 0.05).abs() < 0.005, "{effect:?}");
}

#[test]
fn a_factorial_finds_effects_interactions_and_shares() {
    let judgement =
        judged(&file("factorial", &["a", "b", "c"], 8, ""), |arm, block| Some(truth(arm) + noise(arm, block)));
    // With the other on in half of the arms, each gets half of the 0.04.
    for (index, expected) in [0.12, 0.07, 0.0].into_iter().enumerate() {
        let effect = judgement.hypotheses[index].effect.as_ref().unwrap();
        assert_eq!(effect.n, 8);
        // The mean over 8 seeds of 4 pairs: sd 0.002 sqrt 2 / sqrt 32 = 0.0005.
        assert!((effect.estimate - expected).abs() < 0.003, "{effect:?}");
        assert!((effect.candidate_mean.unwrap() - effect.baseline_mean.unwrap() - effect.estimate).abs() < 1e-12);
        assert_eq!(judgement.hypotheses[index].blocks.len(), 32, "each pair in each seed");
    }
    assert_eq!(*verdict(&judgement, "effect-of-a"), Verdict::Supported { is_meaningful: true });
    assert_eq!(*verdict(&judgement, "effect-of-c"), Verdict::Refuted { how: RefutedKind::Equivalent });
    let found = findings(&judgement);
    near(found.gain.as_ref().unwrap(), 0.19, 0.005);
    assert!((found.baseline_mean.unwrap() - 0.5).abs() < 0.005);
    let values: Vec<f64> = found.shares.iter().map(|share| share.value.estimate).collect();
    for (share, expected) in found.shares.iter().zip([0.12, 0.07, 0.0]) {
        near(&share.value, expected, 0.003);
        near(share.share.as_ref().unwrap(), expected / 0.19, 0.02);
    }
    assert!((values.iter().sum::<f64>() - found.gain.as_ref().unwrap().estimate).abs() < 1e-12);
    let names: Vec<String> =
        found.interactions.iter().map(|one| one.components.each_ref().map(ToString::to_string).join("")).collect();
    assert_eq!(names, ["ab", "ac", "bc"]);
    // Half of what b changes in the effect of a.
    near(&found.interactions[0].effect, 0.02, 0.003);
    near(&found.interactions[1].effect, 0.0, 0.003);
    assert!((found.interactions[0].effect.bounds.unwrap().level - 0.05 / 3.0).abs() < 1e-15);
}

#[test]
fn a_metric_of_which_less_is_better_turns_no_contribution_round() {
    let text = file("factorial", &["a", "b"], 8, "")
        .replace("maximize", "minimize")
        .replace("\"accuracy\"\ntrust", "\"log_loss\"\ntrust");
    let text = text.replace("score = \"log_loss\"", "logged = \"loss\"\nreduction = \"last\"");
    let judgement = judged(&text, |arm, block| Some(1.0 - truth(arm) + noise(arm, block)));
    assert_eq!(*verdict(&judgement, "effect-of-b"), Verdict::Supported { is_meaningful: true });
    let found = findings(&judgement);
    near(found.gain.as_ref().unwrap(), 0.19, 0.005);
    near(&found.interactions[0].effect, 0.02, 0.003);
    assert!((found.baseline_mean.unwrap() - 0.5).abs() < 0.005, "the mean score itself is not turned round");
}

#[test]
fn a_fraction_says_what_it_cannot_tell_apart() {
    let text = file("fractional", &["a", "b", "c", "d"], 8, "generators = { d = [\"a\", \"b\", \"c\"] }");
    let judgement = judged(&text, |arm, block| Some(truth(arm) + noise(arm, block)));
    let effect = judgement.hypotheses[0].effect.as_ref().unwrap();
    assert!((effect.estimate - 0.12).abs() < 0.003, "{effect:?}");
    let found = findings(&judgement);
    assert!(found.interactions.is_empty() && found.shares.is_empty());
    near(found.gain.as_ref().unwrap(), 0.19, 0.005);
    let report = check(&draft(&text), &Known::default()).aliasing.unwrap();
    assert_eq!(report.resolution, Some(4));
    assert_eq!(
        report.lines,
        [
            "The design has resolution IV: no component is mixed with an interaction of two others, but these interactions are mixed with one another.",
            "The same in every arm: a x b x c x d.",
            "Not told apart: a x b = c x d.",
            "Not told apart: a x c = b x d.",
            "Not told apart: a x d = b x c.",
        ]
    );
    assert_eq!(found.notes, report.lines);
}

#[test]
fn a_plackett_burman_design_warns_that_effects_are_mixed() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let report = check(&draft(&file("plackett-burman", &names, 8, "")), &Known::default());
    assert_eq!(report.arms, 12);
    let lines = report.aliasing.unwrap().lines;
    assert!(lines[0].contains("resolution III"), "{lines:?}");
    assert!(lines[1].contains("as much as 0.33 of an interaction"), "{lines:?}");
    assert_eq!(check(&draft(&file("factorial", &names[..3], 8, "")), &Known::default()).aliasing, None);
}

#[test]
fn a_fraction_of_resolution_five_tells_interactions_apart() {
    let text = file("fractional", &["a", "b", "c", "d", "e"], 8, "generators = { e = [\"a\", \"b\", \"c\", \"d\"] }");
    let judgement = judged(&text, |arm, block| Some(truth(arm) + noise(arm, block)));
    let found = findings(&judgement);
    assert_eq!(found.interactions.len(), 10);
    near(&found.interactions[0].effect, 0.02, 0.003);
}

fn words<T: ToString>(names: &[T]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn arms_that_are_the_same_though_each_component_is_active_are_found() {
    let registered = registered(&file("factorial", &["a", "b"], 6, ""));
    // b does something only where a is off.
    let same = |arm: &str| if arm == "a=1,b=1" { "a=1".to_owned() } else { arm.to_owned() };
    let mut evidence = evidence(&registered, |arm, block| Some(truth(&same(arm)) + noise(&same(arm), block)));
    let found = judge(&registered, &evidence).ablation.unwrap();
    assert!(found.inactive.is_empty() && found.without_trace.is_empty() && found.same_outputs.is_empty());
    assert_eq!(found.same_scores.iter().map(|group| words(group)).collect::<Vec<_>>(), [["a=1", "a=1,b=1"]]);
    with_outputs(&mut evidence, |arm, seed| format!("{} {seed}", same(arm)));
    let found = judge(&registered, &evidence).ablation.unwrap();
    assert!(found.inactive.is_empty() && found.same_scores.is_empty());
    assert_eq!(found.same_outputs.iter().map(|group| words(group)).collect::<Vec<_>>(), [["a=1", "a=1,b=1"]]);
}

/// Gives each run the output of `mark`.
fn with_outputs(evidence: &mut Evidence, mark: impl Fn(&str, u64) -> String) {
    for run in &mut evidence.runs {
        let text = mark(run.planned.arm.as_str(), run.planned.seed);
        if let Some(result) = &mut run.result {
            result.output = Some(Digest::of(text.as_bytes()));
        }
    }
}

#[test]
fn a_component_that_changes_no_output_was_never_active() {
    let registered = registered(&file("leave-one-out", &["a", "b", "c"], 6, ""));
    let mut evidence = evidence(&registered, |arm, block| {
        let without_c: Vec<&str> = arm.split(',').filter(|part| !part.starts_with("c=")).collect();
        Some(truth(arm) + noise(&without_c.join(","), block))
    });
    let unchanged = judge(&registered, &evidence);
    let found = findings(&unchanged);
    assert_eq!(words(&found.without_trace), ["c"], "scores alone raise a suspicion");
    assert!(found.same_scores.is_empty() && found.same_outputs.is_empty() && found.inactive.is_empty());
    assert!(matches!(verdict(&unchanged, "without-c"), Verdict::Undecided { why: Undecided::NotEstimable { .. } }));
    with_outputs(&mut evidence, |arm, seed| format!("{} {} {seed}", is_on(arm, "a"), is_on(arm, "b")));
    let judgement = judge(&registered, &evidence);
    let found = findings(&judgement);
    assert_eq!(*verdict(&judgement, "without-c"), Verdict::NoOp);
    assert_eq!(words(&found.inactive), ["c"]);
    assert!(found.same_outputs.is_empty() && found.same_scores.is_empty(), "what is told of c is not told again");
    assert!(found.without_trace.is_empty());
}

#[test]
fn a_run_that_fails_counts_against_its_side_and_takes_its_block_from_the_shares() {
    let text = file("factorial", &["a", "b"], 8, "");
    let registered = registered(&text);
    let evidence =
        evidence(
            &registered,
            |arm, block| {
                if arm == "a=1,b=1" && block == 0 { None } else { Some(truth(arm) + noise(arm, block)) }
            },
        );
    let failing = judge(&registered, &evidence);
    let blocks = &failing.hypotheses[0].blocks;
    assert_eq!(blocks.iter().filter(|block| block.failure == Some(Outcome::Crashed { code: 1 })).count(), 1);
    let largest = blocks.iter().filter(|block| block.failure.is_none()).map(|block| block.difference.abs());
    let failed = blocks.iter().find(|block| block.failure.is_some()).unwrap();
    assert_eq!(failed.difference, -largest.fold(0.0, f64::max));
    assert_eq!(failing.hypotheses[0].effect.as_ref().unwrap().n, 8);
    let found = findings(&failing);
    assert_eq!(found.gain.as_ref().unwrap().n, 7);
    assert!(found.notes.iter().any(|note| note.starts_with("1 block in which a run failed or is missing")));
}

#[test]
fn a_block_in_which_both_arms_of_a_pair_fail_is_void_as_a_whole() {
    let judgement = judged(&file("factorial", &["a", "b"], 8, ""), |arm, block| {
        // Both arms without b.
        if !is_on(arm, "b") && block == 3 { None } else { Some(truth(arm) + noise(arm, block)) }
    });
    let of_a = &judgement.hypotheses[0];
    assert_eq!((of_a.void_blocks.len(), of_a.effect.as_ref().unwrap().n), (1, 7));
    let of_b = &judgement.hypotheses[1];
    assert_eq!((of_b.void_blocks.len(), of_b.effect.as_ref().unwrap().n), (0, 8));
}

#[test]
fn without_a_gain_there_are_values_but_no_shares_of_it() {
    let judgement = judged(&file("factorial", &["a", "b"], 8, ""), |arm, block| Some(0.5 + noise(arm, block)));
    let found = findings(&judgement);
    assert_eq!(found.shares.len(), 2);
    assert!(found.shares.iter().all(|share| share.share.is_none() && share.value.bounds.is_some()));
    assert!(found.notes.iter().any(|note| note.contains("cannot be told from none")), "{:?}", found.notes);
}

#[test]
fn a_sequential_ablation_has_bounds_for_any_look() {
    let text = file("factorial", &["a", "b"], 40, "")
        .replace("horizon = \"fixed\"", "horizon = \"sequential\"\nlooks = [20, 40]\neffect_scale = 1.0");
    let registered = registered(&text);
    assert!(matches!(registered.protocol().design.horizon, Horizon::Sequential { .. }));
    let judgement = judge(&registered, &evidence(&registered, |arm, block| Some(truth(arm) + noise(arm, block))));
    let found = findings(&judgement);
    let once = judged(&file("factorial", &["a", "b"], 40, ""), |arm, block| Some(truth(arm) + noise(arm, block)));
    let width = |found: &AblationFindings| {
        let bounds = found.gain.as_ref().unwrap().bounds.unwrap();
        bounds.upper - bounds.lower
    };
    assert!(width(found) > 1.2 * width(findings(&once)), "bounds for any look are wider");
    assert!(found.shares.iter().all(|share| share.share.is_none()));
}

#[test]
fn calibration_a_factorial_supports_a_component_without_effect_in_at_most_one_study_of_twenty() {
    let registered = registered(&file("factorial", &["a", "b"], 6, ""));
    let mut wrong = 0;
    let studies = 1_000;
    for study in 0..studies {
        let mut stream = Stream::named([7; 32], &format!("null/{study}"));
        let scores: Vec<f64> = (0..24).map(|_| stream.normal()).collect();
        let place = |arm: &str| usize::from(is_on(arm, "a")) + 2 * usize::from(is_on(arm, "b"));
        let judgement = judge(&registered, &evidence(&registered, |arm, block| Some(scores[4 * block + place(arm)])));
        wrong += u32::from(judgement.hypotheses.iter().any(|one| matches!(one.verdict, Verdict::Supported { .. })));
    }
    // Binomial(1,000, at most 0.05): mean 50, sd 6.9; above 85 is 5 sd, with a
    // chance below 1e-6.
    assert!(wrong <= 85, "{wrong} of {studies}");
}
