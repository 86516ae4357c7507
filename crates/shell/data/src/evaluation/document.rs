//! JSON documents, opened one level at a time, whose errors name the place.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use super::EvaluationError;
use crate::json::{Elements, Entries, Fault, Value, whole};

/// One JSON document, and where it comes from.
pub(super) struct Document<'bytes> {
    file: String,
    /// What a field's place is called: the file, and the line if it is one.
    place: String,
    bytes: &'bytes [u8],
    /// The line of the file in which it begins, from 1.
    line: usize,
}

impl<'bytes> Document<'bytes> {
    pub(super) fn new(file: String, bytes: &'bytes [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        Self { place: file.clone(), file, bytes, line: 1 }
    }

    /// A document that is one line of a file.
    pub(super) fn of_line(path: &Path, bytes: &'bytes [u8], line: usize) -> Self {
        let file = path.display().to_string();
        Self { line, place: format!("{file}: line {line}"), ..Self::new(file, bytes) }
    }

    /// The object that it is.
    pub(super) fn object(&self) -> Result<Object<'_>, EvaluationError> {
        match whole(self.bytes).map_err(|fault| self.fault(self.bytes, fault))? {
            Value::Object(bytes) => Object::open(self, String::new(), bytes),
            other => Err(self.wrong("(the document)", &other, "an object")),
        }
    }

    /// The list that it is.
    pub(super) fn list(&self) -> Result<List<'_>, EvaluationError> {
        match whole(self.bytes).map_err(|fault| self.fault(self.bytes, fault))? {
            Value::List(bytes) => List::open(self, String::new(), bytes),
            other => Err(self.wrong("(the document)", &other, "a list")),
        }
    }

    /// A fault in `part`, which is a part of this document.
    fn fault(&self, part: &[u8], fault: Fault) -> EvaluationError {
        let start = (part.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize);
        let at = match fault {
            Fault::Unfinished => {
                let line = self.line + memchr::memchr_iter(b'\n', self.bytes).count();
                return EvaluationError::Unfinished { file: self.file.clone(), line };
            }
            Fault::NotAnObject => start,
            Fault::Syntax(at) | Fault::NotUtf8(at) => start + at,
        }
        .min(self.bytes.len());
        let before = &self.bytes[..at];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        EvaluationError::NotJson {
            file: self.file.clone(),
            line: self.line + memchr::memchr_iter(b'\n', before).count(),
            byte: at - line_start + 1,
            found: excerpt(&String::from_utf8_lossy(&self.bytes[at..self.bytes.len().min(at + 200)])),
        }
    }

    fn wrong(&self, field: &str, found: &Value<'_>, expected: impl Into<String>) -> EvaluationError {
        let (file, field, expected) = (self.place.clone(), field.to_owned(), expected.into());
        EvaluationError::WrongField { file, field, found: shown(found), expected }
    }
}

/// One object, its nested values unopened.
pub(super) struct Object<'doc> {
    document: &'doc Document<'doc>,
    trail: String,
    entries: Vec<(Cow<'doc, str>, Value<'doc>)>,
}

