//! Ranges: `set this to 0-9`, `led_bright, 0-255`, `from 6 to 32`, `min. 6, max. 32`.
//!
//! Two numbers are a range of the value only where they stand alone: behind a comma, a
//! colon, a parenthesis, at the start, or behind one of a few words; and where nothing
//! that follows says otherwise. `1-phase`, `2021-09-06` and `cards 0-9` are prose; what
//! looks like a limit and leaves a second reading is prose too, and is said to be.

use std::ops::Range;

use super::{
    claims::{Claim, Mined},
    clauses::RANGE,
    context::{is_lower, is_plural, said},
    ends, lengths,
    quantities::{self, Behind, Quantity, behind},
    tokens::{Token, TokenKind, Tokens},
    units,
};
use crate::model::{Fact, NumberRange, Unit, Unread, UnreadKind};

/// Words behind which two numbers are a range of the value.
pub(super) const INTRODUCE: &[&str] = &[
    "to", "range", "from", "between", "value", "values", "of", "is", "are", "be", "auf", "von",
    "bereich", "zwischen", "wert", "werte", "allowed", "valid", "accepts", "limits", "interval",
    "erlaubt", "gültig", "zulässig", "wertebereich", "intervall", "ist", "sind",
];

/// The range that the text states of numbers in `unit`, and the unit that stands with it.
pub(super) fn range(
    tokens: &Tokens<'_>,
    unit: Option<Unit>,
) -> (Mined<NumberRange>, Option<Fact<Unit>>) {
    // Most descriptions have no two numbers, and no limit with one.
    let number = |at: usize| tokens.digits(at) || said_number(tokens.word(at)).is_some();
    if !(0..tokens.len()).any(number) {
        return Default::default();
    }
    let mut found = Found {
        tokens,
        unit,
        claims: Vec::new(),
        places: Vec::new(),
        ends: Vec::new(),
        stated: None,
    };
    let mut at = 0;
    while at < tokens.len() && found.claims.len() < Found::MOST {
        at = found.at(at);
    }
    found.join_ends();
    found.weigh();
    let mined = Mined::of(found.claims, UnreadKind::Range, WRITE);
    let stated = found.stated.filter(|_| mined.fact.is_some());
    (mined, stated)
}

const ITSELF: &str = "whether the number itself is allowed is not plain";
/// What is read.
const WRITE: &str = "one range alone, such as `, 6-32` or `from 6 to 32`";

/// What stands between two numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// `-`, `–`, `..`, `…`, `÷`.
    Mark,
    /// `to`, `bis`.
    To,
    /// `and`, `und`.
    And,
}

/// What leads to a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A mark, the start, or a word that introduces numbers.
    Plain,
    /// `from`, `range`, `between`: a range and nothing else follows.
    Range,
    /// Some word.
    Noun,
}

/// One limit alone: `max. 32`.
struct End {
    is_max: bool,
    quantity: Quantity,
    tokens: Range<usize>,
    /// `< 32` is not `<= 32`.
    strict: bool,
}

struct Found<'a, 't> {
    tokens: &'a Tokens<'t>,
    /// The unit of the value.
    unit: Option<Unit>,
    claims: Vec<Claim<NumberRange>>,
    /// The tokens of all that looks like a limit.
    places: Vec<Range<usize>>,
    ends: Vec<End>,
    /// The unit that stands with a range that was read.
    stated: Option<Fact<Unit>>,
}

impl Found<'_, '_> {
    /// Nobody writes as many; a text that has them is no description.
    const MOST: usize = 20;

    /// Looks for a limit at token `at`, and returns where to go on.
    fn at(&mut self, at: usize) -> usize {
        if let Some((end, next)) = self.end(at) {
            self.places.push(at..next);
            self.ends.push(end);
            return next;
        }
        self.pair(at).or_else(|| self.other(at)).unwrap_or(at + 1)
    }

