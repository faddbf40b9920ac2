//! Families: keys of one row that differ in nothing but a number.
//!
//! `c0n c1n … c9n` in a Key cell is ten keys on the wire, and one thing with an
//! index everywhere else. A row whose keys do not all belong together, be it that an
//! overlay says something else of one of them, states keys like any other.

use std::ops::Range;

use crate::{
    model::{Family, Key, Model},
    names,
};

/// Finds the families among the keys of `model`.
pub(super) fn find(model: &mut Model) {
    let mut families = Vec::new();
    let mut start = 0;
    for row in model.keys.chunk_by(|a, b| a.origin.span == b.origin.span) {
        let keys = start..start + row.len();
        start = keys.end;
        families.extend(family(row, keys));
    }
    // An overlay may have put a row's other keys elsewhere: then it is no family.
    let elsewhere = |family: &Family| {
        let span = model.keys[family.keys.start].origin.span;
        let keys = model.keys.iter().chain(model.partial.iter().map(|p| &p.key));
        keys.filter(|key| key.origin.span == span).count() != family.keys.len()
    };
    families.retain(|family| !elsewhere(family));
    model.families = families;
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
