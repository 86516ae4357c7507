//! A comparison before its data: what it can find, and what it needs.

use super::error::PowerError;
use super::paired_t::{self, MOST_PAIRS, check_power};
use super::planned::{Planned, Simulation};
use super::search::{Growth, first_size, smallest_effect};
use super::{equivalence, one_proportion, paired_proportions, simulated, t_tests, two_proportions};
use crate::compare::sign_flip;
use crate::level::Alpha;

/// A test with the numbers that fix its power, but for the effect and the
/// level. Every test is one-sided: the candidate is better, or the claim holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Design {
    /// The paired t test. The effect is in standard deviations of the
    /// differences.
    PairedT {
        /// How many pairs.
        pairs: u64,
    },
    /// Student's t test of two independent groups with one standard deviation,
    /// in which the effect is given.
    TwoGroups {
        /// How many observations the baseline has.
        baseline: u64,
        /// How many times as many the candidate has, rounded up.
        ratio: f64,
    },
    /// The exact binomial test of one proportion. The effect is what it lies
    /// above the null.
    OneProportion {
        /// How many trials.
        trials: u64,
        /// The proportion under the hypothesis.
        null: f64,
    },
    /// Two independent proportions: Fisher's exact test where both together
    /// have at most 2,000 trials, the normal test beyond. There the power of the
    /// normal test is still 0.01 to 0.02 above that of Fisher's, for 0.98 against
    /// 0.99 even 0.06. The effect is their difference.
    TwoProportions {
        /// How many trials the baseline has.
        baseline: u64,
        /// How many times as many the candidate has, rounded up.
        ratio: f64,
        /// The baseline's proportion.
        rate: f64,
    },
    /// McNemar's exact test on the same items. The effect is the difference of
    /// the proportions of right ones.
    PairedProportions {
        /// How many items.
        items: u64,
        /// The share of items that only one of the two gets right.
        disagreement: f64,
    },
    /// The sign test. The effect is what the chance of a win lies above one
    /// half.
    Sign {
        /// How many pairs.
        pairs: u64,
    },
    /// The sign-flip test, on normal differences that are drawn. The effect is
    /// in their standard deviation.
    SignFlip {
        /// How many pairs.
        pairs: u64,
    },
    /// Wilcoxon's signed-rank test, on normal differences that are drawn. The
    /// effect is in their standard deviation.
    SignedRank {
        /// How many pairs.
        pairs: u64,
    },
    /// Two one-sided paired t tests: the true effect lies within the margin.
    /// Both are in standard deviations of the differences.
    Equivalence {
        /// How many pairs.
        pairs: u64,
        /// The margin on either side of 0.
        margin: f64,
    },
    /// The paired t test that the effect is above a margin. Both are in standard
    /// deviations of the differences.
    MinimumEffect {
        /// How many pairs.
        pairs: u64,
        /// What the effect must exceed.
        margin: f64,
    },
    /// Paired t bounds that support or refute a claim; the power is the chance
    /// of either. See [`equivalence::support_or_refute`] for each of them.
    SupportOrRefute {
        /// How many pairs.
        pairs: u64,
        /// The smallest effect of interest, in standard deviations of the
        /// differences.
        smallest: f64,
    },
    /// The t test of the mean differences of tasks, which stand for all tasks.
    /// The effect is in standard deviations of one run's difference within a
    /// task.
    Tasks {
        /// How many tasks.
        tasks: u64,
        /// How many runs on each task.
        runs: u64,
        /// The standard deviation of the tasks' true differences, in that of a
        /// run's.
        between: f64,
    },
    /// The t sequence at registered looks, on normal differences that are
    /// drawn. The effect is in their standard deviation.
    Sequential {
        /// After how many pairs it is looked at.
        looks: Vec<u64>,
        /// The scale of the mixture, as of the t sequence.
        scale: f64,
    },
}

