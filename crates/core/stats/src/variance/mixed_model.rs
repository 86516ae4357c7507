//! A linear mixed model of scores: methods fixed; tasks, runs and the
//! methods' behaviour on tasks random.

use std::fmt::Display;

use super::cholesky::Cholesky;
use super::error::VarianceError;
use super::layout::Layout;
use super::reml::{Reml, Slopes};
use super::search::minimize;
use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting, Table};
use crate::sample::SampleError;

pub use super::layout::{Component, MethodByTask, Rows};

/// What scores say about methods when tasks and runs are random draws.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedModel {
    baseline: String,
    baseline_mean: Effect,
    differences: Vec<(String, Effect)>,
    variances: Vec<(Component, f64)>,
    residual_variance: f64,
    log_likelihood: f64,
    tasks: usize,
}

/// A contrast of the methods, with Satterthwaite's degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The estimate, in the unit of the metric.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its degrees of freedom, not always whole.
    pub df: f64,
}

impl Effect {
    /// The estimate over its standard error.
    #[must_use]
    pub fn t(&self) -> f64 {
        self.estimate / self.standard_error
    }

    /// The two-sided p-value against "it is nil".
    #[must_use]
    pub fn p_two_sided(&self) -> f64 {
        2.0 * student_t::upper_tail(self.t().abs(), self.df)
    }

    /// The one-sided bounds, each at level `alpha`.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let reach = student_t::upper_point(alpha.get(), self.df) * self.standard_error;
        Bounds { lower: self.estimate - reach, upper: self.estimate + reach }
    }
}

/// Fits score = method + task + run + method-by-task + residual by REML.
///
/// `rows` hold scores in the unit of the metric; the table need not be complete.
/// The methods are fixed, everything else is drawn from normal distributions, so
/// that differences between methods are about tasks and runs like those at
/// hand, not about these. Runs are a term of their own only where `rows.runs` is
/// given. `interaction` says whether methods may behave differently from task to
/// task.
///
/// With very few tasks the estimate of a variance is often 0, and then bounds
/// are too narrow; see [`MixedModel::is_singular`].
///
/// # Errors
/// [`VarianceError::Lengths`], [`VarianceError::UnknownBaseline`],
/// [`VarianceError::TooFewLevels`] below two methods, tasks or runs,
/// [`VarianceError::Confounded`] where the design cannot tell components apart,
/// [`VarianceError::NoResidual`], [`VarianceError::Flat`], and
/// [`VarianceError::Sample`].
///
/// # Source
/// Bates, Maechler, Bolker and Walker 2015, "Fitting Linear Mixed-Effects Models
/// Using lme4", section 3; Kuznetsova, Brockhoff and Christensen 2017, "lmerTest
/// Package", section 2, for the degrees of freedom, here from analytic
/// derivatives and, as there, without components whose estimate is 0.
pub fn fit<T: Ord + Display>(
    rows: &Rows<'_, T>,
    baseline: &T,
    interaction: MethodByTask,
) -> Result<MixedModel, VarianceError> {
    let layout = Layout::new(rows, baseline, interaction)?;
    let reml = minimize(&layout)?;
    MixedModel::of(&layout, &reml)
}

