//! What is wrong only beside something else.
//!
//! Takes the model, changes nothing of it, and adds to the report: names that collide, facts that
//! contradict types, shapes that fit no key, routes and topics given twice.
//! After this without an error, emitters may rely on all of it.

mod arrays;
mod families;
mod names;
mod positions;
mod shapes;
mod values;
mod wire;

use std::collections::BTreeMap;

use crate::{
    model::{At, Model},
    source::{Code, Diagnostic, Report, Span},
};

/// Checks the model; `key_names` are those of all keys, also of those that could
/// not be read.
pub(crate) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    names::check_keys(model, key_names, report);
    values::check_keys(model, report);
    shapes::check(model, key_names, report);
    positions::check(model, key_names, report);
    if !report.has_errors() {
        // What looks untyped may have a section that could not be read.
        arrays::check(model, report);
    }
    families::check(model, report);
    wire::check(model, report);
    names::check_types(model, report);
    report.sort();
}

/// Reports every item whose `id` an earlier one has: `what` is such an item in
/// words, `help` what to do.
fn check_unique<'a, T>(
    items: &'a [T],
    id: impl Fn(&'a T) -> (String, Span),
    code: &'static Code,
    what: &str,
    help: &'static str,
    report: &mut Report,
) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for item in items {
        let (id, span) = id(item);
        if let Some(&first) = seen.get(&id) {
            report.push(
                Diagnostic::new(code, format!("{what} `{id}` is given twice"))
                    .at(span, "given again here")
                    .also(first, "first given here")
                    .help(help),
            );
        } else {
            seen.insert(id, span);
        }
    }
}
