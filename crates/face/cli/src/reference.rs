//! Reference pages, made from the operations, the study file's schema and the
//! catalogues of metrics and methods.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use gosset_lab::CATALOGUE;
use serde_json::Value;

use crate::exit::{self, print};

/// A page of the reference.
struct Page {
    name: &'static str,
    make: fn() -> String,
}

/// All pages.
const PAGES: &[Page] = &[
    Page { name: "commands.md", make: commands_page },
    Page { name: "study-file.md", make: study_file_page },
    Page { name: "study.schema.json", make: study_schema_page },
    Page { name: "metrics.md", make: metrics_page },
    Page { name: "methods.md", make: methods_page },
];

/// Prints the page that the command line names, or the list of pages.
pub(crate) fn print_page(matches: &ArgMatches) -> ExitCode {
    if matches.get_flag("list") {
        let names: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
        print(&(names.join("\n") + "\n"));
        return ExitCode::SUCCESS;
    }
    let wanted = matches.get_one::<String>("page").map(String::as_str);
    match PAGES.iter().find(|page| Some(page.name) == wanted) {
        Some(page) => {
            print(&(page.make)());
            ExitCode::SUCCESS
        }
        None => {
            exit::say("error: there is no such page; see `gosset reference --list`\n");
            ExitCode::from(exit::USAGE)
        }
    }
}

fn argument_line(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let value = argument
        .get_value_names()
        .and_then(|names| names.first())
        .map_or_else(|| argument.get_id().to_string().to_uppercase(), ToString::to_string);
    let form = match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value,
    };
    format!("- `{form}`: {help}\n")
}

fn commands_page() -> String {
    let mut text = String::from(
        "# Commands\n\nEvery command understands `--json` (print the reply as JSON), `--lab FOLDER` (where the lab is looked for), `--quiet` and `--colour`. Results go to standard output, all else to standard error.\n\nExit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 study or configuration wrong, 4 the outside failed, 70 a bug.\n",
    );
    for entry in CATALOGUE {
        let command: Command = entry.command();
        text.push_str(&format!("\n## gosset {}\n\n", entry.path.join(" ")));
        let about = command.get_long_about().or_else(|| command.get_about());
        text.push_str(&about.map(ToString::to_string).unwrap_or_default());
        text.push('\n');
        let arguments: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
        if !arguments.is_empty() {
            text.push('\n');
        }
        for argument in arguments {
            text.push_str(&argument_line(argument));
        }
    }
    text
}

