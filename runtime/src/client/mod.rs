//! The other end of the wire: owned values of a table, for programs that read and set
//! a device.
//!
//! Generated code has a struct of all readable keys and an enum of all settable ones;
//! what both are made of stands here. What a device says is never refused: a value
//! that is not of the table's type, and a key or a field that the table does not know,
//! are kept as the JSON that they came in. It needs a heap, so that it is behind a
//! feature, and it must never know a key, a socket or how long anything takes.

mod json;
mod members;
mod serde;
mod table;
mod text;

pub use self::json::{Json, OneOf, text};
pub use self::members::{Family, Member, Members, Others};
#[doc(hidden)]
pub use self::members::{print, read};
#[doc(hidden)]
pub use self::serde::{deserialize, serialize};
pub use self::text::JsonText;
#[doc(hidden)]
pub use ::serde as serde_crate;
#[doc(hidden)]
pub use alloc::{string::String, vec, vec::Vec};

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros write for public structs")]
mod tests;
