//! Studies whose seeds make splits of one set of data.

use gosset_model::{EvidenceUnit, Undecided, Verdict};
use gosset_science::{Known, check, judge};

use crate::sample::{draft, file, one_hypothesis, registered, with_differences};

const DESIGN: &str = "alpha = 0.05\ntest_to_train = 0.25";
/// Ten differences, as in the reference of the corrected t test.
const DIFFERENCES: [f64; 10] = [0.01, 0.02, 0.015, 0.03, -0.005, 0.02, 0.01, 0.025, 0.005, 0.02];

#[test]
fn the_corrected_t_test_judges_splits_alone() {
    let registered = registered(&file(10, DESIGN, &one_hypothesis(Some(0.005))));
    let found = judge(&registered, &with_differences(&registered, &DIFFERENCES)).hypotheses[0].clone();
    let effect = found.effect.unwrap();
    assert_eq!(found.unit, EvidenceUnit::Splits);
    // By hand: mean 0.015, standard deviation sqrt(0.00095 / 9), of which the
    // corrected t takes sqrt(1 / 10 + 0.25).
    let sd = (0.000_95_f64 / 9.0).sqrt();
    assert!((effect.estimate - 0.015).abs() < 1e-12);
    assert!((effect.se - sd * 0.35_f64.sqrt()).abs() < 1e-12, "{}", effect.se);
    // t = 2.467 with 9 degrees of freedom: p = 0.0178 (SciPy 1.17.1).
    assert!((effect.p_support - 0.017_8).abs() < 1e-4, "{}", effect.p_support);
    assert_eq!(found.verdict, Verdict::Supported { is_meaningful: false });
    assert!(found.companions.is_empty() && found.multiverse.is_empty());
    assert!(found.notes.iter().any(|note| note.contains("share training data")), "{:?}", found.notes);
}

#[test]
fn a_paired_t_test_of_the_same_differences_would_be_too_sure() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let found = judge(&registered, &with_differences(&registered, &DIFFERENCES)).hypotheses[0].clone();
    assert_eq!(found.verdict, Verdict::Supported { is_meaningful: true });
}

#[test]
fn more_splits_of_the_same_data_may_never_decide() {
    let weak: Vec<f64> = DIFFERENCES.iter().map(|difference| difference - 0.0125).collect();
    let registered = registered(&file(10, DESIGN, &one_hypothesis(Some(0.005))));
    let found = judge(&registered, &with_differences(&registered, &weak)).hypotheses[0].clone();
    assert_eq!(found.verdict, Verdict::Undecided { why: Undecided::Underpowered });
    assert_eq!(found.more_blocks, None);
    let spread = "[design.expected_spread]\naccuracy = 0.01\n";
    let draft = draft(&format!("{}{spread}", file(10, DESIGN, &one_hypothesis(Some(0.005)))));
    let report = check(&draft, &Known::default());
    assert_eq!(report.problems, []);
    assert!(report.advice[0].contains("no number of splits would reach it"), "{:?}", report.advice);
}
