//! The Unit cell.

use super::text::word;
use crate::{
    facts,
    model::{At, Unit},
    report::codes,
    source::{Diagnostic, Report, Source, Span},
};

/// The unit at `span`, of `of`; nothing where the cell is blank.
pub(crate) fn read(source: &Source, span: Span, of: &str, report: &mut Report) -> Option<At<Unit>> {
    let At { value: text, span } = word(source, span);
    if super::is_blank(&text) {
        return None;
    }
    // `[W]`, `(W)`
    let inner = text.trim_matches(['[', ']', '(', ')', ' ']);
    let unit = facts::unit(inner).map(|value| At { value, span });
    if unit.is_none() {
        let known: Vec<&str> = Unit::ALL.iter().map(|unit| unit.symbol()).collect();
        report.push(
            Diagnostic::new(
                &codes::UNKNOWN_UNIT,
                format!("unknown unit `{text}` of {of}"),
            )
            .at(span, "left out: nothing is known of this unit")
            .help(format!("units are {}", known.join(", "))),
        );
    }
    unit
}
