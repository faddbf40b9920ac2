//! JSON (RFC 8259), read in place, and one thing more: a number's dot may have no
//! digits behind it, as the vendor's own examples write `{"pGrid": 1000.}`. What
//! is shown of such a text is RFC 8259 again, see [`RawJson`](crate::RawJson).
//!
//! [`check`] walks over one value and says what is wrong with it; a
//! [`Cursor`] walks over the parts of a value that was checked before.
//! Nothing is copied and nothing recurses, so that neither a long nor a deep
//! text can exhaust a small stack.

/// Why a text is not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It ends before the value does.
    IncompleteInput,
    /// It has something no JSON value has, nests deeper than [`MAX_DEPTH`], or
    /// goes on after the value.
    InvalidInput,
}

/// Arrays and objects inside one another, at most.
pub const MAX_DEPTH: u32 = 32;

use JsonError::{IncompleteInput, InvalidInput};

use crate::float::BY_CORE;
use crate::string::{JsonStr, is_plain};

/// Checks that the text is one JSON value and nothing else.
pub fn check(json: &str) -> Result<(), JsonError> {
    let bytes = json.as_bytes();
    let end = skip(bytes, 0, 0)?;
    if blank(bytes, end) == bytes.len() {
        Ok(())
    } else {
        Err(InvalidInput)
    }
}

/// The text without the white space around it.
pub fn trim(json: &str) -> &str {
    json.trim_matches([' ', '\t', '\n', '\r'])
}

/// Where the white space at `at` ends.
pub(crate) fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The tokens allowed next while walking over nested values.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// Just after `[`.
    ValueOrEnd,
    /// Just after `{`.
    NameOrEnd,
    /// After a comma in an object.
    Name,
    CommaOrEnd,
}

/// Where the value at `at` ends, which stands within `outer` arrays and objects.
pub(crate) fn skip(bytes: &[u8], mut at: usize, outer: u32) -> Result<usize, JsonError> {
    // One bit per level, the innermost lowest: 1 for an object.
    let mut objects: u32 = 0;
    let mut depth = outer;
    let mut expect = Expect::Value;
    loop {
        at = blank(bytes, at);
        let byte = *bytes.get(at).ok_or(IncompleteInput)?;
        let in_object = objects & 1 == 1;
        match (expect, byte) {
            (Expect::ValueOrEnd, b']') | (Expect::NameOrEnd, b'}') => {
                at += 1;
                depth -= 1;
                objects >>= 1;
                expect = Expect::CommaOrEnd;
            }
            (Expect::CommaOrEnd, b']') if !in_object => {
                at += 1;
                depth -= 1;
                objects >>= 1;
            }
            (Expect::CommaOrEnd, b'}') if in_object => {
                at += 1;
                depth -= 1;
                objects >>= 1;
            }
            (Expect::CommaOrEnd, b',') => {
                at += 1;
                expect = if in_object {
                    Expect::Name
                } else {
                    Expect::Value
                };
                continue;
            }
            (Expect::CommaOrEnd, _) => return Err(InvalidInput),
            (Expect::Name | Expect::NameOrEnd, b'"') => {
                at = blank(bytes, skip_string(bytes, at)?);
                match bytes.get(at) {
                    Some(b':') => at += 1,
                    Some(_) => return Err(InvalidInput),
                    None => return Err(IncompleteInput),
                }
                expect = Expect::Value;
                continue;
            }
            (Expect::Name | Expect::NameOrEnd, _) => return Err(InvalidInput),
            (Expect::Value | Expect::ValueOrEnd, b'{' | b'[') => {
                if depth == MAX_DEPTH {
                    return Err(InvalidInput);
                }
                at += 1;
                depth += 1;
                objects = objects << 1 | u32::from(byte == b'{');
                expect = if byte == b'{' {
                    Expect::NameOrEnd
                } else {
                    Expect::ValueOrEnd
                };
                continue;
            }
            (Expect::Value | Expect::ValueOrEnd, _) => {
                at = skip_scalar(bytes, at)?;
                expect = Expect::CommaOrEnd;
            }
        }
        if depth == outer {
            return Ok(at);
        }
    }
}

fn skip_scalar(bytes: &[u8], at: usize) -> Result<usize, JsonError> {
    match bytes[at] {
        b'"' => skip_string(bytes, at),
        b't' => skip_word(bytes, at, b"true"),
        b'f' => skip_word(bytes, at, b"false"),
        b'n' => skip_word(bytes, at, b"null"),
        b'-' | b'0'..=b'9' => skip_number(bytes, at),
        _ => Err(InvalidInput),
    }
}

