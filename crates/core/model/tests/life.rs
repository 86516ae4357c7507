//! The life of a study: what may follow what, and what becomes of it.

use std::collections::BTreeMap;

use gosset_model::{
    Captured, Command, DataContent, DataMismatch, Digest, Event, Exit, Explain, Name, Outcome, PlannedRun, Reach,
    Refusal, Registered, RunExit, RunFacts, RunId, RunPlan, RunResult, ScalingPrediction, Session, Study,
};

use crate::support::{GOOD, SCALING, at, changed, code, contents, read, registered};

/// A study with the ledger that it is folded from.
struct Life {
    study: Study,
    record: u64,
}

impl Life {
    fn unregistered() -> Self {
        Self { study: Study::unregistered(Name::new("warm-up").unwrap()), record: 0 }
    }

    fn begun() -> Self {
        let mut life = Self::unregistered();
        life.does(register(GOOD));
        life
    }

    /// Carries out `command` and returns what it recorded.
    fn does(&mut self, command: Command) -> Vec<Event> {
        self.tries(command).unwrap()
    }

    fn tries(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        let events = self.study.decide(command, at(self.record as i64))?;
        for event in &events {
            assert_eq!(self.study.complaint(event), None, "what is decided is in place");
            self.takes(event);
        }
        Ok(events)
    }

    /// Takes up an event, in place or not.
    fn takes(&mut self, event: &Event) {
        self.record += 1;
        let study = std::mem::replace(&mut self.study, Study::unregistered(Name::new("none").unwrap()));
        self.study = study.apply(event, self.record, at(self.record as i64));
    }
}

fn register(text: &str) -> Command {
    Command::Register { registered: Box::new(registered(text)) }
}

fn amend(text: &str, content: &str) -> Command {
    let draft = read(text).unwrap();
    Command::Amend {
        data: contents(&draft, content),
        draft: Box::new(draft),
        code: code(),
        gosset_version: "0.1.0".to_owned(),
        reason: "we changed our mind".to_owned(),
    }
}

fn facts() -> RunFacts {
    RunFacts { command: vec!["train".to_owned()], command_digest: Digest::of(b"train"), slot: 0, gpus: Vec::new() }
}

fn start(run: &RunId) -> Command {
    Command::StartRun { run: run.clone(), facts: facts() }
}

fn result(outcome: Outcome, accuracy: f64) -> Box<RunResult> {
    let captured = Captured { bytes_seen: 0, bytes_kept: 0 };
    Box::new(RunResult {
        exit: RunExit {
            exit: Exit::Code { code: 0 },
            started_at: at(5),
            wall_secs: 1.0,
            cpu_secs: 1.0,
            peak_memory_bytes: 1,
            stray_processes: 0,
            stdout: captured.clone(),
            stderr: captured,
        },
        outcome,
        scores: BTreeMap::from([(Name::new("accuracy").unwrap(), accuracy)]),
        artifacts: BTreeMap::new(),
        output: None,
        logged_points: BTreeMap::new(),
        notes: Vec::new(),
    })
}

fn finish(run: &RunId, attempt: u32) -> Command {
    Command::FinishRun { run: run.clone(), attempt, result: result(Outcome::Finished, 0.9) }
}

fn lose(run: &RunId, attempt: u32, interrupted: bool) -> Command {
    Command::LoseRun { run: run.clone(), attempt, reason: "the machine went down".to_owned(), interrupted }
}

fn mismatch(found: &str) -> DataMismatch {
    let content = |text: &str| DataContent { digest: Digest::of(text.as_bytes()), size_bytes: 10, files: 1 };
    DataMismatch {
        path: "data/train.csv".to_owned(),
        registered: content("as registered"),
        found: Some(content(found)),
        problem: None,
        during: None,
    }
}

fn session() -> Session {
    Session {
        gosset_version: "0.1.0".to_owned(),
        host: "here".to_owned(),
        os: "an os".to_owned(),
        cpu: "a cpu".to_owned(),
        cores: 2,
        memory_bytes: 1,
        gpus: Vec::new(),
        slots: 1,
        capture: Digest::of(b"capture"),
        diff: None,
        commit: None,
        versions: BTreeMap::new(),
        build: None,
    }
}

