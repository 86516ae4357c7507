use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AblationFindings, BenchmarkFindings, Change, DataMismatch, Digest, Grade, Name, Outcome, RunId, ScalingFindings,
};

/// What the referee says of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The version of this form.
    pub version: u32,
    /// The protocol judged.
    pub protocol: Digest,
    /// Whether every planned run had ended.
    pub is_complete: bool,
    /// Runs planned.
    pub runs_planned: u64,
    /// Runs that finished and were scored.
    pub runs_finished: u64,
    /// Runs that failed, each by the program's own doing.
    pub runs_failed: u64,
    /// The look at which a sequential study was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// One entry for each hypothesis, in the order of the protocol.
    pub hypotheses: Vec<HypothesisJudgement>,
    /// What the arms of an ablation say besides, in a study that is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ablation: Option<AblationFindings>,
    /// What a ladder says besides, in a study that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingFindings>,
    /// What the runs of a benchmark say besides, in a study that is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<BenchmarkFindings>,
}

/// A look of a sequential study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    /// Its number, from 1.
    pub number: u32,
    /// The number of registered looks.
    pub of: u32,
    /// The seeds by then.
    pub seeds: u32,
}

/// What the independent pieces of evidence for a hypothesis are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceUnit {
    /// Seeds: the claim is about the recipe.
    #[default]
    Seeds,
    /// Examples: the claim is about two trained artifacts.
    Examples,
    /// Splits of one set of data: the claim is about the recipe on such data,
    /// and the splits are not independent.
    Splits,
    /// Data sets: the claim is about tasks of their kind.
    Datasets,
}

impl EvidenceUnit {
    /// One of them.
    #[must_use]
    pub fn one(self) -> &'static str {
        match self {
            Self::Seeds => "seed",
            Self::Examples => "example",
            Self::Splits => "split",
            Self::Datasets => "data set",
        }
    }

    /// Several of them.
    #[must_use]
    pub fn several(self) -> &'static str {
        match self {
            Self::Seeds => "seeds",
            Self::Examples => "examples",
            Self::Splits => "splits",
            Self::Datasets => "data sets",
        }
    }
}

impl Judgement {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
}

/// What the referee says of one hypothesis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HypothesisJudgement {
    /// The hypothesis.
    pub id: Name,
    /// The verdict.
    pub verdict: Verdict,
    /// What the independent pieces of evidence are.
    #[serde(default)]
    pub unit: EvidenceUnit,
    /// How far the numbers can be relied on.
    pub grade: Grade,
    /// Why a logged metric was trusted, if one was.
    pub trust: Option<String>,
    /// How often results of a study with a fixed horizon were shown before all
    /// its runs had ended, which takes grade A away.
    #[serde(default)]
    pub early_looks: u64,
    /// The effect, if it can be estimated.
    pub effect: Option<Effect>,
    /// Every block that counts, in the order of data set and seed.
    pub blocks: Vec<Block>,
    /// Blocks in which both arms failed.
    pub void_blocks: Vec<VoidBlock>,
    /// Other analyses of the same differences.
    pub companions: Vec<Companion>,
    /// The verdict with one seed or data set left out, for each.
    pub left_out: Vec<LeftOut>,
    /// The fewest pieces of evidence without which the decision is another,
    /// those that speak most for it left out first; none where there is no
    /// decision or no number of them changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fewest_to_change: Option<u64>,
    /// The decision by other analyses that a reader could call sensible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multiverse: Vec<Alternative>,
    /// What the blocks that lack a run could change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingCases>,
    /// How many further units would decide with the registered power, if the
    /// effect and spread are what they seem. In a sequential study, how many
    /// would on average.
    pub more_blocks: Option<u64>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Verdict {
    /// The claimed effect is there.
    Supported {
        /// Whether it is at least the smallest effect of interest.
        is_meaningful: bool,
    },
    /// An effect that would matter is excluded.
    Refuted {
        /// In which way.
        how: RefutedKind,
    },
    /// The evidence does not decide.
    Undecided {
        /// Why.
        why: Undecided,
    },
    /// The protocol was broken.
    Invalid {
        /// What was broken, and where.
        broken: Broken,
    },
    /// The two arms are the same thing: bit-identical outputs in every block.
    NoOp,
}