pub(crate) fn skip_word(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, JsonError> {
    let rest = &bytes[at..];
    if rest.starts_with(word) {
        Ok(at + word.len())
    } else if word.starts_with(rest) {
        Err(IncompleteInput)
    } else {
        Err(InvalidInput)
    }
}

fn skip_number(bytes: &[u8], mut at: usize) -> Result<usize, JsonError> {
    if bytes[at] == b'-' {
        at += 1;
    }
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        _ => skip_digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = skip_fraction(bytes, at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = skip_digits(bytes, at)?;
    }
    Ok(at)
}

/// The digits behind a dot, which may be none.
pub(crate) fn skip_fraction(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// At least one digit.
pub(crate) fn skip_digits(bytes: &[u8], start: usize) -> Result<usize, JsonError> {
    let at = skip_fraction(bytes, start);
    match bytes.get(at) {
        _ if at > start => Ok(at),
        Some(_) => Err(InvalidInput),
        None => Err(IncompleteInput),
    }
}

/// Where the string that begins at `start` ends, its quote included.
pub(crate) fn skip_string(bytes: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start + 1;
    loop {
        at = skip_plain(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = skip_escape(bytes, at)?,
            Some(_) => return Err(InvalidInput),
            None => return Err(IncompleteInput),
        }
    }
}

/// Over what a string has as it is, which is nearly all of nearly every string.
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    // Eight bytes at a time, for those who have the room.
    while BY_CORE && let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let special = special(u64::from_le_bytes(*eight));
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| is_plain(byte)) {
        at += 1;
    }
    at
}

/// The high bit of the first byte, the lowest, that is not plain; none if all
/// eight are. Bits above it mean nothing.
fn special(eight: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let is = |byte: u8| below(eight ^ (ONES * u64::from(byte)), 1);
    (is(b'"') | is(b'\\') | below(eight, 0x20)) & ONES << 7
}

/// An escape, or the two that together are one character beyond the basic
/// plane. A lone surrogate is no character, so it is refused here.
fn skip_escape(bytes: &[u8], at: usize) -> Result<usize, JsonError> {
    match *bytes.get(at + 1).ok_or(IncompleteInput)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 2),
        b'u' => match hex4(bytes, at + 2)? {
            0xD800..0xDC00 => {
                for (offset, wanted) in [(6, b'\\'), (7, b'u')] {
                    match bytes.get(at + offset) {
                        Some(&byte) if byte == wanted => {}
                        Some(_) => return Err(InvalidInput),
                        None => return Err(IncompleteInput),
                    }
                }
                match hex4(bytes, at + 8)? {
                    0xDC00..0xE000 => Ok(at + 12),
                    _ => Err(InvalidInput),
                }
            }
            0xDC00..0xE000 => Err(InvalidInput),
            _ => Ok(at + 6),
        },
        _ => Err(InvalidInput),
    }
}

fn hex4(bytes: &[u8], at: usize) -> Result<u32, JsonError> {
    let mut code = 0;
    for offset in 0..4 {
        let byte = *bytes.get(at + offset).ok_or(IncompleteInput)?;
        let digit = char::from(byte).to_digit(16).ok_or(InvalidInput)?;
        code = code << 4 | digit;
    }
    Ok(code)
}

