use std::collections::BTreeMap;

use thiserror::Error;

/// How far the probabilities of a row may sum from 1.
const ROW_SUM_TOLERANCE: f64 = 1e-4;

/// The truth and what was predicted, item by item.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    /// One class label per item.
    Classes(Labels),
    /// One probability per class and item.
    Probabilities(Probabilities),
    /// One number per item.
    Numbers(Numbers),
}

impl Predictions {
    /// Pairs true and predicted class labels.
    ///
    /// # Errors
    /// [`PredictionError::Empty`], [`PredictionError::LengthMismatch`].
    pub fn classes(truth: Vec<String>, predicted: Vec<String>) -> Result<Self, PredictionError> {
        check_lengths(truth.len(), predicted.len())?;
        Ok(Self::Classes(Labels { truth, predicted }))
    }

    /// Pairs true class labels with probabilities: row i, column j holds the
    /// probability of `classes[j]` for item i.
    ///
    /// # Errors
    /// [`PredictionError::Empty`], [`PredictionError::LengthMismatch`],
    /// [`PredictionError::RepeatedClass`], [`PredictionError::UnknownClass`]
    /// for a true class without a column, [`PredictionError::RowLength`],
    /// [`PredictionError::PredictionNotFinite`],
    /// [`PredictionError::NotAProbability`], and [`PredictionError::RowSum`]
    /// where a row sums to 1 by more than 1e-4 too much or too little.
    pub fn probabilities(
        truth: Vec<String>,
        classes: Vec<String>,
        rows: Vec<Vec<f64>>,
    ) -> Result<Self, PredictionError> {
        check_lengths(truth.len(), rows.len())?;
        let mut column_of = BTreeMap::new();
        for (column, class) in classes.iter().enumerate() {
            if column_of.insert(class, column).is_some() {
                return Err(PredictionError::RepeatedClass { class: class.clone() });
            }
        }
        let mut true_columns = Vec::with_capacity(truth.len());
        for (row, (label, probabilities)) in truth.iter().zip(&rows).enumerate() {
            let Some(column) = column_of.get(label) else {
                return Err(PredictionError::UnknownClass { row, class: label.clone(), known: classes });
            };
            true_columns.push(*column);
            check_row(row, probabilities, classes.len())?;
        }
        Ok(Self::Probabilities(Probabilities { truth, classes, rows, true_columns }))
    }

    /// Pairs true and predicted numbers.
    ///
    /// # Errors
    /// [`PredictionError::Empty`], [`PredictionError::LengthMismatch`],
    /// [`PredictionError::TruthNotFinite`], and
    /// [`PredictionError::PredictionNotFinite`], which is what a diverged run
    /// leaves.
    pub fn numbers(truth: Vec<f64>, predicted: Vec<f64>) -> Result<Self, PredictionError> {
        check_lengths(truth.len(), predicted.len())?;
        if let Some(row) = truth.iter().position(|value| !value.is_finite()) {
            return Err(PredictionError::TruthNotFinite { row });
        }
        if let Some(row) = predicted.iter().position(|value| !value.is_finite()) {
            return Err(PredictionError::PredictionNotFinite { row });
        }
        Ok(Self::Numbers(Numbers { truth, predicted }))
    }

    /// The number of items, at least 1.
    #[must_use]
    pub fn n(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.truth.len(),
            Self::Probabilities(probabilities) => probabilities.truth.len(),
            Self::Numbers(numbers) => numbers.truth.len(),
        }
    }
}

/// True and predicted class labels, item by item; at least one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    truth: Vec<String>,
    predicted: Vec<String>,
}

impl Labels {
    /// The true classes.
    #[must_use]
    pub fn truth(&self) -> &[String] {
        &self.truth
    }

    /// The predicted classes.
    #[must_use]
    pub fn predicted(&self) -> &[String] {
        &self.predicted
    }
}

/// True class labels and a probability per class, item by item; at least one
/// item.
#[derive(Debug, Clone, PartialEq)]
pub struct Probabilities {
    truth: Vec<String>,
    classes: Vec<String>,
    rows: Vec<Vec<f64>>,
    true_columns: Vec<usize>,
}

impl Probabilities {
    /// The true classes.
    #[must_use]
    pub fn truth(&self) -> &[String] {
        &self.truth
    }

