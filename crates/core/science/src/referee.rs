use std::collections::BTreeMap;

use gosset_model::{
    Broken, Companion, Effect, Evidence, Hypothesis, HypothesisJudgement, Judgement, LeftOut, Name, Reach, RefutedKind,
    Registered, Undecided, Verdict,
};
use gosset_stats::compare::sign_flip;
use gosset_stats::{Alpha, PairedT, multiplicity, power, summary};

use crate::companions::{Decision, Primary, companions};
use crate::differences::{Differences, Unit, differences, on_dataset, units};

/// Judges every hypothesis of a registered study on its evidence.
///
/// With m the smallest effect of interest and \[L, U\] the one-sided paired-t
/// bounds at the level that Holm's procedure gives the hypothesis in its
/// family: supported if L > 0 and U > m, refuted if U < m, else undecided.
/// Without m only harm (U < 0) refutes. A decision stands only if the
/// companions come to it as well, and if the exact one among them could have
/// come to it with so few seeds. The families of support and of refutation
/// are adjusted apart, each at the registered error rate. What is said beyond
/// the decision (meaningful, harmful, equivalent, trivial) rests on bounds at
/// the level of Holm's first step, which hold for all members at once.
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
        hypotheses,
    }
}

/// The levels of support and refutation for one hypothesis.
#[derive(Debug, Clone, Copy)]
struct Levels {
    support: Alpha,
    refute: Alpha,
}

/// One hypothesis with what its blocks say, before its family is looked at.
struct Measured<'a> {
    hypothesis: &'a Hypothesis,
    differences: Differences,
    units: Vec<Unit>,
    fit: Result<PairedT, String>,
    /// What takes precedence over any estimate.
    overruling: Option<Verdict>,
}

impl<'a> Measured<'a> {
    fn of(registered: &Registered, hypothesis: &'a Hypothesis, evidence: &Evidence) -> Self {
        let differences = differences(registered, hypothesis, evidence);
        let units = units(&differences.blocks, registered.datasets().len());
        let values: Vec<f64> = units.iter().map(|unit| unit.difference).collect();
        let fit = PairedT::from_differences(&values).map_err(|error| error.to_string());
        let overruling = overruling(registered, hypothesis, evidence, &differences);
        Self { hypothesis, differences, units, fit, overruling }
    }

    fn refuting_bound(&self) -> f64 {
        self.hypothesis.smallest_effect.unwrap_or(0.0)
    }

    /// P-values of support and refutation as they count in the family: 1 for a
    /// hypothesis that cannot be decided, which takes its share of the error
    /// rate all the same.
    fn family_p_values(&self) -> (f64, f64) {
        match (&self.fit, &self.overruling) {
            (Ok(fit), None) => self.p_values(fit),
            (Ok(_) | Err(_), _) => (1.0, 1.0),
        }
    }

    fn p_values(&self, fit: &PairedT) -> (f64, f64) {
        (fit.p_greater(0.0), fit.p_less(self.refuting_bound()))
    }

    fn judged(self, registered: &Registered, levels: Levels) -> HypothesisJudgement {
        let protocol = registered.protocol();
        let (grade, trust) = protocol.grade(&self.hypothesis.metric);
        let trust = trust.map(str::to_owned);
        let mut judgement = HypothesisJudgement {
            id: self.hypothesis.id.clone(),
            verdict: Verdict::NoOp,
            grade,
            trust,
            effect: None,
            blocks: Vec::new(),
            void_blocks: self.differences.void_blocks.clone(),
            companions: Vec::new(),
            left_out: Vec::new(),
            more_blocks: None,
            notes: self.notes(registered),
        };
        let mut verdict = Verdict::Undecided { why: Undecided::NotEstimable { why: String::new() } };
        match &self.fit {
            Err(why) => {
                if let Verdict::Undecided { why: Undecided::NotEstimable { why: text } } = &mut verdict {
                    text.clone_from(why);
                }
            }
            Ok(fit) => {
                let analysis = self.analysed(registered, fit, levels);
                verdict = self.verdict(registered, fit, levels, &analysis.companions);
                if !verdict.is_decided() {
                    judgement.more_blocks = self.more_blocks(registered, fit);
                }
                judgement.effect = Some(analysis.effect);
                judgement.companions = analysis.companions;
                judgement.left_out = analysis.left_out;
            }
        }
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
        if datasets.len() > 1 {
            notes.push(format!("The claim is about the mean over these data sets: {}.", datasets.join(", ")));
        }
        let filled = self.differences.blocks.iter().filter(|block| block.failure.is_some()).count();
        if filled > 0 {
            let blocks = counted(filled, "block holds", "blocks hold");
            notes.push(format!(
                "{blocks} a run that failed alone; it counts as the largest difference observed, against its arm."
            ));
        }
        if !self.differences.void_blocks.is_empty() {
            let blocks = counted(self.differences.void_blocks.len(), "block is", "blocks are");
            notes.push(format!("{blocks} void: both arms failed."));
        }
        notes
    }

