//! The commands that the README tells newcomers to run.
//!
//! Continuous integration runs the README's own test command, so that the
//! README cannot promise a command that fails.

use anyhow::{Context, Result};

use crate::{Outcome, workspace};

pub(crate) const HELP: &str = "\
Usage: cargo xtask readme-command N

Prints the N-th command (from 1) of the ```console blocks in README.md: the
lines that start with `$ `, in order, with lines ending in `\\` joined.
";

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    let [number] = arguments else {
        return Ok(Outcome::Usage("say which command, counted from 1".into()));
    };
    let Some(index) = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) else {
        return Ok(Outcome::Usage(format!("`{number}` is not a number from 1 on")));
    };
    let path = workspace::root()?.join("README.md");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let commands = commands(&text);
    let command = commands.get(index).with_context(|| {
        format!("README.md shows {} commands in ```console blocks, none is number {number}", commands.len())
    })?;
    println!("{command}");
    Ok(Outcome::Good)
}

/// Returns the commands of all `console` blocks of a Markdown text, in order.
fn commands(markdown: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut is_console = false;
    let mut is_block = false;
    let mut unfinished: Option<String> = None;
    for line in markdown.lines() {
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            is_block = !is_block;
            is_console = is_block && language == "console";
            commands.extend(unfinished.take());
            continue;
        }
        if !is_console {
            continue;
        }
        let part = match (&unfinished, line.strip_prefix("$ ")) {
            (Some(begun), _) => format!("{begun} {line}"),
            (None, Some(command)) => command.to_owned(),
            (None, None) => continue,
        };
        match part.strip_suffix('\\') {
            Some(begun) => unfinished = Some(begun.trim_end().to_owned()),
            None => {
                unfinished = None;
                commands.push(part);
            }
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &[&str]) {
        assert_eq!(commands(markdown), expected);
    }

    #[test]
    fn commands_come_from_console_blocks_in_order() {
        check(
            "# Name\n```console\n$ cargo run -- demo\nstudy judged\n$ cargo xtask test\n```\n\
             text\n```rust\n$ not a command\n```\n```console\n$ third\n```\n",
            &["cargo run -- demo", "cargo xtask test", "third"],
        );
    }

    #[test]
    fn a_command_may_span_lines() {
        check("```console\n$ cargo run \\\n    --release\noutput\n```\n", &["cargo run --release"]);
    }

    #[test]
    fn a_text_without_console_blocks_has_no_commands() {
        check("$ cargo test\n```\n$ cargo test\n```\n", &[]);
    }
}
