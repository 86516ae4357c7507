//! Progress on standard error: a bar on a terminal, a line for each stage else.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use gosset_lab::{Progress, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Shows how far long work is.
pub(crate) struct Shown {
    is_terminal: bool,
    is_quiet: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    arms: BTreeMap<String, Arm>,
    metric: String,
    failed: u64,
    lost: u64,
}

#[derive(Default)]
struct Arm {
    n: u64,
    sum: f64,
}

impl Shown {
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), is_quiet, state: Mutex::default() }
    }
}

impl State {
    fn message(&self) -> String {
        let means: Vec<String> = self
            .arms
            .iter()
            .map(|(arm, scores)| format!("{arm} {:.4} (n {})", scores.sum / scores.n as f64, scores.n))
            .collect();
        let mut parts = Vec::new();
        if !means.is_empty() {
            parts.push(format!("mean {}: {}", self.metric, means.join(", ")));
        }
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        if self.lost > 0 {
            parts.push(format!("{} to be repeated", self.lost));
        }
        parts.join("; ")
    }
}

/// Writes how many runs end in a second.
fn write_rate(state: &ProgressState, output: &mut dyn std::fmt::Write) {
    write!(output, "{:.1}/s", state.per_sec()).ok(); // A bar that cannot be drawn is no failure.
}

impl Progress for Shown {
    fn step(&self, step: Step<'_>) {
        if self.is_quiet {
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        match step {
            Step::Stage(stage) => crate::exit::say(&format!("{stage}\n")),
            Step::Runs { study, total, ended } => {
                if self.is_terminal {
                    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
                    let style = "{prefix} [{bar:30}] {pos}/{len} runs, {rate}, {eta} left\n{wide_msg}";
                    if let Ok(style) = ProgressStyle::with_template(style) {
                        bar.set_style(style.progress_chars("=> ").with_key("rate", write_rate));
                    }
                    bar.set_prefix(study.to_owned());
                    bar.set_position(ended);
                    bar.reset_eta();
                    bar.enable_steady_tick(Duration::from_millis(500));
                    state.bar = Some(bar);
                } else {
                    crate::exit::say(&format!("running {study}: {ended} of {total} runs have ended\n"));
                }
            }
            Step::RunEnded { arm, outcome, score } => {
                if let Some((metric, value)) = score {
                    metric.clone_into(&mut state.metric);
                    let arm = state.arms.entry(arm.to_owned()).or_default();
                    arm.n += 1;
                    arm.sum += value;
                }
                state.failed += u64::from(outcome != "finished");
                if let Some(bar) = &state.bar {
                    bar.inc(1);
                    bar.set_message(state.message());
                }
            }
            Step::RunLost { arm, reason } => {
                state.lost += 1;
                match &state.bar {
                    Some(bar) => bar.set_message(state.message()),
                    None => crate::exit::say(&format!("a run of arm {arm} is to be repeated: {reason}\n")),
                }
            }
            Step::RunsDone => {
                if let Some(bar) = state.bar.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }

    fn shows_results(&self) -> bool {
        self.is_terminal && !self.is_quiet
    }
}
