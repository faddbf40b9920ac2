//! Which table is which, and which cell belongs to which column.
//!
//! Takes a header, gives its [`Layout`]. A table is known by the first column
//! of its kind. A header that lacks a column, or misspells one, is an error; a
//! misspelled column is still read by its place. Rows are not looked at here.

use crate::{
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span},
    suggest,
    syntax::{self, cells},
};

/// The kind of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableKind {
    Keys,
    Fields,
    /// The places of an array.
    Positions,
    Routes,
    Topics,
    Placeholders,
    /// Corrections of a key table: only in an overlay.
    Rules,
}

/// The layout of the columns of a table.
pub(super) struct Layout {
    pub(super) kind: TableKind,
    /// The columns of its kind.
    pub(super) columns: &'static [&'static str],
    /// For each of them, the cell it is read from.
    pub(super) places: Vec<Option<usize>>,
    /// Number of cells of the header.
    pub(super) width: usize,
}

/// A kind of table: the columns that tell it from the others, the first one
/// above all, and all that it has.
pub(super) type Known = (TableKind, &'static [&'static str], &'static [&'static str]);

/// The kinds of a spec.
pub(super) const OF_SPECS: &[Known] = &[
    (TableKind::Keys, &KEYS, &KEYS),
    (TableKind::Fields, FIELDS, FIELDS),
    (TableKind::Positions, POSITIONS, POSITIONS),
    (TableKind::Routes, ROUTES, ROUTES),
    (TableKind::Topics, TOPICS, TOPICS),
    (TableKind::Placeholders, PLACEHOLDERS, PLACEHOLDERS),
];

/// The kind of an overlay: a table with a column of keys.
pub(super) const OF_OVERLAYS: &[Known] = &[(TableKind::Rules, &KEYS, RULES)];

/// The columns of a key table.
pub(crate) const KEYS: [&str; 5] = ["Key", "R/W", "Type", "Category", "Description"];
const FIELDS: &[&str] = &["Field", "R/W", "Type", "Description"];
const POSITIONS: &[&str] = &["Index", "Name", "Type", "Unit", "Description"];
const ROUTES: &[&str] = &["Method", "Path", "Query", "Action", "Description"];
const TOPICS: &[&str] = &["Topic", "Payload", "Action", "Retained", "Description"];
const PLACEHOLDERS: &[&str] = &["Placeholder", "Default", "Description"];
const RULES: &[&str] = &["Key", "R/W", "Type", "Category", "Description", "Reason"];

/// The titles of the columns in German documents.
const GERMAN: &[(&str, &[&str])] = &[
    ("Key", &["Schlüssel", "API-Key"]),
    ("Type", &["Typ", "Datentyp"]),
    ("Category", &["Kategorie"]),
    ("Description", &["Beschreibung"]),
];

/// Returns the layout of the columns of `table`, if it is one of these kinds.
pub(super) fn layout(
    source: &Source,
    table: &syntax::Table,
    kinds: &[Known],
    report: &mut Report,
) -> Option<Layout> {
    let cells = table.header.cells.iter();
    let header: Vec<String> = cells.map(|&cell| title(source, cell)).collect();
    let mut kinds = kinds.iter();
    let (kind, _, columns) = *kinds.find(|(_, known_by, _)| is_kind(known_by, &header))?;
    Some(Layout {
        kind,
        columns,
        places: places(table, &header, columns, report),
        width: header.len(),
    })
}

/// Returns the text of a header cell, without emphasis or code around it.
fn title(source: &Source, span: Span) -> String {
    let word = cells::word(source, span);
    word.trim_matches(['*', '_', '`', ' ']).to_owned()
}

fn same(title: &str, column: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let german = GERMAN.iter().find(|(english, _)| *english == column);
    let mut names = german.into_iter().flat_map(|(_, names)| *names);
    letters(title) == letters(column) || names.any(|name| letters(title) == letters(name))
}

fn is_kind(columns: &[&str], header: &[String]) -> bool {
    let known = |column: &&&str| header.iter().any(|title| same(title, column));
    let others = columns.iter().skip(1).filter(known).count();
    let first = columns[0];
    if header.iter().any(|title| same(title, first)) {
        // Prose may hold a table with a column "Topic"; one with a column "Key"
        // is always meant.
        return first == "Key" || others * 2 >= columns.len() - 1;
    }
    let misspelled = header
        .iter()
        .any(|title| suggest::nearest(title, [first]).is_some());
    others == columns.len() - 1 || (misspelled && others * 2 >= columns.len())
}

/// The cell of each column, counted from 0.
fn places(
    table: &syntax::Table,
    header: &[String],
    columns: &[&str],
    report: &mut Report,
) -> Vec<Option<usize>> {
    let mut places = vec![None; columns.len()];
    let mut strangers = Vec::new();
    for (index, title) in header.iter().enumerate() {
        let span = table.header.cells[index];
        match columns.iter().position(|column| same(title, column)) {
            None => strangers.push(index),
            Some(column) => match places[column] {
                None => places[column] = Some(index),
                Some(before) => {
                    let message = format!("two columns are called `{}`", columns[column]);
                    report.push(
                        Diagnostic::new(&codes::DUPLICATE_COLUMN, message)
                            .at(span, "the second one")
                            .also(table.header.cells[before], "the first one, which is read")
                            .help("remove or rename one of them"),
                    );
                }
            },
        }
    }
    // Only one column is missing and only one is strange, at its very place.
    let by_place = strangers.len() == 1
        && header.len() == columns.len()
        && places.iter().filter(|place| place.is_none()).count() == 1;
    for (index, (column, place)) in columns.iter().zip(&mut places).enumerate() {
        if place.is_none() {
            let by_place = by_place && strangers[0] == index;
            *place = missing(table, header, column, by_place, &mut strangers, report);
        }
    }
    for index in strangers {
        let message = format!("unknown column `{}`", header[index]);
        let help = format!("known columns of this table: {}", columns.join(", "));
        let span = table.header.cells[index].or(table.header.span);
        report.push(
            Diagnostic::new(&codes::UNKNOWN_COLUMN, message)
                .at(span, "its cells are not read")
                .help(help),
        );
    }
    places
}

/// Reports that `column` is missing; gives the stranger that is meant to be it.
fn missing(
    table: &syntax::Table,
    header: &[String],
    column: &str,
    by_place: bool,
    strangers: &mut Vec<usize>,
    report: &mut Report,
) -> Option<usize> {
    let message = format!("column `{column}` is missing");
    let diagnostic = Diagnostic::new(&codes::MISSING_COLUMN, message);
    let meant = |&index: &usize| {
        by_place
            || header[index].contains(column)
            || suggest::nearest(&header[index], [column]).is_some()
    };
    let Some(at) = strangers.iter().position(meant) else {
        let help = format!("add a column `{column}` to the header, the row of dashes and each row");
        report.push(
            diagnostic
                .at(table.header.span, "not in this header")
                .help(help),
        );
        return None;
    };
    let index = strangers.remove(at);
    let help = format!("did you mean `{column}`? its cells are read as that");
    let certain = suggest::slip(&header[index], [column]).is_some();
    let fix = Fix::new(format!("write `{column}`"), certain).put(table.header.cells[index], column);
    report.push(
        diagnostic
            .at(table.header.cells[index], "no known column")
            .help(help)
            .fix(fix),
    );
    Some(index)
}
