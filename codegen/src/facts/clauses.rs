//! Clauses beside a fact: whether what a description goes on with is accounted for.
//!
//! A fact is closed only where its neighbours say nothing that may widen it. What they may
//! say is a short list: a release, a default, a step, a unit, null, a number of the fact. Anything
//! else leaves a second reading. Knows words of English and German, and no kind of fact.

use std::ops::Range;

use super::{
    context::{DEFAULT, EXAMPLE, REFERENCE, said},
    doubts::NOT,
    ends,
    tokens::{TokenKind, Tokens},
    units,
};

/// Tokens that are looked at behind a fact, at most.
const REACH: usize = 300;

/// A clause that begins with one of these says nothing of other values.
const HARMLESS: &[&str] = &[
    "since", "seit", "introduced", "eingeführt", "added", "removed", "entfernt", "see", "siehe",
    "step", "steps", "schritt", "schritte", "sent", "gesendet", "updated", "inclusive",
    "inklusive", "einschließlich", "incl", "inkl", "of", "von", "numbered", "what", "um", "both",
    "beide", "included", "read", "gelesen", "every", "where", "wobei", "per", "pro", "je",
];

/// Words that take the harmlessness from such a clause.
const WIDER: &[&str] = &[
    "more", "mehr", "also", "auch", "instead", "statt", "too", "any",
];

/// A text goes on with these behind a list in parentheses: `(0=off, 1=on) of the relay`.
const ATTRIBUTE: &[&str] = &[
    "of", "for", "after", "before", "at", "from", "when", "while", "if", "to", "von", "für",
    "nach", "vor", "bei", "wenn", "der", "des",
];

/// What follows held once, or holds elsewhere.
const FORMER: &[&str] = &[
    "formerly", "former", "früher", "ehemals", "deprecated", "veraltet", "obsolete", "previously",
    "vormals", "alt", "alte", "old", "neu", "neue", "new", "legacy", "replaced", "ersetzt", "war",
];

/// Words of numbers that are not those of the value: the beginnings of words.
const OTHERS: &[&str] = &[
    "scaled", "normiert", "normali", "skaliert", "correspond", "entsprich", "entsprech", "raw",
    "adc", "average", "mittelwert", "durchschnitt", "opening", "öffnung", "ausgenommen",
    "unbenutzt", "gesperrt", "blocked", "blockiert", "dead", "toleran", "accuracy", "genauigkeit",
    "hystere", "gap", "lücke", "sperr", "skip", "deci", "dezi", "maps", "mapped", "converted",
    "umgerechnet", "abgebildet", "prohibit", "verbot", "forbid", "hidden", "analog",
];

/// A noun for limits.
pub(super) const RANGE: &[&str] = &["range", "ranges", "bereich"];

/// Words before `range` that make it the value's own.
const OWN: &[&str] = &[
    "the", "a", "in", "value", "values", "valid", "allowed", "permitted", "possible", "full",
    "whole", "number", "is", "setting", "der", "im", "dem", "gültiger", "erlaubter", "zulässiger",
    "möglicher", "ganzer", "numeric", "adjustable", "of",
];

/// A label that says for whom the numbers are.
const WHOSE: &[&str] = &["pro", "home", "old", "new", "alt", "neu", "plus", "mini"];

/// A label that says when, for what or that not.
const LABELS: &[&str] = &[
    "not", "nicht", "no", "kein", "keine", "without", "ohne", "per", "je", "after", "nach",
    "vorgaben", "vorgabewerte",
];

/// A value beside numbers.
pub(super) const OFF: &[&str] = &["off", "aus", "auto", "none", "keine", "name"];

