//! Which benchmark is asked for.

use anyhow::{Context, Result};

use super::{statistics, study};
use crate::Outcome;

pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [--runs N]
       cargo xtask bench statistics [--only CASE]...

Without a name it builds the release binary and measures, each in one go on
this machine:
- overhead: 1,000 runs of a program that sleeps 20 ms and writes ten metrics,
  on two slots, against `xargs -P2` doing the same without any recording
- ingest: a run that logs 1,000,000 metric lines, and reading its series back

`statistics` measures the processor seconds of statistical methods against
well-known Python packages on the same inputs, on one thread each, and checks
that the results agree. The packages of reference/peers-requirements.txt are
installed from PyPI in a private environment under target/; set
GOSSET_BENCH_PYTHON to use another Python that has them. It fails where results
disagree or a ratio falls short of its goal.

Options:
  --runs N      how many runs the overhead is measured with (default 1000)
  --only CASE   measure this case alone; may be given several times
";

/// Runs the benchmarks.
pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    match arguments {
        [] => study::run(1000),
        [flag, number] if flag == "--runs" => study::run(number.parse().context("--runs takes a number")?),
        [name, options @ ..] if name == "statistics" => statistics::run(options),
        _ => Ok(Outcome::Usage(format!("unknown arguments: {}", arguments.join(" ")))),
    }
}
