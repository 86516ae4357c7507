use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gosset_exec::local::{self, Failure, LostCause, Need, Pool, Slots, State, Ticket};
use gosset_exec::supervise::ExitRecord;
use gosset_model::{Command, Horizon, PlannedRun, Registered, RunId, RunState};
use gosset_science::{asked, judge, judged, predict};
use gosset_store::Artifacts;

use super::capture;
use super::data_watch::{DataWatch, line};
use super::examples::put_examples;
use super::ingest::{Ingested, clear, ingest};
use super::launch::Launcher;
use super::score::{Scorer, chain, predictions_files};
use crate::journal::Journal;
use crate::place::Place;
use crate::study_folder::StudyFolder;
use crate::{Context, LabError, Step};

/// How much of the machine runs may take.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Processor slots; all cores if none.
    pub(crate) cpus: Option<u32>,
    /// Accelerators by the names that `CUDA_VISIBLE_DEVICES` takes.
    pub(crate) gpus: Vec<String>,
    /// Whether results are told as they come though the horizon is fixed.
    pub(crate) live_means: bool,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every planned run has ended.
    Complete,
    /// Somebody asked to stop.
    Interrupted,
    /// Some runs will not be had: lost too often, or beyond the budget.
    Incomplete {
        /// Why.
        why: String,
    },
    /// Data differ from what was registered; each with both digests.
    DataChanged {
        /// The differences in a line each.
        listed: Vec<String>,
    },
}

/// Runs what is left of a registered study, scores it and has it judged.
///
/// May be killed at any moment and called again: attempts that went on
/// meanwhile are taken up, those that ended are scored, lost ones repeated.
pub(crate) fn conduct(
    context: &Context<'_>,
    place: &Place,
    folder: &StudyFolder,
    journal: &mut Journal<'_>,
    limits: &Limits,
) -> Result<Outcome, LabError> {
    let registered = journal.study().registered()?.clone();
    let runs = asked(&registered, journal.study()).runs;
    let is_over = runs.iter().all(|run| journal.study().runs().get(&run.id).is_some_and(|run| run.ended().is_some()));
    let outcome =
        if is_over { Outcome::Complete } else { execute(context, place, folder, journal, limits, &registered, runs)? };
    sweep(place, journal, &registered);
    if outcome != Outcome::Interrupted {
        context.progress.step(Step::Stage("judging"));
        if matches!(outcome, Outcome::Incomplete { .. }) && registered.protocol().design.horizon == Horizon::Fixed {
            // The judgement tells results of a study that can still go on.
            let runs_planned = registered.protocol().run_count() as u64;
            journal.carry_out(Command::ShowResults { runs_planned, how: "judged before its end".to_owned() })?;
        }
        let mut evidence = journal.study().evidence(&judged(&registered, journal.study()));
        put_examples(&place.artifacts(), registered.protocol(), &mut evidence)?;
        journal.carry_out(Command::Judge { judgement: Box::new(judge(&registered, &evidence)) })?;
    }
    Ok(outcome)
}

/// Clears what attempts at runs that have ended left in their folders: lost
/// ones, and those after whose end Gosset was killed.
fn sweep(place: &Place, journal: &Journal<'_>, registered: &Registered) {
    let protocol = registered.protocol();
    let files = predictions_files(protocol);
    for (run, state) in journal.study().runs().iter().filter(|(_, state)| state.ended().is_some()) {
        let first = place.run_dir(&protocol.name, run, 1);
        if first.parent().is_some_and(|folder| folder.exists()) {
            for attempt in &state.attempts {
                clear(&place.run_dir(&protocol.name, run, attempt.number), &files);
            }
        }
    }
}

