//! What is wrong only beside something else.
//!
//! Takes the parsed model, adds to its report: names that collide, facts that
//! contradict types, shapes that fit no key, routes and topics given twice.
//! After this without an error, emitters may rely on all of it.

mod arrays;
mod families;
mod names;
mod positions;
mod shapes;
mod values;
pub(crate) mod wire;

use std::collections::BTreeMap;

use crate::{
    parse::{self, Parsed},
    source::{Code, Diagnostic, Report, Span},
};

/// Completes and checks the model.
pub(crate) fn check(parsed: &mut Parsed) {
    parse::resolve_shapes(parsed);
    let Parsed {
        model,
        report,
        key_names,
    } = parsed;
    names::check_keys(model, key_names, report);
    values::check_keys(model, report);
    shapes::check(model, key_names, report);
    positions::check(model, key_names, report);
    arrays::check(model, report);
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
