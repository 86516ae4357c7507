//! Registered studies and evidence made of numbers.

use std::collections::BTreeMap;

use gosset_model::{
    Captured, CodeVersion, Draft, Evidence, Exit, KnownScore, Name, Outcome, Registered, RunEvidence, RunExit,
    RunResult, StudySource, Timestamp, resolve,
};
use gosset_science::plan;

/// A study file with `seeds` seeds and the given hypotheses section.
pub(crate) fn file(seeds: u32, design: &str, hypotheses: &str) -> String {
    format!(
        r#"
[study]
name = "sample"
question = "Does it help?"
[program]
command = ["train"]
parameters = "flags"
timeout_secs = 60.0
[factors.knob]
baseline = 0
levels = [0, 1, 2, 3]
[metrics.accuracy]
direction = "maximize"
unit = "proportion"
score = "accuracy"
trust = "The numbers are made up."
{hypotheses}
[design]
seeds = {seeds}
horizon = "fixed"
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
{design}
"#
    )
}

/// One hypothesis that knob 1 is better, with the smallest effect `m`.
pub(crate) fn one_hypothesis(m: Option<f64>) -> String {
    let smallest = m.map(|m| format!("smallest_effect = {m:?}")).unwrap_or_default();
    format!(
        "[[hypotheses]]\nid = \"knob\"\nclaim = \"Knob 1 is better\"\ncandidate = {{ knob = 1 }}\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\n{smallest}\n"
    )
}

pub(crate) fn draft(text: &str) -> Draft {
    let source = StudySource::read(text).unwrap_or_else(|mistakes| panic!("{}", mistakes.listed("sample.toml")));
    let scores =
        [KnownScore { id: "accuracy", direction: gosset_model::Direction::Maximize, is_mean_over_examples: true }];
    resolve(&source, &scores).unwrap_or_else(|mistakes| panic!("{}", mistakes.listed("sample.toml")))
}

pub(crate) fn registered(text: &str) -> Registered {
    let code = CodeVersion { commit: None, has_changes: false, diff: None, absent: Some("made up".to_owned()) };
    draft(text).register(BTreeMap::new(), code, "0.0.0".to_owned(), Timestamp::from_millis(0))
}

pub(crate) fn result(score: Option<f64>) -> RunResult {
    let none = Captured { bytes_seen: 0, bytes_kept: 0 };
    let accuracy = Name::new("accuracy").unwrap();
    RunResult {
        exit: RunExit {
            exit: Exit::Code { code: i32::from(score.is_none()) },
            started_at: Timestamp::from_millis(0),
            wall_secs: 1.0,
            cpu_secs: 1.0,
            peak_memory_bytes: 1,
            stray_processes: 0,
            stdout: none.clone(),
            stderr: none,
        },
        outcome: if score.is_some() { Outcome::Finished } else { Outcome::Crashed { code: 1 } },
        scores: score.map(|score| (accuracy, score)).into_iter().collect(),
        artifacts: BTreeMap::new(),
        output: None,
        logged_points: BTreeMap::new(),
        notes: Vec::new(),
    }
}

/// Evidence in which block `i` of arm `arm` comes to `score(arm, i)`; `None`
/// is a crash.
pub(crate) fn evidence(registered: &Registered, score: impl Fn(&str, usize) -> Option<f64>) -> Evidence {
    let mut seeds = registered.seeds();
    seeds.sort_unstable();
    let mut runs: Vec<RunEvidence> = plan(registered)
        .runs
        .into_iter()
        .map(|planned| {
            let block = seeds.iter().position(|seed| *seed == planned.seed).unwrap();
            let result = result(score(planned.arm.as_str(), block));
            RunEvidence {
                planned,
                result: Some(result),
                missing: None,
                attempt: 1,
                record: Some(1),
                examples: BTreeMap::new(),
            }
        })
        .collect();
    runs.sort_by(|a, b| {
        (&a.planned.arm, &a.planned.dataset, a.planned.seed).cmp(&(&b.planned.arm, &b.planned.dataset, b.planned.seed))
    });
    Evidence { runs, mismatches: Vec::new(), late_changes: Vec::new(), early_looks: 0, prediction: None }
}

/// Evidence in which the candidate's differences are `differences`, over a
/// baseline of 0.5.
pub(crate) fn with_differences(registered: &Registered, differences: &[f64]) -> Evidence {
    evidence(registered, |arm, block| Some(if arm == "baseline" { 0.5 } else { 0.5 + differences[block] }))
}
