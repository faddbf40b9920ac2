//! Families: keys of one row that differ in nothing but a number.
//!
//! `c0n c1n … c9n` in a Key cell is ten keys on the wire, and one thing with an
//! index everywhere else. A row whose keys do not all belong together, be it that an
//! overlay says something else of one of them, states keys like any other.

use std::ops::Range;

use crate::{
    model::{Family, Key, PartialKey, Shape},
    names,
    parse::KeyRow,
    report::codes,
    source::{Diagnostic, Report},
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
    let shaped = |key: &Key| {
        shapes
            .iter()
            .any(|shape| shape.of(&key.name.value).is_some())
    };
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
        name: joined(head, tail),
        keys,
    })
}

/// The name without the number, and without the dot that goes with it: `inverter.power`
/// of `inverter.0.power`.
fn joined(head: &str, tail: &str) -> String {
    let tail = match head.is_empty() || head.ends_with('.') {
        true => tail.trim_start_matches('.'),
        false => tail,
    };
    let name = format!("{head}{tail}");
    name.trim_end_matches('.').to_owned()
}

/// Warns of rows whose keys would be a family, were not a number missing.
///
/// Rows as they are written: which of them an overlay removes is no oversight.
pub(super) fn report_gaps(rows: &[KeyRow], report: &mut Report) {
    for row in rows.chunk_by(|a, b| a.row == b.row && a.cells == b.cells) {
        let keys = row.iter().map(|row| row.name.as_ref());
        let Some(keys) = keys.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let numbered = keys.iter().map(|name| names::numbered(&name.value));
        let Some(numbered) = numbered.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let rises = |pair: &[(&str, u64, &str)]| {
            let [(head, low, tail), (head2, high, tail2)] = pair else {
                return false;
            };
            (head, tail) == (head2, tail2) && low < high
        };
        if keys.len() < 2 || !numbered.windows(2).all(rises) {
            continue;
        }
        let gap = numbered.windows(2).zip(keys.windows(2));
        let gap = gap.filter(|(pair, _)| pair[0].1 + 1 < pair[1].1);
        let gaps: Vec<_> = gap.collect();
        if let [(pair, keys), ..] = gaps.as_slice() {
            let ((head, low, tail), (_, high, _)) = (pair[0], pair[1]);
            let missing = match low + 2 == high {
                true => format!("`{head}{}{tail}`", low + 1),
                false => format!("`{head}{}{tail}` to `{head}{}{tail}`", low + 1, high - 1),
            };
            let message = format!("the keys of this row are no family: {missing} is missing");
            report.push(
                Diagnostic::new(&codes::FAMILY_GAP, message)
                    .at(keys[1].span, "does not follow the key before it")
                    .help("add what is missing, or give each key a row of its own"),
            );
        }
    }
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
    fn a_gap_in_a_family_is_told() {
        for (cell, expected) in [
            ("c0n c1n c2n", None),
            ("c0n c1n c3n", Some("`c2n` is missing")),
            ("c0n c4n c5n c9n", Some("`c1n` to `c3n` is missing")),
            // These were never meant to be one.
            ("one, two", None),
            ("c1n, c0n", None),
            ("a1, b3", None),
        ] {
            let table = format!(
                "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                 | {cell} | R | bool | Status | x |\n"
            );
            let spec = Spec::from_files([("api.md", table.into_bytes())]);
            let (_, report) = crate::read(&spec);
            let found: Vec<_> = report.diagnostics().iter().map(|d| &*d.message).collect();
            let expected = expected.map(|e| format!("the keys of this row are no family: {e}"));
            assert_eq!(found, expected.as_slice(), "{cell}");
        }
    }

    #[test]
    fn families_of_dotted_keys_have_names_without_the_number() {
        for (head, tail, expected) in [
            ("c", "n", "cn"),
            ("inverter.", ".power", "inverter.power"),
            ("phase.", "", "phase"),
            ("dc", ".u", "dc.u"),
        ] {
            assert_eq!(super::joined(head, tail), expected);
        }
    }

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
