//! Reference values, properties and calibration of `gosset-stats`.
// The attributes tell clippy that helpers of tests are tests.

#[cfg(test)]
mod calibration;
#[cfg(test)]
mod calibration_compare;
#[cfg(test)]
mod calibration_equivalence;
#[cfg(test)]
mod calibration_interval;
#[cfg(test)]
mod calibration_online;
#[cfg(test)]
mod calibration_runs;
#[cfg(test)]
mod calibration_sequential;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod properties_interval;
#[cfg(test)]
mod properties_runs;
#[cfg(test)]
mod properties_sequential;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_compare;
#[cfg(test)]
mod reference_correlation;
#[cfg(test)]
mod reference_equivalence;
#[cfg(test)]
mod reference_interval;
#[cfg(test)]
mod reference_looks;
#[cfg(test)]
mod reference_online;
#[cfg(test)]
mod reference_runs;
#[cfg(test)]
mod reference_sequential;
#[cfg(test)]
mod shared_reference;
#[cfg(test)]
mod shared_reference_runs;
