//! Which share of the variance of scores comes from tasks, runs and the
//! methods' behaviour on tasks, with bounds by inverting a bootstrap test.

use std::fmt::Display;

use super::error::VarianceError;
use super::layout::Layout;
use super::mixed_model::{self, Component, MethodByTask, Rows};
use super::search::{descend_from, minimize};
use crate::bounds::Bounds;
use crate::compare::Tails;
use crate::level::Alpha;
use crate::method::{Example, Findings, Inputs, Method, MethodError, Setting, Table};
use crate::sample::SampleError;
use crate::stream::Stream;

/// How often an interval is halved: bounds are right to 0.001.
const HALVINGS: u32 = 10;

/// The part of one source in the variance of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The source; none for the residual.
    pub component: Option<Component>,
    /// Its variance, in the squared unit of the metric.
    pub variance: f64,
    /// Its share of the sum of all variances, in 0..=1.
    pub share: f64,
    /// One-sided bounds of the share, to the outer 0.001; none for the
    /// residual.
    pub bounds: Option<Bounds>,
}

impl Part {
    /// The name of the source.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.component.map_or("residual", Component::name)
    }
}

/// The shares of the variance in a table of scores.
///
/// Differences between methods are fixed and count for nothing.
pub struct Shares {
    layout: Layout,
    theta: [f64; 3],
    residual_variance: f64,
    resamples: u32,
    stream: Stream,
}

impl Shares {
    /// Estimates by REML which share of the variance comes from where.
    ///
    /// `rows` and `interaction` are those of [`mixed_model::fit`]. Tests and
    /// bounds draw `resamples` tables, number i from `stream.substream(i)`.
    ///
    /// # Errors
    /// Those of [`mixed_model::fit`], and [`VarianceError::Sample`] with
    /// [`SampleError::TooFew`] below 100 resamples.
    pub fn new<T: Ord + Display>(
        rows: &Rows<'_, T>,
        interaction: MethodByTask,
        resamples: u32,
        stream: &Stream,
    ) -> Result<Self, VarianceError> {
        if resamples < 100 {
            return Err(SampleError::TooFew { needed: 100, got: resamples as usize }.into());
        }
        let baseline = rows.methods.first().ok_or(SampleError::TooFew { needed: 3, got: 0 })?;
        let layout = Layout::new(rows, baseline, interaction)?;
        let reml = minimize(&layout)?;
        let (theta, residual_variance) = (reml.theta, reml.variance() * layout.scale * layout.scale);
        Ok(Self { theta, residual_variance, resamples, stream: stream.clone(), layout })
    }

    /// The parts, each bound at the one-sided level `alpha`.
    ///
    /// The bounds are the least and the largest share that [`Self::tails`] does
    /// not reject.
    #[must_use]
    pub fn parts(&self, alpha: Alpha) -> Vec<Part> {
        let part = |component: Option<Component>| {
            let relative = component.map_or(1.0, |component| self.theta[component as usize]);
            Part {
                component,
                variance: relative * relative * self.residual_variance,
                share: share_of(self.theta, component),
                bounds: component.map(|component| self.bounds(component, alpha)),
            }
        };
        self.layout.components().map(Some).chain([None]).map(part).collect()
    }

    /// The p-values against "the share of `component` is `share`": greater
    /// against larger shares, less against smaller ones.
    ///
    /// Tables are drawn with that share, the other variances at their estimates,
    /// and their estimated shares compared with that of the data. With one
    /// component and a complete table the other variance does not matter, and
    /// normal scores make the test exact.
    ///
    /// # Panics
    /// If `share` is not in `0..1`.
    ///
    /// # Source
    /// Davison and Hinkley 1997, "Bootstrap Methods and their Application",
    /// sections 4.2.3 and 5.5 (parametric bootstrap test, intervals by test
    /// inversion); p-values (k + 1) / (R + 1).
    #[must_use]
    pub fn tails(&self, component: Component, share: f64) -> Tails {
        let (greater, less) = self.counts(component, share, |_, _| false);
        let all = f64::from(self.resamples + 1);
        Tails { greater: f64::from(greater) / all, less: f64::from(less) / all }
    }

    /// Whether a two-sided test, each side at level `alpha`, rejects "the share
    /// of `component` is `share`".
    ///
    /// What [`Self::tails`] says, but done as soon as it is clear.
    ///
    /// # Panics
    /// If `share` is not in `0..1`.
    #[must_use]
    pub fn is_excluded(&self, component: Component, share: f64, alpha: Alpha) -> bool {
        let most = self.most(alpha);
        let (greater, less) =
            self.counts(component, share, |greater, less| f64::from(greater) > most && f64::from(less) > most);
        f64::from(greater.min(less)) <= most
    }

    /// The largest count whose p-value is at most `alpha`.
    fn most(&self, alpha: Alpha) -> f64 {
        alpha.get() * f64::from(self.resamples + 1)
    }

