//! What of a spec could not be read: the texts of the findings that say so.
//!
//! A comparison needs them: what neither side could read is the same if its text
//! is, and else nobody knows what changed. Most errors are about text that was not
//! read, so those are listed of which it was; warnings of facts are about text
//! from which no fact was taken.

use std::{ops::Range, sync::Arc};

use crate::{
    model::{Model, TextKind, UnreadText},
    report::codes,
    source::{Code, Diagnostic, Report, Severity, Source, Span, Spec},
};

/// Errors about what was read all the same: it is ambiguous, collides or does not
/// fit, and stands in the model.
static READ: &[&Code] = &[
    &codes::LOOSE_ROW,
    &codes::MERGE_MARKER,
    &codes::GLUED_ROWS,
    &codes::TABLE_WITHIN,
    &codes::TORN_WORD,
    &codes::COLLIDING_NAMES,
    &codes::UNUSABLE_NAME,
    &codes::EQUAL_NUMBERS,
    &codes::EQUAL_NAMES,
    &codes::RANGE_TOO_WIDE,
    &codes::VALUE_TOO_WIDE,
    &codes::UNKNOWN_SHAPE,
    &codes::SHAPE_MISMATCH,
    &codes::COUNT_MISMATCH,
    &codes::VALUES_DISAGREE,
    &codes::FIELD_ACCESS,
    &codes::BAD_METHOD,
    &codes::BAD_PATH,
    &codes::BAD_QUERY,
    &codes::UNKNOWN_PLACEHOLDER,
    &codes::INCOMPLETE_MESSAGES,
    &codes::RULE_UNMATCHED,
    &codes::RULE_STALE,
    &codes::RULE_WITHOUT_REASON,
    &codes::DUPLICATE_RULE,
];

/// Errors about one cell; others are about a row, or a table.
static OF_CELLS: &[&Code] = &[
    &codes::UNKNOWN_TYPE,
    &codes::UNKNOWN_ACCESS,
    &codes::UNKNOWN_CATEGORY,
];

/// Warnings about a cell whose fact was left out.
static LEFT_OUT: &[&Code] = &[&codes::UNKNOWN_UNIT, &codes::UNCHECKED_LIMIT];

/// Warnings about numbers or a unit in a description.
static OF_NUMBERS: &[&Code] = &[
    &codes::UNREAD_RANGE,
    &codes::REVERSED_RANGE,
    &codes::UNREAD_LENGTH,
    &codes::UNREAD_UNIT,
];

/// The texts of `spec` that `report` says could not be read, each once; `model` is
/// what was read.
pub(crate) fn unread(spec: &Spec, model: &Model, report: &Report) -> Vec<UnreadText> {
    // A column under a misspelled header was read: then no key lacks its cells.
    let lacks = |file: usize| {
        let mut partial = model.partial.iter();
        partial.any(|partial| partial.key.origin.span.file == file)
    };
    let is_read = |diagnostic: &Diagnostic| {
        let file = diagnostic.primary.as_ref().map(|label| label.span.file);
        is_of(diagnostic, &[&codes::MISSING_COLUMN]) && !file.is_some_and(lacks)
    };
    let all = report.diagnostics().iter();
    let mut last = None;
    let mut texts: Vec<UnreadText> = all
        .filter(|diagnostic| concerns_unread(diagnostic) && !is_read(diagnostic))
        .filter_map(|diagnostic| text(spec, diagnostic, &mut last))
        .collect();
    // Several findings about one row, or one header, are about one text.
    texts.dedup_by(|one, before| {
        let same = (&one.path, one.line, &one.text) == (&before.path, before.line, &before.text);
        one == before || (same && one.row.is_none() && before.row.is_none())
    });
    texts
}

fn is_of(diagnostic: &Diagnostic, codes: &[&Code]) -> bool {
    codes.iter().any(|code| code.id == diagnostic.code.id)
}

/// Returns whether it is a warning that a description or a cell states no fact.
fn is_fact(diagnostic: &Diagnostic) -> bool {
    let of_description = diagnostic.code.id.starts_with("S03");
    let is_warning = diagnostic.code.severity == Severity::Warning;
    is_warning && (of_description || is_of(diagnostic, LEFT_OUT))
}

fn kind(diagnostic: &Diagnostic) -> TextKind {
    match diagnostic {
        _ if is_of(diagnostic, LEFT_OUT) => TextKind::Fact,
        _ if is_of(diagnostic, OF_NUMBERS) => TextKind::Numbers,
        _ if is_of(diagnostic, &[&codes::UNREAD_VALUES]) => TextKind::Names,
        _ => TextKind::Itself,
    }
}

fn concerns_unread(diagnostic: &Diagnostic) -> bool {
    match diagnostic.code.severity {
        Severity::Error => !is_of(diagnostic, READ),
        Severity::Warning => is_fact(diagnostic),
    }
}

/// A text that several findings in a row have, and where it stands: it may be as long as
/// a file, so it is kept once.
type Last = Option<(Span, Arc<str>)>;

fn text(spec: &Spec, diagnostic: &Diagnostic, last: &mut Last) -> Option<UnreadText> {
    let Some(label) = &diagnostic.primary else {
        return Some(UnreadText {
            text: Arc::from(""),
            kind: TextKind::Itself,
            row: None,
            path: diagnostic.path.clone()?,
            line: 1,
            span: None,
        });
    };
    let source = spec.sources().get(label.span.file)?;
    let line = source.line(label.span.start);
    let mut shared = |range: Range<usize>| {
        let place = label.span.with(range);
        match last {
            Some((before, text)) if *before == place => text.clone(),
            _ => {
                let text: Arc<str> = source.slice(place.range()).into();
                *last = Some((place, text.clone()));
                text
            }
        }
    };
    let row = source.line_range(line);
    let (text, row) = match is_fact(diagnostic) || is_of(diagnostic, OF_CELLS) {
        true => (source.slice(label.span.range()).into(), Some(shared(row))),
        false => {
            let end = source.line_range(last_line(source, line)).end;
            (shared(row.start..end), None)
        }
    };
    Some(UnreadText {
        text,
        kind: kind(diagnostic),
        row,
        path: source.path.clone(),
        line,
        span: Some(label.span),
    })
}

/// The line itself; of a table's header, the last line of the table, whose rows
/// were not read either.
fn last_line(source: &Source, line: usize) -> usize {
    let text = |line| source.slice(source.line_range(line)).trim();
    let dashes = |c: char| matches!(c, '|' | '-' | ':' | ' ' | '\t');
    let is_header = text(line + 1).contains('-') && text(line + 1).chars().all(dashes);
    if !is_header {
        return line;
    }
    let mut lines = line..=source.line_count();
    let after = lines.find(|&line| text(line).is_empty());
    after.map_or(source.line_count(), |after| after - 1)
}