    /// `±5`, `6 <= x <= 32`, `32 A max`, `[6, 32]`, `0x10-0x20`: never read.
    fn other(&mut self, at: usize) -> Option<usize> {
        let tokens = self.tokens;
        let compares = |at: usize| {
            let equal = |at: usize| usize::from(tokens.is(at, '='));
            match tokens.kind(at)? {
                TokenKind::Mark('<' | '>') => Some(at + 1 + equal(at + 1)),
                TokenKind::Mark('≤' | '≥') => Some(at + 1),
                _ => None,
            }
        };
        let chain = || {
            let name = compares(tokens.quantity(at)?.tokens.end)?;
            let next = compares(name + 1)?;
            Some(tokens.quantity(next)?.tokens.end)
        };
        let interval = || {
            let first = tokens.is(at, '[').then(|| tokens.quantity(at + 1))??;
            let comma = tokens.is(first.tokens.end, ',') || tokens.is(first.tokens.end, ';');
            let second = comma.then(|| tokens.quantity(first.tokens.end + 1))??;
            tokens
                .is(second.tokens.end, ']')
                .then_some(second.tokens.end + 1)
        };
        let around = || {
            let marks = usize::from(tokens.is(at, '+') && tokens.is(at + 1, '/')) * 2;
            let sign = tokens.is(at, '±') || (marks > 0 && tokens.is(at + 2, '-'));
            let number = sign.then(|| tokens.quantity(at + 1 + marks))??;
            Some(number.tokens.end)
        };
        let behind_number = || {
            let end = tokens.quantity(at)?.tokens.end;
            let exceeds = said(tokens.word(end), &["nicht"])
                && said(tokens.word(end + 1), &["überschreiten", "unterschreiten"]);
            let or = said(tokens.word(end), &["or", "oder", "and", "und"]);
            let less = &["less", "more", "fewer", "weniger", "mehr", "above", "below"];
            let or_less = or && said(tokens.word(end + 1), less);
            let most = ends::at(tokens, end).filter(|(said, _)| !said.bare);
            let most = most
                .map(|(_, next)| next)
                .filter(|&next| !tokens.digits(next));
            most.or((exceeds || or_less).then_some(end + 2))
        };
        let hexadecimal = || {
            let first = tokens.digits(at).then(|| between(tokens, at + 1))??.1;
            let coded = |at: usize| tokens.digits(at) && tokens.word(at).starts_with("0x");
            let power = tokens.digits(first) && tokens.is(first + 1, '^');
            match power {
                true => Some(first + 3).filter(|_| tokens.digits(first + 2)),
                false => (tokens.digits(first) && (coded(at) || coded(first))).then_some(first + 1),
            }
        };
        // `max. 5-10`
        let most = || {
            let (_, next) = ends::at(tokens, at).filter(|(end, _)| !end.bare)?;
            let first = tokens.quantity(next)?;
            let (_, next, _) = between(tokens, first.tokens.end)?;
            Some(tokens.quantity(next)?.tokens.end)
        };
        // `6 (minimum)`
        let noted = || {
            let open = tokens.quantity(at)?.tokens.end;
            let next = tokens.is(open, '(').then(|| ends::at(tokens, open + 1))??.1;
            tokens.is(next, ')').then_some(next + 1)
        };
        let bracketed = interval();
        let end = bracketed
            .or_else(hexadecimal)
            .or_else(most)
            .or_else(noted)
            .or_else(chain)
            .or_else(around)
            .or_else(behind_number)?;
        let plain = matches!(before(tokens, at, Between::Mark), Some(Before::Plain));
        let plain = plain
            || bracketed.is_some()
            || said(tokens.word(end - 1), &["überschreiten", "unterschreiten"]);
        if !plain
            || tokens.is_example(at)
            || tokens.torn(at..end)
            || tokens.is_advice(at, end)
            || behind(tokens, end) != Behind::End
        {
            return None;
        }
        self.places.push(at..end);
        self.unread(at..end, "limits in a form that is not read");
        Some(end)
    }

