use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gosset_data::Series;
use gosset_data::table::{self, Table};
use gosset_model::{Columns, MetricSource, Name, Outcome, Protocol, Reduction, Truth};
use gosset_science::Scored;
use gosset_stats::metric::{self, Metric, Needs};
use gosset_stats::{PredictionError, Predictions};

use super::examples::ExampleScores;
use crate::LabError;
use crate::study_folder::StudyFolder;

/// The true labels of one data set, by example.
pub(crate) struct Labels {
    truth: Truth,
    ids: Vec<String>,
    labels: Vec<String>,
    rows: HashMap<String, usize>,
}

/// Computes metrics from what runs leave behind, outside the programs.
pub(crate) struct Scorer<'a> {
    protocol: &'a Protocol,
    labels: BTreeMap<Name, Labels>,
}

/// Why a run that ended well has no scores.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotScored {
    /// Something the scorer needs is missing or wrong.
    Unscorable(String),
    /// Predictions are not finite.
    NotFinite {
        /// The metric.
        metric: Name,
        /// The value found, as text.
        value: String,
    },
}

impl From<NotScored> for Scored {
    fn from(why: NotScored) -> Self {
        match why {
            NotScored::Unscorable(reason) => Self::Unscorable(reason),
            NotScored::NotFinite { metric, value } => Self::NotFinite { metric, value },
        }
    }
}

impl From<NotScored> for Outcome {
    fn from(why: NotScored) -> Self {
        match why {
            NotScored::Unscorable(reason) => Self::Unscorable { reason },
            NotScored::NotFinite { metric, value } => Self::Diverged { metric, value },
        }
    }
}

impl<'a> Scorer<'a> {
    /// Reads the true labels of every data set that declares them.
    ///
    /// # Errors
    /// [`LabError::Table`] if a file of labels cannot be read, or names an
    /// example twice.
    pub(crate) fn new(folder: &StudyFolder, protocol: &'a Protocol) -> Result<Self, LabError> {
        let mut labels = BTreeMap::new();
        for (name, data) in &protocol.data {
            if let Some(truth) = &data.truth {
                labels.insert(name.clone(), read_labels(folder, truth)?);
            }
        }
        Ok(Self { protocol, labels })
    }

    /// Scores one run from its folder and what it logged.
    pub(crate) fn score(&self, dataset: Option<&Name>, work: &Path, logged: &BTreeMap<String, Series>) -> Scored {
        let mut values = BTreeMap::new();
        for (name, declared) in &self.protocol.metrics {
            let value = match &declared.source {
                MetricSource::Logged { series, reduction, .. } => {
                    match logged.get(series).and_then(|series| reduced(series, *reduction)) {
                        Some(value) => Ok(value),
                        None => Err(NotScored::Unscorable(format!("the program logged no metric `{series}`"))),
                    }
                }
                MetricSource::Predictions { score, file, columns, .. } => {
                    self.scored(name, score, &work.join(file), columns, dataset)
                }
            };
            match value {
                Ok(value) => {
                    let outside =
                        declared.range.filter(|[low, high]| value.is_finite() && (value < *low || value > *high));
                    if let Some([low, high]) = outside {
                        return Scored::Unscorable(format!(
                            "metric `{name}` is {value}, outside its range {low} to {high}"
                        ));
                    }
                    values.insert(name.clone(), value);
                }
                Err(why) => return why.into(),
            }
        }
        Scored::Values(values)
    }

    fn scored(
        &self,
        name: &Name,
        score: &str,
        file: &Path,
        columns: &Columns,
        dataset: Option<&Name>,
    ) -> Result<f64, NotScored> {
        let (method, predictions) = self.predictions(name, score, file, columns, dataset)?;
        method.score(&predictions).map_err(|error| not_scored(name, &error, error.is_divergence()))
    }

