use gosset_stats::metric;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// List the metrics that can be computed from predictions
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MetricList {}

/// The metric catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct MetricsReply {
    /// One entry for each metric.
    metrics: Vec<MetricText>,
}

/// A metric of the catalogue, in words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MetricText {
    /// What a study file writes behind `score`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether more is better.
    pub is_maximized: bool,
    /// Its unit.
    pub unit: String,
    /// The lowest possible value.
    pub low: Option<f64>,
    /// The highest possible value.
    pub high: Option<f64>,
    /// What the predictions file must hold.
    pub needs: String,
    /// What it is.
    pub documentation: String,
    /// Where it misleads.
    pub limits: String,
    /// Where it is defined.
    pub source: String,
}

/// The metric catalogue in words, in its own order.
#[must_use]
pub fn metrics() -> Vec<MetricText> {
    let text = |entry: &&dyn metric::Metric| {
        let found = entry.describe();
        MetricText {
            id: found.id.to_owned(),
            name: found.name.to_owned(),
            is_maximized: found.direction == metric::Direction::Maximize,
            unit: found.unit.to_owned(),
            low: found.range.low,
            high: found.range.high,
            needs: found.needs.words().to_owned(),
            documentation: found.documentation.to_owned(),
            limits: found.limits.to_owned(),
            source: found.source.to_owned(),
        }
    };
    metric::CATALOGUE.iter().map(text).collect()
}

impl Operation for MetricList {
    const PATH: &'static [&'static str] = &["metric", "list"];
    type Reply = MetricsReply;

    fn run(self, _: &Context<'_>) -> Result<MetricsReply, LabError> {
        Ok(MetricsReply { metrics: metrics() })
    }
}

impl Reply for MetricsReply {
    fn text(&self, _: &Style) -> String {
        let mut text = String::new();
        for metric in &self.metrics {
            let direction = if metric.is_maximized { "more is better" } else { "less is better" };
            text.push_str(&format!("{}: {} ({direction}; {})\n", metric.id, metric.name, metric.needs));
            text.push_str(&format!(
                "    {}\n    Limits: {}\n    Source: {}\n",
                metric.documentation, metric.limits, metric.source
            ));
        }
        text
    }
}
