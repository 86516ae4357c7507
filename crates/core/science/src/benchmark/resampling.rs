use gosset_model::Direction;
use gosset_stats::{Alpha, Bounds, Stream, summary};

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};
use super::standing::{Standing, averages, places, ranks};
use super::values::Values;

/// What resampling data sets says.
pub(super) struct OverDatasets {
    /// Method by method, the interval of the average rank.
    pub(super) ranks: Vec<Bounds>,
    /// Method by method, the share of resamples in which no other has a better
    /// average rank.
    pub(super) first: Vec<f64>,
    /// Metric by metric and method by method, the interval of the mean over data
    /// sets; none without a data set to average over.
    pub(super) means: Vec<Option<Vec<Bounds>>>,
    /// Method by method, the share of resamples in which it is on the Pareto
    /// front; none where a metric has no data set to average over.
    pub(super) front: Option<Vec<f64>>,
}

/// How intervals are made of resamples.
pub(super) struct Resampling<'a> {
    pub(super) matrix: &'a Matrix,
    /// The one-sided level of each bound.
    pub(super) level: Alpha,
    /// At least 1.
    pub(super) resamples: u32,
    /// Resample number i draws from its substream i.
    pub(super) stream: Stream,
}

impl Resampling<'_> {
    /// Draws data sets with replacement, each with the runs that it has.
    ///
    /// These runs carry their noise into the spread between data sets, so that
    /// the intervals hold for other data sets with other runs; drawing runs as
    /// well would count that noise twice. `rows` holds the ranks on each data
    /// set, `values` the scores by each metric.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`] where means are not finite.
    ///
    /// # Source
    /// Davison and Hinkley 1997, "Bootstrap Methods and their Application",
    /// section 3.8; percentile intervals with quantiles of type 7.
    pub(super) fn over_datasets(&self, rows: &[Vec<f64>], values: &[Values]) -> Result<OverDatasets, BenchmarkError> {
        let (methods, metrics) = (self.matrix.methods.len(), values.len());
        let mut averages_drawn = vec![Vec::with_capacity(self.resamples as usize); methods];
        let mut means_drawn = vec![vec![Vec::with_capacity(self.resamples as usize); methods]; metrics];
        let mut first = vec![0_u32; methods];
        let (mut on_front, mut fronts) = (vec![0_u32; methods], 0_u32);
        let directions: Vec<Direction> = values.iter().map(|values| values.direction).collect();
        let of_datasets: Vec<Vec<Vec<f64>>> = values.iter().map(means_of_datasets).collect();
        let mut drawn = vec![0; rows.len()];
        for number in 0..self.resamples {
            let mut stream = self.stream.substream(u64::from(number));
            drawn.fill_with(|| stream.below(rows.len() as u64) as usize);
            let averages = averages(rows, &drawn);
            for (method, (average, place)) in averages.iter().zip(places(&averages)).enumerate() {
                averages_drawn[method].push(*average);
                first[method] += u32::from(place == 1);
            }
            let means: Vec<Vec<f64>> = of_datasets.iter().filter_map(|of_metric| mean_of(of_metric, &drawn)).collect();
            if means.len() == metrics {
                let means: Vec<&[f64]> = means.iter().map(Vec::as_slice).collect();
                for (means_drawn, means) in means_drawn.iter_mut().zip(&means) {
                    means_drawn.iter_mut().zip(*means).for_each(|(drawn, mean)| drawn.push(*mean));
                }
                let is_on = front(&means, &directions);
                on_front.iter_mut().zip(is_on).for_each(|(count, is_on)| *count += u32::from(is_on));
                fronts += 1;
            }
        }
        let share = |count: u32, of: u32| f64::from(count) / f64::from(of);
        let mut means = Vec::new();
        for drawn in &means_drawn {
            means.push(if fronts > 0 { Some(self.bounds(drawn)?) } else { None });
        }
        Ok(OverDatasets {
            ranks: self.bounds(&averages_drawn)?,
            first: first.into_iter().map(|count| share(count, self.resamples)).collect(),
            means,
            front: (fronts > 0).then(|| on_front.into_iter().map(|count| share(count, fronts)).collect()),
        })
    }

    /// Draws runs with replacement within each data set, and returns the
    /// intervals of the average ranks, method by method; none where a method has
    /// one run on a data set.
    ///
    /// Where all methods have the same seeds on a data set, seeds are drawn, so
    /// that what a seed does to all of them stays together. Data sets stay
    /// fixed: the intervals say nothing about others.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`] where means are not finite.
    ///
    /// # Source
    /// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
    /// Statistical Precipice", section 4, for the stratified bootstrap.
    pub(super) fn over_runs(&self) -> Result<Option<Vec<Bounds>>, BenchmarkError> {
        if self.matrix.runs.iter().flatten().any(|runs| runs.len() == 1) {
            return Ok(None);
        }
        let mut drawn = vec![Vec::with_capacity(self.resamples as usize); self.matrix.methods.len()];
        let mut draws = Draws::of(self.matrix);
        let all = self.matrix.places();
        for number in 0..self.resamples {
            let mut stream = self.stream.substream(u64::from(number));
            let mut rows = Vec::with_capacity(all.len());
            for dataset in &all {
                draws.draw(*dataset, &mut stream);
                rows.push(ranks(&draws.standings(self.matrix, *dataset), self.matrix.direction())?);
            }
            drawn.iter_mut().zip(averages(&rows, &all)).for_each(|(drawn, average)| drawn.push(average));
        }
        self.bounds(&drawn).map(Some)
    }

    fn bounds(&self, drawn: &[Vec<f64>]) -> Result<Vec<Bounds>, BenchmarkError> {
        let of_method = |drawn: &Vec<f64>| {
            let at = |level: f64| summary::quantile(drawn, level).map_err(|_| BenchmarkError::TooLarge);
            Ok(Bounds { lower: at(self.level.get())?, upper: at(1.0 - self.level.get())? })
        };
        drawn.iter().map(of_method).collect()
    }
}

