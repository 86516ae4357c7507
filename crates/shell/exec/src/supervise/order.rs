//! What to run, and within which limits.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

/// What a supervisor runs, and within which limits.
///
/// It travels on the command line of the supervisor, byte for byte, whatever
/// the encoding of paths and arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The directory of this run; it exists, and belongs to this run alone.
    pub run_dir: PathBuf,
    /// The program: a path, or a name to look up in the `PATH` of the run.
    /// A relative path counts from the working directory.
    pub program: OsString,
    /// Its arguments, without its own name.
    pub args: Vec<OsString>,
    /// The working directory of the program.
    pub working_dir: PathBuf,
    /// Longest wall time, on a clock that no one can set. None: no limit.
    pub timeout_secs: Option<f64>,
    /// Time between the polite request to end (SIGTERM) and the end (SIGKILL).
    pub grace_secs: f64,
    /// Most memory for the program and all its descendants together. None: no limit.
    pub memory_limit_bytes: Option<u64>,
    /// Most bytes to keep of standard output, and as many of standard error.
    pub output_limit_bytes: u64,
}

/// Why an order cannot be carried out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OrderError {
    /// A time is negative, not a number, or beyond all measure.
    #[error("`{option}` is {secs} seconds, which is not a length of time")]
    BadTime {
        /// Which one.
        option: &'static str,
        /// What it says.
        secs: f64,
    },
    /// A command line of a supervisor says something else than a number.
    #[error("`{option}` takes a number, not `{got}`")]
    BadNumber {
        /// Which one.
        option: &'static str,
        /// What it says.
        got: String,
    },
    /// A command line of a supervisor has an option that does not exist.
    #[error("there is no option `{got}`")]
    UnknownOption {
        /// What it says.
        got: String,
    },
    /// A command line of a supervisor lacks something.
    #[error("`{option}` is missing")]
    Missing {
        /// What it lacks.
        option: &'static str,
    },
}

const RUN_DIR: &str = "--run-dir";
const WORKING_DIR: &str = "--working-dir";
const TIMEOUT: &str = "--timeout-secs";
const GRACE: &str = "--grace-secs";
const MEMORY: &str = "--memory-limit-bytes";
const OUTPUT: &str = "--output-limit-bytes";

impl Order {
    /// Returns the arguments that [`Order::from_args`] reads back.
    pub fn to_args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec![
            RUN_DIR.into(),
            self.run_dir.clone().into(),
            WORKING_DIR.into(),
            self.working_dir.clone().into(),
            GRACE.into(),
            self.grace_secs.to_string().into(),
            OUTPUT.into(),
            self.output_limit_bytes.to_string().into(),
        ];
        if let Some(secs) = self.timeout_secs {
            args.extend([TIMEOUT.into(), secs.to_string().into()]);
        }
        if let Some(bytes) = self.memory_limit_bytes {
            args.extend([MEMORY.into(), bytes.to_string().into()]);
        }
        args.extend(["--".into(), self.program.clone()]);
        args.extend(self.args.iter().cloned());
        args
    }

    /// Reads an order from the command line of a supervisor, without the name of the supervisor.
    ///
    /// # Errors
    /// [`OrderError`] if something is missing, unknown or not a length of time.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Order, OrderError> {
        let mut args = args.into_iter();
        let (mut run_dir, mut working_dir) = (None, None);
        let (mut timeout_secs, mut grace_secs) = (None, None);
        let (mut memory_limit_bytes, mut output_limit_bytes) = (None, None);
        loop {
            let option = args.next().ok_or(OrderError::Missing { option: "--" })?;
            let mut value = |option| args.next().ok_or(OrderError::Missing { option });
            match option.as_bytes() {
                b"--run-dir" => run_dir = Some(PathBuf::from(value(RUN_DIR)?)),
                b"--working-dir" => working_dir = Some(PathBuf::from(value(WORKING_DIR)?)),
                b"--timeout-secs" => timeout_secs = Some(number(TIMEOUT, value(TIMEOUT)?)?),
                b"--grace-secs" => grace_secs = Some(number(GRACE, value(GRACE)?)?),
                b"--memory-limit-bytes" => {
                    memory_limit_bytes = Some(number(MEMORY, value(MEMORY)?)?);
                }
                b"--output-limit-bytes" => {
                    output_limit_bytes = Some(number(OUTPUT, value(OUTPUT)?)?);
                }
                b"--" => break,
                _ => {
                    return Err(OrderError::UnknownOption { got: option.to_string_lossy().into_owned() });
                }
            }
        }
        let order = Order {
            run_dir: run_dir.ok_or(OrderError::Missing { option: RUN_DIR })?,
            program: args.next().ok_or(OrderError::Missing { option: "program" })?,
            args: args.collect(),
            working_dir: working_dir.ok_or(OrderError::Missing { option: WORKING_DIR })?,
            timeout_secs,
            grace_secs: grace_secs.ok_or(OrderError::Missing { option: GRACE })?,
            memory_limit_bytes,
            output_limit_bytes: output_limit_bytes.ok_or(OrderError::Missing { option: OUTPUT })?,
        };
        order.times()?;
        Ok(order)
    }

    /// Returns the wall-time limit and the grace as lengths of time.
    ///
    /// # Errors
    /// [`OrderError::BadTime`] if one of them is not a length of time.
    pub(crate) fn times(&self) -> Result<(Option<Duration>, Duration), OrderError> {
        let length = |option, secs| Duration::try_from_secs_f64(secs).map_err(|_| OrderError::BadTime { option, secs });
        let timeout = self.timeout_secs.map(|secs| length("timeout_secs", secs)).transpose()?;
        Ok((timeout, length("grace_secs", self.grace_secs)?))
    }
}

fn number<T: std::str::FromStr>(option: &'static str, text: OsString) -> Result<T, OrderError> {
    let text = String::from_utf8_lossy(&text.into_vec()).into_owned();
    text.parse().map_err(|_| OrderError::BadNumber { option, got: text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd() -> Order {
        Order {
            run_dir: OsString::from_vec(b"/tmp/r\xff\n x".to_vec()).into(),
            program: "--run-dir".into(),
            args: vec!["--".into(), OsString::from_vec(b"\x80".to_vec()), "".into()],
            working_dir: "-".into(),
            timeout_secs: Some(0.1 + 0.2),
            grace_secs: 0.0,
            memory_limit_bytes: Some(u64::MAX),
            output_limit_bytes: 0,
        }
    }

    #[test]
    fn an_order_survives_its_command_line_byte_for_byte() {
        assert_eq!(Order::from_args(odd().to_args()), Ok(odd()));
        let unlimited = Order { timeout_secs: None, memory_limit_bytes: None, ..odd() };
        assert_eq!(Order::from_args(unlimited.to_args()), Ok(unlimited));
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for secs in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            let order = Order { timeout_secs: Some(secs), ..odd() };
            assert!(matches!(order.times(), Err(OrderError::BadTime { option: "timeout_secs", .. })));
        }
    }

    #[test]
    fn a_broken_command_line_is_refused_by_name() {
        let parse = |args: &[&str]| Order::from_args(args.iter().map(OsString::from)).unwrap_err();
        assert_eq!(parse(&[]), OrderError::Missing { option: "--" });
        assert_eq!(parse(&["--run-dir"]), OrderError::Missing { option: "--run-dir" });
        assert_eq!(parse(&["--frobnicate"]), OrderError::UnknownOption { got: "--frobnicate".into() });
        assert_eq!(parse(&["--grace-secs", "x"]), OrderError::BadNumber { option: "--grace-secs", got: "x".into() });
    }
}
