//! Laws of scaling on data whose law is known, and on bad data.

use gosset_stats::interval::resampling::Resampling;
use gosset_stats::scaling::bootstrap::{Unit, bootstrap};
use gosset_stats::scaling::identify::identify;
use gosset_stats::scaling::influence::{influence, residuals};
use gosset_stats::scaling::selection::contest;
use gosset_stats::scaling::{
    Breaks, Criterion, Fit, Law, Point, Points, Quantity, Reason, Scale, ScalingError, Verdict, fit, next_runs,
};
use gosset_stats::{Alpha, Bounds, Stream};

const ALL: [Law; 10] = [
    Law::PowerLaw { over: Quantity::Compute },
    Law::PowerLawOffset { over: Quantity::Steps },
    Law::Kaplan,
    Law::Chinchilla,
    Law::OverTraining,
    Law::DataConstrained,
    Law::Downstream,
    Law::Broken { over: Quantity::Compute, breaks: Breaks::One },
    Law::Broken { over: Quantity::Compute, breaks: Breaks::Two },
    Law::Broken { over: Quantity::Compute, breaks: Breaks::Three },
];

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

/// 63 runs of seven sizes, each with nine amounts of tokens, up to thirty epochs
/// of the same data; losses by `loss`, with log errors of spread `spread`.
fn runs(spread: f64, loss: impl Fn(f64, f64, f64) -> f64) -> Points {
    let mut stream = Stream::named([5; 32], "runs");
    let mut points = Vec::new();
    for size in 0..7 {
        for amount in 0..9 {
            let parameters = 1e7 * 3_f64.powi(size);
            let tokens = 2e8 * 2.5_f64.powi(amount);
            let unique = tokens.min(1e10);
            let scale = Scale::new()
                .with(Quantity::Parameters, parameters)
                .and_then(|scale| scale.with(Quantity::Tokens, tokens))
                .and_then(|scale| scale.with(Quantity::UniqueTokens, unique))
                .and_then(|scale| scale.with(Quantity::Compute, 6.0 * parameters * tokens))
                .and_then(|scale| scale.with(Quantity::Steps, tokens / 1e5))
                .and_then(|scale| scale.with(Quantity::PretrainingLoss, by_chinchilla(parameters, tokens, unique)))
                .unwrap();
            let loss = loss(parameters, tokens, unique) * libm::exp(spread * stream.normal());
            points.push(Point { scale, loss, group: Some(size.to_string()), row: points.len() as u64 + 1 });
        }
    }
    Points::new(points).unwrap()
}

fn by_chinchilla(parameters: f64, tokens: f64, _: f64) -> f64 {
    1.7 + 400.0 * libm::pow(parameters, -0.34) + 1_500.0 * libm::pow(tokens, -0.36)
}

fn check(fit: &Fit, expected: &[f64], tolerance: f64) {
    for ((constant, found), expected) in fit.minimiser().iter().zip(expected) {
        assert!((found / expected - 1.0).abs() < tolerance, "{}: {found} for {expected}", constant.symbol);
    }
}

