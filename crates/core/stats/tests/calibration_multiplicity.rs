//! Error rates of the procedures for families.
//!
//! Each hypothesis has a statistic with a normal distribution of variance 1
//! and is tested one-sided. A rate that is promised must stay below it plus
//! 5.5 standard errors, which all of them together fail with a chance below
//! one in a million, had the seeds been free. A share of errors has at most the
//! variance of an error that is there or not.

use std::fmt::Write;

use gosset_stats::multiplicity::{Dependence, ErrorRate, Procedure};
use gosset_stats::{Alpha, Stream};

const SIMULATIONS: u64 = 4_000;
const RATE: f64 = 0.05;
/// The mean of a statistic whose hypothesis is false.
const EFFECT: f64 = 2.5;

const SIZES: [usize; 3] = [2, 5, 20];

/// How the statistics of a family depend on one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shared {
    Nothing,
    /// Every two are correlated by one half.
    Half,
    /// Their noise sums to zero: as negative as equal correlations can be.
    Sum,
}

const DEPENDENCES: [(Shared, &str, Dependence); 3] = [
    (Shared::Nothing, "independent", Dependence::Independent),
    (Shared::Half, "correlated 0.5", Dependence::Positive),
    (Shared::Sum, "correlated -1 / (k - 1)", Dependence::Any),
];

fn noise(k: usize, shared: Shared, stream: &mut Stream) -> Vec<f64> {
    let own: Vec<f64> = (0..k).map(|_| stream.normal()).collect();
    match shared {
        Shared::Nothing => own,
        Shared::Half => {
            let common = stream.normal();
            own.iter().map(|own| (own + common) * std::f64::consts::FRAC_1_SQRT_2).collect()
        }
        Shared::Sum => {
            let mean = own.iter().sum::<f64>() / k as f64;
            let scale = (k as f64 / (k - 1) as f64).sqrt();
            own.iter().map(|own| (own - mean) * scale).collect()
        }
    }
}

fn upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// What a procedure did over all simulated families.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Families with a false rejection.
    any_false: f64,
    /// The share of false rejections, summed.
    false_share: f64,
    /// Of a family-wise procedure, families with a wrong bound; of another, the
    /// share of wrong bounds among those of the rejected, summed.
    wrong_bounds: f64,
    /// The share of false hypotheses that were rejected, summed.
    found: f64,
}

fn count(procedure: Procedure, noise: &[f64], means: &[f64], counts: &mut Counts) {
    let p_values: Vec<f64> = noise.iter().zip(means).map(|(noise, mean)| upper_tail(noise + mean)).collect();
    let alpha = Alpha::new(RATE).unwrap();
    let levels = procedure.levels(&p_values, alpha).unwrap();
    let bounds = procedure.bound_levels(&p_values, alpha).unwrap();
    let (mut rejected, mut wrong, mut misses_of_rejected, mut misses) = (0.0, 0.0, 0.0, 0.0);
    for index in 0..p_values.len() {
        // A lower bound is wrong where it lies above the mean.
        let miss = f64::from(u8::from(upper_tail(noise[index]) < bounds[index]));
        misses += miss;
        if p_values[index] <= levels[index] {
            rejected += 1.0;
            wrong += f64::from(u8::from(means[index] == 0.0));
            misses_of_rejected += miss;
        }
    }
    let false_hypotheses = means.iter().filter(|mean| **mean != 0.0).count().max(1) as f64;
    counts.any_false += f64::from(u8::from(wrong > 0.0));
    counts.false_share += wrong / f64::max(rejected, 1.0);
    counts.wrong_bounds += match procedure.error_rate() {
        ErrorRate::FamilyWise => f64::from(u8::from(misses > 0.0)),
        ErrorRate::FalseDiscovery => misses_of_rejected / f64::max(rejected, 1.0),
    };
    counts.found += (rejected - wrong) / false_hypotheses;
}

#[test]
fn promised_error_rates_hold_and_the_table_of_all_is_current() {
    let most = RATE + 5.5 * (RATE * (1.0 - RATE) / SIMULATIONS as f64).sqrt();
    let mut table = String::from(
        "| k | false ones | statistics | procedure | any error | share of errors | wrong bounds | of the false ones rejected |\n|---|---|---|---|---|---|---|---|\n",
    );
    let mut exceeding = Vec::new();
    for k in SIZES {
        for false_ones in [0, k / 2] {
            let means: Vec<f64> = (0..k).map(|index| if index < false_ones { EFFECT } else { 0.0 }).collect();
            for (shared, name, dependence) in DEPENDENCES {
                let root = Stream::named([61; 32], &format!("{k}/{false_ones}/{name}"));
                let mut counts = vec![Counts::default(); Procedure::ALL.len()];
                for index in 0..SIMULATIONS {
                    let noise = noise(k, shared, &mut root.substream(index));
                    for (procedure, counts) in Procedure::ALL.iter().zip(&mut counts) {
                        count(*procedure, &noise, &means, counts);
                    }
                }
                for (procedure, counts) in Procedure::ALL.iter().zip(counts) {
                    let share = |sum: f64| sum / SIMULATIONS as f64;
                    let found = if false_ones == 0 { "-".to_owned() } else { format!("{:.3}", share(counts.found)) };
                    writeln!(
                        table,
                        "| {k} | {false_ones} | {name} | {} | {:.3} | {:.3} | {:.3} | {found} |",
                        procedure.id(),
                        share(counts.any_false),
                        share(counts.false_share),
                        share(counts.wrong_bounds),
                    )
                    .unwrap();
                    let rates: &[(&str, f64)] = match procedure.error_rate() {
                        ErrorRate::FamilyWise => &[("errors", counts.any_false), ("bounds", counts.wrong_bounds)],
                        ErrorRate::FalseDiscovery => &[("errors", counts.false_share), ("bounds", counts.wrong_bounds)],
                    };
                    for (what, sum) in rates {
                        if share(*sum) > most {
                            let case = format!("{}, {what}, k = {k}, {false_ones} false, {name}", procedure.id());
                            assert!(procedure.dependence() < dependence, "{case}: {}", share(*sum));
                            exceeding.push(case);
                        }
                    }
                }
            }
        }
    }
    println!("{table}\nabove the rate: {exceeding:?}");
    assert!(exceeding.is_empty(), "without a promise no rate is exceeded here either: {exceeding:?}");
    assert_eq!(table, include_str!("reference/calibration_multiplicity.md"), "the stored table is not current");
}
