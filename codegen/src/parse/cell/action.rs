//! The Action cell of routes and topics.

use super::text::word;
use crate::{
    model::At,
    names,
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    suggest,
};

/// The action of `all` that the cell at `span` names.
pub(crate) fn action<T: Copy>(
    source: &Source,
    span: Span,
    all: &[(&str, T)],
    report: &mut Report,
) -> Option<At<T>> {
    let At { value: word, span } = word(source, span);
    if let Some((_, value)) = all.iter().find(|(known, _)| *known == word) {
        let value = *value;
        return Some(At { value, span });
    }
    report.push(match names::is_key(&word) {
        true => {
            let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
            let otherwise = format!("actions are {}", known.join(", "));
            Diagnostic::new(&codes::BAD_ACTION, format!("unknown action `{word}`"))
                .at(span, "nothing is known to do this")
                .help(suggest::help(&word, known.iter().copied(), &otherwise))
                .fixes(suggest::fix(&word, span, &known))
        }
        false => Diagnostic::new(&codes::BAD_ACTION, format!("`{word}` is not an action"))
            .at(span.visible(), "expected one word")
            .help("name what is done in one word of letters, digits and `_`: `status`, `set`"),
    });
    None
}
