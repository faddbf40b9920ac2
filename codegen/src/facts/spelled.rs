//! Named values in other spellings than `NAME=number`: `0: off, 1: on`, `0=Always off, 1=On`,
//! `0 - off, 1 - on`, `Off (0), On (1)`.
//!
//! They are read where the whole is plainly a list: each item alike, each number and name
//! another one. Anything else that looks like one is prose, which is said.

use std::collections::BTreeSet;

use super::{
    context::{self, said},
    limits,
    quantities::{Behind, behind},
    tokens::{Token, TokenKind, Tokens},
    units,
};
use crate::model::{NamedValue, Unread, UnreadKind, ValueList};

pub(super) const WRITE: &str = "`NAME=number` for each, between commas: `Off=0, On=1`";

/// A list, what looks like one, or nothing.
type Listed = Option<Result<ValueList, Unread>>;

/// Words of a name, at most.
const WORDS: usize = 4;

/// What stands between a number and its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Equals,
    Colon,
    Dash,
    Arrow,
    /// `Off (0)`
    Parentheses,
}

/// An item: nothing for a name that is none.
struct Item {
    by: By,
    value: i64,
    name: Option<String>,
    start: usize,
    next: usize,
    words: usize,
    booleans: bool,
}

/// The list that begins at token `at`, and where to go on.
pub(super) fn list(tokens: &Tokens<'_>, at: usize) -> Option<(Listed, usize)> {
    if tokens.is_joined(at) || (at > 0 && tokens.is(at - 1, '-')) {
        return None;
    }
    let first = item(tokens, at)?;
    let by = first.by;
    let mut next = first.next;
    let mut items = vec![first];
    let mut open = false;
    while tokens.separator(next) || tokens.is(next, '/') || tokens.is(next, '|') {
        let mut after = next + 1;
        after += usize::from(tokens.separator(after));
        if tokens.kind(after) == Some(TokenKind::Ellipsis) {
            open = true;
            next = after + 1;
            break;
        }
        let Some(item) = item(tokens, after).filter(|item| item.by == by) else {
            break;
        };
        next = item.next;
        items.push(item);
    }
    // One item alone is a remark: `0: off`. `Off=0, On=1` and `0=off, 1=on` are told elsewhere.
    let short = items
        .iter()
        .all(|item| item.words == 1 && item.name.is_some());
    if items.len() < 2 || (by == By::Equals && short) {
        return None;
    }
    let values: BTreeSet<i64> = items.iter().map(|item| item.value).collect();
    if values.len() == 1
        || tokens.torn(at..next)
        || tokens.is_condition(at)
        || tokens.is_timed(at)
        || tokens.is_example(at)
    {
        return Some((None, next));
    }
    let place = at..next;
    let unread = |why: &'static str| {
        let unread = tokens.unread(UnreadKind::Values, place.clone(), why, WRITE);
        Some((Some(Err(unread)), next))
    };
    let ended = tokens.get(next).is_none()
        || tokens.ends_part(next)
        || tokens.ends_sentence(next)
        || (tokens.is(next, '+') && next + 1 == tokens.len());
    // `parts: bolt (4), nut (8)` counts parts.
    let row = values
        .iter()
        .zip(values.iter().skip(1))
        .all(|(a, b)| a + 1 == *b)
        && values.first().is_some_and(|first| (0..=1).contains(first));
    let plural = items
        .iter()
        .all(|item| item.name.as_deref().is_some_and(context::is_plural));
    let label = at > 1 && tokens.is(at - 1, ':') && !super::values::is_generic(tokens.word(at - 2));
    let booleans = items[0].booleans;
    match () {
        () if items.iter().any(|item| item.name.is_none()) => {
            unread("a name is no word that begins with a letter")
        }
        () if !ended => unread("where the list ends is not plain"),
        () if items.iter().any(|item| item.booleans != booleans) => {
            unread("numbers beside `true` and `false`")
        }
        () if by == By::Parentheses && (label || !row || plural) => {
            unread("the numbers may count something")
        }
        () if by == By::Parentheses && tokens.kind(at.wrapping_sub(1)) == Some(TokenKind::Word) => {
            unread("where the first name begins is not plain")
        }
        () => {
            let values = items.iter().map(|item| NamedValue {
                name: item.name.clone().unwrap_or_default(),
                value: item.value,
                span: tokens.span(item.start..item.next),
            });
            let list = ValueList {
                label: None,
                values: values.collect(),
                open,
                ellipsis: open,
                booleans,
                span: tokens.span(place),
                unreadable: Vec::new(),
            };
            Some((Some(Ok(list)), next))
        }
    }
}

