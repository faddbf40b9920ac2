//! Headers and rows of dashes within a table.
//!
//! Takes the rows of a table, gives its own and the table that begins behind them, since
//! no empty line parts the two. Markdown takes such a header for a row; nobody else does.

use super::{
    columns::{Layout, OF_OVERLAYS, OF_SPECS},
    evidence::{self, ColumnKind},
    foreign::Foreign,
};
use crate::{
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span},
    syntax::{self, Row, cells},
};

/// The rows of `table` that are its own, and the table that begins within it.
pub(super) fn split(
    source: &Source,
    table: syntax::Table,
    layout: &Layout,
    foreign: &Foreign,
    report: &mut Report,
) -> (Vec<Row>, Option<syntax::Table>) {
    let syntax::Table {
        header,
        rows,
        section,
    } = table;
    let is_again = |row: &Row| same(source, row, &header);
    let is_other = |row: &Row| is_again(row) || is_dashes(source, row);
    if !rows.iter().any(is_other) {
        return (rows, None);
    }
    let mut own: Vec<Row> = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        if is_again(&row) {
            let dashes = rows.next_if(|next| is_dashes(source, next));
            report.push(again(source, &row, dashes.as_ref(), &header));
            continue;
        }
        if !is_dashes(source, &row) {
            own.push(row);
            continue;
        }
        let above = own.pop_if(|above| !is_row(source, above, &row, layout, foreign));
        let Some(header) = above else {
            report.push(dashes_alone(source, &row));
            continue;
        };
        report.push(begins(source, &header, rows.len()));
        let rest = syntax::Table {
            header,
            rows: rows.collect(),
            section,
        };
        return (own, Some(rest));
    }
    (own, None)
}

/// Returns whether two rows say the same.
fn same(source: &Source, row: &Row, other: &Row) -> bool {
    let word = |cell: &Span| source.slice(cell.range());
    let cells = || row.cells.iter().zip(&other.cells);
    row.cells.len() == other.cells.len()
        && cells().all(|(one, other)| word(one).eq_ignore_ascii_case(word(other)))
}

/// Dashes as under a header; one alone is a blank cell.
fn is_dashes(source: &Source, row: &Row) -> bool {
    row.cells
        .first()
        .is_some_and(|cell| cell.end - cell.start > 1)
        && cells::is_delimiter(source, row)
        && row.cells.iter().all(|cell| cell.end - cell.start > 1)
}

/// Returns whether what stands above `dashes` is a row of the table, and no header.
fn is_row(source: &Source, row: &Row, dashes: &Row, layout: &Layout, foreign: &Foreign) -> bool {
    if row.cells.len() != dashes.cells.len() {
        // These dashes make no table of it.
        return true;
    }
    if row.cells.len() != layout.width {
        return false;
    }
    let word = |cell: &Span| cells::word(source, *cell);
    let begins = |cell: &Span| {
        let forms = OF_SPECS.iter().chain(OF_OVERLAYS);
        let mut firsts = forms.filter_map(|form| form.columns.first());
        firsts.any(|column| column.is(&word(cell)))
    };
    if row.cells.iter().any(begins) {
        return false;
    }
    let columns = layout.columns.iter().zip(&layout.places);
    let told = columns.filter_map(|(column, place)| {
        let cell = word(row.cells.get((*place)?)?);
        let kinds = [ColumnKind::Access, ColumnKind::Type, ColumnKind::Category];
        let kind = kinds
            .into_iter()
            .find(|kind| kind.title() == column.title)?;
        if cell.is_empty() {
            return None;
        }
        let is_title = column.is(&cell);
        let like = evidence::is_like(&cell, kind) || foreign.knows(&cell, column);
        Some(like && !is_title)
    });
    let told: Vec<bool> = told.collect();
    told.is_empty() || told.contains(&true)
}

fn line(source: &Source, row: &Row) -> Span {
    let line = source.whole_line(source.line(row.span.start));
    row.span.with(line)
}

fn again(source: &Source, row: &Row, dashes: Option<&Row>, header: &Row) -> Diagnostic {
    let title = match dashes {
        Some(_) => "remove it and the row of dashes",
        None => "remove it",
    };
    let fix = Fix::certain(title).put(line(source, row), "");
    let fix = dashes
        .into_iter()
        .fold(fix, |fix, dashes| fix.put(line(source, dashes), ""));
    Diagnostic::new(
        &codes::TABLE_WITHIN,
        "the header stands again within its table",
    )
    .at(row.span, "markdown takes it for a row")
    .also(header.span, "the header")
    .help("a table has one header: remove this one, or begin another table behind an empty line")
    .fix(fix)
}

fn dashes_alone(source: &Source, row: &Row) -> Diagnostic {
    Diagnostic::new(&codes::TABLE_WITHIN, "a row of dashes within a table")
        .at(row.span, "markdown takes it for a row")
        .help("dashes stand below the header alone: remove the row")
        .fix(Fix::certain("remove the row").put(line(source, row), ""))
}

fn begins(source: &Source, header: &Row, rows: usize) -> Diagnostic {
    let at = header
        .span
        .with(line(source, header).start..line(source, header).start);
    let before = source.before(header.span.start).trim_end();
    let empty = format!("{before}{}", source.line_ending());
    let what = match rows {
        1 => "it and its one row are no rows of the table above".to_owned(),
        rows => format!("it and its {rows} rows are no rows of the table above"),
    };
    let title = "write an empty line before its header";
    Diagnostic::new(&codes::TABLE_WITHIN, "another table begins within this one")
        .at(header.span, what)
        .help("an empty line parts tables: write one before this header")
        .fix(Fix::certain(title).put(at, empty))
}
