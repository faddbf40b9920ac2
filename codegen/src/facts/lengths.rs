//! Lengths: `max. 64 characters`, `4 to 64 bytes`, `5 entries max.`.
//!
//! A length is the most that is allowed, and of a text the least, too. One that depends on
//! something and one beside another are prose, which is said.

use std::ops::Range;

use super::{
    claims::{Claim, Mined},
    context::{is_plural, said},
    ends,
    limits::{self, stray},
    quantities::{Behind, Quantity, behind},
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Length, Scalar, Type, Unread, UnreadKind};

const WRITE: &str =
    "`max. 32 characters`, `4 to 32 bytes` or `max. 5 entries`, once and without a condition";

/// Of a string, of an array.
const CHARACTERS: &[&str] = &[
    "characters", "character", "chars", "char", "letters", "zeichen", "buchstaben", "digits",
    "digit", "ziffern", "stellig", "stelliger", "stellige",
];
const BYTES: &[&str] = &["bytes", "byte", "octets", "B"];
/// Bytes that are counted in another way by everybody.
const THOUSANDS: &[&str] = &[
    "kb", "kib", "kbyte", "kbytes", "kilobyte", "kilobytes", "mb", "mib",
];
const ENTRIES: &[&str] = &[
    "entries", "entry", "elements", "items", "values", "einträge", "elemente", "werte",
];

/// Words beside characters and bytes that change nothing.
const KINDS: &[&str] = &["utf-8", "ascii", "printable", "alphanumeric", "hex"];

/// What a text says of the length.
#[derive(Default)]
pub(super) struct Lengths {
    /// Bytes, at least: no character has less than one.
    pub(super) least: Option<Fact<u32>>,
    pub(super) most: Option<Fact<Length>>,
    pub(super) unread: Vec<Unread>,
}

