//! Power and sample sizes against statsmodels, R, outcomes tried one by one,
//! an integral and independent draws; `reference/README.md` says how.

use gosset_stats::power::{Design, How, Simulation, equivalence};
use gosset_stats::{Alpha, Stream};
use serde_json::Value;

fn read(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    assert!(value["tool"].as_str().unwrap().contains('.'), "a reference names its tool and version");
    value
}

fn planning() -> Value {
    read(include_str!("reference/planning.json"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn whole(value: &Value) -> u64 {
    let number = value.as_f64().unwrap();
    assert_eq!(number.fract(), 0.0);
    number as u64
}

fn alpha(case: &Value) -> Alpha {
    Alpha::new(number(&case["alpha"])).unwrap()
}

const DRAWS: u32 = 2_000;

fn with_simulation<T>(answer: impl Fn(&Simulation<'_>) -> T) -> T {
    let stream = Stream::named([29; 32], "planning");
    answer(&Simulation { stream: &stream, draws: DRAWS })
}

/// Compares the power of each case with the expected one, to a relative
/// tolerance.
fn check(cases: &Value, tolerance: f64, design: impl Fn(&Value) -> Design) {
    let cases = cases.as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let found = with_simulation(|simulation| design(case).power(number(&case["effect"]), alpha(case), simulation));
        let found = found.unwrap();
        let expected = number(&case["power"]);
        assert!((found.value - expected).abs() <= tolerance * expected, "{case}: {found:?}");
        assert!(matches!(found.how, How::Exact | How::Approximate), "{case}: {found:?}");
    }
}

fn check_sizes(cases: &Value, design: impl Fn(&Value) -> Design) {
    let cases = cases.as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let (effect, power) = (number(&case["effect"]), number(&case["power"]));
        let found = with_simulation(|simulation| design(case).sample_size(effect, alpha(case), power, simulation));
        assert_eq!(found.unwrap().value, whole(&case["n"]), "{case}");
    }
}

#[test]
fn t_tests_agree_with_statsmodels() {
    let reference = planning();
    let groups = |case: &Value| Design::TwoGroups {
        baseline: case["n"].as_f64().map_or(0, |n| n as u64),
        ratio: number(&case["ratio"]),
    };
    check(&reference["groups"], 1e-8, groups);
    check_sizes(&reference["group_sizes"], groups);
    check(&reference["tasks"], 1e-8, |case| Design::Tasks {
        tasks: whole(&case["tasks"]),
        runs: whole(&case["runs"]),
        between: number(&case["between"]),
    });
    check(&reference["minimum"], 1e-8, |case| Design::MinimumEffect {
        pairs: whole(&case["n"]),
        margin: number(&case["margin"]),
    });
}

#[test]
fn t_tests_and_large_proportions_agree_with_r() {
    let reference = read(include_str!("reference/planning_r.json"));
    check(&reference["groups"], 1e-8, |case| Design::TwoGroups { baseline: whole(&case["n"]), ratio: 1.0 });
    check(&reference["proportions"], 1e-8, |case| Design::TwoProportions {
        baseline: whole(&case["n"]),
        ratio: 1.0,
        rate: number(&case["rate"]),
    });
}

#[test]
fn exact_tests_agree_with_outcomes_tried_one_by_one() {
    let reference = planning();
    let size = |case: &Value| case["n"].as_u64().unwrap();
    let one = |case: &Value| Design::OneProportion { trials: size(case), null: number(&case["null"]) };
    check(&reference["one"], 1e-8, one);
    check_sizes(&reference["one_sizes"], one);
    let two = |case: &Value| Design::TwoProportions {
        baseline: size(case),
        ratio: number(&case["ratio"]),
        rate: number(&case["rate"]),
    };
    check(&reference["two"], 1e-8, two);
    check_sizes(&reference["two_sizes"], two);
    let paired =
        |case: &Value| Design::PairedProportions { items: size(case), disagreement: number(&case["disagreement"]) };
    check(&reference["paired"], 1e-8, paired);
    check_sizes(&reference["paired_sizes"], paired);
    // The sign test is that of one half.
    let halves = reference["one"].as_array().unwrap().iter().filter(|case| number(&case["null"]) == 0.5);
    check(&Value::Array(halves.cloned().collect()), 1e-8, |case| Design::Sign { pairs: size(case) });
}

#[test]
fn bounds_on_both_sides_agree_with_an_integral() {
    let reference = planning();
    // Powers near 0 to an absolute 1e-12.
    for case in reference["equivalence"].as_array().unwrap() {
        let design = Design::Equivalence { pairs: whole(&case["n"]), margin: number(&case["margin"]) };
        let found = with_simulation(|simulation| design.power(number(&case["effect"]), alpha(case), simulation));
        let (found, expected) = (found.unwrap().value, number(&case["power"]));
        assert!((found - expected).abs() < 1e-8 * expected + 1e-12, "{case}: {found}");
    }
    for case in reference["support"].as_array().unwrap() {
        let (n, smallest, effect) = (whole(&case["n"]), number(&case["smallest"]), number(&case["effect"]));
        let found = equivalence::support_or_refute(n, smallest, effect, alpha(case)).unwrap();
        assert!((found.supported - number(&case["supported"])).abs() < 1e-8, "{case}: {found:?}");
        assert!((found.refuted - number(&case["refuted"])).abs() < 1e-8, "{case}: {found:?}");
    }
}

#[test]
fn simulated_powers_agree_with_independent_draws() {
    let reference = planning();
    let check = |cases: &Value, design: &dyn Fn(&Value) -> Design| {
        for case in cases.as_array().unwrap() {
            let found =
                with_simulation(|simulation| design(case).power(number(&case["effect"]), alpha(case), simulation));
            let found = found.unwrap();
            let How::Simulated { standard_error, draws } = found.how else { panic!("{found:?}") };
            assert_eq!(draws, DRAWS);
            let both = standard_error.hypot(number(&case["standard_error"]));
            assert!((found.value - number(&case["power"])).abs() < 4.0 * both, "{case}: {found:?}");
        }
    };
    check(&reference["flips"], &|case| Design::SignFlip { pairs: whole(&case["n"]) });
    check(&reference["ranks"], &|case| Design::SignedRank { pairs: whole(&case["n"]) });
    check(&reference["sequential"], &|case| Design::Sequential {
        looks: case["looks"].as_array().unwrap().iter().map(whole).collect(),
        scale: number(&case["scale"]),
    });
}