    /// `6-32`, `6 to 32`: where to go on, if it is a limit or looks like one.
    fn pair(&mut self, at: usize) -> Option<usize> {
        let tokens = self.tokens;
        let Some(first) = tokens.quantity(at) else {
            return self.worded(at);
        };
        // `1 (high) to 5 (low)`
        let noted = tokens
            .is(first.tokens.end, '(')
            .then(|| tokens.after_parenthesis(first.tokens.end))
            .flatten();
        let (between, next, strict) = between(tokens, noted.unwrap_or(first.tokens.end))?;
        let second = tokens.quantity(next)?;
        let end = second.tokens.end;
        if tokens.torn(at..end + 1) {
            return None;
        }
        let before = before(tokens, at, between)?;
        // "11 carries 16 A, 22 up to 32 A"
        let up_to = next == noted.unwrap_or(first.tokens.end) + 2 && between == Between::To;
        if up_to
            && before != Before::Range
            && (tokens.sentence(&(at..at)).start..at).any(|at| tokens.digits(at))
        {
            return None;
        }
        // `5-10 % of the users`
        let part = at == 0 && said(tokens.word(end), &["of", "der", "des"]);
        let behind = if part {
            Behind::More
        } else {
            behind(tokens, end)
        };
        if behind == Behind::Joined || is_clock(tokens, end, &second) {
            return None;
        }
        let place = at..end;
        self.places.push(place.clone());
        if tokens.is_advice(at, end) || tokens.is_referred(at) || tokens.is_of_another(at) {
            return Some(end);
        }
        let (min, max) = (first.value, second.value);
        let whole = min.zip(max);
        match (before, behind) {
            // `version 2 (1.0-2.0)`
            _ if whole.is_none_or(are_years) && tokens.speaks_of_versions(at) => {}
            // `firmware range 50-60`; not "with firmware 61.0: 0-5"
            _ if !tokens.is(at.wrapping_sub(1), ':')
                && tokens.has(
                    tokens.part_start(at).max(at.saturating_sub(3))..at,
                    RELEASED,
                ) => {}
            _ if noted.is_some() => self.unread(place, "notes stand between the numbers"),
            (Before::Plain | Before::Range, Behind::End) if strict => self.unread(place, ITSELF),
            // `takes 2 to 3 rounds`; `hysteresis 1-10 K`, `quality 0..255 lqi`
            (Before::Noun, Behind::More)
                if second.unit.is_none()
                    && !units::is_foreign(tokens.word(end))
                    && !tokens.is(next - 1, '.') => {}
            (Before::Noun, _) if min > max => {}
            (Before::Noun, _) => {
                let why = "nothing before it says that it is a range";
                let write = format!("`, {}`, with a comma before it", tokens.text(place.clone()));
                let unread = tokens.unread(UnreadKind::Range, place, why, write);
                self.claims.push(Claim::Unread(unread));
            }
            // `-10 to 10 K`; `for cables of 3-5 mm²`
            (Before::Plain | Before::Range, Behind::More)
                if units::is_foreign(tokens.word(end))
                    && quantities::behind(tokens, end + 1) == Behind::End
                    && !tokens.has(at.saturating_sub(1)..at, &["of", "von"]) =>
            {
                self.unread(place, "in a unit that is not known");
            }
            // `1 to 10 is one of the cards`
            (Before::Plain, Behind::More) if between == Between::To => {}
            // `for cables of 3-5 mm²`
            (Before::Plain, Behind::More)
                if at > 0 && said(tokens.word(at - 1), &["of", "is", "are", "von"]) => {}
            // `4-20 mA input`, `12-24 pieces per box`
            (Before::Plain, Behind::More)
                if tokens.kind(end) == Some(TokenKind::Word)
                    && !tokens.is_beyond(end)
                    && !said(tokens.word(end), &["is", "are", "ist", "sind"])
                    && match tokens.depends(end) {
                        true => {
                            let so_long = [Unit::Minutes, Unit::Seconds, Unit::Hours];
                            !said(tokens.word(end), &["as", "als"])
                                && second.unit.is_some_and(|unit| so_long.contains(&unit))
                        }
                        // `1-8 pieces` and no more
                        false => {
                            let whole = quantities::behind(tokens, end + 1) == Behind::End
                                && !lengths::is_noun(tokens.word(end));
                            second.unit.is_some() || (at == 0 && !whole)
                        }
                    } => {}
            (_, Behind::More) => self.unread(place, "what follows may change it"),
            (Before::Plain, _) if second.unit.is_some() && is_rated(tokens, at) => {
                self.unread(place, "may be of the thing before it");
            }
            (Before::Plain | Before::Range, _) => {
                if let Some(claim) = self.judge(&first, &second) {
                    self.claims.push(claim);
                }
            }
        }
        Some(end)
    }

