use std::collections::BTreeMap;

use gosset_model::{
    Broken, Decision, Effect, Evidence, EvidenceUnit, Grade, Horizon, Hypothesis, HypothesisJudgement, Judgement, Look,
    Measure, MissingCase, MissingCases, Name, Reach, Reading, Registered, Trend, Undecided, Verdict,
};
use gosset_stats::summary;

use crate::ablation::ablation;
use crate::benchmark::{RegisteredBenchmark, registered_benchmark};
use crate::claim::{Claim, Levels, first_level_of, is_for_want_of_units, one_sided, p_values};
use crate::companions::{companions, confirmation, fewest_to_confirm};
use crate::differences::{Differences, Units, differences, on_dataset, units};
use crate::fit::Fit;
use crate::fragility::{fewest_to_change, left_out};
use crate::multiverse::multiverse;
use crate::scaling::scaling;

/// Judges every hypothesis of a registered study on its evidence.
///
/// With m the smallest effect of interest and \[L, U\] the one-sided paired-t
/// bounds at the level that the family's procedure, Holm's if none is
/// registered, gives the hypothesis (in a sequential study their anytime-valid counterpart, so that the
/// error rates hold wherever it stops): supported if L > 0 and U > m, refuted if U < m, else undecided.
/// Without m only harm (U < 0) refutes. A decision stands only if the
/// companions come to it as well, and if the exact one among them could have
/// come to it with so few seeds. The families of support and of refutation
/// are adjusted apart, each at the registered error rate. What is said beyond
/// the decision (meaningful, harmful, equivalent, trivial) rests on bounds at
/// the level of the procedure's first step, which hold for all members at once.
///
/// A block that lacks a run takes part in no estimate; a decision stands only
/// if it is the same with each of them counted as the largest difference
/// observed, for and against the claim.
///
/// Never fails: what cannot be decided is a verdict too.
///
/// # Source
/// Student 1908 for the bounds; Holm 1979, "A Simple Sequentially Rejective
/// Multiple Test Procedure"; Schuirmann 1987 for the two one-sided tests.
/// Strassburger and Bretz 2008 show why a bound at the level of a later step
/// says no more than the decision.
#[must_use]
pub fn judge(registered: &Registered, evidence: &Evidence) -> Judgement {
    let protocol = registered.protocol();
    let measured: Vec<Measured<'_>> =
        protocol.hypotheses.iter().map(|hypothesis| Measured::of(registered, hypothesis, evidence)).collect();
    let levels = family_levels(registered, &measured);
    let hypotheses =
        measured.into_iter().zip(levels).map(|(measured, levels)| measured.judged(registered, levels)).collect();
    let finished = evidence.runs.iter().filter_map(|run| run.result.as_ref());
    let finished = finished.filter(|result| result.outcome.is_finished()).count();
    Judgement {
        version: Judgement::VERSION,
        protocol: registered.digest(),
        is_complete: evidence.is_complete(),
        runs_planned: evidence.runs.len() as u64,
        runs_finished: finished as u64,
        runs_failed: (evidence.ended() - finished) as u64,
        look: look(registered, evidence),
        hypotheses,
        ablation: ablation(registered, evidence),
        scaling: scaling(registered, evidence),
        benchmark: registered_benchmark(registered, evidence).as_ref().map(RegisteredBenchmark::findings),
    }
}

/// One hypothesis with what its blocks say, before its family is looked at.
struct Measured<'a> {
    hypothesis: &'a Hypothesis,
    differences: Differences,
    units: Units,
    fit: Result<Fit, String>,
    /// The fits with missing blocks counted against and for the claim; none
    /// where no block is missing.
    extremes: Option<[Fit; 2]>,
    /// What takes precedence over any estimate.
    overruling: Option<Verdict>,
    /// Looks that the horizon does not allow.
    early_looks: u64,
}

