//! Values of Rust from JSON and back: what a struct of a table may have as a field.
//!
//! A value is taken only when its type can hold all of it, so that printing it gives
//! the same value again; whoever asks keeps the text of one that is not taken.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::text::JsonText;
use crate::checked::Value;
use crate::json::Cursor;
use crate::named::Named;
use crate::number::Number;
use crate::value::{FromValue, parse};

/// A type that one JSON value is read as and printed from.
pub trait Json: Sized {
    /// Reads a checked JSON text without white space around it; `None` when it is
    /// nothing of this type, or more than the type can hold.
    fn read(json: &str) -> Option<Self>;

    /// Appends the value.
    fn print(&self, out: &mut String);
}

/// A value as JSON.
pub fn text<T: Json>(value: &T) -> JsonText {
    let mut out = String::new();
    value.print(&mut out);
    JsonText::of_printed(out)
}

/// A number that may have a name: newer devices have values that this table has not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OneOf<T> {
    /// One of the table's.
    Named(T),
    /// None of them.
    Number(i64),
}

impl<T: Named> OneOf<T> {
    /// The value of the table, if it is one.
    pub fn named(self) -> Option<T> {
        match self {
            OneOf::Named(named) => Some(named),
            OneOf::Number(_) => None,
        }
    }

    /// The number on the wire.
    pub fn number(self) -> i64 {
        match self {
            OneOf::Named(named) => named.number(),
            OneOf::Number(number) => number,
        }
    }
}

impl<T: Named> From<T> for OneOf<T> {
    fn from(named: T) -> Self {
        OneOf::Named(named)
    }
}

impl<T: Named + PartialEq> PartialEq<T> for OneOf<T> {
    fn eq(&self, other: &T) -> bool {
        self.number() == other.number()
    }
}

impl<T: fmt::Debug> fmt::Debug for OneOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OneOf::Named(named) => named.fmt(f),
            OneOf::Number(number) => number.fmt(f),
        }
    }
}

impl<T: Named> Json for OneOf<T> {
    fn read(json: &str) -> Option<Self> {
        let number = i64::read(json)?;
        Some(T::from_number(number).map_or(OneOf::Number(number), OneOf::Named))
    }

    fn print(&self, out: &mut String) {
        self.number().print(out);
    }
}

impl<T: Named> Json for T {
    fn read(json: &str) -> Option<Self> {
        T::from_number(i64::read(json)?)
    }

    fn print(&self, out: &mut String) {
        self.number().print(out);
    }
}

impl Json for bool {
    fn read(json: &str) -> Option<Self> {
        bool::from_value(parse(json)?)
    }

