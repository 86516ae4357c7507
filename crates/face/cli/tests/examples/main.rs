//! The complete examples, run as a newcomer runs them, against the truth that
//! their calibrations measured; and the report opened in a browser.
//!
//! These need programs from outside: `cargo xtask test` provides them. Where
//! one is absent the test says so, and fails under `CI`.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests, which clippy does not know as such")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

fn gosset(lab: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gosset"));
    command.arg("--lab").arg(lab).current_dir(root());
    command
}

fn succeeded(output: &Output) -> String {
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{text}\n{errors}", output.status);
    text.into_owned()
}

/// Runs the study in `file` in a lab of its own and returns the verdict of
/// each hypothesis as `kind` or `kind: how`.
fn verdicts(lab: &Path, file: &str, path: Option<OsString>) -> BTreeMap<String, String> {
    let mut command = gosset(lab);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.args(["study", "run", "--json"]).arg(root().join(file)).output().unwrap();
    let reply: Value = serde_json::from_str(&succeeded(&output)).unwrap();
    assert_eq!(reply["is_complete"], true);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verdict = |one: &Value| match one["verdict"]["how"].as_str() {
        Some(how) => format!("{}: {how}", word(&one["verdict"]["kind"])),
        None => word(&one["verdict"]["kind"]),
    };
    let hypotheses = reply["judgement"]["hypotheses"].as_array().unwrap();
    hypotheses.iter().map(|one| (word(&one["id"]), verdict(one))).collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, verdict)| ((*id).to_owned(), (*verdict).to_owned())).collect()
}

/// The program that `cargo xtask test` names in `variable`.
fn outside(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{variable} is not set: run `cargo xtask test`");
        eprintln!("NOT CHECKED: {variable} is not set; run `cargo xtask test`");
    }
    found
}

#[test]
fn the_digits_study_finds_what_four_hundred_seeds_found() {
    let lab = TempDir::new().unwrap();
    let found = verdicts(lab.path(), "examples/digits/study.toml", None);
    // examples/digits/calibration/summary.md.
    let truth = expected(&[
        ("momentum", "supported"),
        ("width", "supported"),
        ("label-smoothing", "refuted: harmful"),
        ("init-scale", "refuted: equivalent"),
        ("weight-decay", "refuted: equivalent"),
    ]);
    assert_eq!(found, truth);
    succeeded(&gosset(lab.path()).args(["ledger", "verify"]).output().unwrap());
    if let Some(chromium) = outside("GOSSET_TEST_CHROMIUM") {
        let page = lab.path().join("report.html");
        let write = gosset(lab.path()).args(["study", "report", "digits", "--output"]).arg(&page).output().unwrap();
        succeeded(&write);
        open_in_browser(&chromium, lab.path(), &page);
    }
}

#[test]
fn the_ablation_of_eight_parts_finds_what_two_hundred_seeds_found() {
    let lab = TempDir::new().unwrap();
    let mut found = verdicts(lab.path(), "examples/digits-ablation/study.toml", None);
    // examples/digits-ablation/calibration/summary.md. The effect of label smoothing lies
    // between zero and what matters: either word for that is right.
    let small = found.remove("effect-of-label_smoothing").unwrap();
    assert!(["refuted: trivial", "refuted: equivalent"].contains(&small.as_str()), "{small}");
    let truth = expected(&[
        ("effect-of-momentum", "supported"),
        ("effect-of-learning_rate", "supported"),
        ("effect-of-batch_size", "supported"),
        ("effect-of-width", "supported"),
        ("effect-of-dropout", "refuted: harmful"),
        ("effect-of-init_scale", "refuted: equivalent"),
        ("effect-of-weight_decay", "refuted: equivalent"),
    ]);
    assert_eq!(found, truth);
}

#[test]
fn a_law_fitted_to_the_lower_rungs_of_charlm_is_recorded_first_and_scored() {
    let lab = TempDir::new().unwrap();
    let mut command = gosset(lab.path());
    let output =
        command.args(["study", "run", "--json"]).arg(root().join("examples/charlm/quick.toml")).output().unwrap();
    let reply: Value = serde_json::from_str(&succeeded(&output)).unwrap();
    assert_eq!(reply["is_complete"], true);
    let found = &reply["judgement"]["scaling"];
    let scored = &found["predictions"][0];
    assert_eq!(scored["observed"].as_array().unwrap().len(), 3, "{found}");
    // Losses lie between the best of far larger networks and ln 38; a law is
    // no better than its form, which the README says how far to trust.
    let off = scored["off"].as_f64().unwrap();
    assert!(off.abs() < 0.1, "{scored}");
    let records = succeeded(&gosset(lab.path()).args(["ledger", "list", "charlm-quick", "--json"]).output().unwrap());
    let records: Value = serde_json::from_str(&records).unwrap();
    let records = records["records"].as_array().unwrap();
    let predicted = records.iter().filter(|record| record["event"]["kind"] == "predicted");
    assert_eq!(predicted.count(), 1);
    succeeded(&gosset(lab.path()).args(["ledger", "verify"]).output().unwrap());
}

#[test]
fn a_scikit_learn_program_is_judged_like_any_other() {
    let Some(python) = outside("GOSSET_TEST_PYTHON") else { return };
    let lab = TempDir::new().unwrap();
    let mut path = python.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let found = verdicts(lab.path(), "examples/digits-sklearn/study.toml", Some(path));
    // examples/digits-sklearn/calibration/summary.md.
    assert_eq!(found, expected(&[("momentum", "supported"), ("penalty", "refuted: equivalent")]));
}

