use gosset_model::{Digest, Direction, Grade};
use gosset_stats::runs::aggregate::Aggregate;
use gosset_stats::{Bounds, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::aggregates::{Interval, Neighbours, Profiles, SuiteEstimate};
use super::apart::{MethodPair, Omnibus, told_apart};
use super::cells::Cells;
use super::coverage::{Coverage, coverage, is_complete};
use super::error::BenchmarkError;
use super::matrix::Matrix;
use super::pareto::{Pareto, pareto};
use super::question::BenchmarkQuestion;
use super::resampling::{OverDatasets, Resampling};
use super::saturation::{Saturation, saturation};
use super::stability::{Order, Reordering, View};
use super::standing::{Standing, averages, rank_rows, standings};
use super::statements::{statements, warnings};
use super::tests_used::{TestUsed, tests_used};
use super::values::Values;
use crate::claim::level_of;

/// What the results of a benchmark say of its methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Leaderboard {
    /// The version of this form.
    pub version: u32,
    /// What was asked.
    pub question: BenchmarkQuestion,
    /// The digest of the runs, from which all random numbers are drawn.
    pub digest: Digest,
    /// How far the numbers can be relied on; C where they were not run here.
    pub grade: Grade,
    /// The methods, the best average rank first.
    pub rows: Vec<LeaderboardRow>,
    /// What ran, what failed and what is missing.
    pub coverage: Coverage,
    /// The test of all methods at once; none where all tie on every data set.
    pub omnibus: Option<Omnibus>,
    /// The difference of average ranks from which on Nemenyi's test tells two
    /// methods apart.
    pub critical_difference: f64,
    /// All pairs, in the order of the leaderboard.
    pub pairs: Vec<MethodPair>,
    /// The largest runs of methods, in the order of the leaderboard, of which no
    /// two can be told apart; they may overlap.
    pub groups: Vec<Vec<String>>,
    /// Each method against the next one.
    pub neighbours: Vec<Neighbours>,
    /// Performance profiles; none where all scores are one.
    pub profiles: Option<Profiles>,
    /// What other views of the same results make of the order.
    pub reorderings: Vec<Reordering>,
    /// Whether the benchmark can still tell its best methods apart.
    pub saturation: Saturation,
    /// The Pareto front, where there are several metrics.
    pub pareto: Option<Pareto>,
    /// How the methods did on each data set.
    pub datasets: Vec<DatasetRow>,
    /// The tests that were used, with what they assume.
    pub tests: Vec<TestUsed>,
    /// What was found, in whole sentences.
    pub statements: Vec<String>,
    /// What speaks against relying on the whole, in whole sentences.
    pub warnings: Vec<String>,
}

impl Leaderboard {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
}

/// One method of a leaderboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeaderboardRow {
    /// The method.
    pub method: String,
    /// Its place by average rank; equal ones share the first of their places.
    pub place: u64,
    /// Its rank, averaged over all data sets; 1 is best.
    pub average_rank: f64,
    /// Its interval for other data sets of their kind with other runs, from
    /// resampling data sets with the runs that they have.
    pub rank_bounds: Bounds,
    /// Its interval for these data sets with other runs, from resampling runs
    /// within each data set; none where a data set has one run only.
    pub rank_bounds_of_runs: Option<Bounds>,
    /// The share of resamples in which no other method has a better average
    /// rank.
    pub first_share: f64,
    /// The groups that it is in, a letter each: methods that share a letter
    /// cannot be told apart.
    pub letters: String,
    /// The mean over data sets of its mean scores; none where no data set has
    /// any score.
    pub mean: Option<SuiteEstimate>,
    /// The mean of the middle half of all its scores.
    pub interquartile_mean: Option<SuiteEstimate>,
    /// How many runs it has.
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
    /// On how many data sets it has no run.
    pub missing: u64,
    /// Where it has no run on some data sets, its average rank if it came first
    /// on each of these.
    pub rank_if_missing_first: Option<f64>,
}

/// How the methods did on a data set, in the order of the leaderboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetRow {
    /// The data set.
    pub dataset: String,
    /// The mean scores in the metric's own unit; none where all runs failed or
    /// there is none.
    pub means: Vec<Option<f64>>,
    /// The ranks.
    pub ranks: Vec<f64>,
    /// How many runs there are.
    pub runs: Vec<u64>,
    /// How many of them failed.
    pub failed: Vec<u64>,
}

/// Ranks the methods of a benchmark, and says which of them can be told apart.
///
/// Methods are ranked on each data set by their mean scores, behind those with
/// a smaller share of failed runs; a method without a run ranks as one that
/// failed. Data sets are the evidence: what is said is about tasks of their
/// kind. Aggregates by [`gosset_stats::runs`] are about these very data sets.
///
/// All random numbers are drawn from the digest of the runs.
///
/// # Errors
/// [`BenchmarkError`] where there is too little to rank, where references are
/// missing, or where numbers are too large.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets"; Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice".
pub fn judge_benchmark(cells: &Cells, question: &BenchmarkQuestion) -> Result<Leaderboard, BenchmarkError> {
    leaderboard(cells, question, Grade::C)
}