#[test]
fn every_law_finds_its_own_constants_again() {
    let of_n = |value: &dyn Fn(f64) -> f64| runs(0.0, |parameters, tokens, _| value(6.0 * parameters * tokens));
    let squares = Criterion::Squares;
    let power = fit(Law::PowerLaw { over: Quantity::Compute }, &of_n(&|c| 50.0 * libm::pow(c, -0.07)), squares);
    check(&power.unwrap(), &[50.0, 0.07], 1e-9);
    let steps = runs(0.0, |_, tokens, _| 1.2 + 30.0 * libm::pow(tokens / 1e5, -0.4));
    check(&fit(Law::PowerLawOffset { over: Quantity::Steps }, &steps, squares).unwrap(), &[1.2, 30.0, 0.4], 1e-6);
    check(&fit(Law::Chinchilla, &runs(0.0, by_chinchilla), squares).unwrap(), &[1.7, 400.0, 1_500.0, 0.34, 0.36], 1e-5);
    let kaplan = runs(0.0, |parameters, tokens, _| {
        libm::pow(libm::pow(8.8e13 / parameters, 0.076 / 0.095) + 5.4e13 / tokens, 0.095)
    });
    check(&fit(Law::Kaplan, &kaplan, squares).unwrap(), &[8.8e13, 5.4e13, 0.076, 0.095], 1e-5);
    let repeated = runs(0.0, |parameters, tokens, unique| {
        let worth = unique * (1.0 + 15.0 * (1.0 - libm::exp(-(tokens / unique - 1.0) / 15.0)));
        by_chinchilla(parameters, worth, unique)
    });
    check(&fit(Law::DataConstrained, &repeated, squares).unwrap(), &[1.7, 400.0, 1_500.0, 0.34, 0.36, 15.0], 1e-4);
    let over_training = runs(0.0, |parameters, tokens, _| {
        1.8 + 500.0 * libm::pow(parameters, -0.35) + 1_200.0 * libm::pow(tokens, -0.35)
    });
    check(&fit(Law::OverTraining, &over_training, squares).unwrap(), &[1.8, 500.0, 1_200.0, 0.35], 1e-6);
    let downstream = runs(0.0, |parameters, tokens, unique| {
        0.85 - 2.2 * libm::exp(-0.72 * by_chinchilla(parameters, tokens, unique))
    });
    check(&fit(Law::Downstream, &downstream, squares).unwrap(), &[0.85, 2.2, 0.72], 1e-6);
    let broken =
        of_n(&|c| 0.5 + 2e3 * libm::pow(c, -0.18) * libm::pow(1.0 + libm::pow(c / 1e19, 1.0 / 0.4), 0.12 * 0.4));
    let found = fit(Law::Broken { over: Quantity::Compute, breaks: Breaks::One }, &broken, squares).unwrap();
    check(&found, &[0.5, 2e3, 0.18, -0.12, 1e19, 0.4], 1e-3);
}

/// SciPy 1.17.1, `least_squares` on log residuals, all tolerances 1e-15.
#[test]
fn fits_are_those_of_scipy() {
    let downstream = (0..12).map(|place| {
        let loss = 2.0 + 0.12 * f64::from(place);
        let error = (0.85 - 2.2 * libm::exp(-0.72 * loss)) * libm::exp(0.01 * libm::cos(3.0 * f64::from(place)));
        let scale = Scale::new().with(Quantity::PretrainingLoss, loss).unwrap();
        Point { scale, loss: error, group: None, row: u64::from(place as u32) }
    });
    let found = fit(Law::Downstream, &Points::new(downstream.collect()).unwrap(), Criterion::Squares).unwrap();
    check(&found, &[0.8644506672347464, 2.1173158528312475, 0.6886412546557862], 1e-6);
    assert!((found.cost() / 0.00028607302918118023 - 1.0).abs() < 1e-10, "{}", found.cost());

    let sizes = (0..5).flat_map(|n| (0..4).map(move |d| (2e7 * 3_f64.powi(n), 4e8 * 4_f64.powi(d))));
    let over_training = sizes.enumerate().map(|(place, (n, d))| {
        let law = 1.8 + 500.0 * libm::pow(n, -0.35) + 1_200.0 * libm::pow(d, -0.33);
        let scale = Scale::new().with(Quantity::Parameters, n).unwrap().with(Quantity::Tokens, d).unwrap();
        let loss = law * libm::exp(0.005 * libm::cos(2.0 * place as f64));
        Point { scale, loss, group: None, row: place as u64 }
    });
    let found = fit(Law::OverTraining, &Points::new(over_training.collect()).unwrap(), Criterion::Squares).unwrap();
    check(&found, &[1.8457249789971153, 492.82679206030423, 1707.0828026877723, 0.3490026302627132], 1e-5);
    assert!((found.cost() / 0.0001263714356658257 - 1.0).abs() < 1e-9, "{}", found.cost());
}

#[test]
fn a_loss_below_the_lowest_is_what_lies_beyond() {
    let downstream = runs(0.01, |parameters, tokens, unique| {
        0.85 - 2.2 * libm::exp(-0.72 * by_chinchilla(parameters, tokens, unique))
    });
    let lowest = downstream.values(Quantity::PretrainingLoss).unwrap().into_iter().fold(f64::MAX, f64::min);
    let found = fit(Law::Downstream, &downstream, Criterion::Squares).unwrap();
    let factor = |loss: f64| found.beyond(&Scale::new().with(Quantity::PretrainingLoss, loss).unwrap())[0].1;
    assert!((factor(0.8 * lowest) - 1.25).abs() < 1e-12 && factor(2.0 * lowest) < 1.0);
    let contest = contest(&[Law::Downstream], &downstream, Criterion::Squares, 0.2).unwrap();
    let held = |row: u64| downstream.points()[row as usize - 1].scale.get(Quantity::PretrainingLoss).unwrap();
    assert!(contest.held_out.iter().all(|row| held(*row) < 1.3 * lowest), "{contest:?}");
}

