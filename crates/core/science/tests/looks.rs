//! Sequential studies: what they ask for, and that looking early costs no
//! error rate.

use std::collections::BTreeMap;

use gosset_model::{
    CompanionMethod, Event, Look, PlannedRun, Registered, RunFacts, Study, Timestamp, Undecided, Verdict,
};
use gosset_science::{DesignProblem, Known, asked, check, judge, judged, plan};
use gosset_stats::Stream;

use crate::sample::{draft, file, one_hypothesis, registered, result, with_differences};

const SMALLEST: f64 = 0.5;

/// A sequential study of `looks` with the smallest effect [`SMALLEST`].
fn sequential(looks: &[u32], alpha: f64) -> String {
    let seeds = *looks.last().unwrap();
    let design = format!("alpha = {alpha}\nlooks = {looks:?}\neffect_scale = 1.0");
    file(seeds, &design, &one_hypothesis(Some(SMALLEST))).replace("horizon = \"fixed\"", "horizon = \"sequential\"")
}

/// The differences of seeds in the order in which they are asked for, laid out
/// as the evidence of the first `look` seeds.
fn evidence_at(registered: &Registered, differences: &[f64], look: usize) -> gosset_model::Evidence {
    let seeds = registered.seeds();
    let mut sorted = seeds.clone();
    sorted.sort_unstable();
    let by_place: Vec<f64> =
        sorted.iter().map(|seed| differences[seeds.iter().position(|other| other == seed).unwrap()]).collect();
    let mut evidence = with_differences(registered, &by_place);
    evidence.runs.retain(|run| seeds[..look].contains(&run.planned.seed));
    evidence
}

fn facts() -> RunFacts {
    RunFacts {
        command: vec!["train".to_owned()],
        command_digest: gosset_model::Digest::of(b"train"),
        slot: 0,
        gpus: Vec::new(),
    }
}

/// A study whose runs end one after another.
struct Life {
    registered: Registered,
    study: Study,
    record: u64,
}

impl Life {
    fn begun(text: &str) -> Self {
        let registered = registered(text);
        let study = Study::unregistered(registered.protocol().name.clone());
        let mut life = Self { study, record: 0, registered: registered.clone() };
        life.happens(&Event::Registered { registration: Box::new(registered.registration().clone()) });
        life
    }

    fn happens(&mut self, event: &Event) {
        self.record += 1;
        self.study = self.study.clone().apply(event, self.record, Timestamp::from_millis(0));
    }

    fn ends(&mut self, run: &PlannedRun, score: f64) {
        self.happens(&Event::RunStarted { run: run.id.clone(), attempt: 1, facts: facts() });
        let result = Box::new(result(Some(score)));
        self.happens(&Event::RunFinished { run: run.id.clone(), attempt: 1, result });
    }

    fn asked(&self) -> Vec<PlannedRun> {
        asked(&self.registered, &self.study).runs
    }
}

/// Steps around an effect, so that every seed differs a little.
fn score(run: &PlannedRun, effect: f64, seeds: &[u64]) -> f64 {
    let place = seeds.iter().position(|seed| *seed == run.seed).unwrap();
    let step = [-1.0, 0.5, 1.2, -0.2, -0.7, 0.2][place % 6];
    if run.arm.as_str() == "baseline" { 0.0 } else { effect + step }
}

#[test]
fn a_study_asks_for_one_look_after_another_until_all_is_decided() {
    for (effect, runs, verdict) in [(3.0, 16, "Supported (meaningful)"), (0.25, 48, "Undecided (underpowered)")] {
        let mut life = Life::begun(&sequential(&[8, 16, 24], 0.05));
        let seeds = life.registered.seeds();
        assert_eq!(life.asked().len(), 16, "the first look is of eight seeds of two arms");
        loop {
            let open: Vec<PlannedRun> =
                life.asked().into_iter().filter(|run| !life.study.runs().contains_key(&run.id)).collect();
            if open.is_empty() {
                break;
            }
            for run in open {
                life.ends(&run, score(&run, effect, &seeds));
            }
        }
        assert_eq!(life.study.runs().len(), runs, "effect {effect}");
        let evidence = life.study.evidence(&judged(&life.registered, &life.study));
        let judgement = judge(&life.registered, &evidence);
        assert_eq!(judgement.hypotheses[0].verdict.words(), verdict, "effect {effect}");
        let number = u32::try_from(runs / 16).unwrap();
        assert_eq!(judgement.look, Some(Look { number, of: 3, seeds: number * 8 }));
    }
}

#[test]
fn what_is_judged_while_a_look_is_under_way_is_the_look_before() {
    let mut life = Life::begun(&sequential(&[8, 16], 0.05));
    let seeds = life.registered.seeds();
    let first = life.asked();
    for run in &first[..5] {
        life.ends(run, score(run, 0.25, &seeds));
    }
    assert_eq!(judged(&life.registered, &life.study).runs, first);
    for run in &first[5..] {
        life.ends(run, score(run, 0.25, &seeds));
    }
    let second = life.asked();
    assert_eq!(second.len(), 32, "nothing is decided yet");
    assert_eq!(second[..16], first[..], "the first look stays as it was");
    life.ends(&second[20], 0.3);
    assert_eq!(judged(&life.registered, &life.study).runs, first);
    assert_eq!(plan(&life.registered).runs, second);
}

