//! A value that a key could have, as JSON: short, and true to its schema.
//!
//! A description that shows a value in backticks, as authors do for objects and
//! arrays, is taken at its word. Of an array that always has many entries, the
//! first is shown and the others are three dots: these are for people.

use super::{
    escape,
    value::{Form, Value, fields, pop_comma, push_number},
};
use crate::{
    model::{Format, Length, NumberRange, Scalar, Shape},
    syntax::cells,
};

/// Appends the example of a key in a form.
pub(super) fn value(out: &mut String, value: &Value<'_>, form: Form) {
    let ty = value.ty(form);
    // What a shape says of reading may be something else, a passphrase is.
    if (form == Form::Write || value.shape(form).is_none())
        && matches!(ty.scalar, Scalar::Array | Scalar::Object | Scalar::String)
        && let Some(shown) = shown(value.description, ty.scalar)
    {
        return out.push_str(shown);
    }
    if value.repeated.is_some() {
        out.push('[');
        one(out, value, form);
        out.push(']');
        return;
    }
    one(out, value, form);
}

/// The JSON of this type that stands in backticks.
fn shown(description: &str, scalar: Scalar) -> Option<&str> {
    if !description.contains('`') {
        return None;
    }
    let open = match scalar {
        Scalar::Array => '[',
        Scalar::String => '"',
        _ => '{',
    };
    let spans = cells::code_spans(description).into_iter();
    spans
        .filter(|(_, code)| *code)
        .map(|(span, _)| escape::inside(span))
        .find(|text| {
            text.starts_with(open) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        })
}

fn one(out: &mut String, value: &Value<'_>, form: Form) {
    let ty = value.ty(form);
    match ty.scalar {
        Scalar::Bool => out.push_str("true"),
        Scalar::Float | Scalar::Double => match value.range(form) {
            Some(range) => push_number(out, middle(range)),
            None => out.push_str(if value.unit() == Some("Wh") {
                "3500"
            } else {
                "3.14"
            }),
        },
        Scalar::String => text(out, value, form),
        Scalar::Array => match value.shape(form) {
            Some(shape) => entries(out, shape, form),
            None => out.push_str("[]"),
        },
        Scalar::Object => match value.shape(form) {
            Some(shape) => object(out, shape, form),
            None => out.push_str("{}"),
        },
        Scalar::Any => out.push_str("null"),
        _ => whole(out, value, form),
    }
}

fn whole(out: &mut String, value: &Value<'_>, form: Form) {
    let list = value.named(form);
    if let Some(item) = list.and_then(|list| list.values.get(1).or(list.values.first())) {
        return push_number(out, item.value);
    }
    if let Some(range) = value.range(form) {
        return push_number(out, middle(range));
    }
    match value.format() {
        Some(Format::UnixTime) => out.push_str("1767225600"),
        Some(Format::SecondsOfDay) => out.push_str("28800"),
        Some(Format::Colour) | None => out.push_str(match value.unit() {
            Some("ms" | "µs") => "60000",
            Some("Wh") => "3500",
            _ => "1",
        }),
    }
}

/// Not an end of the range: those tend to mean something of their own.
fn middle(range: NumberRange) -> i128 {
    i128::midpoint(range.min.into(), range.max.into())
}

fn text(out: &mut String, value: &Value<'_>, form: Form) {
    if value.is_colour(form) {
        return out.push_str("\"#3388FF\"");
    }
    let sample = if value.secret() {
        "a secret text"
    } else {
        "text"
    };
    let max = match value.length() {
        Some(Length::Bytes(max) | Length::Characters(max)) => max as usize,
        _ => sample.len(),
    };
    out.push('"');
    out.push_str(sample.get(..max).unwrap_or(sample));
    out.push('"');
}

fn entries(out: &mut String, shape: &Shape, form: Form) {
    out.push('[');
    object(out, shape, form);
    let several = shape.capacity.as_ref().is_some_and(|count| count.value > 1);
    if form == Form::Read && shape.exact && several {
        out.push_str(", …");
    }
    out.push(']');
}

fn object(out: &mut String, shape: &Shape, form: Form) {
    out.push('{');
    for (name, field) in fields(shape, form) {
        escape::json(name, out);
        out.push(':');
        value(out, &field, form);
        out.push(',');
    }
    pop_comma(out);
    out.push('}');
}
