use std::io;
use std::path::PathBuf;

use gosset_data::content::ContentError;
use gosset_model::{Explain, Mistakes, Name, Refusal, nearest};
use gosset_science::DesignProblem;
use gosset_store::{ArtifactError, StoreError};

/// So many names are listed where none of them is near.
const MANY: usize = 12;

/// Why an operation was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The study file is wrong.
    #[error("{mistakes}\n{}", mistakes.listed(&file.display().to_string()))]
    Mistakes {
        /// The file.
        file: PathBuf,
        /// All that is wrong.
        mistakes: Mistakes,
    },
    /// The theory file is wrong.
    #[error("{} in the theory file\n{}", if mistakes.0.len() == 1 { "one mistake".to_owned() } else { format!("{} mistakes", mistakes.0.len()) }, mistakes.listed(&file.display().to_string()))]
    TheoryMistakes {
        /// The file.
        file: PathBuf,
        /// All that is wrong.
        mistakes: Mistakes,
    },
    /// The design cannot do what it is for.
    #[error("the design is refused\n{}", problems.iter().map(|problem| format!("- {}", problem.sentence())).collect::<Vec<_>>().join("\n"))]
    Design {
        /// Why.
        problems: Vec<DesignProblem>,
    },
    /// The study is not in a state for it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no lab here.
    #[error("there is no lab in `{}` or above it", folder.display())]
    NoLab {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// There is no such thing in the lab.
    #[error("there is no {noun} `{name}`")]
    NotFound {
        /// What was looked for.
        noun: &'static str,
        /// Its name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// Another process is running the study.
    #[error("study `{study}` is being run by process {holder}")]
    StudyBusy {
        /// The study.
        study: Name,
        /// The other process.
        holder: String,
    },
    /// The records could not be kept or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An artifact could not be kept or read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A data file could not be read.
    #[error("data file `{path}` cannot be used")]
    Data {
        /// The path as written in the study file.
        path: String,
        /// Why.
        source: ContentError,
    },
    /// Data are not what was registered.
    #[error("{} data {} not what was registered:\n{}", listed.len(), if listed.len() == 1 { "file is" } else { "files are" }, listed.join("\n"))]
    DataChanged {
        /// Each with both digests.
        listed: Vec<String>,
    },
    /// A table could not be read.
    #[error("`{}` cannot be read", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Why.
        source: gosset_data::table::TableError,
    },
    /// A log of an evaluation could not be read.
    #[error("the log cannot be read")]
    Log {
        /// Why.
        source: Box<gosset_data::evaluation::EvaluationError>,
    },
    /// Two logs of evaluations are not of the same thing.
    #[error("`{a}` and `{b}` cannot be compared:\n{}", differences.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"))]
    NotComparable {
        /// The baseline.
        a: String,
        /// The other.
        b: String,
        /// In what they differ, in a line each.
        differences: Vec<String>,
        /// The facts.
        facts: Vec<String>,
    },
    /// A method of the catalogue gives no findings.
    #[error("`{method}` gives no findings")]
    Method {
        /// Its id.
        method: String,
        /// Why.
        source: Box<gosset_stats::method::MethodError>,
    },
    /// Runs say nothing about a law.
    #[error("no law can be fitted so")]
    Scaling {
        /// Why.
        source: Box<gosset_stats::scaling::ScalingError>,
        /// What looks odd in the table, in a sentence each.
        suspicions: Vec<String>,
    },
    /// Scores cannot be judged.
    #[error("the scores cannot be judged")]
    Results {
        /// Why.
        source: gosset_science::results::ResultsError,
    },
    /// The results of a benchmark cannot be judged.
    #[error("the benchmark cannot be judged")]
    Benchmark {
        /// Why.
        source: gosset_science::benchmark::BenchmarkError,
    },
    /// Runs cannot be judged by theories.
    #[error("the theories cannot be judged")]
    Theory {
        /// Why.
        source: gosset_science::theory::TheoryError,
    },
    /// The build step failed.
    #[error("the build step failed ({how}); the last lines of its output:\n{tail}")]
    Build {
        /// Its exit.
        how: String,
        /// The end of its output.
        tail: String,
    },
    /// The program cannot be started, so that no run can.
    #[error("the program cannot be started: {reason}")]
    CannotStart {
        /// Why.
        reason: String,
    },
    /// The machine does not carry a run, whatever its program.
    #[error("runs cannot be carried out on this machine: {reason}")]
    Machine {
        /// Why.
        reason: String,
    },
    /// The disk that holds the lab is full.
    #[error("the disk that holds `{}` is full", folder.display())]
    DiskFull {
        /// A folder on it.
        folder: PathBuf,
    },
    /// The runs ask for more than the machine has.
    #[error("a run cannot get its slots: {reason}")]
    Slots {
        /// What is asked for and what there is.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The request makes no sense.
    #[error("{what}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What would be right.
        hint: String,
    },
}

/// Whose doing an error is; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request was wrong: exit code 2.
    Usage,
    /// The study or the configuration is wrong: exit code 3.
    Study,
    /// Something outside failed: exit code 4.
    Outside,
}

