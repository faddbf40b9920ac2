//! What stands around a number: whether the text gives advice or an example, makes a
//! condition, names another thing. Knows words of English and German, and no kind of fact.

use std::ops::Range;

use super::tokens::{TokenKind, Tokens};

/// Tokens that are looked at on each side, at most: a text may be as long as a file.
const REACH: usize = 60;

/// What is advised, usual or only near is no limit: the beginnings of words.
const ADVICE: &[&str] = &[
    "recommend", "typical", "typisch", "usual", "üblich", "gewöhnlich", "normally", "normalerw",
    "commonly", "suggest", "suggestion", "sensibl", "sinnvoll", "advis", "prefer", "bevorzug",
    "vorzug", "reasonab", "ideal", "optimal", "mostly", "meist", "often", "oft", "häufig",
    "generally", "useful", "approx", "rough", "empfohl", "empfehl", "ungefähr", "ratsam",
    "angenehm", "comfort", "expect", "erwart", "observ", "beobacht", "nominal", "should", "sollte",
    "around", "about",
];

/// Advice that is a whole word.
const GOOD: &[&str] = &[
    "typ", "ca", "circa", "etwa", "best", "beste", "good", "gut", "gute", "guter", "gutes",
    "guten", "seen", "gesehen",
];

/// What a value is before anybody sets it.
pub(super) const DEFAULT: &[&str] = &[
    "default", "defaults", "initially", "preset", "standard", "vorgabe", "voreinstellung",
    "voreingestellt", "standardwert", "standardmäßig", "werkseinstellung", "grundeinstellung",
    "factory",
];

/// What follows is one of many.
pub(super) const EXAMPLE: &[&str] = &[
    "example", "examples", "eg", "beispiel", "beispiele", "beispielsweise", "bspw", "bsp",
    "instance", "sample", "such",
];

/// What follows in the same part of a sentence is a condition.
const CONDITION: &[&str] = &[
    "when", "if", "while", "whilst", "unless", "whenever", "once", "provided", "wenn", "falls",
    "sofern", "solange", "sobald", "während", "sooft",
];

/// What something is done with, when, or on what it depends.
const DEPENDS: &[&str] = &[
    "with", "without", "since", "before", "until", "for", "on", "in", "at", "from", "or", "only",
    "after", "because", "like", "by", "via", "as", "mit", "ohne", "seit", "vor", "bis", "bei",
    "für", "auf", "im", "ab", "oder", "nur", "nach", "nachdem", "bevor", "weil", "wie", "durch",
];

/// The next words are what something is done with.
const INSTRUCTION: &[&str] = &[
    "set", "sets", "send", "sends", "use", "uses", "requires", "require", "needs", "need", "both",
    "either", "setzt", "setze", "sende", "sendet", "braucht", "sowohl", "entweder", "ob",
    "whether",
];

/// A release, a standard or a telephone has numbers that are nobody's values.
const VERSIONED: &[&str] = &[
    "firmware", "fw", "version", "versions", "versionen", "release", "releases", "since", "seit",
    "ab", "v", "revision", "rev", "software", "sw", "hw", "iso", "iec", "en", "din", "vde", "rfc",
    "ieee", "ul", "sae", "ocpp", "tel", "telefon", "phone", "hotline", "fax", "copyright", "built",
    "issue", "ticket", "http",
];

/// A number behind it is its name: `card 3`, `page 12`.
const NUMBERED: &[&str] = &[
    "part", "parts", "teil", "teile", "page", "pages", "seite", "seiten", "card", "cards", "karte",
    "karten", "slot", "slots", "phase", "phases", "phasen", "channel", "kanal", "kanäle",
    "chapter", "chapters", "kapitel", "section", "sections", "abschnitt", "table", "tables",
    "tabelle", "figure", "figures", "port", "uart", "gpio", "pin", "pins", "factor", "faktor",
    "number", "nummer", "nr", "no", "note", "bit", "bits", "byte", "line", "zeile", "zeilen",
    "relay", "relais", "input", "inputs", "eingang", "eingänge", "output", "outputs", "ausgang",
    "ausgänge", "klemme", "klemmen", "terminal", "connector", "tag", "tage", "day", "days", "zone",
    "zonen", "tariff", "tarif", "register", "layer", "entry", "entries", "eintrag", "einträge",
    "platz", "plätze", "step", "steps", "schritt", "schritte", "schritten",
];

