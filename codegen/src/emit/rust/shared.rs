//! Rows that keys share: each stands once in a table, and keys name its place.
//!
//! A compiler takes longer for what a row says than for anything else of a key, and
//! a device keeps it in flash; most keys of a table differ from others in nothing but
//! their names. This file must never know what a row says.

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::layout::{File, write};

/// Rows, in the order in which they came first.
#[derive(Default)]
pub(super) struct Shared {
    rows: Vec<TokenStream>,
    places: HashMap<String, usize>,
    /// The text of the row that was asked for last.
    text: String,
}

impl Shared {
    /// The place of a row.
    pub(super) fn place(&mut self, row: TokenStream) -> Literal {
        let next = self.rows.len();
        self.text.clear();
        write(&mut self.text, row.clone());
        let place = self.places.get(&self.text).copied().unwrap_or(next);
        if place == next {
            self.places.insert(self.text.clone(), place);
            self.rows.push(row);
        }
        Literal::usize_unsuffixed(place)
    }

    /// Appends them as `static NAME: [OF; N]`.
    pub(super) fn table(self, file: &mut File, docs: &str, name: TokenStream, of: TokenStream) {
        let count = Literal::usize_unsuffixed(self.rows.len());
        file.table(&[docs], quote!(static #name: [#of; #count] =), self.rows);
    }
}
