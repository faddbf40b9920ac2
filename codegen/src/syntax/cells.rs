//! One line of a table, cut into cells; and what a cell says.
//!
//! The rules are GFM's: a `|` ends a cell, even inside code, unless a backslash
//! stands before it; the pipes at both ends of a line may be left out.

use std::{borrow::Cow, ops::Range};

use super::table::Row;
use crate::source::{Source, Span, between, trim};

/// Cuts the line in `range` into cells.
pub(crate) fn row(source: &Source, file: usize, range: Range<usize>) -> Row {
    let range = trim(&source.text, range);
    let span = Span::new(file, range);
    let cells = split(source.slice(span.range())).into_iter();
    let cells = cells.map(|cell| span.with(trim(&source.text, span.part(cell).range())));
    Row {
        span,
        cells: cells.collect(),
    }
}

/// The ranges between the pipes of `line`, which has no white space around it.
fn split(line: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = usize::from(line.starts_with('|'));
    for (at, _) in line.match_indices('|') {
        let escaped = at > 0 && line.as_bytes()[at - 1] == b'\\';
        if at >= start && !escaped {
            cells.push(start..at);
            start = at + 1;
        }
    }
    if start < line.len() {
        cells.push(start..line.len());
    }
    cells
}

/// A row of dashes, as under a table's header; also of what other programs make of
/// dashes.
pub(crate) fn is_delimiter(source: &Source, row: &Row) -> bool {
    let is_dash = |c: char| matches!(c, '-' | '–' | '—' | '−' | '=' | '_');
    let dashes = |cell: &Span| {
        let cell = source.slice(cell.range());
        cell.contains(is_dash)
            && cell
                .chars()
                .all(|c| is_dash(c) || matches!(c, ':' | ' ' | '\t'))
    };
    !row.cells.is_empty() && row.cells.iter().all(dashes)
}

/// The same by the rules of GFM: each cell dashes, with or without a colon at
/// either end.
pub(super) fn is_gfm_delimiter(source: &Source, row: &Row) -> bool {
    row.cells.iter().all(|cell| {
        let cell = source.slice(cell.range());
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|b| b == b'-')
    })
}

/// The range of `span` without the backticks around it, if it is one code span.
pub(crate) fn unquoted(source: &Source, span: Span) -> Span {
    let text = source.slice(span.range());
    match between(text, "`", "`") {
        Some(inner) if !inner.is_empty() && !inner.contains('`') => {
            span.with(trim(&source.text, span.start + 1..span.end - 1))
        }
        _ => span,
    }
}

/// Returns the content of a cell of one word: backticks, entities and escapes resolved.
pub(crate) fn word(source: &Source, span: Span) -> Cow<'_, str> {
    let inner = unquoted(source, span);
    let text = source.slice(inner.range());
    if !text.contains(['&', '\\']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(unescape(text, inner == span))
}

/// Returns the content of a cell of prose: as [`word`], but code spans keep their
/// backticks.
pub(crate) fn prose(source: &Source, span: Span) -> String {
    let text = source.slice(span.range());
    let mut out = String::with_capacity(text.len());
    for (piece, code) in code_spans(text) {
        out.push_str(&unescape(piece, !code));
    }
    out
}

/// Where the first image `![text](address)` of `text` stands.
pub(crate) fn image(text: &str) -> Option<Range<usize>> {
    let start = text.find("![")?;
    let middle = start + text[start..].find("](")?;
    let end = middle + text[middle..].find(')')?;
    Some(start..end + 1)
}

/// Cuts `text` into pieces, each with whether it is a code span (then with its
/// backticks). Backticks without a partner are text.
pub(crate) fn code_spans(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let open = at + found;
        let ticks = text[open..].bytes().take_while(|&b| b == b'`').count();
        let body = open + ticks;
        match closing(text, body, ticks) {
            Some(end) => {
                if plain < open {
                    pieces.push((&text[plain..open], false));
                }
                pieces.push((&text[open..end], true));
                plain = end;
                at = end;
            }
            None => at = body,
        }
    }
    if plain < text.len() {
        pieces.push((&text[plain..], false));
    }
    pieces
}

/// Where the run of exactly `ticks` backticks after `from` ends.
fn closing(text: &str, from: usize, ticks: usize) -> Option<usize> {
    // A long run of openers without a partner would make this quadratic.
    const FARTHEST: usize = 1 << 16;
    let mut at = from;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        if start - from > FARTHEST {
            return None;
        }
        let run = text[start..].bytes().take_while(|&b| b == b'`').count();
        if run == ticks {
            return Some(start + run);
        }
        at = start + run;
    }
    None
}

/// Resolves `\|` and, outside code (`escapes`), every backslash escape and the
/// character entities that occur in tables.
fn unescape(text: &str, escapes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(&rest[..at]);
        let special = &rest[at..];
        let (resolved, len) = if special.starts_with('\\') {
            backslash(special, escapes)
        } else if escapes {
            entity(special)
        } else {
            ('&', 1)
        };
        out.push(resolved);
        rest = &special[len..];
    }
    out.push_str(rest);
    out
}

fn backslash(text: &str, escapes: bool) -> (char, usize) {
    match text[1..].chars().next() {
        Some('|') => ('|', 2),
        Some(next) if escapes && next.is_ascii_punctuation() => (next, 2),
        _ => ('\\', 1),
    }
}

/// The character that the entity at the start of `text` stands for, and its
/// length; an unknown one is its own `&`.
pub(crate) fn entity(text: &str) -> (char, usize) {
    const NAMED: &[(&str, char)] = &[
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("vert", '|'),
        ("deg", '°'),
        ("bull", '•'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("Auml", 'Ä'),
        ("Ouml", 'Ö'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("euro", '€'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
    ];
    const LONGEST: usize = 10;
    let unknown = ('&', 1);
    let Some(end) = text.bytes().take(LONGEST).position(|b| b == b';') else {
        return unknown;
    };
    let name = &text[1..end];
    let known = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            code.and_then(char::from_u32)
        }
        None => NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, c)| c),
    };
    known.map_or(unknown, |c| (c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_a_cell_says() {
        let cases = [
            ("uint8", "uint8", "uint8"),
            ("`uint8`", "uint8", "`uint8`"),
            (
                "optional&lt;double&gt;", "optional<double>", "optional<double>",
            ),
            ("optional<double>", "optional<double>", "optional<double>"),
            (r"`a\|b`", "a|b", "`a|b`"),
            (r"a\_b \| c\d", r"a_b | c\d", r"a_b | c\d"),
            (r"`a\_b &lt;`", r"a\_b &lt;", r"`a\_b &lt;`"),
            ("&#176;C &#x26; &no; & x", "°C & &no; & x", "°C & &no; & x"),
            ("`a` &amp; `b &amp;`", "`a` & `b &`", "`a` & `b &amp;`"),
            ("a ` b", "a ` b", "a ` b"),
            ("&#xD800;", "&#xD800;", "&#xD800;"),
        ];
        for (cell, as_word, as_prose) in cases {
            let source = Source::new(String::new(), String::new(), cell.as_bytes());
            let span = Span {
                file: 0,
                start: 0,
                end: cell.len(),
            };
            assert_eq!(word(&source, span), as_word, "{cell}");
            assert_eq!(prose(&source, span), as_prose, "{cell}");
        }
    }
}