impl Design {
    /// What it is called in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PairedT { .. } => "the paired t test",
            Self::TwoGroups { .. } => "the t test of two groups",
            Self::OneProportion { .. } => "the test of one proportion",
            Self::TwoProportions { .. } => "the test of two proportions",
            Self::PairedProportions { .. } => "McNemar's test",
            Self::Sign { .. } => "the sign test",
            Self::SignFlip { .. } => "the sign-flip test",
            Self::SignedRank { .. } => "the signed-rank test",
            Self::Equivalence { .. } => "the test of equivalence",
            Self::MinimumEffect { .. } => "the test of a minimum effect",
            Self::SupportOrRefute { .. } => "support or refutation",
            Self::Tasks { .. } => "the t test over tasks",
            Self::Sequential { .. } => "the t sequence",
        }
    }

    /// Its size: pairs, items, tasks, trials, the baseline's observations, or
    /// the pairs at the last look.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::PairedT { pairs }
            | Self::Sign { pairs }
            | Self::SignFlip { pairs }
            | Self::SignedRank { pairs }
            | Self::Equivalence { pairs, .. }
            | Self::MinimumEffect { pairs, .. }
            | Self::SupportOrRefute { pairs, .. } => *pairs,
            Self::TwoGroups { baseline, .. } | Self::TwoProportions { baseline, .. } => *baseline,
            Self::OneProportion { trials, .. } => *trials,
            Self::PairedProportions { items, .. } => *items,
            Self::Tasks { tasks, .. } => *tasks,
            Self::Sequential { looks, .. } => looks.last().copied().unwrap_or(0),
        }
    }

    /// The chance that the test rejects at level `alpha` if the true effect is
    /// `effect`, in the unit that the design names.
    ///
    /// `simulation` is used by the designs whose data are drawn, and by no
    /// other.
    ///
    /// # Errors
    /// [`PowerError::TooFewPairs`], [`PowerError::TooFew`],
    /// [`PowerError::Outside`] and [`PowerError::LooksNotGrowing`] for a design
    /// that is none, [`PowerError::EffectNotFinite`],
    /// [`PowerError::OutOfReach`].
    pub fn power(&self, effect: f64, alpha: Alpha, simulation: &Simulation<'_>) -> Result<Planned<f64>, PowerError> {
        if !effect.is_finite() {
            return Err(PowerError::EffectNotFinite);
        }
        self.check()?;
        let rate = |null: f64| within("the proportion with the effect", null + effect, "between 0 and 1");
        match self {
            Self::PairedT { pairs } => Ok(Planned::exact(paired_t::power(*pairs, effect, alpha)?)),
            Self::TwoGroups { baseline, ratio } => {
                let candidate = times(*baseline, *ratio);
                Ok(Planned::exact(t_tests::two_groups(*baseline, candidate, effect, alpha)?))
            }
            Self::OneProportion { trials, null } => {
                Ok(Planned::exact(one_proportion::power(*trials, *null, rate(*null)?, alpha)))
            }
            Self::TwoProportions { baseline, ratio, rate: low } => {
                let trials = [*baseline, times(*baseline, *ratio)];
                Ok(two_proportions::power(trials, [*low, rate(*low)?], alpha))
            }
            Self::PairedProportions { items, disagreement } => {
                if effect.abs() > *disagreement {
                    let expected = "at most the share of items on which the two disagree";
                    return Err(PowerError::Outside { name: "the effect", value: effect, expected });
                }
                Ok(Planned::exact(paired_proportions::power(*items, *disagreement, effect, alpha)))
            }
            Self::Sign { pairs } => Ok(Planned::exact(one_proportion::power(*pairs, 0.5, rate(0.5)?, alpha))),
            Self::SignFlip { pairs } => simulated::sign_flip(*pairs, effect, alpha, simulation),
            Self::SignedRank { pairs } => simulated::signed_rank(*pairs, effect, alpha, simulation),
            Self::Equivalence { pairs, margin } => {
                Ok(Planned::exact(equivalence::equivalent(*pairs, *margin, effect, alpha)?))
            }
            Self::MinimumEffect { pairs, margin } => {
                Ok(Planned::exact(paired_t::power(*pairs, effect - margin, alpha)?))
            }
            Self::SupportOrRefute { pairs, smallest } => {
                let chances = equivalence::support_or_refute(*pairs, *smallest, effect, alpha)?;
                Ok(Planned::exact((chances.supported + chances.refuted).min(1.0)))
            }
            Self::Tasks { tasks, runs, between } => {
                Ok(Planned::exact(t_tests::tasks(*tasks, *runs, *between, effect, alpha)?))
            }
            Self::Sequential { looks, scale } => simulated::sequential(looks, *scale, effect, alpha, simulation),
        }
    }

    /// The smallest size with which the power is at least `power`; the size
    /// that the design has does not matter.
    ///
    /// The power of the exact tests of proportions and of signs moves in
    /// steps: a larger size may again have a little less. Where the power is
    /// simulated, so is the answer, and the standard error is that of the power
    /// at this size.
    ///
    /// # Errors
    /// Those of [`Self::power`], [`PowerError::PowerOutside`],
    /// [`PowerError::EffectNotPositive`] where an effect is to be found that is
    /// not there, [`PowerError::TooManyPairs`], and [`PowerError::NoAnswer`]
    /// for looks, which are more than one size.
    pub fn sample_size(
        &self,
        effect: f64,
        alpha: Alpha,
        power: f64,
        simulation: &Simulation<'_>,
    ) -> Result<Planned<u64>, PowerError> {
        check_power(power, alpha)?;
        // Whatever else is wrong with it is said first.
        self.with_size(2).check()?;
        let distance = self.distance(effect);
        if distance.is_nan() || distance <= 0.0 {
            return Err(PowerError::EffectNotPositive { effect_over_sd: distance });
        }
        if let Self::PairedT { .. } | Self::MinimumEffect { .. } = self {
            return Ok(Planned::exact(paired_t::pairs_for_power(distance, alpha, power)?));
        }
        let (least, most) = self.sizes()?;
        let at = |n: u64| self.with_size(n).power(effect, alpha, simulation);
        let size = first_size(least, most, power, self.growth(), |n| Ok(at(n)?.value))?;
        Ok(Planned { value: size, how: at(size)?.how })
    }

    /// The smallest effect that is found with this power, in the unit that the
    /// design names.
    ///
    /// # Errors
    /// Those of [`Self::power`], [`PowerError::PowerOutside`],
    /// [`PowerError::EffectOutOfReach`], and [`PowerError::NoAnswer`] where the
    /// power does not grow with the effect: equivalence, support or refutation.
    pub fn minimum_detectable_effect(
        &self,
        alpha: Alpha,
        power: f64,
        simulation: &Simulation<'_>,
    ) -> Result<Planned<f64>, PowerError> {
        check_power(power, alpha)?;
        self.check()?;
        let (largest, tolerance) = match self {
            Self::PairedT { pairs } => {
                return Ok(Planned::exact(paired_t::minimum_detectable_effect(*pairs, alpha, power)?));
            }
            Self::MinimumEffect { pairs, margin } => {
                return Ok(Planned::exact(margin + paired_t::minimum_detectable_effect(*pairs, alpha, power)?));
            }
            Self::TwoGroups { .. } | Self::Tasks { .. } => (1e6, 1e-12),
            Self::OneProportion { null: rate, .. } | Self::TwoProportions { rate, .. } => (1.0 - rate, 1e-12),
            Self::PairedProportions { disagreement, .. } => (*disagreement, 1e-12),
            Self::Sign { .. } => (0.5, 1e-12),
            // Finer than any simulation can tell.
            Self::SignFlip { .. } | Self::SignedRank { .. } | Self::Sequential { .. } => (1e6, 1e-3),
            Self::Equivalence { .. } | Self::SupportOrRefute { .. } => {
                return Err(PowerError::NoAnswer { question: "smallest effect", design: self.name() });
            }
        };
        let at = |effect: f64| self.power(effect, alpha, simulation);
        let effect = smallest_effect(largest, tolerance, power, |effect| Ok(at(effect)?.value))?;
        Ok(Planned { value: effect, how: at(effect)?.how })
    }

    /// The smallest p-value that data of this size can give; none where there
    /// is no limit. A level below it rejects nothing.
    #[must_use]
    pub fn smallest_p(&self) -> Option<f64> {
        match self {
            Self::Sign { pairs } | Self::SignFlip { pairs } | Self::SignedRank { pairs } => Some(halved(*pairs)),
            Self::PairedProportions { items, .. } => Some(halved(*items)),
            Self::OneProportion { trials, null } => Some(libm::pow(*null, *trials as f64)),
            Self::TwoProportions { baseline, ratio, .. } => {
                let (first, second) = (*baseline as f64, times(*baseline, *ratio) as f64);
                let ways = libm::lgamma(first + second + 1.0) - libm::lgamma(first + 1.0) - libm::lgamma(second + 1.0);
                Some(libm::exp(-ways))
            }
            Self::PairedT { .. }
            | Self::TwoGroups { .. }
            | Self::Equivalence { .. }
            | Self::MinimumEffect { .. }
            | Self::SupportOrRefute { .. }
            | Self::Tasks { .. }
            | Self::Sequential { .. } => None,
        }
    }

    /// The same design with another size. Looks stay as they are.
    #[must_use]
    pub fn with_size(&self, n: u64) -> Self {
        let mut design = self.clone();
        match &mut design {
            Self::PairedT { pairs }
            | Self::Sign { pairs }
            | Self::SignFlip { pairs }
            | Self::SignedRank { pairs }
            | Self::Equivalence { pairs, .. }
            | Self::MinimumEffect { pairs, .. }
            | Self::SupportOrRefute { pairs, .. } => *pairs = n,
            Self::TwoGroups { baseline, .. } | Self::TwoProportions { baseline, .. } => *baseline = n,
            Self::OneProportion { trials, .. } => *trials = n,
            Self::PairedProportions { items, .. } => *items = n,
            Self::Tasks { tasks, .. } => *tasks = n,
            Self::Sequential { .. } => {}
        }
        design
    }

    /// How far the effect lies from the nearest one under the hypothesis.
    fn distance(&self, effect: f64) -> f64 {
        match self {
            Self::Equivalence { margin, .. } => margin - effect.abs(),
            Self::MinimumEffect { margin, .. } => effect - margin,
            // Either decision is one.
            Self::SupportOrRefute { .. } => 1.0,
            Self::PairedT { .. }
            | Self::TwoGroups { .. }
            | Self::OneProportion { .. }
            | Self::TwoProportions { .. }
            | Self::PairedProportions { .. }
            | Self::Sign { .. }
            | Self::SignFlip { .. }
            | Self::SignedRank { .. }
            | Self::Tasks { .. }
            | Self::Sequential { .. } => effect,
        }
    }

    /// Between which sizes the smallest sufficient one is sought.
    fn sizes(&self) -> Result<(u64, u64), PowerError> {
        match self {
            Self::PairedT { .. }
            | Self::TwoGroups { .. }
            | Self::Equivalence { .. }
            | Self::MinimumEffect { .. }
            | Self::SupportOrRefute { .. }
            | Self::Tasks { .. } => Ok((2, MOST_PAIRS)),
            Self::OneProportion { .. } | Self::Sign { .. } | Self::TwoProportions { .. } => Ok((1, MOST_PAIRS)),
            Self::PairedProportions { .. } => Ok((1, 20_000)),
            Self::SignFlip { .. } => Ok((1, 1_000)),
            // Beyond, critical sums are approximate.
            Self::SignedRank { .. } => Ok((1, 10_000)),
            Self::Sequential { .. } => Err(PowerError::NoAnswer { question: "sample size", design: self.name() }),
        }
    }

    fn growth(&self) -> Growth {
        match self {
            Self::OneProportion { .. }
            | Self::Sign { .. }
            | Self::TwoProportions { .. }
            | Self::PairedProportions { .. } => Growth::Ragged,
            Self::PairedT { .. }
            | Self::TwoGroups { .. }
            | Self::SignFlip { .. }
            | Self::SignedRank { .. }
            | Self::Equivalence { .. }
            | Self::MinimumEffect { .. }
            | Self::SupportOrRefute { .. }
            | Self::Tasks { .. }
            | Self::Sequential { .. } => Growth::Steady,
        }
    }

    /// Refuses numbers that make no design.
    fn check(&self) -> Result<(), PowerError> {
        let enough = |of: &'static str, needed: u64, got: u64| {
            if got < needed { Err(PowerError::TooFew { of, needed, got }) } else { Ok(()) }
        };
        let positive = |name: &'static str, value: f64| {
            let is_positive = value > 0.0 && value.is_finite();
            if is_positive { Ok(()) } else { Err(PowerError::Outside { name, value, expected: "a positive number" }) }
        };
        match self {
            Self::PairedT { pairs }
            | Self::Equivalence { pairs, .. }
            | Self::MinimumEffect { pairs, .. }
            | Self::SupportOrRefute { pairs, .. }
                if *pairs < 2 =>
            {
                Err(PowerError::TooFewPairs { got: *pairs })
            }
            Self::MinimumEffect { margin, .. } => positive("the margin", *margin),
            Self::PairedT { .. } | Self::Equivalence { .. } | Self::SupportOrRefute { .. } => Ok(()),
            Self::TwoGroups { baseline, ratio } => {
                positive("the ratio", *ratio)?;
                enough("observations of the baseline", 2, *baseline)?;
                enough("observations of the candidate", 2, times(*baseline, *ratio).max(2))
            }
            Self::OneProportion { trials, null } => {
                within("the proportion under the hypothesis", *null, "between 0 and 1")?;
                enough("trials", 1, *trials)
            }
            Self::TwoProportions { baseline, ratio, rate } => {
                positive("the ratio", *ratio)?;
                within("the baseline's proportion", *rate, "between 0 and 1")?;
                enough("trials", 1, *baseline)
            }
            Self::PairedProportions { items, disagreement } => {
                within("the share of disagreements", *disagreement, "between 0 and 1")?;
                enough("items", 1, *items)
            }
            Self::Sign { pairs } | Self::SignFlip { pairs } | Self::SignedRank { pairs } => enough("pairs", 1, *pairs),
            Self::Tasks { tasks, runs, between } => {
                enough("tasks", 2, *tasks)?;
                enough("runs on each task", 1, *runs)?;
                let is_spread = *between >= 0.0 && between.is_finite();
                let expected = "a number of at least 0";
                let wrong = PowerError::Outside { name: "the spread between tasks", value: *between, expected };
                if is_spread { Ok(()) } else { Err(wrong) }
            }
            Self::Sequential { looks, scale } => {
                positive("the scale", *scale)?;
                enough("looks", 1, looks.len() as u64)?;
                enough("pairs at the first look", 2, looks[0])?;
                let grows = looks.windows(2).all(|pair| pair[0] < pair[1]);
                if grows { Ok(()) } else { Err(PowerError::LooksNotGrowing) }
            }
        }
    }
}

