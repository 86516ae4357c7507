//! The advisories as they are kept in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use super::range;

/// The form of the file; raised when its meaning changes.
pub(crate) const VERSION: u32 = 1;

/// A snapshot of the RustSec advisory database: facts, no descriptions.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    /// The form of this file.
    pub(crate) version: u32,
    /// The repository that the facts come from.
    pub(crate) origin: String,
    /// The commit of that repository.
    pub(crate) commit: String,
    /// The day of that commit, `YYYY-MM-DD`.
    pub(crate) date: String,
    /// All advisories about crates, sorted by id.
    pub(crate) advisories: Vec<Advisory>,
}

/// The facts of one advisory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advisory {
    pub(crate) id: String,
    pub(crate) package: String,
    /// Versions with the mend; empty when there is none.
    pub(crate) patched: Vec<VersionReq>,
    /// Versions that never had the fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unaffected: Vec<VersionReq>,
    /// The day on which the advisory was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawn: Option<String>,
    /// What it tells when it is no vulnerability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) informational: Option<Informational>,
    /// The page that describes it.
    pub(crate) url: String,
}

/// The kinds of advisories that are no vulnerabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Informational {
    /// Nobody looks after the crate.
    Unmaintained,
    /// Safe code can reach undefined behaviour.
    Unsound,
    /// Something else worth knowing.
    Notice,
}

impl Informational {
    /// Returns the word that reports use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unmaintained => "unmaintained",
            Self::Unsound => "unsound",
            Self::Notice => "notice",
        }
    }
}

impl Advisory {
    /// Says whether the advisory holds for this version of its package.
    pub(crate) fn is_about(&self, version: &Version) -> bool {
        let is_in = |ranges: &[VersionReq]| ranges.iter().any(|range| range::holds(range, version));
        self.withdrawn.is_none() && !is_in(&self.patched) && !is_in(&self.unaffected)
    }
}

impl Snapshot {
    /// Returns the place of the snapshot in the workspace.
    pub(crate) fn path(root: &Path) -> PathBuf {
        root.join("xtask/advisories.json")
    }

    /// Reads the snapshot.
    ///
    /// # Errors
    /// Fails when the file is missing or of another form.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let path = Self::path(root);
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}; make it with `cargo xtask advisories import DIR`", path.display())
        })?;
        let snapshot: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a snapshot of advisories", path.display()))?;
        if snapshot.version != VERSION {
            anyhow::bail!("{} has form {}, this program reads form {VERSION}", path.display(), snapshot.version);
        }
        Ok(snapshot)
    }

    /// Returns the file's text: one line for each advisory, so that a renewal
    /// shows as the lines that came and went.
    ///
    /// # Errors
    /// Fails when a value has no JSON form.
    pub(crate) fn to_text(&self) -> Result<String> {
        let mut text = format!(
            "{{\n\"version\": {},\n\"origin\": {},\n\"commit\": {},\n\"date\": {},\n\
             \"advisories\": [\n",
            self.version,
            serde_json::to_string(&self.origin)?,
            serde_json::to_string(&self.commit)?,
            serde_json::to_string(&self.date)?,
        );
        for (index, advisory) in self.advisories.iter().enumerate() {
            let comma = if index + 1 == self.advisories.len() { "" } else { "," };
            text.push_str(&format!("{}{comma}\n", serde_json::to_string(advisory)?));
        }
        text.push_str("]\n}\n");
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(patched: &[&str], unaffected: &[&str], withdrawn: Option<&str>) -> Advisory {
        let ranges = |texts: &[&str]| texts.iter().map(|text| VersionReq::parse(text).unwrap()).collect();
        Advisory {
            id: "RUSTSEC-2025-0001".into(),
            package: "sample".into(),
            patched: ranges(patched),
            unaffected: ranges(unaffected),
            withdrawn: withdrawn.map(Into::into),
            informational: None,
            url: "https://rustsec.org/advisories/RUSTSEC-2025-0001.html".into(),
        }
    }

    #[track_caller]
    fn check(advisory: &Advisory, version: &str, expected: bool) {
        assert_eq!(advisory.is_about(&Version::parse(version).unwrap()), expected, "{version}");
    }

    #[test]
    fn versions_between_unaffected_and_patched_are_affected() {
        let advisory = advisory(&[">= 0.10.72", "^0.9.100"], &["< 0.9.39"], None);
        check(&advisory, "0.9.38", false);
        check(&advisory, "0.9.39", true);
        check(&advisory, "0.9.100", false);
        check(&advisory, "0.10.71", true);
        check(&advisory, "0.10.72", false);
    }

    #[test]
    fn without_a_patch_every_version_is_affected() {
        check(&advisory(&[], &[], None), "99.0.0", true);
    }

    #[test]
    fn a_withdrawn_advisory_is_about_nothing() {
        check(&advisory(&[], &[], Some("2025-02-03")), "1.0.0", false);
    }

    #[test]
    fn a_snapshot_survives_writing_and_reading() {
        let advisories = vec![advisory(&[">= 1.0.0"], &[], None), advisory(&[], &["< 2.0.0"], None)];
        let snapshot = Snapshot {
            version: VERSION,
            origin: "https://example.org".into(),
            commit: "0123".into(),
            date: "2026-01-02".into(),
            advisories: advisories.clone(),
        };
        let read: Snapshot = serde_json::from_str(&snapshot.to_text().unwrap()).unwrap();
        assert_eq!(read.advisories, advisories);
        assert_eq!(read.date, "2026-01-02");
    }
}
