//! The facts that a description states about a value, and where it states them.

use goe_runtime::Unit;
use serde::{Serialize, Serializer};

use super::place::At;
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
    /// The bytes that a string has at least: the 4 of `4 to 64 bytes`.
    pub least: Option<Fact<u32>>,
    /// `format: #RRGGBB`.
    pub format: Option<Fact<Format>>,
    /// Lists of named values.
    pub values: Vec<ValueList>,
}

/// Writes a unit as its symbol.
pub(super) fn unit_symbol<S: Serializer>(
    unit: &Option<Fact<Unit>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let symbol = unit.as_ref().map(|unit| unit.value.symbol());
    symbol.serialize(serializer)
}

/// Numbers that are allowed, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NumberRange {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
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
    /// They stand for `false` (0) and `true` (1), not for numbers.
    pub booleans: bool,
    /// The whole list.
    #[serde(skip)]
    pub span: Span,
    /// Items that were not readable.
    #[serde(skip)]
    pub unreadable: Vec<Span>,
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
