use std::collections::{BTreeMap, BTreeSet};

use super::{Evaluation, ItemKey, Sample};

/// The samples of two evaluations, brought together item by item.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairing {
    /// By what items were told apart.
    pub matched_by: MatchedBy,
    /// The items that both sides have a value of, sorted by id as in the first.
    pub pairs: Vec<Pair>,
    /// The items that only the first has a value of.
    pub only_a: Vec<ItemKey>,
    /// The items that only the second has a value of.
    pub only_b: Vec<ItemKey>,
    /// The items of which a side has two samples in one epoch that nothing tells
    /// apart, so that they are left out.
    pub duplicates: Vec<ItemKey>,
    /// What the reader of the result must know, in whole sentences.
    pub notes: Vec<String>,
}

/// One item and what both sides scored on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The item, as the first names it.
    pub item: ItemKey,
    /// What it belongs to with others, as the first says, or else the second.
    pub group: Option<String>,
    /// The values of the first, by epoch; at least one.
    pub a: BTreeMap<u64, f64>,
    /// The values of the second, by epoch; at least one.
    pub b: BTreeMap<u64, f64>,
}

/// By what items are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// By the hash of their input, right answers and choices.
    Content,
    /// By the ids of the logs, since not every sample stores its input.
    LogId,
}

/// Why two evaluations cannot be paired.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// A side has no value of the metric.
    #[error("{path} has no sample with a value of `{metric}`; its metrics are {existing}")]
    NoSuchMetric {
        /// The log.
        path: String,
        /// The metric.
        metric: String,
        /// The metrics that exist.
        existing: String,
    },
}

impl PairError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchMetric { .. } => "evaluation-metric-unknown",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoSuchMetric { .. } => vec!["name a metric that both logs have".to_owned()],
        }
    }
}

/// Brings together the samples of two evaluations that are of one item.
///
/// Items are matched by content if every sample of both sides stores its input,
/// else by the ids of the logs. Where a data set holds the same content twice, the
/// ids of the logs tell these items apart. Samples without a value of `metric` do
/// not count; the evaluation says how many they are.
///
/// # Errors
/// [`PairError::NoSuchMetric`] if a side has no value of it.
pub fn pair(a: &Evaluation, b: &Evaluation, metric: &str) -> Result<Pairing, PairError> {
    for side in [a, b] {
        if !side.samples.iter().any(|sample| sample.values.contains_key(metric)) {
            let existing: Vec<String> = side.metrics().iter().map(|name| format!("`{name}`")).collect();
            let existing = if existing.is_empty() { "none".to_owned() } else { existing.join(", ") };
            let path = side.path.display().to_string();
            return Err(PairError::NoSuchMetric { path, metric: metric.to_owned(), existing });
        }
    }
    let has_content = |side: &Evaluation| side.samples.iter().all(|sample| sample.item.content.is_some());
    let matched_by = if has_content(a) && has_content(b) { MatchedBy::Content } else { MatchedBy::LogId };
    let twice =
        contents_of_several_ids(a, matched_by).union(&contents_of_several_ids(b, matched_by)).copied().collect();
    let left = Side::of(a, metric, matched_by, &twice);
    let mut right = Side::of(b, metric, matched_by, &twice);

    let mut pairing = Pairing {
        matched_by,
        pairs: Vec::new(),
        only_a: Vec::new(),
        only_b: Vec::new(),
        duplicates: Vec::new(),
        notes: Vec::new(),
    };
    for key in left.order {
        let Some(one) = left.items.get(&key) else { continue };
        match right.items.remove(&key) {
            Some(other) if one.is_repeated || other.is_repeated => pairing.duplicates.push(one.item.clone()),
            Some(other) => pairing.pairs.push(Pair {
                item: one.item.clone(),
                group: one.group.clone().or(other.group),
                a: one.values.clone(),
                b: other.values,
            }),
            None if one.is_repeated => pairing.duplicates.push(one.item.clone()),
            None => pairing.only_a.push(one.item.clone()),
        }
    }
    for key in right.order {
        match right.items.remove(&key) {
            Some(other) if other.is_repeated => pairing.duplicates.push(other.item),
            Some(other) => pairing.only_b.push(other.item),
            None => {}
        }
    }
    pairing.notes = notes(&pairing, twice.len());
    Ok(pairing)
}

