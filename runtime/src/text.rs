//! Values that carry their bound in their type, so that a document sized for
//! the types cannot overflow at run time.

use core::ops::Deref;

use crate::string;

/// A list of at most `N` items.
pub type List<T, const N: usize> = heapless::Vec<T, N>;

/// A string known to hold at most `N` bytes of UTF-8, and to take at most `2 * N`
/// in JSON, between its quotes.
///
/// Quotes and backslashes take two bytes each, so only one with many control
/// characters, of six bytes each, reaches the second limit first. That is what
/// keeps buffers sized for the worst case at a third of what they would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text<'a, const N: usize>(&'a str);

impl<'a, const N: usize> Text<'a, N> {
    /// `None` when the string is longer than that.
    pub fn new(text: &'a str) -> Option<Self> {
        string::fits(text.chars(), N).then_some(Text(text))
    }

    /// As much of the string as fits, cut between characters.
    pub fn cut(text: &'a str) -> Self {
        let (mut end, mut spelled) = (0, 0);
        for character in text.chars() {
            spelled += string::spelled_len(character);
            if end + character.len_utf8() > N || spelled > 2 * N {
                break;
            }
            end += character.len_utf8();
        }
        // It is where a character ends.
        Text(text.get(..end).unwrap_or_default())
    }

    /// Returns the text of a buffer of at most `N` bytes; a larger buffer does not
    /// compile. A text that a set has accepted is never cut.
    pub fn of<const M: usize>(buffer: &'a heapless::String<M>) -> Self {
        const { assert!(M <= N, "the buffer holds more bytes than the text may") };
        Self::cut(buffer.as_str())
    }

    /// The string itself, for as long as its source lives.
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl<const N: usize> Deref for Text<'_, N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl<const N: usize> PartialEq<str> for Text<'_, N> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

/// One JSON value as text, known to be valid and at most `N` bytes long: what
/// a key without a described shape holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawJson<'a, const N: usize>(&'a str);

impl<'a, const N: usize> RawJson<'a, N> {
    /// The value `null`.
    pub const NULL: Self = RawJson("null");

    /// `None` when it is too long or not one valid JSON value.
    pub fn new(json: &'a str) -> Option<Self> {
        let raw = Self::of_checked(json)?;
        crate::json::check(json).is_ok().then_some(raw)
    }

    /// The same for what is known to be one valid JSON value.
    pub(crate) fn of_checked(json: &'a str) -> Option<Self> {
        (json.len() <= N && N >= 4).then_some(RawJson(json))
    }

    /// The JSON text.
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl<const N: usize> Default for RawJson<'_, N> {
    fn default() -> Self {
        Self::NULL
    }
}

#[cfg(feature = "serde")]
impl<const N: usize> serde::Serialize for Text<'_, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}
