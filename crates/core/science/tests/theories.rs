//! What runs say of theories: each kind of prediction, fits, rivals and the next
//! experiment, on runs whose law is known.

use std::collections::BTreeMap;

use gosset_model::{Theories, TheorySource, resolve_theories};
use gosset_science::theory::{
    PredictionFinding, Run, Runs, Standing, TheoryError, TheoryFinding, TheoryJudgement, judge_theories,
};
use gosset_stats::Stream;

/// A theory file with `theories` and predictions.
fn file(errors: &str, rest: &str) -> Theories {
    let head = format!(
        "[results]\nfile = \"runs.csv\"\nobserved = \"L\"\n[quantities]\nL = {{ unit = \"nats\" }}\nN = {{ unit = \"1\" }}\nt = {{ unit = \"1\" }}\n[design]\nalpha = 0.05\nerrors = \"{errors}\"\n"
    );
    TheorySource::read(&format!("{head}{rest}")).and_then(|source| resolve_theories(&source)).unwrap()
}

const BARE: &str = "[[theories]]\nname = \"a\"\nassumptions = [\"none\"]\n";

const OFFSET: &str = "[[theories]]\nname = \"offset\"\nassumptions = [\"none\"]\nformula = \"E + A / N^alpha\"\n[theories.parameters]\nE = { unit = \"nats\", from = 0, to = 3 }\nA = { unit = \"nats\", from = 0, to = 20 }\nalpha = { unit = \"1\", from = 0.05, to = 1.5 }\n";

const POWER: &str = "[[theories]]\nname = \"power\"\nassumptions = [\"none\"]\nformula = \"A / N^alpha\"\n[theories.parameters]\nA = { unit = \"nats\", from = 0, to = 20 }\nalpha = { unit = \"1\", from = 0.01, to = 1.5 }\n";

fn prediction(fields: &str) -> String {
    format!("[[predictions]]\nname = \"p\"\ntheory = \"a\"\nclaim = \"It holds.\"\n{fields}\n")
}

fn run(n: f64, t: f64, block: Option<u64>, observed: f64) -> Run {
    let quantities: BTreeMap<String, f64> = [("N".to_owned(), n), ("t".to_owned(), t)].into();
    Run { quantities, observed, block: block.map(|block| block.to_string()), row: 0 }
}

fn runs(mut all: Vec<Run>) -> Runs {
    all.iter_mut().enumerate().for_each(|(place, run)| run.row = place as u64 + 1);
    Runs::new(all, "L").unwrap()
}

fn judged(theories: &Theories, all: Vec<Run>) -> TheoryJudgement {
    judge_theories(theories, &runs(all)).unwrap()
}

/// What is said of one prediction.
fn one(fields: &str, all: Vec<Run>) -> PredictionFinding {
    let theories = file("absolute", &format!("{BARE}{}", prediction(fields)));
    judged(&theories, all).theories[0].predictions[0].clone()
}

fn stream(name: &str) -> Stream {
    Stream::named([7; 32], name)
}

/// Errors that add to nothing, so that means are exactly those of the law.
const SWING: [f64; 4] = [0.01, -0.01, 0.02, -0.02];

fn swung(n: f64, t: f64, mean: f64) -> Vec<Run> {
    (0..4).map(|place| run(n, t, Some(place as u64), mean + SWING[place])).collect()
}

#[test]
fn a_value_is_consistent_inside_contradicted_outside_and_else_not_tested() {
    let at = |from: f64, to: f64| {
        one(&format!("kind = \"value\"\nat = {{ N = 10 }}\nfrom = {from}\nto = {to}"), swung(10.0, 1.0, 2.0))
    };
    // Four values with the standard deviation 0.018257: the interval is 2 -+
    // 3.182446 x 0.0091287 = 0.029052.
    let inside = at(1.97, 2.03);
    assert_eq!(inside.standing, Standing::Consistent);
    let bounds = inside.comparisons[0].bounds;
    assert!((bounds.lower - 1.970_948).abs() < 1e-5 && (bounds.upper - 2.029_052).abs() < 1e-5, "{bounds:?}");
    assert_eq!((inside.comparisons[0].n, inside.comparisons[0].distance), (4, 0.0));
    let outside = at(2.1, 2.5);
    assert_eq!(outside.standing, Standing::Contradicted);
    let found = outside.contradiction.unwrap();
    assert_eq!(found.observation, "the mean at N = 10");
    // 0.1 / 0.0091287 standard errors, two-sided t with 3 degrees of freedom.
    assert!((found.distance - 10.954).abs() < 1e-3 && (found.p_adjusted - 0.001_621).abs() < 1e-5, "{found:?}");
    let open = at(2.0, 2.5);
    assert_eq!(open.standing, Standing::NotTested);
    assert!(open.reason.unwrap().contains("1 of 1 intervals"));
}

