use std::collections::BTreeMap;

use gosset_model::{
    Block, Direction, Evidence, EvidenceUnit, Expected, FailurePolicy, Hypothesis, Measure, Name, Protocol, Registered,
    VoidBlock,
};

use crate::trend::{measured, weights};

/// The paired differences of one hypothesis, oriented so that positive is what
/// it claims.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Differences {
    /// How many pairs of arms the hypothesis is about. Where there are several,
    /// each of them makes a block of its own in the lists below.
    pub(crate) pairs: usize,
    /// Blocks that count, in the order of data set and seed.
    pub(crate) blocks: Vec<Block>,
    /// What the difference of each block counts in its block: 1, or as a trend
    /// weighs its pair of arms.
    weights: Vec<f64>,
    /// Whether pairs are added up by weight, and not averaged.
    is_trend: bool,
    /// Blocks whose scores have no logarithm, though a log ratio is asked for.
    pub(crate) without_logarithm: u64,
    /// Blocks in which both arms failed.
    pub(crate) void_blocks: Vec<VoidBlock>,
    /// Blocks that lack a run, by data set and seed, with their weights.
    pub(crate) missing: Vec<(Option<Name>, u64, f64)>,
    /// Blocks in which one arm failed.
    pub(crate) failures: u64,
    /// Whether both arms left bit-identical outputs in every block.
    pub(crate) is_no_op: bool,
}

/// The independent pieces of evidence for one hypothesis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Units {
    /// Their differences, oriented, in the order in which they were asked for.
    pub(crate) differences: Vec<f64>,
    /// What they are, where they can be left out one by one.
    pub(crate) labels: Vec<UnitLabel>,
}

/// What one piece of evidence is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UnitLabel {
    Seed(u64),
    Dataset(Name),
}

/// Lays out the differences of `hypothesis`.
///
/// An arm that fails alone is given the largest difference observed, against
/// it: dropping it instead lets a method that crashes its losing runs win.
pub(crate) fn differences(registered: &Registered, hypothesis: &Hypothesis, evidence: &Evidence) -> Differences {
    let protocol = registered.protocol();
    let sign = orientation(protocol, hypothesis);
    let pairs = hypothesis.pairs();
    let trend = hypothesis.trend();
    let measure = trend.map_or(Measure::Difference, |trend| trend.measure);
    let pair_weights = trend.map_or_else(|| vec![1.0; pairs.len()], weights);
    let mut found = Differences {
        pairs: pairs.len(),
        blocks: Vec::new(),
        weights: Vec::new(),
        is_trend: trend.is_some(),
        without_logarithm: 0,
        void_blocks: Vec::new(),
        missing: Vec::new(),
        failures: 0,
        is_no_op: true,
    };
    let mut datasets = registered.datasets();
    let mut seeds = registered.seeds();
    datasets.sort_unstable();
    seeds.sort_unstable();
    let blocks = datasets.iter().flat_map(|dataset| seeds.iter().map(move |seed| (dataset, seed)));
    for (dataset, seed) in blocks {
        for (pair, weight) in pairs.iter().zip(&pair_weights) {
            let run = |arm| evidence.run(arm, dataset.as_ref(), *seed);
            if run(&pair.baseline).is_none() && run(&pair.candidate).is_none() {
                // A look to come asks for it.
                continue;
            }
            let ended = |arm| run(arm).and_then(|run| run.result.as_ref().map(|result| (run, result)));
            let (Some((base_run, base)), Some((cand_run, cand))) = (ended(&pair.baseline), ended(&pair.candidate))
            else {
                found.missing.push((dataset.clone(), *seed, *weight));
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
                (Some(baseline), Some(candidate)) => {
                    match measured(measure, candidate).zip(measured(measure, baseline)) {
                        Some((candidate, baseline)) => sign * (candidate - baseline),
                        None => {
                            found.without_logarithm += 1;
                            continue;
                        }
                    }
                }
                (Some(_) | None, _) => 0.0,
            };
            found.weights.push(*weight);
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
        FailurePolicy::WorstObserved => fill_failures(&mut found, sign_of_quality(hypothesis)),
        FailurePolicy::Undecided => {
            let mut is_whole = found.blocks.iter().map(|block| block.failure.is_none()).collect::<Vec<_>>().into_iter();
            found.weights.retain(|_| is_whole.next() == Some(true));
            found.blocks.retain(|block| block.failure.is_none());
        }
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

pub(crate) fn orientation(protocol: &Protocol, hypothesis: &Hypothesis) -> f64 {
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
/// crashes just where it loses leaves none that go against it. In a trend what
/// goes against an arm hangs on the sign of the pair's weight: a candidate must
/// not improve its slope by crashing on small rungs.
fn fill_failures(found: &mut Differences, quality: f64) {
    let observed = found.blocks.iter().filter(|block| block.failure.is_none()).map(|block| block.difference.abs());
    let Some(largest) = observed.max_by(f64::total_cmp) else {
        // Nothing was observed that a failure could be measured by.
        found.blocks.clear();
        found.weights.clear();
        return;
    };
    for (block, weight) in found.blocks.iter_mut().zip(&found.weights).filter(|(block, _)| block.failure.is_some()) {
        let value = if block.candidate.is_none() { -largest } else { largest };
        block.difference = if *weight < 0.0 { -value * quality } else { value * quality };
    }
}

/// The difference of one block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell<'a> {
    pub(crate) dataset: Option<&'a Name>,
    pub(crate) seed: u64,
    pub(crate) difference: f64,
}

fn cell<'a>((block, weight): (&'a Block, &f64)) -> Cell<'a> {
    Cell { dataset: block.dataset.as_ref(), seed: block.seed, difference: weight * block.difference }
}

