use std::fs;

use gosset_data::metric_log::{self, MetricLog, MetricLogReader, NoteKind};
use proptest::prelude::*;

/// Reads a log whole and in pieces, which must give the same.
fn check(bytes: &[u8]) -> MetricLog {
    let whole = metric_log::parse(bytes);
    for size in [1, 7] {
        let mut reader = MetricLogReader::new();
        bytes.chunks(size).for_each(|piece| reader.push(piece));
        let pieces = reader.finish();
        assert_eq!((&pieces.lines, &pieces.notes), (&whole.lines, &whole.notes));
        assert!(pieces.series.keys().eq(whole.series.keys()));
    }
    let lines = whole.lines;
    assert_eq!(lines.read, lines.with_points + lines.without_points + lines.blank + lines.bad);
    whole
}

fn values(log: &MetricLog, name: &str) -> Vec<f64> {
    log.series[name].values.clone()
}

/// The notes as lines of text.
fn notes(log: &MetricLog) -> Vec<String> {
    log.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_line_of_the_documentation_is_read() {
    let log = check(br#"{"step": 12, "loss": 0.31, "accuracy": 0.9, "time": 1732350000.5}"#);
    let loss = &log.series["loss"];
    assert_eq!((loss.steps.as_slice(), loss.values.as_slice()), (&[12][..], &[0.31][..]));
    assert_eq!(loss.times_ms, [Some(1_732_350_000_500)]);
    assert_eq!(values(&log, "accuracy"), [0.9]);
    assert_eq!((log.series.len(), log.notes.len(), log.lines.with_points), (2, 0, 1));
}

#[test]
fn without_a_step_a_point_has_the_number_of_earlier_lines_with_its_metric() {
    let log = check(b"{\"a\": 1}\n{\"b\": 1}\n{\"step\": 50, \"a\": 1}\n{\"a\": null}\n{\"a\": 1, \"b\": 1}\n");
    assert_eq!(log.series["a"].steps, [0, 50, 2]);
    assert_eq!(log.series["b"].steps, [0, 1]);
}

#[test]
fn not_a_number_and_infinities_are_values_bare_and_in_quotes() {
    let log = check(b"{\"a\": NaN}\n{\"a\": \"NaN\"}\n{\"a\": Infinity}\n{\"a\": \"-Infinity\"}\n{\"a\": -Infinity}\n");
    let a = values(&log, "a");
    assert!(a[0].is_nan() && a[1].is_nan());
    assert_eq!(a[2..], [f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);
    assert!(log.notes.is_empty());
}

#[test]
fn values_that_are_no_points_are_noted_and_the_rest_of_the_line_counts() {
    let log = check(
        b"{\"a\": 1}\n{\"a\": 2, \"phase\": \"train\", \"ok\": true, \"lr\": null, \"h\": [NaN, {}], \"big\": 1e999}\n{\"ok\": false}\n",
    );
    assert_eq!(values(&log, "a"), [1.0, 2.0]);
    assert_eq!(log.series.len(), 1);
    assert_eq!(
        notes(&log),
        [
            "1 x value passed over, a null, first in line 2: `lr`: null",
            "2 x value passed over, a boolean, first in line 2: `ok`: true",
            "1 x value passed over, a text, first in line 2: `phase`: \"train\"",
            "1 x value passed over, a list or an object, first in line 2: `h`: a list",
            "1 x value passed over, a number too large for 64 bits, first in line 2: `big`: 1e999",
        ]
    );
    assert_eq!((log.lines.with_points, log.lines.without_points), (2, 1));
}

#[test]
fn bad_lines_are_noted_and_reading_goes_on() {
    let log =
        check(b"{\"a\": 1}\n{\"a\": 2, \"b\": tru\n\x00\xFF\x1B[2J\n[1]\nloss 0.3\n\n \r\n{\"a\": 3}\n{\"a\": 4, \"c");
    assert_eq!(values(&log, "a"), [1.0, 3.0]);
    assert_eq!(
        notes(&log),
        [
            "3 x line that is not JSON, first in line 2: {\"a\": 2, \"b\": tru",
            "1 x unfinished last line, first in line 9: {\"a\": 4, \"c",
            "1 x line that is not a JSON object, first in line 4: [1]",
        ]
    );
    assert_eq!((log.lines.read, log.lines.bad, log.lines.blank), (9, 5, 2));
}

#[test]
fn a_bad_line_leaves_neither_points_nor_names_nor_notes_of_its_values() {
    let log = check(b"{\"a\": 1, \"b\": null, \"c\": 3} x\n");
    assert!(log.series.is_empty());
    assert_eq!(log.notes.len(), 1);
}

#[test]
fn a_last_line_without_an_end_counts_if_it_is_whole() {
    let log = check(b"{\"a\": 1}\n{\"a\": 2}");
    assert_eq!(values(&log, "a"), [1.0, 2.0]);
    assert!(log.notes.is_empty());
    assert_eq!(check(b"").lines.read, 0);
}

#[test]
fn a_line_of_a_mebibyte_is_read_and_a_longer_one_is_passed_over() {
    let line = |length: usize| {
        let mut line = br#"{"a": 1, "note": ""#.to_vec();
        line.resize(length - 2, b'x');
        line.extend_from_slice(b"\"}\n");
        line
    };
    let log = metric_log::parse(&[line(1 << 20), line((1 << 20) + 1), b"{\"a\": 2}\n".to_vec()].concat());
    assert_eq!(values(&log, "a"), [1.0, 2.0]);
    let long = log.notes.iter().find(|note| note.kind == NoteKind::LineTooLong).unwrap();
    assert_eq!((long.count, long.first_line, long.example.len()), (1, 2, 63));
}

#[test]
fn a_repeated_step_is_kept_and_noted_wherever_it_recurs() {
    let log = check(
        b"{\"step\": 1, \"a\": 1}\n{\"step\": 3, \"a\": 3}\n{\"step\": 3, \"a\": 4}\n{\"step\": 2, \"a\": 2}\n{\"step\": 4, \"a\": 5}\n{\"step\": 1, \"a\": 6}\n{\"step\": 4, \"a\": 7, \"a\": 8}\n",
    );
    assert_eq!(log.series["a"].steps, [1, 3, 3, 2, 4, 1, 4, 4]);
    assert_eq!(values(&log, "a"), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0, 7.0, 8.0]);
    assert_eq!(notes(&log), ["4 x point at a step that its metric already had, first in line 3: `a` at step 3"]);
}

#[test]
fn a_step_or_time_that_cannot_be_one_is_noted() {
    let log = check(
        b"{\"step\": 1.5, \"a\": 1}\n{\"step\": 7.0, \"a\": 2, \"time\": 1732350000500}\n{\"step\": \"9\", \"a\": 3, \"time\": -1}\n",
    );
    assert_eq!(log.series["a"].steps, [0, 7, 2]);
    assert_eq!(log.series["a"].times_ms, [None, None, None]);
    assert_eq!(
        notes(&log),
        [
            "2 x line whose `step` is not an integer, first in line 1: `step`: 1.5",
            "2 x line whose `time` is not in seconds since the epoch, first in line 2: `time`: 1732350000500",
        ]
    );
}

#[test]
fn names_have_limits_and_what_exceeds_them_is_noted() {
    let longest = "n".repeat(250);
    let mut text = format!("{{\"{longest}\": 1, \"{longest}n\": 2}}\n");
    for at in 1..=10_001 {
        text.push_str(&format!("{{\"m{at}\": 1}}\n"));
    }
    let log = metric_log::parse(text.as_bytes());
    assert_eq!(log.series.len(), 10_000);
    assert!(log.series.contains_key(&longest));
    let note = |kind| log.notes.iter().find(|note| note.kind == kind).map(|note| (note.count, note.first_line));
    assert_eq!(note(NoteKind::NameTooLong), Some((1, 1)));
    assert_eq!(note(NoteKind::TooManyMetrics), Some((2, 10_001)));
}

#[test]
fn escaped_names_are_the_names_that_they_spell() {
    let log = check(b"{\"lo\\u0073s\": 1}\n{\"loss\": 2, \"\\ud83d\\ude00\": 3}\n\xEF\xBB\xBF{\"loss\": 4}\n");
    assert_eq!(values(&log, "loss"), [1.0, 2.0]);
    assert_eq!(values(&log, "\u{1F600}"), [3.0]);
    assert_eq!(check(b"\xEF\xBB\xBF{\"a\": 1}\n").lines.with_points, 1);
}

#[test]
fn a_log_is_read_from_a_file_and_what_is_none_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("metrics.jsonl");
    assert_eq!(metric_log::read(&path).unwrap_err().code(), "metric-log-missing");
    let text: String = (0..100_000).map(|step| format!("{{\"step\": {step}, \"loss\": 0.{step}}}\n")).collect();
    fs::write(&path, &text).unwrap();
    assert_eq!(metric_log::read(&path).unwrap(), metric_log::parse(text.as_bytes()));
    assert_eq!(metric_log::read(directory.path()).unwrap_err().code(), "metric-log-not-a-file");
}

/// Texts of numbers: any float in its shortest form, long decimals, integers.
fn number_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>()
            .prop_filter("JSON has no others", |value| value.is_finite())
            .prop_map(|value| format!("{value:?}")),
        any::<f64>()
            .prop_filter("JSON has no others", |value| value.is_finite())
            .prop_map(|value| format!("{value:e}")),
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        "-?(0|[1-9][0-9]{0,4})\\.[0-9]{1,12}",
        any::<i64>().prop_map(|value| value.to_string()),
        any::<u64>().prop_map(|value| value.to_string()),
    ]
}