    fn predictions(
        &self,
        name: &Name,
        score: &str,
        file: &Path,
        columns: &Columns,
        dataset: Option<&Name>,
    ) -> Result<(&'static dyn Metric, Predictions), NotScored> {
        let unscorable = |why: String| NotScored::Unscorable(why);
        let method = metric::find(score).ok_or_else(|| unscorable(format!("there is no scoring method `{score}`")))?;
        // Where the lab lies is nobody's business in the ledger.
        let file_name = file.file_name().unwrap_or_default().to_string_lossy();
        let in_short = |text: String| text.replace(&*file.to_string_lossy(), &file_name);
        if !file.exists() {
            return Err(unscorable(format!("the program left no predictions file `{file_name}`")));
        }
        let table = table::read(file).map_err(|error| unscorable(in_short(chain(&error))))?;
        let labels = dataset.and_then(|dataset| self.labels.get(dataset));
        let predictions = match labels {
            Some(labels) => joined(&table, labels, columns, method.describe().needs)?,
            None => own_word(&table, columns, method.describe().needs)?,
        };
        let predictions = predictions.map_err(|error| not_scored(name, &error, error.is_divergence()))?;
        Ok((method, predictions))
    }

    /// Scores every example of a run that was scored, for each metric that is
    /// a mean over examples, in the order of the data set.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub(crate) fn examples(&self, dataset: Option<&Name>, work: &Path) -> Result<ExampleScores, NotScored> {
        let labels = dataset.and_then(|dataset| self.labels.get(dataset));
        let ids = labels.map(|labels| labels.ids.clone()).unwrap_or_default();
        let mut scores = BTreeMap::new();
        for (name, declared) in &self.protocol.metrics {
            let MetricSource::Predictions { score, file, columns, .. } = &declared.source else { continue };
            let (method, predictions) = self.predictions(name, score, &work.join(file), columns, dataset)?;
            if let Some(items) = method.item_scores(&predictions) {
                let items = items.map_err(|error| not_scored(name, &error, error.is_divergence()))?;
                scores.insert(name.clone(), items);
            }
        }
        Ok(ExampleScores { ids, scores })
    }

    /// The protocol by which it scores.
    pub(crate) fn protocol(&self) -> &Protocol {
        self.protocol
    }
}

