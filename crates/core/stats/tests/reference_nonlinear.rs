//! Fits of formulas and what follows from them, against SciPy and statsmodels;
//! `reference/nonlinear.py`.

use gosset_stats::Alpha;
use gosset_stats::least_squares::{LeastSquaresError, Residuals};
use gosset_stats::nonlinear::collapse::{Curve, gaps};
use gosset_stats::nonlinear::discrimination::{Foreseen, runs_to_separate, separation};
use gosset_stats::nonlinear::precision::Covariance;
use gosset_stats::nonlinear::{Confined, Criteria, Profile, Range, Side, Strength, fit, lack_of_fit, slope};
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/nonlinear.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("SciPy"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn near(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(off < tolerance, "found {found}, expected {expected}, off by {off}");
}

/// E + A (N / 1e8)^-alpha less the loss; E is left out where `has_offset` is not.
struct Law {
    sizes: Vec<f64>,
    loss: Vec<f64>,
    has_offset: bool,
}

impl Residuals for Law {
    fn count(&self) -> usize {
        self.loss.len()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], mut slopes: Option<&mut [f64]>) {
        let (offset, rest) = if self.has_offset { (constants[0], &constants[1..]) } else { (0.0, constants) };
        for place in 0..self.loss.len() {
            let scale = self.sizes[place] / 1e8;
            let power = libm::pow(scale, -rest[1]);
            residuals[place] = offset + rest[0] * power - self.loss[place];
            if let Some(slopes) = slopes.as_deref_mut() {
                let row = [1.0, power, -rest[0] * power * libm::log(scale)];
                let row = if self.has_offset { &row[..] } else { &row[1..] };
                slopes[place * row.len()..(place + 1) * row.len()].copy_from_slice(row);
            }
        }
    }
}

fn law(reference: &Value, has_offset: bool) -> Law {
    Law { sizes: numbers(&reference["fit"]["sizes"]), loss: numbers(&reference["fit"]["loss"]), has_offset }
}

const RANGES: [Range; 3] =
    [Range { from: 0.0, to: 3.0 }, Range { from: 0.01, to: 20.0 }, Range { from: 0.05, to: 2.0 }];

#[test]
fn constants_and_their_bounds_agree_with_scipy() {
    let reference = reference();
    let expected = &reference["fit"];
    let law = law(&reference, true);
    for confined in [Confined::Free, Confined::Within] {
        let found = fit(&law, &RANGES, confined).unwrap();
        near(found.sum_of_squares, expected["sum_of_squares"].as_f64().unwrap(), 1e-9);
        for (found, expected) in found.constants.iter().zip(numbers(&expected["constants"])) {
            near(*found, expected, 1e-4);
        }
    }
    let found = fit(&law, &RANGES, Confined::Free).unwrap();
    let mut profile = Profile::of(&law, &RANGES, found, 1e-30).unwrap();
    let level = Alpha::new(expected["level"].as_f64().unwrap()).unwrap();
    for (place, bounds) in expected["bounds"].as_array().unwrap().iter().enumerate() {
        let bounds = numbers(bounds);
        let (Side::Bound(lower), Side::Bound(upper)) = profile.sides(place, level) else { panic!("{place} is open") };
        near(lower, bounds[0], 1e-4);
        near(upper, bounds[1], 1e-4);
        // At a bound, the two-sided p-value is twice the level.
        near(profile.p_value(place, bounds[0]).unwrap(), 2.0 * level.get(), 1e-3);
    }
    let rival = law_without(&reference);
    near(rival, expected["power"]["sum_of_squares"].as_f64().unwrap(), 1e-9);
}

fn law_without(reference: &Value) -> f64 {
    let law = law(reference, false);
    let ranges = [RANGES[1], RANGES[2]];
    fit(&law, &ranges, Confined::Free).unwrap().sum_of_squares
}

#[test]
fn a_fit_within_ranges_keeps_to_them() {
    let law = law(&reference(), true);
    let ranges = [RANGES[0], RANGES[1], Range { from: 0.6, to: 1.0 }];
    let found = fit(&law, &ranges, Confined::Within).unwrap();
    assert!(found.constants.iter().zip(ranges).all(|(value, range)| range.holds(*value)), "{found:?}");
    assert!((found.constants[2] - 0.6).abs() < 1e-3, "{found:?}");
    let free = fit(&law, &ranges, Confined::Free).unwrap();
    assert!(free.sum_of_squares < found.sum_of_squares && free.constants[2] < 0.6, "{free:?}");
}

