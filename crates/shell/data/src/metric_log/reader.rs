use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::note::{Notes, excerpt};
use super::{Note, NoteKind};
use crate::json::{Entries, Fault, Value};
use crate::series::Series;

const MOST_LINE_BYTES: usize = 1 << 20;
const MOST_METRICS: usize = 10_000;
const MOST_NAME_BYTES: usize = 250;
const READ_BYTES: usize = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// The first second of the year 10000.
const END_OF_TIME_SECS: f64 = 253_402_300_800.0;

/// A metric log, read.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricLog {
    /// The points of each metric, in the order of the log.
    pub series: BTreeMap<String, Series>,
    /// What the lines were.
    pub lines: LineCounts,
    /// What was wrong, one note a kind, in the order of [`NoteKind::ALL`].
    pub notes: Vec<Note>,
}

/// How many lines a log has, and of which kind; the kinds add up to `read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// All lines; a last line without a line end counts.
    pub read: u64,
    /// Objects that gave a point at least.
    pub with_points: u64,
    /// Objects that gave none, such as `{"step": 1}`.
    pub without_points: u64,
    /// Lines of nothing but white space.
    pub blank: u64,
    /// Lines that are not a JSON object, or too long.
    pub bad: u64,
}

/// Why a metric log cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum MetricLogError {
    /// There is no such file.
    #[error("there is no metric log at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It is a directory, a pipe or a device.
    #[error("the metric log {} is not a regular file", path.display())]
    NotAFile {
        /// The place.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("the metric log {} cannot be read", path.display())]
    Unreadable {
        /// The place.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl MetricLogError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "metric-log-missing",
            Self::NotAFile { .. } => "metric-log-not-a-file",
            Self::Unreadable { .. } => "metric-log-unreadable",
        }
    }

    /// What the reader can do.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Missing { .. } => {
                vec!["append the metrics to the file named by the environment variable `GOSSET_METRICS`".to_owned()]
            }
            Self::NotAFile { .. } | Self::Unreadable { .. } => Vec::new(),
        }
    }
}

/// Reads the metric log at `path` to its present end.
///
/// # Errors
/// [`MetricLogError`] if there is no file to read. What is in the file is
/// never an error: see [`MetricLog::notes`].
pub fn read(path: &Path) -> Result<MetricLog, MetricLogError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => MetricLogError::Missing { path: path.to_owned() },
        _ => MetricLogError::Unreadable { path: path.to_owned(), source },
    };
    // Opening a pipe would wait for its writer.
    if !path.metadata().map_err(refused)?.is_file() {
        return Err(MetricLogError::NotAFile { path: path.to_owned() });
    }
    let mut file = File::open(path).map_err(refused)?;
    let mut reader = MetricLogReader::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(reader.finish()),
            Ok(count) => reader.push(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(refused(error)),
        }
    }
}

/// Reads a metric log that is in memory.
#[must_use]
pub fn parse(bytes: &[u8]) -> MetricLog {
    let mut reader = MetricLogReader::new();
    reader.push(bytes);
    reader.finish()
}

/// Reads a metric log piece by piece; where the pieces are cut makes no
/// difference.
#[derive(Debug, Default)]
pub struct MetricLogReader {
    metrics: Vec<Metric>,
    by_name: HashMap<String, usize>,
    /// For each place in a line, the metric that stood there last.
    expected: Vec<usize>,
    /// The points of the line at hand: metric and value.
    points: Vec<(usize, f64)>,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    lines: LineCounts,
    notes: Notes,
}

#[derive(Debug)]
struct Metric {
    name: String,
    series: Series,
    /// How many lines gave a point, and the number of the last of them.
    n_lines: i64,
    last_line: u64,
    highest_step: i64,
    /// Every step so far; filled only once the steps do not rise any more.
    steps_seen: Option<HashSet<i64>>,
}

/// The step and time of one line.
#[derive(Default)]
struct Place {
    step: Option<i64>,
    time_ms: Option<i64>,
}

/// Whether a scan may add names and notes. The first scan of a line may not,
/// since the line can still turn out bad.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    Trial,
    Record,
}

