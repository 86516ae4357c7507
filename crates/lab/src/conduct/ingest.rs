use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use gosset_data::{Series, chunk, metric_log};
use gosset_exec::supervise::{self, ExitRecord};
use gosset_model::{Captured, Digest, Exit, PlannedRun, RunExit, RunResult, Timestamp};
use gosset_science::{Fate, fate};
use gosset_store::{Artifacts, SeriesChunk};

use super::examples::EXAMPLES;
use super::launch::{METRICS, PARAMS, WORK};
use super::score::{Scorer, chain, predictions_files};
use crate::LabError;

/// Points in one stored chunk of a series.
const CHUNK_POINTS: usize = 65_536;

/// What an attempt came to.
pub(crate) enum Ingested {
    /// It counts.
    Counts {
        /// What it left behind.
        result: Box<RunResult>,
        /// What it logged.
        series: Vec<SeriesChunk>,
    },
    /// The machine failed.
    Lost {
        /// What happened.
        reason: String,
        /// Whether we interrupted it.
        interrupted: bool,
    },
    /// The program cannot be started.
    CannotStart {
        /// Why.
        reason: String,
    },
}

/// Scores an attempt that has ended and keeps what it left.
///
/// Changes nothing in the attempt's folder, so that it can be repeated after
/// a kill; [`clear`] follows when the result is recorded.
pub(crate) fn ingest(
    scorer: &Scorer<'_>,
    artifacts: &Artifacts,
    run: &PlannedRun,
    attempt: u32,
    attempt_dir: &Path,
    record: &ExitRecord,
) -> Result<Ingested, LabError> {
    let log_file = attempt_dir.join(METRICS);
    let work = attempt_dir.join(WORK);
    let mut notes = Vec::new();
    let log = if log_file.exists() {
        metric_log::read(&log_file).map(Some).unwrap_or_else(|error| {
            notes.push(format!("the metric log cannot be read: {}", chain(&error)));
            None
        })
    } else {
        None
    };
    let nothing = BTreeMap::new();
    let logged = log.as_ref().map_or(&nothing, |log| &log.series);
    let exit = run_exit(record);
    let (outcome, scores) = match fate(&exit.exit, || scorer.score(run.dataset.as_ref(), &work, logged)) {
        Fate::Counts { outcome, scores } => (outcome, scores),
        Fate::Lost { reason, interrupted } => return Ok(Ingested::Lost { reason, interrupted }),
        Fate::CannotStart { reason } => return Ok(Ingested::CannotStart { reason }),
    };
    let mut kept = BTreeMap::new();
    let (outcome, scores) = if outcome.is_finished() && scorer.protocol().is_about_artifacts() {
        match scorer.examples(run.dataset.as_ref(), &work) {
            Ok(examples) => {
                let bytes = serde_json::to_vec(&examples).expect("finite scores by name are JSON");
                kept.insert(EXAMPLES.to_owned(), artifacts.keep(&bytes)?);
                (outcome, scores)
            }
            Err(why) => (why.into(), BTreeMap::new()),
        }
    } else {
        (outcome, scores)
    };
    for stream in ["stdout", "stderr"] {
        keep(artifacts, &mut kept, stream, &attempt_dir.join(stream))?;
    }
    let mut outputs = Vec::new();
    for file in predictions_files(scorer.protocol()) {
        if let Some(digest) = keep(artifacts, &mut kept, file, &work.join(file))? {
            outputs.push(digest);
        }
    }
    if let Some(log) = &log {
        notes.extend(log.notes.iter().map(ToString::to_string));
        if log.lines.bad > 0 {
            keep(artifacts, &mut kept, METRICS, &log_file)?;
        }
    }
    notes.extend(dropped("standard output", &exit.stdout));
    notes.extend(dropped("standard error", &exit.stderr));
    if exit.stray_processes > 0 {
        notes.push(format!("{} processes outlived the program and were killed", exit.stray_processes));
    }
    let output = match outputs.as_slice() {
        [] => None,
        digests => {
            Some(Digest::of(&digests.iter().flat_map(|digest: &Digest| *digest.as_bytes()).collect::<Vec<u8>>()))
        }
    };
    let result = RunResult {
        exit,
        outcome,
        scores,
        artifacts: kept,
        output,
        logged_points: logged.iter().map(|(name, series)| (name.clone(), series.len() as u64)).collect(),
        notes,
    };
    Ok(Ingested::Counts { result: Box::new(result), series: chunks(run, attempt, logged) })
}

