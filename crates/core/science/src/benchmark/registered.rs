use gosset_model::{
    Benchmark, BenchmarkFindings, BoardRow, ConditionBoard, Evidence, Grade, Level, MethodTuning, Name, Protocol,
    Reach, Registered, RunResult, StressLoss, Usage,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cells::{Cell, CellOutcome, Cells};
use super::error::BenchmarkError;
use super::leaderboard::{Leaderboard, leaderboard};
use super::question::{BenchmarkMetric, BenchmarkQuestion, References};
use super::statements::named;
use super::stress::losses;
use super::tuning::{tuning, tuning_warnings};

/// What the runs of a registered benchmark say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisteredBenchmark {
    /// The leaderboard under each condition, the one without stress first.
    pub boards: Vec<RegisteredBoard>,
    /// What each method loses under stress, condition by condition.
    pub losses: Vec<StressLoss>,
    /// How much each method was tuned.
    pub tuning: Vec<MethodTuning>,
    /// What speaks against relying on an order of methods, in whole sentences.
    pub warnings: Vec<String>,
}

/// The leaderboard of a registered benchmark under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisteredBoard {
    /// The condition; none in a benchmark without conditions.
    pub condition: Option<String>,
    /// The leaderboard.
    pub leaderboard: Option<Leaderboard>,
    /// Why there is none.
    pub problem: Option<String>,
}

/// Makes the leaderboards of a registered study from its own runs; none where
/// it is no benchmark.
///
/// They are those that [`judge_benchmark`](super::judge_benchmark) makes of the
/// same scores: a run that failed is a cell that failed, one that has not ended
/// is no cell. The grade is the worst of the metrics' grades, and no better
/// than B after an early look, or after the protocol was changed when results
/// could have been seen.
#[must_use]
pub fn registered_benchmark(registered: &Registered, evidence: &Evidence) -> Option<RegisteredBenchmark> {
    let protocol = registered.protocol();
    let benchmark = protocol.benchmark.as_ref()?;
    let question = question(protocol, benchmark);
    let grade = grade(protocol, benchmark, evidence);
    let board = |condition: Option<&Level>| {
        let made = cells(registered, benchmark, evidence, condition)
            .and_then(|cells| leaderboard(&cells, &question, grade))
            .map_err(|error| error.to_string());
        RegisteredBoard {
            condition: condition.map(Level::to_string),
            problem: made.as_ref().err().cloned(),
            leaderboard: made.ok(),
        }
    };
    let tuned = tuning(protocol, benchmark, evidence);
    Some(RegisteredBenchmark {
        boards: benchmark.condition_levels().into_iter().map(board).collect(),
        losses: losses(registered, benchmark, evidence),
        warnings: late_warning(evidence).into_iter().chain(tuning_warnings(&tuned)).collect(),
        tuning: tuned,
    })
}

impl RegisteredBenchmark {
    /// The leaderboard without stress.
    #[must_use]
    pub fn clean(&self) -> Option<&Leaderboard> {
        self.boards.first().and_then(|board| board.leaderboard.as_ref())
    }