#[test]
fn what_cannot_be_tested_says_why() {
    let value = "kind = \"value\"\nat = { N = 20 }\nfrom = 1";
    let reason = |fields: &str, all: Vec<Run>| {
        let found = one(fields, all);
        assert_eq!((found.standing, found.comparisons.len()), (Standing::NotTested, 0), "{found:?}");
        found.reason.unwrap()
    };
    assert!(reason(value, swung(10.0, 1.0, 2.0)).contains("there is no run at N = 20"));
    assert!(reason(value, vec![run(20.0, 1.0, None, 5.0)]).contains("there is one independent run"));
    assert!(reason(value, vec![run(20.0, 1.0, None, 5.0); 3]).contains("do not differ at all"));
    // One block is one piece of evidence, however many runs it has.
    let block = vec![run(20.0, 1.0, Some(1), 5.0), run(20.0, 1.0, Some(1), 6.0)];
    assert!(reason(value, block).contains("one independent run"));
    let sign = "kind = \"sign\"\nat = { N = 10 }\nthan = { N = 20 }\nexpected = \"lower\"";
    let single = vec![run(10.0, 1.0, None, 1.0), run(20.0, 1.0, None, 2.0)];
    assert!(reason(sign, single).contains("1 and 1 runs"));
    let exponent = "kind = \"exponent\"\nover = \"N\"\noffset = 3\nfrom = 0";
    assert!(reason(exponent, swung(10.0, 1.0, 2.0)).contains("not positive in row 1"));
    let collapse = "kind = \"collapse\"\ngroup = \"N\"\nx = \"t\"\ny = \"L\"\nmargin = 0.1";
    assert!(reason(collapse, swung(10.0, 1.0, 2.0)).contains("there are 1 curves"));
    let fitted = file(
        "absolute",
        &format!(
            "{OFFSET}[[predictions]]\nname = \"p\"\ntheory = \"offset\"\nclaim = \"c\"\nkind = \"parameter\"\nparameter = \"alpha\"\nfrom = 0.3\n"
        ),
    );
    let found = &judged(&fitted, vec![run(1.0, 1.0, None, 2.0), run(2.0, 1.0, None, 1.9)]).theories[0];
    assert!(found.not_fitted.as_ref().unwrap().contains("2 runs are too few for 3 constants"));
    assert!(found.predictions[0].reason.as_ref().unwrap().contains("could not be fitted"));
}

#[test]
fn a_sign_is_paired_by_block_where_there_are_blocks() {
    // Blocks differ by far more than the effect of -0.1 does between them.
    let paired = |expected: &str, blocks: bool| {
        let mut all = Vec::new();
        for (place, swing) in SWING.iter().enumerate() {
            let block = blocks.then_some(place as u64);
            let level = 10.0 * place as f64;
            all.push(run(1.0, 1.0, block, level));
            all.push(run(2.0, 1.0, block, level - 0.1 + swing));
        }
        one(&format!("kind = \"sign\"\nat = {{ N = 2 }}\nthan = {{ N = 1 }}\nexpected = \"{expected}\""), all)
    };
    let found = paired("lower", true);
    assert_eq!((found.standing, found.comparisons[0].n), (Standing::Consistent, 4));
    assert!((found.comparisons[0].estimate + 0.1).abs() < 1e-12, "{found:?}");
    assert_eq!(paired("higher", true).standing, Standing::Contradicted);
    assert_eq!(paired("lower", false).standing, Standing::NotTested);
}

