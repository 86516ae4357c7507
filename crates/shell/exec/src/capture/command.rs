//! Asks another program, with a limit.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::redact::redact;
use crate::processes;

pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(2);
const ERROR_BYTES: u64 = 4096;

/// What a program said.
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    /// It had more to say than was asked for.
    pub(super) is_cut: bool,
}

/// Why a program gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Silence {
    #[error("`{program}` is not there")]
    Missing { program: String },
    #[error("`{program}` cannot be executed: {message}")]
    NotExecuted { program: String, message: String },
    #[error("`{program}` took longer than {} s", PATIENCE.as_secs())]
    TooSlow { program: String },
    #[error("`{program}` failed: {message}")]
    Failed { program: String, message: String },
}

/// Runs a command for at most ten seconds and returns the first `max_bytes` of its output.
pub(super) fn ask(command: &mut Command, max_bytes: u64) -> Result<Answer, Silence> {
    let program = command.get_program().to_string_lossy().into_owned();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Silence::Missing { program });
        }
        Err(error) => {
            return Err(Silence::NotExecuted { program, message: error.to_string() });
        }
    };
    let deadline = Instant::now() + PATIENCE;
    let stdout = read_aside(child.stdout.take(), max_bytes + 1);
    let stderr = read_aside(child.stderr.take(), ERROR_BYTES);
    let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
    let bytes = stdout.recv_timeout(left(deadline)).ok();
    let is_cut = bytes.as_ref().is_some_and(|bytes| bytes.len() as u64 > max_bytes);
    let status = if is_cut { None } else { wait_until(&mut child, deadline) };
    // Also what it left behind, which may hold its outputs.
    processes::signal_group(child.id().cast_signed(), Signal::KILL);
    child.wait().ok();
    match (bytes, status) {
        (Some(mut bytes), _) if is_cut => {
            bytes.truncate(usize::try_from(max_bytes).unwrap_or(usize::MAX));
            Ok(Answer { bytes, is_cut })
        }
        (Some(bytes), Some(status)) => {
            if status.success() {
                return Ok(Answer { bytes, is_cut });
            }
            let said = stderr.recv_timeout(left(deadline)).unwrap_or_default();
            let message = format!("{status}: {}", String::from_utf8_lossy(&said).trim());
            Err(Silence::Failed { program, message: redact(&message).into_owned() })
        }
        (None, _) | (_, None) => Err(Silence::TooSlow { program }),
    }
}

/// Does the same with an answer of at most one mebibyte that is text.
pub(super) fn ask_text(command: &mut Command) -> Result<String, Silence> {
    let answer = ask(command, 1 << 20)?;
    Ok(String::from_utf8_lossy(&answer.bytes).trim_end().to_owned())
}

/// A thread of its own, because both outputs must be drained at the same time.
fn read_aside(pipe: Option<impl Read + Send + 'static>, max_bytes: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before an error is all that there is.
            pipe.take(max_bytes).read_to_end(&mut bytes).ok();
        }
        // Nobody listens any more once the time is up.
        sender.send(bytes).ok();
    });
    receiver
}

/// Says how it ended; none if it did not end in time.
fn wait_until(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(POLL_INTERVAL),
            Ok(None) | Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, max_bytes: u64) -> Result<Answer, Silence> {
        ask(Command::new("sh").args(["-c", script]), max_bytes)
    }

    #[test]
    fn an_answer_is_told_up_to_its_limit() {
        let check = |max_bytes, expected: &[u8], is_cut| {
            let answer = shell("printf abc", max_bytes).unwrap();
            assert_eq!((answer.bytes.as_slice(), answer.is_cut), (expected, is_cut));
        };
        check(4, b"abc", false);
        check(3, b"abc", false);
        check(2, b"ab", true);
    }

    #[test]
    fn one_who_talks_without_end_is_cut_off() {
        assert!(shell("yes", 100_000).unwrap().is_cut);
    }

    #[test]
    fn a_failure_is_told_with_what_it_said() {
        let silence = shell("echo no luck >&2; exit 3", 9).err().unwrap().to_string();
        assert_eq!(silence, "`sh` failed: exit status: 3: no luck");
        let missing = ask(&mut Command::new("/no/such/program"), 9).err().unwrap();
        assert!(matches!(missing, Silence::Missing { .. }));
    }

    #[test]
    fn what_it_leaves_behind_is_not_waited_for() {
        let answer = shell("sleep 1000 > /dev/null 2>&1 & echo $!", 99).unwrap();
        assert!(answer.bytes.ends_with(b"\n"));
    }
}
