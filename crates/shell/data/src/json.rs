//! One JSON object or list, read value by value without allocating.
//!
//! Accepts what RFC 8259 accepts and, because Python's `json.dumps` writes
//! them, the bare tokens `NaN`, `Infinity` and `-Infinity`.

use std::borrow::Cow;

/// Nesting deeper than this is refused, so that hostile input cannot exhaust
/// the stack.
const DEEPEST_NESTING: usize = 128;

/// The value of one key. Nested values are checked and skipped; they keep their
/// bytes, so that who wants can open them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'line> {
    Integer(i64),
    Float(f64),
    /// An integer that no `i64` holds, in its own digits.
    BigInteger(&'line str),
    /// A number that no `f64` holds, such as `1e999`.
    OutOfRange(&'line str),
    Text(Cow<'line, str>),
    Boolean(bool),
    Null,
    List(&'line [u8]),
    Object(&'line [u8]),
}

/// Why a line is not one JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It breaks the grammar at this byte, counted from 0.
    Syntax(usize),
    /// It ends before the object does.
    Unfinished,
    /// It is JSON, or begins like it, but its first character is not `{`.
    NotAnObject,
    /// A text is not UTF-8, from this byte, counted from 0.
    NotUtf8(usize),
}

/// A cursor over one object: [`Entries::open`], then [`Entries::next`] until
/// `None`, which also says that nothing follows the closing brace.
pub(crate) struct Entries<'line> {
    line: &'line [u8],
    at: usize,
    is_first: bool,
}

impl<'line> Entries<'line> {
    pub(crate) fn open(line: &'line [u8]) -> Result<Self, Fault> {
        let mut entries = Self::at_start(line);
        match entries.peek() {
            Some(b'{') => {
                entries.at += 1;
                Ok(entries)
            }
            Some(b'[' | b'"' | b'-' | b'0'..=b'9') => Err(Fault::NotAnObject),
            Some(_) => Err(match entries.value(0) {
                Ok(_) => Fault::NotAnObject,
                Err(fault) => fault,
            }),
            None => Err(Fault::Unfinished),
        }
    }

    fn at_start(line: &'line [u8]) -> Self {
        let mut entries = Self { line, at: 0, is_first: true };
        entries.skip_space();
        entries
    }

    /// The next key and its value, or `None` after the closing brace.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<(Cow<'line, str>, Value<'line>)>, Fault> {
        if !self.has_more(b'}')? {
            return Ok(None);
        }
        let key = self.text()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        let value = self.value(0)?;
        Ok(Some((key, value)))
    }

    /// Whether another member follows, before which the cursor then stands.
    #[inline]
    fn has_more(&mut self, closing: u8) -> Result<bool, Fault> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == closing => {
                self.at += 1;
                self.skip_space();
                return if self.at == self.line.len() { Ok(false) } else { Err(Fault::Syntax(self.at)) };
            }
            Some(b',') if !self.is_first => {
                self.at += 1;
                self.skip_space();
            }
            Some(_) if self.is_first => {}
            _ => return Err(self.fault()),
        }
        self.is_first = false;
        Ok(true)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// What is wrong here: the line is at its end, or this byte does not fit.
    fn fault(&self) -> Fault {
        if self.at >= self.line.len() { Fault::Unfinished } else { Fault::Syntax(self.at) }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.fault())
        }
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn literal(&mut self, word: &str, value: Value<'line>) -> Result<Value<'line>, Fault> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    #[inline]
    fn value(&mut self, depth: usize) -> Result<Value<'line>, Fault> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => Ok(Value::Text(self.text()?)),
            Some(b'[' | b'{') => self.nested(depth),
            Some(b'N') => self.literal("NaN", Value::Float(f64::NAN)),
            Some(b'I') => self.literal("Infinity", Value::Float(f64::INFINITY)),
            Some(b't') => self.literal("true", Value::Boolean(true)),
            Some(b'f') => self.literal("false", Value::Boolean(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.fault()),
        }
    }

    fn nested(&mut self, depth: usize) -> Result<Value<'line>, Fault> {
        if depth >= DEEPEST_NESTING {
            return Err(Fault::Syntax(self.at));
        }
        let start = self.at;
        let is_list = self.peek() == Some(b'[');
        let closing = if is_list { b']' } else { b'}' };
        let finished = |bytes| if is_list { Value::List(bytes) } else { Value::Object(bytes) };
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(closing) {
            self.at += 1;
            return Ok(finished(&self.line[start..self.at]));
        }
        loop {
            if closing == b'}' {
                self.text()?;
                self.skip_space();
                self.expect(b':')?;
                self.skip_space();
            }
            self.value(depth + 1)?;
            self.skip_space();
            if self.peek() == Some(b',') {
                self.at += 1;
                self.skip_space();
            } else {
                self.expect(closing)?;
                return Ok(finished(&self.line[start..self.at]));
            }
        }
    }

    /// A quoted text; it borrows from the line unless it holds escapes.
    #[inline]
    fn text(&mut self) -> Result<Cow<'line, str>, Fault> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_ascii = true;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => return self.escaped_text(start).map(Cow::Owned),
                Some(byte @ 0x20..) => is_ascii &= byte < 0x80,
                Some(_) | None => return Err(self.fault()),
            }
            self.at += 1;
        }
        let text = utf8(&self.line[start..self.at], start, is_ascii)?;
        self.at += 1;
        Ok(Cow::Borrowed(text))
    }

    #[cold]
    fn escaped_text(&mut self, start: usize) -> Result<String, Fault> {
        let mut text = utf8(&self.line[start..self.at], start, false)?.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(0x20..) => {
                    let plain = self.at;
                    while let Some(byte) = self.peek()
                        && byte >= 0x20
                        && byte != b'"'
                        && byte != b'\\'
                    {
                        self.at += 1;
                    }
                    text.push_str(utf8(&self.line[plain..self.at], plain, false)?);
                }
                Some(_) | None => return Err(self.fault()),
            }
        }
    }

    /// One escape, from its backslash; surrogates must come in pairs.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 1;
        let Some(letter) = self.peek() else {
            return Err(Fault::Unfinished);
        };
        self.at += 1;
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.four_hex_digits()?;
                let code = if (0xD800..0xDC00).contains(&high) {
                    self.expect(b'\\')?;
                    self.expect(b'u')?;
                    let low = self.four_hex_digits()?;
                    if !(0xDC00..0xE000).contains(&low) {
                        return Err(Fault::Syntax(start));
                    }
                    0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    high
                };
                char::from_u32(code).ok_or(Fault::Syntax(start))?
            }
            _ => return Err(Fault::Syntax(start)),
        })
    }

    fn four_hex_digits(&mut self) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(|| self.fault())?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    #[inline]
    fn number(&mut self) -> Result<Value<'line>, Fault> {
        let start = self.at;
        let is_negative = self.peek() == Some(b'-');
        if is_negative {
            self.at += 1;
            if self.peek() == Some(b'I') {
                return self.literal("Infinity", Value::Float(f64::NEG_INFINITY));
            }
        }
        let mut decimal = Decimal::default();
        let leads_with_zero = self.peek() == Some(b'0');
        let whole_digits = self.digits(&mut decimal);
        if whole_digits == 0 {
            return Err(self.fault());
        }
        if leads_with_zero && whole_digits > 1 {
            return Err(Fault::Syntax(start));
        }
        let mut is_integer = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_integer = false;
            let fraction_digits = self.digits(&mut decimal);
            if fraction_digits == 0 {
                return Err(self.fault());
            }
            decimal.exponent -= i64::try_from(fraction_digits).unwrap_or(i64::MAX);
        }
        if let Some(b'e' | b'E') = self.peek() {
            is_integer = false;
            self.exponent(&mut decimal)?;
        }
        let token = &self.line[start..self.at];
        if is_integer && let Some(integer) = decimal.integer(is_negative) {
            return Ok(Value::Integer(integer));
        }
        if let Some(value) = decimal.exact() {
            return Ok(Value::Float(if is_negative { -value } else { value }));
        }
        slow_number(token, start, is_integer)
    }

    /// Reads digits into `decimal` and says how many there were.
    #[inline]
    fn digits(&mut self, decimal: &mut Decimal) -> usize {
        let start = self.at;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            decimal.push(byte - b'0');
            self.at += 1;
        }
        self.at - start
    }

    fn exponent(&mut self, decimal: &mut Decimal) -> Result<(), Fault> {
        self.at += 1;
        let is_negative = self.peek() == Some(b'-');
        if let Some(b'+' | b'-') = self.peek() {
            self.at += 1;
        }
        let mut exponent = Decimal::default();
        if self.digits(&mut exponent) == 0 {
            return Err(self.fault());
        }
        // A saturated exponent never passes for exact, so the slow path reads it.
        let size = exponent.integer(false).unwrap_or(i64::MAX);
        decimal.exponent = decimal.exponent.saturating_add(if is_negative { -size } else { size });
        Ok(())
    }
}