#[test]
fn an_ordering_is_contradicted_by_the_pair_that_breaks_it() {
    let all = |means: [f64; 4]| -> Vec<Run> {
        means
            .iter()
            .zip([1.0, 2.0, 4.0, 8.0])
            .flat_map(|(mean, n)| {
                // Without blocks runs are compared unpaired.
                swung(n, 1.0, *mean).into_iter().map(|run| Run { block: None, ..run })
            })
            .collect()
    };
    let fields =
        "kind = \"ordering\"\nconditions = [{ N = 1 }, { N = 2 }, { N = 4 }, { N = 8 }]\nexpected = \"falling\"";
    let falling = one(fields, all([3.0, 2.5, 2.2, 2.0]));
    assert_eq!((falling.standing, falling.comparisons.len()), (Standing::Consistent, 3));
    let broken = one(fields, all([3.0, 2.5, 2.7, 2.0]));
    assert_eq!(broken.standing, Standing::Contradicted);
    assert_eq!(broken.contradiction.unwrap().observation, "the mean at N = 4 less that at N = 2");
    // Two steps are seen, and the third condition has no run.
    let missing = one(&fields.replace("N = 8", "N = 16"), all([3.0, 2.5, 2.2, 2.0]));
    assert_eq!((missing.standing, missing.comparisons.len()), (Standing::NotTested, 2));
    assert!(missing.reason.unwrap().contains("there is no run at N = 16"));
}

/// L = offset + 3 N^exponent with log errors, by blocks if asked.
fn power_runs(exponent: f64, offset: f64, has_blocks: bool) -> Vec<Run> {
    let mut stream = stream("power");
    let mut all = Vec::new();
    for block in 0..5 {
        for step in 0..8 {
            let n = 2f64.powi(step);
            let rest = 3.0 * libm::pow(n, exponent) * libm::exp(0.01 * stream.normal());
            all.push(run(n, 1.0, has_blocks.then_some(block), offset + rest));
        }
    }
    all
}

#[test]
fn an_exponent_is_the_slope_of_logarithms_less_an_offset() {
    for has_blocks in [false, true] {
        let fields = |offset: f64, from: f64, to: f64| {
            format!("kind = \"exponent\"\nover = \"N\"\noffset = {offset}\nfrom = {from}\nto = {to}")
        };
        let found = one(&fields(0.0, -0.31, -0.29), power_runs(-0.3, 0.0, has_blocks));
        assert_eq!(found.standing, Standing::Consistent, "{found:?}");
        assert_eq!(found.comparisons[0].n, if has_blocks { 5 } else { 40 });
        let found = one(&fields(0.0, -0.5, -0.4), power_runs(-0.3, 0.0, has_blocks));
        assert_eq!(found.standing, Standing::Contradicted, "{found:?}");
        // With an offset that is not taken off the logarithms bend.
        let found = one(&fields(0.0, -0.5, -0.01), power_runs(-0.3, 1.7, has_blocks));
        assert_eq!(found.standing, Standing::NotTested, "{found:?}");
        assert!(found.reason.unwrap().contains("do not lie on a line"));
        let found = one(&fields(1.7, -0.31, -0.29), power_runs(-0.3, 1.7, has_blocks));
        assert_eq!(found.standing, Standing::Consistent, "{found:?}");
    }
}

#[test]
fn a_bound_is_looked_at_wherever_runs_were_repeated() {
    let mut all = swung(1.0, 1.0, 0.9);
    all.extend(swung(4.0, 1.0, 0.4));
    let fields = "kind = \"bound\"\nat_most = \"1 / sqrt(N)\"";
    let theories = |fields: &str| {
        file(
            "absolute",
            &format!("{BARE}[theories.parameters]\none = {{ unit = \"nats\", value = 1 }}\n{}", prediction(fields)),
        )
    };
    let found = |fields: &str, all: Vec<Run>| judged(&theories(fields), all).theories[0].predictions[0].clone();
    let fields = fields.replace("1 /", "one /");
    let kept = found(&fields, all.clone());
    assert_eq!((kept.standing, kept.comparisons.len()), (Standing::Consistent, 2));
    let broken = found(&fields.replace("at_most", "at_least"), all.clone());
    assert_eq!(broken.standing, Standing::Contradicted);
    assert!(broken.contradiction.unwrap().observation.starts_with("the mean less the bound at N = "));
    all.push(run(9.0, 1.0, Some(1), 5.0));
    let open = found(&fields, all);
    assert_eq!(open.standing, Standing::NotTested);
    assert!(open.reason.unwrap().contains("1 of these lie beyond the bound"));
}

