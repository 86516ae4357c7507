//! Reference values, properties and calibration of `gosset-stats`.
// The attributes tell clippy that helpers of tests are tests.

#[cfg(test)]
mod calibration;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_runs;
#[cfg(test)]
mod shared_reference;
