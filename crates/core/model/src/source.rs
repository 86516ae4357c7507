use std::collections::BTreeMap;

use schemars::Schema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Mistake, Mistakes, Position, StudyFile};

/// The JSON Schema of a study file, for editors and for [`StudySource::read`].
#[must_use]
pub fn study_schema() -> Schema {
    schemars::schema_for!(StudyFile)
}

/// A study file that reads well, with the place of every key.
#[derive(Debug, Clone)]
pub struct StudySource {
    /// What was written.
    pub file: StudyFile,
    places: Places,
}

impl StudySource {
    /// Reads a study file, collecting every mistake of form: syntax, unknown
    /// and missing keys, values of the wrong kind.
    ///
    /// # Errors
    /// [`Mistakes`] with the place of each and what would be right.
    pub fn read(text: &str) -> Result<Self, Mistakes> {
        let (file, places) = read(text, &study_schema().to_value())?;
        Ok(Self { file, places })
    }

    /// The place of `key`, or of the nearest table around it.
    #[must_use]
    pub fn place(&self, key: &str) -> Position {
        self.places.place(key)
    }
}

/// The place of every key of a file.
#[derive(Debug, Clone)]
pub(crate) struct Places(BTreeMap<String, Position>);

impl Places {
    /// The place of `key`, or of the nearest table around it.
    pub(crate) fn place(&self, key: &str) -> Position {
        let mut key = key;
        loop {
            if let Some(place) = self.0.get(key) {
                return *place;
            }
            match key.rfind(['.', '[']) {
                Some(end) => key = &key[..end],
                None => return Position { line: 1, column: 1 },
            }
        }
    }
}

/// Reads a file by its schema, collecting every mistake of form.
pub(crate) fn read<T: DeserializeOwned>(text: &str, schema: &Value) -> Result<(T, Places), Mistakes> {
    let (document, syntax) = DeTable::parse_recoverable(text);
    if !syntax.is_empty() {
        let mut mistakes: Vec<Mistake> = syntax.iter().map(|error| of_toml(text, error)).collect();
        mistakes.sort_by_key(|mistake| mistake.at);
        return Err(Mistakes(mistakes));
    }
    let mut walk = Walk { text, schema, places: BTreeMap::new(), mistakes: Vec::new() };
    walk.table(document.get_ref(), Position { line: 1, column: 1 }, schema, "");
    let Walk { places, mut mistakes, .. } = walk;
    if mistakes.is_empty() {
        match toml::from_str(text) {
            Ok(file) => return Ok((file, Places(places))),
            Err(error) => mistakes.push(of_toml(text, &error)),
        }
    }
    mistakes.sort_by_key(|mistake| mistake.at);
    Err(Mistakes(mistakes))
}

fn of_toml(text: &str, error: &toml::de::Error) -> Mistake {
    Mistake {
        at: Position::of(text, error.span().map_or(0, |span| span.start)),
        key: String::new(),
        what: error.message().to_owned(),
        hint: None,
    }
}

/// Names the known word nearest to `word`, if one is near: of its letters and
/// those of the word, a third may differ.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(word.chars().count()) / 3 + 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Joins words as in "`a`, `b` or `c`".
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

struct Walk<'a> {
    text: &'a str,
    schema: &'a Value,
    places: BTreeMap<String, Position>,
    mistakes: Vec<Mistake>,
}

