//! Measures statistical methods against well-known Python packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;

use crate::Outcome;
use crate::test::{Place, python};
use crate::workspace;

/// What is measured, under one name in `reference/peers.py` and in
/// `crates/core/stats/examples/speed.rs`.
struct Case {
    id: &'static str,
    about: &'static str,
    /// How many times as fast as the peer it shall be.
    goal: f64,
}

const fn case(id: &'static str, goal: f64, about: &'static str) -> Case {
    Case { id, about, goal }
}

/// Every case, in the order of the table. A further one is a line here, a
/// function in `reference/peers.py` and an entry in `speed.rs`.
const CASES: &[Case] = &[
    case("aggregates", 50.0, "four aggregates, 5 runs x 26 tasks, 50,000 resamples"),
    case("improvement", 10_000.0, "probability of improvement, 5 runs x 26 tasks, 50,000 resamples"),
    case("bca-mean", 10.0, "BCa bootstrap of the mean, n = 1,000, 10,000 resamples"),
    case("bca-interquartile-mean", 10.0, "BCa bootstrap of the interquartile mean, n = 1,000, 10,000 resamples"),
    case("permutation", 50.0, "permutation test, 100 + 100, 100,000 draws"),
    case("sign-flip", 50.0, "sign-flip test, n = 50, 100,000 draws"),
    case("betting", 20.0, "betting confidence sequence, n = 300"),
    case("mixed-model", 20.0, "mixed model, 3 variance components by formula and REML fit, 800 rows"),
    case("bayes-signed-rank", 20.0, "Bayesian signed-rank test, 54 data sets, 50,000 draws"),
    case("almost-stochastic-order", 20.0, "almost stochastic order, 50 + 50, 1,000 resamples"),
    case("scaling-fit", 10_000.0, "law of Chinchilla, 240 runs, the peer from 4,500 starts"),
    case("scaling-bootstrap", 10.0, "law of Chinchilla, 240 runs, 4,000 resamples"),
    case("scaling-broken", 50.0, "law with one break, 120 sizes, the peer from a grid of 1,792,000"),
];

/// What the verdicts on the constants of a law may take.
const MOST_IDENTIFY_SECS: f64 = 1.0;

const PEERS: &str = "reference/peers.py";
const REQUIREMENTS: &str = "reference/peers-requirements.txt";
const VARIABLE: &str = "GOSSET_BENCH_PYTHON";

/// What keeps the numerical libraries to one thread.
const ONE_THREAD: [(&str, &str); 3] =
    [("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"), ("MKL_NUM_THREADS", "1")];

