//! Lines that an unfinished merge left.

use std::ops::Range;

use super::blocks::contain;
use crate::{
    report::codes,
    source::{Diagnostic, Report, Source, Span},
};

/// The lines that are merge markers, upwards; each is an error.
pub(super) fn markers(
    source: &Source,
    file: usize,
    verbatim: &[Range<usize>],
    report: &mut Report,
) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut open = false;
    for line in 1..=source.line_count() {
        let range = source.line_range(line);
        let text = source.slice(range.clone());
        let marker = match text.get(..7) {
            Some("<<<<<<<") => true,
            Some(">>>>>>>" | "|||||||") => open && text[7..].starts_with(' '),
            Some("=======") => open && text.len() == 7,
            _ => false,
        };
        if !marker || contain(verbatim, range.start) {
            continue;
        }
        open = !text.starts_with('>');
        lines.push(line);
        report.push(
            Diagnostic::new(&codes::MERGE_MARKER, "merge marker in the spec")
                .at(Span::new(file, range), "left by an unfinished merge")
                .help("keep one side of the conflict and remove the three markers"),
        );
    }
    lines
}
