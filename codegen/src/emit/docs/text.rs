//! Pieces of text that documents for people are put together from.
//!
//! A leaf. It must never know text of the spec: that goes through
//! [`escape`](crate::emit::escape).

use std::fmt::{Display, Write as _};

use crate::model::{Access, ValueList};

/// Appends pieces, one behind the other.
pub(super) fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

/// Appends a number.
pub(super) fn push_number(out: &mut String, number: impl Display) {
    // A string takes everything.
    let _ = write!(out, "{number}");
}

/// Appends what one of named values stands for, as JSON.
pub(super) fn push_value(out: &mut String, list: &ValueList, value: i64) {
    match (list.booleans, value) {
        (true, 0) => out.push_str("false"),
        (true, _) => out.push_str("true"),
        (false, number) => push_number(out, number),
    }
}

/// Takes off the comma behind the last of several.
pub(super) fn pop_comma(out: &mut String) {
    if out.ends_with(',') {
        out.pop();
    }
}

/// Access in words.
pub(super) fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::ReadWrite => "read and write",
        Access::Write => "write",
    }
}
