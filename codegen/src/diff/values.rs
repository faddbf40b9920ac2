//! Lists of named values: by number, because numbers are what is on the wire.
//!
//! A name that has another number breaks everybody, whoever has its old number now.
//! An item that could not be read, and reads otherwise on the other side, may be
//! what that has more: what it may be is neither gained nor lost.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::Finding,
    moved::{Moved, moved, plain},
    pair::Pair,
    rules::{self, Rule},
    sets,
    subject::{Subject, code},
    unread,
};
use crate::model::ValueList;

/// A list by the field it belongs to, whether it names booleans, and its number
/// among those.
type Lists<'a> = BTreeMap<(Option<&'a str>, bool, usize), &'a ValueList>;

pub(super) fn compare(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let shapes = pair.old.shape.is_some() && pair.new.shape.is_some();
    let (old, new) = (lists(pair.old, shapes), lists(pair.new, shapes));
    // The list came for a range, or went for one: that is compared with it.
    let replaced = sets::replaced(pair).is_some();
    let instead = |id: &(Option<&str>, bool, usize)| replaced && id.0.is_none() && !id.1;
    for (id, list) in &new {
        match old.get(id) {
            Some(was) => Change {
                pair,
                label: id.0,
                old: was,
                new: list,
            }
            .compare(out),
            None if instead(id) => {}
            None => appeared(pair, &rules::LIST_STATED, id.0, list, out),
        }
    }
    for (id, list) in old.iter().filter(|(id, _)| !new.contains_key(id)) {
        if !instead(id) {
            appeared(pair, &rules::LIST_UNSTATED, id.0, list, out);
        }
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
fn item(list: &ValueList, number: i64, name: &str) -> String {
    format!("{}={name}", value(list, number))
}

/// `3`, `true`.
fn value(list: &ValueList, number: i64) -> String {
    match list.booleans {
        true => (number != 0).to_string(),
        false => number.to_string(),
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
        let items = [&was, &is].map(|names| -> Vec<(i64, &str)> {
            names
                .iter()
                .map(|(&number, &name)| (number, name))
                .collect()
        });
        let moved = moved(&items[0], &items[1]);
        self.moved(&moved, out);
        let left: BTreeSet<i64> = moved.iter().map(|name| name.from).collect();
        let entered: BTreeSet<i64> = moved.iter().map(|name| name.to).collect();
        let (mut gone, mut come) = (without(&was, &is), without(&is, &was));
        let [old, new] = unread::numbers(self.pair);
        come.retain(|number, _| !entered.contains(number) && !old(*number));
        gone.retain(|number, _| !left.contains(number) && !new(*number));
        self.gained(&come, out);
        self.lost(&gone, out);
        for (&number, name) in &was {
            if let Some(other) = is.get(&number).filter(|other| *other != name) {
                let moved = [left.contains(&number), entered.contains(&number)];
                self.renamed(number, [name, other], moved, out);
            }
        }
        self.opened(out);
    }

    fn moved(&self, moved: &[Moved<'_>], out: &mut Vec<Finding>) {
        for &Moved { from, to, names } in moved {
            let ends = [item(self.old, from, names[0]), item(self.new, to, names[1])];
            let [from, to] = [from, to].map(|number| value(self.new, number));
            let what = code(&format!("{}: {from} → {to}", names[1]));
            self.finding(&rules::VALUE_MOVED, ends, &what, out);
        }
    }

    fn gained(&self, come: &BTreeMap<i64, &str>, out: &mut Vec<Finding>) {
        let rule = match self.old.ellipsis {
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
        let rule = match self.new.ellipsis {
            true => &rules::VALUE_UNNAMED,
            false => &rules::VALUE_LOST,
        };
        for (&number, name) in gone {
            let item = item(self.old, number, name);
            let what = code(&item);
            self.finding(rule, [item, "none".to_owned()], &what, out);
        }
    }

    /// A number that has another name; `moved` says whether the old name has
    /// another number now, and whether the new one had.
    fn renamed(&self, number: i64, names: [&str; 2], moved: [bool; 2], out: &mut Vec<Finding>) {
        let rule = match moved {
            // That they moved says it all.
            [true, true] => return,
            [true, false] | [false, true] => &rules::VALUE_REUSED,
            [false, false] if plain(names[0]) == plain(names[1]) => &rules::VALUE_SPELLED,
            [false, false] => &rules::VALUE_RENAMED,
        };
        let ends = [
            item(self.old, number, names[0]),
            item(self.new, number, names[1]),
        ];
        let what = format!("{} → {}", code(&ends[0]), code(&ends[1]));
        self.finding(rule, ends, &what, out);
    }

    fn opened(&self, out: &mut Vec<Finding>) {
        let rule = match (self.old.ellipsis, self.new.ellipsis) {
            (false, true) => &rules::LIST_OPENED,
            (true, false) => &rules::LIST_CLOSED,
            _ => return,
        };
        let text = |list: &ValueList| if list.ellipsis { "open" } else { "closed" }.to_owned();
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
