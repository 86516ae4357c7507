use gosset_model::{Companion, CompanionMethod, Decision, EvidenceUnit, Horizon, Hypothesis, Registered, Scope};
use gosset_stats::compare::sign_flip::{self, How, Limits};
use gosset_stats::compare::{hodges_lehmann, permutation};
use gosset_stats::interval::bootstrap_bca;
use gosset_stats::sequential::sign_flip_e;
use gosset_stats::{Alpha, Stream};

/// What a companion needs to know of the primary analysis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Primary {
    pub(crate) decision: Decision,
    /// The bound below which the effect refutes the claim.
    pub(crate) refuting_bound: f64,
    /// The level of support.
    pub(crate) support_level: Alpha,
    /// The level of refutation.
    pub(crate) refute_level: Alpha,
}

impl Primary {
    /// The level of the decision.
    fn level(&self) -> Alpha {
        match self.decision {
            Decision::Supported | Decision::Neither => self.support_level,
            Decision::Refuted => self.refute_level,
        }
    }
}

/// Exact up to 24 units, which takes less than a millisecond; sampled beyond.
const SIGN_FLIP: Limits = Limits { exact_up_to: 24, draws: 100_000 };
/// Signs drawn in all, so that a million examples take seconds and not
/// minutes.
const SIGNS: usize = 1_000_000_000;
/// The fewest draws: of p-values as small as one in a thousand, ten lie beyond.
const FEWEST_DRAWS: usize = 10_000;
/// Forty of them lie beyond a bound at the level of one in a hundred.
const RESAMPLES: u32 = 4_000;
/// Beyond so many units their mean is normal, and resampling says nothing new.
const MOST_RESAMPLED: usize = 100_000;

/// Runs every companion analysis on the units' differences.
///
/// A companion agrees if it comes to the primary's decision at the primary's
/// level. Where it cannot reach that level with so few units it is silent.
/// In a sequential study only what holds at any look is asked.
pub(crate) fn companions(
    registered: &Registered,
    hypothesis: &Hypothesis,
    differences: &[f64],
    primary: Primary,
) -> Vec<Companion> {
    // Kept by amendments, as seeds are: a change of words draws nothing anew.
    let key = *registered.registration().seed_key.as_bytes();
    let stream = |what: &str| Stream::named(key, &format!("referee/{}/{what}", hypothesis.id));
    if registered.protocol().evidence_unit(hypothesis) == EvidenceUnit::Splits {
        // Each of them takes what it is given for independent.
        return Vec::new();
    }
    match (&registered.protocol().design.horizon, hypothesis.scope) {
        (Horizon::Sequential { .. }, _) => {
            vec![sign_flip_e_companion(differences, primary), hodges_lehmann_companion(differences, primary)]
        }
        // The differences of examples are mostly zero, and so is their median.
        (Horizon::Fixed, Scope::Artifact) => vec![
            sign_flip_companion(differences, primary, &stream("sign-flip")),
            bootstrap_companion(differences, primary, &stream("bootstrap")),
        ],
        (Horizon::Fixed, Scope::Method) => vec![
            sign_flip_companion(differences, primary, &stream("sign-flip")),
            hodges_lehmann_companion(differences, primary),
            bootstrap_companion(differences, primary, &stream("bootstrap")),
        ],
    }
}

/// Whether a test that assumes no normal distribution could have confirmed
/// the primary's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Possible,
    /// Too few units for it.
    OutOfReach,
}

/// Finds whether so few units can confirm the primary's decision.
///
/// In a sequential study a sign-flip e-process that is not there yet is no
/// disagreement: it may come to the decision at a later look.
pub(crate) fn confirmation(
    registered: &Registered,
    differences: &[f64],
    primary: Primary,
    companions: &[Companion],
) -> Confirmation {
    if registered.protocol().design.test_to_train.is_some() {
        // No exact test allows for what splits have in common.
        return Confirmation::Possible;
    }
    let e_process = companions.iter().find(|companion| companion.method == CompanionMethod::SignFlipE);
    let is_possible = match (&registered.protocol().design.horizon, e_process) {
        (Horizon::Fixed, _) | (Horizon::Sequential { .. }, None) => {
            sign_flip::smallest_p(differences.len()) <= primary.level().get()
        }
        (Horizon::Sequential { .. }, Some(e_process)) => {
            let p_value = match primary.decision {
                Decision::Supported => e_process.p_support,
                Decision::Refuted => e_process.p_refute,
                Decision::Neither => None,
            };
            p_value.is_some_and(|p_value| p_value <= primary.level().get())
        }
    };
    if is_possible { Confirmation::Possible } else { Confirmation::OutOfReach }
}

/// The fewest units with which the sign-flip test could confirm a decision at
/// `level`; 0 where it is not what confirms.
pub(crate) fn fewest_to_confirm(registered: &Registered, level: Alpha) -> usize {
    let design = &registered.protocol().design;
    match &design.horizon {
        Horizon::Fixed if design.test_to_train.is_none() => sign_flip::pairs_to_reach(level),
        Horizon::Fixed | Horizon::Sequential { .. } => 0,
    }
}

fn agreement(primary: Primary, supports: bool, refutes: bool) -> Option<bool> {
    match primary.decision {
        Decision::Supported => Some(supports),
        Decision::Refuted => Some(refutes),
        Decision::Neither => None,
    }
}

fn silent(method: CompanionMethod, how: String) -> Companion {
    Companion { method, estimate: None, lower: None, upper: None, p_support: None, p_refute: None, how, agrees: None }
}