    /// The classes, in the order of the columns.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The probabilities, one row per item and one column per class.
    #[must_use]
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Predicts for each item its most probable class, the first of equals.
    #[must_use]
    pub fn most_probable(&self) -> Predictions {
        let predicted = self.rows.iter().map(|row| self.classes[first_largest(row)].clone()).collect();
        Predictions::Classes(Labels { truth: self.truth.clone(), predicted })
    }

    /// Each item's row with the column of its true class.
    pub(super) fn with_true_column(&self) -> impl Iterator<Item = (&[f64], usize)> {
        self.rows.iter().map(Vec::as_slice).zip(self.true_columns.iter().copied())
    }
}

/// True and predicted numbers, item by item; at least one item, all finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    truth: Vec<f64>,
    predicted: Vec<f64>,
}

impl Numbers {
    /// The true numbers.
    #[must_use]
    pub fn truth(&self) -> &[f64] {
        &self.truth
    }

    /// The predicted numbers.
    #[must_use]
    pub fn predicted(&self) -> &[f64] {
        &self.predicted
    }

    /// Predicted less true, item by item.
    pub(super) fn errors(&self) -> impl Iterator<Item = f64> {
        self.truth.iter().zip(&self.predicted).map(|(truth, predicted)| predicted - truth)
    }
}

/// Why columns are not predictions. Rows count from 0.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PredictionError {
    /// There is no item.
    #[error("there are no predictions")]
    Empty,
    /// The columns differ in length.
    #[error("{predicted} predictions do not match {truth} true values")]
    LengthMismatch {
        /// The number of true values.
        truth: usize,
        /// The number of predictions.
        predicted: usize,
    },
    /// A true number is NaN or infinite: the data are broken.
    #[error("the true value in row {row} is not finite")]
    TruthNotFinite {
        /// The first such row.
        row: usize,
    },
    /// A predicted number is NaN or infinite: the run diverged.
    #[error("the prediction in row {row} is not finite")]
    PredictionNotFinite {
        /// The first such row.
        row: usize,
    },
    /// A probability lies outside 0..=1.
    #[error("{value} in row {row} is not a probability")]
    NotAProbability {
        /// The first such row.
        row: usize,
        /// What was given.
        value: f64,
    },
    /// The probabilities of a row do not sum to 1.
    #[error("the probabilities in row {row} sum to {sum} instead of 1")]
    RowSum {
        /// The first such row.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// A row has too few or too many probabilities.
    #[error("row {row} has {got} probabilities for {needed} classes")]
    RowLength {
        /// The first such row.
        row: usize,
        /// How many are needed.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A true class has no column of probabilities.
    #[error("class `{class}` in row {row} has no column; there are {}", known.join(", "))]
    UnknownClass {
        /// The first such row.
        row: usize,
        /// The class.
        class: String,
        /// The classes with a column.
        known: Vec<String>,
    },
    /// Two columns are of the same class.
    #[error("class `{class}` has two columns")]
    RepeatedClass {
        /// The class.
        class: String,
    },
}

impl PredictionError {
    /// Whether it is what a diverged run leaves, rather than a fault of the
    /// data or the program.
    #[must_use]
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::PredictionNotFinite { .. })
    }

    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "predictions-empty",
            Self::LengthMismatch { .. } => "predictions-length-mismatch",
            Self::TruthNotFinite { .. } => "truth-not-finite",
            Self::PredictionNotFinite { .. } => "prediction-not-finite",
            Self::NotAProbability { .. } => "prediction-not-a-probability",
            Self::RowSum { .. } => "prediction-row-sum",
            Self::RowLength { .. } => "prediction-row-length",
            Self::UnknownClass { .. } => "prediction-unknown-class",
            Self::RepeatedClass { .. } => "prediction-repeated-class",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Empty | Self::LengthMismatch { .. } => "write one prediction for every item of the test set",
            Self::TruthNotFinite { .. } => "mend or leave out the item in the data",
            Self::PredictionNotFinite { .. } => "look whether training diverged; lower the learning rate",
            Self::NotAProbability { .. } | Self::RowSum { .. } => "write probabilities, not scores: apply a softmax",
            Self::RowLength { .. } => "write one probability for every class",
            Self::UnknownClass { .. } => "add a column for the class, or check its spelling",
            Self::RepeatedClass { .. } => "give each class one column",
        };
        vec![hint.to_owned()]
    }
}

