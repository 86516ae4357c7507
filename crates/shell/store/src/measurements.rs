use gosset_model::{Name, RunId};
use rusqlite::Connection;

use crate::{Store, StoreError};

/// A stretch of points of one series, encoded by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesChunk {
    /// The run that logged it.
    pub run: RunId,
    /// The attempt.
    pub attempt: u32,
    /// The metric's name as logged.
    pub name: String,
    /// Its place in the series, from 0.
    pub chunk: u32,
    /// The number of points.
    pub points: u64,
    /// The encoded points.
    pub body: Vec<u8>,
}

pub(crate) fn put_chunk(connection: &Connection, study: &Name, chunk: &SeriesChunk) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO series_chunk (study, run, attempt, name, chunk, points, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )?
        .execute((
            study.as_str(),
            chunk.run.as_str(),
            chunk.attempt,
            &chunk.name,
            chunk.chunk,
            chunk.points as i64,
            &chunk.body,
        ))?;
    Ok(())
}

impl Store {
    /// The encoded chunks of one series, in order; none if there is no such
    /// series.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn series(&self, study: &Name, run: &RunId, attempt: u32, name: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT body FROM series_chunk
             WHERE study = $1 AND run = $2 AND attempt = $3 AND name = $4 ORDER BY chunk",
        )?;
        let rows = statement.query_map((study.as_str(), run.as_str(), attempt, name), |row| row.get(0))?;
        rows.map(|row| row.map_err(StoreError::from)).collect()
    }
}
