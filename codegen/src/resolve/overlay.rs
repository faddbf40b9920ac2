//! Applies the corrections of an overlay to the rows of key tables.
//!
//! The rows are still text, so that what is wrong with them can be put right
//! before anything is typed: a rule that states a cell cures that cell, one that
//! states every cell the form of the row too. Overlays must not rot: a rule that
//! matches no row, or states what the spec says by now, is an error.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::At,
    parse::{COLUMNS, KeyRow, Rule, type_spelling},
    report::codes,
    source::{Diagnostic, Report, Span, Spec},
    suggest,
    syntax::cells,
};

/// Applies `rules`, the overlays of `spec`, to `rows`.
pub(super) fn apply(spec: &Spec, rules: &[Rule], rows: &mut Vec<KeyRow>, report: &mut Report) {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if let Some(name) = &row.name {
            places.entry(name.value.clone()).or_default().push(at);
        }
    }
    let mut removed = BTreeSet::new();
    for rule in rules {
        for name in &rule.names {
            let found = places.get(&name.value).into_iter().flatten();
            let found: Vec<usize> = found.copied().filter(|at| !removed.contains(at)).collect();
            apply_rule(spec, rule, name, rows, &found, &mut removed, report);
        }
    }
    let mut at = 0..;
    rows.retain(|_| at.next().is_some_and(|at| !removed.contains(&at)));
}

/// Applies the rule for `name` to those of `rows` that have it: `found`.
fn apply_rule(
    spec: &Spec,
    rule: &Rule,
    name: &At<String>,
    rows: &mut [KeyRow],
    found: &[usize],
    removed: &mut BTreeSet<usize>,
    report: &mut Report,
) {
    let Some(&first) = found.first() else {
        report.push(unmatched(rule, name, rows));
        return;
    };
    if rule.removes {
        let selected = |at: &&usize| differing(spec, rule, &rows[**at]).is_empty();
        let selected: Vec<usize> = found.iter().filter(selected).copied().collect();
        if selected.is_empty() {
            report.extend(not_selected(spec, rule, name, &rows[first]));
        }
        removed.extend(selected);
        return;
    }
    let mut stale = Vec::new();
    for &at in found {
        stale.push(correct(spec, rule, name, &mut rows[at]));
    }
    // Of two rows with one name, one may well say it already.
    if stale.iter().all(Option::is_some) {
        report.extend(stale.into_iter().flatten().take(1));
    }
}

/// Puts the rule's cells into `row`; an error if that changes nothing, or a
/// cell of it changes nothing.
fn correct(spec: &Spec, rule: &Rule, name: &At<String>, row: &mut KeyRow) -> Option<Diagnostic> {
    let differing = differing(spec, rule, row);
    let stated: Vec<usize> = (1..COLUMNS.len())
        .filter(|&column| rule.cells.get(column).is_some())
        .collect();
    let cures = |cure: &[usize]| {
        cure.iter()
            .all(|column| *column == 0 || stated.contains(column))
    };
    let faults = row.faults.len();
    row.faults.retain(|fault| !cures(&fault.cure));
    let cured = row.faults.len() < faults;
    let before = row.cells.clone();
    for &column in &stated {
        row.cells.set(column, rule.cells.get(column));
    }
    if cured || (differing.len() == stated.len() && !stated.is_empty()) {
        return None;
    }
    let at = match stated.iter().find(|column| !differing.contains(column)) {
        Some(&column) => rule.cells.get(column),
        None => Some(name.span),
    };
    let spec_says = stated
        .iter()
        .filter(|column| !differing.contains(column))
        .find_map(|&column| before.get(column));
    let help = match differing.is_empty() {
        true if stated.is_empty() => {
            "state in a column that is read what is to change, or remove the rule"
        }
        true => "remove the rule",
        false => "leave the cell blank",
    };
    let message = match spec_says {
        Some(_) => format!("the spec has caught up with the rule for `{}`", name.value),
        None => format!("the rule for `{}` changes nothing", name.value),
    };
    let mut diagnostic = Diagnostic::new(&codes::RULE_STALE, message)
        .at(at.unwrap_or(rule.row), "this changes nothing")
        .help(help);
    if let Some(cell) = spec_says {
        diagnostic = diagnostic.also(cell.or(row.row), "the spec says so itself");
    }
    Some(diagnostic)
}

/// The columns in which the rule states something else than the row.
fn differing(spec: &Spec, rule: &Rule, row: &KeyRow) -> Vec<usize> {
    let differs = |column: &usize| match (rule.cells.get(*column), row.cells.get(*column)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(ours), Some(theirs)) => {
            meaning(spec, *column, ours) != meaning(spec, *column, theirs)
        }
    };
    (1..COLUMNS.len()).filter(differs).collect()
}

/// Returns the content of a cell, in one spelling.
fn meaning(spec: &Spec, column: usize, cell: Span) -> String {
    let Some(source) = spec.sources().get(cell.file) else {
        return String::new();
    };
    if column == 4 {
        let text = cells::prose(source, cell);
        // A tab tears a word; a space does not.
        return text
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
    }
    let word = cells::word(source, cell);
    match column {
        2 => type_spelling(&word).unwrap_or(word.into_owned()),
        _ => word.into_owned(),
    }
}

fn unmatched(rule: &Rule, name: &At<String>, rows: &[KeyRow]) -> Diagnostic {
    let known = rows.iter().filter_map(|row| row.name.as_ref());
    let help = suggest::help(
        &name.value,
        known.map(|name| name.value.as_str()),
        "remove the rule: the spec has no such key any more",
    );
    let verb = if rule.removes { "removes" } else { "corrects" };
    Diagnostic::new(
        &codes::RULE_UNMATCHED,
        format!(
            "the rule {verb} key `{}`, which the spec does not have",
            name.value
        ),
    )
    .at(name.span, "no row has this key")
    .help(help)
}

/// The rule names a key, but no row of it says what the rule says.
fn not_selected(spec: &Spec, rule: &Rule, name: &At<String>, row: &KeyRow) -> Option<Diagnostic> {
    let column = *differing(spec, rule, row).first()?;
    let message = format!("no row of `{}` says what the rule removes", name.value);
    let label = format!("another {}", COLUMNS[column].title);
    Some(
        Diagnostic::new(&codes::RULE_UNMATCHED, message)
            .at(
                rule.cells.get(column).unwrap_or(rule.row),
                "no row says this",
            )
            .also(row.cells.get(column).unwrap_or(row.row).or(row.row), label)
            .help("state what the row to be removed says, or leave the cell blank to remove all"),
    )
}
