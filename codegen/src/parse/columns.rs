//! Which table is which, and which cell belongs to which column.
//!
//! A table is known by the first column of its kind. A header that lacks a
//! column, or misspells one, is an error; its rows are still read, a misspelled
//! column by its place. Every row is given with exactly the cells of its kind,
//! or is a diagnostic.

use crate::{
    diagnostics::{Diagnostic, Report, codes},
    markdown::{self, Document, Row, Section, cells},
    source::{Source, Span},
    suggest,
};

/// What a table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Keys,
    Fields,
    Routes,
    Topics,
    Placeholders,
}

/// A table of a known kind.
pub(super) struct Table<'a> {
    pub(super) kind: Kind,
    pub(super) source: &'a Source,
    pub(super) header: Span,
    pub(super) section: Option<&'a Section>,
    pub(super) rows: Vec<Cells>,
}

/// One row; [`columns`](KINDS) in the order of the kind.
pub(super) struct Cells {
    pub(super) span: Span,
    cells: Vec<Option<Span>>,
}

impl Cells {
    /// The cells of the first `N` columns, if none of them is missing.
    pub(super) fn all<const N: usize>(&self) -> Option<[Span; N]> {
        let cells: Option<Vec<Span>> = self.cells.iter().take(N).copied().collect();
        cells?.try_into().ok()
    }

    /// The cell of one column.
    pub(super) fn get(&self, column: usize) -> Option<Span> {
        self.cells.get(column).copied().flatten()
    }
}

/// Each kind's columns; the first one tells it from the others.
const KINDS: &[(Kind, &[&str])] = &[
    (
        Kind::Keys,
        &["Key", "R/W", "Type", "Category", "Description"],
    ),
    (Kind::Fields, &["Field", "R/W", "Type", "Description"]),
    (
        Kind::Routes,
        &["Method", "Path", "Query", "Action", "Description"],
    ),
    (
        Kind::Topics,
        &["Topic", "Payload", "Action", "Retained", "Description"],
    ),
    (
        Kind::Placeholders,
        &["Placeholder", "Default", "Description"],
    ),
];

/// `table` with its columns sorted out, if it is of a known kind.
pub(super) fn table<'a>(
    source: &'a Source,
    document: &'a Document,
    table: &'a markdown::Table,
    report: &mut Report,
) -> Option<Table<'a>> {
    let header: Vec<String> = table
        .header
        .cells
        .iter()
        .map(|&c| title(source, c))
        .collect();
    let (kind, columns) = *KINDS
        .iter()
        .find(|(kind, columns)| is_kind(*kind, columns, &header))?;
    let places = places(table, &header, columns, report);
    let rows = table
        .rows
        .iter()
        .filter_map(|row| row_cells(source, row, table, &places, columns, report))
        .collect();
    Some(Table {
        kind,
        source,
        header: table.header.span,
        section: table.section.and_then(|index| document.sections.get(index)),
        rows,
    })
}

/// What a header cell says, without emphasis or code around it.
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
    letters(title) == letters(column)
}

fn is_kind(kind: Kind, columns: &[&str], header: &[String]) -> bool {
    let known = |column: &&&str| header.iter().any(|title| same(title, column));
    let others = columns.iter().skip(1).filter(known).count();
    let first = columns[0];
    if header.iter().any(|title| same(title, first)) {
        // Prose may hold a table with a column "Topic"; one with a column "Key"
        // is always meant.
        return kind == Kind::Keys || others * 2 >= columns.len() - 1;
    }
    let misspelled = header
        .iter()
        .any(|title| suggest::nearest(title, [first]).is_some());
    others == columns.len() - 1 || (misspelled && others * 2 >= columns.len())
}

/// The cell of each column, counted from 0.
fn places(
    table: &markdown::Table,
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
    for (column, place) in columns.iter().zip(&mut places) {
        if place.is_none() {
            *place = missing(table, header, column, &mut strangers, report);
        }
    }
    for index in strangers {
        let message = format!("unknown column `{}`", header[index]);
        let help = format!("known columns of this table: {}", columns.join(", "));
        let span = non_empty(table.header.cells[index], table.header.span);
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
    table: &markdown::Table,
    header: &[String],
    column: &str,
    strangers: &mut Vec<usize>,
    report: &mut Report,
) -> Option<usize> {
    let message = format!("column `{column}` is missing");
    let diagnostic = Diagnostic::new(&codes::MISSING_COLUMN, message);
    let meant = |&index: &usize| {
        header[index].contains(column) || suggest::nearest(&header[index], [column]).is_some()
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
    report.push(
        diagnostic
            .at(table.header.cells[index], "no known column")
            .help(help),
    );
    Some(index)
}

/// The cells of `row` by column, unless it is blank; reports a wrong number.
fn row_cells(
    source: &Source,
    row: &Row,
    table: &markdown::Table,
    places: &[Option<usize>],
    columns: &[&str],
    report: &mut Report,
) -> Option<Cells> {
    let (found, expected) = (row.cells.len(), table.header.cells.len());
    if row
        .cells
        .iter()
        .all(|cell| source.slice(cell.range()).is_empty())
    {
        report.push(
            Diagnostic::new(&codes::BLANK_ROW, "blank row")
                .at(row.span, "all cells are empty")
                .help("remove the row"),
        );
        return None;
    }
    if found > expected {
        report.push(too_many(row, table));
    } else if found < expected {
        report.push(too_few(row, table, places, columns));
    }
    let cell = |place: &Option<usize>| place.and_then(|index| row.cells.get(index)).copied();
    Some(Cells {
        span: row.span,
        cells: places.iter().map(cell).collect(),
    })
}

fn too_many(row: &Row, table: &markdown::Table) -> Diagnostic {
    let (found, expected) = (row.cells.len(), table.header.cells.len());
    let first = row.cells[expected];
    let last = row.cells[found - 1];
    let surplus = non_empty(
        Span {
            end: last.end,
            ..first
        },
        row.span,
    );
    let message = format!("the row has {found} cells, its header {expected}");
    Diagnostic::new(&codes::TOO_MANY_CELLS, message)
        .at(surplus, "markdown drops this")
        .help("write a `|` that is part of a text as `\\|`, and each row on its own line")
}

fn too_few(
    row: &Row,
    table: &markdown::Table,
    places: &[Option<usize>],
    columns: &[&str],
) -> Diagnostic {
    let (found, expected) = (row.cells.len(), table.header.cells.len());
    let missing: Vec<&str> = columns
        .iter()
        .zip(places)
        .filter(|(_, place)| place.is_some_and(|index| index >= found))
        .map(|(column, _)| *column)
        .collect();
    let message = format!("the row has {found} cells, its header {expected}");
    let help = format!("add what is missing: {}", missing.join(", "));
    Diagnostic::new(&codes::TOO_FEW_CELLS, message)
        .at(row.span, "cells are missing here")
        .help(help)
}

/// `span`, or `otherwise` where there is nothing to underline.
fn non_empty(span: Span, otherwise: Span) -> Span {
    if span.start < span.end {
        span
    } else {
        otherwise
    }
}
