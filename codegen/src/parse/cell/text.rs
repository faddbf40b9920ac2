//! Cells that are one word, or prose, and tabs in either.

use crate::{
    model::{At, Origin},
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    syntax::cells,
};

/// A cell of one word with its place, backticks left out.
pub(crate) fn word(source: &Source, span: Span) -> At<String> {
    At {
        value: cells::word(source, span).into_owned(),
        span: cells::unquoted(source, span),
    }
}

/// A cell of prose with its place.
pub(crate) fn prose(source: &Source, span: Span) -> At<String> {
    At {
        value: cells::prose(source, span),
        span,
    }
}

/// Where the row at `span` stands, for people.
pub(crate) fn origin(source: &Source, span: Span) -> Origin {
    Origin {
        file: source.label.clone(),
        path: source.path.clone(),
        line: source.line(span.start),
        span,
    }
}

/// `text` without the tabs in it, as published tables tear words by them.
pub(super) fn joined(text: &str) -> String {
    text.split('\t').map(str::trim).collect()
}

/// A word with a tab in it that was read without.
pub(super) fn torn(source: &Source, cell: Span, kind: &str, spelling: &str) -> Diagnostic {
    let text = source.slice(cell.range());
    let start = cell.start + text.find('\t').unwrap_or_default();
    let end = cell.start + text.rfind('\t').map_or(text.len(), |at| at + 1);
    Diagnostic::new(
        &codes::TORN_WORD,
        format!("a tab tears the {kind} `{spelling}` apart"),
    )
    .at(Span { start, end, ..cell }, format!("read as `{spelling}`"))
    .help(format!("write `{spelling}`"))
}

/// Reports a tab within the prose at `span`: nothing but a person can tell
/// whether it tears a word.
pub(crate) fn report_tab(source: &Source, span: Span, of: &str, report: &mut Report) {
    let text = source.slice(span.range());
    let Some(at) = text.find('\t') else {
        return;
    };
    report.push(
        Diagnostic::new(
            &codes::TAB_IN_TEXT,
            format!("a tab in the description of {of}"),
        )
        .at(span.part(at..at + 1), "tears a word, or stands for a space")
        .help("write the word in one piece, or a space"),
    );
}
