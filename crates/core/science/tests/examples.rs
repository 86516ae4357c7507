//! Claims about two trained artifacts, judged on examples.

use std::collections::BTreeMap;

use gosset_model::{CompanionMethod, Evidence, EvidenceUnit, Name, Outcome, Registered, Undecided, Verdict};
use gosset_science::judge;

use crate::sample::{evidence, file, one_hypothesis, registered};

fn artifact() -> Registered {
    let data = "[data.set]\nfiles = { test = \"test.csv\" }\ntruth = { file = \"labels.csv\", id = \"id\", label = \"label\" }\n";
    let text = file(1, "alpha = 0.05", &one_hypothesis(Some(0.02)));
    registered(&format!("{}{data}", text.replace("scope = \"method\"", "scope = \"artifact\"")))
}

/// Evidence in which the arms are right on the examples given.
fn right_on(registered: &Registered, baseline: &[bool], candidate: &[bool]) -> Evidence {
    let mut evidence = evidence(registered, |_, _| Some(0.5));
    for run in &mut evidence.runs {
        let right = if run.planned.arm.as_str() == "baseline" { baseline } else { candidate };
        let scores: Vec<f64> = right.iter().map(|right| f64::from(u8::from(*right))).collect();
        run.examples = BTreeMap::from([(Name::new("accuracy").unwrap(), scores)]);
    }
    evidence
}

/// Right on the first `both` and on the next `own` of `of` examples, or on
/// those after them.
fn arms(of: usize, both: usize, candidate: usize, baseline: usize) -> (Vec<bool>, Vec<bool>) {
    let is = |from: usize, to: usize, index: usize| index < both || (index >= from && index < to);
    let split = both + candidate;
    (
        (0..of).map(|index| is(split, split + baseline, index)).collect(),
        (0..of).map(|index| is(both, split, index)).collect(),
    )
}

#[test]
fn examples_are_the_evidence_of_a_claim_about_artifacts() {
    let registered = artifact();
    let (baseline, candidate) = arms(1_000, 800, 90, 30);
    let found = judge(&registered, &right_on(&registered, &baseline, &candidate)).hypotheses[0].clone();
    let effect = found.effect.unwrap();
    assert_eq!((effect.n, found.unit), (1_000, EvidenceUnit::Examples));
    // 60 of 1,000 more; the variance of the differences is (0.12 - 0.06^2)
    // 1000 / 999, so the standard error is 0.010795.
    assert!((effect.estimate - 0.06).abs() < 1e-12);
    assert!((effect.se - 0.010_795).abs() < 1e-6, "{}", effect.se);
    // 0.06 - 1.6464 x 0.010795 = 0.0422 > 0.02.
    assert_eq!(found.verdict, Verdict::Supported { is_meaningful: true });
    let methods: Vec<CompanionMethod> = found.companions.iter().map(|one| one.method).collect();
    assert_eq!(methods, [CompanionMethod::SignFlip, CompanionMethod::Bootstrap]);
    assert!(found.companions.iter().all(|companion| companion.agrees == Some(true)));
    assert!(found.left_out.is_empty());
}

#[test]
fn few_examples_that_differ_leave_it_undecided() {
    let registered = artifact();
    let (baseline, candidate) = arms(100, 80, 6, 4);
    let found = judge(&registered, &right_on(&registered, &baseline, &candidate)).hypotheses[0].clone();
    assert_eq!(found.verdict, Verdict::Undecided { why: Undecided::Underpowered });
    assert!(found.more_blocks.unwrap() > 100, "{found:?}");
}

#[test]
fn an_arm_that_fails_leaves_no_artifact_to_compare() {
    let registered = artifact();
    let (baseline, candidate) = arms(100, 80, 6, 4);
    let mut evidence = right_on(&registered, &baseline, &candidate);
    for run in evidence.runs.iter_mut().filter(|run| run.planned.arm.as_str() != "baseline") {
        let result = run.result.as_mut().unwrap();
        result.outcome = Outcome::Crashed { code: 3 };
        result.scores.clear();
        run.examples.clear();
    }
    let found = judge(&registered, &evidence).hypotheses[0].clone();
    let Verdict::Undecided { why: Undecided::NotEstimable { why } } = found.verdict else { panic!("{found:?}") };
    assert_eq!(why, "the run of arm `knob=1` left no artifact (crashed with exit code 3)");
}

#[test]
fn examples_that_are_not_at_hand_are_said_to_be_missing() {
    let registered = artifact();
    let found = judge(&registered, &evidence(&registered, |_, _| Some(0.5))).hypotheses[0].clone();
    let Verdict::Undecided { why: Undecided::NotEstimable { why } } = found.verdict else { panic!("{found:?}") };
    assert!(why.contains("not at hand"), "{why}");
}
