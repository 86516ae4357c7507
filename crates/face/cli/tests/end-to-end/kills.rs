use std::collections::BTreeMap;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::processes::{self, Belonging};
use crate::workshop::{HONEST, Workshop};

const KILLS: u32 = 200;
/// The longest time between kills is this part of what the undisturbed study
/// takes, so that a slow machine gets as far between them as a fast one.
const PAUSE_SHARE: u32 = 40;

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
fn two_hundred_kills_change_nothing() {
    let begun = Instant::now();
    let undisturbed = hundred_runs();
    undisturbed.run().expect(0);
    let longest_pause_ms = (begun.elapsed() / PAUSE_SHARE).as_millis() as u64 + 1;
    let expected = undisturbed.findings();
    let mut dice = Dice(20_260_101);
    let (mut kills, mut studies, mut attempts) = (BTreeMap::<&str, u32>::new(), 0, 0);
    while kills.values().sum::<u32>() < KILLS {
        let workshop = hundred_runs();
        studies += 1;
        let mut gosset = workshop.start();
        while kills.values().sum::<u32>() < KILLS && gosset.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(dice.below(longest_pause_ms)));
            if let Some(what) = kill_one(&workshop, &mut gosset, &mut dice) {
                *kills.entry(what).or_default() += 1;
            }
        }
        gosset.wait().unwrap();
        workshop.run().expect(0);
        assert!(workshop.findings() == expected, "{:?}", workshop.runs());
        let finished = workshop.record_kinds().iter().filter(|kind| *kind == "run_finished").count();
        assert_eq!(finished, 100, "each run has one result");
        attempts += workshop.runs().iter().filter_map(|run| run["attempt"].as_u64()).sum::<u64>();
        workshop.ledger_is_intact();
        processes::wait_until_none(&workshop.lab());
    }
    eprintln!("kills: {kills:?}; studies of 100 runs: {studies}; attempts: {attempts}; {:?}", begun.elapsed());
    assert!(kills.len() == 3, "everything was hit: {kills:?}");
    assert!(begun.elapsed() < Duration::from_secs(90), "{:?}", begun.elapsed());
}
