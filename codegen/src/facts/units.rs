//! Units: `measured in Wh`, `(in milliseconds)`, `limit in A`, `Energy (Wh)`, `[°C]`,
//! `unit: W`, `(milliseconds since boot)`, `frequency (~50Hz)`.
//!
//! A unit with another beside it, or of which the text says how it is counted (`in 10 mA`,
//! `in kWh for 100km`), is prose, and so is one that is not known; both are said.

use std::{borrow::Cow, ops::Range};

use super::{
    claims::{Claim, Mined},
    context::{REFERENCE, is_quantity, said},
    limits::{self, Between},
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Unit, Unread, UnreadKind};

/// The words that stand for a unit, besides its symbol. Symbols are told apart by
/// case, words are not.
pub(crate) fn words(unit: Unit) -> &'static [&'static str] {
    match unit {
        Unit::WattHours => &["watthour", "watthours", "watt-hours", "wattstunden"],
        Unit::Watts => &["watt", "watts"],
        Unit::Amperes => &["amp", "amps", "ampere", "amperes"],
        Unit::KilowattHours => &["kilowatthours", "kilowatt-hours", "kilowattstunden"],
        Unit::Kilowatts => &["kilowatt", "kilowatts"],
        Unit::Microseconds => &["microsecond", "microseconds", "mikrosekunden", "μs"],
        Unit::RevolutionsPerMinute => &["1/min", "u/min"],
        Unit::PercentPerSecond => &["%/sec"],
        Unit::Celsius => &["celsius"],
        Unit::Milliamperes => &["milliamps", "milliampere", "milliamperes"],
        Unit::Volts => &["volt", "volts"],
        Unit::Millivolts => &["millivolt", "millivolts"],
        Unit::Hertz => &["hertz"],
        Unit::Milliseconds => &["msec", "millisecond", "milliseconds", "millisekunden"],
        Unit::Seconds => &["sec", "secs", "sek", "second", "seconds", "sekunden"],
        Unit::Minutes => &["mins", "minute", "minutes", "minuten"],
        Unit::Hours => &["hrs", "std", "hour", "hours", "stunden"],
        Unit::Cents => &["cent", "cents"],
        Unit::Percent => &["percent", "prozent"],
        Unit::Decibels | Unit::MilliwattHours | Unit::Milliwatts => &[],
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

/// Units that devices have and that are none of ours, in lower case.
const FOREIGN: &[&str] = &[
    "km", "m", "cm", "mm", "l", "hl", "liter", "liters", "litre", "litres", "m³", "m3", "m²", "m2",
    "bar", "mbar", "pa", "hpa", "kpa", "k", "kelvin", "°f", "fahrenheit", "va", "kva", "mva",
    "var", "kvar", "vah", "mw", "mwh", "megawattstunden", "megawatt", "gw", "gwh", "j", "kj", "mj",
    "joule", "kcal", "nm", "kg", "g", "lm", "lx", "lux", "ppm", "ppb", "db", "dba", "kbit", "mbit",
    "kb", "mb", "gb", "kib", "mib", "mph", "eur", "euro", "euros", "€", "$", "usd", "chf", "ah",
    "mah", "ω", "Ω", "ohm", "kohm", "khz", "mhz", "ghz", "kv", "ka", "µa", "ns", "days", "weeks",
    "months", "years", "tagen", "wochen", "monaten", "jahren", "degrees", "grad", "degree", "°",
    "kelvins", "u", "rev", "mol", "rad", "dl", "ml", "t", "ft", "bytes", "byte", "kbyte",
    "sec/min", "nanoseconds", "nanosekunden", "pascal", "vrms", "arms", "mired", "mireds", "lqi",
    "psi", "bps", "kbps", "mbps", "varh", "kvarh", "lumen",
];

/// Returns whether `word` is a unit that is none of ours.
pub(super) fn is_foreign(word: &str) -> bool {
    said(word, FOREIGN)
}

/// Words behind a unit that leave it the unit of the value.
const PLAIN: &[&str] = &[
    "per", "pro", "je", "since", "seit", "ac", "dc", "rms", "peak", "eff", "of", "from", "that",
    "which", "when", "while", "if", "on", "at", "by", "von", "vom", "der", "des", "wenn", "beim",
    "bei", "am", "an", "until", "before", "after", "bis", "nach", "vor", "total", "gesamt", "to",
    "inclusive",
];

/// The unit that the text names, if it names one and no more.
pub(super) fn mine(tokens: &Tokens<'_>) -> Mined<Unit> {
    let claims = (0..tokens.len()).filter_map(|at| claim(tokens, at).or_else(|| bare(tokens, at)));
    let mut mined = Mined::of(claims.take(20), UnreadKind::Unit, WRITE);
    if mined.fact.is_none() && mined.unread.is_empty() {
        mined.unread.extend(scaled(tokens));
    }
    let other = |fact| another(tokens, fact).or_else(|| of_one_range(tokens, fact));
    let other = mined.fact.as_ref().and_then(other);
    if let Some(unread) = other {
        mined.fact = None;
        mined.unread.push(unread);
    }
    mined
}

/// `1 LSB = 0.1 A`, `cA (1/100 A)`, `1 = 100 ms`, `10 Wh per pulse`: a factor with a unit to
/// which nothing else leads.
fn scaled(tokens: &Tokens<'_>) -> Option<Unread> {
    let is_only = |mark: char| tokens.iter().filter(|token| token.is(mark)).count() == 1;
    (0..tokens.len()).find_map(|at| {
        let hundredth = tokens.word(at) == "1" && tokens.is(at + 1, '/');
        let power = |at: usize| tokens.word(at).trim_matches(['0', '.']) == "1";
        // `(0.1 V)`
        let opens = at == 0 || matches!(tokens.word(at - 1), "," | "(" | "[" | "unit" | "Einheit");
        let factor = said(tokens.word(at), SCALED) && is_factor(tokens, at);
        let of = |at: usize| tokens.quantity(at).filter(|of| of.unit.is_some());
        let end = match () {
            () if hundredth && power(at + 2) => at_token(tokens, at + 3)?.1 + 1,
            () if factor => (at + 1..at + 4).find_map(of)?.tokens.end,
            () if opens && power(at) => of(at).map(|of| of.tokens.end).filter(|&end| {
                let per = said(tokens.word(end), &["per", "pro", "je"]);
                per || (tokens.word(at).contains('.') && ends(tokens, end))
            })?,
            () if tokens.part_start(at) == at && tokens.is(at + 1, '=') => {
                of(at + 2)
                    .filter(|_| tokens.digits(at) && is_only('='))?
                    .tokens
                    .end
            }
            () => return None,
        };
        Some(tokens.unread(UnreadKind::Unit, at..end, "a factor is stated", WRITE))
    })
}

/// `voltage in V and current in A`: a unit that alone might be anything, beside one that
/// is none.
fn another(tokens: &Tokens<'_>, fact: &Fact<Unit>) -> Option<Unread> {
    let stated = tokens.within(fact.span);
    let place = (1..tokens.len()).find_map(|at| {
        if !stated.contains(&at) && stands_alone(tokens, at, fact.value) {
            return Some(at..at + 1);
        }
        let unit = at_token(tokens, at).filter(|_| before(tokens, at) == Some(Before::In));
        let (unit, last) = unit?;
        let words = said(tokens.word(last + 1), &["and", "or", "und", "oder"]);
        (words && unit != fact.value).then_some(at - 1..last + 1)
    })?;
    Some(Unread {
        other: Some(fact.span),
        ..tokens.unread(
            UnreadKind::Unit,
            place,
            "another unit stands beside it",
            WRITE,
        )
    })
}

/// `1..111 in 0.1 s, 112..900 in s`: a unit of one of two ranges.
fn of_one_range(tokens: &Tokens<'_>, fact: &Fact<Unit>) -> Option<Unread> {
    let stated = tokens.within(fact.span);
    let part = tokens.part_start(stated.start)..tokens.part_end(stated.start);
    let is_range = |at: usize| {
        let number = tokens.quantity(at).filter(|_| !tokens.is_joined(at));
        let mark = number.and_then(|number| limits::between(tokens, number.tokens.end));
        mark.is_some_and(|(how, next, _)| how != Between::And && tokens.digits(next))
    };
    let mut ranges = (0..tokens.len()).filter(|&at| is_range(at));
    let mixed = ranges.clone().any(|at| part.contains(&at)) && ranges.any(|at| !part.contains(&at));
    let why = "of one of two ranges, perhaps";
    mixed.then(|| tokens.unread(UnreadKind::Unit, stated, why, WRITE))
}

/// `in °C, Fahrenheit if imperial is on`, `in seconds; older firmware: milliseconds`: returns
/// whether a clause begins with another unit than `unit` at `at`.
fn stands_alone(tokens: &Tokens<'_>, at: usize, unit: Unit) -> bool {
    let mark = |mark: &char| tokens.is(at - 1, *mark);
    let opened = at == 0 || [',', ';', ':'].iter().any(mark) && tokens[at].spaced;
    let word = tokens.word(at);
    let named = word.chars().count() > 3 && !may_be_a_word(tokens, at);
    let own = self::at(tokens, at).map(|(found, _)| found != unit);
    opened && named && own.unwrap_or_else(|| said(word, FOREIGN))
}

/// Returns whether another unit than `unit` begins a clause of the sentence of `place`.
pub(super) fn beside(tokens: &Tokens<'_>, place: &Range<usize>, unit: Unit) -> bool {
    let mut before = tokens.sentence(place).start..place.start;
    before.any(|at| stands_alone(tokens, at, unit))
}

const WRITE: &str = "`in Wh` or `(Wh)`, once, with one of the known units";

/// The known units, for a help line.
fn known() -> String {
    let known: Vec<&str> = Unit::ALL.iter().map(|unit| unit.symbol()).collect();
    known.join(", ")
}

/// `power W or %`, `total energy kWh`: a unit to which nothing leads.
fn bare(tokens: &Tokens<'_>, at: usize) -> Option<Claim<Unit>> {
    let symbol = |at: usize| {
        let (unit, last) = at_token(tokens, at)?;
        let text = tokens.text(at..last + 1);
        let plain = Unit::from_symbol(text).is_some() && !said(text, SINGULAR);
        let certain = text.chars().count() > 1 || text == "%";
        let certain = certain || (at > 0 && is_quantity(tokens.word(at - 1)));
        plain.then_some((unit, last + 1, certain))
    };
    let behind_word =
        at > 0 && tokens.kind(at - 1) == Some(TokenKind::Word) && !tokens.is_timed(at);
    let Some((unit, end, certain)) = symbol(at) else {
        // `price ct/kWh`
        let word = tokens.word(at);
        // `power/W`
        let over = word.rsplit_once('/').filter(|(noun, unit)| {
            is_quantity(noun) && Unit::from_symbol(unit).is_some() && self::ends(tokens, at + 1)
        });
        if let Some((_, unit)) = over {
            let why = "not plainly the unit of the value";
            let unread = tokens.unread(UnreadKind::Unit, at..at + 1, why, format!("`in {unit}`"));
            return Some(Claim::Unread(unread));
        }
        let symbol = word.chars().skip(1).any(|c| !c.is_ascii_lowercase()) && is_foreign(word);
        let rate = (behind_word && symbol || (behind_word || at == 0) && quotient(word))
            && self::ends(tokens, at + 1);
        let why = "not a unit that is known";
        let write = || format!("a known one: {}", known());
        let unread = || tokens.unread(UnreadKind::Unit, at..at + 1, why, write());
        return (rate && before(tokens, at).is_none()).then(|| Claim::Unread(unread()));
    };
    let noun = at.checked_sub(1)?;
    let behind_word = tokens.kind(noun) == Some(TokenKind::Word) && tokens[at].spaced;
    // `temperature, °C or °F`
    let beside = behind_word || tokens.ends_part(noun) || tokens.is(noun, ':');
    let per = said(tokens.word(noun), &["per", "pro", "je"]) || tokens.is_timed(at);
    if !beside
        || per
        || said(tokens.word(noun), &["or", "oder", "and", "und"])
        || tokens.kind(at) == Some(TokenKind::Mixed)
        || before(tokens, at).is_some()
    {
        return None;
    }
    let or = said(tokens.word(end), &["or", "oder"]);
    let other = or.then(|| symbol(end + 1)).flatten();
    // `°F` are two tokens.
    let named = |&next: &usize| tokens.len() >= next && said(tokens.text(end + 1..next), FOREIGN);
    let foreign = or.then(|| (end + 2..end + 4).find(named)).flatten();
    let (place, why) = match other {
        None if foreign.is_some() => (at..foreign.unwrap_or(end), "another unit stands beside it"),
        Some((other, next, plain)) if other != unit && (certain || plain) => {
            (at..next, "another unit stands beside it")
        }
        _ if behind_word && certain && self::ends(tokens, end) => (
            at..end,
            "nothing before it says that it is the unit of the value",
        ),
        _ => return None,
    };
    let write = format!("`in {}`", tokens.text(at..end));
    Some(Claim::Unread(tokens.unread(
        UnreadKind::Unit,
        place,
        why,
        write,
    )))
}

/// Returns whether a word for a unit begins the text in `before`, or ends it: `seconds`,
/// `number of seconds`. In the middle it may be of anything.
pub(super) fn counts(tokens: &Tokens<'_>, before: Range<usize>) -> bool {
    let last = before.end.saturating_sub(2);
    [before.start, last].into_iter().any(|at| {
        let counted = at > 0 && (tokens.digits(at - 1) || tokens.is_timed(at));
        let word = tokens.word(at);
        let plural = word.chars().count() > 3 && !said(word, SINGULAR);
        at < before.end && plural && !counted && at_token(tokens, at).is_some()
    })
}

/// What leads to a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It begins a clause: `milliseconds since boot`.
    Clause,
    /// `in`
    In,
    /// `measured in`, `unit:`: only a unit can follow.
    Certain,
    /// `(`
    Parenthesis,
    /// `[`
    Bracket,
    /// `~`
    About,
    /// `,`
    Comma,
    /// `/`
    Slash,
}

/// Parts of a unit, or many of it.
const FRACTIONS: &[&str] = &[
    "10ths", "tenths", "tenth", "hundredths", "thousandths", "zehntel", "hundertstel",
    "tausendstel", "zehnern", "units", "multiples", "einheiten", "vielfachen", "zehnteln",
];

/// `in tenths of A`: the end of such a phrase, of which `tenths` stands at `at`.
fn fraction(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let of = |at: usize| matches!(tokens.word(at), "of" | "a" | "an" | "von" | "der");
    let mut next = at + 1;
    while of(next) && next < at + 3 {
        next += 1;
    }
    next += usize::from(tokens.kind(next) == Some(TokenKind::Number));
    let said = said(tokens.word(at), FRACTIONS);
    let (_, last) = said.then(|| at_token(tokens, next))??;
    Some(last + 1)
}

fn claim(tokens: &Tokens<'_>, at: usize) -> Option<Claim<Unit>> {
    let before = before(tokens, at)?;
    if let Some(end) = fraction(tokens, at).filter(|_| before != Before::About) {
        let why = "a part of a unit, or many of it";
        return Some(Claim::Unread(tokens.unread(
            UnreadKind::Unit,
            at..end,
            why,
            WRITE,
        )));
    }
    let unread = |place: Range<usize>, why: Cow<'static, str>, write: Cow<'static, str>| {
        Some(Claim::Unread(tokens.unread(
            UnreadKind::Unit,
            place,
            why,
            write,
        )))
    };
    let Some((value, last)) = at_token(tokens, at) else {
        let end = foreign(tokens, at, before)?;
        if before == Before::Comma && tokens.part_end(at) != end {
            return None;
        }
        let text = tokens.text(at..end);
        // `in kwh`
        let meant = Unit::ALL
            .iter()
            .find(|unit| text.len() > 1 && unit.symbol().eq_ignore_ascii_case(text));
        let write = meant.map_or_else(
            || format!("a known one: {}", known()),
            |unit| format!("`{unit}`", unit = unit.symbol()),
        );
        return unread(
            at..end,
            Cow::Borrowed("not a unit that is known"),
            write.into(),
        );
    };
    let first = phrase(tokens, at);
    let place = first..last + 1;
    let next = last + 1;
    if tokens[at..=last].iter().any(|token| token.torn) || goes_on(tokens, next) {
        return None;
    }
    if before == Before::About {
        let approximate = tokens.kind(at) == Some(TokenKind::Mixed) && ends(tokens, next);
        let span = tokens.span(place);
        return approximate.then_some(Claim::Fact(Fact { value, span }));
    }
    if tokens.kind(at) == Some(TokenKind::Mixed) && last == at {
        // `in 10ms`; "done in 10min" says when.
        let counted = before == Before::Certain || (before == Before::In && !is_duration(value));
        return counted.then(|| {
            unread(
                place,
                "a number stands before the unit".into(),
                WRITE.into(),
            )
        })?;
    }
    // `calculation: (hours*3600)`
    let symbol = Unit::from_symbol(tokens.text(at..next)).is_some();
    if before == Before::Parenthesis && times_sign(tokens, next) && !symbol {
        return None;
    }
    if let Some(why) = changed(tokens, next) {
        return unread(place, why.into(), WRITE.into());
    }
    let since = said(tokens.word(next), &["since", "seit"]);
    let stated = match before {
        // "in seconds since" is plain; "in A position", "in min current" are not.
        Before::In => {
            let unit = tokens.text(at..next);
            let letters = unit.chars().count();
            let letter = unit.chars().all(char::is_alphabetic);
            let plain = (letters > 1 || !letter) && !said(unit, SINGULAR);
            plain || ends(tokens, next) || said(tokens.word(next), PLAIN)
        }
        Before::Certain | Before::Clause => true,
        Before::Parenthesis => {
            since || tokens.is(next, ')') || ends(tokens, next) && tokens.is(next, ',')
        }
        Before::Bracket => tokens.is(next, ']'),
        Before::Comma | Before::Slash => true,
        Before::About => false,
    };
    // `not in seconds`, `no unit (%)`
    let back = first.saturating_sub(usize::from(first == at));
    if tokens.has(
        back.saturating_sub(2)..back,
        &[
            "not", "nicht", "no", "ohne", "kein", "keine", "never", "nie",
        ],
    ) {
        return unread(place, "may be what it is not".into(), WRITE.into());
    }
    // `formerly in seconds`, `in seconds until 60.0`
    let release = next..tokens.len().min(next + 1);
    if tokens
        .former(tokens.part_start(first)..first)
        .or_else(|| tokens.former(release))
        .is_some()
    {
        return unread(place, "may have been the unit once".into(), WRITE.into());
    }
    // `current, A` may be a list of letters; `current (min)` is the least.
    // `line (V)`
    let named = before == Before::Parenthesis && tokens.text(at..next).chars().count() == 1;
    let doubtful = before == Before::Slash
        || (named && tokens.is(next, ')') && !(at > 1 && tokens.is_quantity(at - 2)))
        // `label: kWh`, `minutes, hours`
        || (before == Before::Clause && !since && at > 0 && tokens.is(at - 1, ':'))
        || (before == Before::Comma && at > 1 && unit_or_foreign(tokens, at - 2))
        || (before == Before::Parenthesis && tokens.text(at..next) == "min")
        || (matches!(before, Before::Comma | Before::Clause)
            && tokens.text(at..next).chars().count() == 1);
    if doubtful {
        let write = format!("`in {}`", tokens.text(at..next));
        return unread(
            place,
            "not plainly the unit of the value".into(),
            write.into(),
        );
    }
    let span = tokens.span(place);
    stated.then_some(Claim::Fact(Fact { value, span }))
}

/// What leads to a unit at `at`, if something does.
fn before(tokens: &Tokens<'_>, at: usize) -> Option<Before> {
    let word = tokens.word(at);
    let opens = at == 0 || [',', ';', ':'].iter().any(|&mark| tokens.is(at - 1, mark));
    if let Some((_, last)) = at_token(tokens, at).filter(|_| opens && !said(word, SINGULAR)) {
        let letters = tokens.text(at..last + 1).chars().count();
        let number = matches!(tokens.kind(at), Some(TokenKind::Mixed));
        let since = said(tokens.word(last + 1), SINCE) && letters > 3;
        let symbol = Unit::from_symbol(tokens.text(at..last + 1)).is_some();
        // `kWh, since the car is connected`, `Hz or rpm`
        let goes_on = ends(tokens, last + 1)
            || said(tokens.word(last + 1), PLAIN)
            || tokens.is(last + 1, '/')
            || times_sign(tokens, last + 1)
            || said(tokens.word(last + 1), &["or", "oder"]);
        // `s, 0-600`
        let letter = letters == 1 && at == 0 && tokens.len() > 2 && !may_be_a_word(tokens, at);
        let letter = letter && symbol && tokens.is(1, ',');
        let first = at == 0 && (symbol || tokens.len() == last + 1) && goes_on;
        // `duration: minutes`
        let whole = tokens.part_start(at) == 0 && tokens.part_end(at) == last + 1;
        let label = whole && at > 1 && !(0..at).any(|at| tokens.digits(at));
        let label = label && !is_label(tokens, at - 2);
        if !number && (since || letter || ((first || label) && (letters > 1 || word == "%"))) {
            return Some(Before::Clause);
        }
    }
    let before = at.checked_sub(1)?;
    let back = |count: usize| before.checked_sub(count).map_or("", |at| tokens.word(at));
    let found = match tokens.word(before) {
        "in" | "In" => match said(back(1), &["measured", "gemessen", "given", "angegeben"]) {
            true => Before::Certain,
            false => Before::In,
        },
        "~" | "≈" => Before::About,
        // `6 (min) to 32 (max)`
        "(" if tokens.word(at) == "min"
            && before > 0
            && (tokens.digits(before - 1) || self::at(tokens, before - 1).is_some()) =>
        {
            return None;
        }
        // `level (min 0, max 30)`
        "(" if tokens
            .digits(at + 1 + usize::from(tokens.is(at + 1, ':') || tokens.is(at + 1, '='))) =>
        {
            return None;
        }
        // `item(s)`, `max(amp)`; not `Energy(Wh)`
        "(" if before > 0
            && !tokens[before].spaced
            && (tokens.word(at) == "s"
                || (at_token(tokens, at).is_some()
                    && Unit::from_symbol(tokens.word(at)).is_none()
                    && tokens.kind(at) == Some(TokenKind::Word))) =>
        {
            return None;
        }
        "(" if tokens.text(at..at + 1).len() == 1
            && (may_be_a_word(tokens, at)
                || (said(back(1), LETTERED) && !said(back(2), &["per", "pro", "je"]))
                || said(back(1), REFERENCE)
                || in_turn(tokens, at)) =>
        {
            return None;
        }
        "(" => Before::Parenthesis,
        "[" => Before::Bracket,
        // `Einheit: s. unt`
        ":" if tokens.is(at + 1, '.') && at + 2 < tokens.len() && tokens.word(at) == "s" => {
            return None;
        }
        ":" | "is" | "ist" | "=" if before > 0 && is_label(tokens, before - 1) => Before::Certain,
        // `current, mA` to the end of the part
        // `max(6, amp)`
        "," if is_called(tokens, at) => return None,
        "," if whole_part(tokens, at) && !may_be_a_word(tokens, at) => Before::Comma,
        // `RSSI, dB`
        "," if at_token(tokens, at).is_none()
            && tokens.word(at).chars().count() > 1
            && said(tokens.word(at), FOREIGN) =>
        {
            Before::Comma
        }
        "," if at_token(tokens, at).is_none() && quotient(tokens.word(at)) => Before::Comma,
        "/" if tokens[before].spaced && tokens[at].spaced && whole_part(tokens, at) => {
            Before::Slash
        }
        word if said(word, &["unit", "einheit"]) && at_token(tokens, at).is_some() => {
            Before::Certain
        }
        _ => return None,
    };
    Some(found)
}

/// Returns whether `unit`, `unit of measurement` or `unit of this value` ends at `at`.
fn is_label(tokens: &Tokens<'_>, at: usize) -> bool {
    let back = |count: usize| at.checked_sub(count).map_or("", |at| tokens.word(at));
    let unit = |count| said(back(count), &["unit", "einheit"]);
    unit(0) || (back(1) == "of" && unit(2)) || (back(2) == "of" && unit(3))
}

/// Returns whether the part of `at` is inside parentheses that belong to the word before them.
fn is_called(tokens: &Tokens<'_>, at: usize) -> bool {
    let near = tokens[at.saturating_sub(20)..at].iter();
    let paren = near.rev().find(|token| token.is('(') || token.is(')'));
    paren.is_some_and(|token| token.is('(') && !token.spaced)
}

/// Returns whether the unit at `at` fills its part of the sentence.
fn whole_part(tokens: &Tokens<'_>, at: usize) -> bool {
    at_token(tokens, at).is_some_and(|(_, last)| tokens.part_end(at) == last + 1)
        && tokens.kind(at) != Some(TokenKind::Mixed)
}

/// Behind a unit that begins a clause these leave it one.
const SINCE: &[&str] = &[
    "since", "seit", "until", "till", "bis", "after", "nach", "before", "vor",
];

/// Units that are other words, too.
const SINGULAR: &[&str] = &["min", "second", "minute", "hour", "cent", "std"];

/// `average, max, min`; `first, second`; `phase (A, B or C)`: returns whether the unit at
/// `at` is a word or letter of a row of such.
fn may_be_a_word(tokens: &Tokens<'_>, at: usize) -> bool {
    let letter = |at: usize| {
        tokens.kind(at) == Some(TokenKind::Word) && tokens.word(at).chars().count() == 1
    };
    said(tokens.word(at), SINGULAR)
        || (letter(at)
            && (tokens.is(at + 1, ',') && letter(at + 2)
                || at > 1 && tokens.is(at - 1, ',') && letter(at - 2)))
}

/// `plan (A), plan (B)`: returns whether the word before the letter at `at` has another one, too.
fn in_turn(tokens: &Tokens<'_>, at: usize) -> bool {
    let noun = |at: usize| at.checked_sub(2).map(|noun| tokens.word(noun));
    let letter = |at: usize| tokens.word(at).len() == 1 && tokens.is(at + 1, ')');
    let near = at.saturating_sub(40)..tokens.len().min(at + 40);
    near.into_iter().any(|other| {
        let opened = other > 1 && tokens.is(other - 1, '(');
        let word = at > 1 && tokens.kind(at - 2) == Some(TokenKind::Word);
        let same = word && noun(other) == noun(at);
        let none = at_token(tokens, other).is_none();
        opened && other != at && letter(other) && (same || none)
    })
}

/// `class (A)`: words before a letter that is a name.
const LETTERED: &[&str] = &[
    "class", "type", "phase", "variant", "model", "group", "category", "block", "row", "zone",
    "klasse", "variante", "modell", "gruppe", "kategorie", "channel", "option", "slot", "kanal",
    "zeile", "reihe",
];

/// Why the unit before `next` is not the one of the value, if that is so.
fn changed(tokens: &Tokens<'_>, next: usize) -> Option<&'static str> {
    let word = tokens.word(next);
    let after = next + 1;
    let digits = tokens.digits(after);
    if said(word, &["or", "oder", "and", "und", "bzw", "resp"])
        || tokens.is(next, '/')
        || tokens.is(next, '|')
    {
        let after = after + usize::from(tokens.is(after, '.'));
        let unit = unit_or_foreign(tokens, after) || unit_or_foreign(tokens, after + 1);
        // `in A and null if unknown` names one.
        return (unit || tokens.is(next, '/')).then_some("another unit stands beside it");
    }
    // `in W (kW for big ones)`, `minutes:seconds`
    let glued = tokens.is(next, ':') && tokens.get(after).is_some_and(|it| !it.spaced);
    let beside = tokens.is(next, '(') || tokens.is(next, ',') || tokens.is(next, ';') || glued;
    let unit = |at: usize| {
        let direct = at == after && (glued || !may_be_a_word(tokens, at));
        let symbol = tokens.word(at).len() > 1 && Unit::from_symbol(tokens.word(at)).is_some();
        let named = symbol && !tokens.digits(at - 1) && !may_be_a_word(tokens, at);
        let foreign = at == after && tokens.word(at).len() > 1 && said(tokens.word(at), FOREIGN);
        foreign || (at_token(tokens, at).is_some() && (direct || named))
    };
    let or = said(tokens.word(after), &["or", "oder"]) && unit_or_foreign(tokens, after + 1);
    if beside && (or || (after..tokens.part_end(after)).any(unit)) {
        return Some("another unit stands beside it");
    }
    let per = said(word, &["per", "pro", "je"]);
    if per
        && !said(
            tokens.word(after),
            &["phase", "leg", "line", "aussenleiter", "außenleiter"],
        )
    {
        return Some("counted by something else");
    }
    let measure = said(
        word,
        &[
            "for", "auf", "on", "at", "every", "alle", "für", "bei", "je", "in",
        ],
    );
    if measure && digits {
        return Some("counted by something else");
    }
    // `rate in cents an hour`
    let times = said(
        tokens.word(after),
        &["day", "week", "month", "year", "tag", "woche"],
    );
    if said(word, &["a", "an", "each", "every", "jede"])
        && (times || at_token(tokens, after).is_some())
    {
        return Some("counted by something else");
    }
    let near = next.saturating_sub(80)..tokens.len().min(next + 80);
    let factor = near.into_iter().any(|at| is_factor(tokens, at));
    (factor || by_factor(tokens, next) || by_factor(tokens, after) || said(word, FRACTIONS))
        .then_some("a factor is stated; a step may not be one unit")
}

/// Words for many of a unit, or a part of it.
const MANY: &[&str] = &[
    "thousands", "hundreds", "doubled", "halved", "verdoppelt", "halbiert",
];

/// Digits behind a point.
const DECIMALS: &[&str] = &[
    "decimal", "decimals", "nachkommastelle", "nachkommastellen", "kommastellen",
];

/// `two decimals`, `one decimal`
fn is_many(tokens: &Tokens<'_>, at: usize) -> bool {
    let one = said(tokens.word(at), &["one", "eine", "einer"]);
    one || tokens.digits(at) || tokens.is_count(at)
}

/// Words that multiply.
const SCALED: &[&str] = &[
    "times", "mal", "multiplied", "multiply", "scaled", "scale", "scaling", "divided", "divide",
    "factor", "faktor", "skaliert", "skalierung", "geteilt", "teilen", "dividiert",
    "multipliziert", "gain", "multiplier", "multiplikator", "divisor", "teiler", "scalefactor",
    "lsb",
];

/// `multiplied by 100`, `scale 0.1`, `durch 10 geteilt`: returns whether the word at `at`
/// multiplies with a number that is not the end of a scale.
fn is_factor(tokens: &Tokens<'_>, at: usize) -> bool {
    // `* 0.1`, `/10`, `1 = 0.1 V`, `in thousands`
    let power = tokens.word(at + 1).trim_matches(|c| c == '0' || c == '.') == "1";
    let over = tokens.is(at, '/')
        && (!tokens[at].spaced || (at > 0 && tokens.kind(at - 1) == Some(TokenKind::Word)));
    let joined = times_sign(tokens, at) || over;
    let step = tokens.is(at, '=') && at > 0 && tokens.digits(at - 1);
    let step = step
        && tokens
            .quantity(at + 1)
            .is_some_and(|number| number.unit.is_some());
    if (power && joined && tokens.word(at + 1) != "1")
        || step
        || said(tokens.word(at), MANY)
        || (said(tokens.word(at), FRACTIONS) && tokens.has(at.saturating_sub(1)..at, &["in"]))
        || (["fach", "facht", "fold"]
            .iter()
            .any(|end| tokens.word(at).ends_with(end))
            && !said(tokens.word(at), &["einfach", "mehrfach", "manifold"]))
        || (at > 0 && said(tokens.word(at), DECIMALS) && is_many(tokens, at - 1))
    {
        return true;
    }
    const FILLERS: &[&str] = &[
        "by", "of", "with", "is", "durch", "mit", "von", "ist", ":", "=", "(", "factor",
    ];
    let ten = |at: usize| {
        said(
            tokens.word(at),
            &["ten", "zehn", "hundred", "hundert", "thousand"],
        )
    };
    let number = |at: usize| {
        tokens.quantity(at).is_some_and(|number| {
            let next = tokens.word(number.tokens.end);
            !matches!(next, "-" | "–" | "." | "…" | "..." | "to" | "bis")
        }) || ten(at)
    };
    let next = (at + 1..at + 3).find(|&next| !said(tokens.word(next), FILLERS));
    let before = at > 1 && number(at - 1) && said(tokens.word(at - 2), &["by", "durch", "mit"]);
    said(tokens.word(at), SCALED) && (before || next.is_some_and(number))
}

/// `x10`, `* 10`
fn by_factor(tokens: &Tokens<'_>, at: usize) -> bool {
    let word = tokens.word(at).strip_prefix('x');
    word.is_some_and(|by| by.parse::<u32>().is_ok())
        || (times_sign(tokens, at) && tokens.digits(at + 1))
}

fn times_sign(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.word(at) == "x" || ['*', '×', '·'].iter().any(|&mark| tokens.is(at, mark))
}

fn unit_or_foreign(tokens: &Tokens<'_>, at: usize) -> bool {
    at_token(tokens, at).is_some() || said(tokens.word(at), FOREIGN)
}

/// Returns the end of what stands at `at` and looks like a unit, but is none of ours.
fn foreign(tokens: &Tokens<'_>, at: usize, before: Before) -> Option<usize> {
    let first = tokens.get(at)?;
    // `kWh/100km`, `°C/min`, `%/min`, `€/kWh` to the next space.
    let joined = (at + 1..tokens.len()).find(|&at| {
        let unit = matches!(
            tokens.kind(at),
            Some(
                TokenKind::Word
                    | TokenKind::Number
                    | TokenKind::Mixed
                    | TokenKind::Mark('/' | '°' | '%' | '‰' | '€' | '²' | '³' | '·' | '*' | '^')
            )
        );
        tokens[at].spaced || !unit
    });
    let end = joined.unwrap_or(tokens.len());
    if tokens.torn(at..end) || first.torn {
        return None;
    }
    let text = tokens.text(at..end);
    let closed = match before {
        Before::Parenthesis => tokens.is(end, ')'),
        Before::Bracket => tokens.is(end, ']'),
        Before::In => {
            ends(tokens, end) || said(tokens.word(end), PLAIN) || text.chars().count() > 2
        }
        Before::Certain => true,
        Before::Comma => true,
        Before::About | Before::Slash | Before::Clause => false,
    };
    let letters = text.chars().count();
    let symbol = text.contains(['°', '%', '‰', '€', '$', '²', '³', 'Ω', 'µ']) && letters < 12;
    let parts = || text.split(['/', '*', '·']);
    let known_part = |part: &str| {
        let part = part.trim_start_matches(|c: char| c.is_ascii_digit());
        parse(part).is_some() || said(part, FOREIGN) || matches!(part, "" | "h" | "s")
    };
    let quotient = letters < 16
        && parts().count() > 1
        && parts().all(known_part)
        && text.chars().any(|c| !c.is_ascii_digit() && c != '/');
    let misspelled = || {
        letters > 1
            && text.chars().any(char::is_alphabetic)
            && Unit::ALL
                .iter()
                .any(|unit| unit.symbol().eq_ignore_ascii_case(text))
    };
    // `in 10 mA`, `in 0.1 °C`; "in 10 % steps" is none.
    let scaled = matches!(before, Before::In | Before::Certain)
        && tokens.digits(at)
        && !first.torn
        && tokens.get(end).is_some_and(|next| next.spaced)
        && !(first.kind == TokenKind::Number
            && said(tokens.word(end + 1), &["step", "steps", "schritten"]))
        && match at_token(tokens, end) {
            Some((unit, _)) => before == Before::Certain || !is_duration(unit),
            // `in 1/10 Grad`; "in 3 days"
            None => end > at + 1 && said(tokens.word(end), FOREIGN),
        };
    let single_letter_in = before == Before::In && letters == 1 && !symbol && text != "J";
    let word = match before {
        Before::Certain => {
            first.kind == TokenKind::Word
                && text != "UTC"
                && !said(
                    text,
                    &[
                        "unix-time", "unix", "the", "a", "an", "by", "der", "none", "keine",
                    ],
                )
        }
        Before::Bracket => {
            letters <= 3
                && first.kind == TokenKind::Word
                && parts().count() == 1
                && !said(
                    text,
                    &[
                        "new", "old", "ro", "rw", "wo", "r", "w", "yes", "no", "any", "raw", "tbd",
                        "dev", "app",
                    ],
                )
                && !text.chars().any(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    // `in deci-ampere`, `in Viertelstunden`; `cent` ends other words, too.
    let mut ends = text.char_indices().skip(1);
    let part = ends.any(|(at, _)| {
        let own = text[..at].ends_with('-') || text.len() - at > 5;
        own && parse(&text[at..]).is_some()
    });
    let known = (said(text, FOREIGN) && !single_letter_in)
        || symbol
        || quotient
        || part
        || misspelled()
        || word;
    match (scaled, known && closed) {
        (true, _) => Some(end + 1),
        (_, true) => Some(end),
        _ => None,
    }
}

/// `ct/kWh`, `km/h`
fn quotient(text: &str) -> bool {
    const UNDER: &[&str] = &[
        "kwh", "wh", "h", "s", "min", "l", "m", "km", "kg", "day", "tag", "m²", "m2", "m³", "m3",
    ];
    text.split_once('/').is_some_and(|(over, under)| {
        // `mA/100`
        let under = said(under, UNDER) || (under.len() > 1 && under.trim_end_matches('0') == "1");
        (parse(over).is_some() || said(over, FOREIGN)) && under
    })
}

/// Returns whether people say so long something takes: "in 10 min".
fn is_duration(unit: Unit) -> bool {
    matches!(unit, Unit::Seconds | Unit::Minutes | Unit::Hours)
}

/// Returns whether the unit before `next` may have been torn from more.
fn goes_on(tokens: &Tokens<'_>, next: usize) -> bool {
    tokens.get(next).is_some_and(|next| {
        let rest = matches!(
            next.kind,
            TokenKind::Word | TokenKind::Mixed | TokenKind::Number
        );
        next.torn && rest
    })
}

/// Returns the first of the words that introduce the unit at token `at`.
fn phrase(tokens: &Tokens<'_>, at: usize) -> usize {
    let is = |back: usize, words: &[&str]| {
        at.checked_sub(back)
            .is_some_and(|before| said(tokens.word(before), words))
    };
    let words = match (is(1, &["in"]), is(2, &["measured", "gemessen"])) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    };
    at - words
}

/// The unit at token `at`, behind a number, and the index of its last token.
pub(super) fn at(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    match tokens.kind(at)? {
        TokenKind::Mixed | TokenKind::Number => None,
        _ => at_token(tokens, at),
    }
}

/// The unit at token `at`, and the index of its last token.
fn at_token(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    let token = tokens.get(at)?;
    let follows = |at: usize| tokens.get(at).is_some_and(|next| !next.spaced);
    // `%/s`, `1/min`
    if tokens.is(at + 1, '/') && follows(at + 1) && follows(at + 2) {
        let quotient = parse(tokens.text(at..at + 3));
        return quotient.map(|unit| (unit, at + 2));
    }
    let last = match token.kind {
        TokenKind::Mark('°') if follows(at + 1) => at + 1,
        TokenKind::Mark('%') if follows(at + 1) && tokens.kind(at + 1) == Some(TokenKind::Word) => {
            return None;
        }
        TokenKind::Word | TokenKind::Mixed | TokenKind::Mark('%') => at,
        TokenKind::Number | TokenKind::Ellipsis | TokenKind::Mark(_) => return None,
    };
    let word = tokens.text(at..last + 1);
    if said(word, &["degrees", "grad", "degree"]) && said(tokens.word(at + 1), &["celsius"]) {
        return Some((Unit::Celsius, at + 1));
    }
    // The number of `~50Hz`.
    let word = match token.kind {
        TokenKind::Mixed => word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
        TokenKind::Word | TokenKind::Number | TokenKind::Ellipsis | TokenKind::Mark(_) => word,
    };
    Some((parse(word)?, last))
}

/// Returns whether the phrase ends before token `at`.
fn ends(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_none_or(|token| match token.kind {
        TokenKind::Mark('-' | '–') => token.spaced,
        TokenKind::Mark(')' | '(' | ',' | '.' | ';' | ':' | ']' | '<') | TokenKind::Ellipsis => {
            true
        }
        _ => false,
    })
}