impl Walk<'_> {
    fn mistake(&mut self, at: Position, key: &str, what: String, hint: Option<String>) {
        self.mistakes.push(Mistake { at, key: key.to_owned(), what, hint });
    }

    /// Follows `$ref` and the non-null branch of an optional.
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = schema;
        loop {
            if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
                schema = &self.schema["$defs"][name];
            } else if let Some(branch) =
                schema["anyOf"].as_array().and_then(|branches| branches.iter().find(|branch| branch["type"] != "null"))
            {
                schema = branch;
            } else {
                return schema;
            }
        }
    }

    fn table(&mut self, table: &DeTable<'_>, at: Position, schema: &Value, path: &str) {
        let no_properties = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&no_properties);
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let key_path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let key_at = Position::of(self.text, key.span().start);
            self.places.insert(key_path.clone(), key_at);
            if let Some(problem) = name_problem(self.resolved(&schema["propertyNames"]), name) {
                self.mistake(key_at, &key_path, problem, None);
            }
            if let Some(property) = properties.get(name) {
                self.value(value, property, &key_path);
            } else if schema["additionalProperties"].is_object() {
                self.value(value, &schema["additionalProperties"], &key_path);
            } else {
                let what = if path.is_empty() {
                    format!("unknown key `{name}`")
                } else {
                    format!("unknown key `{name}` in `{path}`")
                };
                let known = properties.keys().map(String::as_str);
                let hint = match (nearest(name, known.clone()), self.table_of(name)) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, Some(table)) => format!("move it to [{table}]"),
                    (None, None) => format!("known keys: {}", listed(known)),
                };
                self.mistake(key_at, &key_path, what, Some(hint));
            }
        }
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !table.keys().any(|key| key.get_ref() == required) {
                let key_path = if path.is_empty() { required.to_owned() } else { format!("{path}.{required}") };
                let about = properties.get(required).map(|property| self.described(property)).unwrap_or_default();
                let what = format!("`{required}` is missing");
                self.mistake(at, &key_path, what, Some(format!("add `{required}`: {about}")));
            }
        }
    }

    /// The table of the file that has a key called `name`.
    fn table_of(&self, name: &str) -> Option<&str> {
        let mut tables = self.schema["properties"].as_object()?.iter();
        tables
            .find(|(_, table)| self.resolved(table)["properties"].get(name).is_some())
            .map(|(table, _)| table.as_str())
    }

    fn described(&self, schema: &Value) -> String {
        let text = schema["description"].as_str().or_else(|| self.resolved(schema)["description"].as_str());
        text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, schema: &Value, path: &str) {
        let about = self.described(schema);
        let schema = self.resolved(schema).clone();
        let at = Position::of(self.text, value.span().start);
        if let Some(words) = choices(&schema) {
            let DeValue::String(word) = value.get_ref() else {
                let what = format!("expected a text, found {}", kind(value.get_ref()));
                return self.mistake(
                    at,
                    path,
                    what,
                    Some(format!("write one of {}", listed(words.iter().map(String::as_str)))),
                );
            };
            if !words.iter().any(|known| known == word) {
                let known = words.iter().map(String::as_str);
                let near =
                    nearest(word, known.clone()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                self.mistake(
                    at,
                    path,
                    format!("`{word}` is not a choice"),
                    Some(format!("{near}choices: {}", listed(known))),
                );
            }
            return;
        }
        if !accepts(&schema, value.get_ref()) {
            let hint = if about.is_empty() { None } else { Some(about) };
            let what = format!("expected {}, found {}", expected(&schema), kind(value.get_ref()));
            return self.mistake(at, path, what, hint);
        }
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, at, &schema, path),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let item_path = format!("{path}[{index}]");
                    self.places.insert(item_path.clone(), Position::of(self.text, item.span().start));
                    self.value(item, &schema["items"], &item_path);
                }
                let (least, most) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64());
                let got = items.len() as u64;
                if least.is_some_and(|least| got < least) || most.is_some_and(|most| got > most) {
                    let wanted = least.or(most).unwrap_or_default();
                    self.mistake(at, path, format!("expected {wanted} items, found {got}"), Some(about));
                }
            }
            DeValue::Integer(integer) => {
                let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
                let (least, most) = integer_range(&schema);
                if number.is_none_or(|number| number < least || number > most) {
                    let hint = format!("write a whole number between {least} and {most}");
                    self.mistake(at, path, format!("{} is out of range", written(value.get_ref())), Some(hint));
                }
            }
            DeValue::Float(number) => {
                if !number.as_str().parse().is_ok_and(f64::is_finite) {
                    let what = format!("{number} is not a finite number");
                    self.mistake(at, path, what, Some(about).filter(|about| !about.is_empty()));
                }
            }
            DeValue::String(text) => {
                if let Some(problem) = name_problem(&schema, text) {
                    self.mistake(at, path, problem, None);
                }
            }
            DeValue::Boolean(_) | DeValue::Datetime(_) => {}
        }
    }
}

/// What is wrong with `text` where the schema asks for a [`crate::Name`].
fn name_problem(schema: &Value, text: &str) -> Option<String> {
    let is_name = schema["maxLength"] == crate::Name::LONGEST;
    if is_name { crate::Name::new(text).err().map(|error| error.to_string()) } else { None }
}

/// The least and the most that the schema allows an integer.
fn integer_range(schema: &Value) -> (i128, i128) {
    let (least, most) = match schema["format"].as_str() {
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64") => (0, u64::MAX.into()),
        Some(_) | None => (i64::MIN.into(), i64::MAX.into()),
    };
    let bound = |name: &str| schema[name].as_i64().map(i128::from);
    (bound("minimum").unwrap_or(least), bound("maximum").unwrap_or(most))
}

/// The words an enumeration allows.
fn choices(schema: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(words) = schema["enum"].as_array() {
        return Some(words.iter().filter_map(text).collect());
    }
    if let Some(word) = text(&schema["const"]) {
        return Some(vec![word]);
    }
    let branches = schema["oneOf"].as_array()?;
    Some(branches.iter().filter_map(choices).flatten().collect())
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn accepts(schema: &Value, value: &DeValue<'_>) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.iter().any(|name| {
            matches!(
                (*name, value),
                ("string", DeValue::String(_))
                    | ("integer" | "number", DeValue::Integer(_))
                    | ("number", DeValue::Float(_))
                    | ("boolean", DeValue::Boolean(_))
                    | ("array", DeValue::Array(_))
                    | ("object", DeValue::Table(_))
            )
        })
}

fn expected(schema: &Value) -> String {
    let types = types(schema);
    let words: Vec<&str> = types
        .iter()
        .filter(|name| **name != "integer" || !types.contains(&"number"))
        .map(|name| match *name {
            "string" => "a text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "a table",
            other => other,
        })
        .collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => format!("the text `{}`", written(value)),
        DeValue::Integer(_) => format!("the whole number {}", written(value)),
        DeValue::Float(_) => format!("the number {}", written(value)),
        DeValue::Boolean(_) => format!("`{}`", written(value)),
        DeValue::Datetime(_) => format!("the date {}", written(value)),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A plain value as it is written, cut where it is long.
fn written(value: &DeValue<'_>) -> String {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => String::new(),
    };
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
