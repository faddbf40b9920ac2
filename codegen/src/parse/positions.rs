//! Sections that say what the places of an array mean: `## nrg[16]` above a table
//! with an `Index` column.
//!
//! A heading with positions is exact: there are always that many entries. Whether
//! each place has its row, and whether all are of one type, is left to the checks.

use super::{
    cell::{
        release::Releases,
        text::{origin, prose, word},
        types::{self, Types, Whose},
    },
    columns::Stating,
    rows::{self, Cells},
    shapes::heading,
    stated::{self, Owner},
    table::Table,
};
use crate::{
    facts,
    model::{At, Facts, Position, Positions},
    report::codes,
    source::{Diagnostic, Report, Source, Span},
};

/// The positions in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Option<Positions> {
    let Some(section) = table.section else {
        report.push(
            Diagnostic::new(&codes::STRAY_SHAPE, "positions of no key")
                .at(table.header, "no heading above")
                .help("put the table under a heading such as `## meter[16]`"),
        );
        return None;
    };
    let (key, count) = heading(section, report)?;
    let Some(count) = count else {
        let message = format!("`{}` has positions, but no number of them", key.value);
        let help = format!("say how many there always are: `{}[16]`", key.value);
        report.push(
            Diagnostic::new(&codes::POSITIONS_INCOMPLETE, message)
                .at(key.span, "no number here")
                .help(help),
        );
        return None;
    };
    let (mut positions, mut partial) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let read = rows::read_cells(&row.faults, report, |report| {
            position(table, &key.value, row, report)
        });
        match read {
            Ok(position) => positions.push(position),
            Err(index) => partial.push(index),
        }
    }
    let origin = origin(table.source, key.span);
    Some(Positions {
        key,
        count,
        positions,
        partial,
        origin,
    })
}

/// The position in `row`; if not everything could be read, its index, as far as that
/// could.
fn position(
    table: &Table<'_>,
    key: &str,
    row: &Cells,
    report: &mut Report,
) -> Result<Position, Option<u32>> {
    let source = table.source;
    let index = row.get(0).and_then(|cell| index(source, key, cell, report));
    let of = match &index {
        Some(index) => format!("position `{key}[{}]`", index.value),
        None => "this row".to_owned(),
    };
    let at = |column: usize| row.get(column).map(|cell| table.at(cell));
    let name = row.get(1).and_then(|cell| name(source, &of, cell, report));
    let ty = at(2).and_then(|(source, cell)| types::read(source, cell, &of, Whose::Key, report));
    let known = index.as_ref().map(|index| index.value);
    // A position is read and written as the array is.
    let ty = ty.map(|ty| Types::from(ty).ty);
    let mut facts = match (at(3), ty) {
        (Some((text, description)), Some(ty)) => facts::mine(text, description, &[ty]),
        _ => Facts::default(),
    };
    let owner = Owner {
        sources: table.sources(),
        of: &of,
        file: row.span.file,
        types: ty.map(|ty| [ty; 2]),
        description: None,
    };
    // Of the facts, a place has a unit of its own; the others are those of the array.
    let unit = |stating| row.get(4).filter(|_| stating == Stating::Unit);
    stated::apply(&owner, unit, &mut facts, &mut Releases::default(), report);
    let all = || {
        let [_, _, type_span, description] = row.all()?;
        let (text, description) = table.at(description);
        Some(Position {
            index: index?,
            name: name?,
            ty: At {
                value: ty?,
                span: type_span,
            },
            unit: facts.unit,
            unread: facts.unread,
            description: prose(text, description),
            origin: origin(source, row.span),
        })
    };
    all().ok_or(known)
}

fn index(source: &Source, key: &str, cell: Span, report: &mut Report) -> Option<At<u32>> {
    let At { value: text, span } = word(source, cell);
    if let Ok(value) = text.parse::<u16>() {
        return Some(At {
            value: value.into(),
            span,
        });
    }
    report.push(
        Diagnostic::new(
            &codes::BAD_POSITION,
            format!("`{text}` is not a position of `{key}`"),
        )
        .at(span.visible(), "expected a whole number")
        .help("positions are counted from 0, in every row one"),
    );
    None
}

fn name(source: &Source, of: &str, cell: Span, report: &mut Report) -> Option<At<String>> {
    let name = prose(source, cell);
    if !name.value.is_empty() {
        return Some(name);
    }
    report.push(
        Diagnostic::new(&codes::BAD_POSITION, format!("{of} has no name"))
            .at(cell.visible(), "empty")
            .help("say in a few words what stands there: `voltage L1`"),
    );
    None
}