    /// What of it the judgement keeps.
    #[must_use]
    pub fn findings(&self) -> BenchmarkFindings {
        BenchmarkFindings {
            boards: self.boards.iter().map(RegisteredBoard::in_short).collect(),
            losses: self.losses.clone(),
            tuning: self.tuning.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

impl RegisteredBoard {
    fn in_short(&self) -> ConditionBoard {
        let board = self.leaderboard.as_ref();
        let rows = board.iter().flat_map(|board| &board.rows).map(|row| BoardRow {
            method: row.method.clone(),
            place: row.place,
            average_rank: row.average_rank,
            lower: row.rank_bounds.lower,
            upper: row.rank_bounds.upper,
            letters: row.letters.clone(),
            runs: row.runs,
            failed: row.failed,
            missing: row.missing,
        });
        ConditionBoard {
            condition: self.condition.clone(),
            runs: board.map(|board| board.digest),
            problem: self.problem.clone(),
            rows: rows.collect(),
            statements: board.map(|board| board.statements.clone()).unwrap_or_default(),
            warnings: board.map(|board| board.warnings.clone()).unwrap_or_default(),
        }
    }
}

fn question(protocol: &Protocol, benchmark: &Benchmark) -> BenchmarkQuestion {
    let metric = |name: &Name| {
        let metric = protocol.metrics.get(name)?;
        Some(BenchmarkMetric { name: name.to_string(), direction: metric.direction })
    };
    let usage = benchmark
        .usage
        .iter()
        .map(|usage| BenchmarkMetric { name: usage.words().to_owned(), direction: gosset_model::Direction::Minimize });
    let first = benchmark.metrics.first().and_then(|name| protocol.metrics.get(name));
    let ceiling = first.and_then(|metric| {
        let [low, high] = metric.range?;
        Some(match metric.direction {
            gosset_model::Direction::Maximize => high,
            gosset_model::Direction::Minimize => low,
        })
    });
    let references = benchmark.references.iter().map(|(name, reference)| (name.to_string(), *reference));
    BenchmarkQuestion {
        metrics: benchmark.metrics.iter().filter_map(metric).chain(usage).collect(),
        references: if benchmark.references.is_empty() {
            References::None
        } else {
            References::Scores { datasets: references.collect() }
        },
        alpha: protocol.design.alpha,
        pairs: benchmark.pairs,
        ceiling,
        resamples: benchmark.resamples,
    }
}

fn grade(protocol: &Protocol, benchmark: &Benchmark, evidence: &Evidence) -> Grade {
    let worst = benchmark.metrics.iter().map(|metric| protocol.grade(metric).0).max().unwrap_or(Grade::B);
    let is_spoilt = evidence.early_looks > 0 || !late_keys(evidence).is_empty();
    if is_spoilt { worst.max(Grade::B) } else { worst }
}

/// What of the protocol was changed when results could have been seen.
fn late_keys(evidence: &Evidence) -> Vec<&str> {
    let late = evidence.late_changes.iter().filter(|change| change.reach == Reach::Study);
    late.map(|change| change.key.as_str()).collect()
}

fn late_warning(evidence: &Evidence) -> Option<String> {
    let keys = late_keys(evidence);
    (!keys.is_empty()).then(|| {
        format!(
            "After results could have been seen, {} changed in the protocol: the order may rest on them.",
            named(&keys)
        )
    })
}

/// The runs under `condition` that have ended.
fn cells(
    registered: &Registered,
    benchmark: &Benchmark,
    evidence: &Evidence,
    condition: Option<&Level>,
) -> Result<Cells, BenchmarkError> {
    let mut cells = Vec::new();
    for method in &benchmark.methods {
        let Some(arm) = registered.protocol().benchmark_arm(&method.level, condition) else { continue };
        for run in evidence.runs.iter().filter(|run| run.planned.arm == arm) {
            let (Some(result), Some(dataset)) = (&run.result, &run.planned.dataset) else { continue };
            cells.push(Cell {
                method: method.level.to_string(),
                dataset: dataset.to_string(),
                seed: Some(run.planned.seed.to_string()),
                outcomes: outcomes(benchmark, result),
                row: cells.len() as u64 + 1,
            });
        }
    }
    Cells::new(cells)
}

/// What became of a run by each metric; a failed run has failed by all.
fn outcomes(benchmark: &Benchmark, result: &RunResult) -> Vec<CellOutcome> {
    let score = |name: &Name| result.scores.get(name).copied();
    let usage = |usage: &Usage| match usage {
        Usage::CpuTime => Some(result.exit.cpu_secs),
        Usage::WallTime => Some(result.exit.wall_secs),
        Usage::PeakMemory => Some(result.exit.peak_memory_bytes as f64),
    };
    let values = benchmark.metrics.iter().map(score).chain(benchmark.usage.iter().map(usage));
    values
        .map(|value| match value.filter(|_| result.outcome.is_finished()) {
            Some(value) => CellOutcome::Score(value),
            None => CellOutcome::Failed,
        })
        .collect()
}