/// Learning curves of three sizes that are one over t N: L = 2 (t N)^-0.2, but for
/// the share `off` by which the largest lies above.
fn curves(off: f64) -> Vec<Run> {
    let mut stream = stream("curves");
    let mut all = Vec::new();
    for n in [1.0, 2.0, 4.0] {
        for step in 0..14 {
            let t = libm::exp2(0.5 * f64::from(step));
            let above = if n == 4.0 { 1.0 + off } else { 1.0 };
            all.push(run(n, t, None, 2.0 * libm::pow(t * n, -0.2) * above * libm::exp(0.004 * stream.normal())));
        }
    }
    all
}

#[test]
fn curves_collapse_within_the_margin_or_are_named() {
    let fields = "kind = \"collapse\"\ngroup = \"N\"\nx = \"t * N\"\ny = \"L\"\nmargin = 0.03";
    let one_curve = one(fields, curves(0.0));
    assert_eq!((one_curve.standing, one_curve.comparisons.len()), (Standing::Consistent, 9), "{one_curve:?}");
    let apart = one(fields, curves(0.1));
    assert_eq!(apart.standing, Standing::Contradicted);
    assert!(apart.contradiction.unwrap().observation.contains("the curve of N = 4"));
    // Without the right scale, N^-0.2 keeps them apart.
    assert_eq!(one(&fields.replace("t * N", "t"), curves(0.0)).standing, Standing::Contradicted);
    // As far off as the margin: neither.
    assert_eq!(one(fields, curves(0.03)).standing, Standing::NotTested);
}

/// Four runs at eight sizes by E + A / N^alpha.
fn law(e: f64, a: f64, alpha: f64, spread: f64) -> Vec<Run> {
    let mut stream = stream("law");
    let sizes = (0..8).map(|step| 4f64.powi(step));
    sizes
        .flat_map(|n| [n; 4])
        .map(|n| run(n, 1.0, None, e + a / libm::pow(n, alpha) + spread * stream.normal()))
        .collect()
}

fn theory<'a>(judgement: &'a TheoryJudgement, name: &str) -> &'a TheoryFinding {
    judgement.theories.iter().find(|theory| theory.name == name).unwrap()
}

#[test]
fn the_law_behind_the_runs_is_found_and_its_rival_contradicted() {
    let theories = file("absolute", &format!("{OFFSET}{POWER}"));
    let judgement = judged(&theories, law(1.7, 2.0, 0.5, 0.01));
    let fit = theory(&judgement, "offset").fit.as_ref().unwrap();
    for (constant, truth) in fit.constants.iter().zip([2.0, 1.7, 0.5]) {
        assert!(constant.lower.unwrap() < truth && truth < constant.upper.unwrap(), "{constant:?}");
        assert_eq!(constant.standing, Standing::Consistent);
    }
    assert_eq!(theory(&judgement, "offset").standing, Standing::NotTested);
    let rival = theory(&judgement, "power");
    assert_eq!(rival.standing, Standing::Contradicted);
    let contradiction = rival.fit.as_ref().unwrap().contradiction.as_ref().unwrap();
    assert!(contradiction.observation.contains("the formula misses conditions"), "{contradiction:?}");
    let pair = &judgement.rivals[0];
    assert!(pair.aic_difference.unwrap() > 10.0 && pair.bic_difference.unwrap() > 10.0, "{pair:?}");
    assert_eq!(pair.strength.as_deref(), Some("very strong"));
    assert_eq!(pair.contests.len(), 2);
    assert!(pair.contests.iter().all(|contest| contest.first_error < contest.second_error), "{pair:?}");
    // No candidates are listed: the runs' own conditions are looked at.
    let next = judgement.next.as_ref().unwrap();
    assert_eq!((next.is_listed, next.looked_at), (false, 8));
}