/// Every run of the study, arm by arm.
fn plan(registered: &Registered) -> RunPlan {
    let mut runs = Vec::new();
    for arm in registered.protocol().arms.keys() {
        for dataset in registered.datasets() {
            for seed in registered.seeds() {
                let id = RunId::of(&registered.protocol().name, arm, dataset.as_ref(), seed);
                runs.push(PlannedRun { id, arm: arm.clone(), dataset: dataset.clone(), seed });
            }
        }
    }
    RunPlan { runs }
}

fn a_run() -> RunId {
    plan(&registered(GOOD)).runs[0].id.clone()
}

#[test]
fn nothing_happens_to_a_study_before_it_is_registered() {
    for command in [
        amend(GOOD, "as registered"),
        Command::StartSession { session: session() },
        start(&a_run()),
        finish(&a_run(), 1),
        lose(&a_run(), 1, false),
        Command::ReportMismatch { mismatch: mismatch("else") },
        Command::ReportRestored { path: "data/train.csv".to_owned() },
        Command::ShowResults { runs_planned: 1, how: "show".to_owned() },
    ] {
        let refusal = Life::unregistered().tries(command).unwrap_err();
        assert_eq!(refusal.code(), "not-registered");
    }
}

#[test]
fn registering_the_same_protocol_twice_records_nothing() {
    let mut life = Life::unregistered();
    assert_eq!(life.does(register(GOOD)).len(), 1);
    assert_eq!(life.does(register(GOOD)), Vec::new());
    assert_eq!(life.does(register(&GOOD.replace(" = ", "="))), Vec::new());
}

#[test]
fn registering_another_protocol_is_refused_with_the_keys_that_differ() {
    let mut life = Life::begun();
    let other = changed("alpha = 0.05", "alpha = 0.01").replace("power = 0.8", "power = 0.9");
    let refusal = life.tries(register(&other)).unwrap_err();
    assert_eq!(refusal.code(), "registered-differently");
    let Refusal::RegisteredDifferently { changes, .. } = &refusal else { panic!("{refusal}") };
    let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["design.alpha", "design.power"]);
    assert_eq!(
        refusal.to_string(),
        "study `warm-up` is registered with another protocol; 2 of its keys differ, the first is `design.alpha`"
    );
    assert_eq!(refusal.hints()[0], "see `design.alpha`: registered 0.05, in the file 0.01");
}

#[test]
fn a_run_starts_once_and_finishes_once() {
    let mut life = Life::begun();
    let run = a_run();
    assert!(matches!(life.does(start(&run)).as_slice(), [Event::RunStarted { attempt: 1, .. }]));
    assert_eq!(life.tries(start(&run)).unwrap_err(), Refusal::RunIsOpen { run: run.clone(), attempt: 1 });
    assert_eq!(life.does(finish(&run, 1)).len(), 1);
    assert_eq!(life.tries(start(&run)).unwrap_err(), Refusal::RunHasEnded { run: run.clone(), attempt: 1 });
    assert_eq!(life.tries(finish(&run, 1)).unwrap_err(), Refusal::NoSuchAttempt { run: run.clone(), attempt: 1 });
    assert_eq!(life.tries(lose(&run, 1, true)).unwrap_err(), Refusal::NoSuchAttempt { run, attempt: 1 });
}

#[test]
fn a_run_that_did_not_start_cannot_end() {
    let mut life = Life::begun();
    let run = a_run();
    assert_eq!(life.tries(finish(&run, 1)).unwrap_err(), Refusal::NoSuchAttempt { run: run.clone(), attempt: 1 });
    assert_eq!(life.tries(lose(&run, 1, false)).unwrap_err(), Refusal::NoSuchAttempt { run: run.clone(), attempt: 1 });
    life.does(start(&run));
    assert_eq!(life.tries(finish(&run, 2)).unwrap_err(), Refusal::NoSuchAttempt { run, attempt: 2 });
}

