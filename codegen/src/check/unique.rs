//! Things that may be given only once.

use std::collections::BTreeMap;

use crate::source::{Code, Diagnostic, Report, Span};

/// Reports every item whose `id` an earlier one has: `what` is such an item in
/// words, `help` what to do.
pub(super) fn check_unique<'a, T>(
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