#[test]
fn rivals_that_foresee_alike_have_no_winner_and_no_factor_without_ranges() {
    // The same law twice, once with a factor that takes the place of its constant.
    let twin = OFFSET.replace("\"offset\"", "\"twin\"").replace("E + A / N^alpha", "E + A * B / N^alpha")
        + "B = { unit = \"1\", from = 0.1, to = 10 }\n";
    let judgement = judged(&file("absolute", &format!("{OFFSET}{twin}")), law(1.7, 2.0, 0.5, 0.01));
    let of_twin = theory(&judgement, "twin").fit.as_ref().unwrap();
    let estimates: Vec<bool> = of_twin.constants.iter().map(|constant| constant.estimate.is_some()).collect();
    // A and B are known by their product only.
    assert_eq!(estimates, [false, false, true, true], "{of_twin:?}");
    let pair = &judgement.rivals[0];
    assert!(pair.contests.iter().all(|contest| contest.nearer.is_none()), "{pair:?}");
    assert_eq!((pair.bayes_factor, pair.strength.as_ref()), (None, None));
}

#[test]
fn a_constant_that_must_lie_outside_of_its_range_contradicts() {
    let narrow = OFFSET.replace("from = 0.05, to = 1.5", "from = 0.05, to = 0.3");
    let judgement = judged(&file("absolute", &narrow), law(1.7, 2.0, 0.5, 0.01));
    let fit = judgement.theories[0].fit.as_ref().unwrap();
    assert_eq!(fit.standing, Standing::Contradicted);
    let contradiction = fit.contradiction.as_ref().unwrap();
    assert!(contradiction.observation.contains("a constant `alpha` outside of its range"), "{contradiction:?}");
    assert!(contradiction.p_adjusted < 0.05 && contradiction.distance > 2.0, "{contradiction:?}");
    assert_eq!(judgement.theories[0].standing, Standing::Contradicted);
    assert!(judgement.statements[0].contains("is contradicted by the fit"), "{:?}", judgement.statements);
}

#[test]
fn the_next_experiment_is_where_the_rivals_part() {
    let listed = format!("{OFFSET}{POWER}");
    let text = "N = { unit = \"1\", candidates = [1, 64, 4096, 1e6, 1e8] }";
    let head = "[results]\nfile = \"runs.csv\"\nobserved = \"L\"\n[quantities]\nL = { unit = \"nats\" }\n".to_owned();
    let source =
        format!("{head}{text}\nt = {{ unit = \"1\" }}\n[design]\nalpha = 0.05\nerrors = \"absolute\"\n{listed}");
    let theories = TheorySource::read(&source).and_then(|source| resolve_theories(&source)).unwrap();
    // Within the runs, an offset of 1 with spread 0.2 is hardly told from none.
    let judgement = judged(&theories, law(1.0, 2.0, 0.3, 0.2));
    let next = judgement.next.as_ref().unwrap();
    assert_eq!((next.is_listed, next.looked_at), (true, 5));
    // A power law goes on falling, an offset stays: they part at the far end.
    assert!(
        next.best[0].condition.starts_with("N = 100000000") || next.best[0].condition.starts_with("N = 1e8"),
        "{next:?}"
    );
    let foreseen: Vec<f64> = next.best[0].foreseen.iter().map(|found| found.value).collect();
    assert!(foreseen[0] > foreseen[1], "{foreseen:?}");
    assert!(next.best.windows(2).all(|pair| pair[0].separation >= pair[1].separation));
}

#[test]
fn runs_that_no_theory_can_be_judged_by_are_refused() {
    assert_eq!(Runs::new(Vec::new(), "L"), Err(TheoryError::NoRuns { observed: "L".to_owned() }));
    let odd = Runs::new(vec![run(f64::NAN, 1.0, None, 1.0)], "L");
    assert_eq!(odd, Err(TheoryError::NotFinite { row: 0, quantity: "N".to_owned() }));
    let negative = runs(vec![run(1.0, 1.0, None, -1.0); 5]);
    let refused = judge_theories(&file("relative", OFFSET), &negative).unwrap_err();
    assert_eq!(refused, TheoryError::NotPositive { row: 1, observed: "L".to_owned(), value: -1.0 });
    assert!(judge_theories(&file("absolute", OFFSET), &negative).is_ok());
}

