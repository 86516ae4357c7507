//! What an amendment changes, and which verdicts that can touch.

use gosset_model::{Change, Name, Reach, changes};

use crate::support::{GOOD, protocol, read};

fn differences(find: &str, put: &str) -> Vec<Change> {
    changes(read(GOOD).unwrap().protocol(), &protocol(find, put))
}

fn check(find: &str, put: &str, key: &str, reach: &Reach) {
    let found = differences(find, put);
    assert_eq!(found.len(), 1, "{find} -> {put}: {found:?}");
    assert_eq!((found[0].key.as_str(), &found[0].reach), (key, reach), "{find} -> {put}");
}

fn hypothesis(id: &str) -> Reach {
    Reach::Hypothesis { id: Name::new(id).unwrap() }
}

#[test]
fn words_budgets_and_expectations_touch_no_verdict() {
    for (find, put, key) in [
        ("rate raise the", "rate lower the", "question"),
        ("in a pilot", "in a dream", "background"),
        ("Steps of warm-up", "Steps", "factors.warmup.description"),
        ("unit = \"steps\"", "unit = \"batches\"", "factors.warmup.unit"),
        ("Handwritten digits", "Digits", "data.digits.description"),
        ("source = \"UCI\"", "source = \"us\"", "data.digits.source"),
        ("CC BY 4.0", "CC0", "data.digits.licence"),
        ("A warm-up of 100 steps", "A short warm-up", "hypotheses.warmup.claim"),
        ("accuracy = 0.01", "accuracy = 0.02", "design.expected_spread.accuracy"),
        ("runs = 100\n", "runs = 200\n", "budget.runs"),
        ("Nobody could", "Somebody could", "notes.ethics"),
    ] {
        check(find, put, key, &Reach::Words);
    }
}

#[test]
fn what_one_hypothesis_says_touches_its_own_verdict() {
    check(
        "smallest_effect = 0.005",
        "smallest_effect = 0.004",
        "hypotheses.warmup.smallest_effect",
        &hypothesis("warmup"),
    );
    check(
        "expected = \"worse\"",
        "expected = \"better\"",
        "hypotheses.adam-is-slower.expected",
        &hypothesis("adam-is-slower"),
    );
    check(
        "candidate = { warmup = 100 }",
        "candidate = { warmup = 500 }",
        "hypotheses.warmup.candidate",
        &hypothesis("warmup"),
    );
}

#[test]
fn a_hypothesis_that_is_added_touches_only_itself() {
    let added = "[[hypotheses]]\nid = \"long\"\nclaim = \"c\"\ncandidate = { warmup = 500 }\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\n\n[design]";
    check("[design]", added, "hypotheses.long", &hypothesis("long"));
}

#[test]
fn a_hypothesis_that_is_taken_away_touches_every_verdict() {
    // The others of its family would be judged at a more lenient level.
    let start = GOOD.find("[[hypotheses]]\nid = \"adam").unwrap();
    let end = GOOD.find("[families.main]").unwrap();
    check(&GOOD[start..end], "", "hypotheses.adam-is-slower", &Reach::Study);
}

#[test]
fn everything_else_touches_every_verdict() {
    for (find, put, key) in [
        ("alpha = 0.05", "alpha = 0.01", "design.alpha"),
        ("15, 9, 2, 6, 5]", "15, 9, 2, 6, 5, 7]", "design.seeds"),
        ("sides = \"one\"", "sides = \"two\"", "design.sides"),
        ("failures = \"worst-observed\"", "failures = \"undecided\"", "design.failures"),
        ("family = \"speed\"", "family = \"fast\"", "hypotheses.adam-is-slower.family"),
        ("epochs = 10", "epochs = 20", "parameters.epochs"),
        ("timeout_secs = 60.0", "timeout_secs = 90.0", "program.timeout_secs"),
        ("levels = [0, 100, 500]", "levels = [0, 100, 500, 900]", "factors.warmup.levels"),
        ("data/train.csv", "data/train2.csv", "data.digits.files.train"),
        ("range = [0.0, 1.0]", "range = [0.0, 2.0]", "metrics.accuracy.range"),
        ("reduction = \"last\"", "reduction = \"min\"", "metrics.duration.source.reduction"),
    ] {
        check(find, put, key, &Reach::Study);
    }
}

#[test]
fn a_dot_in_a_name_does_not_hide_a_change() {
    // Ids, factors and data sets whose names end like a key of words.
    let text = GOOD.replace("id = \"warmup\"", "id = \"v1.claim\"");
    let other = text.replace("smallest_effect = 0.005", "smallest_effect = 0.1");
    let found = changes(read(&text).unwrap().protocol(), read(&other).unwrap().protocol());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reach, hypothesis("v1.claim"));

    let added = differences(
        "[factors.optimizer]",
        "[factors.\"lr.unit\"]\nbaseline = 1\nlevels = [1, 2]\n\n[factors.optimizer]",
    );
    assert_eq!(added.iter().map(|change| &change.reach).collect::<Vec<_>>(), vec![&Reach::Study], "{added:?}");
    let added = differences("[data.letters]", "[data.\"x.source\"]\nfiles = { train = \"a\" }\n\n[data.letters]");
    assert_eq!(added.iter().map(|change| &change.reach).collect::<Vec<_>>(), vec![&Reach::Study], "{added:?}");
}

#[test]
fn another_order_of_hypotheses_is_a_change_of_words() {
    let start = GOOD.find("[[hypotheses]]").unwrap();
    let middle = GOOD.rfind("[[hypotheses]]").unwrap();
    let end = GOOD.find("[design]").unwrap();
    let swapped = [&GOOD[..start], &GOOD[middle..end], &GOOD[start..middle], &GOOD[end..]].concat();
    let (old, new) = (read(GOOD).unwrap(), read(&swapped).unwrap());
    assert_ne!(old.protocol().digest(), new.protocol().digest());
    let found = changes(old.protocol(), new.protocol());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].key.as_str(), &found[0].reach), ("order of hypotheses", &Reach::Words));
}

#[test]
fn whatever_changes_the_digest_is_listed_as_a_change() {
    for line in GOOD.lines().filter(|line| line.contains(" = ")) {
        // Every optional key in turn is left out.
        if let Ok(draft) = read(&GOOD.replacen(&format!("{line}\n"), "", 1)) {
            let good = read(GOOD).unwrap();
            let is_same = draft.protocol().digest() == good.protocol().digest();
            assert_eq!(changes(good.protocol(), draft.protocol()).is_empty(), is_same, "without `{line}`");
        }
    }
}