impl MixedModel {
    fn of(layout: &Layout, reml: &Reml<'_>) -> Result<Self, VarianceError> {
        let slopes = reml.slopes();
        let count = layout.methods.len();
        let contrast = |method: Option<usize>| -> Result<Effect, VarianceError> {
            let mut weights = vec![0.0; count];
            weights[0] = 1.0;
            if let Some(method) = method {
                weights[0] = -1.0;
                weights[method] = 1.0;
            }
            let estimate: f64 = weights.iter().zip(&reml.means).map(|(weight, mean)| weight * mean).sum();
            let (ratio, by) = reml.variance_of_contrast(&weights, &slopes);
            let shift = if method.is_none() { layout.centre } else { 0.0 };
            Ok(Effect {
                estimate: shift + layout.scale * estimate,
                standard_error: layout.scale * (ratio * reml.variance()).sqrt(),
                df: satterthwaite(reml, &slopes, ratio, by)?,
            })
        };
        let differences = (1..count)
            .map(|method| Ok((layout.methods[method].clone(), contrast(Some(method))?)))
            .collect::<Result<_, VarianceError>>()?;
        let residual_variance = reml.variance() * layout.scale * layout.scale;
        let variance = |component: Component| {
            let theta = reml.theta[component as usize];
            (component, theta * theta * residual_variance)
        };
        Ok(Self {
            baseline: layout.methods[0].clone(),
            baseline_mean: contrast(None)?,
            differences,
            variances: layout.components().map(variance).collect(),
            residual_variance,
            log_likelihood: -0.5 * (reml.deviance + 2.0 * layout.df() * libm::log(layout.scale)),
            tasks: layout.tasks.len(),
        })
    }

    /// The baseline's name.
    #[must_use]
    pub fn baseline(&self) -> &str {
        &self.baseline
    }

    /// The baseline's mean over all tasks and runs.
    #[must_use]
    pub fn baseline_mean(&self) -> Effect {
        self.baseline_mean
    }

    /// Each other method's mean less the baseline's, by name.
    #[must_use]
    pub fn differences(&self) -> &[(String, Effect)] {
        &self.differences
    }

    /// The variance of each component, in the squared unit of the metric.
    #[must_use]
    pub fn variances(&self) -> &[(Component, f64)] {
        &self.variances
    }

    /// The variance of what is left.
    #[must_use]
    pub fn residual_variance(&self) -> f64 {
        self.residual_variance
    }

    /// The sum of all variances: that of one score of a method on a task and in
    /// a run not seen before.
    #[must_use]
    pub fn total_variance(&self) -> f64 {
        self.variances.iter().map(|(_, variance)| variance).sum::<f64>() + self.residual_variance
    }

    /// The maximum of the restricted log-likelihood, as lme4 counts it.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The components whose variance is estimated as 0, on the boundary.
    pub fn on_boundary(&self) -> impl Iterator<Item = Component> + '_ {
        self.variances.iter().filter(|(_, variance)| *variance == 0.0).map(|(component, _)| *component)
    }

    /// Whether a variance is estimated as 0.
    ///
    /// That is no evidence that there is none: with few tasks it happens often
    /// where there is. Standard errors then leave the component out.
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.on_boundary().next().is_some()
    }
}

