use crate::json::Value;

/// The number that a score is, or `None`.
///
/// Numbers are themselves, unless NaN or infinite. `true` is 1 and `false` is 0.
/// A text is 1 for `C` (correct), 0.5 for `P` (partly), 0 for `I` (incorrect) and
/// `N` (no answer); 1 for `yes` and `true`, 0 for `no` and `false`, in any case;
/// and a number if it is one in decimal digits. Everything else has no value.
///
/// # Source
/// Inspect, `value_to_float` with its standard arguments, documented under
/// "Scorers: Metrics".
pub(super) fn score(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Integer(integer) => Some(*integer as f64),
        Value::Float(number) => number.is_finite().then_some(*number),
        Value::Boolean(boolean) => Some(f64::from(u8::from(*boolean))),
        Value::Text(text) => text_score(text),
        Value::BigInteger(digits) => text_score(digits),
        Value::OutOfRange(_) | Value::Null | Value::List(_) | Value::Object(_) => None,
    }
}

fn text_score(text: &str) -> Option<f64> {
    match text {
        "C" => return Some(1.0),
        "P" => return Some(0.5),
        "I" | "N" => return Some(0.0),
        _ => {}
    }
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" => Some(1.0),
        "no" | "false" => Some(0.0),
        other => other.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::whole;

    fn check(json: &str, expected: Option<f64>) {
        assert_eq!(score(&whole(json.as_bytes()).unwrap()), expected, "{json}");
    }

    #[test]
    fn grades_booleans_and_digits_are_numbers() {
        for (json, expected) in [
            ("\"C\"", 1.0),
            ("\"P\"", 0.5),
            ("\"I\"", 0.0),
            ("\"N\"", 0.0),
            ("true", 1.0),
            ("\"No\"", 0.0),
            ("\"YES\"", 1.0),
            ("\" 0.25 \"", 0.25),
            ("-3", -3.0),
            ("1e-3", 0.001),
        ] {
            check(json, Some(expected));
        }
    }

    #[test]
    fn what_is_no_number_has_no_value() {
        for json in ["NaN", "Infinity", "1e999", "\"nan\"", "\"inf\"", "\"c\"", "\"\"", "null", "[1]", "{\"a\": 1}"] {
            check(json, None);
        }
    }
}
