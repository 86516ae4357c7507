use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::source::listed;
use crate::study_file::{BenchmarkEntry, HorizonEntry};
use crate::{
    ArmName, Benchmark, BenchmarkMethod, Conditions, Direction, Expected, Factor, Hypothesis, Level, Metric, Name,
    PairTest, Scope, Setting, Settings,
};

use super::Resolver;

/// Fifty of them lie beyond each end of an interval of 95 %.
const RESAMPLES: u32 = 2_000;
/// Fewer do not reach the ends of an interval, more take minutes.
const RESAMPLES_POSSIBLE: RangeInclusive<u32> = 100..=1_000_000;

impl Resolver<'_> {
    /// What the section on a benchmark means: an arm for each method under each
    /// condition, and one hypothesis for each method against the control.
    pub(super) fn benchmark(
        &mut self,
        factors: &BTreeMap<Name, Factor>,
        metrics: &BTreeMap<Name, Metric>,
        hypotheses: &mut Vec<Hypothesis>,
        arms: &mut BTreeMap<ArmName, Settings>,
    ) -> Option<Benchmark> {
        let entry = self.source.file.benchmark.as_ref()?;
        let mistakes_before = self.mistakes.len();
        self.benchmark_design();
        self.benchmark_metrics(entry, metrics);
        let levels = self.benchmark_methods(entry, factors);
        self.benchmark_references(entry, metrics);
        self.tuning(entry, &levels);
        let conditions = self.conditions(entry, factors);
        let resamples = entry.resamples.unwrap_or(RESAMPLES);
        if !RESAMPLES_POSSIBLE.contains(&resamples) {
            self.mistake(
                "benchmark.resamples",
                format!("{resamples} resamples make no sense"),
                "write 100 to 1000000, usually 2000",
            );
        }
        let methods: Vec<BenchmarkMethod> =
            levels.iter().map(|level| self.benchmark_method(entry, level, hypotheses)).collect();
        if self.mistakes.len() > mistakes_before {
            return None;
        }
        let benchmark = Benchmark {
            factor: entry.factor.clone(),
            methods,
            metrics: entry.metrics.clone(),
            usage: entry.usage.clone(),
            control: entry.control.clone(),
            pairs: entry.pairs.unwrap_or(PairTest::Nemenyi),
            resamples,
            references: entry.references.clone(),
            tuning_metric: entry.tuning_metric.clone(),
            conditions,
        };
        let mut arm = |method: &Level, condition: Option<&Level>| {
            let mut setting = Setting::from([(entry.factor.clone(), method.clone())]);
            if let Some((conditions, level)) = benchmark.conditions.as_ref().zip(condition) {
                setting.insert(conditions.factor.clone(), level.clone());
            }
            self.arm("benchmark.factor", &setting, factors, arms)
        };
        let conditions = benchmark.condition_levels();
        for condition in &conditions {
            benchmark.methods.iter().for_each(|method| drop(arm(&method.level, *condition)));
        }
        if let (Some(control), Some(metric)) = (&entry.control, entry.metrics.first()) {
            let baseline = arm(control, conditions[0]);
            for method in &benchmark.methods {
                let Some(id) = &method.hypothesis else { continue };
                hypotheses.push(Hypothesis {
                    id: id.clone(),
                    claim: format!("{} is better than {control} by {metric}", method.level),
                    candidate: arm(&method.level, conditions[0]),
                    baseline: baseline.clone(),
                    metric: metric.clone(),
                    expected: Expected::Better,
                    smallest_effect: entry.smallest_effect,
                    scope: Scope::Method,
                    family: entry.family_name(),
                    averaged: None,
                });
            }
        }
        Some(benchmark)
    }

    fn benchmark_design(&mut self) {
        let file = &self.source.file;
        let datasets = file.design.datasets.as_ref().map_or(file.data.len(), Vec::len);
        if datasets < 2 {
            let key = if file.design.datasets.is_some() { "design.datasets" } else { "benchmark" };
            self.mistake(
                key,
                format!("{datasets} data sets are too few for a benchmark, at least 2 are needed"),
                "add tables such as [data.iris]; ten data sets and more say much, two next to nothing",
            );
        }
        if file.design.horizon == HorizonEntry::Sequential {
            self.mistake(
                "design.horizon",
                "tests of ranks hold for one look",
                "write horizon = \"fixed\", or put the claims against one method into a study without [benchmark]",
            );
        }
    }

    fn benchmark_metrics(&mut self, entry: &BenchmarkEntry, metrics: &BTreeMap<Name, Metric>) {
        if entry.metrics.is_empty() {
            self.mistake("benchmark.metrics", "there is no metric to rank by", "name one: metrics = [\"accuracy\"]");
        }
        let all = entry.metrics.iter().enumerate();
        let places = all.map(|(index, name)| (format!("benchmark.metrics[{index}]"), name));
        let tuning = entry.tuning_metric.iter().map(|name| ("benchmark.tuning_metric".to_owned(), name));
        for (key, name) in places.chain(tuning) {
            if !metrics.contains_key(name) {
                self.unknown(&key, "metric", name.as_str(), metrics.keys().map(Name::as_str));
            }
        }
        for (index, name) in entry.metrics.iter().enumerate() {
            if entry.metrics[..index].contains(name) {
                let key = format!("benchmark.metrics[{index}]");
                self.mistake(&key, format!("metric `{name}` stands there twice"), "list each once");
            }
        }
        for (index, usage) in entry.usage.iter().enumerate() {
            if entry.usage[..index].contains(usage) {
                let key = format!("benchmark.usage[{index}]");
                self.mistake(&key, "the same measure stands there twice", "list each once");
            }
        }
    }

    /// The levels that are methods.
    fn benchmark_methods(&mut self, entry: &BenchmarkEntry, factors: &BTreeMap<Name, Factor>) -> Vec<Level> {
        let Some(factor) = factors.get(&entry.factor) else {
            self.unknown("benchmark.factor", "factor", entry.factor.as_str(), factors.keys().map(Name::as_str));
            return Vec::new();
        };
        if factor.levels.len() < 2 {
            self.mistake(
                &format!("factors.{}.levels", entry.factor),
                "one method is no benchmark",
                "list the methods that are to be compared, two or more",
            );
        }
        if let Some(control) = &entry.control {
            if !factor.levels.contains(control) {
                let known: Vec<String> = factor.levels.iter().map(Level::to_string).collect();
                self.unknown("benchmark.control", "method", &control.to_string(), known.iter().map(String::as_str));
            }
        } else {
            let given = [("smallest_effect", entry.smallest_effect.is_some()), ("family", entry.family.is_some())];
            for (field, _) in given.into_iter().filter(|(_, is_there)| *is_there) {
                self.mistake(
                    &format!("benchmark.{field}"),
                    format!("`{field}` goes with a control, without which nothing is claimed"),
                    "leave it out, or name the control",
                );
            }
        }
        self.above_zero("benchmark.smallest_effect", entry.smallest_effect);
        factor.levels.clone()
    }

    fn benchmark_references(&mut self, entry: &BenchmarkEntry, metrics: &BTreeMap<Name, Metric>) {
        let file = &self.source.file;
        let datasets = file.design.datasets.clone().unwrap_or_else(|| file.data.keys().cloned().collect());
        let direction = entry.metrics.first().and_then(|metric| metrics.get(metric)).map(|metric| metric.direction);
        for (name, reference) in &entry.references {
            let key = format!("benchmark.references.{name}");
            if !file.data.contains_key(name) {
                self.unknown(&key, "data set", name.as_str(), file.data.keys().map(Name::as_str));
            }
            let width = reference.high - reference.low;
            let is_better = match direction {
                Some(Direction::Minimize) => width < 0.0,
                Some(Direction::Maximize) | None => width > 0.0,
            };
            if !is_better || !width.is_finite() || !(1.0 / width).is_finite() {
                self.mistake(
                    &format!("{key}.high"),
                    format!(
                        "the high reference, {:?}, is not better than the low one, {:?}",
                        reference.high, reference.low
                    ),
                    "put the worse score first: `low` counts as 0 and `high` as 1",
                );
            }
        }
        let lacking = datasets.iter().filter(|name| !entry.references.contains_key(*name)).map(Name::as_str);
        let lacking: Vec<&str> = lacking.collect();
        if !entry.references.is_empty() && !lacking.is_empty() {
            self.mistake(
                "benchmark.references",
                format!("there are no reference scores for {}", listed(lacking.iter().copied())),
                "give every data set its references, or none",
            );
        }
    }

    fn tuning(&mut self, entry: &BenchmarkEntry, methods: &[Level]) {
        let known: Vec<String> = methods.iter().map(Level::to_string).collect();
        for (name, budget) in &entry.tuning {
            let key = format!("benchmark.tuning.{name}");
            if !known.is_empty() && !known.contains(name) {
                self.unknown(&key, "method", name, known.iter().map(String::as_str));
            }
            if budget.trials == 0 {
                self.mistake(
                    &format!("{key}.trials"),
                    "a method that runs at all has tried one setting",
                    "write trials = 1 where nothing is tuned",
                );
            }
            if budget.cpu_hours.is_some_and(|hours| !(hours >= 0.0 && hours.is_finite())) {
                self.mistake(&format!("{key}.cpu_hours"), "the value must be a finite number, 0 or above", "");
            }
        }
    }

    fn conditions(&mut self, entry: &BenchmarkEntry, factors: &BTreeMap<Name, Factor>) -> Option<Conditions> {
        let conditions = entry.conditions.as_ref()?;
        let key = "benchmark.conditions";
        if conditions.factor == entry.factor {
            self.mistake(
                &format!("{key}.factor"),
                format!("the levels of `{}` are the methods", entry.factor),
                "name another factor, whose levels are the conditions",
            );
            return None;
        }
        let Some(factor) = factors.get(&conditions.factor) else {
            let known = factors.keys().map(Name::as_str);
            self.unknown(&format!("{key}.factor"), "factor", conditions.factor.as_str(), known);
            return None;
        };
        if !factor.levels.contains(&conditions.clean) {
            let known: Vec<String> = factor.levels.iter().map(Level::to_string).collect();
            let clean = conditions.clean.to_string();
            self.unknown(&format!("{key}.clean"), "condition", &clean, known.iter().map(String::as_str));
        }
        let stressed: Vec<Level> = factor.levels.iter().filter(|level| **level != conditions.clean).cloned().collect();
        if stressed.is_empty() {
            self.mistake(
                &format!("{key}.factor"),
                format!("`{}` has no level but the clean one", conditions.factor),
                "list the conditions as further levels of it",
            );
        }
        Some(Conditions { factor: conditions.factor.clone(), clean: conditions.clean.clone(), stressed })
    }

    /// A method with the name of its claim.
    fn benchmark_method(
        &mut self,
        entry: &BenchmarkEntry,
        level: &Level,
        hypotheses: &[Hypothesis],
    ) -> BenchmarkMethod {
        let tuning = entry.tuning.get(&level.to_string()).copied();
        let mut method = BenchmarkMethod { level: level.clone(), hypothesis: None, tuning };
        let Some(control) = entry.control.as_ref().filter(|control| *control != level) else { return method };
        let id = format!("{level}-against-{control}");
        match Name::new(&*id) {
            Ok(id) => {
                if hypotheses.iter().any(|other| other.id == id) {
                    let what = format!("two hypotheses are called `{id}`");
                    self.mistake("benchmark.control", what, "call the other one otherwise");
                }
                method.hypothesis = Some(id);
            }
            Err(error) => self.mistake(
                &format!("factors.{}.levels", entry.factor),
                format!("the hypothesis about `{level}` would be called `{id}`: {error}"),
                "give the method a plain name, of letters, digits, `-`, `_` and `.`",
            ),
        }
        method
    }
}