/// The degrees of freedom of a contrast with variance `ratio` times the
/// residual variance, whose derivatives by the relative variances are `by`.
///
/// 2 f^2 over g'A g, where f is the variance of the contrast, g its gradient by
/// the variance parameters and A their asymptotic covariance, twice the inverse
/// of the deviance's second derivatives. Any parameters give the same at a
/// minimum; here they are the logarithm of the residual variance and the
/// relative variances, the residual variance divided out of f and g.
fn satterthwaite(reml: &Reml<'_>, slopes: &Slopes, ratio: f64, by: [f64; 3]) -> Result<f64, VarianceError> {
    let free: Vec<usize> =
        std::iter::once(0).chain((0..3).filter(|place| reml.theta[*place] > 0.0).map(|place| place + 1)).collect();
    let information = slopes.information(reml.variance());
    // Relative variances can be of very different size: by their logarithms.
    let unit = |place: usize| if place == 0 { 1.0 } else { reml.theta[place - 1] * reml.theta[place - 1] };
    let matrix = free
        .iter()
        .flat_map(|first| free.iter().map(|second| information[*first][*second] * unit(*first) * unit(*second)))
        .collect();
    let gradient: Vec<f64> =
        free.iter().map(|place| if *place == 0 { ratio } else { by[*place - 1] * unit(*place) }).collect();
    let factor = Cholesky::of(matrix, free.len()).ok_or(VarianceError::Flat)?;
    let mut solved = gradient;
    factor.solve_lower(&mut solved);
    let spread: f64 = solved.iter().map(|entry| entry * entry).sum();
    Ok(ratio * ratio / spread)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "mixed-model",
    name: "Linear mixed model with random tasks and runs",
    question: "How much better is each method than the baseline on tasks and runs like these?",
    null: Some("The method's mean over all tasks of the kind equals the baseline's."),
    assumptions: &[
        "The tasks are draws from the tasks that the claim is about, and the runs from all runs.",
        "The effects of tasks, of runs, of methods on tasks, and the residuals are normal and independent, each with one variance.",
    ],
    use_when: "Several methods were run several times on several tasks, the table may have holes, and the claim is about \
               tasks like these.",
    avoid_when: "There are few tasks and methods may behave differently on them: 95 % intervals cover 93 % with three \
                 tasks and 93.5 % with five if the method-by-task spread is as large as the residual's, and what they \
                 should from ten on; with a complete table the paired t on the means of tasks is exact at any number. \
                 Leaving method-by-task out makes it 77 to 81 % at any number of tasks. Only these tasks are of \
                 interest: use the two-way analysis of variance.",
    formula: "y = method + task + run + method:task + e by REML; df = 2 f^2 / (g' A g), f the variance of the difference, \
              g its gradient by the variance parameters, A their asymptotic covariance.",
    sources: &[
        "Bates, Maechler, Bolker and Walker 2015, \"Fitting Linear Mixed-Effects Models Using lme4\", Journal of Statistical Software 67, section 3.",
        "Kuznetsova, Brockhoff and Christensen 2017, \"lmerTest Package: Tests in Linear Mixed Effects Models\", Journal of Statistical Software 82, section 2 (Satterthwaite's degrees of freedom).",
        "Barr, Levy, Scheepers and Tily 2013, \"Random effects structure for confirmatory hypothesis testing: Keep it maximal\", Journal of Memory and Language 68 (why the method-by-task term stays in by default).",
    ],
    disagreements: &[
        "lme4 1.1.31 with lmerTest 3.1.3 gives the same to about 1e-8, if its optimiser is driven to the end; as it stands by default, its degrees of freedom are off by up to 1e-4 of themselves.",
        "lme4 loses digits where values lie far from 0: at an offset of 10,000 and a residual deviation of 0.01 its deviance falls 1e-9 below the true minimum (computed in exact fractions) and the tasks' deviation is off by 1.3e-5.",
        "statsmodels' MixedLM takes a normal distribution for differences: with six tasks p = 7e-22 where Student's t gives 2e-4, with three 0.52 for 0.59.",
        "statsmodels' MixedLM does not reach the boundary and says that it has converged: in our reference case of pure noise it reports a task deviation of 0.24 at a log-likelihood 0.53 below the maximum, which is at 0.",
    ],
    columns: COLUMNS,
    settings: &[Setting::LEVEL, INTERACTION],
    example: Example { columns: EXAMPLE, settings: &[("level", 0.025)] },
    compute,
};

/// The columns of a mixed model.
pub(super) const COLUMNS: &[Column] = &[
    Column::numbers(Role::Value, "the score of each run"),
    Column::labels(Role::Method, "the method of each score; the method of the first row is the baseline"),
    Column::labels(Role::Task, "the task or data set of each score"),
    Column::labels(
        Role::Run,
        "the run or seed of each score, only where one name stands for something that methods or tasks share",
    )
    .optional(),
];

/// Whether the method-by-task term is in the model.
pub(super) const INTERACTION: Setting = Setting {
    name: "method-by-task",
    about: "1 to let a method's effect differ from task to task, 0 to take it as the same on all",
    usual: Some(1.0),
};