/// The predictions files that the metrics of a study read.
pub(crate) fn predictions_files(protocol: &Protocol) -> Vec<&str> {
    let mut files: Vec<&str> = protocol
        .metrics
        .values()
        .filter_map(|metric| match &metric.source {
            MetricSource::Predictions { file, .. } => Some(file.as_str()),
            MetricSource::Logged { .. } => None,
        })
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// Says of an error of the metric catalogue what it means for a run.
fn not_scored(metric: &Name, error: &dyn std::error::Error, is_divergence: bool) -> NotScored {
    if is_divergence {
        NotScored::NotFinite { metric: metric.clone(), value: error.to_string() }
    } else {
        NotScored::Unscorable(error.to_string())
    }
}

fn read_labels(folder: &StudyFolder, truth: &Truth) -> Result<Labels, LabError> {
    let path = folder.resolve(&truth.file);
    let failed = |source| LabError::Table { path: path.clone(), source };
    let table = table::read(&path).map_err(failed)?;
    let ids = table.text(&truth.id).map_err(failed)?;
    let labels = table.text(&truth.label).map_err(failed)?;
    let mut rows = HashMap::with_capacity(ids.len());
    for (row, id) in ids.iter().enumerate() {
        if let Some(first) = rows.insert(id.clone(), row) {
            return Err(LabError::Usage {
                what: format!("`{}`: example `{id}` stands in rows {} and {}", path.display(), first + 1, row + 1),
                hint: "name each example once".to_owned(),
            });
        }
    }
    Ok(Labels { truth: truth.clone(), ids, labels, rows })
}

type Made = Result<Predictions, PredictionError>;

/// Joins predictions to the true labels: each example exactly once.
fn joined(table: &Table, labels: &Labels, columns: &Columns, needs: Needs) -> Result<Made, NotScored> {
    let unscorable = |why: String| NotScored::Unscorable(why);
    let ids = table.text(&labels.truth.id).map_err(|error| unscorable(chain(&error)))?;
    let mut row_of = vec![None; labels.ids.len()];
    for (row, id) in ids.iter().enumerate() {
        let Some(place) = labels.rows.get(id) else {
            return Err(unscorable(format!("row {}: example `{id}` is not in the data set", row + 1)));
        };
        if row_of[*place].replace(row).is_some() {
            return Err(unscorable(format!("row {}: example `{id}` is predicted twice", row + 1)));
        }
    }
    let missing = row_of.iter().filter(|row| row.is_none()).count();
    if let Some(first) = row_of.iter().position(Option::is_none) {
        return Err(unscorable(format!(
            "{missing} of {} examples have no prediction, the first is `{}`",
            labels.ids.len(),
            labels.ids[first]
        )));
    }
    let order: Vec<usize> = row_of.into_iter().flatten().collect();
    predictions(table, columns, needs, labels.labels.clone(), Some(&order))
}

/// Pairs predictions with the labels that the program wrote beside them.
fn own_word(table: &Table, columns: &Columns, needs: Needs) -> Result<Made, NotScored> {
    let label = columns.label.as_deref().unwrap_or("label");
    let truth = table.text(label).map_err(|error| NotScored::Unscorable(chain(&error)))?;
    predictions(table, columns, needs, truth, None)
}

fn predictions(
    table: &Table,
    columns: &Columns,
    needs: Needs,
    truth: Vec<String>,
    order: Option<&[usize]>,
) -> Result<Made, NotScored> {
    let bad = |error: &dyn std::error::Error| NotScored::Unscorable(chain(error));
    let prediction = columns.prediction.as_deref().unwrap_or("prediction");
    fn sorted<T: Clone>(values: Vec<T>, order: Option<&[usize]>) -> Vec<T> {
        match order {
            Some(order) => order.iter().map(|row| values[*row].clone()).collect(),
            None => values,
        }
    }
    Ok(match needs {
        Needs::Classes => {
            let predicted = table.text(prediction).map_err(|error| bad(&error))?;
            Predictions::classes(truth, sorted(predicted, order))
        }
        Needs::Numbers => {
            let predicted = table.numbers(prediction).map_err(|error| bad(&error))?;
            let number = |(row, text): (usize, String)| {
                text.trim()
                    .parse::<f64>()
                    .map_err(|_| NotScored::Unscorable(format!("true value {}: `{text}` is no number", row + 1)))
            };
            let truth = truth.into_iter().enumerate().map(number).collect::<Result<Vec<_>, _>>()?;
            Predictions::numbers(truth, sorted(predicted, order))
        }
        Needs::Probabilities => {
            let prefix = columns.probability_prefix.as_deref().unwrap_or("p_");
            let named: Vec<(&str, &str)> = table
                .columns
                .iter()
                .filter_map(|column| Some((column.name.strip_prefix(prefix)?, column.name.as_str())))
                .collect();
            let classes: Vec<String> = named.iter().map(|(class, _)| (*class).to_owned()).collect();
            let mut by_class = Vec::with_capacity(named.len());
            for (_, column) in &named {
                by_class.push(sorted(table.numbers(column).map_err(|error| bad(&error))?, order));
            }
            let rows =
                (0..truth.len()).map(|row| by_class.iter().filter_map(|column| column.get(row).copied()).collect());
            Predictions::probabilities(truth, classes, rows.collect())
        }
    })
}

/// The logged value that counts.
fn reduced(series: &Series, reduction: Reduction) -> Option<f64> {
    let values = &series.values;
    // A NaN anywhere means that training diverged, whichever value counts.
    if let Some(not_finite) = values.iter().find(|value| value.is_nan()) {
        return Some(*not_finite);
    }
    match reduction {
        Reduction::Last => {
            let last = (0..values.len()).max_by_key(|index| (series.steps[*index], *index))?;
            Some(values[last])
        }
        Reduction::Min => values.iter().copied().min_by(f64::total_cmp),
        Reduction::Max => values.iter().copied().max_by(f64::total_cmp),
        Reduction::Mean => match values.iter().find(|value| value.is_infinite()) {
            Some(infinite) => Some(*infinite),
            None => gosset_stats::summary::mean(values).ok(),
        },
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