    /// One more than how many of the tables drawn with `share` have an estimate
    /// at least, and at most, as large as that of the data; those drawn until
    /// `is_enough`.
    fn counts(&self, component: Component, share: f64, is_enough: impl Fn(u32, u32) -> bool) -> (u32, u32) {
        assert!((0.0..1.0).contains(&share), "a share is a proportion below 1");
        let mut theta = self.theta;
        theta[component as usize] = 0.0;
        let others: f64 = 1.0 + theta.iter().map(|theta| theta * theta).sum::<f64>();
        theta[component as usize] = (others * share / (1.0 - share)).sqrt();
        let observed = share_of(self.theta, Some(component));
        let (mut at_least, mut at_most) = (1_u32, 1_u32);
        for index in 0..self.resamples {
            if is_enough(at_least, at_most) {
                break;
            }
            let table = self.layout.drawn(theta, &mut self.stream.substream(u64::from(index)));
            // A table that cannot be fitted counts for either side.
            let found = descend_from(&table, theta).map(|found| share_of(found.theta, Some(component)));
            at_least += u32::from(found.is_none_or(|found| found >= observed));
            at_most += u32::from(found.is_none_or(|found| found <= observed));
        }
        (at_least, at_most)
    }

    fn bounds(&self, component: Component, alpha: Alpha) -> Bounds {
        let observed = share_of(self.theta, Some(component));
        let most = self.most(alpha);
        let is_too_small = |share: f64| {
            let (greater, _) = self.counts(component, share, |greater, _| f64::from(greater) > most);
            f64::from(greater) <= most
        };
        let is_too_large = |share: f64| {
            let (_, less) = self.counts(component, share, |_, less| f64::from(less) > most);
            f64::from(less) <= most
        };
        let lower = if is_too_small(0.0) { halve(0.0, observed, is_too_small) } else { 0.0 };
        Bounds { lower, upper: halve(1.0, observed, is_too_large) }
    }
}

/// Moves `outer`, which a test rejects, towards `inner`, which it does not.
fn halve(outer: f64, inner: f64, is_rejected: impl Fn(f64) -> bool) -> f64 {
    let (mut outer, mut inner) = (outer, inner);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (outer + inner);
        if is_rejected(middle) {
            outer = middle;
        } else {
            inner = middle;
        }
    }
    outer
}

