//! A checked value, before it has a type of Rust.

use crate::number::Number;
use crate::string::JsonStr;

/// A checked JSON value; texts, objects and arrays stay in place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(JsonStr<'a>),
    /// The text of an array.
    Array(&'a str),
    /// An array of numbers that was never a text.
    Numbers(&'a [Number]),
    /// The text of an object.
    Object(&'a str),
    /// The text of a value whose key says no more than that it is JSON.
    Raw(&'a str),
}
