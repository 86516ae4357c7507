use std::fmt;

/// The BLAKE3 context of item identities.
pub const ITEM_CONTEXT: &str = "gosset 2026 evaluation item v1";
/// The BLAKE3 context of prompts.
const PROMPT_CONTEXT: &str = "gosset 2026 evaluation prompt v1";

/// Which item a sample is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// The identity by content, where the log stores the input: it is the same
    /// in every log that asks the same question, whatever its id there.
    pub content: Option<ItemHash>,
    /// The log's own id, where it has one.
    pub id: Option<String>,
}

/// The BLAKE3 hash, keyed by [`ITEM_CONTEXT`], of an item's parts: first the
/// input, then each right answer, then each choice, every part as a letter for
/// its kind, its length in bytes (8 bytes, little-endian) and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemHash([u8; 32]);

impl ItemHash {
    /// The identity of an item with this input, these right answers and these
    /// choices, each in the order of the log.
    #[must_use]
    pub fn of<T: AsRef<str>>(input: &str, references: &[T], choices: &[T]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(ITEM_CONTEXT);
        let mut part = |kind: &[u8], text: &str| {
            hasher.update(kind);
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        part(b"i", input);
        for reference in references {
            part(b"r", reference.as_ref());
        }
        for choice in choices {
            part(b"c", choice.as_ref());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for ItemHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        blake3::Hash::from_bytes(self.0).to_hex().fmt(formatter)
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.id, &self.content) {
            (Some(id), _) => formatter.write_str(id),
            (None, Some(content)) => content.fmt(formatter),
            (None, None) => formatter.write_str("(no id)"),
        }
    }
}

/// The hash of what turns items into prompts.
pub(super) fn prompt_hash(canonical: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(PROMPT_CONTEXT);
    hasher.update(canonical.as_bytes());
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_part_ends_and_what_it_is_matters() {
        let all = [
            ItemHash::of("ab", &["c"], &[]),
            ItemHash::of("a", &["bc"], &[]),
            ItemHash::of("ab", &[], &["c"]),
            ItemHash::of("ab", &["c", ""], &[]),
            ItemHash::of("ab", &["C"], &[]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other != one));
        }
        assert_eq!(all[0], ItemHash::of("ab", &["c"], &[]));
        assert_eq!(all[0].to_string().len(), 64);
    }
}
