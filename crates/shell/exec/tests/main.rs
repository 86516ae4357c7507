//! Runs real programs under real supervisors.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests, which clippy does not know as such")]

mod cases;
