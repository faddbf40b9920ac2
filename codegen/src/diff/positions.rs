//! The places of an array against each other, by their indices.
//!
//! Their number is compared as a length is, and their type as the array's.

use super::{
    finding::Finding,
    pair::Pair,
    rules::{self, Rule},
};
use crate::model::{Position, Positions, Unit};

pub(super) fn compare(pair: Pair<'_>, old: &Positions, new: &Positions, out: &mut Vec<Finding>) {
    for (old, new) in old.positions.iter().zip(&new.positions) {
        let names = [old, new].map(|place| place.name.value.clone());
        // Small letters or capitals are no other thing.
        if names[0].to_lowercase() != names[1].to_lowercase() {
            changed(pair, new, &rules::POSITION_RENAMED, names, out);
        }
        let units = [old, new].map(|place| place.unit.as_ref().map(|unit| unit.value));
        let rule = match units {
            [old, new] if old == new => continue,
            [Some(_), Some(_)] => &rules::UNIT_CHANGED,
            [None, _] => &rules::UNIT_STATED,
            [_, None] => &rules::UNIT_UNSTATED,
        };
        let symbols = units.map(|unit| unit.map_or("none", Unit::symbol).to_owned());
        changed(pair, new, rule, symbols, out);
    }
}

fn changed(
    pair: Pair<'_>,
    place: &Position,
    rule: &'static Rule,
    ends: [String; 2],
    out: &mut Vec<Finding>,
) {
    let name = format!("{}[{}]", pair.new.name, place.index.value);
    let message = format!("`{name}`: {}, {} → {}", rule.title, ends[0], ends[1]);
    pair.finding(rule, pair.sides(), ends, message, out);
}
