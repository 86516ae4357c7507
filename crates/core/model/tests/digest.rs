//! The digest of a protocol follows its meaning and not its spelling.

use gosset_model::Digest;

use crate::support::{GOOD, changed, read};

fn digest(text: &str) -> Digest {
    read(text).unwrap().protocol().digest()
}

#[test]
fn comments_and_white_space_do_not_change_the_digest() {
    let spaced = GOOD.replace(" = ", "   =  ").replace('\n', "  # said aside\n\n");
    assert_eq!(digest(&spaced), digest(GOOD));
    assert_eq!(digest(&GOOD.replace('\n', "\r\n")), digest(GOOD));
}

#[test]
fn the_order_of_keys_and_tables_does_not_change_the_digest() {
    let (head, rest) = GOOD.split_once("[program]").unwrap();
    let (program, rest) = rest.split_once("[parameters]").unwrap();
    let moved = format!("{head}[parameters]{rest}\n[program]{program}");
    assert_eq!(digest(&moved), digest(GOOD));
    let mut lines: Vec<&str> = program.lines().collect();
    lines.reverse();
    let reversed = format!("{head}[program]\n{}\n[parameters]{rest}", lines.join("\n"));
    assert_eq!(digest(&reversed), digest(GOOD));
}

#[test]
fn another_spelling_of_a_value_does_not_change_the_digest() {
    for (find, put) in [
        ("alpha = 0.05", "alpha = 5e-2"),
        ("memory_limit_bytes = 8_000_000_000", "memory_limit_bytes = 8000000000"),
        ("gpus = 0", "gpus = 0x0"),
        ("timeout_secs = 60.0", "timeout_secs = 60"),
        ("currency = \"EUR\"", "currency = 'EUR'"),
        (
            "truth = { file = \"data/labels.csv\", id = \"id\", label = \"digit\" }",
            "truth.label = \"digit\"\ntruth.id = \"id\"\ntruth.file = \"data/labels.csv\"",
        ),
    ] {
        assert_eq!(digest(&changed(find, put)), digest(GOOD), "{find} -> {put}");
    }
}

#[test]
fn a_default_written_out_does_not_change_the_digest() {
    for find in ["gpus = 0\n", "directory = \"program\"\n"] {
        let left_out = changed(find, "");
        let stated = changed(find, &find.replace("program", "."));
        assert_eq!(digest(&left_out), digest(&stated), "{find}");
    }
}

#[test]
fn any_changed_value_changes_the_digest() {
    let mut seen = vec![digest(GOOD)];
    for (find, put) in [
        ("name = \"warm-up\"", "name = \"warm-up2\""),
        ("rate raise the", "rate lower the"),
        ("in a pilot", "in a dream"),
        ("\"all\"", "\"some\""),
        ("timeout_secs = 60.0", "timeout_secs = 61.0"),
        ("epochs = 10", "epochs = 11"),
        ("augment = true", "augment = \"true\""),
        ("levels = [0, 100, 500]", "levels = [0, 500, 100]"),
        ("levels = [0, 100, 500]", "levels = [0, 100, 500, 600]"),
        ("unit = \"steps\"", "unit = \"batches\""),
        ("id = \"id\", label = \"letter\"", "id = \"id\", label = \"mark\""),
        ("range = [0.0, 1.0]", "range = [0.0, 2.0]"),
        ("reduction = \"last\"", "reduction = \"mean\""),
        ("smallest_effect = 0.005", "smallest_effect = 0.006"),
        ("expected = \"worse\"", "expected = \"better\""),
        ("family = \"speed\"", "family = \"main\""),
        ("15, 9, 2", "15, 2, 9"),
        ("alpha = 0.05", "alpha = 0.050000000000000003"),
        ("alpha = 0.05", "alpha = 0.051"),
        ("sides = \"one\"", "sides = \"two\""),
        ("failures = \"worst-observed\"", "failures = \"undecided\""),
        ("runs = 100\n", "runs = 101\n"),
        ("limits = \"Two small data sets.\"", ""),
    ] {
        let changed = digest(&changed(find, put));
        let is_same_number = put.ends_with("0.050000000000000003");
        assert_eq!(seen.contains(&changed), is_same_number, "{find} -> {put}");
        seen.push(changed);
    }
}
