//! Named values: `(None=0, Scanning=1)`, `6=a, 7=b`, `Austria=0, Germany=1,...`,
//! `Static=false, Dynamic=true`; and those of [`spelled`](super::spelled).
//!
//! A list is at least two items between commas, or one and an ellipsis. A note
//! in parentheses after a number is not part of a name. What stands between two
//! commas of a list, has a number and is no item is recorded as unreadable, and
//! the list is open then. Conditions (`when x=0 and y=0`), examples and addresses
//! are no lists.

use std::{collections::BTreeSet, ops::Range};

use super::{
    context::{DEFAULT, is_plural, said},
    limits, spelled,
    tokens::{Token, TokenKind, Tokens},
};
use crate::{
    model::{At, Class, NamedValue, Scalar, Type, Unread, UnreadKind, ValueList},
    names,
    source::Span,
};

/// All lists of the text, in order, and what looks like one.
pub(super) fn mine(tokens: &Tokens<'_>, types: &[Type]) -> (Vec<ValueList>, Vec<Unread>) {
    let numbers = types
        .iter()
        .any(|ty| ty.item().is_number() || ty.item() == Scalar::Bool);
    let (mut lists, mut unread) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        // Only numbers can have names that are spelled in another way.
        let spelled = numbers.then(|| spelled::list(tokens, at)).flatten();
        at = match spelled {
            Some((found, next)) => {
                match found {
                    Some(Ok(list)) => lists.push(list),
                    Some(Err(one)) => unread.push(one),
                    None => {}
                }
                next
            }
            None => {
                let (list, next) = tokens.list(at);
                lists.extend(list);
                next
            }
        };
    }
    if numbers {
        // Numbers have no parts that a label could name.
        lists.iter_mut().for_each(|list| list.label = None);
    }
    let parted = |ty: &Type| matches!(ty.item(), Scalar::Object | Scalar::Array);
    if !types.iter().all(parted) {
        let named = |label: &At<String>| !is_generic(&label.value);
        lists
            .iter_mut()
            .for_each(|list| list.label = list.label.take().filter(named));
    }
    // Nobody writes as many.
    lists.truncate(20);
    let measured = types
        .iter()
        .any(|ty| matches!(ty.item().class(), Class::Real(_)));
    lists.retain_mut(|list| {
        let why = twice(list, types).or_else(|| numbers.then(|| weigh(tokens, measured, list))?);
        let place = tokens.within(list.span);
        let one = |why| tokens.unread(UnreadKind::Values, place, why, spelled::WRITE);
        unread.extend(why.map(one));
        why.is_none()
    });
    if numbers && lists.is_empty() && unread.is_empty() {
        unread.extend(spelled::leftover(tokens).or_else(|| spelled::row(tokens)));
    }
    (lists, unread)
}

/// Why the names of a list are no names of its numbers, if they are none.
fn twice(list: &ValueList, types: &[Type]) -> Option<&'static str> {
    let (mut numbers, mut all) = (BTreeSet::new(), BTreeSet::new());
    let mut items = list.values.iter();
    items.find_map(|item| match () {
        () if names::variant(&item.name).is_none() => Some("a name cannot be one in Rust"),
        () if !super::fits(item.value, types) => Some("a number does not fit the type"),
        () if !numbers.insert(item.value) => Some("a number has two names"),
        () if !all.insert(names::camel(&item.name)) => Some("a name has two numbers"),
        () => None,
    })
}

