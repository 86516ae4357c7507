use crate::{Change, Explain, Name, RunId};

/// Why a command cannot be carried out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The study must be registered first.
    #[error("study `{study}` is not registered")]
    NotRegistered {
        /// The study.
        study: Name,
    },
    /// A study of this name is registered with another protocol.
    #[error("study `{study}` is registered with another protocol; {} of its keys differ, the first is `{}`", changes.len(), changes.first().map_or("", |change| change.key.as_str()))]
    RegisteredDifferently {
        /// The study.
        study: Name,
        /// What differs.
        changes: Vec<Change>,
    },
    /// The amendment changes nothing.
    #[error("the file says what is registered for study `{study}` already")]
    NothingToAmend {
        /// The study.
        study: Name,
    },
    /// The run has ended.
    #[error("run {run} has ended in attempt {attempt}")]
    RunHasEnded {
        /// The run.
        run: RunId,
        /// The attempt that ended.
        attempt: u32,
    },
    /// An attempt at the run is under way.
    #[error("attempt {attempt} at run {run} is under way")]
    RunIsOpen {
        /// The run.
        run: RunId,
        /// The open attempt.
        attempt: u32,
    },
    /// There is no such open attempt.
    #[error("attempt {attempt} at run {run} is not under way")]
    NoSuchAttempt {
        /// The run.
        run: RunId,
        /// The attempt.
        attempt: u32,
    },
    /// The run is on a rung that must be foreseen first.
    #[error("run {run} is on a rung held out, and what it will come to is not yet foreseen")]
    NotPredicted {
        /// The run.
        run: RunId,
    },
    /// A run on a rung held out has started.
    #[error("run {run} on a rung held out has started, so that nothing can be foreseen any more")]
    PredictedTooLate {
        /// The run.
        run: RunId,
    },
}

impl Explain for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotRegistered { .. } => "not-registered",
            Self::RegisteredDifferently { .. } => "registered-differently",
            Self::NothingToAmend { .. } => "nothing-to-amend",
            Self::RunHasEnded { .. } => "run-has-ended",
            Self::RunIsOpen { .. } => "run-is-open",
            Self::NoSuchAttempt { .. } => "no-such-attempt",
            Self::NotPredicted { .. } => "not-predicted",
            Self::PredictedTooLate { .. } => "predicted-too-late",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotRegistered { .. } => vec!["run `gosset study register FILE`".to_owned()],
            Self::RegisteredDifferently { changes, .. } => {
                let mut hints: Vec<String> = changes
                    .iter()
                    .take(8)
                    .map(|change| {
                        format!("see `{}`: registered {}, in the file {}", change.key, change.from, change.to)
                    })
                    .collect();
                hints.push(
                    "record the change with `gosset study amend FILE --reason WHY`, or give the study another name"
                        .to_owned(),
                );
                hints
            }
            Self::NothingToAmend { .. }
            | Self::RunHasEnded { .. }
            | Self::RunIsOpen { .. }
            | Self::NoSuchAttempt { .. }
            | Self::NotPredicted { .. }
            | Self::PredictedTooLate { .. } => Vec::new(),
        }
    }
}
