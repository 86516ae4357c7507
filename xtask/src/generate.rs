//! The reference pages: those that the program `gosset` prints about itself,
//! and the one of calibration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{Outcome, calibration, workspace};

/// The folder that holds generated pages and nothing else.
const FOLDER: &str = "docs/reference";

pub(crate) const HELP: &str = "\
Usage: cargo xtask generate [--check]

Builds `gosset`, asks it for its list of reference pages
(`gosset reference --list`) and writes each of them
(`gosset reference PAGE`) to docs/reference. A page name without an extension
becomes a `.md` file. The page calibration.md is put together from the tables
of the calibration tests. A file in that folder that no page makes is removed.

Options:
  --check  Write nothing; fail with the first line that differs
";

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    let is_check = match arguments {
        [] => false,
        [option] if option == "--check" => true,
        _ => {
            return Ok(Outcome::Usage(format!("`{}` is not known", arguments.join(" "))));
        }
    };
    let pages = print_pages()?;
    let folder = workspace::root()?.join(FOLDER);
    let differences = if is_check { compare(&folder, &pages)? } else { Vec::new() };
    if is_check {
        for difference in &differences {
            println!("{difference}");
        }
        if differences.is_empty() {
            println!("{} reference pages are current", pages.len());
        } else {
            println!("mend: cargo xtask generate");
        }
    } else {
        write(&folder, &pages)?;
    }
    Ok(Outcome::from_good(differences.is_empty()))
}

/// A page's file name and text.
type Page = (String, String);

fn print_pages() -> Result<Vec<Page>> {
    let program = build()?;
    let list = ask(&program, &["reference", "--list"])?;
    let names: Vec<&str> = list.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        bail!("`gosset reference --list` names no page");
    }
    let printed = names.into_iter().map(|name| Ok((file_name(name)?, ask(&program, &["reference", name])?)));
    let calibration = calibration::page().map(|text| ("calibration.md".to_owned(), text));
    printed.chain([calibration]).collect()
}

/// Builds `gosset` and returns its path.
fn build() -> Result<PathBuf> {
    // The features of the workspace and not those of `-p gosset`: these would
    // build the dependencies twice.
    let output = workspace::cargo()?
        .args(["build", "--locked", "--workspace", "--exclude", "digits", "--exclude", "charlm", "--bin", "gosset"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("gosset cannot be built");
    }
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo names no executable for gosset")
}

/// Finds the program `gosset` in what cargo tells about a build.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_gosset = message["target"]["name"] == "gosset";
        let path = message["executable"].as_str()?;
        is_gosset.then(|| PathBuf::from(path))
    })
}

fn ask(program: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(workspace::root()?)
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`gosset {}` failed:\n{}", arguments.join(" "), said.trim_end());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`gosset {}` prints something other than text", arguments.join(" ")))
}

/// Returns the file name of a page, which must stay in its folder.
fn file_name(page: &str) -> Result<String> {
    let is_plain = page.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !is_plain || page.starts_with('.') {
        bail!("`{page}` is not a plain page name");
    }
    Ok(if page.contains('.') { page.to_owned() } else { format!("{page}.md") })
}

fn write(folder: &Path, pages: &[Page]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in pages {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_ref() == Some(text) {
            continue;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("wrote {FOLDER}/{name}");
    }
    for name in strangers(folder, pages)? {
        let path = folder.join(&name);
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        println!("removed {FOLDER}/{name}, no page makes it");
    }
    println!("{} reference pages are current", pages.len());
    Ok(())
}

fn compare(folder: &Path, pages: &[Page]) -> Result<Vec<String>> {
    let mut differences = Vec::new();
    for (name, text) in pages {
        match std::fs::read_to_string(folder.join(name)) {
            Ok(kept) => {
                if let Some((line, kept, made)) = first_difference(&kept, text) {
                    differences.push(format!("{FOLDER}/{name}:{line}: is not current\n  file: {kept}\n  made: {made}"));
                }
            }
            Err(error) => differences.push(format!("{FOLDER}/{name}:1: cannot be read: {error}")),
        }
    }
    for name in strangers(folder, pages)? {
        differences.push(format!("{FOLDER}/{name}:1: no page makes this file"));
    }
    Ok(differences)
}

/// Returns the files of the folder that belong to no page.
fn strangers(folder: &Path, pages: &[Page]) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let known: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let mut strangers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !known.contains(name.as_str()) {
            strangers.push(name);
        }
    }
    strangers.sort();
    Ok(strangers)
}

/// Returns the first line, from 1, in which two texts differ, with both lines.
fn first_difference(kept: &str, made: &str) -> Option<(usize, String, String)> {
    if kept == made {
        return None;
    }
    let mut kept_lines = kept.split('\n');
    let mut made_lines = made.split('\n');
    let mut line = 0;
    loop {
        line += 1;
        let (kept, made) = (kept_lines.next(), made_lines.next());
        if kept != made || kept.is_none() {
            let show = |text: Option<&str>| text.map_or("(end of file)".to_owned(), |text| format!("`{text}`"));
            return Some((line, show(kept), show(made)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_line_is_named() {
        let found = first_difference("a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(found, Some((2, "`b`".into(), "`B`".into())));
        assert_eq!(first_difference("a\n", "a\n"), None);
    }

    #[test]
    fn a_longer_text_differs_where_the_shorter_ends() {
        assert_eq!(first_difference("a", "a\nb"), Some((2, "(end of file)".into(), "`b`".into())));
    }

    #[test]
    fn the_built_program_is_found_among_cargos_messages() {
        let messages = r#"
            {"target": {"name": "gosset_lab"}, "executable": null}
            {"target": {"name": "gosset"}, "executable": "out/gosset"}
            {"reason": "build-finished", "success": true}"#;
        assert_eq!(executable(messages), Some("out/gosset".into()));
        assert_eq!(executable(""), None);
    }

    #[test]
    fn page_names_stay_in_their_folder() {
        assert_eq!(file_name("metrics").unwrap(), "metrics.md");
        assert_eq!(file_name("api.json").unwrap(), "api.json");
        assert!(file_name("../README").is_err());
        assert!(file_name(".hidden").is_err());
    }
}