#[test]
fn attempts_are_numbered_and_interruptions_cost_no_retry() {
    let mut life = Life::begun();
    let run = a_run();
    for (number, interrupted) in [(1, false), (2, true), (3, false), (4, true)] {
        assert!(matches!(life.does(start(&run)).as_slice(), [Event::RunStarted { attempt, .. }] if *attempt == number));
        life.does(lose(&run, number, interrupted));
    }
    let state = &life.study.runs()[&run];
    assert_eq!(state.losses(), 2);
    assert_eq!(state.attempts.len(), 4);
    assert!(state.open().is_none() && state.ended().is_none());
    life.does(start(&run));
    life.does(finish(&run, 5));
    assert_eq!(life.study.runs()[&run].ended().unwrap().number, 5);
    let evidence = life.study.evidence(&plan(life.study.registered().unwrap()));
    let found = evidence.run_by_id(&run).unwrap();
    assert_eq!((found.attempt, found.missing.as_deref()), (5, None));
    // Registered, four times started and lost, started: the end is the 11th.
    assert_eq!(found.record, Some(11));
}

#[test]
fn an_amendment_that_changes_nothing_is_refused() {
    let refusal = Life::begun().tries(amend(GOOD, "as registered")).unwrap_err();
    assert_eq!(refusal.code(), "nothing-to-amend");
}

#[test]
fn an_amendment_says_what_changed_and_whether_results_could_be_seen() {
    let mut life = Life::begun();
    life.does(amend(&changed("alpha = 0.05", "alpha = 0.01"), "as registered"));
    let early = life.study.amendments()[0].clone();
    assert_eq!((early.changes[0].key.as_str(), early.runs_scored, early.results_seen), ("design.alpha", 0, false));
    assert_eq!(early.reason, "we changed our mind");
    let run = a_run();
    life.does(start(&run));
    life.does(amend(&changed("alpha = 0.05", "alpha = 0.02"), "as registered"));
    assert!(!life.study.amendments()[1].results_seen, "a run that has not ended shows nothing");
    life.does(start(&run));
    life.does(finish(&run, 2));
    life.does(amend(GOOD, "as registered"));
    let late = &life.study.amendments()[2];
    assert_eq!((late.runs_scored, late.results_seen), (1, true));
    let evidence = life.study.evidence(&plan(life.study.registered().unwrap()));
    let late: Vec<&str> = evidence.late_changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(late, ["design.alpha"]);
}

#[test]
fn late_changes_of_words_stay_out_of_the_evidence() {
    let mut life = Life::begun();
    life.does(start(&a_run()));
    life.does(finish(&a_run(), 1));
    let worded = changed("Nobody could", "Somebody could").replace("runs = 100\n", "runs = 200\n");
    life.does(amend(&worded, "as registered"));
    let late = |life: &Life| life.study.evidence(&plan(life.study.registered().unwrap())).late_changes;
    assert!(life.study.amendments()[0].results_seen);
    assert_eq!(late(&life), Vec::new());
    life.does(amend(&worded.replace("smallest_effect = 0.005", "smallest_effect = 0.1"), "as registered"));
    assert_eq!(late(&life).len(), 1);
    assert_eq!(late(&life)[0].reach, Reach::Hypothesis { id: Name::new("warmup").unwrap() });
}

#[test]
fn other_data_are_a_change_that_touches_every_verdict() {
    let mut life = Life::begun();
    life.does(start(&a_run()));
    life.does(finish(&a_run(), 1));
    life.does(amend(GOOD, "altered"));
    let changes = &life.study.amendments()[0].changes;
    // Two training files, one test file, two label files.
    assert_eq!(changes.len(), 5);
    assert!(changes.iter().all(|change| change.reach == Reach::Study && change.key.starts_with("content of ")));
    assert_eq!(life.study.evidence(&plan(&registered(GOOD))).late_changes.len(), 5);
}

