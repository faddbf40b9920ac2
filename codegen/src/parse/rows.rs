//! One line of a table to its cells by column.
//!
//! Every row gives exactly the cells of its kind, or a diagnostic. Two rows
//! glued into one line are cut apart. What is wrong with the form of a row is a
//! [`FormError`] that stays with it, since an overlay may restate the row; whoever
//! has no overlay reports it at once.

use super::{
    cell::{choice, types},
    columns::{Layout, TableKind},
    foreign::Foreign,
};
use crate::{
    facts,
    model::{Access, Category},
    names,
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span},
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
    /// Cells may stand in the columns of others.
    pub(crate) shifted: bool,
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
                .help("remove the row")
                .fix(Fix::certain("remove the row").put(line_of(source, row), "")),
        );
        return Vec::new();
    }
    if layout.width > 1 && !source.slice(row.span.range()).contains('|') {
        report.push(text_below(source, row));
        return Vec::new();
    }
    let mut parts = vec![row.cells.as_slice()];
    while matches!(layout.kind, TableKind::Keys | TableKind::Fields)
        && let Some(last) = parts.last().copied()
        && let Some(next) = glued(source, row, last, layout)
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
        first.faults = vec![glue(source, row, &parts, layout)];
        for other in others {
            other.glued = true;
        }
    }
    rows
}

/// The cells behind those of the first row in `part`, if they begin another.
fn glued<'a>(source: &Source, row: &Row, part: &'a [Span], layout: &Layout) -> Option<&'a [Span]> {
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
    let name = cell(0)?;
    let name = match layout.kind {
        // `ipv6[4]`
        TableKind::Fields => name.split('[').next().unwrap_or_default(),
        _ => &*name,
    };
    let begins = cell(1).is_some_and(|word| is_access(&word)) && rest.len() > 2;
    // Of words that are only meant, one may stand in any text: all of them do not.
    let meant = rest.len() >= layout.width && is_sound(source, &rest[..layout.width], layout);
    let is_row = names::is_key(name) && (begins || meant);
    // An example of rows, in backticks, is a text.
    let is_text = || in_code(source, row, rest[0].start);
    (is_row && !is_text()).then_some(rest)
}

/// Whether byte `at` of `row` stands between backticks.
fn in_code(source: &Source, row: &Row, at: usize) -> bool {
    let mut end = row.span.start;
    cells::code_spans(source.slice(row.span.range()))
        .into_iter()
        .any(|(piece, code)| {
            let start = end;
            end += piece.len();
            code && start < at && at < end
        })
}

