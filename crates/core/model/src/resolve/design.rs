use crate::study_file::HorizonEntry;
use crate::{Design, ErrorRate, Horizon, Name, Scope, Seeds, StandFor};

use super::Resolver;

/// From so many data sets on, they can stand for tasks of their kind.
const FEWEST_TASKS: usize = 6;

impl Resolver<'_> {
    pub(super) fn design(&mut self) -> Design {
        let file = &self.source.file;
        let entry = &file.design;
        self.seeds(&entry.seeds);
        let horizon = self.horizon();
        let alpha = ErrorRate::new(entry.alpha).unwrap_or_else(|error| {
            self.mistake("design.alpha", error.to_string(), "write a number from 1e-9 to 0.5, usually 0.05");
            ErrorRate::LARGEST // Of no consequence: a file with mistakes has no protocol.
        });
        if !(entry.power > 0.0 && entry.power < 1.0) {
            self.mistake(
                "design.power",
                format!("a power of {} makes no sense", entry.power),
                "write a number between 0 and 1, usually 0.8 or 0.9",
            );
        }
        let datasets = entry.datasets.clone().unwrap_or_else(|| file.data.keys().cloned().collect());
        for (index, name) in datasets.iter().enumerate() {
            let key = format!("design.datasets[{index}]");
            if !file.data.contains_key(name) {
                self.unknown(&key, "data set", name.as_str(), file.data.keys().map(Name::as_str));
            }
            if datasets[..index].contains(name) {
                self.mistake(&key, format!("data set `{name}` stands there twice"), "list each once");
            }
        }
        for (name, spread) in &entry.expected_spread {
            let key = format!("design.expected_spread.{name}");
            if !file.metrics.contains_key(name) {
                self.unknown(&key, "metric", name.as_str(), file.metrics.keys().map(Name::as_str));
            }
            self.above_zero(&key, Some(*spread));
        }
        Design {
            seeds: entry.seeds.clone(),
            datasets_stand_for: self.stand_for(datasets.len()),
            test_to_train: self.test_to_train(datasets.len()),
            datasets,
            horizon,
            alpha,
            sides: entry.sides,
            power: entry.power,
            failures: entry.failures,
            order: entry.order,
            expected_spread: entry.expected_spread.clone(),
        }
    }

    fn seeds(&mut self, seeds: &Seeds) {
        let file = &self.source.file;
        let has_control = file.benchmark.as_ref().is_some_and(|entry| entry.control.is_some());
        let is_about_recipes =
            has_control || file.has_recipes() || file.hypotheses.iter().any(|entry| entry.scope == Scope::Method);
        let is_on_many_tasks = self.source.file.design.datasets_stand_for == Some(StandFor::TheirKind);
        if is_about_recipes && !is_on_many_tasks && seeds.count() < 2 {
            self.mistake(
                "design.seeds",
                "a method claim needs at least 2 seeds",
                "see `gosset study check` for how many",
            );
        } else if seeds.count() == 0 {
            self.mistake("design.seeds", "there is no seed", "write seeds = 1");
        }
        if let Seeds::List(seeds) = seeds
            && let Some((_, seed)) = seeds.iter().enumerate().find(|(index, seed)| seeds[..*index].contains(seed))
        {
            self.mistake("design.seeds", format!("seed {seed} stands there twice"), "list each seed once");
        }
    }

    /// What the data sets stand for, where that is not themselves.
    fn stand_for(&mut self, datasets: usize) -> Option<StandFor> {
        let design = &self.source.file.design;
        let kind = design.datasets_stand_for.filter(|kind| *kind == StandFor::TheirKind)?;
        let key = "design.datasets_stand_for";
        if datasets < FEWEST_TASKS {
            self.mistake(
                key,
                format!("{datasets} data sets are too few to stand for tasks of their kind"),
                format!("take {FEWEST_TASKS} or more, or write \"themselves\""),
            );
        }
        if design.horizon == HorizonEntry::Sequential {
            self.mistake(
                key,
                "where data sets are the evidence, more seeds are no further look",
                "write horizon = \"fixed\"",
            );
        }
        Some(kind)
    }

    /// The ratio of the parts of a split, where seeds make splits.
    fn test_to_train(&mut self, datasets: usize) -> Option<f64> {
        let file = &self.source.file;
        let ratio = file.design.test_to_train?;
        let key = "design.test_to_train";
        if !(ratio > 0.0 && ratio.is_finite()) {
            self.mistake(
                key,
                format!("a ratio of {ratio} makes no sense"),
                "write the size of a test part over that of a training part, 0.111 for ten folds",
            );
        }
        if file.hypotheses.iter().any(|entry| entry.scope == Scope::Artifact) {
            self.mistake(key, "an artifact has one split", "leave it out, or claim something of the method");
        }
        if file.design.horizon == HorizonEntry::Sequential {
            self.mistake(key, "no bounds for splits hold at more than one look", "write horizon = \"fixed\"");
        }
        if datasets > 1 {
            self.mistake(
                key,
                format!("splits are of one set of data, and there are {datasets}"),
                "name one in `design.datasets`, or let the data sets stand for their kind and leave this out",
            );
        }
        Some(ratio)
    }

    fn horizon(&mut self) -> Horizon {
        let entry = &self.source.file.design;
        match entry.horizon {
            HorizonEntry::Fixed => {
                let given = [("looks", entry.looks.is_some()), ("effect_scale", entry.effect_scale.is_some())];
                for (field, _) in given.into_iter().filter(|(_, is_there)| *is_there) {
                    self.mistake(
                        &format!("design.{field}"),
                        format!("`{field}` goes with horizon = \"sequential\""),
                        "leave it out, or write that horizon",
                    );
                }
                Horizon::Fixed
            }
            HorizonEntry::Sequential => {
                let seeds = entry.seeds.count();
                let looks = entry.looks.clone().unwrap_or_default();
                let is_ascending = looks.windows(2).all(|pair| pair[0] < pair[1]);
                let is_whole = looks.last().is_some_and(|last| *last as usize == seeds);
                if entry.looks.is_none() {
                    self.mistake(
                        "design.looks",
                        "a sequential horizon needs its looks",
                        format!("write after how many seeds the referee looks: looks = {}", example_looks(seeds)),
                    );
                } else if !is_ascending || !is_whole || looks.first().is_some_and(|first| *first < 2) {
                    self.mistake(
                        "design.looks",
                        format!("looks must ascend from at least 2 to the number of seeds, {seeds}"),
                        format!("write for example looks = {}", example_looks(seeds)),
                    );
                }
                match entry.effect_scale {
                    None => self.mistake(
                        "design.effect_scale",
                        "a sequential horizon needs the size of effect at which its bounds are tightest",
                        "write effect_scale = 1.0, in standard deviations of the paired differences",
                    ),
                    // Beyond these no number of seeds that anybody runs has a bound.
                    Some(scale) if !(0.01..=100.0).contains(&scale) => self.mistake(
                        "design.effect_scale",
                        format!("an effect scale of {scale} makes no sense"),
                        "write a number from 0.01 to 100, usually 1.0",
                    ),
                    Some(_) => {}
                }
                if self.source.file.hypotheses.iter().any(|entry| entry.scope == Scope::Artifact) {
                    self.mistake(
                        "design.horizon",
                        "a claim about artifacts is judged once",
                        "write horizon = \"fixed\"",
                    );
                }
                Horizon::Sequential { looks, effect_scale: entry.effect_scale.unwrap_or(f64::NAN) }
            }
        }
    }

    /// Says what keeps the claim under `key` from being about artifacts.
    pub(super) fn artifact(&mut self, key: &str, metric: &Name) {
        let file = &self.source.file;
        let has_methods = file.has_recipes() || file.benchmark.is_some();
        if has_methods || file.hypotheses.iter().any(|entry| entry.scope == Scope::Method) {
            self.mistake(
                &format!("{key}.scope"),
                "a study is about artifacts or about methods, not about both",
                "put the other claims into a study of their own",
            );
            return;
        }
        if file.design.seeds.count() > 1 {
            self.mistake(
                &format!("{key}.scope"),
                format!("an artifact is one run: {} seeds make as many", file.design.seeds.count()),
                "write seeds = 1, or scope = \"method\" to claim something of the recipe",
            );
        }
        let datasets = file.design.datasets.clone().unwrap_or_else(|| file.data.keys().cloned().collect());
        let has_truth = |name: &Name| file.data.get(name).is_some_and(|data| data.truth.is_some());
        if datasets.len() != 1 || !has_truth(&datasets[0]) {
            self.mistake(
                &format!("{key}.scope"),
                "a claim about artifacts is judged on the examples of one data set, which must name them",
                "keep one data set in [design] and give it `truth`",
            );
        }
        let Some(entry) = file.metrics.get(metric) else { return };
        let score = entry.score.as_deref();
        let is_mean = |id: &str| self.scores.iter().any(|known| known.id == id && known.is_mean_over_examples);
        if !score.is_some_and(is_mean) {
            let known: Vec<&str> =
                self.scores.iter().filter(|known| known.is_mean_over_examples).map(|known| known.id).collect();
            self.mistake(
                &format!("{key}.metric"),
                format!("metric `{metric}` is not a mean over examples, so that examples are no evidence for it"),
                format!("choose a metric with one of these scores: {}", known.join(", ")),
            );
        }
    }
}

/// Looks that would do for so many seeds.
fn example_looks(seeds: usize) -> String {
    let shares: Vec<String> = (1..=4).map(|quarter| (seeds * quarter / 4).max(2).to_string()).collect();
    let mut shares = shares;
    shares.dedup();
    format!("[{}]", shares.join(", "))
}
