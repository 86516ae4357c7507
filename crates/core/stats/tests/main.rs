//! Reference values, properties and calibration of `gosset-stats`.
// The attributes tell clippy that helpers of tests are tests.

#[cfg(test)]
mod calibration;
#[cfg(test)]
mod calibration_bayes;
#[cfg(test)]
mod calibration_compare;
#[cfg(test)]
mod calibration_correlation;
#[cfg(test)]
mod calibration_cross_validation;
#[cfg(test)]
mod calibration_dependence;
#[cfg(test)]
mod calibration_dominance;
#[cfg(test)]
mod calibration_effect_size;
#[cfg(test)]
mod calibration_equivalence;
#[cfg(test)]
mod calibration_interval;
#[cfg(test)]
mod calibration_multiplicity;
#[cfg(test)]
mod calibration_online;
#[cfg(test)]
mod calibration_ranking;
#[cfg(test)]
mod calibration_runs;
#[cfg(test)]
mod calibration_sequential;
#[cfg(test)]
mod calibration_variance;
#[cfg(test)]
mod misses;
#[cfg(test)]
mod odd_tables;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod properties_effect_size;
#[cfg(test)]
mod properties_interval;
#[cfg(test)]
mod properties_multiplicity;
#[cfg(test)]
mod properties_planning;
#[cfg(test)]
mod properties_ranking;
#[cfg(test)]
mod properties_runs;
#[cfg(test)]
mod properties_sequential;
#[cfg(test)]
mod properties_variance;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_bayes;
#[cfg(test)]
mod reference_compare;
#[cfg(test)]
mod reference_contribution;
#[cfg(test)]
mod reference_correlation;
#[cfg(test)]
mod reference_dominance;
#[cfg(test)]
mod reference_effect_size;
#[cfg(test)]
mod reference_equivalence;
#[cfg(test)]
mod reference_interval;
#[cfg(test)]
mod reference_looks;
#[cfg(test)]
mod reference_multiplicity;
#[cfg(test)]
mod reference_nonlinear;
#[cfg(test)]
mod reference_online;
#[cfg(test)]
mod reference_planning;
#[cfg(test)]
mod reference_ranking;
#[cfg(test)]
mod reference_runs;
#[cfg(test)]
mod reference_sequential;
#[cfg(test)]
mod reference_variance;
#[cfg(test)]
mod scaling;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod shared_reference;
#[cfg(test)]
mod shared_reference_nonlinear;
#[cfg(test)]
mod shared_reference_runs;
#[cfg(test)]
mod shared_reference_scaling;
