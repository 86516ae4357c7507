//! Studies made of numbers, taken through registration, runs and judgement as
//! a real one is.

use std::collections::BTreeMap;

use gosset_model::{
    Captured, CodeVersion, Command, DataContent, Digest, Direction, Draft, Evidence, Exit, Judgement, KnownScore, Name,
    Outcome, PlannedRun, Registered, RunExit, RunFacts, RunResult, Session, Study, StudySource, TestSetUse, Timestamp,
    resolve,
};
use gosset_report::{StudyBenchmark, StudyReport};
use gosset_science::benchmark::{RegisteredBenchmark, registered_benchmark};
use gosset_science::{judge, plan, predict};

/// A study with all that a report needs.
pub(crate) struct Sample {
    pub(crate) study: Study,
    pub(crate) registered: Registered,
    pub(crate) evidence: Evidence,
    pub(crate) judgement: Judgement,
    pub(crate) benchmark: Option<RegisteredBenchmark>,
    pub(crate) uses: Vec<TestSetUse>,
    record: u64,
}

impl Sample {
    pub(crate) fn report(&self) -> StudyReport<'_> {
        let benchmark = self.benchmark.as_ref().map(|found| StudyBenchmark { found, uses: &self.uses });
        StudyReport { judgement: Some(&self.judgement), benchmark, ..self.unjudged() }
    }

    pub(crate) fn unjudged(&self) -> StudyReport<'_> {
        StudyReport {
            study: &self.study,
            registered: &self.registered,
            evidence: &self.evidence,
            judgement: None,
            benchmark: None,
            ledger_head: (self.record, Digest::of(b"the latest record")),
        }
    }

    /// Carries out `command`, ten seconds after the one before.
    pub(crate) fn carry_out(&mut self, command: Command) {
        let at = Timestamp::from_millis(1_760_000_000_000 + i64::try_from(self.record).expect("few records") * 10_000);
        for event in self.study.decide(command, at).expect("the sample keeps to the life cycle") {
            self.record += 1;
            self.study = self.study.clone().apply(&event, self.record, at);
        }
    }

    /// Judges what is there.
    pub(crate) fn judge(&mut self) {
        self.registered = self.study.registered().expect("the sample is registered").clone();
        self.evidence = self.study.evidence(&plan(&self.registered));
        self.judgement = judge(&self.registered, &self.evidence);
        self.benchmark = registered_benchmark(&self.registered, &self.evidence);
        self.carry_out(Command::Judge { judgement: Box::new(self.judgement.clone()) });
    }
}

/// A draft of a study file.
pub(crate) fn draft(text: &str) -> Draft {
    let source = StudySource::read(text).unwrap_or_else(|mistakes| panic!("{}", mistakes.listed("sample.toml")));
    let scores = [
        KnownScore { id: "accuracy", direction: Direction::Maximize, is_mean_over_examples: true },
        KnownScore { id: "log_loss", direction: Direction::Minimize, is_mean_over_examples: true },
    ];
    resolve(&source, &scores).unwrap_or_else(|mistakes| panic!("{}", mistakes.listed("sample.toml")))
}

pub(crate) fn contents(draft: &Draft) -> BTreeMap<String, DataContent> {
    let content = |path: &str| DataContent { digest: Digest::of(path.as_bytes()), size_bytes: 1_234_567, files: 1 };
    draft.protocol().data_paths().into_iter().map(|path| (path.to_owned(), content(path))).collect()
}

pub(crate) fn code() -> CodeVersion {
    CodeVersion {
        commit: Some("3f1c2a9b7d40".repeat(3) + "abcd"),
        has_changes: true,
        diff: Some(Digest::of(b"a diff")),
        absent: None,
    }
}

/// A registered study of which nothing has run.
pub(crate) fn registered(text: &str) -> Sample {
    let draft = draft(text);
    let name = draft.protocol().name.clone();
    let contents = contents(&draft);
    let registered = draft.register(contents, code(), "0.1.0".to_owned(), Timestamp::from_millis(1_759_999_000_000));
    let evidence = Study::unregistered(name.clone()).evidence(&plan(&registered));
    let judgement = judge(&registered, &evidence);
    let mut sample = Sample {
        study: Study::unregistered(name),
        benchmark: registered_benchmark(&registered, &evidence),
        registered: registered.clone(),
        evidence,
        judgement,
        uses: Vec::new(),
        record: 100,
    };
    sample.carry_out(Command::Register { registered: Box::new(registered) });
    sample.carry_out(Command::StartSession { session: session() });
    sample
}

