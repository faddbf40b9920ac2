//! Text of the spec inside markdown: in pages and in the comments of Rust.

use crate::markdown::cells;

/// `text` as markdown that shows exactly it, on one line; its code spans stay.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, code) in cells::code_spans(text) {
        match code {
            true => out.push_str(&cell(piece)),
            false => escape(piece, &mut out),
        }
    }
    out
}

/// Code in a cell: nothing but the pipe has a meaning there.
pub(super) fn cell(text: &str) -> String {
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
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    break_urls(out);
    // A list or a rule begins at the start of a line only.
    if out.starts_with(['-', '+', '=']) {
        out.insert(0, '\\');
    }
    if let Some(digits) = list_number(out) {
        out.insert(digits, '\\');
    }
}

/// A bare address would become a link in one reader and a warning in another.
fn break_urls(out: &mut String) {
    if out.contains("://") {
        *out = out.replace("://", "\\://");
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

#[cfg(test)]
mod tests {
    use super::*;

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
        ];
        for (plain, expected) in cases {
            assert_eq!(text(plain), expected, "{plain}");
        }
    }
}
