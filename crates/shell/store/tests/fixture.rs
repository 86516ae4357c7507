//! Records that an older version wrote open for ever.

use std::fs;
use std::path::{Path, PathBuf};

use gosset_model::{Event, RunId};
use gosset_store::{Entry, Store};

use crate::support::{at, chunk, entry, event, name};

/// The end of the ledger in the file of schema version 1, written down when
/// the file was made.
const HEAD_1: &str = "blake3:fc1ba34b353d65bf40d7008d23598b66acbd7d4819048e7045adb7613e87d362";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lab-v1.sqlite")
}

/// Writes the fixture if asked to by `GOSSET_WRITE_FIXTURE=1`; only for a
/// schema version that has none.
#[test]
fn the_fixture_is_written_on_request_only() {
    if std::env::var_os("GOSSET_WRITE_FIXTURE").is_none() {
        return;
    }
    let mut store = Store::open(&fixture()).unwrap();
    let lost = Event::RunLost {
        run: RunId::typed("0123456789ab"),
        attempt: 1,
        reason: "größte Not".to_owned(),
        interrupted: true,
    };
    store
        .keep(vec![entry("digits", 1), Entry { series: vec![chunk(0, b"points")], ..entry("digits", 2) }], at(100))
        .unwrap();
    store.keep(vec![Entry { study: name("letters"), event: lost, series: Vec::new() }], at(50)).unwrap();
    eprintln!("head: {}", store.head().unwrap().hash);
}

/// A copy of the fixture that may be written.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lab.sqlite");
    fs::copy(fixture(), &file).unwrap();
    (folder, file)
}

fn check(store: &Store) {
    let found = store.verify(|_| None).unwrap();
    assert_eq!((found.records, &found.faults, &found.clock_steps_back), (3, &Vec::new(), &vec![3]));
    assert_eq!(found.head.hash.to_string(), HEAD_1);
    let history = store.history(&name("digits")).unwrap();
    assert_eq!(history.iter().map(|record| record.event.clone()).collect::<Vec<_>>(), [event(1), event(2)]);
    assert_eq!(history[0].at, at(100));
    let series = store.series(&name("digits"), &RunId::typed("0123456789ab"), 1, "loss").unwrap();
    assert_eq!(series, [b"points".to_vec()]);
    let letters = store.history(&name("letters")).unwrap();
    assert!(matches!(&letters[0].event, Event::RunLost { reason, interrupted: true, .. } if reason == "größte Not"));
}

#[test]
fn records_of_schema_version_1_are_read_and_verify() {
    let (_folder, file) = copy();
    check(&Store::open_read_only(&file).unwrap());
}

#[test]
fn records_of_schema_version_1_are_brought_up_to_date_and_go_on() {
    let (_folder, file) = copy();
    let mut store = Store::open(&file).unwrap();
    check(&store);
    store.keep(vec![entry("digits", 3)], at(200)).unwrap();
    assert_eq!(store.verify(|_| None).unwrap().faults, Vec::new());
}
