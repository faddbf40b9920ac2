//! Keys: given once, and different in Rust too.

use std::collections::BTreeMap;

use crate::{
    model::{At, Key, Model},
    names,
    report::codes,
    source::{Diagnostic, Report, Span},
};

pub(super) fn check_keys(model: &Model, names: &[At<String>], report: &mut Report) {
    check_given_once(model, names, report);
    for name in names {
        check_usable(name, "key", report);
    }
    check_collisions(names, "keys", report);
    if let Some(name) = names.get(MAX_KEYS) {
        report.push(
            Diagnostic::new(&codes::TOO_MANY_KEYS, format!("{} keys", names.len()))
                .at(name.span, format!("the first of more than {MAX_KEYS}"))
                .help("a key is known by a number of 16 bits: split the API"),
        );
    }
}

/// The same key twice is an error.
fn check_given_once(model: &Model, names: &[At<String>], report: &mut Report) {
    let mut first: BTreeMap<&str, (Span, Option<&Key>)> = BTreeMap::new();
    let mut keys = model.keys.iter().peekable();
    for name in names {
        // Keys that could be read are in the order of all names.
        let key = keys.next_if(|key| key.name.span == name.span && key.name.value == name.value);
        match first.get(name.value.as_str()) {
            Some(&(span, before)) => report.push(duplicate(name, span, key.zip(before))),
            None => {
                first.insert(&name.value, (name.span, key));
            }
        }
    }
}

fn duplicate(name: &At<String>, first: Span, keys: Option<(&Key, &Key)>) -> Diagnostic {
    let message = format!("key `{}` is given twice", name.value);
    let diagnostic = Diagnostic::new(&codes::DUPLICATE_KEY, message)
        .at(name.span, "given again here")
        .also(first, "first given here")
        .help("remove one of the rows");
    let Some((key, before)) = keys else {
        return diagnostic;
    };
    let differ = [
        ("R/W", key.access.value != before.access.value),
        (
            "type",
            (key.ty.value, key.set_ty) != (before.ty.value, before.set_ty),
        ),
        ("category", key.category.value != before.category.value),
        (
            "description",
            key.description.value != before.description.value,
        ),
    ];
    let differ: Vec<&str> = differ
        .iter()
        .filter(|(_, differ)| *differ)
        .map(|(what, _)| *what)
        .collect();
    match differ.is_empty() {
        true => diagnostic,
        false => diagnostic.note(format!("they differ in {}", differ.join(", "))),
    }
}

/// Keys are numbered from 0 in 16 bits, and one number is left over.
const MAX_KEYS: usize = u16::MAX as usize;

/// The types that are made of keys and fields must be different too.
pub(super) fn check_types(model: &Model, report: &mut Report) {
    if report.has_errors() {
        return;
    }
    let mut seen = BTreeMap::new();
    for (name, span) in crate::type_names::places(model) {
        if let Some(first) = seen.insert(name.clone(), span) {
            report.push(
                Diagnostic::new(
                    &codes::COLLIDING_NAMES,
                    format!("two types become `{name}` in Rust"),
                )
                .at(span, "this is one")
                .also(first, "this is the other")
                .help("rename a key or a field"),
            );
        }
    }
}

/// The name must be possible in Rust, as field and as variant.
pub(super) fn check_usable(name: &At<String>, what: &str, report: &mut Report) {
    let value = &name.value;
    for (identifier, plain) in [
        (names::field(value), names::snake(value)),
        (names::variant(value), names::camel(value)),
    ] {
        if identifier.is_none() {
            report.push(
                Diagnostic::new(
                    &codes::UNUSABLE_NAME,
                    format!("{what} `{value}` cannot be a name in Rust"),
                )
                .at(name.span, format!("would be `{plain}`"))
                .help("rename it; not even `r#` makes an identifier of this word"),
            );
            return;
        }
    }
}

/// Different names must be different identifiers.
fn check_collisions(all: &[At<String>], what: &str, report: &mut Report) {
    let mut seen: BTreeMap<String, &At<String>> = BTreeMap::new();
    for name in all {
        // A field and a variant never meet; a variant stands for both, as it
        // forgets more: `a_b` and `aB` are both `AB`.
        let identifier = names::camel(&name.value);
        match seen.get(&identifier) {
            Some(first) if first.value != name.value => report.push(
                Diagnostic::new(
                    &codes::COLLIDING_NAMES,
                    format!(
                        "{what} `{}` and `{}` become one name in Rust",
                        first.value, name.value
                    ),
                )
                .at(name.span, format!("becomes `{identifier}`"))
                .also(first.span, format!("becomes `{identifier}` too"))
                .help("rename one of them"),
            ),
            Some(_) => {}
            None => {
                seen.insert(identifier, name);
            }
        }
    }
}
