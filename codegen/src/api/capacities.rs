//! Upper bounds, in bytes of JSON, of the values of the keys.
//!
//! These are the rules of the runtime's `Type::bound`, which has the last word:
//! what is stated here is held against it when a document is compiled.

use goe_runtime::{
    Capacities,
    descriptor::COLOUR_LEN,
    out::{EXACT_FLOAT_BOUND, FLOAT_BOUND},
};

use super::value::{Form, Kind, RAW_MAX, Shape, Text, Value, View, Whole};

/// The capacities of keys, in bytes: of each the name, the value, and whether it is stored.
pub(super) fn of<'k>(keys: impl Iterator<Item = (&'k str, &'k Value<'k>, bool)>) -> Capacities {
    let mut all = Capacities {
        // The braces.
        document: 2,
        entry: 0,
        stored: 0,
        name: 0,
    };
    for (name, value, stored) in keys {
        all.name = all.name.max(name.len());
        if value.has(Form::Read) {
            let entry = member(name, value, Form::Read);
            all.document += entry;
            all.entry = all.entry.max(entry);
        }
        if stored {
            let bound = view(value.view(Form::Write), Form::Write);
            all.stored = all.stored.max(bound);
        }
    }
    all
}

/// A member of an object: its quotes, the colon and the comma are four.
fn member(name: &str, value: &Value<'_>, form: Form) -> usize {
    name.len() + 4 + view(value.view(form), form)
}

fn view(view: &View<'_>, form: Form) -> usize {
    let null = if view.optional() { "null".len() } else { 0 };
    kind(&view.kind, form).max(null)
}

fn kind(of: &Kind<'_>, form: Form) -> usize {
    match of {
        Kind::Bool(_) => "false".len(),
        Kind::Whole(number) => whole(number),
        Kind::Real(_) => match form {
            Form::Read => FLOAT_BOUND,
            // What is stored is as it was written, and loses no digit.
            Form::Write => EXACT_FLOAT_BOUND,
        },
        Kind::Colour => text(COLOUR_LEN),
        Kind::Text(Text { max, .. }) => text(*max as usize),
        Kind::Object(shape) => object(shape, form),
        Kind::List(list) => 2 + list.max as usize * (kind(&list.of, form) + 1),
        Kind::Raw(_) => RAW_MAX as usize,
    }
}

fn whole(number: &Whole<'_>) -> usize {
    if let Some(named) = number.closed() {
        let widths = named
            .list
            .values
            .iter()
            .map(|item| width(item.value.into()));
        return widths.max().unwrap_or(1);
    }
    let (min, max) = number.bounds();
    width(min).max(width(max))
}

/// Returns the bound of a text of `max` bytes, whatever has to be escaped in it.
fn text(max: usize) -> usize {
    2 + 2 * max
}

fn object(shape: &Shape<'_>, form: Form) -> usize {
    let members = shape.fields(form);
    let members = members.map(|field| member(field.name, &field.value, form));
    2 + members.sum::<usize>()
}

/// The digits of a number, and its sign.
fn width(number: i128) -> usize {
    let digits = number.unsigned_abs().checked_ilog10().unwrap_or_default() + 1;
    digits as usize + usize::from(number < 0)
}
