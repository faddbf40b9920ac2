//! What could not be read: the same on both sides, or not compared.
//!
//! A text that neither side could read says the same if it reads the same, and so
//! it hides nothing. Where it differs, nobody knows what changed, and that is a
//! finding of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Finding, Side, finding, words},
    pair::Pair,
    rules::NOT_COMPARED,
    subject::{Subject, Unread, code},
};
use crate::model::{self, TextKind};

/// So many characters of a text are shown.
const SHOWN: usize = 60;

/// The texts of each side that are not among those of the other, with what the
/// other could read there.
fn differing<'a>(pair: Pair<'a>) -> [Vec<Differing<'a>>; 2] {
    let (old, new) = (pair.old, pair.new);
    [only(old, new), only(new, old)]
}

/// A text, and whether the other side has a named value that reads so.
type Differing<'a> = (&'a model::UnreadText, bool);

fn only<'a>(subject: &Subject<'a>, other: &Subject<'_>) -> Vec<Differing<'a>> {
    let texts = &subject.unread;
    if texts.is_empty() {
        return Vec::new();
    }
    let key = |text: &model::UnreadText| {
        let alone = matches!(text.kind, TextKind::Itself | TextKind::Fact);
        (squeezed(&text.text), (!alone).then_some(text.kind))
    };
    let mut there = counts(other.unread.iter().map(|text| key(text)));
    let beside = |kind| squeezed(&beside(kind, subject)) == squeezed(&beside(kind, other));
    let [numbers, names] = [TextKind::Numbers, TextKind::Names].map(beside);
    let mut is_there = |text: &model::UnreadText| {
        let same = match text.kind {
            TextKind::Itself | TextKind::Fact => true,
            TextKind::Numbers => numbers,
            TextKind::Names => names,
        };
        match there.get_mut(&key(text)) {
            Some(count) if same && *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    };
    let read: BTreeSet<String> = other.facts.values.iter().flat_map(items).collect();
    let texts = texts.iter().filter_map(|&text| {
        let is_there = is_there(text);
        (!is_there).then(|| (text, read.contains(&squeezed(&text.text))))
    });
    texts.collect()
}

/// What of a description was given up with a text in it, or may be part of what it says:
/// beside `or 50` the range is prose as well.
fn beside(kind: TextKind, subject: &Subject<'_>) -> String {
    match kind {
        TextKind::Itself | TextKind::Fact => String::new(),
        TextKind::Numbers => numbers_and_units(subject.description),
        TextKind::Names => subject.description.to_owned(),
    }
}

/// The words of a description that are numbers, or units.
fn numbers_and_units(description: &str) -> String {
    let bare = |word: &'_ str| {
        let is_mark = |c: char| matches!(c, ',' | ';' | ':' | '.' | '(' | ')' | '`' | '!' | '?');
        word.trim_matches(is_mark).to_owned()
    };
    let says = |word: &String| {
        word.contains(|c: char| c.is_ascii_digit())
            || crate::facts::unit(word).is_some()
            || word
                .split('/')
                .any(|part| !part.is_empty() && crate::facts::unit(part).is_some())
    };
    let words = description.split_whitespace().map(bare).filter(says);
    words.collect::<Vec<_>>().join(" ")
}

/// The items of a list as they may be spelled, without white space.
fn items(list: &model::ValueList) -> impl Iterator<Item = String> + '_ {
    list.values.iter().flat_map(|item| {
        let value = match list.booleans {
            true => (item.value != 0).to_string(),
            false => item.value.to_string(),
        };
        let name = squeezed(&item.name);
        [format!("{name}={value}"), format!("{value}={name}")]
    })
}

fn counts<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

/// A word torn by a tab is the same word.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Of the numbers of a list, those of which the texts of each side may speak: any,
/// if one of them has no number that is certain.
pub(super) fn numbers(pair: Pair<'_>) -> [impl Fn(i64) -> bool; 2] {
    differing(pair).map(|texts| {
        // Other facts are no items.
        let items = texts
            .into_iter()
            .filter(|(text, _)| text.kind == TextKind::Itself);
        let texts = items.map(|(text, is_read)| match is_read {
            true => number(&squeezed(&text.text)),
            false => number(&text.text),
        });
        let numbers: Vec<Option<i64>> = texts.collect();
        move |number| {
            let mut numbers = numbers.iter();
            numbers.any(|known| known.is_none_or(|known| known == number))
        }
    })
}