/// A probability, or an error that names it.
fn within(name: &'static str, value: f64, expected: &'static str) -> Result<f64, PowerError> {
    // A sum of two decimals may round to just beyond 1.
    if (-1e-12..=1.0 + 1e-12).contains(&value) {
        Ok(value.clamp(0.0, 1.0))
    } else {
        Err(PowerError::Outside { name, value, expected })
    }
}

/// The size of the candidate's group.
fn times(baseline: u64, ratio: f64) -> u64 {
    // A hair below, so that 10 times 1.1 is 11.
    (baseline as f64 * ratio * (1.0 - 1e-12)).ceil().max(1.0) as u64
}

fn halved(n: u64) -> f64 {
    sign_flip::smallest_p(usize::try_from(n).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    fn alpha(level: f64) -> Alpha {
        Alpha::new(level).unwrap()
    }

    fn check(design: &Design, effect: f64, wanted: f64) {
        let stream = Stream::named([5; 32], "design");
        let simulation = Simulation { stream: &stream, draws: 400 };
        let at = |design: &Design, effect: f64| design.power(effect, alpha(0.05), &simulation).unwrap().value;
        let size = design.sample_size(effect, alpha(0.05), wanted, &simulation).unwrap().value;
        assert!(at(&design.with_size(size), effect) >= wanted, "{design:?}: {size}");
        assert_eq!(design.with_size(size).size(), size);
        if design.growth() == Growth::Steady && size > 2 {
            assert!(at(&design.with_size(size - 1), effect) < wanted, "{design:?}: {size}");
        }
        let Ok(found) = design.with_size(size).minimum_detectable_effect(alpha(0.05), wanted, &simulation) else {
            assert!(matches!(design, Design::Equivalence { .. } | Design::SupportOrRefute { .. }));
            return;
        };
        assert!(found.value <= effect * (1.0 + 1e-9), "{design:?}: {found:?}");
        assert!(
            at(&design.with_size(size), found.value) >= wanted
                && at(&design.with_size(size), 0.9 * found.value) < wanted
        );
    }

    #[test]
    fn size_and_effect_undo_the_power() {
        check(&Design::PairedT { pairs: 0 }, 0.6, 0.8);
        check(&Design::TwoGroups { baseline: 0, ratio: 1.5 }, 0.6, 0.8);
        check(&Design::OneProportion { trials: 0, null: 0.6 }, 0.2, 0.8);
        check(&Design::TwoProportions { baseline: 0, ratio: 1.0, rate: 0.5 }, 0.35, 0.8);
        check(&Design::PairedProportions { items: 0, disagreement: 0.3 }, 0.2, 0.8);
        check(&Design::Sign { pairs: 0 }, 0.3, 0.8);
        check(&Design::Equivalence { pairs: 0, margin: 0.8 }, 0.0, 0.8);
        check(&Design::MinimumEffect { pairs: 0, margin: 0.3 }, 0.9, 0.8);
        check(&Design::SupportOrRefute { pairs: 0, smallest: 1.0 }, 1.0, 0.8);
        check(&Design::Tasks { tasks: 0, runs: 3, between: 0.4 }, 0.6, 0.8);
        check(&Design::SignedRank { pairs: 0 }, 0.9, 0.8);
        check(&Design::SignFlip { pairs: 0 }, 1.2, 0.8);
    }

    #[test]
    fn a_group_of_another_size_is_rounded_up() {
        assert_eq!(times(10, 1.1), 11);
        assert_eq!(times(3, 0.5), 2);
        assert_eq!(times(1, 0.1), 1);
    }

    #[test]
    fn the_smallest_p_values_are_those_of_the_most_extreme_outcome() {
        assert_eq!(Design::SignFlip { pairs: 5 }.smallest_p(), Some(1.0 / 32.0));
        assert_eq!(Design::OneProportion { trials: 2, null: 0.5 }.smallest_p(), Some(0.25));
        // One of the ten ways to choose three of five.
        let found = Design::TwoProportions { baseline: 2, ratio: 1.5, rate: 0.5 }.smallest_p().unwrap();
        assert!((found - 0.1).abs() < 1e-14, "{found}");
        assert_eq!(Design::PairedT { pairs: 5 }.smallest_p(), None);
    }

    #[test]
    fn impossible_designs_are_named_errors() {
        let stream = Stream::named([5; 32], "design");
        let simulation = Simulation { stream: &stream, draws: 100 };
        let power = |design: Design, effect: f64| design.power(effect, alpha(0.05), &simulation).unwrap_err().code();
        assert_eq!(power(Design::PairedT { pairs: 1 }, 0.5), "power-too-few-pairs");
        assert_eq!(power(Design::PairedT { pairs: 5 }, f64::NAN), "power-effect-not-finite");
        assert_eq!(power(Design::OneProportion { trials: 5, null: 0.9 }, 0.2), "power-setting-outside");
        assert_eq!(power(Design::PairedProportions { items: 9, disagreement: 0.1 }, 0.2), "power-setting-outside");
        assert_eq!(power(Design::Tasks { tasks: 1, runs: 3, between: 0.1 }, 0.2), "power-too-few");
        assert_eq!(power(Design::Sequential { looks: vec![10, 10], scale: 1.0 }, 0.2), "power-looks-not-growing");
        let looks = Design::Sequential { looks: vec![10, 20], scale: 1.0 };
        let error = looks.sample_size(0.5, alpha(0.05), 0.8, &simulation).unwrap_err();
        assert_eq!(error.code(), "power-no-answer");
        let margin = Design::Equivalence { pairs: 9, margin: 0.5 };
        assert!(margin.sample_size(0.5, alpha(0.05), 0.8, &simulation).is_err());
    }
}
