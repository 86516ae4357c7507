use std::process::Command;

use gosset_exec::capture::{self, Gpus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Operation, Reply};
use crate::place::Place;
use crate::{Context, LabError, Style};

/// Check what this machine offers to studies
///
/// Says what was found, what is missing, and what that means. The answer is
/// "no" only if studies cannot be run at all.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Doctor {}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct DoctorReply {
    /// One entry for each thing looked at.
    checks: Vec<Check>,
}

/// One thing looked at.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Check {
    /// What was looked at.
    what: String,
    /// How it stands.
    state: CheckState,
    /// What was found, or what is missing and what that means.
    finding: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum CheckState {
    /// It is there.
    Good,
    /// It is missing, and studies can do without.
    Missing,
    /// Studies cannot be run.
    Bad,
}

impl Operation for Doctor {
    const PATH: &'static [&'static str] = &["doctor"];
    type Reply = DoctorReply;

    fn run(self, context: &Context<'_>) -> Result<DoctorReply, LabError> {
        Ok(DoctorReply { checks: vec![lab(context), supervisor(context), machine(), gpus(), git(), python()] })
    }
}

fn check(what: &str, state: CheckState, finding: String) -> Check {
    Check { what: what.to_owned(), state, finding }
}

fn lab(context: &Context<'_>) -> Check {
    let place = match Place::find(&context.lab) {
        Ok(place) => place,
        Err(_) => {
            return check(
                "lab",
                CheckState::Missing,
                "none here or above; `gosset init` or the first study makes one".to_owned(),
            );
        }
    };
    let root = place.root().display().to_string();
    match place.store().and_then(|store| Ok((store.studies()?.len(), store.head()?.seq))) {
        Ok((studies, records)) => {
            check("lab", CheckState::Good, format!("{root}: {studies} studies, {records} ledger records"))
        }
        Err(error) => check("lab", CheckState::Bad, format!("{root}: {error}")),
    }
}

fn supervisor(context: &Context<'_>) -> Check {
    let program = &context.supervisor.program;
    if program.is_file() {
        check("supervisor", CheckState::Good, program.display().to_string())
    } else {
        check("supervisor", CheckState::Bad, format!("`{}` is gone: runs cannot be started", program.display()))
    }
}

fn machine() -> Check {
    let machine = capture::machine();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = machine
        .memory_bytes
        .map_or_else(|| "unknown memory".to_owned(), |bytes| format!("{} GiB of memory", bytes >> 30));
    let os = machine.os.unwrap_or(machine.kernel);
    check("machine", CheckState::Good, format!("{os}, {cores} cores to use, {memory}"))
}

fn gpus() -> Check {
    match capture::machine().gpus {
        Gpus::Nvidia(gpus) => {
            let names: Vec<String> = gpus.into_iter().map(|gpu| gpu.name).collect();
            check("accelerators", CheckState::Good, names.join(", "))
        }
        Gpus::NoNvidiaSmi => {
            check("accelerators", CheckState::Missing, "`nvidia-smi` is not installed; runs use processors".to_owned())
        }
        Gpus::Unknown { reason } => check("accelerators", CheckState::Missing, reason),
    }
}

fn version(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    output.status.success().then(|| String::from_utf8_lossy(&text).trim().to_owned())
}

fn git() -> Check {
    match version("git", "--version") {
        Some(found) => check("git", CheckState::Good, found),
        None => {
            check("git", CheckState::Missing, "not installed: the commit of a study's code is not recorded".to_owned())
        }
    }
}

fn python() -> Check {
    match version("python3", "-V") {
        Some(found) => check("python3", CheckState::Good, found),
        None => {
            check("python3", CheckState::Missing, "not on the search path; only Python programs need it".to_owned())
        }
    }
}

impl Reply for DoctorReply {
    fn text(&self, _: &Style) -> String {
        let line = |check: &Check| {
            let word = match check.state {
                CheckState::Good => "good",
                CheckState::Missing => "missing",
                CheckState::Bad => "BAD",
            };
            format!("{:<8} {:<13} {}\n", word, check.what, check.finding)
        };
        self.checks.iter().map(line).collect()
    }

    fn answer(&self) -> Answer {
        if self.checks.iter().any(|check| check.state == CheckState::Bad) { Answer::No } else { Answer::Yes }
    }
}
