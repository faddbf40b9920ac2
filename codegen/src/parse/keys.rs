//! Rows of a key table: first a [`KeyRow`] for each key that a row names, to
//! which an overlay may be applied, then the typed keys.

use super::{
    Cells, Context, Table, Types, key_cell, origin, prose, release::Releases, rows::Fault,
    types::Whose,
};
use crate::{
    facts,
    model::{Access, At, Category, Key, PartialKey, Scalar, Type},
    source::{Source, Span},
};

/// Columns of a key table, as indices of [`KeyRow::cells`].
pub(super) const COLUMNS: [&str; 5] = ["Key", "R/W", "Type", "Category", "Description"];

/// One key of one row; its cells may have been replaced by an overlay's, so
/// each span's own file counts.
#[derive(Clone, Debug)]
pub(super) struct KeyRow {
    /// `None` if there is no key in the row.
    pub(super) name: Option<At<String>>,
    /// Few rows have any.
    pub(super) releases: Option<Box<Releases>>,
    pub(super) cells: [Option<Span>; 5],
    /// The row in the table.
    pub(super) row: Span,
    /// It stood behind another row on the same line.
    glued: bool,
    pub(super) faults: Vec<Fault>,
}

/// What `table`, of keys, names, in order; its rows are used up.
pub(super) fn rows(table: &mut Table<'_>) -> Vec<KeyRow> {
    let rows = std::mem::take(&mut table.rows).into_iter();
    rows.flat_map(|row| split(table.source, row)).collect()
}

fn split(source: &Source, row: Cells) -> Vec<KeyRow> {
    let cell = row.get(0).unwrap_or(row.span);
    let read = key_cell::read(source, cell);
    let cure = vec![0];
    let own = read.faults.into_iter().map(|diagnostic| Fault {
        diagnostic: Box::new(diagnostic),
        cure: cure.clone(),
    });
    let mut first = KeyRow {
        name: None,
        releases: (read.releases != Releases::default()).then(|| Box::new(read.releases)),
        cells: std::array::from_fn(|column| row.get(column)),
        row: row.span,
        glued: row.glued,
        faults: row.faults.into_iter().chain(own).collect(),
    };
    let mut names = read.names.into_iter();
    first.name = names.next();
    let mut rows = vec![first];
    for name in names {
        // What is wrong with the row is said once.
        let row = KeyRow {
            name: Some(name),
            faults: Vec::new(),
            ..rows[0].clone()
        };
        rows.push(row);
    }
    rows
}

/// A key glued behind another row that has a row of its own elsewhere: its
/// fault was reported, and the other row is the better one.
pub(super) fn drop_doubly_glued(rows: &mut Vec<KeyRow>) {
    let own: std::collections::BTreeSet<String> = rows
        .iter()
        .filter(|row| !row.glued)
        .filter_map(|row| Some(row.name.as_ref()?.value.clone()))
        .collect();
    rows.retain(|row| {
        !row.glued
            || row
                .name
                .as_ref()
                .is_none_or(|name| !own.contains(&name.value))
    });
}

/// Types `rows` and adds their keys to the model.
pub(super) fn lower(context: &mut Context, sources: &[Source], rows: Vec<KeyRow>) {
    let mut rows = rows.into_iter().peekable();
    while let Some(mut row) = rows.next() {
        let faults = std::mem::take(&mut row.faults).into_iter();
        context
            .out
            .report
            .extend(faults.map(|fault| *fault.diagnostic));
        let mut names = vec![row.name.clone()];
        // Keys of one row have one type: what is wrong with it is said once.
        while let Some(next) = rows.next_if(|next| next.row == row.row && next.cells == row.cells) {
            names.push(next.name);
        }
        if let Some(template) = read(context, sources, &row, &names) {
            add(context, template, names);
        }
    }
}

fn add(context: &mut Context, template: PartialKey, names: Vec<Option<At<String>>>) {
    let PartialKey {
        has_access,
        has_ty,
        has_category,
        ..
    } = template;
    let complete = has_access && has_ty && has_category;
    for name in names.into_iter().flatten() {
        context.out.key_names.push(name.clone());
        let mut partial = template.clone();
        partial.key.name = name;
        match complete {
            true => context.out.model.keys.push(partial.key),
            false => context.out.model.partial.push(partial),
        }
    }
}

/// What the cells of `row` say of the keys `names`; nothing if there is none.
fn read(
    context: &mut Context,
    sources: &[Source],
    row: &KeyRow,
    names: &[Option<At<String>>],
) -> Option<PartialKey> {
    let of = match names {
        [Some(name)] => format!("key `{}`", name.value),
        [Some(first), .., Some(last)] => format!("keys `{}` to `{}`", first.value, last.value),
        _ => "this row".to_owned(),
    };
    // Every cell is looked at, so that one run names all faults of a row.
    let at = |column: usize| row.cells[column].map(|cell| (&sources[cell.file], cell));
    let access = at(1).and_then(|(source, cell)| context.access_cell(source, cell, &of));
    let types = at(2).and_then(|(source, cell)| {
        let whose = match cell.file == row.row.file {
            true => Whose::Key,
            false => Whose::Correction,
        };
        context.type_cell(source, cell, &of, whose)
    });
    let category = at(3).and_then(|(source, cell)| context.category_cell(source, cell, &of));
    let name = row.name.clone()?;

    let end = Span {
        start: row.row.end,
        ..row.row
    };
    let known = types.is_some();
    let Types { ty, set_ty } = types.map_or(Types::STAND_IN, |types| types.into());
    let (source, description) = at(4).unwrap_or((&sources[end.file], end));
    let description = prose(source, description);
    let mut releases = row.releases.as_deref().cloned().unwrap_or_default();
    releases.mine(source.slice(description.span.range()), description.span);
    let facts = match known {
        true => facts::mine(source, description.span, &[ty, set_ty.unwrap_or(ty)]),
        false => Default::default(),
    };
    context.tab_in(source, description.span, &of);
    let stand_in = |span| At {
        value: Access::Read,
        span,
    };
    Some(PartialKey {
        has_access: access.is_some(),
        has_ty: known,
        has_category: category.is_some(),
        key: Key {
            name,
            access: access.unwrap_or(stand_in(end)),
            ty: At {
                value: ty,
                span: row.cells[2].unwrap_or(end),
            },
            set_ty,
            category: category.unwrap_or(At {
                value: Category::Unknown,
                span: end,
            }),
            facts,
            description,
            since: releases.since,
            removed: releases.removed,
            origin: origin(&sources[row.row.file], row.row),
        },
    })
}

impl Types {
    /// For a key whose type could not be read.
    const STAND_IN: Types = Types {
        ty: Type::of(Scalar::Any),
        set_ty: None,
    };
}