#[test]
fn an_amendment_that_adds_seeds_keeps_those_drawn_before() {
    let counted = |count: u32| changed("seeds = [3, 1, 4, 15, 9, 2, 6, 5]", &format!("seeds = {count}"));
    let mut life = Life::unregistered();
    life.does(register(&counted(8)));
    let before = life.study.registered().unwrap().clone();
    life.does(amend(&counted(12), "as registered"));
    let after = life.study.registered().unwrap();
    assert_ne!(before.digest(), after.digest());
    assert_eq!(after.seeds().len(), 12);
    assert_eq!(after.seeds()[..8], before.seeds());
    let (old, new) = (plan(&before), plan(after));
    assert!(old.runs.iter().all(|run| new.runs.contains(run)), "runs that were planned stay planned");
}

#[test]
fn a_listed_seed_list_is_taken_as_it_stands() {
    assert_eq!(registered(GOOD).seeds(), [3, 1, 4, 15, 9, 2, 6, 5]);
}

#[test]
fn evidence_is_complete_when_every_planned_run_has_ended_well_or_not() {
    let mut life = Life::begun();
    let plan = plan(life.study.registered().unwrap());
    // Four arms (baseline, 100 steps, 500 steps, Adam) x 2 data sets x 8 seeds.
    assert_eq!(plan.runs.len(), 64);
    for (index, planned) in plan.runs.iter().enumerate() {
        let evidence = life.study.evidence(&plan);
        assert_eq!((evidence.ended(), evidence.is_complete()), (index, false));
        life.does(start(&planned.id));
        let crashed = Command::FinishRun {
            run: planned.id.clone(),
            attempt: 1,
            result: result(Outcome::Crashed { code: 1 }, 0.0),
        };
        life.does(if index % 2 == 0 { finish(&planned.id, 1) } else { crashed });
    }
    assert!(life.study.evidence(&plan).is_complete());
}

#[test]
fn evidence_names_why_a_run_is_missing() {
    let mut life = Life::begun();
    let plan = plan(life.study.registered().unwrap());
    let ids: Vec<&RunId> = plan.runs.iter().map(|run| &run.id).collect();
    life.does(start(ids[0]));
    life.does(start(ids[1]));
    life.does(lose(ids[1], 1, false));
    let evidence = life.study.evidence(&plan);
    let missing = |id: &RunId| evidence.run_by_id(id).unwrap().missing.clone().unwrap();
    assert_eq!(missing(ids[0]), "attempt 1 has not ended");
    assert_eq!(missing(ids[1]), "attempt 1 was lost: the machine went down");
    assert_eq!(missing(ids[2]), "not started");
    for planned in &plan.runs {
        let found = evidence.run(&planned.arm, planned.dataset.as_ref(), planned.seed);
        assert_eq!(found.map(|run| &run.planned), Some(planned));
    }
}

#[test]
fn data_that_stand_differing_are_in_the_evidence_until_restored() {
    let mut life = Life::begun();
    let standing = |life: &Life| life.study.evidence(&plan(life.study.registered().unwrap())).mismatches.len();
    assert_eq!(life.does(Command::ReportMismatch { mismatch: mismatch("else") }).len(), 1);
    assert_eq!(life.does(Command::ReportMismatch { mismatch: mismatch("else") }).len(), 0, "it is known");
    assert_eq!(life.does(Command::ReportMismatch { mismatch: mismatch("yet else") }).len(), 1, "it changed again");
    assert_eq!(standing(&life), 1);
    let restored = || Command::ReportRestored { path: "data/train.csv".to_owned() };
    assert_eq!(life.does(restored()).len(), 1);
    assert_eq!(standing(&life), 0);
    assert_eq!(life.does(restored()).len(), 0, "nothing stood differing");
    assert_eq!(life.does(Command::ReportMismatch { mismatch: mismatch("else") }).len(), 1, "it differs anew");
    life.does(amend(GOOD, "altered"));
    assert_eq!(standing(&life), 0, "the amendment took the data up");
}

#[test]
fn showing_results_is_recorded_only_while_runs_are_left() {
    let mut life = Life::begun();
    let show = |planned| Command::ShowResults { runs_planned: planned, how: "show".to_owned() };
    assert_eq!(life.does(show(2)).len(), 0, "there is nothing to see");
    life.does(start(&a_run()));
    life.does(finish(&a_run(), 1));
    assert_eq!(life.does(show(2)).len(), 1);
    assert_eq!(life.does(show(1)).len(), 0, "all have ended");
    assert_eq!(life.study.shown().len(), 1);
    assert_eq!(life.study.shown()[0].2, 1);
}

