//! Small ledgers on real files.

use std::path::{Path, PathBuf};

use gosset_model::{Event, Name, RunId, Timestamp};
use gosset_store::{Entry, SeriesChunk, Store};
use tempfile::TempDir;

/// A lab of its own for one test.
pub(crate) struct Lab {
    folder: TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A lab whose ledger holds `count` records.
    pub(crate) fn with_records(count: u64) -> Self {
        let lab = Self::new();
        let mut store = lab.open();
        for number in 1..=count {
            store.keep(vec![entry("digits", number)], at(number as i64)).unwrap();
        }
        lab
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("lab.sqlite")
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.file()).unwrap()
    }

    /// The database, past our own code.
    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).unwrap()
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// The time `secs` seconds after the epoch.
pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(secs * 1000)
}

/// An event that carries `number`.
pub(crate) fn event(number: u64) -> Event {
    Event::ResultsShown { runs_scored: number, runs_planned: 1_000_000, how: "show".to_owned() }
}

pub(crate) fn entry(study: &str, number: u64) -> Entry {
    Entry { study: name(study), event: event(number), series: Vec::new() }
}

pub(crate) fn chunk(number: u32, body: &[u8]) -> SeriesChunk {
    SeriesChunk {
        run: RunId::typed("0123456789ab"),
        attempt: 1,
        name: "loss".to_owned(),
        chunk: number,
        points: 3,
        body: body.to_vec(),
    }
}
