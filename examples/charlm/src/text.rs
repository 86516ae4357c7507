//! Characters as symbols, and the files that hold them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many characters the network sees before the one it foresees.
pub(crate) const CONTEXT: usize = 8;

/// The characters of the text; a symbol is a place in this list.
const ALPHABET: &str = "\n !'(),-.:;?abcdefghijklmnopqrstuvwxyz";

/// How many symbols there are.
pub(crate) const SYMBOLS: usize = ALPHABET.len();

/// What can be wrong with a file of characters.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TextError {
    #[error("cannot read {path}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} holds {character:?} in line {line}, which is none of the {SYMBOLS} known characters")]
    Character { path: PathBuf, line: usize, character: char },
    #[error("{path} has {got} characters, {needed} are asked for")]
    TooShort { path: PathBuf, got: usize, needed: usize },
    #[error("line {line} of {path} is not an id and {CONTEXT} symbols from 0 to {}", SYMBOLS - 1)]
    Context { path: PathBuf, line: usize },
}

/// Reads a text as symbols.
///
/// # Errors
/// [`TextError`] if it cannot be read, holds another character, or has fewer
/// than `needed` characters.
pub(crate) fn read_text(path: &Path, needed: usize) -> Result<Vec<u8>, TextError> {
    let text = read(path)?;
    let mut symbols = Vec::with_capacity(text.len());
    for (line, words) in text.split_inclusive('\n').enumerate() {
        for character in words.chars() {
            let symbol = ALPHABET.chars().position(|known| known == character);
            let symbol = symbol.and_then(|symbol| u8::try_from(symbol).ok());
            symbols.push(symbol.ok_or_else(|| TextError::Character {
                path: path.to_owned(),
                line: line + 1,
                character,
            })?);
        }
    }
    if symbols.len() < needed {
        return Err(TextError::TooShort { path: path.to_owned(), got: symbols.len(), needed });
    }
    Ok(symbols)
}

/// Contexts behind which a character is to be foreseen.
#[derive(Debug)]
pub(crate) struct Contexts {
    /// What each is called.
    pub(crate) ids: Vec<String>,
    /// Their symbols, one context after the other.
    pub(crate) symbols: Vec<u8>,
}

/// Reads contexts from a CSV file with the columns id, c0 to c7.
///
/// # Errors
/// [`TextError`] if it cannot be read or holds anything else.
pub(crate) fn read_contexts(path: &Path) -> Result<Contexts, TextError> {
    let text = read(path)?;
    let mut contexts = Contexts { ids: Vec::new(), symbols: Vec::new() };
    for (index, line) in text.lines().enumerate().skip(1) {
        let wrong = || TextError::Context { path: path.to_owned(), line: index + 1 };
        let (id, rest) = line.split_once(',').ok_or_else(wrong)?;
        let symbols: Option<Vec<u8>> = rest.split(',').map(|symbol| symbol.parse::<u8>().ok()).collect();
        let is_known =
            |symbols: &Vec<u8>| symbols.len() == CONTEXT && symbols.iter().all(|symbol| usize::from(*symbol) < SYMBOLS);
        contexts.symbols.extend(symbols.filter(is_known).ok_or_else(wrong)?);
        contexts.ids.push(id.to_owned());
    }
    Ok(contexts)
}

fn read(path: &Path) -> Result<String, TextError> {
    fs::read_to_string(path).map_err(|source| TextError::Unreadable { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file)
    }

    #[test]
    fn the_files_of_the_example_are_read() {
        let text = read_text(&data("train.txt"), 400_000).unwrap();
        assert_eq!(text.len(), 450_951);
        // "in the".
        assert_eq!(text[..6], [20, 25, 1, 31, 19, 16]);
        let contexts = read_contexts(&data("test.csv")).unwrap();
        assert_eq!((contexts.ids.len(), contexts.symbols.len()), (2_000, 2_000 * CONTEXT));
    }

    #[test]
    fn a_text_that_is_too_short_is_an_error() {
        let found = read_text(&data("train.txt"), 1_000_000);
        assert!(matches!(found, Err(TextError::TooShort { got: 450_951, .. })));
    }

    #[test]
    fn what_is_no_text_of_the_alphabet_is_an_error_with_its_line() {
        let found = read_text(&data("test.csv"), 1);
        assert!(matches!(found, Err(TextError::Character { line: 1, character: '0', .. })), "{found:?}");
        assert!(matches!(read_contexts(&data("train.txt")), Err(TextError::Context { line: 2, .. })));
        assert!(matches!(read_contexts(Path::new("no/such/file")), Err(TextError::Unreadable { .. })));
    }
}
