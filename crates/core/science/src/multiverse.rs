//! What other sensible analyses of the same runs would have decided.

use gosset_model::{Alternative, Block, Decision, EvidenceUnit, Horizon, Hypothesis, Registered};
use gosset_stats::compare::trimmed_t;
use gosset_stats::compare::wilcoxon_signed_rank::{self, Zeros};
use gosset_stats::{Alpha, Student, summary};

use crate::claim::{Levels, refuting_bound};
use crate::differences::{Cell, Differences, on_dataset, orientation, seeds};

/// The share that the trimmed mean leaves out at each end.
const TRIMMED: f64 = 0.2;
/// How many median absolute deviations from the median are far.
const FAR: f64 = 3.0;
/// What makes the median absolute deviation of normal values their standard
/// deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// A choice that an analyst could make, in words; none where it is the
/// registered one.
type Choice = Option<&'static str>;

/// Runs every combination of sensible choices but the registered one.
///
/// The choices: the mean with Student's t, a trimmed mean, or signed ranks;
/// failed blocks as registered or left out; differences far from the others
/// kept or left out; runs paired or taken for independent; the
/// mean or the median over data sets; the error
/// rate shared in the family or not. What the choices decide is shown and
/// decides nothing: whoever could choose among them afterwards would find what
/// they like.
///
/// None of these may be looked at more than once, nor do they suit examples or
/// splits of one set of data, so studies of these have no multiverse.
///
/// # Source
/// Steegen, Tuerlinckx, Gelman and Vanpaemel 2016, "Increasing Transparency
/// Through a Multiverse Analysis", Perspectives on Psychological Science 11.
pub(crate) fn multiverse(
    registered: &Registered,
    hypothesis: &Hypothesis,
    differences: &Differences,
    levels: Levels,
    one_sided: Alpha,
    decision: Decision,
) -> Vec<Alternative> {
    let unit = registered.protocol().evidence_unit(hypothesis);
    if registered.protocol().design.horizon != Horizon::Fixed
        || matches!(unit, EvidenceUnit::Examples | EvidenceUnit::Splits)
    {
        return Vec::new();
    }
    let bound = refuting_bound(hypothesis.smallest_effect);
    let registered_levels = [levels.support, levels.refute];
    let mut all_levels: Vec<(Choice, [Alpha; 2])> = vec![(None, registered_levels)];
    if registered_levels != [one_sided; 2] {
        all_levels.push((Some("the error rate not shared in the family"), [one_sided; 2]));
    }
    let mut alternatives = Vec::new();
    for (data, sample) in samples(registered, hypothesis, differences) {
        for (analysis, analyse) in ANALYSES {
            for (sharing, levels) in &all_levels {
                let choices: Vec<String> =
                    data.iter().copied().chain([*analysis, *sharing]).flatten().map(str::to_owned).collect();
                if choices.is_empty() {
                    continue;
                }
                let Some(found) = analyse(&sample, bound) else { continue };
                let decision_there = found.decision(*levels);
                alternatives.push(Alternative {
                    choices,
                    estimate: found.estimate,
                    decision: decision_there,
                    is_same: decision_there == decision,
                });
            }
        }
    }
    alternatives
}

/// Differences with the two sides that they come from, where these are whole.
struct Sample {
    differences: Vec<f64>,
    sides: Option<(Vec<f64>, Vec<f64>)>,
}

struct Found {
    estimate: f64,
    p_support: f64,
    p_refute: f64,
}

impl Found {
    fn decision(&self, [support, refute]: [Alpha; 2]) -> Decision {
        if self.p_refute <= refute.get() {
            Decision::Refuted
        } else if self.p_support <= support.get() {
            Decision::Supported
        } else {
            Decision::Neither
        }
    }
}

/// An analysis of a sample against zero and against a bound; none where it
/// cannot be made.
type Analyse = fn(&Sample, f64) -> Option<Found>;

