use std::collections::{BTreeMap, BTreeSet};

use super::{Evaluation, Facts};

/// A fact in which two evaluations differ, or in which they cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The fact, such as `few-shot`, or `generation: temperature`.
    pub fact: String,
    /// What the first says; `None` if it does not say.
    pub a: Option<String>,
    /// What the second says.
    pub b: Option<String>,
    /// Whether a comparison of the two would say nothing about their models.
    pub is_fatal: bool,
}

/// Lists what speaks against comparing two evaluations, the fatal first.
///
/// Fatal if both say it and differ: task, task version, data set and its
/// version, split, prompt, number of worked examples, filter, scorer, judge; and
/// metrics of which none is common. A warning: one of these that either side does
/// not say, except where neither log has a version, split, filter, scorer or judge;
/// and every difference of task arguments, limit, epochs and settings of
/// generation, which a study may vary on purpose.
///
/// Two logs of different formats never agree in their prompts, which are hashed
/// over what each format stores, so there the prompt counts as unknown.
#[must_use]
pub fn comparability(a: &Evaluation, b: &Evaluation) -> Vec<Difference> {
    let mut found = Differences { fatal: Vec::new(), warnings: Vec::new() };
    let (left, right) = (&a.facts, &b.facts);
    found.must_match("task", text(left, right, |facts| &facts.task), Silence::Warns);
    found.must_match("task version", text(left, right, |facts| &facts.task_version), Silence::IsEqual);
    found.must_match("dataset", text(left, right, |facts| &facts.dataset), Silence::Warns);
    found.must_match("dataset version", text(left, right, |facts| &facts.dataset_version), Silence::Warns);
    found.must_match("split", text(left, right, |facts| &facts.split), Silence::IsEqual);
    if a.format_family() == b.format_family() {
        found.must_match("prompt", text(left, right, |facts| &facts.prompt), Silence::Warns);
    } else {
        found.warnings.push(Difference { fact: "prompt".to_owned(), a: None, b: None, is_fatal: false });
    }
    let few_shot = |facts: &Facts| facts.few_shot.map(|count| count.to_string());
    found.must_match("few-shot", (few_shot(left), few_shot(right)), Silence::Warns);
    found.must_match("filter", text(left, right, |facts| &facts.filter), Silence::IsEqual);
    found.metrics(&left.metrics, &right.metrics);
    found.must_match("scorer", text(left, right, |facts| &facts.scorer), Silence::IsEqual);
    found.must_match("judge", text(left, right, |facts| &facts.judge), Silence::IsEqual);
    found.may_differ("task arguments", text(left, right, |facts| &facts.task_arguments));
    found.may_differ("limit", text(left, right, |facts| &facts.limit));
    let epochs = |facts: &Facts| facts.epochs.map(|count| count.to_string());
    found.may_differ("epochs", (epochs(left), epochs(right)));
    found.generation(&left.generation, &right.generation);
    found.fatal.append(&mut found.warnings);
    found.fatal
}

/// What it means if neither log says a fact.
#[derive(Clone, Copy)]
enum Silence {
    /// The fact exists all the same, and may differ.
    Warns,
    /// Neither has it.
    IsEqual,
}

fn text(a: &Facts, b: &Facts, fact: impl Fn(&Facts) -> &Option<String>) -> (Option<String>, Option<String>) {
    (fact(a).clone(), fact(b).clone())
}

struct Differences {
    fatal: Vec<Difference>,
    warnings: Vec<Difference>,
}

impl Differences {
    fn must_match(&mut self, fact: &str, (a, b): (Option<String>, Option<String>), silence: Silence) {
        let fact = fact.to_owned();
        match (&a, &b, silence) {
            (Some(left), Some(right), _) if left == right => {}
            (None, None, Silence::IsEqual) => {}
            (Some(_), Some(_), _) => self.fatal.push(Difference { fact, a, b, is_fatal: true }),
            _ => self.warnings.push(Difference { fact, a, b, is_fatal: false }),
        }
    }

