use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Ablation, ArmName, Benchmark, CodeVersion, Columns, DataContent, Digest, Direction, ErrorRate, EvidenceUnit,
    Expected, FailurePolicy, Family, Grade, Level, Name, Order, ParameterStyle, Procedure, Reduction, Registered,
    Registration, Scaling, Scope, Seeds, Settings, Sides, StandFor, Timestamp, Trend, canonical_json,
};

/// What a study file means, with everything stated: nothing is left to
/// defaults, and every arm is written out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Protocol {
    /// The version of this form.
    pub version: u32,
    /// The name of the study.
    pub name: Name,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub background: Option<String>,
    /// What every run executes.
    pub program: Program,
    /// Parameters that are the same in every arm.
    pub parameters: Settings,
    /// Parameters that differ between arms.
    pub factors: BTreeMap<Name, Factor>,
    /// Data sets.
    pub data: BTreeMap<Name, DataSet>,
    /// Metrics.
    pub metrics: BTreeMap<Name, Metric>,
    /// Claims.
    pub hypotheses: Vec<Hypothesis>,
    /// The components of a recipe whose contributions are among the claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ablation: Option<Ablation>,
    /// The ladder of training runs about which something is claimed or
    /// foreseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// The methods that are ranked over data sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<Benchmark>,
    /// Every arm that some hypothesis or the benchmark needs, with all its
    /// settings.
    pub arms: BTreeMap<ArmName, Settings>,
    /// How families share their error rate where that is not by Holm's
    /// procedure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub families: BTreeMap<Name, Family>,
    /// Blocks and error rates.
    pub design: Design,
    /// Limits on spending.
    pub budget: Budget,
    /// Ethics and limits.
    pub notes: Notes,
}

/// What every run executes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Program {
    /// The working directory, relative to the study file.
    pub directory: String,
    /// A command run once before the first run.
    pub build: Option<Vec<String>>,
    /// The command template.
    pub command: Vec<String>,
    /// How parameters reach the program.
    pub parameters: ParameterStyle,
    /// The longest a run may take, in seconds.
    pub timeout_secs: f64,
    /// Seconds between the request to stop and the kill.
    pub grace_secs: f64,
    /// Processor slots a run needs.
    pub cpus: u32,
    /// Accelerators a run needs.
    pub gpus: u32,
    /// The most memory a run may hold, in bytes.
    pub memory_limit_bytes: Option<u64>,
    /// The most kept of each output stream, in bytes.
    pub output_limit_bytes: u64,
    /// Repeats after failures of the machine.
    pub infrastructure_retries: u32,
    /// Environment variables to set.
    pub environment: BTreeMap<String, String>,
    /// Environment variables to pass on.
    pub pass_environment: Vec<String>,
}

/// A parameter that differs between arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Factor {
    /// Its level in the baseline.
    pub baseline: Level,
    /// All levels.
    pub levels: Vec<Level>,
    /// What it is.
    pub description: Option<String>,
    /// The unit of its levels.
    pub unit: Option<String>,
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataSet {
    /// Files that the program reads, by name.
    pub files: BTreeMap<Name, String>,
    /// The labels that only the scorer sees.
    pub truth: Option<Truth>,
    /// What the data are.
    pub description: Option<String>,
    /// Where they come from.
    pub source: Option<String>,
    /// Their licence.
    pub licence: Option<String>,
}

/// The labels that only the scorer sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Truth {
    /// The file, relative to the study file.
    pub file: String,
    /// The column that names the example.
    pub id: String,
    /// The column of the true label or value.
    pub label: String,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Which way is better.
    pub direction: Direction,
    /// Its unit.
    pub unit: String,
    /// The lowest and highest possible value.
    pub range: Option<[f64; 2]>,
    /// Where its values come from.
    pub source: MetricSource,
}

/// Where the values of a metric come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum MetricSource {
    /// Computed by the scorer from the predictions: grade A where the labels
    /// come from the data set's `truth`, else B.
    Predictions {
        /// The method's id in the metric catalogue.
        score: String,
        /// The predictions file in the run directory.
        file: String,
        /// Its columns.
        columns: Columns,
        /// Why the labels that the program writes are trusted, if they are.
        trust: Option<String>,
    },
    /// Logged by the program itself: grade B.
    Logged {
        /// The name under which it is logged.
        series: String,
        /// Which of the logged values counts.
        reduction: Reduction,
        /// Why the program's word is trusted, if it is.
        trust: Option<String>,
    },
}