impl Differences {
    /// The blocks that count.
    pub(crate) fn cells(&self) -> Vec<Cell<'_>> {
        self.combined(self.weighed().map(cell).collect())
    }

    /// The blocks that count and in which no run failed.
    pub(crate) fn finished_cells(&self) -> Vec<Cell<'_>> {
        self.combined(self.weighed().filter(|(block, _)| block.failure.is_none()).map(cell).collect())
    }

    fn weighed(&self) -> impl Iterator<Item = (&Block, &f64)> {
        self.blocks.iter().zip(&self.weights)
    }

    /// The blocks that count, and those that lack a run with `difference` in
    /// their place; in a trend whichever way round moves it like that.
    pub(crate) fn cells_with_missing(&self, difference: f64) -> Vec<Cell<'_>> {
        let missing = self.missing.iter().map(|(dataset, seed, weight)| Cell {
            dataset: dataset.as_ref(),
            seed: *seed,
            difference: weight.abs() * difference,
        });
        self.combined(self.weighed().map(cell).chain(missing).collect())
    }

    /// The mean over the pairs of arms, or their sum by weight, in each block of
    /// which all pairs are there: without one of them it would be the effect of
    /// something else.
    fn combined<'a>(&self, cells: Vec<Cell<'a>>) -> Vec<Cell<'a>> {
        if self.pairs == 1 {
            return cells;
        }
        let mut by_block: BTreeMap<(Option<&'a Name>, u64), Vec<f64>> = BTreeMap::new();
        for cell in cells {
            by_block.entry((cell.dataset, cell.seed)).or_default().push(cell.difference);
        }
        let whole = by_block.into_iter().filter(|(_, differences)| differences.len() == self.pairs);
        whole
            .filter_map(|((dataset, seed), differences)| {
                let mean = gosset_stats::summary::mean(&differences).ok()?;
                let difference = if self.is_trend { mean * self.pairs as f64 } else { mean };
                Some(Cell { dataset, seed, difference })
            })
            .collect()
    }

    /// The largest difference, whichever way it goes.
    pub(crate) fn largest(&self) -> Option<f64> {
        self.blocks.iter().map(|block| block.difference.abs()).max_by(f64::total_cmp)
    }
}

