//! Rows of a key table.

use super::{Cells, Context, Table, origin, prose, word};
use crate::{
    diagnostics::{Diagnostic, codes},
    facts,
    model::{At, Category, Key},
    names,
    source::{Source, Span},
};

pub(super) fn lower(context: &mut Context, table: &Table<'_>) {
    for row in &table.rows {
        if let Some(key) = key(context, table.source, row) {
            context.out.model.keys.push(key);
        }
    }
}

/// The key of `row`, if its name, access and type could be read.
fn key(context: &mut Context, source: &Source, row: &Cells) -> Option<Key> {
    let name = name(context, source, row.get(0)?);
    let of = match &name {
        Some(name) => format!("key `{}`", name.value),
        None => "this row".to_owned(),
    };
    // Every cell is looked at, so that one run names all faults of a row.
    let access = row
        .get(1)
        .and_then(|cell| context.access_cell(source, cell, &of));
    let types = row
        .get(2)
        .and_then(|cell| context.type_cell(source, cell, &of, false));
    let category = row
        .get(3)
        .and_then(|cell| context.category_cell(source, cell, &of));
    let (name, access, types) = (name?, access?, types?);

    let ty = types.get.ty();
    let set_ty = types.set.map(|set| set.ty());
    let end = Span {
        start: row.span.end,
        ..row.span
    };
    let description = row.get(4).unwrap_or(end);
    let type_span = row.get(2).unwrap_or(end);
    Some(Key {
        name,
        access,
        ty: At {
            value: ty,
            span: type_span,
        },
        set_ty,
        // What is missing or not known was reported.
        category: category.unwrap_or(At {
            value: Category::Unknown,
            span: end,
        }),
        facts: facts::mine(source, description, &[ty, set_ty.unwrap_or(ty)]),
        description: prose(source, description),
        origin: origin(source, row.span),
    })
}

fn name(context: &mut Context, source: &Source, cell: Span) -> Option<At<String>> {
    let name = word(source, cell);
    if names::is_key(&name.value) {
        context.out.key_names.push(name.clone());
        return Some(name);
    }
    let span = Span {
        end: name.span.end.max(name.span.start + 1),
        ..name.span
    };
    let message = match name.value.is_empty() {
        true => "no key in this row".to_owned(),
        false => format!("`{}` is not a key", name.value),
    };
    context.push(
        Diagnostic::new(&codes::BAD_KEY, message)
            .at(span, "expected a letter, then letters, digits and `_`")
            .help("one key a row, nothing else in its cell"),
    );
    None
}