#[test]
fn a_constant_that_the_runs_do_not_identify_is_open() {
    // All at one size: E + A is known, and nothing else.
    let law = Law { sizes: vec![1e8; 6], loss: vec![2.0, 2.1, 1.9, 2.0, 2.05, 1.95], has_offset: true };
    let found = fit(&law, &RANGES, Confined::Within).unwrap();
    let mut profile = Profile::of(&law, &RANGES, found, 1e-30).unwrap();
    let level = Alpha::new(0.025).unwrap();
    for place in 0..3 {
        assert!(matches!(profile.sides(place, level), (Side::Open(_), Side::Open(_))), "{place}");
    }
    assert_eq!(
        fit(&Law { sizes: vec![1e8; 2], loss: vec![2.0; 2], has_offset: true }, &RANGES, Confined::Free),
        Err(LeastSquaresError::TooFew { residuals: 2, constants: 3 })
    );
    let nothing = Law { sizes: vec![-1e8; 6], loss: vec![f64::NAN; 6], has_offset: true };
    assert_eq!(fit(&nothing, &RANGES, Confined::Free), Err(LeastSquaresError::StartNotFinite));
}

#[test]
fn lack_of_fit_agrees_with_the_comparison_of_two_models() {
    let reference = reference();
    let expected = &reference["lack_of_fit"];
    let conditions: Vec<Vec<f64>> = expected["conditions"].as_array().unwrap().iter().map(numbers).collect();
    let found = lack_of_fit(&conditions, 2).unwrap();
    near(found.f, expected["f"].as_f64().unwrap(), 1e-10);
    near(found.p_value, expected["p"].as_f64().unwrap(), 1e-9);
    near(found.df_conditions, expected["df_conditions"].as_f64().unwrap(), 1e-12);
    near(found.df_runs, expected["df_runs"].as_f64().unwrap(), 1e-12);
    // No repeated run, no more conditions than constants, runs that do not differ.
    assert_eq!(lack_of_fit(&[vec![1.0], vec![2.0], vec![0.5]], 2), None);
    assert_eq!(lack_of_fit(&[vec![1.0, 2.0], vec![2.0, 1.0]], 2), None);
    assert_eq!(lack_of_fit(&[vec![1.0, 1.0], vec![2.0, 2.0], vec![0.0]], 1), None);
}

#[test]
fn slopes_within_groups_agree_with_dummies_and_hc3_errors() {
    let reference = reference();
    let expected = &reference["slope"];
    let (x, y) = (numbers(&expected["x"]), numbers(&expected["y"]));
    let groups: Vec<usize> = numbers(&expected["groups"]).iter().map(|group| *group as usize).collect();
    let found = slope::within(&x, &y, &groups).unwrap();
    near(found.estimate, expected["slope"].as_f64().unwrap(), 1e-10);
    near(found.standard_error, expected["error"].as_f64().unwrap(), 1e-10);
    near(found.df, expected["df"].as_f64().unwrap(), 1e-12);
    near(slope::plain(&x, &y, &groups).unwrap(), found.estimate, 1e-12);
    near(slope::bend(&x, &y, &groups).unwrap(), expected["bend_p"].as_f64().unwrap(), 1e-8);
    assert!(slope::within(&[1.0; 6], &y[..6], &[0; 6]).is_err());
    assert!(slope::within(&x[..3], &y[..3], &[0; 3]).is_err());
    // On a line there is no error to estimate.
    assert!(slope::within(&[0.0, 1.0, 2.0, 3.0, 4.0], &[0.0, 2.0, 4.0, 6.0, 8.0], &[0; 5]).is_err());
}

#[test]
fn gaps_between_curves_agree_with_statsmodels() {
    let reference = reference();
    let expected = &reference["collapse"];
    let own = Curve { x: numbers(&expected["own_x"]), y: numbers(&expected["own_y"]) };
    let other = Curve { x: numbers(&expected["other_x"]), y: numbers(&expected["other_y"]) };
    let found = gaps(&own, &other).unwrap();
    for (found, expected) in found.iter().zip(expected["gaps"].as_array().unwrap()) {
        near(found.x, expected["x"].as_f64().unwrap(), 1e-12);
        near(found.gap.estimate, expected["gap"].as_f64().unwrap(), 1e-8);
        near(found.gap.standard_error, expected["error"].as_f64().unwrap(), 1e-8);
        near(found.gap.df, expected["df"].as_f64().unwrap(), 1e-8);
    }
    assert_eq!(found.len(), 3);
    let apart = Curve { x: other.x.iter().map(|x| x + 10.0).collect(), y: other.y.clone() };
    assert!(gaps(&own, &apart).is_none() && gaps(&own, &Curve::default()).is_none());
    let few = Curve { x: vec![0.0, 1.0, 2.0, 3.0], y: vec![0.0; 4] };
    assert!(gaps(&few, &other).is_none());
}