fn study_schema_page() -> String {
    let schema = gosset_model::study_schema();
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

fn metrics_page() -> String {
    let mut text = String::from(
        "# Metrics\n\nWhat `score` in a study file may name. Each is computed outside the program, from its predictions.\n",
    );
    for metric in gosset_lab::metrics() {
        let direction = if metric.is_maximized { "more is better" } else { "less is better" };
        let bound = |value: Option<f64>| value.map_or_else(|| "unbounded".to_owned(), |value| value.to_string());
        text.push_str(&format!(
            "\n## `{}`\n\n{}: {}\n\n- Direction: {direction}\n- Unit: {}\n- Range: {} to {}\n- Computed from: {}\n- Limits: {}\n- Source: {}\n",
            metric.id,
            metric.name,
            metric.documentation,
            metric.unit,
            bound(metric.low),
            bound(metric.high),
            metric.needs,
            metric.limits,
            metric.source
        ));
    }
    text
}

fn methods_page() -> String {
    let mut text = String::from(
        "# Statistical methods\n\nWhat `gosset stats METHOD FILE` computes, and what verdicts rest on. Every method is deterministic: what is random is drawn from the digest of the values.\n",
    );
    let mut before = None;
    for entry in gosset_lab::methods() {
        if before != Some(entry.group) {
            let (name, about) = entry.group;
            text.push_str(&format!("\n## {name}\n\n{about}\n"));
            before = Some(entry.group);
        }
        let method = entry.method;
        text.push_str(&format!("\n### `{}`: {}\n\n{}\n\n", method.id, method.name, method.question));
        if let Some(null) = method.null {
            text.push_str(&format!("- Null hypothesis: {null}\n"));
        }
        for assumption in method.assumptions {
            text.push_str(&format!("- Assumes: {assumption}\n"));
        }
        text.push_str(&format!("- Use it when: {}\n- Not when: {}\n", method.use_when, method.avoid_when));
        text.push_str(&format!("- Formula: {}\n", method.formula));
        for column in method.columns {
            let optional = if column.is_required { "" } else { " (optional)" };
            text.push_str(&format!("- Column `{}`{optional}: {}\n", column.role.word(), column.about));
        }
        for setting in method.settings {
            let usual = setting.usual.map(|usual| format!("; {usual} if absent")).unwrap_or_default();
            text.push_str(&format!("- Setting `{}`: {}{usual}\n", setting.name, setting.about));
        }
        for disagreement in method.disagreements {
            text.push_str(&format!("- Elsewhere: {disagreement}\n"));
        }
        for source in method.sources {
            text.push_str(&format!("- Source: {source}\n"));
        }
        text.push_str(&format!("\n```text\n{}```\n", entry.example));
    }
    text
}

fn study_file_page() -> String {
    let schema = gosset_model::study_schema().to_value();
    let mut text = String::from(
        "# The study file\n\nTOML, with these tables and keys. Keys marked * must be there. `gosset study new` writes a commented file to start from; the schema for editors is `study.schema.json`.\n",
    );
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let (heading, table) = described_table(&schema, name, property);
        text.push_str(&format!("\n## {heading}\n\n{}\n", sentence(property, table)));
        keys(&schema, table, &mut text);
    }
    text
}

/// The heading and the schema of the table behind a key of the study file.
fn described_table<'a>(schema: &'a Value, name: &str, property: &'a Value) -> (String, &'a Value) {
    if property["items"].is_object() {
        return (format!("[[{name}]]"), resolved(schema, &property["items"]));
    }
    if property["additionalProperties"].is_object() {
        return (format!("[{name}.NAME]"), resolved(schema, &property["additionalProperties"]));
    }
    (format!("[{name}]"), resolved(schema, property))
}

fn resolved<'a>(schema: &'a Value, part: &'a Value) -> &'a Value {
    let named = part["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"));
    if let Some(name) = named {
        return &schema["$defs"][name];
    }
    let branch = part["anyOf"].as_array().and_then(|branches| branches.iter().find(|branch| branch["type"] != "null"));
    branch.map_or(part, |branch| resolved(schema, branch))
}

fn sentence(property: &Value, target: &Value) -> String {
    let text = property["description"].as_str().or_else(|| target["description"].as_str()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keys(schema: &Value, table: &Value, text: &mut String) {
    let required: Vec<&str> = table["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = table["properties"].as_object() else { return };
    text.push('\n');
    for (key, property) in properties {
        let target = resolved(schema, property);
        let star = if required.contains(&key.as_str()) { "*" } else { "" };
        text.push_str(&format!("- `{key}`{star}: {}\n", sentence(property, target)));
        for (word, meaning) in choices(target) {
            text.push_str(&format!("  - `\"{word}\"`: {meaning}\n"));
        }
        if let Some(inner) = target["properties"].as_object() {
            let inner_required: Vec<&str> =
                target["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (inner_key, inner_property) in inner {
                let star = if inner_required.contains(&inner_key.as_str()) { "*" } else { "" };
                let inner_target = resolved(schema, inner_property);
                text.push_str(&format!("  - `{inner_key}`{star}: {}\n", sentence(inner_property, inner_target)));
            }
        }
    }
}

fn choices(target: &Value) -> Vec<(String, String)> {
    let branches = target["oneOf"].as_array().into_iter().flatten();
    branches.filter_map(|branch| Some((branch["const"].as_str()?.to_owned(), sentence(branch, branch)))).collect()
}