/// The example with one of its 5 seeds and 8 of its 12 data sets, which say the
/// same of the methods that fail on purpose.
fn part_of_the_benchmark(folder: &Path) -> PathBuf {
    let source = root().join("examples/benchmark");
    std::fs::create_dir_all(folder.join("data")).unwrap();
    std::fs::copy(source.join("train.py"), folder.join("train.py")).unwrap();
    for dataset in std::fs::read_dir(source.join("data")).unwrap() {
        let dataset = dataset.unwrap();
        let to = folder.join("data").join(dataset.file_name());
        std::fs::create_dir_all(&to).unwrap();
        for file in ["train.csv", "test.csv", "labels.csv"] {
            std::fs::copy(dataset.path().join(file), to.join(file)).unwrap();
        }
    }
    let text = std::fs::read_to_string(source.join("study.toml")).unwrap();
    assert_eq!(text.matches("seeds = 5\n").count(), 1);
    let datasets = r#"datasets = ["breast-cancer", "cars", "diabetes", "firms", "iris", "penguins", "vote", "wine"]"#;
    let file = folder.join("study.toml");
    std::fs::write(&file, text.replace("seeds = 5\n", &format!("seeds = 1\n{datasets}\n"))).unwrap();
    file
}

#[test]
fn the_benchmark_of_classifiers_drops_no_failure_and_tells_unequal_tuning() {
    let Some(python) = outside("GOSSET_TEST_PYTHON") else { return };
    let lab = TempDir::new().unwrap();
    let file = part_of_the_benchmark(&lab.path().join("benchmark"));
    let mut path = python.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = gosset(lab.path()).env("PATH", path).args(["study", "run", "--json"]).arg(file).output().unwrap();
    let reply: Value = serde_json::from_str(&succeeded(&output)).unwrap();
    assert_eq!((reply["is_complete"].as_bool(), reply["runs_ended"].as_u64()), (Some(true), Some(64)));
    let board = &reply["benchmark"]["boards"][0]["leaderboard"];
    assert_eq!((board["grade"].as_str(), board["coverage"]["runs"].as_u64()), (Some("A"), Some(64)));
    let rows = board["rows"].as_array().unwrap();
    let row = |method: &str| rows.iter().find(|row| row["method"] == method).unwrap();
    // On tumours, whose 30 features go together, one diverges and the other never ends.
    let failed: BTreeMap<&str, u64> = rows
        .iter()
        .map(|row| (row["method"].as_str().unwrap(), row["failed"].as_u64().unwrap()))
        .filter(|(_, failed)| *failed > 0)
        .collect();
    assert_eq!(failed, BTreeMap::from([("gradient-descent", 1), ("best-subset", 1)]));
    let outcome = |method: &str| {
        let runs = reply["judgement"]["hypotheses"].as_array().unwrap();
        let id = format!("{method}-against-logistic");
        let blocks = runs.iter().find(|one| one["id"] == id.as_str()).unwrap()["blocks"].as_array().unwrap();
        let failed = blocks.iter().filter(|block| !block["failure"].is_null());
        failed.map(|block| (block["dataset"].to_string(), block["failure"]["kind"].to_string())).collect::<Vec<_>>()
    };
    let once = |kind: &str| vec![("\"breast-cancer\"".to_owned(), format!("\"{kind}\""))];
    assert_eq!(outcome("gradient-descent"), once("diverged"));
    assert_eq!(outcome("best-subset"), once("timed_out"));
    assert_eq!(board["coverage"]["complete_datasets"], 7);
    // Ranks of eight methods add up to 36 on each data set, whoever failed.
    let sum: f64 = rows.iter().map(|row| row["average_rank"].as_f64().unwrap()).sum();
    assert!((sum - 36.0).abs() < 1e-9, "{sum}");
    assert!(row("logistic")["average_rank"].as_f64() < row("gradient-descent")["average_rank"].as_f64());
    let warnings = reply["judgement"]["benchmark"]["warnings"].to_string();
    for words in ["Tuning budgets are unequal", "How much `best-subset` was tuned is not registered"] {
        assert!(warnings.contains(words), "{warnings}");
    }
    succeeded(&gosset(lab.path()).args(["ledger", "verify"]).output().unwrap());
}

/// Lets Chromium read the page, wide and narrow.
fn open_in_browser(chromium: &Path, folder: &Path, page: &Path) {
    let browse = |arguments: &[&str]| {
        let profile = folder.join("profile");
        let output = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .arg(format!("file://{}", page.display()))
            .output()
            .unwrap();
        succeeded(&output)
    };
    let dom = browse(&["--dump-dom"]);
    for text in ["Supported (meaningful)", "Refuted (equivalent)", "Momentum 0.9 raises the test accuracy", "<svg"] {
        assert!(dom.contains(text), "the page lacks `{text}`");
    }
    for width in [1280, 500] {
        let picture = folder.join(format!("{width}.png"));
        browse(&[&format!("--window-size={width},2000"), &format!("--screenshot={}", picture.display())]);
        // A page that failed to draw compresses to a few kilobytes.
        let size = std::fs::metadata(&picture).unwrap().len();
        assert!(size > 40_000, "the picture {width} wide has {size} bytes");
    }
}
