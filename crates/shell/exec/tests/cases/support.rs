//! A run directory, a job in it, and waiting with a limit.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gosset_exec::local::{Finished, Job, Lost, Running, SupervisorCommand, start};
use gosset_exec::supervise::{ExitRecord, Order};
use tempfile::TempDir;

use super::roles;

/// Far more than anything here takes; reached only by a bug.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) fn supervisor() -> SupervisorCommand {
    SupervisorCommand { program: std::env::current_exe().unwrap(), leading_args: vec![roles::SUPERVISOR.into()] }
}

pub(crate) fn env() -> Vec<(OsString, OsString)> {
    vec![("PATH".into(), std::env::var_os("PATH").unwrap())]
}

/// A run directory that vanishes with the test, and what is to run in it.
pub(crate) struct Case {
    _root: TempDir,
    pub(crate) job: Job,
}

impl Case {
    pub(crate) fn program(program: impl Into<OsString>, args: &[&str]) -> Case {
        Case::program_in("run", program, args)
    }

    pub(crate) fn program_in(name: impl AsRef<OsStr>, program: impl Into<OsString>, args: &[&str]) -> Case {
        let root = tempfile::tempdir().unwrap();
        let run_dir = root.path().canonicalize().unwrap().join(name.as_ref());
        std::fs::create_dir(&run_dir).unwrap();
        let order = Order {
            working_dir: run_dir.clone(),
            run_dir,
            program: program.into(),
            args: args.iter().map(OsString::from).collect(),
            timeout_secs: None,
            grace_secs: 20.0,
            memory_limit_bytes: None,
            output_limit_bytes: 1 << 20,
        };
        Case { _root: root, job: Job { order, env: env() } }
    }

    /// A shell script; its working directory is the run directory.
    pub(crate) fn script(script: &str) -> Case {
        Case::program("sh", &["-c", script])
    }

    pub(crate) fn limited(mut self, change: impl FnOnce(&mut Order)) -> Case {
        change(&mut self.job.order);
        self
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.job.order.run_dir
    }

    pub(crate) fn start(&self) -> Running {
        start(&supervisor(), &self.job).unwrap()
    }

    pub(crate) fn run(&self) -> ExitRecord {
        wait(self.start()).unwrap().record
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.dir().join(name)).unwrap()).into_owned()
    }

    /// Waits until the run has written a whole line to this file, and returns its text.
    pub(crate) fn wait_for(&self, name: &str) -> String {
        wait_for(&self.dir().join(name))
    }

    pub(crate) fn supervisor_pid(&self) -> i32 {
        let claim: serde_json::Value = serde_json::from_str(&self.wait_for("lock")).unwrap();
        claim["supervisor_pid"].as_i64().unwrap().try_into().unwrap()
    }
}

pub(crate) fn wait(running: Running) -> Result<Finished, Lost> {
    let (sender, receiver) = mpsc::channel();
    let running = Arc::new(running);
    // Nobody listens any more once the limit has passed.
    std::thread::spawn(move || sender.send(running.wait()).ok());
    receiver.recv_timeout(LIMIT).expect("the run ends within the limit")
}

pub(crate) fn wait_for(path: &PathBuf) -> String {
    let mut text = String::new();
    wait_until(&format!("{} has a line", path.display()), || {
        text = std::fs::read_to_string(path).unwrap_or_default();
        text.ends_with('\n')
    });
    text
}

pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < LIMIT, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub(crate) fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

pub(crate) fn kill_9(pid: i32) {
    let status = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Writes an executable script, in another process: a file that is open for
/// writing here, or in a child that another test is just starting, is busy.
pub(crate) fn write_script(path: &Path, text: &str) {
    let script = "printf %s \"$2\" > \"$1\" && chmod +x \"$1\"";
    let status = std::process::Command::new("sh").args(["-c", script, "sh"]).arg(path).arg(text).status().unwrap();
    assert!(status.success());
}