/// One item at `at`, with the note behind it.
fn item(tokens: &Tokens<'_>, at: usize) -> Option<Item> {
    value_first(tokens, at).or_else(|| name_first(tokens, at))
}

/// `0: off`, `0 - always off`
fn value_first(tokens: &Tokens<'_>, at: usize) -> Option<Item> {
    let (value, booleans, next) = tokens.value(at)?;
    let (by, start) = by(tokens, next)?;
    let mut end = start;
    while matches!(
        tokens.kind(end),
        Some(TokenKind::Word | TokenKind::Number | TokenKind::Mixed)
    ) && !tokens.separator(end)
        && (end == start || tokens[end].spaced || tokens.kind(end) == Some(TokenKind::Word))
    {
        end += 1;
    }
    if end == start {
        return None;
    }
    // `1: 0. card`, `11: 11kW/16A`
    let mut rest = end;
    while rest > 0
        && !tokens.separator(rest)
        && !tokens.ends_part(rest)
        && rest < tokens.len()
        && rest < end + 8
        && !tokens.is(rest, '/')
    {
        rest += 1;
    }
    let words = end - start;
    let first = tokens.kind(start) == Some(TokenKind::Word);
    let plain = rest == end || tokens.is(end, '(');
    let all = !tokens.has(start..end, &["etc", "usw", "usf"]);
    let name =
        (first && all && words <= WORDS && plain).then(|| tokens.text(start..end).to_owned());
    let mut next = if plain { end } else { rest };
    if tokens.is(next, '/') && !tokens[next].spaced {
        next = (next..tokens.len())
            .find(|&at| tokens[at].spaced || tokens.ends_part(at))
            .unwrap_or(tokens.len());
    }
    if tokens.is(next, '(') {
        next = tokens.after_parenthesis(next)?;
    }
    Some(Item {
        by,
        value,
        name,
        start: at,
        next,
        words,
        booleans,
    })
}

/// What stands between a number and its name at `at`, and where the name begins.
fn by(tokens: &Tokens<'_>, at: usize) -> Option<(By, usize)> {
    let follows = |mark: char| tokens.is(at + 1, mark) && !tokens[at + 1].spaced;
    let token = tokens.get(at)?;
    match token.kind {
        TokenKind::Mark('=') if follows('>') => Some((By::Arrow, at + 2)),
        TokenKind::Mark('=') => Some((By::Equals, at + 1)),
        TokenKind::Mark('-') if follows('>') => Some((By::Arrow, at + 2)),
        TokenKind::Mark('→' | '⇒') => Some((By::Arrow, at + 1)),
        TokenKind::Mark(':') if tokens.get(at + 1)?.spaced => Some((By::Colon, at + 1)),
        // `0:off`; `22:00` has no name.
        TokenKind::Mark(':') if tokens.kind(at + 1) == Some(TokenKind::Word) => {
            Some((By::Colon, at + 1))
        }
        TokenKind::Mark('-' | '–' | '—') if token.spaced && tokens.get(at + 1)?.spaced => {
            let name = tokens.kind(at + 1) == Some(TokenKind::Word);
            name.then_some((By::Dash, at + 1))
        }
        _ => None,
    }
}

/// `Off (0)`
fn name_first(tokens: &Tokens<'_>, at: usize) -> Option<Item> {
    if tokens.kind(at) != Some(TokenKind::Word) || !tokens.is(at + 1, '(') {
        return None;
    }
    let (value, booleans, next) = tokens.value(at + 2)?;
    tokens.is(next, ')').then(|| Item {
        by: By::Parentheses,
        value,
        name: Some(tokens.word(at).to_owned()),
        start: at,
        next: next + 1,
        words: 1,
        booleans,
    })
}

