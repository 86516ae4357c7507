use std::path::PathBuf;

use gosset_model::Explain;

/// Why records could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened.
    #[error("cannot open the records in `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The disk is full.
    #[error("the disk that holds the records is full")]
    DiskFull {
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The records cannot be written.
    #[error("the records are read-only")]
    ReadOnly {
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// Another process holds the database.
    #[error("another process has held the records for too long")]
    Busy {
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The file is no database, or damaged.
    #[error("the records are damaged")]
    Damaged {
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The file is a database without our tables.
    #[error("the records were never set up")]
    Empty,
    /// A newer version made the file.
    #[error("the records have schema {found}, this version knows up to {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// A ledger record cannot be read.
    #[error("ledger record {seq} cannot be read")]
    Unreadable {
        /// The record.
        seq: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// The database did not do what was asked.
    #[error("the records could not be read or written")]
    Database {
        /// SQLite's reason.
        source: rusqlite::Error,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { source },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { source },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { source },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { source },
            Some(_) | None => Self::Database { source },
        }
    }
}

impl StoreError {
    /// Why the file at `path` cannot be opened.
    pub(crate) fn opening(path: &std::path::Path, source: rusqlite::Error) -> Self {
        match Self::from(source) {
            Self::Database { source } => Self::Open { path: path.to_owned(), source },
            named => named,
        }
    }
}

impl Explain for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "records-not-opened",
            Self::DiskFull { .. } => "disk-full",
            Self::ReadOnly { .. } => "records-read-only",
            Self::Busy { .. } => "records-busy",
            Self::Damaged { .. } => "records-damaged",
            Self::Empty => "records-empty",
            Self::Newer { .. } => "records-newer",
            Self::Unreadable { .. } => "record-unreadable",
            Self::Database { .. } => "records-failed",
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Open { .. } => "check that the file and its folder can be read and written",
            Self::DiskFull { .. } => "free some space and repeat the command: it goes on where it stopped",
            Self::ReadOnly { .. } => "make the lab folder writable, or copy it to where you can write",
            Self::Busy { .. } => "wait for the other process, or end it",
            Self::Damaged { .. } => "restore the file from a backup; keep this one for `gosset ledger verify`",
            Self::Empty => "run `gosset init` in the lab's folder",
            Self::Newer { .. } => "install the newer version of Gosset that made this lab",
            Self::Unreadable { .. } => "run `gosset ledger verify`",
            Self::Database { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}