/// The share of a component, or of the residual.
fn share_of(theta: [f64; 3], component: Option<Component>) -> f64 {
    let own = component.map_or(1.0, |component| theta[component as usize]);
    own * own / (1.0 + theta.iter().map(|theta| theta * theta).sum::<f64>())
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "variance-components",
    name: "Shares of the variance",
    question: "How much of the variation of scores comes from tasks, from runs, from methods that suit some tasks, and from what is left?",
    null: None,
    assumptions: &[
        "The tasks are draws from the tasks that the claim is about, and the runs from all runs.",
        "The effects of tasks, of runs, of methods on tasks, and the residuals are normal and independent, each with one variance.",
    ],
    use_when: "A study is planned: the shares say whether more tasks or more runs will make differences more precise.",
    avoid_when: "Scores or tasks are far from normal: with exponential ones 95 % bounds of the tasks' share cover 87 to 91 % \
                 at three to ten tasks, with Student's t of 3 degrees of freedom 89 to 94 %, with normal ones 93 to 97 %. \
                 Below five tasks the bounds leave nearly everything open. Runs are many and named anew in every task: \
                 each of thousands of fits then takes long.",
    formula: "share_k = s_k^2 / (sum_j s_j^2 + s^2) by REML; a bound is the outermost share at which at least a part `level` \
              of tables drawn with it have an estimate as far out as that of the data.",
    sources: &[
        "Bates, Maechler, Bolker and Walker 2015, \"Fitting Linear Mixed-Effects Models Using lme4\", Journal of Statistical Software 67, section 3.",
        "Davison and Hinkley 1997, \"Bootstrap Methods and their Application\", sections 4.2.3 and 5.5.",
    ],
    disagreements: &[
        "lme4's confint gives likelihood profiles of standard deviations, and bootstrap percentiles on request; both are for deviations, not for shares, and percentiles reach too low: with five tasks the exact theory of one component gives 84 % for a 95 % percentile interval.",
    ],
    columns: mixed_model::COLUMNS,
    settings: &[
        Setting::LEVEL,
        mixed_model::INTERACTION,
        Setting { name: "resamples", about: "how many tables are drawn, at least 100", usual: Some(500.0) },
    ],
    example: Example { columns: mixed_model::EXAMPLE, settings: &[("level", 0.025), ("resamples", 100.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (rows, interaction) = mixed_model::read(inputs)?;
    let shares = Shares::new(&rows, interaction, inputs.count("resamples", 100)?, inputs.stream())?;
    let parts = shares.parts(inputs.level()?);
    let lines = parts.iter().map(|part| {
        let (lower, upper) = (part.bounds.map(|bounds| bounds.lower), part.bounds.map(|bounds| bounds.upper));
        let numbers = vec![Some(part.share), lower, upper, Some(part.variance), Some(part.variance.sqrt())];
        (part.name().to_owned(), numbers)
    });
    let mut findings = Findings::default().with_table(Table {
        title: "where the variance comes from".to_owned(),
        label: "source".to_owned(),
        columns: ["share", "lower bound", "upper bound", "variance", "standard deviation"].map(str::to_owned).to_vec(),
        rows: lines.collect(),
    });
    for part in parts.iter().filter(|part| part.variance == 0.0) {
        findings = findings.with_note(format!(
            "The fit is singular: the variance of `{}` is estimated as 0, on the boundary. That is no evidence that there \
             is none: look at its upper bound.",
            part.name()
        ));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::f;

    fn table(seed: u8) -> (Vec<f64>, Vec<usize>, Vec<usize>) {
        let mut stream = Stream::named([seed; 32], "table");
        let (mut values, mut methods, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        for task in 0..6 {
            let level = stream.normal();
            for method in 0..2 {
                let own = level + 0.5 * stream.normal();
                for _ in 0..3 {
                    values.push(own + stream.normal());
                    methods.push(method);
                    tasks.push(task);
                }
            }
        }
        (values, methods, tasks)
    }

    #[test]
    fn shares_add_up_to_one_and_are_those_of_the_mixed_model() {
        let (values, methods, tasks) = table(1);
        let rows = Rows { values: &values, methods: &methods, tasks: &tasks, runs: None };
        let stream = Stream::named([2; 32], "bootstrap");
        let level = Alpha::new(0.05).unwrap();
        let parts = Shares::new(&rows, MethodByTask::Random, 100, &stream).unwrap().parts(level);
        let fit = mixed_model::fit(&rows, &1, MethodByTask::Random).unwrap();
        assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-14);
        for (part, (component, variance)) in parts.iter().zip(fit.variances()) {
            assert_eq!(part.component, Some(*component));
            assert!((part.variance - variance).abs() < 1e-8 * fit.total_variance());
            let bounds = part.bounds.unwrap();
            assert!(bounds.lower <= part.share && part.share <= bounds.upper);
        }
        assert_eq!(parts, Shares::new(&rows, MethodByTask::Random, 100, &stream).unwrap().parts(level));
        let few = Shares::new(&rows, MethodByTask::Random, 99, &stream).err().unwrap();
        assert_eq!(few.code(), "sample-too-few");
    }

    #[test]
    fn with_one_component_the_bounds_are_those_of_the_f_distribution() {
        // F over 1 + k odds has the F distribution, k values on each task (Searle 1971).
        let stream = Stream::named([5; 32], "bootstrap");
        let level = Alpha::new(0.05).unwrap();
        for seed in 6..9 {
            let (values, methods, tasks) = table(seed);
            let rows = Rows { values: &values, methods: &methods, tasks: &tasks, runs: None };
            let part = Shares::new(&rows, MethodByTask::Absent, 1_000, &stream).unwrap().parts(level)[0];
            let (per_task, df) = (6.0, (5.0, 29.0));
            let ratio = 1.0 + per_task * part.share / (1.0 - part.share);
            let bounds = part.bounds.unwrap();
            let scaled = |share: f64| ratio / (1.0 + per_task * share / (1.0 - share));
            // Four standard errors of 1,000 draws, and the step of 0.001.
            let error = 4.0 * (0.05_f64 * 0.95 / 1_000.0).sqrt() + 0.004;
            let above = f::sf(scaled(bounds.lower), df.0, df.1).unwrap();
            assert!((above - 0.05).abs() < error || (bounds.lower == 0.0 && above > 0.05), "{seed}: {above}");
            let below = f::cdf(scaled(bounds.upper), df.0, df.1).unwrap();
            assert!((below - 0.05).abs() < error, "{seed}: {below}");
        }
    }

    #[test]
    fn a_fit_from_the_truth_finds_what_the_whole_search_finds() {
        let (values, methods, tasks) = table(3);
        let runs: Vec<usize> = (0..values.len()).map(|row| row % 3).collect();
        let rows = Rows { values: &values, methods: &methods, tasks: &tasks, runs: Some(&runs) };
        let layout = Layout::new(&rows, &0, MethodByTask::Random).unwrap();
        let root = Stream::named([4; 32], "draws");
        for theta in [[0.5, 1.0, 0.3], [0.0, 1.0, 0.0]] {
            for index in 0..200 {
                let drawn = layout.drawn(theta, &mut root.substream(index));
                let (short, long) = (descend_from(&drawn, theta).unwrap(), minimize(&drawn).unwrap());
                assert!((short.deviance - long.deviance).abs() < 1e-8, "{index}: {:?} {:?}", short.theta, long.theta);
            }
        }
    }
}
