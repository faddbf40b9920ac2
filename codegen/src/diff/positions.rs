//! The places of an array against each other, by their indices.
//!
//! Their number is compared as a length is, and their type as the array's.

use super::{facts::UNIT, finding::Finding, pair::Pair, rules};
use crate::model::{Positions, Unit};

pub(super) fn compare(pair: Pair<'_>, old: &Positions, new: &Positions, out: &mut Vec<Finding>) {
    for (old, new) in old.positions.iter().zip(&new.positions) {
        let place = format!("{}[{}]", pair.new.name, new.index.value);
        let names = [old, new].map(|place| place.name.value.clone());
        // Small letters or capitals are no other thing.
        if names[0].to_lowercase() != names[1].to_lowercase() {
            pair.changed(&place, &rules::POSITION_RENAMED, pair.sides(), names, out);
        }
        let units = [old, new].map(|place| place.unit.as_ref().map(|unit| unit.value));
        pair.word(&place, UNIT, units.map(|unit| unit.map(Unit::symbol)), out);
    }
}