/// What could stand in a line, whole or broken.
fn line_text() -> impl Strategy<Value = String> {
    let word = "[a-c\\\\\"u0d8é]{0,6}";
    let value = prop_oneof![
        number_text(),
        Just("true".to_owned()),
        Just("null".to_owned()),
        word.prop_map(|word| format!("\"{word}\"")),
        word.prop_map(|word| format!("[1, {{\"{word}\": [false]}}, []]")),
        "[-+0-9.eE]{1,6}",
        "[\\[\\]{}\",:a ]{1,6}",
    ];
    let entry = ("[a-e]|step|time", value).prop_map(|(key, value)| format!("\"{key}\" : {value}"));
    prop::collection::vec(entry, 0..5).prop_map(|entries| format!("{{{}}}", entries.join(", ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_number_is_rounded_as_serde_json_rounds_it(text in number_text()) {
        let log = metric_log::parse(format!("{{\"a\": {text}}}").as_bytes());
        match serde_json::from_str::<f64>(&text) {
            Ok(expected) => prop_assert_eq!(log.series["a"].values[0].to_bits(), expected.to_bits()),
            Err(_) => prop_assert_eq!(log.notes[0].kind, NoteKind::NumberOutOfRange),
        }
    }

    #[test]
    fn a_line_is_bad_exactly_if_serde_json_refuses_it(line in line_text()) {
        let log = check(line.as_bytes());
        // For serde_json `1e999` makes a line bad; here it is a value passed over.
        let may_be_out_of_range = log.notes.iter().any(|note| {
            matches!(note.kind, NoteKind::NumberOutOfRange | NoteKind::StepNotAnInteger | NoteKind::TimeNotInSeconds)
        });
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&line) {
            Ok(map) => {
                prop_assert_eq!(log.lines.bad, 0, "{}", line);
                for (key, value) in map.iter().filter(|(key, _)| *key != "step" && *key != "time") {
                    if let Some(expected) = value.as_f64() {
                        // serde_json keeps the last of equal keys.
                        let last = log.series[key].values.last().map(|value| value.to_bits());
                        prop_assert_eq!(last, Some(expected.to_bits()));
                    }
                }
            }
            Err(_) => prop_assert!(log.lines.bad == 1 || may_be_out_of_range, "{}", line),
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_every_line_is_accounted_for(bytes in prop::collection::vec(
        prop_oneof![any::<u8>(), prop::sample::select(b"{}\":,.-0123e\n\n\\uNaN [].".to_vec())], 0..300
    )) {
        let log = check(&bytes);
        let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
        let has_rest = bytes.last().is_some_and(|byte| *byte != b'\n');
        prop_assert_eq!(log.lines.read, (ends + usize::from(has_rest)) as u64);
        prop_assert!(log.series.values().all(|series| series.steps.len() == series.len()));
    }
}
