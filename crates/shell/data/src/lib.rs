//! What is measured on: tables, content hashes, metric logs.
