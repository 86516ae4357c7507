use std::path::Path;
use std::time::{Duration, Instant};

use gosset_model::{Event, Name, Timestamp};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::measurements::put_chunk;
use crate::{Record, SeriesChunk, StoreError, ledger, schema};

/// How long a writer waits for another process on the same lab.
const PATIENCE: Duration = Duration::from_secs(60);

/// The records of a lab: one SQLite file.
///
/// Several processes may hold the same lab; writers take turns.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
}

/// One thing to be kept: an event, with the series that came with it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The study it belongs to.
    pub study: Name,
    /// What happened.
    pub event: Event,
    /// Series to be kept in the same step, so that either both are there or
    /// neither.
    pub series: Vec<SeriesChunk>,
}

impl Store {
    /// Opens the records at `path`, making or migrating them where needed.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be opened for writing, is no
    /// database or was made by a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(path, flags).map_err(|source| StoreError::opening(path, source))?;
        connection.busy_timeout(PATIENCE)?;
        patiently(|| connection.pragma_update(None, "journal_mode", "WAL"))?;
        // What is acknowledged survives a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -8_192)?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection })
    }

    /// Opens the records at `path` for reading only.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be read or was made by a newer
    /// version.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let open = |path: &Path, flags| {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
            Ok(connection)
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = open(path, flags)
            .or_else(|first: rusqlite::Error| {
                // In a folder that cannot be written SQLite cannot make its
                // shared memory; without a pending log it needs none.
                let mut log = path.as_os_str().to_owned();
                log.push("-wal");
                let has_pending = std::fs::metadata(&log).is_ok_and(|log| log.len() > 0);
                match immutable_uri(path) {
                    Some(uri) if !has_pending => open(Path::new(&uri), flags | OpenFlags::SQLITE_OPEN_URI),
                    Some(_) | None => Err(first),
                }
            })
            .map_err(|source| StoreError::opening(path, source))?;
        schema::check_readable(&connection)?;
        Ok(Self { connection })
    }

    /// Keeps `entries` in one step: all of them or, on an error, none.
    /// Returns their records.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be written.
    pub fn keep(&mut self, entries: Vec<Entry>, now: Timestamp) -> Result<Vec<Record>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut head = ledger::head(&transaction)?;
        let mut records = Vec::with_capacity(entries.len());
        for Entry { study, event, series } in entries {
            for chunk in &series {
                put_chunk(&transaction, &study, chunk)?;
            }
            records.push(ledger::append(&transaction, &mut head, study, event, now)?);
        }
        ledger::set_head(&transaction, &head)?;
        transaction.commit()?;
        Ok(records)
    }
}

/// Repeats `change` while another process holds the file.
///
/// SQLite does not wait by itself where two processes change the journal mode
/// of a new file at once: it reports the file as busy at once.
fn patiently(mut change: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match change() {
            Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(5)),
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// `path` as an SQLite address that promises nobody writes; none if it is not
/// valid UTF-8.
fn immutable_uri(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    let mut uri = String::from("file:");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?immutable=1");
    Some(uri)
}
