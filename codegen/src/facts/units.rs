//! Units: `measured in Wh`, `(in milliseconds)`, `limit in A`, `Energy (Wh)`,
//! `(milliseconds since boot)`, `frequency (~50Hz)`.

use super::{
    only,
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Unit};

/// The words that stand for a unit, besides its symbol. Symbols are told apart by
/// case, words are not.
pub(crate) fn words(unit: Unit) -> &'static [&'static str] {
    match unit {
        Unit::WattHours => &["watthours"],
        Unit::Watts => &["watt", "watts"],
        Unit::Amperes => &["amp", "amps", "ampere", "amperes"],
        Unit::Milliamperes => &["milliamps", "milliampere", "milliamperes"],
        Unit::Volts => &["volt", "volts"],
        Unit::Millivolts => &["millivolt", "millivolts"],
        Unit::Hertz => &["hertz"],
        Unit::Milliseconds => &["millisecond", "milliseconds", "millisekunden"],
        Unit::Seconds => &["second", "seconds", "sekunden"],
        Unit::Minutes => &["minute", "minutes", "minuten"],
        Unit::Hours => &["hour", "hours", "stunden"],
        Unit::Cents => &["cent", "cents"],
        Unit::Percent => &["percent", "prozent"],
        Unit::Celsius
        | Unit::Decibels
        | Unit::KilowattHours
        | Unit::Kilowatts
        | Unit::Microseconds
        | Unit::MilliwattHours
        | Unit::Milliwatts => &[],
    }
}

/// The unit of this symbol, or of one of its words.
pub(crate) fn parse(word: &str) -> Option<Unit> {
    let stands_for = |unit: &&Unit| {
        let mut words = words(**unit).iter();
        words.any(|known| known.eq_ignore_ascii_case(word))
    };
    Unit::from_symbol(word).or_else(|| Unit::ALL.iter().find(stands_for).copied())
}

/// The unit that the text names, unless it names two.
pub(super) fn mine(tokens: &Tokens<'_>) -> Option<Fact<Unit>> {
    only((1..tokens.len()).filter_map(|at| {
        let (value, last) = unit(tokens, at)?;
        let span = tokens.span(phrase(tokens, at)..last + 1);
        stated(tokens, at, last).then_some(Fact { value, span })
    }))
}

/// Returns whether the unit in tokens `at..=last` is plainly that of the value.
fn stated(tokens: &Tokens<'_>, at: usize, last: usize) -> bool {
    let goes_on = tokens.get(last + 1).is_some_and(|next| {
        next.torn
            && matches!(
                next.kind,
                TokenKind::Word | TokenKind::Mixed | TokenKind::Number
            )
    });
    if goes_on || tokens[at..=last].iter().any(|token| token.torn) {
        return false;
    }
    let since = matches!(tokens.word(last + 1), "since" | "seit");
    let approximate = tokens[at].kind == TokenKind::Mixed;
    match tokens.word(at - 1) {
        // "in seconds since" is plain; "in A position", "in min current" are not.
        "in" if !approximate => {
            let unit = tokens.text(at..last + 1);
            let plain = unit.len() > 1 && unit != "min";
            !tokens.is(last + 1, '/') && (plain || since || ends(tokens, last + 1))
        }
        // `(~50Hz)`
        "~" | "≈" => approximate && ends(tokens, last + 1),
        "(" => !approximate && (since || tokens.is(last + 1, ')')),
        _ => false,
    }
}

/// Returns the first of the words that introduce the unit at token `at`.
fn phrase(tokens: &Tokens<'_>, at: usize) -> usize {
    let is = |back: usize, words: &[&str]| {
        at.checked_sub(back)
            .is_some_and(|before| words.contains(&tokens.word(before)))
    };
    let words = match (is(1, &["in"]), is(2, &["measured", "gemessen"])) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    };
    at - words
}

/// The unit at token `at`, and the index of its last token.
fn unit(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    let token = &tokens[at];
    let last = match token.kind {
        TokenKind::Mark('°') if tokens.get(at + 1).is_some_and(|next| !next.spaced) => at + 1,
        TokenKind::Word | TokenKind::Mixed | TokenKind::Mark('%') => at,
        TokenKind::Number | TokenKind::Ellipsis | TokenKind::Mark(_) => return None,
    };
    let word = tokens.text(at..last + 1);
    // The number of `~50Hz`.
    let word = match token.kind {
        TokenKind::Mixed => word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
        TokenKind::Word | TokenKind::Number | TokenKind::Ellipsis | TokenKind::Mark(_) => word,
    };
    Some((parse(word)?, last))
}

/// Returns whether the phrase ends before token `at`.
fn ends(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_none_or(|token| {
        matches!(
            token.kind,
            TokenKind::Mark(')' | '(' | ',' | '.' | ';' | ':') | TokenKind::Ellipsis
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn reads_units() {
        let cases = [
            (
                "energy limit, measured in Wh, null means disabled",
                Some("Wh"),
            ),
            ("lastStaSwitched (in milliseconds)", Some("ms")),
            ("limit (in A)", Some("A")),
            ("RFID card (0..9) Energy (Wh)", Some("Wh")),
            ("stop time in seconds since day begin", Some("s")),
            ("price in ct", Some("ct")),
            ("measured in °C", Some("°C")),
            ("level in %.", Some("%")),
            ("energy in Wh since car connected", Some("Wh")),
            ("current in A since then", Some("A")),
            ("average frequency (~50Hz)", Some("Hz")),
            ("frequency (~50Hz) or 0 if unknown", Some("Hz")),
            ("last read (milliseconds since boot)", Some("ms")),
            ("Zeit in Millisekunden seit dem Start", Some("ms")),
            ("rate in %/s", None),
            ("in min current", None),
            ("(50Hz)", None),
            ("done in 10min", None),
            ("in seconds\t(of boot)", Some("s")),
            ("in mill\tiseconds", None),
            ("in W\th", None),
            ("(W\th)", None),
            ("in m\ts", None),
            ("in A position", None),
            ("Limits the current to 16A", None),
            ("reset after 10min", None),
            ("measured in unix-time, seconds since 1970", None),
            ("measured in Wh, then in kWh", None),
            ("30 seconds total power average", None),
            ("Wh", None),
        ];
        for (text, expected) in cases {
            let unit = mine(&Tokens::of(text, Span::new(0, 0..text.len())))
                .map(|fact| fact.value.symbol());
            assert_eq!(unit, expected, "{text}");
        }
    }
}