impl<'a> Measured<'a> {
    fn of(registered: &Registered, hypothesis: &'a Hypothesis, evidence: &Evidence) -> Self {
        let differences = differences(registered, hypothesis, evidence);
        let smallest = first_level_of(registered.protocol(), &hypothesis.family);
        let fit_of = |units: &Units| Fit::of(registered.protocol(), &units.differences, smallest);
        let (units, fit) = match units(registered, hypothesis, evidence, &differences.cells()) {
            Ok(units) => {
                let fit = fit_of(&units);
                (units, fit)
            }
            Err(why) => (Units::default(), Err(why)),
        };
        let fit = match differences.without_logarithm {
            0 => fit,
            blocks => Err(format!("{blocks} pairs of runs have a score of 0 or below, which has no logarithm")),
        };
        let extreme = |value: f64| {
            let units =
                crate::differences::units(registered, hypothesis, evidence, &differences.cells_with_missing(value));
            units.ok().and_then(|units| fit_of(&units).ok())
        };
        let largest = differences.largest().filter(|_| !differences.missing.is_empty());
        let extremes = largest.and_then(|largest| Some([extreme(-largest)?, extreme(largest)?]));
        let is_missing = !differences.missing.is_empty() && (extremes.is_none() || fit.is_err());
        let missing = Undecided::Missing { blocks: differences.missing.len() as u64 };
        let missing = is_missing.then_some(Verdict::Undecided { why: missing });
        let overruling = overruling(registered, hypothesis, evidence, &differences).or(missing);
        let early_looks = match &registered.protocol().design.horizon {
            Horizon::Fixed => evidence.early_looks,
            Horizon::Sequential { .. } => 0,
        };
        Self { hypothesis, differences, units, fit, extremes, overruling, early_looks }
    }

    /// P-values of support and refutation as they count in the family: 1 for a
    /// hypothesis that cannot be decided, which takes its share of the error
    /// rate all the same.
    fn family_p_values(&self) -> (f64, f64) {
        match (&self.fit, &self.overruling) {
            (Ok(fit), None) => {
                let fits = std::iter::once(fit).chain(self.extremes.iter().flatten());
                let all = fits.map(|fit| p_values(fit, self.hypothesis.smallest_effect));
                all.fold((0.0, 0.0), |most: (f64, f64), p| (most.0.max(p.0), most.1.max(p.1)))
            }
            (Ok(_) | Err(_), _) => (1.0, 1.0),
        }
    }

    fn judged(self, registered: &Registered, levels: Levels) -> HypothesisJudgement {
        let protocol = registered.protocol();
        let (grade, trust) = protocol.grade(&self.hypothesis.metric);
        let trust = trust.map(str::to_owned);
        let mut judgement = HypothesisJudgement {
            id: self.hypothesis.id.clone(),
            verdict: Verdict::NoOp,
            unit: protocol.evidence_unit(self.hypothesis),
            grade: if self.early_looks > 0 { grade.max(Grade::B) } else { grade },
            trust,
            early_looks: self.early_looks,
            effect: None,
            blocks: Vec::new(),
            void_blocks: self.differences.void_blocks.clone(),
            companions: Vec::new(),
            left_out: Vec::new(),
            fewest_to_change: None,
            multiverse: Vec::new(),
            missing: None,
            more_blocks: None,
            notes: self.notes(registered),
        };
        let verdict = match &self.fit {
            Err(why) => Verdict::Undecided { why: Undecided::NotEstimable { why: why.clone() } },
            Ok(fit) => {
                let claim = Claim { fit, smallest: self.hypothesis.smallest_effect, levels };
                let values = &self.units.differences;
                let companions = companions(registered, self.hypothesis, values, claim.primary());
                let confirmation = confirmation(registered, values, claim.primary(), &companions);
                judgement.missing = self.missing(claim);
                let missing = judgement.missing.as_ref().and_then(|cases| undecided_by_missing(cases, claim));
                let why = self.heterogeneity(registered).or(missing).map(|why| Verdict::Undecided { why });
                let verdict = why.unwrap_or_else(|| claim.verdict(confirmation, &companions));
                if self.overruling.is_none() && is_for_want_of_units(&verdict) {
                    let fewest = fewest_to_confirm(registered, levels.first);
                    judgement.more_blocks = claim.more_units(protocol.design.power, fewest);
                }
                judgement.effect = Some(self.effect(claim));
                let cells = self.differences.cells();
                judgement.left_out = left_out(registered, judgement.unit, &self.units, &cells, claim);
                judgement.fewest_to_change = fewest_to_change(registered, &self.units, claim);
                let alpha = one_sided(registered.protocol());
                let decision = claim.decision();
                judgement.multiverse =
                    multiverse(registered, self.hypothesis, &self.differences, levels, alpha, decision);
                judgement.companions = companions;
                verdict
            }
        };
        judgement.verdict = self.overruling.unwrap_or(verdict);
        judgement.blocks = self.differences.blocks;
        judgement
    }

