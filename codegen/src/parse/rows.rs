//! One line of a table to its cells by column.
//!
//! Every row gives exactly the cells of its kind, or a diagnostic. Two rows
//! glued into one line are cut apart. What is wrong with the form of a row is a
//! [`FormError`] that stays with it, since an overlay may restate the row; whoever
//! has no overlay reports it at once.

use super::{
    columns::{Layout, TableKind},
    foreign::Foreign,
};
use crate::{
    model::Access,
    names,
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    syntax::{Row, cells},
};

/// One row; cells in the order of the kind's columns.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) span: Span,
    pub(super) cells: RowCells,
    /// The faults of its form.
    pub(super) faults: Vec<FormError>,
    /// It stood behind another row on the same line.
    pub(super) glued: bool,
}

/// The cells of a row, by the columns of its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowCells {
    /// Those of columns at the end that a table lacks, as most do, are left out.
    cells: Vec<Option<Span>>,
}

impl RowCells {
    pub(super) fn new(cells: impl Iterator<Item = Option<Span>>) -> Self {
        let mut cells: Vec<_> = cells.collect();
        let used = cells.iter().rposition(Option::is_some);
        cells.truncate(used.map_or(0, |last| last + 1));
        cells.shrink_to_fit();
        RowCells { cells }
    }

    /// The cell of one column.
    pub(crate) fn get(&self, column: usize) -> Option<Span> {
        self.cells.get(column).copied().flatten()
    }

    pub(crate) fn set(&mut self, column: usize, cell: Option<Span>) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, None);
        }
        self.cells[column] = cell;
    }
}

/// A fault of a row's form, and what an overlay must state to cure it.
#[derive(Clone, Debug)]
pub(crate) struct FormError {
    /// Few rows have any: a place for four of them is kept small.
    pub(crate) diagnostic: Box<Diagnostic>,
    /// Columns, by index.
    pub(crate) cure: Vec<usize>,
}

impl Cells {
    /// The cells of the first `N` columns, if none of them is missing.
    pub(super) fn all<const N: usize>(&self) -> Option<[Span; N]> {
        let cells: Option<Vec<Span>> = (0..N).map(|column| self.get(column)).collect();
        cells?.try_into().ok()
    }

    /// The cell of one column.
    pub(super) fn get(&self, column: usize) -> Option<Span> {
        self.cells.get(column)
    }
}

/// The rows on the line of `row`: mostly one, none if it is blank.
pub(super) fn read(
    source: &Source,
    row: &Row,
    layout: &Layout,
    foreign: &Foreign,
    report: &mut Report,
) -> Vec<Cells> {
    let blank = |cell: &Span| source.slice(cell.range()).is_empty();
    if row.cells.iter().all(blank) {
        report.push(
            Diagnostic::new(&codes::BLANK_ROW, "blank row")
                .at(row.span, "all cells are empty")
                .help("remove the row"),
        );
        return Vec::new();
    }
    let mut parts = vec![row.cells.as_slice()];
    while layout.kind == TableKind::Keys
        && let Some(last) = parts.last().copied()
        && let Some(next) = glued(source, last, layout)
    {
        parts.push(next);
    }
    let mut rows: Vec<Cells> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            // Every part but the last also holds the cells of the parts behind it.
            let own = match index + 1 < parts.len() {
                true => layout.width,
                false => part.len(),
            };
            cut(source, row, &part[..own], layout, foreign)
        })
        .collect();
    if let [first, others @ ..] = rows.as_mut_slice()
        && !others.is_empty()
    {
        // One finding says it all: the first row's surplus is the next row.
        first.faults = vec![glue(row, &parts, layout)];
        for other in others {
            other.glued = true;
        }
    }
    rows
}

/// The cells behind those of the first row in `part`, if they begin another.
fn glued<'a>(source: &Source, part: &'a [Span], layout: &Layout) -> Option<&'a [Span]> {
    let mut rest = part.get(layout.width..)?;
    if let [empty, others @ ..] = rest
        && empty.start == empty.end
    {
        rest = others;
    }
    let cell = |column: usize| {
        let place = layout.places.get(column).copied().flatten()?;
        rest.get(place).map(|&span| cells::word(source, span))
    };
    let key = cell(0).is_some_and(|key| names::is_key(&key));
    let access =
        cell(1).is_some_and(|word| Access::ALL.iter().any(|(known, _)| *known == word.as_ref()));
    (key && access && rest.len() > 2).then_some(rest)
}

