//! The places of an array against each other: by their names, and by their indices.
//!
//! Their number is compared as a length is, and their type as the array's.

use std::collections::BTreeSet;

use super::{facts::UNIT, finding::Finding, moved::moved, pair::Pair, rules, subject::code};
use crate::model::{Positions, Unit};

pub(super) fn compare(pair: Pair<'_>, old: &Positions, new: &Positions, out: &mut Vec<Finding>) {
    let names = |of: &'_ Positions| -> Vec<(i64, String)> {
        let places = of.positions.iter();
        places
            .map(|place| (place.index.value.into(), place.name.value.clone()))
            .collect()
    };
    let names = [names(old), names(new)];
    let [was, is] = names.each_ref().map(|names| -> Vec<(i64, &str)> {
        names
            .iter()
            .map(|(at, name)| (*at, name.as_str()))
            .collect()
    });
    let moved = moved(&was, &is);
    for place in &moved {
        let (from, to) = (place.from, place.to);
        let what = code(&format!("{}: {from} → {to}", place.names[1]));
        let message = format!(
            "`{}`: {} {what}",
            pair.new.name,
            rules::POSITION_MOVED.title
        );
        let ends = [
            format!("[{from}] {}", place.names[0]),
            format!("[{to}] {}", place.names[1]),
        ];
        pair.finding(&rules::POSITION_MOVED, pair.sides(), ends, message, out);
    }
    let left: BTreeSet<i64> = moved.iter().map(|place| place.from).collect();
    let entered: BTreeSet<i64> = moved.iter().map(|place| place.to).collect();
    for (old, new) in old.positions.iter().zip(&new.positions) {
        let index = i64::from(new.index.value);
        let place = format!("{}[{index}]", pair.new.name);
        let names = [old, new].map(|place| place.name.value.clone());
        // Small letters or capitals are no other thing.
        if names[0].to_lowercase() != names[1].to_lowercase() {
            let rule = match (left.contains(&index), entered.contains(&index)) {
                (true, true) => None,
                (false, false) => Some(&rules::POSITION_RENAMED),
                _ => Some(&rules::POSITION_REUSED),
            };
            if let Some(rule) = rule {
                pair.changed(&place, rule, pair.sides(), names, out);
            }
        }
        pair.description(
            &place,
            [&old.description.value, &new.description.value],
            out,
        );
        let units = [old, new].map(|place| place.unit.as_ref().map(|unit| unit.value));
        pair.word(&place, UNIT, units.map(|unit| unit.map(Unit::symbol)), out);
    }
}
