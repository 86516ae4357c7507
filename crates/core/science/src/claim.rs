use gosset_model::{
    Companion, CompanionMethod, Decision, Effect, Name, Procedure, Protocol, RefutedKind, Undecided, Verdict,
};
use gosset_stats::{Alpha, multiplicity};

use crate::companions::{Confirmation, Primary};
use crate::fit::Fit;

/// The levels of support and refutation for one claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Levels {
    pub(crate) support: Alpha,
    pub(crate) refute: Alpha,
    /// The level of the first step, at which the bounds of all members of the
    /// family hold at once.
    pub(crate) first: Alpha,
}

impl Levels {
    /// Shares the error rate of each direction among the members of a family,
    /// whose p-values of support and of refutation are given: its procedure on
    /// each of the two.
    pub(crate) fn of_family(procedure: Procedure, p_values: &[(f64, f64)], alpha: Alpha) -> Vec<Self> {
        let first = method(procedure).first_level(p_values.len(), alpha);
        let stepped = |pick: fn(&(f64, f64)) -> f64| {
            let p: Vec<f64> = p_values.iter().map(pick).collect();
            let levels = method(procedure).levels(&p, alpha).expect("p-values lie in 0..=1");
            levels.into_iter().map(|level| alpha.lowered_to(level)).collect::<Vec<_>>()
        };
        let steps = stepped(|p| p.0).into_iter().zip(stepped(|p| p.1));
        steps.map(|(support, refute)| Self { support, refute, first }).collect()
    }
}

/// The procedure among the methods of the catalogue.
fn method(procedure: Procedure) -> multiplicity::Procedure {
    match procedure {
        Procedure::Bonferroni => multiplicity::Procedure::Bonferroni,
        Procedure::Holm => multiplicity::Procedure::Holm,
        Procedure::Hochberg => multiplicity::Procedure::Hochberg,
        Procedure::Hommel => multiplicity::Procedure::Hommel,
        Procedure::BenjaminiHochberg => multiplicity::Procedure::BenjaminiHochberg,
        Procedure::BenjaminiYekutieli => multiplicity::Procedure::BenjaminiYekutieli,
    }
}

/// The level of one direction, before a family shares it.
pub(crate) fn one_sided(protocol: &Protocol) -> Alpha {
    level_of(protocol.design.one_sided_alpha())
}

/// An [`ErrorRate`](gosset_model::ErrorRate), or its half, as a level.
pub(crate) fn level_of(rate: f64) -> Alpha {
    Alpha::HALF.lowered_to(rate)
}

/// The level of the first step in `family`.
pub(crate) fn first_level_of(protocol: &Protocol, family: &Name) -> Alpha {
    method(protocol.procedure(family)).first_level(protocol.members(family), one_sided(protocol))
}

/// A claim that an effect is above zero, and what the primary analysis says of
/// it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) fit: &'a Fit,
    /// The smallest effect of interest.
    pub(crate) smallest: Option<f64>,
    pub(crate) levels: Levels,
}

/// The bound below which an effect refutes a claim.
pub(crate) fn refuting_bound(smallest: Option<f64>) -> f64 {
    smallest.unwrap_or(0.0)
}

/// Whether further pieces of evidence of the same kind would decide: they do
/// not bring back missing runs, nor make data sets or analyses agree.
pub(crate) fn is_for_want_of_units(verdict: &Verdict) -> bool {
    *verdict == Verdict::Undecided { why: Undecided::Underpowered }
}

/// The p-values of support and of refutation.
pub(crate) fn p_values(fit: &Fit, smallest: Option<f64>) -> (f64, f64) {
    (fit.p_greater(0.0), fit.p_less(refuting_bound(smallest)))
}

impl Claim<'_> {
    /// What the bounds decide.
    pub(crate) fn decision(&self) -> Decision {
        if self.fit.upper(self.levels.refute) < refuting_bound(self.smallest) {
            Decision::Refuted
        } else if self.fit.lower(self.levels.support) > 0.0 {
            Decision::Supported
        } else {
            Decision::Neither
        }
    }

    /// What companions need to know.
    pub(crate) fn primary(&self) -> Primary {
        Primary {
            decision: self.decision(),
            refuting_bound: refuting_bound(self.smallest),
            support_level: self.levels.support,
            refute_level: self.levels.refute,
        }
    }

    /// The effect with its bounds, without the means of the arms.
    pub(crate) fn effect(&self) -> Effect {
        let Self { fit, levels, .. } = self;
        let student = fit.student();
        let (p_support, p_refute) = p_values(fit, self.smallest);
        Effect {
            estimate: student.estimate,
            lower: fit.lower(levels.support),
            upper: fit.upper(levels.refute),
            lower_level: levels.support.get(),
            upper_level: levels.refute.get(),
            family_level: levels.first.get(),
            family_lower: fit.lower(levels.first),
            family_upper: fit.upper(levels.first),
            n: student.n as u64,
            sd: student.standard_deviation,
            se: student.standard_error,
            df: student.df,
            p_support,
            p_refute,
            baseline_mean: None,
            candidate_mean: None,
        }
    }

    /// The verdict, with what the companions say of the decision.
    pub(crate) fn verdict(&self, confirmation: Confirmation, companions: &[Companion]) -> Verdict {
        let disagreeing: Vec<CompanionMethod> = companions
            .iter()
            .filter(|companion| companion.agrees == Some(false))
            .map(|companion| companion.method)
            .collect();
        match self.decision() {
            Decision::Neither => Verdict::Undecided { why: Undecided::Underpowered },
            Decision::Supported | Decision::Refuted if confirmation == Confirmation::OutOfReach => {
                Verdict::Undecided { why: Undecided::Underpowered }
            }
            Decision::Supported | Decision::Refuted if !disagreeing.is_empty() => {
                Verdict::Undecided { why: Undecided::CompanionsDisagree { companions: disagreeing } }
            }
            Decision::Supported => {
                let lower = self.fit.lower(self.levels.first);
                Verdict::Supported { is_meaningful: self.smallest.is_some_and(|smallest| lower > smallest) }
            }
            Decision::Refuted => Verdict::Refuted { how: self.kind_of_refutation() },
        }
    }

    fn kind_of_refutation(&self) -> RefutedKind {
        let (lower, upper) = (self.fit.lower(self.levels.first), self.fit.upper(self.levels.first));
        if lower > 0.0 {
            RefutedKind::Trivial
        } else if lower > -refuting_bound(self.smallest) {
            RefutedKind::Equivalent
        } else if upper < 0.0 {
            RefutedKind::Harmful
        } else {
            RefutedKind::NotMeaningful
        }
    }

    /// How many further units would decide, at the first level of the family,
    /// if effect and spread are what they seem; enough for `fewest` units in
    /// all, where fewer could not confirm a decision.
    pub(crate) fn more_units(&self, power: f64, fewest: usize) -> Option<u64> {
        let student = self.fit.student();
        let distances = [student.estimate, refuting_bound(self.smallest) - student.estimate];
        let needed = distances
            .into_iter()
            .filter(|distance| *distance > 0.0)
            .filter_map(|distance| self.fit.units_to_decide(distance, self.levels.first, power))
            .min()?
            .max(fewest as u64);
        Some(needed.saturating_sub(student.n as u64).max(1))
    }
}