    fn print(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole_numbers {
    ($($ty:ty),*) => {$(
        impl Json for $ty {
            fn read(json: &str) -> Option<Self> {
                <$ty>::from_value(parse(json)?)
            }

            fn print(&self, out: &mut String) {
                // Into a string, which takes everything.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

whole_numbers!(u8, u16, u32, u64, i8, i16, i32, i64);

/// Whole numbers below it are printed with all their digits, others with an exponent.
const DIGITS: f64 = 1e17;

/// As short as it can be to be read as the same number: of the ten digits that devices
/// print not one changes.
impl Json for f64 {
    fn read(json: &str) -> Option<Self> {
        let Value::Number(number) = parse(json)? else {
            return None;
        };
        let real = number.as_f64();
        let is_held = match number {
            // Beyond 2^53 not every whole number is a double.
            Number::Natural(whole) | Number::Negative(whole) => {
                real.abs() as u64 == whole && real.abs() < DIGITS
            }
            Number::Real(_) => real.is_finite(),
        };
        is_held.then_some(real)
    }

    fn print(&self, out: &mut String) {
        let (size, whole) = (self.abs(), *self as i64);
        // Into a string, which takes everything.
        let _ = match size < DIGITS && (size == 0.0 || size >= 1e-5) {
            _ if !size.is_finite() => write!(out, "null"),
            // The shortest text of a large one is another whole number.
            true if whole != 0 && whole as f64 == *self => write!(out, "{whole}"),
            true => write!(out, "{self}"),
            false => write!(out, "{self:e}"),
        };
    }
}

impl Json for String {
    fn read(json: &str) -> Option<Self> {
        match parse(json)? {
            Value::Text(text) => Some(text.chars().collect()),
            _ => None,
        }
    }

    fn print(&self, out: &mut String) {
        quote(self, out);
    }
}

/// Appends a text as a JSON string.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    // Into a string, which takes everything.
    let _ = crate::out::Escaping(&mut *out).write_str(text);
    out.push('"');
}

impl Json for JsonText {
    fn read(json: &str) -> Option<Self> {
        Some(JsonText::of_checked(json))
    }

    fn print(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl<T: Json> Json for Option<T> {
    fn read(json: &str) -> Option<Self> {
        match json {
            "null" => Some(None),
            json => T::read(json).map(Some),
        }
    }

    fn print(&self, out: &mut String) {
        match self {
            Some(value) => value.print(out),
            None => out.push_str("null"),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn read(json: &str) -> Option<Self> {
        if !json.starts_with('[') {
            return None;
        }
        let mut cursor = Cursor::new(json);
        let mut all = Vec::new();
        cursor.enter();
        while cursor.goes_on() {
            all.push(T::read(cursor.value()?)?);
        }
        Some(all)
    }

    fn print(&self, out: &mut String) {
        list(self, out);
    }
}

impl<T: Json, const N: usize> Json for [T; N] {
    fn read(json: &str) -> Option<Self> {
        Vec::read(json)?.try_into().ok()
    }

    fn print(&self, out: &mut String) {
        list(self, out);
    }
}

fn list<T: Json>(all: &[T], out: &mut String) {
    out.push('[');
    for (at, value) in all.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        value.print(out);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again<T: Json>(json: &str) -> Option<String> {
        let mut out = String::new();
        T::read(json)?.print(&mut out);
        Some(out)
    }

    #[test]
    fn what_is_read_prints_as_it_was() {
        for (json, printed) in [
            ("49.95899963", "49.95899963"),
            ("1.860000014", "1.860000014"),
            ("3500", "3500"),
            ("3500.0", "3500"),
            ("1000.", "1000"),
            ("-0.5", "-0.5"),
            ("1e300", "1e300"),
            ("2.225073859e-308", "2.225073859e-308"),
            ("0.1", "0.1"),
            ("9007199254740992", "9007199254740992"),
            ("-24529470811009408", "-24529470811009408"),
            ("1e17", "1e17"),
            ("-0", "-0"),
        ] {
            assert_eq!(again::<f64>(json).as_deref(), Some(printed));
        }
        for same in ["0", "18446744073709551615"] {
            assert_eq!(again::<u64>(same).as_deref(), Some(same));
        }
        for same in [r#""""#, r#""a\"\\\nä""#, r#""\u0001""#] {
            assert_eq!(again::<String>(same).as_deref(), Some(same));
        }
        for same in ["null", "[]", "[null,1.5]"] {
            assert_eq!(
                again::<Option<Vec<Option<f64>>>>(same).as_deref(),
                Some(same)
            );
        }
        assert_eq!(again::<[u8; 2]>("[1, 2]").as_deref(), Some("[1,2]"));
        assert_eq!(
            again::<JsonText>(r#"{"a":[1.,"b."]}"#).as_deref(),
            Some(r#"{"a":[1,"b."]}"#)
        );
    }

    #[test]
    fn what_a_type_cannot_hold_is_not_read() {
        assert_eq!(again::<u8>("256"), None);
        assert_eq!(again::<u8>("1.5"), None);
        assert_eq!(again::<u8>("null"), None);
        assert_eq!(again::<u64>("18446744073709551616"), None);
        assert_eq!(again::<f64>("1e999"), None);
        assert_eq!(again::<f64>("9007199254740993"), None);
        assert_eq!(again::<f64>("100000000000000000"), None);
        assert_eq!(again::<f64>("\"1\""), None);
        assert_eq!(again::<bool>("1"), None);
        assert_eq!(again::<String>("1"), None);
        assert_eq!(again::<Vec<u8>>("{}"), None);
        assert_eq!(again::<Vec<u8>>("[1,256]"), None);
        assert_eq!(again::<[u8; 2]>("[1]"), None);
    }
}