#[test]
fn criteria_differ_as_those_of_statsmodels() {
    let reference = reference();
    let expected = &reference["criteria"];
    let (flat, line) = (expected["flat"].as_f64().unwrap(), expected["line"].as_f64().unwrap());
    let (flat, line) = (Criteria::of(20, 1, flat).unwrap(), Criteria::of(20, 2, line).unwrap());
    near(flat.aic - line.aic, expected["aic_difference"].as_f64().unwrap(), 1e-10);
    near(flat.bic - line.bic, expected["bic_difference"].as_f64().unwrap(), 1e-10);
    near(line.bayes_factor(&flat), libm::exp(0.5 * expected["bic_difference"].as_f64().unwrap()), 1e-9);
    assert_eq!((flat.k, line.k), (2, 3));
    assert_eq!(Criteria::of(20, 1, 0.0), None);
    // The grades of Kass and Raftery 1995, section 3.2, in either direction.
    let words = [1.0, 3.0, 3.1, 19.0, 21.0, 149.0, 151.0].map(|factor| Strength::of(factor).words());
    assert_eq!(words[0..2], ["not worth more than a bare mention"; 2]);
    assert_eq!(words[2..4], ["positive"; 2]);
    assert_eq!((words[4], words[5], words[6]), ("strong", "strong", "very strong"));
    assert_eq!(Strength::of(1.0 / 21.0), Strength::Strong);
}

#[test]
fn rivals_part_as_box_and_hill_say() {
    let foreseen = |value, variance| Foreseen { value, variance };
    // Without variances of what is foreseen: the squared gap over that of a run,
    // which is the criterion of Hunter and Reiner.
    near(separation(foreseen(3.0, 0.0), foreseen(1.0, 0.0), 0.5), 4.0 / 0.5, 1e-12);
    // a = 1 + 1 and b = 1 + 3: (3 - 1)^2 / 8 / 2 + (1/2 + 1/4) / 2.
    near(separation(foreseen(0.0, 1.0), foreseen(1.0, 3.0), 1.0), 0.25 + 0.375, 1e-12);
    // (1.959964 + 0.841621)^2 = 7.848879 times 1 / 0.25 is 31.4: 32 runs.
    assert_eq!(runs_to_separate(foreseen(0.5, 0.0), foreseen(0.0, 0.0), 1.0, 0.05, 0.8), Some(32));
    assert_eq!(runs_to_separate(foreseen(0.5, 0.02), foreseen(0.0, 0.02), 1.0, 0.05, 0.8), None);
    assert_eq!(runs_to_separate(foreseen(0.0, 0.0), foreseen(0.0, 0.0), 1.0, 0.05, 0.8), None);
}

#[test]
fn a_covariance_is_that_of_least_squares_where_ranges_are_wide() {
    let reference = reference();
    let law = law(&reference, true);
    let found = fit(&law, &RANGES, Confined::Free).unwrap();
    let variance = found.sum_of_squares / (law.loss.len() - 3) as f64;
    let wide = RANGES.map(|range| Range { from: range.from - 1e4, to: range.to + 1e4 });
    let covariance = Covariance::of(&law, &found.constants, &wide, variance).unwrap();
    // J'J by hand: with J C J' summed over the runs, the trace is three variances.
    let (mut at, mut slopes) = (vec![0.0; law.loss.len()], vec![0.0; 3 * law.loss.len()]);
    law.write(&found.constants, &mut at, Some(&mut slopes));
    let trace: f64 = slopes.chunks(3).map(|row| covariance.of_prediction(row)).sum();
    near(trace, 3.0 * variance, 1e-6);
    // A range that is all that is known gives its own variance: width^2 / 12.
    let blind = Law { sizes: vec![1e8; 4], loss: vec![1.0; 4], has_offset: true };
    let covariance = Covariance::of(&blind, &[1.0, 1.0, 0.5], &RANGES, 0.01).unwrap();
    near(covariance.variance(2), 1.95 * 1.95 / 12.0, 1e-9);
}
