//! The one place that formats numbers.
//!
//! Digits follow the uncertainty: two significant digits of an interval's
//! half-width or of a standard deviation, and the estimate to the same
//! decimal place. Negative numbers carry U+2212, the minus sign, everywhere.

use gosset_model::{Effect, Timestamp};

/// The minus sign.
pub const MINUS: char = '\u{2212}';
/// What stands between groups of three digits: a narrow no-break space.
pub const GROUP: char = '\u{202f}';
/// What stands between a number and its unit: a no-break space.
const UNIT_SPACE: char = '\u{a0}';

/// How many digits of a number after the decimal point mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimals(i32);

impl Decimals {
    /// Two significant digits of `uncertainty`: a half-width, standard error
    /// or standard deviation. None if it is zero, negative or not finite.
    #[must_use]
    pub fn of_uncertainty(uncertainty: f64) -> Option<Self> {
        Self::significant(uncertainty, 2).filter(|_| uncertainty > 0.0)
    }

    /// The digits of an effect, from the half-width of its interval.
    #[must_use]
    pub fn of_effect(effect: &Effect) -> Self {
        Self::of_uncertainty((effect.upper - effect.lower) / 2.0)
            .or_else(|| Self::of_uncertainty(effect.se))
            .or_else(|| Self::significant(effect.estimate, 4))
            .unwrap_or(Self(4))
    }

    /// The digits of scores that differ from seed to seed by `sd`; four
    /// significant ones of `typical` where the spread is unknown.
    #[must_use]
    pub fn of_scores(sd: Option<f64>, typical: f64) -> Self {
        sd.and_then(Self::of_uncertainty).or_else(|| Self::significant(typical, 4)).unwrap_or(Self(4))
    }

    /// The digits of the labels of an axis whose ticks are `step` apart: 1, 2
    /// or 5 times a power of ten.
    pub(crate) fn of_step(step: f64) -> Self {
        Self::significant(step, 1).unwrap_or(Self(0))
    }

    /// So many that `value` shows `digits` significant ones.
    fn significant(value: f64, digits: i32) -> Option<Self> {
        if !value.is_finite() || value == 0.0 {
            return None;
        }
        // The exponent after rounding: 0.0996 to two digits is 0.10.
        let places = usize::try_from(digits - 1).unwrap_or(0);
        let text = format!("{value:.places$e}");
        let exponent: i32 = text.rsplit('e').next()?.parse().ok()?;
        Some(Self(digits - 1 - exponent))
    }
}

/// Writes `value` with `decimals` digits after the point; with an exponent
/// where that would take more than nine of them or the number is huge.
#[must_use]
pub fn fixed(value: f64, decimals: Decimals) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    if decimals.0 > 9 || value.abs() >= 1e15 {
        if value == 0.0 {
            return "0".to_owned();
        }
        let places = usize::try_from((exponent_of(value) + decimals.0).clamp(0, 16)).unwrap_or(0);
        return scientific(value, places);
    }
    let places = usize::try_from(decimals.0.max(0)).unwrap_or(0);
    signed(&format!("{value:.places$}"))
}

/// Writes `value` with a sign, as a difference is written: `+0.012`.
#[must_use]
pub fn difference(value: f64, decimals: Decimals) -> String {
    let text = fixed(value, decimals);
    let is_zero = !text.chars().any(|character| character.is_ascii_digit() && character != '0');
    if value > 0.0 && value.is_finite() && !is_zero { format!("+{text}") } else { text }
}

/// Writes a number that a person stated, with all its digits.
#[must_use]
pub fn stated(value: f64) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
        return signed(&format!("{value:e}"));
    }
    signed(&format!("{value}"))
}

/// Writes `value` with `digits` significant digits.
#[must_use]
pub fn significant(value: f64, digits: u8) -> String {
    match Decimals::significant(value, i32::from(digits)) {
        Some(decimals) => fixed(value, decimals),
        None if value == 0.0 => "0".to_owned(),
        None => "not a number".to_owned(),
    }
}

/// Writes `value` with `digits` significant digits, and as a power of ten where
/// it is very large or very small: `4.1e21`.
#[must_use]
pub fn magnitude(value: f64, digits: u8) -> String {
    if !value.is_finite() || value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        return significant(value, digits);
    }
    let places = usize::from(digits.max(1) - 1);
    signed(&format!("{value:.places$e}"))
}