fn execute(
    context: &Context<'_>,
    place: &Place,
    folder: &StudyFolder,
    journal: &mut Journal<'_>,
    limits: &Limits,
    registered: &Registered,
    runs: Vec<PlannedRun>,
) -> Result<Outcome, LabError> {
    let protocol = registered.protocol();
    let mut watch = DataWatch::new(folder, &registered.registration().data);
    context.progress.step(Step::Stage("checking the data"));
    if let Some(outcome) = report_data(journal, &mut watch, registered, None)? {
        return Ok(outcome);
    }
    let scorer = Scorer::new(folder, protocol)?;
    let launcher = Launcher::new(folder, protocol);
    build(context, place, &launcher)?;
    context.progress.step(Step::Stage("taking down code, machine and versions"));
    let artifacts = place.artifacts();
    let need = Need { cpus: protocol.program.cpus, gpus: protocol.program.gpus };
    let cpus =
        limits.cpus.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32));
    let slots = Slots { cpus, gpus: limits.gpus.clone() };
    let at_once = at_once(need, &slots)?;
    let session = capture::session(&artifacts, folder, protocol, &launcher.argv(), &launcher.environment, at_once)?;
    journal.carry_out(Command::StartSession { session })?;
    let pool = Pool::new(context.supervisor.clone(), slots);
    let gate = Mutex::new(());
    let mut work = Work {
        context,
        place,
        artifacts,
        journal,
        registered,
        launcher,
        scorer,
        watch,
        pool: &pool,
        gate: &gate,
        need,
        at_once: at_once as usize,
        waiting: VecDeque::new(),
        under_way: BTreeMap::new(),
        halt: None,
        tells_results: limits.live_means || protocol.design.horizon != Horizon::Fixed,
        has_shown: false,
    };
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut has_stopped = false;
            while !is_done.load(Ordering::Relaxed) {
                if context.stop.load(Ordering::Relaxed) && !has_stopped {
                    let _gate = gate.lock();
                    pool.stop_all();
                    has_stopped = true;
                }
                std::thread::park_timeout(Duration::from_millis(20));
            }
        });
        let outcome = work.carry_through(runs);
        is_done.store(true, Ordering::Relaxed);
        context.progress.step(Step::RunsDone);
        outcome
    })
}

/// How many runs fit the slots at once.
fn at_once(need: Need, slots: &Slots) -> Result<u32, LabError> {
    let by_gpu = (slots.gpus.len() as u32).checked_div(need.gpus).unwrap_or(u32::MAX);
    let fits = (slots.cpus / need.cpus).min(by_gpu);
    if fits == 0 {
        return Err(LabError::Slots {
            reason: format!(
                "a run needs {} processors and {} accelerators, there are {} and {}",
                need.cpus,
                need.gpus,
                slots.cpus,
                slots.gpus.len()
            ),
        });
    }
    Ok(fits)
}

/// Records data that differ, and data that are as registered again.
fn report_data(
    journal: &mut Journal<'_>,
    watch: &mut DataWatch<'_>,
    registered: &Registered,
    during: Option<&RunId>,
) -> Result<Option<Outcome>, LabError> {
    let mismatches = watch.mismatches(during);
    for path in registered.registration().data.keys() {
        if !mismatches.iter().any(|mismatch| mismatch.path == *path) {
            journal.carry_out(Command::ReportRestored { path: path.clone() })?;
        }
    }
    if mismatches.is_empty() {
        return Ok(None);
    }
    let listed = mismatches.iter().map(line).collect();
    for mismatch in mismatches {
        journal.carry_out(Command::ReportMismatch { mismatch })?;
    }
    Ok(Some(Outcome::DataChanged { listed }))
}

/// Runs the build step; its output goes to a file of the study.
fn build(context: &Context<'_>, place: &Place, launcher: &Launcher<'_>) -> Result<(), LabError> {
    let Some((program, arguments)) = launcher.protocol.program.build.as_deref().and_then(<[String]>::split_first)
    else {
        return Ok(());
    };
    context.progress.step(Step::Stage("building the program"));
    let log = place.study_file(&launcher.protocol.name, "build.log")?;
    let file = File::create(&log).map_err(LabError::file("write", &log))?;
    let both = file.try_clone().map_err(LabError::file("write", &log))?;
    let working_dir = launcher.working_dir();
    let status = Process::new(capture::program_path(&working_dir, program))
        .args(arguments)
        .current_dir(&working_dir)
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(both)
        .status();
    let how = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => format!("`{program}` cannot be started: {error}"),
    };
    let text = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    Err(LabError::Build { how, tail: lines[lines.len().saturating_sub(20)..].join("\n") })
}

/// Why an attempt does not count that ended with other data in place.
const SPOILT: &str = "the data changed while it ran";
/// Why an attempt does not count whose files may lack their ends.
const CUT_SHORT: &str = "the disk was full when it ended";

/// An attempt under way.
struct UnderWay {
    run: PlannedRun,
    attempt: u32,
    attempt_dir: PathBuf,
}

/// Why no more runs are started.
enum Halt {
    Outcome(Outcome),
    Error(LabError),
}

