//! A description as a row of tokens.

use std::ops::{Deref, Range};

use goe_runtime::Unit;

use crate::source::Span;

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
    /// A backtick stands before it.
    pub(super) ticked: bool,
    /// The white space before it is a tab: the token may be the rest of a torn one.
    pub(super) torn: bool,
}

impl Token {
    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// A description, cut into tokens.
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// Where the text stands.
    place: Span,
    all: Vec<Token>,
    /// The value may be null.
    pub(super) nullable: bool,
}

impl Deref for Tokens<'_> {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        &self.all
    }
}

impl<'a> Tokens<'a> {
    /// Cuts `text`, which stands at `place`.
    pub(super) fn of(text: &'a str, place: Span) -> Self {
        let all = cut(text);
        Tokens {
            text,
            place,
            all,
            nullable: true,
        }
    }

    /// The text of the token at `at`; empty if there is none.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.get(at)
            .map_or("", |token| &self.text[token.range.clone()])
    }

    /// The text from the first to the last of some tokens.
    pub(super) fn text(&self, tokens: Range<usize>) -> &'a str {
        &self.text[self.bytes(tokens)]
    }

    /// Where the text of some tokens stands.
    pub(super) fn span(&self, tokens: Range<usize>) -> Span {
        self.place.part(self.bytes(tokens))
    }

    /// The tokens that begin in the bytes of `span`.
    pub(super) fn within(&self, span: Span) -> Range<usize> {
        let begins_before = |end: usize| {
            let at = |token: &Token| self.place.start + token.range.start;
            self.partition_point(|token| at(token) < end)
        };
        begins_before(span.start)..begins_before(span.end)
    }

    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        self[tokens.start].range.start..self[tokens.end - 1].range.end
    }

    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.get(at).map(|token| token.kind)
    }

    pub(super) fn is(&self, at: usize, mark: char) -> bool {
        self.get(at).is_some_and(|token| token.is(mark))
    }

    /// The number at token `at`, perhaps below zero, and the index after it.
    pub(super) fn number(&self, at: usize) -> Option<(i64, usize)> {
        let below = self.is(at, '-') || self.is(at, '−');
        let next = at + 1 + usize::from(below);
        let digits = self.get(next - 1)?;
        if digits.kind != TokenKind::Number || (below && digits.spaced) {
            return None;
        }
        let value: i64 = self.word(next - 1).parse().ok()?;
        Some((if below { -value } else { value }, next))
    }

    /// Returns whether a tab stands before a token of `tokens` but the first.
    pub(super) fn torn(&self, tokens: Range<usize>) -> bool {
        let rest = self.get(tokens).unwrap_or_default();
        rest.iter().skip(1).any(|token| token.torn)
    }
}

/// The tokens of `text`; backticks count as white space.
fn cut(text: &str) -> Vec<Token> {
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
            let counted = tokens.last().is_some_and(is_number);
            (TokenKind::Word, word_len(rest, counted))
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
            ticked: text[..at].ends_with('`'),
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

fn is_number(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Number | TokenKind::Mixed)
}

/// Letters, digits, `_`; and `/`, `-` between such. Behind a number, `6 A-32 A`, a unit
/// ends before it.
fn word_len(text: &str, counted: bool) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|&(_, next)| next);
        let range = counted && c == '-' && next.is_some_and(|next| next.is_ascii_digit());
        let range = range && Unit::from_symbol(&text[..at]).is_some();
        let joins = matches!(c, '/' | '-') && next.is_some_and(is_word) && !range;
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