pub(crate) fn sign_flip_companion(differences: &[f64], primary: Primary, stream: &Stream) -> Companion {
    let beyond: Vec<f64> = differences.iter().map(|difference| difference - primary.refuting_bound).collect();
    sign_flip_of_sums(differences, &beyond, primary, stream)
}

/// The sign-flip test of units whose deviations from zero and from the
/// refuting bound are given: differences, or sums of differences over
/// clusters.
pub(crate) fn sign_flip_of_sums(from_zero: &[f64], from_bound: &[f64], primary: Primary, stream: &Stream) -> Companion {
    let method = CompanionMethod::SignFlip;
    let draws = (SIGNS / from_zero.len().max(1)).clamp(FEWEST_DRAWS, SIGN_FLIP.draws as usize) as u32;
    let limits = Limits { draws, ..SIGN_FLIP };
    let support = sign_flip::p_greater(from_zero, 0.0, limits, stream);
    let refute = sign_flip::p_less(from_bound, 0.0, limits, stream);
    let (support, refute) = match (support, refute) {
        (Ok(support), Ok(refute)) => (support, refute),
        (Err(error), _) | (_, Err(error)) => return silent(method, format!("cannot be computed: {error}")),
    };
    let how = match support.how {
        How::Exact => "exact, all sign patterns".to_owned(),
        How::MonteCarlo { draws } => format!("{draws} random sign patterns"),
    };
    let smallest = sign_flip::smallest_p(from_zero.len());
    let level = primary.level();
    let can_reach = smallest <= level.get();
    let agrees = agreement(
        primary,
        support.p_value <= primary.support_level.get(),
        refute.p_value <= primary.refute_level.get(),
    );
    Companion {
        p_support: Some(support.p_value),
        p_refute: Some(refute.p_value),
        agrees: agrees.filter(|_| can_reach),
        ..silent(method, if can_reach { how } else { format!("{how}; the smallest possible p-value is {smallest}") })
    }
}

/// The permutation test of independent runs, oriented so that more is better.
///
/// Where so few splits could not have come to the decision it is silent.
pub(crate) fn permutation_companion(
    baseline: &[f64],
    candidate: &[f64],
    primary: Primary,
    stream: &Stream,
) -> Companion {
    const DRAWS: u32 = 100_000;
    let method = CompanionMethod::Permutation;
    let shifted: Vec<f64> = candidate.iter().map(|value| value - primary.refuting_bound).collect();
    let support = permutation::test(baseline, candidate, DRAWS, stream);
    let refute = permutation::test(baseline, &shifted, DRAWS, stream);
    match (support, refute) {
        (Ok(support), Ok(refute)) => {
            let smallest = permutation::smallest_p(baseline.len(), candidate.len());
            let can_reach = smallest <= primary.level().get();
            let agrees = agreement(
                primary,
                support.tails.greater <= primary.support_level.get(),
                refute.tails.less <= primary.refute_level.get(),
            );
            let how = match support.how {
                How::Exact => "exact, all splits".to_owned(),
                How::MonteCarlo { draws } => format!("{draws} random splits"),
            };
            let how = if can_reach { how } else { format!("{how}; the smallest possible p-value is {smallest:.4}") };
            Companion {
                p_support: Some(support.tails.greater),
                p_refute: Some(refute.tails.less),
                agrees: agrees.filter(|_| can_reach),
                ..silent(method, how)
            }
        }
        (Err(error), _) | (_, Err(error)) => silent(method, format!("cannot be computed: {error}")),
    }
}

fn sign_flip_e_companion(differences: &[f64], primary: Primary) -> Companion {
    let method = CompanionMethod::SignFlipE;
    let process = sign_flip_e::p_greater(differences, 0.0)
        .and_then(|support| Ok((support, sign_flip_e::p_less(differences, primary.refuting_bound)?)));
    match process {
        Err(error) => silent(method, format!("cannot be computed: {error}")),
        Ok((support, refute)) => Companion {
            p_support: Some(support),
            p_refute: Some(refute),
            // Where it is not there yet, `confirmation` says so.
            agrees: agreement(primary, support <= primary.support_level.get(), refute <= primary.refute_level.get())
                .filter(|agrees| *agrees),
            ..silent(method, "one over the e-value; holds at any look".to_owned())
        },
    }
}

pub(crate) fn hodges_lehmann_companion(differences: &[f64], primary: Primary) -> Companion {
    let method = CompanionMethod::HodgesLehmann;
    match hodges_lehmann::estimate(differences) {
        Err(error) => silent(method, format!("cannot be computed: {error}")),
        Ok(estimate) => Companion {
            estimate: Some(estimate),
            agrees: agreement(primary, estimate > 0.0, estimate < primary.refuting_bound),
            ..silent(method, "median of the means of all pairs".to_owned())
        },
    }
}

pub(crate) fn bootstrap_companion(differences: &[f64], primary: Primary, stream: &Stream) -> Companion {
    let method = CompanionMethod::Bootstrap;
    if differences.len() > MOST_RESAMPLED {
        return silent(method, format!("not drawn: the mean of {} differences is normal", differences.len()));
    }
    let bounds = |level| bootstrap_bca::bca_mean(differences, level, RESAMPLES, stream);
    let lower = bounds(primary.support_level);
    let upper = if primary.refute_level == primary.support_level { lower } else { bounds(primary.refute_level) };
    match (lower, upper) {
        (Ok(lower), Ok(upper)) => Companion {
            lower: Some(lower.lower),
            upper: Some(upper.upper),
            agrees: agreement(primary, lower.lower > 0.0, upper.upper < primary.refuting_bound),
            ..silent(method, format!("{RESAMPLES} resamples of the units"))
        },
        (Err(error), _) | (_, Err(error)) => silent(method, format!("cannot be computed: {error}")),
    }
}
