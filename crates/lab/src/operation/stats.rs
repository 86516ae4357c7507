use std::collections::BTreeMap;
use std::path::PathBuf;

use gosset_data::table;
use gosset_model::Digest;
use gosset_report::number;
use gosset_stats::method::{Findings, Inputs, Kind, Method, Role, Values};
use gosset_stats::{GROUPS, Stream, find_method};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Apply one method of the catalogue to a table
///
/// Without a method, lists them all. Columns are found by the names of their
/// roles, or named with --column; numbers besides are given with --set. The
/// same table gives the same findings: what is random is drawn from its
/// digest. The reference page of the methods says when to use which.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Stats {
    /// The method's id; all are listed if absent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// A table: CSV, JSON lines or Parquet
    #[arg(requires = "method")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    /// The column that stands for a role; once for each
    #[arg(long, value_name = "ROLE=COLUMN")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    column: Vec<String>,
    /// A number that the method asks for; once for each
    #[arg(long, value_name = "NAME=NUMBER")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    set: Vec<String>,
}

/// What the method found, or the list of methods.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct StatsReply {
    /// The methods, where none was asked for: group, id and question.
    methods: Vec<(String, String, String)>,
    /// The id of the method.
    method: Option<String>,
    /// What it found.
    findings: Option<Findings>,
}

impl Operation for Stats {
    const PATH: &'static [&'static str] = &["stats"];
    type Reply = StatsReply;

    fn run(self, context: &Context<'_>) -> Result<StatsReply, LabError> {
        let Some(id) = &self.method else {
            return Ok(StatsReply { methods: listed(), method: None, findings: None });
        };
        let known = || GROUPS.iter().flat_map(|group| group.methods).map(|method| method.id.to_owned()).collect();
        let method =
            find_method(id).ok_or_else(|| LabError::NotFound { noun: "method", name: id.clone(), known: known() })?;
        let Some(file) = &self.file else {
            return Err(LabError::usage(format!("`{id}` needs a table"), needs(method)));
        };
        let path = context.folder.join(file);
        let failed = |source| LabError::Table { path: path.clone(), source };
        let table = table::read(&path).map_err(failed)?;
        let (names, settings) = (self.columns(method)?, self.settings(method)?);
        let mut columns = BTreeMap::new();
        for column in method.columns {
            let default = column.role.word().to_owned();
            let name = names.get(&column.role).unwrap_or(&default);
            let is_there = table.columns.iter().any(|found| found.name == *name);
            if !is_there && !column.is_required && !names.contains_key(&column.role) {
                continue;
            }
            if !is_there {
                let existing: Vec<&str> = table.columns.iter().map(|found| found.name.as_str()).collect();
                let what = format!("`{}` has no column `{name}`; it has {}", file.display(), existing.join(", "));
                let hint = format!("name the column with `--column {}=COLUMN`: {}", column.role.word(), column.about);
                return Err(LabError::usage(what, &hint));
            }
            let values = match column.kind {
                Kind::Numbers => Values::Numbers(table.numbers(name).map_err(failed)?),
                Kind::Labels => Values::Labels(table.text(name).map_err(failed)?),
            };
            columns.insert(column.role, values);
        }
        let key = Digest::of(format!("{columns:?}").as_bytes());
        let stream = Stream::named(*key.as_bytes(), &format!("stats/{id}"));
        let findings = (method.compute)(&Inputs::new(method, &columns, &settings, &stream))
            .map_err(|source| LabError::Method { method: id.clone(), source: Box::new(source) })?;
        Ok(StatsReply { methods: Vec::new(), method: Some(id.clone()), findings: Some(findings) })
    }
}

impl Stats {
    fn columns(&self, method: &Method) -> Result<BTreeMap<Role, String>, LabError> {
        let mut columns = BTreeMap::new();
        for text in &self.column {
            let (role, name) = text
                .split_once('=')
                .ok_or_else(|| LabError::usage(format!("`{text}` names no column"), "write it as ROLE=COLUMN"))?;
            let role = method
                .columns
                .iter()
                .map(|column| column.role)
                .find(|known| known.word() == role)
                .ok_or_else(|| LabError::usage(format!("the method reads no `{role}`"), needs(method)))?;
            columns.insert(role, name.to_owned());
        }
        Ok(columns)
    }

    fn settings(&self, method: &Method) -> Result<BTreeMap<String, f64>, LabError> {
        let mut settings = BTreeMap::new();
        for text in &self.set {
            let parsed = text.split_once('=').and_then(|(name, value)| Some((name, value.parse::<f64>().ok()?)));
            let (name, value) =
                parsed.ok_or_else(|| LabError::usage(format!("`{text}` sets nothing"), "write it as NAME=NUMBER"))?;
            if !method.settings.iter().any(|setting| setting.name == name) {
                return Err(LabError::usage(format!("the method has no setting `{name}`"), needs(method)));
            }
            if settings.insert(name.to_owned(), value).is_some() {
                return Err(LabError::usage(format!("`{name}` is set twice"), "set it once"));
            }
        }
        Ok(settings)
    }
}