#[test]
fn a_session_is_kept_with_its_record() {
    let mut life = Life::begun();
    life.does(Command::StartSession { session: session() });
    let (record, at_time, kept) = &life.study.sessions()[0];
    assert_eq!((*record, *at_time, kept), (2, at(2), &session()));
}

#[test]
fn a_judgement_is_recorded_once() {
    let judgement = || {
        Box::new(gosset_model::Judgement {
            version: gosset_model::Judgement::VERSION,
            protocol: registered(GOOD).digest(),
            is_complete: true,
            runs_planned: 64,
            runs_finished: 64,
            runs_failed: 0,
            look: None,
            hypotheses: Vec::new(),
            ablation: None,
            scaling: None,
            benchmark: None,
        })
    };
    let mut life = Life::begun();
    assert_eq!(life.does(Command::Judge { judgement: judgement() }).len(), 1);
    assert_eq!(life.does(Command::Judge { judgement: judgement() }).len(), 0);
    assert_eq!(life.study.judgement().unwrap().0, 2);
}

#[test]
fn a_record_out_of_place_is_complained_of_and_passed_over() {
    let mut life = Life::begun();
    let run = a_run();
    let registered_again = Event::Registered {
        registration: Box::new(registered(&changed("alpha = 0.05", "alpha = 0.2")).registration().clone()),
    };
    let started = |attempt| Event::RunStarted { run: run.clone(), attempt, facts: facts() };
    let finished = Event::RunFinished { run: run.clone(), attempt: 1, result: result(Outcome::Finished, 1.0) };
    for event in [registered_again, started(2), started(0), finished.clone()] {
        assert!(life.study.complaint(&event).is_some(), "{event:?}");
        let before = life.study.clone();
        life.takes(&event);
        assert_eq!(life.study, before, "{event:?}");
    }
    life.takes(&started(1));
    life.takes(&finished);
    for event in [started(1), started(2), finished] {
        assert!(life.study.complaint(&event).is_some(), "{event:?}");
        let before = life.study.clone();
        life.takes(&event);
        assert_eq!(life.study, before, "{event:?}");
    }
}

#[test]
fn nothing_is_taken_up_before_a_registration() {
    let mut life = Life::unregistered();
    let event = Event::SessionStarted { session: session() };
    assert_eq!(life.study.complaint(&event).unwrap(), "study `warm-up` is not registered");
    let before = life.study.clone();
    life.takes(&event);
    assert_eq!(life.study, before);
}

#[test]
fn the_same_events_read_back_from_json_give_the_same_study() {
    let mut life = Life::unregistered();
    let mut events = life.does(register(GOOD));
    events.extend(life.does(start(&a_run())));
    events.extend(life.does(finish(&a_run(), 1)));
    events.extend(life.does(amend(&changed("alpha = 0.05", "alpha = 0.01"), "as registered")));
    let mut again = Life::unregistered();
    for event in &events {
        let text = gosset_model::canonical_json(event);
        again.takes(&serde_json::from_str(&text).unwrap());
    }
    assert_eq!(again.study, life.study);
}

#[test]
fn a_run_id_does_not_depend_on_the_protocol() {
    let (before, after) = (registered(GOOD), registered(&changed("alpha = 0.05", "alpha = 0.01")));
    assert_eq!(plan(&before), plan(&after));
    let ids: std::collections::BTreeSet<RunId> = plan(&before).runs.into_iter().map(|run| run.id).collect();
    assert_eq!(ids.len(), 64);
}

#[test]
fn an_amendment_gives_up_what_was_started_for_another_protocol() {
    let mut life = Life::begun();
    let run = a_run();
    life.does(start(&run));
    life.does(amend(&changed("alpha = 0.05", "alpha = 0.01"), "as registered"));
    let refusal = life.tries(finish(&run, 1)).unwrap_err();
    assert_eq!(refusal.code(), "no-such-attempt");
    let Event::RunStarted { attempt, .. } = &life.does(start(&run))[0] else { panic!("the run starts anew") };
    assert_eq!(*attempt, 2);
    assert_eq!(life.study.runs()[&run].losses(), 0, "our own doing costs no retry");
}

