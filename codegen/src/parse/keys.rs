//! Rows of a key table: first a [`KeyRow`] for each key that a row names, whose
//! cells are still text, so that an overlay may be applied; then, by
//! [`typed`], the keys.

use super::{
    cell::{
        choice, key,
        release::Releases,
        text::{joined, origin, prose, report_tab},
        types::{self, Types, Whose},
    },
    columns::{KEY_COVERAGE, KEY_FACTS, Stating},
    rows::{self, Cells, FormError, RowCells},
    stated::{self, Owner},
    table::Table,
};
use crate::{
    facts,
    model::{Access, At, Category, Key, PartialKey, Scalar, Type},
    report::codes,
    source::{Diagnostic, Report, Source, Span},
};

/// One key of one row; its cells may have been replaced by an overlay's, so
/// each span's own file counts.
#[derive(Clone, Debug)]
pub(crate) struct KeyRow {
    /// `None` if there is no key in the row.
    pub(crate) name: Option<At<String>>,
    /// Few rows have any.
    releases: Option<Box<Releases>>,
    /// By [column](super::COLUMNS).
    pub(crate) cells: RowCells,
    /// The row in the table.
    pub(crate) row: Span,
    /// It stood behind another row on the same line.
    pub(crate) glued: bool,
    pub(crate) faults: Vec<FormError>,
}

/// Returns the rows of `table`, of keys: one for each key it names, in order.
pub(super) fn rows(table: Table<'_>) -> impl Iterator<Item = KeyRow> {
    let source = table.source;
    table.rows.into_iter().flat_map(|row| split(source, row))
}

fn split(source: &Source, row: Cells) -> Vec<KeyRow> {
    let cell = row.get(0).unwrap_or(row.span);
    let read = key::read(source, cell);
    let cure = vec![0];
    let own = read.faults.into_iter().map(|diagnostic| FormError {
        diagnostic: Box::new(diagnostic),
        cure: cure.clone(),
        shifted: false,
    });
    let mut first = KeyRow {
        name: None,
        releases: (read.releases != Releases::default()).then(|| Box::new(read.releases)),
        cells: row.cells,
        row: row.span,
        glued: row.glued,
        faults: row.faults.into_iter().chain(own).collect(),
    };
    let mut names = read.names.into_iter();
    first.name = names.next();
    let mut rows = vec![first];
    for name in names {
        // The faults of the row are reported once.
        let row = KeyRow {
            name: Some(name),
            faults: Vec::new(),
            ..rows[0].clone()
        };
        rows.push(row);
    }
    rows
}

/// The keys that were read from rows.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Those of which everything could be read, in order.
    pub(crate) whole: Vec<Key>,
    /// The others, in order.
    pub(crate) partial: Vec<PartialKey>,
    /// The names of all of them, in order, also of those that could not be read
    /// further: whoever refers to one of them is not at fault.
    pub(crate) names: Vec<At<String>>,
}

/// The keys that `rows` of the files `sources` name.
pub(crate) fn typed(sources: &[Source], rows: Vec<KeyRow>, report: &mut Report) -> Keys {
    let mut keys = Keys::default();
    let mut rows = rows.into_iter().peekable();
    while let Some(mut row) = rows.next() {
        let faults = std::mem::take(&mut row.faults);
        let named = row.name.iter().map(|name| name.value.as_str());
        let named: Vec<&str> = named.collect();
        report.extend(faults.iter().map(|fault| {
            let columns = fault.cure.iter();
            let cells = columns.filter_map(|&column| Some((column, *EXAMPLES.get(column)?)));
            let cells: Vec<_> = cells.collect();
            let diagnostic = (*fault.diagnostic).clone();
            match named.is_empty() || cells.is_empty() {
                true => diagnostic,
                false => diagnostic.note(overlay_row(&named, cells)),
            }
        }));
        let mut names = vec![row.name.clone()];
        // Keys of one row have one type: what is wrong with it is said once.
        while let Some(next) = rows.next_if(|next| next.row == row.row && next.cells == row.cells) {
            names.push(next.name);
        }
        let template = rows::read_cells(&faults, report, |report| {
            read(sources, &row, &names, report)
        });
        if let Some(template) = template {
            keys.add(template, names);
        }
    }
    keys
}

impl Keys {
    fn add(&mut self, template: PartialKey, names: Vec<Option<At<String>>>) {
        let PartialKey {
            has_access,
            has_ty,
            has_category,
            ..
        } = template;
        let complete = has_access && has_ty && has_category;
        for name in names.into_iter().flatten() {
            self.names.push(name.clone());
            let mut partial = template.clone();
            partial.key.name = name;
            match complete {
                true => self.whole.push(partial.key),
                false => self.partial.push(partial),
            }
        }
    }
}

