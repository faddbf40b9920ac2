//! Keys: given once, and different in Rust too.

use std::collections::BTreeMap;

use super::check_unique;
use crate::{
    diagnostics::{Diagnostic, Report, codes},
    model::{At, Model},
    names,
};

pub(super) fn check_keys(names: &[At<String>], report: &mut Report) {
    let id = |name: &At<String>| (name.value.clone(), name.span);
    let help = "remove one of the rows";
    check_unique(names, id, &codes::DUPLICATE_KEY, "key", help, report);
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

/// Keys are numbered from 0 in 16 bits, and one number is left over.
const MAX_KEYS: usize = u16::MAX as usize;

/// The types that are made of keys and fields must be different too.
pub(super) fn check_types(model: &Model, report: &mut Report) {
    if report.has_errors() {
        return;
    }
    let mut seen = BTreeMap::new();
    for (name, span) in crate::emit::type_names(model) {
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