struct Work<'a, 'j, 'c> {
    context: &'a Context<'a>,
    place: &'a Place,
    artifacts: Artifacts,
    journal: &'j mut Journal<'c>,
    registered: &'a Registered,
    launcher: Launcher<'a>,
    scorer: Scorer<'a>,
    watch: DataWatch<'a>,
    pool: &'a Pool,
    /// Held while runs are stopped, started or taken up, so that none comes
    /// behind the back of the stop.
    gate: &'a Mutex<()>,
    need: Need,
    at_once: usize,
    waiting: VecDeque<PlannedRun>,
    under_way: BTreeMap<Ticket, UnderWay>,
    halt: Option<Halt>,
    /// Whether results are told as they come.
    tells_results: bool,
    has_shown: bool,
}

impl Work<'_, '_, '_> {
    fn carry_through(&mut self, runs: Vec<PlannedRun>) -> Result<Outcome, LabError> {
        let result = self.run_all(runs);
        if result.is_err() {
            // What is under way is stopped; the records still say that it is
            // open, and the next session looks at what became of it.
            self.pool.stop_all();
            while self.pool.next_finished().is_some() {}
        }
        result
    }

    fn run_all(&mut self, runs: Vec<PlannedRun>) -> Result<Outcome, LabError> {
        let gate = self.gate.lock();
        for run in &runs {
            self.take_up(run)?;
        }
        drop(gate);
        self.line_up(runs);
        loop {
            self.start_more()?;
            let Some(outcome) = self.pool.next_finished() else {
                if self.look()? {
                    continue;
                }
                break;
            };
            let Some(attempt) = self.under_way.remove(&outcome.ticket) else { continue };
            let is_spoilt = self.is_spoilt(&attempt)?;
            // The next run starts before this one is looked at.
            self.start_more()?;
            match outcome.result {
                Ok(_) if is_spoilt => self.lose(&attempt, SPOILT, true)?,
                Ok(finished) if finished.record.disk_was_full => {
                    let folder = self.place.root().to_owned();
                    self.halt.get_or_insert(Halt::Error(LabError::DiskFull { folder }));
                    self.lose(&attempt, CUT_SHORT, true)?;
                }
                Ok(finished) => self.finish(&attempt, &finished.record)?,
                Err(failure) => self.fail(&attempt, &failure)?,
            }
        }
        match self.halt.take() {
            Some(Halt::Error(error)) => Err(error),
            Some(Halt::Outcome(outcome)) => Ok(outcome),
            None if self.context.stop.load(Ordering::Relaxed) => Ok(Outcome::Interrupted),
            None => Ok(self.what_is_missing()),
        }
    }

    /// Puts those of `runs` in line that have not ended and are not under way.
    fn line_up(&mut self, runs: Vec<PlannedRun>) {
        let ended = |work: &Self, run: &PlannedRun| work.state(run).is_some_and(|state| state.ended().is_some());
        let before = runs.iter().filter(|run| ended(self, run)).count() as u64;
        let study = self.registered.protocol().name.clone();
        self.context.progress.step(Step::Runs { study: study.as_str(), total: runs.len() as u64, ended: before });
        let under_way: Vec<RunId> = self.under_way.values().map(|attempt| attempt.run.id.clone()).collect();
        self.waiting = runs.into_iter().filter(|run| !ended(self, run) && !under_way.contains(&run.id)).collect();
    }

    /// Looks at a sequential study whose runs so far have ended, records what
    /// the referee says, and lines up what it asks for next. Says whether
    /// there is more to do.
    fn look(&mut self) -> Result<bool, LabError> {
        let is_stopped = self.halt.is_some() || self.context.stop.load(Ordering::Relaxed);
        let asked = asked(self.registered, self.journal.study()).runs;
        let has_ended = |run: &PlannedRun| self.state(run).is_some_and(|state| state.ended().is_some());
        // Runs that were lost too often stay missing: only new ones go on.
        let is_new = |run: &PlannedRun| self.state(run).is_none();
        if is_stopped || !asked.iter().any(is_new) || asked.iter().all(has_ended) {
            return Ok(false);
        }
        let evidence = self.journal.study().evidence(&judged(self.registered, self.journal.study()));
        self.journal.carry_out(Command::Judge { judgement: Box::new(judge(self.registered, &evidence)) })?;
        self.line_up(asked);
        Ok(true)
    }

    fn state(&self, run: &PlannedRun) -> Option<&RunState> {
        self.journal.study().runs().get(&run.id)
    }

    fn what_is_missing(&self) -> Outcome {
        let evidence = self.journal.study().evidence(&asked(self.registered, self.journal.study()));
        let missing: Vec<_> = evidence.runs.iter().filter(|run| run.result.is_none()).collect();
        match missing.first() {
            None => Outcome::Complete,
            Some(first) => Outcome::Incomplete {
                why: format!(
                    "{} of {} runs are missing, the first is {} ({})",
                    missing.len(),
                    evidence.runs.len(),
                    first.planned.id,
                    first.missing.as_deref().unwrap_or("not started")
                ),
            },
        }
    }

    /// Takes up an attempt that an earlier session left open.
    fn take_up(&mut self, run: &PlannedRun) -> Result<(), LabError> {
        let Some(number) = self.state(run).and_then(RunState::open).map(|attempt| attempt.number) else {
            return Ok(());
        };
        let attempt_dir = self.place.run_dir(&self.registered.protocol().name, &run.id, number);
        let attempt = UnderWay { run: run.clone(), attempt: number, attempt_dir };
        let state = local::look(&attempt.attempt_dir).map_err(LabError::file("read", &attempt.attempt_dir))?;
        match state {
            State::Alive => {
                let ticket = self.pool.adopt(&attempt.attempt_dir);
                self.under_way.insert(ticket, attempt);
                Ok(())
            }
            State::Ended(_) if self.is_spoilt(&attempt)? => self.lose(&attempt, SPOILT, true),
            State::Ended(record) if record.disk_was_full => self.lose(&attempt, CUT_SHORT, true),
            State::Ended(record) => self.finish(&attempt, &record),
            State::NeverStarted => self.lose(&attempt, "it had not begun when Gosset was ended", true),
            State::Lost => {
                self.clean(&attempt)?;
                self.lose(&attempt, "its supervisor was ended", false)
            }
        }
    }

    fn clean(&self, attempt: &UnderWay) -> Result<(), LabError> {
        local::clean_strays(&attempt.attempt_dir).map(drop).map_err(|error| LabError::Machine { reason: chain(&error) })
    }

    /// Starts runs while there is room, and one more that waits for a slot.
    fn start_more(&mut self) -> Result<(), LabError> {
        while self.under_way.len() <= self.at_once
            && self.halt.is_none()
            && !self.context.stop.load(Ordering::Relaxed)
            && let Some(run) = self.waiting.pop_front()
        {
            let retries = self.registered.protocol().program.infrastructure_retries;
            if self.state(&run).is_some_and(|state| state.losses() > retries) {
                continue;
            }
            if let Some(why) = self.over_budget() {
                self.halt = Some(Halt::Outcome(Outcome::Incomplete { why }));
                break;
            }
            if let Some(outcome) = report_data(self.journal, &mut self.watch, self.registered, None)? {
                self.halt = Some(Halt::Outcome(outcome));
                break;
            }
            if !self.is_foreseen(&run)? {
                self.waiting.push_front(run);
                break;
            }
            self.start(run)?;
        }
        Ok(())
    }

    /// Whether `run` may start as far as foresight goes: before the first on a
    /// rung held out, all others must have ended, and what the law foresees is
    /// recorded.
    fn is_foreseen(&mut self, run: &PlannedRun) -> Result<bool, LabError> {
        if !self.journal.study().awaits_prediction(&run.id) {
            return Ok(true);
        }
        if self.journal.study().runs().values().any(|state| state.open().is_some()) {
            return Ok(false);
        }
        let evidence = self.journal.study().evidence(&asked(self.registered, self.journal.study()));
        if let Some(prediction) = predict(self.registered, &evidence) {
            self.journal.carry_out(Command::Predict { prediction: Box::new(prediction) })?;
        }
        Ok(true)
    }

    fn start(&mut self, run: PlannedRun) -> Result<(), LabError> {
        let _gate = self.gate.lock();
        if self.context.stop.load(Ordering::Relaxed) {
            self.waiting.push_front(run);
            return Ok(());
        }
        let number = self.state(&run).map_or(0, |state| state.attempts.len() as u32) + 1;
        let attempt_dir = self.place.run_dir(&self.registered.protocol().name, &run.id, number);
        let (job, facts) = self.launcher.prepare(&run, &attempt_dir)?;
        self.journal.carry_out(Command::StartRun { run: run.id.clone(), facts })?;
        let ticket = self.pool.submit(job, self.need).map_err(|error| LabError::Slots { reason: error.to_string() })?;
        self.under_way.insert(ticket, UnderWay { run, attempt: number, attempt_dir });
        Ok(())
    }

    fn over_budget(&self) -> Option<String> {
        let budget = &self.registered.protocol().budget;
        let states = self.journal.study().runs().values();
        let attempts = states.clone().map(|state| state.attempts.len() as u64).sum::<u64>();
        if let Some(limit) = budget.runs.filter(|limit| attempts >= *limit) {
            return Some(format!("the budget of {limit} runs is spent, repeats included"));
        }
        let limit = budget.cpu_hours?;
        let spent: f64 = states
            .flat_map(|state| &state.attempts)
            .filter_map(|attempt| attempt.result.as_ref())
            .map(|result| result.exit.cpu_secs / 3600.0)
            .sum();
        (spent >= limit).then(|| format!("the budget of {limit} processor hours is spent"))
    }

    /// Whether the data are no longer what an attempt that has ended was to
    /// use; it does not count then, and the study stops.
    fn is_spoilt(&mut self, attempt: &UnderWay) -> Result<bool, LabError> {
        let changed = report_data(self.journal, &mut self.watch, self.registered, Some(&attempt.run.id))?;
        let is_spoilt = changed.is_some();
        if let Some(outcome) = changed {
            self.halt.get_or_insert(Halt::Outcome(outcome));
        }
        Ok(is_spoilt)
    }

    /// Takes in an attempt that has an exit record.
    fn finish(&mut self, attempt: &UnderWay, record: &ExitRecord) -> Result<(), LabError> {
        let UnderWay { run, attempt: number, attempt_dir } = attempt;
        match ingest(&self.scorer, &self.artifacts, run, *number, attempt_dir, record)? {
            Ingested::Counts { result, series } => {
                let word = result.outcome.word();
                let protocol = self.registered.protocol();
                let ranked = protocol.benchmark.as_ref().and_then(|benchmark| benchmark.metrics.first());
                let first = protocol.hypotheses.first().map(|hypothesis| &hypothesis.metric).or(ranked);
                let first = first.filter(|_| self.tells_results);
                let score = first.and_then(|name| Some((name.as_str(), *result.scores.get(name)?)));
                self.journal
                    .carry_out_with(Command::FinishRun { run: run.id.clone(), attempt: *number, result }, series)?;
                self.context.progress.step(Step::RunEnded { arm: run.arm.as_str(), outcome: word, score });
                clear(attempt_dir, &predictions_files(self.registered.protocol()));
                self.note_shown()
            }
            Ingested::Lost { reason, interrupted } => self.lose(attempt, &reason, interrupted),
            Ingested::CannotStart { reason } => {
                self.halt.get_or_insert(Halt::Error(LabError::CannotStart { reason: reason.clone() }));
                self.lose(attempt, &reason, true)
            }
        }
    }

    /// Records, once a session, that results are seen as they come.
    fn note_shown(&mut self) -> Result<(), LabError> {
        if self.has_shown || !self.tells_results || !self.context.progress.shows_results() {
            return Ok(());
        }
        self.has_shown = true;
        if self.registered.protocol().design.horizon != Horizon::Fixed {
            return Ok(());
        }
        let runs_planned = self.registered.protocol().run_count() as u64;
        self.journal.carry_out(Command::ShowResults { runs_planned, how: "progress".to_owned() })?;
        Ok(())
    }

    /// Takes in an attempt without an exit record.
    fn fail(&mut self, attempt: &UnderWay, failure: &Failure) -> Result<(), LabError> {
        match failure {
            Failure::Withdrawn => self.lose(attempt, "withdrawn before it began", true),
            Failure::NotStarted(error) => {
                let reason = chain(error);
                self.halt.get_or_insert(Halt::Error(LabError::Machine { reason: reason.clone() }));
                self.lose(attempt, &reason, true)
            }
            Failure::Lost(lost) => {
                self.clean(attempt)?;
                let reason = chain(lost);
                let is_unrecorded = matches!(lost.cause, LostCause::NotRecorded { .. });
                if is_unrecorded {
                    self.halt.get_or_insert(Halt::Error(LabError::Machine { reason: reason.clone() }));
                }
                self.lose(attempt, &reason, is_unrecorded)
            }
        }
    }

    /// Gives an attempt up and puts its run in line again.
    fn lose(&mut self, attempt: &UnderWay, reason: &str, interrupted: bool) -> Result<(), LabError> {
        self.journal.carry_out(Command::LoseRun {
            run: attempt.run.id.clone(),
            attempt: attempt.attempt,
            reason: reason.to_owned(),
            interrupted,
        })?;
        self.context.progress.step(Step::RunLost { arm: attempt.run.arm.as_str(), reason });
        self.waiting.push_front(attempt.run.clone());
        Ok(())
    }
}
