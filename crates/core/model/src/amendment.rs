use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Name, Protocol};

/// One difference between two protocols.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The key, as in `design.alpha`.
    pub key: String,
    /// What stood there.
    pub from: Value,
    /// What stands there.
    pub to: Value,
    /// What it can touch.
    pub reach: Reach,
}

/// What a change of the protocol can touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reach {
    /// Words and budgets: no verdict.
    Words,
    /// The verdict of one hypothesis.
    Hypothesis {
        /// Which.
        id: Name,
    },
    /// Every verdict.
    Study,
}

/// Lists what differs between two protocols, in the order of keys.
#[must_use]
pub fn changes(from: &Protocol, to: &Protocol) -> Vec<Change> {
    let value = |protocol: &Protocol| {
        let mut value = serde_json::to_value(protocol).expect("a protocol has text keys");
        if let Some(list) = value["hypotheses"].as_array() {
            let by_id: serde_json::Map<String, Value> =
                list.iter().map(|entry| (entry["id"].as_str().unwrap_or_default().to_owned(), entry.clone())).collect();
            value["hypotheses"] = Value::Object(by_id);
        }
        // Arms follow from hypotheses and factors.
        value["arms"] = Value::Null;
        value
    };
    let mut found = Vec::new();
    compare(&mut Vec::new(), &value(from), &value(to), &mut found);
    found.extend(order_change(from, to));
    found
}

/// The order of hypotheses, where only that differs: it is part of the digest.
fn order_change(from: &Protocol, to: &Protocol) -> Option<Change> {
    let ids = |protocol: &Protocol| -> Vec<Name> { protocol.hypotheses.iter().map(|one| one.id.clone()).collect() };
    let (old, new) = (ids(from), ids(to));
    let sorted = |ids: &[Name]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids
    };
    let is_other_order = old != new && sorted(&old) == sorted(&new);
    let value = |ids: Vec<Name>| Value::from(ids.into_iter().map(String::from).collect::<Vec<_>>());
    is_other_order.then(|| Change {
        key: "order of hypotheses".to_owned(),
        from: value(old),
        to: value(new),
        reach: Reach::Words,
    })
}

/// `path` holds the names on the way here; a name may itself hold a dot.
fn compare<'a>(path: &mut Vec<&'a str>, from: &'a Value, to: &'a Value, found: &mut Vec<Change>) {
    if from == to {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (from, to) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            path.push(name);
            compare(path, old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null), found);
            path.pop();
        }
        return;
    }
    let reach = reach(path, to.is_null());
    found.push(Change { key: path.join("."), from: from.clone(), to: to.clone(), reach });
}

fn reach(path: &[&str], is_removal: bool) -> Reach {
    match path {
        ["question" | "background" | "notes" | "budget", ..] | ["design", "expected_spread", ..] => Reach::Words,
        ["data", _, "description" | "source" | "licence"] | ["factors", _, "description" | "unit"] => Reach::Words,
        ["hypotheses", _, "claim"] => Reach::Words,
        // The others of its family are judged at another level.
        ["hypotheses", _, "family"] => Reach::Study,
        ["hypotheses", _] if is_removal => Reach::Study,
        ["hypotheses", id, ..] => Name::new(*id).map_or(Reach::Study, |id| Reach::Hypothesis { id }),
        _ => Reach::Study,
    }
}
