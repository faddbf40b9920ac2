//! Numbers with their units, and whether a phrase ends behind one.

use std::ops::Range;

use super::{
    context::said,
    tokens::{TokenKind, Tokens},
    units,
};
use crate::model::Unit;

/// A number with its unit.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    /// Nothing for what is no whole number.
    pub(super) value: Option<i64>,
    pub(super) unit: Option<Unit>,
    /// The tokens of the number and the unit.
    pub(super) tokens: Range<usize>,
}

impl Tokens<'_> {
    /// The quantity at token `at`: `6`, `-5`, `0.5`, `32 A`, `50Hz`; never a date, an
    /// address or a number with a zero before it.
    pub(super) fn quantity(&self, at: usize) -> Option<Quantity> {
        let below = self.is(at, '-') || self.is(at, '−');
        let number = at + usize::from(below || self.is(at, '+'));
        let token = self.get(number)?;
        if number > at && token.spaced {
            return None;
        }
        let text = self.word(number);
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (digits, rest) = text.split_at(digits.unwrap_or(text.len()));
        let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        if !self.digits(number) || padded {
            return None;
        }
        // `0,5`, `10,000` and `10k` are no whole numbers of ours.
        let mut next = self.groups(number);
        let power = rest == "k" || rest == "M" || rest.starts_with(['e', 'E']);
        let whole = next == number + 1 && !power;
        let value: Option<i64> = digits.parse().ok().filter(|_| whole);
        let unit = match rest.is_empty() {
            false if power => None,
            false => Some(units::parse(rest)?),
            true => units::at(self, next).map(|(unit, last)| {
                next = last + 1;
                unit
            }),
        };
        Some(Quantity {
            value: value.map(|value| if below { -value } else { value }),
            unit,
            tokens: at..next,
        })
    }

    /// The end of the number at `at` with its fraction or its thousands: `0,5`,
    /// `1.000.000`; four groups with points are an address.
    fn groups(&self, at: usize) -> usize {
        let joined = |at: usize| self.get(at).is_some_and(|token| !token.spaced);
        let mut next = at + 1;
        let mut groups = 1 + usize::from(self.word(at).contains('.'));
        while ['.', ',', '\'', '’']
            .iter()
            .any(|&mark| self.is(next, mark))
            && joined(next)
            && joined(next + 1)
            && self.kind(next + 1) == Some(TokenKind::Number)
            && (self.is(next, ',') && groups == 1 || self.word(next + 1).len() == 3)
        {
            next += 2;
            groups += 1;
        }
        match groups {
            4 if self.is(at + 1, '.') => at + 1,
            _ => next,
        }
    }
}

/// What follows a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// The part of the sentence, or a word that changes nothing.
    End,
    /// Words that may change everything.
    More,
    /// The rest of a longer thing: a date, an address.
    Joined,
}

/// Words that may follow a range and leave it one.
const FOLLOW: &[&str] = &[
    "inclusive", "inclusively", "incl", "inkl", "inklusive", "einschließlich", "including",
    "allowed", "permitted", "possible", "valid", "accepted", "erlaubt", "zulässig", "möglich",
    "gültig", "einstellbar", "of", "der", "des", "sein", "betragen", "setzen", "stellen", "um",
    "each", "jeweils", "where", "wobei", "which", "ac", "dc", "rms", "can", "adjustable",
    "selectable", "configurable", "wählbar",
];

/// What follows at `end`.
pub(super) fn behind(tokens: &Tokens<'_>, end: usize) -> Behind {
    let Some(next) = tokens.get(end) else {
        return Behind::End;
    };
    let digits = tokens.digits(end + 1) && !tokens[end + 1].spaced;
    match next.kind {
        TokenKind::Mark(',' | '.') if !next.spaced && digits => Behind::Joined,
        TokenKind::Mark('.') if !next.spaced && !tokens.ends_sentence(end) => {
            match tokens.get(end + 1) {
                Some(after) if !after.spaced => Behind::Joined,
                _ => Behind::End,
            }
        }
        TokenKind::Mark(':') if !next.spaced && digits => Behind::Joined,
        TokenKind::Mark(
            ',' | ';' | '.' | ':' | ')' | ']' | '}' | '(' | '[' | '!' | '?' | '<' | '|',
        ) => Behind::End,
        // Published tables have a stray `+` behind some descriptions.
        TokenKind::Mark('+') if end + 1 == tokens.len() => Behind::End,
        TokenKind::Mark('-' | '–' | '—')
            if next.spaced && tokens.get(end + 1).is_some_and(|t| t.spaced) =>
        {
            Behind::End
        }
        _ if !next.spaced => Behind::Joined,
        TokenKind::Word => follows(tokens, end),
        _ => Behind::More,
    }
}

fn follows(tokens: &Tokens<'_>, end: usize) -> Behind {
    let word = tokens.word(end);
    let next = end + 1;
    let fits = match word.to_lowercase().as_str() {
        "to" | "zum" | "zur" => tokens.kind(next) == Some(TokenKind::Word),
        "in" => {
            let steps = ["step", "steps", "schritten"];
            let step = tokens.quantity(next);
            step.is_some_and(|step| {
                step.value.is_some() && said(tokens.word(step.tokens.end), &steps)
            }) || units::at(tokens, next).is_some()
                || said(tokens.word(next), &["steps", "schritten", "units"])
        }
        "and" | "und" => !tokens.digits(next),
        "or" | "oder" => true,
        "is" | "are" | "ist" | "sind" => {
            let ends = tokens.get(next + 1).is_none() || tokens.ends_part(next + 1);
            said(tokens.word(next), FOLLOW) && ends
        }
        "per" | "pro" | "je" => said(tokens.word(next), &["phase", "leg", "line", "leiter"]),
        // `1-60 s as milliseconds`
        "as" | "als" => units::at(tokens, next).is_none() && tokens.word(next) != "well",
        "max" | "min" => true,
        // `6..32 step 2`
        "step" | "steps" | "schritt" => tokens.digits(next),
        _ => said(word, FOLLOW),
    };
    match fits {
        true => Behind::End,
        false => Behind::More,
    }
}
