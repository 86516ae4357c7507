//! The pieces of a formula, and the rules that make it mean one thing only.

use super::error::FormulaError;
use super::expression::Function;

/// The longest formula, in characters.
const LONGEST: usize = 1_000;

/// A piece of a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    Sign(char),
    Open,
    Close,
}

impl Token<'_> {
    fn shown(self) -> String {
        match self {
            Self::Number(text) | Self::Word(text) => format!("`{text}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
        }
    }
}

/// The number at the beginning of `text`: digits with at most one point, and an
/// exponent.
pub(super) fn number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    if end == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = if end + 1 + sign <= bytes.len() { digits(end + 1 + sign) } else { 0 };
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    Some(&text[..end])
}

/// Whether `text` can be the name of a quantity or parameter.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && Function::named(text).is_none()
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, FormulaError> {
    let got = text.chars().count();
    if got > LONGEST {
        return Err(FormulaError::TooLong { got, most: LONGEST });
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        let token = match character {
            _ if character.is_whitespace() => None,
            '+' | '-' | '*' | '/' | '^' => Some(Token::Sign(character)),
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            _ => match number(rest) {
                Some(number) => {
                    if !number.parse().is_ok_and(f64::is_finite) {
                        return Err(FormulaError::Number { number: number.to_owned() });
                    }
                    Some(Token::Number(number))
                }
                None => {
                    let is_in_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
                    let end = rest.find(|character| !is_in_word(character)).unwrap_or(rest.len());
                    if end == 0 {
                        let place = text[..at].chars().count() + 1;
                        return Err(FormulaError::Character { character, place });
                    }
                    Some(Token::Word(&rest[..end]))
                }
            },
        };
        at += match token {
            Some(Token::Number(text) | Token::Word(text)) => text.len(),
            Some(Token::Sign(_) | Token::Open | Token::Close) | None => character.len_utf8(),
        };
        found.extend(token);
    }
    Ok(found)
}

/// Checks that `text` is a formula that can be read in one way only, and returns
/// it without spaces.
pub(super) fn checked(text: &str) -> Result<String, FormulaError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(FormulaError::Empty);
    }
    let mut wants_operand = true;
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| tokens[before]);
        match (*token, wants_operand) {
            (Token::Sign('+' | '-'), true) if !matches!(before, Some(Token::Sign('+' | '-'))) => {}
            (Token::Sign(_) | Token::Close, true) => {
                return Err(FormulaError::OperandMissing { before: token.shown() });
            }
            (Token::Number(_), true) => wants_operand = false,
            (Token::Word(word), true) => {
                let is_called = tokens.get(place + 1) == Some(&Token::Open);
                match (Function::named(word), is_called) {
                    (Some(_), true) => {}
                    (Some(_), false) => return Err(FormulaError::NoArgument { name: word.to_owned() }),
                    (None, true) => return Err(FormulaError::UnknownFunction { name: word.to_owned() }),
                    (None, false) => wants_operand = false,
                }
            }
            (Token::Open, true) => depth += 1,
            (Token::Sign(_), false) => wants_operand = true,
            (Token::Close, false) => {
                depth = depth.checked_sub(1).ok_or(FormulaError::Parentheses { surplus: "one `)` too many" })?;
            }
            (Token::Number(_) | Token::Word(_) | Token::Open, false) => {
                return Err(FormulaError::OperatorMissing { before: token.shown() });
            }
        }
    }
    if wants_operand {
        return Err(FormulaError::OperandMissing { before: "the end".to_owned() });
    }
    if depth > 0 {
        return Err(FormulaError::Parentheses { surplus: "one `(` too many" });
    }
    powers(&tokens)?;
    Ok(tokens.iter().map(|token| plain(*token)).collect())
}

fn plain(token: Token<'_>) -> String {
    match token {
        Token::Number(text) | Token::Word(text) => text.to_owned(),
        Token::Sign(sign) => sign.to_string(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
    }
}

/// Refuses signs before powers and powers of powers.
fn powers(tokens: &[Token<'_>]) -> Result<(), FormulaError> {
    let power = Some(&Token::Sign('^'));
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| tokens[before]);
        let is_sign =
            matches!(token, Token::Sign('+' | '-')) && matches!(before, None | Some(Token::Open | Token::Sign(_)));
        let is_power = *token == Token::Sign('^');
        if !(is_sign || is_power) {
            continue;
        }
        let from = place + 1 + usize::from(is_power && matches!(tokens.get(place + 1), Some(Token::Sign(_))));
        let end = operand_end(tokens, from);
        if tokens.get(end) == power {
            let operand: String = tokens[from..end].iter().map(|token| plain(*token)).collect();
            return Err(if is_power {
                FormulaError::PowerOfPower { exponent: operand }
            } else {
                FormulaError::SignOfPower { base: operand }
            });
        }
    }
    Ok(())
}

/// Where the operand that begins at `from` ends.
fn operand_end(tokens: &[Token<'_>], from: usize) -> usize {
    let from = from + usize::from(tokens.get(from + 1) == Some(&Token::Open) && tokens[from] != Token::Open);
    if tokens.get(from) != Some(&Token::Open) {
        return from + 1;
    }
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            Token::Number(_) | Token::Word(_) | Token::Sign(_) => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    tokens.len()
}
