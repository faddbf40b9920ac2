//! `src/*.rs`: the Rust that the firmware compiles against.
//!
//! Data first: tables of a line a key for the whole spec, never code per key.
//! What the tables are written in terms of is the crate `goe_runtime`.
//!
//! Text is written as it stands in the file, for a formatter would take most of
//! the time of a run; a test holds items against what prettyplease makes of
//! them. Rows of tables are a line each, which no formatter leaves, so that the
//! files are `#[rustfmt::skip]`.
//!
//! Only names that [`check`](crate::check) let through come here, so that every
//! identifier is one.

mod api;
mod bounds;
mod enums;
mod home_assistant;
mod keys;
mod library;
mod lookup;
mod render;
mod ty;
mod types;
mod wire;
mod write;

pub(crate) use enums::type_names;

use std::collections::BTreeSet;

use super::{COMMAND, MARK, OutputFile, escape};
use crate::{
    model::{Access, Key, Model},
    names,
};
use api::Api;
use enums::Enums;

/// Lines with several entries are at most this wide.
const WIDTH: usize = 100;

pub(super) fn emit(model: &Model) -> Vec<OutputFile> {
    let enums = Enums::new(model);
    let api = Api::new(model, &enums);
    vec![
        library::emit(model),
        keys::emit(&api),
        keys::emit_docs(model),
        types::emit(&api),
        render::emit_readings(&api),
        render::emit_settings(&api),
        write::emit(&api),
        wire::emit_http(model),
        wire::emit_mqtt(model),
        home_assistant::emit(&api),
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
    fn runtime(&mut self, name: &'static str) -> &'static str {
        self.runtime.insert(name);
        name
    }

    /// `name` of the generated crate, imported.
    fn krate(&mut self, name: &str) {
        if !self.krate.contains(name) {
            self.krate.insert(name.to_owned());
        }
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

/// The field of a key or field called `name`.
fn field_ident(name: &str) -> String {
    names::field(name).unwrap_or_else(|| unusable(name))
}

/// The variant of a key or value called `name`.
fn variant_ident(name: &str) -> String {
    names::variant(name).unwrap_or_else(|| unusable(name))
}

/// Checked names never come here; if one did, rustc would name it.
fn unusable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("unusable_{}", name.chars().map(plain).collect::<String>())
}

/// Appends prose of the spec to a doc comment; one dot at the end.
fn sentence(out: &mut String, prose: &str) {
    let text = escape::text(prose.trim());
    if text.is_empty() {
        out.push_str("No description.");
        return;
    }
    out.push_str(&text);
    if !text.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
}

/// A string as a literal of Rust.
fn string(text: &str) -> String {
    format!("{text:?}")
}

/// Short entries, as many a line as fit.
fn filled<T: AsRef<str>>(indent: &str, entries: impl IntoIterator<Item = T>) -> String {
    let mut out = String::new();
    let mut width = WIDTH;
    for entry in entries {
        let entry = entry.as_ref();
        if width + entry.len() + 2 > WIDTH {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(indent);
            width = indent.len();
        } else {
            out.push(' ');
            width += 1;
        }
        width += entry.len() + 1;
        out.push_str(entry);
        out.push(',');
    }
    out
}

/// `, Wh` behind the link to a key, where its unit is known.
fn unit(key: &Key) -> (&'static str, &'static str) {
    match &key.facts.unit {
        Some(unit) => (", ", unit.value),
        None => ("", ""),
    }
}