impl MetricLogReader {
    /// Begins an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next piece of the log.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let line = &bytes[..end];
            bytes = &bytes[end + 1..];
            if self.partial.is_empty() {
                self.line(line, true);
            } else {
                self.keep(line);
                let mut whole = std::mem::take(&mut self.partial);
                self.line(&whole, true);
                whole.clear();
                self.partial = whole;
            }
        }
        self.keep(bytes);
    }

    /// Ends the log; what stands after the last line end counts as a line.
    #[must_use]
    pub fn finish(mut self) -> MetricLog {
        if !self.partial.is_empty() {
            let last = std::mem::take(&mut self.partial);
            self.line(&last, false);
        }
        let series = self.metrics.into_iter().map(|metric| (metric.name, metric.series)).collect();
        MetricLog { series, lines: self.lines, notes: self.notes.into_list() }
    }

    /// Keeps the beginning of a line, and of a line that is too long just
    /// enough to know that it is.
    fn keep(&mut self, bytes: &[u8]) {
        let room = MOST_LINE_BYTES + 1 - self.partial.len();
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn line(&mut self, mut line: &[u8], has_end: bool) {
        self.lines.read += 1;
        if self.lines.read == 1 {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            self.lines.blank += 1;
            return;
        }
        if line.len() > MOST_LINE_BYTES {
            self.bad(NoteKind::LineTooLong, line);
            return;
        }
        match self.object(line) {
            Ok(place) => self.record(&place),
            Err(Fault::NotAnObject) => self.bad(NoteKind::NotAnObject, line),
            Err(Fault::Syntax(_) | Fault::Unfinished | Fault::NotUtf8(_)) if has_end => {
                self.bad(NoteKind::NotJson, line);
            }
            Err(Fault::Syntax(_) | Fault::Unfinished | Fault::NotUtf8(_)) => {
                self.bad(NoteKind::UnfinishedLastLine, line);
            }
        }
    }

    fn bad(&mut self, kind: NoteKind, line: &[u8]) {
        self.lines.bad += 1;
        self.notes.add(kind, self.lines.read, || excerpt(line));
    }

    /// Reads a line into `points`.
    fn object(&mut self, line: &[u8]) -> Result<Place, Fault> {
        match self.scan(line, Scan::Trial)? {
            Some(place) => Ok(place),
            None => Ok(self.scan(line, Scan::Record)?.unwrap_or_default()),
        }
    }

    /// Reads a line into `points`; a trial gives `None` if the line has a name
    /// or a note to record.
    fn scan(&mut self, line: &[u8], scan: Scan) -> Result<Option<Place>, Fault> {
        self.points.clear();
        let mut place = Place::default();
        let mut has_more_to_record = false;
        let mut entries = Entries::open(line)?;
        while let Some((key, value)) = entries.next()? {
            let outcome = match key.as_ref() {
                "step" => step(&value).map(|step| place.step = Some(step)),
                "time" => time_ms(&value).map(|time_ms| place.time_ms = Some(time_ms)),
                name => match point(&value) {
                    Ok(value) => self.metric(name, scan).map(|metric| {
                        if let Some(metric) = metric {
                            self.points.push((metric, value));
                        } else {
                            has_more_to_record = true;
                        }
                    }),
                    Err(kind) => Err(kind),
                },
            };
            if let Err(kind) = outcome {
                has_more_to_record = true;
                if scan == Scan::Record {
                    self.notes.add(kind, self.lines.read, || entry_excerpt(&key, &value));
                }
            }
        }
        Ok(if scan == Scan::Trial && has_more_to_record { None } else { Some(place) })
    }

    /// The metric of this name; a trial gives `None` if it would be the first
    /// of its name.
    #[inline]
    fn metric(&mut self, name: &str, scan: Scan) -> Result<Option<usize>, NoteKind> {
        let place = self.points.len();
        if let Some(&expected) = self.expected.get(place)
            && self.metrics[expected].name == name
        {
            return Ok(Some(expected));
        }
        let metric = match self.by_name.get(name) {
            Some(&metric) => metric,
            None if name.len() > MOST_NAME_BYTES => return Err(NoteKind::NameTooLong),
            None if self.metrics.len() == MOST_METRICS => return Err(NoteKind::TooManyMetrics),
            None if scan == Scan::Trial => return Ok(None),
            None => {
                self.metrics.push(Metric {
                    name: name.to_owned(),
                    series: Series::default(),
                    n_lines: 0,
                    last_line: 0,
                    highest_step: i64::MIN,
                    steps_seen: None,
                });
                self.by_name.insert(name.to_owned(), self.metrics.len() - 1);
                self.metrics.len() - 1
            }
        };
        match self.expected.get_mut(place) {
            Some(expected) => *expected = metric,
            None => self.expected.push(metric),
        }
        Ok(Some(metric))
    }

    /// Adds the points of a line to their series.
    fn record(&mut self, place: &Place) {
        let line = self.lines.read;
        if self.points.is_empty() {
            self.lines.without_points += 1;
        } else {
            self.lines.with_points += 1;
        }
        for &(metric, value) in &self.points {
            let metric = &mut self.metrics[metric];
            if metric.last_line != line {
                metric.last_line = line;
                metric.n_lines += 1;
            }
            let step = place.step.unwrap_or(metric.n_lines - 1);
            if metric.has_step(step) {
                self.notes.add(NoteKind::RepeatedStep, line, || {
                    format!("`{}` at step {step}", excerpt(metric.name.as_bytes()))
                });
            }
            metric.series.steps.push(step);
            metric.series.times_ms.push(place.time_ms);
            metric.series.values.push(value);
        }
    }
}

