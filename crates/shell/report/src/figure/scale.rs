//! Axes.

use crate::number::{self, Decimals};

/// A linear axis from values to places in a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// An axis that holds all finite `values` with some air, from place
    /// `from` to place `to`.
    pub(crate) fn over(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let air = (high - low) * 0.06;
        // Without spread, or with one below what a float can hold, any range
        // around the value will do.
        let air = if air > low.abs().max(high.abs()) * 1e-12 { air } else { (low.abs() * 0.05).max(1e-9) };
        Self { low: low - air, high: high + air, from, to }
    }

    /// The place of `value`.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// Some four to seven round values on the axis, each with its label.
    pub(crate) fn ticks(&self, most: u32) -> Vec<(f64, String)> {
        let rough = (self.high - self.low) / f64::from(most.max(2));
        let power = 10f64.powi(rough.log10().floor() as i32);
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(rough);
        if !step.is_finite() || step <= 0.0 {
            return Vec::new();
        }
        let first = (self.low / step).ceil();
        let last = (self.high / step).floor();
        let count = (last - first).clamp(0.0, 20.0) as u32;
        let decimals = Decimals::of_step(step);
        (0..=count)
            .map(|index| (first + f64::from(index)) * step)
            .map(|value| (value, number::fixed(value, decimals)))
            .collect()
    }
}

/// A logarithmic axis from positive values to places in a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogScale(Scale);

impl LogScale {
    /// An axis that holds all positive, finite `values` with some air.
    pub(crate) fn over(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let logs = values.into_iter().filter(|value| *value > 0.0).map(f64::log10);
        Self(Scale::over(logs, from, to))
    }

    /// The place of `value`.
    pub(crate) fn place(&self, value: f64) -> f64 {
        self.0.place(value.log10())
    }

    /// Round values on the axis, each with its label: powers of ten, and where these
    /// are few, parts of them.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let (low, high) = (self.0.low, self.0.high);
        let decades = high - low;
        let factors: &[f64] = match decades {
            d if d > 2.5 => &[1.0],
            d if d > 1.2 => &[1.0, 3.0],
            d if d > 0.6 => &[1.0, 2.0, 5.0],
            _ => &[],
        };
        if factors.is_empty() {
            // So short that a linear axis has the rounder values.
            let linear = Scale { low: 10_f64.powf(low), high: 10_f64.powf(high), from: 0.0, to: 1.0 };
            return linear.ticks(8).into_iter().filter(|(value, _)| *value > 0.0).collect();
        }
        let step = (decades / 8.0).ceil().max(1.0) as usize;
        (low.floor() as i32..=high.ceil() as i32)
            .step_by(step)
            .flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)))
            .filter(|value| (low..=high).contains(&value.log10()))
            .map(|value| (value, number::magnitude(value, 1)))
            .collect()
    }
}

/// A coordinate with one decimal, so that the same data give the same bytes.
pub(crate) fn at(place: f64) -> String {
    if place.is_finite() { format!("{place:.1}") } else { "0.0".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_labelled_to_their_step() {
        let scale = Scale::over([-0.0023, 0.0181], 0.0, 100.0);
        let labels: Vec<String> = scale.ticks(5).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["0.000", "0.005", "0.010", "0.015"]);
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_round_at_any_length() {
        let labels = |low: f64, high: f64| -> Vec<String> {
            LogScale::over([low, high], 0.0, 100.0).ticks().into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(1e18, 1e21), ["1e18", "1e19", "1e20", "1e21"]);
        assert_eq!(labels(2.1, 4.4), ["2.5", "3.0", "3.5", "4.0", "4.5"]);
        assert!(labels(1e-300, 1e300).len() < 12);
        let scale = LogScale::over([1.0, 100.0], 0.0, 100.0);
        assert!((scale.place(10.0) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn an_axis_without_spread_still_has_a_place_for_its_value() {
        for value in [0.0, 0.5, -3.0, 1e300] {
            let scale = Scale::over([value, value], 0.0, 100.0);
            assert!((scale.place(value) - 50.0).abs() < 1e-6, "{value}");
            assert!(scale.ticks(5).len() < 25);
        }
        assert_eq!(at(Scale::over([], 0.0, 100.0).place(f64::NAN)), "0.0");
    }
}
