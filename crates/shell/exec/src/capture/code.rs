//! Which code ran: commit, changes since, files that git does not know.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::command::{Answer, Silence, ask, ask_text};
use super::redact::{redact, redact_bytes};

/// What git says about a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Code {
    /// It belongs to a working tree of git.
    Git(Box<Checkout>),
    /// It does not.
    NotARepository,
    /// There is no git on this machine.
    NoGit,
    /// Git would not tell.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// The state of a working tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkout {
    /// The version of this record, 1.
    pub version: u32,
    /// The top folder of the working tree.
    pub root: PathText,
    /// The commit; none before the first one.
    pub commit: Option<String>,
    /// The branch; none if a commit is checked out by itself.
    pub branch: Option<String>,
    /// Something differs from the commit, or is unknown to git and not ignored.
    pub is_dirty: bool,
    /// The changes of known files since the commit; none if there are none.
    pub diff: Option<Diff>,
    /// Why the changes could not be taken, if so.
    pub diff_missing: Option<String>,
    /// Files that git neither knows nor ignores, sorted; at most 1,000.
    pub untracked: Vec<Untracked>,
    /// How many more there are.
    pub untracked_omitted: u64,
    /// Where `origin` is, without a password.
    pub remote_url: Option<String>,
}

/// Changes as `git diff HEAD --binary` tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// The text itself. It is not part of the JSON: store it as an artifact.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// The hash of `bytes`, in hexadecimal.
    pub blake3: String,
    /// The size of `bytes`.
    pub size_bytes: u64,
    /// It was longer than 16 MiB, and this is the beginning.
    pub is_cut: bool,
    /// Something in it looked like a secret and is missing; it does not apply as it is.
    pub is_redacted: bool,
}

/// A file that is not under version control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Untracked {
    /// Where it lies, from the top of the working tree.
    pub path: PathText,
    /// Its size; none if it cannot be read.
    pub size_bytes: Option<u64>,
    /// The hash of its content; none if it is no readable file, or the files
    /// before it made up 256 MiB.
    pub blake3: Option<String>,
}

/// A path in JSON, whatever its encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathText {
    /// The path for people; bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: String,
    /// All its bytes in hexadecimal, where the text is not exact.
    pub hex: Option<String>,
}

impl PathText {
    fn new(path: &[u8]) -> PathText {
        let hex = || path.iter().map(|byte| format!("{byte:02x}")).collect();
        PathText {
            text: String::from_utf8_lossy(path).into_owned(),
            hex: if std::str::from_utf8(path).is_err() { Some(hex()) } else { None },
        }
    }
}

const MAX_DIFF_BYTES: u64 = 16 << 20;
const MAX_LIST_BYTES: u64 = 16 << 20;
const MAX_UNTRACKED: usize = 1000;
const MAX_HASHED_BYTES: u64 = 256 << 20;

/// Tells which code lies in a folder. Each question to git may take ten seconds.
pub fn code(dir: &Path) -> Code {
    match ask(git(dir).args(["rev-parse", "--show-toplevel"]), MAX_LIST_BYTES) {
        Ok(answer) => {
            let root = Path::new(OsStr::from_bytes(trimmed(&answer.bytes)));
            Code::Git(Box::new(checkout(root)))
        }
        Err(Silence::Missing { .. }) if dir.is_dir() => Code::NoGit,
        Err(Silence::Failed { message, .. }) if message.contains("not a git repository") => Code::NotARepository,
        Err(silence) => Code::Unknown { reason: silence.to_string() },
    }
}

fn checkout(root: &Path) -> Checkout {
    // Each of these fails where there is nothing to tell.
    let line = |args: &[&str]| ask_text(git(root).args(args)).ok().filter(|line| !line.is_empty());
    let commit = line(&["rev-parse", "--verify", "--quiet", "HEAD"]);
    let diff = match &commit {
        Some(_) => ask(git(root).args(DIFF), MAX_DIFF_BYTES)
            .map(|answer| as_diff(&answer))
            .map_err(|silence| silence.to_string()),
        None => Ok(None),
    };
    let (untracked, untracked_omitted) = untracked(root);
    let (diff, diff_missing) = match diff {
        Ok(diff) => (diff, None),
        Err(reason) => (None, Some(reason)),
    };
    Checkout {
        version: 1,
        root: PathText::new(root.as_os_str().as_bytes()),
        commit,
        branch: line(&["symbolic-ref", "--short", "--quiet", "HEAD"]),
        is_dirty: diff.is_some() || diff_missing.is_some() || !untracked.is_empty(),
        diff,
        diff_missing,
        untracked,
        untracked_omitted,
        remote_url: line(&["remote", "get-url", "origin"]).map(|url| redact(&url).into_owned()),
    }
}

const DIFF: [&str; 6] = ["diff", "HEAD", "--binary", "--no-color", "--no-ext-diff", "--no-textconv"];

/// Git, deaf to settings that change its answers or run programs of the repository's choice.
fn git(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(dir)
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
        .args(["-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command
}

fn as_diff(answer: &Answer) -> Option<Diff> {
    if answer.bytes.is_empty() {
        return None;
    }
    let redacted = redact_bytes(&answer.bytes);
    let is_redacted = *redacted != *answer.bytes;
    let bytes = redacted.into_owned();
    Some(Diff {
        blake3: blake3::hash(&bytes).to_hex().to_string(),
        size_bytes: bytes.len() as u64,
        is_cut: answer.is_cut,
        is_redacted,
        bytes,
    })
}

fn untracked(root: &Path) -> (Vec<Untracked>, u64) {
    let list = ask(git(root).args(["ls-files", "--others", "--exclude-standard", "-z"]), MAX_LIST_BYTES);
    let bytes = list.map(|answer| answer.bytes).unwrap_or_default();
    let mut paths: Vec<&[u8]> = bytes.split(|&byte| byte == 0).filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    let omitted = paths.len().saturating_sub(MAX_UNTRACKED);
    let mut left = MAX_HASHED_BYTES;
    let files = paths.into_iter().take(MAX_UNTRACKED).map(|path| {
        let full = root.join(OsStr::from_bytes(path));
        let size_bytes = std::fs::symlink_metadata(&full).ok().filter(|file| file.is_file()).map(|file| file.len());
        let blake3 = size_bytes.filter(|&size| size <= left).and_then(|size| {
            left -= size;
            hash_file(&full)
        });
        Untracked { path: PathText::new(path), size_bytes, blake3 }
    });
    (files.collect(), omitted as u64)
}

/// Hashes the content of a file; none if it cannot be read.
pub(super) fn hash_file(path: &PathBuf) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).ok()?).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