/// Opens a list beside which the text has more values; why it is no list, if it is none.
fn weigh(tokens: &Tokens<'_>, measured: bool, list: &mut ValueList) -> Option<&'static str> {
    let place = tokens.within(list.span);
    let years = list
        .values
        .iter()
        .all(|item| (1900..=2100).contains(&item.value));
    let letter = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_lowercase());
    let settings = list.values.iter().all(|item| letter(&item.name));
    let labelled = place.start > 1 && tokens.is(place.start - 1, ':');
    // `scores: Anna=3, Ben=5` counts.
    let label = tokens.word(place.start.saturating_sub(2));
    let counts = labelled && is_plural(label) && !is_generic(label);
    (list.open, list.ellipsis) = (list.open || counts, list.ellipsis || counts);
    let default = labelled && said(label, DEFAULT);
    match () {
        () if years => return Some("may be years"),
        () if settings => return Some("may be names of other things"),
        () if tokens.advises(tokens.part_start(place.start)..place.start) || default => {
            return Some("advice, or a default");
        }
        () if tokens.is_mask(&place) => return Some("the numbers can be added up"),
        () if tokens.is_referred(place.start) => return Some("points to another place"),
        () => {}
    }
    if list.booleans {
        return None;
    }
    let doubt = tokens.more(&place);
    let doubt = doubt.or_else(|| tokens.frame(&place));
    let doubt = doubt.or_else(|| tokens.note(&place));
    let doubt = doubt.or_else(|| tokens.unaccounted(place.end, true));
    if let Some(doubt) = doubt.filter(|_| list.unreadable.is_empty()) {
        list.open = true;
        list.unreadable.push(tokens.span(doubt));
        return None;
    }
    let named: BTreeSet<i64> = list.values.iter().map(|item| item.value).collect();
    let behind = place.end..tokens.len().min(place.end + 200);
    let mut strays = behind
        .chain(place.start.saturating_sub(80)..place.start)
        .filter_map(|at| {
            let number = limits::stray(tokens, at, None, &[])?;
            (!named.contains(&number.value?)).then_some(number.tokens)
        });
    if let Some(stray) = strays.next() {
        list.open = true;
        list.unreadable.push(tokens.span(stray));
    }
    let scale = list.unreadable.is_empty() && is_scale(&named)
        || list.values.iter().any(|item| said(&item.name, TIMES));
    (list.open, list.ellipsis) = (list.open || scale, list.ellipsis || scale);
    // `0=mute, 1=low, 5=max`, `0=flat, 1=slightly, 90=upright`; 255 is often none, and
    // what is greater than any measure a code.
    let last = list.values.iter().max_by_key(|item| item.value);
    let end = last.filter(|last| {
        let next = last.value.saturating_add(1);
        let none = u64::try_from(next).is_ok_and(u64::is_power_of_two);
        let far = (10 * named.len() as i64 + 1..10_000).contains(&last.value);
        let far = far && named.len() > 2 && !none;
        !list.open && (far || said(&last.name, MOST))
    });
    let gap = end.is_some_and(|last| !named.contains(&(last.value - 1)));
    (list.open, list.ellipsis) = (list.open || measured, list.ellipsis || measured);
    gap.then_some("the numbers before the last one may be values too")
}

/// Notes that say when, or for what, an item is.
const NOTES: &[&str] = &[
    "for", "für", "default", "standard", "deprecated", "veraltet", "as", "see", "siehe",
];

/// Notes that name a release.
const RELEASED: &[&str] = &[
    "since", "seit", "introduced", "eingeführt", "removed", "entfernt", "added",
];

/// Names of the end of a scale.
const MOST: &[&str] = &[
    "max", "maximum", "maximal", "full", "voll", "highest", "most", "all", "alle", "alles",
];

/// Names of numbers that count.
const TIMES: &[&str] = &[
    "once", "twice", "thrice", "einmal", "zweimal", "dreimal", "endlos", "both", "beide",
];

/// `0=dark, 255=bright`, `0=north, 90=east, 180=south`: returns whether numbers stand between the
/// named ones, or these can be added up: 1, 2, 4.
fn is_scale(named: &BTreeSet<i64>) -> bool {
    let Some((&least, &most)) = named.first().zip(named.last()) else {
        return false;
    };
    let count = named.len() as i64;
    let row = most.checked_sub(least) == Some(count - 1);
    let gaps = named.iter().zip(named.iter().skip(1));
    let mut gaps = gaps.map(|(a, b)| b.saturating_sub(*a));
    let first = gaps.next();
    // `(Idle=0, Charging=2)` may have lost one.
    let wide = first > Some(if count == 2 { 2 } else { 1 });
    let even = wide && gaps.all(|gap| Some(gap) == first);
    let mut bits = named.iter();
    let sums = bits.clone().count() > 2
        && bits.all(|&bit| bit > 0 && u64::try_from(bit).is_ok_and(u64::is_power_of_two));
    let begins = least <= 1 || (row && count > 2);
    even || !begins || (sums && least == 1 && !row)
}

