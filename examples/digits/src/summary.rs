//! Tells from many seeds what a study of few seeds would find.

use std::fmt;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::calibration::ArmAccuracies;
use crate::draws::{Draws, Purpose};

/// Subsets drawn for each arm; a share of 0.999 is known to 0.0003.
const SUBSETS: usize = 20_000;

/// How the study that is prepared would judge.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Plan {
    /// Set the number of seeds in the study that is prepared
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = RangedU64ValueParser::<usize>::new().range(2..))]
    pub(crate) blocks: usize,
    /// Set the one-sided error rate of the family
    #[arg(long, value_name = "LEVEL", default_value_t = 0.05, value_parser = parse_level)]
    alpha: f64,
    /// Set the number of hypotheses; the strictest level is alpha divided by it
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    family: usize,
    /// Set the smallest effect of interest, as accuracy from 0 to 1
    #[arg(long, value_name = "EFFECT", default_value_t = 0.005)]
    margin: f64,
}

/// The answer to the question whether an arm is better than the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Supported,
    Harmful,
    Equivalent,
    Trivial,
    Refuted,
    Undecided,
}

/// Mean and standard deviation of paired differences, arm minus baseline.
#[derive(Debug, Clone, Copy)]
struct Differences {
    mean: f64,
    sd: f64,
    n: f64,
}

/// Writes a table in Markdown with one row for each arm after the first.
///
/// The first of `arms` is the baseline. Standard deviations have the divisor
/// n - 1. `truth` follows from the 99.9 % interval for the mean difference,
/// and the chances are those of a study of `plan.blocks` seeds to find it, at
/// the strictest and at the mildest level of Holm's procedure: by the normal
/// approximation and as the share of random subsets of the seeds at hand.
pub(crate) fn summarise(arms: &[ArmAccuracies], plan: &Plan) -> String {
    let Some((baseline, arms)) = arms.split_first() else {
        return String::new();
    };
    let n = baseline.values.len();
    let strict = plan.alpha / plan.family as f64;
    let mut text = format!(
        "Baseline accuracy over {n} seeds: mean {:.5}, sd {:.5}. Smallest effect of interest: {}.\n\
         Chances are for {} paired seeds, one-sided level {strict} | {}.\n\n\
         | arm | accuracy | mean difference | 99.9 % interval | sd of differences | correlation \
         | equal pairs | truth | chance, normal | chance, {SUBSETS} subsets | truth in the narrow sense |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
        mean(&baseline.values),
        sd(&baseline.values),
        plan.margin,
        plan.blocks,
        plan.alpha,
    );
    for arm in arms {
        let pairs = arm.values.iter().zip(&baseline.values);
        let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
        let all = Differences::of(&differences);
        let half = quantile(0.9995, n) * all.sd / all.n.sqrt();
        let (low, high) = (all.mean - half, all.mean + half);
        let truth = truth(low, high, plan.margin);
        let equal = differences.iter().filter(|d| d.abs() < 1e-9).count();
        let levels = [strict, plan.alpha];
        let normal = levels.map(|level| all.chance(truth, level, plan));
        let drawn = levels.map(|level| draw_subsets(&differences, truth, level, plan));
        text += &format!(
            "| {} | {:.5} | {:+.5} | {low:+.5} to {high:+.5} | {:.5} | {:.3} | {:.1} % | {truth} \
             | {:.5} \\| {:.5} | {:.5} \\| {:.5} | {:.5} \\| {:.5} |\n",
            arm.name,
            mean(&arm.values),
            all.mean,
            all.sd,
            correlation(&arm.values, &baseline.values),
            100.0 * equal as f64 / all.n,
            normal[0],
            normal[1],
            drawn[0].0,
            drawn[1].0,
            drawn[0].1,
            drawn[1].1,
        );
    }
    text += "\nFor an equivalent arm, \"chance\" counts every study whose bounds lie within the \
        margin, and \"in the narrow sense\" only those whose bounds also enclose 0.\n";
    text
}

/// Judges by an interval so wide that it is taken for the truth.
fn truth(low: f64, high: f64, margin: f64) -> Verdict {
    if low > margin {
        Verdict::Supported
    } else if high < -margin {
        Verdict::Harmful
    } else if low > -margin && high < margin {
        Verdict::Equivalent
    } else {
        Verdict::Undecided
    }
}

impl Differences {
    fn of(values: &[f64]) -> Self {
        Self { mean: mean(values), sd: sd(values), n: values.len() as f64 }
    }

    /// Judges by one-sided t bounds at `level`, as the referee does.
    fn judge(&self, critical: f64, margin: f64) -> Verdict {
        let half = critical * self.sd / self.n.sqrt();
        let (low, high) = (self.mean - half, self.mean + half);
        if high < margin {
            if high < 0.0 {
                Verdict::Harmful
            } else if low > 0.0 {
                Verdict::Trivial
            } else if low > -margin {
                Verdict::Equivalent
            } else {
                Verdict::Refuted
            }
        } else if low > 0.0 {
            Verdict::Supported
        } else {
            Verdict::Undecided
        }
    }

