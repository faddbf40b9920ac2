//! Lists of named values: by number, because numbers are what is on the wire.
//!
//! A list of which an item could not be read says nothing about what it lacks:
//! what another list has more is neither gained nor lost then.

use std::collections::BTreeMap;

use super::{
    finding::Finding,
    pair::Pair,
    rules::{self, Rule},
    subject::{Subject, code},
};
use crate::model::ValueList;

/// A list by the field it belongs to, whether it names booleans, and its number
/// among those.
type Lists<'a> = BTreeMap<(Option<&'a str>, bool, usize), &'a ValueList>;

pub(super) fn compare(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let shapes = pair.old.shape.is_some() && pair.new.shape.is_some();
    let (old, new) = (lists(pair.old, shapes), lists(pair.new, shapes));
    for (id, list) in &new {
        match old.get(id) {
            Some(was) => Change {
                pair,
                label: id.0,
                old: was,
                new: list,
            }
            .compare(out),
            None => appeared(pair, &rules::LIST_STATED, id.0, list, out),
        }
    }
    for (id, list) in old.iter().filter(|(id, _)| !new.contains_key(id)) {
        appeared(pair, &rules::LIST_UNSTATED, id.0, list, out);
    }
}

/// Lists of fields are left to the fields where there are such.
fn lists<'a>(subject: &'a Subject<'_>, shapes: bool) -> Lists<'a> {
    let mut lists = Lists::new();
    for list in &subject.facts.values {
        let label = list.label.as_ref().map(|label| label.value.as_str());
        // A field took the list over from its key, with the label.
        let label = label.filter(|label| !subject.name.ends_with(&format!(".{label}")));
        if label.is_some() && shapes {
            continue;
        }
        let kind = (label, list.booleans);
        let before = lists.keys().filter(|id| (id.0, id.1) == kind).count();
        lists.insert((label, list.booleans, before), list);
    }
    lists
}

fn appeared(
    pair: Pair<'_>,
    rule: &'static Rule,
    label: Option<&str>,
    list: &ValueList,
    out: &mut Vec<Finding>,
) {
    let items = list.values.iter();
    let items: Vec<_> = items.map(|v| item(list, v.value, &v.name)).collect();
    let text = items.join(", ");
    let message = format!("{}: {} ({})", name(pair, label), rule.title, code(&text));
    let ends = match rule == &rules::LIST_STATED {
        true => ["none".to_owned(), text],
        false => [text, "none".to_owned()],
    };
    pair.finding(rule, pair.sides(), ends, message, out);
}

fn name(pair: Pair<'_>, label: Option<&str>) -> String {
    let name = &pair.new.name;
    label.map_or(format!("`{name}`"), |label| format!("`{name}` ({label})"))
}

/// `3=Error`, `true=Dynamic`.
fn item(list: &ValueList, value: i64, name: &str) -> String {
    match list.booleans {
        true => format!("{}={name}", value != 0),
        false => format!("{value}={name}"),
    }
}

/// The name of each number; of two the first counts.
fn by_number(list: &ValueList) -> BTreeMap<i64, &str> {
    let mut names = BTreeMap::new();
    for item in &list.values {
        names.entry(item.value).or_insert(item.name.as_str());
    }
    names
}

/// Returns the named values that are in `a` and not in `b`.
fn without<'a>(a: &BTreeMap<i64, &'a str>, b: &BTreeMap<i64, &str>) -> BTreeMap<i64, &'a str> {
    let only = a.iter().filter(|(number, _)| !b.contains_key(number));
    only.map(|(&number, &name)| (number, name)).collect()
}

