//! `src/keys.rs` and `src/docs.rs`: the tables, a line a key.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    Api, OutputFile, access,
    api::Row,
    bounds::Bounds,
    escape, file, filled, import,
    lookup::{self, Tables},
    sentence,
};
use crate::model::{Access, Key, Model};

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut rows = String::new();
    for row in &api.rows {
        descriptor(&mut rows, row);
    }
    let mut out = imports(api.model, &rows);
    key_enum(&mut out, api);
    key_impl(&mut out, api);
    descriptors(&mut out, api, &rows);
    constants(&mut out, &Bounds::new(api), api.rows.len());
    file("keys", &out)
}

/// The `use` lines; nothing that no row needs.
fn imports(model: &Model, rows: &str) -> String {
    let accesses: BTreeSet<&str> = model
        .keys
        .iter()
        .map(|key| access(key.access.value))
        .collect();
    let categories: BTreeSet<&str> = model
        .keys
        .iter()
        .map(|key| key.category.value.name())
        .collect();
    let categories: Vec<&str> = categories.into_iter().collect();
    let accesses: Vec<&str> = accesses.into_iter().collect();
    let mut out = format!(
        "use core::fmt;

use goe_runtime::{{{}, Capacities, {}, Descriptor, Doc, KeyIndex, Lookup, Registry, Type}};
",
        import("Access", &accesses),
        import("Category", &categories),
    );
    if rows.contains("types::") {
        out.push_str("\nuse crate::types;\n");
    }
    out
}

fn key_enum(out: &mut String, api: &Api<'_>) {
    out.push_str(
        "
/// Every key of the table, in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Key {
",
    );
    for row in &api.rows {
        let Key { name, origin, .. } = row.key;
        // Into a string, which takes everything.
        let _ = write!(out, "    /// `{}`: ", name.value);
        sentence(out, &row.key.description.value);
        about_type(out, row.key);
        let _ = write!(
            out,
            "    /// Source: {}, line {}.\n    {},\n",
            escape::text(&origin.file),
            origin.line,
            row.variant,
        );
    }
    out.push_str("}\n");
}

/// ` Type …, category …` and the end of the line.
fn about_type(out: &mut String, key: &Key) {
    let access = match key.access.value {
        Access::Read => "read-only",
        Access::ReadWrite => "read and write",
        Access::Write => "write-only",
    };
    let (comma, unit) = super::unit(key);
    let category = key.category.value.name();
    let _ = write!(out, " Type `{}`", key.ty.value);
    if let Some(set) = key.set_ty {
        let _ = write!(out, ", written as `{set}`");
    }
    let _ = writeln!(out, "{comma}{unit}, {access}, category {category}.");
}

fn key_impl(out: &mut String, api: &Api<'_>) {
    let count = api.rows.len();
    let all = api.rows.iter().map(|row| format!("Key::{}", row.variant));
    let all = filled("        ", all);
    let _ = write!(
        out,
        "
impl Key {{
    /// Every key, in table order.
    pub const ALL: [Key; {count}] = [
{all}
    ];

    /// The key of that name.
    pub fn from_name(name: &str) -> Option<Key> {{
        REGISTRY.find(name).and_then(Key::from_index)
    }}

    /// The key at a position of the table.
    pub fn from_index(index: KeyIndex) -> Option<Key> {{
        Key::ALL.get(usize::from(index.0)).copied()
    }}

    /// Its position in the table.
    pub const fn index(self) -> KeyIndex {{
        KeyIndex(self as u16)
    }}

    /// The key as clients spell it.
    pub const fn name(self) -> &'static str {{
        DESCRIPTORS[self as usize].name
    }}

    /// What the wire needs to know of it.
    pub const fn descriptor(self) -> &'static Descriptor {{
        &DESCRIPTORS[self as usize]
    }}

    /// Prose about it.
    pub const fn doc(self) -> &'static Doc {{
        &crate::docs::DOCS[self as usize]
    }}
}}

impl fmt::Debug for Key {{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
        f.write_str(self.name())
    }}
}}
"
    );
}

fn descriptor(out: &mut String, row: &Row<'_>) {
    let (key, access) = (row.key, access(row.key.access.value));
    let _ = write!(
        out,
        "    Descriptor::new({:?}, {access}, {}, ",
        row.wire(),
        key.category.value.name(),
    );
    row.typed.descriptors(out, "types::");
    out.push_str(",\n");
}

fn descriptors(out: &mut String, api: &Api<'_>, rows: &str) {
    let names: Vec<&str> = api.rows.iter().map(Row::wire).collect();
    let Tables {
        seed,
        displacements,
        slots,
    } = lookup::table(&names);
    let list = |numbers: &mut dyn Iterator<Item = String>| match filled("            ", numbers) {
        numbers if numbers.is_empty() => String::new(),
        numbers => format!("\n{numbers}\n        "),
    };
    let displacements = list(&mut displacements.iter().map(u8::to_string));
    let slots = list(&mut slots.iter().map(u16::to_string));
    let _ = write!(
        out,
        "
/// What the wire needs to know of each key, in table order.
pub static DESCRIPTORS: [Descriptor; {count}] = [
{rows}];

/// All keys, for code that names none.
pub static REGISTRY: Registry = Registry {{
    descriptors: &DESCRIPTORS,
    lookup: Lookup {{
        seed: {seed},
        displacements: &[{displacements}],
        slots: &[{slots}],
    }},
    capacities: Capacities {{
        document: DOCUMENT_CAPACITY,
        entry: ENTRY_CAPACITY,
        stored: STORED_CAPACITY,
        name: NAME_CAPACITY,
    }},
}};
",
        count = api.rows.len(),
    );
}

fn constants(out: &mut String, bounds: &Bounds, count: usize) {
    let Bounds {
        document,
        entry,
        stored,
        name,
    } = bounds;
    let _ = write!(
        out,
        "
/// Bytes of the status document, at most.
pub const DOCUMENT_CAPACITY: usize = {document};
/// Bytes of one entry of it, at most.
pub const ENTRY_CAPACITY: usize = {entry};
/// Bytes of one stored setting, at most.
pub const STORED_CAPACITY: usize = {stored};
/// Bytes of the longest key name.
pub const NAME_CAPACITY: usize = {name};
/// A set of these keys.
pub type KeySet = goe_runtime::KeySet<{{ goe_runtime::key_set::words({count}) }}>;
/// The status document of these keys.
pub type Document = goe_runtime::Document<
    DOCUMENT_CAPACITY,
    {count},
    {{ goe_runtime::key_set::words({count}) }},
>;
"
    );
}

pub(super) fn emit_docs(model: &Model) -> OutputFile {
    let mut out = format!(
        "use goe_runtime::Doc;

/// Prose about each key, in table order.
pub static DOCS: [Doc; {}] = [
",
        model.keys.len(),
    );
    for key in &model.keys {
        let _ = write!(
            out,
            "    Doc {{ description: {:?}, unit: ",
            key.description.value
        );
        let _ = match &key.facts.unit {
            Some(unit) => write!(out, "Some({:?})", unit.value),
            None => write!(out, "None"),
        };
        let (file, line) = (&key.origin.file, key.origin.line);
        let _ = writeln!(out, ", file: {file:?}, line: {line} }},");
    }
    out.push_str("];\n");
    file("docs", &out)
}