/// `2` of `Au to=2` and of `2=Au to`; nothing of a number that a tab may have torn.
fn number(text: &str) -> Option<i64> {
    let (before, after) = text.split_once('=')?;
    let number = |text: &str| text.trim_matches(' ').parse().ok();
    number(after).or_else(|| number(before))
}

/// The texts of a key or a field.
pub(super) fn compare(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let texts = differing(pair).map(|texts| {
        let texts = texts.into_iter().filter(|(_, is_read)| !is_read);
        texts.map(|(text, _)| text).collect::<Vec<_>>()
    });
    if texts.iter().all(Vec::is_empty) {
        return without_type(pair, out);
    }
    // One that reads the same stands beside what does not.
    let alone = texts
        .each_ref()
        .map(|texts| texts.iter().map(|text| squeezed(&text.text)).collect());
    let [old, new]: [BTreeSet<String>; 2] = alone;
    let texts = [(&texts[0], &new, pair.old), (&texts[1], &old, pair.new)];
    let texts = texts.map(|(texts, other, subject)| {
        // What stands beside them is said once for all.
        let mut said = Vec::new();
        let texts = texts.iter().map(|text| {
            let alike = other.contains(&squeezed(&text.text));
            if !alike || said.contains(&text.kind) {
                return words(&text.text);
            }
            said.push(text.kind);
            match beside(text.kind, subject) {
                beside if beside.is_empty() => words(&text.text),
                beside => words(&format!("{} beside {beside}", text.text)),
            }
        });
        texts.collect::<Vec<_>>()
    });
    let shown = texts.each_ref().map(|texts| {
        let shown: Vec<String> = texts.iter().map(|text| code(&clipped(text))).collect();
        shown.join(", ")
    });
    let what = match &shown {
        [old, new] if new.is_empty() => format!("{old} could not be read before"),
        [old, new] if old.is_empty() => format!("{new} cannot be read"),
        [old, new] => format!("neither {old} nor {new} could be read"),
    };
    let message = format!("`{}`: {}, {what}", pair.new.name, NOT_COMPARED.title);
    let ends = texts.map(|texts| texts.join("; "));
    pair.finding(&NOT_COMPARED, pair.any_side(), ends, message, out);
}

/// No fact is read of the description of a value whose type nobody knows.
fn without_type(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let ends = [pair.old, pair.new].map(|subject| words(subject.description));
    let known = pair.old.types.is_some() || pair.new.types.is_some();
    if !known && squeezed(&ends[0]) != squeezed(&ends[1]) {
        let message = format!(
            "`{}`: {}, without a type no fact is read of its description",
            pair.new.name, NOT_COMPARED.title
        );
        pair.finding(&NOT_COMPARED, pair.any_side(), ends, message, out);
    }
}

/// The texts that belong to no key: rows without one, tables, routes, files.
pub(super) fn elsewhere(unread: &[Unread<'_>; 2], out: &mut Vec<Finding>) {
    let texts = unread
        .each_ref()
        .map(|unread| unread.others().collect::<Vec<_>>());
    for (end, other) in [(0, 1), (1, 0)] {
        let mut there = counts(texts[other].iter().map(|text| squeezed(row(text))));
        for text in &texts[end] {
            if let Some(count) = there.get_mut(&squeezed(row(text)))
                && *count > 0
            {
                *count -= 1;
                continue;
            }
            let side = side(text);
            let verb = ["could not be read before", "cannot be read"][end];
            let message = format!("{}: {} {verb}", NOT_COMPARED.title, code(&side.name));
            let mut ends = [None, None];
            ends[end] = Some(side);
            let [old, new] = ends;
            out.extend(finding(&NOT_COMPARED, [true; 2], old, new, message));
        }
    }
}

/// A cell says nothing without its row.
fn row(unread: &model::UnreadText) -> &str {
    unread.row.as_deref().unwrap_or(&unread.text)
}

fn side(unread: &model::UnreadText) -> Side {
    let text = words(row(unread));
    // A file that is not there has no text.
    let name = match text.is_empty() {
        true => unread.path.clone(),
        false => clipped(&text),
    };
    Side {
        name,
        text,
        file: unread.path.clone(),
        line: unread.line,
        description: None,
    }
}

fn clipped(text: &str) -> String {
    let text = words(text);
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