fn cut(source: &Source, row: &Row, part: &[Span], layout: &Layout, foreign: &Foreign) -> Cells {
    let mut faults = Vec::new();
    if part.len() > layout.width {
        faults.push(too_many(source, row, part, layout));
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

/// Reads the cells of a row with `faults` by `cells`. Where they may stand in the columns of
/// others, what is meant by one of them is not certain.
pub(super) fn read_cells<T>(
    faults: &[FormError],
    report: &mut Report,
    cells: impl FnOnce(&mut Report) -> T,
) -> T {
    let before = report.diagnostics().len();
    let read = cells(report);
    if faults.iter().any(|fault| fault.shifted) {
        report.behind(before).iter_mut().for_each(Diagnostic::doubt);
    }
    read
}

/// So many of the rows on one line are pointed at.
const SHOWN: usize = 8;

/// To state the row anew, an overlay states every column.
fn all_columns() -> Vec<usize> {
    (0..5).collect()
}

fn line_of(source: &Source, row: &Row) -> Span {
    let line = source.whole_line(source.line(row.span.start));
    row.span.with(line)
}

fn glue(source: &Source, row: &Row, parts: &[&[Span]], layout: &Layout) -> FormError {
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
    let help = "write each row on its own line";
    let is_row = |part: &&[Span]| part.len() <= layout.width && is_sound(source, part, layout);
    let certain = parts.last().is_some_and(|last| last.len() == layout.width)
        && parts
            .iter()
            .map(|part| &part[..layout.width.min(part.len())])
            .all(|part| is_row(&part));
    let between = format!(
        " |{}{}| ",
        source.line_ending(),
        source.before(row.span.start)
    );
    let cuts = parts.windows(2).filter_map(|pair| {
        let (last, next) = (pair[0].get(layout.width - 1)?, pair[1].first()?);
        Some(last.with(last.end..next.start))
    });
    let fix = cuts.fold(Fix::new(help, certain), |fix, cut| {
        fix.put(cut, between.as_str())
    });
    FormError {
        diagnostic: Box::new(diagnostic.help(help).fix(fix)),
        cure: all_columns(),
        shifted: false,
    }
}

/// Whether the words of a row stand where they should: those of its access, its type and its
/// category are some, or can mean nothing else.
fn is_sound(source: &Source, part: &[Span], layout: &Layout) -> bool {
    is_sound_but(source, part, layout, "")
}

/// The same, whatever stands in one column.
fn is_sound_but(source: &Source, part: &[Span], layout: &Layout, but: &str) -> bool {
    let columns = layout.columns.iter().zip(&layout.places);
    columns.into_iter().all(|(column, place)| {
        let cell = place.and_then(|index| part.get(index));
        let Some(word) = cell.map(|&cell| cells::word(source, cell)) else {
            return place.is_none();
        };
        match column.title {
            title if title == but => true,
            "R/W" => choice::is_access(&word),
            "Type" => types::is_certain(&word),
            "Category" => choice::is_category(&word),
            _ => true,
        }
    })
}

fn is_access(word: &str) -> bool {
    Access::ALL.iter().any(|(known, _)| *known == word)
}

fn is_category(word: &str) -> bool {
    Category::ALL.iter().any(|(known, _)| *known == word)
}

fn is_type(word: &str) -> bool {
    super::type_spelling(word).is_some()
}

/// Whether no cell of a row with empty ones too many can belong to its neighbour: a pipe in a
/// text moves all that stands behind it by a column, and words of one kind only show where
/// they stand.
fn is_unshifted(source: &Source, own: &[Span], layout: &Layout) -> bool {
    let free = free(layout);
    let behind = own.get(free + 1..).unwrap_or_default();
    let is_blank = |cell: &Span| source.slice(cell.range()).is_empty();
    behind.iter().all(is_blank) && (is_sound(source, own, layout) || free + 1 == layout.width)
}

/// Whether a row with cells too many is sound as soon as a cell is put together with those
/// behind it: a pipe cut it, and moved all others.
fn is_shifted(source: &Source, part: &[Span], layout: &Layout) -> bool {
    let joined_at = |at: usize| {
        let behind = at + 1 + part.len() - layout.width;
        let joined = [&part[..=at], &part[behind..]].concat();
        let column = layout.places.iter().position(|place| *place == Some(at));
        let title = column.map_or("", |column| layout.columns[column].title);
        is_sound_but(source, &joined, layout, title)
    };
    !is_sound(source, &part[..layout.width], layout) && (0..free(layout)).any(joined_at)
}

/// The first cell behind those that show by their words whether they stand where they should.
fn free(layout: &Layout) -> usize {
    let columns = layout.columns.iter().zip(&layout.places);
    let checked = columns.filter(|(column, _)| matches!(column.title, "R/W" | "Type" | "Category"));
    let last = checked.filter_map(|(_, place)| *place).max();
    last.map_or(0, |last| last + 1)
}

/// How to put right a row with too many cells, where that can be told: the surplus is
/// empty, or a text was cut at a pipe of its own.
fn without_surplus(source: &Source, row: &Row, part: &[Span], layout: &Layout) -> Option<Fix> {
    let (own, surplus) = part.split_at_checked(layout.width)?;
    let (last_own, last) = (own.last()?, surplus.last()?);
    let word = |cell: &Span| cells::word(source, *cell);
    let blank = |cell: &Span| source.slice(cell.range()).is_empty();
    let rest = last_own.with(last_own.end..row.span.end);
    let title = "remove the empty cells";
    let removed = surplus.iter().all(blank).then(|| {
        let certain = is_unshifted(source, own, layout);
        Fix::new(title, certain).put(rest, " |")
    });
    if removed.as_ref().is_some_and(Fix::is_certain) {
        return removed;
    }
    let title = "write `\\|` for a pipe within a text";
    let escaped = |from: &Span, to: &Span| {
        let span = from.to(*to);
        let mut escaped = String::new();
        for letter in source.slice(span.range()).chars() {
            if letter == '|' && !escaped.ends_with('\\') {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
        (span, escaped)
    };
    let column = |name: &str| {
        layout
            .columns
            .iter()
            .position(|column| column.title == name)
    };
    let place = |name: &str| column(name).and_then(|column| layout.places[column]);
    if let (Some(ty), [_]) = (place("Type"), surplus) {
        let null =
            |cell: Option<&Span>| cell.is_some_and(|cell| word(cell).eq_ignore_ascii_case("null"));
        let mut joined = part.to_vec();
        if null(part.get(ty)) || null(part.get(ty + 1)) {
            let of = if null(part.get(ty)) { ty } else { ty + 1 };
            joined.remove(of);
            if is_sound_but(source, &joined, layout, "Type") {
                let (span, text) = escaped(part.get(ty)?, part.get(ty + 1)?);
                let text = match super::type_spelling(&word(joined.get(ty)?)) {
                    Some(ty) if !ty.contains("optional") => format!("`optional<{ty}>`"),
                    _ => text,
                };
                return Some(Fix::certain(title).put(span, text));
            }
        }
    }
    if removed.is_some() {
        return removed;
    }
    if place("Description") != Some(layout.width - 1) || blank(last_own) {
        return None;
    }
    // It may be another row, or a word that got into the wrong place.
    let stray = |cell: &Span| {
        let word = word(cell);
        is_access(&word) || is_type(&word) || is_category(&word)
    };
    // The pipe may be one of a cell before it, or a blank cell there be one too many, where
    // what stands behind that could be a fact.
    let before = own.get(free(layout)..layout.width - 1).unwrap_or_default();
    let text = word(last_own);
    let like_fact =
        !text.contains(' ') && (facts::unit(&text).is_some() || text.contains(char::is_numeric));
    let alone = before.iter().all(|cell| blank(cell) && !like_fact);
    let certain = alone
        && is_sound(source, own, layout)
        && surplus.len() < layout.width
        && !surplus.iter().any(stray);
    let (span, text) = escaped(last_own, last);
    Some(Fix::new(title, certain).put(span, text))
}

fn too_many(source: &Source, row: &Row, part: &[Span], layout: &Layout) -> FormError {
    let (found, expected) = (part.len(), layout.width);
    let surplus = part[expected].to(part[found - 1]);
    let message = format!("the row has {found} cells, its header {expected}");
    FormError {
        diagnostic: Box::new(
            Diagnostic::new(&codes::TOO_MANY_CELLS, message)
                .at(surplus.or(row.span), "markdown drops this")
                .help("write a `|` that is part of a text as `\\|`, and each row on its own line")
                .fixes(without_surplus(source, row, part, layout)),
        ),
        cure: all_columns(),
        shifted: is_shifted(source, part, layout),
    }
}

/// A line of text that no empty line parts from the table above.
fn text_below(source: &Source, row: &Row) -> Diagnostic {
    let start = line_of(source, row).start;
    let before = source.before(row.span.start).trim_end();
    let empty = format!("{before}{}", source.line_ending());
    let title = "write an empty line before it";
    Diagnostic::new(
        &codes::TOO_FEW_CELLS,
        "a text below a table, and no row of it",
    )
    .at(row.span, "markdown takes this for a row")
    .help("an empty line ends a table: write one before the text")
    // A row below it would stand outside of the table then.
    .fix(Fix::new(title, false).put(row.span.with(start..start), empty))
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
    // An overlay need not state what a row may lack.
    let required = |column: &usize| layout.columns[*column].required;
    let cure = missing.into_iter().filter(required).collect();
    FormError {
        diagnostic: Box::new(
            Diagnostic::new(&codes::TOO_FEW_CELLS, message)
                .at(row.span, "cells are missing here")
                .help(help),
        ),
        cure,
        shifted: false,
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
        shifted: false,
    })
}
