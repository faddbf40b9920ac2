//! The facts that a description states about a value, and where it states them.

use std::{borrow::Cow, fmt};

use goe_runtime::Unit;
use serde::{Serialize, Serializer};

use super::{
    place::At,
    types::{Scalar, Type},
};
use crate::source::Span;

/// A fact, and the text of the description that it was taken from.
pub type Fact<T> = At<T>;

/// Everything that could be told for certain from one description.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// `Wh`, `ms`, …
    #[serde(serialize_with = "unit_symbol")]
    pub unit: Option<Fact<Unit>>,
    /// `0-9`.
    pub range: Option<Fact<NumberRange>>,
    /// `max. 64 characters`.
    pub length: Option<Fact<Length>>,
    /// The bytes that a string has at least: the 4 of `4 to 64 bytes`, or of `4-64 characters`,
    /// each of which is a byte or more.
    pub least: Option<Fact<u32>>,
    /// `format: #RRGGBB`.
    pub format: Option<Fact<Format>>,
    /// Lists of named values.
    pub values: Vec<ValueList>,
    /// The value of a new device.
    pub default: Option<Fact<serde_json::Value>>,
    /// What stands where a fact would, and could not be told for certain.
    #[serde(skip)]
    pub unread: Vec<Unread>,
}

/// Words that look like a fact and were left as prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The fact that they look like.
    pub kind: UnreadKind,
    /// The words.
    pub span: Span,
    /// Why they were not read.
    pub why: Cow<'static, str>,
    /// The words that would be read.
    pub write: Cow<'static, str>,
    /// Other words, which they contradict.
    pub other: Option<Span>,
}

/// A kind of fact, of which nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadKind {
    /// Numbers that look like limits.
    Range,
    /// A range whose greater number comes first.
    Reversed,
    /// Numbers with names.
    Values,
    /// A length.
    Length,
    /// A unit.
    Unit,
    /// A format that is checked.
    Format,
    /// The release that a key came or went with.
    Release,
}

impl Facts {
    /// What was not read and is stated nowhere else either.
    pub fn unread(&self) -> impl Iterator<Item = &Unread> {
        self.unread.iter().filter(|unread| match unread.kind {
            UnreadKind::Range | UnreadKind::Reversed => self.range.is_none(),
            UnreadKind::Values => self.values.is_empty(),
            // A least length is not read beside a greatest that is.
            UnreadKind::Length => true,
            UnreadKind::Unit => self.unit.is_none(),
            UnreadKind::Format => self.format.is_none(),
            // It is no fact of the value, and recorded only where none is stated.
            UnreadKind::Release => true,
        })
    }
}

/// Writes a unit as its symbol.
pub(super) fn unit_symbol<S: Serializer>(
    unit: &Option<Fact<Unit>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let symbol = unit.as_ref().map(|unit| unit.value.symbol());
    symbol.serialize(serializer)
}

/// Numbers that are allowed, both ends included. An end that nobody states is that of
/// the type, or, where the type has none, [`LOWEST`](Self::LOWEST) and
/// [`HIGHEST`](Self::HIGHEST).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NumberRange {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
}

impl NumberRange {
    /// No number is too small.
    pub const LOWEST: i64 = i64::MIN;
    /// No number is too great.
    pub const HIGHEST: i64 = i64::MAX;

    /// The least number, if there is one.
    pub fn least(self) -> Option<i64> {
        (self.min != Self::LOWEST).then_some(self.min)
    }

    /// The greatest number, if there is one.
    pub fn greatest(self) -> Option<i64> {
        (self.max != Self::HIGHEST).then_some(self.max)
    }
}

impl fmt::Display for NumberRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least(), self.greatest()) {
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            _ => write!(f, "{} to {}", self.min, self.max),
        }
    }
}

/// The format that a string or a number is the spelling of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Format {
    /// `#RRGGBB`, checked on write.
    Colour,
    /// Seconds since 1970.
    UnixTime,
    /// Seconds since the day began. Whether the day's end may be written as
    /// 86400 no description says, so nothing is checked.
    SecondsOfDay,
}

impl Format {
    /// As `dump` and schemas call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Colour => "#RRGGBB",
            Format::UnixTime => "unix time",
            Format::SecondsOfDay => "seconds since midnight",
        }
    }
}

/// The length that a string or an array may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Length {
    /// So many bytes of UTF-8.
    Bytes(u32),
    /// So many characters.
    Characters(u32),
    /// So many entries of an array.
    Entries(u32),
}

/// `None=0, Scanning=1, Finished=2`; or `Static=false, Dynamic=true`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueList {
    /// The field it belongs to: `encryptionType: OPEN=0, …`.
    pub label: Option<At<String>>,
    /// In the order of the text; never empty.
    pub values: Vec<NamedValue>,
    /// The text says that there are more: `…`, or an item was not readable.
    pub open: bool,
    /// The text itself says so.
    #[serde(skip)]
    pub ellipsis: bool,
    /// They stand for `false` (0) and `true` (1), not for numbers.
    pub booleans: bool,
    /// The whole list.
    #[serde(skip)]
    pub span: Span,
    /// Items that were not readable.
    #[serde(skip)]
    pub unreadable: Vec<Span>,
}

impl ValueList {
    /// Returns whether its numbers are those of a value of `types` itself, and not of a
    /// part of it: an object, or an array of which nothing is known, has no numbers.
    pub fn is_own(&self, types: &[Type]) -> bool {
        let numbers = |ty: &Type| !matches!(ty.item(), Scalar::Array | Scalar::Object);
        self.label.is_none() && types.iter().any(numbers)
    }
}

/// `NAME=number`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedValue {
    /// `NAME`.
    pub name: String,
    /// The number.
    pub value: i64,
    /// Both, as they stand in the description.
    #[serde(skip)]
    pub span: Span,
}
