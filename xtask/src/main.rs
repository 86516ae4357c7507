//! Development tasks: tests with their services, generated files, tidy checks.
fn main() {}
