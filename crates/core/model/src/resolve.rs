mod ablation;
mod benchmark;
mod design;
mod family;
mod metric;
mod scaling;

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{listed, nearest};
use crate::study_file::{BudgetEntry, HypothesisEntry, NotesEntry};
use crate::{
    ArmName, Budget, DataSet, Design, Direction, Draft, Factor, Hypothesis, Level, Metric, MetricSource, Mistake,
    Mistakes, Name, Notes, Piece, Program, Protocol, Scope, Setting, Settings, StudySource, Truth, pieces,
};

/// A scoring method that metrics may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownScore {
    /// Its id in the catalogue.
    pub id: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// Whether it is the mean of one score for each example.
    pub is_mean_over_examples: bool,
}

/// Works out what a study file means, collecting every mistake of sense:
/// names that point nowhere, levels outside their factor, placeholders that
/// nothing fills, claims that no evidence could carry.
///
/// # Errors
/// [`Mistakes`] with the place of each and what would be right.
pub fn resolve(source: &StudySource, scores: &[KnownScore]) -> Result<Draft, Mistakes> {
    let mut resolver = Resolver { source, scores, mistakes: Vec::new() };
    let protocol = resolver.protocol();
    let mut mistakes = resolver.mistakes;
    if mistakes.is_empty() {
        return Ok(Draft::new(protocol));
    }
    mistakes.sort_by_key(|mistake| mistake.at);
    Err(Mistakes(mistakes))
}

struct Resolver<'a> {
    source: &'a StudySource,
    scores: &'a [KnownScore],
    mistakes: Vec<Mistake>,
}

