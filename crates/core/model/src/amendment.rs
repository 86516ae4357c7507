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
    compare("", &value(from), &value(to), &mut found);
    found
}

fn compare(key: &str, from: &Value, to: &Value, found: &mut Vec<Change>) {
    if from == to {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (from, to) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let path = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            compare(&path, old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null), found);
        }
        return;
    }
    found.push(Change { key: key.to_owned(), from: from.clone(), to: to.clone(), reach: reach(key) });
}

fn reach(key: &str) -> Reach {
    let parts: Vec<&str> = key.split('.').collect();
    match parts.as_slice() {
        ["question" | "background" | "notes" | "budget", ..] | ["design", "expected_spread", ..] => Reach::Words,
        ["data", _, "description" | "source" | "licence"] | ["factors", _, "description" | "unit"] => Reach::Words,
        ["hypotheses", id] | ["hypotheses", id, ..] => {
            if parts.get(2) == Some(&"claim") {
                return Reach::Words;
            }
            match Name::new(*id) {
                Ok(id) if parts.get(2) != Some(&"family") => Reach::Hypothesis { id },
                Ok(_) | Err(_) => Reach::Study,
            }
        }
        _ => Reach::Study,
    }
}
