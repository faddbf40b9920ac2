//! Spans as people and other programs count them: lines and columns from 1.
//!
//! A column counts characters (Unicode scalar values), as rustc does, not bytes
//! and not what a terminal makes of them. Findings come in the order of their
//! places, so each is counted from the one before it: thousands in one line of
//! a megabyte cost one pass over that line.

use serde::Serialize;

use crate::source::{Diagnostic, Fix, Label, Source, Spec};

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A label where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) start: Position,
    /// One past the last character.
    pub(super) end: Position,
    pub(super) text: &'a str,
}

/// The bytes of a fix where they stand, and what comes in their place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replacement<'a> {
    pub(super) file: &'a str,
    pub(super) start: Position,
    pub(super) end: Position,
    /// Bytes of the file, from 0.
    pub(super) bytes: (usize, usize),
    pub(super) text: &'a str,
}

/// The last place that was asked for.
#[derive(Clone, Copy)]
struct Cursor {
    file: usize,
    at: usize,
    position: Position,
}

/// Places in the files of a spec.
pub(super) struct Places<'a> {
    spec: &'a Spec,
    cursor: Option<Cursor>,
}

impl<'a> Places<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        Places { spec, cursor: None }
    }

    /// Where `diagnostic` is, and its further places.
    pub(super) fn of(&mut self, diagnostic: &'a Diagnostic) -> (Option<Place<'a>>, Vec<Place<'a>>) {
        let primary = diagnostic.primary.as_ref().and_then(|l| self.label(l));
        let secondary = diagnostic.secondary.iter();
        (primary, secondary.filter_map(|l| self.label(l)).collect())
    }

    /// Nothing if the file is not one of the spec's.
    fn label(&mut self, label: &'a Label) -> Option<Place<'a>> {
        let source = self.spec.sources().get(label.span.file)?;
        let start = self.position(source, label.span.file, label.span.start);
        let end = self.position(source, label.span.file, label.span.end);
        Some(Place {
            file: &source.path,
            start,
            end,
            text: &label.text,
        })
    }

    /// The edits of `fix`; those in no file of the spec are left out.
    pub(super) fn edits(&mut self, fix: &'a Fix) -> Vec<Replacement<'a>> {
        let edits = fix.edits.iter().filter_map(|(span, text)| {
            let source = self.spec.sources().get(span.file)?;
            let mark = source.mark_len();
            Some(Replacement {
                file: &source.path,
                start: self.position(source, span.file, span.start),
                end: self.position(source, span.file, span.end),
                bytes: (span.start + mark, span.end + mark),
                text,
            })
        });
        edits.collect()
    }

    fn position(&mut self, source: &Source, file: usize, at: usize) -> Position {
        let line = source.line(at);
        let known = self
            .cursor
            .filter(|c| (c.file, c.position.line) == (file, line) && c.at <= at);
        let (from, column) = match known {
            Some(cursor) => (cursor.at, cursor.position.column),
            None => (source.line_range(line).start, 1),
        };
        let at = at.min(source.text.len());
        let column = column + source.slice(from..at).chars().count();
        let position = Position { line, column };
        self.cursor = Some(Cursor { file, at, position });
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::codes, source::Span};

    #[test]
    fn columns_are_characters_counted_from_one() {
        let spec = Spec::from_files([("t.md", "äöü x\r\n\nüz".as_bytes().to_vec())]);
        // In this order on purpose: on, back, to another line, past the end.
        let cases = [
            (0, (1, 1)),
            (7, (1, 5)),
            (2, (1, 2)),
            (10, (2, 1)),
            (13, (3, 2)),
            (14, (3, 3)),
            (99, (3, 3)),
        ];
        let diagnostics = cases.map(|(at, _)| {
            let span = |file| Span {
                file,
                start: at,
                end: at,
            };
            Diagnostic::new(&codes::BAD_KEY, "x")
                .at(span(0), "")
                .also(span(7), "in no file of the spec")
        });
        let mut places = Places::new(&spec);
        for (diagnostic, (at, expected)) in diagnostics.iter().zip(cases) {
            let (place, further) = places.of(diagnostic);
            let start = place.unwrap().start;
            assert_eq!((start.line, start.column), expected, "byte {at}");
            assert!(further.is_empty());
        }
    }
}