/// Words before a colon that need not name a part of the value.
const GENERIC: &[&str] = &[
    "value", "values", "code", "codes", "type", "types", "enum", "enums", "option", "options",
    "state", "states", "mode", "modes", "status", "possible", "allowed", "meaning", "wert",
    "werte", "zustand", "zustände", "modus", "bedeutung", "possibilities",
];

/// Returns whether a label says only that values follow, if no part has its name.
pub(crate) fn is_generic(label: &str) -> bool {
    said(label, GENERIC)
}

impl Tokens<'_> {
    /// The list that begins at token `at`, if one does, and where to go on.
    fn list(&self, at: usize) -> (Option<ValueList>, usize) {
        // `?frc=1`, `/api/set&amp=6`
        let joined = self.is_joined(at) && !self.is(at - 1, '=');
        let Some((first, booleans, mut next)) = self.item(at).filter(|_| !joined) else {
            return (None, at + 1);
        };
        let mut list = ValueList {
            label: self.label(at),
            values: Vec::new(),
            open: false,
            ellipsis: false,
            booleans,
            span: first.span,
            unreadable: Vec::new(),
        };
        match self.cut_off_start(at) {
            Some(start) => list.unreadable.push(self.span(start..next)),
            None => list.values.push(first),
        }
        list.unreadable.extend(self.unread_before(at));
        while self.separator(next) {
            next += 1;
            // `A=0, B=1, or C=2`
            next += usize::from(self.separator(next));
            if self.kind(next) == Some(TokenKind::Ellipsis) {
                list.open = true;
                next += 1;
                break;
            }
            if let Some((item, is_boolean, after)) = self.item(next) {
                match is_boolean == booleans {
                    true => list.values.push(item),
                    false => list.unreadable.push(item.span),
                }
                next = after;
            } else if let Some(after) = self.unreadable(next) {
                list.unreadable.push(self.span(next..after));
                next = after;
            } else {
                // `Off=0,On=1,2`
                if self.digits(next) && !self[next].spaced {
                    list.unreadable.push(self.span(next..next + 1));
                }
                break;
            }
        }
        if self.kind(next) == Some(TokenKind::Ellipsis) {
            list.open = true;
        }
        // `1=Monday ... 7=Sunday`
        let last = next + usize::from(self.kind(next) == Some(TokenKind::Ellipsis));
        let item = list.open.then(|| self.item(last)).flatten();
        if let Some((item, _, after)) = item.filter(|item| item.1 == booleans) {
            list.values.push(item);
            next = after;
        }
        // `0=off, 1=on, default=1` names 1 once.
        let named: BTreeSet<i64> = list.values.iter().map(|item| item.value).collect();
        if list.values.len() > named.len() {
            list.values.retain(|item| !said(&item.name, DEFAULT));
        }
        let settings = list
            .values
            .iter()
            .all(|item| said(&item.name, spelled::NO_NAMES));
        let first = list.values.first().map(|item| item.value);
        let differ = list.values.iter().any(|item| Some(item.value) != first);
        let certain = match booleans {
            true => list.values.len() == 2 && differ,
            // `x=0, y=0` are conditions, or whatever.
            false => differ || (list.open && list.values.len() == 1),
        };
        let words = self.joined_by_words(at, next) && self.follows_a_word(at);
        let certain =
            certain && !settings && !words && !self.is_condition(at) && !self.is_example(at);
        list.span = self.span(at..next.max(at + 1));
        list.ellipsis = list.open;
        list.open |= !list.unreadable.is_empty();
        (certain.then_some(list), next)
    }

    /// `NAME=1` or `1=NAME`, with its note, before the end of an item; and
    /// whether the value is a boolean.
    fn item(&self, at: usize) -> Option<(NamedValue, bool, usize)> {
        let name_first = || {
            let is_it = self.kind(at)? == TokenKind::Word && self.is(at + 1, '=');
            let (value, boolean, next) = is_it.then(|| self.value(at + 2))??;
            Some((at, value, boolean, next))
        };
        let value_first = || {
            let (value, boolean, equals) = self.value(at)?;
            let named = self.is(equals, '=') && self.kind(equals + 1) == Some(TokenKind::Word);
            named.then_some((equals + 1, value, boolean, equals + 2))
        };
        let (name, value, boolean, mut next) = name_first().or_else(value_first)?;
        // A tab may have torn a name or a number in two.
        if (at + 1..next).any(|at| self[at].torn && !self.is(at, '=')) {
            return None;
        }
        let span = self.span(at..next);
        if self.is(next, '(') {
            next = self.after_parenthesis(next)?;
        }
        let ends = match self.kind(next) {
            None | Some(TokenKind::Ellipsis | TokenKind::Mark(')' | ']' | '}')) => true,
            Some(TokenKind::Mark('.')) => self.ends_sentence(next),
            _ if said(self.word(next), &["etc", "usw"]) => true,
            // Published tables have a stray `+` behind some descriptions.
            Some(TokenKind::Mark('+')) if next + 1 == self.len() => self[next].spaced,
            _ => self.separator(next),
        };
        let name = self.word(name).to_owned();
        ends.then_some((NamedValue { name, value, span }, boolean, next))
    }

    /// What leads to the list at `place` and leaves open whose list it is: a list is a clause of
    /// its own, in parentheses, behind a mark or behind `mode`.
    fn frame(&self, place: &Range<usize>) -> Option<Range<usize>> {
        let before = place.start.checked_sub(1)?;
        let plain = match self.kind(before)? {
            TokenKind::Word => {
                let word = self.word(before).to_lowercase();
                GENERIC.iter().any(|noun| word.ends_with(noun))
            }
            TokenKind::Mark('.') => self.ends_sentence(before),
            _ => !self.is_joined(place.start),
        };
        // `(vendor modes, Off=0, On=1)`
        let opens = |token: &Token| matches!(token.kind, TokenKind::Mark('(' | ')'));
        let open = self[..place.start].iter().rposition(opens);
        let plain = plain
            && open.is_none_or(|open| open == before || self.is(open, ')') || self.is(before, ':'));
        match plain {
            true => self.is_disowned(place.start),
            false => Some(before..place.start),
        }
    }

    /// The note behind an item of the list at `place` that may name more: one with a number, or
    /// behind the last item one that does not say when or for what it is.
    fn note(&self, place: &Range<usize>) -> Option<Range<usize>> {
        let mut at = place.start;
        while at < place.end {
            if !self.is(at, '(') {
                at += 1;
                continue;
            }
            let next = self.after_parenthesis(at)?;
            let inner = at + 1..next - 1;
            // `Off (0)`
            let value = self
                .value(inner.start)
                .is_some_and(|(_, _, end)| end == inner.end);
            let harmless =
                said(self.word(inner.start), NOTES) || said(self.word(inner.start), RELEASED);
            // `Auto=2 (introduced in 60.0)`
            let numbers = inner.clone().filter(|&at| self.digits(at)).count();
            let release = said(self.word(inner.start), RELEASED) && numbers == 1;
            let others = |at| self.is(at, '=') || self.is_beyond(at);
            let number = (numbers > 0 && !release) || inner.clone().any(others);
            let last = next >= place.end || !self.separator(next);
            if !value && (number || (last && !harmless)) && !inner.is_empty() {
                return Some(inner);
            }
            at = next;
        }
        None
    }

    /// Returns whether nothing but `and` and `or` stands between the items in `start..end`.
    fn joined_by_words(&self, start: usize, end: usize) -> bool {
        let mark = |at: usize| self.is(at, ',') || self.is(at, ';');
        !(start..end).any(mark)
    }

    /// `off at x=0 and y=1`: returns whether a word stands before the first item.
    fn follows_a_word(&self, at: usize) -> bool {
        at > 0 && self.kind(at - 1) == Some(TokenKind::Word)
    }

    /// A number, or `false` and `true` as 0 and 1, which is said.
    pub(super) fn value(&self, at: usize) -> Option<(i64, bool, usize)> {
        match self.word(at) {
            "false" => Some((0, true, at + 1)),
            "true" => Some((1, true, at + 1)),
            _ => self.number(at).map(|(value, next)| (value, false, next)),
        }
    }

    /// Returns the place between the two separators before token `at`, if its text looks
    /// like an item that could not be read.
    fn unread_before(&self, at: usize) -> Option<Span> {
        let comma = at.checked_sub(1).filter(|&before| self.separator(before))?;
        let opens = |token: &Token| matches!(token.kind, TokenKind::Mark('(' | '[' | ','));
        let open = self[..comma].iter().rposition(opens);
        let start = open.map_or(0, |open| open + 1);
        let part = self.get(start..comma)?;
        let meant = part.iter().any(|token| token.is('=')) && part.last()?.torn;
        meant.then(|| self.span(start..comma))
    }

    /// The tokens up to the next comma, if there is an `=` and a number in them, so that an
    /// item was meant.
    fn unreadable(&self, at: usize) -> Option<usize> {
        let mut next = at;
        while next < self.len() && next < at + 20 && !(next > at && self.separator(next)) {
            if self.is(next, '(') {
                next = self.after_parenthesis(next)?;
            } else if self.ends_part(next) {
                break;
            } else {
                next += 1;
            }
        }
        let part = self.get(at..next)?;
        let number = part
            .iter()
            .any(|t| matches!(t.kind, TokenKind::Number | TokenKind::Mixed));
        let meant = part.iter().any(|t| t.is('=')) && number;
        meant.then_some(next)
    }

    /// `(Unknow n/Error=0, …`: the token that begins the first item, if a word
    /// stands between the parenthesis and the name, or a tab before the name.
    fn cut_off_start(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let word = self.kind(before) == Some(TokenKind::Word);
        let torn = self[at].torn
            && matches!(
                self.kind(before),
                Some(TokenKind::Word | TokenKind::Mixed | TokenKind::Number)
            );
        let cut = torn
            || (word
                && before
                    .checked_sub(1)
                    .is_some_and(|opens| self.is(opens, '(')));
        cut.then_some(before)
    }

    /// `encryptionType: ` before the first item.
    fn label(&self, at: usize) -> Option<At<String>> {
        let colon = at.checked_sub(1)?;
        let word = colon.checked_sub(1)?;
        let labels =
            self.is(colon, ':') && !self[colon].spaced && self.kind(word) == Some(TokenKind::Word);
        let (value, span) = (self.word(word).to_owned(), self.span(word..colon));
        labels.then_some(At { value, span })
    }

    pub(super) fn after_parenthesis(&self, at: usize) -> Option<usize> {
        // Notes that never close would make this quadratic.
        const LONGEST: usize = 1000;
        let mut depth = 0_usize;
        for (index, token) in self.iter().enumerate().skip(at).take(LONGEST) {
            match token.kind {
                TokenKind::Mark('(') => depth += 1,
                TokenKind::Mark(')') if depth == 1 => return Some(index + 1),
                TokenKind::Mark(')') => depth -= 1,
                _ => {}
            }
        }
        None
    }

    pub(super) fn separator(&self, at: usize) -> bool {
        matches!(self.word(at), "," | ";" | "or" | "and" | "oder" | "und")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `label: a=0 b=1 ... !unreadable` for each list.
    fn check(text: &str, expected: &[&str]) {
        let any = [Type::of(crate::model::Scalar::Any)];
        let (lists, _) = mine(&Tokens::of(text, Span::new(0, 0..text.len())), &any);
        let shown: Vec<String> = lists
            .iter()
            .map(|list| {
                let label = list.label.iter().map(|label| format!("{}:", label.value));
                let values = list
                    .values
                    .iter()
                    .map(|v| format!("{}={}", v.name, v.value));
                let booleans = list.booleans.then(|| "?".to_owned());
                let open = list.open.then(|| "...".to_owned());
                let bad = list
                    .unreadable
                    .iter()
                    .map(|span| format!("!{}", &text[span.range()]));
                label
                    .chain(values)
                    .chain(booleans)
                    .chain(open)
                    .chain(bad)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reads_lists() {
        check("scan (None=0, Scanning=1)", &["None=0 Scanning=1"]);
        check("error (None = 0, FiAc = 1)", &["None=0 FiAc=1"]);
        check("(0=Always, 1=Never)", &["Always=0 Never=1"]);
        check("mode PreferGrid=0, Default=1", &["PreferGrid=0 Default=1"]);
        check("(for both) HT20=1, HT40=2", &["HT20=1 HT40=2"]);
        check("saving mode, None=0, `Europe=1`", &["None=0 Europe=1"]);
        check("Off=0, On=1 or Auto=-2.", &["Off=0 On=1 Auto=-2"]);
        check("(0 = Always, 3 = Never) +", &["Always=0 Never=3"]);
        check("HT20=1, HT40=2 +", &["HT20=1 HT40=2"]);
        check("(Unknown/Error=0, Idle=1 )", &["Unknown/Error=0 Idle=1"]);
    }

    #[test]
    fn leaves_notes_out() {
        check(
            "(A=9, NO_SHIELD=10 (for (old) libraries))",
            &["A=9 NO_SHIELD=10"],
        );
        check("(A=9 (old), B=10)", &["A=9 B=10"]);
    }

    #[test]
    fn reads_booleans() {
        check(
            "type (Static=false, Dynamic=true)",
            &["Static=0 Dynamic=1 ?"],
        );
        check("(true=Dynamic, false=Static)", &["Dynamic=1 Static=0 ?"]);
        check("set x=true", &[]);
        check("x=true, y=true", &[]);
        check("A=true, B=false, C=2", &["A=1 B=0 ? ... !C=2"]);
    }

    #[test]
    fn takes_nothing_from_a_torn_word() {
        check("(None=0, F\tiAc=1, C=2)", &["None=0 C=2 ... !F\tiAc=1"]);
        check(
            "(Unknow\tn/Error=0, B=1, C=2)",
            &["B=1 C=2 ... !Unknow\tn/Error=0"],
        );
        check(
            "mode Prefer\tGrid=0, B=1, C=2",
            &["B=1 C=2 ... !Prefer\tGrid=0"],
        );
        check("(A=1\t2, B=3, C=4)", &["B=3 C=4 ... !A=1\t2"]);
        check("(A=0, B=1\t2, C=3)", &["A=0 C=3 ... !B=1\t2"]);
        check("(CONNECTED=3\t, B=4,\tC=5)", &["CONNECTED=3 B=4 C=5"]);
        check("used later\t(A=0, B=1)", &["A=0 B=1"]);
    }

    #[test]
    fn knows_whose_list_it_is() {
        check(
            "result (encryptionType: OPEN=0, WEP=1)",
            &["encryptionType: OPEN=0 WEP=1"],
        );
    }

    #[test]
    fn knows_what_is_open() {
        check("(Austria=0, Germany=1,...)", &["Austria=0 Germany=1 ..."]);
        check("(Austria=0, …)", &["Austria=0 ..."]);
        check("(1 = Monday ... 7 = Sunday)", &["Monday=1 Sunday=7 ..."]);
        check("(A=0, B=1, Fr om=3, C=4)", &["A=0 B=1 C=4 ... !Fr om=3"]);
        check(
            "(Unknow n/Error=0, Idle=1, C=2)",
            &["Idle=1 C=2 ... !Unknow n/Error=0"],
        );
    }

    #[test]
    fn does_not_invent() {
        check("version (0, 1, ...)", &[]);
        check("(null=no charging, type=0 counter up, type=1 in ms)", &[]);
        check("(11: 11kW/16A, 22: 22kW/32A)", &[]);
        check("calculation: (hours*3600)+(minutes*60)", &[]);
        check("set x=5", &[]);
        check("a=99999999999999999999, b=1", &[]);
        check("example: /api/set?frc=1, amp=16", &[]);
        check("Beispiel: frc=1, amp=16", &[]);
        check("e.g. frc=1, amp=16", &[]);
        check("z. B. frc=1, amp=16", &[]);
        check("GET http://host/set?a=1, b=2", &[]);
        check("off when x=0 and y=0", &[]);
        check("off if x=0, y=1", &[]);
        check("aus, wenn x=0 und y=1", &[]);
        check("x=0 and y=0", &[]);
        check("x=0, y=0", &[]);
        check("(min=6, max=32)", &[]);
        check("off at x=0 and y=1", &[]);
        check("set amp=6, frc=1 to start", &[]);
        check("((((", &[]);
    }
}