#[test]
fn a_law_with_several_breaks_fits_what_has_several() {
    let twice = runs(0.0, |parameters, tokens, _| {
        let x = libm::log(6.0 * parameters * tokens / 1e16);
        let soft = |at: f64, width: f64| width * libm::log1p(libm::exp((x - at) / width));
        0.3 + libm::exp(1.0 - 0.05 * x - 0.2 * soft(4.0, 0.3) + 0.15 * soft(9.0, 0.4))
    });
    let over = Quantity::Compute;
    for breaks in [Breaks::Two, Breaks::Three] {
        let found = fit(Law::Broken { over, breaks }, &twice, Criterion::Squares).unwrap();
        // Half a sum of 63 squares: log residuals below 1e-4 each.
        assert!(found.cost() < 3e-7, "{breaks:?}: {}", found.cost());
    }
}

#[test]
fn constants_lie_within_their_bounds_in_most_samples() {
    let points = runs(0.01, by_chinchilla);
    for criterion in [Criterion::Squares, Criterion::Huber { delta: 1e-3 }] {
        let found = fit(Law::Chinchilla, &points, criterion).unwrap();
        // At 1 in 2,000 on each side, ten bounds all hold in 99 of 100 samples.
        let (_, verdicts) = identify(&found, Unit::Runs, Alpha::new(0.0005).unwrap()).unwrap();
        for ((constant, verdict), truth) in verdicts.iter().zip([1.7, 400.0, 1_500.0, 0.34, 0.36]) {
            let Verdict::Identified { bounds, .. } = verdict else { panic!("{}: {verdict:?}", constant.symbol) };
            assert!((bounds.lower..bounds.upper).contains(&truth), "{}: {bounds:?}", constant.symbol);
        }
    }
}

#[test]
fn bounds_of_a_straight_line_are_those_of_student() {
    // ln L = ln A - alpha ln x is a line: the profile by squares is exactly the t
    // interval of linear regression where the spread of residuals decides.
    let over = Quantity::Tokens;
    let errors = [0.02, -0.01, -0.015, 0.01, 0.005, -0.02, 0.01, 0.0];
    let points = errors.iter().enumerate().map(|(place, error)| {
        let tokens = libm::exp(place as f64);
        let loss = 5.0 * libm::pow(tokens, -0.3) * libm::exp(*error);
        Point { scale: Scale::new().with(over, tokens).unwrap(), loss, group: None, row: place as u64 }
    });
    let points = Points::new(points.collect()).unwrap();
    let found = fit(Law::PowerLaw { over }, &points, Criterion::Squares).unwrap();
    let (_, verdicts) = identify(&found, Unit::Runs, level()).unwrap();
    let Verdict::Identified { estimate, bounds } = verdicts[1].1 else { panic!("{:?}", verdicts[1]) };
    // scipy 1.17.1, linregress(x, y) and t.ppf(0.975, 6).
    for (found, expected) in
        [(estimate, 0.3007142857142857), (bounds.lower, 0.29509591349157716), (bounds.upper, 0.30633265793699427)]
    {
        assert!((found - expected).abs() < 1e-7, "{found} for {expected}");
    }
}

#[test]
fn tokens_that_follow_parameters_identify_no_constant() {
    let points = (0..24).map(|place| {
        let parameters = 1e7 * 1.4_f64.powi(place);
        // Rounded to three digits, as tables are.
        let tokens = format!("{:.2e}", 20.0 * parameters).parse().unwrap();
        let scale = Scale::new()
            .with(Quantity::Parameters, parameters)
            .and_then(|scale| scale.with(Quantity::Tokens, tokens))
            .unwrap();
        Point { scale, loss: by_chinchilla(parameters, tokens, tokens), group: None, row: place as u64 + 1 }
    });
    let points = Points::new(points.collect()).unwrap();
    let found = fit(Law::Chinchilla, &points, Criterion::Squares).unwrap();
    let (_, verdicts) = identify(&found, Unit::Runs, level()).unwrap();
    let (first, second) = (Quantity::Parameters, Quantity::Tokens);
    for (constant, verdict) in &verdicts {
        let expected = Verdict::NotIdentified { reason: Reason::Collinear { first, second } };
        assert_eq!(*verdict, expected, "{}", constant.symbol);
    }
    let stream = Stream::named([1; 32], "collinear");
    let resampled =
        bootstrap(&found, Unit::Runs, &Resampling { level: level(), resamples: 100, stream: &stream }).unwrap();
    assert_eq!(resampled.allocate(1e21), Err(ScalingError::Collinear { first, second }));
    let target = |tokens: f64| Scale::new().with(first, 1e11).and_then(|scale| scale.with(second, tokens)).unwrap();
    for tokens in [2e11, 2e12] {
        assert_eq!(resampled.predict(&target(tokens), &stream), Err(ScalingError::Collinear { first, second }));
    }
}

