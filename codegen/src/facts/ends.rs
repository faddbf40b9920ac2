//! Words of one end: `max.`, `at least`, `below`, `höchstens`, `<=`, `exactly`.
//!
//! Knows where such words begin and end, and nothing of the number behind them.

use super::tokens::{TokenKind, Tokens};

/// What such words say of the number behind them.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// Nothing where it is both: `exactly`.
    pub(super) is_max: Option<bool>,
    /// The number itself is none: `below`.
    pub(super) strict: bool,
    /// It needs something that introduces it.
    pub(super) bare: bool,
}

const fn end(is_max: Option<bool>, strict: bool, bare: bool) -> End {
    End {
        is_max,
        strict,
        bare,
    }
}

/// `bis`, `ab`, which are ends before a number with a unit alone.
pub(super) const fn bare(is_max: bool) -> End {
    end(Some(is_max), false, true)
}

/// Those that say more stand first.
const ENDS: &[(End, &[&str])] = &[
    (
        end(Some(true), false, false),
        &[
            "max length", "maxlength", "maxlen", "max len", "maximum length", "max size",
            "maximum size", "maximale länge", "maximum of", "capped at", "maximum allowed",
            "maximal zulässig", "max", "maximal", "maximum", "höchstens", "at most",
            "must not exceed", "not exceed", "upper limit", "obergrenze", "must not be more than",
            "must be at most", "upper bound", "obere grenze", "höchstwert",
        ],
    ),
    (
        end(Some(false), false, false),
        &[
            "min", "mind", "minimal", "minimum", "mindestens", "wenigstens", "at least",
            "lower limit", "untergrenze", "lower bound", "untere grenze", "mindestwert",
        ],
    ),
    (
        end(Some(true), false, true),
        &[
            "up to", "bis zu", "limited to", "not above", "not over", "no more than",
            "not more than", "nicht mehr als", "no longer than", "not longer than",
            "not be longer than", "nicht länger als", "nicht über", "not larger than",
            "not greater than", "not higher than", "nicht größer als", "nicht höher als",
        ],
    ),
    (
        end(Some(false), false, true),
        &[
            "not below", "not under", "no less than", "not less than", "no fewer than",
            "not fewer than", "nicht weniger als", "nicht unter", "not smaller than",
            "not lower than", "nicht kleiner als",
        ],
    ),
    (
        end(Some(true), true, true),
        &[
            "less than", "smaller than", "lower than", "fewer than", "shorter than", "kleiner als",
            "kleiner", "weniger als", "kürzer als", "below", "under", "unter",
        ],
    ),
    (
        end(Some(false), true, true),
        &[
            "more than", "greater than", "larger than", "higher than", "größer als", "größer",
            "mehr als", "above", "over", "über",
        ],
    ),
    (
        end(None, false, false),
        &["exactly", "precisely", "genau", "length", "länge"],
    ),
];

/// The end that is said at `at`, and where its number begins.
pub(super) fn at(tokens: &Tokens<'_>, at: usize) -> Option<(End, usize)> {
    let equal = tokens.is(at + 1, '=') && !tokens[at + 1].spaced;
    let (end, mut next) = match tokens.kind(at)? {
        TokenKind::Mark('≤') => (end(Some(true), false, true), at + 1),
        TokenKind::Mark('≥') => (end(Some(false), false, true), at + 1),
        TokenKind::Mark(mark @ ('<' | '>')) => (
            end(Some(mark == '<'), !equal, true),
            at + 1 + usize::from(equal),
        ),
        TokenKind::Word => {
            // Every word of a text is asked for.
            let letter = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
            let first = letter(tokens.word(at));
            let said =
                |phrase: &&str| (letter(phrase) == first).then(|| said(tokens, at, phrase))?;
            ENDS.iter()
                .find_map(|(end, phrases)| Some((*end, phrases.iter().find_map(said)?)))?
        }
        _ => return None,
    };
    next += usize::from(tokens.is(next, '.') && !tokens[next].spaced);
    next += usize::from(tokens.is(next, ':') || tokens.is(next, '='));
    // `the maximum is 10`, `the minimal value is 5`
    for words in [&["value", "wert"], &["is", "ist"]] {
        next += usize::from(!end.bare && super::context::said(tokens.word(next), words));
    }
    Some((end, next))
}

/// Where the words of `phrase` end, if they stand at `at`; a point may stand behind the first.
fn said(tokens: &Tokens<'_>, at: usize, phrase: &str) -> Option<usize> {
    let mut next = at;
    for word in phrase.split(' ') {
        let dot = next == at + 1 && tokens.is(next, '.') && !tokens[next].spaced;
        next += usize::from(dot);
        if !super::context::is_lower(tokens.word(next), word) {
            return None;
        }
        next += 1;
    }
    Some(next)
}