/// Shares of 20,000 studies that end supported and refuted.
fn simulate(looks: &[u32], effect: f64, studies: u64) -> (u64, u64) {
    let registered = registered(&sequential(looks, 0.05));
    let stream = Stream::named([9; 32], &format!("looks/{effect}"));
    let most = *looks.last().unwrap() as usize;
    let share = |from: u64, to: u64| {
        let (mut supported, mut refuted) = (0, 0);
        for study in from..to {
            let mut draws = stream.substream(study);
            let differences: Vec<f64> = (0..most).map(|_| effect + draws.normal()).collect();
            for look in looks {
                let evidence = evidence_at(&registered, &differences, *look as usize);
                match &judge(&registered, &evidence).hypotheses[0].verdict {
                    Verdict::Supported { .. } => supported += 1,
                    Verdict::Refuted { .. } => refuted += 1,
                    Verdict::Undecided { .. } => continue,
                    other @ (Verdict::Invalid { .. } | Verdict::NoOp) => panic!("unexpected {other:?}"),
                }
                break;
            }
        }
        (supported, refuted)
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| share(0, studies / 2));
        let second = share(studies / 2, studies);
        let first = first.join().expect("the simulation does not panic");
        (first.0 + second.0, first.1 + second.1)
    })
}

#[test]
fn calibration_looking_five_times_costs_no_error_rate() {
    const STUDIES: u64 = 10_000;
    // 500 expected at a true rate of 5 %, standard deviation 21.8; exceeded by
    // 4.9 of them less than once in a million.
    const MOST_WRONG: u64 = 607;
    let looks = [6, 10, 16, 24, 40];
    let (supported, refuted) = simulate(&looks, 0.0, STUDIES);
    println!("effect 0: supported {supported}, refuted {refuted} of {STUDIES}");
    assert!(supported > 0 && supported <= MOST_WRONG, "{supported}");
    let (supported, refuted) = simulate(&looks, SMALLEST, STUDIES);
    println!("effect m: supported {supported}, refuted {refuted} of {STUDIES}");
    assert!(refuted > 0 && refuted <= MOST_WRONG, "{refuted}");
}

#[test]
fn a_large_effect_is_found_at_an_early_look() {
    let (supported, _) = simulate(&[8, 16, 24, 40], 1.5, 400);
    assert!(supported >= 396, "{supported} of 400");
}

#[test]
fn only_what_holds_at_any_look_accompanies_a_sequential_study() {
    let registered = registered(&sequential(&[8, 16], 0.05));
    let differences: Vec<f64> = (0..16).map(|place| 1.0 + 0.1 * f64::from(place % 5)).collect();
    let found = judge(&registered, &evidence_at(&registered, &differences, 8));
    let methods: Vec<CompanionMethod> = found.hypotheses[0].companions.iter().map(|one| one.method).collect();
    assert_eq!(methods, [CompanionMethod::SignFlipE, CompanionMethod::HodgesLehmann]);
}

#[test]
fn so_few_seeds_that_no_bound_exists_leave_it_undecided() {
    let registered = registered(&sequential(&[3, 16], 0.05));
    let differences: Vec<f64> = (0..16).map(|place| 1.0 + 0.1 * f64::from(place % 5)).collect();
    let found = judge(&registered, &evidence_at(&registered, &differences, 3));
    let Verdict::Undecided { why: Undecided::NotEstimable { why } } = &found.hypotheses[0].verdict else {
        panic!("{found:?}");
    };
    // 2 (1 + n)^((n - 1) / 2) first exceeds 20 at n = 4.
    assert_eq!(why, "3 seeds are too few for anytime-valid bounds, 4 would do");
}

#[test]
fn a_sequential_design_that_can_never_decide_is_refused() {
    let report = check(&draft(&sequential(&[3, 5], 0.05)), &Known::default());
    let [DesignProblem::CannotReachAtAnyLook { seeds: 5, seeds_needed: 6, .. }] = report.problems.as_slice() else {
        panic!("{:?}", report.problems);
    };
    let report = check(&draft(&sequential(&[4, 12], 0.05)), &Known::default());
    assert_eq!(report.problems, []);
    assert!(report.advice.iter().any(|advice| advice.contains("the first look can decide nothing")), "{report:?}");
}

#[test]
fn the_power_of_a_sequential_design_is_that_of_its_simulated_course() {
    let text = sequential(&[8, 16, 24, 40], 0.05).replace("[design]", "[design]\nexpected_spread = { accuracy = 0.5 }");
    let found = check(&draft(&text), &Known { pilot: BTreeMap::new(), ..Known::default() }).hypotheses[0].clone();
    // The smallest effect is one standard deviation; the fixed test of 24 seeds
    // has a power of 0.998 there.
    assert!(found.power.unwrap() > 0.95, "{found:?}");
    let seeds = found.expected_seeds.unwrap();
    assert!(seeds > 8.0 && seeds < 24.0, "{found:?}");
    let detectable = found.detectable_effect.unwrap();
    assert!(detectable > 0.1 && detectable < 0.5, "{found:?}");
}