/// What a law foresees, told apart by the level of its bounds.
fn predict(registered: &Registered, level: f64) -> Command {
    let prediction = ScalingPrediction { version: 1, protocol: registered.digest(), level, ladders: Vec::new() };
    Command::Predict { prediction: Box::new(prediction) }
}

#[test]
fn a_run_on_a_rung_held_out_starts_only_after_it_is_foreseen() {
    let mut life = Life::unregistered();
    life.does(register(SCALING));
    let registered = life.study.registered().unwrap().clone();
    let held_out = registered.held_out_runs();
    assert_eq!(held_out.len(), 16, "two arms with eight seeds");
    let last = held_out.first().unwrap();
    assert_eq!(life.tries(start(last)), Err(Refusal::NotPredicted { run: last.clone() }));
    let early = Event::RunStarted { run: last.clone(), attempt: 1, facts: facts() };
    assert!(life.study.complaint(&early).unwrap().contains("not yet foreseen"));
    life.takes(&early);
    assert!(life.study.runs().is_empty(), "a record out of place is passed over");
    life.does(start(&a_run()));
    assert_eq!(life.does(predict(&registered, 0.05)).len(), 1);
    assert_eq!(life.does(predict(&registered, 0.01)), [], "what is foreseen stands");
    life.does(start(last));
    let (record, _, prediction) = life.study.prediction().unwrap();
    assert_eq!((*record, prediction.level), (4, 0.05));
    let evidence = life.study.evidence(&RunPlan { runs: Vec::new() });
    assert_eq!(evidence.prediction.map(|(record, _)| record), Some(4));
}

#[test]
fn nothing_is_foreseen_once_a_rung_held_out_has_started() {
    let mut life = Life::unregistered();
    let without_law = SCALING.replace("law = \"power-law\"\nover = \"compute\"\n", "");
    life.does(register(&without_law.replace("predict = [{ width = 128, characters = 16000 }]\n", "")));
    let largest = registered(SCALING).protocol().held_out_arms().into_iter().next().unwrap().clone();
    let seeds = life.study.registered().unwrap().seeds();
    let [first, second] =
        [seeds[0], seeds[1]].map(|seed| RunId::of(&Name::new("ladder").unwrap(), &largest, None, seed));
    life.does(start(&first));
    life.does(amend(SCALING, "as registered"));
    let registered = life.study.registered().unwrap().clone();
    assert!(registered.held_out_runs().contains(&first));
    assert_eq!(life.tries(predict(&registered, 0.05)), Err(Refusal::PredictedTooLate { run: first }));
    let Command::Predict { prediction } = predict(&registered, 0.05) else { panic!("it is that") };
    let late = Event::Predicted { prediction };
    assert!(life.study.complaint(&late).unwrap().contains("any more"));
    life.takes(&late);
    assert!(life.study.prediction().is_none(), "a record out of place is passed over");
    life.does(start(&second));
}

#[test]
fn an_amendment_before_the_rungs_held_out_have_them_foreseen_anew() {
    let mut life = Life::unregistered();
    life.does(register(SCALING));
    let registered = life.study.registered().unwrap().clone();
    life.does(predict(&registered, 0.05));
    life.does(amend(&SCALING.replace("grow?", "grow larger?"), "as registered"));
    assert!(life.study.prediction().is_some(), "words change nothing");
    life.does(amend(&SCALING.replace("over = \"compute\"", "over = \"parameters\""), "as registered"));
    assert!(life.study.prediction().is_none());
    life.does(predict(&registered, 0.01));
    life.does(start(registered.held_out_runs().first().unwrap()));
    life.does(amend(&SCALING.replace("over = \"compute\"", "over = \"tokens\""), "as registered"));
    assert_eq!(life.study.prediction().unwrap().2.level, 0.01, "runs that were foreseen have started");
}