impl<'doc> Object<'doc> {
    fn open(document: &'doc Document<'doc>, trail: String, bytes: &'doc [u8]) -> Result<Self, EvaluationError> {
        let fault = |fault| document.fault(bytes, fault);
        let mut cursor = Entries::open(bytes).map_err(fault)?;
        let mut entries: Vec<(Cow<'doc, str>, Value<'doc>)> = Vec::new();
        while let Some((key, value)) = cursor.next().map_err(fault)? {
            entries.push((key, value));
        }
        let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
        keys.sort_unstable();
        if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
            let field = joined(&trail, pair[0]);
            return Err(EvaluationError::RepeatedField { file: document.place.clone(), field });
        }
        Ok(Self { document, trail, entries })
    }

    /// The value of a key, unless it is absent or `null`.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'doc>> {
        let value = self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)?;
        (!matches!(value, Value::Null)).then_some(value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name == key)
    }

    /// The keys and values, in the order of the file.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Value<'doc>)> {
        self.entries.iter().map(|(key, value)| (key.as_ref(), value))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone().into_owned())),
            Some(other) => Err(self.wrong(key, other, "a text")),
        }
    }

    pub(super) fn needed_text(&self, key: &str) -> Result<String, EvaluationError> {
        self.text(key)?.ok_or_else(|| self.missing(key, "a text"))
    }

    /// A text, or a number, a boolean, a list or an object as canonical text.
    pub(super) fn setting(&self, key: &str) -> Option<String> {
        self.get(key).map(setting)
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Integer(integer)) => Ok(Some(*integer as f64)),
            Some(Value::Float(number)) => Ok(Some(*number)),
            Some(other) => Err(self.wrong(key, other, "a number")),
        }
    }

    pub(super) fn count(&self, key: &str) -> Result<Option<u64>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => {
                whole_count(value).map(Some).ok_or_else(|| self.wrong(key, value, "a whole number from 0 up"))
            }
        }
    }

    pub(super) fn object(&self, key: &str) -> Result<Option<Object<'doc>>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Object(bytes)) => Object::open(self.document, joined(&self.trail, key), bytes).map(Some),
            Some(other) => Err(self.wrong(key, other, "an object")),
        }
    }

    pub(super) fn needed_object(&self, key: &str) -> Result<Object<'doc>, EvaluationError> {
        self.object(key)?.ok_or_else(|| self.missing(key, "an object"))
    }

    /// The object of a key; `None` also if it is something else.
    pub(super) fn object_if_one(&self, key: &str) -> Result<Option<Object<'doc>>, EvaluationError> {
        match self.get(key) {
            Some(Value::Object(_)) => self.object(key),
            _ => Ok(None),
        }
    }

    pub(super) fn list(&self, key: &str) -> Result<Option<List<'doc>>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::List(bytes)) => List::open(self.document, joined(&self.trail, key), bytes).map(Some),
            Some(other) => Err(self.wrong(key, other, "a list")),
        }
    }

    pub(super) fn needed_list(&self, key: &str) -> Result<List<'doc>, EvaluationError> {
        self.list(key)?.ok_or_else(|| self.missing(key, "a list"))
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, EvaluationError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::List(_)) => {
                let list = self.needed_list(key)?;
                Ok(Some(list.values.iter().map(setting).collect()))
            }
            Some(value) => Ok(Some(vec![setting(value)])),
        }
    }

    pub(super) fn missing(&self, key: &str, expected: &'static str) -> EvaluationError {
        EvaluationError::MissingField { file: self.document.place.clone(), field: joined(&self.trail, key), expected }
    }

    pub(super) fn wrong(&self, key: &str, found: &Value<'_>, expected: impl Into<String>) -> EvaluationError {
        self.document.wrong(&joined(&self.trail, key), found, expected)
    }
}

/// One list, its nested values unopened.
pub(super) struct List<'doc> {
    document: &'doc Document<'doc>,
    trail: String,
    pub(super) values: Vec<Value<'doc>>,
}

impl<'doc> List<'doc> {
    fn open(document: &'doc Document<'doc>, trail: String, bytes: &'doc [u8]) -> Result<Self, EvaluationError> {
        let fault = |fault| document.fault(bytes, fault);
        let mut cursor = Elements::open(bytes).map_err(fault)?;
        let mut values = Vec::new();
        while let Some(value) = cursor.next().map_err(fault)? {
            values.push(value);
        }
        Ok(Self { document, trail, values })
    }

    /// The elements, each of which must be an object.
    pub(super) fn objects(&self) -> impl Iterator<Item = Result<Object<'doc>, EvaluationError>> {
        self.values.iter().enumerate().map(|(at, value)| match value {
            Value::Object(bytes) => Object::open(self.document, format!("{}[{at}]", self.trail), bytes),
            other => Err(self.document.wrong(&format!("{}[{at}]", self.trail), other, "an object")),
        })
    }
}

fn joined(trail: &str, key: &str) -> String {
    if trail.is_empty() { key.to_owned() } else { format!("{trail}.{key}") }
}

fn whole_count(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Integer(integer) => u64::try_from(*integer).ok(),
        Value::Float(number) if number.trunc() == *number && (0.0..9e15).contains(number) => Some(*number as u64),
        _ => None,
    }
}

/// A text as it is; anything else as canonical JSON.
pub(super) fn setting(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.clone().into_owned(),
        other => canonical(other),
    }
}

/// JSON of one spelling: keys sorted, no white space, a whole number without a
/// point, the fewest digits that tell a number apart.
pub(super) fn canonical(value: &Value<'_>) -> String {
    let mut text = String::new();
    write_canonical(&mut text, value, &|_| true);
    text
}

