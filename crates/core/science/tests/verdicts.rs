use gosset_model::{
    Broken, Change, CompanionMethod, DataContent, DataMismatch, Digest, Evidence, EvidenceUnit, Grade, Reach,
    RefutedKind, Registered, Undecided, Verdict,
};
use gosset_science::judge;

use crate::sample::{evidence, file, one_hypothesis, registered, with_differences};

/// Ten differences with mean `centre` and standard deviation 0.01: symmetric
/// steps, so that every companion sees the same thing.
fn around(centre: f64) -> Vec<f64> {
    let steps = [-1.5, -1.0, -0.8, -0.5, -0.2, 0.2, 0.5, 0.8, 1.0, 1.5];
    let sd = (steps.iter().map(|step: &f64| step * step).sum::<f64>() / 9.0).sqrt();
    steps.iter().map(|step| centre + step * 0.01 / sd).collect()
}

fn check(differences: &[f64], smallest: Option<f64>, expected: &Verdict) {
    let registered = registered(&file(differences.len() as u32, "alpha = 0.05", &one_hypothesis(smallest)));
    let judgement = judge(&registered, &with_differences(&registered, differences));
    assert_eq!(&judgement.hypotheses[0].verdict, expected, "{:?}", judgement.hypotheses[0].effect);
}

// The one-sided 95 % half-width for n = 10, sd = 0.01 is 1.8331 x 0.01 / sqrt(10) = 0.005797.

#[test]
fn an_effect_above_zero_that_may_matter_is_supported() {
    check(&around(0.008), Some(0.005), &Verdict::Supported { is_meaningful: false });
    check(&around(0.012), Some(0.005), &Verdict::Supported { is_meaningful: true });
}

#[test]
fn an_effect_that_cannot_matter_is_refuted_in_its_kind() {
    let refuted = |how| Verdict::Refuted { how };
    check(&around(-0.008), Some(0.005), &refuted(RefutedKind::Harmful));
    check(&around(0.0), Some(0.01), &refuted(RefutedKind::Equivalent));
    check(&around(0.0065), Some(0.02), &refuted(RefutedKind::Trivial));
    check(&around(-0.003), Some(0.005), &refuted(RefutedKind::NotMeaningful));
}

#[test]
fn a_wide_interval_is_undecided_and_says_how_many_more_seeds_would_decide() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let judgement = judge(&registered, &with_differences(&registered, &around(0.0025)));
    let found = &judgement.hypotheses[0];
    assert_eq!(found.verdict, Verdict::Undecided { why: Undecided::Underpowered });
    // d = 0.25 sd either way: G*Power 3.1 and statsmodels 0.15 give 101 pairs
    // for power 0.8 at one-sided 0.05.
    assert_eq!(found.more_blocks, Some(91));
}

#[test]
fn without_a_smallest_effect_only_harm_refutes() {
    check(&around(0.0), None, &Verdict::Undecided { why: Undecided::Underpowered });
    check(&around(-0.008), None, &Verdict::Refuted { how: RefutedKind::Harmful });
    check(&around(0.008), None, &Verdict::Supported { is_meaningful: false });
}

#[test]
fn a_candidate_that_crashes_its_losing_runs_does_not_win() {
    let differences = around(0.0);
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let crashing = evidence(&registered, |arm, block| match arm {
        "baseline" => Some(0.5),
        _ if differences[block] < 0.0 => None,
        _ => Some(0.5 + differences[block]),
    });
    let found = &judge(&registered, &crashing).hypotheses[0];
    // The five winning blocks alone would support the claim. Each failure
    // counts as the largest gain turned round.
    let failed: Vec<f64> =
        found.blocks.iter().filter(|block| block.failure.is_some()).map(|block| block.difference).collect();
    let largest = differences.iter().copied().fold(0.0, f64::max);
    assert_eq!(failed.len(), 5);
    assert!(failed.iter().all(|difference| (difference + largest).abs() < 1e-12), "{failed:?}");
    assert!(!matches!(found.verdict, Verdict::Supported { .. }), "{:?}", found.verdict);
}

