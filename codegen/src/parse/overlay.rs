//! Corrections of key tables, as they are written: `spec/overlay.md`.
//!
//! | Key | R/W | Type | Category | Description | Reason |
//! |---|---|---|---|---|---|
//! | `dwo` | | `optional<double>` | | | a blank cell keeps what the spec says |
//! | `~~old~~` | | | | | the row is removed |
//! | `~~dup~~` | | | | second | only the row that says this is removed |
//!
//! The columns that state facts (`Unit`, `Min`, …) may stand here too; `-` in one says
//! that nothing is stated, whatever the spec says. A rule without a reason is an error,
//! and so are two for one key. What a rule does to the rows of the spec is not told here.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cell::key::{self, KeyCell},
    columns::{OF_OVERLAYS, RULE_REASON, TableKind},
    foreign::Foreign,
    rows::{Cells, RowCells},
    table::{File, Table},
};
use crate::{
    model::At,
    report::codes,
    source::{Diagnostic, Report, Source, Span, between, trim},
    syntax,
};

/// One row of an overlay.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) names: Vec<At<String>>,
    /// `~~key~~`.
    pub(crate) removes: bool,
    /// The cells that are not blank; the first one is always `None`.
    pub(crate) cells: RowCells,
    pub(crate) row: Span,
}

/// The rules in `tables`, those of an overlay: the `at`th file of its spec. What it maps
/// of another author's words is added to `foreign`.
pub(super) fn read(
    file: &File<'_>,
    at: usize,
    tables: Vec<syntax::Table>,
    foreign: &mut Foreign,
    report: &mut Report,
) -> Vec<Rule> {
    let source = file.source;
    let (none, keys) = (Foreign::default(), BTreeSet::new());
    let (mut all, mut within) = (tables.into_iter(), None);
    let mut tables = Vec::new();
    while let Some(table) = within.take().or_else(|| all.next()) {
        let read = Table::new(file, table, OF_OVERLAYS, &none, &keys, report);
        tables.extend(read.ok());
        within = tables.last_mut().and_then(|table| table.rest.take());
    }
    if tables.is_empty() {
        report.push(no_rules(source, at));
    }
    let mut rules = Vec::new();
    for table in &tables {
        match table.layout.kind {
            TableKind::Headers => foreign.add_headers(table, report),
            TableKind::Words => foreign.add_words(table, report),
            _ => rules.extend(
                table
                    .rows
                    .iter()
                    .filter_map(|row| rule(source, row, report)),
            ),
        }
    }
    rules
}

fn no_rules(source: &Source, file: usize) -> Diagnostic {
    let span = Span::new(file, source.first_line());
    Diagnostic::new(&codes::NO_RULES, "no rule in the overlay")
        .at(span, "no table with a `Key` column from here on")
        .help(
            "an overlay is a table `| Key | R/W | Type | Category | Description | Reason |`, or \
             `| Header | Column |` for another author's titles; remove the file if there is \
             nothing to correct",
        )
}

fn rule(source: &Source, row: &Cells, report: &mut Report) -> Option<Rule> {
    let faults = row.faults.iter();
    report.extend(faults.map(|fault| (*fault.diagnostic).clone()));
    let cell = row.get(0).unwrap_or(row.span);
    let struck = between(source.slice(cell.range()), "~~", "~~").is_some();
    let inner = match struck {
        true => cell.with(trim(&source.text, cell.start + 2..cell.end - 2)),
        false => cell,
    };
    let KeyCell { names, faults, .. } = key::read(source, inner);
    report.extend(faults);
    let stated = |column: usize| {
        let cell = row.get(column)?;
        (!source.slice(cell.range()).is_empty()).then_some(cell)
    };
    if stated(RULE_REASON).is_none() && row.faults.is_empty() {
        let span = row.get(RULE_REASON).unwrap_or(row.span);
        report.push(
            Diagnostic::new(&codes::RULE_WITHOUT_REASON, "a correction without a reason")
                .at(span.or(row.span), "why does it differ from the spec?")
                .help("say in the Reason column why, and how that is known"),
        );
    }
    let cells = (0..RULE_REASON).map(|column| stated(column).filter(|_| column > 0));
    let cells = RowCells::new(cells);
    (!names.is_empty()).then_some(Rule {
        names,
        removes: struck,
        cells,
        row: row.span,
    })
}

/// A key has one rule that changes it, and may have some that remove rows.
pub(super) fn report_doubles(rules: &[Rule], report: &mut Report) {
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