    fn analysed(&self, registered: &Registered, fit: &PairedT, levels: Levels) -> Analysis {
        let (p_support, p_refute) = self.p_values(fit);
        let first = first_level(registered, &self.hypothesis.family);
        let mean_of = |values: Vec<f64>| summary::mean(&values).ok();
        let blocks = &self.differences.blocks;
        let effect = Effect {
            estimate: fit.mean(),
            lower: fit.lower(levels.support),
            upper: fit.upper(levels.refute),
            lower_level: levels.support.get(),
            upper_level: levels.refute.get(),
            family_level: first.get(),
            family_lower: fit.lower(first),
            family_upper: fit.upper(first),
            n: fit.n() as u64,
            sd: fit.standard_deviation(),
            se: fit.standard_error(),
            df: fit.df(),
            p_support,
            p_refute,
            baseline_mean: mean_of(blocks.iter().filter_map(|block| block.baseline).collect()),
            candidate_mean: mean_of(blocks.iter().filter_map(|block| block.candidate).collect()),
        };
        let values: Vec<f64> = self.units.iter().map(|unit| unit.difference).collect();
        let primary = Primary {
            decision: self.decision(fit, levels),
            refuting_bound: self.refuting_bound(),
            support_level: levels.support,
            refute_level: levels.refute,
        };
        Analysis {
            companions: companions(&values, primary, &registered.digest(), self.hypothesis.id.as_str()),
            left_out: self.left_out(&values, levels, primary.decision),
            effect,
        }
    }

    fn decision(&self, fit: &PairedT, levels: Levels) -> Decision {
        let upper = fit.upper(levels.refute);
        if upper < self.refuting_bound() {
            Decision::Refuted
        } else if fit.lower(levels.support) > 0.0 {
            Decision::Supported
        } else {
            Decision::Neither
        }
    }

    fn verdict(&self, registered: &Registered, fit: &PairedT, levels: Levels, companions: &[Companion]) -> Verdict {
        let decision = self.decision(fit, levels);
        let disagreeing: Vec<_> = companions
            .iter()
            .filter(|companion| companion.agrees == Some(false))
            .map(|companion| companion.method)
            .collect();
        if let Some(why) = self.heterogeneity(registered) {
            return Verdict::Undecided { why };
        }
        let first = first_level(registered, &self.hypothesis.family);
        let (lower, upper) = (fit.lower(first), fit.upper(first));
        let can_confirm = |level: Alpha| sign_flip::smallest_p(fit.n()) <= level.get();
        match decision {
            Decision::Neither => Verdict::Undecided { why: Undecided::Underpowered },
            // So few units are left that the exact test could not confirm it.
            Decision::Supported if !can_confirm(levels.support) => Verdict::Undecided { why: Undecided::Underpowered },
            Decision::Refuted if !can_confirm(levels.refute) => Verdict::Undecided { why: Undecided::Underpowered },
            Decision::Supported | Decision::Refuted if !disagreeing.is_empty() => {
                Verdict::Undecided { why: Undecided::CompanionsDisagree { companions: disagreeing } }
            }
            Decision::Supported => Verdict::Supported {
                is_meaningful: self.hypothesis.smallest_effect.is_some_and(|smallest| lower > smallest),
            },
            Decision::Refuted => {
                let smallest = self.refuting_bound();
                let how = if lower > 0.0 {
                    RefutedKind::Trivial
                } else if lower > -smallest {
                    RefutedKind::Equivalent
                } else if upper < 0.0 {
                    RefutedKind::Harmful
                } else {
                    RefutedKind::NotMeaningful
                };
                Verdict::Refuted { how }
            }
        }
    }

