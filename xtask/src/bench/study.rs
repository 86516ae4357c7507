//! Measures what the README promises, against the plain tools that do the
//! same without recording anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::Outcome;
use crate::workspace;

/// The program of the overhead benchmark: what it does is the same under
/// `xargs` and under Gosset.
const SLEEPER: &str = "\
sleep 0.02
for step in 1 2 3 4 5 6 7 8 9 10; do
  echo \"{\\\"step\\\": $step, \\\"loss\\\": 0.$step$GOSSET_SEED}\"
done >> \"$GOSSET_METRICS\"
";

/// The program of the ingest benchmark.
const WRITER: &str = "\
awk -v n=\"$LINES_TO_LOG\" 'BEGIN {
  for (step = 0; step < n; step++) printf \"{\\\"step\\\": %d, \\\"loss\\\": %.9f}\\n\", step, 1 / (step + 1)
}' >> \"$GOSSET_METRICS\"
";

/// Measures the overhead with so many runs, and the ingest.
pub(super) fn run(runs: usize) -> Result<Outcome> {
    let gosset = build()?;
    let folder = std::env::temp_dir().join(format!("gosset-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let result = overhead(&gosset, &folder, runs).and_then(|()| ingest(&gosset, &folder));
    fs::remove_dir_all(&folder).ok(); // A leftover in the temporary folder harms nobody.
    result?;
    Ok(Outcome::Good)
}

fn build() -> Result<PathBuf> {
    println!("building the release binary");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "gosset"])
        .current_dir(workspace::root()?)
        .status()?;
    ensure!(status.success(), "the release build failed");
    Ok(workspace::root()?.join("target/release/gosset"))
}

/// A study of one program with `seeds` seeds for each of two arms.
fn study(name: &str, script: &str, seeds: usize, environment: &str) -> String {
    format!(
        r#"
[study]
name = "{name}"
question = "How fast is it?"
[program]
command = ["sh", "{script}"]
parameters = "file"
timeout_secs = 600.0
environment = {{ {environment} }}
[factors.arm]
baseline = 0
levels = [0, 1]
[metrics.loss]
direction = "minimize"
unit = "nats"
logged = "loss"
reduction = "last"
trust = "It is a benchmark."
[[hypotheses]]
id = "none"
claim = "Nothing differs"
candidate = {{ arm = 1 }}
metric = "loss"
expected = "better"
scope = "method"
[design]
seeds = {seeds}
horizon = "fixed"
alpha = 0.05
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
"#
    )
}

/// What a run of `gosset` cost.
struct Cost {
    wall: Duration,
    /// Processor time of the process itself, its children not counted.
    own_cpu_secs: f64,
    peak_memory_bytes: u64,
}

/// Runs `gosset study run` in `folder` and watches the process itself.
fn study_run(gosset: &Path, folder: &Path, slots: usize) -> Result<Cost> {
    let start = Instant::now();
    let mut child = Command::new(gosset)
        .args(["study", "run", "study.toml", "--quiet", "--slots", &slots.to_string()])
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()?;
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut cost = Cost { wall: Duration::ZERO, own_cpu_secs: 0.0, peak_memory_bytes: 0 };
    let status = loop {
        cost.own_cpu_secs = own_cpu_secs(&process).unwrap_or(cost.own_cpu_secs);
        cost.peak_memory_bytes = peak_memory(&process).unwrap_or(cost.peak_memory_bytes);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    cost.wall = start.elapsed();
    ensure!(status.success(), "`gosset study run` ended with {status}");
    Ok(cost)
}

fn own_cpu_secs(process: &Path) -> Option<f64> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    // Fields 14 and 15, counted behind the name, which may hold spaces.
    let fields: Vec<&str> = text[text.rfind(')')? + 2..].split(' ').collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

fn peak_memory(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn overhead(gosset: &Path, folder: &Path, runs: usize) -> Result<()> {
    let plain = folder.join("plain");
    let recorded = folder.join("recorded");
    fs::create_dir_all(&plain)?;
    fs::create_dir_all(&recorded)?;
    for place in [&plain, &recorded] {
        fs::write(place.join("sleeper.sh"), SLEEPER)?;
    }
    fs::write(recorded.join("study.toml"), study("overhead", "sleeper.sh", runs / 2, ""))?;
    let numbers: String = (0..runs).map(|number| format!("{number}\n")).collect();
    fs::write(plain.join("numbers"), numbers)?;
    let start = Instant::now();
    let status = Command::new("xargs")
        .args(["-P2", "-I{}", "env", "GOSSET_SEED={}", "GOSSET_METRICS=metrics-{}", "sh", "sleeper.sh"])
        .current_dir(&plain)
        .stdin(fs::File::open(plain.join("numbers"))?)
        .status()?;
    let bare = start.elapsed();
    ensure!(status.success(), "xargs failed");
    let cost = study_run(gosset, &recorded, 2)?;
    println!("overhead, {runs} runs of 20 ms on two slots");
    println!("  xargs -P2         {:>8.2} s", bare.as_secs_f64());
    println!("  gosset study run  {:>8.2} s, {:.1} MiB", cost.wall.as_secs_f64(), mebibytes(cost.peak_memory_bytes));
    println!("  ratio             {:>8.3}", cost.wall.as_secs_f64() / bare.as_secs_f64());
    Ok(())
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn ingest(gosset: &Path, folder: &Path) -> Result<()> {
    let cost_of = |name: &str, lines: u64| -> Result<(Cost, PathBuf)> {
        let place = folder.join(name);
        fs::create_dir_all(&place)?;
        fs::write(place.join("writer.sh"), WRITER)?;
        // Five seeds are the fewest that can reach the error rate: ten runs.
        let environment = format!("LINES_TO_LOG = \"{lines}\"");
        fs::write(place.join("study.toml"), study("ingest", "writer.sh", 5, &environment))?;
        Ok((study_run(gosset, &place, 1)?, place))
    };
    let (few, _) = cost_of("few", 1)?;
    let (many, place) = cost_of("many", 1_000_000)?;
    let runs = 10.0;
    let secs = (many.own_cpu_secs - few.own_cpu_secs) / runs;
    println!("ingest, 1,000,000 metric lines a run");
    println!("  processor time    {secs:>8.3} s a run, {:.0} lines/s", 1e6 / secs);
    println!("  memory            {:>8.1} MiB", mebibytes(many.peak_memory_bytes));
    let listed = output(gosset, &place, &["run", "list", "ingest"])?;
    let Some(id) = listed.split_whitespace().next() else { bail!("there is no run") };
    let start = Instant::now();
    let series = output(gosset, &place, &["run", "series", "ingest", id, "loss", "--points", "1000"])?;
    println!("  read back         {:>8.1} ms, {} points", start.elapsed().as_secs_f64() * 1e3, series.lines().count());
    Ok(())
}

fn output(gosset: &Path, folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(gosset).args(arguments).current_dir(folder).output()?;
    ensure!(output.status.success(), "`gosset {}` ended with {}", arguments.join(" "), output.status);
    Ok(String::from_utf8(output.stdout)?)
}
