//! Whatever is done to the ledger's file past our own code is found.

use gosset_store::{Fault, Verification};

use crate::support::{Lab, at, entry};

/// Runs `sql` on a ledger of five records and verifies it.
fn tampered(sql: &str) -> Verification {
    let lab = Lab::with_records(5);
    lab.sql().execute_batch(sql).unwrap();
    lab.open().verify(|_| None).unwrap()
}

fn check(sql: &str, expected: &[Fault]) {
    assert_eq!(tampered(sql).faults, expected, "{sql}");
}

fn differs(seq: u64) -> Fault {
    Fault::HashDiffers { seq }
}

fn head_differs(expected: u64, found: u64) -> Fault {
    Fault::HeadDiffers { expected, found }
}

#[test]
fn an_altered_field_is_found_at_its_record() {
    for sql in [
        "UPDATE ledger SET body = replace(body, '\"runs_scored\":3', '\"runs_scored\":9') WHERE seq = 3",
        "UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 3",
        "UPDATE ledger SET study = 'letters' WHERE seq = 3",
        "UPDATE ledger SET body = replace(body, ',', ', ') WHERE seq = 3",
    ] {
        check(sql, &[differs(3)]);
    }
}

#[test]
fn an_altered_last_record_is_found() {
    check("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 5", &[differs(5)]);
}

#[test]
fn an_altered_kind_is_found_by_its_hash_and_by_its_body() {
    let faults = tampered("UPDATE ledger SET kind = 'judged' WHERE seq = 3").faults;
    assert_eq!(faults[0], differs(3));
    assert!(matches!(&faults[1..], [Fault::Unreadable { seq: 3, .. }]), "{faults:?}");
}

#[test]
fn an_altered_hash_is_found_at_its_record_and_the_next() {
    let other = gosset_model::Digest::of(b"else");
    check(&format!("UPDATE ledger SET hash = '{other}' WHERE seq = 3"), &[differs(3), differs(4)]);
    let faults = tampered("UPDATE ledger SET hash = 'nonsense' WHERE seq = 3").faults;
    assert_eq!(faults[0], differs(3));
}

#[test]
fn a_deleted_record_is_found() {
    let missing = |seq| Fault::Missing { from: seq, to: seq };
    check("DELETE FROM ledger WHERE seq = 3", &[missing(3), differs(4)]);
    check("DELETE FROM ledger WHERE seq = 1", &[missing(1), differs(2)]);
    check("DELETE FROM ledger WHERE seq = 5", &[head_differs(5, 4)]);
    check("DELETE FROM ledger WHERE seq IN (2, 3)", &[Fault::Missing { from: 2, to: 3 }, differs(4)]);
}

#[test]
fn a_deleted_record_is_found_when_the_others_are_renumbered() {
    let faults = tampered("DELETE FROM ledger WHERE seq = 3; UPDATE ledger SET seq = seq - 1 WHERE seq > 3").faults;
    assert_eq!(faults, [differs(3), differs(4), head_differs(5, 4)]);
}

#[test]
fn records_whose_contents_were_swapped_are_found() {
    let swap = "CREATE TEMP TABLE old AS SELECT * FROM ledger;
        UPDATE ledger SET body = (SELECT body FROM old WHERE old.seq = 6 - ledger.seq),
            at_ms = (SELECT at_ms FROM old WHERE old.seq = 6 - ledger.seq) WHERE seq IN (2, 4)";
    check(swap, &[differs(2), differs(4)]);
    let with_hashes = "UPDATE ledger SET seq = -1 WHERE seq = 2; UPDATE ledger SET seq = 2 WHERE seq = 3;
        UPDATE ledger SET seq = 3 WHERE seq = -1";
    check(with_hashes, &[differs(2), differs(3), differs(4)]);
}

#[test]
fn an_inserted_record_is_found() {
    let copy = |target: &str| {
        format!("INSERT INTO ledger SELECT {target}, at_ms, study, kind, body, hash FROM ledger WHERE seq = 2")
    };
    let renumber = "UPDATE ledger SET seq = -seq - 1 WHERE seq > 2; UPDATE ledger SET seq = -seq WHERE seq < 0;";
    check(
        &format!("{renumber} {}", copy("3")),
        // Every number after it moved, and with it every hash.
        &[differs(3), differs(4), differs(5), differs(6), head_differs(5, 6)],
    );
    check(&copy("6"), &[differs(6), head_differs(5, 6)]);
    assert!(!tampered(&copy("0")).faults.is_empty());
    assert!(!tampered(&copy("-1")).faults.is_empty());
    assert!(!tampered(&copy("9223372036854775807")).faults.is_empty());
}

