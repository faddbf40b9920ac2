//! JSON Schema (2020-12) of one value: what OpenAPI, AsyncAPI and the schema
//! files are made of.
//!
//! A schema says what the wire takes and gives, no more: what the description
//! states and what is checked on write. What JSON Schema has no word for stands
//! under `x-`: `x-unit`, `x-category`, `x-format`, `x-max-bytes` (a length is
//! counted in bytes of UTF-8; `maxLength`, which counts characters, can only be
//! the upper bound), `x-since`, `x-removed`.

use super::{
    escape,
    value::{Form, RAW_MAX, TEXT_MAX, Value, fields, pop_comma, push_number},
};
use crate::model::{Access, Category, Format, Key, Length, Scalar, Shape, Type, ValueList};

/// Appends the schema of a key in a form, as one line.
pub(super) fn key(out: &mut String, key: &Key, value: &Value<'_>, form: Form) {
    out.push('{');
    assertions(out, value, form);
    annotations(out, value, form);
    out.push_str("\"x-category\":\"");
    out.push_str(category(key.category.value));
    out.push('"');
    if let Some(since) = &key.since {
        out.push_str(",\"x-since\":");
        escape::json(&since.value, out);
    }
    if let Some(removed) = &key.removed {
        out.push_str(",\"deprecated\":true,\"x-removed\":");
        escape::json(&removed.value, out);
    }
    out.push('}');
}

/// The spelling of the table.
pub(super) fn category(category: Category) -> &'static str {
    let mut all = Category::ALL.iter();
    all.find(|(_, known)| *known == category)
        .map_or("", |(name, _)| name)
}

/// What must hold, each with a comma behind it.
fn assertions(out: &mut String, value: &Value<'_>, form: Form) {
    let Some(count) = value.repeated else {
        return one(out, value, form);
    };
    out.push_str("\"type\":\"array\",\"maxItems\":");
    push_number(out, count);
    out.push_str(",\"items\":{");
    one(out, value, form);
    pop_comma(out);
    out.push_str("},");
}

fn one(out: &mut String, value: &Value<'_>, form: Form) {
    let ty = value.ty(form);
    match ty.scalar {
        Scalar::Bool => boolean(out, value, form, ty),
        Scalar::Float | Scalar::Double => {
            type_name(out, "number", ty);
            format(out, ty.scalar.name());
            if let Some(range) = value.range(form) {
                limits(out, range.min.into(), range.max.into());
            }
        }
        Scalar::String => text(out, value, form, ty),
        Scalar::Array => array(out, value, form, ty),
        Scalar::Object => {
            type_name(out, "object", ty);
            match value.shape(form) {
                Some(shape) => members(out, shape, form),
                None => raw_max(out, form),
            }
        }
        Scalar::Any => raw_max(out, form),
        _ => whole(out, value, form, ty),
    }
}

fn type_name(out: &mut String, name: &str, ty: Type) {
    out.push_str(if ty.optional {
        "\"type\":[\""
    } else {
        "\"type\":\""
    });
    out.push_str(name);
    out.push_str(if ty.optional { "\",\"null\"]," } else { "\"," });
}

fn format(out: &mut String, name: &str) {
    out.push_str("\"format\":\"");
    out.push_str(name);
    out.push_str("\",");
}

fn limits(out: &mut String, min: i128, max: i128) {
    out.push_str("\"minimum\":");
    push_number(out, min);
    out.push_str(",\"maximum\":");
    push_number(out, max);
    out.push(',');
}

fn whole(out: &mut String, value: &Value<'_>, form: Form, ty: Type) {
    type_name(out, "integer", ty);
    let (name, bounds) = match ty.scalar.limits() {
        // Times are 64 bits and signed, whatever they count.
        Some(bounds) if bounds.0 == i64::MIN.into() => ("int64", bounds),
        Some(bounds) => (ty.scalar.name(), bounds),
        None => (ty.scalar.name(), (i64::MIN.into(), i64::MAX.into())),
    };
    format(out, name);
    if let Some(list) = value.named(form) {
        if list.open {
            limits(out, bounds.0, bounds.1);
        }
        return named(out, list, ty.optional);
    }
    let stated = value.range(form);
    let (min, max) = stated.map_or(bounds, |range| (range.min.into(), range.max.into()));
    limits(out, min, max);
}

