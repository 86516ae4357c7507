//! The files and crates of the workspace, as the rules see them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::source::Source;
use crate::workspace::Metadata;

/// Folders that hold nothing written by hand.
const PASSED_OVER: &[&str] = &[".git", ".gosset", ".venv", "node_modules", "__pycache__"];

/// Larger files are data.
const LARGEST_TEXT_BYTES: u64 = 1 << 20;

/// The files and crates of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Every text file, sorted by path.
    pub(crate) files: Vec<File>,
    /// The crates of the workspace.
    pub(crate) crates: Vec<Crate>,
}

/// A text file.
#[derive(Debug)]
pub(crate) struct File {
    /// The path from the workspace's folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The file taken apart, for Rust.
    pub(crate) source: Option<Source>,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) name: String,
    /// The folder from the workspace's folder, with `/`.
    pub(crate) folder: String,
    /// The dependencies that are crates of the workspace too.
    pub(crate) uses: Vec<Use>,
}

/// A dependency on another crate of the workspace.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) name: String,
    /// Whether only tests, examples and benchmarks have it.
    pub(crate) is_dev: bool,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let source = path.ends_with(".rs").then(|| Source::read(text));
        Self { path: path.to_owned(), text: text.to_owned(), source }
    }

    /// Returns the last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Tree {
    /// Reads the workspace's files.
    ///
    /// # Errors
    /// Fails when a folder or file cannot be read.
    pub(crate) fn read(metadata: &Metadata) -> Result<Self> {
        let mut files = Vec::new();
        read_folder(&metadata.workspace_root, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files, crates: crates(metadata) })
    }

    /// Returns the file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Returns the Rust files with their parts.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| file.source.as_ref().map(|source| (file, source)))
    }
}

#[cfg(test)]
impl Tree {
    /// Makes a tree of made-up files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File::new(path, text)).collect();
        Self { files, crates: Vec::new() }
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            // Cargo and others mark the folders of what they build.
            let is_built = entry.path().join("CACHEDIR.TAG").exists();
            if !is_built && !PASSED_OVER.contains(&name.as_str()) {
                read_folder(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if kind.is_file() && entry.metadata()?.len() <= LARGEST_TEXT_BYTES {
            let bytes = std::fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
            // What is not text is none of the rules' business.
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File::new(&path, &text));
            }
        }
    }
    Ok(())
}

fn crates(metadata: &Metadata) -> Vec<Crate> {
    let folders: BTreeMap<&str, String> = metadata
        .packages
        .iter()
        .map(|package| {
            let folder = package.manifest_path.parent().unwrap_or(Path::new(""));
            let folder = folder.strip_prefix(&metadata.workspace_root).unwrap_or(folder);
            (package.name.as_str(), folder.to_string_lossy().replace('\\', "/"))
        })
        .collect();
    let crates = metadata.packages.iter().map(|package| Crate {
        name: package.name.clone(),
        folder: folders[package.name.as_str()].clone(),
        uses: package
            .dependencies
            .iter()
            .filter(|used| folders.contains_key(used.name.as_str()))
            .map(|used| Use { name: used.name.clone(), is_dev: used.kind.as_deref() == Some("dev") })
            .collect(),
    });
    crates.collect()
}