impl LabError {
    /// Whose doing it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Usage { .. } => Kind::Usage,
            Self::Mistakes { .. }
            | Self::TheoryMistakes { .. }
            | Self::Design { .. }
            | Self::Refused(_)
            | Self::NoLab { .. }
            | Self::NotFound { .. }
            | Self::Data { .. }
            | Self::DataChanged { .. }
            | Self::Table { .. }
            | Self::Log { .. }
            | Self::NotComparable { .. }
            | Self::Results { .. }
            | Self::Benchmark { .. }
            | Self::Method { .. }
            | Self::Scaling { .. }
            | Self::Theory { .. }
            | Self::Build { .. }
            | Self::CannotStart { .. }
            | Self::Slots { .. } => Kind::Study,
            Self::StudyBusy { .. }
            | Self::Store(_)
            | Self::Artifact(_)
            | Self::Machine { .. }
            | Self::DiskFull { .. }
            | Self::File { .. } => Kind::Outside,
        }
    }

    /// Something that was asked for in a way that makes no sense.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hint: hint.into() }
    }

    /// Why runs say nothing about a law.
    pub(crate) fn scaling(source: gosset_stats::scaling::ScalingError) -> Self {
        Self::Scaling { source: Box::new(source), suspicions: Vec::new() }
    }

    /// The same error, with what looks odd in the table where no law can be
    /// fitted to it.
    pub(crate) fn suspecting(self, suspicions: &[String]) -> Self {
        match self {
            Self::Scaling { source, .. } => Self::Scaling { source, suspicions: suspicions.to_vec() },
            other => other,
        }
    }

    /// A file error.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

impl Explain for LabError {
    fn code(&self) -> &'static str {
        match self {
            Self::Mistakes { .. } => "study-file-mistakes",
            Self::TheoryMistakes { .. } => "theory-file-mistakes",
            Self::Design { .. } => "design-refused",
            Self::Refused(refusal) => refusal.code(),
            Self::NoLab { .. } => "no-lab",
            Self::NotFound { .. } => "not-found",
            Self::StudyBusy { .. } => "study-busy",
            Self::Store(error) => error.code(),
            Self::Artifact(error) => error.code(),
            Self::Data { source, .. } => source.code(),
            Self::DataChanged { .. } => "data-changed",
            Self::Table { source, .. } => source.code(),
            Self::Log { source } => source.code(),
            Self::NotComparable { .. } => "not-comparable",
            Self::Results { source } => source.code(),
            Self::Benchmark { source } => source.code(),
            Self::Method { source, .. } => source.code(),
            Self::Scaling { source, .. } => source.code(),
            Self::Theory { source } => source.code(),
            Self::Build { .. } => "build-failed",
            Self::CannotStart { .. } => "cannot-start",
            Self::Machine { .. } => "machine",
            Self::DiskFull { .. } => "disk-full",
            Self::Slots { .. } => "too-few-slots",
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => "disk-full",
            Self::File { .. } => "file",
            Self::Usage { .. } => "usage",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Mistakes { .. } => vec!["see `gosset study schema` for all keys".to_owned()],
            Self::TheoryMistakes { .. } => vec!["see `gosset theory schema` for all keys".to_owned()],
            Self::Design { .. } => vec!["mend the design and look again with `gosset study check FILE`".to_owned()],
            Self::Refused(refusal) => refusal.hints(),
            Self::NoLab { .. } => vec!["make one with `gosset init`, or name its folder with `--lab`".to_owned()],
            Self::NotFound { known, .. } if known.is_empty() => vec!["there is none so far".to_owned()],
            Self::NotFound { name, known, .. } => match nearest(name, known.iter().map(String::as_str)) {
                Some(near) if known.len() > MANY => vec![format!("did you mean `{near}`?")],
                Some(_) | None => vec![format!("take one of: {}", known.join(", "))],
            },
            Self::StudyBusy { .. } => vec!["wait for it, or end it: what it has done is kept".to_owned()],
            Self::Store(error) => error.hints(),
            Self::Artifact(error) => error.hints(),
            Self::Data { source, .. } => source.hints(),
            Self::DataChanged { .. } => vec![
                "put the registered files back and repeat the command: it goes on where it stopped".to_owned(),
                "or record the change with `gosset study amend FILE --reason WHY`".to_owned(),
            ],
            Self::Table { source, .. } => source.hints(),
            Self::Log { source } => source.hints(),
            Self::NotComparable { facts, .. } => vec![
                "evaluate both models on the same thing".to_owned(),
                format!(
                    "or compare them all the same with {}",
                    facts.iter().map(|fact| format!("`--accept {fact}`")).collect::<Vec<_>>().join(" ")
                ),
            ],
            Self::Results { source } => source.hints(),
            Self::Benchmark { source } => source.hints(),
            Self::Method { source, .. } => source.hints(),
            Self::Scaling { source, suspicions } => {
                let look = |suspicion: &String| format!("look at the units: {suspicion}");
                source.hints().into_iter().chain(suspicions.iter().map(look)).collect()
            }
            Self::Theory { source } => source.hints(),
            Self::Build { .. } => vec!["run the build command by hand in the program's directory".to_owned()],
            Self::CannotStart { .. } => {
                vec!["check `program.command` and `program.directory` in the study file".to_owned()]
            }
            Self::Machine { .. } => vec!["mend that and repeat the command: it goes on where it stopped".to_owned()],
            Self::DiskFull { .. } => {
                vec!["free some space and repeat the command: it goes on where it stopped".to_owned()]
            }
            Self::Slots { .. } => {
                vec!["lower `program.cpus` or `program.gpus`, or name more with `--slots` and `--gpus`".to_owned()]
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                vec!["free some space and repeat the command: it goes on where it stopped".to_owned()]
            }
            Self::File { .. } => Vec::new(),
            Self::Usage { hint, .. } => vec![hint.clone()],
        }
    }
}
