//! Strings of JSON: their characters, escapes decoded, and how long they are.
//!
//! A leaf: it must never know where a string stands or what it is for.

/// The inside of a checked JSON string, its escapes still in place.
#[derive(Clone, Copy, Debug)]
pub struct JsonStr<'a> {
    inside: &'a str,
}

impl<'a> JsonStr<'a> {
    /// Of a checked string with its quotes.
    pub(crate) fn from_quoted(quoted: &'a str) -> Self {
        let inside = quoted
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        JsonStr {
            inside: inside.unwrap_or_default(),
        }
    }

    /// The decoded characters.
    pub fn chars(&self) -> Chars<'a> {
        Chars::new(self.inside)
    }

    /// Bytes of UTF-8 once decoded.
    pub fn len(&self) -> usize {
        self.chars().map(char::len_utf8).sum()
    }

    /// Returns whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }

    /// Returns whether it may be a [`Text`](crate::Text) of `max` bytes.
    pub(crate) fn fits(&self, max: usize) -> bool {
        // No escape is shorter than what it stands for, in JSON or out of it.
        self.inside.len() <= max || fits(self.chars(), max)
    }

    /// The decoded text; `None` when it has more than `N` bytes.
    pub fn decode<const N: usize>(&self) -> Option<heapless::String<N>> {
        let mut text = heapless::String::new();
        for character in self.chars() {
            text.push(character).ok()?;
        }
        Some(text)
    }
}

impl PartialEq<str> for JsonStr<'_> {
    fn eq(&self, other: &str) -> bool {
        // An escape is longer than what it stands for, so that a text which is
        // no longer than the other has none, if they are equal.
        match self.inside.len() <= other.len() {
            true => self.inside == other && !other.contains('\\'),
            false => self.chars().eq(other.chars()),
        }
    }
}

impl PartialEq for JsonStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.chars().eq(other.chars())
    }
}

/// The characters of a checked string's inside, escapes decoded.
#[derive(Clone, Debug)]
pub struct Chars<'a> {
    rest: core::str::Chars<'a>,
}

impl<'a> Chars<'a> {
    /// Of the text between the quotes.
    pub fn new(inside: &'a str) -> Self {
        Chars {
            rest: inside.chars(),
        }
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code << 4 | self.rest.next()?.to_digit(16)?;
        }
        Some(code)
    }

    fn escaped(&mut self) -> Option<char> {
        match self.rest.next()? {
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => {
                let high = self.hex4()?;
                if !(0xD800..0xDC00).contains(&high) {
                    return char::from_u32(high);
                }
                self.rest.next()?;
                self.rest.next()?;
                let low = self.hex4()?.checked_sub(0xDC00)?;
                char::from_u32(0x10000 + ((high - 0xD800) << 10) + low)
            }
            // `"`, `\` and `/` stand for themselves.
            other => Some(other),
        }
    }
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.rest.next()? {
            '\\' => self.escaped(),
            plain => Some(plain),
        }
    }
}

/// Returns whether a text of these characters may be a [`Text`](crate::Text) of `max` bytes.
pub(crate) fn fits(characters: impl Iterator<Item = char>, max: usize) -> bool {
    let (mut length, mut spelled) = (0, 0);
    for character in characters {
        length += character.len_utf8();
        spelled += spelled_len(character);
    }
    length <= max && spelled <= 2 * max
}

/// Bytes of a character within a JSON string, as [`escape`](crate::out::escape)
/// spells it.
pub(crate) fn spelled_len(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..' ' => 6,
        _ => character.len_utf8(),
    }
}

/// Returns whether a string holds this byte unescaped.
pub(crate) fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && byte != b'"' && byte != b'\\'
}

#[cfg(feature = "serde")]
impl serde::Serialize for JsonStr<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Decoded<'a>(Chars<'a>);
        impl core::fmt::Display for Decoded<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                use core::fmt::Write;
                self.0
                    .clone()
                    .try_for_each(|character| f.write_char(character))
            }
        }
        serializer.collect_str(&Decoded(self.chars()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_decode() {
        let decoded: std::string::String =
            Chars::new(r#"a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00z"#).collect();
        assert_eq!(decoded, "a\"\\/\u{8}\u{c}\n\r\tä😀z");
    }
}
