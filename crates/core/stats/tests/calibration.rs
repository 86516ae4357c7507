//! Error rates under the null hypothesis, by simulation.
//!
//! Each of the fourteen rates must lie in the band of its binomial distribution
//! that leaves out 3e-8 on either side: had the seeds been free and not fixed,
//! a false alarm would have a chance below one in a million.

use gosset_stats::compare::sign_flip::{Limits, p_greater};
use gosset_stats::interval::bootstrap_bca;
use gosset_stats::{Alpha, PairedT, Stream, binomial, noncentral_t, power};

const SIMULATIONS: u64 = 20_000;
/// What each side of the band leaves out.
const LEFT_OUT: f64 = 3e-8;

fn check(what: &str, probability: f64, mut happens: impl FnMut(&mut Stream) -> bool) {
    let root = Stream::named([20; 32], what);
    let hits = (0..SIMULATIONS).filter(|index| happens(&mut root.substream(*index))).count() as u64;
    let low = binomial::quantile(LEFT_OUT, SIMULATIONS, probability).unwrap();
    let high = binomial::quantile(1.0 - LEFT_OUT, SIMULATIONS, probability).unwrap();
    println!("{what}: {hits} of {SIMULATIONS}, expected {:.0}", probability * SIMULATIONS as f64);
    assert!((low..=high).contains(&hits), "{what}: {hits} outside {low}..={high}");
}

fn normal(n: usize, mean: f64, stream: &mut Stream) -> Vec<f64> {
    (0..n).map(|_| mean + stream.normal()).collect()
}

/// Symmetric about 0 and far from normal.
fn heavy(n: usize, stream: &mut Stream) -> Vec<f64> {
    (0..n).map(|_| stream.normal() / stream.normal()).collect()
}

fn alpha() -> Alpha {
    Alpha::new(0.05).unwrap()
}

#[test]
fn the_paired_t_errs_as_often_as_its_level_says() {
    for n in [5, 20] {
        check(&format!("paired t, greater, n = {n}"), 0.05, |stream| {
            PairedT::from_differences(&normal(n, 0.0, stream)).unwrap().p_greater(0.0) <= 0.05
        });
        check(&format!("paired t, lower bound, n = {n}"), 0.05, |stream| {
            PairedT::from_differences(&normal(n, 0.3, stream)).unwrap().lower(alpha()) > 0.3
        });
        check(&format!("paired t, upper bound, n = {n}"), 0.05, |stream| {
            PairedT::from_differences(&normal(n, 0.3, stream)).unwrap().upper(alpha()) < 0.3
        });
    }
}

#[test]
fn the_sign_flip_test_errs_as_often_as_its_level_says() {
    let limits = Limits { exact_up_to: 40, draws: 0 };
    for n in [5, 20] {
        // Without ties the p-value is uniform on the multiples of 2^-n.
        let all = (1_u64 << n) as f64;
        let size = (0.05 * all).floor() / all;
        check(&format!("sign flip, normal, n = {n}"), size, |stream| {
            let differences = normal(n, 0.0, stream);
            p_greater(&differences, 0.0, limits, stream).unwrap().p_value <= 0.05
        });
        check(&format!("sign flip, Cauchy, n = {n}"), size, |stream| {
            let differences = heavy(n, stream);
            p_greater(&differences, 0.0, limits, stream).unwrap().p_value <= 0.05
        });
    }
}

#[test]
fn drawn_sign_flips_err_as_often_as_their_level_says() {
    // With 199 draws and the one added, the p-value is uniform on k / 200.
    let limits = Limits { exact_up_to: 0, draws: 199 };
    check("sign flip, drawn, n = 30", 0.05, |stream| {
        let differences = normal(30, 0.0, stream);
        p_greater(&differences, 0.0, limits, &stream.substream(0)).unwrap().p_value <= 0.05
    });
}

#[test]
fn the_paired_t_rejects_as_often_as_its_power_says() {
    let expected = power::power(8, 0.9, alpha()).unwrap();
    check("power of the paired t, n = 8", expected, |stream| {
        PairedT::from_differences(&normal(8, 0.9, stream)).unwrap().p_greater(0.0) <= 0.05
    });
    let expected = noncentral_t::sf(2.0, 4.0, 1.5).unwrap();
    check("noncentral t, df = 4", expected, |stream| {
        let differences = normal(5, 1.5 / 5.0_f64.sqrt(), stream);
        let found = PairedT::from_differences(&differences).unwrap();
        found.mean() / found.standard_error() > 2.0
    });
}

#[test]
fn bootstrap_bounds_err_about_as_often_as_their_level_says_at_forty() {
    // The level is reached to order 1/n only. Any true rate from 0.045 to 0.065
    // passes but for a chance of 3e-8 on either side.
    let root = Stream::named([21; 32], "bootstrap calibration");
    let misses = (0..2_000_u64)
        .filter(|index| {
            let mut stream = root.substream(*index);
            let differences = normal(40, 0.0, &mut stream);
            bootstrap_bca::bca_mean(&differences, alpha(), 1_000, &stream.substream(0)).unwrap().lower > 0.0
        })
        .count();
    println!("bootstrap, lower bound, n = 40: {misses} of 2000");
    let low = binomial::quantile(LEFT_OUT, 2_000, 0.045).unwrap();
    let high = binomial::quantile(1.0 - LEFT_OUT, 2_000, 0.065).unwrap();
    assert!((low..=high).contains(&(misses as u64)), "{misses} outside {low}..={high}");
}
