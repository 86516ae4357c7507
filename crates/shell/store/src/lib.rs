//! What happened: ledger, measurements, artifacts.
