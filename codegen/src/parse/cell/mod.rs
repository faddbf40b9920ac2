//! Readers of single cells: each kind of cell in a file of its own.
//!
//! Takes a cell's place, gives its value with its place, and findings of what
//! could not be read. A cell is read alone: nothing here knows of rows, of
//! tables, or of what other cells say.

pub(super) mod action;
pub(super) mod capacity;
pub(super) mod choice;
pub(super) mod key;
mod meant;
pub(super) mod release;
pub(super) mod text;
pub(super) mod types;