    fn may_differ(&mut self, fact: &str, (a, b): (Option<String>, Option<String>)) {
        if a != b {
            self.warnings.push(Difference { fact: fact.to_owned(), a, b, is_fatal: false });
        }
    }

    fn metrics(&mut self, a: &BTreeSet<String>, b: &BTreeSet<String>) {
        if a.intersection(b).next().is_some() {
            return;
        }
        let listed = |names: &BTreeSet<String>| {
            (!names.is_empty()).then(|| names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
        };
        self.must_match("metric", (listed(a), listed(b)), Silence::Warns);
    }

    fn generation(&mut self, a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) {
        let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for key in keys {
            self.may_differ(&format!("generation: {key}"), (a.get(key).cloned(), b.get(key).cloned()));
        }
    }
}

impl Evaluation {
    /// Formats that hash prompts in one way.
    fn format_family(&self) -> &str {
        self.format.split_once('-').map_or(self.format, |(family, _)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn evaluation() -> Evaluation {
        let mut evaluation = Evaluation::new("inspect-json", PathBuf::from("a.json"));
        let facts = &mut evaluation.facts;
        for fact in [&mut facts.task, &mut facts.dataset, &mut facts.dataset_version, &mut facts.prompt] {
            *fact = Some("x".to_owned());
        }
        facts.few_shot = Some(5);
        facts.metrics.insert("match".to_owned());
        facts.generation.insert("temperature".to_owned(), "0".to_owned());
        evaluation
    }

    fn check(change: impl Fn(&mut Evaluation)) -> Vec<(String, bool)> {
        let a = evaluation();
        let mut b = evaluation();
        change(&mut b);
        let found = comparability(&a, &b);
        let mirrored = comparability(&b, &a);
        assert_eq!(found.len(), mirrored.len());
        assert!(found.iter().zip(&mirrored).all(|(one, other)| one.a == other.b && one.is_fatal == other.is_fatal));
        found.into_iter().map(|difference| (difference.fact, difference.is_fatal)).collect()
    }

    #[test]
    fn equal_facts_do_not_differ() {
        assert!(check(|_| ()).is_empty());
        assert!(check(|b| b.format = "inspect-eval").is_empty());
    }

    #[test]
    fn another_task_prompt_or_number_of_examples_is_fatal() {
        let fatal = |fact: &str| vec![(fact.to_owned(), true)];
        assert_eq!(check(|b| b.facts.task = Some("y".to_owned())), fatal("task"));
        assert_eq!(check(|b| b.facts.dataset_version = Some("y".to_owned())), fatal("dataset version"));
        assert_eq!(check(|b| b.facts.prompt = Some("y".to_owned())), fatal("prompt"));
        assert_eq!(check(|b| b.facts.few_shot = Some(0)), fatal("few-shot"));
        assert_eq!(check(|b| b.facts.metrics = BTreeSet::from(["f1".to_owned()])), fatal("metric"));
    }

    #[test]
    fn what_one_does_not_say_is_a_warning() {
        let warning = |fact: &str| vec![(fact.to_owned(), false)];
        assert_eq!(check(|b| b.facts.few_shot = None), warning("few-shot"));
        assert_eq!(check(|b| b.facts.filter = Some("none".to_owned())), warning("filter"));
        assert_eq!(check(|b| b.facts.metrics.clear()), warning("metric"));
        assert_eq!(check(|b| b.format = "helm"), warning("prompt"));
    }

    #[test]
    fn settings_may_differ_with_a_warning_after_what_is_fatal() {
        let found = check(|b| {
            b.facts.generation.insert("temperature".to_owned(), "1".to_owned());
            b.facts.generation.insert("top_p".to_owned(), "0.9".to_owned());
            b.facts.limit = Some("3".to_owned());
            b.facts.task = Some("y".to_owned());
        });
        let names: Vec<&str> = found.iter().map(|(fact, _)| fact.as_str()).collect();
        assert_eq!(names, ["task", "limit", "generation: temperature", "generation: top_p"]);
    }
}
