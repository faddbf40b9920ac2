//! The Action cell of routes and topics.

use crate::{
    model::At,
    names,
    report::codes,
    source::{Diagnostic, Report},
};

/// Reports an action that is no word. Whether the word is one that anybody
/// knows is told later, beside the others.
pub(crate) fn report_no_word(action: &At<String>, report: &mut Report) {
    if names::is_key(&action.value) {
        return;
    }
    report.push(
        Diagnostic::new(
            &codes::BAD_ACTION,
            format!("`{}` is not an action", action.value),
        )
        .at(action.span.visible(), "expected one word")
        .help("name what is done in one word of letters, digits and `_`: `status`, `set`"),
    );
}
