use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::processes::{self, Belonging};
use crate::workshop::{HONEST, Workshop};

const KILLS: u32 = 200;
/// The longest time between kills begins as this part of what the undisturbed
/// study takes, so that a slow machine gets as far between them as a fast one.
const PAUSE_SHARE: u32 = 100;

/// Numbers that are random enough to choose victims, and the same each time:
/// SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom
/// Number Generators", figure 16).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// A study of 100 runs of 10 to 50 ms.
fn hundred_runs() -> Workshop {
    let mut workshop = Workshop::new(1..=50);
    workshop.study.program = "infrastructure_retries = 1000".into();
    // To lose the `sleep` alone makes a run shorter and nothing else.
    workshop.program(&format!("{HONEST}\nsleep 0.0$((1 + GOSSET_SEED % 4))\nexit 0"));
    workshop
}

/// Kills something of the study and says what; nothing if there is none of
/// what the dice chose.
fn kill_one(workshop: &Workshop, gosset: &mut Child, dice: &mut Dice) -> Option<&'static str> {
    let found = processes::of_lab(&workshop.lab());
    let (supervisors, programs): (Vec<Belonging>, Vec<Belonging>) =
        found.into_iter().partition(|found| matches!(found, Belonging::Supervisor(_)));
    let (what, victims) = match dice.below(3) {
        0 => {
            gosset.kill().unwrap();
            gosset.wait().unwrap();
            *gosset = workshop.start();
            return Some("gosset");
        }
        1 => ("supervisor", supervisors),
        _ => ("program", programs),
    };
    let victim = victims.get(dice.below(victims.len().max(1) as u64) as usize)?;
    processes::signal(victim.pid(), Signal::KILL);
    Some(what)
}

#[test]
fn two_hundred_kills_of_one_study_change_nothing() {
    let begun = Instant::now();
    let undisturbed = hundred_runs();
    undisturbed.run().expect(0);
    let undisturbed_for = begun.elapsed();
    let expected = undisturbed.findings();
    let mut dice = Dice(20_260_101);
    // A study that ends before it took all kills is followed by one with
    // shorter pauses.
    let mut share = PAUSE_SHARE;
    let kills = loop {
        let longest_pause_ms = (undisturbed_for / share).as_millis() as u64 + 1;
        let kills = survive(&expected, &mut dice, longest_pause_ms);
        eprintln!("pauses up to {longest_pause_ms} ms, kills: {kills:?}; {:?} so far", begun.elapsed());
        if kills.values().sum::<u32>() >= KILLS {
            break kills;
        }
        share *= 2;
    };
    assert!(kills.len() == 3, "everything was hit: {kills:?}");
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}

/// Kills parts of one study until it has taken all kills or ended, and checks
/// that it found what it would have found undisturbed.
fn survive(expected: &Value, dice: &mut Dice, longest_pause_ms: u64) -> BTreeMap<&'static str, u32> {
    let workshop = hundred_runs();
    let mut kills = BTreeMap::<&str, u32>::new();
    let mut gosset = workshop.start();
    while kills.values().sum::<u32>() < KILLS && gosset.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(dice.below(longest_pause_ms)));
        if let Some(what) = kill_one(&workshop, &mut gosset, dice) {
            *kills.entry(what).or_default() += 1;
        }
    }
    gosset.wait().unwrap();
    workshop.run().expect(0);
    assert!(workshop.findings() == *expected, "{:?}", workshop.runs());
    let finished = workshop.record_kinds().iter().filter(|kind| *kind == "run_finished").count();
    assert_eq!(finished, 100, "each run has one result");
    workshop.ledger_is_intact();
    processes::wait_until_none(&workshop.lab());
    let left = files_below(&workshop.lab().join("runs").join("boost"));
    assert!(left.is_empty(), "lost attempts leave nothing: {left:?}");
    kills
}

/// All files and folders below a folder that may be absent.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| [vec![path.clone()], files_below(&path)].concat()).collect()
}
