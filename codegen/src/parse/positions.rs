//! Sections that say what the places of an array mean: `## nrg[16]` above a table
//! with an `Index` column.
//!
//! A heading with positions is exact: there are always that many entries. Whether
//! each place has its row, and whether all are of one type, is left to the checks.

use super::{
    Cells, Context, Table, origin, prose,
    routes::visible,
    shapes::heading,
    types::{Types, Whose},
    word,
};
use crate::{
    facts,
    model::{At, Position, Positions, Unit},
    report::codes,
    source::{Diagnostic, Source, Span},
};

pub(super) fn lower(context: &mut Context, table: &Table<'_>) {
    let Some(section) = table.section else {
        context.push(
            Diagnostic::new(&codes::STRAY_SHAPE, "positions of no key")
                .at(table.header, "no heading above")
                .help("put the table under a heading such as `## nrg[16]`"),
        );
        return;
    };
    let Some((key, count)) = heading(context, section) else {
        return;
    };
    let Some(count) = count else {
        let message = format!("`{}` has positions, but no number of them", key.value);
        let help = format!("say how many there always are: `{}[16]`", key.value);
        context.push(
            Diagnostic::new(&codes::POSITIONS_INCOMPLETE, message)
                .at(key.span, "no number here")
                .help(help),
        );
        return;
    };
    let rows = table.rows.iter();
    let positions = rows.filter_map(|row| position(context, table.source, &key.value, row));
    let positions = positions.collect();
    let origin = origin(table.source, key.span);
    context.out.model.positions.push(Positions {
        key,
        count,
        positions,
        origin,
    });
}

fn position(context: &mut Context, source: &Source, key: &str, row: &Cells) -> Option<Position> {
    let index = row.get(0).and_then(|cell| index(context, source, key, cell));
    let of = match &index {
        Some(index) => format!("position `{key}[{}]`", index.value),
        None => "this row".to_owned(),
    };
    let name = row.get(1).and_then(|cell| name(context, source, &of, cell));
    let ty = row
        .get(2)
        .and_then(|cell| context.type_cell(source, cell, &of, Whose::Key));
    let unit = row.get(3).and_then(|cell| unit(context, source, &of, cell));
    let [_, _, type_span, _, description] = row.all()?;
    // A position is read and written as the array is.
    let Types { ty, .. } = Types::from(ty?);
    Some(Position {
        index: index?,
        name: name?,
        ty: At {
            value: ty,
            span: type_span,
        },
        unit,
        description: prose(source, description),
        origin: origin(source, row.span),
    })
}

fn index(context: &mut Context, source: &Source, key: &str, cell: Span) -> Option<At<u32>> {
    let At { value: text, span } = word(source, cell);
    if let Ok(value) = text.parse::<u16>() {
        return Some(At {
            value: value.into(),
            span,
        });
    }
    context.push(
        Diagnostic::new(
            &codes::BAD_POSITION,
            format!("`{text}` is not a position of `{key}`"),
        )
        .at(visible(span), "expected a whole number")
        .help("positions are counted from 0, in every row one"),
    );
    None
}

fn name(context: &mut Context, source: &Source, of: &str, cell: Span) -> Option<At<String>> {
    let name = prose(source, cell);
    if !name.value.is_empty() {
        return Some(name);
    }
    context.push(
        Diagnostic::new(&codes::BAD_POSITION, format!("{of} has no name"))
            .at(visible(cell), "empty")
            .help("say in a few words what stands there: `voltage L1`"),
    );
    None
}

/// The unit of the cell; nothing where it is blank.
fn unit(context: &mut Context, source: &Source, of: &str, cell: Span) -> Option<At<Unit>> {
    let At { value: text, span } = word(source, cell);
    if matches!(text.as_str(), "" | "-" | "–" | "—") {
        return None;
    }
    let unit = facts::unit(&text).map(|value| At { value, span });
    if unit.is_none() {
        let known: Vec<&str> = Unit::ALL.iter().map(|unit| unit.symbol()).collect();
        context.push(
            Diagnostic::new(&codes::UNKNOWN_UNIT, format!("unknown unit `{text}` of {of}"))
                .at(span, "left out: nothing is known of this unit")
                .help(format!("units are {}", known.join(", "))),
        );
    }
    unit
}
