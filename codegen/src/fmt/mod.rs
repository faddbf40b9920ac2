//! Key tables laid out as rustfmt lays out code: `goe-codegen fmt`.
//!
//! Takes one file, gives its text with every key table aligned: one spelling of
//! words and types ([`spelling`]), cells padded up to a sane width, the last
//! column not at all. Nothing outside the tables is touched, no row changes its
//! line unless rows are sorted, and what `dump` prints stays the same: a text
//! that would read differently is not given out.
//!
//! A table whose rows do not have its header's cells, or that markdown does not
//! see as one, is refused: laying it out would hide what is wrong with it.

mod spelling;

use std::ops::Range;

use spelling::Prose;

use crate::{
    dump,
    model::Model,
    parse,
    report::{self, codes},
    source::{Code, Report, Source, Spec, trim},
    syntax::{self, Row, cells},
};

/// Cells wider than this stand out instead of widening all others.
const WIDEST: usize = 24;
/// GFM takes one dash for a delimiter, readers expect three.
const DASHES: usize = 3;

/// The findings that leave open where the cells of a table are.
const UNSAFE: &[&Code] = &[
    &codes::NOT_UTF8,
    &codes::TOO_FEW_CELLS,
    &codes::TOO_MANY_CELLS,
    &codes::LOOSE_ROW,
    &codes::MERGE_MARKER,
    &codes::DUPLICATE_COLUMN,
    &codes::GLUED_ROWS,
    &codes::TABLE_WITHIN,
];

/// The text of the first file of `spec` with its key tables laid out, their
/// rows in the order of their keys if `sort`; or why that is not safe.
///
/// `read` gives the model of a spec: by it the text is held to say what it said.
pub(crate) fn format(
    spec: &Spec,
    sort: bool,
    read: impl Fn(&Spec) -> Model,
) -> Result<String, Report> {
    let Some(source) = spec.sources().first() else {
        return Ok(String::new());
    };
    let mut report = report::read_errors(spec);
    let tables = parse::key_tables(source, &mut report);
    let mut faults = Report::default();
    let found = report
        .diagnostics()
        .iter()
        .filter(|d| UNSAFE.contains(&d.code));
    faults.extend(found.cloned());
    if !faults.is_empty() {
        faults.sort();
        return Err(faults);
    }
    let said = |text: &str| said(source, text, sort, &read);
    let before = said(&source.text);
    for prose in [Prose::OneSpelling, Prose::AsItStands] {
        let text = lay_out(source, &tables, sort, prose);
        if said(&text) == before {
            return Ok(text);
        }
    }
    Ok(source.text.clone())
}

/// Returns the output of `dump`, without the lines if rows may have moved.
fn said(
    source: &Source,
    text: &str,
    sort: bool,
    read: impl Fn(&Spec) -> Model,
) -> Option<Vec<String>> {
    let spec = Spec::from_files([(source.path.clone(), text.as_bytes().to_vec())]);
    dump::keys(&spec, &read(&spec), sort).ok()
}

fn lay_out(
    source: &Source,
    tables: &[(syntax::Table, parse::Places)],
    sort: bool,
    prose: Prose,
) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (table, places) in tables {
        edits.extend(table_edits(source, table, places, sort, prose));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(source.text.len());
    let mut at = 0;
    for (range, text) in edits {
        out.push_str(source.slice(at..range.start));
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(source.slice(at..source.text.len()));
    out
}

/// Each line of the table and what it becomes.
fn table_edits(
    source: &Source,
    table: &syntax::Table,
    places: &parse::Places,
    sort: bool,
    prose: Prose,
) -> Vec<(Range<usize>, String)> {
    let column = |index: usize| places.iter().position(|place| *place == Some(index));
    let spell = |row: &Row| -> Vec<String> {
        let cells = row.cells.iter().enumerate();
        cells
            .map(|(index, &cell)| spelling::cell(source, cell, column(index), prose))
            .collect()
    };
    let raw = |row: &Row| -> Vec<String> {
        row.cells
            .iter()
            .map(|cell| source.slice(cell.range()).to_owned())
            .collect()
    };
    let header = raw(&table.header);
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(spell).collect();
    let widths = widths(&header, &rows);
    if sort {
        let key = column_of_keys(places);
        // A row without a key stays behind all others.
        rows.sort_by_cached_key(|row| {
            let key = row.get(key).cloned().unwrap_or_default();
            (key.is_empty(), key)
        });
    }
    let mut edits = vec![(line(source, &table.header), joined(&header, &widths))];
    if let Some(delimiter) = delimiter(source, table) {
        let dashes = dashes(&raw(&delimiter), &widths);
        edits.push((line(source, &delimiter), joined(&dashes, &widths)));
    }
    let lines = table.rows.iter().map(|row| line(source, row));
    edits.extend(lines.zip(rows.iter().map(|row| joined(row, &widths))));
    edits
}

fn column_of_keys(places: &parse::Places) -> usize {
    places.first().copied().flatten().unwrap_or_default()
}

/// The row and the white space behind it.
fn line(source: &Source, row: &Row) -> Range<usize> {
    let line = source.line_range(source.line(row.span.start));
    row.span.start..line.end
}

/// The row of dashes: it stands under the header, behind what stands before it
/// (the `>` of a quote).
fn delimiter(source: &Source, table: &syntax::Table) -> Option<Row> {
    let header = table.header.span;
    let line = source.line_range(source.line(header.start) + 1);
    let text = source.slice(line.clone());
    let quote = text
        .find(|c: char| !matches!(c, '>' | ' ' | '\t'))
        .unwrap_or(0);
    let row = cells::row(
        source,
        header.file,
        trim(&source.text, line.start + quote..line.end),
    );
    cells::is_delimiter(source, &row).then_some(row)
}

fn widths(header: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let last = header.len().saturating_sub(1);
    let width = |column: usize| {
        let title = header.get(column).map_or(0, |cell| len(cell));
        // The last column needs no padding, only its own dashes.
        let cells = rows
            .iter()
            .filter(|_| column != last)
            .filter_map(|row| row.get(column));
        let widest = cells
            .map(|cell| len(cell))
            .filter(|&width| width <= WIDEST)
            .max();
        title.max(widest.unwrap_or(0)).max(DASHES)
    };
    (0..header.len()).map(width).collect()
}

fn len(cell: &str) -> usize {
    cell.chars().count()
}

fn dashes(delimiter: &[String], widths: &[usize]) -> Vec<String> {
    let column = |(column, &width): (usize, &usize)| {
        let old = delimiter.get(column).map_or("", |cell| cell.as_str());
        let left = if old.starts_with(':') { ":" } else { "" };
        let right = if old.len() > 1 && old.ends_with(':') {
            ":"
        } else {
            ""
        };
        let dashes = "-".repeat(width - left.len() - right.len());
        format!("{left}{dashes}{right}")
    };
    widths.iter().enumerate().map(column).collect()
}

/// Between pipes, padded; the last cell is not.
fn joined(cells: &[String], widths: &[usize]) -> String {
    let mut out = "|".to_owned();
    for (column, &width) in widths.iter().enumerate() {
        let cell = cells.get(column).map_or("", |cell| cell.as_str());
        if column + 1 < widths.len() {
            out += &format!(" {cell:width$} |");
        } else if cell.is_empty() {
            out += " |";
        } else {
            out += &format!(" {cell} |");
        }
    }
    out
}