/// What follows, perhaps in parentheses, is in another place.
pub(super) const REFERENCE: &[&str] = &[
    "section", "sections", "abschnitt", "chapter", "chapters", "kapitel", "page", "pages", "seite",
    "seiten", "table", "tables", "tabelle", "tabellen", "figure", "figures", "step", "schritt",
    "appendix", "anhang", "zip", "plz", "postcode", "postleitzahl", "street", "road", "avenue",
    "haus", "hausnummer",
];

/// Behind these a number says where, when or how, not which values there are.
const PREPOSITION: &[&str] = &[
    "wait", "takes", "need", "dauert", "braucht", "benötigt", "wartet", "the", "a", "an", "der",
    "die", "das", "den", "dem", "einen", "after", "every", "each", "within", "for", "with", "at",
    "by", "on", "in", "under", "over", "than", "until", "through", "about", "nach", "alle", "jede",
    "innerhalb", "gegen", "für", "mit", "bei", "unter", "über", "als", "am", "um", "im", "zum",
    "vom",
];

/// What is measured: the ends of words, since German joins them.
const QUANTITY: &[&str] = &[
    "current", "strom", "amperage", "power", "leistung", "voltage", "spannung", "energy",
    "energie", "load", "supply", "consumption", "verbrauch", "production", "erzeugung", "import",
    "export", "bezug", "einspeisung", "output", "input", "time", "zeit", "duration", "dauer",
    "delay", "verzögerung", "timeout", "interval", "intervall", "period", "periode", "lifetime",
    "frequency", "frequenz", "temperature", "temperatur", "limit", "threshold", "schwelle",
    "setpoint", "sollwert", "maximum", "minimum", "demand", "speed", "brightness", "helligkeit",
    "tilt", "angle", "winkel", "pressure", "druck", "humidity", "feuchte", "potential",
    "hysteresis", "hysterese", "tolerance", "toleranz",
];

/// What is counted: `3 phases` is no value of the key.
const COUNTED: &[&str] = &[
    "entries", "entry", "elements", "items", "characters", "character", "chars", "bytes", "byte",
    "bits", "bit", "digits", "digit", "decimals", "decimal", "places", "phases", "phase", "cards",
    "card", "retries", "retry", "times", "steps", "step", "days", "day", "weeks", "months",
    "years", "zeichen", "buchstaben", "einträge", "elemente", "stellen", "nachkommastellen",
    "phasen", "karten", "tage", "tagen", "wochen", "monate", "jahre", "schritte", "schritten",
    "mal", "versuche", "versuchen", "attempts", "cars", "autos", "slots", "channels", "kanäle",
    "relays", "devices", "geräte", "clients", "connections", "samples", "values", "werte",
    "messages", "telegramme", "km",
];

/// With a full stop behind them a sentence goes on.
const ABBREVIATED: &[&str] = &[
    "max", "min", "ca", "approx", "nr", "no", "bzw", "resp", "etc", "usw", "inkl", "incl", "bspw",
    "bsp", "vgl", "evtl", "ggf", "sek", "std", "tel", "exkl", "excl", "vs", "cf", "eg", "ie",
];

/// Returns whether `text` is one of `words`, which are in lower case.
pub(super) fn said(text: &str, words: &[&str]) -> bool {
    match text.is_ascii() {
        true => words.iter().any(|word| text.eq_ignore_ascii_case(word)),
        false => words.contains(&text.to_lowercase().as_str()),
    }
}

/// Returns whether `word` may name several things.
pub(super) fn is_plural(word: &str) -> bool {
    word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end))
}

/// Returns whether `text` is `word` in lower case.
pub(super) fn is_lower(text: &str, word: &str) -> bool {
    said(text, &[word])
}

/// Returns whether `word` names what is measured.
pub(super) fn is_quantity(word: &str) -> bool {
    let word = word.to_lowercase();
    let one = word.strip_suffix(['s', 'n']).unwrap_or(&word);
    let mut ends = QUANTITY.iter();
    ends.any(|end| word.ends_with(end) || one.ends_with(end))
}