#[derive(Debug, Deserialize)]
struct Peer {
    tool: String,
    cpu_secs: f64,
    /// By what the seconds of a smaller call were multiplied.
    times: u32,
    numbers: Vec<f64>,
    /// By how much our numbers may differ.
    allowed: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Ours {
    cpu_secs: f64,
    numbers: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Threads {
    one_secs: f64,
    two_secs: f64,
    same_bits: bool,
}

/// Measures the cases that are asked for, or all.
pub(super) fn run(options: &[String]) -> Result<Outcome> {
    let chosen = match read(options) {
        Ok(chosen) => chosen,
        Err(what) => return Ok(Outcome::Usage(what)),
    };
    let target = workspace::members()?.target_directory;
    let place = Place { root: workspace::root()?, services: target.join("bench-services"), may_install: false };
    let python = match std::env::var_os(VARIABLE) {
        Some(given) => PathBuf::from(given),
        None => python(VARIABLE, REQUIREMENTS, "peers", &place).map_err(|missing| anyhow!("{missing}"))?,
    };
    let speed = build(&target)?;
    fs::create_dir_all(&place.services)?;
    let inputs = place.services.join("inputs.json");
    fs::write(&inputs, output(Command::new(&python).current_dir(&place.root).args([PEERS, "inputs"]))?)?;
    println!("| task | peer | peer, CPU s | Gosset, CPU s | ratio | goal |\n|---|---|---|---|---|---|");
    let mut failures = Vec::new();
    for case in chosen {
        let mut peer = Command::new(&python);
        peer.current_dir(&place.root).envs(ONE_THREAD).arg(PEERS).arg(&inputs).arg(case.id);
        let peer: Peer = json(&mut peer)?;
        let ours: Ours = json(Command::new(&speed).arg(&inputs).arg(case.id))?;
        let ratio = peer.cpu_secs / ours.cpu_secs;
        let scaled = if peer.times == 1 { String::new() } else { format!(" (1/{} of it, times {0})", peer.times) };
        println!(
            "| {} | {} | {}{scaled} | {} | {} | {} |",
            case.about,
            peer.tool,
            digits(peer.cpu_secs),
            digits(ours.cpu_secs),
            digits(ratio),
            case.goal
        );
        failures.extend(disagreement(&peer, &ours).map(|what| format!("{}: {what}", case.id)));
        if ratio < case.goal {
            failures.push(format!("{}: the ratio {} falls short of {}", case.id, digits(ratio), case.goal));
        }
    }
    if options.is_empty() {
        let identify: Ours = json(Command::new(&speed).arg(&inputs).arg("scaling-identify"))?;
        println!(
            "\nwhat 240 runs say about each constant of the law of Chinchilla: {} CPU s",
            digits(identify.cpu_secs)
        );
        if identify.cpu_secs >= MOST_IDENTIFY_SECS {
            failures.push(format!("scaling-identify: takes more than {MOST_IDENTIFY_SECS} s"));
        }
    }
    let threads: Threads = json(Command::new(&speed).arg(&inputs).arg("threads"))?;
    println!(
        "\n1,000 chunks of 1,000 resamples of the interquartile mean: one thread {} s, two threads {} s, {}",
        digits(threads.one_secs),
        digits(threads.two_secs),
        if threads.same_bits { "the same bits" } else { "OTHER BITS" }
    );
    if !threads.same_bits {
        failures.push("threads: two threads give other bits than one".to_owned());
    }
    for failure in &failures {
        println!("FAILED {failure}");
    }
    Ok(Outcome::from_good(failures.is_empty()))
}

fn read(options: &[String]) -> Result<Vec<&'static Case>, String> {
    let mut chosen = Vec::new();
    let mut options = options.iter();
    while let Some(option) = options.next() {
        if option != "--only" {
            return Err(format!("`{option}` is not known"));
        }
        let id = options.next().ok_or("`--only` needs the name of a case")?;
        let known = || CASES.iter().map(|case| case.id).collect::<Vec<_>>().join(", ");
        let found = CASES.iter().find(|case| case.id == id);
        chosen.push(found.ok_or_else(|| format!("there is no case `{id}`, there are {}", known()))?);
    }
    Ok(if chosen.is_empty() { CASES.iter().collect() } else { chosen })
}

fn build(target: &Path) -> Result<PathBuf> {
    eprintln!("building the release program");
    let arguments = ["build", "--release", "--quiet", "--package", "gosset-stats", "--example", "speed"];
    let status = workspace::cargo()?.args(arguments).status()?;
    ensure!(status.success(), "the release build failed");
    Ok(target.join("release/examples/speed"))
}

fn json<T: serde::de::DeserializeOwned>(command: &mut Command) -> Result<T> {
    let text = output(command)?;
    serde_json::from_str(&text).with_context(|| format!("`{command:?}` printed no such JSON"))
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("`{command:?}` ended with {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What differs by more than the error of drawing, or of the peer's grid.
fn disagreement(peer: &Peer, ours: &Ours) -> Option<String> {
    if peer.numbers.len() != ours.numbers.len() {
        return Some(format!("the peer has {} numbers, Gosset {}", peer.numbers.len(), ours.numbers.len()));
    }
    let rows = peer.numbers.iter().zip(&ours.numbers).zip(&peer.allowed).enumerate();
    let is_far = |allowed: f64, peer: f64, ours: f64| (peer - ours).abs().total_cmp(&allowed).is_gt();
    rows.filter(|(_, ((peer, ours), allowed))| is_far(**allowed, **peer, **ours)).map(text).next()
}

fn text((index, ((peer, ours), allowed)): (usize, ((&f64, &f64), &f64))) -> String {
    format!("number {index} is {ours}, the peer's {peer}, more than {allowed} apart")
}

/// Three digits that count.
fn digits(number: f64) -> String {
    let decimals = (2.0 - number.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        assert_eq!(digits(1_653.4), "1653");
        assert_eq!(digits(0.000_646_8), "0.000647");
        assert_eq!(digits(97.36), "97.4");
    }

    #[test]
    fn an_unknown_case_is_answered_with_those_there_are() {
        let read_words = |words: &str| read(&words.split(' ').map(Into::into).collect::<Vec<_>>());
        assert!(read_words("--only bets").err().is_some_and(|said| said.contains("betting")));
        assert_eq!(read_words("--only betting --only sign-flip").map(|chosen| chosen.len()), Ok(2));
    }

    #[test]
    fn a_difference_beyond_what_is_allowed_is_told() {
        let peer =
            Peer { tool: "peer 1".into(), cpu_secs: 1.0, times: 1, numbers: vec![1.0, 2.0], allowed: vec![0.1, 0.1] };
        let ours = |second| Ours { cpu_secs: 1.0, numbers: vec![1.05, second] };
        assert_eq!(disagreement(&peer, &ours(2.1)), Some("number 1 is 2.1, the peer's 2, more than 0.1 apart".into()));
        assert_eq!(disagreement(&peer, &ours(2.05)), None);
        assert!(disagreement(&peer, &ours(f64::NAN)).is_some());
    }
}
