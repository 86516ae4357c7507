use std::collections::BTreeMap;

use gosset_model::{Digest, Event, Name, Timestamp, canonical_json};
use rusqlite::{Connection, OptionalExtension, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// An event with its place in the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it was kept, by the machine's clock.
    pub at: Timestamp,
    /// The study it belongs to.
    pub study: Name,
    /// What happened.
    pub event: Event,
    /// The hash of this record and, through it, of all before it.
    pub hash: Digest,
}

/// The end of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The number of the last record; 0 if there is none.
    pub seq: u64,
    /// Its hash. Written down elsewhere, it also shows if the whole ledger is
    /// replaced.
    pub hash: Digest,
}

/// What a look at the whole ledger found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Records read.
    pub records: u64,
    /// The end of the ledger as computed.
    pub head: Head,
    /// What is wrong; empty if nothing is.
    pub faults: Vec<Fault>,
    /// Records at which the machine's clock had gone backwards; no fault.
    pub clock_steps_back: Vec<u64>,
}

/// A sign of tampering or damage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// A record does not have the hash that its content and its predecessor
    /// give: it was altered, moved or inserted, or its predecessor was.
    HashDiffers {
        /// The record.
        seq: u64,
    },
    /// Records are missing: a gap in the numbers.
    Missing {
        /// The first missing number.
        from: u64,
        /// The last missing number.
        to: u64,
    },
    /// The last record is not the one that the head names: records were
    /// removed at the end, or added there.
    HeadDiffers {
        /// The number the head names.
        expected: u64,
        /// The number of the last record.
        found: u64,
    },
    /// A record cannot be read.
    Unreadable {
        /// The record.
        seq: u64,
        /// Why.
        reason: String,
    },
    /// An event that the life cycle of its study does not allow.
    OutOfPlace {
        /// The record.
        seq: u64,
        /// Why.
        reason: String,
    },
}

impl Fault {
    /// The fault in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::HashDiffers { seq } => {
                format!(
                    "record {seq} does not have the hash that its content gives: it, or the record before it, was altered, moved or inserted"
                )
            }
            Self::Missing { from, to } if from == to => format!("record {from} is missing"),
            Self::Missing { from, to } => format!("records {from} to {to} are missing"),
            Self::HeadDiffers { expected, found } => {
                format!(
                    "the ledger should end with record {expected} and ends with {found}: records were removed or added at the end"
                )
            }
            Self::Unreadable { seq, reason } => format!("record {seq} cannot be read: {reason}"),
            Self::OutOfPlace { seq, reason } => format!("record {seq} is out of place: {reason}"),
        }
    }
}

/// The hash that every first record follows.
fn origin() -> Digest {
    Digest::of(b"gosset ledger 1")
}

/// The hash of a record: BLAKE3 over its predecessor's hash and its own
/// fields, each with its length before it.
fn chained(previous: &Digest, seq: u64, at: i64, study: &str, kind: &str, body: &str) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("gosset 2026 ledger record");
    hasher.update(previous.as_bytes());
    hasher.update(&seq.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    for field in [study, kind, body] {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

pub(crate) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let found: Option<(i64, String)> = connection
        .query_row("SELECT seq, hash FROM ledger_head WHERE id = 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        Some((seq, hash)) => Head { seq: seq as u64, hash: hash.parse().unwrap_or_else(|_| origin()) },
        None => Head { seq: 0, hash: origin() },
    })
}

pub(crate) fn set_head(connection: &Connection, head: &Head) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO ledger_head (id, seq, hash) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        (head.seq as i64, head.hash.to_string()),
    )?;
    Ok(())
}

pub(crate) fn append(
    connection: &Connection,
    head: &mut Head,
    study: Name,
    event: Event,
    at: Timestamp,
) -> Result<Record, StoreError> {
    let seq = head.seq + 1;
    let body = canonical_json(&event);
    let hash = chained(&head.hash, seq, at.as_millis(), study.as_str(), event.kind(), &body);
    connection
        .prepare_cached("INSERT INTO ledger (seq, at_ms, study, kind, body, hash) VALUES ($1, $2, $3, $4, $5, $6)")?
        .execute((seq as i64, at.as_millis(), study.as_str(), event.kind(), &body, hash.to_string()))?;
    *head = Head { seq, hash };
    Ok(Record { seq, at, study, event, hash })
}

/// A row of the ledger as it stands.
struct Raw {
    seq: u64,
    at: i64,
    study: String,
    kind: String,
    body: String,
    hash: String,
}