    fn notes(&self, registered: &Registered) -> Vec<String> {
        let mut notes = Vec::new();
        if self.hypothesis.smallest_effect.is_none() {
            notes.push("No smallest effect of interest is registered, so only harm could refute the claim.".to_owned());
        }
        let datasets: Vec<String> = registered.datasets().iter().flatten().map(|name| format!("`{name}`")).collect();
        if let Some((averaged, trend)) = self.hypothesis.averaged.as_ref().zip(self.hypothesis.trend()) {
            notes.push(about_trend(averaged.pairs.len(), trend));
        } else if let Some(averaged) = &self.hypothesis.averaged {
            notes.push(format!(
                "Each difference is the mean over {} pairs of arms, {} against {}, in which each arm stands once; each pair is listed as a block of its own.",
                averaged.pairs.len(),
                averaged.candidate,
                averaged.baseline
            ));
        }
        let unit = registered.protocol().evidence_unit(self.hypothesis);
        if unit == EvidenceUnit::Splits {
            notes.push("Splits of one set of data share training data, so that they are not independent: the corrected t test allows for that, and no test that takes them for independent accompanies it.".to_owned());
        }
        if unit == EvidenceUnit::Datasets {
            notes
                .push("The data sets stand for tasks of their kind: each of them is one piece of evidence.".to_owned());
        } else if datasets.len() > 1 {
            notes.push(format!("The claim is about the mean over these data sets: {}.", datasets.join(", ")));
        }
        if self.early_looks > 0 {
            notes.push(format!(
                "Results were shown {} before all runs had ended; the error rates hold only if nothing was decided by them.",
                if self.early_looks == 1 { "once".to_owned() } else { format!("{} times", self.early_looks) }
            ));
        }
        let filled = self.differences.blocks.iter().filter(|block| block.failure.is_some()).count();
        if filled > 0 {
            let blocks = counted(filled, "block holds", "blocks hold");
            notes.push(format!(
                "{blocks} a run that failed alone; it counts as the largest difference observed, against its arm."
            ));
        }
        if !self.differences.missing.is_empty() {
            let blocks = counted(self.differences.missing.len(), "block lacks", "blocks lack");
            notes.push(format!(
                "{blocks} a run; a decision stands only if it is the same with each of them counted as the largest difference observed, for and against the claim."
            ));
        }
        if !self.differences.void_blocks.is_empty() {
            let blocks = counted(self.differences.void_blocks.len(), "block is", "blocks are");
            notes.push(format!("{blocks} void: both arms failed."));
        }
        notes
    }

    fn effect(&self, claim: Claim<'_>) -> Effect {
        let mean_of = |values: Vec<f64>| summary::mean(&values).ok();
        let blocks = &self.differences.blocks;
        Effect {
            baseline_mean: mean_of(blocks.iter().filter_map(|block| block.baseline).collect()),
            candidate_mean: mean_of(blocks.iter().filter_map(|block| block.candidate).collect()),
            ..claim.effect()
        }
    }

    /// Finds data sets on which the effect goes opposite ways, each at its
    /// share of the error rate.
    fn heterogeneity(&self, registered: &Registered) -> Option<Undecided> {
        if registered.protocol().evidence_unit(self.hypothesis) == EvidenceUnit::Datasets {
            // How data sets differ is part of the error then.
            return None;
        }
        let datasets: Vec<Name> = registered.datasets().into_iter().flatten().collect();
        let level = one_sided(registered.protocol()).divided_by(std::num::NonZeroUsize::new(datasets.len())?);
        let cells = self.differences.cells();
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for dataset in datasets {
            let differences = on_dataset(&cells, &dataset);
            if let Ok(fit) = Fit::of(registered.protocol(), &differences, level) {
                if fit.lower(level) > 0.0 {
                    up.push(dataset.to_string());
                } else if fit.upper(level) < 0.0 {
                    down.push(dataset.to_string());
                }
            }
        }
        if up.is_empty() || down.is_empty() { None } else { Some(Undecided::Heterogeneous { up, down }) }
    }