/// What a run comes to: scores by metric, or why it failed.
pub(crate) type Came = Result<Vec<(&'static str, f64)>, Outcome>;

/// A study whose run of `arm` on data set `dataset` in block `block` comes to
/// `came(arm, dataset, block)`; none if it has not run. Both count from 0.
pub(crate) fn study(text: &str, came: impl Fn(&str, usize, usize) -> Option<Came>) -> Sample {
    let mut sample = registered(text);
    let mut seeds = sample.registered.seeds();
    seeds.sort_unstable();
    let datasets = sample.registered.datasets();
    for planned in plan(&sample.registered).runs {
        let block = seeds.iter().position(|seed| *seed == planned.seed).expect("the plan's seeds are the study's");
        let dataset = datasets.iter().position(|dataset| *dataset == planned.dataset).expect("as are its data sets");
        if let Some(came) = came(planned.arm.as_str(), dataset, block) {
            foresee(&mut sample, &planned);
            start(&mut sample, &planned);
            let attempt = attempts(&sample, &planned);
            sample.carry_out(Command::FinishRun {
                run: planned.id.clone(),
                attempt,
                result: Box::new(result(&planned, came)),
            });
        }
    }
    sample.judge();
    sample
}

/// Records what a law foresees before the first run that it is about.
fn foresee(sample: &mut Sample, planned: &PlannedRun) {
    if sample.study.awaits_prediction(&planned.id) {
        let evidence = sample.study.evidence(&plan(&sample.registered));
        let prediction = predict(&sample.registered, &evidence).expect("a rung is held out");
        sample.carry_out(Command::Predict { prediction: Box::new(prediction) });
    }
}

pub(crate) fn attempts(sample: &Sample, planned: &PlannedRun) -> u32 {
    sample.study.runs().get(&planned.id).map_or(0, |state| u32::try_from(state.attempts.len()).expect("few attempts"))
}

pub(crate) fn start(sample: &mut Sample, planned: &PlannedRun) {
    let facts = RunFacts {
        command: vec!["train".to_owned()],
        command_digest: Digest::of(planned.id.as_str().as_bytes()),
        slot: 0,
        gpus: Vec::new(),
    };
    sample.carry_out(Command::StartRun { run: planned.id.clone(), facts });
}

pub(crate) fn result(planned: &PlannedRun, came: Came) -> RunResult {
    let none = Captured { bytes_seen: 0, bytes_kept: 0 };
    let code = i32::from(came.is_err());
    let (outcome, scores) = match came {
        Ok(scores) => (Outcome::Finished, scores),
        Err(outcome) => (outcome, Vec::new()),
    };
    RunResult {
        exit: RunExit {
            exit: Exit::Code { code },
            started_at: Timestamp::from_millis(0),
            wall_secs: 31.25 + (planned.seed % 7) as f64,
            cpu_secs: 60.5,
            peak_memory_bytes: 412_000_000 + planned.seed % 1000,
            stray_processes: 0,
            stdout: none.clone(),
            stderr: none,
        },
        outcome,
        scores: scores.into_iter().map(|(name, score)| (Name::new(name).expect("a metric's name"), score)).collect(),
        artifacts: BTreeMap::new(),
        output: None,
        logged_points: BTreeMap::new(),
        notes: Vec::new(),
    }
}

pub(crate) fn session() -> Session {
    Session {
        gosset_version: "0.1.0".to_owned(),
        host: "brewery".to_owned(),
        os: "Linux 6.12".to_owned(),
        cpu: "AMD EPYC 9354".to_owned(),
        cores: 16,
        memory_bytes: 137_438_953_472,
        gpus: vec!["NVIDIA H100 80GB".to_owned()],
        slots: 8,
        capture: Digest::of(b"a capture"),
        diff: None,
        commit: Some("3f1c2a9b7d40".to_owned()),
        versions: [("python", "3.12.3"), ("torch", "2.9.0")]
            .map(|(name, version)| (name.to_owned(), version.to_owned()))
            .into(),
        build: None,
    }
}

/// A study file about a `knob` with levels 0 to 5 and an accuracy.
pub(crate) fn file(seeds: u32, hypotheses: &str) -> String {
    format!(
        r#"
[study]
name = "sample"
question = "Does it help?"
[program]
command = ["train", "--seed", "{{seed}}"]
parameters = "flags"
timeout_secs = 60.0
[factors.knob]
baseline = 0
levels = [0, 1, 2, 3, 4, 5]
[metrics.accuracy]
direction = "maximize"
unit = "proportion"
score = "accuracy"
trust = "The numbers are made up."
[metrics.loss]
direction = "minimize"
unit = "nats"
logged = "loss"
reduction = "last"
trust = "The numbers are made up."
{hypotheses}
[design]
seeds = {seeds}
horizon = "fixed"
alpha = 0.01
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
"#
    )
}

/// A hypothesis of that file.
pub(crate) fn hypothesis(knob: u32, metric: &str, smallest: Option<f64>) -> String {
    let smallest = smallest.map(|smallest| format!("smallest_effect = {smallest:?}")).unwrap_or_default();
    format!(
        "[[hypotheses]]\nid = \"knob-{knob}\"\nclaim = \"Knob {knob} is better\"\ncandidate = {{ knob = {knob} }}\nmetric = \"{metric}\"\nexpected = \"better\"\nscope = \"method\"\n{smallest}\n"
    )
}

/// Noise in -1..=1 that is the same for the same numbers.
pub(crate) fn noise(salt: &str, number: usize) -> f64 {
    let digest = Digest::of(format!("{salt}/{number}").as_bytes());
    let bytes = digest.as_bytes();
    f64::from(u16::from_le_bytes([bytes[0], bytes[1]])) / f64::from(u16::MAX) * 2.0 - 1.0
}