/// [`judge_benchmark`] of runs with numbers of `grade`.
pub(super) fn leaderboard(
    cells: &Cells,
    question: &BenchmarkQuestion,
    grade: Grade,
) -> Result<Leaderboard, BenchmarkError> {
    if cells.metrics() != question.metrics.len() {
        let row = cells.cells().first().map_or(0, |cell| cell.row);
        return Err(BenchmarkError::Outcomes { row, expected: question.metrics.len(), got: cells.metrics() });
    }
    let matrix = Matrix::of(cells, question)?;
    let digest = cells.digest();
    let stream = |what: &str| Stream::named(*digest.as_bytes(), &format!("benchmark/{what}"));
    let (alpha, half) = (level_of(question.alpha.get()), level_of(question.alpha.get() / 2.0));
    let standings = standings(&matrix, 0);
    let rows = rank_rows(&standings, matrix.direction())?;
    let average = averages(&rows, &matrix.places());
    let apart = told_apart(&matrix, &standings, &rows, question.pairs, alpha)?;
    let values: Vec<Values> =
        (0..question.metrics.len()).map(|metric| Values::of(&matrix, metric)).collect::<Result<_, _>>()?;
    let resamples = question.resamples.max(1);
    let over = |what| Resampling { matrix: &matrix, level: half, resamples, stream: stream(what) };
    let resampled = over("datasets").over_datasets(&rows, &values)?;
    let of_runs = over("runs").over_runs()?;
    let interval = Interval { matrix: &matrix, level: half, resamples, stream: &stream };
    let means = interval.aggregates(&values[0], Aggregate::Mean, "mean")?;
    let middles = interval.aggregates(&values[0], Aggregate::InterquartileMean, "interquartile-mean")?;
    let order = Order::new(&matrix, &apart.order, &average);
    let views = Views {
        order: &order,
        standings: &standings,
        rows: &rows,
        values: &values[0],
        means: &means,
        middles: &middles,
    };
    let board_rows = Rows {
        order: &order,
        groups: &apart.groups,
        ranks: &rows,
        average: &average,
        over_datasets: &resampled,
        over_runs: of_runs.as_ref(),
        means: means.as_ref(),
        middles: middles.as_ref(),
    };
    let mut leaderboard = Leaderboard {
        version: Leaderboard::VERSION,
        question: question.clone(),
        digest,
        grade,
        rows: board_rows.all(),
        coverage: coverage(&matrix, &standings, &values[0]),
        omnibus: apart.omnibus.clone(),
        critical_difference: apart.critical_difference,
        groups: apart.groups.iter().map(|group| named(&matrix, &apart.order[group.0..=group.1])).collect(),
        neighbours: interval.neighbours(&apart.order)?,
        profiles: interval.profiles(&values[0], &apart.order)?,
        reorderings: views.all(question)?,
        saturation: saturation(&matrix, &standings, &rows, &apart.order, question, alpha)?,
        pareto: pareto(&matrix, &values, &resampled, &apart.order, question),
        datasets: dataset_rows(&matrix, &standings, &rows, &apart.order),
        tests: tests_used(question, &matrix),
        statements: Vec::new(),
        warnings: Vec::new(),
        pairs: apart.pairs,
    };
    leaderboard.statements = statements(&leaderboard);
    leaderboard.warnings = warnings(&leaderboard);
    Ok(leaderboard)
}

fn named(matrix: &Matrix, methods: &[usize]) -> Vec<String> {
    methods.iter().map(|method| matrix.methods[*method].clone()).collect()
}

/// What the rows of a leaderboard are made of, method by method.
struct Rows<'a> {
    order: &'a Order<'a>,
    groups: &'a [(usize, usize)],
    ranks: &'a [Vec<f64>],
    average: &'a [f64],
    over_datasets: &'a OverDatasets,
    over_runs: Option<&'a Vec<Bounds>>,
    means: Option<&'a Vec<SuiteEstimate>>,
    middles: Option<&'a Vec<SuiteEstimate>>,
}

