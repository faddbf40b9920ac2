//! Text of the spec inside other languages: markdown (in pages and in the
//! comments of Rust), HTML, JSON and the comments of TypeScript.
//!
//! Whatever stands in a description, it shows as text and ends nothing. Control
//! characters, and those that turn the writing direction and so could show a
//! reader something else than what a machine reads, become U+FFFD.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
};

use crate::syntax::cells;

/// `text` as markdown that shows exactly it, on one line; its code spans stay.
pub(crate) fn text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    linked_text(text, |_| None)
}

/// The same; code that is the name of something leads to its anchor.
pub(super) fn linked_text<'a>(text: &str, anchor: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, code) in cells::code_spans(text) {
        match code {
            true => match anchor(inside(piece)) {
                Some(anchor) => out.extend(["[", &cell(piece), "](#", anchor, ")"]),
                None => out.push_str(&cell(piece)),
            },
            false => escape(piece, &mut out),
        }
    }
    out
}

/// Code as markdown, with as many backticks as it takes; in a table or not.
pub(super) fn code_span(code: &str) -> String {
    let runs = code.split(|c| c != '`').map(str::len);
    let ticks = "`".repeat(runs.max().unwrap_or_default() + 1);
    let pad = if code.contains('`') { " " } else { "" };
    let code = Replaced(code, |_| None).to_string();
    format!("{ticks}{pad}{}{pad}{ticks}", cell(&code))
}

/// `text`, in which nothing is code, as markdown that shows exactly it.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Returns whether no character of `text` means anything in markdown: most of prose.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" ,.()='/?%;\":-+".contains(&b);
    // Some mean something at the start, and a colon does in an address.
    let start = |c: char| matches!(c, '=' | '-' | '+') || c.is_ascii_digit();
    text.bytes().all(plain) && !text.starts_with(start) && !text.contains("://")
}

/// Code in a cell: nothing but the pipe has a meaning there.
pub(super) fn cell(text: &str) -> String {
    if !text.contains(['|', '\n', '\r', '\0']) {
        return text.to_owned();
    }
    text.replace('|', "\\|")
        .replace(['\n', '\r'], " ")
        .replace('\0', "\u{fffd}")
}

fn escape(text: &str, out: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' | '\t' => out.push(' '),
            // Control characters and those that turn the writing direction.
            '\0'..='\x1f' | '\x7f' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push('\u{fffd}');
            }
            '_' if inside_word(text, at) => out.push('_'),
            // A bare address would become a link in one reader and a warning in
            // another.
            ':' if text[at..].starts_with("://") => out.push_str("\\:"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    // A list or a rule begins at the start of a line only.
    if out.starts_with(['-', '+', '=']) {
        out.insert(0, '\\');
    }
    if let Some(digits) = list_number(out) {
        out.insert(digits, '\\');
    }
}

/// `_` between letters opens no emphasis.
fn inside_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_word(before) && is_word(after)
}

/// The length of `12` in `12. text` and `12) text`.
fn list_number(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let list = digits > 0 && text[digits..].starts_with(['.', ')']);
    list.then_some(digits)
}

/// Returns whether an escaping may have to stop at this byte: at control characters,
/// what means something in one of the languages, and the first byte of C1 controls
/// and of the characters that turn the writing direction.
fn stops(byte: u8) -> bool {
    matches!(
        byte,
        ..0x20 | 0x7f | 0xc2 | 0xe2 | b'<' | b'>' | b'&' | b'"' | b'\'' | b'\\'
    )
}

/// A text with what the function says in the place of characters.
struct Replaced<'a>(&'a str, fn(char) -> Option<&'static str>);

impl Display for Replaced<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Replaced(text, replace) = self;
        let mut done = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !stops(byte) {
                continue;
            }
            let Some(c) = text[at..].chars().next() else {
                continue;
            };
            let other = match c {
                '\0'..='\x08' | '\x0b'..='\x1f' if c != '\r' => Some("\u{fffd}"),
                '\x7f'..='\u{9f}' => Some("\u{fffd}"),
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some("\u{fffd}"),
                c => replace(c),
            };
            if let Some(other) = other {
                out.write_str(&text[done..at])?;
                out.write_str(other)?;
                done = at + c.len_utf8();
            }
        }
        out.write_str(&text[done..])
    }
}

/// `text` as a writer of JSON may take it, which escapes the rest.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    // Nearly all is plain, and the loop without a way out is the fast one.
    let suspect = |b: u8| b < 0x20 || matches!(b, 0x7f | 0xc2 | 0xe2);
    if !text.bytes().fold(false, |any, b| any | suspect(b)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Replaced(text, |_| None).to_string())
}

/// `text` as HTML, in content and in quoted attributes alike.
pub(super) fn html(text: &str) -> impl Display {
    Replaced(text, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    })
}

