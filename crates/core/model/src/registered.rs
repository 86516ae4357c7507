use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Name, Protocol, Seeds, Timestamp, seed_from};

/// What was frozen when a study was registered or amended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Registration {
    /// The version of this form.
    pub version: u32,
    /// The protocol.
    pub protocol: Protocol,
    /// The digest of its canonical form.
    pub digest: Digest,
    /// The digest of the first protocol, from which seeds are drawn; kept by
    /// amendments, so that blocks that have run stay blocks of the study.
    pub seed_key: Digest,
    /// The content of every data file, by path as written.
    pub data: BTreeMap<String, DataContent>,
    /// The version of the study's code.
    pub code: CodeVersion,
    /// The version of Gosset.
    pub gosset_version: String,
    /// When.
    pub at: Timestamp,
}

impl Registration {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
}

/// The content of a data file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataContent {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The number of files.
    pub files: u64,
}

/// The version of the code around a study file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeVersion {
    /// The commit, if the folder is under git.
    pub commit: Option<String>,
    /// Whether the folder held changes that were not committed.
    pub has_changes: bool,
    /// The digest of those changes.
    pub diff: Option<Digest>,
    /// Why there is no commit.
    pub absent: Option<String>,
}

/// A study whose protocol is frozen. Only this can be planned and judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    registration: Registration,
}

impl From<Registration> for Registered {
    /// Takes up a registration from the ledger.
    fn from(registration: Registration) -> Self {
        Self { registration }
    }
}

impl Registered {
    /// What was frozen.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// The frozen protocol.
    #[must_use]
    pub fn protocol(&self) -> &Protocol {
        &self.registration.protocol
    }

    /// The digest of the protocol.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.registration.digest
    }

    /// The seeds, in order.
    #[must_use]
    pub fn seeds(&self) -> Vec<u64> {
        match &self.protocol().design.seeds {
            Seeds::Count(count) => drawn(&self.registration.seed_key, *count),
            Seeds::List(seeds) => seeds.clone(),
        }
    }

    /// The data sets that form blocks; one nameless block where there are none.
    #[must_use]
    pub fn datasets(&self) -> Vec<Option<Name>> {
        let named = &self.protocol().design.datasets;
        if named.is_empty() { vec![None] } else { named.iter().cloned().map(Some).collect() }
    }
}

/// Draws `count` different seeds; fewer seeds are the beginning of more.
fn drawn(key: &Digest, count: u32) -> Vec<u64> {
    let mut known = BTreeSet::new();
    (0..).map(|index| seed_from(key, index)).filter(|seed| known.insert(*seed)).take(count as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_drawn_seeds_are_all_different() {
        // Among 200,000 of 2^31 about nine pairs would be the same by chance.
        let key = Digest::of(b"a protocol");
        let seeds = drawn(&key, 200_000);
        let different: BTreeSet<&u64> = seeds.iter().collect();
        assert_eq!(different.len(), 200_000);
        assert_eq!(drawn(&key, 100), seeds[..100]);
        let raw: BTreeSet<u64> = (0..200_000).map(|index| seed_from(&key, index)).collect();
        assert!(raw.len() < 200_000, "the case that is mended does not occur");
    }
}