    /// The effect with missing blocks counted either way.
    fn missing(&self, claim: Claim<'_>) -> Option<MissingCases> {
        let case = |fit: &Fit| MissingCase {
            estimate: fit.student().estimate,
            lower: fit.lower(claim.levels.support),
            upper: fit.upper(claim.levels.refute),
            decision: Claim { fit, ..claim }.decision(),
        };
        let [against, in_favour] = self.extremes.as_ref()?;
        Some(MissingCases {
            blocks: self.differences.missing.len() as u64,
            against: case(against),
            in_favour: case(in_favour),
        })
    }
}

/// Whether what is missing could change the decision.
fn undecided_by_missing(cases: &MissingCases, claim: Claim<'_>) -> Option<Undecided> {
    let decision = claim.decision();
    let is_same = [&cases.against, &cases.in_favour].iter().all(|case| case.decision == decision);
    (decision != Decision::Neither && !is_same).then_some(Undecided::Missing { blocks: cases.blocks })
}

/// What one difference of a trend is.
fn about_trend(pairs: usize, trend: &Trend) -> String {
    let gain = match trend.measure {
        Measure::LogRatio => "log ratios",
        Measure::Difference => "differences",
    };
    let reading = match trend.reading {
        Reading::Slope => "the slope of a straight line".to_owned(),
        Reading::At { times_the_largest, .. } => {
            format!("the height, at {times_the_largest} times the largest, of a straight line")
        }
    };
    format!(
        "Each difference is {reading} through the {gain} of {pairs} pairs of arms over the logarithm of {}; each pair is listed as a block of its own. Whether the line is straight, the ladder can show within its sizes alone.",
        trend.along.word()
    )
}

/// The look that the evidence reaches to, in a sequential study.
fn look(registered: &Registered, evidence: &Evidence) -> Option<Look> {
    let design = &registered.protocol().design;
    let Horizon::Sequential { looks, .. } = &design.horizon else { return None };
    let seeds_asked = evidence.runs.len() * design.seeds.count() / registered.protocol().run_count();
    let number = looks.iter().position(|seeds| *seeds as usize >= seeds_asked)?;
    Some(Look { number: number as u32 + 1, of: looks.len() as u32, seeds: looks[number] })
}

/// Finds what takes precedence over any estimate.
fn overruling(
    registered: &Registered,
    hypothesis: &Hypothesis,
    evidence: &Evidence,
    differences: &Differences,
) -> Option<Verdict> {
    if let Some(mismatch) = evidence.mismatches.first() {
        return Some(Verdict::Invalid { broken: Broken::DataChanged { mismatch: mismatch.clone() } });
    }
    let touches = |reach: &Reach| match reach {
        Reach::Words => false,
        Reach::Hypothesis { id } => *id == hypothesis.id,
        Reach::Study => true,
    };
    let late: Vec<_> = evidence.late_changes.iter().filter(|change| touches(&change.reach)).cloned().collect();
    if !late.is_empty() {
        return Some(Verdict::Invalid { broken: Broken::LateAmendment { changes: late } });
    }
    if differences.is_no_op {
        return Some(Verdict::NoOp);
    }
    let policy = registered.protocol().design.failures;
    if policy == gosset_model::FailurePolicy::Undecided && differences.failures > 0 {
        return Some(Verdict::Undecided { why: Undecided::Failures { blocks: differences.failures } });
    }
    None
}

/// "1 block is" or "3 blocks are".
fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn family_levels(registered: &Registered, measured: &[Measured<'_>]) -> Vec<Levels> {
    let alpha = one_sided(registered.protocol());
    let mut families: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
    for (index, one) in measured.iter().enumerate() {
        families.entry(&one.hypothesis.family).or_default().push(index);
    }
    let mut levels = vec![Levels { support: alpha, refute: alpha, first: alpha }; measured.len()];
    for (family, members) in families {
        let p_values: Vec<(f64, f64)> = members.iter().map(|index| measured[*index].family_p_values()).collect();
        for (index, found) in
            members.iter().zip(Levels::of_family(registered.protocol().procedure(family), &p_values, alpha))
        {
            levels[*index] = found;
        }
    }
    levels
}