/// Reads the cells of `row`, of the keys `names`; returns nothing if there is no key.
fn read(
    sources: &[Source],
    row: &KeyRow,
    names: &[Option<At<String>>],
    report: &mut Report,
) -> Option<PartialKey> {
    let of = match names {
        [Some(name)] => format!("key `{}`", name.value),
        [Some(first), .., Some(last)] => format!("keys `{}` to `{}`", first.value, last.value),
        _ => "this row".to_owned(),
    };
    // Where nothing but a description stands, one fault says it all.
    let is_blank = |column: usize| {
        let cell = row.cells.get(column);
        cell.is_none_or(|cell| sources[cell.file].slice(cell.range()).is_empty())
    };
    if row.name.is_none() && (1..4).all(is_blank) {
        return None;
    }
    let known = names.iter().flatten().map(|name| name.value.as_str());
    let own: Vec<&str> = known.collect();
    // A word that groups the rows below it.
    let is_alone = row.name.is_some() && (1..=4).all(is_blank);
    if is_alone {
        let cells: Vec<_> = (1..=4).map(|column| (column, EXAMPLES[column])).collect();
        report.push(
            Diagnostic::new(&codes::TOO_FEW_CELLS, format!("nothing is said of {of}"))
                .at(row.row, "all other cells are empty")
                .help(
                    "say who may do what, its type and its category; a heading of the rows below \
                     stands outside of the table",
                )
                .note(overlay_row(&own, cells)),
        );
    }
    // Every cell is looked at, so that one run names all faults of a row.
    let at = |column: usize| {
        row.cells
            .get(column)
            .filter(|_| !is_alone)
            .map(|cell| (&sources[cell.file], cell))
    };
    let before = report.diagnostics().len();
    let access = at(1).and_then(|(source, cell)| choice::access(source, cell, &of, report));
    tell_cure(sources, report, before, row, &own, 1);
    let before = report.diagnostics().len();
    let types = at(2).and_then(|(source, cell)| {
        let whose = match cell.file == row.row.file {
            true => Whose::Key,
            false => Whose::Correction,
        };
        types::read(source, cell, &of, whose, report)
    });
    tell_cure(sources, report, before, row, &own, 2);
    let before = report.diagnostics().len();
    let category = at(3).and_then(|(source, cell)| choice::category(source, cell, &of, report));
    tell_cure(sources, report, before, row, &own, 3);
    let name = row.name.clone()?;

    let end = row.row.with(row.row.end..row.row.end);
    let known = types.is_some();
    let Types { ty, set_ty } = types.map_or(Types::STAND_IN, |types| types.into());
    let (source, description) = at(4).unwrap_or((&sources[end.file], end));
    let description = prose(source, description);
    let mut releases = row.releases.as_deref().cloned().unwrap_or_default();
    let types = known.then_some([ty, set_ty.unwrap_or(ty)]);
    let mut facts = match &types {
        Some(types) => facts::mine(source, description.span, types),
        None => Default::default(),
    };
    let owner = Owner {
        sources,
        of: &of,
        file: row.row.file,
        types,
        description: Some(description.span),
    };
    let cell = |stating: Stating| row.cells.get(KEY_FACTS + stating as usize);
    stated::apply(&owner, cell, &mut facts, &mut releases, report);
    let coverage =
        at(KEY_COVERAGE).and_then(|(source, cell)| choice::coverage(source, cell, &of, report));
    let before = report.diagnostics().len();
    report_tab(source, description.span, &of, report);
    tell_cure(sources, report, before, row, &own, 4);
    // What could not be read stands in a cell too, maybe one of an overlay.
    let place = |column: usize| row.cells.get(column).unwrap_or(end);
    Some(PartialKey {
        has_access: access.is_some(),
        has_ty: known,
        has_category: category.is_some(),
        key: Key {
            name,
            access: access.unwrap_or(At {
                value: Access::Read,
                span: place(1),
            }),
            ty: At {
                value: ty,
                span: place(2),
            },
            set_ty,
            category: category.unwrap_or(At {
                value: Category::Unknown,
                span: place(3),
            }),
            facts,
            description,
            coverage,
            since: releases.since,
            removed: releases.removed,
            origin: origin(&sources[row.row.file], row.row),
        },
    })
}

/// A word for each of the first [columns](super::COLUMNS), as an example of what it may say;
/// the others state facts, which a row may lack.
const EXAMPLES: [&str; 5] = ["", "R", "uint8", "Status", "text"];

/// Adds to the findings behind the first `before`, which are about a cell of `row`, the row of
/// an overlay that cures them: whoever has the table from somebody else leaves it as it is.
fn tell_cure(
    sources: &[Source],
    report: &mut Report,
    before: usize,
    row: &KeyRow,
    names: &[&str],
    column: usize,
) {
    let Some(cell) = row
        .cells
        .get(column)
        .filter(|cell| cell.file == row.row.file)
    else {
        return;
    };
    if names.is_empty() {
        return;
    }
    let source = &sources[cell.file];
    for found in report.behind(before) {
        let meant = found.fixes.first().filter(|_| column != 4);
        let meant = meant.and_then(|fix| {
            let [(span, text)] = fix.edits.as_slice() else {
                return None;
            };
            let (before, behind) = (cell.start..span.start, span.end..cell.end);
            let cell = format!("{}{text}{}", source.slice(before), source.slice(behind));
            Some(joined(&cell))
        });
        let meant = meant.as_deref().unwrap_or(EXAMPLES[column]);
        let note = overlay_row(names, [(column, meant)]);
        found.notes.push(note.into());
    }
}

/// A row of an overlay that states `cells` of the keys `names`.
fn overlay_row<'a>(names: &[&str], cells: impl IntoIterator<Item = (usize, &'a str)>) -> String {
    let mut row = [""; EXAMPLES.len()];
    for (column, text) in cells {
        row[column] = text;
    }
    let key = names.join(" ");
    let row = row.iter().skip(1).map(|cell| match cell.is_empty() {
        true => " |".to_owned(),
        false => format!(" {cell} |"),
    });
    let row: String = row.collect();
    format!("where the table is not yours, state it in overlay.md: | {key} |{row} reason |")
}

impl Types {
    /// For a key whose type could not be read.
    const STAND_IN: Types = Types {
        ty: Type::of(Scalar::Any),
        set_ty: None,
    };
}
