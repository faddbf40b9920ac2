//! Cells that are one word, or prose, and tabs in either.

use crate::{
    model::{At, Origin},
    report::codes,
    source::{Applicability, Diagnostic, Fix, Report, Source, Span},
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
pub(crate) fn joined(text: &str) -> String {
    text.split('\t').map(str::trim).collect()
}

/// A word with a tab in it that was read without; `certain` if it cannot be two words.
pub(super) fn torn(
    source: &Source,
    cell: Span,
    kind: &str,
    spelling: &str,
    certain: bool,
) -> Diagnostic {
    let text = source.slice(cell.range());
    let start = cell.start + text.find('\t').unwrap_or_default();
    let end = cell.start + text.rfind('\t').map_or(text.len(), |at| at + 1);
    Diagnostic::new(
        &codes::TORN_WORD,
        format!("a tab tears the {kind} `{spelling}` apart"),
    )
    .at(Span { start, end, ..cell }, format!("read as `{spelling}`"))
    .help(format!("write `{spelling}`"))
    .fix(Fix::new(format!("write `{spelling}`"), certain).put(cell, joined(text)))
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
        .help("write the word in one piece, or a space")
        .fixes(without_tabs(text, span)),
    );
}

/// A tab beside a space, or behind a comma, stands for a space. If all of them do, that is
/// certain; anywhere else it may have torn a word or a number.
fn without_tabs(text: &str, span: Span) -> Vec<Fix> {
    let mut spaced = Fix::certain("write a space instead of the tab");
    let mut joined = Fix::perhaps("write the word in one piece");
    let mut at = 0;
    while let Some(tab) = text[at..].find('\t') {
        let start = at + tab;
        let end = start
            + text[start..]
                .find(|c: char| !matches!(c, '\t' | ' '))
                .unwrap_or(0);
        let start = text[..start].trim_end_matches(' ').len();
        let tabs = &text[start..end];
        let left = text[..start].chars().next_back();
        let right = text[end..].chars().next();
        let listed = matches!(left, Some(',' | ';')) && right.is_some_and(char::is_alphabetic);
        if !listed && !tabs.contains(' ') {
            spaced.applicability = Applicability::MaybeIncorrect;
        }
        spaced = spaced.put(span.part(start..end), " ");
        joined = joined.put(span.part(start..end), "");
        at = end;
    }
    match spaced.is_certain() {
        true => vec![spaced],
        false => vec![joined, spaced],
    }
}
