//! Where the workspace is and what cargo says about it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Returns the folder of the workspace, from what cargo tells its children.
///
/// # Errors
/// Fails when the program was not started by cargo.
pub(crate) fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .context("start this as `cargo xtask`: without cargo the workspace is not known")?;
    let own = PathBuf::from(own);
    let root = own.parent().context("the folder of xtask has no parent")?;
    Ok(root.to_path_buf())
}

/// Prepares a call of the cargo that started this program, in the workspace.
///
/// # Errors
/// Fails when the workspace is not known.
pub(crate) fn cargo() -> Result<Command> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()?);
    // Some build scripts run again when these change, and `cargo run` sets
    // them for its child: without this, every call would rebuild them.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        let is_own = name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_");
        if is_own {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// The part of `cargo metadata` that the tasks use.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    pub(crate) resolve: Option<Resolve>,
}

/// A package of the workspace or one that it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Requirement>,
}

/// A dependency as a manifest asks for it.
#[derive(Debug, Deserialize)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// The dependencies as cargo resolved them.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// One resolved package with the ids of those it uses.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) dependencies: Vec<String>,
}

/// Asks cargo about the members of the workspace alone.
///
/// # Errors
/// Fails when cargo fails, with what cargo said.
pub(crate) fn members() -> Result<Metadata> {
    ask(&["--no-deps", "--offline"])
}

/// Asks cargo about the members and everything that they depend on.
///
/// Works offline when the registry's index and packages are there already;
/// otherwise says so on stderr and asks the registry.
///
/// # Errors
/// Fails when cargo fails, with what cargo said.
pub(crate) fn dependencies() -> Result<Metadata> {
    match ask(&["--offline", "--locked"]) {
        Ok(metadata) => Ok(metadata),
        Err(offline) => {
            eprintln!("cargo metadata does not work offline, asking the registry:\n{offline:#}");
            ask(&["--locked"])
        }
    }
}

fn ask(options: &[&str]) -> Result<Metadata> {
    let output =
        cargo()?.args(["metadata", "--format-version", "1"]).args(options).output().context("cannot start cargo")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`cargo metadata {}` failed:\n{}", options.join(" "), said.trim_end());
    }
    serde_json::from_slice(&output.stdout).context("cannot read what `cargo metadata` printed")
}