impl Tokens<'_> {
    /// Returns whether the token at `at` ends a sentence.
    pub(super) fn ends_sentence(&self, at: usize) -> bool {
        if !self.is(at, '.') || self.get(at + 1).is_some_and(|next| !next.spaced) {
            return false;
        }
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        let mut letters = before.chars();
        let short = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
        at + 1 == self.len() || !(short || said(before, ABBREVIATED))
    }

    /// Returns whether the token at `at` ends a part of a sentence.
    pub(super) fn ends_part(&self, at: usize) -> bool {
        matches!(
            self.kind(at),
            Some(TokenKind::Mark(
                ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}'
            ))
        ) || self.ends_sentence(at)
    }

    /// The first token of the part of a sentence that `at` is in.
    pub(super) fn part_start(&self, at: usize) -> usize {
        let floor = at.saturating_sub(REACH);
        let before = (floor..at).rev().find(|&before| self.ends_part(before));
        before.map_or(floor, |before| before + 1)
    }

    /// The end of the part of a sentence that goes on at `at`.
    pub(super) fn part_end(&self, at: usize) -> usize {
        let end = self.len().min(at + REACH);
        (at..end)
            .find(|&at| self.ends_part(at))
            .unwrap_or(end.max(at))
    }

    /// The first token of the sentence or parenthesis that `at` is in.
    fn sentence_start(&self, at: usize) -> usize {
        let floor = at.saturating_sub(REACH);
        let ends = |&at: &usize| {
            let mark = matches!(self.kind(at), Some(TokenKind::Mark(';' | '(' | ')')));
            mark || self.ends_sentence(at)
        };
        let before = (floor..at).rev().find(ends);
        before.map_or(floor, |before| before + 1)
    }

    /// Returns whether one of `words` stands in `range`.
    pub(super) fn has(&self, range: Range<usize>, words: &[&str]) -> bool {
        range.into_iter().any(|at| said(self.word(at), words))
    }

    /// `e.g.`, `z. B.`, `example`, `such as` in `range`.
    pub(super) fn has_example(&self, range: Range<usize>) -> bool {
        let letters = |at: usize, [first, second]: [&str; 2]| {
            let dotted = is_lower(self.word(at), first) && self.is(at + 1, '.');
            dotted && is_lower(self.word(at + 2), second)
        };
        range.into_iter().any(|at| {
            said(self.word(at), EXAMPLE) || letters(at, ["e", "g"]) || letters(at, ["z", "b"])
        })
    }

    /// Returns whether the sentence that leads to `at` gives an example.
    pub(super) fn is_example(&self, at: usize) -> bool {
        self.has_example(self.sentence_start(at)..at)
    }

    /// Returns whether the words that lead to `at` make a condition or an instruction of it.
    pub(super) fn is_condition(&self, at: usize) -> bool {
        let start = self.part_start(at);
        let last = at.saturating_sub(1).max(start)..at;
        let plain = self.has(
            last.clone(),
            &[
                "for", "in", "from", "on", "as", "or", "oder", "für", "auf", "bis",
            ],
        );
        self.has(start..at, CONDITION)
            || self.has(last.clone(), INSTRUCTION)
            || (self.has(last, DEPENDS) && !plain)
    }

    /// Returns whether the word at `at` says when what stands before it holds.
    pub(super) fn depends(&self, at: usize) -> bool {
        said(self.word(at), CONDITION) || said(self.word(at), DEPENDS)
    }

    /// `um 6: Pumpe ein`: returns whether the word before `at` says when.
    pub(super) fn is_timed(&self, at: usize) -> bool {
        at > 0 && self.has(at - 1..at, PREPOSITION)
    }

    /// Returns whether a word in `range` is advice.
    pub(super) fn advises(&self, mut range: Range<usize>) -> bool {
        range.any(|at| {
            let word = self.word(at).to_lowercase();
            said(&word, GOOD) || ADVICE.iter().any(|begin| word.starts_with(begin))
        })
    }

    /// Returns whether the words around `start..end` make advice, an example or a default
    /// of it.
    pub(super) fn is_advice(&self, start: usize, end: usize) -> bool {
        let first = self.part_start(start);
        let vague = |range: Range<usize>| self.advises(range.clone()) || self.has(range, DEFAULT);
        vague(first..start)
            || self.has_example(first..start)
            || vague(end..self.part_end(end))
            || (first == start && self.is_advised_before(first))
            || self.is_advised_behind(self.part_end(end) + 1)
    }

    /// `recommended, 7-30`, `recommended values (7-30)`, `e.g., 7-30`: the part before the
    /// one that begins at `first`.
    fn is_advised_before(&self, first: usize) -> bool {
        const NOUNS: &[&str] = &["value", "values", "range", "wert", "werte", "bereich"];
        let Some(mark) = first.checked_sub(1) else {
            return false;
        };
        let before = self.part_start(mark)..mark;
        // `e.g., 7-30`; an example that ends with its part is of something else.
        let dot = usize::from(self.is(mark - usize::from(mark > 0), '.'));
        let last = mark.saturating_sub(1 + 3 * dot)..mark;
        if !before.is_empty() && self.has_example(last) {
            return true;
        }
        let noun = !before.is_empty() && self.has(mark - 1..mark, NOUNS);
        let words = before.start..mark - usize::from(noun);
        let last = words.end.saturating_sub(1)..words.end;
        let vague = !words.is_empty() && (self.advises(last.clone()) || self.has(last, DEFAULT));
        vague && (noun || words.len() == 1)
    }

    /// `7-30 (recommended)`, `7-30, typically`; `6-32, default 16` is about the 16.
    fn is_advised_behind(&self, next: usize) -> bool {
        if next >= self.len() {
            return false;
        }
        let part = next..self.part_end(next);
        let number = part.clone().any(|at| self.digits(at));
        !number && (self.has(next..next + 1, DEFAULT) || self.advises(part))
    }

    /// Returns whether a release, a standard or the like stands before `at`, perhaps with
    /// a parenthesis between.
    pub(super) fn is_versioned(&self, at: usize) -> bool {
        let back = 1 + usize::from(at > 0 && (self.is(at - 1, '(') || self.is(at - 1, '.')));
        at >= back && self.has(at - back..at - back + 1, VERSIONED)
    }

    /// Returns whether a release or a standard is named a few words before `at`.
    pub(super) fn speaks_of_versions(&self, at: usize) -> bool {
        self.has(at.saturating_sub(8)..at, VERSIONED)
    }

    /// Returns whether a number at `at` is the name of something: `card 3`, `pages 1-3`.
    pub(super) fn is_numbered(&self, at: usize) -> bool {
        at > 0 && self.has(at - 1..at, NUMBERED)
    }

    /// `see section (3-4)`: returns whether a number at `at` points to another place.
    pub(super) fn is_referred(&self, at: usize) -> bool {
        let open = usize::from(at > 0 && self.is(at - 1, '('));
        let street = |end: &&str| at > 0 && self.word(at - 1).to_lowercase().ends_with(*end);
        self.has(self.part_start(at)..at, &["see", "siehe", "vgl"])
            || ["straße", "strasse", "gasse"].iter().any(street)
            || self.has(at.saturating_sub(1 + open)..at, REFERENCE)
    }

    /// Returns whether the words before a number at `at` say that there is no limit: `after 3-5`.
    pub(super) fn is_beside(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        is_plural(self.word(before)) || self.is_timed(at)
    }

    /// Returns whether the words that end with the one at `at` name what is measured: `charging
    /// current`, `current per phase`; not `the current plan`.
    pub(super) fn is_quantity(&self, at: usize) -> bool {
        const OF: &[&str] = &[
            "of", "per", "for", "at", "on", "in", "from", "to", "by", "during", "until", "since",
            "after", "von", "vom", "der", "des", "pro", "je", "für", "bei", "am", "im", "bis",
            "aus", "seit", "nach",
        ];
        (self.part_start(at)..at + 1)
            .any(|of| (of == at || said(self.word(of + 1), OF)) && is_quantity(self.word(of)))
    }

    /// Returns whether the word at `at` is what a number before it counts.
    pub(super) fn is_counted(&self, at: usize) -> bool {
        said(self.word(at), COUNTED)
    }

    /// Returns whether a number stands at `at`, with whatever behind it.
    pub(super) fn digits(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(TokenKind::Number | TokenKind::Mixed))
    }

    /// Returns whether the token at `at` goes on with what stands directly before it: a
    /// word, an address, a path, a time.
    pub(super) fn is_joined(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        if self[at].spaced {
            return false;
        }
        let glued = before.checked_sub(1).filter(|_| !self[before].spaced);
        match self[before].kind {
            // `22:00`, `a.b:80`; `allowed:6-32` is none.
            TokenKind::Mark(':') => glued.is_some_and(|word| {
                self.digits(word)
                    || (self.kind(word) != Some(TokenKind::Word))
                    || self.is_joined(word)
            }),
            // `1,2`
            TokenKind::Mark(',') => glued.is_some_and(|word| self.digits(word)),
            TokenKind::Mark('(' | '[' | '{' | ';' | '>' | '"' | '\'' | '|' | '~' | '≈') => false,
            TokenKind::Mark(_) | TokenKind::Number | TokenKind::Mixed | TokenKind::Word => true,
            TokenKind::Ellipsis => true,
        }
    }
}
