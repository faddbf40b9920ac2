//! Cells that limit a number: Min, Max, Range.
//!
//! | cell | says |
//! |---|---|
//! | `6`, `-20`, `+5`, `16.0` | this number |
//! | `6 A` | the same, and its unit |
//! | `0.5` | a number that is no bound, as bounds are whole |
//! | `0-255`, `0..255`, `0 … 255`, `0 to 255`, `[0, 255]` | both |
//! | `>= 0`, `max. 32` | one of both |

use crate::{facts, model::Unit};

/// A number in a cell, and the unit behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) number: Number,
    pub(crate) unit: Option<Unit>,
}

/// A number in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Whole(i64),
    /// One that is not whole.
    Fraction,
}

/// What may stand between two numbers.
const BETWEEN: &[&str] = &["...", "..", "…", "–", "—", "to", "bis", "~", "-", ","];
/// What may stand before the one number that is stated.
const LEAST: &[&str] = &[
    ">=", "≥", "min.", "min", "from", "ab", "at least", "mindestens",
];
const GREATEST: &[&str] = &[
    "<=", "≤", "max.", "max", "up to", "bis", "at most", "höchstens", "maximal",
];

/// The number that `text` is, perhaps with a unit behind it.
pub(crate) fn number(text: &str) -> Option<Bound> {
    let (number, rest) = first(text.trim())?;
    let rest = rest.trim();
    let unit = facts::unit(rest);
    (rest.is_empty() || unit.is_some()).then_some(Bound { number, unit })
}

/// The least and the greatest number that `text` states: both, or one of them.
pub(crate) fn range(text: &str) -> Option<[Option<Bound>; 2]> {
    let text = text.trim();
    let inner = [("[", "]"), ("(", ")"), ("{", "}")].into_iter();
    let mut inner = inner.filter_map(|(open, close)| crate::source::between(text, open, close));
    let text = inner.next().unwrap_or(text).trim();
    if let Some((number, rest)) = first(text) {
        let rest = rest.trim_start();
        // `6 A to 32 A`
        let end = rest.find([' ', '-', '.', '…', '–']).unwrap_or(rest.len());
        let unit = facts::unit(&rest[..end]);
        let rest = match unit {
            Some(_) => rest[end..].trim_start(),
            None => rest,
        };
        let between = BETWEEN.iter();
        let mut greatest = between.filter_map(|between| self::number(rest.strip_prefix(between)?));
        return Some([Some(Bound { number, unit }), Some(greatest.next()?)]);
    }
    let after = |words: &[&str]| {
        let lower = text.to_lowercase();
        let mut words = words.iter().filter(|word| lower.starts_with(**word));
        // Only words of one length in both cases stand there.
        words.find_map(|word| number(text.get(word.len()..)?))
    };
    if let Some(least) = after(LEAST) {
        return Some([Some(least), None]);
    }
    after(GREATEST).map(|greatest| [None, Some(greatest)])
}

/// The number at the start of `text`, and what follows.
fn first(text: &str) -> Option<(Number, &str)> {
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = count(digits);
    if whole == 0 {
        return None;
    }
    let (whole, mut rest) = digits.split_at(whole);
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.')
        && count(after) > 0
    {
        (fraction, rest) = after.split_at(count(after));
    }
    // `1.000` is one, or a thousand.
    if fraction.len() == 3 && whole.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let value: i64 = match negative {
        true => format!("-{whole}").parse().ok()?,
        false => whole.parse().ok()?,
    };
    let number = match fraction.bytes().all(|digit| digit == b'0') {
        true => Number::Whole(value),
        false => Number::Fraction,
    };
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        let whole = |number| Some(Number::Whole(number));
        let cases = [
            ("6", whole(6)),
            ("-20", whole(-20)),
            ("−20", whole(-20)),
            ("+5", whole(5)),
            ("16.0", whole(16)),
            ("6 A", whole(6)),
            ("6A", whole(6)),
            ("80 %", whole(80)),
            ("0.5", Some(Number::Fraction)),
            ("-0.5 kW", Some(Number::Fraction)),
            ("", None),
            ("six", None),
            ("6 apples", None),
            ("6-32", None),
            ("1,000", None),
            ("1.000", None),
            ("0.500", Some(Number::Fraction)),
            ("99999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text).map(|bound| bound.number), expected, "{text}");
        }
    }

    #[test]
    fn reads_ranges() {
        let both = |min, max| Some([Some(Number::Whole(min)), Some(Number::Whole(max))]);
        let cases = [
            ("0-255", both(0, 255)),
            ("0..255", both(0, 255)),
            ("0 ... 255", both(0, 255)),
            ("0…255", both(0, 255)),
            ("0 – 255", both(0, 255)),
            ("-20-50", both(-20, 50)),
            ("-20 - -5", both(-20, -5)),
            ("0 to 100", both(0, 100)),
            ("von", None),
            ("0 bis 100 %", both(0, 100)),
            ("6 A to 32 A", both(6, 32)),
            ("6A-32A", both(6, 32)),
            ("[0, 255]", both(0, 255)),
            ("(6-32)", both(6, 32)),
            ("0.0-1.0", both(0, 1)),
            (">= 0", Some([Some(Number::Whole(0)), None])),
            ("≤ 32", Some([None, Some(Number::Whole(32))])),
            ("max. 32 A", Some([None, Some(Number::Whole(32))])),
            ("6", None),
            ("0-9-12", None),
            ("0-9 or 255", None),
            ("on/off", None),
        ];
        let numbers = |text| range(text).map(|ends| ends.map(|end| Some(end?.number)));
        for (text, expected) in cases {
            assert_eq!(numbers(text), expected, "{text}");
        }
        let half = Some([Some(Number::Whole(0)), Some(Number::Fraction)]);
        assert_eq!(numbers("0 to 0.5"), half);
        let units = |text| range(text).map(|ends| ends.map(|end| end?.unit));
        let [a, ma] = [Some(Unit::Amperes), Some(Unit::Milliamperes)];
        assert_eq!(units("6-32 A"), Some([None, a]));
        assert_eq!(units("6 mA to 32 A"), Some([ma, a]));
        assert_eq!(units("max. 32 A"), Some([None, a]));
        assert_eq!(units("6-32"), Some([None, None]));
    }
}
