//! Values that carry their bound in their type, so that a document sized for
//! the types cannot overflow at run time.

use core::ops::Deref;

/// A list of at most `N` items.
pub type List<T, const N: usize> = heapless::Vec<T, N>;

/// A string known to hold at most `N` bytes of UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text<'a, const N: usize>(&'a str);

impl<'a, const N: usize> Text<'a, N> {
    /// `None` when the string is longer than `N` bytes.
    pub const fn new(text: &'a str) -> Option<Self> {
        if text.len() <= N {
            Some(Text(text))
        } else {
            None
        }
    }

    /// As much of the string as fits, cut between characters.
    pub fn cut(text: &'a str) -> Self {
        Text(&text[..text.floor_char_boundary(N)])
    }

    /// What a buffer of at most `N` bytes holds; a larger buffer does not
    /// compile.
    pub fn of<const M: usize>(buffer: &'a heapless::String<M>) -> Self {
        const { assert!(M <= N, "the buffer holds more bytes than the text may") };
        Text(buffer.as_str())
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
        let fits = json.len() <= N && N >= 4;
        (fits && crate::json::check(json).is_ok()).then_some(RawJson(json))
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

/// Structure and numbers are passed on, not the text: a serializer may write
/// something else than JSON.
#[cfg(feature = "serde")]
impl<const N: usize> serde::Serialize for RawJson<'_, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::value::serialize(self.0, serializer)
    }
}