#[test]
fn a_baseline_that_fails_alone_counts_for_the_candidate() {
    let differences = around(0.02);
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let failing = evidence(&registered, |arm, block| match (arm, block) {
        ("baseline", 2) => None,
        ("baseline", _) => Some(0.5),
        _ => Some(0.5 + differences[block]),
    });
    let found = &judge(&registered, &failing).hypotheses[0];
    let failed = found.blocks.iter().find(|block| block.failure.is_some()).unwrap();
    let largest = differences.iter().copied().fold(0.0, f64::max);
    assert!((failed.difference - largest).abs() < 1e-12);
}

#[test]
fn a_block_in_which_both_arms_fail_is_void_and_said_so() {
    let differences = around(0.02);
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let failing = evidence(&registered, |arm, block| match (arm, block) {
        (_, 3) => None,
        ("baseline", _) => Some(0.5),
        _ => Some(0.5 + differences[block]),
    });
    let found = &judge(&registered, &failing).hypotheses[0];
    assert_eq!(found.void_blocks.len(), 1);
    assert_eq!(found.effect.as_ref().map(|effect| effect.n), Some(9));
    assert!(found.notes.iter().any(|note| note.contains("void")));
}

#[test]
fn a_candidate_that_always_fails_has_no_estimate() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let failing = evidence(&registered, |arm, _| (arm == "baseline").then_some(0.5));
    let found = &judge(&registered, &failing).hypotheses[0];
    assert!(matches!(found.verdict, Verdict::Undecided { why: Undecided::NotEstimable { .. } }), "{:?}", found.verdict);
}

#[test]
fn changed_data_make_every_verdict_invalid_with_both_digests() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let content = |text: &str| DataContent { digest: Digest::of(text.as_bytes()), size_bytes: 1, files: 1 };
    let mismatch = DataMismatch {
        path: "data.csv".to_owned(),
        registered: content("before"),
        found: Some(content("after")),
        problem: None,
        during: None,
    };
    let broken = Evidence { mismatches: vec![mismatch.clone()], ..with_differences(&registered, &around(0.02)) };
    let verdict = &judge(&registered, &broken).hypotheses[0].verdict;
    assert_eq!(verdict, &Verdict::Invalid { broken: Broken::DataChanged { mismatch } });
}

#[test]
fn a_late_amendment_makes_invalid_what_it_can_reach() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let verdict = |reach| {
        let change = Change { key: "k".to_owned(), from: 1.into(), to: 2.into(), reach };
        let late = Evidence { late_changes: vec![change], ..with_differences(&registered, &around(0.02)) };
        judge(&registered, &late).hypotheses[0].verdict.clone()
    };
    let id = |name: &str| gosset_model::Name::new(name).unwrap();
    assert!(matches!(verdict(Reach::Study), Verdict::Invalid { .. }));
    assert!(matches!(verdict(Reach::Hypothesis { id: id("knob") }), Verdict::Invalid { .. }));
    assert!(matches!(verdict(Reach::Hypothesis { id: id("other") }), Verdict::Supported { .. }));
    assert!(matches!(verdict(Reach::Words), Verdict::Supported { .. }));
}

#[test]
fn arms_with_bit_identical_outputs_are_a_no_op() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let mut same = with_differences(&registered, &[0.0; 10]);
    for run in &mut same.runs {
        run.result.as_mut().unwrap().output = Some(Digest::of(&run.planned.seed.to_le_bytes()));
    }
    assert_eq!(judge(&registered, &same).hypotheses[0].verdict, Verdict::NoOp);
}

#[test]
fn differences_without_any_spread_are_not_estimable() {
    let verdict = |differences: &[f64]| {
        let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
        judge(&registered, &with_differences(&registered, differences)).hypotheses[0].verdict.clone()
    };
    assert!(matches!(verdict(&[0.25; 10]), Verdict::Undecided { why: Undecided::NotEstimable { .. } }));
}

#[test]
fn one_outlier_makes_the_companions_disagree() {
    // Nine clear losses and one enormous gain cannot happen to be supported,
    // and the median points the other way than the mean.
    let mut differences = around(0.0);
    for difference in &mut differences {
        *difference = 0.02 + *difference * 0.2;
    }
    differences[0] = -0.03;
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(None)));
    let found = &judge(&registered, &with_differences(&registered, &differences)).hypotheses[0];
    let flip = found.companions.iter().find(|companion| companion.method == CompanionMethod::SignFlip).unwrap();
    // By hand: of the 1,024 sign patterns those count whose sum is at least
    // the observed one.
    let observed: f64 = differences.iter().sum();
    let as_great = (0..1024_u32).filter(|pattern| {
        let sum: f64 = differences.iter().enumerate().map(|(i, d)| if pattern >> i & 1 == 1 { -d } else { *d }).sum();
        sum >= observed - 1e-12
    });
    assert!((flip.p_support.unwrap() - as_great.count() as f64 / 1024.0).abs() < 1e-12);
}

