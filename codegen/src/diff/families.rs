//! Keys that differ in nothing but a number, of which what is said of each is said
//! once: `c0n … c9n`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{Key, Model},
    names,
    source::Span,
};

/// So many keys in rows of their own are a family; two may be alike by chance.
const LEAST: usize = 3;

/// A key as it is told from others: in each model its row, and what that says,
/// its number aside. Nothing where there is no such key.
type Ends<'a> = [Option<(Span, String)>; 2];

/// A number, the key that has it, and its rows.
type Member<'a> = (u64, &'a str, [Option<Span>; 2]);

/// Each key of a family, with what they are together called. They are alike in
/// both models, so that what changed of one changed of each.
pub(super) fn families(old: &Model, new: &Model) -> BTreeMap<String, String> {
    let mut keys: BTreeMap<&str, Ends<'_>> = BTreeMap::new();
    for (end, model) in [old, new].into_iter().enumerate() {
        let sections = sections(model);
        for (key, has) in model.rows() {
            let name = key.name.value.as_str();
            if names::numbered(name).is_some() && !sections.contains(name) {
                let ends = keys.entry(name).or_default();
                // Of two rows the first counts.
                ends[end].get_or_insert_with(|| (key.origin.span, statements(key, has)));
            }
        }
    }
    let mut alike: BTreeMap<_, Vec<Member<'_>>> = BTreeMap::new();
    for (name, ends) in &keys {
        if let Some((head, number, tail)) = names::numbered(name) {
            let texts = ends
                .each_ref()
                .map(|end| end.as_ref().map(|(_, text)| text.as_str()));
            let rows = ends.each_ref().map(|end| end.as_ref().map(|(row, _)| *row));
            let same = alike.entry((head, tail, texts)).or_default();
            same.push((number, name, rows));
        }
    }
    let mut together = BTreeMap::new();
    for mut same in alike.into_values() {
        same.sort_unstable_by_key(|(number, ..)| *number);
        let runs = same.chunk_by(|a, b| a.0.checked_add(1) == Some(b.0));
        for run in runs {
            let one_row = run.iter().all(|(_, _, rows)| *rows == run[0].2);
            if let (&[(_, first, _), .., (_, last, _)], true) = (run, one_row || run.len() >= LEAST)
            {
                let name = format!("{first} … {last}");
                together.extend(
                    run.iter()
                        .map(|(_, key, _)| ((*key).to_owned(), name.clone())),
                );
            }
        }
    }
    together
}

/// The keys that have a section of their own, and so are like no other.
fn sections(model: &Model) -> BTreeSet<&str> {
    let shapes = model.shapes.iter().flat_map(|shape| shape.names());
    let shapes = shapes.map(|of| &of.name);
    let positions = model.positions.iter().map(|of| &of.key);
    shapes
        .chain(positions)
        .map(|key| key.value.as_str())
        .collect()
}

/// Everything that the row of a key says, numbers of the text aside: `1. card`.
fn statements(key: &Key, has: [bool; 3]) -> String {
    let mut text = String::new();
    for word in key.description.value.split_whitespace() {
        for c in word.chars() {
            match c.is_ascii_digit() {
                true if text.ends_with('#') => {}
                true => text.push('#'),
                false => text.push(c),
            }
        }
        text.push(' ');
    }
    let removed = key.removed.as_ref().map(|release| &release.value);
    let since = key.since.as_ref().map(|release| &release.value);
    // Nothing in them can fail to be written.
    let facts = serde_json::to_string(&key.facts).unwrap_or_default();
    format!(
        "{has:?} {} {} {} {} {since:?} {removed:?} {facts} {text}",
        key.access.value,
        key.ty.value,
        key.write_ty(),
        key.category.value,
    )
}
