use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::MethodError;
use super::findings::Findings;
use super::inputs::{Inputs, Values};

/// A method of the catalogue: what it asks, when it may be relied on, and how
/// it is called.
///
/// Texts are whole sentences in plain words, for a researcher who has to
/// choose; they are the reference page.
pub struct Method {
    /// Its stable kebab-case id, which is also the name of its file.
    pub id: &'static str,
    /// Its name as the field writes it.
    pub name: &'static str,
    /// The question that it answers, ending in a question mark.
    pub question: &'static str,
    /// The hypothesis that it tests; none for an estimate.
    pub null: Option<&'static str>,
    /// What must hold for its promise to hold.
    pub assumptions: &'static [&'static str],
    /// When to use it.
    pub use_when: &'static str,
    /// When not to, and what to use instead.
    pub avoid_when: &'static str,
    /// What is computed, in a line or two of plain mathematics.
    pub formula: &'static str,
    /// Author, year, title and section, with the variant chosen where sources
    /// differ.
    pub sources: &'static [&'static str],
    /// Where well-known packages give another number, and why.
    pub disagreements: &'static [&'static str],
    /// The columns that it reads.
    pub columns: &'static [Column],
    /// The numbers that it is given besides.
    pub settings: &'static [Setting],
    /// A small case for the reference page.
    pub example: Example,
    /// Calls it.
    pub compute: fn(&Inputs<'_>) -> Result<Findings, MethodError>,
}

/// Methods for one kind of question.
pub struct Group {
    /// Its heading.
    pub name: &'static str,
    /// What its methods are for, in a sentence.
    pub about: &'static str,
    /// They themselves, in the order of the reference page.
    pub methods: &'static [&'static Method],
}

/// A column that a method reads.
pub struct Column {
    /// What it stands for.
    pub role: Role,
    /// What it holds.
    pub kind: Kind,
    /// Whether the method needs it.
    pub is_required: bool,
    /// What it means for this method.
    pub about: &'static str,
}

impl Column {
    /// A column of numbers that the method needs.
    #[must_use]
    pub const fn numbers(role: Role, about: &'static str) -> Self {
        Self { role, kind: Kind::Numbers, is_required: true, about }
    }

    /// A column of labels that the method needs.
    #[must_use]
    pub const fn labels(role: Role, about: &'static str) -> Self {
        Self { role, kind: Kind::Labels, is_required: true, about }
    }

    /// The same column, which may be left out.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { role: self.role, kind: self.kind, is_required: false, about: self.about }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Finite numbers.
    Numbers,
    /// Texts that name something.
    Labels,
}

/// What a column of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The baseline's score of a pair.
    Baseline,
    /// The candidate's score of a pair.
    Candidate,
    /// A score or any other measured number.
    Value,
    /// The method, model or arm that a score belongs to.
    Method,
    /// The data set or task.
    Task,
    /// The seed or run.
    Run,
    /// The item, example or document.
    Item,
    /// What observations share that are not independent.
    Cluster,
    /// A further grouping, crossed with the first.
    SecondCluster,
    /// What a resampling keeps fixed.
    Stratum,
    /// The first of two numbers that may go together.
    X,
    /// The second of two numbers that may go together.
    Y,
    /// A p-value.
    PValue,
    /// An e-value.
    EValue,
    /// A count of successes.
    Successes,
    /// A count of trials.
    Trials,
}

impl Role {
    /// All roles.
    pub const ALL: &'static [Self] = &[
        Self::Baseline,
        Self::Candidate,
        Self::Value,
        Self::Method,
        Self::Task,
        Self::Run,
        Self::Item,
        Self::Cluster,
        Self::SecondCluster,
        Self::Stratum,
        Self::X,
        Self::Y,
        Self::PValue,
        Self::EValue,
        Self::Successes,
        Self::Trials,
    ];

    /// The role in a word, which is also how a column of this role is called
    /// by default.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Candidate => "candidate",
            Self::Value => "value",
            Self::Method => "method",
            Self::Task => "task",
            Self::Run => "run",
            Self::Item => "item",
            Self::Cluster => "cluster",
            Self::SecondCluster => "second-cluster",
            Self::Stratum => "stratum",
            Self::X => "x",
            Self::Y => "y",
            Self::PValue => "p-value",
            Self::EValue => "e-value",
            Self::Successes => "successes",
            Self::Trials => "trials",
        }
    }
}

/// A number that a method is given besides its columns.
pub struct Setting {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What it is, with its unit and range.
    pub about: &'static str,
    /// What it is where nobody says; none for a scientific choice, which the
    /// caller states.
    pub usual: Option<f64>,
}

impl Setting {
    /// The one-sided level of each bound, which the caller states.
    pub const LEVEL: Self = Self {
        name: "level",
        about: "the one-sided level of each bound, in 0..1; two bounds at 0.025 make a 95 % interval",
        usual: None,
    };

    /// How many resamples are drawn.
    pub const RESAMPLES: Self =
        Self { name: "resamples", about: "how many samples are drawn, at least 100", usual: Some(10_000.0) };
}

/// A small case that shows what a method returns.
pub struct Example {
    /// The columns.
    pub columns: &'static [(Role, ExampleValues)],
    /// The settings that differ from the usual.
    pub settings: &'static [(&'static str, f64)],
}

/// The values of an example's column.
#[derive(Debug, Clone, Copy)]
pub enum ExampleValues {
    /// Numbers.
    Numbers(&'static [f64]),
    /// Labels.
    Labels(&'static [&'static str]),
}

impl ExampleValues {
    /// The values as a method takes them.
    #[must_use]
    pub fn to_values(self) -> Values {
        match self {
            Self::Numbers(numbers) => Values::Numbers(numbers.to_vec()),
            Self::Labels(labels) => Values::Labels(labels.iter().map(|&label| label.to_owned()).collect()),
        }
    }
}
