//! The procedures to choose from, and what each promises.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::family::MultiplicityError;
use super::{benjamini_hochberg, benjamini_yekutieli, bonferroni, hochberg, holm, hommel, sidak, two_stage_bh};
use crate::level::Alpha;

/// A procedure that shares one error rate among the hypotheses of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Procedure {
    /// Every p-value at an equal share of the level.
    Bonferroni,
    /// As Bonferroni, a little less strict, for independent p-values.
    Sidak,
    /// Bonferroni, step by step for the hypotheses still left.
    Holm,
    /// Holm's levels from the largest p-value on.
    Hochberg,
    /// All sets of hypotheses tested by Simes' inequality.
    Hommel,
    /// The share of false rejections, for independent p-values.
    BenjaminiHochberg,
    /// The share of false rejections, whatever the dependence.
    BenjaminiYekutieli,
    /// Benjamini-Hochberg with the number of true hypotheses estimated first.
    TwoStageBh,
}

/// Which error a procedure keeps rare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorRate {
    /// The chance of rejecting any true hypothesis.
    FamilyWise,
    /// The expected share of true hypotheses among those rejected.
    FalseDiscovery,
}

/// How p-values may depend on one another for a promise to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dependence {
    /// Not at all.
    Independent,
    /// Not at all, or positively: one small p-value makes others smaller, as
    /// with several candidates against the same baseline.
    Positive,
    /// In whatever way.
    Any,
}

impl Procedure {
    /// All procedures, the strictest of each error rate first.
    pub const ALL: &'static [Self] = &[
        Self::Bonferroni,
        Self::Sidak,
        Self::Holm,
        Self::Hochberg,
        Self::Hommel,
        Self::BenjaminiYekutieli,
        Self::BenjaminiHochberg,
        Self::TwoStageBh,
    ];

    /// Its stable id, which is that of its method in the catalogue.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Bonferroni => "bonferroni",
            Self::Sidak => "sidak",
            Self::Holm => "holm",
            Self::Hochberg => "hochberg",
            Self::Hommel => "hommel",
            Self::BenjaminiHochberg => "benjamini-hochberg",
            Self::BenjaminiYekutieli => "benjamini-yekutieli",
            Self::TwoStageBh => "two-stage-bh",
        }
    }

    /// The error rate that it bounds.
    #[must_use]
    pub const fn error_rate(self) -> ErrorRate {
        match self {
            Self::Bonferroni | Self::Sidak | Self::Holm | Self::Hochberg | Self::Hommel => ErrorRate::FamilyWise,
            Self::BenjaminiHochberg | Self::BenjaminiYekutieli | Self::TwoStageBh => ErrorRate::FalseDiscovery,
        }
    }

    /// The dependence under which its promise is proved.
    ///
    /// Two-sided tests of normal means let Šidák's correction allow any
    /// correlation; one-sided tests, which are meant here, do not.
    ///
    /// # Source
    /// Sarkar 2008, "On the Simes Inequality and its Generalization", for
    /// Hochberg and Hommel; Benjamini and Yekutieli 2001, "The Control of the
    /// False Discovery Rate in Multiple Testing under Dependency", theorems
    /// 1.2 and 1.3; Benjamini, Krieger and Yekutieli 2006, theorem 1.
    #[must_use]
    pub const fn dependence(self) -> Dependence {
        match self {
            Self::Bonferroni | Self::Holm | Self::BenjaminiYekutieli => Dependence::Any,
            Self::Sidak | Self::Hochberg | Self::Hommel | Self::BenjaminiHochberg => Dependence::Positive,
            Self::TwoStageBh => Dependence::Independent,
        }
    }

    /// Adjusts p-values, in the order given: the smallest error rate at which
    /// each hypothesis is rejected.
    ///
    /// # Errors
    /// [`MultiplicityError::NotAProbability`].
    pub fn adjusted(self, p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
        match self {
            Self::Bonferroni => bonferroni::bonferroni_adjusted(p_values),
            Self::Sidak => sidak::sidak_adjusted(p_values),
            Self::Holm => holm::holm_adjusted(p_values),
            Self::Hochberg => hochberg::hochberg_adjusted(p_values),
            Self::Hommel => hommel::hommel_adjusted(p_values),
            Self::BenjaminiHochberg => benjamini_hochberg::benjamini_hochberg_adjusted(p_values),
            Self::BenjaminiYekutieli => benjamini_yekutieli::benjamini_yekutieli_adjusted(p_values),
            Self::TwoStageBh => two_stage_bh::two_stage_bh_adjusted(p_values),
        }
    }

    /// Finds the level at which each p-value is finally compared, in the order
    /// given.
    ///
    /// A p-value is at most its level if and only if its hypothesis is
    /// rejected at the error rate `alpha`, so that one-sided bounds at these
    /// levels agree with the decisions. What they say beyond the decisions is
    /// not promised for a family-wise procedure with steps; for that see
    /// [`Self::bound_levels`]. Levels lie in 0..1, but for two-stage-bh, which
    /// may come to 1 and so reject whatever there is.
    ///
    /// # Errors
    /// [`MultiplicityError::NotAProbability`].
    pub fn levels(self, p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
        match self {
            Self::Bonferroni => bonferroni::bonferroni_levels(p_values, alpha),
            Self::Sidak => sidak::sidak_levels(p_values, alpha),
            Self::Holm => holm::holm_levels(p_values, alpha),
            Self::Hochberg => hochberg::hochberg_levels(p_values, alpha),
            Self::Hommel => hommel::hommel_levels(p_values, alpha),
            Self::BenjaminiHochberg => benjamini_hochberg::benjamini_hochberg_levels(p_values, alpha),
            Self::BenjaminiYekutieli => benjamini_yekutieli::benjamini_yekutieli_levels(p_values, alpha),
            Self::TwoStageBh => two_stage_bh::two_stage_bh_levels(p_values, alpha),
        }
    }

    /// Finds the level of one-sided bounds that may be read beyond the
    /// decisions, such as "above the smallest effect that matters".
    ///
    /// For a family-wise procedure the bounds of all hypotheses hold at once
    /// with a chance of at least 1 - `alpha`: they stand at the level of the
    /// first step, and a hypothesis that a later step rejects may have a bound
    /// that does not say so. For the others an expected share of at most
    /// `alpha` of the bounds of the rejected hypotheses is wrong, and the
    /// bounds of hypotheses that are not rejected carry no promise: the level
    /// is `alpha` times the share of hypotheses that are rejected. Those are
    /// the deciding levels of Benjamini-Hochberg, and with the factor for
    /// dependence of Benjamini-Yekutieli; two-stage-bh decides at larger ones.
    ///
    /// # Errors
    /// [`MultiplicityError::NotAProbability`].
    ///
    /// # Source
    /// Strassburger and Bretz 2008, "Compatible simultaneous lower confidence
    /// bounds for the Holm procedure", for why later steps add nothing;
    /// Benjamini and Yekutieli 2005, "False Discovery Rate-Adjusted Multiple
    /// Confidence Intervals for Selected Parameters", theorems 1 and 4.
    pub fn bound_levels(self, p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
        match self {
            Self::Bonferroni | Self::Holm | Self::Hochberg | Self::Hommel => {
                bonferroni::bonferroni_levels(p_values, alpha)
            }
            Self::Sidak => sidak::sidak_levels(p_values, alpha),
            Self::BenjaminiHochberg | Self::BenjaminiYekutieli => self.levels(p_values, alpha),
            Self::TwoStageBh => two_stage_bh::bound_levels(p_values, alpha),
        }
    }

    /// Finds the level of the first step for a family of this size: the
    /// strictest at which any p-value is compared.
    ///
    /// A design in which no test can come to this level cannot reject anything.
    /// An empty family counts as one hypothesis.
    #[must_use]
    pub fn first_level(self, members: usize, alpha: Alpha) -> Alpha {
        let members = members.max(1);
        let level = match self {
            Self::Bonferroni | Self::Holm | Self::Hochberg | Self::Hommel | Self::BenjaminiHochberg => {
                alpha.get() / members as f64
            }
            Self::Sidak => sidak::level(members, alpha),
            Self::BenjaminiYekutieli => alpha.get() / (members as f64 * benjamini_yekutieli::harmonic(members)),
            Self::TwoStageBh => two_stage_bh::first_stage(alpha) / members as f64,
        };
        alpha.lowered_to(level)
    }
}

