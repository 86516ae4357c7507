//! Makes the snapshot from a clone of the advisory database.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use semver::VersionReq;
use serde::Deserialize;

use super::snapshot::{Advisory, Informational, Snapshot, VERSION};

const ORIGIN: &str = "https://github.com/rustsec/advisory-db";

/// The parts of an advisory's TOML block that the snapshot keeps.
#[derive(Debug, Deserialize)]
struct Block {
    advisory: Head,
    #[serde(default)]
    versions: Versions,
}

#[derive(Debug, Deserialize)]
struct Head {
    id: String,
    package: String,
    withdrawn: Option<String>,
    informational: Option<Informational>,
}

#[derive(Debug, Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<VersionReq>,
    #[serde(default)]
    unaffected: Vec<VersionReq>,
}

/// Reads all advisories about crates from the last commit of a clone, bare or
/// with its files.
///
/// The files are read from the commit and not from the folder, so that the
/// snapshot is what its commit says.
///
/// # Errors
/// Fails when the folder is no git repository, holds no advisories, or one of
/// them cannot be read.
pub(crate) fn import(folder: &Path) -> Result<Snapshot> {
    let head = git(folder, &["log", "-1", "--format=%H %cs"])?;
    let (commit, date) = head.trim().split_once(' ').context("git names no last commit")?;
    let listing = git(folder, &["ls-tree", "-r", "--full-tree", "--name-only", "HEAD", "crates/"])?;
    let paths: Vec<&str> = listing.lines().filter(|path| is_advisory(path)).collect();
    if paths.is_empty() {
        bail!("{} holds no crates/*/RUSTSEC-*.md; clone {ORIGIN} and name the clone's folder", folder.display());
    }
    let texts = read_all(folder, commit, &paths)?;
    let mut advisories = Vec::new();
    for (path, text) in paths.iter().zip(&texts) {
        advisories.push(parse(text).with_context(|| format!("cannot read {path}"))?);
    }
    advisories.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Snapshot {
        version: VERSION,
        origin: ORIGIN.to_owned(),
        commit: commit.to_owned(),
        date: date.to_owned(),
        advisories,
    })
}

fn is_advisory(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("RUSTSEC-") && name.ends_with(".md")
}

/// Reads the facts of one advisory file.
fn parse(text: &str) -> Result<Advisory> {
    let (_, rest) = text.split_once("```toml").context("there is no ```toml block")?;
    let (block, _) = rest.split_once("```").context("the ```toml block does not end")?;
    let Block { advisory, versions } = toml::from_str(block)?;
    Ok(Advisory {
        url: format!("https://rustsec.org/advisories/{}.html", advisory.id),
        id: advisory.id,
        package: advisory.package,
        patched: versions.patched,
        unaffected: versions.unaffected,
        withdrawn: advisory.withdrawn,
        informational: advisory.informational,
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().context("cannot start git")?;
    if !output.status.success() {
        bail!(
            "`git {}` failed in {}: {}",
            arguments.join(" "),
            folder.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).context("git printed something other than text")
}

/// Reads many files of a commit with one call of git.
fn read_all(folder: &Path, commit: &str, paths: &[&str]) -> Result<Vec<String>> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start git")?;
    let mut input = child.stdin.take().context("git has no input")?;
    let mut output = child.stdout.take().context("git has no output")?;
    let names: String = paths.iter().map(|path| format!("{commit}:{path}\n")).collect();
    let mut bytes = Vec::new();
    // Written beside the reading: either pipe may fill up first.
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || input.write_all(names.as_bytes()));
        output.read_to_end(&mut bytes)?;
        writing.join().unwrap_or_else(|_| Err(std::io::Error::other("the writing thread panicked")))
    })
    .context("cannot talk to git")?;
    child.wait().context("git did not end")?;
    split_batch(&bytes, paths)
}

/// Takes `git cat-file --batch`'s answer apart: a line `ID TYPE SIZE`, then
/// that many bytes and a line end, for each path.
fn split_batch(bytes: &[u8], paths: &[&str]) -> Result<Vec<String>> {
    let mut rest = bytes;
    let mut texts = Vec::new();
    for path in paths {
        let end =
            rest.iter().position(|byte| *byte == b'\n').with_context(|| format!("git said nothing about {path}"))?;
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let size: usize = line
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse().ok())
            .with_context(|| format!("git has no content for {path}: {line}"))?;
        let content = rest.get(..size).with_context(|| format!("git's answer ends within {path}"))?;
        texts.push(String::from_utf8(content.to_vec()).with_context(|| format!("{path} is not text"))?);
        rest = rest.get(size + 1..).unwrap_or_default();
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2020-0001\"\npackage = \"sample\"\n\
        date = \"2020-01-02\"\ninformational = \"unsound\"\naliases = [\"CVE-1\"]\n\n\
        [versions]\npatched = [\">=1.2.0\"]\nunaffected = [\"< 1.0\"]\n\n\
        [affected]\narch = [\"x86\"]\n```\n\n# A title\n\nProse that is not kept.\n";

    #[test]
    fn the_facts_are_kept_and_the_prose_is_not() {
        let advisory = parse(SAMPLE).unwrap();
        assert_eq!(advisory.id, "RUSTSEC-2020-0001");
        assert_eq!(advisory.package, "sample");
        assert_eq!(advisory.informational, Some(Informational::Unsound));
        assert_eq!(advisory.patched, [VersionReq::parse(">=1.2.0").unwrap()]);
        assert_eq!(advisory.unaffected, [VersionReq::parse("<1.0").unwrap()]);
        assert_eq!(advisory.url, "https://rustsec.org/advisories/RUSTSEC-2020-0001.html");
        assert!(!serde_json::to_string(&advisory).unwrap().contains("Prose"));
    }

    #[test]
    fn a_file_without_a_block_is_refused() {
        assert!(parse("# A title\n").is_err());
        assert!(parse("```toml\n[advisory]\n").is_err());
    }

    #[test]
    fn a_batch_is_taken_apart_by_size() {
        let bytes = b"aa blob 3\na\nb\nbb blob 1\nc\n";
        assert_eq!(split_batch(bytes, &["x", "y"]).unwrap(), ["a\nb", "c"]);
        assert!(split_batch(b"HEAD:x missing\n", &["x"]).is_err());
    }

    #[test]
    fn only_advisory_files_are_read() {
        assert!(is_advisory("crates/sample/RUSTSEC-2020-0001.md"));
        assert!(!is_advisory("crates/sample/README.md"));
    }
}
