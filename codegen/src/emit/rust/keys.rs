//! `src/keys.rs` and `src/docs.rs`: the tables, a line a key.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    OutputFile, access,
    enums::Enums,
    file, filled, import, sentence, string, table,
    ty::{Form, Typed},
    variant_ident,
};
use crate::model::{Access, Key, Model};

pub(super) fn emit(model: &Model) -> OutputFile {
    let enums = Enums::new(model);
    let rows: Vec<String> = model
        .keys
        .iter()
        .map(|key| descriptor(model, &enums, key))
        .collect();
    let mut out = imports(model, &rows);
    key_enum(&mut out, model);
    key_impl(&mut out, model);
    descriptors(&mut out, model, rows);
    constants(&mut out, model.keys.len());
    file("keys", &out)
}

/// The `use` lines; nothing that no row needs.
fn imports(model: &Model, rows: &[String]) -> String {
    let accesses: BTreeSet<&str> = model
        .keys
        .iter()
        .map(|key| access(key.access.value))
        .collect();
    let categories: BTreeSet<String> = model
        .keys
        .iter()
        .map(|key| key.category.value.to_string())
        .collect();
    let categories: Vec<&str> = categories.iter().map(String::as_str).collect();
    let accesses: Vec<&str> = accesses.into_iter().collect();
    let mut out = format!(
        "use goe_runtime::{{{}, {}, Descriptor, Doc, KeyIndex, Registry, Type}};\n",
        import("Access", &accesses),
        import("Category", &categories),
    );
    if rows.iter().any(|row| row.contains("&types::")) {
        out.push_str("\nuse crate::types;\n");
    }
    out
}

fn key_enum(out: &mut String, model: &Model) {
    out.push_str(
        "
/// Every key of the table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Key {
",
    );
    for key in &model.keys {
        let Key { name, origin, .. } = key;
        let ty = match key.set_ty {
            Some(set) => format!("`{}`, written as `{set}`", key.ty.value),
            None => format!("`{}`", key.ty.value),
        };
        let access = match key.access.value {
            Access::Read => "read-only",
            Access::ReadWrite => "read and write",
            Access::Write => "write-only",
        };
        let unit = super::unit(key);
        let description = sentence(&key.description.value);
        // Into a string, which takes everything.
        let _ = writeln!(
            out,
            "    /// `{}`: {description} Type {ty}{unit}, {access}, category {}.\n    \
             /// Source: {}, line {}.\n    {},",
            name.value,
            key.category.value,
            super::escape::text(&origin.file),
            origin.line,
            variant_ident(&name.value),
        );
    }
    out.push_str("}\n");
}

fn key_impl(out: &mut String, model: &Model) {
    let count = model.keys.len();
    let all = model
        .keys
        .iter()
        .map(|key| format!("Key::{}", variant_ident(&key.name.value)));
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
"
    );
}

fn descriptor(model: &Model, enums: &Enums, key: &Key) -> String {
    let typed = Typed::key(model, enums, key);
    let mut row = format!(
        "Descriptor::new({}, {}, {}, {})",
        string(&key.name.value),
        access(key.access.value),
        key.category.value,
        typed.descriptor(Form::Read, "types::"),
    );
    if typed.written_as_another() {
        let _ = write!(
            row,
            ".written_as({})",
            typed.descriptor(Form::Write, "types::")
        );
    }
    row
}

fn descriptors(out: &mut String, model: &Model, rows: Vec<String>) {
    let mut by_name: Vec<(&str, usize)> = model
        .keys
        .iter()
        .enumerate()
        .map(|(at, key)| (key.name.value.as_str(), at))
        .collect();
    by_name.sort_unstable();
    let by_name = filled("        ", by_name.iter().map(|(_, at)| at.to_string()));
    let _ = write!(
        out,
        "
/// What the wire needs to know of each key, in table order.
pub static DESCRIPTORS: [Descriptor; {}] = [
{}];

/// All keys, for code that names none.
pub static REGISTRY: Registry = Registry {{
    descriptors: &DESCRIPTORS,
    by_name: &[
{by_name}
    ],
}};
",
        rows.len(),
        table(rows),
    );
}

fn constants(out: &mut String, count: usize) {
    let _ = write!(
        out,
        "
/// Bytes of the status document, at most.
pub const DOCUMENT_CAPACITY: usize = goe_runtime::descriptor::document_capacity(&DESCRIPTORS);
/// Bytes of one entry of it, at most.
pub const ENTRY_CAPACITY: usize = goe_runtime::descriptor::entry_capacity(&DESCRIPTORS);
/// Bytes of one stored setting, at most.
pub const STORED_CAPACITY: usize = goe_runtime::descriptor::stored_capacity(&DESCRIPTORS);
/// Bytes of the longest key name.
pub const NAME_CAPACITY: usize = goe_runtime::descriptor::name_capacity(&DESCRIPTORS);
/// A set of these keys.
pub type KeySet = goe_runtime::KeySet<{{ goe_runtime::key_set::words({count}) }}>;
/// The status document of these keys.
pub type Document = goe_runtime::Document<DOCUMENT_CAPACITY, {count}, {{ goe_runtime::key_set::words({count}) }}>;
"
    );
}

pub(super) fn emit_docs(model: &Model) -> OutputFile {
    let rows = model.keys.iter().map(|key| {
        let unit = match &key.facts.unit {
            Some(unit) => format!("Some({})", string(unit.value)),
            None => "None".to_owned(),
        };
        format!(
            "Doc {{ description: {}, unit: {unit}, file: {}, line: {} }}",
            string(&key.description.value),
            string(&key.origin.file),
            key.origin.line,
        )
    });
    let body = format!(
        "use goe_runtime::Doc;\n
/// Prose about each key, in table order.
pub static DOCS: [Doc; {}] = [
{}];
",
        model.keys.len(),
        table(rows),
    );
    file("docs", &body)
}