fn notes(pairing: &Pairing, n_twice: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if pairing.matched_by == MatchedBy::LogId {
        notes.push("Items are matched by the ids of the logs, since not every sample stores its input.".to_owned());
    }
    if n_twice > 0 {
        notes.push(format!("{n_twice} contents stand more than once in a log; the ids of the logs tell them apart."));
    }
    for (count, what) in [
        (pairing.only_a.len(), "have a value in the first log only and are left out"),
        (pairing.only_b.len(), "have a value in the second log only and are left out"),
        (pairing.duplicates.len(), "have two samples in one epoch that nothing tells apart and are left out"),
    ] {
        if count > 0 {
            notes.push(format!("{count} items {what}."));
        }
    }
    let lacks = |pair: &&Pair| !pair.a.keys().eq(pair.b.keys());
    let uneven = pairing.pairs.iter().filter(lacks).count();
    if uneven > 0 {
        notes.push(format!("{uneven} pairs do not have the same epochs on both sides."));
    }
    notes
}

/// What items are told apart by: content, and the log's id where that is needed.
type Key = (Option<super::ItemHash>, Option<String>);

fn key(sample: &Sample, matched_by: MatchedBy, twice: &BTreeSet<super::ItemHash>) -> Key {
    match (matched_by, sample.item.content) {
        (MatchedBy::Content, Some(content)) if twice.contains(&content) => (Some(content), sample.item.id.clone()),
        (MatchedBy::Content, content) => (content, None),
        (MatchedBy::LogId, _) => (None, sample.item.id.clone()),
    }
}

/// The contents that a log has under more than one id.
fn contents_of_several_ids(side: &Evaluation, matched_by: MatchedBy) -> BTreeSet<super::ItemHash> {
    let mut ids = BTreeMap::new();
    let mut several = BTreeSet::new();
    if matched_by == MatchedBy::Content {
        for sample in &side.samples {
            if let Some(content) = sample.item.content
                && ids.entry(content).or_insert(&sample.item.id) != &&sample.item.id
            {
                several.insert(content);
            }
        }
    }
    several
}

struct Side {
    items: BTreeMap<Key, Item>,
    order: Vec<Key>,
}

struct Item {
    item: ItemKey,
    group: Option<String>,
    values: BTreeMap<u64, f64>,
    is_repeated: bool,
}