/// A cursor over one list: [`Elements::open`], then [`Elements::next`] until
/// `None`, which also says that nothing follows the closing bracket.
pub(crate) struct Elements<'line>(Entries<'line>);

impl<'line> Elements<'line> {
    pub(crate) fn open(line: &'line [u8]) -> Result<Self, Fault> {
        let mut entries = Entries::at_start(line);
        entries.expect(b'[')?;
        Ok(Self(entries))
    }

    /// The next value, or `None` after the closing bracket.
    pub(crate) fn next(&mut self) -> Result<Option<Value<'line>>, Fault> {
        if self.0.has_more(b']')? { self.0.value(0).map(Some) } else { Ok(None) }
    }
}

/// The one value that `bytes` hold.
pub(crate) fn whole(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    let mut entries = Entries::at_start(bytes);
    let value = entries.value(0)?;
    entries.skip_space();
    if entries.at == bytes.len() { Ok(value) } else { Err(Fault::Syntax(entries.at)) }
}

fn utf8(bytes: &[u8], start: usize, is_ascii: bool) -> Result<&str, Fault> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            debug_assert!(!is_ascii, "ASCII is UTF-8");
            Err(Fault::NotUtf8(start + error.valid_up_to()))
        }
    }
}

/// A number's digits so far: `mantissa` times ten to the `exponent`.
#[derive(Default)]
struct Decimal {
    mantissa: u64,
    exponent: i64,
    has_overflowed: bool,
}