impl Raw {
    /// The number of a row whose other fields may be no longer what they were.
    fn number(row: &Row<'_>) -> Option<u64> {
        row.get::<_, i64>(0).ok().and_then(|seq| u64::try_from(seq).ok())
    }

    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get::<_, i64>(0)? as u64,
            at: row.get(1)?,
            study: row.get(2)?,
            kind: row.get(3)?,
            body: row.get(4)?,
            hash: row.get(5)?,
        })
    }

    fn record(self) -> Result<Record, StoreError> {
        let seq = self.seq;
        let unreadable = |source| StoreError::Unreadable { seq, source };
        let event = serde_json::from_str(&self.body).map_err(unreadable)?;
        let study = serde_json::from_value(serde_json::Value::String(self.study)).map_err(unreadable)?;
        let hash = serde_json::from_value(serde_json::Value::String(self.hash)).map_err(unreadable)?;
        Ok(Record { seq, at: Timestamp::from_millis(self.at), study, event, hash })
    }
}

const COLUMNS: &str = "seq, at_ms, study, kind, body, hash";

impl Store {
    /// All records of `study`, in order.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn history(&self, study: &Name) -> Result<Vec<Record>, StoreError> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM ledger WHERE study = $1 ORDER BY seq"))?;
        let rows = statement.query_map([study.as_str()], Raw::of)?;
        rows.map(|row| row?.record()).collect()
    }

    /// The record with this number.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn record(&self, seq: u64) -> Result<Option<Record>, StoreError> {
        let raw = self
            .connection
            .query_row(&format!("SELECT {COLUMNS} FROM ledger WHERE seq = $1"), [seq as i64], Raw::of)
            .optional()?;
        raw.map(Raw::record).transpose()
    }

    /// The names of all studies, in order, with the number of their records.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn studies(&self) -> Result<BTreeMap<Name, u64>, StoreError> {
        let mut statement = self.connection.prepare("SELECT study, count(*) FROM ledger GROUP BY study")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        let mut studies = BTreeMap::new();
        for row in rows {
            let (study, count) = row?;
            if let Ok(name) = Name::new(study) {
                studies.insert(name, count as u64);
            }
        }
        Ok(studies)
    }

    /// The end of the ledger.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn head(&self) -> Result<Head, StoreError> {
        head(&self.connection)
    }

    /// Reads the whole ledger, recomputes every hash and hands each readable
    /// record to `visit`, which may report that it is out of place.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read; tampering is no error
    /// but a [`Fault`].
    pub fn verify(&self, mut visit: impl FnMut(&Record) -> Option<String>) -> Result<Verification, StoreError> {
        // One transaction: a writer must not come between the records and the
        // head.
        let transaction = self.connection.unchecked_transaction()?;
        let mut statement = transaction.prepare(&format!("SELECT {COLUMNS} FROM ledger ORDER BY seq"))?;
        let mut rows = statement.query([])?;
        let mut faults = Vec::new();
        let mut clock_steps_back = Vec::new();
        let mut at = i64::MIN;
        let mut computed = Head { seq: 0, hash: origin() };
        let mut records = 0;
        while let Some(row) = rows.next()? {
            records += 1;
            let due = computed.seq.saturating_add(1);
            let seq = Raw::number(row);
            match seq {
                Some(seq) if seq > due => faults.push(Fault::Missing { from: due, to: seq - 1 }),
                Some(_) | None => {}
            }
            let raw = match Raw::of(row) {
                Ok(raw) if seq.is_some_and(|seq| seq > 0) => raw,
                Ok(_) => {
                    faults
                        .push(Fault::Unreadable { seq: due, reason: "its number is no number of a record".to_owned() });
                    continue;
                }
                Err(error) => {
                    faults.push(Fault::Unreadable { seq: seq.unwrap_or(due), reason: error.to_string() });
                    let hash = row.get::<_, String>(5).ok().and_then(|hash| hash.parse().ok());
                    computed = Head { seq: seq.unwrap_or(computed.seq), hash: hash.unwrap_or(computed.hash) };
                    continue;
                }
            };
            let hash = chained(&computed.hash, raw.seq, raw.at, &raw.study, &raw.kind, &raw.body);
            if hash.to_string() != raw.hash {
                faults.push(Fault::HashDiffers { seq: raw.seq });
            }
            if raw.at < at {
                clock_steps_back.push(raw.seq);
            }
            at = raw.at;
            // Going on from the hash as it stands shows each fault once.
            computed = Head { seq: raw.seq, hash: raw.hash.parse().unwrap_or(hash) };
            let (seq, kind) = (raw.seq, raw.kind.clone());
            match raw.record() {
                Ok(record) if record.event.kind() != kind => {
                    faults.push(Fault::Unreadable {
                        seq,
                        reason: format!("its kind says `{kind}`, its body `{}`", record.event.kind()),
                    });
                }
                Ok(record) => {
                    if let Some(reason) = visit(&record) {
                        faults.push(Fault::OutOfPlace { seq, reason });
                    }
                }
                Err(StoreError::Unreadable { seq, source }) => {
                    faults.push(Fault::Unreadable { seq, reason: source.to_string() });
                }
                Err(other) => return Err(other),
            }
        }
        let head = head(&transaction)?;
        if head.seq != computed.seq || head.hash != computed.hash {
            faults.push(Fault::HeadDiffers { expected: head.seq, found: computed.seq });
        }
        Ok(Verification { records, head: computed, faults, clock_steps_back })
    }
}