/// The same, without the keys that `keeps` refuses.
pub(super) fn canonical_of_keys(value: &Value<'_>, keeps: &dyn Fn(&str) -> bool) -> String {
    let mut text = String::new();
    write_canonical(&mut text, value, keeps);
    text
}

fn write_canonical(out: &mut String, value: &Value<'_>, keeps: &dyn Fn(&str) -> bool) {
    match value {
        Value::Integer(integer) => out.push_str(&integer.to_string()),
        Value::Float(number) => out.push_str(&number_text(*number)),
        Value::BigInteger(digits) | Value::OutOfRange(digits) => out.push_str(digits),
        Value::Text(text) => write_quoted(out, text),
        Value::Boolean(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
        Value::List(bytes) => {
            out.push('[');
            // The bytes have been checked when their document was opened.
            if let Ok(mut elements) = Elements::open(bytes) {
                let mut is_first = true;
                while let Ok(Some(element)) = elements.next() {
                    if !std::mem::take(&mut is_first) {
                        out.push(',');
                    }
                    write_canonical(out, &element, keeps);
                }
            }
            out.push(']');
        }
        Value::Object(bytes) => {
            let mut members = Vec::new();
            if let Ok(mut entries) = Entries::open(bytes) {
                while let Ok(Some(entry)) = entries.next() {
                    members.push(entry);
                }
            }
            members.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            let mut is_first = true;
            for (key, member) in members.iter().filter(|(key, _)| keeps(key)) {
                if !std::mem::take(&mut is_first) {
                    out.push(',');
                }
                write_quoted(out, key);
                out.push(':');
                write_canonical(out, member, keeps);
            }
            out.push('}');
        }
    }
}

/// A number in the fewest digits; a whole one without a point.
pub(super) fn number_text(number: f64) -> String {
    const LARGEST_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;
    if number.trunc() == number && number.abs() <= LARGEST_EXACT_INTEGER {
        (number as i64).to_string()
    } else {
        number.to_string()
    }
}

/// Writes a JSON text with its quotation marks.
pub(super) fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                let _infallible = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A value for an error text.
pub(super) fn shown(value: &Value<'_>) -> String {
    match value {
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null => "null".to_owned(),
        other => excerpt(&setting(other)),
    }
}

/// The beginning of a text from a file, printable, in backticks.
pub(super) fn excerpt(text: &str) -> String {
    const MOST_LETTERS: usize = 40;
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(MOST_LETTERS).flat_map(char::escape_debug).collect();
    let dots = if letters.next().is_some() { "..." } else { "" };
    format!("`{shown}{dots}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Result<String, String> {
        let document = Document::new("log.json".to_owned(), text.as_bytes());
        let object = document.object().map_err(|error| error.to_string())?;
        object.needed_text("model").map_err(|error| error.to_string())
    }

    #[test]
    fn a_fault_names_its_line_and_byte() {
        assert_eq!(opened("{\"model\": \"m\"}").unwrap(), "m");
        let check = |text, expected| assert_eq!(opened(text).unwrap_err(), expected);
        check("{\"a\": 1,\n \"b\": x}", "log.json: line 2, byte 7: found `x}`, expected JSON");
        check("{\"a\": 1,\n", "log.json ends in line 2, before its JSON document does");
        check("{} {}", "log.json: line 1, byte 4: found `{}`, expected JSON");
        check("[1]", "log.json: `(the document)`: found a list, expected an object");
        check("{}", "log.json: `model` is missing, expected a text");
        check("{\"model\": 7}", "log.json: `model`: found `7`, expected a text");
        check("{\"model\": 7, \"model\": 8}", "log.json: `model` stands twice in one object");
    }

    #[test]
    fn canonical_text_forgets_order_and_spelling() {
        let check = |text: &str, expected: &str| assert_eq!(canonical(&whole(text.as_bytes()).unwrap()), expected);
        check("{\"b\": [1.0, 0.10, -0.0, null], \"a\": \"\\u00e4\\n\"}", "{\"a\":\"ä\\n\",\"b\":[1,0.1,0,null]}");
        check(" [ ] ", "[]");
        check("[NaN, true, \"\\u0001\"]", "[NaN,true,\"\\u0001\"]");
    }
}