impl Metric {
    /// Whether a point has this step already; remembers it.
    #[inline]
    fn has_step(&mut self, step: i64) -> bool {
        let Some(&last) = self.series.steps.last() else {
            self.highest_step = step;
            return false;
        };
        if step == last {
            return true;
        }
        let rises = step > self.highest_step;
        if rises {
            self.highest_step = step;
            if self.steps_seen.is_none() {
                return false;
            }
        }
        let steps = &self.series.steps;
        let steps_seen = self.steps_seen.get_or_insert_with(|| steps.iter().copied().collect());
        !steps_seen.insert(step)
    }
}

#[inline]
fn step(value: &Value<'_>) -> Result<i64, NoteKind> {
    match value {
        Value::Integer(step) => Ok(*step),
        Value::Float(step) if step.trunc() == *step && step.abs() <= 2_f64.powi(53) => Ok(*step as i64),
        _ => Err(NoteKind::StepNotAnInteger),
    }
}

#[inline]
fn time_ms(value: &Value<'_>) -> Result<i64, NoteKind> {
    let time_secs = match value {
        Value::Integer(time) => *time as f64,
        Value::Float(time) => *time,
        _ => return Err(NoteKind::TimeNotInSeconds),
    };
    if (0.0..END_OF_TIME_SECS).contains(&time_secs) {
        Ok((time_secs * 1000.0).round() as i64)
    } else {
        Err(NoteKind::TimeNotInSeconds)
    }
}

#[inline]
fn point(value: &Value<'_>) -> Result<f64, NoteKind> {
    match value {
        Value::Float(value) => Ok(*value),
        Value::Integer(value) => Ok(*value as f64),
        Value::BigInteger(digits) => digits.parse().map_err(|_| NoteKind::NumberOutOfRange),
        Value::OutOfRange(_) => Err(NoteKind::NumberOutOfRange),
        Value::Text(text) => match text.as_ref() {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(NoteKind::Text),
        },
        Value::Boolean(_) => Err(NoteKind::Boolean),
        Value::Null => Err(NoteKind::Null),
        Value::List(_) | Value::Object(_) => Err(NoteKind::Nested),
    }
}

fn entry_excerpt(key: &str, value: &Value<'_>) -> String {
    let value: Cow<'_, str> = match value {
        Value::Integer(value) => value.to_string().into(),
        Value::Float(value) => value.to_string().into(),
        Value::BigInteger(digits) | Value::OutOfRange(digits) => excerpt(digits.as_bytes()).into(),
        Value::Text(text) => format!("\"{}\"", excerpt(text.as_bytes())).into(),
        Value::Boolean(value) => value.to_string().into(),
        Value::Null => "null".into(),
        Value::List(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    };
    format!("`{}`: {value}", excerpt(key.as_bytes()))
}
