//! The sentence for every kind of verdict.

use gosset_model::{
    Broken, Change, CompanionMethod, DataContent, DataMismatch, Digest, Reach, RefutedKind, Undecided, Verdict,
};
use gosset_report::sentence;

use crate::sample::{self, Sample};

const N: usize = 12;

/// A study whose candidate's differences in accuracy have mean `mean` and
/// spread evenly over plus and minus `half`.
fn study(mean: f64, half: f64, smallest: Option<f64>) -> Sample {
    let text = sample::file(N as u32, &sample::hypothesis(1, "accuracy", smallest));
    sample::study(&text, |arm, _, block| {
        let place = block as f64 / (N - 1) as f64 * 2.0 - 1.0;
        let difference = if arm == "baseline" { 0.0 } else { mean + half * place };
        Some(Ok(vec![("accuracy", 0.5 + difference), ("loss", 1.0)]))
    })
}

fn told(sample: &Sample) -> String {
    let judged = &sample.judgement.hypotheses[0];
    let hypothesis = sample.registered.protocol().hypothesis(&judged.id).expect("registered");
    sentence::of(&sample.registered, hypothesis, judged).replace(['\u{a0}', '\u{202f}'], " ")
}

fn check(sample: &Sample, expected: &str) {
    assert_eq!(told(sample), format!("{expected} Grade B: this rests on labels that the program wrote itself."));
}

// Twelve values spread evenly over plus and minus h have the variance
// h^2 * n (n + 1) / 12 * (2 / (n - 1))^2 = 52/121 h^2, so the sd 0.65556 h and
// the standard error 0.18924 h. The one-sided 99 % quantile of t with 11 df is
// 2.7181 (printed tables), so each bound lies 0.51438 h from the mean.

#[test]
fn supported() {
    check(
        &study(0.0123, 0.004, Some(0.005)),
        "Knob 1 raised accuracy by 0.0123 proportion against the baseline (one-sided 99 % bounds 0.0102 to 0.0144, n = 12 seeds); at least the smallest effect of interest, 0.005. Supported (meaningful).",
    );
    check(
        &study(0.006, 0.004, Some(0.005)),
        "Knob 1 raised accuracy by 0.0060 proportion against the baseline (one-sided 99 % bounds 0.0039 to 0.0081, n = 12 seeds); there, but whether it is at least the smallest effect of interest, 0.005, is not decided. Supported.",
    );
    check(
        &study(0.006, 0.004, None),
        "Knob 1 raised accuracy by 0.0060 proportion against the baseline (one-sided 99 % bounds 0.0039 to 0.0081, n = 12 seeds); there; no smallest effect of interest is registered, so it is not said whether it matters. Supported.",
    );
}

#[test]
fn refuted() {
    check(
        &study(-0.0123, 0.004, Some(0.005)),
        "Knob 1 lowered accuracy by 0.0123 proportion against the baseline (one-sided 99 % bounds 0.0102 to 0.0144, n = 12 seeds); the opposite of what was claimed. Refuted (harmful).",
    );
    check(
        &study(0.0001, 0.004, Some(0.005)),
        "Knob 1 changed accuracy by +0.0001 proportion against the baseline (one-sided 99 % bounds −0.0020 to 0.0022, n = 12 seeds); smaller either way than the smallest effect of interest, 0.005. Refuted (equivalent).",
    );
    check(
        &study(0.0025, 0.004, Some(0.005)),
        "Knob 1 raised accuracy by 0.0025 proportion against the baseline (one-sided 99 % bounds 0.0004 to 0.0046, n = 12 seeds); there, but smaller than the smallest effect of interest, 0.005. Refuted (trivial).",
    );
    check(
        &study(-0.006, 0.016, Some(0.005)),
        "Knob 1 changed accuracy by −0.0060 proportion against the baseline (one-sided 99 % bounds −0.0142 to 0.0022, n = 12 seeds); smaller than the smallest effect of interest, 0.005, and an effect the other way is not excluded. Refuted (not meaningful).",
    );
    let mut sample = study(-0.0123, 0.004, Some(0.005));
    sample.judgement.hypotheses[0].verdict = Verdict::Refuted { how: RefutedKind::Harmful };
    if let Some(effect) = &mut sample.judgement.hypotheses[0].effect {
        effect.family_level = 0.005;
        effect.family_upper = -0.0099;
    }
    assert!(
        told(&sample)
            .contains("the opposite of what was claimed (bound at 99.5 % for the whole family at once: 0.0099).")
    );
}