    /// `from three to nine`: numbers in words, which are not read.
    fn worded(&mut self, at: usize) -> Option<usize> {
        let tokens = self.tokens;
        let number = |at: usize| said_number(tokens.word(at)).map(|_| at + 1);
        let (how, next, _) = between(tokens, number(at)?)?;
        let end = number(next)?;
        let range = before(tokens, at, how) == Some(Before::Range);
        if !range || behind(tokens, end) != Behind::End || tokens.is_of_another(at) {
            return None;
        }
        self.places.push(at..end);
        self.unread(at..end, "numbers in words");
        Some(end)
    }

    /// A range that is introduced and ends.
    fn judge(&mut self, first: &Quantity, second: &Quantity) -> Option<Claim<NumberRange>> {
        let tokens = self.tokens;
        let place = first.tokens.start..second.tokens.end;
        let unread = |why: &'static str| {
            Some(Claim::Unread(tokens.unread(
                UnreadKind::Range,
                place.clone(),
                why,
                WRITE,
            )))
        };
        let (Some(min), Some(max)) = (first.value, second.value) else {
            return unread("only whole numbers without a point or comma are limits");
        };
        let opens = place.start.checked_sub(1);
        if let Some(whose) = belongs_elsewhere(tokens, opens, place.end) {
            return match whose {
                true => None,
                false => unread("what follows may change it"),
            };
        }
        // `the score is 3-2`
        let said_to_be =
            opens.is_some_and(|at| tokens.has(at..at + 1, &["is", "are", "was", "ist"]));
        if min > max && said_to_be {
            return None;
        }
        if min > max {
            let write = format!("`{max}-{min}`, the least first");
            let reversed = tokens.unread(
                UnreadKind::Reversed,
                place,
                "the greater number comes first",
                write,
            );
            return Some(Claim::Unread(reversed));
        }
        if min == max || max < 0 && min < 0 && tokens.is(first.tokens.end, '-') {
            return unread("not plainly two ends of a range");
        }
        if are_years((min, max)) {
            return unread("may be years");
        }
        if first.unit.zip(second.unit).is_some_and(|(a, b)| a != b) {
            return unread("in two units");
        }
        let stated = second.unit.or(first.unit);
        if stated.zip(self.unit).is_some_and(|(a, b)| a != b) {
            return unread("not in the unit of the value");
        }
        // `milliseconds, 1-60 s`
        let unit = stated.or(self.unit);
        if unit.is_some_and(|unit| units::beside(tokens, &place, unit)) {
            return unread("another unit stands beside it");
        }
        if tokens.is_refused(&place) {
            return unread("may be what is not allowed");
        }
        if excepted(tokens, place.end) {
            return unread("an exception follows");
        }
        // `no effect between 5 and 100`
        let before = tokens.part_start(place.start)..place.start;
        if tokens.has(before, &["effect", "wirkung"]) {
            return unread("may be what is not allowed");
        }
        if let Some(of) = tokens.led_elsewhere(&place) {
            let why = "may be of something else, or not all";
            let mut unread = tokens.unread(UnreadKind::Range, place, why, WRITE);
            unread.other = Some(tokens.span(of));
            return Some(Claim::Unread(unread));
        }
        let other = tokens.others(&place);
        if let Some(other) = other.or_else(|| tokens.unaccounted(place.end, false)) {
            let mut unread =
                tokens.unread(UnreadKind::Range, place, "others may be allowed too", WRITE);
            unread.other = Some(tokens.span(other));
            return Some(Claim::Unread(unread));
        }
        if let Some(unit) = stated {
            let with = if second.unit.is_some() { second } else { first };
            let span = tokens.span(with.tokens.clone());
            self.stated = Some(Fact { value: unit, span });
        }
        let span = tokens.span(place);
        Some(Claim::Fact(Fact {
            value: NumberRange { min, max },
            span,
        }))
    }

    fn unread(&mut self, place: Range<usize>, why: &'static str) {
        let unread = self.tokens.unread(UnreadKind::Range, place, why, WRITE);
        self.claims.push(Claim::Unread(unread));
    }

    /// `max. 32 A`, `at least 6`, `<= 32`, and where to go on.
    fn end(&self, at: usize) -> Option<(End, usize)> {
        let tokens = self.tokens;
        // `bis 10 A`, `ab 6 A`
        let until = || {
            let is_max = is_lower(tokens.word(at), "bis");
            let end = is_max || said(tokens.word(at), &["ab", "from"]);
            let unit = end.then(|| tokens.quantity(at + 1))??.unit?;
            (unit != Unit::Hours).then_some((ends::bare(is_max), at + 1))
        };
        let (said, next) = ends::at(tokens, at).or_else(until)?;
        let (is_max, strict) = (said.is_max?, said.strict);
        // "below zero" says that a number may be negative.
        let word = || spelled(tokens, next).filter(|number| number.value != Some(0));
        let quantity = tokens.quantity(next).or_else(word)?;
        let end = quantity.tokens.end;
        // `limit: 6 - 32`
        if between(tokens, end).is_some_and(|(_, next, _)| tokens.digits(next))
            && said.is_max.is_some()
            && !tokens.has(end..end + 1, &["and", "und"])
        {
            return None;
        }
        // `stop=0, slow=1, max=3` names a number.
        let named = at > 2 && tokens.is(at + 1, '=') && tokens.separator(at - 1);
        if named && (tokens.is(at - 3, '=') || tokens.is(at - 2, ')')) {
            return None;
        }
        let plain = before(tokens, at, Between::Mark);
        let next_end = at > 0 && !self.ends.is_empty() && tokens.has(at - 1..at, &["and", "und"]);
        let introduced = match said.bare {
            true if next_end => true,
            // `Strom bis 10 A`
            true if at > 0 && tokens.is_quantity(at - 1) => true,
            true => matches!(plain, Some(Before::Plain | Before::Range)),
            // `10 min 5`; `a fuse of max. 16 A`
            false => {
                let rated = quantity.unit.is_some() && is_rated(tokens, at);
                at == 0 || !(tokens.digits(at - 1) || rated)
            }
        };
        let other = quantity.unit.zip(self.unit).is_some_and(|(a, b)| a != b);
        // `at most 3 retries`
        let counted = !said.bare
            && tokens.digits(next)
            && tokens.part_start(at) == at
            && (tokens.get(end + 1).is_none() || tokens.ends_part(end + 1))
            && !lengths::is_noun(tokens.word(end));
        let noun = behind(tokens, end) == Behind::More && !tokens.depends(end) && !counted;
        if !introduced
            || other
            || noun
            || behind(tokens, end) == Behind::Joined
            || tokens.torn(at..end + 1)
            || tokens.is_advice(at, end)
            || tokens.is_of_another(at)
        {
            return None;
        }
        let place = at..end;
        Some((
            End {
                is_max,
                quantity,
                tokens: place,
                strict,
            },
            end,
        ))
    }

    /// One least and one greatest number are a range; one alone is not.
    fn join_ends(&mut self) {
        let ends = std::mem::take(&mut self.ends);
        let Some((first, last)) = ends.first().zip(ends.last()) else {
            return;
        };
        let place = first.tokens.start..last.tokens.end;
        let is_max = |end: &End| end.is_max;
        let stated = self.claims.iter().find_map(|claim| match claim {
            Claim::Fact(fact) => Some(fact.value),
            Claim::Unread(_) => None,
        });
        if let Some(range) = stated {
            // `6-32, max. 32` says it twice.
            let end = |end: &End| Some(if end.is_max { range.max } else { range.min });
            let differs = ends.iter().find(|&one| one.quantity.value != end(one));
            if let Some(end) = differs {
                self.unread(end.tokens.clone(), "differs from the range beside it");
            }
            return;
        }
        let two = ends.len() == 2 && is_max(first) != is_max(last);
        if !two {
            let why = match ends.iter().all(is_max) {
                true => "the least number is not stated",
                false if ends.iter().any(is_max) => "more than one limit",
                false => "the greatest number is not stated",
            };
            return self.unread(place, why);
        }
        let (min, max) = match first.is_max {
            true => (last, first),
            false => (first, last),
        };
        if min.strict || max.strict {
            return self.unread(place, ITSELF);
        }
        if behind(self.tokens, last.tokens.end) == Behind::More
            || behind(self.tokens, first.tokens.end) == Behind::More
        {
            return self.unread(place, "what follows may change it");
        }
        let mut lower = min.quantity.clone();
        let mut upper = max.quantity.clone();
        lower.tokens.start = place.start;
        upper.tokens.end = place.end;
        if let Some(claim) = self.judge(&lower, &upper) {
            self.claims.push(claim);
        }
    }

    /// Gives up a range beside which another number stands that may be a value too.
    fn weigh(&mut self) {
        let [Claim::Fact(fact), rest @ ..] = self.claims.as_slice() else {
            return;
        };
        if rest.iter().any(|claim| matches!(claim, Claim::Unread(_))) {
            return;
        }
        let (range, span) = (fact.value, fact.span);
        let unit = self.unit.or(self.stated.as_ref().map(|unit| unit.value));
        let stray = (0..self.tokens.len()).find_map(|at| {
            let number = stray(self.tokens, at, unit, &self.places)?;
            let outside = !(range.min..=range.max).contains(&number.value?);
            outside.then_some(number.tokens)
        });
        if let Some(place) = stray {
            let why = "a number outside the range, which may be a value too";
            let unread = Unread {
                other: Some(span),
                ..self.tokens.unread(UnreadKind::Range, place, why, WRITE)
            };
            self.claims.push(Claim::Unread(unread));
        }
    }
}

