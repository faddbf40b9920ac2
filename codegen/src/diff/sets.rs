//! The numbers that a range or a closed list allows, where one took the other's place.
//!
//! Both state what is allowed, so that they are compared as two ranges are; a list that
//! says that there are more states nothing of the kind.

use std::collections::BTreeSet;

use super::{finding::Finding, limit::Limit, pair::Pair, rules, subject::Subject};
use crate::model::ValueList;

/// A range and the list on the other side.
pub(super) struct Replaced {
    range: Limit,
    numbers: BTreeSet<i128>,
    /// The range is the older of them.
    range_first: bool,
    /// Only whole numbers are in the range.
    whole: bool,
}

/// The list of the value itself that says which numbers there are.
pub(super) fn closed<'a>(subject: &'a Subject<'_>) -> Option<&'a ValueList> {
    let types = subject.types?;
    let mut own = subject.facts.values.iter();
    let own = own.find(|list| !list.booleans && list.is_own(&types))?;
    let is_number = types.iter().all(|ty| ty.item().is_number());
    (is_number && !own.open).then_some(own)
}

/// The range and the list, if one stands on each side and nothing else does.
pub(super) fn replaced(pair: Pair<'_>) -> Option<Replaced> {
    let range_first = pair.old.facts.range.is_some();
    let (from, to) = match range_first {
        true => (pair.old, pair.new),
        false => (pair.new, pair.old),
    };
    let range = Limit::range(from.facts)?;
    let other = to.facts.range.is_some() || from.facts.values.iter().any(|l| l.label.is_none());
    let numbers = closed(to).filter(|_| !other)?.values.iter();
    let whole = |subject: &Subject<'_>| {
        let types = subject.types.iter().flatten();
        types.into_iter().all(|ty| ty.item().limits().is_some())
    };
    Some(Replaced {
        range,
        numbers: numbers.map(|item| item.value.into()).collect(),
        range_first,
        whole: whole(from) && whole(to),
    })
}

pub(super) fn compare(pair: Pair<'_>, of: Replaced, out: &mut Vec<Finding>) {
    let Replaced {
        range,
        numbers,
        range_first,
        whole,
    } = of;
    let all: Vec<String> = numbers.iter().map(i128::to_string).collect();
    let mut ends = [range.text(), all.join(", ")];
    let inside = numbers
        .iter()
        .filter(|number| (range.min..=range.max).contains(number));
    let inside = inside.count();
    let in_range = range.max - range.min + 1;
    // More in the list than in the range, and more in the range than in the list.
    let gained = inside < numbers.len();
    let covers = i128::try_from(inside).is_ok_and(|count| count == in_range);
    let lost = !covers || (!whole && range.min < range.max);
    let (wider, narrower) = match range_first {
        true => (gained, lost),
        false => (lost, gained),
    };
    if !range_first {
        ends.reverse();
    }
    let rules = [
        (wider, &rules::SET_WIDER),
        (narrower, &rules::SET_NARROWER),
        (!wider && !narrower, &rules::SET_SPELLED),
    ];
    for (_, rule) in rules.into_iter().filter(|(is, _)| *is) {
        pair.changed(&pair.new.name, rule, pair.sides(), ends.clone(), out);
    }
}