/// The columns of an example.
pub(super) const EXAMPLE: &[(Role, ExampleValues)] = &[
    (
        Role::Value,
        ExampleValues::Numbers(&[
            0.61, 0.63, 0.78, 0.75, 0.52, 0.55, 0.81, 0.84, 0.66, 0.69, 0.79, 0.83, 0.60, 0.57, 0.83, 0.85,
        ]),
    ),
    (
        Role::Method,
        ExampleValues::Labels(&[
            "old", "old", "old", "old", "old", "old", "old", "old", "new", "new", "new", "new", "new", "new", "new",
            "new",
        ]),
    ),
    (
        Role::Task,
        ExampleValues::Labels(&["a", "a", "b", "b", "c", "c", "d", "d", "a", "a", "b", "b", "c", "c", "d", "d"]),
    ),
];

/// The rows of a table, and whether methods may behave differently by task.
pub(super) fn read<'a>(inputs: &Inputs<'a>) -> Result<(Rows<'a, String>, MethodByTask), MethodError> {
    let runs = if inputs.has(Role::Run) { Some(inputs.labels(Role::Run)?) } else { None };
    let (values, methods, tasks) =
        (inputs.numbers(Role::Value)?, inputs.labels(Role::Method)?, inputs.labels(Role::Task)?);
    let value = inputs.setting("method-by-task")?;
    let interaction = if value == 1.0 {
        MethodByTask::Random
    } else if value == 0.0 {
        MethodByTask::Absent
    } else {
        return Err(MethodError::SettingOutside { name: "method-by-task", value, expected: "0 or 1" });
    };
    Ok((Rows { values, methods, tasks, runs }, interaction))
}

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (rows, interaction) = read(inputs)?;
    let level = inputs.level()?;
    let baseline = rows.methods.first().ok_or(VarianceError::Sample(SampleError::TooFew { needed: 3, got: 0 }))?;
    Ok(fit(&rows, baseline, interaction)?.findings(level))
}

