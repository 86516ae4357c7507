//! Which runs a resample draws.

use crate::below::Below;
use crate::stream::Stream;

use super::aggregate::CHUNK;
use super::scores::MethodScores;

/// Resamples of the runs within each task: numbers of runs, drawn with
/// replacement, task by task.
pub(super) struct RunDraws {
    /// Stretches of tasks with equally many runs: numbers below how many, and
    /// the end of the stretch in `drawn`.
    stretches: Vec<(Below, usize)>,
    drawn: Vec<u32>,
}

impl RunDraws {
    /// For the tasks of a method.
    pub(super) fn of(scores: &MethodScores) -> Self {
        let mut stretches: Vec<(Below, usize)> = Vec::new();
        let (mut size, mut end) = (0, 0);
        for (_, runs) in scores.tasks() {
            end += runs.len();
            match stretches.last_mut() {
                Some((_, last)) if size == runs.len() => *last = end,
                _ => stretches.push((Below::new(runs.len() as u32), end)),
            }
            size = runs.len();
        }
        Self { stretches, drawn: vec![0; end] }
    }

    /// Draws as many runs on each task as it has; the tasks' draws stand one
    /// after another.
    pub(super) fn draw(&mut self, stream: &mut Stream) -> &[u32] {
        let mut start = 0;
        for (below, end) in &mut self.stretches {
            below.fill(stream, &mut self.drawn[start..*end]);
            start = *end;
        }
        &self.drawn
    }
}

/// Draws `resamples` values in chunks of [`CHUNK`], each from its own
/// substream.
pub(super) fn in_chunks<T, E>(
    resamples: u32,
    mut draw: impl FnMut(u32, u64) -> Result<Vec<T>, E>,
) -> Result<Vec<T>, E> {
    let mut values = Vec::with_capacity(resamples as usize);
    for chunk in 0..resamples.div_ceil(CHUNK) {
        values.extend(draw(CHUNK.min(resamples - chunk * CHUNK), u64::from(chunk))?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::scores::{Score, Scores};

    #[test]
    fn every_task_draws_from_its_own_runs() {
        let sizes = [2, 2, 5, 3, 1];
        let names: Vec<(String, String)> = sizes
            .iter()
            .enumerate()
            .flat_map(|(task, size)| (0..*size).map(move |run: usize| (task.to_string(), run.to_string())))
            .collect();
        let rows = names.iter().map(|(task, run)| Score { method: "a", task, run, value: 0.0 });
        let scores = Scores::new(rows).unwrap();
        let mut draws = RunDraws::of(scores.methods().next().unwrap().1);
        let mut stream = Stream::named([3; 32], "runs");
        let mut most = [0; 5];
        for _ in 0..200 {
            let mut rest = draws.draw(&mut stream);
            for (most, size) in most.iter_mut().zip(sizes) {
                let (drawn, others) = rest.split_at(size);
                *most = drawn.iter().copied().fold(*most, u32::max);
                rest = others;
            }
            assert!(rest.is_empty());
        }
        // The chance that a task of five never draws its last run is 0.8^1000.
        assert_eq!(most, sizes.map(|size| size as u32 - 1));
    }
}
