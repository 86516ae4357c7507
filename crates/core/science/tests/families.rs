//! Families that share their error rate by other procedures than Holm's.

use gosset_model::{Name, Verdict};
use gosset_science::judge;
use gosset_stats::Stream;

use crate::sample::{evidence, file, registered};

/// A study of `knobs` hypotheses of one family over `seeds` seeds.
fn study(seeds: u32, knobs: usize, procedure: &str) -> String {
    let levels: Vec<String> = (0..=knobs).map(|knob| knob.to_string()).collect();
    let hypotheses: String = (1..=knobs)
        .map(|knob| {
            format!(
                "[[hypotheses]]\nid = \"knob{knob}\"\nclaim = \"It is better\"\ncandidate = {{ knob = {knob} }}\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\nsmallest_effect = 0.5\n"
            )
        })
        .collect();
    let text = file(seeds, "alpha = 0.05", &hypotheses)
        .replace("levels = [0, 1, 2, 3]", &format!("levels = [{}]", levels.join(", ")));
    format!("{text}[families.main]\nprocedure = \"{procedure}\"\n")
}

/// Differences of ten seeds of mean 0 and standard deviation 1.
const STEPS: [f64; 10] = [-1.5, -1.0, -0.8, -0.5, -0.2, 0.2, 0.5, 0.8, 1.0, 1.5];

/// The levels of support at effects of so many standard errors.
fn levels(procedure: &str, t: &[f64]) -> Vec<f64> {
    let registered = registered(&study(10, t.len(), procedure));
    let sd = (STEPS.iter().map(|step| step * step).sum::<f64>() / 9.0).sqrt();
    let evidence = evidence(&registered, |arm, block| {
        let knob = arm.strip_prefix("knob=").map_or(0, |knob| knob.parse().unwrap());
        Some(if knob == 0 { 0.0 } else { STEPS[block] / sd + t[knob - 1] / 10.0_f64.sqrt() })
    });
    let judgement = judge(&registered, &evidence);
    judgement.hypotheses.iter().map(|one| one.effect.as_ref().unwrap().lower_level).collect()
}

fn check(procedure: &str, t: &[f64], expected: &[f64]) {
    for (found, expected) in levels(procedure, t).iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{procedure}: {found} {expected}");
    }
}

// SciPy 1.17.1: the p-values of t = 2.3, 2.1, 1.9 with 9 degrees of freedom are
// 0.0235, 0.0326 and 0.0450.

#[test]
fn procedures_decide_at_their_own_levels() {
    let t = [2.3, 2.1, 1.9];
    check("bonferroni", &t, &[0.05 / 3.0; 3]);
    check("holm", &t, &[0.05 / 3.0; 3]);
    // The largest is below 0.05, so all are rejected.
    check("hochberg", &t, &[0.05; 3]);
    check("benjamini-hochberg", &t, &[0.05; 3]);
    check("benjamini-yekutieli", &t, &[0.05 / (3.0 * (1.0 + 0.5 + 1.0 / 3.0)); 3]);
}

#[test]
fn what_is_said_beyond_the_decision_rests_on_the_first_step() {
    let registered = registered(&study(10, 3, "benjamini-hochberg"));
    let sd = (STEPS.iter().map(|step| step * step).sum::<f64>() / 9.0).sqrt();
    let evidence =
        evidence(&registered, |arm, block| Some(if arm == "baseline" { 0.0 } else { 1.1 + STEPS[block] / sd }));
    for one in &judge(&registered, &evidence).hypotheses {
        let effect = one.effect.as_ref().unwrap();
        // 1.1 less 1.833 / sqrt(10) is above 0.5, less 2.510 / sqrt(10) is not.
        assert!(effect.lower > 0.5 && effect.family_lower < 0.5, "{effect:?}");
        assert!((effect.family_level - 0.05 / 3.0).abs() < 1e-12);
        assert_eq!(one.verdict, Verdict::Supported { is_meaningful: false });
    }
}

/// The mean share of wrong support among the supported, over studies of five
/// hypotheses on one baseline of which three are without effect.
fn false_discovery_rate(procedure: &str, studies: u64) -> f64 {
    let registered = registered(&study(8, 5, procedure));
    let mut runs = evidence(&registered, |_, _| Some(0.0));
    let stream = Stream::named([11; 32], "families");
    let metric = Name::new("accuracy").unwrap();
    let mut total = 0.0;
    for study in 0..studies {
        let mut draws = stream.substream(study);
        for run in &mut runs.runs {
            let knob = run.planned.arm.as_str().strip_prefix("knob=").map_or(0, |knob| knob.parse().unwrap());
            let effect = if knob > 3 { 2.0 } else { 0.0 };
            run.result.as_mut().unwrap().scores.insert(metric.clone(), effect + draws.normal());
        }
        let judgement = judge(&registered, &runs);
        let supported = |from: usize, to: usize| {
            let of = &judgement.hypotheses[from..to];
            of.iter().filter(|one| matches!(one.verdict, Verdict::Supported { .. })).count() as f64
        };
        let (wrong, all) = (supported(0, 3), supported(0, 5));
        total += if all > 0.0 { wrong / all } else { 0.0 };
    }
    total / studies as f64
}

#[test]
fn calibration_the_false_discovery_rate_of_a_family_holds() {
    const STUDIES: u64 = 2_000;
    // At most 0.05 x 3 / 5; a share of that mean has a standard deviation of at
    // most 0.171, the mean of 2,000 one of 0.0038: 4.9 of these are exceeded by
    // chance less than once in a million.
    let most = 0.03 + 4.9 * 0.0038;
    let found = false_discovery_rate("benjamini-hochberg", STUDIES);
    println!("false discovery rate {found:.4} where 0.03 are promised");
    assert!(found > 0.0 && found <= most, "{found}");
}
