use thiserror::Error;

/// Why there is no power, number of pairs or effect.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum PowerError {
    /// A paired t test needs two pairs.
    #[error("{got} pairs are too few, a paired t test needs 2")]
    TooFewPairs {
        /// How many were given.
        got: u64,
    },
    /// The effect is NaN or infinite.
    #[error("the effect is not finite")]
    EffectNotFinite,
    /// No number of pairs finds an effect that is not there.
    #[error("effect {effect_over_sd} (beyond the hypothesis, in the unit of the test) is not positive and finite")]
    EffectNotPositive {
        /// What was given, less what the hypothesis allows.
        effect_over_sd: f64,
    },
    /// The wanted power is not above alpha and below 1.
    #[error("power {power} does not lie above alpha and below 1")]
    PowerOutside {
        /// What was given.
        power: f64,
    },
    /// So few pairs at so strict a level need an effect too large to compute.
    #[error("an effect beyond reach would be needed with {n} pairs at this level")]
    OutOfReach {
        /// The number of pairs.
        n: u64,
    },
    /// A design needs more observations.
    #[error("{got} {of} are too few, {needed} are needed")]
    TooFew {
        /// Of what.
        of: &'static str,
        /// How many are needed.
        needed: u64,
        /// How many were given.
        got: u64,
    },
    /// A number of the design means nothing.
    #[error("{name} {value} is not {expected}")]
    Outside {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// The looks of a sequential design do not grow.
    #[error("looks must grow, each at more pairs than the one before")]
    LooksNotGrowing,
    /// The design has no such answer.
    #[error("there is no {question} for {design}")]
    NoAnswer {
        /// What was asked.
        question: &'static str,
        /// Of which design.
        design: &'static str,
    },
    /// No effect that is possible is found with this power.
    #[error("even an effect of {largest} is found with power {power} only")]
    EffectOutOfReach {
        /// The largest effect that is possible or was tried.
        largest: f64,
        /// Its power.
        power: f64,
    },
    /// The effect is too small to be found with any sensible number of pairs.
    #[error("more than {most} pairs are needed")]
    TooManyPairs {
        /// The largest number that was tried.
        most: u64,
    },
}

impl PowerError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewPairs { .. } => "power-too-few-pairs",
            Self::EffectNotFinite => "power-effect-not-finite",
            Self::EffectNotPositive { .. } => "power-effect-not-positive",
            Self::PowerOutside { .. } => "power-outside",
            Self::OutOfReach { .. } => "power-out-of-reach",
            Self::TooFew { .. } => "power-too-few",
            Self::Outside { .. } => "power-setting-outside",
            Self::LooksNotGrowing => "power-looks-not-growing",
            Self::NoAnswer { .. } => "power-no-answer",
            Self::EffectOutOfReach { .. } => "power-effect-out-of-reach",
            Self::TooManyPairs { .. } => "power-too-many-pairs",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::TooFewPairs { .. } => vec!["plan at least 2 seeds per arm".to_owned()],
            Self::EffectNotFinite => vec!["give a finite effect".to_owned()],
            Self::EffectNotPositive { .. } => vec!["give a positive effect".to_owned()],
            Self::PowerOutside { .. } => vec!["give a power such as 0.8".to_owned()],
            Self::OutOfReach { .. } => vec!["plan more pairs".to_owned()],
            Self::TooFew { needed, of, .. } => vec![format!("plan at least {needed} {of}")],
            Self::Outside { name, expected, .. } => vec![format!("give {name} as {expected}")],
            Self::LooksNotGrowing => vec!["give looks such as 10, 20 and 30".to_owned()],
            Self::NoAnswer { .. } => vec!["ask for the power of the design".to_owned()],
            Self::EffectOutOfReach { .. } => vec!["plan more observations".to_owned()],
            Self::TooManyPairs { .. } => {
                vec!["choose a larger effect of interest".to_owned(), "reduce the noise of a difference".to_owned()]
            }
        }
    }
}
