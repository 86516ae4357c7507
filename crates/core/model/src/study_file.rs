mod ablation;
mod benchmark;
mod scaling;

pub use ablation::AblationDesign;
pub(crate) use ablation::AblationEntry;
pub(crate) use benchmark::BenchmarkEntry;
pub use benchmark::{PairTest, Reference, TuningBudget, Usage};
pub use scaling::{Measure, ScaleQuantity, ScalingClaimKind, ScalingLaw};
pub(crate) use scaling::{ScalingClaimEntry, ScalingEntry};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Level, Name, Seeds, Setting};

/// A study as a person writes it: question, hypotheses, program, data,
/// metrics and design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// What the study is about.
    pub study: About,
    /// The program that every run executes.
    pub program: ProgramEntry,
    /// Parameters that are the same in every arm.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub parameters: Setting,
    /// Parameters that differ between arms.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub factors: BTreeMap<Name, FactorEntry>,
    /// What the program is trained and tested on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub data: BTreeMap<Name, DataEntry>,
    /// What is measured, and how.
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub metrics: BTreeMap<Name, MetricEntry>,
    /// What is claimed, one entry for each claim; may be left out where there
    /// is an ablation, whose components are claims, a ladder or a benchmark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<HypothesisEntry>,
    /// The components of a recipe, each of which becomes a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ablation: Option<AblationEntry>,
    /// A ladder of training runs from small to large, what is claimed of it and
    /// what a law foresees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingEntry>,
    /// Methods that are ranked over data sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<BenchmarkEntry>,
    /// How families of hypotheses share their error rate; by Holm's procedure
    /// where a family is not named here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub families: BTreeMap<Name, Family>,
    /// Blocks, error rates and what happens to failures.
    pub design: DesignEntry,
    /// Limits on what the study may spend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetEntry>,
    /// What readers should know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<NotesEntry>,
}

impl StudyFile {
    /// Whether a section is about recipes, which takes several seeds.
    pub(crate) fn has_recipes(&self) -> bool {
        self.ablation.is_some() || self.scaling.is_some()
    }
}

/// What the study is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// A short name, unique in the lab; it becomes part of paths.
    pub name: Name,
    /// The question in one sentence.
    pub question: String,
    /// Why it is asked and what is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
}

/// The program that every run executes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramEntry {
    /// The working directory, relative to the study file; its folder if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// A command that builds the program, run once before the first run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Vec<String>>,
    /// The command and its arguments. Placeholders: `{seed}`, `{run_dir}`,
    /// `{data.FILE}`, `{dataset}`, `{param.NAME}`, `{params_file}`,
    /// `{metrics_file}`, `{study_dir}`; `{{` and `}}` stand for braces.
    pub command: Vec<String>,
    /// How the parameters reach the program.
    pub parameters: ParameterStyle,
    /// The longest a run may take, in seconds of wall time.
    pub timeout_secs: f64,
    /// Seconds between the request to stop and the kill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_secs: Option<f64>,
    /// Processor slots that a run needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpus: Option<u32>,
    /// Accelerators that a run needs; it sees only its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u32>,
    /// The most memory that a run and its children may hold, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_limit_bytes: Option<u64>,
    /// The most that is kept of standard output, and of standard error, in
    /// bytes; the middle is dropped with a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_limit_bytes: Option<u64>,
    /// How often a run is repeated when the machine failed and not the
    /// program; the same for every arm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrastructure_retries: Option<u32>,
    /// Environment variables to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Environment variables to pass on besides `PATH`, `HOME` and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass_environment: Vec<String>,
}

/// How parameters reach the program. A JSON file is always there as well, its
/// path in `GOSSET_PARAMS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterStyle {
    /// Only where the command names them, as `{param.NAME}`.
    Template,
    /// Appended as `--name value`, with `_` in names written as `-`.
    Flags,
    /// Appended as `name=value`.
    Assignments,
    /// Only through the JSON file.
    File,
}

