use std::collections::{BTreeMap, BTreeSet};

use gosset_model::Name;
use gosset_science::{DesignProblem, Known, check, plan};

use crate::sample::{draft, file, one_hypothesis, registered};

#[test]
fn five_pairs_can_never_reach_a_two_sided_error_rate_of_five_percent() {
    let two_sided = file(5, "alpha = 0.05", &one_hypothesis(None)).replace("sides = \"one\"", "sides = \"two\"");
    let report = check(&draft(&two_sided), &Known::default());
    let [DesignProblem::CannotReachErrorRate { smallest_p, seeds_needed, .. }] = report.problems.as_slice() else {
        panic!("{:?}", report.problems);
    };
    // 2 / 2^5 = 0.0625 and 2 / 2^6 = 0.03125.
    assert!((smallest_p - 0.0625).abs() < 1e-15);
    assert_eq!(*seeds_needed, 6);
    assert!(report.problems[0].sentence().contains("5 pairs can never give a two-sided p of 0.0500"));
}

#[test]
fn five_pairs_are_enough_for_one_direction_of_one_hypothesis() {
    let report = check(&draft(&file(5, "alpha = 0.05", &one_hypothesis(None))), &Known::default());
    assert_eq!(report.problems, []);
}

#[test]
fn the_power_at_the_smallest_effect_is_that_of_the_noncentral_t() {
    let text = file(20, "alpha = 0.05\nexpected_spread = { accuracy = 0.01 }", &one_hypothesis(Some(0.005)));
    let report = check(&draft(&text), &Known::default());
    // R 4.3: power.t.test(n = 20, delta = 0.5, type = "one.sample",
    // alternative = "one.sided") gives 0.6951; statsmodels 0.15 agrees.
    let power = report.hypotheses[0].power.unwrap();
    assert!((power - 0.6951).abs() < 5e-4, "{power}");
    // The same tools ask for 27 pairs for a power of 0.8.
    assert_eq!(report.hypotheses[0].units_needed, Some(27));
}

#[test]
fn a_pilot_takes_precedence_over_the_stated_spread() {
    let text = file(20, "alpha = 0.05\nexpected_spread = { accuracy = 0.01 }", &one_hypothesis(Some(0.005)));
    let pilot = BTreeMap::from([(Name::new("accuracy").unwrap(), (0.005, 6))]);
    let spread = check(&draft(&text), &Known { pilot, ..Known::default() }).hypotheses[0].spread.clone().unwrap();
    assert!((spread.sd - 0.005).abs() < 1e-15);
}

#[test]
fn a_design_beyond_its_budget_is_refused() {
    let text = format!("{}\n[budget]\nruns = 39\n", file(20, "alpha = 0.05", &one_hypothesis(None)));
    let report = check(&draft(&text), &Known::default());
    assert_eq!(report.problems, [DesignProblem::OverBudget { runs: 40, budget: 39 }]);
}

#[test]
fn every_arm_of_a_block_meets_the_same_seed_and_arms_follow_one_another() {
    let registered = registered(&file(20, "alpha = 0.05", &one_hypothesis(None)));
    let plan = plan(&registered);
    assert_eq!(plan.runs.len(), 40);
    for block in plan.runs.chunks(2) {
        assert_eq!(block[0].seed, block[1].seed);
        assert_ne!(block[0].arm, block[1].arm);
    }
    let ids: BTreeSet<_> = plan.runs.iter().map(|run| run.id.clone()).collect();
    assert_eq!(ids.len(), 40);
    // Both orders of the arms occur: the chance that 20 fair flips agree is
    // one in half a million, and the key is fixed.
    assert!(plan.runs.chunks(2).any(|block| block[0].arm.as_str() == "baseline"));
    assert!(plan.runs.chunks(2).any(|block| block[0].arm.as_str() != "baseline"));
}