/// What stands between two numbers at `at`, where the next begins, and whether that may be one
/// more than is allowed: `bis unter`.
pub(super) fn between(tokens: &Tokens<'_>, at: usize) -> Option<(Between, usize, bool)> {
    let token = tokens.get(at)?;
    let next_is_spaced = tokens.get(at + 1)?.spaced;
    match token.kind {
        TokenKind::Mark('-' | '–' | '—' | '−' | '÷' | '~') if token.spaced == next_is_spaced => {
            Some((Between::Mark, at + 1, false))
        }
        TokenKind::Mark('.') if tokens.is(at + 1, '.') && !next_is_spaced => {
            Some((Between::Mark, at + 2, false))
        }
        TokenKind::Ellipsis => Some((Between::Mark, at + 1, false)),
        TokenKind::Word if token.spaced => {
            let word = tokens.word(at);
            let most = |at: usize| ends::at(tokens, at).filter(|(end, _)| end.is_max == Some(true));
            // `6 up to 32`, `6 to at most 32`
            let up_to = said(word, &["up", "bis"]).then(|| most(at)).flatten();
            let to = said(word, &["to", "bis", "through", "thru", "till"]);
            let found = up_to.or_else(|| to.then(|| most(at + 1)).flatten());
            // `up to and including 32`
            let counted = |(end, next): (ends::End, usize)| {
                let and = next + usize::from(said(tokens.word(next), &["and", "und"]));
                (end, and + usize::from(said(tokens.word(and), INCLUDING)))
            };
            match found.map(counted) {
                Some((end, next)) => Some((Between::To, next, end.strict)),
                None if to => {
                    let included = said(tokens.word(at + 1), INCLUDING);
                    Some((Between::To, at + 1 + usize::from(included), false))
                }
                None => said(word, &["and", "und"]).then(|| {
                    let included = said(tokens.word(at + 1), INCLUDING);
                    (Between::And, at + 1 + usize::from(included), false)
                }),
            }
        }
        _ => None,
    }
}

