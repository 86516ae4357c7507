use gosset_stats::Bounds;
use gosset_stats::scaling::bootstrap::Unit;
use gosset_stats::scaling::iso_flop::Flaw;
use gosset_stats::scaling::{Criterion, Quantity, Reason, Verdict};

use crate::number::{magnitude, stated};

/// What the runs say about a constant, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstantWords {
    /// The estimate, or `none`.
    pub estimate: String,
    /// The bounds, one of them, or `none`.
    pub bounds: String,
    /// What the runs do: identify it, or fit as well elsewhere.
    pub says: String,
}

/// Says what the runs say about a constant; a number only where they identify it.
#[must_use]
pub fn constant_words(verdict: &Verdict) -> ConstantWords {
    let none = || "none".to_owned();
    let (estimate, bounds, says) = match verdict {
        Verdict::Identified { estimate, bounds } => {
            (magnitude(*estimate, 4), between(*bounds), "identify it".to_owned())
        }
        Verdict::AtLeast { lower, tried_to } => (
            none(),
            format!("at least {}", magnitude(*lower, 3)),
            format!("fit as well up to {}", magnitude(*tried_to, 2)),
        ),
        Verdict::AtMost { upper, tried_to } => (
            none(),
            format!("at most {}", magnitude(*upper, 3)),
            format!("fit as well down to {}", magnitude(*tried_to, 2)),
        ),
        Verdict::NotIdentified { reason: Reason::Collinear { first, second } } => {
            (none(), none(), format!("do not identify it: {} and {} go together", first.word(), second.word()))
        }
        Verdict::NotIdentified { reason: Reason::Flat { from, to } } => (
            none(),
            none(),
            format!("do not identify it: they fit as well from {} to {}", magnitude(*from, 2), magnitude(*to, 2)),
        ),
    };
    ConstantWords { estimate, bounds, says }
}

/// What was made least.
#[must_use]
pub fn criterion_words(criterion: Criterion) -> String {
    match criterion {
        Criterion::Huber { delta } => format!("Huber on log losses beyond {}", stated(delta)),
        Criterion::Squares => "half squares of log losses".to_owned(),
    }
}

/// What is resampled.
#[must_use]
pub fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Runs => "single runs",
        Unit::Groups => "whole groups of runs",
    }
}

/// Why a budget has no best size.
#[must_use]
pub fn flaw_words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::TooFewSizes => "too few sizes",
        Flaw::NoLeast => "losses have no least",
        Flaw::AtTheEdge => "the least lies at the edge of the sizes",
    }
}

/// Two bounds.
#[must_use]
pub fn between(bounds: Bounds) -> String {
    format!("{} to {}", magnitude(bounds.lower, 3), magnitude(bounds.upper, 3))
}

/// A scale, quantity by quantity.
#[must_use]
pub fn scale_words(scale: &[(Quantity, f64)]) -> String {
    let each: Vec<String> = scale.iter().map(|(of, value)| format!("{} {}", magnitude(*value, 3), of.word())).collect();
    each.join(", ")
}

/// How far beyond the runs something lies.
#[must_use]
pub fn reach(beyond: &[(Quantity, f64)]) -> String {
    let each: Vec<String> = beyond
        .iter()
        .map(|(of, factor)| {
            let (factor, word) = (magnitude(*factor, 2), of.word());
            if of.grows() {
                format!("{factor} times the most {word}")
            } else {
                format!("a {word} {factor} times lower than the lowest")
            }
        })
        .collect();
    format!("{} of any run", each.join(" and "))
}
