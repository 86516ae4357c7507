use std::collections::BTreeMap;

use gosset_model::{
    Block, Direction, Evidence, Expected, FailurePolicy, Hypothesis, Name, Protocol, Registered, VoidBlock,
};

/// The paired differences of one hypothesis, oriented so that positive is what
/// it claims.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Differences {
    /// Blocks that count, in the order of data set and seed.
    pub(crate) blocks: Vec<Block>,
    /// Blocks in which both arms failed.
    pub(crate) void_blocks: Vec<VoidBlock>,
    /// Blocks that lack a run.
    pub(crate) missing: u64,
    /// Blocks in which one arm failed.
    pub(crate) failures: u64,
    /// Whether both arms left bit-identical outputs in every block.
    pub(crate) is_no_op: bool,
}

/// One independent unit: a seed and its difference, averaged over data sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Unit {
    pub(crate) seed: u64,
    pub(crate) difference: f64,
}

/// Lays out the differences of `hypothesis`.
///
/// An arm that fails alone is given the largest difference observed, against
/// it: dropping it instead lets a method that crashes its losing runs win.
pub(crate) fn differences(registered: &Registered, hypothesis: &Hypothesis, evidence: &Evidence) -> Differences {
    let protocol = registered.protocol();
    let sign = orientation(protocol, hypothesis);
    let mut found =
        Differences { blocks: Vec::new(), void_blocks: Vec::new(), missing: 0, failures: 0, is_no_op: true };
    let mut datasets = registered.datasets();
    let mut seeds = registered.seeds();
    datasets.sort_unstable();
    seeds.sort_unstable();
    for dataset in &datasets {
        for seed in &seeds {
            let run = |arm| evidence.run(arm, dataset.as_ref(), *seed);
            let ended = |arm| run(arm).and_then(|run| run.result.as_ref().map(|result| (run, result)));
            let (Some((base_run, base)), Some((cand_run, cand))) =
                (ended(&hypothesis.baseline), ended(&hypothesis.candidate))
            else {
                found.missing += 1;
                found.is_no_op = false;
                continue;
            };
            found.is_no_op &= base.output.is_some() && base.output == cand.output;
            let score = |result: &gosset_model::RunResult| {
                let value = result.scores.get(&hypothesis.metric).copied();
                value.filter(|_| result.outcome.is_finished())
            };
            let (baseline, candidate) = (score(base), score(cand));
            let failure = match (baseline, candidate) {
                (None, None) => {
                    found.void_blocks.push(VoidBlock {
                        dataset: dataset.clone(),
                        seed: *seed,
                        baseline: base.outcome.clone(),
                        candidate: cand.outcome.clone(),
                    });
                    continue;
                }
                (None, Some(_)) => Some(base.outcome.clone()),
                (Some(_), None) => Some(cand.outcome.clone()),
                (Some(_), Some(_)) => None,
            };
            let difference = match (baseline, candidate) {
                (Some(baseline), Some(candidate)) => sign * (candidate - baseline),
                (Some(_) | None, _) => 0.0,
            };
            found.failures += u64::from(failure.is_some());
            found.blocks.push(Block {
                dataset: dataset.clone(),
                seed: *seed,
                baseline_run: base_run.planned.id.clone(),
                candidate_run: cand_run.planned.id.clone(),
                baseline,
                candidate,
                difference,
                failure,
            });
        }
    }
    found.is_no_op &= !found.blocks.is_empty();
    match protocol.design.failures {
        FailurePolicy::WorstObserved => fill_failures(&mut found.blocks, sign_of_quality(hypothesis)),
        FailurePolicy::Undecided => found.blocks.retain(|block| block.failure.is_none()),
    }
    found
}

/// Whether a difference that favours the candidate's quality is positive.
fn sign_of_quality(hypothesis: &Hypothesis) -> f64 {
    match hypothesis.expected {
        Expected::Better => 1.0,
        Expected::Worse => -1.0,
    }
}

fn orientation(protocol: &Protocol, hypothesis: &Hypothesis) -> f64 {
    let metric = protocol.metrics.get(&hypothesis.metric);
    let direction = match metric.map(|metric| metric.direction) {
        Some(Direction::Maximize) | None => 1.0,
        Some(Direction::Minimize) => -1.0,
    };
    direction * sign_of_quality(hypothesis)
}

/// Gives blocks with one failed arm the largest difference observed in the
/// hypothesis, whichever way it went, counted against that arm.
///
/// The worst of the differences left over would not do: a candidate that
/// crashes just where it loses leaves none that go against it.
fn fill_failures(blocks: &mut Vec<Block>, quality: f64) {
    let observed = blocks.iter().filter(|block| block.failure.is_none()).map(|block| block.difference.abs());
    let Some(largest) = observed.max_by(f64::total_cmp) else {
        // Nothing was observed that a failure could be measured by.
        blocks.clear();
        return;
    };
    for block in blocks.iter_mut().filter(|block| block.failure.is_some()) {
        let value = if block.candidate.is_none() { -largest } else { largest };
        block.difference = value * quality;
    }
}

/// Averages the differences of each seed over the data sets; a seed counts
/// only if it has a difference on every data set.
///
/// The data sets are fixed: what is estimated is the mean over these, and the
/// seeds are the independent units.
pub(crate) fn units(blocks: &[Block], datasets: usize) -> Vec<Unit> {
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for block in blocks {
        by_seed.entry(block.seed).or_default().push(block.difference);
    }
    by_seed
        .into_iter()
        .filter(|(_, differences)| differences.len() == datasets)
        .filter_map(|(seed, differences)| {
            let difference = gosset_stats::summary::mean(&differences).ok()?;
            Some(Unit { seed, difference })
        })
        .collect()
}

/// The differences on one data set, in the order of seeds.
pub(crate) fn on_dataset(blocks: &[Block], dataset: &Name) -> Vec<f64> {
    blocks.iter().filter(|block| block.dataset.as_ref() == Some(dataset)).map(|block| block.difference).collect()
}
