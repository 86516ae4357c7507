//! Reports of scaling laws.

use gosset_report::scaling::{BestSizes, FittedLaw, ScalingReport};
use gosset_stats::interval::resampling::Resampling;
use gosset_stats::scaling::bootstrap::{Unit, bootstrap};
use gosset_stats::scaling::influence::{influence, residuals};
use gosset_stats::scaling::iso_flop::{Curve, optima};
use gosset_stats::scaling::{Criterion, Law, Point, Points, Quantity, Scale, envelope, fit, identify, next_runs};
use gosset_stats::{Alpha, Stream};

use crate::pages::keeps_the_rules;

/// Six budgets with five sizes each about the best one.
fn points() -> Points {
    let mut points = Vec::new();
    for budget in 0..6 {
        let compute = 1e17 * 10_f64.powi(budget);
        for step in -2..=2 {
            let n = 0.08 * compute.sqrt() * 2_f64.powi(step);
            let d = compute / (6.0 * n);
            let error = [0.002, -0.002, 0.001][points.len() % 3];
            let loss = (1.7 + 400.0 * n.powf(-0.34) + 1500.0 * d.powf(-0.36)) * (1.0 + error);
            let scale = [(Quantity::Parameters, n), (Quantity::Tokens, d), (Quantity::Compute, compute)]
                .into_iter()
                .try_fold(Scale::new(), |scale, (of, value)| scale.with(of, value))
                .expect("sizes are positive");
            points.push(Point { scale, loss, group: None, row: points.len() as u64 + 1 });
        }
    }
    Points::new(points).expect("losses are positive")
}

#[test]
fn pages_of_scaling_laws_keep_the_rules_and_show_all_that_was_asked() {
    let points = points();
    let level = Alpha::new(0.025).expect("0.025 is a level");
    let stream = Stream::named([1; 32], "page");
    for law in [Law::Chinchilla, Law::PowerLawOffset { over: Quantity::Compute }] {
        let found = fit(law, &points, Criterion::Squares).expect("the law fits");
        let (found, constants) = identify(&found, Unit::Runs, level).expect("the fit settles");
        let resampling = Resampling { level, resamples: 100, stream: &stream };
        let resampled = bootstrap(&found, Unit::Runs, &resampling).expect("resamples settle");
        let target = Scale::new()
            .with(Quantity::Parameters, 1e10)
            .and_then(|scale| scale.with(Quantity::Tokens, 2e11))
            .and_then(|scale| scale.with(Quantity::Compute, 1.2e22))
            .expect("the target is positive");
        let prediction = resampled.predict(&target, &stream).expect("the target has a loss");
        let allocation = resampled.allocate(1e22).ok();
        let influences = influence(&found, &target).expect("fits settle");
        let residuals = residuals(&found).expect("residuals are numbers");
        let next = next_runs(&found, &target, 1e20).expect("runs can be paid");
        let optima = optima(&points, Curve::Parabola).expect("runs have budgets");
        let frontier = optima.frontier().expect("there are six budgets");
        let exponent_bounds = frontier.bounds(level).expect("there are six budgets");
        let notes = ["only `<b>30</b>` runs \u{1b}[31m".to_owned()];
        let report = ScalingReport {
            source: ("<script>alert(1)</script>.csv", "0123456789ab"),
            points: &points,
            level: level.get(),
            law: Some(FittedLaw {
                fit: &found,
                constants: &constants,
                unit: Unit::Runs,
                resamples: 100,
                residuals: &residuals,
                prediction: Some((&target, &prediction)),
                influences: &influences,
                allocation: allocation.as_ref(),
                next: Some(&next),
            }),
            contest: None,
            iso_flop: Some(BestSizes { optima: &optima.optima, frontier: &frontier, exponent_bounds }),
            envelope: None,
            notes: &notes,
        };
        let page = report.html();
        keeps_the_rules(&page);
        for part in
            ["id=\"losses\"", "id=\"residuals\"", "id=\"iso-flop\"", "What to run next", "identify it", "target"]
        {
            assert!(page.contains(part), "{law:?}: {part}");
        }
        assert_eq!(page.contains("Best split"), law == Law::Chinchilla);
        assert_eq!(page, report.html());
        assert!(report.markdown().contains("| alpha |") || report.markdown().contains("**alpha**"));
        assert!(envelope(&points).is_err(), "budgets of single runs are no curves");
    }
}