/// A parameter that differs between arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorEntry {
    /// Its level in the baseline arm.
    pub baseline: Level,
    /// All levels that arms may use, the baseline's among them.
    pub levels: Vec<Level>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit of its levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A data set: files by path, hashed at registration and before each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataEntry {
    /// Files or folders that the program reads: `train = "data/train.csv"`
    /// becomes `{data.train}`. Paths are relative to the study file.
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub files: BTreeMap<Name, String>,
    /// The labels that only the scorer sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth: Option<TruthEntry>,
    /// What the data are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Their licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// The labels that only the scorer sees: predictions are joined to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TruthEntry {
    /// A CSV, JSON-lines or Parquet file, relative to the study file.
    pub file: String,
    /// The column that names the example, in this file and in the predictions.
    pub id: String,
    /// The column that holds the true label or value.
    pub label: String,
}

/// A metric: what it is and how the scorer computes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricEntry {
    /// Which way is better.
    pub direction: Direction,
    /// The unit, as it should stand behind a number.
    pub unit: String,
    /// The lowest and the highest possible value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Compute it from predictions with this method of the catalogue, outside
    /// the program (grade A): `accuracy`, `log_loss`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// The predictions file in the run directory; `predictions.csv` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predictions: Option<String>,
    /// The columns of the predictions file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Take it from the metric of this name that the program logs itself
    /// (grade B).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logged: Option<String>,
    /// Which of the logged values counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Reduction>,
    /// Why the program's own word can be trusted. Without it a logged metric,
    /// or one scored against labels that the program writes itself, carries no
    /// verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
}

/// The columns of a predictions file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The predicted label or value; `prediction` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<String>,
    /// The true label or value, where the data set declares no `truth`;
    /// `label` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What the names of probability columns begin with, the class following;
    /// `p_` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_prefix: Option<String>,
}

/// Which way of a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    Maximize,
    /// Less is better.
    Minimize,
}

/// Which of the logged values of a run counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// The last one logged.
    Last,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The mean of all.
    Mean,
}

/// A claim about two arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HypothesisEntry {
    /// A short name.
    pub id: Name,
    /// The claim in words.
    pub claim: String,
    /// How the candidate arm differs from the baseline levels.
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub candidate: Setting,
    /// How the baseline arm differs from the baseline levels; not at all if
    /// absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub baseline: Setting,
    /// The metric that decides.
    pub metric: Name,
    /// Whether the candidate is claimed to be better or worse.
    pub expected: Expected,
    /// The smallest difference that would matter, in the metric's unit.
    /// Without it only harm can refute the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
    /// What the claim is about.
    pub scope: Scope,
    /// Hypotheses of one family share its error rate; `main` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Name>,
}

/// How the hypotheses of a family share its error rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The procedure that shares it.
    pub procedure: Procedure,
}

/// A procedure that shares one error rate among hypotheses.
///
/// `bonferroni`, `holm`, `hochberg` and `hommel` bound the chance of any wrong
/// decision in the family; the other two bound the expected share of wrong ones
/// among the decisions, and find more where hypotheses are many. `hochberg`,
/// `hommel` and `benjamini-hochberg` need hypotheses that go together: one
/// baseline, metric and expected direction for the whole family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Procedure {
    /// Every hypothesis gets an equal share.
    Bonferroni,
    /// Bonferroni, step by step for the hypotheses still left.
    Holm,
    /// Holm's levels from the largest p-value on.
    Hochberg,
    /// All sets of hypotheses tested by Simes' inequality.
    Hommel,
    /// The share of wrong decisions, for hypotheses that go together.
    BenjaminiHochberg,
    /// The share of wrong decisions, whatever goes with what.
    BenjaminiYekutieli,
}

impl Procedure {
    /// Its name in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Bonferroni => "Bonferroni",
            Self::Holm => "Holm",
            Self::Hochberg => "Hochberg",
            Self::Hommel => "Hommel",
            Self::BenjaminiHochberg => "Benjamini-Hochberg",
            Self::BenjaminiYekutieli => "Benjamini-Yekutieli",
        }
    }

    /// Whether it bounds the share of wrong decisions, and not the chance of
    /// any.
    #[must_use]
    pub fn bounds_false_discoveries(self) -> bool {
        match self {
            Self::BenjaminiHochberg | Self::BenjaminiYekutieli => true,
            Self::Bonferroni | Self::Holm | Self::Hochberg | Self::Hommel => false,
        }
    }

    /// Whether it holds only for hypotheses whose p-values go together.
    #[must_use]
    pub fn needs_positive_dependence(self) -> bool {
        match self {
            Self::Hochberg | Self::Hommel | Self::BenjaminiHochberg => true,
            Self::Bonferroni | Self::Holm | Self::BenjaminiYekutieli => false,
        }
    }
}

