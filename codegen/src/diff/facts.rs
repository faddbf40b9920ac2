//! Comparison of the facts of a value: unit, format, range, length.

use super::{
    finding::Finding,
    limit::Limit,
    pair::Pair,
    rules::{self, Rule},
};
use crate::model::Facts;

/// The rules for changes of one limit.
struct LimitRules {
    wider: &'static Rule,
    narrower: &'static Rule,
    stated: &'static Rule,
    unstated: &'static Rule,
}

static RANGE: LimitRules = LimitRules {
    wider: &rules::RANGE_WIDER,
    narrower: &rules::RANGE_NARROWER,
    stated: &rules::RANGE_STATED,
    unstated: &rules::RANGE_UNSTATED,
};

static LENGTH: LimitRules = LimitRules {
    wider: &rules::LENGTH_LONGER,
    narrower: &rules::LENGTH_SHORTER,
    stated: &rules::LENGTH_STATED,
    unstated: &rules::LENGTH_UNSTATED,
};

pub(super) fn compare(pair: Pair<'_>, out: &mut Vec<Finding>) {
    unit(pair, out);
    format(pair, out);
    let (old, new) = (pair.old.facts, pair.new.facts);
    limit(pair, &RANGE, [Limit::range(old), Limit::range(new)], out);
    // A shape's capacity is the better statement of the same thing.
    let old = pair.old.entries.or(Limit::length(old));
    let new = pair.new.entries.or(Limit::length(new));
    limit(pair, &LENGTH, [old, new], out);
}

fn unit(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let rules = [
        &rules::UNIT_CHANGED,
        &rules::UNIT_STATED,
        &rules::UNIT_UNSTATED,
    ];
    word(pair, rules, [pair.old.unit(), pair.new.unit()], out);
}

fn format(pair: Pair<'_>, out: &mut Vec<Finding>) {
    let rules = [
        &rules::FORMAT_CHANGED,
        &rules::FORMAT_STATED,
        &rules::FORMAT_UNSTATED,
    ];
    let name = |facts: &Facts| facts.format.as_ref().map(|format| format.value.name());
    word(
        pair,
        rules,
        [name(pair.old.facts), name(pair.new.facts)],
        out,
    );
}

/// Compares a fact that is one word, or is not stated.
fn word(
    pair: Pair<'_>,
    [changed, stated, unstated]: [&'static Rule; 3],
    [old, new]: [Option<&str>; 2],
    out: &mut Vec<Finding>,
) {
    let rule = match (old, new) {
        _ if old == new => return,
        (Some(_), Some(_)) => changed,
        (None, _) => stated,
        (_, None) => unstated,
    };
    let text = |word: Option<&str>| word.unwrap_or("none").to_owned();
    let ends = [text(old), text(new)];
    let message = format!(
        "`{}`: {}, {} → {}",
        pair.new.name, rule.title, ends[0], ends[1]
    );
    pair.finding(rule, pair.sides(), ends, message, out);
}

fn limit(
    pair: Pair<'_>,
    rules: &LimitRules,
    [old, new]: [Option<Limit>; 2],
    out: &mut Vec<Finding>,
) {
    let text = |limit: Option<Limit>| limit.map_or("none".to_owned(), Limit::text);
    let ends = [text(old), text(new)];
    let mut changed = |rule: &'static Rule| {
        let message = format!(
            "`{}`: {}, {} → {}",
            pair.new.name, rule.title, ends[0], ends[1]
        );
        pair.finding(rule, pair.sides(), ends.clone(), message, out);
    };
    match (old, new) {
        (None, None) => {}
        (None, Some(_)) => changed(rules.stated),
        (Some(_), None) => changed(rules.unstated),
        (Some(old), Some(new)) if old.counted != new.counted => changed(&rules::LENGTH_OTHER),
        (Some(old), Some(new)) => {
            // One that moved does both.
            if new.min < old.min || old.max < new.max {
                changed(rules.wider);
            }
            if old.min < new.min || new.max < old.max {
                changed(rules.narrower);
            }
        }
    }
}