#[test]
fn extreme_values_and_shapes_never_panic() {
    let theories = file(
        "absolute",
        &format!("{OFFSET}{POWER}{BARE}{}", prediction("kind = \"exponent\"\nover = \"N\"\nfrom = 0")),
    );
    for value in [0.0, 5e-324, 1e308, -1e308, 1e-300, f64::MAX] {
        for count in [1_u32, 2, 3, 5, 9] {
            let all: Vec<Run> = (0..count)
                .map(|place| {
                    run(value / f64::from(count) * f64::from(place), value, None, value / f64::from(place + 1))
                })
                .collect();
            let judgement = judged(&theories, all);
            assert_eq!(judgement.n, u64::from(count));
            let text = serde_json::to_string(&judgement).unwrap();
            assert!(!text.is_empty());
        }
    }
}

#[test]
fn the_same_runs_give_the_same_bytes() {
    let theories = file("absolute", &format!("{OFFSET}{POWER}"));
    let bytes = || serde_json::to_string(&judged(&theories, law(1.7, 2.0, 0.5, 0.05))).unwrap();
    assert_eq!(bytes(), bytes());
}

/// How many of `studies` simulated studies contradict theory 0.
fn contradicted(theories: &Theories, studies: u64, draw: impl Fn(&mut Stream) -> Vec<Run>) -> u64 {
    (0..studies)
        .filter(|study| {
            let mut stream = Stream::named([11; 32], &format!("theory/{study}"));
            judged(theories, draw(&mut stream)).theories[0].standing == Standing::Contradicted
        })
        .count() as u64
}

const ALL_KINDS: &str = "
[[predictions]]
name = \"v\"
theory = \"a\"
claim = \"c\"
kind = \"value\"
at = { N = 1, t = 1 }
from = 3
[[predictions]]
name = \"s\"
theory = \"a\"
claim = \"c\"
kind = \"sign\"
at = { N = 1 }
than = { N = 1.5 }
expected = \"higher\"
[[predictions]]
name = \"e\"
theory = \"a\"
claim = \"c\"
kind = \"exponent\"
over = \"t\"
at = { N = 1 }
from = -0.5
[[predictions]]
name = \"b\"
theory = \"a\"
claim = \"c\"
kind = \"bound\"
at_most = \"three / sqrt(t)\"
[[predictions]]
name = \"c\"
theory = \"a\"
claim = \"c\"
kind = \"collapse\"
group = \"N\"
x = \"t\"
y = \"L\"
margin = 0.000001
";

#[test]
fn calibration_a_right_theory_is_contradicted_in_at_most_one_study_of_twenty() {
    // Every number lies at the end of its region, where errors are most likely.
    let bare = format!("{BARE}[theories.parameters]\nthree = {{ unit = \"nats\", value = 3 }}\n");
    let theories = file("absolute", &format!("{bare}{ALL_KINDS}"));
    let draw = |stream: &mut Stream| {
        let mut all = Vec::new();
        for n in [1.0, 1.5] {
            for t in [1.0, 2.0, 3.0, 4.0, 5.0, 6.0_f64] {
                for _ in 0..4 {
                    all.push(run(n, t, None, 3.0 / t.sqrt() * libm::exp(0.02 * stream.normal())));
                }
            }
        }
        all
    };
    let found = contradicted(&theories, 4_000, draw);
    // More than 269 of 4,000 at the rate 0.05 have a chance below 1e-6 (binomial);
    // none at all would mean that nothing is ever tested.
    assert!((20..=269).contains(&found), "{found} of 4000");
}

#[test]
fn calibration_a_right_formula_is_contradicted_in_at_most_one_study_of_twenty() {
    // One constant at the end of its range, and lack of fit at its null.
    let theories = file("absolute", &OFFSET.replace("from = 0, to = 3 }", "from = 1.7, to = 3 }"));
    let draw = |stream: &mut Stream| {
        let sizes = (0..8).map(|step| 3f64.powi(step));
        sizes.flat_map(|n| [n; 3]).map(|n| run(n, 1.0, None, 1.7 + 2.0 / n.sqrt() + 0.05 * stream.normal())).collect()
    };
    let found = contradicted(&theories, 1_000, draw);
    // More than 86 of 1,000 at the rate 0.05 have a chance below 1e-6 (binomial).
    assert!((2..=86).contains(&found), "{found} of 1000");
}
