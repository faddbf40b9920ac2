//! Doubts: what a text says around a fact that takes the certainty from it: that others
//! are allowed too, that these are not, that it is advice, a mask of bits, another thing.
//!
//! One mechanism for every kind of fact. Knows words of English and German, no kind of fact.

use std::ops::Range;

use super::{
    context::{is_lower, is_plural, said},
    tokens::Tokens,
};

/// What stands in the same part is not allowed.
const REFUSED: &[&str] = &[
    "reserved", "reserviert", "reservierte", "ignored", "ignoriert", "ignores", "ignore",
    "invalid", "ungültig", "ungültige", "unzulässig", "avoid", "avoids", "avoided", "vermeiden",
    "vermeide", "forbidden", "verboten", "prohibited", "alarm", "alarms", "alarmiert", "outside",
    "außerhalb", "ausserhalb", "refused", "rejected", "abgelehnt", "excluded", "exclude",
    "excluding", "exclusive", "exclusively", "exklusiv", "exklusive", "illegal", "unsupported",
    "disallowed", "impossible", "warning", "warns", "warnt", "warnung", "unused", "ungenutzt",
];

/// Negation by itself.
pub(super) const NOT: &[&str] = &[
    "not", "nicht", "never", "nie", "niemals", "cannot", "mustn", "kein", "keine", "keinen",
];

/// What is said of other values than those of a fact: the beginnings of words.
const BEYOND: &[&str] = &[
    "other", "ander", "anders", "else", "sonst", "ansonst", "further", "additional", "zusätzlich",
    "weitere", "larger", "higher", "greater", "bigger", "lower", "smaller", "fewer", "größer",
    "höher", "kleiner", "niedriger", "geringer", "beyond", "jenseits", "exceed", "überschr",
    "unterschr", "darüber", "darunter", "except", "exclud", "besides", "apart", "außer", "ausser",
    "ausgenommen", "ausnahme", "abgesehen", "depend", "abhäng", "varies", "variiert", "outside",
];

/// Words that bring another value.
const ALSO: &[&str] = &["also", "auch", "too", "possible", "möglich", "negative"];

/// Such a word where a number or nothing follows, or `it`, `that`.
const BELOW: &[&str] = &["below", "under", "above", "over", "unter", "über"];
const THAT: &[&str] = &[
    "it", "this", "that", "these", "them", "than", "values", "werte", "is", "are", "ist", "sind",
];

/// The clause says of other values that they are none.
const REFUSES: &[&str] = &[
    "refused", "rejected", "ignored", "effect", "clamped", "forbidden", "abgelehnt", "ignoriert",
    "verworfen", "wirkung", "begrenzt",
];

/// What follows are some of many.
const SOME: &[&str] = &[
    "including", "includes", "include", "inklusive", "known", "bekannt", "bekannte", "bisher",
    "some", "einige", "among", "derzeit", "currently", "partly", "teilweise",
];

/// What is said of a list that does not name all.
const INCOMPLETE: &[&str] = &[
    "more", "mehr", "complete", "incomplete", "vollständig", "unvollständig", "add", "adds",
    "follow", "folgen", "own", "eigene", "excerpt", "auszug",
];

/// Values that can be added up.
const BITS: &[&str] = &[
    "bitmask", "bitmaske", "bit-mask", "bit-maske", "bitfield", "bit-field", "bitfeld", "bitmap",
    "flags", "bitflags", "combination", "combinations", "combined", "kombination", "kombinationen",
    "kombiniert", "kombinierbar", "summed", "addiert", "bitwise", "bits", "ored", "or-ed", "summe",
    "combinable", "sums", "mask", "maske", "mehrere", "multiple", "mehrfachauswahl", "added",
    "bitweise",
];

/// Times of a week.
const DAYS: &[&str] = &[
    "mo-fr", "mon-fri", "mo-so", "mon-sun", "sa-so", "sat-sun", "mo-sa", "mon-sat", "weekdays",
    "werktags", "weekends", "wochenende", "monday", "mondays", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag",
];

