use std::collections::{BTreeMap, BTreeSet};

use gosset_model::Digest;

use super::error::BenchmarkError;

/// What became of one run of a benchmark, by one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellOutcome {
    /// Its score, in the metric's own unit.
    Score(f64),
    /// It crashed, diverged, ran out of time or was never scored.
    Failed,
}

/// One run of a benchmark: a method on a data set with a seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The method.
    pub method: String,
    /// The data set.
    pub dataset: String,
    /// The seed, fold or repetition; where no cell has one, runs of a method on
    /// a data set are told apart by their outcomes alone.
    pub seed: Option<String>,
    /// What became of it, metric by metric.
    pub outcomes: Vec<CellOutcome>,
    /// Where it stands in its source, from 1.
    pub row: u64,
}

/// The runs of a benchmark, which are complete enough to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    cells: Vec<Cell>,
    metrics: usize,
}

impl Cells {
    /// Takes up the runs of a benchmark.
    ///
    /// # Errors
    /// [`BenchmarkError::Empty`] without any score by the first metric,
    /// [`BenchmarkError::Outcomes`] where a run has not an outcome for each
    /// metric, [`BenchmarkError::NotFinite`], [`BenchmarkError::TooLarge`], and
    /// [`BenchmarkError::Repeated`] where two rows are of one run: nobody can
    /// say which of them counts.
    pub fn new(cells: Vec<Cell>) -> Result<Self, BenchmarkError> {
        let metrics = cells.first().map_or(0, |cell| cell.outcomes.len());
        let is_scored = |cell: &Cell| matches!(cell.outcomes.first(), Some(CellOutcome::Score(_)));
        if !cells.iter().any(is_scored) {
            return Err(BenchmarkError::Empty);
        }
        // Sums over all runs, and their squares over a few, must be numbers.
        let most = f64::MAX.sqrt() / cells.len() as f64;
        for cell in &cells {
            if cell.outcomes.len() != metrics {
                return Err(BenchmarkError::Outcomes { row: cell.row, expected: metrics, got: cell.outcomes.len() });
            }
            for outcome in &cell.outcomes {
                match outcome {
                    CellOutcome::Score(score) if !score.is_finite() => {
                        return Err(BenchmarkError::NotFinite { row: cell.row });
                    }
                    CellOutcome::Score(score) if score.abs() > most => return Err(BenchmarkError::TooLarge),
                    CellOutcome::Score(_) | CellOutcome::Failed => {}
                }
            }
        }
        if cells.iter().any(|cell| cell.seed.is_some()) {
            let mut known = BTreeMap::new();
            for cell in &cells {
                let key = (&cell.method, &cell.dataset, &cell.seed);
                if let Some(first) = known.insert(key, cell.row) {
                    return Err(BenchmarkError::Repeated {
                        first,
                        second: cell.row,
                        method: cell.method.clone(),
                        dataset: cell.dataset.clone(),
                        seed: cell.seed.clone(),
                    });
                }
            }
        }
        Ok(Self { cells, metrics })
    }

    /// The runs.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// How many metrics each run was measured by.
    #[must_use]
    pub fn metrics(&self) -> usize {
        self.metrics
    }

    /// The methods, sorted.
    #[must_use]
    pub fn methods(&self) -> BTreeSet<&str> {
        self.cells.iter().map(|cell| cell.method.as_str()).collect()
    }

    /// The digest of the runs, whatever the order of their rows.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let outcome = |outcome: &CellOutcome| match outcome {
            // Adding zero makes -0 and 0 one score.
            CellOutcome::Score(score) => Some((score + 0.0).to_bits()),
            CellOutcome::Failed => None,
        };
        let line = |cell: &Cell| {
            let outcomes: Vec<Option<u64>> = cell.outcomes.iter().map(outcome).collect();
            format!("{:?}", (&cell.method, &cell.dataset, &cell.seed, outcomes))
        };
        let mut lines: Vec<String> = self.cells.iter().map(line).collect();
        lines.sort_unstable();
        Digest::of(lines.join("\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(method: &str, seed: Option<&str>, outcome: CellOutcome) -> Cell {
        let seed = seed.map(str::to_owned);
        Cell { method: method.to_owned(), dataset: "x".to_owned(), seed, outcomes: vec![outcome], row: 1 }
    }

    #[test]
    fn what_is_no_benchmark_is_a_named_error() {
        let code = |cells: Vec<Cell>| Cells::new(cells).unwrap_err().code();
        let score = CellOutcome::Score(1.0);
        assert_eq!(code(Vec::new()), "benchmark-empty");
        assert_eq!(code(vec![cell("a", None, CellOutcome::Failed)]), "benchmark-empty");
        assert_eq!(
            code(vec![cell("a", None, score), cell("a", None, CellOutcome::Score(f64::NAN))]),
            "benchmark-not-finite"
        );
        assert_eq!(code(vec![cell("a", None, CellOutcome::Score(f64::MAX))]), "benchmark-too-large");
        assert_eq!(code(vec![cell("a", Some("1"), score), cell("a", Some("1"), score)]), "benchmark-repeated");
        let bare = Cell { outcomes: Vec::new(), ..cell("a", None, score) };
        assert_eq!(code(vec![cell("a", None, score), bare]), "benchmark-outcomes");
        assert!(Cells::new(vec![cell("a", None, score), cell("a", None, score)]).is_ok());
    }

    #[test]
    fn the_digest_is_that_of_the_runs_and_not_of_their_rows() {
        let first = cell("a", Some("1"), CellOutcome::Score(0.0));
        let second = cell("b", Some("1"), CellOutcome::Failed);
        let digest = |cells: Vec<Cell>| Cells::new(cells).unwrap().digest();
        let one = digest(vec![first.clone(), second.clone()]);
        let other = Cell { outcomes: vec![CellOutcome::Score(-0.0)], row: 7, ..first.clone() };
        assert_eq!(one, digest(vec![second, other]));
        assert_ne!(one, digest(vec![first]));
    }
}
