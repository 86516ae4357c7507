use thiserror::Error;

use super::contract::{Kind, Role};
use crate::bayes::BayesError;
use crate::compare::CompareError;
use crate::correlation::error::CorrelationError;
use crate::distribution::DistributionError;
use crate::dominance::DominanceError;
use crate::effect_size::EffectSizeError;
use crate::equivalence::margin::EquivalenceError;
use crate::interval::binomial::BinomialError;
use crate::interval::clustered_mean::ClusterError;
use crate::interval::resampling::BootstrapError;
use crate::level::AlphaError;
use crate::multiplicity::MultiplicityError;
use crate::online::OnlineError;
use crate::ranking::RankingError;
use crate::runs::performance_profile::ProfileError;
use crate::runs::scores::ScoresError;
use crate::sample::SampleError;
use crate::sequential::betting::BettingError;
use crate::sequential::conditional_power::InterimError;
use crate::sequential::e_merge::MergeError;
use crate::sequential::group_sequential::LooksError;
use crate::sequential::p_to_e::CalibrationError;
use crate::variance::VarianceError;

/// Why a method of the catalogue gives no findings.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MethodError {
    /// A column is not there.
    #[error("the method needs a column `{}`", role.word())]
    MissingColumn {
        /// Its role.
        role: Role,
    },
    /// A column holds something else.
    #[error("column `{}` must hold {}", role.word(), match expected { Kind::Numbers => "numbers", Kind::Labels => "labels" })]
    WrongKind {
        /// Its role.
        role: Role,
        /// What it must hold.
        expected: Kind,
    },
    /// A setting is not given, and there is no usual value for it.
    #[error("the method needs the setting `{name}`")]
    MissingSetting {
        /// Its name.
        name: &'static str,
    },
    /// A setting has a value that means nothing.
    #[error("setting `{name}` is {value}, expected {expected}")]
    SettingOutside {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// The level is none.
    #[error("setting `level` is no level")]
    Level(#[from] AlphaError),
    /// The sample allows no such estimate.
    #[error("the values allow no such estimate")]
    Sample(#[from] SampleError),
    /// Two groups cannot be compared so.
    #[error("the two cannot be compared so")]
    Compare(#[from] CompareError),
    /// The two have no order.
    #[error("the two have no order")]
    Dominance(#[from] DominanceError),
    /// The effect has no such size.
    #[error("the effect has no such size")]
    EffectSize(#[from] EffectSizeError),
    /// There are no posterior probabilities.
    #[error("there are no posterior probabilities")]
    Bayes(#[from] BayesError),
    /// The scores make no table of methods, tasks and runs.
    #[error("the scores make no table")]
    Scores(#[from] ScoresError),
    /// Many methods cannot be compared so.
    #[error("the methods cannot be compared so")]
    Ranking(#[from] RankingError),
    /// There is no performance profile.
    #[error("there is no performance profile")]
    Profile(#[from] ProfileError),
    /// The bootstrap has no bounds.
    #[error("the bootstrap has no bounds")]
    Bootstrap(#[from] BootstrapError),
    /// There is no test against the margin.
    #[error("there is no test against the margin")]
    Equivalence(#[from] EquivalenceError),
    /// There is no correlation.
    #[error("there is no correlation")]
    Correlation(#[from] CorrelationError),
    /// Clustered values allow no such estimate.
    #[error("the clusters allow no such estimate")]
    Cluster(#[from] ClusterError),
    /// Counts allow no such estimate.
    #[error("the counts allow no such estimate")]
    Binomial(#[from] BinomialError),
    /// A family of hypotheses cannot be decided.
    #[error("the family cannot be decided")]
    Multiplicity(#[from] MultiplicityError),
    /// A stream of hypotheses cannot be decided.
    #[error("the stream cannot be decided")]
    Online(#[from] OnlineError),
    /// There are no bounds by betting.
    #[error("there are no bounds by betting")]
    Betting(#[from] BettingError),
    /// There are no boundaries for the looks.
    #[error("there are no boundaries for these looks")]
    Looks(#[from] LooksError),
    /// There is no conditional power.
    #[error("there is no conditional power")]
    Interim(#[from] InterimError),
    /// E-values cannot be merged.
    #[error("the e-values cannot be merged")]
    Merge(#[from] MergeError),
    /// A p-value is not turned into an e-value.
    #[error("the p-values cannot be turned into e-values")]
    Calibration(#[from] CalibrationError),
    /// The sources of variation cannot be told apart.
    #[error("the scores allow no such analysis")]
    Variance(#[from] VarianceError),
    /// A distribution has no value there.
    #[error("the distribution has no such value")]
    Distribution(#[from] DistributionError),
}

impl MethodError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn { .. } => "method-missing-column",
            Self::WrongKind { .. } => "method-wrong-column",
            Self::MissingSetting { .. } => "method-missing-setting",
            Self::SettingOutside { .. } => "method-setting-outside",
            Self::Level(error) => error.code(),
            Self::Sample(error) => error.code(),
            Self::Compare(error) => error.code(),
            Self::Bayes(error) => error.code(),
            Self::Dominance(error) => error.code(),
            Self::EffectSize(error) => error.code(),
            Self::Scores(error) => error.code(),
            Self::Ranking(error) => error.code(),
            Self::Profile(error) => error.code(),
            Self::Bootstrap(error) => error.code(),
            Self::Cluster(error) => error.code(),
            Self::Equivalence(error) => error.code(),
            Self::Correlation(error) => error.code(),
            Self::Binomial(error) => error.code(),
            Self::Multiplicity(error) => error.code(),
            Self::Online(error) => error.code(),
            Self::Betting(error) => error.code(),
            Self::Looks(error) => error.code(),
            Self::Interim(error) => error.code(),
            Self::Merge(error) => error.code(),
            Self::Calibration(error) => error.code(),
            Self::Variance(error) => error.code(),
            Self::Distribution(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::MissingColumn { role } => {
                vec![format!("name the column that holds it with `--column {}=NAME`", role.word())]
            }
            Self::WrongKind { role, .. } => vec![format!("check the column given as `{}`", role.word())],
            Self::MissingSetting { name } => vec![format!("give it with `--set {name}=NUMBER`")],
            Self::SettingOutside { name, expected, .. } => vec![format!("give `{name}` {expected}")],
            Self::Level(error) => error.hints(),
            Self::Sample(error) => error.hints(),
            Self::Compare(error) => error.hints(),
            Self::Bayes(error) => error.hints(),
            Self::Dominance(error) => error.hints(),
            Self::EffectSize(error) => error.hints(),
            Self::Scores(error) => error.hints(),
            Self::Ranking(error) => error.hints(),
            Self::Profile(error) => error.hints(),
            Self::Bootstrap(error) => error.hints(),
            Self::Cluster(error) => error.hints(),
            Self::Equivalence(error) => error.hints(),
            Self::Correlation(error) => error.hints(),
            Self::Binomial(error) => error.hints(),
            Self::Multiplicity(error) => error.hints(),
            Self::Online(error) => error.hints(),
            Self::Betting(error) => error.hints(),
            Self::Looks(error) => error.hints(),
            Self::Interim(error) => error.hints(),
            Self::Merge(error) => error.hints(),
            Self::Calibration(error) => error.hints(),
            Self::Variance(error) => error.hints(),
            Self::Distribution(error) => error.hints(),
        }
    }
}