fn cut(source: &Source, row: &Row, part: &[Span], layout: &Layout, foreign: &Foreign) -> Cells {
    let mut faults = Vec::new();
    if part.len() > layout.width {
        faults.push(too_many(row, part, layout));
    } else if part.len() < layout.width {
        faults.push(too_few(row, part, layout));
    }
    for (column, place) in layout.places.iter().enumerate() {
        let cell = place.and_then(|index| part.get(index));
        faults.extend(cell.and_then(|&cell| image(source, cell, column)));
    }
    let cell = |(column, place): (usize, &Option<usize>)| match place {
        None => layout.constants[column],
        Some(index) => part.get(*index).copied(),
    };
    let cells = layout.places.iter().enumerate().map(cell);
    let meant = |(column, cell): (usize, Option<Span>)| {
        let cell = cell?;
        let own = layout.places[column].is_some() && layout.kind.may_be_foreign();
        let meaning = own.then(|| foreign.meaning(source, cell, &layout.columns[column]));
        Some(meaning.flatten().unwrap_or(cell))
    };
    Cells {
        span: row.span,
        cells: RowCells::new(cells.enumerate().map(meant)),
        faults,
        glued: false,
    }
}

/// So many of the rows on one line are pointed at.
const SHOWN: usize = 8;

/// To state the row anew, an overlay states every column.
fn all_columns() -> Vec<usize> {
    (0..5).collect()
}

fn glue(row: &Row, parts: &[&[Span]], layout: &Layout) -> FormError {
    let (found, expected) = (row.cells.len(), layout.width);
    let message = format!(
        "{} rows on one line: {found} cells, the header has {expected}",
        parts.len()
    );
    let mut diagnostic = Diagnostic::new(&codes::GLUED_ROWS, message);
    for (index, part) in parts.iter().enumerate().skip(1).take(SHOWN) {
        if let (Some(first), Some(last)) = (part.first(), part.last()) {
            let span = first.to(*last);
            diagnostic = match index {
                1 => diagnostic.at(span, "another row; markdown drops it"),
                _ => diagnostic.also(span, "and another"),
            };
        }
    }
    FormError {
        diagnostic: Box::new(diagnostic.help("write each row on its own line")),
        cure: all_columns(),
    }
}

fn too_many(row: &Row, part: &[Span], layout: &Layout) -> FormError {
    let (found, expected) = (part.len(), layout.width);
    let surplus = part[expected].to(part[found - 1]);
    let message = format!("the row has {found} cells, its header {expected}");
    FormError {
        diagnostic: Box::new(
            Diagnostic::new(&codes::TOO_MANY_CELLS, message)
                .at(surplus.or(row.span), "markdown drops this")
                .help("write a `|` that is part of a text as `\\|`, and each row on its own line"),
        ),
        cure: all_columns(),
    }
}

fn too_few(row: &Row, part: &[Span], layout: &Layout) -> FormError {
    let (found, expected) = (part.len(), layout.width);
    let missing: Vec<usize> = (0..layout.columns.len())
        .filter(|&column| layout.places[column].is_some_and(|index| index >= found))
        .collect();
    let names: Vec<&str> = missing
        .iter()
        .map(|&column| layout.columns[column].title)
        .collect();
    let message = format!("the row has {found} cells, its header {expected}");
    let help = format!("add what is missing: {}", names.join(", "));
    FormError {
        diagnostic: Box::new(
            Diagnostic::new(&codes::TOO_FEW_CELLS, message)
                .at(row.span, "cells are missing here")
                .help(help),
        ),
        cure: missing,
    }
}

/// `![text](address)` in the cell.
fn image(source: &Source, cell: Span, column: usize) -> Option<FormError> {
    let range = cells::image(source.slice(cell.range()))?;
    Some(FormError {
        diagnostic: Box::new(
            Diagnostic::new(&codes::IMAGE, "an image in a row")
                .at(cell.part(range), "says nothing to a generator")
                .help("remove it, and say in words what it shows"),
        ),
        cure: vec![column],
    })
}
