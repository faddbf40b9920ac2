//! Lengths: `max. 64 characters`, `up to 32 bytes`, `5 entries max.`.
//!
//! A length is the most that is allowed. One that depends on something, one beside another
//! and the least length are prose, which is said.

use std::ops::Range;

use super::{
    claims::{Claim, Mined},
    context::{is_plural, said},
    ends,
    limits::stray,
    quantities::{Behind, Quantity, behind},
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Length, Scalar, Type, Unread, UnreadKind};

const WRITE: &str =
    "`max. 32 characters`, `max. 32 bytes` or `max. 5 entries`, once and without a condition";

/// Of a string, of an array.
const CHARACTERS: &[&str] = &[
    "characters", "character", "chars", "char", "letters", "zeichen", "buchstaben", "digits",
    "ziffern",
];
const BYTES: &[&str] = &["bytes", "byte", "octets", "B"];
const ENTRIES: &[&str] = &[
    "entries", "entry", "elements", "items", "values", "einträge", "elemente", "werte",
];

/// The length that the string or array may have.
pub(super) fn mine(tokens: &Tokens<'_>, types: &[Type]) -> Mined<Length> {
    let has = |scalar| types.iter().any(|ty| ty.scalar == scalar);
    let of = Of {
        text: has(Scalar::String),
        array: has(Scalar::Array),
        raw: types
            .iter()
            .any(|ty| ty.scalar == Scalar::Array && ty.element.is_none()),
    };
    if !of.text && !of.array {
        return Mined::default();
    }
    let (mut claims, mut beside, mut inner) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() && claims.len() + beside.len() < 20 {
        let Some(stated) = stated(tokens, at, of) else {
            at += 1;
            continue;
        };
        at = stated.tokens.end;
        let claim = judge(tokens, &stated);
        match stated.kind {
            // `max. 5 entries, max. 32 characters each`
            Kind::Most if of.array && !of.text && stated.length.is_none() => {
                inner.extend(claim);
            }
            Kind::Most => claims.extend(claim),
            _ => beside.extend(claim.map(|claim| (claim, stated.tokens))),
        }
    }
    let mut mined = Mined::default();
    // `8 to 63 bytes or 64 digits, max. 64 bytes`: the most is what counts.
    if claims.is_empty() && !of.raw {
        for (claim, place) in beside {
            if let Claim::Fact(_) = claim {
                let why = "the least length is not checked";
                mined
                    .unread
                    .push(tokens.unread(UnreadKind::Length, place, why, WRITE));
            }
            claims.push(claim);
        }
    }
    let least = mined.unread;
    mined = Mined::of(claims, UnreadKind::Length, WRITE);
    mined
        .unread
        .extend(least.into_iter().filter(|_| mined.fact.is_some()));
    let inner = inner.into_iter().filter_map(|claim| match claim {
        Claim::Unread(unread) => Some(unread),
        Claim::Fact(_) => None,
    });
    mined.unread.extend(inner);
    if of.raw {
        mined.unread.clear();
    }
    if let Some(unread) = mined.fact.as_ref().and_then(|fact| another(tokens, fact)) {
        mined.fact = None;
        mined.unread.push(unread);
    }
    mined
}

/// What has a length here.
#[derive(Clone, Copy)]
struct Of {
    text: bool,
    array: bool,
    /// An array of which nothing is known.
    raw: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `max. 32 bytes`
    Most,
    /// `< 32 bytes`
    Strict,
    /// `min. 8 bytes`
    Least,
    /// `8-63 bytes`, `exactly 8 bytes`
    Between,
    /// `(32 bytes)`
    Alone,
}

/// A length in the text.
struct Stated {
    kind: Kind,
    /// Nothing where it does not say of what, or of what the value is not.
    length: Option<Length>,
    tokens: Range<usize>,
}

