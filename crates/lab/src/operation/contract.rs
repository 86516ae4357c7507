use clap::{ArgMatches, Args, Command, FromArgMatches};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Context, LabError, Style};

/// Something that a user can ask for.
pub trait Operation: Args + FromArgMatches + Serialize + DeserializeOwned + JsonSchema {
    /// Its words on the command line: noun, then verb.
    const PATH: &'static [&'static str];
    /// What it answers.
    type Reply: Reply;

    /// Carries it out.
    ///
    /// # Errors
    /// [`LabError`] if it cannot be carried out; an answer of "no" is none.
    fn run(self, context: &Context<'_>) -> Result<Self::Reply, LabError>;
}

/// What an operation answers.
pub trait Reply: Serialize + JsonSchema {
    /// The reply for a person.
    fn text(&self, style: &Style) -> String;

    /// Whether the answer is yes or no, where it is a question.
    fn answer(&self) -> Answer {
        Answer::Yes
    }
}

/// The answer to a question; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes, or done: exit code 0.
    Yes,
    /// No: exit code 1.
    No,
}

/// A reply in both forms.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// For a person.
    pub text: String,
    /// For a program.
    pub json: Value,
    /// The answer.
    pub answer: Answer,
}

/// An operation of the catalogue, its type forgotten.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its words on the command line.
    pub path: &'static [&'static str],
    augment: fn(Command) -> Command,
    run_matches: fn(&ArgMatches, &Context<'_>) -> Result<Rendered, LabError>,
    run_json: fn(Value, &Context<'_>) -> Result<Rendered, LabError>,
    request_schema: fn() -> Schema,
    reply_schema: fn() -> Schema,
}

impl Entry {
    /// The entry of operation `O`.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self {
            path: O::PATH,
            augment: |command| O::augment_args(command),
            run_matches: |matches, context| {
                let request = O::from_arg_matches(matches).map_err(|error| usage(&error.to_string()))?;
                rendered(&request.run(context)?, &context.style)
            },
            run_json: |value, context| {
                let request: O = serde_json::from_value(value).map_err(|error| usage(&error.to_string()))?;
                rendered(&request.run(context)?, &context.style)
            },
            request_schema: || schemars::schema_for!(O),
            reply_schema: || schemars::schema_for!(O::Reply),
        }
    }

    /// The command line of the operation, with its help.
    #[must_use]
    pub fn command(&self) -> Command {
        let name = self.path.last().copied().unwrap_or_default();
        (self.augment)(Command::new(name))
    }

    /// Carries it out as the command line asks.
    ///
    /// # Errors
    /// [`LabError`] if it cannot be carried out.
    pub fn run(&self, matches: &ArgMatches, context: &Context<'_>) -> Result<Rendered, LabError> {
        (self.run_matches)(matches, context)
    }

    /// Carries it out as a JSON request asks.
    ///
    /// # Errors
    /// [`LabError`] if the request does not fit the schema or cannot be
    /// carried out.
    pub fn run_json(&self, request: Value, context: &Context<'_>) -> Result<Rendered, LabError> {
        (self.run_json)(request, context)
    }

    /// The JSON Schema of its request.
    #[must_use]
    pub fn request_schema(&self) -> Schema {
        (self.request_schema)()
    }

    /// The JSON Schema of its reply.
    #[must_use]
    pub fn reply_schema(&self) -> Schema {
        (self.reply_schema)()
    }
}

fn usage(what: &str) -> LabError {
    LabError::Usage { what: what.to_owned(), hint: "see the operation's help or schema".to_owned() }
}

fn rendered<R: Reply>(reply: &R, style: &Style) -> Result<Rendered, LabError> {
    let json = serde_json::to_value(reply).map_err(|error| usage(&error.to_string()))?;
    Ok(Rendered { text: reply.text(style), json, answer: reply.answer() })
}
