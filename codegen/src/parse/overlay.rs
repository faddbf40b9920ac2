//! Corrections of key tables: `spec/overlay.md`.
//!
//! | Key | R/W | Type | Category | Description | Reason |
//! |---|---|---|---|---|---|
//! | `dwo` | | `optional<double>` | | | a blank cell keeps what the spec says |
//! | `~~old~~` | | | | | the row is removed |
//! | `~~dup~~` | | | | second | only the row that says this is removed |
//!
//! Applied to rows that are still text, before anything is typed, so that what
//! is wrong with them can be put right: a rule that states a cell cures that
//! cell, one that states every cell the form of the row too. Overlays must not
//! rot: a rule that matches no row, or states what the spec says by now, is an
//! error, and so is one without a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cells, columns,
    key_cell::{self, KeyCell},
    keys::{COLUMNS, KeyRow},
    types,
};
use crate::{
    model::At,
    report::codes,
    source::{Diagnostic, Report, Source, Span, Spec, trim},
    suggest,
    syntax::{Document, cells},
};

/// One row of an overlay.
pub(super) struct Rule {
    names: Vec<At<String>>,
    /// `~~key~~`.
    removes: bool,
    /// The cells that are not blank; the first one is always `None`.
    cells: [Option<Span>; 5],
    row: Span,
}

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

/// The overlays of `spec`.
pub(super) fn read(spec: &Spec, documents: &[Document], report: &mut Report) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (file, (source, document)) in spec.sources().iter().zip(documents).enumerate() {
        if !spec.is_overlay(file) {
            continue;
        }
        let mut tables = 0;
        for table in &document.tables {
            let Some(table) =
                columns::rules(source, &document.sections, &mut table.clone(), report)
            else {
                continue;
            };
            tables += 1;
            for row in &table.rows {
                rules.extend(rule(source, row, report));
            }
        }
        if tables == 0 {
            report.push(no_rules(source, file));
        }
    }
    check_unique(&rules, report);
    rules
}

fn no_rules(source: &Source, file: usize) -> Diagnostic {
    let lines = (1..=source.line_count()).map(|line| source.line_range(line));
    let first = lines
        .into_iter()
        .find(|line| !source.slice(line.clone()).trim().is_empty());
    let line = first.unwrap_or(0..0);
    let span = Span {
        file,
        start: line.start,
        end: line.end,
    };
    Diagnostic::new(&codes::NO_RULES, "no rule in the overlay")
        .at(span, "no table with a `Key` column from here on")
        .help(
            "an overlay is a table `| Key | R/W | Type | Category | Description | Reason |`; \
             remove the file if there is nothing to correct",
        )
}

fn rule(source: &Source, row: &Cells, report: &mut Report) -> Option<Rule> {
    let faults = row.faults.iter();
    report.extend(faults.map(|fault| (*fault.diagnostic).clone()));
    let cell = row.get(0).unwrap_or(row.span);
    let struck = source
        .slice(cell.range())
        .strip_prefix("~~")
        .and_then(|rest| rest.strip_suffix("~~"))
        .is_some();
    let inner = match struck {
        true => {
            let range = trim(&source.text, cell.start + 2..cell.end - 2);
            Span {
                start: range.start,
                end: range.end,
                ..cell
            }
        }
        false => cell,
    };
    let KeyCell { names, faults, .. } = key_cell::read(source, inner);
    report.extend(faults);
    let stated = |column: usize| {
        let cell = row.get(column)?;
        (!source.slice(cell.range()).is_empty()).then_some(cell)
    };
    if stated(5).is_none() && row.faults.is_empty() {
        let span = row.get(5).unwrap_or(row.span);
        report.push(
            Diagnostic::new(&codes::RULE_WITHOUT_REASON, "a correction without a reason")
                .at(
                    columns::non_empty(span, row.span),
                    "why does it differ from the spec?",
                )
                .help("say in the Reason column why, and how that is known"),
        );
    }
    let mut cells = std::array::from_fn(stated);
    cells[0] = None;
    (!names.is_empty()).then_some(Rule {
        names,
        removes: struck,
        cells,
        row: row.span,
    })
}

/// A key has one rule that changes it, and may have some that remove rows.
fn check_unique(rules: &[Rule], report: &mut Report) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for name in rules
        .iter()
        .filter(|rule| !rule.removes)
        .flat_map(|rule| &rule.names)
    {
        let Some(first) = seen.insert(&name.value, name.span) else {
            continue;
        };
        let message = format!("two rules correct key `{}`", name.value);
        report.push(
            Diagnostic::new(&codes::DUPLICATE_RULE, message)
                .at(name.span, "corrected again here")
                .also(first, "first corrected here")
                .help("make one rule of both"),
        );
    }
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
    let stated: Vec<usize> = (1..5)
        .filter(|&column| rule.cells[column].is_some())
        .collect();
    let cures = |cure: &[usize]| {
        cure.iter()
            .all(|column| *column == 0 || stated.contains(column))
    };
    let faults = row.faults.len();
    row.faults.retain(|fault| !cures(&fault.cure));
    let cured = row.faults.len() < faults;
    let before = row.cells;
    for &column in &stated {
        row.cells[column] = rule.cells[column];
    }
    if cured || (differing.len() == stated.len() && !stated.is_empty()) {
        return None;
    }
    let at = match stated.iter().find(|column| !differing.contains(column)) {
        Some(&column) => rule.cells[column],
        None => Some(name.span),
    };
    let spec_says = stated
        .iter()
        .filter(|column| !differing.contains(column))
        .find_map(|&column| before[column]);
    let help = match differing.is_empty() {
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
        diagnostic = diagnostic.also(columns::non_empty(cell, row.row), "the spec says so itself");
    }
    Some(diagnostic)
}

/// The columns in which the rule states something else than the row.
fn differing(spec: &Spec, rule: &Rule, row: &KeyRow) -> Vec<usize> {
    let differs = |column: &usize| match (rule.cells[*column], row.cells[*column]) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(ours), Some(theirs)) => {
            meaning(spec, *column, ours) != meaning(spec, *column, theirs)
        }
    };
    (1..5).filter(differs).collect()
}

/// What a cell says, in one spelling.
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
        2 => types::spelling(&word).unwrap_or(word.into_owned()),
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
    let label = format!("another {}", COLUMNS[column]);
    Some(
        Diagnostic::new(&codes::RULE_UNMATCHED, message)
            .at(rule.cells[column].unwrap_or(rule.row), "no row says this")
            .also(
                columns::non_empty(row.cells[column].unwrap_or(row.row), row.row),
                label,
            )
            .help("state what the row to be removed says, or leave the cell blank to remove all"),
    )
}
