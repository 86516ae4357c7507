//! Numbers in, estimates out: tests, intervals, resampling, multiplicity, power, metrics.