/// The length that the string or array may have.
pub(super) fn mine(tokens: &Tokens<'_>, types: &[Type]) -> Lengths {
    let has = |scalar| types.iter().any(|ty| ty.scalar == scalar);
    let of = Of {
        text: has(Scalar::String),
        array: has(Scalar::Array),
    };
    // Of such an array nothing is known.
    let raw = |ty: &Type| ty.scalar == Scalar::Array && ty.element.is_none();
    let raw = types.iter().any(raw);
    if !of.text && !of.array {
        return Lengths::default();
    }
    let mut all = Vec::new();
    let mut at = 0;
    while at < tokens.len() && all.len() < 20 {
        let stated = stated(tokens, at, of);
        at = stated.as_ref().map_or(at + 1, |stated| stated.tokens.end);
        all.extend(stated.filter(|stated| !is_prose(tokens, stated)));
    }
    // `max. 5 entries, max. 32 characters each`
    let inner = |one: &Stated| {
        of.array && !of.text && one.most.is_some() && one.least.is_none() && one.of.is_none()
    };
    // `8 to 63 bytes or 64 digits, max. 64 bytes`: the most is what counts.
    let counts = all.iter().any(|one| one.is_most() && !inner(one));
    all.retain(|one| inner(one) || one.is_most() || !(counts && one.why.is_some()));
    let plain = |one: &Stated| conditional(tokens, one) || elsewhere(tokens, &one.tokens);
    if counts {
        all.retain(|one| inner(one) || one.is_most() || one.most.is_none() || !plain(one));
    }
    // `at least 4, at most 64 characters`
    let shared = all.iter().rev().find_map(|one| one.of);
    let (mut least, mut most, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let places: Vec<_> = all.iter().map(|one| one.tokens.clone()).collect();
    for one in all {
        let place = one.tokens.clone();
        let unread = |why| tokens.unread(UnreadKind::Length, place.clone(), why, WRITE);
        let of_one = one.of.or(shared.filter(|_| one.most.is_none()));
        let why = match (one.why, of_one) {
            (Some(why), _) => Some(why),
            (None, None) => Some("not a length that the type has"),
            (None, Some(_)) => plain(&one).then_some("what follows may change it"),
        };
        if let Some(why) = why {
            match inner(&one) {
                true => entries.push(unread(why)),
                false => most.push(Claim::Unread(unread(why))),
            }
            continue;
        }
        let fact = |count: u32| Some((of_one?(count), tokens.span(place.clone())));
        if let Some((value, span)) = one.most.and_then(fact) {
            most.push(Claim::Fact(Fact { value, span }));
        }
        if let Some((value, span)) = one.least.and_then(fact) {
            let behind = place.end..tokens.len();
            let empty = tokens.others(&place).is_some()
                || may_be_empty(tokens, &place)
                || !is_led(tokens, place.start)
                || tokens.unaccounted(place.end, false).is_some()
                || behind
                    .into_iter()
                    .any(|at| stray(tokens, at, None, &places).is_some());
            least.push(match (value, one.least) {
                (Length::Bytes(_) | Length::Characters(_), Some(value)) if !empty => {
                    Claim::Fact(Fact { value, span })
                }
                _ => Claim::Unread(unread("the least length is not checked")),
            });
        }
    }
    let mut most = Mined::of(most, UnreadKind::Length, WRITE);
    let mut least = Mined::of(least, UnreadKind::Length, WRITE);
    if let Some(unread) = most.fact.as_ref().and_then(|fact| another(tokens, fact)) {
        most.fact = None;
        most.unread.push(unread);
    }
    if !most.unread.is_empty() {
        least = Mined::default();
    }
    let mut unread = most.unread;
    unread.extend(least.unread);
    unread.extend(entries);
    if raw {
        unread.clear();
    }
    Lengths {
        least: least.fact,
        most: most.fact,
        unread,
    }
}

/// Returns whether a length begins a clause at `at`, or follows a word that leads to one: not
/// `padded to`, `the last`.
fn is_led(tokens: &Tokens<'_>, at: usize) -> bool {
    const LEAD: &[&str] = &[
        "of", "with", "mit", "von", "between", "from", "zwischen", "have", "has", "hat", "be",
        "is", "are", "and", "und", "must", "muss", "or", "oder", "bis",
    ];
    at == 0
        || !tokens.digits(at - 1) && tokens.kind(at - 1) != Some(TokenKind::Word)
        || tokens.has(at - 1..at, LEAD)
}

/// `4-64 characters, or empty`, `optional, at least 4 characters`, `if set, 4-64 characters`.
fn may_be_empty(tokens: &Tokens<'_>, place: &Range<usize>) -> bool {
    const EMPTY: &[&str] = &[
        "empty", "leer", "leerer", "blank", "none", "nothing", "nichts", "without", "ohne",
        "optional", "optionally", "unset", "missing", "or", "oder", "if", "when", "wenn", "falls",
        "sofern", "unless",
    ];
    let quoted = |at: usize| tokens.is(at, '"') && tokens.is(at + 1, '"');
    let near = place.start.saturating_sub(80)..tokens.len().min(place.end + 80);
    let mut near = near.filter(|at| !place.contains(at));
    near.any(|at| quoted(at) || (said(tokens.word(at), EMPTY) && tokens.word(at + 1) != "null"))
}

/// What has a length here.
#[derive(Clone, Copy)]
struct Of {
    text: bool,
    array: bool,
}

/// A length in the text.
struct Stated {
    least: Option<u32>,
    most: Option<u32>,
    /// Nothing where it does not say of what, or of what the value is not.
    of: Option<fn(u32) -> Length>,
    /// What keeps it from being read.
    why: Option<&'static str>,
    tokens: Range<usize>,
}

impl Stated {
    fn is_most(&self) -> bool {
        self.most.is_some() && self.least.is_none() && self.why.is_none()
    }
}

/// The length that begins at token `at`.
fn stated(tokens: &Tokens<'_>, at: usize, of: Of) -> Option<Stated> {
    let said_end = ends::at(tokens, at);
    let mut open = said_end.map_or(at, |(_, next)| next);
    // `length between 3 and 20`
    let exact = said_end.is_some_and(|(end, _)| end.is_max.is_none());
    const FROM: &[&str] = &["between", "from", "of", "zwischen", "von"];
    open += usize::from(exact && said(tokens.word(open), FROM));
    let end = said_end.map(|(end, _)| end);
    let Some(first) = tokens.quantity(open) else {
        // `höchstens zwölf Zeichen`
        let noun = end.is_some().then(|| noun(tokens, open + 1, of))??;
        return Some(Stated {
            least: None,
            most: None,
            of: None,
            why: Some("the number is not in digits"),
            tokens: at..noun.1,
        });
    };
    if end.is_none() && (tokens.is_joined(at) || tokens.is_numbered(at)) {
        return None;
    }
    let one = end.is_some_and(|end| end.is_max.is_some());
    // `between 4 and 64`; "max. 16 and 32 characters" are two.
    let and = !tokens.has(open.saturating_sub(1)..open, &["between", "zwischen"]);
    let (how, next, strict) = limits::between(tokens, first.tokens.end).unwrap_or((
        limits::Between::Mark,
        first.tokens.end,
        false,
    ));
    let two = one || (and && how == limits::Between::And);
    let second = (next > first.tokens.end)
        .then(|| tokens.quantity(next))
        .flatten();
    let last = second.as_ref().unwrap_or(&first);
    let count = |number: &Quantity| number.value.and_then(|value| u32::try_from(value).ok());
    let behind_number = last.tokens.end;
    let (mut length, mut last_token) = match noun(tokens, behind_number, of) {
        Some(found) => found,
        // `max. 32`, and no `max. 16 A`
        None if end.is_some()
            && behind(tokens, behind_number) == Behind::End
            && last.unit.is_none()
            && of.text =>
        {
            (None, behind_number)
        }
        None => return None,
    };
    // `32 characters max.`, `32 bytes or less`
    let tail = end.is_none() && second.is_none();
    let tail = tail.then(|| tail_at(tokens, last_token)).flatten();
    let (number, other) = (count(&first), second.as_ref().and_then(count));
    let alone = "whether that is the greatest length is not plain";
    let itself = "whether that length itself is allowed is not plain";
    let (least, most, why) = match (end, &second, tail) {
        (Some(end), None, _) => match end.is_max {
            Some(true) => (None, number, end.strict.then_some(itself)),
            Some(false) => (number, None, end.strict.then_some(itself)),
            None => (number, number, None),
        },
        (_, Some(_), _) if two => (
            number,
            other,
            Some("two numbers, each perhaps of another thing"),
        ),
        (_, Some(_), _) => (number, other, strict.then_some(itself)),
        (None, None, Some((true, _))) => (None, number, None),
        (None, None, Some((false, _))) => (number, None, None),
        // `4-digit PIN`
        (None, None, None) if at == 0 && tokens.is(behind_number, '-') => {
            (None, number, Some(alone))
        }
        (None, None, None) if stands_alone(tokens, at, last_token) => (None, number, Some(alone)),
        (None, None, None) => return None,
    };
    if let Some((_, next)) = tail {
        last_token = next;
    }
    // A number that is no whole one, or two of which the greater comes first.
    let turned = least.zip(most).is_some_and(|(least, most)| least > most);
    if turned || number.is_none() || (second.is_some() && other.is_none()) {
        length = None;
    }
    Some(Stated {
        least,
        most,
        of: length,
        why,
        tokens: at..last_token,
    })
}

/// `max.`, `or less`, `or more` behind a length: whether it is the most, and where it ends.
fn tail_at(tokens: &Tokens<'_>, at: usize) -> Option<(bool, usize)> {
    const LESS: &[&str] = &["less", "fewer", "weniger", "shorter", "kürzer"];
    const MORE: &[&str] = &["more", "mehr", "longer", "länger"];
    if said(tokens.word(at), &["or", "oder"]) {
        let less = said(tokens.word(at + 1), LESS);
        return (less || said(tokens.word(at + 1), MORE)).then_some((less, at + 2));
    }
    let (end, next) = ends::at(tokens, at).filter(|(end, _)| !end.bare)?;
    let most = end.is_max.filter(|_| !tokens.digits(next))?;
    Some((most, next))
}

/// `(32 bytes)`, `name, 32 characters`
fn stands_alone(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    let end = end + usize::from(tokens.has(end..end + 1, &["long", "lang"]));
    let end = end + usize::from(said(tokens.word(end), KINDS));
    let or = said(tokens.word(end), &["or", "oder"]);
    // `64 bytes incl. the last zero`
    let or = or || said(tokens.word(end), limits::INCLUDING);
    is_led(tokens, at) && (or || tokens.get(end).is_none() || tokens.ends_part(end))
}

/// Returns whether a number before `word` is a length.
pub(super) fn is_noun(word: &str) -> bool {
    let mut all = [CHARACTERS, BYTES, THOUSANDS, ENTRIES].into_iter();
    all.any(|words| said(word, words))
}

/// A length of so many.
type Counting = fn(u32) -> Length;

/// Bytes, characters or entries at `at`, and the index after them; no length where the value has
/// none of these.
fn noun(tokens: &Tokens<'_>, mut at: usize, of: Of) -> Option<(Option<Counting>, usize)> {
    // `32 UTF-8 bytes`, `32 ASCII characters`, `32-byte`, `8+ characters`
    let joined = ['-', '+'].iter().any(|&mark| tokens.is(at, mark));
    at += usize::from(joined && !tokens[at].spaced);
    let kinds = (at..at + 3).take_while(|&at| said(tokens.word(at), KINDS));
    at += kinds.count();
    let word = tokens.word(at);
    let (length, fits): (Counting, bool) = match () {
        () if said(word, CHARACTERS) => (Length::Characters, of.text),
        () if said(word, BYTES) => (Length::Bytes, of.text),
        () if said(word, ENTRIES) => (Length::Entries, of.array),
        () if said(word, THOUSANDS) => (Length::Bytes, false),
        () => return None,
    };
    Some((fits.then_some(length), at + 1))
}

/// Returns whether nobody means a length of the value.
fn is_prose(tokens: &Tokens<'_>, stated: &Stated) -> bool {
    const PART: &[&str] = &[
        "first", "last", "next", "other", "ersten", "letzten", "nächsten", "anderen",
    ];
    let place = &stated.tokens;
    let two = stated.least.is_some() && stated.most.is_some();
    let part = two && place.start > 0 && tokens.has(place.start - 1..place.start, PART);
    part || tokens.torn(place.clone()) || tokens.is_advice(place.start, place.end)
}

/// `each`, `per line`, `prefix`, `are ignored`: the length of something else, or of what is
/// not allowed.
fn elsewhere(tokens: &Tokens<'_>, place: &Range<usize>) -> bool {
    const OTHER: &[&str] = &[
        "each", "je", "jeder", "jedes", "per", "pro", "prefix", "suffix", "display", "anzeige",
        "shows", "zeigt", "line", "zeile", "words", "wörter", "encoded", "kodiert", "app",
        "jeweils",
    ];
    const ENCODED: &[&str] = &[
        "hex", "hex-encoded", "hex-string", "base64", "base64-encoded", "base64-kodiert",
        "url-encoded", "hex-kodiert", "encoded", "sha-256", "hash", "encrypted", "verschlüsselt",
        "json", "separated", "getrennt", "utf-16", "truncated", "cut", "gekürzt", "abgeschnitten",
    ];
    const LESS: &[&str] = &[
        "not", "nicht", "ohne", "without", "plus", "excluding", "zuzüglich",
    ];
    const AFTER: &[&str] = &[
        "are", "is", "sind", "werden", "per", "pro", "each", "in", "je", "followed",
    ];
    let before = tokens.part_start(place.start)..place.start;
    // `prefix, up to 4 characters`
    let last = before.start.saturating_sub(2)..before.start;
    let sentence = tokens.sentence(place).start..place.start;
    // `host and port, host max. 64 characters`
    let noun = place.start.checked_sub(1).map_or("", |at| tokens.word(at));
    let one = tokens.kind(place.start.wrapping_sub(1)) == Some(TokenKind::Word)
        && noun.len() > 3
        && (sentence.start..place.start - 1).any(|at| tokens.word(at) == noun);
    let comma = tokens.is(place.end, ',')
        && tokens.has(place.end + 1..place.end + 2, LESS)
        && !said(tokens.word(place.end + 2), &["empty", "leer"]);
    let parts = sentence
        .clone()
        .any(|at| tokens.is_count(at) && is_plural(tokens.word(at + 1)));
    // `ssid and key, max. 32 bytes`; "first and last name" is one thing.
    let opened = place.start - usize::from(tokens.is(place.start.wrapping_sub(1), ','));
    let two = (sentence.start..opened).any(|and| {
        let article = said(
            tokens.word(and + 1),
            &["the", "a", "an", "der", "die", "das", "ein"],
        );
        let next = and + 2 + usize::from(article);
        let of = [
            "of", "for", "to", "from", "in", "von", "für", "der", "des", "vom",
        ];
        said(tokens.word(and), &["and", "und"])
            && !said(tokens.word(place.end - 1), ENTRIES)
            && tokens.kind(next - 1) == Some(TokenKind::Word)
            && (next == opened || tokens.has(next..next + 1, &of))
    });
    // `max. 32 characters, more on Pro`
    let after = place.end..tokens.sentence(place).end;
    // `lines of max. 40 characters`, `since 60.0: max. 64 bytes`
    let lines = place.start > 1
        && said(noun, &["of", "von", "with", "mit"])
        && is_plural(tokens.word(place.start - 2));
    let dated = noun == ":" && sentence.clone().any(|at| tokens.is_dated(at));
    // `replaces up to 4 characters`, `replaces 4 to 6 characters`
    let word = tokens.kind(place.start.wrapping_sub(1)) == Some(TokenKind::Word);
    let verb = word && noun.len() > 5 && is_plural(noun);
    let verb = verb || (tokens.digits(place.start) && !is_led(tokens, place.start));
    verb || one
        || comma
        || lines
        || dated
        || tokens.has(after, &["more", "mehr", "longer", "länger"])
        || tokens.former(before.clone()).is_some()
        || tokens
            .former(place.end..tokens.part_end(place.end))
            .is_some()
        || parts
        || two
        || tokens.has(tokens.sentence(place), ENCODED)
        || tokens.has(last, &["prefix", "suffix"])
        || tokens.has(before, OTHER)
        || tokens.has(place.end..tokens.part_end(place.end), AFTER)
        || tokens.is_refused(place)
}

/// `with old firmware`, `(old)`, `/ max. 60 bytes`: what follows is not accounted for.
fn conditional(tokens: &Tokens<'_>, stated: &Stated) -> bool {
    let end = stated.tokens.end;
    // `at least 4 and at most 64 characters`
    if stated.of.is_none() && tokens.separator(end) && ends::at(tokens, end + 1).is_some() {
        return false;
    }
    let plain = ["of", "long", "lang", "null", "in", "UTF-8", "total"];
    let part = tokens.get(end).is_none() || tokens.ends_part(end) || tokens.is(end, ':');
    let stray = tokens.is(end, '+') && end + 1 == tokens.len();
    tokens.is(end, '(') || !(part || stray || plain.contains(&tokens.word(end)))
}

/// `max. 32 bytes, 64 since 60.0`; `max. 32 bytes (later 64)`: a number that may be another
/// length.
fn another(tokens: &Tokens<'_>, fact: &Fact<Length>) -> Option<Unread> {
    let behind = tokens.within(fact.span).end;
    let mut strays = (behind..tokens.len()).filter_map(|at| stray(tokens, at, None, &[]));
    Some(Unread {
        other: Some(fact.span),
        ..tokens.unread(
            UnreadKind::Length,
            strays.next()?.tokens,
            "may be another length",
            WRITE,
        )
    })
}
