//! `src/*.rs`: the Rust that the firmware compiles against.
//!
//! Data first: tables of a line a key for the whole spec, never code per key.
//! The tables are written in terms of the crate `goe_runtime`. Every item is tokens,
//! so that an emitter reads as what it makes; [`layout`] turns them into text.
//!
//! Only names that [`check`](crate::check) let through come here, so that every
//! identifier is one.

mod client;
mod home_assistant;
mod kept;
mod keys;
mod layout;
mod library;
mod lookup;
mod messages;
mod shared;
mod types;
mod values;
mod wire;
mod write;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{escape, output::OutputFile};
use crate::{
    api::{Api, Entry, Key, Value},
    model::{Access, Coverage},
    names,
};
use layout::File;
use shared::Shared;
pub(crate) use types::type_text;

pub(super) fn emit(api: &Api<'_>) -> Vec<OutputFile> {
    let rust = Rust::new(api);
    let (readings, of_readings) = values::emit_readings(&rust);
    let (settings, of_settings) = values::emit_settings(&rust);
    let (write, of_write) = write::emit(&rust);
    let mut files = vec![
        library::emit_crate(api),
        library::emit_module(api, [of_readings, of_settings, of_write]),
        keys::emit(&rust),
        keys::emit_docs(api),
        types::emit(api),
        readings,
        settings,
        write,
        wire::emit_http(api),
        wire::emit_mqtt(api),
        messages::emit(api),
        home_assistant::emit(api),
        client::emit(&rust),
    ];
    files.extend(kept::emit(&rust));
    files
}

/// The API, with the identifiers that several files need.
struct Rust<'a> {
    api: &'a Api<'a>,
    /// Of each key, its variant of `Key`.
    variants: Vec<Ident>,
    rows: Vec<Row<'a>>,
}

/// A key or a family, as it stands in `Readings`, `Settings` and `Write`.
struct Row<'a> {
    entry: &'a Entry<'a>,
    /// The key, or the first of the family.
    key: &'a Key<'a>,
    /// `r#mod`.
    field: Ident,
    /// `Mod`.
    variant: Ident,
}

impl<'a> Rust<'a> {
    fn new(api: &'a Api<'a>) -> Self {
        let rows = api.entries.iter().map(|entry| Row {
            entry,
            key: api.first(entry),
            field: field_ident(entry.name),
            variant: variant_ident(entry.name),
        });
        Rust {
            api,
            variants: api.keys.iter().map(|key| variant_ident(key.name)).collect(),
            rows: rows.collect(),
        }
    }

    /// The variants of the keys of a row.
    fn variants_of(&self, row: &Row<'_>) -> &[Ident] {
        &self.variants[row.entry.keys.clone()]
    }
}

impl<'a> Row<'a> {
    fn value(&self) -> &'a Value<'a> {
        &self.key.value
    }

    /// The device keeps it, by generated code.
    fn is_kept(&self) -> bool {
        self.key.is_kept()
    }

    /// The value that it always has, as JSON.
    fn constant(&self) -> Option<String> {
        let constant = self.key.coverage == Some(Coverage::Constant);
        let default = self.value().default().filter(|_| constant);
        default.map(ToString::to_string)
    }

    /// Returns the number of keys, of a family.
    fn count(&self) -> Option<usize> {
        self.entry.is_family.then_some(self.entry.keys.len())
    }

    /// Of each key its name, and what its part of the field is called.
    fn members(&self, api: &'a Api<'a>) -> impl Iterator<Item = (&'a str, Ident)> {
        let keys = api.keys_of(self.entry).iter();
        keys.map(|key| (key.name, field_ident(key.name)))
    }
}

/// The lifetime of a type, if it has one: `<'a>`.
type Lifetime = Option<TokenStream>;

/// The names a file takes from `goe_runtime`, and from the module that it is in.
#[derive(Default)]
struct Uses {
    runtime: BTreeSet<&'static str>,
    krate: BTreeSet<String>,
}

impl Uses {
    /// `name` of the runtime, imported.
    fn runtime(&mut self, name: &'static str) -> Ident {
        self.runtime.insert(name);
        ident(name)
    }

    /// `name` of the generated API, imported.
    fn krate(&mut self, name: &str) -> Ident {
        if !self.krate.contains(name) {
            self.krate.insert(name.to_owned());
        }
        ident(name)
    }
}

impl ToTokens for Uses {
    fn to_tokens(&self, out: &mut TokenStream) {
        let runtime = self.runtime.iter().map(|name| ident(name));
        let krate = self.krate.iter().map(|name| ident(name));
        if !self.runtime.is_empty() {
            out.extend(quote!(use goe_runtime::{#(#runtime),*};));
        }
        if !self.krate.is_empty() {
            out.extend(quote!(use super::{#(#krate),*};));
        }
    }
}

/// The variant of `goe_runtime::Access`.
fn access(access: Access) -> Ident {
    ident(match access {
        Access::Read => "Read",
        Access::ReadWrite => "ReadWrite",
        Access::Write => "Write",
    })
}

/// A word that is an identifier, raw or not.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(word) => Ident::new_raw(word, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The field of a key or field called `name`.
fn field_ident(name: &str) -> Ident {
    names::field(name).map_or_else(|| unusable(name), |name| ident(&name))
}

/// The variant of a key or value called `name`.
fn variant_ident(name: &str) -> Ident {
    names::variant(name).map_or_else(|| unusable(name), |name| ident(&name))
}

/// Checked names never come here; if one did, rustc would name it.
fn unusable(name: &str) -> Ident {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format_ident!("unusable_{}", name.chars().map(plain).collect::<String>())
}

/// Prose of the spec as a line of documentation; one dot at the end.
fn sentence(prose: &str) -> String {
    let text = escape::text(prose.trim());
    if text.is_empty() {
        return "No description.".to_owned();
    }
    let dot = if text.ends_with(['.', '!', '?', '…']) {
        ""
    } else {
        "."
    };
    format!("{text}{dot}")
}

/// The link to a key, and behind it the unit, where it is known.
fn link(rust: &Rust<'_>, row: &Row<'_>) -> String {
    let keys = match rust.variants_of(row) {
        [first, .., last] => format!("[`Key::{first}`] to [`Key::{last}`]"),
        [variant] => format!("[`Key::{variant}`]"),
        [] => String::new(),
    };
    match &row.value().facts.unit {
        Some(unit) => format!("{keys}, {}.", unit.value.symbol()),
        None => format!("{keys}."),
    }
}
