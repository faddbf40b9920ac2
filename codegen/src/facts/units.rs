//! Units: `measured in Wh`, `(in milliseconds)`, `limit in A`, `Energy (Wh)`.

use std::ops::Range;

use super::tokens::{Kind, Token};
use crate::{model::Fact, source::Span};

/// Each unit's symbol and the words that stand for it. Symbols are told apart
/// by case, words are not.
const UNITS: &[(&str, &[&str])] = &[
    ("Wh", &["watthours"]),
    ("kWh", &[]),
    ("mWh", &[]),
    ("W", &["watt", "watts"]),
    ("kW", &[]),
    ("mW", &[]),
    ("A", &["amp", "amps", "ampere", "amperes"]),
    ("mA", &["milliamps", "milliampere", "milliamperes"]),
    ("V", &["volt", "volts"]),
    ("mV", &["millivolt", "millivolts"]),
    ("Hz", &["hertz"]),
    ("ms", &["millisecond", "milliseconds", "millisekunden"]),
    ("s", &["second", "seconds", "sekunden"]),
    ("min", &["minute", "minutes", "minuten"]),
    ("h", &["hour", "hours", "stunden"]),
    ("ct", &["cent", "cents"]),
    ("dBm", &[]),
    ("%", &["percent", "prozent"]),
    ("°C", &[]),
];

/// The unit that `text` names, unless it names two.
pub(super) fn mine(
    tokens: &[Token],
    text: &str,
    place: &impl Fn(Range<usize>) -> Span,
) -> Option<Fact<&'static str>> {
    let mut found: Option<Fact<&'static str>> = None;
    for at in 0..tokens.len() {
        let Some((unit, last)) = at.checked_sub(1).and_then(|_| unit(tokens, text, at)) else {
            continue;
        };
        let introduced = &text[tokens[at - 1].range.clone()];
        let before_end = ends(tokens, last + 1);
        let stated = match introduced {
            // "in seconds since" is plain; "in a", "in s" may be another word.
            "in" => before_end || tokens[last].range.end - tokens[at].range.start > 2,
            "(" => tokens.get(last + 1).is_some_and(|token| token.is(')')),
            _ => false,
        };
        match &found {
            _ if !stated => {}
            Some(other) if other.value != unit => return None,
            Some(_) => {}
            None => {
                let range = tokens[at].range.start..tokens[last].range.end;
                found = Some(Fact {
                    value: unit,
                    span: place(range),
                });
            }
        }
    }
    found
}

/// The unit at token `at`, and the index of its last token.
fn unit(tokens: &[Token], text: &str, at: usize) -> Option<(&'static str, usize)> {
    let token = &tokens[at];
    let last = match token.kind {
        Kind::Mark('°') if tokens.get(at + 1).is_some_and(|next| !next.spaced) => at + 1,
        Kind::Word | Kind::Mark('%') => at,
        _ => return None,
    };
    let word = &text[token.range.start..tokens[last].range.end];
    let (symbol, _) = UNITS.iter().find(|(symbol, words)| {
        *symbol == word || words.iter().any(|known| known.eq_ignore_ascii_case(word))
    })?;
    Some((symbol, last))
}

/// Whether the phrase ends before token `at`.
fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|token| {
        matches!(
            token.kind,
            Kind::Mark(')' | '(' | ',' | '.' | ';' | ':') | Kind::Ellipsis
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

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
            ("in A position", None),
            ("Limits the current to 16A", None),
            ("reset after 10min", None),
            ("measured in unix-time, seconds since 1970", None),
            ("measured in Wh, then in kWh", None),
            ("30 seconds total power average", None),
            ("Wh", None),
        ];
        for (text, expected) in cases {
            let place = |range: Range<usize>| Span {
                file: 0,
                start: range.start,
                end: range.end,
            };
            let unit = mine(&tokens(text), text, &place).map(|fact| fact.value);
            assert_eq!(unit, expected, "{text}");
        }
    }
}
