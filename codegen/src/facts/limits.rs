//! Ranges (`set this to 0-9`, `led_bright, 0-255`) and lengths
//! (`max. 64 characters`, `max. 5 entries`).
//!
//! `0-9` is a range of the value only where it stands alone: after a comma, a
//! colon, a parenthesis, at the start, or after one of a few words. `1-phase`,
//! `2021-09-06` and `cards 0-9` are prose.

use super::{
    only,
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Length, NumberRange, Scalar, Type};

/// Words after which two numbers are a range of the value.
const INTRODUCE_RANGE: &[&str] = &[
    "to", "range", "from", "between", "value", "values", "of", "is", "auf", "von", "Bereich",
    "zwischen", "Wert", "Werte",
];

/// The range that the text states, unless it states two.
pub(super) fn range(tokens: &Tokens<'_>) -> Option<Fact<NumberRange>> {
    only((0..tokens.len()).filter_map(|at| {
        let (value, end) = range_at(tokens, at)?;
        let span = tokens.span(at..end);
        Some(Fact { value, span })
    }))
}

/// `0-9` at token `at`, standing alone, and the index after it.
fn range_at(tokens: &Tokens<'_>, at: usize) -> Option<(NumberRange, usize)> {
    let (min, dash) = tokens.number(at)?;
    let between = tokens.get(dash)?;
    let word = matches!(tokens.word(dash), "to" | "and" | "bis" | "und");
    let dashed = matches!(between.kind, TokenKind::Mark('-' | '–')) && !between.spaced;
    let (max, end) = tokens.number(dash + 1)?;
    let torn = (at..=end).any(|at| tokens.get(at).is_some_and(|token| token.torn));
    // A range wholly below zero is more likely a dash too many.
    if torn || min >= max || max < 0 {
        return None;
    }
    let stated = match dashed {
        true => !tokens[dash + 1].spaced && stands_alone(tokens, at, end),
        // "6 to 32" may be anything, "between 6 and 32" is a range.
        false => word && tokens[at].spaced && in_words(tokens, at, dash),
    };
    stated.then_some((NumberRange { min, max }, end))
}

/// `from 6 to`, `between 6 and`, `von 6 bis`, `range 6 to`.
fn in_words(tokens: &Tokens<'_>, at: usize, between: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens.word(before));
    let expected = match before {
        Some("from" | "range") => "to",
        Some("between") => "and",
        Some("von" | "Bereich") => "bis",
        Some("zwischen") => "und",
        _ => return false,
    };
    tokens.word(between) == expected
}

fn stands_alone(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    let introduced = match at.checked_sub(1).map(|before| &tokens[before]) {
        None => true,
        Some(before) => match before.kind {
            TokenKind::Mark(',' | ':' | ';' | '(' | '[') => true,
            TokenKind::Word if tokens[at].spaced => INTRODUCE_RANGE.contains(&tokens.word(at - 1)),
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Mixed
            | TokenKind::Ellipsis
            | TokenKind::Mark(_) => false,
        },
    };
    let closed = match tokens.get(end) {
        None => true,
        Some(after) if after.spaced => true,
        Some(after) => matches!(
            after.kind,
            TokenKind::Mark(',' | ';' | ')' | ']' | '.' | '%')
        ),
    };
    introduced && closed
}

/// Returns the length that the string or array may have.
pub(super) fn length(tokens: &Tokens<'_>, types: &[Type]) -> Option<Fact<Length>> {
    let has = |scalar| types.iter().any(|ty| ty.scalar == scalar);
    (0..tokens.len()).find_map(|at| {
        let word = tokens.word(at);
        if !word.starts_with(['m', 'M']) {
            return None;
        }
        let number = match word.to_lowercase().as_str() {
            "max" | "maximal" => at + 1 + usize::from(tokens.is(at + 1, '.')),
            "maximum" => at + 1,
            "most" if at > 0 && tokens.word(at - 1) == "at" => at + 1,
            _ => return None,
        };
        let (digits, of) = (tokens.get(number)?, tokens.get(number + 1)?);
        if digits.torn || of.torn {
            return None;
        }
        let count = tokens.word(number).parse().ok()?;
        let value = match tokens.word(number + 1) {
            "characters" | "chars" | "Zeichen" | "Buchstaben" if has(Scalar::String) => {
                Length::Characters(count)
            }
            "bytes" | "Bytes" if has(Scalar::String) => Length::Bytes(count),
            "entries" | "elements" | "Einträge" | "Elemente" if has(Scalar::Array) => {
                Length::Entries(count)
            }
            _ => return None,
        };
        let span = tokens.span(at..number + 2);
        Some(Fact { value, span })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn tokens(text: &str) -> Tokens<'_> {
        Tokens::of(text, Span::new(0, 0..text.len()))
    }

    #[test]
    fn reads_ranges() {
        let cases = [
            ("set this to 0-9 to delete sta config", Some((0, 9))),
            ("led_bright, 0-255", Some((0, 255))),
            ("amount (6-32)", Some((6, 32))),
            ("-20-50", Some((-20, 50))),
            ("range `6-32` in A", Some((6, 32))),
            ("0-9, or 0-9", Some((0, 9))),
            ("auf 0-9 setzen, um zu löschen", Some((0, 9))),
            ("between 6 and 32 A", Some((6, 32))),
            ("von 0 bis 100", Some((0, 100))),
            ("range 6 to 32", Some((6, 32))),
            ("6 to 32", None),
            ("card 1 and 2", None),
            ("between 6 to 32", None),
            ("to 0-2\t55", None),
            ("0\t-9", None),
            ("0-9, 0-5", None),
            ("9-0", None),
            ("-9--2", None),
            ("digital Input 1-phase", None),
            ("since 2021-09-06", None),
            ("cards 0-9 are kept", None),
            ("phases L1-L3", None),
            ("version 1.0-2.0", None),
            ("(0..9)", None),
            ("from 1-2-3", None),
            ("99999999999999999999-99999999999999999999999", None),
        ];
        for (text, expected) in cases {
            let range = range(&tokens(text)).map(|f| (f.value.min, f.value.max));
            assert_eq!(range, expected, "{text}");
        }
    }

    #[test]
    fn reads_lengths() {
        let cases = [
            (
                "free text (max. 64 characters)",
                Scalar::String,
                Some(Length::Characters(64)),
            ),
            (
                "name, max. 32 bytes",
                Scalar::String,
                Some(Length::Bytes(32)),
            ),
            ("at most 32 bytes", Scalar::String, Some(Length::Bytes(32))),
            (
                "presets, max. 5 entries",
                Scalar::Array,
                Some(Length::Entries(5)),
            ),
            (
                "maximal 5 Einträge",
                Scalar::Array,
                Some(Length::Entries(5)),
            ),
            ("name, max. 6\t4 characters", Scalar::String, None),
            ("presets, max. 5 entries", Scalar::String, None),
            ("max", Scalar::String, None),
            ("variant: max Ampere value", Scalar::String, None),
        ];
        for (text, scalar, expected) in cases {
            let types = [Type::of(scalar)];
            let length = length(&tokens(text), &types).map(|f| f.value);
            assert_eq!(length, expected, "{text}");
        }
    }
}
