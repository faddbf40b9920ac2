//! A value that a key could have, as JSON: short, and true to its schema.
//!
//! A description that shows a value in backticks, as authors do for objects and
//! arrays, is taken at its word. Of an array that always has many entries, the
//! first is shown and the others are three dots: these are for people, so no
//! writer of JSON could write them. It must never know the page that shows it.

use goe_runtime::Unit;

use crate::{
    api::{Form, Kind, List, Raw, Real, Shape, Text, Value, Whole},
    emit::escape,
    model::{Format, NumberRange},
    syntax::cells,
};

/// An example of a value in a form.
pub(super) fn of(value: &Value<'_>, form: Form) -> String {
    let kind = &value.view(form).kind;
    match shown(value, kind, form) {
        Some(shown) => shown.to_owned(),
        None => one(value, kind, form),
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
            let value = || serde_json::from_str::<serde_json::Value>(text);
            text.starts_with(open) && value().is_ok_and(|value| !is_form(&value))
        })
}

/// Returns whether it shows but where something belongs: `[{"name":""}]`. An empty array or
/// object may well be a value.
fn is_form(value: &serde_json::Value) -> bool {
    fn is_blank(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.is_empty(),
            serde_json::Value::Array(items) => items.iter().all(is_blank),
            serde_json::Value::Object(members) => members.values().all(is_blank),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
                false
            }
        }
    }
    match value {
        serde_json::Value::Array(items) => !items.is_empty() && items.iter().all(is_blank),
        serde_json::Value::Object(members) => !members.is_empty() && members.values().all(is_blank),
        _ => false,
    }
}

fn one(value: &Value<'_>, kind: &Kind<'_>, form: Form) -> String {
    match kind {
        Kind::Bool(_) => "true".to_owned(),
        Kind::Whole(number) => whole(value, number),
        Kind::Real(number) => real(value.unit, *number),
        Kind::Colour => "\"#3388FF\"".to_owned(),
        Kind::Text(of) => default_text(value).unwrap_or_else(|| text(value, *of)),
        Kind::Object(shape) => object(shape, form),
        Kind::List(of) => list(value, of, form),
        Kind::Raw(raw) => self::raw(value, *raw),
    }
}

/// Of JSON that nobody describes, the value of a new device says most.
fn raw(value: &Value<'_>, raw: Raw) -> String {
    let default = value.default().filter(|default| !default.is_null());
    match (default, raw) {
        (Some(default), _) => default.to_string(),
        (None, Raw::Array(_)) => "[]".to_owned(),
        (None, Raw::Object) => "{}".to_owned(),
        (None, Raw::Any) => "true".to_owned(),
    }
}

fn whole(value: &Value<'_>, number: &Whole<'_>) -> String {
    let list = number.named.as_ref().map(|named| &named.list.values);
    if let Some(item) = list.and_then(|list| list.get(1).or(list.first())) {
        return item.value.to_string();
    }
    if let Some(range) = number.range {
        return middle(range);
    }
    let number = match (value.format(), value.unit) {
        (Some(Format::UnixTime), _) => "1767225600",
        (Some(Format::SecondsOfDay), _) => "28800",
        (_, Some(Unit::Milliseconds | Unit::Microseconds)) => "60000",
        (_, Some(Unit::WattHours)) => "3500",
        (Some(Format::Colour) | None, _) => "1",
    };
    number.to_owned()
}

fn real(unit: Option<Unit>, number: Real) -> String {
    match (number.range, unit) {
        (Some(range), _) => middle(range),
        (None, Some(Unit::WattHours)) => "3500".to_owned(),
        (None, _) => "3.14".to_owned(),
    }
}

/// Not an end of the range: those tend to mean something of their own.
fn middle(range: NumberRange) -> String {
    let middle = match (range.least(), range.greatest()) {
        (Some(min), None) => i128::from(min) + 1,
        (None, Some(max)) => i128::from(max) - 1,
        _ => i128::midpoint(range.min.into(), range.max.into()),
    };
    middle.to_string()
}

/// The text of a new device, unless it is none.
fn default_text(value: &Value<'_>) -> Option<String> {
    let default = value.default()?.to_string();
    (default.starts_with('"') && default != "\"\"").then_some(default)
}

fn text(value: &Value<'_>, of: Text) -> String {
    let sample = match value.secret {
        true => "a secret text",
        false if of.min as usize > "text".len() => "a longer text",
        false => "text",
    };
    let short = of.stated.then(|| sample.get(..of.max as usize)).flatten();
    escape::json(short.unwrap_or(sample))
}

fn list(value: &Value<'_>, list: &List<'_>, form: Form) -> String {
    let entry = one(value, &list.of, form);
    match form {
        Form::Read if list.exact && list.max > 1 => format!("[{entry}, …]"),
        // Each place has a meaning, so none can be left out.
        Form::Write if !list.positions.is_empty() => {
            format!("[{}]", vec![entry; list.max as usize].join(","))
        }
        Form::Read | Form::Write => format!("[{entry}]"),
    }
}

fn object(shape: &Shape<'_>, form: Form) -> String {
    let fields = shape.fields(form);
    let members = fields.map(|field| {
        let told = told(&field.value, form);
        let value = told.unwrap_or_else(|| of(&field.value, form));
        format!("{}:{value}", escape::json(field.name))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// The text of a field in the words of its own description, `"Name of the network"`: among
/// several, `"text"` would not tell which is which.
fn told(value: &Value<'_>, form: Form) -> Option<String> {
    let kind = &value.view(form).kind;
    let Kind::Text(of) = kind else { return None };
    if value.secret || shown(value, kind, form).is_some() {
        return None;
    }
    let end = value.description.find([',', ';', ':', '.', '(', '`', '?']);
    let words = value
        .description
        .get(..end.unwrap_or(value.description.len()))?;
    let words = words.trim();
    let fits = words.len() >= (of.min as usize).max(1) && words.len() <= of.max as usize;
    fits.then(|| escape::json(words))
}
