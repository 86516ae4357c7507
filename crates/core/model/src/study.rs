use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Change, CodeVersion, DataContent, DataMismatch, Draft, Event, Evidence, Judgement, Name, Reach, Refusal,
    Registered, Registration, RunEvidence, RunFacts, RunId, RunPlan, RunResult, ScalingPrediction, Session, Timestamp,
    changes,
};

/// A registered study: the fold of its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    name: Name,
    registered: Option<Registered>,
    amendments: Vec<Amendment>,
    sessions: Vec<(u64, Timestamp, Session)>,
    runs: BTreeMap<RunId, RunState>,
    standing_mismatches: BTreeMap<String, DataMismatch>,
    mended_mismatches: Vec<DataMismatch>,
    shown: Vec<(u64, Timestamp, u64)>,
    prediction: Option<(u64, Timestamp, ScalingPrediction)>,
    judgement: Option<(u64, Timestamp, Judgement)>,
    runs_ended: u64,
}

/// A change of the protocol after registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amendment {
    /// The ledger record.
    pub record: u64,
    /// When.
    pub at: Timestamp,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: String,
    /// Runs scored by then.
    pub runs_scored: u64,
    /// Whether anybody could have seen results by then.
    pub results_seen: bool,
}

/// A run and its attempts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunState {
    /// The attempts, first to last.
    pub attempts: Vec<Attempt>,
}

/// One attempt at a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// When it was about to start.
    pub started_at: Timestamp,
    /// The ledger record of its start.
    pub start_record: u64,
    /// What it was to execute.
    pub facts: RunFacts,
    /// What it left behind, if it ended.
    pub result: Option<RunResult>,
    /// Why it was lost, and whether we interrupted it ourselves.
    pub lost: Option<(String, bool)>,
    /// The ledger record of its end.
    pub end_record: Option<u64>,
}

impl Attempt {
    /// Whether it has neither ended nor been given up.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.result.is_none() && self.lost.is_none()
    }
}

impl RunState {
    /// The attempt that ended, if one did.
    #[must_use]
    pub fn ended(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.result.is_some())
    }

    /// The attempt under way, as far as the ledger knows.
    #[must_use]
    pub fn open(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|attempt| attempt.is_open())
    }

    /// Attempts lost to the machine, interruptions of our own not counted.
    #[must_use]
    pub fn losses(&self) -> u32 {
        let lost = |attempt: &&Attempt| attempt.lost.as_ref().is_some_and(|(_, interrupted)| !interrupted);
        self.attempts.iter().filter(lost).count() as u32
    }
}

/// Something that somebody wants done to a study.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Freeze the protocol.
    Register {
        /// The frozen protocol.
        registered: Box<Registered>,
    },
    /// Change the frozen protocol.
    Amend {
        /// What should hold from here on.
        draft: Box<Draft>,
        /// The content of its data.
        data: BTreeMap<String, DataContent>,
        /// The version of the study's code.
        code: CodeVersion,
        /// The version of Gosset.
        gosset_version: String,
        /// Why.
        reason: String,
    },
    /// Begin or go on running.
    StartSession {
        /// Where and with what.
        session: Session,
    },
    /// Start the next attempt at a run.
    StartRun {
        /// The run.
        run: RunId,
        /// What it is to execute.
        facts: RunFacts,
    },
    /// Record what an attempt left behind.
    FinishRun {
        /// The run.
        run: RunId,
        /// The attempt.
        attempt: u32,
        /// What it left.
        result: Box<RunResult>,
    },
    /// Give an attempt up.
    LoseRun {
        /// The run.
        run: RunId,
        /// The attempt.
        attempt: u32,
        /// Why.
        reason: String,
        /// Whether we interrupted it ourselves.
        interrupted: bool,
    },
    /// Record that data differ from what was registered.
    ReportMismatch {
        /// Which.
        mismatch: DataMismatch,
    },
    /// Record that data are as registered again.
    ReportRestored {
        /// The path as written.
        path: String,
    },
    /// Record that results of an unfinished study are shown.
    ShowResults {
        /// Runs planned.
        runs_planned: u64,
        /// How they are shown.
        how: String,
    },
    /// Record what a law foresees of the rungs held out.
    Predict {
        /// What it foresees.
        prediction: Box<ScalingPrediction>,
    },
    /// Record a judgement.
    Judge {
        /// What the referee said.
        judgement: Box<Judgement>,
    },
}