#[test]
fn a_record_added_with_its_proper_hash_is_found_by_the_head() {
    // The sixth record of a ledger that goes on is a proper successor.
    let lab = Lab::with_records(5);
    let head = lab.open().head().unwrap();
    lab.open().keep(vec![entry("digits", 6)], at(6)).unwrap();
    lab.sql().execute("UPDATE ledger_head SET seq = 5, hash = ?1", [head.hash.to_string()]).unwrap();
    assert_eq!(lab.open().verify(|_| None).unwrap().faults, [head_differs(5, 6)]);
}

#[test]
fn a_truncated_ledger_is_found() {
    check("DELETE FROM ledger", &[head_differs(5, 0)]);
    check("DELETE FROM ledger WHERE seq > 2", &[head_differs(5, 2)]);
}

#[test]
fn a_replaced_or_removed_head_is_found() {
    let other = gosset_model::Digest::of(b"else");
    check(&format!("UPDATE ledger_head SET hash = '{other}'"), &[head_differs(5, 5)]);
    check("UPDATE ledger_head SET hash = 'nonsense'", &[head_differs(5, 5)]);
    check("UPDATE ledger_head SET seq = 4", &[head_differs(4, 5)]);
    check("DELETE FROM ledger_head", &[head_differs(0, 5)]);
}

#[test]
fn a_recomputed_hash_is_found_at_the_record_after_it() {
    // A ledger that differs in record 3 alone has there the hash that an
    // attacker would compute.
    let forged = Lab::new();
    let mut store = forged.open();
    for number in [1, 2, 9] {
        store.keep(vec![entry("digits", number)], at(if number == 9 { 3 } else { number as i64 })).unwrap();
    }
    let record = store.record(3).unwrap().unwrap();
    let body = gosset_model::canonical_json(&record.event);
    check(&format!("UPDATE ledger SET body = '{body}', hash = '{}' WHERE seq = 3", record.hash), &[differs(4)]);
}

#[test]
fn a_record_of_another_type_is_a_fault_and_no_failure() {
    for sql in [
        "UPDATE ledger SET body = x'ff00' WHERE seq = 3",
        "UPDATE ledger SET at_ms = 'noon' WHERE seq = 3",
        "UPDATE ledger SET hash = x'00' WHERE seq = 3",
        "UPDATE ledger SET seq = 'three' WHERE seq = 3",
    ] {
        let found = tampered(sql);
        assert!(
            found.faults.iter().any(|fault| matches!(fault, Fault::Unreadable { .. })),
            "{sql}: {:?}",
            found.faults
        );
    }
}

#[test]
fn a_body_that_is_no_event_is_found() {
    let faults = tampered("UPDATE ledger SET body = '{}' WHERE seq = 3").faults;
    assert_eq!(faults[0], differs(3));
    assert!(matches!(&faults[1..], [Fault::Unreadable { seq: 3, .. }]));
}

#[test]
fn what_the_life_cycle_does_not_allow_is_a_fault() {
    let lab = Lab::with_records(3);
    let found = lab.open().verify(|record| (record.seq == 2).then(|| "it comes too early".to_owned())).unwrap();
    assert_eq!(found.faults, [Fault::OutOfPlace { seq: 2, reason: "it comes too early".to_owned() }]);
    assert_eq!(found.faults[0].sentence(), "record 2 is out of place: it comes too early");
}

#[test]
fn what_is_appended_to_a_truncated_ledger_does_not_heal_it() {
    let lab = Lab::with_records(5);
    lab.sql().execute_batch("DELETE FROM ledger WHERE seq > 3").unwrap();
    lab.open().keep(vec![entry("digits", 6)], at(6)).unwrap();
    assert_eq!(lab.open().verify(|_| None).unwrap().faults, [Fault::Missing { from: 4, to: 5 }, differs(6)]);
}
