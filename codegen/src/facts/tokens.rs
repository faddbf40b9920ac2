//! A description as a row of tokens.

use std::ops::Range;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Starts with a letter or `_`: `IDLE_STATUS`, `Unknown/Error`.
    Word,
    /// A whole number of digits alone.
    Number,
    /// Starts with a digit and is no number: `16A`, `60.0`, `2021-09-06`.
    Mixed,
    /// `...` or `…`.
    Ellipsis,
    /// Any other character.
    Mark(char),
}

/// A token and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
    /// White space (or a backtick) stands before it.
    pub(super) spaced: bool,
    /// The white space before it is a tab: the token may be the rest of a torn one.
    pub(super) torn: bool,
}

impl Token {
    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// Cuts `text`; backticks count as white space.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let (mut spaced, mut torn) = (true, false);
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() || first == '`' {
            spaced = true;
            torn |= first == '\t' && !tokens.is_empty();
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (kind, len) = if first.is_alphabetic() || first == '_' {
            (TokenKind::Word, word_len(rest))
        } else if first.is_ascii_digit() {
            number(rest)
        } else if rest.starts_with("...") {
            (
                TokenKind::Ellipsis,
                rest.bytes().take_while(|&b| b == b'.').count(),
            )
        } else if first == '…' {
            (TokenKind::Ellipsis, first.len_utf8())
        } else {
            (TokenKind::Mark(first), first.len_utf8())
        };
        tokens.push(Token {
            kind,
            range: at..at + len,
            spaced,
            torn,
        });
        (spaced, torn) = (false, false);
        at += len;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Letters, digits, `_`; and `/`, `-` between such.
fn word_len(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let joins = matches!(c, '/' | '-') && letters.peek().is_some_and(|&(_, n)| is_word(n));
        if !is_word(c) && !joins {
            return at;
        }
    }
    text.len()
}

/// Digits; more letters, or digits behind a point, make it mixed.
fn number(text: &str) -> (TokenKind, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let fraction = rest.strip_prefix('.').map_or(0, |rest| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    let letters = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    match (fraction, letters) {
        (0, 0) => (TokenKind::Number, digits),
        (0, letters) => (TokenKind::Mixed, digits + letters),
        (fraction, _) => {
            let end = digits + 1 + fraction;
            let tail = &text[end..];
            (
                TokenKind::Mixed,
                end + tail.find(|c| !is_word(c)).unwrap_or(tail.len()),
            )
        }
    }
}