/// The powers of ten that an `f64` holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Every integer up to this one is an `f64`.
const LARGEST_EXACT_INTEGER: u64 = 1 << 53;

impl Decimal {
    #[inline]
    fn push(&mut self, digit: u8) {
        // Below this bound ten times the mantissa plus nine fits.
        if self.mantissa < u64::MAX / 10 {
            self.mantissa = self.mantissa * 10 + u64::from(digit);
        } else {
            self.has_overflowed = true;
        }
    }

    /// The integer, unless it needs an `f64`: too large, or minus zero.
    #[inline]
    fn integer(&self, is_negative: bool) -> Option<i64> {
        if self.has_overflowed || (is_negative && self.mantissa == 0) {
            return None;
        }
        let integer = i64::try_from(self.mantissa).ok()?;
        Some(if is_negative { -integer } else { integer })
    }

    /// The correctly rounded value where one operation on exact operands gives
    /// it, which IEEE 754 rounds correctly.
    ///
    /// # Source
    /// Clinger 1990, "How to Read Floating Point Numbers Accurately", section 3.
    #[inline]
    fn exact(&self) -> Option<f64> {
        if self.has_overflowed || self.mantissa > LARGEST_EXACT_INTEGER {
            return None;
        }
        let power = POWERS_OF_TEN.get(usize::try_from(self.exponent.unsigned_abs()).ok()?)?;
        let mantissa = self.mantissa as f64;
        Some(if self.exponent < 0 { mantissa / power } else { mantissa * power })
    }
}

#[cold]
fn slow_number(token: &[u8], start: usize, is_integer: bool) -> Result<Value<'_>, Fault> {
    let text = utf8(token, start, true)?;
    match text.parse::<f64>() {
        Ok(value) if value.is_infinite() => Ok(Value::OutOfRange(text)),
        Ok(value) if value == 0.0 => Ok(Value::Float(value)),
        Ok(_) if is_integer => Ok(text.parse().map_or(Value::BigInteger(text), Value::Integer)),
        Ok(value) => Ok(Value::Float(value)),
        Err(_) => Err(Fault::Syntax(start)),
    }
}
