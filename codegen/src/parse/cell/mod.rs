//! Readers of single cells: each kind of cell in a file of its own.
//!
//! Takes a cell's place, gives its value with its place, and findings of what
//! could not be read. A cell is read alone: nothing here knows of rows, of
//! tables, or of what other cells say.

pub(super) mod action;
pub(super) mod bounds;
pub(super) mod capacity;
pub(super) mod choice;
pub(super) mod default;
pub(super) mod key;
pub(super) mod length;
mod meant;
pub(super) mod release;
pub(super) mod text;
pub(super) mod types;
pub(super) mod unit;
pub(super) mod values;

/// Returns whether a cell of this text says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(text, "" | "-" | "–" | "—")
}