/// Removes what is kept elsewhere from an attempt's folder. What the program
/// left besides stays.
pub(crate) fn clear(attempt_dir: &Path, predictions: &[&str]) {
    gosset_exec::remove_own_files(attempt_dir);
    for path in [PARAMS, METRICS]
        .map(|name| attempt_dir.join(name))
        .into_iter()
        .chain(predictions.iter().map(|file| attempt_dir.join(WORK).join(file)))
    {
        fs::remove_file(path).ok(); // What is left over costs space and nothing else.
    }
    for folder in [attempt_dir.join(WORK), attempt_dir.to_owned()] {
        fs::remove_dir(folder).ok(); // It stays where the program left files of its own.
    }
    if let Some(run) = attempt_dir.parent() {
        fs::remove_dir(run).ok(); // As above.
    }
}

fn keep(
    artifacts: &Artifacts,
    kept: &mut BTreeMap<String, Digest>,
    name: &str,
    file: &Path,
) -> Result<Option<Digest>, LabError> {
    let size = match fs::metadata(file) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(LabError::File { action: "read", path: file.to_owned(), source }),
    };
    if size == 0 && matches!(name, "stdout" | "stderr") {
        return Ok(None);
    }
    let (digest, _) = artifacts.keep_file(file)?;
    kept.insert(name.to_owned(), digest);
    Ok(Some(digest))
}

fn dropped(stream: &str, captured: &Captured) -> Option<String> {
    let dropped = captured.bytes_seen.saturating_sub(captured.bytes_kept);
    (dropped > 0)
        .then(|| format!("{dropped} of {} bytes of {stream} were dropped from the middle", captured.bytes_seen))
}

fn chunks(run: &PlannedRun, attempt: u32, logged: &BTreeMap<String, Series>) -> Vec<SeriesChunk> {
    let mut chunks = Vec::new();
    for (name, series) in logged {
        for (number, from) in (0..series.len()).step_by(CHUNK_POINTS).enumerate() {
            let to = series.len().min(from + CHUNK_POINTS);
            chunks.push(SeriesChunk {
                run: run.id.clone(),
                attempt,
                name: name.clone(),
                chunk: number as u32,
                points: (to - from) as u64,
                body: chunk::encode(&series.steps[from..to], &series.times_ms[from..to], &series.values[from..to]),
            });
        }
    }
    chunks
}

/// The exit record in the words of the model.
fn run_exit(record: &ExitRecord) -> RunExit {
    let exit = match &record.exit {
        supervise::Exit::Code(code) => Exit::Code { code: *code },
        supervise::Exit::Signal(signal) => Exit::Signal { signal: *signal },
        supervise::Exit::TimedOut { limit_secs } => Exit::TimedOut { limit_secs: *limit_secs },
        supervise::Exit::OutOfMemory { limit_bytes } => Exit::OutOfMemory { limit_bytes: *limit_bytes },
        supervise::Exit::Interrupted => Exit::Interrupted,
        supervise::Exit::NotStarted { reason } => Exit::NotStarted { reason: reason.clone() },
    };
    let captured =
        |stream: &supervise::Captured| Captured { bytes_seen: stream.bytes_seen, bytes_kept: stream.bytes_kept };
    RunExit {
        exit,
        started_at: Timestamp::from_millis(record.started_at_ms),
        wall_secs: record.wall_secs,
        cpu_secs: record.cpu_user_secs + record.cpu_system_secs,
        peak_memory_bytes: record.peak_tree_memory_bytes.unwrap_or(record.peak_memory_bytes),
        stray_processes: record.stray_processes,
        stdout: captured(&record.stdout),
        stderr: captured(&record.stderr),
    }
}