/// A claim about two arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hypothesis {
    /// Its name.
    pub id: Name,
    /// The claim in words.
    pub claim: String,
    /// The arm that is claimed to differ.
    pub candidate: ArmName,
    /// The arm it is compared with.
    pub baseline: ArmName,
    /// The metric that decides.
    pub metric: Name,
    /// Whether the candidate is claimed to be better or worse.
    pub expected: Expected,
    /// The smallest difference that would matter, in the metric's unit, or in
    /// that of a trend.
    pub smallest_effect: Option<f64>,
    /// What the claim is about.
    pub scope: Scope,
    /// The family whose error rate it shares.
    pub family: Name,
    /// The pairs of arms over whose mean it is claimed, where there are
    /// several; `candidate` and `baseline` are then the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub averaged: Option<Averaged>,
}

/// Several pairs of arms, over whose mean or trend something is claimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Averaged {
    /// What the candidates of all pairs have in common, in words.
    pub candidate: String,
    /// What their baselines have in common, in words.
    pub baseline: String,
    /// The pairs; no arm stands in two of them.
    pub pairs: Vec<ArmPair>,
    /// How the pairs lie along scale, where the claim is not about their mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
}

/// Two arms that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArmPair {
    /// The arm that is claimed to differ.
    pub candidate: ArmName,
    /// The arm it is compared with.
    pub baseline: ArmName,
}

impl Hypothesis {
    /// The pairs of arms that are compared: one, or those over whose mean
    /// something is claimed.
    #[must_use]
    pub fn pairs(&self) -> Vec<ArmPair> {
        match &self.averaged {
            Some(averaged) => averaged.pairs.clone(),
            None => vec![ArmPair { candidate: self.candidate.clone(), baseline: self.baseline.clone() }],
        }
    }

    /// What is read off the pairs along scale, where the claim is about that.
    #[must_use]
    pub fn trend(&self) -> Option<&Trend> {
        self.averaged.as_ref()?.trend.as_ref()
    }

    /// The candidate's arm, or what the candidates have in common, in words.
    #[must_use]
    pub fn candidate_words(&self) -> &str {
        self.averaged.as_ref().map_or(self.candidate.as_str(), |averaged| &averaged.candidate)
    }

    /// The baseline's arm, or what the baselines have in common, in words.
    #[must_use]
    pub fn baseline_words(&self) -> &str {
        self.averaged.as_ref().map_or(self.baseline.as_str(), |averaged| &averaged.baseline)
    }
}

/// Blocks and error rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Design {
    /// The seeds.
    pub seeds: Seeds,
    /// The data sets that form blocks.
    pub datasets: Vec<Name>,
    /// What the data sets stand for where that is not themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datasets_stand_for: Option<StandFor>,
    /// The size of a test part over that of a training part, where each seed
    /// makes another split of the same data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_to_train: Option<f64>,
    /// When the evidence is judged.
    pub horizon: Horizon,
    /// The error rate of each family.
    pub alpha: ErrorRate,
    /// How it is divided between the directions.
    pub sides: Sides,
    /// The power aimed at.
    pub power: f64,
    /// What a failed run counts as.
    pub failures: FailurePolicy,
    /// The order of runs.
    pub order: Order,
    /// The expected standard deviation of paired differences, by metric.
    pub expected_spread: BTreeMap<Name, f64>,
}

/// When the evidence of a study is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// Once, when all planned runs have ended.
    Fixed,
    /// At registered looks, until everything is decided.
    Sequential {
        /// After how many seeds, ascending; the last is all of them.
        looks: Vec<u32>,
        /// The size of effect at which the bounds are tightest, in standard
        /// deviations of the paired differences.
        effect_scale: f64,
    },
}

impl Design {
    /// After how many seeds the evidence is judged, ascending; the last is all
    /// of them.
    #[must_use]
    pub fn looks(&self) -> Vec<usize> {
        match &self.horizon {
            Horizon::Fixed => vec![self.seeds.count()],
            Horizon::Sequential { looks, .. } => looks.iter().map(|seeds| *seeds as usize).collect(),
        }
    }

    /// The error rate of one direction.
    #[must_use]
    pub fn one_sided_alpha(&self) -> f64 {
        match self.sides {
            Sides::One => self.alpha.get(),
            Sides::Two => self.alpha.get() / 2.0,
        }
    }
}

