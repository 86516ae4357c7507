use std::path::Path;

use super::document::{Object, setting};
use super::{Evaluation, EvaluationError, KeepTexts, source};
use crate::json::Value;
use crate::table::Table;

/// One entry of the catalogue of formats.
#[derive(Debug)]
pub struct Format {
    /// A stable name, such as `inspect-eval`.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// How a log of this format is recognised, in words.
    pub recognised_by: &'static str,
    /// What is read of it and how, for users.
    pub documentation: &'static str,
    /// Whether a log is of this format, by its beginning.
    pub(super) recognises: fn(&Seen<'_>) -> bool,
    /// Reads it whole.
    pub(super) read: fn(&Path, KeepTexts) -> Result<Read, EvaluationError>,
}

/// What a log holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// Evaluations with their samples, at least one.
    Evaluations(Vec<Evaluation>),
    /// Training runs, a row each, which have no samples.
    Runs(Table),
}

/// What can be seen of a log without reading it.
pub(super) enum Seen<'a> {
    /// A folder and the names in it, sorted.
    Folder { path: &'a Path, names: Vec<String> },
    /// A file and its beginning.
    File { path: &'a Path, head: Vec<u8> },
}

impl<'a> Seen<'a> {
    pub(super) fn at(path: &'a Path) -> Result<Self, EvaluationError> {
        if path.is_dir() {
            let names = source::entries(path)?.iter().map(|entry| source::name(entry).to_owned()).collect();
            return Ok(Self::Folder { path, names });
        }
        Ok(Self::File { path, head: source::head(path)? })
    }

    /// Whether it is a folder that has all of these names.
    pub(super) fn is_folder_with(&self, wanted: &[&str]) -> bool {
        match self {
            Self::Folder { names, .. } => wanted.iter().all(|wanted| names.iter().any(|name| name == wanted)),
            Self::File { .. } => false,
        }
    }

    /// The keys at the top of a file that begins as a JSON object, as far as its
    /// beginning shows them: quoted names at depth one.
    pub(super) fn top_keys(&self) -> Vec<String> {
        match self {
            Self::File { head, .. } => top_keys(head),
            Self::Folder { .. } => Vec::new(),
        }
    }

    pub(super) fn begins_with(&self, bytes: &[u8]) -> bool {
        matches!(self, Self::File { head, .. } if head.starts_with(bytes))
    }

    /// What it is, for an error text.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Folder { names, .. } => format!("a folder of {} entries without a log of a known kind", names.len()),
            Self::File { head, .. } if head.is_empty() => "an empty file".to_owned(),
            Self::File { head, .. } if head.starts_with(b"PK\x03\x04") => {
                "a ZIP archive without an Inspect log".to_owned()
            }
            Self::File { .. } => match self.top_keys().as_slice() {
                [] => "a file that begins neither as a JSON object nor as a table of runs".to_owned(),
                keys => {
                    let shown: Vec<String> = keys.iter().take(8).map(|key| format!("`{key}`")).collect();
                    format!("a JSON object with the keys {}", shown.join(", "))
                }
            },
        }
    }
}

/// The keys at depth one of what begins as a JSON object and may break off.
fn top_keys(head: &[u8]) -> Vec<String> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let mut keys = Vec::new();
    if !head.starts_with(b"{") {
        return keys;
    }
    let mut depth = 0_usize;
    let mut at = 0;
    let mut awaits_key = false;
    while let Some(byte) = head.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                awaits_key = depth == 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b',' => awaits_key = depth == 1,
            b'"' => {
                let start = at + 1;
                at = start;
                while let Some(&letter) = head.get(at)
                    && letter != b'"'
                {
                    at += if letter == b'\\' { 2 } else { 1 };
                }
                if awaits_key && head.get(at) == Some(&b'"') {
                    let key = &head[start..at];
                    keys.push(String::from_utf8_lossy(key).into_owned());
                }
                awaits_key = false;
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// The keys under which logs keep what samples belong to, the first that is
/// there being taken.
const GROUP_KEYS: [&str; 7] = ["cluster", "cluster_id", "group", "group_id", "subject", "category", "topic"];

/// What a sample belongs to, by its metadata.
pub(super) fn group(metadata: &Object<'_>) -> Option<String> {
    GROUP_KEYS.iter().find_map(|key| match metadata.get(key)? {
        Value::List(_) | Value::Object(_) => None,
        value => Some(setting(value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_at_the_top_are_seen_though_the_rest_is_missing() {
        assert_eq!(top_keys(b" {\"a\": {\"x\": 1}, \"b\\\"c\" : [\"d\", {}], \"e\": \"f"), ["a", "b\\\"c", "e"]);
        for nothing in [&b"[1, {\"a\": 2}]"[..], b"", b"{", b"{\"a", b"\"{"] {
            assert!(top_keys(nothing).is_empty());
        }
    }
}
