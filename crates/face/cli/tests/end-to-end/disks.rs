use std::fs;

use crate::root::Mounted;
use crate::workshop::{HONEST, Workshop, verdict};

/// Everything in a folder, with sizes.
fn listing(folder: &std::path::Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            found.push((entry.path().display().to_string(), metadata.len()));
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_lab_that_cannot_be_written_can_be_read() {
    let mut workshop = Workshop::new(1..=8);
    workshop.run().expect(0);
    let before = listing(&workshop.lab());
    {
        let Some(_mounted) = Mounted::read_only(&workshop.lab()) else { return };
        let shown = workshop.ask("study show STUDY --json").expect(0).json();
        assert_eq!(verdict(&shown)["kind"], "supported");
        workshop.ask("study report STUDY").expect(0);
        workshop.ask("run list STUDY").expect(0);
        workshop.ledger_is_intact();
        workshop.run().expect(4).complains(&["ead-only"]);
        workshop.study.name = "another".into();
        workshop.run().expect(4).complains(&["ead-only"]);
    }
    assert_eq!(listing(&workshop.lab()), before, "nothing was written");
}

#[test]
fn a_full_disk_stops_the_study_cleanly() {
    let undisturbed = Workshop::new(1..=8);
    undisturbed.run().expect(0);
    let fill = "head -c 100000 /dev/urandom > \"$GOSSET_RUN_DIR/more\" 2> /dev/null";
    let check = |script: &str, size: &str| -> Option<()> {
        let workshop = Workshop::new(1..=8);
        workshop.program(script);
        fs::create_dir(workshop.lab()).unwrap();
        let mounted = Mounted::memory(&workshop.lab(), size)?;
        let answer = workshop.run().expect(4);
        let says_so = answer.stderr.contains("full") || answer.stderr.contains("No space");
        assert!(says_so, "{size}: {}", answer.stderr);
        mounted.resize("64m");
        workshop.run().expect(0);
        assert_eq!(workshop.findings(), undisturbed.findings(), "{size}");
        workshop.ledger_is_intact();
        Some(())
    };
    // From no room for the records to room for some runs.
    for size in ["64k", "200k", "300k", "500k", "1m"] {
        // The disk is full after the predictions are written, while they are,
        // and so that the program fails for it.
        for script in [
            format!("{HONEST}\n{fill}\nexit 0"),
            format!("{fill}\n{HONEST}\nexit 0"),
            format!("set -e\n{fill}\n{HONEST}"),
        ] {
            if check(&script, size).is_none() {
                return;
            }
        }
    }
}
