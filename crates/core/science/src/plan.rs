use gosset_model::{Order, PlannedRun, Registered, RunId, RunPlan};
use gosset_stats::Stream;

/// Lays out every run of a registered study in the order of execution.
///
/// A block is a data set and a seed; its arms follow one another, so that
/// what drifts on the machine meets both sides of a comparison. With
/// [`Order::Random`] blocks are shuffled, and the arms within each block,
/// by a stream keyed by the protocol's digest.
#[must_use]
pub fn plan(registered: &Registered) -> RunPlan {
    let protocol = registered.protocol();
    let seeds = registered.seeds();
    let mut blocks: Vec<_> = registered
        .datasets()
        .into_iter()
        .flat_map(|dataset| seeds.iter().map(move |seed| (dataset.clone(), *seed)))
        .collect();
    let mut stream = Stream::named(*registered.digest().as_bytes(), "plan/order");
    let mut runs = Vec::with_capacity(protocol.run_count());
    if protocol.design.order == Order::Random {
        stream.shuffle(&mut blocks);
    }
    for (dataset, seed) in blocks {
        let mut arms: Vec<_> = protocol.arms.keys().cloned().collect();
        if protocol.design.order == Order::Random {
            stream.shuffle(&mut arms);
        }
        runs.extend(arms.into_iter().map(|arm| PlannedRun {
            id: RunId::of(&protocol.name, &arm, dataset.as_ref(), seed),
            arm,
            dataset: dataset.clone(),
            seed,
        }));
    }
    RunPlan { runs }
}
