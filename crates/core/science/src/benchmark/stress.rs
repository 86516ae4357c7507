use std::num::NonZeroUsize;

use gosset_model::{Benchmark, Evidence, Expected, FailurePolicy, Hypothesis, Level, Registered, Scope, StressLoss};

use crate::claim::one_sided;
use crate::contribution::contribution;
use crate::differences::{differences, units};

/// What each method loses from the clean condition to each other one.
///
/// A loss is treated as a hypothesis that stress makes the method worse: the
/// same blocks, pieces of evidence and failure policy, with bounds at the
/// registered error rate, shared evenly among all methods and conditions.
pub(super) fn losses(registered: &Registered, benchmark: &Benchmark, evidence: &Evidence) -> Vec<StressLoss> {
    let Some(conditions) = &benchmark.conditions else { return Vec::new() };
    let of = NonZeroUsize::new(conditions.stressed.len() * benchmark.methods.len()).unwrap_or(NonZeroUsize::MIN);
    let protocol = registered.protocol();
    let level = one_sided(protocol).divided_by(of);
    let loss = |stressed: &Level, method: &Level| {
        let hypothesis = hypothesis(registered, benchmark, method, [&conditions.clean, stressed])?;
        let found = differences(registered, &hypothesis, evidence);
        let is_left_open = protocol.design.failures == FailurePolicy::Undecided && found.failures > 0;
        let units = units(registered, &hypothesis, evidence, &found.cells()).ok();
        let values = units.filter(|_| !is_left_open).map(|units| units.differences).unwrap_or_default();
        Some(StressLoss {
            method: method.to_string(),
            condition: stressed.to_string(),
            loss: contribution(protocol, &values, level),
            failed: found.failures,
            void: found.void_blocks.len() as u64,
            missing: found.missing.len() as u64,
        })
    };
    let methods = |stressed| benchmark.methods.iter().filter_map(move |method| loss(stressed, &method.level));
    conditions.stressed.iter().flat_map(methods).collect()
}

/// That `method` is worse under the second of the conditions than under the
/// first.
fn hypothesis(
    registered: &Registered,
    benchmark: &Benchmark,
    method: &Level,
    [clean, stressed]: [&Level; 2],
) -> Option<Hypothesis> {
    let protocol = registered.protocol();
    Some(Hypothesis {
        id: benchmark.factor.clone(),
        claim: String::new(),
        candidate: protocol.benchmark_arm(method, Some(stressed))?,
        baseline: protocol.benchmark_arm(method, Some(clean))?,
        metric: benchmark.metrics.first()?.clone(),
        expected: Expected::Worse,
        smallest_effect: None,
        scope: Scope::Method,
        family: benchmark.factor.clone(),
        averaged: None,
    })
}