/// The number behind is one of the values.
pub(super) const INCLUDING: &[&str] = &[
    "including", "inclusive", "incl", "einschließlich", "inklusive", "inkl",
];

/// What leads to the numbers at `at`, unless they are no limits.
fn before(tokens: &Tokens<'_>, at: usize, between: Between) -> Option<Before> {
    let Some(last) = at.checked_sub(1) else {
        return (between != Between::And).then_some(Before::Plain);
    };
    if tokens.is_joined(at) || tokens.is_versioned(at) {
        return None;
    }
    let word = tokens.word(last);
    let plain = match tokens[last].kind {
        TokenKind::Mark(',' | ':' | ';' | '(' | '[' | '{' | ')' | '|' | '>' | '!' | '?') => true,
        TokenKind::Mark('.') => tokens.ends_sentence(last),
        TokenKind::Mark('-' | '–' | '—') => tokens[last].spaced && tokens[at].spaced,
        TokenKind::Mark('=') => {
            let spaced = tokens[last].spaced && tokens[at].spaced;
            spaced || (last > 0 && said(tokens.word(last - 1), INTRODUCE))
        }
        TokenKind::Word if !tokens[at].spaced => return None,
        TokenKind::Word => match (word.to_lowercase().as_str(), between) {
            ("or" | "oder", Between::Mark | Between::To) => true,
            // `RGB, each 0-255`
            ("each" | "je" | "jeweils", _) if tokens.part_start(at) == last => {
                return Some(Before::Noun);
            }
            ("from" | "range", Between::To)
            | ("von" | "bereich" | "wertebereich", Between::To)
            | ("between" | "within", Between::And)
            | ("zwischen", Between::And) => return Some(Before::Range),
            (_, Between::And) => return None,
            ("between" | "zwischen", Between::To) => return Some(Before::Noun),
            ("of", Between::To) if last > 0 && said(tokens.word(last - 1), RANGE) => {
                return Some(Before::Range);
            }
            ("to" | "of" | "auf" | "is", Between::To) => return None,
            _ => said(word, INTRODUCE),
        },
        _ => return None,
    };
    match plain {
        true if between == Between::And => None,
        true => Some(Before::Plain),
        false if tokens.kind(last) != Some(TokenKind::Word) => None,
        // `channel 1-14`; "RFID cards 0-9", "page 3-4"
        false if tokens.is_numbered(at) && last == 0 && !tokens.is_referred(at) => {
            (!is_plural(word)).then_some(Before::Noun)
        }
        false if tokens.is_numbered(at) || tokens.is_beside(at) => None,
        false => Some(Before::Noun),
    }
}

