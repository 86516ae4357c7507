//! The public interface against files good, bad and hostile.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod evaluations;
mod metric_logs;
mod parquet_tables;
mod shared_evaluations;
mod tables;