    /// Finds data sets on which the effect goes opposite ways, each at its
    /// share of the error rate.
    fn heterogeneity(&self, registered: &Registered) -> Option<Undecided> {
        let datasets: Vec<Name> = registered.datasets().into_iter().flatten().collect();
        let level = one_sided(registered).divided_by(std::num::NonZeroUsize::new(datasets.len())?);
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for dataset in datasets {
            if let Ok(fit) = PairedT::from_differences(&on_dataset(&self.differences.blocks, &dataset)) {
                if fit.lower(level) > 0.0 {
                    up.push(dataset);
                } else if fit.upper(level) < 0.0 {
                    down.push(dataset);
                }
            }
        }
        if up.is_empty() || down.is_empty() { None } else { Some(Undecided::Heterogeneous { up, down }) }
    }

    fn left_out(&self, values: &[f64], levels: Levels, decision: Decision) -> Vec<LeftOut> {
        let without = |index: usize| {
            let mut rest = values.to_vec();
            rest.remove(index);
            let fit = PairedT::from_differences(&rest).ok()?;
            Some(LeftOut {
                seed: self.units[index].seed,
                estimate: fit.mean(),
                lower: fit.lower(levels.support),
                upper: fit.upper(levels.refute),
                is_same: self.decision(&fit, levels) == decision,
            })
        };
        (0..values.len()).filter_map(without).collect()
    }

    /// How many further seeds would decide with the registered power, at the
    /// first level of the family, if effect and spread are what they seem.
    fn more_blocks(&self, registered: &Registered, fit: &PairedT) -> Option<u64> {
        let design = &registered.protocol().design;
        let alpha = first_level(registered, &self.hypothesis.family);
        let distances = [Some(fit.mean()), Some(self.refuting_bound() - fit.mean())];
        let needed = distances
            .into_iter()
            .flatten()
            .filter(|distance| *distance > 0.0)
            .filter_map(|distance| {
                power::pairs_for_power(distance / fit.standard_deviation(), alpha, design.power).ok()
            })
            .min()?;
        Some(needed.saturating_sub(fit.n() as u64).max(1))
    }
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
    if differences.missing > 0 {
        return Some(Verdict::Undecided { why: Undecided::Missing { blocks: differences.missing } });
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

struct Analysis {
    effect: Effect,
    companions: Vec<Companion>,
    left_out: Vec<LeftOut>,
}

/// The error rate of one direction, before the family is looked at.
pub(crate) fn one_sided(registered: &Registered) -> Alpha {
    Alpha::new(registered.protocol().design.one_sided_alpha())
        .expect("a resolved protocol has an error rate inside (0, 0.5]")
}

/// The level of Holm's first step in `family`.
fn first_level(registered: &Registered, family: &Name) -> Alpha {
    let members = registered.protocol().hypotheses.iter().filter(|hypothesis| hypothesis.family == *family).count();
    one_sided(registered).divided_by(std::num::NonZeroUsize::new(members).unwrap_or(std::num::NonZeroUsize::MIN))
}

fn family_levels(registered: &Registered, measured: &[Measured<'_>]) -> Vec<Levels> {
    let alpha = one_sided(registered);
    let mut families: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
    for (index, one) in measured.iter().enumerate() {
        families.entry(&one.hypothesis.family).or_default().push(index);
    }
    let mut levels = vec![Levels { support: alpha, refute: alpha }; measured.len()];
    for members in families.values() {
        let p_values: Vec<(f64, f64)> = members.iter().map(|index| measured[*index].family_p_values()).collect();
        let stepped = |pick: fn(&(f64, f64)) -> f64| {
            let p: Vec<f64> = p_values.iter().map(pick).collect();
            let levels = multiplicity::holm_levels(&p, alpha).expect("p-values of the paired t lie in 0..=1");
            let level = |level| Alpha::new(level).expect("a share of an error rate is an error rate");
            levels.into_iter().map(level).collect::<Vec<_>>()
        };
        let (support, refute) = (stepped(|p| p.0), stepped(|p| p.1));
        for (place, index) in members.iter().enumerate() {
            levels[*index] = Levels { support: support[place], refute: refute[place] };
        }
    }
    levels
}
