//! Files that cannot be opened, or only for reading.

use std::fs;
use std::process::Command;

use gosset_model::Explain;
use gosset_store::{Store, StoreError};

use crate::support::{Lab, at, entry, name};

#[test]
fn records_open_again_for_reading() {
    let lab = Lab::with_records(3);
    let store = Store::open_read_only(&lab.file()).unwrap();
    assert_eq!(store.history(&name("digits")).unwrap().len(), 3);
}

#[test]
fn a_store_opened_for_reading_refuses_to_keep() {
    let lab = Lab::with_records(1);
    let error = Store::open_read_only(&lab.file()).unwrap().keep(vec![entry("digits", 2)], at(2)).unwrap_err();
    assert_eq!(error.code(), "records-read-only");
}

/// A link that leads nowhere in the place of the shared memory stands for a
/// folder that cannot be written, which permissions do not make for root.
fn block_shared_memory(lab: &Lab) {
    std::os::unix::fs::symlink("/no/such/folder/shm", lab.folder().join("lab.sqlite-shm")).unwrap();
}

#[test]
fn records_are_read_where_no_shared_memory_can_be_made() {
    let lab = Lab::with_records(3);
    block_shared_memory(&lab);
    let store = Store::open_read_only(&lab.file()).unwrap();
    assert_eq!(store.verify(|_| None).unwrap().records, 3);
}

#[test]
fn records_with_a_pending_log_are_not_read_without_it() {
    // Read as they stand they would lack what only the log holds.
    let lab = Lab::with_records(3);
    block_shared_memory(&lab);
    fs::write(lab.folder().join("lab.sqlite-wal"), [0; 4096]).unwrap();
    assert!(Store::open_read_only(&lab.file()).is_err());
}

const READING: &str = "GOSSET_TEST_READING";

#[test]
fn records_are_read_from_a_read_only_file_system() {
    // This test binary is its own second process, in a name space of its own.
    if let Ok(file) = std::env::var(READING) {
        let store = Store::open_read_only(std::path::Path::new(&file)).unwrap();
        assert_eq!(store.verify(|_| None).unwrap().records, 3);
        assert!(
            Store::open(std::path::Path::new(&file))
                .and_then(|mut store| store.keep(vec![entry("a", 1)], at(1)))
                .is_err()
        );
        return;
    }
    let lab = Lab::with_records(3);
    let folder = lab.folder().display();
    let mount = format!("mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}'");
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", script]);
        command
    };
    if !unshare(&mount).output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this machine allows no read-only mount");
        return;
    }
    let test = "opening::records_are_read_from_a_read_only_file_system";
    let output = unshare(&format!("{mount} && exec \"$0\" --exact {test}"))
        .arg(std::env::current_exe().unwrap())
        .env(READING, lab.file())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn check_both(lab: &Lab, code: &str) {
    assert_eq!(Store::open(&lab.file()).unwrap_err().code(), code);
    assert_eq!(Store::open_read_only(&lab.file()).unwrap_err().code(), code);
}

#[test]
fn records_of_a_newer_version_are_refused() {
    let lab = Lab::with_records(1);
    lab.sql().execute("UPDATE schema_version SET version = 999", []).unwrap();
    check_both(&lab, "records-newer");
    let error = Store::open(&lab.file()).unwrap_err();
    assert_eq!(error.to_string(), "the records have schema 999, this version knows up to 1");
    let version: i64 = lab.sql().query_row("SELECT version FROM schema_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 999, "nothing was changed");
}

#[test]
fn a_schema_version_that_makes_no_sense_is_refused() {
    for version in ["-1", "0"] {
        let lab = Lab::with_records(1);
        lab.sql().execute(&format!("UPDATE schema_version SET version = {version}"), []).unwrap();
        assert!(Store::open(&lab.file()).is_err());
        assert!(Store::open_read_only(&lab.file()).is_err());
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let lab = Lab::with_records(1);
    let mut bytes = fs::read(lab.file()).unwrap();
    for (index, byte) in bytes.iter_mut().take(100).enumerate() {
        *byte = (index * 37 + 11) as u8;
    }
    fs::write(lab.file(), bytes).unwrap();
    check_both(&lab, "records-damaged");
}

#[test]
fn a_truncated_file_is_refused_or_found_damaged() {
    let lab = Lab::with_records(400);
    let bytes = fs::read(lab.file()).unwrap();
    fs::write(lab.file(), &bytes[..bytes.len() / 2]).unwrap();
    let found = Store::open_read_only(&lab.file()).and_then(|store| store.verify(|_| None));
    assert!(matches!(&found, Err(StoreError::Damaged { .. })) || found.is_ok_and(|found| !found.faults.is_empty()));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let lab = Lab::new();
    let text = "This is a letter and no database. ".repeat(100);
    fs::write(lab.file(), &text).unwrap();
    check_both(&lab, "records-damaged");
    assert_eq!(fs::read_to_string(lab.file()).unwrap(), text);
}

#[test]
fn a_file_that_is_not_there_is_made_for_writing_only() {
    let lab = Lab::new();
    assert_eq!(Store::open_read_only(&lab.file()).unwrap_err().code(), "records-not-opened");
    assert!(!lab.file().exists());
    lab.open();
    assert!(lab.file().exists());
    let nowhere = lab.folder().join("no/such/folder/lab.sqlite");
    assert_eq!(Store::open(&nowhere).unwrap_err().code(), "records-not-opened");
}

#[test]
fn a_database_that_was_never_set_up_says_so() {
    // What a process leaves that dies between making the file and its tables.
    let lab = Lab::new();
    fs::write(lab.file(), b"").unwrap();
    assert_eq!(Store::open_read_only(&lab.file()).unwrap_err().code(), "records-empty");
    lab.open();
    assert_eq!(Store::open_read_only(&lab.file()).unwrap().head().unwrap().seq, 0);
}