/// The length that begins at token `at`.
fn stated(tokens: &Tokens<'_>, at: usize, of: Of) -> Option<Stated> {
    if let Some((end, next)) = ends::at(tokens, at) {
        let kind = match (end.is_max, end.strict) {
            (Some(true), false) => Kind::Most,
            (Some(true), true) => Kind::Strict,
            (Some(false), _) => Kind::Least,
            (None, _) => Kind::Between,
        };
        let number = tokens.quantity(next)?;
        // `max. 16 A`
        let noun = number.tokens.end;
        let (length, end) = match counted(tokens, &number, of) {
            Some(found) => found,
            None if behind(tokens, noun) == Behind::End && number.unit.is_none() && of.text => {
                (None, noun)
            }
            None => return None,
        };
        return Some(Stated {
            kind,
            length,
            tokens: at..end,
        });
    }
    let first = tokens.quantity(at)?;
    if tokens.is_joined(at) || tokens.is_numbered(at) {
        return None;
    }
    let mut next = first.tokens.end;
    let ranged = matches!(
        tokens.word(next),
        "-" | "–" | "to" | "bis" | "…" | "..." | "and" | "und"
    ) || (tokens.is(next, '.') && tokens.is(next + 1, '.'));
    if ranged {
        next += 1 + usize::from(tokens.is(next, '.'));
        let second = tokens.quantity(next)?;
        let (length, end) = counted(tokens, &second, of)?;
        return Some(Stated {
            kind: Kind::Between,
            length,
            tokens: at..end,
        });
    }
    let (length, end) = counted(tokens, &first, of)?;
    // `32 characters max.`, `32 bytes or less`
    let most = said(
        tokens.word(end),
        &["max", "maximum", "maximal", "most", "höchstens"],
    );
    let or_less = said(tokens.word(end), &["or", "oder"])
        && said(
            tokens.word(end + 1),
            &["less", "fewer", "weniger", "shorter", "kürzer"],
        );
    let tail = match (most, or_less) {
        (true, _) => 1 + usize::from(tokens.is(end + 1, '.') && !tokens[end + 1].spaced),
        (_, true) => 2,
        _ if stands_alone(tokens, at, end) => {
            return Some(Stated {
                kind: Kind::Alone,
                length,
                tokens: at..end,
            });
        }
        _ => return None,
    };
    Some(Stated {
        kind: Kind::Most,
        length,
        tokens: at..end + tail,
    })
}

/// `(32 bytes)`, `name, 32 characters`
fn stands_alone(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    let opened =
        at == 0 || ["(", ",", ":", "of", "von", "with", "mit"].contains(&tokens.word(at - 1));
    opened && (tokens.get(end).is_none() || tokens.ends_part(end))
}

/// The length of so many bytes, characters, entries, and the index after them; no length
/// where the value has none of these.
fn counted(tokens: &Tokens<'_>, number: &Quantity, of: Of) -> Option<(Option<Length>, usize)> {
    let mut at = number.tokens.end;
    // `32 UTF-8 bytes`, `32 ASCII characters`
    at += usize::from(said(
        tokens.word(at),
        &["utf-8", "ascii", "printable", "alphanumeric", "hex"],
    ));
    let word = tokens.word(at);
    let count = number.value.and_then(|value| u32::try_from(value).ok());
    let (length, fits): (fn(u32) -> Length, bool) = match () {
        () if said(word, CHARACTERS) => (Length::Characters, of.text),
        () if said(word, BYTES) => (Length::Bytes, of.text),
        () if said(word, ENTRIES) => (Length::Entries, of.array),
        () => return None,
    };
    Some((count.filter(|_| fits).map(length), at + 1))
}

fn judge(tokens: &Tokens<'_>, stated: &Stated) -> Option<Claim<Length>> {
    let place = stated.tokens.clone();
    if tokens.torn(place.start..place.end) || tokens.is_advice(place.start, place.end) {
        return None;
    }
    let unread = |why: &'static str| {
        Some(Claim::Unread(tokens.unread(
            UnreadKind::Length,
            place.clone(),
            why,
            WRITE,
        )))
    };
    match (stated.kind, stated.length) {
        (Kind::Strict, _) => unread("whether that length itself is allowed is not plain"),
        (Kind::Least, _) => unread("the least length is not checked"),
        (Kind::Alone, _) => unread("whether that is the greatest length is not plain"),
        (Kind::Most | Kind::Between, None) => unread("not a length that the type has"),
        (Kind::Most | Kind::Between, Some(_))
            if conditional(tokens, place.end) || elsewhere(tokens, &place) =>
        {
            unread("what follows may change it")
        }
        (Kind::Most | Kind::Between, Some(value)) => {
            let span = tokens.span(place);
            Some(Claim::Fact(Fact { value, span }))
        }
    }
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
    // `max. 32 characters, more on Pro`
    let after = place.end..tokens.sentence(place).end;
    one || comma
        || tokens.has(after, &["more", "mehr", "longer", "länger"])
        || tokens.former(before.clone()).is_some()
        || tokens
            .former(place.end..tokens.part_end(place.end))
            .is_some()
        || parts
        || tokens.has(tokens.sentence(place), ENCODED)
        || tokens.has(last, &["prefix", "suffix"])
        || tokens.has(before, OTHER)
        || tokens.has(place.end..tokens.part_end(place.end), AFTER)
        || tokens.is_refused(place)
}