/// How an effect that would matter is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefutedKind {
    /// The effect goes the other way, and may be as large as matters.
    Harmful,
    /// It is smaller than the smallest effect of interest either way, on
    /// whichever side of zero it lies.
    Equivalent,
    /// It is there, but smaller than the smallest effect of interest.
    Trivial,
    /// It is smaller than the smallest effect of interest; harm is not
    /// excluded.
    NotMeaningful,
}

/// Why the evidence does not decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Undecided {
    /// The interval is too wide.
    Underpowered,
    /// Runs are missing, and the decision hangs on what they would have been.
    Missing {
        /// How many blocks lack a run.
        blocks: u64,
    },
    /// Failures leave it undecided, by the registered policy.
    Failures {
        /// How many blocks have a failed run.
        blocks: u64,
    },
    /// Data sets disagree: the effect goes up on one and down on another.
    Heterogeneous {
        /// Where it goes up.
        up: Vec<String>,
        /// Where it goes down.
        down: Vec<String>,
    },
    /// The companion tests do not come to the decision of the primary.
    CompanionsDisagree {
        /// Which.
        companions: Vec<CompanionMethod>,
    },
    /// There is no estimate: too few blocks, or no spread at all.
    NotEstimable {
        /// Why.
        why: String,
    },
}

/// What was broken in the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Broken {
    /// Data changed between registration and run.
    DataChanged {
        /// Which, with both digests.
        mismatch: DataMismatch,
    },
    /// The protocol was changed after results could have been seen.
    LateAmendment {
        /// What was changed.
        changes: Vec<Change>,
    },
}

/// An effect: the mean paired difference, oriented so that positive is what
/// the hypothesis claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// The mean difference, in the metric's unit.
    pub estimate: f64,
    /// The one-sided lower bound.
    pub lower: f64,
    /// The one-sided upper bound.
    pub upper: f64,
    /// The level of the lower bound after adjustment for the family.
    pub lower_level: f64,
    /// The level of the upper bound after adjustment for the family.
    pub upper_level: f64,
    /// The level of bounds that hold for all members of the family at once.
    pub family_level: f64,
    /// The lower bound at that level.
    pub family_lower: f64,
    /// The upper bound at that level.
    pub family_upper: f64,
    /// The number of independent units: seeds or examples.
    pub n: u64,
    /// The standard deviation of the units' differences.
    pub sd: f64,
    /// The standard error of the estimate.
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// One-sided p-value against no effect; in a sequential study one over the
    /// e-value, which holds wherever the study stops.
    pub p_support: f64,
    /// One-sided p-value against the smallest effect of interest (against no
    /// effect where none is registered).
    pub p_refute: f64,
    /// The mean of the baseline arm over the blocks in which it finished.
    pub baseline_mean: Option<f64>,
    /// The mean of the candidate arm over the blocks in which it finished.
    pub candidate_mean: Option<f64>,
}

/// One block of a hypothesis: the same seed and data for both arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// The data set.
    pub dataset: Option<Name>,
    /// The seed.
    pub seed: u64,
    /// The baseline's run.
    pub baseline_run: RunId,
    /// The candidate's run.
    pub candidate_run: RunId,
    /// The baseline's score.
    pub baseline: Option<f64>,
    /// The candidate's score.
    pub candidate: Option<f64>,
    /// The difference that counts, oriented.
    pub difference: f64,
    /// What the failed arm came to, if the difference stands for a failure.
    pub failure: Option<Outcome>,
}

/// A block in which both arms failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VoidBlock {
    /// The data set.
    pub dataset: Option<Name>,
    /// The seed.
    pub seed: u64,
    /// What the baseline came to.
    pub baseline: Outcome,
    /// What the candidate came to.
    pub candidate: Outcome,
}

