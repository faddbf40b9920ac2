//! Pieces of text that documents for people are put together from.
//!
//! A leaf. It must never know text of the spec: that goes through
//! [`escape`](crate::emit::escape).

use crate::model::{Access, ValueList};

/// Appends to a text what `format!` would make of the rest.
macro_rules! push {
    ($out:expr, $($text:tt)+) => {{
        use std::fmt::Write as _;
        // A string takes everything.
        let _ = write!($out, $($text)+);
    }};
}
pub(super) use push;

/// What one of named values stands for, as JSON.
pub(super) fn value(list: &ValueList, value: i64) -> String {
    match list.booleans {
        true => (value != 0).to_string(),
        false => value.to_string(),
    }
}

/// The numbers that have a name, each once.
pub(super) fn numbers(list: &ValueList) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for item in &list.values {
        let number = item.value.to_string();
        if !all.contains(&number) {
            all.push(number);
        }
    }
    all
}

/// Access in words.
pub(super) fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::ReadWrite => "read and write",
        Access::Write => "write",
    }
}

/// Clauses as one more sentence behind another; nothing without any.
pub(super) fn more(clauses: &[String]) -> String {
    let text = clauses.join("; ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!(" {}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Prose with a mark at its end.
pub(super) fn sentence(prose: &str) -> String {
    let prose = prose.trim();
    let mark = if prose.is_empty() || prose.ends_with(['.', '!', '?', '…']) {
        ""
    } else {
        "."
    };
    format!("{prose}{mark}")
}