const ANALYSES: &[(Choice, Analyse)] = &[
    (None, |sample, bound| {
        let fit = Student::from(gosset_stats::PairedT::from_differences(&sample.differences).ok()?);
        Some(student(fit, bound))
    }),
    (Some("the mean without the fifth at either end"), |sample, bound| {
        Some(student(trimmed_t::fit(&sample.differences, TRIMMED).ok()?, bound))
    }),
    (Some("signed ranks"), |sample, bound| {
        let beyond: Vec<f64> = sample.differences.iter().map(|difference| difference - bound).collect();
        let p = |values: &[f64]| wilcoxon_signed_rank::test(values, Zeros::Wilcox).ok();
        Some(Found {
            estimate: gosset_stats::compare::hodges_lehmann::estimate(&sample.differences).ok()?,
            p_support: p(&sample.differences)?.tails.greater,
            p_refute: p(&beyond)?.tails.less,
        })
    }),
    (Some("runs taken for independent"), |sample, bound| {
        let (baseline, candidate) = sample.sides.as_ref()?;
        Some(student(Student::unpaired(baseline, candidate).ok()?, bound))
    }),
];

fn student(fit: Student, bound: f64) -> Found {
    Found { estimate: fit.estimate, p_support: fit.p_greater(0.0), p_refute: fit.p_less(bound) }
}

/// Every way to choose the data, with the choices in words.
fn samples(registered: &Registered, hypothesis: &Hypothesis, differences: &Differences) -> Vec<(Vec<Choice>, Sample)> {
    let unit = registered.protocol().evidence_unit(hypothesis);
    let cells = differences.cells();
    let finished = differences.finished_cells();
    let mut kept: Vec<(Choice, Vec<Cell<'_>>)> = Vec::new();
    if finished.len() < cells.len() {
        kept.push((Some("failed blocks left out"), finished));
    }
    kept.insert(0, (None, cells));
    let mut samples = Vec::new();
    for (failures, cells) in &kept {
        for (combining, values) in combined(registered, unit, cells) {
            let sides =
                || sides(registered, hypothesis, differences).filter(|_| failures.is_none() && combining.is_none());
            let near = near(&values);
            let has_far = near.len() < values.len();
            samples.push((vec![*failures, combining, None], Sample { differences: values, sides: sides() }));
            if has_far {
                let choice = Some("differences beyond three median absolute deviations left out");
                samples.push((vec![*failures, combining, choice], Sample { differences: near, sides: None }));
            }
        }
    }
    samples
}

/// The ways to make one number of a piece of evidence from its blocks.
fn combined(registered: &Registered, unit: EvidenceUnit, cells: &[Cell<'_>]) -> Vec<(Choice, Vec<f64>)> {
    let names = registered.datasets();
    match unit {
        EvidenceUnit::Seeds => {
            let by_mean = seeds(&registered.seeds(), names.len(), cells).differences;
            let mut ways = vec![(None, by_mean)];
            if names.len() > 2 {
                let medians = registered.seeds().into_iter().filter_map(|seed| {
                    let on: Vec<f64> =
                        cells.iter().filter(|cell| cell.seed == seed).map(|cell| cell.difference).collect();
                    if on.len() == names.len() { summary::median(&on).ok() } else { None }
                });
                ways.push((Some("the median over data sets"), medians.collect()));
            }
            ways
        }
        EvidenceUnit::Datasets => {
            let over = |middle: fn(&[f64]) -> Option<f64>| {
                let on = |dataset| on_dataset(cells, dataset);
                names.iter().flatten().filter_map(|dataset| middle(&on(dataset))).collect::<Vec<f64>>()
            };
            let mut ways = vec![(None, over(|values| summary::mean(values).ok()))];
            if registered.seeds().len() > 2 {
                ways.push((Some("the median over seeds"), over(|values| summary::median(values).ok())));
            }
            ways
        }
        EvidenceUnit::Examples | EvidenceUnit::Splits => Vec::new(),
    }
}

/// The oriented scores of both sides, on one data set, of one pair of arms and
/// where no run failed.
fn sides(registered: &Registered, hypothesis: &Hypothesis, differences: &Differences) -> Option<(Vec<f64>, Vec<f64>)> {
    if registered.datasets().len() > 1 || differences.pairs > 1 {
        return None;
    }
    let sign = orientation(registered.protocol(), hypothesis);
    let both = |block: &Block| Some((sign * block.baseline?, sign * block.candidate?));
    differences.blocks.iter().map(both).collect()
}

/// The values that lie within three median absolute deviations of the median.
fn near(values: &[f64]) -> Vec<f64> {
    let Ok(middle) = summary::median(values) else { return values.to_vec() };
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let Ok(spread) = summary::median(&distances) else { return values.to_vec() };
    let is_near = |value: &&f64| spread == 0.0 || (**value - middle).abs() <= FAR * NORMAL * spread;
    values.iter().filter(is_near).copied().collect()
}
