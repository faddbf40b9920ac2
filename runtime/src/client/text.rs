//! One JSON value as text, checked, that owns its bytes.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use crate::json::{self, Cursor, JsonError};
use crate::out::lone_dots;

/// One JSON value as text: valid by RFC 8259, without white space around it.
///
/// Two are equal when their texts are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JsonText(Box<str>);

impl JsonText {
    /// Checks a text. A number's dot without digits behind it, which devices take and
    /// RFC 8259 does not, is left out.
    ///
    /// # Errors
    /// It is not one JSON value.
    pub fn new(text: &str) -> Result<Self, JsonError> {
        json::check(text)?;
        Ok(Self::of_checked(text))
    }

    /// A text as a JSON string.
    pub fn of_string(text: &str) -> Self {
        super::json::text(&String::from(text))
    }

    /// Of a text that was printed here.
    pub(super) fn of_printed(text: String) -> Self {
        JsonText(text.into_boxed_str())
    }

    /// Of a text that was checked.
    pub(super) fn of_checked(text: &str) -> Self {
        let text = json::trim(text);
        let (mut owned, mut plain) = (String::new(), 0);
        for dot in lone_dots(text.as_bytes()) {
            // A dot is one byte, so that both are where a character begins.
            owned.push_str(&text[plain..dot]);
            plain = dot + 1;
        }
        match plain {
            0 => JsonText(text.to_owned().into_boxed_str()),
            _ => {
                owned.push_str(&text[plain..]);
                JsonText(owned.into_boxed_str())
            }
        }
    }

    /// The members of an object, in their order; none of what is no object.
    pub fn members(&self) -> Vec<(String, JsonText)> {
        let mut all = Vec::new();
        let mut cursor = Cursor::new(&self.0);
        if !self.0.starts_with('{') {
            return all;
        }
        cursor.enter();
        while let Some(name) = cursor.member() {
            let Some(value) = cursor.value() else { break };
            all.push((name.chars().collect(), JsonText::of_checked(value)));
        }
        all
    }

    /// The text of a string; `None` of what is none.
    pub fn string(&self) -> Option<String> {
        Some(Cursor::new(&self.0).string()?.chars().collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for JsonText {
    /// `null`.
    fn default() -> Self {
        JsonText("null".into())
    }
}

impl Deref for JsonText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl core::str::FromStr for JsonText {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        JsonText::new(text)
    }
}

impl fmt::Display for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