    /// Whether both bounds lie within the margin, whatever else they say.
    fn is_within_margin(&self, critical: f64, margin: f64) -> bool {
        let half = critical * self.sd / self.n.sqrt();
        self.mean - half > -margin && self.mean + half < margin
    }

    /// The chance of the true verdict if the mean of a study were normal and its
    /// standard deviation known.
    fn chance(&self, truth: Verdict, level: f64, plan: &Plan) -> f64 {
        let error = self.sd / (plan.blocks as f64).sqrt();
        let half = quantile(1.0 - level, plan.blocks) * error;
        let normal = Normal::standard();
        let below = |limit: f64| normal.cdf((limit - self.mean) / error);
        match truth {
            Verdict::Supported => 1.0 - below(half.max(plan.margin - half)),
            Verdict::Harmful => below(-half),
            Verdict::Equivalent => (below(plan.margin - half) - below(half - plan.margin)).max(0.0),
            Verdict::Trivial | Verdict::Refuted | Verdict::Undecided => 0.0,
        }
    }
}

/// Draws subsets without replacement and returns the shares with the true verdict.
///
/// The first share counts every equivalence, the second the narrow sense only.
fn draw_subsets(differences: &[f64], truth: Verdict, level: f64, plan: &Plan) -> (f64, f64) {
    let mut draws = Draws::new(0, Purpose::Subsets);
    let mut pool = differences.to_vec();
    let critical = quantile(1.0 - level, plan.blocks);
    let (mut wide, mut narrow) = (0, 0);
    for _ in 0..SUBSETS {
        draws.choose_front(&mut pool, plan.blocks);
        let study = Differences::of(&pool[..plan.blocks]);
        let hit = study.judge(critical, plan.margin) == truth;
        let within = study.is_within_margin(critical, plan.margin);
        narrow += usize::from(hit);
        wide += usize::from(hit || (truth == Verdict::Equivalent && within));
    }
    (wide as f64 / SUBSETS as f64, narrow as f64 / SUBSETS as f64)
}

/// Reads an error rate between 0 and 1, both excluded.
fn parse_level(text: &str) -> Result<f64, String> {
    let level = text.parse().ok().filter(|&level| level > 0.0 && level < 1.0);
    level.ok_or_else(|| "expected a number between 0 and 1".to_owned())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn sd(values: &[f64]) -> f64 {
    let center = mean(values);
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0)).sqrt()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (center_a, center_b) = (mean(a), mean(b));
    let products: f64 = a.iter().zip(b).map(|(x, y)| (x - center_a) * (y - center_b)).sum();
    products / (a.len() as f64 - 1.0) / (sd(a) * sd(b))
}

/// The quantile of Student's t distribution with `n - 1` degrees of freedom.
fn quantile(probability: f64, n: usize) -> f64 {
    StudentsT::new(0.0, 1.0, n as f64 - 1.0).expect("a calibration has at least two seeds").inverse_cdf(probability)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Supported => "supported",
            Self::Harmful => "refuted: harmful",
            Self::Equivalent => "refuted: equivalent",
            Self::Trivial => "refuted: trivial",
            Self::Refuted => "refuted",
            Self::Undecided => "unclear",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_printed_tables() {
        // Student's t, 23 degrees of freedom: 2.500 at .99, 1.714 at .95.
        assert!((quantile(0.99, 24) - 2.500).abs() < 1e-3);
        assert!((quantile(0.95, 24) - 1.714).abs() < 1e-3);
    }

    #[test]
    fn mean_sd_and_correlation_follow_their_definitions() {
        // 1, 2, 3, 4, 5: squares 4 + 1 + 0 + 1 + 4 = 10, divided by 4.
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert!((mean(&values) - 3.0).abs() < 1e-12);
        assert!((sd(&values) - 2.5f64.sqrt()).abs() < 1e-12);
        let falling = [5.0, 4.0, 3.0, 2.0, 1.0];
        assert!((correlation(&values, &falling) + 1.0).abs() < 1e-12);
    }

    /// Judges a mean with bounds `half` to either side and the margin 0.005.
    fn check(mean: f64, half: f64, expected: Verdict) {
        let study = Differences { mean, sd: half, n: 1.0 };
        assert_eq!(study.judge(1.0, 0.005), expected);
    }

    #[test]
    fn bounds_lead_to_the_verdict_of_the_referee() {
        check(0.010, 0.002, Verdict::Supported);
        check(0.004, 0.003, Verdict::Supported);
        check(0.004, 0.005, Verdict::Undecided);
        check(0.003, 0.001, Verdict::Trivial);
        check(0.000, 0.002, Verdict::Equivalent);
        check(-0.004, 0.002, Verdict::Harmful);
        check(-0.001, 0.005, Verdict::Refuted);
    }
}