/// Two items or more that no list has: `off: 0, on: 1`, `Off=0 / On=1`, `0 means off, 1 means on`.
pub(super) fn leftover(tokens: &Tokens<'_>) -> Option<Unread> {
    let mut found: Vec<(usize, usize, &str, &str)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < 20 {
        // The words before are looked at last: there may be many.
        let either = is_either(tokens, found.first().map_or(at, |first| first.0));
        let plain = |_: &_| (either || !tokens.is_condition(at)) && !tokens.is_example(at);
        match remark(tokens, at).filter(plain) {
            Some((next, name, number)) => {
                found.push((at, next, name, number));
                at = next;
            }
            None => at += 1,
        }
    }
    let (first, last) = (found.first()?, found.last()?);
    let names: BTreeSet<_> = found.iter().map(|(_, _, name, _)| name).collect();
    let numbers: BTreeSet<_> = found.iter().map(|(_, _, _, number)| number).collect();
    let differ = names.len() > 1 && numbers.len() > 1;
    differ.then(|| {
        let why = "numbers with names in a form that is not read";
        let items = found
            .iter()
            .map(|(_, _, name, number)| format!("{name}={number}"));
        let write = format!("`{}`", items.collect::<Vec<_>>().join(", "));
        tokens.unread(UnreadKind::Values, first.0..last.1, why, write)
    })
}

/// `0, 1 or 2`, `valid: 6, 10, 16`: a clause of numbers that have no names.
pub(super) fn unnamed(tokens: &Tokens<'_>) -> Option<Unread> {
    (0..tokens.len()).find_map(|at| {
        // `model 3, 4 or 5`: not the first of the row.
        let inner = at > 1 && tokens.separator(at - 1) && tokens.digits(at - 2);
        let (mut numbers, end, or) = numbers(tokens, at).filter(|_| !inner)?;
        let count = numbers.len();
        let year = |year: &i64| (1900..=2100).contains(year);
        // `24/12/2024`
        let date = tokens.is(at + 1, '/') && numbers.iter().any(year);
        let years = date || numbers.iter().all(year);
        numbers.sort_unstable();
        numbers.dedup();
        let either = is_either(tokens, at);
        let opened = match at.checked_sub(1) {
            None => true,
            Some(before) => match tokens.kind(before)? {
                TokenKind::Mark(',' | ':' | ';' | '(' | '=') => true,
                TokenKind::Mark('{' | '[') => tokens.is(end, '}') || tokens.is(end, ']'),
                TokenKind::Mark('.') => tokens.ends_sentence(before),
                // `group address 1/2/3`
                _ if tokens.is(at + 1, '/')
                    && tokens.has(tokens.sentence(&(at..at)).start..at, ADDRESS) =>
                {
                    false
                }
                // `baud rate 9600/19200/38400`
                TokenKind::Word => {
                    let slashes = tokens.is(at + 1, '/') && count > 2;
                    // `level 0, 1, 2 or 3`
                    let row = or && count > 2 && numbers.first().is_some_and(|&first| first < 2);
                    let level = row && !tokens.is_beside(at);
                    slashes || either || level || said(tokens.word(before), limits::INTRODUCE)
                }
                _ => false,
            },
        };
        let closed = tokens.is(end, '}') || behind(tokens, end) == Behind::End;
        let whole = opened && closed;
        // `the values are 0 and 1`
        let are = at > 0 && said(tokens.word(at - 1), &["are", "sind"]);
        let enough = numbers.len() == count && (count > 2 || (count == 2 && (or || are)));
        let plain = !tokens.is_joined(at)
            && !tokens.is_example(at)
            && !tokens.is_advice(at, end)
            && (either || !tokens.is_condition(at))
            && !tokens.is_versioned(at)
            && !tokens.is_numbered(at)
            && !tokens.is_referred(at)
            && !tokens.is_of_another(at)
            && !tokens.torn(at..end);
        let why = "numbers without names; which others are allowed is not plain";
        (whole && enough && !years && plain)
            .then(|| tokens.unread(UnreadKind::Values, at..end, why, WRITE))
    })
}

/// What has numbers with slashes for a name.
const ADDRESS: &[&str] = &[
    "address", "addresses", "adresse", "adressen", "gruppenadresse", "ga",
];

