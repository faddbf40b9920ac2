//! What descriptions say and nobody understood.
//!
//! Takes what mining left as prose; a fact that is stated elsewhere, in a column or by an
//! overlay, makes up for it.

use crate::{
    model::{Facts, Unread, UnreadKind},
    report::codes,
    source::{Code, Diagnostic, Report},
};

/// Reports what was not read of the description of `of`.
pub(super) fn check(facts: &Facts, of: &str, report: &mut Report) {
    report.extend(facts.unread().map(|unread| finding(unread, of)));
}

/// What was not read of the description of `of`, as a finding.
pub(super) fn finding(unread: &Unread, of: &str) -> Diagnostic {
    let (code, what, column): (&'static Code, &str, &str) = match unread.kind {
        UnreadKind::Range => (&codes::UNREAD_RANGE, "limits", "`Min` and `Max`"),
        UnreadKind::Reversed => (&codes::REVERSED_RANGE, "limits", "`Min` and `Max`"),
        UnreadKind::Values => (&codes::UNREAD_VALUES, "names of numbers", "`Values`"),
        UnreadKind::Length => (&codes::UNREAD_LENGTH, "a length", "`Length`"),
        UnreadKind::Unit => (&codes::UNREAD_UNIT, "a unit", "`Unit`"),
        UnreadKind::Format => (&codes::UNREAD_FORMAT, "a format", ""),
        UnreadKind::Release => (&codes::UNREAD_RELEASE, "a release", "`Since` or `Removed`"),
    };
    let message = format!("{of} seems to have {what} in its description: not read");
    let help = match column {
        "" => format!("write {}", unread.write),
        _ => format!("write {}; or use the column {column}", unread.write),
    };
    let finding = Diagnostic::new(code, message)
        .at(unread.span, unread.why.clone())
        .help(help);
    match unread.other {
        Some(other) => finding.also(other, "beside this"),
        None => finding,
    }
}