#[test]
fn undecided_with_each_reason() {
    // How many more is the referee's business; here only that it is told.
    let wide = told(&study(0.006, 0.020, Some(0.005)));
    let more =
        study(0.006, 0.020, Some(0.005)).judgement.hypotheses[0].more_blocks.expect("an effect that can be found");
    assert!(wide.contains("(one-sided 99 % bounds −0.004 to 0.016, n = 12 seeds); the bounds exclude neither zero nor effects as large as the smallest effect of interest, 0.005, so the evidence does not decide"), "{wide}");
    assert!(wide.contains(&format!("; about {more} more seeds would decide with power 0.8, if effect and spread are what they seem. Undecided (underpowered).")), "{wide}");
    assert!(told(&study(0.002, 0.020, None)).contains("the bounds include zero, so the evidence does not decide"));
    let cases = [
        (Undecided::Missing { blocks: 1 }, "; 1 of 12 blocks lacks a run, so nothing is decided"),
        (
            Undecided::Failures { blocks: 3 },
            "; 3 of 12 blocks have a failed run, which by the registered policy leaves it undecided",
        ),
        (
            Undecided::Heterogeneous { up: vec!["a".to_owned(), "b".to_owned()], down: vec!["c".to_owned()] },
            "; the data sets disagree: the effect goes with the claim on `a` and `b` and against it on `c`",
        ),
        (
            Undecided::CompanionsDisagree { companions: vec![CompanionMethod::SignFlip] },
            "; the bounds decide, but the sign-flip test does not come to the same decision",
        ),
    ];
    for (why, expected) in cases {
        let mut sample = study(0.006, 0.020, Some(0.005));
        let word = why.word();
        sample.judgement.hypotheses[0].verdict = Verdict::Undecided { why };
        sample.judgement.hypotheses[0].more_blocks = None;
        let told = told(&sample);
        assert!(told.contains(&format!("{expected}. Undecided ({word}).")), "{told}");
    }
    let mut sample = study(0.006, 0.020, Some(0.005));
    sample.judgement.hypotheses[0].effect = None;
    sample.judgement.hypotheses[0].more_blocks = None;
    sample.judgement.hypotheses[0].verdict =
        Verdict::Undecided { why: Undecided::NotEstimable { why: "one block is too few".to_owned() } };
    check(&sample, "There is no estimate: one block is too few. Undecided (not estimable).");
}

#[test]
fn invalid_says_what_was_broken_and_where() {
    let mut sample = study(0.006, 0.004, Some(0.005));
    let (registered, found) = (Digest::of(b"one"), Digest::of(b"two"));
    let mismatch = DataMismatch {
        path: "data/train.csv".to_owned(),
        registered: DataContent { digest: registered, size_bytes: 2048, files: 1 },
        found: Some(DataContent { digest: found, size_bytes: 12, files: 1 }),
        problem: None,
        during: None,
    };
    sample.judgement.hypotheses[0].verdict = Verdict::Invalid { broken: Broken::DataChanged { mismatch } };
    check(
        &sample,
        &format!(
            "`data/train.csv` is not what was registered: {registered} (2 KiB) was registered, {found} (12 B) was found, so no verdict can rest on these runs. Invalid."
        ),
    );
    let change = Change {
        key: "design.alpha".to_owned(),
        from: serde_json::json!(0.01),
        to: serde_json::json!(0.05),
        reach: Reach::Study,
    };
    sample.judgement.hypotheses[0].verdict =
        Verdict::Invalid { broken: Broken::LateAmendment { changes: vec![change] } };
    check(
        &sample,
        "The protocol was changed after results could have been seen: `design.alpha` from 0.01 to 0.05; so no verdict can rest on these runs. Invalid.",
    );
}

#[test]
fn a_no_op_says_that_the_setting_reaches_nothing() {
    let mut sample = study(0.006, 0.004, Some(0.005));
    sample.judgement.hypotheses[0].verdict = Verdict::NoOp;
    check(
        &sample,
        "Knob 1 and the baseline are the same thing: their outputs are bit-identical in all 12 blocks, so the setting reaches nothing. No-op.",
    );
}

#[test]
fn a_metric_of_which_less_is_better_is_lowered_by_a_good_candidate() {
    let text = sample::file(N as u32, &sample::hypothesis(1, "loss", Some(0.005)));
    let sample = sample::study(&text, |arm, _, block| {
        let place = block as f64 / (N - 1) as f64 * 2.0 - 1.0;
        let difference = if arm == "baseline" { 0.0 } else { -0.0123 + 0.004 * place };
        Some(Ok(vec![("accuracy", 0.5), ("loss", 1.0 + difference)]))
    });
    assert_eq!(
        told(&sample),
        "Knob 1 lowered loss by 0.0123 nats against the baseline (one-sided 99 % bounds 0.0102 to 0.0144, n = 12 seeds); at least the smallest effect of interest, 0.005. Supported (meaningful). Grade B: this rests on what the program logged of itself."
    );
}
