//! Decisions on a stream of hypotheses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::method::{Findings, Setting, Table};

/// What was decided on one hypothesis of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The level of its test: a p-value at most this, or an e-value of at
    /// least one over this, rejects it.
    pub level: f64,
    /// Whether the hypothesis is rejected, which is a discovery.
    pub is_rejected: bool,
}

/// The version of a stored state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u32", into = "u32")]
#[schemars(with = "u32")]
pub enum StateVersion {
    /// The first.
    One,
}

impl TryFrom<u32> for StateVersion {
    type Error = OnlineError;

    fn try_from(version: u32) -> Result<Self, OnlineError> {
        if version == 1 { Ok(Self::One) } else { Err(OnlineError::UnknownVersion { version }) }
    }
}

impl From<StateVersion> for u32 {
    fn from(version: StateVersion) -> Self {
        match version {
            StateVersion::One => 1,
        }
    }
}

/// Why a stream of hypotheses cannot be decided.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum OnlineError {
    /// A p-value is NaN or outside 0..=1.
    #[error("p-value {value} is not between 0 and 1")]
    NotAProbability {
        /// What was given.
        value: f64,
    },
    /// An e-value is NaN, infinite or negative.
    #[error("e-value {value} is not a finite number of at least 0")]
    NotAnEValue {
        /// What was given.
        value: f64,
    },
    /// The logarithm of an e-value is NaN or positive infinity.
    #[error("{value} is not the logarithm of an e-value")]
    NotALogarithm {
        /// What was given.
        value: f64,
    },
    /// The limit of candidates is not below the limit of what is discarded.
    #[error("the limit of candidates, {candidates}, is not below the limit of what is discarded, {discards}")]
    LimitsCross {
        /// The limit below which a p-value is a candidate.
        candidates: f64,
        /// The limit above which a p-value is discarded.
        discards: f64,
    },
    /// A stored state claims more rejections than tests.
    #[error("a state cannot hold {rejected} rejections among {tested} tests")]
    MoreRejectedThanTested {
        /// The rejections that it claims.
        rejected: u64,
        /// The tests that it claims.
        tested: u64,
    },
    /// A stored state has a version that this program does not know.
    #[error("version {version} of a state is unknown, expected 1")]
    UnknownVersion {
        /// The version it has.
        version: u32,
    },
}

impl OnlineError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAProbability { .. } => "p-value-not-a-probability",
            Self::NotAnEValue { .. } => "not-an-e-value",
            Self::NotALogarithm { .. } => "not-a-log-e-value",
            Self::LimitsCross { .. } => "online-limits-cross",
            Self::MoreRejectedThanTested { .. } => "online-state-impossible",
            Self::UnknownVersion { .. } => "online-state-version",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotAProbability { .. } => "give p-values between 0 and 1",
            Self::NotAnEValue { .. } => "give finite e-values of at least 0",
            Self::NotALogarithm { .. } => "give natural logarithms of e-values",
            Self::LimitsCross { .. } => "give limits such as 0.25 for candidates and 0.5 for what is discarded",
            Self::MoreRejectedThanTested { .. } => "restore the state from where it was stored unharmed",
            Self::UnknownVersion { .. } => "read the state with the program that wrote it, or a newer one",
        };
        vec![hint.to_owned()]
    }
}

/// Decides on one p-value.
pub(super) fn decide(p_value: f64, level: f64) -> Result<Decision, OnlineError> {
    if (0.0..=1.0).contains(&p_value) {
        Ok(Decision { level, is_rejected: p_value <= level })
    } else {
        Err(OnlineError::NotAProbability { value: p_value })
    }
}

/// The false discovery rate, which the caller states.
pub(super) const RATE: Setting =
    Setting { name: "level", about: "the false discovery rate that is promised, in 0..1", usual: None };

/// One line for each hypothesis of a stream.
pub(super) fn findings(
    values: &[f64],
    kind: &str,
    mut next: impl FnMut(f64) -> Result<Decision, OnlineError>,
) -> Result<Findings, OnlineError> {
    let decisions = values.iter().map(|value| next(*value)).collect::<Result<Vec<Decision>, _>>()?;
    let rejected = decisions.iter().filter(|decision| decision.is_rejected).count();
    let row = |(index, (value, decision)): (usize, (&f64, &Decision))| {
        let is_rejected = f64::from(u8::from(decision.is_rejected));
        ((index + 1).to_string(), vec![Some(*value), Some(decision.level), Some(is_rejected)])
    };
    let rows = values.iter().zip(&decisions).enumerate().map(row).collect();
    let columns = [kind, "level", "rejected"].map(str::to_owned).to_vec();
    Ok(Findings::default()
        .with("hypotheses", values.len() as f64)
        .with("rejected", rejected as f64)
        .with_table(Table {
            title: "Decisions in the order given".to_owned(),
            label: "number".to_owned(),
            columns,
            rows,
        })
        .with_note("In the column `rejected`, 1 is a discovery and 0 is none."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_version_of_a_state_is_read() {
        assert_eq!(serde_json::from_str::<StateVersion>("1").unwrap(), StateVersion::One);
        assert_eq!(serde_json::to_string(&StateVersion::One).unwrap(), "1");
        assert!(serde_json::from_str::<StateVersion>("2").is_err());
    }

    #[test]
    fn a_p_value_at_its_level_is_rejected() {
        assert!(decide(0.01, 0.01).unwrap().is_rejected);
        assert!(!decide(0.010_000_1, 0.01).unwrap().is_rejected);
        assert!(matches!(decide(f64::NAN, 0.01), Err(OnlineError::NotAProbability { .. })));
        assert_eq!(decide(1.5, 0.01), Err(OnlineError::NotAProbability { value: 1.5 }));
    }
}
