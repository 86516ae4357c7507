//! Exit codes and the words on standard error.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use gosset_lab::{Answer, Kind, LabError};
use gosset_model::Explain;

pub(crate) const USAGE: u8 = 2;

/// The exit code of an answer.
pub(crate) fn answered(answer: Answer) -> ExitCode {
    match answer {
        Answer::Yes => ExitCode::SUCCESS,
        Answer::No => ExitCode::from(1),
    }
}

/// Says what went wrong and returns the exit code for it.
pub(crate) fn failed(error: &LabError, as_json: bool) -> ExitCode {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    let mut text = String::new();
    if as_json {
        let value = serde_json::json!({
            "error": { "code": error.code(), "message": error.to_string(), "causes": causes, "hints": error.hints() }
        });
        text.push_str(&value.to_string());
        text.push('\n');
    } else {
        text.push_str(&format!("error: {error}\n"));
        for cause in causes {
            text.push_str(&format!("  because: {cause}\n"));
        }
        for hint in error.hints() {
            text.push_str(&format!("  hint: {hint}\n"));
        }
    }
    say(&text);
    ExitCode::from(match error.kind() {
        Kind::Usage => USAGE,
        Kind::Study => 3,
        Kind::Outside => 4,
    })
}

/// Says that it was our fault.
pub(crate) fn bug() -> ExitCode {
    say("error: this is a bug in Gosset; nothing that was recorded is lost\n  hint: report it with the text above\n");
    ExitCode::from(70)
}

/// Writes to standard error.
pub(crate) fn say(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).ok(); // There is nobody else to tell.
}

/// Writes to standard output; a reader that went away is no failure.
pub(crate) fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).ok(); // The reader has read enough.
}
