//! A key or a field on both sides.

use super::{
    finding::{Finding, finding, words},
    rules::{DESCRIPTION, Rule},
    subject::Subject,
};

/// The rule for what may be stated, if the two ends differ in it.
pub(super) fn stated<T: PartialEq>(
    [changed, stated, unstated]: [&'static Rule; 3],
    [old, new]: [Option<T>; 2],
) -> Option<&'static Rule> {
    match (old, new) {
        (old, new) if old == new => None,
        (Some(_), Some(_)) => Some(changed),
        (None, _) => Some(stated),
        (_, None) => Some(unstated),
    }
}

/// Two ends of the same thing.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a Subject<'a>,
    pub(super) new: &'a Subject<'a>,
}

impl Pair<'_> {
    /// Returns whether there are readers, and writers, before and after. An access that
    /// could not be read is taken to be the other one's.
    pub(super) fn sides(&self) -> [bool; 2] {
        let old = self.old.access.or(self.new.access);
        let new = self.new.access.or(self.old.access);
        let (Some(old), Some(new)) = (old, new) else {
            return [true, true];
        };
        [
            old.readable() && new.readable(),
            old.writable() && new.writable(),
        ]
    }

    /// Returns whether there are readers, and writers, before or after; where an access
    /// could not be read, there may be both.
    pub(super) fn any_side(&self) -> [bool; 2] {
        let (Some(old), Some(new)) = (self.old.access, self.new.access) else {
            return [true, true];
        };
        [
            old.readable() || new.readable(),
            old.writable() || new.writable(),
        ]
    }

    /// A change of what is stated from `old` to `new`, which concerns `sides`;
    /// nothing if it concerns nobody.
    pub(super) fn finding(
        &self,
        rule: &'static Rule,
        sides: [bool; 2],
        [old, new]: [String; 2],
        message: String,
        out: &mut Vec<Finding>,
    ) {
        // The side that lacks a section of no key has the other's place.
        let is_one = std::ptr::eq(self.old.origin, self.new.origin);
        let side = |of: &Subject<'_>, text: String| {
            let is_there = !is_one || of.shape.is_some() || of.positions.is_some();
            is_there.then(|| of.side(text))
        };
        let [old, new] = [side(self.old, old), side(self.new, new)];
        out.extend(finding(rule, sides, old, new, message));
    }

    /// The same of `name`, in words that every such change has.
    pub(super) fn changed(
        &self,
        name: &str,
        rule: &'static Rule,
        sides: [bool; 2],
        ends: [String; 2],
        out: &mut Vec<Finding>,
    ) {
        let message = format!("`{name}`: {}, {} → {}", rule.title, ends[0], ends[1]);
        self.finding(rule, sides, ends, message, out);
    }

    /// Compares the descriptions of `name`. White space aside: it is no text, and a word
    /// torn by a tab is the same word.
    pub(super) fn description(&self, name: &str, ends: [&str; 2], out: &mut Vec<Finding>) {
        let ends = ends.map(words);
        if ends[0].replace(' ', "") != ends[1].replace(' ', "") {
            let message = format!("`{name}`: description changed");
            self.finding(&DESCRIPTION, [true; 2], ends, message, out);
        }
    }

    /// Compares what concerns everybody, and is one rule whether stated or not.
    pub(super) fn word_of_all(
        &self,
        rule: &'static Rule,
        ends: [Option<&str>; 2],
        out: &mut Vec<Finding>,
    ) {
        if ends[0] != ends[1] {
            let ends = ends.map(|word| word.unwrap_or("none").to_owned());
            self.changed(&self.new.name, rule, self.any_side(), ends, out);
        }
    }

    /// Compares what is one word of `name`, or is not stated.
    pub(super) fn word(
        &self,
        name: &str,
        rules: [&'static Rule; 3],
        ends: [Option<&str>; 2],
        out: &mut Vec<Finding>,
    ) {
        if let Some(rule) = stated(rules, ends) {
            let ends = ends.map(|word| word.unwrap_or("none").to_owned());
            self.changed(name, rule, self.sides(), ends, out);
        }
    }
}
