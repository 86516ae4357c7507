//! Licence expressions: names joined by AND and OR.

use anyhow::{Result, bail};

/// A licence expression of a package.
///
/// # Source
/// SPDX specification 3.0, annex "SPDX license expressions": WITH binds
/// tightest, then AND, then OR. A `/` between names is Cargo's old way to
/// write OR.
#[derive(Debug, PartialEq)]
pub(crate) enum Expression {
    /// One licence, with its exception where it has one.
    Name(String),
    /// All parts apply together.
    All(Vec<Expression>),
    /// The user picks one part.
    Any(Vec<Expression>),
}

impl Expression {
    /// Reads an expression such as `MIT OR (Apache-2.0 AND BSD-3-Clause)`.
    ///
    /// # Errors
    /// Fails on an empty text, a missing operand or an unmatched parenthesis.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut reader = Reader { words: &words };
        let expression = reader.any()?;
        match reader.words.first() {
            None => Ok(expression),
            Some(word) => bail!("`{word}` in `{text}` is out of place"),
        }
    }

    /// Says whether the licences in `allowed` are enough to satisfy this
    /// expression.
    pub(crate) fn is_satisfied(&self, allowed: &[&str]) -> bool {
        match self {
            Self::Name(name) => allowed.contains(&name.as_str()),
            Self::All(parts) => parts.iter().all(|part| part.is_satisfied(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_satisfied(allowed)),
        }
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Expression> {
        let mut parts = vec![self.all()?];
        while self.take("OR") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression> {
        let mut parts = vec![self.single()?];
        while self.take("AND") {
            parts.push(self.single()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn single(&mut self) -> Result<Expression> {
        if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                bail!("a `(` is not closed");
            }
            return Ok(inner);
        }
        let mut name = self.name()?;
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.name()?);
        }
        Ok(Expression::Name(name))
    }

    fn name(&mut self) -> Result<String> {
        match self.words.split_first() {
            Some((word, rest)) if !matches!(*word, "(" | ")" | "AND" | "OR" | "WITH") => {
                self.words = rest;
                Ok((*word).to_owned())
            }
            Some((word, _)) => bail!("a licence name should stand before `{word}`"),
            None => bail!("a licence name is missing at the end"),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"];

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let expression = Expression::parse(text).unwrap();
        assert_eq!(expression.is_satisfied(ALLOWED), expected, "{text}");
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("GPL-3.0-only OR MIT", true);
        check("GPL-3.0-only OR LGPL-2.1-or-later", false);
    }

    #[test]
    fn every_part_of_a_conjunction_must_be_allowed() {
        check("MIT AND Apache-2.0", true);
        check("MIT AND GPL-3.0-only", false);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("(MIT OR Apache-2.0) AND OpenSSL", false);
    }

    #[test]
    fn conjunction_binds_tighter_than_alternative() {
        check("MIT OR Apache-2.0 AND GPL-3.0-only", true);
        check("(MIT OR Apache-2.0) AND GPL-3.0-only", false);
        check("GPL-3.0-only AND MIT OR Apache-2.0", true);
    }

    #[test]
    fn an_exception_makes_a_licence_of_its_own() {
        check("Apache-2.0 WITH LLVM-exception", true);
        check("MIT WITH LLVM-exception", false);
        check("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true);
    }

    #[test]
    fn a_slash_is_an_alternative() {
        check("MIT/Apache-2.0", true);
        check("MIT / GPL-3.0", true);
        check("GPL-2.0/GPL-3.0", false);
    }

    #[test]
    fn malformed_expressions_are_refused() {
        for text in ["", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT Apache-2.0", "Apache-2.0 WITH"] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
