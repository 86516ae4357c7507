//! Where runs run: supervision, local execution, capture of code and environment.