/// What differs between the contents of data files that both protocols name.
fn content_changes(from: &BTreeMap<String, DataContent>, to: &BTreeMap<String, DataContent>) -> Vec<Change> {
    let digest = |content: &DataContent| serde_json::Value::String(content.digest.to_string());
    let differing = to.iter().filter_map(|(path, new)| {
        let old = from.get(path).filter(|old| *old != new)?;
        Some(Change { key: format!("content of {path}"), from: digest(old), to: digest(new), reach: Reach::Study })
    });
    differing.collect()
}

impl Study {
    /// A study of which nothing is recorded.
    #[must_use]
    pub fn unregistered(name: Name) -> Self {
        Self {
            name,
            registered: None,
            amendments: Vec::new(),
            sessions: Vec::new(),
            runs: BTreeMap::new(),
            standing_mismatches: BTreeMap::new(),
            mended_mismatches: Vec::new(),
            shown: Vec::new(),
            prediction: None,
            judgement: None,
            runs_ended: 0,
        }
    }

    /// Decides what happens if `command` is carried out `now`.
    ///
    /// # Errors
    /// [`Refusal`] if the study is not in a state for it.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        if let Command::Register { registered } = command {
            return self.decide_register(&registered);
        }
        let registered = self.registered()?;
        match command {
            Command::Register { registered } => self.decide_register(&registered),
            Command::Amend { draft, data, code, gosset_version, reason } => {
                let mut changes = changes(registered.protocol(), draft.protocol());
                changes.extend(content_changes(&registered.registration().data, &data));
                if changes.is_empty() {
                    return Err(Refusal::NothingToAmend { study: self.name.clone() });
                }
                let registration = Registration {
                    seed_key: registered.registration().seed_key,
                    ..draft.register(data, code, gosset_version, now).registration().clone()
                };
                let runs_scored = self.runs_ended;
                Ok(vec![Event::Amended {
                    registration: Box::new(registration),
                    changes,
                    reason,
                    runs_scored,
                    results_seen: runs_scored > 0,
                }])
            }
            Command::StartSession { session } => Ok(vec![Event::SessionStarted { session }]),
            Command::StartRun { run, facts } => {
                let attempt = self.next_attempt(&run)?;
                self.is_foreseen(&run)?;
                Ok(vec![Event::RunStarted { run, attempt, facts }])
            }
            Command::FinishRun { run, attempt, result } => {
                self.open_attempt(&run, attempt)?;
                Ok(vec![Event::RunFinished { run, attempt, result }])
            }
            Command::LoseRun { run, attempt, reason, interrupted } => {
                self.open_attempt(&run, attempt)?;
                Ok(vec![Event::RunLost { run, attempt, reason, interrupted }])
            }
            Command::ReportMismatch { mismatch } => {
                let known = self.standing_mismatches.get(&mismatch.path);
                let is_known = known.is_some_and(|known| known.found == mismatch.found);
                Ok(if is_known { Vec::new() } else { vec![Event::DataMismatch { mismatch }] })
            }
            Command::ReportRestored { path } => {
                let stands = self.standing_mismatches.contains_key(&path);
                Ok(if stands { vec![Event::DataRestored { path }] } else { Vec::new() })
            }
            Command::ShowResults { runs_planned, how } => {
                let runs_scored = self.runs_ended;
                let is_interim = runs_scored > 0 && runs_scored < runs_planned;
                Ok(if is_interim { vec![Event::ResultsShown { runs_scored, runs_planned, how }] } else { Vec::new() })
            }
            Command::Predict { .. } if self.prediction.is_some() => Ok(Vec::new()),
            Command::Predict { prediction } => {
                self.nothing_held_out_has_started()?;
                Ok(vec![Event::Predicted { prediction }])
            }
            Command::Judge { judgement } => {
                let is_known = self.judgement.as_ref().is_some_and(|(_, _, known)| *known == *judgement);
                Ok(if is_known { Vec::new() } else { vec![Event::Judged { judgement }] })
            }
        }
    }

    fn decide_register(&self, registered: &Registered) -> Result<Vec<Event>, Refusal> {
        match &self.registered {
            None => Ok(vec![Event::Registered { registration: Box::new(registered.registration().clone()) }]),
            Some(known) if known.digest() == registered.digest() => Ok(Vec::new()),
            Some(known) => Err(Refusal::RegisteredDifferently {
                study: self.name.clone(),
                changes: changes(known.protocol(), registered.protocol()),
            }),
        }
    }

    /// The number that the next attempt at `run` gets.
    fn next_attempt(&self, run: &RunId) -> Result<u32, Refusal> {
        let state = self.runs.get(run);
        if let Some(attempt) = state.and_then(RunState::ended) {
            return Err(Refusal::RunHasEnded { attempt: attempt.number, run: run.clone() });
        }
        if let Some(attempt) = state.and_then(RunState::open) {
            return Err(Refusal::RunIsOpen { attempt: attempt.number, run: run.clone() });
        }
        Ok(state.map_or(0, |state| state.attempts.len() as u32) + 1)
    }

    fn open_attempt(&self, run: &RunId, attempt: u32) -> Result<(), Refusal> {
        let open = self.runs.get(run).and_then(RunState::open).map(|open| open.number);
        if open == Some(attempt) { Ok(()) } else { Err(Refusal::NoSuchAttempt { run: run.clone(), attempt }) }
    }

    /// Whether `run` is on a rung held out that must be foreseen before it starts.
    ///
    /// Where such a run started before its rung was held out, by an amendment,
    /// nothing can be foreseen any more, and nothing waits for it.
    #[must_use]
    pub fn awaits_prediction(&self, run: &RunId) -> bool {
        let Some(registered) = self.registered.as_ref().filter(|_| self.prediction.is_none()) else { return false };
        let held_out = registered.held_out_runs();
        held_out.contains(run) && !held_out.iter().any(|run| self.runs.contains_key(run))
    }

    fn is_foreseen(&self, run: &RunId) -> Result<(), Refusal> {
        if self.awaits_prediction(run) { Err(Refusal::NotPredicted { run: run.clone() }) } else { Ok(()) }
    }

    fn nothing_held_out_has_started(&self) -> Result<(), Refusal> {
        let held_out = self.registered()?.held_out_runs();
        match held_out.into_iter().find(|run| self.runs.contains_key(run)) {
            Some(run) => Err(Refusal::PredictedTooLate { run }),
            None => Ok(()),
        }
    }

    /// Why `event` cannot follow what is recorded so far, if it cannot.
    #[must_use]
    pub fn complaint(&self, event: &Event) -> Option<String> {
        let refusal = match event {
            Event::Registered { .. } if self.registered.is_some() => {
                return Some("the study was registered before".to_owned());
            }
            Event::Registered { .. } => return None,
            _ if self.registered.is_none() => self.registered().err(),
            Event::RunStarted { run, attempt, .. } => match self.next_attempt(run) {
                Ok(next) if next != *attempt => {
                    return Some(format!("attempt {next} at run {run} comes before attempt {attempt}"));
                }
                Ok(_) => self.is_foreseen(run).err(),
                Err(refusal) => Some(refusal),
            },
            Event::RunFinished { run, attempt, .. } | Event::RunLost { run, attempt, .. } => {
                self.open_attempt(run, *attempt).err()
            }
            Event::Predicted { .. } if self.prediction.is_some() => {
                return Some("the rungs held out were foreseen before".to_owned());
            }
            Event::Predicted { .. } => self.nothing_held_out_has_started().err(),
            Event::Amended { .. }
            | Event::SessionStarted { .. }
            | Event::DataMismatch { .. }
            | Event::DataRestored { .. }
            | Event::ResultsShown { .. }
            | Event::Judged { .. } => None,
        };
        refusal.map(|refusal| refusal.to_string())
    }

    /// Takes up an event that was recorded as ledger record `record` at `at`.
    ///
    /// The ledger holds only what [`Study::decide`] allowed; a record that
    /// does not fit is passed over, and `gosset ledger verify` reports it.
    #[must_use]
    pub fn apply(mut self, event: &Event, record: u64, at: Timestamp) -> Self {
        match event {
            Event::Registered { .. } if self.registered.is_some() => {}
            Event::Registered { registration } => self.registered = Some(Registered::from((**registration).clone())),
            _ if self.registered.is_none() => {}
            Event::Amended { registration, changes, reason, runs_scored, results_seen } => {
                self.amendments.push(Amendment {
                    record,
                    at,
                    changes: changes.clone(),
                    reason: reason.clone(),
                    runs_scored: *runs_scored,
                    results_seen: *results_seen,
                });
                self.registered = Some(Registered::from((**registration).clone()));
                if changes.iter().any(|change| change.reach != Reach::Words) {
                    // What is under way was started for another protocol.
                    self.give_up_open_attempts(record);
                }
                self.mended_mismatches.extend(std::mem::take(&mut self.standing_mismatches).into_values());
                if changes.iter().any(|change| change.reach != Reach::Words)
                    && self.nothing_held_out_has_started().is_ok()
                {
                    // The rungs held out are to be foreseen by what holds from here on.
                    self.prediction = None;
                }
            }
            Event::SessionStarted { session } => self.sessions.push((record, at, session.clone())),
            Event::RunStarted { run, attempt, .. }
                if self.next_attempt(run) != Ok(*attempt) || self.awaits_prediction(run) => {}
            Event::RunStarted { run, attempt, facts } => {
                self.runs.entry(run.clone()).or_default().attempts.push(Attempt {
                    number: *attempt,
                    started_at: at,
                    start_record: record,
                    facts: facts.clone(),
                    result: None,
                    lost: None,
                    end_record: None,
                });
            }
            Event::RunFinished { run, attempt, result } => {
                if let Some(open) = self.attempt_mut(run, *attempt) {
                    open.result = Some((**result).clone());
                    open.end_record = Some(record);
                    self.runs_ended += 1;
                }
            }
            Event::RunLost { run, attempt, reason, interrupted } => {
                if let Some(open) = self.attempt_mut(run, *attempt) {
                    open.lost = Some((reason.clone(), *interrupted));
                    open.end_record = Some(record);
                }
            }
            Event::DataMismatch { mismatch } => {
                self.standing_mismatches.insert(mismatch.path.clone(), mismatch.clone());
            }
            Event::DataRestored { path } => {
                self.mended_mismatches.extend(self.standing_mismatches.remove(path));
            }
            Event::ResultsShown { runs_scored, .. } => self.shown.push((record, at, *runs_scored)),
            Event::Predicted { .. } if self.complaint(event).is_some() => {}
            Event::Predicted { prediction } => self.prediction = Some((record, at, (**prediction).clone())),
            Event::Judged { judgement } => self.judgement = Some((record, at, (**judgement).clone())),
        }
        self
    }

    fn attempt_mut(&mut self, run: &RunId, number: u32) -> Option<&mut Attempt> {
        let attempts = &mut self.runs.get_mut(run)?.attempts;
        attempts.iter_mut().find(|attempt| attempt.number == number && attempt.is_open())
    }

    fn give_up_open_attempts(&mut self, record: u64) {
        let attempts = self.runs.values_mut().flat_map(|run| &mut run.attempts);
        for attempt in attempts.filter(|attempt| attempt.is_open()) {
            attempt.lost = Some(("the protocol was amended while it ran".to_owned(), true));
            attempt.end_record = Some(record);
        }
    }

    /// The study's name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The frozen protocol.
    ///
    /// # Errors
    /// [`Refusal::NotRegistered`] if there is none.
    pub fn registered(&self) -> Result<&Registered, Refusal> {
        self.registered.as_ref().ok_or_else(|| Refusal::NotRegistered { study: self.name.clone() })
    }

    /// Changes of the protocol after registration.
    #[must_use]
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// Each time somebody ran the study: ledger record, time, where and with
    /// what.
    #[must_use]
    pub fn sessions(&self) -> &[(u64, Timestamp, Session)] {
        &self.sessions
    }

    /// All runs of which something is recorded.
    #[must_use]
    pub fn runs(&self) -> &BTreeMap<RunId, RunState> {
        &self.runs
    }

    /// Each time results of the unfinished study were shown: ledger record,
    /// time and runs scored by then.
    #[must_use]
    pub fn shown(&self) -> &[(u64, Timestamp, u64)] {
        &self.shown
    }

    /// Data that stand differing from what was registered.
    #[must_use]
    pub fn standing_mismatches(&self) -> &BTreeMap<String, DataMismatch> {
        &self.standing_mismatches
    }

    /// Data that were found differing and were put back, or taken up by an
    /// amendment, before any run that counts used them.
    #[must_use]
    pub fn mended_mismatches(&self) -> &[DataMismatch] {
        &self.mended_mismatches
    }

    /// The latest judgement, with its ledger record and time.
    #[must_use]
    pub fn judgement(&self) -> Option<&(u64, Timestamp, Judgement)> {
        self.judgement.as_ref()
    }

    /// What was foreseen of the rungs held out, with its ledger record and time.
    #[must_use]
    pub fn prediction(&self) -> Option<&(u64, Timestamp, ScalingPrediction)> {
        self.prediction.as_ref()
    }

    /// Lays out what the runs of `plan` left behind.
    #[must_use]
    pub fn evidence(&self, plan: &RunPlan) -> Evidence {
        let mut runs: Vec<RunEvidence> = plan.runs.iter().map(|planned| self.run_evidence(planned)).collect();
        runs.sort_by(|a, b| {
            let key = |run: &RunEvidence| (run.planned.arm.clone(), run.planned.dataset.clone(), run.planned.seed);
            key(a).cmp(&key(b))
        });
        let is_complete = runs.iter().all(|run| run.result.is_some());
        let standing = self.standing_mismatches.values().filter(|_| !is_complete);
        let late = self.amendments.iter().filter(|amendment| amendment.results_seen);
        Evidence {
            runs,
            mismatches: standing.cloned().collect(),
            late_changes: late
                .flat_map(|amendment| &amendment.changes)
                .filter(|change| change.reach != Reach::Words)
                .cloned()
                .collect(),
            early_looks: self.shown.len() as u64,
            prediction: self.prediction.as_ref().map(|(record, _, prediction)| (*record, prediction.clone())),
        }
    }

    fn run_evidence(&self, planned: &crate::PlannedRun) -> RunEvidence {
        let state = self.runs.get(&planned.id);
        let ended = state.and_then(RunState::ended);
        let missing = match (ended, state.and_then(|state| state.attempts.last())) {
            (Some(_), _) => None,
            (None, None) => Some("not started".to_owned()),
            (None, Some(attempt)) => Some(match &attempt.lost {
                None => format!("attempt {} has not ended", attempt.number),
                Some((reason, _)) => format!("attempt {} was lost: {reason}", attempt.number),
            }),
        };
        RunEvidence {
            planned: planned.clone(),
            result: ended.and_then(|attempt| attempt.result.clone()),
            missing,
            attempt: ended
                .map_or_else(|| state.map_or(0, |state| state.attempts.len() as u32), |attempt| attempt.number),
            record: ended.and_then(|attempt| attempt.end_record),
            examples: BTreeMap::new(),
        }
    }
}