/// A place in a checked text, from which its parts are read one by one.
///
/// In a text that was not checked it comes to an end early instead of failing.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Where the value begins that is all of the text.
    pub fn new(json: &'a str) -> Self {
        Cursor { json, at: 0 }
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.json.as_bytes();
        self.at = blank(bytes, self.at);
        bytes.get(self.at).copied()
    }

    /// Into the array or object that begins here.
    pub fn enter(&mut self) {
        self.peek();
        self.at += 1;
    }

    /// To the next entry of an array, or out of it if there is none.
    pub fn goes_on(&mut self) -> bool {
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        match self.peek() {
            None => false,
            Some(b']' | b'}') => {
                self.at += 1;
                false
            }
            Some(_) => true,
        }
    }

    /// To the value of the next member of an object, whose name it gives, or out
    /// of it if there is none.
    pub fn member(&mut self) -> Option<JsonStr<'a>> {
        if !self.goes_on() {
            return None;
        }
        let name = self.string()?;
        // The colon, which a checked object has here.
        self.enter();
        Some(name)
    }

    /// The string here, and over it.
    pub fn string(&mut self) -> Option<JsonStr<'a>> {
        if self.peek()? != b'"' {
            return None;
        }
        let end = skip_string(self.json.as_bytes(), self.at).ok()?;
        let text = self.json.get(self.at..end)?;
        self.at = end;
        Some(JsonStr::from_quoted(text))
    }

    /// The text of the value here, and over it.
    pub fn value(&mut self) -> Option<&'a str> {
        self.peek()?;
        let end = skip(self.json.as_bytes(), self.at, 0).ok()?;
        let text = self.json.get(self.at..end);
        self.at = end;
        text
    }

    /// Over a `null`, if one is here.
    pub fn null(&mut self) -> bool {
        let null = self.peek() == Some(b'n');
        self.at += if null { 4 } else { 0 };
        null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_faults() {
        let ok = [
            "0",
            "-0",
            "1.5e-3",
            "1000.",
            "[-1.,0.,1.e3]",
            "\"\"",
            "\"\\u00e4\\n\"",
            "\"\\ud83d\\ude00\"",
            "[]",
            "{}",
            "[[],{}]",
            " [ 1 , {\"a\" : [ ] } ] ",
            "true",
            "null",
        ];
        for json in ok {
            assert_eq!(check(json), Ok(()), "{json}");
        }
        let incomplete = [
            "",
            " ",
            "-",
            "1.e",
            "1e",
            "1e+",
            "tru",
            "\"",
            "\"abc",
            "\"\\",
            "\"\\u12",
            "\"\\ud83d",
            "[",
            "[1",
            "[1,",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "[{\"ssid\":\"home\",\"key\":\"sec",
        ];
        for json in incomplete {
            assert_eq!(check(json), Err(IncompleteInput), "{json}");
        }
        let invalid = [
            "x", "01", "+1", ".5", "1.x", "truth", "nul l", "'a'", "\"\n\"", "\"\\x\"",
            "\"\\ud83d\"", "\"\\ude00\"", "[1 2]", "[,]", "[1,]", "{,}", "{\"a\" 1}", "{a:1}",
            "{\"a\":1,}", "[}", "{]", "1 2", "[]]", "NaN",
        ];
        for json in invalid {
            assert_eq!(check(json), Err(InvalidInput), "{json}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check(&nest(MAX_DEPTH as usize)), Ok(()));
        assert_eq!(check(&nest(MAX_DEPTH as usize + 1)), Err(InvalidInput));
        let mut deep_objects = "{\"a\":".repeat(MAX_DEPTH as usize);
        deep_objects.push('1');
        deep_objects.push_str(&"}".repeat(MAX_DEPTH as usize));
        assert_eq!(check(&deep_objects), Ok(()));
    }

    #[test]
    fn parts_of_arrays_and_objects() {
        let mut cursor = Cursor::new(r#" [ 1 , [2,3], {"a" : [] , "b":null }, "a,b" ] "#);
        cursor.enter();
        assert!(cursor.goes_on());
        assert_eq!(cursor.value(), Some("1"));
        assert!(cursor.goes_on());
        assert_eq!(cursor.value(), Some("[2,3]"));
        assert!(cursor.goes_on() && !cursor.null());
        cursor.enter();
        assert!(cursor.member().is_some_and(|name| name == *"a"));
        cursor.enter();
        assert!(!cursor.goes_on());
        assert!(cursor.member().is_some_and(|name| name == *"b"));
        assert!(cursor.null() && cursor.member().is_none());
        assert!(cursor.goes_on());
        assert_eq!(cursor.value(), Some("\"a,b\""));
        assert!(!cursor.goes_on() && !cursor.goes_on());
        assert_eq!(cursor.value(), None);
    }

    /// Whatever stands before and behind it, the first byte that is not plain
    /// ends a run.
    #[test]
    fn runs_of_plain_bytes() {
        for byte in 0..=u8::MAX {
            for at in 0..20 {
                for behind in [b'a', b'"', 0, 0xff] {
                    let mut bytes = [b'a'; 20];
                    bytes[at..].fill(behind);
                    bytes[at] = byte;
                    let expected = bytes.iter().position(|&byte| !is_plain(byte));
                    assert_eq!(skip_plain(&bytes, 0), expected.unwrap_or(20), "{bytes:?}");
                }
            }
        }
    }

    /// Of texts that nobody checked, too, there is an end.
    #[test]
    fn unchecked_texts_end() {
        for json in [
            "", "[", "{", "[1", "{\"a\"", "{\"a\":", "{1:2}", "]", "n", "[n",
        ] {
            let mut cursor = Cursor::new(json);
            for _ in 0..9 {
                cursor.enter();
                cursor.goes_on();
                cursor.member();
                cursor.null();
                cursor.value();
            }
            assert_eq!(cursor.value(), None, "{json}");
        }
    }
}
