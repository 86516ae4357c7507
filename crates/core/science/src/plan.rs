use gosset_model::{Order, PlannedRun, Registered, RunId, RunPlan, Study, Verdict};
use gosset_stats::Stream;

use crate::referee::judge;

/// Lays out every run that a registered study may come to ask for, in the
/// order of execution.
///
/// A block is a data set and a seed; its arms follow one another, so that
/// what drifts on the machine meets both sides of a comparison. With
/// [`Order::Random`] blocks are shuffled, and the arms within each block,
/// by a stream keyed by the protocol's digest. A sequential study has the
/// blocks of one look before those of the next, and a ladder its lower rungs, in
/// all blocks, before those that are held out.
#[must_use]
pub fn plan(registered: &Registered) -> RunPlan {
    RunPlan { runs: stages(registered).concat() }
}

/// Lays out the runs that a study asks for so far: all of a study with a
/// fixed horizon; of a sequential one those up to the first look that is
/// incomplete or that settles every hypothesis.
#[must_use]
pub fn asked(registered: &Registered, study: &Study) -> RunPlan {
    looks(registered, study).0
}

/// Lays out the runs that may be judged: all of a study with a fixed horizon;
/// of a sequential one those up to the last look that is complete, and up to
/// the first where none is.
#[must_use]
pub fn judged(registered: &Registered, study: &Study) -> RunPlan {
    looks(registered, study).1
}

/// What is asked for so far, and what of it may be judged.
fn looks(registered: &Registered, study: &Study) -> (RunPlan, RunPlan) {
    let mut complete: Option<RunPlan> = None;
    let stages = stages(registered);
    let last = stages.len() - 1;
    let mut asked = RunPlan { runs: Vec::new() };
    for (index, stage) in stages.into_iter().enumerate() {
        asked.runs.extend(stage);
        let evidence = study.evidence(&asked);
        if !evidence.is_complete() {
            let judged = complete.unwrap_or_else(|| asked.clone());
            return (asked, judged);
        }
        if index == last {
            break;
        }
        let judgement = judge(registered, &evidence);
        if judgement.hypotheses.iter().all(|one| !matches!(one.verdict, Verdict::Undecided { .. })) {
            break;
        }
        complete = Some(asked.clone());
    }
    (asked.clone(), asked)
}

/// The runs that each look adds.
fn stages(registered: &Registered) -> Vec<Vec<PlannedRun>> {
    let design = &registered.protocol().design;
    let seeds = registered.seeds();
    let mut stream = Stream::named(*registered.digest().as_bytes(), "plan/order");
    let mut from = 0;
    let looks = design.looks().into_iter();
    looks
        .map(|to| {
            let stage = stage(registered, &seeds[from..to], &mut stream);
            from = to;
            stage
        })
        .collect()
}

fn stage(registered: &Registered, seeds: &[u64], stream: &mut Stream) -> Vec<PlannedRun> {
    let protocol = registered.protocol();
    let mut blocks: Vec<_> = registered
        .datasets()
        .into_iter()
        .flat_map(|dataset| seeds.iter().map(move |seed| (dataset.clone(), *seed)))
        .collect();
    if protocol.design.order == Order::Random {
        stream.shuffle(&mut blocks);
    }
    let held_out = protocol.held_out_arms();
    let mut runs = Vec::with_capacity(blocks.len() * protocol.arms.len());
    let mut last = Vec::new();
    for (dataset, seed) in blocks {
        let mut arms: Vec<_> = protocol.arms.keys().cloned().collect();
        if protocol.design.order == Order::Random {
            stream.shuffle(&mut arms);
        }
        for arm in arms {
            let runs = if held_out.contains(&arm) { &mut last } else { &mut runs };
            let id = RunId::of(&protocol.name, &arm, dataset.as_ref(), seed);
            runs.push(PlannedRun { id, arm, dataset: dataset.clone(), seed });
        }
    }
    runs.extend(last);
    runs
}
