//! The JSON Schema of study files.

use gosset_model::study_schema;
use serde_json::Value;

use crate::support::{ABLATION, BENCHMARK, GOOD, SCALING};

/// Keywords of JSON Schema 2020-12 that our schema uses, with the type of
/// their values.
fn is_keyword(name: &str, value: &Value) -> bool {
    match name {
        "$schema" | "$ref" | "title" | "description" | "format" => value.is_string(),
        "type" => {
            let is_type = |value: &Value| {
                let types = ["string", "integer", "number", "boolean", "array", "object", "null"];
                value.as_str().is_some_and(|name| types.contains(&name))
            };
            is_type(value) || value.as_array().is_some_and(|names| !names.is_empty() && names.iter().all(is_type))
        }
        "properties" | "$defs" => value.is_object(),
        "required" | "enum" => value.is_array(),
        "anyOf" | "oneOf" => value.as_array().is_some_and(|branches| !branches.is_empty()),
        "items" | "propertyNames" => value.is_object(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "minimum" | "maximum" => value.is_number(),
        "minItems" | "maxItems" | "minLength" | "maxLength" => value.is_u64(),
        "const" | "default" => true,
        _ => false,
    }
}

/// Visits every schema within `schema`.
fn walk(schema: &Value, visit: &mut impl FnMut(&Value)) {
    visit(schema);
    let members = |name: &str| schema[name].as_object().into_iter().flat_map(serde_json::Map::values);
    let branches = |name: &str| schema[name].as_array().into_iter().flatten();
    for inner in members("properties").chain(members("$defs")).chain(branches("anyOf")).chain(branches("oneOf")) {
        walk(inner, visit);
    }
    for name in ["items", "propertyNames", "additionalProperties"] {
        if schema[name].is_object() {
            walk(&schema[name], visit);
        }
    }
}

/// Says where `value` does not fit `schema`, by the keywords above.
fn misfits(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return misfits(root, root.pointer(name.trim_start_matches('#')).unwrap(), value, path, found);
    }
    for group in ["anyOf", "oneOf"] {
        let Some(branches) = schema[group].as_array() else { continue };
        let fitting = branches.iter().filter(|branch| {
            let mut inner = Vec::new();
            misfits(root, branch, value, path, &mut inner);
            inner.is_empty()
        });
        let count = fitting.count();
        if count == 0 || (group == "oneOf" && count > 1) {
            found.push(format!("{path}: {count} branches of {group} fit"));
        }
    }
    let is_of = |name: &str| match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|name| is_of(name)) {
        found.push(format!("{path}: {value} is none of {types:?}"));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{path}: {value} is not {}", schema["const"]));
    }
    if let Some(table) = value.as_object() {
        for (name, inner) in table {
            let path = format!("{path}/{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(property), _) => misfits(root, property, inner, &path, found),
                (None, Value::Object(_)) => misfits(root, &schema["additionalProperties"], inner, &path, found),
                (None, Value::Bool(false)) => found.push(format!("{path} is unknown")),
                (None, _) => {}
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !table.contains_key(name) {
                found.push(format!("{path}: {name} is missing"));
            }
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            misfits(root, &schema["items"], item, &format!("{path}/{index}"), found);
        }
    }
}

#[test]
fn the_schema_uses_known_keywords_and_its_references_resolve() {
    // Python's jsonschema 4.26 finds the schema valid under the metaschema of
    // draft 2020-12; this keeps it to the keywords that were in it then.
    let schema = study_schema().to_value();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    walk(&schema, &mut |inner| {
        for (name, value) in inner.as_object().unwrap() {
            assert!(is_keyword(name, value), "`{name}`: {value}");
        }
        if let Some(path) = inner["$ref"].as_str() {
            assert!(schema.pointer(path.trim_start_matches('#')).is_some(), "{path} leads nowhere");
        }
    });
}

#[test]
fn the_good_files_fit_the_schema() {
    let schema = study_schema().to_value();
    for text in [GOOD, ABLATION, SCALING, BENCHMARK] {
        let file: Value = toml::from_str(text).unwrap();
        let mut found = Vec::new();
        misfits(&schema, &schema, &file, "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn the_good_files_use_every_key_of_the_schema() {
    // So that the tests which break it leave nothing out.
    let schema = study_schema().to_value();
    let mut unused = Vec::new();
    walk(&schema, &mut |inner| {
        for name in inner["properties"].as_object().into_iter().flat_map(serde_json::Map::keys) {
            // These go with other designs; `horizons.rs` uses them.
            if ["looks", "effect_scale", "test_to_train"].contains(&name.as_str()) {
                continue;
            }
            let is_used = [GOOD, ABLATION, SCALING, BENCHMARK].iter().any(|text| {
                ["{name} = ", "[{name}", ".{name}]"].iter().any(|way| text.contains(&way.replace("{name}", name)))
            });
            if !is_used {
                unused.push(name.clone());
            }
        }
    });
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn every_key_and_choice_is_described() {
    let schema = study_schema().to_value();
    let describes = |inner: &Value| {
        inner["description"].is_string()
            || inner["$ref"].as_str().is_some_and(|path| schema.pointer(&path[1..]).unwrap()["description"].is_string())
    };
    walk(&schema, &mut |inner| {
        for (name, property) in inner["properties"].as_object().into_iter().flatten() {
            assert!(describes(property), "`{name}` has no description");
        }
        for branch in inner["oneOf"].as_array().into_iter().flatten() {
            assert!(describes(branch), "{branch} has no description");
        }
    });
}
