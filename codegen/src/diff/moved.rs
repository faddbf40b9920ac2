//! Names that have another number now: values of a list, places of an array.
//!
//! A leaf. Names are the same if they differ in spelling only.

use std::collections::BTreeMap;

/// A name that has another number, as it is spelled before and after.
pub(super) struct Moved<'a> {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) names: [&'a str; 2],
}

/// The names that moved, by name; one that stands at several numbers before or
/// after did not certainly.
pub(super) fn moved<'a>(old: &[(i64, &'a str)], new: &[(i64, &'a str)]) -> Vec<Moved<'a>> {
    let mut spellings: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (end, items) in [old, new].into_iter().enumerate() {
        for (_, name) in items {
            spellings.entry(plain(name)).or_default()[end] += 1;
        }
    }
    // `p+` and `p-` are alike without what is only spelling.
    let id = |name: &str| {
        let plain = plain(name);
        let counts = spellings.get(&plain);
        let alone = counts.is_some_and(|counts| counts.iter().all(|count| *count <= 1));
        match alone && !plain.is_empty() {
            true => plain,
            false => name.to_owned(),
        }
    };
    let mut numbers: BTreeMap<String, [Vec<(i64, &str)>; 2]> = BTreeMap::new();
    for (end, items) in [old, new].into_iter().enumerate() {
        for &(number, name) in items {
            numbers.entry(id(name)).or_default()[end].push((number, name));
        }
    }
    let ends = numbers.into_values().filter_map(|[old, new]| {
        let only = |a: &[(i64, &'a str)], b: &[(i64, &'a str)]| {
            let mut only = a
                .iter()
                .filter(|(n, _)| b.iter().all(|(other, _)| other != n));
            only.next().copied().filter(|_| only.next().is_none())
        };
        let (from, was) = only(&old, &new)?;
        let (to, is) = only(&new, &old)?;
        Some(Moved {
            from,
            to,
            names: [was, is],
        })
    });
    ends.collect()
}

/// A name without what is only spelling.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_moves_from_one_number_to_one_other() {
        type Case = (
            &'static [(i64, &'static str)],
            &'static [(i64, &'static str)],
            &'static [&'static str],
        );
        let cases: &[Case] = &[
            (
                &[(1, "a"), (2, "b")],
                &[(1, "b"), (2, "a")],
                &["a 1 2", "b 2 1"],
            ),
            (&[(1, "a")], &[(1, "A")], &[]),
            (&[(1, "No comm")], &[(2, "NoComm")], &["No comm 1 2"]),
            (&[(1, "a"), (2, "a")], &[(2, "a"), (3, "a")], &["a 1 3"]),
            (&[(1, "a")], &[(2, "a"), (3, "a")], &[]),
            (
                &[(1, "p+"), (2, "p-")],
                &[(1, "p-"), (2, "p+")],
                &["p+ 1 2", "p- 2 1"],
            ),
            (&[(1, "+")], &[(2, "-")], &[]),
        ];
        for (old, new, expected) in cases {
            let found: Vec<String> = moved(old, new)
                .iter()
                .map(|moved| format!("{} {} {}", moved.names[0], moved.from, moved.to))
                .collect();
            assert_eq!(found, *expected);
        }
    }
}