#[test]
fn a_constant_that_only_few_repetitions_speak_of_has_one_bound() {
    // No token is worth less when repeated: R* can only be bounded from below.
    let points = runs(0.003, by_chinchilla);
    let found = fit(Law::DataConstrained, &points, Criterion::Squares).unwrap();
    let (_, verdicts) = identify(&found, Unit::Runs, level()).unwrap();
    let (constant, verdict) = verdicts[5];
    assert_eq!(constant.symbol, "R*");
    assert!(matches!(verdict, Verdict::AtLeast { lower, tried_to } if lower > 30.0 && tried_to > 1e3), "{verdict:?}");
}

#[test]
fn predictions_cover_the_truth_and_say_how_far_they_reach() {
    let points = runs(0.01, by_chinchilla);
    let found = fit(Law::Chinchilla, &points, Criterion::Huber { delta: 1e-3 }).unwrap();
    let stream = Stream::named([2; 32], "prediction");
    for unit in [Unit::Runs, Unit::Groups] {
        let resampled = bootstrap(
            &found,
            unit,
            &Resampling { level: Alpha::new(0.0005).unwrap(), resamples: 2_000, stream: &stream },
        )
        .unwrap();
        let largest = 1e7 * 3_f64.powi(6);
        let target = Scale::new()
            .with(Quantity::Parameters, 10.0 * largest)
            .and_then(|scale| scale.with(Quantity::Tokens, 1e12))
            .unwrap();
        let prediction = resampled.predict(&target, &stream).unwrap();
        let truth = by_chinchilla(10.0 * largest, 1e12, 1e12);
        assert!((prediction.law.lower..prediction.law.upper).contains(&truth), "{prediction:?} for {truth}");
        if unit == Unit::Runs {
            // Runs err by 1 percent, the law there by less.
            let width = |bounds: Bounds| bounds.upper - bounds.lower;
            assert!(width(prediction.run) > 1.2 * width(prediction.law), "{prediction:?}");
        }
        assert!((prediction.beyond[0].1 - 10.0).abs() < 1e-9, "{prediction:?}");
        // Twice the parameters: 400 (N^-0.34 - (2 N)^-0.34).
        let gain = 400.0 * libm::pow(10.0 * largest, -0.34) * (1.0 - libm::pow(2.0, -0.34));
        let found = prediction.gains[0];
        assert!((found.bounds.lower..found.bounds.upper).contains(&gain), "{found:?} for {gain}");
        let allocation = resampled.allocate(1e22).unwrap();
        // N = (alpha A / (beta B))^(1 / (alpha + beta)) (C / 6)^(beta / (alpha + beta)).
        let best = libm::pow(0.34 * 400.0 / (0.36 * 1_500.0), 1.0 / 0.7) * libm::pow(1e22 / 6.0, 0.36 / 0.7);
        let bounds = allocation.parameters_bounds;
        assert!((bounds.lower..bounds.upper).contains(&best), "{allocation:?} for {best}");
        assert!((6.0 * allocation.parameters * allocation.tokens / 1e22 - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_same_stream_gives_the_same_resamples() {
    let found = fit(Law::Chinchilla, &runs(0.01, by_chinchilla), Criterion::Squares).unwrap();
    let draw = || {
        let stream = Stream::named([2; 32], "same");
        bootstrap(&found, Unit::Groups, &Resampling { level: level(), resamples: 100, stream: &stream }).unwrap()
    };
    assert_eq!(draw(), draw());
}

#[test]
fn the_true_law_foresees_the_largest_runs_best() {
    let laws = [Law::PowerLaw { over: Quantity::Compute }, Law::Kaplan, Law::Chinchilla];
    let found = contest(&laws, &runs(0.002, by_chinchilla), Criterion::Squares, 0.25).unwrap();
    assert_eq!(found.entrants[0].law, Law::Chinchilla);
    assert!(found.held_out.len() >= 16 && found.factor > 10.0, "{found:?}");
    // Held-out runs err by 0.002 themselves.
    let best = found.entrants[0].outcome.as_ref().unwrap();
    assert!((0.001..0.006).contains(&best.root_mean_square), "{best:?}");
    let second = found.entrants[1].outcome.as_ref().unwrap();
    assert!(second.root_mean_square > 3.0 * best.root_mean_square, "{second:?}");
}

#[test]
fn an_odd_run_is_found_by_its_row() {
    let mut points = runs(0.002, by_chinchilla).points().to_vec();
    points[40].loss *= 1.2;
    let points = Points::new(points).unwrap();
    let found = fit(Law::Chinchilla, &points, Criterion::Squares).unwrap();
    let target = points.points()[62].scale;
    assert_eq!(influence(&found, &target).unwrap()[0].row, 41);
    assert_eq!(residuals(&found).unwrap().odd[0].0, 41);
}

#[test]
fn bad_data_are_refused_by_name() {
    let good = runs(0.0, by_chinchilla).points().to_vec();
    let of = |points: Vec<Point>| fit(Law::Chinchilla, &Points::new(points)?, Criterion::Squares);
    let code = |points: Vec<Point>| of(points).unwrap_err().code();
    assert_eq!(code(good[..5].to_vec()), "scaling-too-few-points");
    assert_eq!(code(good[..9].to_vec()), "scaling-single-scale");
    let with = |loss: f64| {
        let mut points = good.clone();
        points[3].loss = loss;
        points
    };
    for loss in [0.0, -2.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(with(loss)), "scaling-loss-not-positive");
    }
    let only_parameters = Scale::new().with(Quantity::Parameters, 1e9).unwrap();
    let mut points = good.clone();
    points[7].scale = only_parameters;
    assert!(matches!(of(points), Err(ScalingError::QuantityMissing { row: 8, quantity: Quantity::Tokens })));
    let delta = Criterion::Huber { delta: 0.0 };
    assert_eq!(
        fit(Law::Chinchilla, &Points::new(good.clone()).unwrap(), delta).unwrap_err().code(),
        "scaling-delta-not-positive"
    );
    let again = Points::new(good.iter().chain(&good).cloned().collect()).unwrap();
    assert_eq!((again.len(), again.duplicates().len()), (63, 63));
}

/// Numbers of every size: a fit or an error, never a panic.
#[test]
fn no_law_panics_on_odd_numbers() {
    let mut stream = Stream::named([9; 32], "odd");
    for round in 0..4_u64 {
        let rows = 14 + stream.below(10);
        let points = (0..rows).map(|row| {
            let mut number = || match stream.below(6) {
                0 => 1e300 * stream.uniform() + f64::MIN_POSITIVE,
                1 => 5e-324,
                2 => 1.0 + stream.below(3) as f64,
                3 => f64::MAX,
                _ => libm::exp(10.0 * stream.normal()),
            };
            let mut scale = Scale::new();
            for quantity in Quantity::ALL {
                scale = scale.with(quantity, number()).unwrap();
            }
            Point { scale, loss: number(), group: Some((row % 4).to_string()), row }
        });
        let points = Points::new(points.collect()).unwrap();
        let stream = Stream::named([9; 32], "odd/resamples");
        for law in ALL {
            let criterion = if round % 2 == 0 { Criterion::Squares } else { Criterion::Huber { delta: 1e-3 } };
            let Ok(found) = fit(law, &points, criterion) else {
                continue;
            };
            identify(&found, Unit::Groups, level()).ok();
            residuals(&found).ok();
            let target = points.points()[0].scale;
            influence(&found, &target).ok();
            next_runs(&found, &target, 1e20).ok();
            if let Ok(resampled) =
                bootstrap(&found, Unit::Runs, &Resampling { level: level(), resamples: 40, stream: &stream })
            {
                resampled.predict(&target, &stream).ok();
                resampled.allocate(1e20).ok();
            }
        }
        contest(&ALL, &points, Criterion::Squares, 0.3).ok();
    }
}
