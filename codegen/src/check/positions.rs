//! Positions against each other and the key that they describe.

use std::collections::BTreeMap;

use super::facts;
use crate::{
    model::{At, Class, Facts, Key, Length, Model, Position, Positions, Scalar, Type, UnreadKind},
    names,
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

pub(super) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    let index = model.index();
    for of in &model.positions {
        check_indices(of, report);
        check_names(of, report);
        check_types(of, report);
        check_units(of, report);
        if let Some(shape) = index.shape(&of.key.value) {
            let message = format!("`{}` has both fields and positions", of.key.value);
            report.push(
                Diagnostic::new(&codes::DUPLICATE_SHAPE, message)
                    .at(of.key.span, "its positions")
                    .also(shape.name().span, "its fields")
                    .help("remove one of the sections"),
            );
        }
        match index.key(&of.key.value) {
            Some(key) => check_key(of, key, report),
            None if key_names.iter().any(|name| name.value == of.key.value) => {}
            None => report.push(unknown(of, key_names)),
        }
    }
}

fn unknown(of: &Positions, key_names: &[At<String>]) -> Diagnostic {
    let name = &of.key.value;
    let known = key_names.iter().map(|name| name.value.as_str());
    let otherwise = "add the key to the key table, or remove the section";
    Diagnostic::new(
        &codes::UNKNOWN_SHAPE,
        format!("positions of `{name}`, which is no key"),
    )
    .at(of.key.span, "no key table has it")
    .help(suggest::help(name, known, otherwise))
}

/// Each place from 0 has one row.
fn check_indices(of: &Positions, report: &mut Report) {
    let (key, count) = (&of.key.value, of.count.value);
    let mut seen: BTreeMap<u32, &Position> = BTreeMap::new();
    for position in &of.positions {
        let At { value: index, span } = position.index;
        if index >= count {
            let last = count - 1;
            report.push(
                Diagnostic::new(
                    &codes::POSITIONS_INCOMPLETE,
                    format!("`{key}` has no position {index}"),
                )
                .at(span, format!("the last one is {last}"))
                .also(of.count.span, format!("{count} here"))
                .help("correct the index or the heading; positions are counted from 0"),
            );
        } else if let Some(first) = seen.insert(index, position) {
            report.push(
                Diagnostic::new(
                    &codes::POSITIONS_INCOMPLETE,
                    format!("position {index} of `{key}` is given twice"),
                )
                .at(span, "given again here")
                .also(first.index.span, "first given here")
                .help("remove one of the rows, or correct its index"),
            );
        }
    }
    // A row of which something could not be read is there all the same.
    if of.partial.contains(&None) {
        return;
    }
    let there = |index: &u32| seen.contains_key(index) || of.partial.contains(&Some(*index));
    let missing = (0..count).filter(|index| !there(index));
    let missing: Vec<String> = missing.take(5).map(|index| index.to_string()).collect();
    if !missing.is_empty() {
        report.push(
            Diagnostic::new(
                &codes::POSITIONS_INCOMPLETE,
                format!("`{key}` has no row for position {}", missing.join(", ")),
            )
            .at(of.count.span, format!("always {count} entries"))
            .help("add a row for each position from 0, or correct the heading"),
        );
    }
}

/// Names are labels in other languages: words, and each another one.
fn check_names(of: &Positions, report: &mut Report) {
    let mut seen: BTreeMap<String, &At<String>> = BTreeMap::new();
    for Position { name, .. } in &of.positions {
        let Some(label) = names::label(&name.value) else {
            report.push(
                Diagnostic::new(
                    &codes::BAD_POSITION,
                    format!("`{}` cannot be the name of a position", name.value),
                )
                .at(name.span, "begins with no letter, or has other signs in it")
                .help("use words of letters and digits: `voltage L1`"),
            );
            continue;
        };
        if let Some(first) = seen.insert(label, name) {
            report.push(
                Diagnostic::new(
                    &codes::BAD_POSITION,
                    format!(
                        "two positions of `{}` are called `{}`",
                        of.key.value, name.value
                    ),
                )
                .at(name.span, "called so again")
                .also(first.span, "first called so")
                .help("give each a name of its own"),
            );
        }
    }
}

/// Of what the description of a position states, only the unit is a fact.
fn check_units(of: &Positions, report: &mut Report) {
    for position in &of.positions {
        let what = format!("position `{}[{}]`", of.key.value, position.index.value);
        let facts = Facts {
            unit: position.unit.clone(),
            unread: position.unread.clone(),
            ..Facts::default()
        };
        let units = facts
            .unread()
            .filter(|unread| unread.kind == UnreadKind::Unit);
        report.extend(units.map(|unread| facts::finding(unread, &what)));
    }
}

/// All places have one type, and never `null`.
fn check_types(of: &Positions, report: &mut Report) {
    let Some(first) = of.positions.first() else {
        return;
    };
    for position in &of.positions {
        let ty = position.ty.value;
        let plain = match ty.scalar.class() {
            Class::Bool | Class::Whole(_) | Class::Real(_) | Class::Text => !ty.optional,
            Class::Array | Class::Object | Class::Any => false,
        };
        let what = format!("position `{}[{}]`", of.key.value, position.index.value);
        if !plain {
            report.push(
                Diagnostic::new(&codes::POSITION_TYPE, format!("{what} cannot be `{ty}`"))
                    .at(position.ty.span, "not the type of an entry")
                    .help("entries are plain values that are always there: `float`, `bool`"),
            );
        } else if ty != first.ty.value {
            report.push(
                Diagnostic::new(
                    &codes::POSITION_TYPE,
                    format!("{what} is `{ty}`, others are `{}`", first.ty.value),
                )
                .at(position.ty.span, "another type")
                .also(first.ty.span, "the type of the first one")
                .help("all entries of an array have one type: choose one that holds them all"),
            );
        }
    }
}

fn check_key(of: &Positions, key: &Key, report: &mut Report) {
    let name = &of.key.value;
    let types = [key.ty.value, key.write_ty()];
    if !types.iter().any(|ty| ty.scalar == Scalar::Array) {
        report.push(
            Diagnostic::new(
                &codes::SHAPE_MISMATCH,
                format!(
                    "`{name}` is {} in the key table and array here",
                    key.ty.value
                ),
            )
            .at(of.key.span, "the heading of positions")
            .also(key.ty.span, "the key's type")
            .help("make the key an array, such as `array<float>`, or remove the section"),
        );
    }
    let first = of.positions.first();
    let stated = types.iter().filter_map(|ty| ty.element).next();
    if let (Some(first), Some(element)) = (first, stated)
        && first.ty.value != Type::of(element)
    {
        report.push(
            Diagnostic::new(
                &codes::POSITION_TYPE,
                format!(
                    "`{name}` is {} in the key table, but its positions are {}",
                    key.ty.value, first.ty.value
                ),
            )
            .at(first.ty.span, "the type of its positions")
            .also(key.ty.span, "the key's type")
            .help("make them equal"),
        );
    }
    if let Some(length) = &key.facts.length
        && let Length::Entries(max) = length.value
        && max != of.count.value
    {
        let count = of.count.value;
        report.push(
            Diagnostic::new(
                &codes::COUNT_MISMATCH,
                format!("`{name}` has {count} positions and at most {max} entries"),
            )
            .at(of.count.span, format!("always {count} here"))
            .also(length.span, format!("at most {max} here"))
            .help("leave the number out of the description: the heading says it"),
        );
    }
}