/// Finds the level at which a procedure finally compares each p-value; see
/// [`Procedure::levels`].
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
pub fn levels(procedure: Procedure, p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    procedure.levels(p_values, alpha)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiplicity::METHODS;

    #[test]
    fn each_procedure_is_a_method_of_the_group_by_its_id() {
        assert_eq!(Procedure::ALL.len(), METHODS.len());
        for procedure in Procedure::ALL {
            assert!(METHODS.iter().any(|method| method.id == procedure.id()), "{procedure:?}");
            assert_eq!(serde_json::to_value(procedure).unwrap(), procedure.id());
        }
    }

    #[test]
    fn a_family_of_one_is_compared_at_the_whole_level() {
        let alpha = Alpha::new(0.05).unwrap();
        for procedure in Procedure::ALL.iter().filter(|procedure| **procedure != Procedure::TwoStageBh) {
            let level = procedure.first_level(1, alpha).get();
            assert!((level - 0.05).abs() < 1e-15, "{procedure:?} {level}");
            assert_eq!(procedure.levels(&[0.2], alpha).unwrap(), [level]);
            let adjusted = procedure.adjusted(&[0.2]).unwrap()[0];
            assert!((adjusted - 0.2).abs() < 1e-15, "{procedure:?} {adjusted}");
        }
    }

    #[test]
    fn where_nothing_is_rejected_all_are_compared_at_the_first_level() {
        let (p_values, alpha) = ([0.9, 0.8, 0.95, 0.7], Alpha::new(0.05).unwrap());
        for procedure in Procedure::ALL {
            let first = procedure.first_level(4, alpha).get();
            for level in procedure.levels(&p_values, alpha).unwrap() {
                // Hommel's may be less strict: what all p-values together say counts.
                assert!(level >= first && (*procedure == Procedure::Hommel || level == first), "{procedure:?} {level}");
            }
        }
    }

    #[test]
    fn what_is_not_a_probability_is_named() {
        let alpha = Alpha::new(0.05).unwrap();
        for procedure in Procedure::ALL {
            let error = procedure.adjusted(&[0.5, f64::NAN]).unwrap_err();
            assert!(matches!(error, MultiplicityError::NotAProbability { index: 1, .. }));
            let error = procedure.levels(&[-0.1], alpha).unwrap_err();
            assert_eq!(error, MultiplicityError::NotAProbability { index: 0, value: -0.1 });
            assert_eq!(procedure.adjusted(&[]), Ok(vec![]));
            assert_eq!(procedure.levels(&[], alpha), Ok(vec![]));
        }
    }
}
