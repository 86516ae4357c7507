use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::StoreError;

/// One script for each version of the schema, in SQL that SQLite and
/// PostgreSQL both read.
const MIGRATIONS: &[&str] = &[
    // 1: ledger, head of the ledger, series.
    "CREATE TABLE ledger (
        seq BIGINT NOT NULL PRIMARY KEY,
        at_ms BIGINT NOT NULL,
        study TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        hash TEXT NOT NULL
    );
    CREATE INDEX ledger_by_study ON ledger (study, seq);
    CREATE TABLE ledger_head (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
        seq BIGINT NOT NULL,
        hash TEXT NOT NULL
    );
    CREATE TABLE series_chunk (
        study TEXT NOT NULL,
        run TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        name TEXT NOT NULL,
        chunk INTEGER NOT NULL,
        points BIGINT NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (study, run, attempt, name, chunk)
    );",
];

/// Brings the database to the newest schema.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    // The common case takes no lock: nothing is to be done.
    if version(connection)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have migrated while we waited for the lock.
    let found = version(&transaction)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    apply(&transaction, found)?;
    transaction.commit()?;
    Ok(())
}

fn apply(transaction: &Transaction<'_>, found: i64) -> Result<(), StoreError> {
    transaction.execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    for script in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(script)?;
    }
    transaction.execute("DELETE FROM schema_version", [])?;
    transaction.execute("INSERT INTO schema_version (version) VALUES ($1)", [MIGRATIONS.len() as i64])?;
    Ok(())
}

/// The version of the schema; 0 for an empty database.
pub(crate) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let exists: Option<i64> = connection
        .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'", [], |row| row.get(0))
        .optional()?;
    if exists.is_none() {
        return Ok(0);
    }
    Ok(connection.query_row("SELECT version FROM schema_version", [], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Refuses a database of a newer version or without records, without writing.
pub(crate) fn check_readable(connection: &Connection) -> Result<(), StoreError> {
    let (found, known) = (version(connection)?, MIGRATIONS.len() as i64);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found < 1 { Err(StoreError::Empty) } else { Ok(()) }
}