fn check_lengths(truth: usize, predicted: usize) -> Result<(), PredictionError> {
    if truth != predicted {
        return Err(PredictionError::LengthMismatch { truth, predicted });
    }
    if truth == 0 { Err(PredictionError::Empty) } else { Ok(()) }
}

fn check_row(row: usize, probabilities: &[f64], classes: usize) -> Result<(), PredictionError> {
    if probabilities.len() != classes {
        return Err(PredictionError::RowLength { row, needed: classes, got: probabilities.len() });
    }
    if probabilities.iter().any(|value| !value.is_finite()) {
        return Err(PredictionError::PredictionNotFinite { row });
    }
    if let Some(value) = probabilities.iter().find(|value| !(0.0..=1.0).contains(*value)) {
        return Err(PredictionError::NotAProbability { row, value: *value });
    }
    let sum = crate::summary::sum(probabilities);
    if (sum - 1.0).abs() > ROW_SUM_TOLERANCE { Err(PredictionError::RowSum { row, sum }) } else { Ok(()) }
}

fn first_largest(row: &[f64]) -> usize {
    let mut largest = 0;
    for (column, value) in row.iter().enumerate() {
        if *value > row[largest] {
            largest = column;
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn refused(truth: &str, classes: &str, rows: &[&[f64]]) -> PredictionError {
        let rows = rows.iter().map(|row| row.to_vec()).collect();
        Predictions::probabilities(labels(truth), labels(classes), rows).unwrap_err()
    }

    #[test]
    fn a_diverged_run_is_told_from_broken_data() {
        let diverged = Predictions::numbers(vec![1.0, 2.0], vec![1.0, f64::NAN]).unwrap_err();
        assert_eq!(diverged, PredictionError::PredictionNotFinite { row: 1 });
        assert!(diverged.is_divergence());
        let broken = Predictions::numbers(vec![f64::NAN], vec![1.0]).unwrap_err();
        assert_eq!(broken, PredictionError::TruthNotFinite { row: 0 });
        assert!(!broken.is_divergence());
        assert!(refused("a", "a b", &[&[f64::NAN, 1.0]]).is_divergence());
    }

    #[test]
    fn what_is_wrong_with_a_row_is_named() {
        assert_eq!(refused("a", "a b", &[&[1.5, -0.5]]), PredictionError::NotAProbability { row: 0, value: 1.5 });
        assert!(matches!(refused("a b", "a b", &[&[0.5, 0.5], &[0.5, 0.4]]), PredictionError::RowSum { row: 1, .. }));
        assert_eq!(refused("a", "a b", &[&[1.0]]), PredictionError::RowLength { row: 0, needed: 2, got: 1 });
        assert!(matches!(refused("c", "a b", &[&[0.5, 0.5]]), PredictionError::UnknownClass { row: 0, .. }));
        assert!(matches!(refused("a", "a a", &[&[0.5, 0.5]]), PredictionError::RepeatedClass { .. }));
        assert_eq!(refused("", "a b", &[]), PredictionError::Empty);
        let mismatch = Predictions::classes(labels("a b"), labels("a")).unwrap_err();
        assert_eq!(mismatch, PredictionError::LengthMismatch { truth: 2, predicted: 1 });
    }

    #[test]
    fn a_row_may_miss_one_by_rounding() {
        let rows = vec![vec![0.333_3, 0.333_3, 0.333_3]];
        assert!(Predictions::probabilities(labels("a"), labels("a b c"), rows).is_ok());
    }

    #[test]
    fn the_most_probable_class_is_the_first_of_equals() {
        let rows = vec![vec![0.4, 0.4, 0.2], vec![0.1, 0.2, 0.7]];
        let predictions = Predictions::probabilities(labels("a b"), labels("a b c"), rows).unwrap();
        let Predictions::Probabilities(probabilities) = predictions else { panic!("made of probabilities") };
        assert_eq!(probabilities.most_probable(), Predictions::classes(labels("a b"), labels("a c")).unwrap());
    }
}
