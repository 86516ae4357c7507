use gosset_model::{Horizon, Protocol};
use gosset_stats::cross_validation::corrected_t;
use gosset_stats::sequential::{TSequence, t_sequence};
use gosset_stats::{Alpha, PairedT, Student, power};

/// Why a bound is there.
const REACHES: &str = "a fit is made only where its smallest level has bounds";
/// How far a search for a number of units goes.
const MOST_UNITS: u64 = 1_000_000;

/// What the primary analysis says of the effect: Student's t where the
/// evidence is judged once, its anytime-valid sequence where it may be judged
/// at any look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fit {
    Once(Student),
    /// Splits of one set of data, by the corrected t test.
    Splits {
        student: Student,
        test_to_train: f64,
    },
    AnyTime {
        sequence: TSequence,
        scale: f64,
    },
}

impl Fit {
    /// Fits paired differences as the protocol's horizon asks, with bounds
    /// down to the level `smallest`.
    ///
    /// # Errors
    /// Why there is no fit, in words.
    pub(crate) fn of(protocol: &Protocol, differences: &[f64], smallest: Alpha) -> Result<Self, String> {
        match &protocol.design.horizon {
            Horizon::Fixed => match protocol.design.test_to_train {
                None => Self::paired(differences),
                Some(test_to_train) => Self::splits(differences, test_to_train),
            },
            Horizon::Sequential { effect_scale, .. } => {
                let sequence =
                    TSequence::from_differences(differences, *effect_scale).map_err(|error| error.to_string())?;
                let fewest = t_sequence::fewest_pairs(*effect_scale, smallest);
                if differences.len() < fewest {
                    let n = differences.len();
                    return Err(format!("{n} seeds are too few for anytime-valid bounds, {fewest} would do"));
                }
                Ok(Self::AnyTime { sequence, scale: *effect_scale })
            }
        }
    }

    /// Fits paired differences that are judged once.
    ///
    /// # Errors
    /// Why there is no fit, in words.
    pub(crate) fn paired(differences: &[f64]) -> Result<Self, String> {
        let fit = PairedT::from_differences(differences).map_err(|error| error.to_string())?;
        Ok(Self::Once(fit.into()))
    }

    /// Fits differences over splits of one set of data.
    ///
    /// # Errors
    /// Why there is no fit, in words.
    pub(crate) fn splits(differences: &[f64], test_to_train: f64) -> Result<Self, String> {
        let student = corrected_t::fit(differences, test_to_train).map_err(|error| error.to_string())?;
        Ok(Self::Splits { student, test_to_train })
    }

    /// The estimate with its error, which all else rests on.
    pub(crate) fn student(&self) -> Student {
        match self {
            Self::Once(student) | Self::Splits { student, .. } => *student,
            Self::AnyTime { sequence, .. } => (*sequence.summary()).into(),
        }
    }

    /// The lower bound at a level that is not below the fit's smallest.
    pub(crate) fn lower(&self, level: Alpha) -> f64 {
        match self {
            Self::Once(student) | Self::Splits { student, .. } => student.lower(level),
            Self::AnyTime { sequence, .. } => sequence.lower(level).expect(REACHES),
        }
    }

    /// The upper bound at a level that is not below the fit's smallest.
    pub(crate) fn upper(&self, level: Alpha) -> f64 {
        match self {
            Self::Once(student) | Self::Splits { student, .. } => student.upper(level),
            Self::AnyTime { sequence, .. } => sequence.upper(level).expect(REACHES),
        }
    }

    pub(crate) fn p_greater(&self, null: f64) -> f64 {
        match self {
            Self::Once(student) | Self::Splits { student, .. } => student.p_greater(null),
            Self::AnyTime { sequence, .. } => sequence.p_greater(null),
        }
    }

    pub(crate) fn p_less(&self, null: f64) -> f64 {
        match self {
            Self::Once(student) | Self::Splits { student, .. } => student.p_less(null),
            Self::AnyTime { sequence, .. } => sequence.p_less(null),
        }
    }

    /// How many units would put the effect `distance` beyond a null: with the
    /// power asked for where the evidence is judged once, on average where it
    /// may be judged at any look.
    pub(crate) fn units_to_decide(&self, distance: f64, level: Alpha, target: f64) -> Option<u64> {
        let student = self.student();
        // The spread of one unit, as the standard error has it: that of
        // differences where units are pairs.
        let spread = student.standard_error * (student.n as f64).sqrt();
        match self {
            Self::Once(_) => power::pairs_for_power(distance / spread, level, target).ok(),
            Self::Splits { student, test_to_train } => {
                splits_for_power(distance / student.standard_deviation, *test_to_train, level, target)
            }
            Self::AnyTime { scale, .. } => t_sequence::pairs_to_decide(distance / spread, *scale, level, MOST_UNITS),
        }
    }
}

/// How many splits put an effect, in standard deviations of a split's
/// difference, beyond a null with the power asked for.
///
/// What training parts have in common does not average out, so that often no
/// number does.
pub(crate) fn splits_for_power(effect: f64, test_to_train: f64, level: Alpha, target: f64) -> Option<u64> {
    let reaches = |n: u64| splits_power(n, effect, test_to_train, level).is_some_and(|power| power >= target);
    let mut enough = 2;
    while !reaches(enough) {
        enough *= 2;
        if enough > MOST_UNITS {
            return None;
        }
    }
    let mut too_few = enough / 2;
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if reaches(middle) { enough = middle } else { too_few = middle }
    }
    Some(enough)
}

/// The power of the corrected t test with `n` splits: that of a paired t test
/// with a standard error as much larger.
pub(crate) fn splits_power(n: u64, effect: f64, test_to_train: f64, level: Alpha) -> Option<f64> {
    let inflation = (1.0 + n as f64 * test_to_train).sqrt();
    power::power(n, effect / inflation, level).ok()
}
