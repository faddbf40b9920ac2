//! A value that a key could have, as JSON: short, and true to its schema.
//!
//! A description that shows a value in backticks, as authors do for objects and
//! arrays, is taken at its word. Of an array that always has many entries, the
//! first is shown and the others are three dots: these are for people, so no
//! writer of JSON could write them. It must never know the page that shows it.

use goe_runtime::Unit;

use super::text::{pop_comma, push_number};
use crate::{
    api::{Form, Kind, List, Raw, Real, Shape, Text, Value, Whole},
    emit::escape,
    model::{Format, NumberRange},
    syntax::cells,
};

/// Appends an example of a value in a form.
pub(super) fn push(out: &mut String, value: &Value<'_>, form: Form) {
    let kind = &value.view(form).kind;
    match shown(value, kind, form) {
        Some(shown) => out.push_str(shown),
        None => one(out, value, kind, form),
    }
}

/// The JSON of this kind that stands in backticks.
fn shown<'a>(value: &Value<'a>, kind: &Kind<'_>, form: Form) -> Option<&'a str> {
    let open = match kind {
        Kind::List(_) | Kind::Raw(Raw::Array(_)) => '[',
        Kind::Object(_) | Kind::Raw(Raw::Object) => '{',
        Kind::Text(_) | Kind::Colour => '"',
        Kind::Bool(_) | Kind::Whole(_) | Kind::Real(_) | Kind::Raw(Raw::Any) => return None,
    };
    // A shape's description of reading may differ from it: a passphrase's does.
    let of_shape = form == Form::Read && kind.shape().is_some();
    if of_shape || !value.description.contains('`') {
        return None;
    }
    let spans = cells::code_spans(value.description).into_iter();
    spans
        .filter(|(_, code)| *code)
        .map(|(span, _)| escape::inside(span))
        .find(|text| {
            text.starts_with(open) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        })
}

fn one(out: &mut String, value: &Value<'_>, kind: &Kind<'_>, form: Form) {
    match kind {
        Kind::Bool(_) => out.push_str("true"),
        Kind::Whole(number) => whole(out, value, number),
        Kind::Real(number) => real(out, value.unit, *number),
        Kind::Colour => out.push_str("\"#3388FF\""),
        Kind::Text(of) => text(out, value, *of),
        Kind::Object(shape) => object(out, shape, form),
        Kind::List(of) => list(out, value, of, form),
        Kind::Raw(Raw::Array(_)) => out.push_str("[]"),
        Kind::Raw(Raw::Object) => out.push_str("{}"),
        Kind::Raw(Raw::Any) => out.push_str("null"),
    }
}

fn whole(out: &mut String, value: &Value<'_>, number: &Whole<'_>) {
    let list = number.named.as_ref().map(|named| &named.list.values);
    if let Some(item) = list.and_then(|list| list.get(1).or(list.first())) {
        return push_number(out, item.value);
    }
    if let Some(range) = number.range {
        return push_number(out, middle(range));
    }
    match value.format() {
        Some(Format::UnixTime) => out.push_str("1767225600"),
        Some(Format::SecondsOfDay) => out.push_str("28800"),
        Some(Format::Colour) | None => out.push_str(match value.unit {
            Some(Unit::Milliseconds | Unit::Microseconds) => "60000",
            Some(Unit::WattHours) => "3500",
            _ => "1",
        }),
    }
}

fn real(out: &mut String, unit: Option<Unit>, number: Real) {
    match (number.range, unit) {
        (Some(range), _) => push_number(out, middle(range)),
        (None, Some(Unit::WattHours)) => out.push_str("3500"),
        (None, _) => out.push_str("3.14"),
    }
}

/// Not an end of the range: those tend to mean something of their own.
fn middle(range: NumberRange) -> i128 {
    i128::midpoint(range.min.into(), range.max.into())
}

fn text(out: &mut String, value: &Value<'_>, of: Text) {
    let sample = match value.secret {
        true => "a secret text",
        false => "text",
    };
    let short = of.stated.then(|| sample.get(..of.max as usize)).flatten();
    out.push('"');
    out.push_str(short.unwrap_or(sample));
    out.push('"');
}

fn list(out: &mut String, value: &Value<'_>, list: &List<'_>, form: Form) {
    out.push('[');
    one(out, value, &list.of, form);
    match form {
        Form::Read if list.exact && list.max > 1 => out.push_str(", …"),
        // Each place has a meaning, so none can be left out.
        Form::Write if !list.positions.is_empty() => {
            for _ in 1..list.max {
                out.push(',');
                one(out, value, &list.of, form);
            }
        }
        Form::Read | Form::Write => {}
    }
    out.push(']');
}

fn object(out: &mut String, shape: &Shape<'_>, form: Form) {
    out.push('{');
    for field in shape.fields(form) {
        escape::json(field.name, out);
        out.push(':');
        push(out, &field.value, form);
        out.push(',');
    }
    pop_comma(out);
    out.push('}');
}
