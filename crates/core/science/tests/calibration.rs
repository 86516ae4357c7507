//! The error rates of the referee over 20,000 simulated studies.
//!
//! Differences are normal with standard deviation 1; the smallest effect of
//! interest is half of it. At a true effect of 0 support is wrong, at exactly
//! the smallest effect refutation is wrong.

use gosset_model::{Name, Outcome, RunResult, Verdict};
use gosset_science::judge;
use gosset_stats::Stream;

use crate::sample::{file, one_hypothesis, registered, with_differences};

const STUDIES: u64 = 20_000;
const SMALLEST: f64 = 0.5;

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    supported: u64,
    refuted: u64,
}

/// What becomes of a run whose difference would lie below a limit.
#[derive(Debug, Clone, Copy)]
enum Loser {
    Finishes,
    Crashes { below: f64 },
    GoesMissing { below: f64 },
}

fn simulate(n: u32, effect: f64, studies: u64) -> Counts {
    simulate_with(n, effect, studies, Loser::Finishes)
}

fn simulate_with(n: u32, effect: f64, studies: u64, loser: Loser) -> Counts {
    let registered = registered(&file(n, "alpha = 0.05", &one_hypothesis(Some(SMALLEST))));
    let stream = Stream::named([7; 32], &format!("calibration/{n}/{effect}"));
    let share = |from: u64, to: u64| {
        let mut counts = Counts::default();
        let mut evidence = with_differences(&registered, &vec![0.0; n as usize]);
        let candidates: Vec<usize> =
            (0..evidence.runs.len()).filter(|run| evidence.runs[*run].planned.arm.as_str() != "baseline").collect();
        let metric = Name::new("accuracy").unwrap();
        let complete = evidence.runs[candidates[0]].result.clone().unwrap();
        for study in from..to {
            let mut draws = stream.substream(study);
            for run in &candidates {
                let mut result = complete.clone();
                let difference = effect + draws.normal();
                result.scores.insert(metric.clone(), 0.5 + difference);
                evidence.runs[*run].result = match loser {
                    Loser::Crashes { below } if difference < below => {
                        Some(RunResult { outcome: Outcome::Crashed { code: 1 }, ..result })
                    }
                    Loser::GoesMissing { below } if difference < below => None,
                    Loser::Finishes | Loser::Crashes { .. } | Loser::GoesMissing { .. } => Some(result),
                };
            }
            match &judge(&registered, &evidence).hypotheses[0].verdict {
                Verdict::Supported { .. } => counts.supported += 1,
                Verdict::Refuted { .. } => counts.refuted += 1,
                Verdict::Undecided { .. } => {}
                other @ (Verdict::Invalid { .. } | Verdict::NoOp) => panic!("unexpected {other:?}"),
            }
        }
        counts
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| share(0, studies / 2));
        let second = share(studies / 2, studies);
        let first = first.join().expect("the simulation does not panic");
        Counts { supported: first.supported + second.supported, refuted: first.refuted + second.refuted }
    })
}

/// The most wrong decisions among `STUDIES` that a true rate of 5 % explains:
/// 1,000 expected, standard deviation 30.8, bound at 4.9 of them, exceeded by
/// chance less than once in a million.
const MOST_WRONG: u64 = 1_151;

#[test]
fn support_is_wrong_in_at_most_one_study_of_twenty() {
    for n in [5, 20, 40] {
        let counts = simulate(n, 0.0, STUDIES);
        assert!(counts.supported <= MOST_WRONG, "n = {n}: {counts:?}");
        assert!(counts.supported > 0, "n = {n}: a referee that never errs never decides: {counts:?}");
        println!("n = {n}, effect 0: supported {}, refuted {} of {STUDIES}", counts.supported, counts.refuted);
    }
}

#[test]
fn refutation_is_wrong_in_at_most_one_study_of_twenty() {
    for n in [5, 20, 40] {
        let counts = simulate(n, SMALLEST, STUDIES);
        assert!(counts.refuted <= MOST_WRONG, "n = {n}: {counts:?}");
        assert!(counts.refuted > 0, "n = {n}: a referee that never errs never decides: {counts:?}");
        println!("n = {n}, effect m: supported {}, refuted {} of {STUDIES}", counts.supported, counts.refuted);
    }
}

#[test]
fn harm_of_half_a_standard_deviation_is_refuted_in_ninety_nine_studies_of_a_hundred() {
    // The chance of a t bound alone is 0.9957 (noncentral t, df 19,
    // noncentrality 4.472); the companions may cost a little.
    let counts = simulate(20, -0.5, STUDIES);
    println!("n = 20, effect -0.5: refuted {} of {STUDIES}", counts.refuted);
    assert!(counts.refuted * 100 >= STUDIES * 99, "{counts:?}");
}

const LOSING: u64 = 2_000;
/// 5 % of 2,000 is 100, standard deviation 9.75; exceeded by 4.9 of them less
/// than once in a million.
const MOST_LOSING: u64 = 147;

#[test]
fn a_candidate_without_effect_gains_nothing_by_crashing_where_it_loses() {
    for n in [10, 20] {
        for below in [0.0, -0.5, -1.0, -2.0] {
            let counts = simulate_with(n, 0.0, LOSING, Loser::Crashes { below });
            assert!(counts.supported <= MOST_LOSING, "n = {n}, crashing below {below} sd: {counts:?}");
        }
    }
}

#[test]
fn a_candidate_without_effect_gains_nothing_by_going_missing_where_it_loses() {
    for n in [10, 20] {
        for below in [0.0, -0.5, -1.0, -2.0] {
            let counts = simulate_with(n, 0.0, LOSING, Loser::GoesMissing { below });
            println!("n = {n}, missing below {below} sd: supported {} of {LOSING}", counts.supported);
            assert!(counts.supported <= MOST_LOSING, "n = {n}, missing below {below} sd: {counts:?}");
        }
    }
}