#[test]
fn holm_gives_the_second_hypothesis_the_next_level() {
    let two = format!(
        "{}[[hypotheses]]\nid = \"second\"\nclaim = \"Knob 2 is better\"\ncandidate = {{ knob = 2 }}\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\nsmallest_effect = 0.005\n",
        one_hypothesis(Some(0.005))
    );
    let registered = registered(&file(10, "alpha = 0.05", &two));
    let (strong, weak) = (around(0.05), around(0.0065));
    let found = judge(
        &registered,
        &evidence(&registered, |arm, block| {
            Some(
                0.5 + match arm {
                    "knob=1" => strong[block],
                    "knob=2" => weak[block],
                    _ => 0.0,
                },
            )
        }),
    );
    let level = |index: usize| found.hypotheses[index].effect.as_ref().unwrap().lower_level;
    // The weaker one has p = P(t_9 > 2.055) = 0.035: not below 0.025, but
    // below 0.05, at which Holm compares it once the first is rejected.
    assert!((level(0) - 0.025).abs() < 1e-15 && (level(1) - 0.05).abs() < 1e-15);
    assert_eq!(found.hypotheses[1].verdict, Verdict::Supported { is_meaningful: false });
}

#[test]
fn an_invalid_hypothesis_loosens_nothing_for_its_family() {
    let two = format!(
        "{}[[hypotheses]]\nid = \"second\"\nclaim = \"Knob 2 is better\"\ncandidate = {{ knob = 2 }}\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\nsmallest_effect = 0.005\n",
        one_hypothesis(Some(0.005))
    );
    let registered = registered(&file(10, "alpha = 0.05", &two));
    let (strong, weak) = (around(0.05), around(0.0065));
    let evidence = evidence(&registered, |arm, block| {
        Some(
            0.5 + match arm {
                "knob=1" => strong[block],
                "knob=2" => weak[block],
                _ => 0.0,
            },
        )
    });
    let change = Change {
        key: "hypotheses.knob.smallest_effect".to_owned(),
        from: 0.01.into(),
        to: 0.005.into(),
        reach: Reach::Hypothesis { id: gosset_model::Name::new("knob").unwrap() },
    };
    let found = judge(&registered, &Evidence { late_changes: vec![change], ..evidence });
    assert!(matches!(found.hypotheses[0].verdict, Verdict::Invalid { .. }));
    // Were the first counted as rejected, the second would be compared at 0.05.
    let level = found.hypotheses[1].effect.as_ref().unwrap().lower_level;
    assert!((level - 0.025).abs() < 1e-15, "{level}");
    assert!(matches!(found.hypotheses[1].verdict, Verdict::Undecided { .. }));
}

#[test]
fn less_is_better_where_the_metric_says_so_and_worse_is_a_claim_too() {
    let differences = around(0.02);
    let minimizing = file(10, "alpha = 0.05", &one_hypothesis(Some(0.005)).replace("\"better\"", "\"worse\""));
    let registered = registered(&minimizing);
    let found = &judge(&registered, &with_differences(&registered, &differences)).hypotheses[0];
    assert_eq!(found.verdict, Verdict::Refuted { how: RefutedKind::Harmful });
    assert!((found.effect.as_ref().unwrap().estimate + 0.02).abs() < 1e-12);
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let evidence = with_differences(&registered, &around(0.008));
    let bytes = || serde_json::to_string(&judge(&registered, &evidence)).unwrap();
    let first = bytes();
    let elsewhere = std::thread::scope(|scope| scope.spawn(bytes).join().unwrap());
    assert_eq!(first, elsewhere);
}