/// The mean of each method on each data set; empty on those that say nothing.
fn means_of_datasets(values: &Values) -> Vec<Vec<f64>> {
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let of_dataset = |(dataset, methods): (usize, &Vec<Vec<f64>>)| match values.datasets.binary_search(&dataset) {
        Ok(_) => methods.iter().map(mean).collect(),
        Err(_) => Vec::new(),
    };
    values.runs.iter().enumerate().map(of_dataset).collect()
}

/// The mean of each method over the data sets drawn that say anything; none
/// where none does.
fn mean_of(of_datasets: &[Vec<f64>], drawn: &[usize]) -> Option<Vec<f64>> {
    let told: Vec<&Vec<f64>> =
        drawn.iter().map(|dataset| &of_datasets[*dataset]).filter(|means| !means.is_empty()).collect();
    let mut sums = vec![0.0; told.first()?.len()];
    for means in &told {
        sums.iter_mut().zip(*means).for_each(|(sum, mean)| *sum += mean);
    }
    Some(sums.into_iter().map(|sum| sum / told.len() as f64).collect())
}

/// Which methods no other beats: at least as good by every metric, and better by
/// one. `means` holds metric by metric those of all methods.
pub(super) fn front(means: &[&[f64]], directions: &[Direction]) -> Vec<bool> {
    let methods = means.first().map_or(0, |means| means.len());
    let gain = |metric: usize, one: usize, other: usize| match directions[metric] {
        Direction::Maximize => means[metric][one] - means[metric][other],
        Direction::Minimize => means[metric][other] - means[metric][one],
    };
    let beats = |one: usize, other: usize| {
        (0..means.len()).all(|metric| gain(metric, one, other) >= 0.0)
            && (0..means.len()).any(|metric| gain(metric, one, other) > 0.0)
    };
    (0..methods).map(|method| !(0..methods).any(|other| beats(other, method))).collect()
}

/// Which runs a resample draws on a data set.
struct Draws {
    /// Data set by data set, whether all methods have the same seeds.
    is_shared: Vec<bool>,
    /// Data set by data set and method by method, how many runs there are.
    runs: Vec<Vec<usize>>,
    /// Method by method, the places of the runs drawn.
    picked: Vec<Vec<usize>>,
}

impl Draws {
    fn of(matrix: &Matrix) -> Self {
        let seeds = |runs: &Vec<Run>| runs.iter().map(|run| run.seed.clone()).collect::<Vec<String>>();
        let is_shared = |methods: &Vec<Vec<Run>>| {
            matrix.has_seeds && methods.iter().all(|runs| !runs.is_empty() && seeds(runs) == seeds(&methods[0]))
        };
        let count = |methods: &Vec<Vec<Run>>| methods.iter().map(Vec::len).collect();
        Self {
            is_shared: matrix.runs.iter().map(is_shared).collect(),
            runs: matrix.runs.iter().map(count).collect(),
            picked: vec![Vec::new(); matrix.methods.len()],
        }
    }

    fn draw(&mut self, dataset: usize, stream: &mut Stream) {
        let mut drawn = |runs: usize| -> Vec<usize> { (0..runs).map(|_| stream.below(runs as u64) as usize).collect() };
        if self.is_shared[dataset] {
            let seeds = drawn(self.runs[dataset][0]);
            self.picked.iter_mut().for_each(|picked| picked.clone_from(&seeds));
        } else {
            for (picked, runs) in self.picked.iter_mut().zip(&self.runs[dataset]) {
                *picked = drawn(*runs);
            }
        }
    }

    fn standings(&self, matrix: &Matrix, dataset: usize) -> Vec<Standing> {
        let standing = |(picked, runs): (&Vec<usize>, &Vec<Run>)| {
            let mut standing = Standing::EMPTY;
            picked.iter().for_each(|run| standing.add(runs[*run].scores[0]));
            standing
        };
        self.picked.iter().zip(&matrix.runs[dataset]).map(standing).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_on_the_front_is_beaten() {
        let check = |quality: &[f64], seconds: &[f64], expected: &[bool]| {
            assert_eq!(front(&[quality, seconds], &[Direction::Maximize, Direction::Minimize]), expected);
        };
        check(&[0.9, 0.8, 0.7], &[3.0, 1.0, 2.0], &[true, true, false]);
        // As good by one and better by the other beats; alike in both does not.
        check(&[0.9, 0.9, 0.9], &[3.0, 1.0, 1.0], &[false, true, true]);
        check(&[0.5, 0.6], &[1.0, 1.0], &[false, true]);
    }
}