/// `text`, in which backticks mark code, as HTML; code that is an id of the page leads
/// there.
pub(super) fn html_prose(text: &str, is_id: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (piece, code) in cells::code_spans(text) {
        // Into a string, which takes everything.
        let _ = match code {
            true => write!(out, "{}", html_code(inside(piece), &is_id)),
            false => write!(out, "{}", html(piece)),
        };
    }
    out
}

/// Code as HTML, as [`html_prose`] has it.
pub(super) fn html_code(code: &str, is_id: impl Fn(&str) -> bool) -> String {
    let text = html(code);
    match is_id(code) {
        true => format!("<a href=\"#{text}\"><code>{text}</code></a>"),
        false => format!("<code>{text}</code>"),
    }
}

/// Returns the text that a code span shows: without its backticks, and without the one
/// space that keeps backticks inside apart from them.
pub(super) fn inside(span: &str) -> &str {
    let inner = span.trim_matches('`');
    let padded = inner
        .strip_prefix(' ')
        .and_then(|rest| rest.strip_suffix(' '));
    padded
        .filter(|inner| !inner.trim().is_empty())
        .unwrap_or(inner)
}

/// `text` as a string of JSON, which is one of TypeScript, too.
pub(super) fn json(text: &str) -> String {
    let inner = Replaced(text, |c| match c {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        '\n' => Some("\\n"),
        '\r' => Some("\\r"),
        '\t' => Some("\\t"),
        _ => None,
    });
    format!("\"{inner}\"")
}

/// `text` as a part of a `/** comment */` of one line.
pub(super) fn comment(text: &str) -> String {
    let line = Replaced(text, |c| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(" "),
        _ => None,
    });
    line.to_string().replace("*/", "*\\/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_other_languages() {
        type Escape = fn(&str) -> String;
        let html: Escape = |text| html(text).to_string();
        let html_prose: Escape = |text| html_prose(text, |_| false);
        let cases: [(Escape, &str, &str); 12] = [
            (
                html,
                "</script> & \"a\" 'b'",
                "&lt;/script&gt; &amp; &quot;a&quot; &#39;b&#39;",
            ),
            (
                html,
                "a\u{202e}b\0c\u{85}d\u{2069}",
                "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}",
            ),
            (html, "\u{e4} \u{20ac} \u{a0}", "\u{e4} \u{20ac} \u{a0}"),
            (
                html_prose,
                "see `a<b` & `` ` `` or ` alone",
                "see <code>a&lt;b</code> &amp; <code>`</code> or ` alone",
            ),
            (html_prose, "-->", "--&gt;"),
            (json, "a\"b\\c\n\t\r", "\"a\\\"b\\\\c\\n\\t\\r\""),
            (json, "\0\x1f", "\"\u{fffd}\u{fffd}\""),
            (json, "", "\"\""),
            (
                comment,
                "ends */ here **/ and `code */`",
                "ends *\\/ here **\\/ and `code *\\/`",
            ),
            (comment, "a\nb\u{2028}c", "a b c"),
            (comment, "*", "*"),
            (comment, "\u{202e}x", "\u{fffd}x"),
        ];
        for (escape, plain, expected) in cases {
            assert_eq!(escape(plain), expected, "{plain:?}");
        }
    }

    #[test]
    fn clean_text_is_borrowed() {
        assert!(matches!(
            clean("plain, with \u{e4} and \""),
            Cow::Borrowed(_)
        ));
        assert_eq!(
            clean("a\0b\u{85}c\u{202e}d\n\u{a0}\u{2026}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\n\u{a0}\u{2026}"
        );
    }

    #[test]
    fn the_short_way_says_the_same() {
        for byte in 0..128u8 {
            let c = char::from(byte);
            for plain in [
                format!("a{c}b"),
                format!("{c}b"),
                format!("a{c}"),
                format!("1{c} b"),
                format!("a:{c}/b"),
            ] {
                let mut long = String::new();
                escape(&plain, &mut long);
                assert!(!is_plain(&plain) || long == plain, "{plain:?}");
            }
        }
    }

    #[test]
    fn text_cannot_break_the_page() {
        let cases = [
            (
                "plain, with a_name (and 1-phase)",
                "plain, with a_name (and 1-phase)",
            ),
            ("</td><script>", "&lt;/td&gt;&lt;script&gt;"),
            ("a | b", "a \\| b"),
            ("`a | b` c", "`a \\| b` c"),
            ("[x](y) *b* _c_ ~d~", "\\[x\\](y) \\*b\\* \\_c\\_ \\~d\\~"),
            ("# head", "\\# head"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("a\nb", "a b"),
            ("&lt;", "&amp;lt;"),
            ("\u{202e}evil", "\u{fffd}evil"),
            ("see http://x.de", "see http\\://x.de"),
            ("lone ` tick", "lone \\` tick"),
            ("a `mqtt://x` c", "a `mqtt://x` c"),
            ("http://a `b` http://c", "http\\://a `b` http\\://c"),
        ];
        for (plain, expected) in cases {
            assert_eq!(text(plain), expected, "{plain}");
        }
    }
}
