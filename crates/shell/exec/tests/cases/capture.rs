//! Captures of real repositories and programs.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use gosset_exec::capture::{Checkout, Code, WITHHELD, code, machine, program_versions};
use tempfile::TempDir;

use super::support::{env, write_script};

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(args)
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
}

fn repository() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "--quiet", "--initial-branch=main"]);
    dir
}

fn checkout(dir: &Path) -> Checkout {
    match code(dir) {
        Code::Git(checkout) => *checkout,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clean_commit_is_told_as_such() {
    let dir = repository();
    std::fs::write(dir.path().join("a.py"), "x = 1\n").unwrap();
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "a"]);
    git(dir.path(), &["remote", "add", "origin", "https://me:hunter2@example.org/a.git"]);
    std::fs::create_dir(dir.path().join("below")).unwrap();
    let found = checkout(&dir.path().join("below"));
    assert_eq!(found.commit.as_ref().unwrap().len(), 40);
    assert_eq!(found.branch.as_deref(), Some("main"));
    assert!(!found.is_dirty && found.diff.is_none() && found.untracked.is_empty());
    assert_eq!(found.remote_url.unwrap(), format!("https://me:{WITHHELD}@example.org/a.git"));
}

#[test]
fn changes_and_unknown_files_are_captured_without_secrets() {
    let dir = repository();
    let name = OsStr::from_bytes(b"n\xff.py");
    std::fs::write(dir.path().join("a.py"), "x = 1\n").unwrap();
    std::fs::write(dir.path().join(".gitignore"), "ignored\n").unwrap();
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "a"]);
    std::fs::write(dir.path().join("a.py"), "x = 2\nkey = 'AKIAIOSFODNN7EXAMPLE'\n").unwrap();
    std::fs::write(dir.path().join(name), "abc").unwrap();
    std::fs::write(dir.path().join("ignored"), "abc").unwrap();
    let found = checkout(dir.path());
    let diff = found.diff.unwrap();
    let text = String::from_utf8(diff.bytes).unwrap();
    assert!(found.is_dirty && diff.is_redacted && !diff.is_cut);
    assert!(text.contains("-x = 1\n+x = 2\n+key = '[withheld: looks like a secret]'\n"), "{text}");
    assert_eq!(found.untracked.len(), 1);
    let file = &found.untracked[0];
    assert_eq!(file.path.hex.as_deref(), Some("6eff2e7079"));
    assert_eq!(file.size_bytes, Some(3));
    // b3sum of `abc`, from the BLAKE3 test vectors' reference implementation.
    let expected = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
    assert_eq!(file.blake3.as_deref(), Some(expected));
}

#[test]
fn a_repository_without_a_commit_and_a_folder_without_a_repository_are_no_errors() {
    let dir = repository();
    std::fs::write(dir.path().join("a.py"), "x = 1\n").unwrap();
    let found = checkout(dir.path());
    assert_eq!((found.commit, found.diff.is_none(), found.untracked.len()), (None, true, 1));
    let plain = tempfile::tempdir().unwrap();
    assert_eq!(code(plain.path()), Code::NotARepository);
    assert!(matches!(code(Path::new("/no/such/folder")), Code::Unknown { .. }));
}

#[test]
fn a_record_of_code_reads_back_without_its_diff() {
    let dir = repository();
    let found = code(dir.path());
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), found);
}

#[test]
fn this_machine_has_processors_and_memory() {
    let found = machine();
    assert!(found.cores.unwrap() >= 1);
    assert!(found.memory_bytes.unwrap() > 1 << 26);
    assert!(found.kernel.starts_with("Linux ") && !found.architecture.is_empty());
}

fn versions(command: &str, dir: &Path) -> std::collections::BTreeMap<String, String> {
    let argv: Vec<OsString> = command.split(' ').map(OsString::from).collect();
    program_versions(&argv, dir, &env())
}

#[test]
fn the_python_of_a_run_tells_its_version_and_packages() {
    let dir = tempfile::tempdir().unwrap();
    let found = versions("python3 train.py", dir.path());
    if !found.contains_key("program_path") {
        assert!(std::env::var_os("CI").is_none(), "CI has Python");
        return;
    }
    assert!(found["python"].starts_with("Python 3."), "{found:?}");
    assert!(found.contains_key("python_packages"));
    assert_eq!(found["program_blake3"].len(), 64);
}

#[test]
fn a_python_that_fails_is_told_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    write_script(&dir.path().join("python-broken"), "#!/bin/sh\necho out of order >&2\nexit 3\n");
    let found = versions("./python-broken train.py", dir.path());
    assert!(found["python"].contains("[not captured: ") && found["python"].contains("out of order"), "{found:?}");
    let missing = versions("./python-missing train.py", dir.path());
    assert!(missing["python"].contains("is not there"), "{missing:?}");
}

#[test]
fn the_nearest_lock_file_above_is_hashed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
    std::fs::write(dir.path().join("Cargo.lock"), "far").unwrap();
    std::fs::write(dir.path().join("a/Cargo.lock"), "abc").unwrap();
    let found = versions("true", &dir.path().join("a/b"));
    assert!(found["cargo_lock_blake3"].starts_with("6437b3ac38465133"));
}