impl MixedModel {
    fn findings(&self, level: Alpha) -> Findings {
        let differences = self.differences.iter().map(|(method, effect)| {
            let bounds = effect.bounds(level);
            let numbers = [
                effect.estimate,
                bounds.lower,
                bounds.upper,
                effect.standard_error,
                effect.df,
                effect.t(),
                effect.p_two_sided(),
            ];
            (method.clone(), numbers.map(Some).to_vec())
        });
        let total = self.total_variance();
        let parts = self.variances.iter().map(|(component, variance)| (component.name(), *variance));
        let parts = parts.chain(std::iter::once(("residual", self.residual_variance)));
        let spread = parts.map(|(name, variance)| {
            (name.to_owned(), [variance, variance.sqrt(), variance / total].map(Some).to_vec())
        });
        let names = |columns: &[&str]| columns.iter().map(|&name| name.to_owned()).collect();
        let mut findings = Findings::default()
            .with_bounds("mean of the baseline", self.baseline_mean.estimate, self.baseline_mean.bounds(level))
            .with("residual standard deviation", self.residual_variance.sqrt())
            .with("REML log-likelihood", self.log_likelihood)
            .with("tasks", self.tasks as f64)
            .with_table(Table {
                title: "difference of each method to the baseline".to_owned(),
                label: "method".to_owned(),
                columns: names(&[
                    "difference",
                    "lower bound",
                    "upper bound",
                    "standard error",
                    "degrees of freedom",
                    "t",
                    "p-value, two-sided",
                ]),
                rows: differences.collect(),
            })
            .with_table(Table {
                title: "where the variance comes from".to_owned(),
                label: "source".to_owned(),
                columns: names(&["variance", "standard deviation", "share"]),
                rows: spread.collect(),
            })
            .with_note(format!("The baseline is `{}`, the method of the first row.", self.baseline));
        for component in self.on_boundary() {
            findings = findings.with_note(format!(
                "The fit is singular: the variance of `{}` is estimated as 0, on the boundary. That is no evidence that \
                 there is none, and the bounds leave it out.",
                component.name()
            ));
        }
        if self.variances.iter().all(|(component, _)| *component != Component::MethodByTask) {
            return findings.with_note(
                "The model takes each method's effect to be the same on all tasks; where it is not, the bounds are too narrow.",
            );
        }
        if self.tasks < 5 {
            return findings.with_note(format!("With {} tasks the bounds are somewhat too narrow.", self.tasks));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [&str; 8] = ["old", "old", "old", "old", "new", "new", "new", "new"];

    fn find(values: &[f64], tasks: &[&str], runs: Option<&[&str]>, interaction: MethodByTask) -> VarianceError {
        let rows = Rows { values, methods: &METHODS, tasks, runs };
        fit(&rows, &"old", interaction).unwrap_err()
    }

    #[test]
    fn a_complete_table_with_an_interaction_is_the_paired_t_on_the_means_of_tasks() {
        // Two methods, three tasks, two runs; the task means of the differences are 1, 2, 6.
        let values = [0.0, 2.0, 10.0, 12.0, 20.0, 21.0, 1.0, 3.0, 12.0, 14.0, 26.0, 27.0];
        let methods: Vec<&str> = ["old"; 6].into_iter().chain(["new"; 6]).collect();
        let tasks = ["a", "a", "b", "b", "c", "c", "a", "a", "b", "b", "c", "c"];
        let rows = Rows { values: &values, methods: &methods, tasks: &tasks, runs: None };
        let found = fit(&rows, &"old", MethodByTask::Random).unwrap();
        assert!(!found.is_singular());
        let (name, effect) = &found.differences()[0];
        assert_eq!(name, "new");
        // Mean 3, variance 7.
        for (found, expected) in
            [(effect.estimate, 3.0), (effect.standard_error, (7.0_f64 / 3.0).sqrt()), (effect.df, 2.0)]
        {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        // Within cells: 2 2 2 2 0.5 0.5 over six degrees of freedom in squares.
        assert!((found.residual_variance() - 1.5).abs() < 1e-9);
    }

    #[test]
    fn designs_that_cannot_tell_components_apart_are_refused() {
        let values = [0.1, 0.4, 0.3, 0.9, 0.2, 0.7, 0.5, 0.8];
        let one = find(&values, &["a"; 8], None, MethodByTask::Random);
        assert_eq!(one, VarianceError::TooFewLevels { factor: "task", got: 1 });
        let four = ["a", "b", "c", "d", "a", "b", "c", "d"];
        let confounded =
            |component, with: &[&'static str]| VarianceError::Confounded { component, with: with.to_vec() };
        assert_eq!(find(&values, &four, None, MethodByTask::Random), confounded("method-by-task", &["residual"]));
        assert_eq!(find(&values, &four, Some(&four), MethodByTask::Absent), confounded("run", &["task"]));
        let own = ["1", "2", "3", "4", "5", "6", "7", "8"];
        assert_eq!(find(&values, &four, Some(&own), MethodByTask::Absent), confounded("run", &["residual"]));
        let apart = ["a", "a", "a", "a", "b", "b", "b", "b"];
        assert_eq!(find(&values, &apart, None, MethodByTask::Absent), confounded("task", &["the methods"]));
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let two = ["a", "a", "b", "b", "a", "a", "b", "b"];
        let exact = [0.0, 0.0, 5.0, 5.0, 1.0, 1.0, 8.0, 8.0];
        assert_eq!(find(&exact, &two, None, MethodByTask::Random), VarianceError::NoResidual);
        let additive = [0.0, 0.0, 5.0, 5.0, 1.0, 1.0, 6.0, 6.0];
        assert_eq!(find(&additive, &two, None, MethodByTask::Absent), VarianceError::NoResidual);
        assert_eq!(find(&[1.0; 8], &two, None, MethodByTask::Absent).code(), "sample-no-spread");
        assert_eq!(find(&exact[..7], &two, None, MethodByTask::Absent).code(), "variance-lengths");
        let rows = Rows { values: &exact, methods: &METHODS, tasks: &two, runs: None };
        assert_eq!(fit(&rows, &"older", MethodByTask::Absent).unwrap_err().code(), "variance-unknown-baseline");
    }
}