/// What a hypothesis claims of the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// The candidate is better by the metric's direction.
    Better,
    /// The candidate is worse by the metric's direction.
    Worse,
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The recipe: holds for further seeds. Needs many seeds.
    Method,
    /// These trained artifacts on examples like these: one seed, and the
    /// examples are the evidence. Needs `truth` and a metric that is a mean
    /// over examples.
    Artifact,
}

/// Blocks, error rates and what happens to failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DesignEntry {
    /// How many seeds (drawn from the digest of the registered protocol), or
    /// which.
    pub seeds: Seeds,
    /// The data sets that form blocks; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datasets: Option<Vec<Name>>,
    /// What the data sets stand for; for themselves if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datasets_stand_for: Option<StandFor>,
    /// Where each seed makes another split of the same data, such as a fold of a
    /// cross-validation: the size of a test part over that of a training part,
    /// 0.111 for ten folds. The corrected t test then allows for what the
    /// training parts have in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_to_train: Option<f64>,
    /// When the evidence is judged.
    pub horizon: HorizonEntry,
    /// With a sequential horizon, the numbers of seeds after which the referee
    /// looks; the last is `seeds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks: Option<Vec<u32>>,
    /// With a sequential horizon, the size of effect at which the bounds are
    /// tightest, in standard deviations of the paired differences; 1 is a
    /// choice that loses little for effects between 0.3 and 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect_scale: Option<f64>,
    /// The error rate of each family.
    pub alpha: f64,
    /// Whether `alpha` holds for each direction or is split between them.
    pub sides: Sides,
    /// The power that the design should have, and that advice on further
    /// blocks aims at.
    pub power: f64,
    /// What a failed run counts as.
    pub failures: FailurePolicy,
    /// The order in which blocks and arms are run.
    pub order: Order,
    /// The standard deviation of paired differences that you expect, for each
    /// metric, in its unit: from a pilot or from experience.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub expected_spread: BTreeMap<Name, f64>,
}

/// What the data sets of a study stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StandFor {
    /// Themselves: the claim is about the mean over just these, and seeds are
    /// the evidence.
    Themselves,
    /// Tasks of their kind: the claim is about others, too, and data sets are
    /// the evidence. Needs six or more.
    TheirKind,
}

/// When the evidence of a study is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HorizonEntry {
    /// Once, when all planned runs have ended.
    Fixed,
    /// At each of the registered `looks`, until everything is decided; the
    /// error rates hold wherever it stops.
    Sequential,
}

/// How the error rate is divided between the two directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// `alpha` for wrong support and `alpha` for wrong refutation.
    One,
    /// Half of `alpha` for each, as in a two-sided test.
    Two,
}

/// What a failed run counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailurePolicy {
    /// An arm that fails alone gets the largest difference observed in the
    /// hypothesis, counted against it; where both arms fail the block is void.
    WorstObserved,
    /// A failure leaves the hypothesis undecided.
    Undecided,
}

/// The order in which blocks and arms are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Blocks in random order, arms in random order within a block.
    Random,
    /// As listed.
    Listed,
}

/// Limits on what the study may spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetEntry {
    /// The most runs, repeats after machine failures included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<u64>,
    /// The most processor time of all runs together, in hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_hours: Option<f64>,
    /// The expected duration of one run in seconds, for estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_run_secs: Option<f64>,
    /// What an hour of one slot costs, for estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_per_slot_hour: Option<f64>,
    /// The currency of that cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// What readers should know besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotesEntry {
    /// Who could be harmed, and what was done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ethics: Option<String>,
    /// What the study cannot show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
}
