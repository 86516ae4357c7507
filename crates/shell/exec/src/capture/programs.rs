//! Which versions of which programs ran.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::code::hash_file;
use super::command::{Silence, ask_text};
use super::redact::redact;

/// Files that fix the versions of dependencies, and under which name they are kept.
const LOCK_FILES: &[(&str, &str)] =
    &[("Cargo.lock", "cargo_lock_blake3"), ("uv.lock", "uv_lock_blake3"), ("poetry.lock", "poetry_lock_blake3")];

/// Options of `uv run` that take a value of their own.
const UV_OPTIONS_WITH_VALUE: &[&str] = &[
    "--with",
    "--with-editable",
    "--with-requirements",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--python",
    "-p",
    "--project",
    "--directory",
    "--package",
    "--env-file",
    "--index",
    "--default-index",
    "--no-extra",
];

/// Tells the versions of what a command runs.
///
/// `argv` is the command with its arguments, `working_dir` where it runs, and
/// `variables` its environment, whose `PATH` counts. Returned are
///
/// - `program_path` and `program_blake3`: the executable file;
/// - `python` and `python_packages` (as `pip freeze` lists them) where the
///   command is Python, `uv run`, or a script whose first line names Python;
/// - `cargo_lock_blake3`, `uv_lock_blake3`, `poetry_lock_blake3`: the nearest
///   such file in the working directory or above.
///
/// What cannot be told is there as `[not captured: ...]`. Each question may
/// take ten seconds; they execute the Python of the command.
pub fn program_versions(
    argv: &[OsString],
    working_dir: &Path,
    variables: &[(OsString, OsString)],
) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    for &(file, name) in LOCK_FILES {
        let nearest = working_dir.ancestors().map(|dir| dir.join(file)).find(|path| path.is_file());
        if let Some(path) = nearest {
            versions
                .insert(name.to_owned(), hash_file(&path).unwrap_or_else(|| not_captured("the file is unreadable")));
        }
    }
    let Some((program, args)) = argv.split_first() else {
        return versions;
    };
    let path = find(program, working_dir, variables);
    if let Some(path) = &path {
        versions.insert("program_path".into(), path.to_string_lossy().into_owned());
        let hash = hash_file(path).unwrap_or_else(|| not_captured("the file is unreadable"));
        versions.insert("program_blake3".into(), hash);
    }
    if let Some(python) = python_of(program, args, path.as_deref()) {
        let ask = |args: &[&str]| {
            let mut command = Command::new(path_of(&python[0], working_dir, variables));
            command.args(&python[1..]).args(args).current_dir(working_dir).env_clear().envs(pairs(variables));
            ask_text(&mut command)
        };
        versions.insert("python".into(), told(ask(&["-V"])));
        let packages = ask(&["-m", "pip", "freeze"]).or_else(|silence| {
            let mut command = Command::new(path_of(OsStr::new("uv"), working_dir, variables));
            command.args(["pip", "freeze"]).current_dir(working_dir).env_clear().envs(pairs(variables));
            // The first failure says more than the absence of the substitute.
            ask_text(&mut command).map_err(|_| silence)
        });
        versions.insert("python_packages".into(), told(packages));
    }
    versions
}

fn pairs(variables: &[(OsString, OsString)]) -> impl Iterator<Item = (&OsString, &OsString)> {
    variables.iter().map(|(name, value)| (name, value))
}

fn told(answer: Result<String, Silence>) -> String {
    answer.map_or_else(|silence| not_captured(&silence.to_string()), |text| redact(&text).into_owned())
}

fn not_captured(reason: &str) -> String {
    format!("[not captured: {reason}]")
}

fn path_of(program: &OsStr, working_dir: &Path, variables: &[(OsString, OsString)]) -> PathBuf {
    find(program, working_dir, variables).unwrap_or_else(|| program.into())
}

/// Finds a program as the run will: a path from its working directory, a name on its `PATH`.
fn find(program: &OsStr, working_dir: &Path, variables: &[(OsString, OsString)]) -> Option<PathBuf> {
    if program.as_bytes().contains(&b'/') {
        return Some(working_dir.join(program)).filter(|path| path.is_file());
    }
    let path = variables.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| value)?;
    std::env::split_paths(path).map(|dir| working_dir.join(dir).join(program)).find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// The command that starts the Python of this command, or nothing.
fn python_of(program: &OsStr, args: &[OsString], path: Option<&Path>) -> Option<Vec<OsString>> {
    let name = Path::new(program).file_name()?.as_bytes();
    if name.starts_with(b"python") || name.starts_with(b"pypy") {
        return Some(vec![program.to_owned()]);
    }
    if name == b"uv" && args.first().is_some_and(|arg| arg == "run") {
        return Some(uv_run(program, &args[1..]));
    }
    python_of_shebang(path?)
}

/// Keeps the options of `uv run`, which choose the environment, and puts `python` in the place of the command.
fn uv_run(program: &OsStr, args: &[OsString]) -> Vec<OsString> {
    let mut command = vec![program.to_owned(), "run".into()];
    let mut args = args.iter();
    while let Some(arg) = args.next().filter(|arg| arg.as_bytes().starts_with(b"-") && *arg != "--") {
        // What follows these is the command already.
        if ["-m", "--module", "-s", "--script"].iter().any(|option| arg == option) {
            break;
        }
        command.push(arg.clone());
        if UV_OPTIONS_WITH_VALUE.iter().any(|option| arg == option) {
            command.extend(args.next().cloned());
        }
    }
    command.push("python".into());
    command
}

fn python_of_shebang(script: &Path) -> Option<Vec<OsString>> {
    let mut start = Vec::new();
    std::fs::File::open(script).ok()?.take(256).read_to_end(&mut start).ok()?;
    let line = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    let words: Vec<&[u8]> =
        line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty() && *word != b"-S").collect();
    let is_python = |word: &&[u8]| {
        Path::new(OsStr::from_bytes(word)).file_name().is_some_and(|name| name.as_bytes().starts_with(b"python"))
    };
    // After `env` it is a name, and else a path; both are found in the same way.
    words.into_iter().take(2).find(is_python).map(|word| vec![OsStr::from_bytes(word).to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    fn check(command: &str, python: Option<&str>) {
        let argv = words(command);
        assert_eq!(python_of(&argv[0], &argv[1..], None), python.map(words), "{command}");
    }

    #[test]
    fn the_python_of_a_command_is_recognised() {
        check("python train.py", Some("python"));
        check("/opt/x/bin/python3.12 -m train", Some("/opt/x/bin/python3.12"));
        check("uv run train.py --lr 1", Some("uv run python"));
        check("uv run --with torch --no-sync python train.py", Some("uv run --with torch --no-sync python"));
        check("uv run --python=3.12 -m train", Some("uv run --python=3.12 python"));
        check("uv sync", None);
        check("./train --python", None);
        check("bash python", None);
    }

    #[test]
    fn the_first_line_of_a_script_names_its_python() {
        let dir = tempfile::tempdir().unwrap();
        let script = dir.path().join("train");
        let found = |line: &str| {
            std::fs::write(&script, format!("{line}\nimport torch\n")).unwrap();
            python_of_shebang(&script).map(|words| words[0].to_str().unwrap().to_owned())
        };
        assert_eq!(found("#!/usr/bin/env python3").as_deref(), Some("python3"));
        assert_eq!(found("#!/usr/bin/env -S python3 -u").as_deref(), Some("python3"));
        assert_eq!(found("#!/venv/bin/python").as_deref(), Some("/venv/bin/python"));
        assert_eq!(found("#!/bin/sh"), None);
        assert_eq!(found("import python"), None);
    }
}
