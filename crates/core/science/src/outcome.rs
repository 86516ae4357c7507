use std::collections::BTreeMap;

use gosset_model::{Exit, Name, Outcome};

/// What the scorer made of a run that ended well.
#[derive(Debug, Clone, PartialEq)]
pub enum Scored {
    /// Every metric has a value; it may be NaN or infinite.
    Values(BTreeMap<Name, f64>),
    /// Something the scorer needs is missing or wrong.
    Unscorable(String),
    /// Predictions or logged values are not finite.
    NotFinite {
        /// The metric.
        metric: Name,
        /// The value found, as text.
        value: String,
    },
}

/// What is to be done with an attempt that ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It counts.
    Counts {
        /// What it came to.
        outcome: Outcome,
        /// The finite scores.
        scores: BTreeMap<Name, f64>,
    },
    /// The machine failed and not the program: try again.
    Lost {
        /// What happened.
        reason: String,
        /// Whether we interrupted it ourselves.
        interrupted: bool,
    },
    /// The program cannot be started at all: no run of the study can.
    CannotStart {
        /// Why.
        reason: String,
    },
}

/// Says what an exit means.
///
/// `score` is called only if the program ended with exit code 0. A kill by
/// `SIGKILL` or `SIGTERM` from outside is the machine's failure, since a
/// program's own faults end in another signal or an exit code, and running
/// out of memory is recognised before; so it is repeated, in every arm alike.
/// Exit codes 137 and 143 are how a shell says that its child was so killed. A
/// program that ends itself like this gains nothing: its run is missing in the
/// end, and a missing run supports no claim.
pub fn fate(exit: &Exit, score: impl FnOnce() -> Scored) -> Fate {
    const SIGKILL: i32 = 9;
    const SIGTERM: i32 = 15;
    /// What a shell adds to the signal that ended its child.
    const SHELL_SIGNAL: i32 = 128;
    let killed = |signal| Fate::Lost { reason: format!("killed by signal {signal} from outside"), interrupted: false };
    let failed = |outcome| Fate::Counts { outcome, scores: BTreeMap::new() };
    match exit {
        Exit::Code { code: 0 } => match score() {
            Scored::Unscorable(reason) => failed(Outcome::Unscorable { reason }),
            Scored::NotFinite { metric, value } => failed(Outcome::Diverged { metric, value }),
            Scored::Values(scores) => match scores.iter().find(|(_, value)| !value.is_finite()) {
                None => Fate::Counts { outcome: Outcome::Finished, scores },
                Some((metric, value)) => {
                    let outcome = Outcome::Diverged { metric: metric.clone(), value: value.to_string() };
                    let finite = scores.into_iter().filter(|(_, value)| value.is_finite()).collect();
                    Fate::Counts { outcome, scores: finite }
                }
            },
        },
        Exit::Code { code } if [SIGKILL, SIGTERM].contains(&(code - SHELL_SIGNAL)) => killed(code - SHELL_SIGNAL),
        Exit::Code { code } => failed(Outcome::Crashed { code: *code }),
        Exit::Signal { signal: signal @ (SIGKILL | SIGTERM) } => killed(*signal),
        Exit::Signal { signal } => failed(Outcome::Killed { signal: *signal }),
        Exit::TimedOut { limit_secs } => failed(Outcome::TimedOut { limit_secs: *limit_secs }),
        Exit::OutOfMemory { limit_bytes } => failed(Outcome::OutOfMemory { limit_bytes: *limit_bytes }),
        Exit::Interrupted => Fate::Lost { reason: "interrupted by request".to_owned(), interrupted: true },
        Exit::NotStarted { reason } => Fate::CannotStart { reason: reason.clone() },
    }
}