/// Lays out the independent pieces of evidence for `hypothesis`.
///
/// # Errors
/// Why there are none, in words.
pub(crate) fn units(
    registered: &Registered,
    hypothesis: &Hypothesis,
    evidence: &Evidence,
    cells: &[Cell<'_>],
) -> Result<Units, String> {
    match registered.protocol().evidence_unit(hypothesis) {
        EvidenceUnit::Seeds | EvidenceUnit::Splits => {
            Ok(seeds(&registered.seeds(), registered.datasets().len(), cells))
        }
        EvidenceUnit::Datasets => Ok(datasets(registered, cells)),
        EvidenceUnit::Examples => examples(registered, hypothesis, evidence),
    }
}

/// Averages the differences of each seed over the data sets; a seed counts
/// only if it has a difference on every data set.
///
/// The data sets are fixed: what is estimated is the mean over these, and the
/// seeds are the independent units.
pub(crate) fn seeds(seeds: &[u64], datasets: usize, cells: &[Cell<'_>]) -> Units {
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for cell in cells {
        by_seed.entry(cell.seed).or_default().push(cell.difference);
    }
    let mut units = Units::default();
    for seed in seeds {
        let differences = by_seed.get(seed).filter(|differences| differences.len() == datasets);
        if let Some(mean) = differences.and_then(|differences| gosset_stats::summary::mean(differences).ok()) {
            units.labels.push(UnitLabel::Seed(*seed));
            units.differences.push(mean);
        }
    }
    units
}

/// Averages the differences of each data set over its seeds.
///
/// The data sets are a sample of tasks of their kind and the independent
/// units. What seeds do is part of how data sets differ: with equally many
/// seeds on each this is the mixed model with a random effect of data sets.
fn datasets(registered: &Registered, cells: &[Cell<'_>]) -> Units {
    let mut units = Units::default();
    for dataset in registered.datasets().into_iter().flatten() {
        if let Ok(mean) = gosset_stats::summary::mean(&on_dataset(cells, &dataset)) {
            units.labels.push(UnitLabel::Dataset(dataset));
            units.differences.push(mean);
        }
    }
    units
}

/// The differences on each example of the data set between two artifacts.
fn examples(registered: &Registered, hypothesis: &Hypothesis, evidence: &Evidence) -> Result<Units, String> {
    let dataset = registered.datasets().into_iter().next().flatten();
    let seed = registered.seeds().into_iter().next();
    let scores = |arm| {
        let run = seed.and_then(|seed| evidence.run(arm, dataset.as_ref(), seed));
        let result = run.and_then(|run| run.result.as_ref());
        let Some((run, result)) = run.zip(result) else { return Err(format!("arm `{arm}` has no run")) };
        if !result.outcome.is_finished() {
            return Err(format!("the run of arm `{arm}` left no artifact ({})", result.outcome));
        }
        run.examples
            .get(&hypothesis.metric)
            .ok_or_else(|| format!("the scores of the examples of arm `{arm}` are not at hand"))
    };
    let (baseline, candidate) = (scores(&hypothesis.baseline)?, scores(&hypothesis.candidate)?);
    if baseline.len() != candidate.len() {
        return Err(format!("the arms are scored on {} and {} examples", baseline.len(), candidate.len()));
    }
    let sign = orientation(registered.protocol(), hypothesis);
    let differences = candidate.iter().zip(baseline).map(|(candidate, baseline)| sign * (candidate - baseline));
    Ok(Units { differences: differences.collect(), labels: Vec::new() })
}

/// The differences on one data set, in the order of seeds.
pub(crate) fn on_dataset(cells: &[Cell<'_>], dataset: &Name) -> Vec<f64> {
    cells.iter().filter(|cell| cell.dataset == Some(dataset)).map(|cell| cell.difference).collect()
}