/// Names by number: all there are, or some of them.
fn named(out: &mut String, list: &ValueList, optional: bool) {
    // A number with two names matches both, which `oneOf` would refuse.
    out.push_str(if list.open {
        "\"anyOf\":["
    } else {
        "\"oneOf\":["
    });
    for item in &list.values {
        out.push_str("{\"const\":");
        match list.booleans {
            true => out.push_str(if item.value == 0 { "false" } else { "true" }),
            false => push_number(out, item.value),
        }
        out.push_str(",\"title\":");
        escape::json(&item.name, out);
        out.push_str("},");
    }
    if list.open {
        out.push_str("{\"title\":\"another\"},");
    } else if optional {
        out.push_str("{\"const\":null,\"title\":\"no value\"},");
    }
    pop_comma(out);
    out.push_str("],");
}

fn boolean(out: &mut String, value: &Value<'_>, form: Form, ty: Type) {
    type_name(out, "boolean", ty);
    if let Some(list) = value.named_booleans(form) {
        let both = [0, 1].iter().all(|value| {
            let mut same = list.values.iter().filter(|item| item.value == *value);
            same.next().is_some() && same.next().is_none()
        });
        if both && !list.open {
            named(out, list, ty.optional);
        }
    }
}

fn text(out: &mut String, value: &Value<'_>, form: Form, ty: Type) {
    type_name(out, "string", ty);
    if value.is_colour(form) {
        out.push_str("\"pattern\":\"^#[0-9A-Fa-f]{6}$\",");
        return;
    }
    let stated = match value.length() {
        Some(Length::Bytes(max) | Length::Characters(max)) => Some(max),
        _ => None,
    };
    // Where nothing is stated, a device sends what it has and takes what it can
    // hold.
    let enforced = (form == Form::Write).then_some(TEXT_MAX);
    if let Some(max) = stated.or(enforced) {
        out.push_str("\"maxLength\":");
        push_number(out, max);
        out.push(',');
        max_bytes(out, max);
    }
    if form == Form::Write && value.secret() {
        format(out, "password");
    }
}

fn array(out: &mut String, value: &Value<'_>, form: Form, ty: Type) {
    type_name(out, "array", ty);
    if let Some(shape) = value.shape(form) {
        if let Some(capacity) = &shape.capacity {
            if shape.exact && form == Form::Read {
                out.push_str("\"minItems\":");
                push_number(out, capacity.value);
                out.push(',');
            }
            max_items(out, capacity.value);
        }
        out.push_str("\"items\":{\"type\":\"object\",");
        members(out, shape, form);
        pop_comma(out);
        out.push_str("},");
        return;
    }
    if let Some(Length::Entries(max)) = value.length() {
        max_items(out, max);
    }
    raw_max(out, form);
}

fn max_items(out: &mut String, max: u32) {
    out.push_str("\"maxItems\":");
    push_number(out, max);
    out.push(',');
}

fn max_bytes(out: &mut String, max: u32) {
    out.push_str("\"x-max-bytes\":");
    push_number(out, max);
    out.push(',');
}

/// JSON of which the spec says nothing is kept as it was sent.
fn raw_max(out: &mut String, form: Form) {
    if form == Form::Write {
        max_bytes(out, RAW_MAX);
    }
}

/// An object always gives all its members, and takes as few as one likes.
fn members(out: &mut String, shape: &Shape, form: Form) {
    out.push_str("\"properties\":{");
    for (name, value) in fields(shape, form) {
        escape::json(name, out);
        out.push_str(":{");
        assertions(out, &value, form);
        annotations(out, &value, form);
        pop_comma(out);
        out.push_str("},");
    }
    pop_comma(out);
    out.push_str("},");
    match form {
        Form::Read => {
            out.push_str("\"required\":[");
            for (name, _) in fields(shape, form) {
                escape::json(name, out);
                out.push(',');
            }
            pop_comma(out);
            out.push_str("],");
        }
        Form::Write => out.push_str("\"additionalProperties\":false,"),
    }
}

fn annotations(out: &mut String, value: &Value<'_>, form: Form) {
    if !value.description.is_empty() {
        out.push_str("\"description\":");
        escape::json(value.description, out);
        out.push(',');
    }
    match (value.access, form) {
        (Access::Read, Form::Read) => out.push_str("\"readOnly\":true,"),
        (Access::Write, Form::Write) => out.push_str("\"writeOnly\":true,"),
        _ => {}
    }
    if let Some(unit) = value.unit() {
        out.push_str("\"x-unit\":");
        escape::json(unit, out);
        out.push(',');
    }
    match value.format() {
        Some(Format::UnixTime) => out.push_str("\"x-format\":\"unix-time\","),
        Some(Format::SecondsOfDay) => out.push_str("\"x-format\":\"seconds-of-day\","),
        Some(Format::Colour) | None => {}
    }
}
