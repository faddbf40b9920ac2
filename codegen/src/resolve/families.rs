//! Families: keys of one row that differ in nothing but a number.
//!
//! `c0n c1n … c9n` in a Key cell is ten keys on the wire, and one thing with an
//! index everywhere else. A row whose keys do not all belong together, be it that an
//! overlay says something else of one of them, states keys like any other.

use std::ops::Range;

use crate::{
    model::{Family, Key, PartialKey},
    names,
};

/// The families among `keys`; `partial` are those that could not be read whole.
pub(super) fn find(keys: &[Key], partial: &[PartialKey]) -> Vec<Family> {
    let mut families = Vec::new();
    let mut start = 0;
    for row in keys.chunk_by(|a, b| a.origin.span == b.origin.span) {
        let places = start..start + row.len();
        start = places.end;
        families.extend(family(row, places));
    }
    // An overlay may have made other keys of some of a row: then it is no family.
    families.retain(|family| {
        let span = keys[family.keys.start].origin.span;
        let all = keys
            .iter()
            .chain(partial.iter().map(|partial| &partial.key));
        all.filter(|key| key.origin.span == span).count() == family.keys.len()
    });
    families
}

/// The keys of a row as a family, if they are one.
fn family(row: &[Key], keys: Range<usize>) -> Option<Family> {
    let [first, others @ ..] = row else {
        return None;
    };
    let (head, number, tail) = names::numbered(&first.name.value)?;
    let follows = |(step, key): (u64, &Key)| {
        names::numbered(&key.name.value) == Some((head, number + step, tail))
            && says_the_same(first, key)
    };
    let all = (1..).zip(others).all(follows);
    (all && !others.is_empty()).then(|| Family {
        name: format!("{head}{tail}"),
        keys,
    })
}

/// Whether both keys have the very same cells.
fn says_the_same(one: &Key, other: &Key) -> bool {
    one.access == other.access
        && (one.ty == other.ty && one.set_ty == other.set_ty)
        && one.category == other.category
        && one.description == other.description
}
