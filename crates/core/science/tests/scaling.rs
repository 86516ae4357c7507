//! What a ladder finds out: claims about scale, and what a law foresees.

use gosset_model::{
    Evidence, HypothesisJudgement, Judgement, Outcome, RefutedKind, Registered, ScaleQuantity, ScalingFindings,
    Undecided, Verdict,
};
use gosset_science::{Known, check, judge, plan, predict};
use gosset_stats::Stream;
use libm::{exp, log, pow};

use crate::sample::{draft, evidence, registered};

const SIZES: [f64; 5] = [1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0];

const CLAIMS: &str = r#"
along = "parameters"
measure = "log-ratio"
treatment = { trick = 1 }
claims = [
  { kind = "exponent", smallest_effect = 0.01 },
  { kind = "gain", at = 10.0, smallest_effect = 0.05 },
]
"#;

const LAW: &str = "law = \"power-law\"\nover = \"parameters\"\npredict = [{ size = 5 }]\n";

/// A ladder of five sizes over `seeds` seeds.
fn file(seeds: u32, rest: &str) -> String {
    format!(
        r#"
[study]
name = "ladder"
question = "Does the trick help more as models grow?"
[program]
command = ["train"]
parameters = "flags"
timeout_secs = 60.0
[factors.size]
baseline = 1
levels = [1, 2, 3, 4, 5]
[factors.trick]
baseline = 0
levels = [0, 1]
[metrics.accuracy]
direction = "minimize"
unit = "nats"
logged = "loss"
reduction = "last"
trust = "The numbers are made up."
[scaling]
metric = "accuracy"
quantities = {{ parameters = {{ factor = "size", values = [1e3, 3e3, 1e4, 3e4, 1e5] }} }}
{rest}
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

/// The rung of an arm, from 0, and whether the trick is on. At its baseline
/// level a factor is not in the name.
fn parts(arm: &str) -> (usize, bool) {
    let part = |name: &str| arm.split(',').find_map(|part| part.strip_prefix(name)).map(str::to_owned);
    let rung = part("size=").map_or(0, |level| level.parse::<usize>().unwrap() - 1);
    (rung, part("trick=").is_some())
}

fn noise(arm: &str, block: usize) -> f64 {
    0.003 * Stream::named([9; 32], &format!("{arm}/{block}")).normal()
}

/// 5 N^-0.1 without the trick and 4.9 N^-0.13 with it: the exponent is better by
/// 0.03, the gain at N is 0.03 ln N - ln(4.9 / 5).
fn truth(arm: &str) -> f64 {
    let (rung, has_trick) = parts(arm);
    if has_trick { 4.9 * pow(SIZES[rung], -0.13) } else { 5.0 * pow(SIZES[rung], -0.1) }
}

fn score(arm: &str, block: usize) -> f64 {
    truth(arm) * exp(noise(arm, block))
}

fn judged(text: &str, score: impl Fn(&str, usize) -> Option<f64>) -> Judgement {
    let registered = registered(text);
    judge(&registered, &evidence(&registered, score))
}

fn estimate(judged: &HypothesisJudgement) -> f64 {
    judged.effect.as_ref().unwrap().estimate
}

fn findings(judgement: &Judgement) -> &ScalingFindings {
    judgement.scaling.as_ref().unwrap()
}

#[test]
fn a_better_exponent_and_a_gain_beyond_the_ladder_are_found() {
    let judgement = judged(&file(8, CLAIMS), |arm, block| Some(score(arm, block)));
    let [exponent, gain] = &judgement.hypotheses[..] else { panic!("two claims") };
    assert_eq!(exponent.id.as_str(), "scaling-exponent");
    assert_eq!(exponent.verdict, Verdict::Supported { is_meaningful: true });
    // The slope of 5 points with sd 0.003 sqrt 2 over ln 1e3 to ln 1e5, sum of
    // squares 13.3, in 8 seeds: standard error 0.0004.
    assert!((estimate(exponent) - 0.03).abs() < 0.002, "{exponent:?}");
    assert_eq!(exponent.effect.as_ref().unwrap().n, 8);
    assert_eq!(exponent.blocks.len(), 40, "each pair in each seed");
    let truth = 0.03 * log(1e6) - log(4.9 / 5.0);
    // 4.6 log units from the middle of the ladder: standard error 0.002.
    assert!((estimate(gain) - truth).abs() < 0.01, "{gain:?}, expected {truth}");
    assert_eq!(gain.verdict, Verdict::Supported { is_meaningful: true });
    assert!(gain.notes.iter().any(|note| note.contains("at 10 times the largest")), "{:?}", gain.notes);
    let found = findings(&judgement);
    assert_eq!(found.gains.len(), 5);
    for (gain, size) in found.gains.iter().zip(SIZES) {
        assert_eq!(gain.scale, size);
        let truth = 0.03 * log(size) - log(4.9 / 5.0);
        assert!((gain.gain.estimate - truth).abs() < 0.008, "{gain:?}, expected {truth}");
    }
    let bounds = found.bend.as_ref().unwrap().bounds.unwrap();
    assert!(bounds.lower < 0.0 && bounds.upper > 0.0, "a straight line does not bend: {bounds:?}");
    assert!(found.notes.iter().any(|note| note.starts_with("No bend")), "{:?}", found.notes);
}

#[test]
fn a_gain_that_vanishes_with_scale_does_not_hold_beyond_the_ladder() {
    // The gain falls from 0.05 by 0.01 a log unit to 0.004 at the largest.
    let score = |arm: &str, block: usize| {
        let (rung, has_trick) = parts(arm);
        let gain = if has_trick { 0.05 - 0.01 * log(SIZES[rung] / SIZES[0]) } else { 0.0 };
        Some(5.0 * pow(SIZES[rung], -0.1) * exp(noise(arm, block) - gain))
    };
    let judgement = judged(&file(8, CLAIMS), score);
    assert_eq!(judgement.hypotheses[0].verdict, Verdict::Refuted { how: RefutedKind::Harmful });
    assert!((estimate(&judgement.hypotheses[0]) + 0.01).abs() < 0.002);
    assert!(
        matches!(judgement.hypotheses[1].verdict, Verdict::Refuted { .. }),
        "{:?}",
        judgement.hypotheses[1].verdict
    );
}

#[test]
fn differences_are_in_the_unit_of_the_metric_and_positive_where_they_are_better() {
    let rest =
        CLAIMS.replace("log-ratio", "difference").replace("{ kind = \"exponent\", smallest_effect = 0.01 },", "");
    let score = |arm: &str, block: usize| {
        let (rung, has_trick) = parts(arm);
        let gain = if has_trick { 0.2 + 0.1 * log(SIZES[rung] / 1e3) } else { 0.0 };
        Some(-7.0 - gain + noise(arm, block))
    };
    let judgement = judged(&file(8, &rest), score);
    let expected = 0.2 + 0.1 * log(1e3);
    assert!((estimate(&judgement.hypotheses[0]) - expected).abs() < 0.01, "{:?}", judgement.hypotheses[0]);
    let more =
        judged(&file(8, &rest).replace("minimize", "maximize"), |arm, block| score(arm, block).map(|loss| -loss));
    assert!((estimate(&more.hypotheses[0]) - expected).abs() < 0.01);
}

#[test]
fn crashing_on_a_small_rung_does_not_improve_the_slope() {
    let whole = judged(&file(8, CLAIMS), |arm, block| Some(score(arm, block)));
    for (rung, is_treated) in [(0, true), (0, false), (4, true), (4, false)] {
        let fails = |arm: &str, block| parts(arm) == (rung, is_treated) && block < 2;
        let judgement = judged(&file(8, CLAIMS), |arm, block| Some(score(arm, block)).filter(|_| !fails(arm, block)));
        let (failing, exponent) = (&judgement.hypotheses[0], &whole.hypotheses[0]);
        assert_eq!(failing.effect.as_ref().unwrap().n, 8);
        assert_eq!(
            failing.blocks.iter().filter(|block| block.failure == Some(Outcome::Crashed { code: 1 })).count(),
            2
        );
        assert_eq!(estimate(failing) < estimate(exponent), is_treated, "rung {rung}, treated {is_treated}");
    }
}

#[test]
fn missing_runs_count_against_the_claim_and_for_it_whatever_their_rung() {
    let registered = registered(&file(8, CLAIMS));
    for rung in [0, 4] {
        let mut evidence = evidence(&registered, |arm, block| Some(score(arm, block)));
        let run = evidence.runs.iter_mut().find(|run| parts(run.planned.arm.as_str()) == (rung, true)).unwrap();
        run.result = None;
        let judgement = judge(&registered, &evidence);
        let cases = judgement.hypotheses[0].missing.as_ref().unwrap();
        assert!(cases.against.estimate < 0.03 && 0.03 < cases.in_favour.estimate, "{cases:?}");
        assert!(findings(&judgement).notes.iter().any(|note| note.starts_with("1 block in which")));
    }
}

#[test]
fn scores_without_a_logarithm_leave_the_claim_undecided() {
    for wrong in [0.0, -1.0] {
        let judgement = judged(&file(8, CLAIMS), |arm, block| {
            Some(if parts(arm) == (2, true) && block == 3 { wrong } else { score(arm, block) })
        });
        let Verdict::Undecided { why: Undecided::NotEstimable { why } } = &judgement.hypotheses[0].verdict else {
            panic!("{:?}", judgement.hypotheses[0].verdict)
        };
        assert!(why.contains("which has no logarithm"), "{why}");
        let written = serde_json::to_string(&judgement).unwrap();
        let read: Judgement = serde_json::from_str(&written).unwrap();
        assert_eq!(read, judgement, "what is recorded can be read again");
    }
}

#[test]
fn gains_that_bend_are_told() {
    let judgement = judged(&file(8, CLAIMS), |arm, block| {
        let (rung, has_trick) = parts(arm);
        let bent = if has_trick { 0.01 * log(SIZES[rung] / 1e4) * log(SIZES[rung] / 1e4) } else { 0.0 };
        Some(score(arm, block) * exp(bent))
    });
    let bend = findings(&judgement).bend.as_ref().unwrap();
    // Standard error: 0.003 sqrt 2 / sqrt (sum of squares 21) / sqrt 8 = 0.0003.
    assert!((bend.estimate + 0.01).abs() < 0.002, "{bend:?}");
    assert!(findings(&judgement).notes.iter().any(|note| note.starts_with("The gains bend")));
}

#[test]
fn a_design_does_not_take_the_spread_of_pairs_for_that_of_a_slope() {
    let text = file(8, CLAIMS) + "expected_spread = { accuracy = 0.01 }\n";
    let report = check(&draft(&text), &Known::default());
    let exponent = &report.hypotheses[0];
    assert_eq!((&exponent.spread, exponent.power), (&None, None));
    assert!(exponent.detectable_effect.is_some(), "in standard deviations");
}

#[test]
fn rungs_held_out_are_run_when_all_others_have_been() {
    let whole = registered(&file(4, &format!("{CLAIMS}{LAW}")));
    let runs = plan(&whole).runs;
    let held_out: Vec<bool> = runs.iter().map(|run| parts(run.arm.as_str()).0 == 4).collect();
    assert_eq!(runs.len(), 40);
    assert!(held_out.is_sorted() && held_out.iter().filter(|is_held_out| **is_held_out).count() == 8);
    assert_eq!(whole.held_out_runs().len(), 8);
    assert!(runs.iter().filter(|run| whole.held_out_runs().contains(&run.id)).eq(&runs[32..]));
}

/// The evidence with what the law foresees recorded.
fn foreseen(registered: &Registered, evidence: Evidence) -> Evidence {
    let prediction = predict(registered, &evidence).unwrap();
    Evidence { prediction: Some((7, prediction)), ..evidence }
}

#[test]
fn a_law_foresees_the_rung_held_out_and_is_scored() {
    let registered = registered(&file(6, &format!("{CLAIMS}{LAW}")));
    let evidence = foreseen(&registered, evidence(&registered, |arm, block| Some(score(arm, block))));
    let (_, prediction) = evidence.prediction.as_ref().unwrap();
    assert_eq!((prediction.ladders.len(), prediction.level), (2, 0.05));
    for (ladder, exponent) in prediction.ladders.iter().zip([0.1, 0.13]) {
        assert_eq!((ladder.runs, ladder.left_out, &ladder.refused), (24, 0, &None));
        let alpha = ladder.constants.iter().find(|constant| constant.symbol == "alpha").unwrap();
        assert!(alpha.lower.unwrap() < exponent && exponent < alpha.upper.unwrap(), "{alpha:?}");
        assert!((ladder.rungs[0].beyond[&ScaleQuantity::Parameters] - 1e5 / 3e4).abs() < 1e-12);
    }
    let judgement = judge(&registered, &evidence);
    let found = findings(&judgement);
    assert_eq!((found.predictions.len(), found.predicted_in), (2, Some(7)));
    for (scored, truth) in found.predictions.iter().zip([5.0 * pow(1e5, -0.1), 4.9 * pow(1e5, -0.13)]) {
        assert!((scored.predicted.loss / truth - 1.0).abs() < 0.005, "{scored:?}, expected {truth}");
        assert!(scored.predicted.run[0] < scored.predicted.law[0] && scored.predicted.law[1] < scored.predicted.run[1]);
        assert_eq!((scored.observed.len(), scored.lacking), (6, 0));
        assert!(scored.off.unwrap().abs() < 0.005);
    }
    // A single run lies outside 90 % bounds with a chance of 0.1, more than 8 of
    // 12 with one of 2e-7.
    let inside = found.predictions.iter().flat_map(|scored| &scored.observed).filter(|one| one.is_inside).count();
    assert!(inside >= 4, "{inside} of 12");
}

#[test]
fn a_law_that_breaks_is_seen_to_be_wrong() {
    let registered = registered(&file(6, LAW));
    let breaks = |arm: &str, block| if parts(arm).0 == 4 { 1.2 * score(arm, block) } else { score(arm, block) };
    let evidence = foreseen(&registered, evidence(&registered, |arm, block| Some(breaks(arm, block))));
    let judgement = judge(&registered, &evidence);
    let scored = &findings(&judgement).predictions[0];
    assert!(judgement.hypotheses.is_empty() && findings(&judgement).gains.is_empty());
    assert!(scored.observed.iter().all(|one| !one.is_inside));
    assert!((scored.off.unwrap() - 0.2).abs() < 0.01, "{scored:?}");
}

#[test]
fn what_is_foreseen_does_not_hang_on_the_rungs_held_out() {
    let registered = registered(&file(4, &format!("{CLAIMS}{LAW}")));
    let of = |factor: f64| {
        let score = |arm: &str, block: usize| if parts(arm).0 == 4 { factor } else { score(arm, block) };
        predict(&registered, &evidence(&registered, |arm, block| Some(score(arm, block))))
    };
    assert_eq!(of(1.0), of(1e9));
}

#[test]
fn where_nothing_can_be_foreseen_the_reason_is_told() {
    let registered = registered(&file(4, LAW));
    let refused = |score: &dyn Fn(&str, usize) -> Option<f64>| {
        let evidence = foreseen(&registered, evidence(&registered, score));
        let judgement = judge(&registered, &evidence);
        assert!(findings(&judgement).predictions.is_empty());
        let ladder = &evidence.prediction.unwrap().1.ladders[0];
        assert!(findings(&judgement).notes.iter().any(|note| note.contains("nothing could be foreseen")));
        (ladder.left_out, ladder.refused.clone().unwrap())
    };
    assert_eq!(refused(&|_, _| None).0, 16);
    assert!(refused(&|_, _| Some(-1.0)).1.contains("losses above 0"));
    let two = refused(&|arm, block| Some(score(arm, block)).filter(|_| parts(arm).0 == 0 && block < 2));
    assert!(two.0 == 14 && two.1.contains("2"), "{two:?}");
}

#[test]
fn runs_that_failed_are_left_out_of_the_law_and_counted() {
    let registered = registered(&file(4, LAW));
    let evidence = foreseen(
        &registered,
        evidence(&registered, |arm, block| Some(score(arm, block)).filter(|_| parts(arm).0 != 1 || block > 0)),
    );
    let ladder = &evidence.prediction.as_ref().unwrap().1.ladders[0];
    assert_eq!((ladder.runs, ladder.left_out), (15, 1));
    let judgement = judge(&registered, &evidence);
    assert!(findings(&judgement).notes.iter().any(|note| note.contains("1 on lower rungs did not")));
}

#[test]
fn calibration_a_treatment_without_effect_improves_an_exponent_in_at_most_one_study_of_twenty() {
    let registered = registered(&file(6, CLAIMS));
    let (mut wrong, studies) = (0, 1_000);
    for study in 0..studies {
        let mut stream = Stream::named([7; 32], &format!("null/{study}"));
        let logs: Vec<f64> = (0..60).map(|_| 0.1 * stream.normal()).collect();
        let place = |arm: &str, block: usize| {
            let (rung, has_trick) = parts(arm);
            logs[10 * block + 2 * rung + usize::from(has_trick)]
        };
        let judgement = judge(&registered, &evidence(&registered, |arm, block| Some(exp(place(arm, block)))));
        wrong += u32::from(judgement.hypotheses.iter().any(|one| matches!(one.verdict, Verdict::Supported { .. })));
    }
    // Binomial(1,000, at most 0.05): mean 50, sd 6.9; above 85 is 5 sd, with a
    // chance below 1e-6.
    assert!(wrong <= 85, "{wrong} of {studies}");
}