/// `a fuse of 16 A`: returns whether a quantity at `at` is that of a thing, and of no value.
fn is_rated(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 1 && tokens.has(at - 1..at, &["of", "von"]) && !tokens.is_quantity(at - 2)
}

/// Returns whether the numbers before `end` are a time of the day.
fn is_clock(tokens: &Tokens<'_>, end: usize, last: &Quantity) -> bool {
    let oclock = tokens.is(end + 1, '\'') || tokens.is(end + 1, '’');
    said(tokens.word(end), &["uhr", "am", "pm"])
        || (tokens.word(end) == "o" && oclock)
        || (last.unit == Some(Unit::Hours)
            && tokens.has(tokens.part_start(last.tokens.start)..end, &["from", "von"]))
}

/// `card (0-9) energy`: returns whether numbers in parentheses inside a sentence are plainly those
/// of the word before them; nothing if the sentence ends.
fn belongs_elsewhere(tokens: &Tokens<'_>, opens: Option<usize>, end: usize) -> Option<bool> {
    let open = opens.filter(|&at| tokens.is(at, '(') || tokens.is(at, '['))?;
    let closes = tokens.is(end, ')') || tokens.is(end, ']');
    let more = closes && open > 0 && behind(tokens, end + 1) == Behind::More;
    more.then(|| tokens.is_numbered(open))
}

fn are_years((first, last): (i64, i64)) -> bool {
    [first, last]
        .iter()
        .all(|year| (1900..=2100).contains(year))
}

/// Words of which the numbers are those of releases.
const RELEASED: &[&str] = &[
    "firmware", "fw", "firmware-versionen", "version", "versions", "versionen", "releases",
];

/// `, but not 13`, `without 13`: returns whether a number that is no value follows at `end`.
fn excepted(tokens: &Tokens<'_>, end: usize) -> bool {
    let closed = end + usize::from(tokens.is(end, ')') || tokens.is(end, ']'));
    let mark = [',', ';', '('].iter().any(|&mark| tokens.is(closed, mark));
    let next = closed + usize::from(mark);
    let number = tokens.quantity(next + 1).is_some();
    // `; "auto" is possible too`
    let quoted = |at: usize| {
        let word = tokens.kind(at + 1) == Some(TokenKind::Word) && !tokens[at + 1].spaced;
        tokens.is(at, '"') && word && !tokens.is_example(at)
    };
    if (end..tokens.len().min(end + 60)).any(quoted) {
        return true;
    }
    match tokens.word(next).to_lowercase().as_str() {
        "not" | "nicht" | "without" | "ohne" => number,
        "but" | "aber" => said(tokens.word(next + 1), &["not", "never", "nicht", "nie"]),
        _ => false,
    }
}