/// Another analysis of the same differences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Companion {
    /// Which.
    pub method: CompanionMethod,
    /// Its estimate, where it has one.
    pub estimate: Option<f64>,
    /// Its lower bound at the primary's level.
    pub lower: Option<f64>,
    /// Its upper bound at the primary's level.
    pub upper: Option<f64>,
    /// Its p-value against no effect.
    pub p_support: Option<f64>,
    /// Its p-value against the smallest effect of interest.
    pub p_refute: Option<f64>,
    /// How it was computed, in words.
    pub how: String,
    /// Whether it comes to the primary's decision; none where the primary
    /// decides nothing or the companion cannot be computed.
    pub agrees: Option<bool>,
}

/// An analysis that accompanies the primary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CompanionMethod {
    /// The sign-flip test, exact under symmetry.
    SignFlip,
    /// The Hodges-Lehmann estimate.
    HodgesLehmann,
    /// The bias-corrected accelerated bootstrap of the mean.
    Bootstrap,
    /// The sign-flip e-process, valid at any look under symmetry.
    SignFlipE,
    /// The permutation test of independent runs.
    Permutation,
}

impl CompanionMethod {
    /// Its name in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SignFlip => "sign-flip test",
            Self::HodgesLehmann => "Hodges-Lehmann estimate",
            Self::Bootstrap => "BCa bootstrap",
            Self::SignFlipE => "sign-flip e-process",
            Self::Permutation => "permutation test",
        }
    }
}

/// What bounds decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The effect is above zero.
    Supported,
    /// The effect is below the bound.
    Refuted,
    /// Neither.
    Neither,
}

impl Decision {
    /// The decision in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Neither => "undecided",
        }
    }
}

/// An analysis that differs from the registered one in choices that were open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    /// What it does otherwise, each in words.
    pub choices: Vec<String>,
    /// Its estimate of the effect.
    pub estimate: f64,
    /// What it decides.
    pub decision: Decision,
    /// Whether that is what the registered analysis decides.
    pub is_same: bool,
}

/// The effect with every block that lacks a run counted as the largest
/// difference observed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingCases {
    /// Blocks that lack a run.
    pub blocks: u64,
    /// All of them counted against the claim.
    pub against: MissingCase,
    /// All of them counted for the claim.
    pub in_favour: MissingCase,
}

/// The effect with missing blocks counted one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingCase {
    /// The estimate.
    pub estimate: f64,
    /// The lower bound, at the level of the decision.
    pub lower: f64,
    /// The upper bound, at the level of the decision.
    pub upper: f64,
    /// What they decide.
    pub decision: Decision,
}

/// The verdict with one piece of evidence left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// The seed left out; none where a data set was.
    pub seed: Option<u64>,
    /// The data set left out, with all its blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<Name>,
    /// The estimate without it.
    pub estimate: f64,
    /// The lower bound without it, at the same level.
    pub lower: f64,
    /// The upper bound without it, at the same level.
    pub upper: f64,
    /// Whether the decision stays the same.
    pub is_same: bool,
}

impl Verdict {
    /// The verdict in one or two words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Supported { is_meaningful: true } => "Supported (meaningful)".to_owned(),
            Self::Supported { is_meaningful: false } => "Supported".to_owned(),
            Self::Refuted { how } => format!("Refuted ({})", how.word()),
            Self::Undecided { why } => format!("Undecided ({})", why.word()),
            Self::Invalid { .. } => "Invalid".to_owned(),
            Self::NoOp => "No-op".to_owned(),
        }
    }

    /// Whether the claim was decided one way or the other.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        matches!(self, Self::Supported { .. } | Self::Refuted { .. })
    }
}

impl RefutedKind {
    /// The kind in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Harmful => "harmful",
            Self::Equivalent => "equivalent",
            Self::Trivial => "trivial",
            Self::NotMeaningful => "not meaningful",
        }
    }
}

impl Undecided {
    /// The reason in a word or two.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Underpowered => "underpowered",
            Self::Missing { .. } => "missing runs",
            Self::Failures { .. } => "failed runs",
            Self::Heterogeneous { .. } => "heterogeneous",
            Self::CompanionsDisagree { .. } => "companions disagree",
            Self::NotEstimable { .. } => "not estimable",
        }
    }
}
