//! The referee on made-up evidence: each verdict, each rule, and the error
//! rates that it promises.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not know as such")]

mod ablation;
mod benchmark;
mod calibration;
mod designs;
mod examples;
mod families;
mod fates;
mod fragility;
mod looks;
mod registered_benchmark;
mod results;
mod sample;
mod scaling;
mod shared_benchmark;
mod shared_theories;
mod splits;
mod theories;
mod verdicts;
