//! Comparison of the facts of a value: unit, format, range, length.

use super::{
    finding::Finding,
    limit::Limit,
    pair::Pair,
    rules::{
        CONSTANT_CHANGED, DEFAULT_CHANGED, DEFAULT_STATED, DEFAULT_UNSTATED, FORMAT_CHANGED,
        FORMAT_STATED, FORMAT_UNSTATED, LENGTH_LONGER, LENGTH_OTHER, LENGTH_SHORTER, LENGTH_STATED,
        LENGTH_UNSTATED, RANGE_NARROWER, RANGE_STATED, RANGE_UNSTATED, RANGE_WIDER, Rule,
        UNIT_CHANGED, UNIT_STATED, UNIT_UNSTATED,
    },
    sets,
};
use crate::model::{Coverage, Facts};

pub(super) static UNIT: [&Rule; 3] = [&UNIT_CHANGED, &UNIT_STATED, &UNIT_UNSTATED];
static DEFAULT: [&Rule; 3] = [&DEFAULT_CHANGED, &DEFAULT_STATED, &DEFAULT_UNSTATED];
static FORMAT: [&Rule; 3] = [&FORMAT_CHANGED, &FORMAT_STATED, &FORMAT_UNSTATED];

/// The rules of a limit: it is wider, narrower, stated, and no longer stated.
type LimitRules = [&'static Rule; 4];

static RANGE: LimitRules = [
    &RANGE_WIDER, &RANGE_NARROWER, &RANGE_STATED, &RANGE_UNSTATED,
];
static LENGTH: LimitRules = [
    &LENGTH_LONGER, &LENGTH_SHORTER, &LENGTH_STATED, &LENGTH_UNSTATED,
];

pub(super) fn compare(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let (name, old, new) = (&pair.new.name, pair.old.facts, pair.new.facts);
    pair.word(name, UNIT, [pair.old.unit(), pair.new.unit()], out);
    let format = |facts: &Facts| facts.format.as_ref().map(|format| format.value.name());
    pair.word(name, FORMAT, [format(old), format(new)], out);
    default(pair, out);
    match sets::replaced(pair) {
        Some(replaced) => sets::compare(pair, replaced, out),
        None => limit(pair, RANGE, [Limit::range(old), Limit::range(new)], out),
    }
    let lengths = [Limit::length(old), Limit::length(new)];
    // A shape's capacity is the better statement of the same thing.
    let entries = [
        pair.old.entries.or(lengths[0]),
        pair.new.entries.or(lengths[1]),
    ];
    limit(pair, LENGTH, entries, out);
    // That of each text in a list is another.
    if pair.old.entries.is_some() && pair.new.entries.is_some() {
        let of_each = lengths.map(|length| length.filter(|length| length.counted != "entries"));
        limit(pair, LENGTH, of_each, out);
    }
}

fn default(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let text = |facts: &Facts| Some(facts.default.as_ref()?.value.to_string());
    let ends = [text(pair.old.facts), text(pair.new.facts)];
    let ends = ends.each_ref().map(Option::as_deref);
    let constant = [pair.old, pair.new].map(|of| of.coverage == Some(Coverage::Constant));
    let [changed, stated, unstated] = DEFAULT;
    let changed = match constant {
        [true, true] => &CONSTANT_CHANGED,
        _ => changed,
    };
    pair.word(&pair.new.name, [changed, stated, unstated], ends, out);
}

fn limit(
    pair: Pair<'_>,
    [wider, narrower, stated, unstated]: LimitRules,
    [old, new]: [Option<Limit>; 2],
    out: &mut Vec<Finding>,
) {
    let text = |limit: Option<Limit>| limit.map_or("none".to_owned(), Limit::text);
    let ends = [text(old), text(new)];
    let mut changed = |rule| pair.changed(&pair.new.name, rule, pair.sides(), ends.clone(), out);
    match (old, new) {
        (None, None) => {}
        (None, Some(_)) => changed(stated),
        (Some(_), None) => changed(unstated),
        (Some(old), Some(new)) if old.counted != new.counted => changed(&LENGTH_OTHER),
        (Some(old), Some(new)) => {
            // One that moved does both.
            if new.min < old.min || old.max < new.max {
                changed(wider);
            }
            if old.min < new.min || new.max < old.max {
                changed(narrower);
            }
        }
    }
}
