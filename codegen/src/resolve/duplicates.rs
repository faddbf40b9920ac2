//! Drops rows that are given twice and say the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{At, Facts, Key, ValueList},
    parse::{KeyRow, Keys},
    report::codes,
    source::{Diagnostic, Report, Span},
};

/// A key glued behind another row that has a row of its own elsewhere: its
/// fault was reported, and the other row is the better one.
pub(super) fn drop_glued(rows: &mut Vec<KeyRow>) {
    let own: BTreeSet<String> = rows
        .iter()
        .filter(|row| !row.glued)
        .filter_map(|row| Some(row.name.as_ref()?.value.clone()))
        .collect();
    rows.retain(|row| {
        !row.glued
            || row
                .name
                .as_ref()
                .is_none_or(|name| !own.contains(&name.value))
    });
}

/// A key that an earlier row states alike goes, with a warning.
pub(super) fn drop_alike(keys: &mut Keys, report: &mut Report) {
    let mut first: BTreeMap<&str, (Span, Option<&Key>)> = BTreeMap::new();
    let mut whole = keys.whole.iter().enumerate().peekable();
    let (mut surplus_names, mut surplus_keys) = (BTreeSet::new(), BTreeSet::new());
    for (at, name) in keys.names.iter().enumerate() {
        // Keys that could be read are in the order of all names.
        let key = whole.next_if(|(_, key)| key.name == *name);
        let Some(&(span, before)) = first.get(name.value.as_str()) else {
            first.insert(&name.value, (name.span, key.map(|(_, key)| key)));
            continue;
        };
        let alike = key.zip(before);
        if let Some(((index, _), _)) = alike.filter(|((_, key), before)| says_the_same(key, before))
        {
            surplus_names.insert(at);
            surplus_keys.insert(index);
            report.push(left_out(name, span));
        }
    }
    drop_at(&mut keys.names, &surplus_names);
    drop_at(&mut keys.whole, &surplus_keys);
}

fn drop_at<T>(all: &mut Vec<T>, surplus: &BTreeSet<usize>) {
    let mut at = 0..;
    all.retain(|_| at.next().is_some_and(|at| !surplus.contains(&at)));
}

fn left_out(name: &At<String>, first: Span) -> Diagnostic {
    let message = format!("key `{}` is given twice, alike", name.value);
    Diagnostic::new(&codes::SAME_ROW, message)
        .at(name.span, "left out")
        .also(first, "first given here")
        .help("remove one of the rows")
}

fn says_the_same(one: &Key, other: &Key) -> bool {
    let value = |release: &Option<At<String>>| release.as_ref().map(|at| at.value.clone());
    one.access.value == other.access.value
        && (one.ty.value, one.set_ty) == (other.ty.value, other.set_ty)
        && one.category.value == other.category.value
        && one.description.value == other.description.value
        && facts(&one.facts) == facts(&other.facts)
        && value(&one.since) == value(&other.since)
        && value(&one.removed) == value(&other.removed)
}

/// Facts without their places.
fn facts(facts: &Facts) -> impl PartialEq + '_ {
    let list = |list: &ValueList| {
        let values = list
            .values
            .iter()
            .map(|item| (item.name.clone(), item.value));
        (values.collect::<Vec<_>>(), list.open)
    };
    (
        facts.unit.as_ref().map(|fact| fact.value),
        facts.range.as_ref().map(|fact| fact.value),
        facts.length.as_ref().map(|fact| fact.value),
        facts.default.as_ref().map(|fact| &fact.value),
        facts.values.iter().map(list).collect::<Vec<_>>(),
    )
}

#[cfg(test)]
mod tests {
    use crate::Spec;

    /// The keys of a range stand at one place: only the one given twice goes.
    #[test]
    fn the_others_of_a_range_stay() {
        let row = |key| format!("| {key} | R | bool | Status | one |\n");
        let header = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";
        let table = [header, &row("c2n"), &row("c0n-c4n")].concat();
        let spec = Spec::from_files([("api.md", table.into_bytes())]);
        let (model, report) = crate::read(&spec);
        let keys = model.keys.iter().map(|key| key.name.value.as_str());
        assert_eq!(
            keys.collect::<Vec<_>>(),
            ["c2n", "c0n", "c1n", "c3n", "c4n"]
        );
        let codes = report.diagnostics().iter().map(|d| d.code.id);
        assert_eq!(codes.collect::<Vec<_>>(), ["S0122"]);
    }
}