impl Rows<'_> {
    fn all(&self) -> Vec<LeaderboardRow> {
        self.order.order.iter().enumerate().map(|(index, method)| self.row(index, *method)).collect()
    }

    fn row(&self, index: usize, method: usize) -> LeaderboardRow {
        let matrix = self.order.matrix;
        let is_missing = |dataset: &usize| matrix.runs[*dataset][method].is_empty();
        let missing = matrix.places().iter().filter(|dataset| is_missing(dataset)).count();
        let if_first = || {
            let rank = |dataset: &usize| if is_missing(dataset) { 1.0 } else { self.ranks[*dataset][method] };
            matrix.places().iter().map(rank).sum::<f64>() / self.ranks.len() as f64
        };
        let groups = self.groups.iter().enumerate();
        let runs = || matrix.runs.iter().flat_map(|methods| &methods[method]);
        LeaderboardRow {
            method: matrix.methods[method].clone(),
            place: self.order.places[method] as u64,
            average_rank: self.average[method],
            rank_bounds: self.over_datasets.ranks[method],
            rank_bounds_of_runs: self.over_runs.map(|bounds| bounds[method]),
            first_share: self.over_datasets.first[method],
            letters: groups
                .filter(|(_, (first, last))| (first..=last).contains(&&index))
                .map(|(at, _)| letter(at))
                .collect(),
            mean: self.means.map(|means| means[method]),
            interquartile_mean: self.middles.map(|middles| middles[method]),
            runs: runs().count() as u64,
            failed: runs().filter(|run| run.scores[0].is_none()).count() as u64,
            missing: missing as u64,
            rank_if_missing_first: (missing > 0).then(if_first),
        }
    }
}

/// a to z, then a2 and so on.
fn letter(group: usize) -> String {
    let letter = char::from(b'a' + (group % 26) as u8);
    if group < 26 { letter.to_string() } else { format!("{letter}{}", group / 26 + 1) }
}

fn dataset_rows(matrix: &Matrix, standings: &[Vec<Standing>], rows: &[Vec<f64>], order: &[usize]) -> Vec<DatasetRow> {
    let row = |(dataset, name): (usize, &String)| {
        let of = || order.iter().map(move |method| &standings[dataset][*method]);
        DatasetRow {
            dataset: name.clone(),
            means: of().map(Standing::mean).collect(),
            ranks: order.iter().map(|method| rows[dataset][*method]).collect(),
            runs: of().map(|standing| standing.runs as u64).collect(),
            failed: of().map(|standing| standing.failed as u64).collect(),
        }
    };
    matrix.datasets.iter().enumerate().map(row).collect()
}

/// The other views of the same results.
struct Views<'a> {
    order: &'a Order<'a>,
    standings: &'a [Vec<Standing>],
    rows: &'a [Vec<f64>],
    values: &'a Values,
    means: &'a Option<Vec<SuiteEstimate>>,
    middles: &'a Option<Vec<SuiteEstimate>>,
}

impl Views<'_> {
    fn all(&self, question: &BenchmarkQuestion) -> Result<Vec<Reordering>, BenchmarkError> {
        let names: Vec<String> = question.metrics.iter().map(|metric| metric.name.clone()).collect();
        let mut found = self.order.without_datasets(self.rows);
        found.extend(self.order.without_seeds()?);
        found.extend(self.order.by_metrics(&names)?);
        found.extend(self.choices()?);
        Ok(found)
    }

    fn choices(&self) -> Result<Vec<Reordering>, BenchmarkError> {
        let mut found = Vec::new();
        let by = |estimates: &Vec<SuiteEstimate>, label: &str| {
            let loss = |estimate: &SuiteEstimate| match self.values.direction {
                Direction::Maximize => -estimate.value,
                Direction::Minimize => estimate.value,
            };
            self.order.reordered(View::Choice, label, &estimates.iter().map(loss).collect::<Vec<f64>>())
        };
        found.extend(self.means.as_ref().map(|means| by(means, "by the mean over data sets")));
        found.extend(self.middles.as_ref().map(|middles| by(middles, "by the interquartile mean")));
        let of_datasets = |datasets: &[usize]| averages(self.rows, datasets);
        let complete: Vec<usize> =
            self.order.matrix.places().into_iter().filter(|dataset| is_complete(&self.standings[*dataset])).collect();
        if complete.len() == self.rows.len() {
            return Ok(found);
        }
        if !complete.is_empty() {
            let label = "on complete data sets alone";
            found.push(self.order.reordered(View::Choice, label, &of_datasets(&complete)));
        }
        let imputed = self.values.datasets.iter().map(|dataset| {
            self.values.runs[*dataset].iter().map(|values| {
                let mut standing = Standing::EMPTY;
                values.iter().for_each(|value| standing.add(Some(*value)));
                standing
            })
        });
        let imputed: Vec<Vec<Standing>> = imputed.map(Iterator::collect).collect();
        if !imputed.is_empty() {
            let rows = rank_rows(&imputed, self.values.direction)?;
            let all: Vec<usize> = (0..rows.len()).collect();
            let label = "with failures as the worst score";
            found.push(self.order.reordered(View::Choice, label, &averages(&rows, &all)));
        }
        Ok(found)
    }
}