/// The numbers between separators from `at` on, where they end, and whether the last one is
/// another choice.
fn numbers(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<i64>, usize, bool)> {
    let one = |at: usize| match tokens.number(at) {
        Some((number, next)) => {
            let unit = units::at(tokens, next).map(|(_, last)| last + 1);
            Some((number, unit.unwrap_or(next)))
        }
        None => {
            let number = tokens.quantity(at).filter(|number| number.unit.is_some())?;
            Some((number.value?, number.tokens.end))
        }
    };
    let (first, mut next) = one(at)?;
    let (mut all, mut or) = (vec![first], false);
    let slash = tokens.is(next, '/');
    let goes_on = |next| tokens.separator(next) && !slash || tokens.is(next, '/') && slash;
    while goes_on(next) && all.len() < 40 {
        let after = next + 1 + usize::from(tokens.separator(next + 1));
        let Some((number, end)) = one(after) else {
            break;
        };
        or |= said(tokens.word(after - 1), &["or", "oder"]);
        all.push(number);
        next = end;
    }
    Some((all, next, or))
}

/// Names that have a number for another reason.
pub(super) const NO_NAMES: &[&str] = &[
    "min", "max", "minimum", "maximum", "default", "step", "factor", "from", "to", "von", "bis",
    "standard", "vorgabe", "unit", "length", "size", "minimal", "maximal", "schritt", "faktor",
    "initial",
];

/// A name with a number, or a number with a name, at `at`: where it ends, and both.
fn remark<'t>(tokens: &Tokens<'t>, at: usize) -> Option<(usize, &'t str, &'t str)> {
    // `On=1/Off=0`
    let beside =
        at > 1 && (tokens.is(at - 1, '/') || tokens.is(at - 1, '|')) && tokens.digits(at - 2);
    if tokens.is_joined(at) && !beside {
        return None;
    }
    let word = |at: usize| tokens.kind(at) == Some(TokenKind::Word);
    let number = |at: usize| match tokens.kind(at) {
        Some(TokenKind::Number) => true,
        Some(TokenKind::Mixed) => tokens.word(at).starts_with("0x"),
        _ => false,
    };
    let told = |name: usize, number: usize, next: usize| {
        let named = !said(tokens.word(name), NO_NAMES);
        named.then(|| (next, tokens.word(name), tokens.word(number)))
    };
    let ends = |at: usize| {
        let open = |next: &Token| {
            !next.spaced && !matches!(next.kind, TokenKind::Mark('/' | '|' | '<' | '"' | '\''))
        };
        tokens.ends_part(at) || !tokens.get(at).is_some_and(open)
    };
    // `"off"=0`, `'0' = off`
    let quoted = at > 0 && (tokens.is(at - 1, '"') || tokens.is(at - 1, '\''));
    // `0 % = closed`
    let unit = units::at(tokens, at + 1).filter(|_| number(at));
    let by = unit.map_or(at, |(_, last)| last) + 1 + usize::from(quoted);
    let equals = tokens.is(by, '=') && !tokens.is(by + 1, '=');
    let colon = tokens.is(by, ':');
    let dash = ['-', '–', '—'].iter().any(|&mark| tokens.is(by, mark))
        && tokens[by].spaced
        && tokens.get(by + 1).is_some_and(|next| next.spaced);
    let other = by + 1 + usize::from(tokens.is(by + 1, '"') || tokens.is(by + 1, '\''));
    // `either 0 (off) or 1 (on)`, `can be 0 (off)`
    let opened =
        at > 0 && (is_either(tokens, at) || said(tokens.word(at - 1), &["is", "be", "ist"]));
    let first = starts_part(tokens, at) || quoted || opened;
    let brackets = tokens.is(by, '[') && tokens.is(by + 2, ']') && tokens[by].spaced;
    let in_parentheses = brackets || (tokens.is(by, '(') && tokens.is(by + 2, ')'));
    if in_parentheses && word(at) && number(by + 1) {
        return told(at, by + 1, by + 3);
    }
    if in_parentheses && number(at) && word(by + 1) && first {
        return told(by + 1, at, by + 3);
    }
    if word(at) && number(other) && ends(other + 1) {
        // `22:00` has no name, `(see RFC: 12)` is alone.
        let plain = equals || (colon && !tokens[by].spaced) || (dash && first);
        return plain.then(|| told(at, other, other + 1)).flatten();
    }
    let means = said(tokens.word(by), limits::MEANS) && first;
    let line = tokens.is(at.wrapping_sub(1), '>');
    // `` `0` off ``, `0 off`
    let switched = first && said(tokens.word(at + 1), SWITCHED) && ends(at + 2);
    if number(at) && (tokens[at].ticked || switched) && word(at + 1) {
        return told(at + 1, at, at + 2);
    }
    // `1 if charging, 0 otherwise`, `sonst 0`
    let rest = |at: usize| tokens.has(at..at + 1, &["otherwise", "else", "sonst", "ansonsten"]);
    if number(at) && (rest(by) || (at > 0 && rest(at - 1))) && ends(at + 1) | rest(by) {
        let name = if rest(by) { by } else { at - 1 };
        return told(name, at, by.max(name) + usize::from(rest(by)));
    }
    // `0/OFF, 1/ON`; `1/min` is a unit.
    let joined = tokens.is(by, '/') && !tokens[by].spaced && units::at(tokens, other).is_none();
    let plain = equals || means || (joined && first) || (colon && (first || line));
    (plain && number(at) && word(other)).then(|| told(other, at, other + 1))?
}

