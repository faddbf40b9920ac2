//! Formats: `format: #RRGGBB`, `unix-time`, `seconds since day begin`.

use super::{
    claims::{Claim, Mined},
    clauses::OFF,
    context::{is_lower, said},
    tokens::{TokenKind, Tokens},
};
use crate::model::{Fact, Format, Scalar, Type, UnreadKind};

/// The tokens that stand for each format, in lower case.
const FORMATS: &[(Format, &[&str])] = &[
    (Format::Colour, &["#", "rrggbb"]),
    (Format::UnixTime, &["unix-time"]),
    (Format::UnixTime, &["unix", "time"]),
    (Format::UnixTime, &["unix", "timestamp"]),
    (Format::UnixTime, &["unix-timestamp"]),
    (Format::UnixTime, &["unix-zeit"]),
    (Format::UnixTime, &["seconds", "since", "1970"]),
    (Format::SecondsOfDay, &["seconds", "since", "day", "begin"]),
    (Format::SecondsOfDay, &["seconds", "since", "midnight"]),
    (Format::SecondsOfDay, &["sekunden", "seit", "mitternacht"]),
    (Format::SecondsOfDay, &["sekunden", "seit", "tagesbeginn"]),
];

/// The format that the text names, unless it names two.
pub(super) fn mine(tokens: &Tokens<'_>, types: &[Type]) -> Mined<Format> {
    let format_at = |at: usize, value: Format, words: &[&str]| {
        // Every word of a text is asked for.
        if !is_lower(tokens.word(at), words[0]) {
            return None;
        }
        let part = tokens.get(at..at + words.len())?;
        let mut same = (at..).zip(words);
        let torn = part.iter().skip(1).any(|token| token.torn);
        let named = !torn && same.all(|(at, word)| is_lower(tokens.word(at), word));
        let span = tokens.span(at..at + words.len());
        (named && fits(value, types)).then_some(Fact { value, span })
    };
    let all = (0..tokens.len()).flat_map(|at| {
        let formats = FORMATS.iter();
        formats.filter_map(move |&(value, words)| format_at(at, value, words))
    });
    let claim = |fact: Fact<Format>| {
        let place = tokens.within(fact.span);
        if tokens.is_advice(place.start, place.end) {
            return None;
        }
        let own = fact.value != Format::Colour || types.iter().any(|ty| ty.element.is_none());
        Some(match own && plain(tokens, &place) {
            true => Claim::Fact(fact),
            false => Claim::Unread(tokens.unread(UnreadKind::Format, place, WHY, WRITE)),
        })
    };
    // `#RGB`, `#RRGGBBWW`
    let other = (1..tokens.len()).filter(|&at| {
        let word = tokens.word(at);
        let letters = word.chars().all(|c| "RGBAW".contains(c)) && word.starts_with('R');
        tokens.is(at - 1, '#') && !tokens[at].spaced && letters && word != "RRGGBB"
    });
    let why = "not a format that is known";
    let other = other.filter(|&at| !tokens.is_advice(at - 1, at + 1));
    let other = other
        .map(|at| Claim::Unread(tokens.unread(UnreadKind::Format, at - 1..at + 1, why, WRITE)));
    let claims = all.filter_map(claim).chain(other).take(20);
    let mut mined = Mined::of(claims, UnreadKind::Format, WRITE);
    // Times are checked by nobody: only a colour is lost.
    mined
        .unread
        .retain(|_| types.iter().any(|ty| ty.item() == Scalar::String));
    mined
}

const WHY: &str = "others are allowed too, or it is of something else";
const WRITE: &str = "`format: #RRGGBB` alone";

/// Words of more than one colour, or of more than colours.
const MANY: &[&str] = &[
    "list", "liste", "gradient", "verlauf", "json", "colours", "colors", "farben", "pairs",
    "times", "each", "mal",
];

/// Returns whether nothing around the format says that others are allowed, or that it is none.
fn plain(tokens: &Tokens<'_>, place: &std::ops::Range<usize>) -> bool {
    let mut end = place.end;
    while [')', ']', ',', ';', '"']
        .iter()
        .any(|&mark| tokens.is(end, mark))
    {
        end += 1;
    }
    let word = tokens.word(end);
    let other = said(word, &["or", "oder"]) && !is_lower(tokens.word(end + 1), "null");
    let empty = (place.end..tokens.len().min(end + 8))
        .any(|at| said(tokens.word(at), &["empty", "leer", "leerer"]));
    let offset = tokens.has(
        tokens.part_start(place.start)..place.start,
        &["offset", "versatz"],
    );
    let refused = tokens.is_refused(place);
    // `list of #RRGGBB`, `two colours, #RRGGBB separated by commas`, `gradient from #RRGGBB`
    let many = (tokens.sentence(place).start..place.start)
        .any(|at| tokens.is_count(at) || said(tokens.word(at), MANY));
    let leads = place.start > 0
        && tokens.has(
            place.start - 1..place.start,
            &[
                "from", "with", "von", "mit", "and", "und", "plus", "or", "oder", "also", "auch",
            ],
        );
    // `name/#RRGGBB`, `off, #RRGGBB`
    let slash = place.start > 0 && tokens.is(place.start - 1, '/');
    let value = place.start > 1
        && tokens.is(place.start - 1, ',')
        && tokens.part_start(place.start - 1) + 2 == place.start
        && said(tokens.word(place.start - 2), OFF);
    let leads = leads || slash || value || tokens.is_disowned(place.start).is_some();
    let goes_on = tokens.kind(place.end) == Some(TokenKind::Word) && !other;
    let colour = tokens.is(place.start, '#');
    if colour && (many || leads || goes_on || tokens.unaccounted(place.end, false).is_some()) {
        return false;
    }
    !(other || empty || offset || refused || tokens.others(place).is_some())
}

/// Returns whether a value of these types can have the format; times inside an object
/// or array are not the value's own.
fn fits(format: Format, types: &[Type]) -> bool {
    // Of now, and of the end of a day.
    let holds = |ty: &Type, number: i128| {
        let limits = ty.scalar.limits();
        ty.scalar.is_number() && limits.is_none_or(|(_, most)| number <= most)
    };
    types.iter().any(|ty| match format {
        Format::Colour => ty.item() == Scalar::String,
        Format::UnixTime => holds(ty, i32::MAX.into()),
        Format::SecondsOfDay => holds(ty, 86_399),
    })
}
