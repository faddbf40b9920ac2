//! One spelling of what a cell says.
//!
//! | cell | is written |
//! |---|---|
//! | `` `dwo` `` | `dwo`: keys, access and categories stand bare |
//! | `uint8_t`, `int`, `JsonArray` | `uint8`, `int32`, `array` |
//! | `optional&lt;int&gt;`, `null or int` | `` `optional<int32>` ``: bare, HTML would swallow the brackets |
//! | `TYPE`, `legacy`, `JsonVariantConst` | as they are: `any` would say something else to a person |
//! | `&quot;`, `&deg;`, `&gt;` in a description | `"`, `°`, `>` |
//! | `&lt;` before a letter, `&amp;`, `\|` | as they are, since markdown needs them |
//!
//! A text that is no word of its column is left as it stands.

use crate::{
    model::{Access, Category},
    names, parse,
    source::{Source, Span},
    syntax::cells,
};

/// The treatment of descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prose {
    OneSpelling,
    AsItStands,
}

/// The cell at `span` of a column of a key table, or of one that it does not
/// know.
pub(super) fn cell(source: &Source, span: Span, column: Option<usize>, how: Prose) -> String {
    let raw = source.slice(span.range());
    let word = cells::word(source, span);
    let known = |all: bool| all.then(|| word.to_string());
    let spelled = match column {
        Some(0) => known(names::is_key(&word)),
        Some(1) => known(Access::ALL.iter().any(|(known, _)| *known == word)),
        Some(2) => parse::type_spelling(&word).map(|ty| match ty.contains('<') {
            true => format!("`{ty}`"),
            false => ty,
        }),
        Some(3) => known(Category::ALL.iter().any(|(known, _)| *known == word)),
        Some(4) if how == Prose::OneSpelling => Some(prose(raw)),
        _ => None,
    };
    spelled.unwrap_or_else(|| raw.to_owned())
}

/// The text with characters in place of the entities that are not needed.
fn prose(text: &str) -> String {
    let pieces = cells::code_spans(text).into_iter();
    pieces
        .map(|(piece, code)| match code {
            true => piece.to_owned(),
            false => characters(piece),
        })
        .collect()
}

fn characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (character, len) = cells::entity(&rest[at..]);
        let next = rest[at + len..].chars().next();
        // `\&lt;` is no entity; and what opens a tag, or is a mark of markdown
        // itself, must stay one.
        let escaped = rest[..at].ends_with('\\');
        let opens = next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let plain = match character {
            '<' => !opens && next.is_some_and(|c| c != '&'),
            '>' | '"' | '\'' => true,
            c => c.is_alphanumeric() || matches!(c, '°' | '•' | '€' | '–' | '—' | '…'),
        };
        match len > 1 && plain && !escaped && !character.is_ascii_alphanumeric() {
            true => out.push(character),
            false => out.push_str(&rest[at..at + len]),
        }
        rest = &rest[at + len..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_one_spelling() {
        let cases = [
            (0, "`dwo`", "dwo"),
            (0, "al-w", "al-w"),
            (0, "`c0n` c1n (since 60.0)", "`c0n` c1n (since 60.0)"),
            (1, "`R/W`", "R/W"),
            (1, "RW", "RW"),
            (2, "uint8_t", "uint8"),
            (2, "unsigned  int", "uint32"),
            (2, "optional&lt;int&gt;", "`optional<int32>`"),
            (2, "string or null", "`optional<string>`"),
            (2, "get: legacy set: JsonArray", "get: legacy set: array"),
            (
                2,
                "`get:optional<uint8_t>,set:TYPE`",
                "`get: optional<uint8> set: TYPE`",
            ),
            (2, "JsonVariantConst", "JsonVariantConst"),
            (2, "unit8", "unit8"),
            (2, "u\tint8", "u\tint8"),
            (3, "`Config`", "Config"),
            (3, "Konfig", "Konfig"),
            (4, "in &deg;C &gt; 0 &quot;x&quot;", "in °C > 0 \"x\""),
            (
                4,
                "a &lt; b &lt;br&gt; &amp;lt; &no; &nbsp;x",
                "a < b &lt;br> &amp;lt; &no; &nbsp;x",
            ),
            (4, "`&gt;` \\&gt; \\| &#124;", "`&gt;` \\&gt; \\| &#124;"),
            (4, "&#97;&#42;&#92;", "&#97;&#42;&#92;"),
        ];
        for (column, cell, expected) in cases {
            let source = Source::new(String::new(), String::new(), cell.as_bytes());
            let span = Span {
                file: 0,
                start: 0,
                end: cell.len(),
            };
            let spelled = super::cell(&source, span, Some(column), Prose::OneSpelling);
            assert_eq!(spelled, expected, "{cell}");
            let source = Source::new(String::new(), String::new(), expected.as_bytes());
            let span = Span {
                end: expected.len(),
                ..span
            };
            let again = super::cell(&source, span, Some(column), Prose::OneSpelling);
            assert_eq!(again, expected, "{cell} again");
        }
    }
}