/// Words that say what a number means.
pub(super) const MEANS: &[&str] = &[
    "means", "is", "for", "turns", "disables", "enables", "switches", "stands", "if", "when",
    "while", "bedeutet", "ist", "heißt", "für", "schaltet", "deaktiviert", "steht", "wenn", "to",
    "disable",
];

/// The number at `at`, if nothing says that it is no value, and it stands in none of `places`.
pub(super) fn stray(
    tokens: &Tokens<'_>,
    at: usize,
    unit: Option<Unit>,
    places: &[Range<usize>],
) -> Option<Quantity> {
    let signed = at > 0 && (tokens.is(at - 1, '-') || tokens.is(at - 1, '−'));
    let number = tokens.quantity(at).or_else(|| spelled(tokens, at))?;
    if places.iter().any(|place| place.contains(&at))
        || tokens.is_joined(at) && !tokens.is(at - 1, '=') && !tokens.is(at - 1, '+')
        || (signed && !tokens[at].spaced)
    {
        return None;
    }
    let next = number.tokens.end;
    let goes_on = tokens.get(next).is_some_and(|token| {
        let mark = |mark| ",;.:)]=(<!?|\"'".contains(mark);
        !token.spaced && !matches!(token.kind, TokenKind::Mark(it) if mark(it))
    });
    let part_of_longer = (tokens.is(next, '.') || tokens.is(next, ':'))
        && !tokens[next].spaced
        && tokens.digits(next + 1)
        && !tokens[next + 1].spaced;
    if goes_on || part_of_longer {
        return None;
    }
    let means = tokens.is(next, '=') || said(tokens.word(next), MEANS);
    let other_unit = number
        .unit
        .is_some_and(|its| unit != Some(its) && !(means && unit.is_none()));
    let brackets = tokens[..at].iter().rev().take(60);
    let mut brackets = brackets.filter(|token| "[{]}".contains(mark_of(token)));
    let in_brackets = brackets
        .next()
        .is_some_and(|token| "[{".contains(mark_of(token)));
    // `phase 3`; "for three phases 63" names no phase.
    let of = at > 1 && said(tokens.word(at - 1), &["of", "von"]);
    let noun = at - usize::from(of);
    let named = tokens.is_versioned(at)
        || (tokens.is_numbered(noun) && (of || !tokens.word(noun - 1).ends_with(['s', 'n'])));
    let counts = other_unit || tokens.is_counted(next) || (in_brackets && !means);
    (!counts && (means || !named)).then_some(number)
}

fn mark_of(token: &Token) -> char {
    match token.kind {
        TokenKind::Mark(mark) => mark,
        _ => ' ',
    }
}

/// The number that a word is.
fn said_number(word: &str) -> Option<i64> {
    const NUMBERS: &[&[&str]] = &[
        &["zero", "null"],
        &["one", "eins"],
        &["two", "zwei"],
        &["three", "drei"],
        &["four", "vier"],
        &["five", "fünf"],
        &["six", "sechs"],
        &["seven", "sieben"],
        &["eight", "acht"],
        &["nine", "neun"],
        &["ten", "zehn"],
        &["eleven", "elf"],
        &["twelve", "zwölf"],
    ];
    let number = NUMBERS.iter().position(|words| said(word, words))?;
    i64::try_from(number).ok()
}

/// `zero`, `0xFF`, `minus eins`; `drei` where it counts nothing; `null` of a value that cannot
/// be null, and the German `Null`.
fn spelled(tokens: &Tokens<'_>, at: usize) -> Option<Quantity> {
    let below = is_lower(tokens.word(at), "minus");
    let end = at + 1 + usize::from(below);
    let word = tokens.word(end - 1);
    let value = match word.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok()?,
        None => said_number(word)?,
    };
    let json = word == "null" && tokens.nullable;
    let ends = tokens.get(end).is_none() || tokens.ends_part(end) || tokens.is(end, '=');
    let alone = ends || said(tokens.word(end), MEANS);
    let certain = value == 0 || below || word.starts_with("0x") || (alone && word != "one");
    (certain && !json).then_some(Quantity {
        value: Some(if below { -value } else { value }),
        unit: None,
        tokens: at..end,
    })
}