/// Writes a p-value: `p = 0.042`, but never zero and never one.
#[must_use]
pub fn p_value(p: f64) -> String {
    if !p.is_finite() {
        "p not available".to_owned()
    } else if p < 0.001 {
        "p < 0.001".to_owned()
    } else if p > 0.999 {
        "p > 0.999".to_owned()
    } else {
        format!("p = {p:.3}")
    }
}

/// Writes the confidence level that goes with an error rate: `99 %`.
#[must_use]
pub fn confidence(error_rate: f64) -> String {
    let percent = error_rate * 100.0;
    if !(percent > 0.0 && percent < 100.0) {
        return "unknown level".to_owned();
    }
    let places =
        usize::try_from(Decimals::significant(percent, 2).map_or(0, |decimals| decimals.0.clamp(0, 12))).unwrap_or(0);
    let text = trimmed(&format!("{:.places$}", 100.0 - percent));
    format!("{text}{UNIT_SPACE}%")
}

/// Writes a share of a whole in percent, without decimals: `63 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "not a number".to_owned();
    }
    format!("{}{UNIT_SPACE}%", fixed(share * 100.0, Decimals(0)))
}

/// Writes a count, in groups of three digits from five digits on.
#[must_use]
pub fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// Writes a duration of `secs` seconds in the units a person would use.
#[must_use]
pub fn duration(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.0 {
        return "unknown".to_owned();
    }
    if secs < 0.001 {
        return format!("under 1{UNIT_SPACE}ms");
    }
    if secs < 0.9995 {
        return format!("{:.0}{UNIT_SPACE}ms", secs * 1000.0);
    }
    if secs < 59.95 {
        let text = if secs < 9.995 { format!("{secs:.2}") } else { format!("{secs:.1}") };
        return format!("{}{UNIT_SPACE}s", trimmed(&text));
    }
    let whole = secs.round() as u64;
    let (days, hours, minutes, seconds) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    let two = |larger: u64, name: &str, smaller: u64, of: &str| {
        if smaller == 0 {
            format!("{}{UNIT_SPACE}{name}", count(larger))
        } else {
            format!("{}{UNIT_SPACE}{name} {smaller}{UNIT_SPACE}{of}", count(larger))
        }
    };
    if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else {
        two(minutes, "min", seconds, "s")
    }
}

/// Writes a number of bytes in binary units.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes}{UNIT_SPACE}B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    // What would round to 1024 belongs to the next unit.
    while value >= 1023.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = if value < 9.95 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    format!("{}{UNIT_SPACE}{}", trimmed(&text), UNITS[unit])
}

/// Writes a moment to the second, in UTC.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('T') {
        Some((day, time)) if time.len() >= 8 => format!("{day} {} UTC", &time[..8]),
        Some(_) | None => text,
    }
}

/// Puts a number and its unit together.
#[must_use]
pub fn with_unit(number: &str, unit: &str) -> String {
    let unit = crate::text::clean(unit);
    let unit = unit.trim();
    if unit.is_empty() || unit == "1" { number.to_owned() } else { format!("{number}{UNIT_SPACE}{unit}") }
}

/// A unit behind the name of what is measured in it: "in seconds", but "of the
/// examples".
#[must_use]
pub fn in_unit(unit: &str) -> String {
    let unit = unit.trim();
    if unit.is_empty() || unit.starts_with("of ") { unit.to_owned() } else { format!("in {unit}") }
}

fn exponent_of(value: f64) -> i32 {
    format!("{value:e}").rsplit('e').next().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn scientific(value: f64, places: usize) -> String {
    signed(&format!("{value:.places$e}"))
}

/// Gives a negative number its minus sign, and none to a zero; groups the
/// digits before the point.
fn signed(text: &str) -> String {
    let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) =
        digits.split_once('e').map_or((digits, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let is_zero = !mantissa.chars().any(|character| character.is_ascii_digit() && character != '0');
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut written = String::new();
    if is_negative && !is_zero {
        written.push(MINUS);
    }
    written.push_str(&grouped(whole));
    if let Some(fraction) = fraction {
        written.push('.');
        written.push_str(fraction);
    }
    match exponent {
        Some("0") | None => {}
        Some(exponent) => {
            written.push('e');
            written.push_str(&exponent.replace('-', &MINUS.to_string()));
        }
    }
    written
}

fn grouped(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(GROUP);
        }
        written.push(digit);
    }
    written
}

fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_in_a_sentence_as_it_is_worded() {
        assert_eq!(in_unit("seconds"), "in seconds");
        assert_eq!(in_unit("of the test images"), "of the test images");
        assert_eq!(in_unit(""), "");
    }

    #[test]
    fn digits_follow_the_uncertainty() {
        // Value, half-width, text: two significant digits of the half-width.
        let cases = [
            (0.012_345, 0.0022, "0.0123"),
            (0.012_345, 0.022, "0.012"),
            (0.5, 0.0996, "0.50"),
            (-0.012_345, 0.0022, "−0.0123"),
            (-0.000_001, 0.0022, "0.0000"),
            (12.345, 1.4, "12.3"),
            (12.345, 14.0, "12"),
            (123_456.7, 1400.0, "123\u{202f}457"),
            (1.2345e-12, 2.3e-13, "1.23e−12"),
            (0.0, 2.3e-13, "0"),
            (1.2e17, 1e15, "1.200e17"),
            (f64::NAN, 1.0, "not a number"),
        ];
        for (value, half_width, expected) in cases {
            let decimals = Decimals::of_uncertainty(half_width).expect("the cases have a spread");
            assert_eq!(fixed(value, decimals), expected, "{value} +- {half_width}");
        }
        for nothing in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Decimals::of_uncertainty(nothing), None);
        }
    }

    #[test]
    fn a_difference_carries_its_sign() {
        let decimals = Decimals::of_uncertainty(0.01).expect("above zero");
        assert_eq!(difference(0.1234, decimals), "+0.123");
        assert_eq!(difference(-0.1234, decimals), "−0.123");
        assert_eq!(difference(0.0001, decimals), "0.000");
    }

    #[test]
    fn no_p_value_is_zero_or_one() {
        let cases = [
            (0.0, "p < 0.001"),
            (0.000_999, "p < 0.001"),
            (0.001, "p = 0.001"),
            (0.0421, "p = 0.042"),
            (0.999_4, "p > 0.999"),
            (1.0, "p > 0.999"),
            (f64::NAN, "p not available"),
        ];
        for (p, expected) in cases {
            assert_eq!(p_value(p), expected);
        }
    }

    #[test]
    fn a_level_shows_what_its_error_rate_needs() {
        let cases =
            [(0.05, "95"), (0.01, "99"), (0.025, "97.5"), (0.01 / 3.0, "99.67"), (0.0005, "99.95"), (0.5, "50")];
        for (rate, expected) in cases {
            assert_eq!(confidence(rate), format!("{expected}\u{a0}%"));
        }
        assert_eq!(confidence(0.0), "unknown level");
    }

    #[test]
    fn counts_durations_and_bytes_read_well() {
        assert_eq!(count(9999), "9999");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        let durations = [
            (0.0, "under 1 ms"),
            (0.25, "250 ms"),
            (0.9999, "1 s"),
            (1.5, "1.5 s"),
            (59.99, "1 min"),
            (200.0, "3 min 20 s"),
            (7260.0, "2 h 1 min"),
            (90_000.0, "1 d 1 h"),
            (-1.0, "unknown"),
        ];
        for (secs, expected) in durations {
            assert_eq!(duration(secs).replace('\u{a0}', " "), expected);
        }
        let sizes = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1_572_864, "1.5 MiB"),
            (1_048_575, "1 MiB"),
            (u64::MAX, "16 EiB"),
        ];
        for (size, expected) in sizes {
            assert_eq!(bytes(size).replace('\u{a0}', " "), expected);
        }
    }

    #[test]
    fn a_stated_number_keeps_its_digits() {
        assert_eq!(stated(0.005), "0.005");
        assert_eq!(stated(1.0), "1");
        assert_eq!(stated(-2.5), "−2.5");
        assert_eq!(stated(1e-9), "1e−9");
    }

    #[test]
    fn a_moment_is_written_to_the_second() {
        assert_eq!(moment(Timestamp::from_millis(1_700_000_000_123)), "2023-11-14 22:13:20 UTC");
    }

    #[test]
    fn magnitudes_turn_to_powers_of_ten_where_zeros_would_be_counted() {
        let shown = [4.123e21, -2.5e-7, 1234.6, 0.0].map(|value| magnitude(value, 3));
        assert_eq!(shown, ["4.12e21", "\u{2212}2.50e\u{2212}7", "1235", "0"]);
    }
}
