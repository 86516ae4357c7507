//! The binary as its users meet it: study files, programs that behave and
//! programs that do not, kills, full disks, and what the records say then.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests fail and speak as tests do")]

mod answer;
mod processes;
mod root;
mod workshop;

mod amendments;
mod benchmarks;
mod blindness;
mod changed_data;
mod disks;
mod floods;
mod happy_path;
mod horizons;
mod interruption;
mod judging;
mod kills;
mod ladders;
mod neighbours;
mod odd_names;
mod outcomes;
mod parameters;
mod publishing;
mod scaling;
mod scenarios;
mod theories;
