use gosset_model::{Companion, CompanionMethod, Digest};
use gosset_stats::compare::hodges_lehmann;
use gosset_stats::compare::sign_flip::{self, How, Limits};
use gosset_stats::interval::bootstrap_bca;
use gosset_stats::{Alpha, Stream};

/// What the primary analysis decided, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The effect is above zero.
    Supported,
    /// The effect is below the bound.
    Refuted,
    /// Neither.
    Neither,
}

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

/// Exact up to 24 units, which takes less than a millisecond; sampled beyond.
const SIGN_FLIP: Limits = Limits { exact_up_to: 24, draws: 100_000 };
/// Forty of them lie beyond a bound at the level of one in a hundred.
const RESAMPLES: u32 = 4_000;

/// Runs every companion analysis on the units' differences.
///
/// A companion agrees if it comes to the primary's decision at the primary's
/// level. Where it cannot reach that level with so few units it is silent.
pub(crate) fn companions(differences: &[f64], primary: Primary, key: &Digest, name: &str) -> Vec<Companion> {
    let stream = |what: &str| Stream::named(*key.as_bytes(), &format!("referee/{name}/{what}"));
    vec![
        sign_flip_companion(differences, primary, &stream("sign-flip")),
        hodges_lehmann_companion(differences, primary),
        bootstrap_companion(differences, primary, &stream("bootstrap")),
    ]
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

fn sign_flip_companion(differences: &[f64], primary: Primary, stream: &Stream) -> Companion {
    let method = CompanionMethod::SignFlip;
    let support = sign_flip::p_greater(differences, 0.0, SIGN_FLIP, stream);
    let refute = sign_flip::p_less(differences, primary.refuting_bound, SIGN_FLIP, stream);
    let (support, refute) = match (support, refute) {
        (Ok(support), Ok(refute)) => (support, refute),
        (Err(error), _) | (_, Err(error)) => return silent(method, format!("cannot be computed: {error}")),
    };
    let how = match support.how {
        How::Exact => "exact, all sign patterns".to_owned(),
        How::MonteCarlo { draws } => format!("{draws} random sign patterns"),
    };
    let smallest = sign_flip::smallest_p(differences.len());
    let level = match primary.decision {
        Decision::Supported | Decision::Neither => primary.support_level,
        Decision::Refuted => primary.refute_level,
    };
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

fn hodges_lehmann_companion(differences: &[f64], primary: Primary) -> Companion {
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

fn bootstrap_companion(differences: &[f64], primary: Primary, stream: &Stream) -> Companion {
    let method = CompanionMethod::Bootstrap;
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