impl Resolver<'_> {
    fn mistake(&mut self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let hint = hint.into();
        let hint = if hint.is_empty() { None } else { Some(hint) };
        self.mistakes.push(Mistake { at: self.source.place(key), key: key.to_owned(), what: what.into(), hint });
    }

    /// Reports `name` as unknown among `known` things of the kind `noun`.
    fn unknown<'k>(&mut self, key: &str, noun: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) {
        let hint = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", listed(known)),
        };
        self.mistake(key, format!("there is no {noun} `{name}`"), hint);
    }

    fn above_zero(&mut self, key: &str, value: Option<f64>) {
        if value.is_some_and(|value| value.is_nan() || value <= 0.0 || value.is_infinite()) {
            self.mistake(key, "the value must be a finite number above 0", "");
        }
    }

    fn protocol(&mut self) -> Protocol {
        let file = &self.source.file;
        if file.study.question.trim().is_empty() {
            self.mistake("study.question", "the question is empty", "ask one question in one sentence");
        }
        let factors = self.factors();
        let data = self.data();
        let design = self.design();
        let program = self.program(&factors, &design);
        let metrics: BTreeMap<Name, Metric> =
            file.metrics.iter().map(|(name, entry)| (name.clone(), self.metric(name, entry))).collect();
        if metrics.is_empty() {
            self.mistake("metrics", "there is no metric", "add a table such as [metrics.accuracy]");
        }
        let mut arms = BTreeMap::new();
        let mut hypotheses = Vec::new();
        let mut ids = BTreeSet::new();
        for (index, entry) in file.hypotheses.iter().enumerate() {
            if !ids.insert(entry.id.clone()) {
                let key = format!("hypotheses[{index}].id");
                self.mistake(&key, format!("two hypotheses are called `{}`", entry.id), "give each its own id");
            }
            hypotheses.push(self.hypothesis(index, entry, &factors, &metrics, &mut arms));
        }
        let ablation = self.ablation(&factors, &metrics, &mut hypotheses, &mut arms);
        let scaling = self.scaling(&factors, &metrics, &mut hypotheses, &mut arms);
        let benchmark = self.benchmark(&factors, &metrics, &mut hypotheses, &mut arms);
        let has_section = file.ablation.is_some() || file.scaling.is_some() || file.benchmark.is_some();
        if hypotheses.is_empty() && !has_section {
            self.mistake(
                "hypotheses",
                "there is no hypothesis",
                "add an entry [[hypotheses]] or a table [ablation], [scaling] or [benchmark]",
            );
        }
        self.families(&hypotheses);
        let budget = self.budget();
        let protocol = Protocol {
            version: 1,
            name: file.study.name.clone(),
            question: file.study.question.clone(),
            background: file.study.background.clone(),
            program,
            parameters: file.parameters.clone(),
            factors,
            data,
            metrics,
            hypotheses,
            ablation,
            scaling,
            benchmark,
            arms,
            families: file.families.clone(),
            design,
            budget,
            notes: notes(file.notes.as_ref()),
        };
        self.grades(&protocol);
        protocol
    }

    /// A verdict needs grade A, or a registered reason to trust the program.
    fn grades(&mut self, protocol: &Protocol) {
        for (index, hypothesis) in protocol.hypotheses.iter().enumerate() {
            let Some(metric) = protocol.metrics.get(&hypothesis.metric) else { continue };
            if protocol.grade(&hypothesis.metric) != (crate::Grade::B, None) {
                continue;
            }
            let name = &hypothesis.metric;
            // A mistake in what the grade rests on is enough to say.
            let bases =
                [format!("metrics.{name}.score"), format!("metrics.{name}.logged"), "design.datasets".to_owned()];
            if self.mistakes.iter().any(|mistake| bases.iter().any(|base| mistake.key.starts_with(base))) {
                continue;
            }
            let key = match self.source.file.hypotheses.get(index) {
                Some(_) => format!("hypotheses[{index}].metric"),
                None if hypothesis.trend().is_some() => "scaling.metric".to_owned(),
                None if protocol.is_against_control(&hypothesis.id) => "benchmark.metrics[0]".to_owned(),
                None => "ablation.metric".to_owned(),
            };
            if self.mistakes.iter().any(|mistake| mistake.key == key) {
                // The components of an ablation, the claims about a ladder and the methods of
                // a benchmark share their metric.
                continue;
            }
            match &metric.source {
                MetricSource::Logged { .. } => self.mistake(
                    &key,
                    format!("metric `{name}` is the program's own word (grade B) and cannot carry a verdict"),
                    format!("compute it from predictions with `score`, or register in [metrics.{name}] why the program can be believed: trust = \"...\""),
                ),
                MetricSource::Predictions { .. } => self.mistake(
                    &key,
                    format!("metric `{name}` is scored against labels that the program writes itself (grade B) and cannot carry a verdict"),
                    format!("give each data set its labels with `truth`, or register in [metrics.{name}] why the program can be believed: trust = \"...\""),
                ),
            }
        }
    }

    fn factors(&mut self) -> BTreeMap<Name, Factor> {
        let file = &self.source.file;
        for (name, entry) in &file.factors {
            let key = format!("factors.{name}");
            if file.parameters.contains_key(name) {
                self.mistake(&key, format!("`{name}` is a parameter and a factor"), "keep it in one of the two tables");
            }
            if !entry.levels.contains(&entry.baseline) {
                let what = format!("the baseline level {} is not among the levels", entry.baseline);
                self.mistake(&format!("{key}.baseline"), what, format!("levels: {}", levels(&entry.levels)));
            }
            // Levels that read the same would give two arms one name.
            let reads_as = |a: &Level, b: &Level| a == b || a.to_string() == b.to_string();
            let twice = (1..entry.levels.len())
                .find(|index| entry.levels[..*index].iter().any(|earlier| reads_as(earlier, &entry.levels[*index])));
            if let Some(index) = twice {
                let what = format!("level {} stands there twice", entry.levels[index]);
                self.mistake(&format!("{key}.levels[{index}]"), what, "list each level once");
            }
        }
        file.factors
            .iter()
            .map(|(name, entry)| {
                let factor = Factor {
                    baseline: entry.baseline.clone(),
                    levels: entry.levels.clone(),
                    description: entry.description.clone(),
                    unit: entry.unit.clone(),
                };
                (name.clone(), factor)
            })
            .collect()
    }

    fn data(&mut self) -> BTreeMap<Name, DataSet> {
        let file = &self.source.file;
        for (name, entry) in &file.data {
            if entry.files.is_empty() {
                self.mistake(
                    &format!("data.{name}.files"),
                    "the data set has no file",
                    "name one: train = \"data/train.csv\"",
                );
            }
        }
        file.data
            .iter()
            .map(|(name, entry)| {
                let truth = entry.truth.as_ref().map(|truth| Truth {
                    file: truth.file.clone(),
                    id: truth.id.clone(),
                    label: truth.label.clone(),
                });
                let data = DataSet {
                    files: entry.files.clone(),
                    truth,
                    description: entry.description.clone(),
                    source: entry.source.clone(),
                    licence: entry.licence.clone(),
                };
                (name.clone(), data)
            })
            .collect()
    }

    fn program(&mut self, factors: &BTreeMap<Name, Factor>, design: &Design) -> Program {
        let file = &self.source.file;
        let entry = &file.program;
        if entry.command.is_empty() {
            self.mistake("program.command", "the command is empty", "write the program and its arguments as a list");
        }
        if entry.build.as_ref().is_some_and(Vec::is_empty) {
            self.mistake("program.build", "the build command is empty", "leave it out if nothing is to be built");
        }
        self.above_zero("program.timeout_secs", Some(entry.timeout_secs));
        self.above_zero("program.grace_secs", entry.grace_secs);
        if entry.cpus == Some(0) {
            self.mistake("program.cpus", "a run needs at least one processor slot", "");
        }
        let known = placeholders(file, factors, design);
        let mut check = |key: String, text: &str| match pieces(text) {
            Err(error) => self.mistake(&key, error.to_string(), ""),
            Ok(pieces) => {
                for piece in pieces {
                    if let Piece::Placeholder(name) = piece
                        && !known.contains(name)
                    {
                        self.unknown(&key, "placeholder", name, known.iter().map(String::as_str));
                    }
                }
            }
        };
        for (index, text) in entry.command.iter().enumerate() {
            check(format!("program.command[{index}]"), text);
        }
        for (name, text) in &entry.environment {
            check(format!("program.environment.{name}"), text);
        }
        let set = entry.environment.keys().map(|name| (format!("program.environment.{name}"), name));
        let passed = entry.pass_environment.iter().enumerate();
        let passed = passed.map(|(index, name)| (format!("program.pass_environment[{index}]"), name));
        for (key, name) in set.chain(passed) {
            if name.starts_with("GOSSET_") {
                self.mistake(&key, format!("`{name}` is set by Gosset itself"), "choose another name");
            } else if name.is_empty() || name.contains(['=', '\0']) {
                self.mistake(&key, format!("`{name}` cannot name an environment variable"), "");
            }
        }
        Program {
            directory: entry.directory.clone().unwrap_or_else(|| ".".to_owned()),
            build: entry.build.clone(),
            command: entry.command.clone(),
            parameters: entry.parameters,
            timeout_secs: entry.timeout_secs,
            grace_secs: entry.grace_secs.unwrap_or(5.0),
            cpus: entry.cpus.unwrap_or(1),
            gpus: entry.gpus.unwrap_or(0),
            memory_limit_bytes: entry.memory_limit_bytes,
            output_limit_bytes: entry.output_limit_bytes.unwrap_or(16 << 20),
            infrastructure_retries: entry.infrastructure_retries.unwrap_or(2),
            environment: entry.environment.clone(),
            pass_environment: entry.pass_environment.clone(),
        }
    }

    fn hypothesis(
        &mut self,
        index: usize,
        entry: &HypothesisEntry,
        factors: &BTreeMap<Name, Factor>,
        metrics: &BTreeMap<Name, Metric>,
        arms: &mut BTreeMap<ArmName, Settings>,
    ) -> Hypothesis {
        let key = format!("hypotheses[{index}]");
        let mistakes_before = self.mistakes.len();
        let mut arm = |key: &str, setting: &Setting| {
            self.setting(key, setting, factors);
            self.arm(key, setting, factors, arms)
        };
        let candidate = arm(&format!("{key}.candidate"), &entry.candidate);
        let baseline = arm(&format!("{key}.baseline"), &entry.baseline);
        if candidate == baseline && self.mistakes.len() == mistakes_before {
            self.mistake(
                &format!("{key}.candidate"),
                "candidate and baseline are the same configuration",
                "set some factor to another level than the baseline's",
            );
        }
        if !metrics.contains_key(&entry.metric) {
            self.unknown(&format!("{key}.metric"), "metric", entry.metric.as_str(), metrics.keys().map(Name::as_str));
        }
        self.above_zero(&format!("{key}.smallest_effect"), entry.smallest_effect);
        if entry.scope == Scope::Artifact {
            self.artifact(&key, &entry.metric);
        }
        Hypothesis {
            id: entry.id.clone(),
            claim: entry.claim.clone(),
            candidate,
            baseline,
            metric: entry.metric.clone(),
            expected: entry.expected,
            smallest_effect: entry.smallest_effect,
            scope: entry.scope,
            family: entry.family.clone().unwrap_or_else(Name::main_family),
            averaged: None,
        }
    }

    /// Looks at the levels of a setting.
    fn setting(&mut self, key: &str, setting: &Setting, factors: &BTreeMap<Name, Factor>) {
        for (name, level) in setting {
            let key = format!("{key}.{name}");
            match factors.get(name) {
                None if self.source.file.parameters.contains_key(name) => {
                    self.mistake(
                        &key,
                        format!("`{name}` is a parameter that is the same in every arm"),
                        "move it to [factors] and list its levels",
                    );
                }
                None => self.unknown(&key, "factor", name.as_str(), factors.keys().map(Name::as_str)),
                Some(factor) if !factor.levels.contains(level) => {
                    self.mistake(
                        &key,
                        format!("{level} is not a level of `{name}`"),
                        format!("levels: {}", levels(&factor.levels)),
                    );
                }
                Some(_) => {}
            }
        }
    }

    /// Adds the arm with `setting` and names it.
    fn arm(
        &mut self,
        key: &str,
        setting: &Setting,
        factors: &BTreeMap<Name, Factor>,
        arms: &mut BTreeMap<ArmName, Settings>,
    ) -> ArmName {
        let mut settings = self.source.file.parameters.clone();
        for (name, factor) in factors {
            let level = setting.get(name).unwrap_or(&factor.baseline);
            settings.insert(name.clone(), level.clone());
        }
        let name = ArmName::of(&settings, factors);
        let known = arms.entry(name.clone()).or_insert_with(|| settings.clone());
        if *known != settings {
            self.mistake(key, format!("two arms would be called `{name}`"), "choose levels without `,` and `=`");
        }
        name
    }

    fn budget(&mut self) -> Budget {
        let entry = self.source.file.budget.clone().unwrap_or(BudgetEntry {
            runs: None,
            cpu_hours: None,
            expected_run_secs: None,
            cost_per_slot_hour: None,
            currency: None,
        });
        self.above_zero("budget.cpu_hours", entry.cpu_hours);
        self.above_zero("budget.expected_run_secs", entry.expected_run_secs);
        self.above_zero("budget.cost_per_slot_hour", entry.cost_per_slot_hour);
        Budget {
            runs: entry.runs,
            cpu_hours: entry.cpu_hours,
            expected_run_secs: entry.expected_run_secs,
            cost_per_slot_hour: entry.cost_per_slot_hour,
            currency: entry.currency,
        }
    }
}

fn notes(entry: Option<&NotesEntry>) -> Notes {
    Notes { ethics: entry.and_then(|notes| notes.ethics.clone()), limits: entry.and_then(|notes| notes.limits.clone()) }
}

fn levels(levels: &[Level]) -> String {
    levels.iter().map(Level::to_string).collect::<Vec<_>>().join(", ")
}

/// The placeholders that every run can fill.
fn placeholders(file: &crate::StudyFile, factors: &BTreeMap<Name, Factor>, design: &Design) -> BTreeSet<String> {
    let mut known: BTreeSet<String> =
        ["seed", "run_dir", "params_file", "metrics_file", "study_dir"].into_iter().map(str::to_owned).collect();
    known.extend(file.parameters.keys().chain(factors.keys()).map(|name| format!("param.{name}")));
    let blocks: Vec<_> = design.datasets.iter().filter_map(|name| file.data.get(name)).collect();
    if let Some((first, others)) = blocks.split_first() {
        known.insert("dataset".to_owned());
        let shared = first.files.keys().filter(|name| others.iter().all(|other| other.files.contains_key(*name)));
        known.extend(shared.map(|name| format!("data.{name}")));
    }
    known
}
