//! What is kept reads back, whole or not at all.

use std::collections::BTreeSet;

use gosset_model::RunId;
use gosset_store::{Entry, Store};

use crate::support::{Lab, at, chunk, entry, event, name};

#[test]
fn records_read_back_as_they_were_kept() {
    let lab = Lab::new();
    let kept = lab.open().keep(vec![entry("digits", 1), entry("letters", 2), entry("digits", 3)], at(7)).unwrap();
    let store = lab.open();
    assert_eq!(store.history(&name("digits")).unwrap(), vec![kept[0].clone(), kept[2].clone()]);
    assert_eq!(store.record(2).unwrap().as_ref(), Some(&kept[1]));
    assert_eq!(store.record(4).unwrap(), None);
    assert_eq!(kept[1].event, event(2));
    assert_eq!((kept[1].seq, kept[1].at), (2, at(7)));
    let studies: Vec<(String, u64)> =
        store.studies().unwrap().into_iter().map(|(name, count)| (name.into(), count)).collect();
    assert_eq!(studies, [("digits".to_owned(), 2), ("letters".to_owned(), 1)]);
    let head = store.head().unwrap();
    assert_eq!((head.seq, head.hash), (3, kept[2].hash));
}

#[test]
fn an_untampered_ledger_of_a_thousand_records_has_no_fault() {
    let lab = Lab::new();
    let mut store = lab.open();
    for number in 0..10 {
        let entries = (0..100).map(|inner| entry("digits", number * 100 + inner)).collect();
        store.keep(entries, at(number as i64)).unwrap();
    }
    let mut visited = Vec::new();
    let found = store
        .verify(|record| {
            visited.push(record.seq);
            None
        })
        .unwrap();
    assert_eq!((found.records, &found.head), (1000, &store.head().unwrap()));
    assert_eq!((found.faults, found.clock_steps_back), (Vec::new(), Vec::new()));
    assert_eq!(visited, (1..=1000).collect::<Vec<u64>>());
}

#[test]
fn an_empty_ledger_has_no_fault() {
    let found = Lab::new().open().verify(|_| None).unwrap();
    assert_eq!((found.records, found.faults), (0, Vec::new()));
}

#[test]
fn a_clock_that_goes_backwards_is_noted_and_is_no_fault() {
    let lab = Lab::new();
    let mut store = lab.open();
    for (number, secs) in [100, 200, 50, 60, -5, 300].into_iter().enumerate() {
        store.keep(vec![entry("digits", number as u64)], at(secs)).unwrap();
    }
    let found = store.verify(|_| None).unwrap();
    assert_eq!((found.faults, found.clock_steps_back), (Vec::new(), vec![3, 5]));
}

#[test]
fn an_event_and_its_series_are_kept_together_or_not_at_all() {
    let lab = Lab::new();
    let mut store = lab.open();
    let with = |number, series| Entry { series, ..entry("digits", number) };
    store.keep(vec![with(1, vec![chunk(0, b"a"), chunk(1, b"b")])], at(1)).unwrap();
    let head = store.head().unwrap();
    // Chunk 1 is there already.
    let batch = vec![entry("digits", 2), with(3, vec![chunk(2, b"c"), chunk(1, b"again")]), entry("digits", 4)];
    assert!(store.keep(batch, at(2)).is_err());
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(store.history(&name("digits")).unwrap().len(), 1);
    let series = |store: &Store| store.series(&name("digits"), &RunId::typed("0123456789ab"), 1, "loss").unwrap();
    assert_eq!(series(&store), [b"a".to_vec(), b"b".to_vec()]);
    // The store goes on as if nothing had happened.
    store.keep(vec![with(5, vec![chunk(2, b"c")])], at(3)).unwrap();
    assert_eq!(series(&store).len(), 3);
    assert_eq!(store.verify(|_| None).unwrap().faults, Vec::new());
}

#[test]
fn a_series_that_was_never_logged_is_empty() {
    let store = Lab::new().open();
    assert_eq!(store.series(&name("digits"), &RunId::typed("x"), 1, "loss").unwrap(), Vec::<Vec<u8>>::new());
}

/// Appends `count` records for study `study`, one by one.
fn append(file: &std::path::Path, study: &str, count: u64) {
    let mut store = Store::open(file).unwrap();
    for number in 0..count {
        store.keep(vec![entry(study, number)], at(number as i64)).unwrap();
    }
}

/// All records of both studies are there, each in its own order.
fn check_both(lab: &Lab, count: u64) {
    let store = lab.open();
    let found = store.verify(|_| None).unwrap();
    assert_eq!((found.records, found.faults), (2 * count, Vec::new()));
    for study in ["a", "b"] {
        let events: Vec<_> = store.history(&name(study)).unwrap().into_iter().map(|record| record.event).collect();
        assert_eq!(events, (0..count).map(event).collect::<Vec<_>>());
    }
}

#[test]
fn two_threads_append_to_one_new_ledger() {
    let lab = Lab::new();
    let file = lab.file();
    std::thread::scope(|scope| {
        for study in ["a", "b"] {
            let file = &file;
            scope.spawn(move || append(file, study, 150));
        }
    });
    check_both(&lab, 150);
}

const APPENDING: &str = "GOSSET_TEST_APPENDING";

#[test]
fn two_processes_append_to_one_new_ledger() {
    // This test binary is its own second process.
    if let Ok(order) = std::env::var(APPENDING) {
        let (study, file) = order.split_once(':').unwrap();
        return append(std::path::Path::new(file), study, 100);
    }
    let lab = Lab::new();
    let processes: Vec<_> = ["a", "b"]
        .into_iter()
        .map(|study| {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "records::two_processes_append_to_one_new_ledger"])
                .env(APPENDING, format!("{study}:{}", lab.file().display()))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    check_both(&lab, 100);
}

#[test]
fn many_threads_open_a_new_file_at_once() {
    for _ in 0..20 {
        let lab = Lab::new();
        let (file, together) = (lab.file(), std::sync::Barrier::new(6));
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    together.wait();
                    append(&file, "a", 1);
                });
            }
        });
        assert_eq!(lab.open().verify(|_| None).unwrap().records, 6);
    }
}

#[test]
fn verification_beside_a_writer_finds_no_fault() {
    let lab = Lab::with_records(20);
    let file = lab.file();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| append(&file, "b", 200));
        let reader = Store::open_read_only(&file).unwrap();
        let mut counts = BTreeSet::new();
        while !writer.is_finished() {
            let found = reader.verify(|_| None).unwrap();
            assert_eq!(found.faults, Vec::new());
            counts.insert(found.records);
        }
        assert!(!counts.is_empty());
    });
}
