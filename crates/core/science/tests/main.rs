//! The referee on made-up evidence: each verdict, each rule, and the error
//! rates that it promises.

mod sample;
mod verdicts;
mod calibration;
mod designs;