impl Tokens<'_> {
    /// The first clause behind the fact that ends at `end` that is not accounted for; what a
    /// range itself goes on with is looked at elsewhere.
    pub(super) fn unaccounted(&self, end: usize, is_list: bool) -> Option<Range<usize>> {
        let mark = |at: usize, marks: &[char]| marks.iter().any(|&mark| self.is(at, mark));
        // The separator behind the last item may be a part of the list.
        let separated = end > 0 && self.separator(end - 1);
        let closed = end
            + (end..self.len())
                .take_while(|&at| mark(at, &[')', ']', '"']))
                .count();
        let mut at = closed;
        if mark(at, &['!', '?']) {
            return None;
        }
        if mark(at, &['-', '–', '—', ':', '|', '<']) {
            at += 1;
        } else if !separated && !self.ends_sentence(at) {
            let rest = at..self.part_end(at);
            let stray = self.is(at, '+') && at + 1 == self.len();
            let attribute = closed > end && said(self.word(at), ATTRIBUTE);
            // `(5-100) and off`, `5-100 and off`
            let more = self.separator(at) && (closed > end || rest.len() < 3);
            if (is_list || more)
                && !rest.is_empty()
                && !(stray || attribute || self.is_accounted(&rest))
            {
                return Some(rest);
            }
            at = rest.end;
        }
        while at < self.len().min(end + REACH) && !self.ends_sentence(at) {
            // A note that stands behind another word is about that.
            if self.is(at, '(') && at > closed {
                at = self.after_parenthesis(at)?;
                continue;
            }
            let clause = at..self.part_end(at);
            if clause.is_empty() {
                at += 1;
                continue;
            }
            if !self.is_accounted(&clause) {
                return Some(clause);
            }
            at = clause.end;
            // `null without a card, and before the first`
            if self.says_null(clause.start) {
                let ends = |&at: &usize| self.is(at, ';') || self.ends_sentence(at);
                at = (at..self.len()).find(ends)?;
            }
        }
        None
    }

    fn says_null(&self, at: usize) -> bool {
        let or = usize::from(said(self.word(at), &["or", "oder", "and", "und"]));
        self.word(at + or) == "null"
    }

    /// Returns whether a clause says nothing of values that are not named.
    fn is_accounted(&self, clause: &Range<usize>) -> bool {
        let (at, word) = (clause.start, self.word(clause.start));
        let or = usize::from(self.separator(at));
        let number = self.quantity(at + or).is_some();
        let unit = |at: usize| units::at(self, at).is_some_and(|(_, last)| last + 1 == clause.end);
        let steps = ["steps", "schritten", "step"];
        let not_more = said(word, &["not", "nicht"])
            && said(self.word(at + 1), &["more", "mehr"])
            && at + 2 == clause.end;
        let measured = said(word, &["in", "measured", "gemessen"])
            && (unit(at + 1) || unit(at + 2) || self.has(at..clause.end.min(at + 4), &steps));
        number
            || measured
            || unit(at)
            || not_more
            || self.says_null(at)
            || (said(word, HARMLESS) && word != "Pro" && !self.has(clause.clone(), WIDER))
            || said(word, DEFAULT)
            || said(word, EXAMPLE)
            || self.has_example(at..clause.end.min(at + 4))
            || ends::at(self, at).is_some_and(|(end, next)| !end.strict && self.digits(next))
            || self.refuses(at)
            // `an hour if it is left out`
            || self.has(clause.clone(), &["left", "missing", "omitted", "fehlt"])
    }

    /// Returns whether the clause that leads to `at` says that what follows is not what may be
    /// written: that it was, that it is none, that it is an example or what others have.
    pub(super) fn is_disowned(&self, at: usize) -> Option<Range<usize>> {
        let before = at.checked_sub(1)?;
        let opened = [',', ':', ';', '(', '[']
            .iter()
            .any(|&mark| self.is(before, mark));
        let end = if opened { before } else { at };
        let start = self.part_start(end);
        let last = end.saturating_sub(1).max(start)..end;
        let default = |at: usize| said(self.word(at), DEFAULT) && self.word(at) != "factory";
        // `not any more: Off=0, On=1`, `per model: Home=0, Pro=1`, `since 60.0: Off=0, On=1`
        let condition =
            |at: usize| self.is(before, ':') && (said(self.word(at), LABELS) || self.is_dated(at));
        let found = (start..end)
            .find(|&at| default(at) || condition(at))
            .or_else(|| self.former(start..end));
        let refers = [
            "like", "wie", "only", "nur", "longer", "mehr", "werk", "was",
        ];
        // `never (Off=0, On=1)`; "may charge or may not (…)" negates something else.
        let never = start + 1 == end && self.has(last.clone(), NOT);
        let last = (never || self.has(last.clone(), &refers)).then_some(last.start);
        let example = self.has_example(start..end).then_some(start);
        found.or(last).or(example).map(|at| at..at + 1)
    }

    /// The word in `range` that says that something held once: `formerly`, `until 59.0`.
    pub(super) fn former(&self, mut range: Range<usize>) -> Option<usize> {
        let versioned = |at: usize| {
            let until = said(self.word(at), &["until", "before", "bis", "vor"]);
            until && (self.digits(at + 1) || self.digits(at + 2))
        };
        range.find(|&at| said(self.word(at), FORMER) || versioned(at))
    }

    /// Returns whether the word at `at` names a release: `since 60.0`, `firmware 60`.
    pub(super) fn is_dated(&self, at: usize) -> bool {
        const SINCE: &[&str] = &["since", "seit", "from", "ab", "with", "mit", "in"];
        let release = self.digits(at + 1) && self.word(at + 1).contains('.');
        let named = said(self.word(at), &["firmware", "version", "fw", "release"]);
        (release && said(self.word(at), SINCE)) || (named && self.digits(at + 1))
    }

    /// What the words before the numbers at `place` make of them, if these are not the limits of
    /// the value itself, or not all of it.
    pub(super) fn led_elsewhere(&self, place: &Range<usize>) -> Option<Range<usize>> {
        let start = self.sentence(place).start;
        // `opening hours, 8-17`: the part before is looked at, too.
        let part = self.part_start(place.start);
        let before = self.part_start(part.saturating_sub(1)).max(start);
        let named = |at: usize| {
            let word = self.word(at).to_lowercase();
            OTHERS.iter().any(|begin| word.starts_with(begin))
        };
        let whose = |at: usize| self.is(at + 1, ':') && said(self.word(at), WHOSE);
        // `on page 12, 13-14`
        let place_of = |at: usize| said(self.word(at), REFERENCE) && self.digits(at + 1);
        let part_of = |at: usize| {
            let share = said(self.word(at), &["percent", "percentage", "prozent"]);
            (share || self.word(at) == "out")
                && said(self.word(at + 1), &["of", "von", "der", "des"])
        };
        // `off or 5-100`
        let or = |at: usize| {
            let last = at + 1 == place.start && said(self.word(at), &["or", "oder"]);
            let other = at
                .checked_sub(1)
                .filter(|&at| self.kind(at) == Some(TokenKind::Word));
            last && other.is_some_and(|other| self.word(other) != "null")
        };
        // `since 60.0: 6-32` held otherwise before; `since 60.0, 6-32` may be the key's own.
        let dated = |at: usize| self.is_dated(at) && self.is(place.start.wrapping_sub(1), ':');
        // `sensor range, 4-20 mA`: not `range`, `the valid range`.
        let compound = |at: usize| {
            let noun = at.checked_sub(1).filter(|&noun| noun >= before);
            let noun = noun.filter(|&noun| self.kind(noun) == Some(TokenKind::Word));
            said(self.word(at), RANGE) && noun.is_some_and(|noun| !said(self.word(noun), OWN))
        };
        let found = (before..place.start)
            .find(|&at| named(at) || whose(at) || place_of(at) || part_of(at) || or(at))
            .or_else(|| (before..place.start).find(|&at| dated(at) || compound(at)))
            .or_else(|| self.former(part..place.start));
        // `off, 5-100`, `dim: off, 5-100`, `Off, Auto, 5-100`
        let comma = place.start.checked_sub(1).filter(|&at| self.is(at, ','));
        let alone = comma.and_then(|comma| {
            let word = comma.checked_sub(1)?;
            let row = word > 0 && (self.is(word - 1, ',') || self.is(word - 1, ':'));
            let off = said(self.word(word), OFF) || said(self.word(word), WHOSE);
            let one = self.kind(word) == Some(TokenKind::Word) && units::at(self, word).is_none();
            (one && (row || (off && self.part_start(word) == word))).then_some(word)
        });
        found.or(alone).map(|at| at..at + 1)
    }

    /// `two lines`: returns whether the word at `at` is a number of things.
    pub(super) fn is_count(&self, at: usize) -> bool {
        const COUNTS: &[&str] = &[
            "two", "three", "four", "five", "both", "several", "zwei", "drei", "vier", "fünf",
            "beide", "mehrere",
        ];
        said(self.word(at), COUNTS)
    }
}