/// `with old firmware`, `(old)`, `/ max. 60 bytes`: what follows is not accounted for.
fn conditional(tokens: &Tokens<'_>, end: usize) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn reads_lengths() {
        let text = Type::of(Scalar::String);
        let array = Type::array(Scalar::Uint8);
        let names = Type::array(Scalar::String);
        let raw = Type::of(Scalar::Array);
        let number = Type::of(Scalar::Uint8);
        let cases = [
            ("free text (max. 64 characters)", text, "Characters(64)"),
            ("name, max. 32 bytes", text, "Bytes(32)"),
            ("at most 32 bytes", text, "Bytes(32)"),
            ("up to 32 characters", text, "Characters(32)"),
            ("bis zu 32 Zeichen", text, "Characters(32)"),
            ("höchstens 32 Zeichen", text, "Characters(32)"),
            ("name, 32 characters max", text, "Characters(32)"),
            ("name (32 characters max.)", text, "Characters(32)"),
            ("32 bytes or less", text, "Bytes(32)"),
            ("not more than 32 bytes", text, "Bytes(32)"),
            ("max. 32 UTF-8 bytes", text, "Bytes(32)"),
            ("maximum length: 32 characters", text, "Characters(32)"),
            ("max. 48 bytes; null means the default", text, "Bytes(48)"),
            ("max. 64 bytes. Read: is there one?", text, "Bytes(64)"),
            (
                "8 to 63 bytes or 64 hexadecimal digits, max. 64 bytes",
                text,
                "Bytes(64)",
            ),
            (
                "time, such as `\"2024-09-18T07:49:15.785 +02:00\"`, max. 36 bytes",
                text,
                "Bytes(36)",
            ),
            ("presets, max. 5 entries", array, "Entries(5)"),
            ("maximal 5 Einträge", array, "Entries(5)"),
            ("presets, max. 5 entries", raw, "Entries(5)"),
            (
                "max. 32 bytes with old firmware, max. 64 bytes since 60.0",
                text,
                "!max. 32 bytes !max. 64 bytes",
            ),
            ("max. 32 bytes, max. 64 bytes", text, "!max. 64 bytes"),
            ("max. 32 bytes, 64 since 60.0", text, "!64"),
            ("max. 32 bytes if encrypted", text, "!max. 32 bytes"),
            ("1-32 characters", text, "Characters(32) !1-32 characters"),
            ("8 to 63 bytes", text, "Bytes(63) !8 to 63 bytes"),
            ("min. 8 characters", text, "!min. 8 characters"),
            ("name (32 characters)", text, "!32 characters"),
            ("name, max. 32", text, "!max. 32"),
            ("max. 32 bytes each", names, "!max. 32 bytes"),
            ("max. 32 bytes", raw, ""),
            ("name, max. 6\t4 characters", text, ""),
            ("max. 32 characters recommended", text, ""),
            ("e.g. max. 32 bytes", text, ""),
            ("the first 3 characters", text, ""),
            ("presets, max. 5 entries", number, ""),
            ("max", text, ""),
            ("variant: max Ampere value", text, ""),
            ("max. 16 A", text, ""),
        ];
        for (text, ty, expected) in cases {
            let mined = mine(&Tokens::of(text, Span::new(0, 0..text.len())), &[ty]);
            let fact = mined.fact.iter().map(|fact| format!("{:?}", fact.value));
            let unread = mined
                .unread
                .iter()
                .map(|u| format!("!{}", &text[u.span.range()]));
            let found = fact.chain(unread).collect::<Vec<_>>().join(" ");
            assert_eq!(found, expected, "{text}");
        }
    }
}
