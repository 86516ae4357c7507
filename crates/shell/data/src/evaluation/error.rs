use std::io;
use std::path::{Path, PathBuf};

use crate::table::TableError;

/// Why an evaluation log cannot be read or written.
///
/// A `file` is the path of a file and, for a member of an archive, ` > ` and its
/// name. A `field` is the way to it from the top of its JSON document, as
/// `samples[3].scores.match`.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// There is no such file or folder.
    #[error("there is no file or folder {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The system refuses to read it, or it is no regular file.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No format recognises it.
    #[error("{}: found {found}, expected one of {expected}", path.display())]
    UnknownFormat {
        /// The file or folder.
        path: PathBuf,
        /// What was seen in it.
        found: String,
        /// The formats that are known.
        expected: String,
    },
    /// It is larger than what is read at once.
    #[error("{file} has more than {most_bytes} bytes, expected at most that many")]
    TooLarge {
        /// The file, member or line.
        file: String,
        /// The limit.
        most_bytes: u64,
    },
    /// It is an archive that is damaged, or its end is missing.
    #[error("{file} is no whole ZIP archive: {found}")]
    BadArchive {
        /// The archive or its member.
        file: String,
        /// What the decoder says.
        found: String,
    },
    /// An archive lacks a member.
    #[error("{} has no member {member}", path.display())]
    MissingMember {
        /// The archive.
        path: PathBuf,
        /// What was looked for.
        member: &'static str,
    },
    /// It is not JSON.
    #[error("{file}: line {line}, byte {byte}: found {found}, expected JSON")]
    NotJson {
        /// The file or member.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Where in the line, from 1.
        byte: usize,
        /// What stands there.
        found: String,
    },
    /// It ends before its JSON document does.
    #[error("{file} ends in line {line}, before its JSON document does")]
    Unfinished {
        /// The file or member.
        file: String,
        /// The line of its end, from 1.
        line: usize,
    },
    /// A field is not there that every log of this format has.
    #[error("{file}: `{field}` is missing, expected {expected}")]
    MissingField {
        /// The file or member.
        file: String,
        /// The way to it.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A field is something else than it should be.
    #[error("{file}: `{field}`: found {found}, expected {expected}")]
    WrongField {
        /// The file or member.
        file: String,
        /// The way to it.
        field: String,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// One object has a key twice.
    #[error("{file}: `{field}` stands twice in one object")]
    RepeatedField {
        /// The file or member.
        file: String,
        /// The way to it.
        field: String,
    },
    /// A line of a text file is not what it should be.
    #[error("{file}: line {line}: found {found}, expected {expected}")]
    WrongLine {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A table of runs cannot be read.
    #[error("{} cannot be read as a table of runs", path.display())]
    Runs {
        /// The file.
        path: PathBuf,
        /// Why.
        source: TableError,
    },
    /// A record cannot be written since the format demands what is not known.
    #[error("{format} demands {field}, which is {found}")]
    NotWritable {
        /// The format's name.
        format: &'static str,
        /// What it demands.
        field: String,
        /// Why there is none.
        found: String,
    },
}

impl EvaluationError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "evaluation-missing",
            Self::Unreadable { .. } => "evaluation-unreadable",
            Self::UnknownFormat { .. } => "evaluation-format-unknown",
            Self::TooLarge { .. } => "evaluation-too-large",
            Self::BadArchive { .. } => "evaluation-archive-damaged",
            Self::MissingMember { .. } => "evaluation-member-missing",
            Self::NotJson { .. } => "evaluation-not-json",
            Self::Unfinished { .. } => "evaluation-unfinished",
            Self::MissingField { .. } => "evaluation-field-missing",
            Self::WrongField { .. } => "evaluation-field-wrong",
            Self::RepeatedField { .. } => "evaluation-field-repeated",
            Self::WrongLine { .. } => "evaluation-line-wrong",
            Self::Runs { .. } => "evaluation-runs-unreadable",
            Self::NotWritable { .. } => "evaluation-not-writable",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::UnknownFormat { .. } => "name the log itself, or the folder that the evaluation wrote",
            Self::BadArchive { .. } | Self::Unfinished { .. } => {
                "check that the evaluation was not stopped while it wrote the log, and that the copy is whole"
            }
            Self::TooLarge { .. } => "split the log, or evaluate fewer samples at once",
            Self::MissingMember { .. } | Self::MissingField { .. } => "check that the log is of the version it says",
            Self::Runs { source, .. } => return source.hints(),
            Self::NotWritable { .. } => "state it, or leave it out where the format allows",
            Self::Missing { .. }
            | Self::Unreadable { .. }
            | Self::NotJson { .. }
            | Self::WrongField { .. }
            | Self::RepeatedField { .. }
            | Self::WrongLine { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }

    /// What the system's refusal means.
    pub(super) fn refused(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            _ => Self::Unreadable { path: path.to_owned(), source },
        }
    }
}