/// What a method reads and asks for.
fn needs(method: &Method) -> String {
    let columns: Vec<String> = method
        .columns
        .iter()
        .map(|column| {
            let optional = if column.is_required { "" } else { ", optional" };
            format!("{} ({}{optional})", column.role.word(), column.about)
        })
        .collect();
    let settings: Vec<String> = method
        .settings
        .iter()
        .map(|setting| match setting.usual {
            Some(usual) => format!("{} (usually {usual})", setting.name),
            None => setting.name.to_owned(),
        })
        .collect();
    let settings = if settings.is_empty() { "none".to_owned() } else { settings.join(", ") };
    format!("give it columns: {}; settings: {settings}", columns.join(", "))
}

fn listed() -> Vec<(String, String, String)> {
    let of_group = |group: &gosset_stats::method::Group| {
        let name = group.name;
        group.methods.iter().map(move |method| (name.to_owned(), method.id.to_owned(), method.question.to_owned()))
    };
    GROUPS.iter().flat_map(of_group).collect()
}

/// A method of the catalogue, in words.
#[derive(Clone)]
pub struct MethodText {
    /// Its group, and what that is for.
    pub group: (&'static str, &'static str),
    /// What it says of itself.
    pub method: &'static Method,
    /// The columns of its example and what it finds there, as text.
    pub example: String,
}

/// The catalogue of methods in words, in its own order.
///
/// # Panics
/// If an example fails, which a test of the catalogue excludes.
#[must_use]
pub fn methods() -> Vec<MethodText> {
    let of_group = |group: &'static gosset_stats::method::Group| {
        group.methods.iter().copied().map(|method| MethodText {
            group: (group.name, group.about),
            method,
            example: example(method),
        })
    };
    GROUPS.iter().flat_map(of_group).collect()
}

fn example(method: &Method) -> String {
    let columns: BTreeMap<Role, Values> =
        method.example.columns.iter().map(|(role, values)| (*role, values.to_values())).collect();
    let settings = method.example.settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let stream = Stream::named([0; 32], &format!("example/{}", method.id));
    let findings = (method.compute)(&Inputs::new(method, &columns, &settings, &stream))
        .expect("a test of the catalogue runs every example");
    let mut text = String::new();
    for (role, values) in &columns {
        let cells: Vec<String> = match values {
            Values::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
            Values::Labels(labels) => labels.clone(),
        };
        text.push_str(&format!("{}: {}\n", role.word(), cells.join(", ")));
    }
    for (name, value) in method.example.settings {
        text.push_str(&format!("{name} = {value}\n"));
    }
    format!("{text}\n{}", told(&findings))
}

impl Reply for StatsReply {
    fn text(&self, _: &Style) -> String {
        let mut text = String::new();
        let widest = self.methods.iter().map(|(_, id, _)| id.len()).max().unwrap_or(0);
        let mut before = None;
        for (group, id, question) in &self.methods {
            if before != Some(group) {
                text.push_str(&format!("{}{group}\n", if before.is_some() { "\n" } else { "" }));
                before = Some(group);
            }
            text.push_str(&format!("  {id:<widest$}  {question}\n"));
        }
        if let Some(findings) = &self.findings {
            text.push_str(&told(findings));
        }
        text
    }
}

/// Findings as lines and tables of text.
fn told(findings: &Findings) -> String {
    let number = |value: f64| if value.fract() == 0.0 { number::stated(value) } else { number::significant(value, 6) };
    let written = |value: Option<f64>| value.map_or_else(|| "not estimable".to_owned(), number);
    let widest = findings.quantities.iter().map(|quantity| quantity.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for quantity in &findings.quantities {
        let bounds = quantity.bounds.map_or_else(String::new, |bounds| {
            format!("  [{}, {}]", written(Some(bounds.lower)), written(Some(bounds.upper)))
        });
        text.push_str(&format!("{:<widest$}  {}{bounds}\n", quantity.name, written(quantity.value)));
    }
    for table in &findings.tables {
        let mut rows =
            vec![std::iter::once(table.label.clone()).chain(table.columns.iter().cloned()).collect::<Vec<String>>()];
        rows.extend(table.rows.iter().map(|(label, values)| {
            std::iter::once(label.clone()).chain(values.iter().map(|value| written(*value))).collect()
        }));
        let width =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..rows[0].len()).filter_map(width).collect();
        text.push_str(&format!("\n{}\n", table.title));
        for row in &rows {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
            text.push_str(&format!("  {}\n", cells.join("  ").trim_end()));
        }
    }
    for note in &findings.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    text
}