/// `0 idle, 1 charging, 2 done`, `(0) off (1) on`, `standard 3, eco 4, trip 5`: names and numbers
/// that go up by one.
pub(super) fn row(tokens: &Tokens<'_>) -> Option<Unread> {
    // Behind some marks, at most two.
    let skip = |at: usize, marks: &[char]| {
        let mark = |&at: &usize| marks.iter().any(|&mark| tokens.is(at, mark));
        at + (at..at + 2).take_while(mark).count()
    };
    let word = |at: usize| {
        let plain = tokens.kind(at) == Some(TokenKind::Word) && !tokens.separator(at);
        plain && units::at(tokens, at).is_none() && !tokens.is_counted(at)
    };
    let one = |at: usize| {
        let start = skip(at, &['(', '[', '*', '"', '#']);
        let number_first = tokens.number(start).map(|(number, next)| {
            let name = skip(next, &[')', ']', '*', '"', '.', ':', '=', '-', '–', '/']);
            // `0 / off = turn off`, `1 heat+cool`
            let joins = |at: usize| ['=', '+', '&'].iter().any(|&mark| tokens.is(at, mark));
            let goes_on = |&at: &usize| word(at) || (at > name && joins(at));
            let words = (name..name + 5).take_while(goes_on).count();
            (number, name, name + words)
        });
        let (number, name, end) = number_first.or_else(|| {
            let (number, next) = tokens.number(at + 1).filter(|_| word(at))?;
            Some((number, at, next))
        })?;
        let named = word(name) && limits::between(tokens, name).is_none();
        let other = tokens.is_numbered(name + 1) || tokens.is_joined(at);
        (named && !other).then_some((number, end))
    };
    let ends = |at: usize| tokens.get(at).is_none() || tokens.ends_part(at);
    let opens = |&at: &usize| starts_part(tokens, at) || tokens.is(at, '(') || tokens.is(at, '*');
    (0..tokens.len()).filter(opens).find_map(|at| {
        let (first, mut end) = one(at)?;
        let mut count = 1;
        while end < tokens.len() && count < 40 {
            let next = skip(end, &[',', ';', '/', '|', '-', '–', '*']);
            let next = next + usize::from(tokens.separator(next));
            let Some((_, after)) = one(next).filter(|(number, _)| *number == first + count) else {
                break;
            };
            (count, end) = (count + 1, after);
        }
        let enough = count > 2 || (count == 2 && first == 0);
        let plain = !tokens.is_condition(at)
            && !tokens.is_example(at)
            && !tokens.is_timed(at)
            && !tokens.is_numbered(at)
            && !tokens.torn(at..end);
        let why = "numbers with names in a form that is not read";
        (enough && plain && ends(end))
            .then(|| tokens.unread(UnreadKind::Values, at..end, why, WRITE))
    })
}

/// Names that need nothing between the number and them.
const SWITCHED: &[&str] = &[
    "off", "on", "auto", "aus", "an", "ein", "yes", "no", "ja", "nein",
];

/// Returns whether a number of several, `either 0`, stands at `at`.
fn is_either(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.digits(at) && tokens.has(at.saturating_sub(1)..at, &["either", "entweder"])
}

fn starts_part(tokens: &Tokens<'_>, at: usize) -> bool {
    at == 0
        || tokens.part_start(at) == at
        || tokens.separator(at - 1)
        || [':', '/', '|'].iter().any(|&mark| tokens.is(at - 1, mark))
}