/// Names that have another number now, with both; twice the same name is
/// nothing that moved.
fn moved<'a>(
    gone: &BTreeMap<i64, &'a str>,
    come: &BTreeMap<i64, &'a str>,
) -> Vec<(i64, i64, &'a str)> {
    let mut numbers: BTreeMap<&str, [Vec<i64>; 2]> = BTreeMap::new();
    for (end, names) in [gone, come].into_iter().enumerate() {
        for (&number, &name) in names {
            numbers.entry(name).or_default()[end].push(number);
        }
    }
    let ends = numbers
        .into_iter()
        .filter_map(|(name, [from, to])| match (&from[..], &to[..]) {
            (&[from], &[to]) => Some((from, to, name)),
            _ => None,
        });
    ends.collect()
}

/// The same list before and after.
struct Change<'a> {
    pair: Pair<'a>,
    label: Option<&'a str>,
    old: &'a ValueList,
    new: &'a ValueList,
}

impl Change<'_> {
    fn compare(&self, out: &mut Vec<Finding>) {
        let (was, is) = (by_number(self.old), by_number(self.new));
        let (mut gone, mut come) = (without(&was, &is), without(&is, &was));
        for (from, to, name) in moved(&gone, &come) {
            gone.remove(&from);
            come.remove(&to);
            let ends = [item(self.old, from, name), item(self.new, to, name)];
            let what = format!("{}, {from} → {to}", code(name));
            self.finding(&rules::VALUE_MOVED, ends, &what, out);
        }
        let told = |list: &ValueList| list.unreadable.is_empty();
        if told(self.old) {
            self.gained(&come, out);
        }
        if told(self.new) {
            self.lost(&gone, out);
        }
        self.renamed(&was, &is, out);
        if told(self.old) && told(self.new) {
            self.opened(out);
        }
    }

    fn gained(&self, come: &BTreeMap<i64, &str>, out: &mut Vec<Finding>) {
        let rule = match self.old.open {
            true => &rules::VALUE_NAMED,
            false => &rules::VALUE_GAINED,
        };
        for (&number, name) in come {
            let item = item(self.new, number, name);
            let what = code(&item);
            self.finding(rule, ["none".to_owned(), item], &what, out);
        }
    }

    fn lost(&self, gone: &BTreeMap<i64, &str>, out: &mut Vec<Finding>) {
        let rule = match self.new.open {
            true => &rules::VALUE_UNNAMED,
            false => &rules::VALUE_LOST,
        };
        for (&number, name) in gone {
            let item = item(self.old, number, name);
            let what = code(&item);
            self.finding(rule, [item, "none".to_owned()], &what, out);
        }
    }

    fn renamed(&self, was: &BTreeMap<i64, &str>, is: &BTreeMap<i64, &str>, out: &mut Vec<Finding>) {
        for (&number, name) in was {
            let Some(other) = is.get(&number).filter(|other| *other != name) else {
                continue;
            };
            let rule = match plain(name) == plain(other) {
                true => &rules::VALUE_SPELLED,
                false => &rules::VALUE_RENAMED,
            };
            let ends = [item(self.old, number, name), item(self.new, number, other)];
            let what = format!("{} → {}", code(&ends[0]), code(&ends[1]));
            self.finding(rule, ends, &what, out);
        }
    }

    fn opened(&self, out: &mut Vec<Finding>) {
        let rule = match (self.old.open, self.new.open) {
            (false, true) => &rules::LIST_OPENED,
            (true, false) => &rules::LIST_CLOSED,
            _ => return,
        };
        let text = |list: &ValueList| if list.open { "open" } else { "closed" }.to_owned();
        self.finding(rule, [text(self.old), text(self.new)], "", out);
    }

    fn finding(&self, rule: &'static Rule, ends: [String; 2], what: &str, out: &mut Vec<Finding>) {
        let message = format!("{}: {} {what}", name(self.pair, self.label), rule.title);
        // The label is part of what changed: two lists may name the same number.
        let label = self
            .label
            .map_or(String::new(), |label| format!("{label}: "));
        let ends = ends.map(|end| format!("{label}{end}"));
        let sides = self.pair.sides();
        self.pair
            .finding(rule, sides, ends, message.trim_end().to_owned(), out);
    }
}

/// A name without what is only spelling.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
