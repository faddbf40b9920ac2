//! `src/*.rs`: the Rust that the firmware compiles against.
//!
//! Data first: tables of a line a key for the whole spec, never code per key.
//! Items are quoted and laid out by prettyplease, tables by [`table`] and its
//! like, since formatters put a row of a table on ten lines. What the tables
//! are written in terms of is the crate `goe_runtime`.
//!
//! Only names that [`check`](crate::check) let through come here, so that every
//! identifier is one.

mod enums;
mod keys;
mod library;
mod render;
mod ty;
mod types;
mod wire;
mod write;

pub(crate) use enums::type_names;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{COMMAND, MARK, OutputFile, escape};
use crate::{
    model::{Access, Key, Model},
    names,
};

/// Lines with several entries are at most this wide.
const WIDTH: usize = 100;

pub(super) fn emit(model: &Model) -> Vec<OutputFile> {
    vec![
        library::emit(model),
        keys::emit(model),
        keys::emit_docs(model),
        types::emit(model),
        render::emit_readings(model),
        render::emit_settings(model),
        write::emit(model),
        wire::emit_http(model),
        wire::emit_mqtt(model),
    ]
}

/// `src/NAME.rs` with the header in front.
fn file(name: &str, body: &str) -> OutputFile {
    OutputFile {
        path: format!("src/{name}.rs"),
        contents: format!("{}\n{body}", header()),
    }
}

fn header() -> String {
    format!("// {MARK} from spec/. Do not edit: run `{COMMAND}`.\n")
}

/// The names a file takes from `goe_runtime`, and from its own crate.
#[derive(Default)]
struct Uses {
    runtime: BTreeSet<&'static str>,
    /// Variants of its `Access`.
    access: BTreeSet<&'static str>,
    krate: BTreeSet<String>,
}

impl Uses {
    /// `name` of the runtime, imported.
    fn runtime(&mut self, name: &'static str) -> Ident {
        self.runtime.insert(name);
        ident(name)
    }

    /// `name` of the generated crate, imported.
    fn krate(&mut self, name: &str) -> Ident {
        self.krate.insert(name.to_owned());
        ident(name)
    }

    /// The `use` lines.
    fn lines(&self) -> String {
        let list = |root: &str, names: Vec<&str>| match names.is_empty() {
            true => String::new(),
            false => format!("use {};\n", import(root, &names)),
        };
        let access: Vec<&str> = self.access.iter().copied().collect();
        let access = import("Access", &access);
        let mut runtime: Vec<&str> = self.runtime.iter().copied().collect();
        if !self.access.is_empty() {
            runtime.insert(0, &access);
        }
        let runtime = list("goe_runtime", runtime);
        let krate = list("crate", self.krate.iter().map(String::as_str).collect());
        let gap = if krate.is_empty() { "" } else { "\n" };
        format!("{runtime}{gap}{krate}")
    }
}

/// `root::name` or `root::{names}`.
fn import(root: &str, names: &[&str]) -> String {
    match names {
        [name] => format!("{root}::{name}"),
        names => format!("{root}::{{{}}}", names.join(", ")),
    }
}

/// The variant of `goe_runtime::Access`.
fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "Read",
        Access::ReadWrite => "ReadWrite",
        Access::Write => "Write",
    }
}

/// An identifier that may be raw: `r#mod`.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The field of a key or field called `name`.
fn field_ident(name: &str) -> Ident {
    ident(&names::field(name).unwrap_or_else(|| unusable(name)))
}

/// The variant of a key or value called `name`.
fn variant_ident(name: &str) -> Ident {
    ident(&names::variant(name).unwrap_or_else(|| unusable(name)))
}

/// Checked names never come here; if one did, rustc would name it.
fn unusable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("unusable_{}", name.chars().map(plain).collect::<String>())
}

/// A doc comment of one line.
fn doc(text: &str) -> TokenStream {
    let text = Literal::string(&format!(" {text}"));
    quote!(#[doc = #text])
}

/// Prose of the spec for a doc comment; one dot at the end.
fn sentence(prose: &str) -> String {
    let text = escape::text(prose.trim());
    if text.is_empty() {
        return "No description.".to_owned();
    }
    match text.ends_with(['.', '!', '?', '…']) {
        true => text,
        false => format!("{text}."),
    }
}

/// Each item laid out, with an empty line between them.
fn pretty(items: impl IntoIterator<Item = TokenStream>) -> String {
    let laid_out = items
        .into_iter()
        .map(|item| match syn::parse2(item.clone()) {
            Ok(file) => prettyplease::unparse(&file),
            // Only a fault of an emitter comes here; rustc will show the place.
            Err(_) => format!("{item}\n"),
        });
    laid_out.collect::<Vec<_>>().join("\n")
}

/// A string as a literal of Rust.
fn string(text: &str) -> String {
    format!("{text:?}")
}

/// Rows of a table, one a line.
fn table(rows: impl IntoIterator<Item = String>) -> String {
    rows.into_iter()
        .map(|row| format!("    {row},\n"))
        .collect()
}

/// Short entries, as many a line as fit.
fn filled(indent: &str, entries: impl IntoIterator<Item = String>) -> String {
    let mut out = String::new();
    let mut width = WIDTH;
    for entry in entries {
        if width + entry.len() + 2 > WIDTH {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(indent);
            width = indent.len();
        } else {
            out.push(' ');
            width += 1;
        }
        width += entry.len() + 1;
        out.push_str(&entry);
        out.push(',');
    }
    out
}

/// `, Wh` behind the link to a key, where its unit is known.
fn unit(key: &Key) -> String {
    let unit = key
        .facts
        .unit
        .as_ref()
        .map(|unit| format!(", {}", unit.value));
    unit.unwrap_or_default()
}
