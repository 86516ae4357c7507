use crate::method::{Group, Method};
use crate::{
    bayes, compare, correlation, cross_validation, dominance, effect_size, equivalence, interval, multiplicity, online,
    ranking, runs, sequential, variance,
};

/// All methods, group by group, in the order of the reference page.
pub const GROUPS: &[Group] = &[
    Group {
        name: "Comparing two",
        about: "Whether one of two is better, from paired or from independent scores.",
        methods: compare::METHODS,
    },
    Group {
        name: "Many tasks, few runs",
        about: "How good a method is over a suite of tasks, from a few runs on each.",
        methods: runs::METHODS,
    },
    Group {
        name: "Many methods, many data sets",
        about: "Whether and which of several methods differ over many data sets, judged by their ranks on each.",
        methods: ranking::METHODS,
    },
    Group {
        name: "Several sources of variation",
        about: "How much of the spread comes from methods, tasks and runs, and what is left of a difference.",
        methods: variance::METHODS,
    },
    Group {
        name: "Intervals",
        about: "Between which bounds a mean, another statistic or a proportion lies.",
        methods: interval::METHODS,
    },
    Group {
        name: "How large",
        about: "How large a difference is, in standard deviations or in the share of comparisons that are won.",
        methods: effect_size::METHODS,
    },
    Group {
        name: "Dominance",
        about: "Whether all of one distribution lies above all of another, or nearly so.",
        methods: dominance::METHODS,
    },
    Group {
        name: "Equivalence",
        about: "Whether a difference is smaller, or larger, than the smallest one that matters.",
        methods: equivalence::METHODS,
    },
    Group {
        name: "Correlation",
        about: "How closely two numbers go together, in a line or in order.",
        methods: correlation::METHODS,
    },
    Group {
        name: "Cross-validation",
        about: "Comparing two on resamples of one data set, which are not independent.",
        methods: cross_validation::METHODS,
    },
    Group {
        name: "With a region of practical equivalence",
        about: "How probable it is that one of two is better, or that they differ too little to matter.",
        methods: bayes::METHODS,
    },
    Group {
        name: "Looking early",
        about: "Evidence and bounds that hold at any look, however often one looks and whenever one stops.",
        methods: sequential::METHODS,
    },
    Group {
        name: "Many hypotheses at once",
        about: "Which hypotheses of a family are rejected, with one error rate for all of them.",
        methods: multiplicity::METHODS,
    },
    Group {
        name: "Streams of hypotheses",
        about: "Which of many hypotheses are rejected, decided one after another, at one false discovery rate.",
        methods: online::METHODS,
    },
];

/// Finds a method by its id.
#[must_use]
pub fn find_method(id: &str) -> Option<&'static Method> {
    GROUPS.iter().flat_map(|group| group.methods).copied().find(|method| method.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::method::{Inputs, Role};
    use crate::stream::Stream;

    fn all() -> impl Iterator<Item = &'static Method> {
        GROUPS.iter().flat_map(|group| group.methods).copied()
    }

    #[test]
    fn no_two_methods_share_an_id() {
        let ids: BTreeSet<&str> = all().map(|method| method.id).collect();
        assert_eq!(ids.len(), all().count());
        assert!(find_method("nothing").is_none());
    }

    #[test]
    fn every_method_is_documented() {
        for method in all() {
            assert!(method.question.ends_with('?'), "{}: {}", method.id, method.question);
            let sentences = [method.use_when, method.avoid_when].into_iter().chain(method.null);
            let lists = method.assumptions.iter().chain(method.sources).chain(method.disagreements).copied();
            for text in sentences.chain(lists) {
                assert!(text.len() > 20 && text.ends_with('.'), "{}: {text}", method.id);
            }
            assert!(!method.sources.is_empty() && !method.formula.is_empty(), "{}", method.id);
        }
    }

    #[test]
    fn every_example_gives_finite_findings() {
        let stream = Stream::named([7; 32], "example");
        for method in all() {
            let columns: BTreeMap<Role, _> =
                method.example.columns.iter().map(|(role, values)| (*role, values.to_values())).collect();
            for role in columns.keys() {
                assert!(method.columns.iter().any(|column| column.role == *role), "{}: {role:?}", method.id);
            }
            let settings = method.example.settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
            let findings = (method.compute)(&Inputs::new(method, &columns, &settings, &stream)).unwrap();
            assert!(!findings.quantities.is_empty() || !findings.tables.is_empty(), "{}", method.id);
            for quantity in &findings.quantities {
                assert!(quantity.value.is_none_or(f64::is_finite), "{}: {}", method.id, quantity.name);
            }
            for (label, numbers) in findings.tables.iter().flat_map(|table| &table.rows) {
                assert!(numbers.iter().flatten().all(|number| number.is_finite()), "{}: {label}", method.id);
            }
        }
    }

    #[test]
    fn a_method_without_its_columns_says_which() {
        let stream = Stream::named([7; 32], "example");
        for method in all().filter(|method| method.columns.iter().any(|column| column.is_required)) {
            let (columns, settings) = (BTreeMap::new(), BTreeMap::new());
            let error = (method.compute)(&Inputs::new(method, &columns, &settings, &stream)).unwrap_err();
            assert!(error.code().starts_with("method-missing"), "{}: {error}", method.id);
        }
    }
}