/// Limits on spending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    /// The most runs.
    pub runs: Option<u64>,
    /// The most processor time, in hours.
    pub cpu_hours: Option<f64>,
    /// The expected duration of a run, in seconds.
    pub expected_run_secs: Option<f64>,
    /// What an hour of one slot costs.
    pub cost_per_slot_hour: Option<f64>,
    /// The currency of that cost.
    pub currency: Option<String>,
}

/// What readers should know besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Notes {
    /// Who could be harmed.
    pub ethics: Option<String>,
    /// What the study cannot show.
    pub limits: Option<String>,
}

impl Protocol {
    /// The digest of the canonical form.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(canonical_json(self).as_bytes())
    }

    /// The number of blocks: seeds times data sets.
    #[must_use]
    pub fn block_count(&self) -> usize {
        self.design.seeds.count() * self.design.datasets.len().max(1)
    }

    /// The number of runs: blocks times arms.
    #[must_use]
    pub fn run_count(&self) -> usize {
        self.block_count() * self.arms.len()
    }

    /// Every file that the study reads, as written, in order and once.
    #[must_use]
    pub fn data_paths(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self
            .data
            .values()
            .flat_map(|data| data.files.values().chain(data.truth.iter().map(|truth| &truth.file)))
            .map(String::as_str)
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// How far values of `metric` can be relied on, and why they are trusted
    /// where they rest on the program's own word.
    #[must_use]
    pub fn grade(&self, metric: &Name) -> (Grade, Option<&str>) {
        let has_truth = |name: &Name| self.data.get(name).is_some_and(|data| data.truth.is_some());
        let is_outside = !self.design.datasets.is_empty() && self.design.datasets.iter().all(has_truth);
        match self.metrics.get(metric).map(|metric| &metric.source) {
            Some(MetricSource::Predictions { .. }) if is_outside => (Grade::A, None),
            Some(MetricSource::Predictions { trust, .. } | MetricSource::Logged { trust, .. }) => {
                (Grade::B, trust.as_deref())
            }
            None => (Grade::B, None),
        }
    }

    /// What the independent pieces of evidence for a hypothesis are.
    #[must_use]
    pub fn evidence_unit(&self, hypothesis: &Hypothesis) -> EvidenceUnit {
        match (hypothesis.scope, self.design.datasets_stand_for) {
            (Scope::Artifact, _) => EvidenceUnit::Examples,
            (Scope::Method, Some(StandFor::TheirKind)) => EvidenceUnit::Datasets,
            (Scope::Method, Some(StandFor::Themselves) | None) if self.design.test_to_train.is_some() => {
                EvidenceUnit::Splits
            }
            (Scope::Method, Some(StandFor::Themselves) | None) => EvidenceUnit::Seeds,
        }
    }

    /// How the hypotheses of `family` share its error rate.
    #[must_use]
    pub fn procedure(&self, family: &Name) -> Procedure {
        self.families.get(family).map_or(Procedure::Holm, |family| family.procedure)
    }

    /// How many hypotheses are in `family`.
    #[must_use]
    pub fn members(&self, family: &Name) -> usize {
        self.hypotheses.iter().filter(|hypothesis| hypothesis.family == *family).count()
    }

    /// Whether the claims are about single trained artifacts, whose evidence
    /// are examples, and not about recipes, whose evidence are seeds.
    #[must_use]
    pub fn is_about_artifacts(&self) -> bool {
        self.hypotheses.iter().any(|hypothesis| hypothesis.scope == Scope::Artifact)
    }

    /// The hypothesis named `id`.
    #[must_use]
    pub fn hypothesis(&self, id: &Name) -> Option<&Hypothesis> {
        self.hypotheses.iter().find(|hypothesis| hypothesis.id == *id)
    }
}

/// A protocol that can still change. Nothing can be judged on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    protocol: Protocol,
}

impl Draft {
    pub(crate) fn new(protocol: Protocol) -> Self {
        Self { protocol }
    }

    /// What the study means to do.
    #[must_use]
    pub fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// Freezes the protocol: the only way to a [`Registered`] study.
    ///
    /// `data` holds the content of every path in [`Protocol::data_paths`].
    #[must_use]
    pub fn register(
        self,
        data: BTreeMap<String, DataContent>,
        code: CodeVersion,
        gosset_version: String,
        now: Timestamp,
    ) -> Registered {
        let digest = self.protocol.digest();
        Registered::from(Registration {
            version: Registration::VERSION,
            protocol: self.protocol,
            digest,
            seed_key: digest,
            data,
            code,
            gosset_version,
            at: now,
        })
    }
}
