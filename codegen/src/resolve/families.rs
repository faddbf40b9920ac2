//! Families: keys of one row that differ in nothing but a number.
//!
//! `c0n c1n … c9n` in a Key cell is ten keys on the wire, and one thing with an
//! index everywhere else. A row whose keys do not all belong together, be it that an
//! overlay says something else of one of them, states keys like any other.

use std::ops::Range;

use crate::{
    model::{Family, Key, PartialKey, Shape},
    names,
};

/// The families among `keys`; `partial` are those that could not be read whole.
pub(super) fn find(keys: &[Key], partial: &[PartialKey], shapes: &[Shape]) -> Vec<Family> {
    let mut families = Vec::new();
    let mut start = 0;
    for row in keys.chunk_by(|a, b| a.origin.span == b.origin.span) {
        let places = start..start + row.len();
        start = places.end;
        families.extend(family(row, places));
    }
    // An overlay may have made other keys of some of a row: then it is no family.
    // A shape is of one key, which is then not like the others.
    let shaped = |key: &Key| shapes.iter().any(|of| of.key.value == key.name.value);
    families.retain(|family| {
        if keys[family.keys.clone()].iter().any(shaped) {
            return false;
        }
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
            && has_the_cells_of(first, key)
    };
    let all = (1..).zip(others).all(follows);
    (all && !others.is_empty()).then(|| Family {
        name: format!("{head}{tail}"),
        keys,
    })
}

/// Returns whether both keys have the very same cells.
fn has_the_cells_of(one: &Key, other: &Key) -> bool {
    one.access == other.access
        && (one.ty == other.ty && one.set_ty == other.set_ty)
        && one.category == other.category
        && one.description == other.description
        && one.facts == other.facts
        && (one.since == other.since && one.removed == other.removed)
}

#[cfg(test)]
mod tests {
    use crate::Spec;

    #[test]
    fn keys_of_a_row_are_a_family_if_they_are_alike() {
        let table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                     | c0n c1n | R | array | Status | x |\n| a b | R | bool | Status | x |\n";
        let shape = "\n## c0n[2]\n\n| Field | R/W | Type | Description |\n|-|-|-|-|\n\
                     | id | R | uint8 | x |\n";
        for (text, expected) in [
            (table.to_owned(), &["cn"][..]),
            // One that has a shape is not like the others.
            (format!("{table}{shape}"), &[]),
        ] {
            let spec = Spec::from_files([("api.md", text.into_bytes())]);
            let (model, _) = crate::read(&spec);
            let names: Vec<&str> = model.families.iter().map(|f| f.name.as_str()).collect();
            assert_eq!(names, expected);
        }
    }
}