#[test]
fn too_few_blocks_left_decide_nothing() {
    // Void blocks leave four of ten seeds; 1 / 2^4 = 0.0625 is above 0.05.
    let differences = around(0.05);
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let failing = evidence(&registered, |arm, block| match (arm, block) {
        (_, 4..) => None,
        ("baseline", _) => Some(0.5),
        _ => Some(0.5 + differences[block]),
    });
    let found = &judge(&registered, &failing).hypotheses[0];
    assert!(found.effect.as_ref().unwrap().lower > 0.0, "the t bound alone would support the claim");
    assert_eq!(found.verdict, Verdict::Undecided { why: Undecided::Underpowered });
}

#[test]
fn an_early_look_takes_grade_a_away_and_is_said() {
    let registered = registered(&file(10, "alpha = 0.05", &one_hypothesis(Some(0.005))));
    let looked = Evidence { early_looks: 2, ..with_differences(&registered, &around(0.012)) };
    let found = &judge(&registered, &looked).hypotheses[0];
    assert_eq!((found.grade, found.early_looks), (Grade::B, 2));
    assert!(found.notes.iter().any(|note| note.contains("shown 2 times before all runs had ended")), "{found:?}");
}

/// A study over `n` data sets and two seeds, the data sets standing for tasks
/// of their kind.
fn many_tasks(n: usize) -> String {
    let data: String =
        (0..n).map(|task| format!("[data.task{task}]\nfiles = {{ train = \"task{task}.csv\" }}\n")).collect();
    let text = file(2, "alpha = 0.05\ndatasets_stand_for = \"their-kind\"", &one_hypothesis(Some(0.005)));
    format!("{text}{data}")
}

/// Evidence in which the candidate gains `gain(task)` on each data set, a
/// little more or less by seed.
fn by_task(registered: &Registered, gain: impl Fn(usize) -> f64) -> Evidence {
    let mut evidence = evidence(registered, |_, _| Some(0.5));
    let first = registered.seeds()[0];
    for run in evidence.runs.iter_mut().filter(|run| run.planned.arm.as_str() != "baseline") {
        let task: usize = run.planned.dataset.as_ref().unwrap().as_str().trim_start_matches("task").parse().unwrap();
        let step = if run.planned.seed == first { 0.001 } else { -0.001 };
        let scores = &mut run.result.as_mut().unwrap().scores;
        scores.values_mut().for_each(|score| *score = 0.5 + gain(task) + step);
    }
    evidence
}

#[test]
fn data_sets_that_stand_for_their_kind_are_the_evidence() {
    let registered = registered(&many_tasks(8));
    let found = judge(&registered, &by_task(&registered, |task| 0.02 + 0.002 * task as f64)).hypotheses[0].clone();
    let effect = found.effect.unwrap();
    assert_eq!((found.unit, effect.n, effect.df), (EvidenceUnit::Datasets, 8, 7.0));
    // The mean of 0.020 to 0.034 and the standard deviation of 0 to 7, times
    // 0.002: sqrt(6) x 0.002.
    assert!((effect.estimate - 0.027).abs() < 1e-12, "{}", effect.estimate);
    assert!((effect.sd - 0.002 * 6.0_f64.sqrt()).abs() < 1e-12, "{}", effect.sd);
    assert_eq!(found.verdict, Verdict::Supported { is_meaningful: true });
    assert_eq!(found.left_out.len(), 8);
    assert_eq!(found.left_out[3].dataset.as_ref().unwrap().as_str(), "task3");
    assert!(found.notes.iter().any(|note| note.contains("tasks of their kind")));
}

#[test]
fn tasks_that_go_opposite_ways_are_spread_and_not_disagreement() {
    let registered = registered(&many_tasks(8));
    let found = judge(&registered, &by_task(&registered, |task| if task % 2 == 0 { 0.02 } else { -0.02 }));
    assert_eq!(found.hypotheses[0].verdict, Verdict::Undecided { why: Undecided::Underpowered });
}

#[test]
fn few_data_sets_cannot_stand_for_their_kind() {
    let source = gosset_model::StudySource::read(&many_tasks(5)).unwrap();
    let scores = [gosset_model::KnownScore {
        id: "accuracy",
        direction: gosset_model::Direction::Maximize,
        is_mean_over_examples: true,
    }];
    let mistakes = gosset_model::resolve(&source, &scores).unwrap_err().0;
    assert_eq!(mistakes[0].key, "design.datasets_stand_for");
    assert!(mistakes[0].what.contains("5 data sets are too few"), "{mistakes:?}");
}