impl Side {
    fn of(evaluation: &Evaluation, metric: &str, matched_by: MatchedBy, twice: &BTreeSet<super::ItemHash>) -> Self {
        let mut side = Self { items: BTreeMap::new(), order: Vec::new() };
        for sample in &evaluation.samples {
            let Some(&value) = sample.values.get(metric) else { continue };
            let key = key(sample, matched_by, twice);
            if !side.items.contains_key(&key) {
                side.order.push(key.clone());
            }
            let item = side.items.entry(key).or_insert_with(|| Item {
                item: sample.item.clone(),
                group: sample.group.clone(),
                values: BTreeMap::new(),
                is_repeated: false,
            });
            item.is_repeated |= item.values.insert(sample.epoch, value).is_some();
        }
        side
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::ItemHash;
    use proptest::prelude::*;
    use std::path::PathBuf;

    /// Samples as (id, input, epoch, value).
    fn evaluation(samples: &[(&str, Option<&str>, u64, Option<f64>)]) -> Evaluation {
        let mut evaluation = Evaluation::new("inspect-json", PathBuf::from("a.json"));
        for (id, input, epoch, value) in samples {
            let content = input.map(|input| ItemHash::of::<&str>(input, &[], &[]));
            evaluation.samples.push(Sample {
                item: ItemKey { content, id: Some((*id).to_owned()) },
                epoch: *epoch,
                values: value.iter().map(|value| ("match".to_owned(), *value)).collect(),
                group: None,
                texts: None,
            });
        }
        evaluation
    }

    fn ids(items: &[ItemKey]) -> Vec<String> {
        items.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn content_pairs_items_whatever_their_ids() {
        let a = evaluation(&[
            ("1", Some("x"), 1, Some(1.0)),
            ("1", Some("x"), 2, Some(0.0)),
            ("2", Some("y"), 1, Some(0.0)),
            ("3", Some("z"), 1, None),
        ]);
        let b = evaluation(&[
            ("7", Some("y"), 1, Some(1.0)),
            ("8", Some("x"), 1, Some(0.5)),
            ("9", Some("z"), 1, Some(1.0)),
        ]);
        let found = pair(&a, &b, "match").unwrap();
        assert_eq!(found.matched_by, MatchedBy::Content);
        assert_eq!(found.pairs.len(), 2);
        assert_eq!(found.pairs[0].a, BTreeMap::from([(1, 1.0), (2, 0.0)]));
        assert_eq!(found.pairs[0].b, BTreeMap::from([(1, 0.5)]));
        assert_eq!((ids(&found.only_a), ids(&found.only_b)), (vec![], vec!["9".to_owned()]));
        assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
    }

    #[test]
    fn without_inputs_the_ids_pair() {
        let a = evaluation(&[("1", None, 1, Some(1.0)), ("2", Some("y"), 1, Some(0.0))]);
        let b = evaluation(&[("2", Some("other"), 1, Some(1.0))]);
        let found = pair(&a, &b, "match").unwrap();
        assert_eq!((found.matched_by, found.pairs.len()), (MatchedBy::LogId, 1));
        assert_eq!(ids(&found.only_a), ["1"]);
    }

    #[test]
    fn the_same_content_twice_is_told_apart_by_id_and_the_same_epoch_twice_is_left_out() {
        let a = evaluation(&[
            ("1", Some("x"), 1, Some(1.0)),
            ("2", Some("x"), 1, Some(0.0)),
            ("3", Some("y"), 1, Some(0.0)),
        ]);
        let found = pair(&a, &a, "match").unwrap();
        assert_eq!((found.pairs.len(), found.duplicates.len()), (3, 0));
        let b = evaluation(&[
            ("1", Some("x"), 1, Some(1.0)),
            ("3", Some("y"), 1, Some(0.0)),
            ("3", Some("y"), 1, Some(1.0)),
        ]);
        let found = pair(&a, &b, "match").unwrap();
        assert_eq!(
            (found.pairs.len(), ids(&found.only_a), ids(&found.duplicates)),
            (1, vec!["2".to_owned()], vec!["3".to_owned()])
        );
    }

    #[test]
    fn an_unknown_metric_lists_those_that_exist() {
        let a = evaluation(&[("1", None, 1, Some(1.0))]);
        let error = pair(&a, &a, "f1").unwrap_err();
        assert_eq!(error.to_string(), "a.json has no sample with a value of `f1`; its metrics are `match`");
    }

    /// Up to 30 samples of few ids, contents and epochs, so that all cases occur.
    fn any_evaluation() -> impl Strategy<Value = Evaluation> {
        let input = proptest::option::weighted(0.95, 0..5_u8);
        let sample = (0..6_u8, input, 0..3_u64, proptest::option::weighted(0.9, -2..3_i8));
        proptest::collection::vec(sample, 1..30).prop_map(|rows| {
            let mut made = evaluation(&[("seen", Some("seen"), 0, Some(1.0))]);
            for (id, input, epoch, value) in rows {
                let (id, input) = (id.to_string(), input.map(|input| input.to_string()));
                let one = evaluation(&[(id.as_str(), input.as_deref(), epoch, value.map(f64::from))]);
                made.samples.extend(one.samples);
            }
            made
        })
    }

    type Values = Vec<(u64, f64)>;

    /// The pairs by content or id, without the names of one side.
    fn of_side(found: &Pairing, is_mirrored: bool) -> Vec<(Values, Values)> {
        let listed = |values: &BTreeMap<u64, f64>| values.iter().map(|(epoch, value)| (*epoch, *value)).collect();
        let mut pairs: Vec<(Values, Values)> = found
            .pairs
            .iter()
            .map(|pair| if is_mirrored { (&pair.b, &pair.a) } else { (&pair.a, &pair.b) })
            .map(|(a, b)| (listed(a), listed(b)))
            .collect();
        pairs.sort_by(|one, other| one.partial_cmp(other).unwrap());
        pairs
    }

    proptest! {
        #[test]
        fn neither_the_order_of_samples_nor_of_sides_matters(
            a in any_evaluation(),
            b in any_evaluation(),
            turn in 0..30_usize,
        ) {
            let found = pair(&a, &b, "match").unwrap();
            let mirrored = pair(&b, &a, "match").unwrap();
            prop_assert_eq!(of_side(&found, false), of_side(&mirrored, true));
            prop_assert_eq!(found.only_a.len(), mirrored.only_b.len());
            prop_assert_eq!(found.duplicates.len(), mirrored.duplicates.len());

            let mut turned = a;
            let length = turned.samples.len();
            turned.samples.rotate_left(turn % length);
            let found_turned = pair(&turned, &b, "match").unwrap();
            prop_assert_eq!(of_side(&found, false), of_side(&found_turned, false));
            prop_assert_eq!(found.only_b.len(), found_turned.only_b.len());
        }

        #[test]
        fn an_evaluation_pairs_with_itself_in_all_that_is_not_repeated(a in any_evaluation()) {
            let found = pair(&a, &a, "match").unwrap();
            prop_assert!(found.only_a.is_empty() && found.only_b.is_empty());
            prop_assert!(found.pairs.iter().all(|pair| pair.a == pair.b && !pair.a.is_empty()));
        }
    }
}