/// Days as they are written before hours; in lower case some are other words.
const DAY: &[&str] = &[
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So",
];

impl Tokens<'_> {
    /// The sentence that `place` is in.
    pub(super) fn sentence(&self, place: &Range<usize>) -> Range<usize> {
        const REACH: usize = 80;
        let floor = place.start.saturating_sub(REACH);
        let start = (floor..place.start)
            .rev()
            .find(|&at| self.ends_sentence(at));
        let ceiling = self.len().min(place.end + REACH);
        let end = (place.end..ceiling).find(|&at| self.ends_sentence(at));
        start.map_or(floor, |at| at + 1)..end.unwrap_or(ceiling.max(place.end))
    }

    /// `must not be 30-40`, `reserved: 30-40`, `30-40 (exclusive)`.
    pub(super) fn is_refused(&self, place: &Range<usize>) -> bool {
        let before = self.part_start(place.start)..place.start;
        let end = self.part_end(place.end);
        let next = end + 1;
        let opens = self.is(end, ',') || self.is(end, '(') || self.is(end, ')');
        let opens = opens || self.is(end, ';') || self.is(end, ':');
        let next_is = |words| opens && self.has(next..next + 1, words);
        self.has(before.clone(), NOT)
            || self.has(before, REFUSED)
            || self.has(place.end..end, NOT)
            || self.has(place.end..end, REFUSED)
            || next_is(REFUSED)
    }

    /// `other values are allowed, too`, `or off`, `else a code`, `depending on the cable`: the
    /// word beside the fact at `place` that speaks of other values.
    pub(super) fn others(&self, place: &Range<usize>) -> Option<Range<usize>> {
        const VALUES: &[&str] = &[
            "value", "values", "wert", "werte", "number", "numbers", "zahlen", "code", "codes",
        ];
        let sentence = self.sentence(place);
        // "the lower limit, 6-32": before the fact such a word may be part of a name.
        let before = sentence.start..place.start;
        let mut before = before.filter(|&at| self.is_beyond(at) && said(self.word(at + 1), VALUES));
        let mut behind = place.end..self.len().min(place.end + 80);
        let found = before.next().or_else(|| self.alternative(place.end));
        let found = found.or_else(|| {
            let also = |at: usize| said(self.word(at), ALSO) && !self.refuses(at);
            behind.find(|&at| also(at) || (self.is_beyond(at) && !self.refuses(at)))
        });
        found.map(|at| at..at + 1)
    }

    /// `or off`, `bzw. aus`, `(or off)` directly behind `end`; a number there is one of the
    /// text's.
    fn alternative(&self, end: usize) -> Option<usize> {
        let mark = |&at: &usize| {
            [')', ']', ',', ';', '(']
                .iter()
                .any(|&mark| self.is(at, mark))
        };
        let mut at = end + (end..self.len()).take_while(mark).count();
        // The separator behind the last item may be a part of the place.
        at -= usize::from(at == end && end > 0 && said(self.word(end - 1), &["or", "oder"]));
        let next = at + 1 + usize::from(self.is(at + 1, '.'));
        let or = said(self.word(at), &["or", "oder", "bzw", "resp"]);
        (or && self.word(next) != "null" && self.quantity(next).is_none()).then_some(at)
    }

    /// Returns whether the word at `at` compares with what was said before.
    pub(super) fn is_beyond(&self, at: usize) -> bool {
        let word = self.word(at).to_lowercase();
        let next = at + 1;
        let open = || {
            self.digits(next)
                || self.ends_part(next)
                || next == self.len()
                || self.has(next..next + 1, THAT)
        };
        let than = said(&word, &["less", "more", "mehr", "weniger"])
            && (self.has(next..next + 1, &["than", "als"])
                || self.has(at.saturating_sub(1)..at, &["and", "or", "und", "oder"]));
        let je = word == "je" && is_lower(self.word(next), "nach");
        let named = || BEYOND.iter().any(|begin| word.starts_with(begin));
        je || said(&word, &["etc", "usw", "rest"])
            || than
            || named()
            || (said(&word, BELOW) && open())
    }

    /// `larger values have no effect`: returns whether the clause of `at` takes other values
    /// away again.
    pub(super) fn refuses(&self, at: usize) -> bool {
        let ends = |&at: &usize| self.is(at, ';') || self.ends_sentence(at);
        let end = (at..self.len().min(at + 40)).find(ends);
        let clause = at..end.unwrap_or(self.len().min(at + 40));
        let none = self.has(clause.clone(), REFUSES);
        none && !self.has(clause, &["not", "nicht", "except", "außer"])
    }

    /// Returns whether the text speaks of values that are added up.
    pub(super) fn is_mask(&self, place: &Range<usize>) -> bool {
        let sentence = self.sentence(place);
        (sentence.start..place.start)
            .chain(place.end..sentence.end)
            .any(|at| {
                let word = self.word(at);
                let next = self.word(at + 1);
                let be_added = said(word, &["be"]) && said(next, &["added", "mixed", "or"]);
                let mask =
                    said(word, &["bit"]) && said(next, &["mask", "field", "map", "maske", "feld"]);
                let sum = said(word, &["sum"]) && said(next, &["of"]);
                let many = said(word, &["one"]) && said(next, &["or"])
                    || said(word, &["any"]) && said(next, &["of"])
                    || said(word, &["add"]) && said(next, &["up"]);
                said(word, BITS) || be_added || mask || sum || many
            })
    }

    /// The word around the list at `place` that says that there are more than it names.
    pub(super) fn more(&self, place: &Range<usize>) -> Option<Range<usize>> {
        let mut some =
            (self.sentence(place).start..place.start).filter(|&at| said(self.word(at), SOME));
        let some = some.next().map(|at| at..at + 1);
        let names =
            |&at: &usize| self.is(at, '=') && !self.is(at + 1, '=') && !self.is(at - 1, '=');
        let mut after = place.end..self.len().min(place.end + 80);
        let mut behind = after.clone().filter(|&at| said(self.word(at), INCOMPLETE));
        some.or_else(|| self.others(place))
            .or_else(|| after.find(names).map(|at| at..at + 1))
            .or_else(|| behind.next().map(|at| at..at + 1))
    }

    /// `delay of`, `takes from`, `open from`, `changes from` before `at`: another thing than
    /// the value has these numbers.
    pub(super) fn is_of_another(&self, at: usize) -> bool {
        const VERBS: &[&str] = &[
            "takes", "take", "lasts", "dauert", "braucht", "benötigt", "open", "opens", "opened",
            "geöffnet", "offen", "changes", "changed", "change", "rises", "raised", "falls",
            "drops", "wechselt", "geändert", "steigt", "sinkt", "goes", "moves", "moved",
            "switches", "jumps", "renamed", "increased", "decreased", "lowered", "erhöht",
            "gesenkt",
        ];
        const QUANTITIES: &[&str] = &[
            "accuracy", "genauigkeit", "precision", "delay", "delays", "verzögerung", "tolerance",
            "toleranz", "hysteresis", "hysterese", "resolution", "auflösung", "latency", "error",
            "duration", "dauer", "deviation", "abweichung",
        ];
        let start = self.part_start(at);
        const VALUES: &[&str] = &["values", "limits", "levels", "ranges", "numbers", "is"];
        let counted = |word: &str| is_plural(word) && !said(word, VALUES);
        let of = at > 1 && self.has(at - 1..at, &["of", "von"]) && counted(self.word(at - 2));
        let back = at.saturating_sub(3).max(start);
        let day = |word: &str| DAY.contains(&word) || said(word, DAYS);
        let hours = |at: usize| self.number(at).is_some_and(|(hour, _)| hour <= 24);
        let days = hours(at) && (at.saturating_sub(4)..at).any(|at| day(self.word(at)));
        self.has(back..at, VERBS) || (start > 0 && self.has(start..at, QUANTITIES)) || of || days
    }
}
