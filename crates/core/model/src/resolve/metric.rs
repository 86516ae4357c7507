use crate::study_file::MetricEntry;
use crate::{Columns, Direction, Metric, MetricSource, Name};

use super::Resolver;

impl Resolver<'_> {
    pub(super) fn metric(&mut self, name: &Name, entry: &MetricEntry) -> Metric {
        let key = format!("metrics.{name}");
        if let Some([low, high]) = entry.range
            && (low.is_nan() || high.is_nan() || low >= high)
        {
            self.mistake(
                &format!("{key}.range"),
                format!("the range {low} to {high} is empty"),
                "write the lowest value first",
            );
        }
        let source = match (&entry.score, &entry.logged) {
            (Some(score), None) => {
                match self.scores.iter().find(|known| known.id == score) {
                    None => {
                        let known = self.scores;
                        self.unknown(
                            &format!("{key}.score"),
                            "scoring method",
                            score,
                            known.iter().map(|known| known.id),
                        );
                    }
                    Some(known) if known.direction != entry.direction => {
                        let right = match known.direction {
                            Direction::Maximize => "maximize",
                            Direction::Minimize => "minimize",
                        };
                        let what = format!("`{score}` is better the other way round");
                        self.mistake(&format!("{key}.direction"), what, format!("write direction = \"{right}\""));
                    }
                    Some(_) => {}
                }
                if entry.reduction.is_some() {
                    self.mistake(
                        &format!("{key}.reduction"),
                        "`reduction` goes with `logged`, not with `score`",
                        "leave it out",
                    );
                }
                MetricSource::Predictions {
                    score: score.clone(),
                    file: entry.predictions.clone().unwrap_or_else(|| "predictions.csv".to_owned()),
                    columns: columns(entry.columns.as_ref()),
                    trust: entry.trust.clone(),
                }
            }
            (None, Some(series)) => {
                for (field, is_there) in
                    [("predictions", entry.predictions.is_some()), ("columns", entry.columns.is_some())]
                {
                    if is_there {
                        self.mistake(
                            &format!("{key}.{field}"),
                            format!("`{field}` goes with `score`, not with `logged`"),
                            "leave it out",
                        );
                    }
                }
                if entry.reduction.is_none() {
                    self.mistake(
                        &format!("{key}.reduction"),
                        "`reduction` is missing",
                        "say which logged value counts: \"last\", \"min\", \"max\" or \"mean\"",
                    );
                }
                MetricSource::Logged {
                    series: series.clone(),
                    reduction: entry.reduction.unwrap_or(crate::Reduction::Last),
                    trust: entry.trust.clone(),
                }
            }
            (both, _) => {
                let (field, what) = match both {
                    Some(_) => ("logged", "both `score` and `logged` are given"),
                    None => ("score", "neither `score` nor `logged` is given"),
                };
                self.mistake(&format!("{key}.{field}"), what, "write `score = \"accuracy\"` to have it computed from predictions, or `logged = \"NAME\"` to take the program's own value");
                MetricSource::Logged { series: String::new(), reduction: crate::Reduction::Last, trust: None }
            }
        };
        if let MetricSource::Predictions { file, .. } = &source
            && (file.starts_with('/') || file.split('/').any(|part| part == ".."))
        {
            self.mistake(
                &format!("{key}.predictions"),
                "the predictions file must lie in the run directory",
                "write a relative path",
            );
        }
        Metric { direction: entry.direction, unit: entry.unit.clone(), range: entry.range, source }
    }
}

fn columns(entry: Option<&Columns>) -> Columns {
    let given = |pick: fn(&Columns) -> &Option<String>, otherwise: &str| {
        Some(entry.and_then(|columns| pick(columns).clone()).unwrap_or_else(|| otherwise.to_owned()))
    };
    Columns {
        prediction: given(|columns| &columns.prediction, "prediction"),
        label: given(|columns| &columns.label, "label"),
        probability_prefix: given(|columns| &columns.probability_prefix, "p_"),
    }
}
