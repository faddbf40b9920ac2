//! JSON Schema (2020-12) of one value: what OpenAPI, AsyncAPI and the schema
//! files are made of.
//!
//! A schema says what the wire takes and gives, no more: what the description
//! states and what is checked on write. What JSON Schema has no word for stands
//! in a comment, or, for OpenAPI and AsyncAPI, under `x-`: `x-unit`, `x-category`, `x-format`, `x-max-bytes` (a length is
//! counted in bytes of UTF-8; `maxLength`, which counts characters, can only be
//! the upper bound), `x-since`, `x-removed`.

use super::{
    escape,
    value::{Form, RAW_MAX, TEXT_MAX, Value, fields, pop_comma, push_number},
};
use crate::model::{Access, Category, Format, Key, Length, Scalar, Shape, Type, ValueList};

/// Who reads the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI and AsyncAPI, which have words of their own and let others in.
    Api,
    /// Validators, of which strict ones refuse a word or a format that is not
    /// the standard's: what has no word stands in a comment.
    Validator,
}

/// The form of the value, and for whom.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) form: Form,
    pub(super) dialect: Dialect,
}

impl How {
    fn is_api(self) -> bool {
        self.dialect == Dialect::Api
    }
}

/// Appends the schema of a key in a form, as one line.
pub(super) fn key(out: &mut String, key: &Key, value: &Value<'_>, how: How) {
    out.push('{');
    assertions(out, value, how);
    annotations(out, value, how);
    if key.removed.is_some() {
        out.push_str("\"deprecated\":true,");
    }
    match how.dialect {
        Dialect::Api => facts(out, key),
        Dialect::Validator => comment(out, key, value),
    }
    out.push('}');
}

fn facts(out: &mut String, key: &Key) {
    out.push_str("\"x-category\":\"");
    out.push_str(category(key.category.value));
    out.push('"');
    if let Some(since) = &key.since {
        out.push_str(",\"x-since\":");
        escape::json(&since.value, out);
    }
    if let Some(removed) = &key.removed {
        out.push_str(",\"x-removed\":");
        escape::json(&removed.value, out);
    }
}

/// `"$comment":"category Config; unit Wh; since 60.0"`
fn comment(out: &mut String, key: &Key, value: &Value<'_>) {
    let mut text = format!("category {}", category(key.category.value));
    let facts = [
        ("unit", value.unit()),
        (
            "since",
            key.since.as_ref().map(|since| since.value.as_str()),
        ),
        (
            "removed in",
            key.removed.as_ref().map(|removed| removed.value.as_str()),
        ),
    ];
    for (what, fact) in facts {
        if let Some(fact) = fact {
            text.push_str("; ");
            text.push_str(what);
            text.push(' ');
            text.push_str(fact);
        }
    }
    out.push_str("\"$comment\":");
    escape::json(&text, out);
}

/// The spelling of the table.
pub(super) fn category(category: Category) -> &'static str {
    let mut all = Category::ALL.iter();
    all.find(|(_, known)| *known == category)
        .map_or("", |(name, _)| name)
}

/// What must hold, each with a comma behind it.
fn assertions(out: &mut String, value: &Value<'_>, how: How) {
    let Some(count) = value.repeated else {
        return one(out, value, how);
    };
    out.push_str("\"type\":\"array\",\"maxItems\":");
    push_number(out, count);
    out.push_str(",\"items\":{");
    one(out, value, how);
    pop_comma(out);
    out.push_str("},");
}

fn one(out: &mut String, value: &Value<'_>, how: How) {
    let ty = value.ty(how.form);
    match ty.scalar {
        Scalar::Bool => boolean(out, value, how, ty),
        Scalar::Float | Scalar::Double => {
            type_name(out, "number", ty);
            format(out, how, ty.scalar.name());
            if let Some(range) = value.range(how.form) {
                limits(out, range.min.into(), range.max.into());
            }
        }
        Scalar::String => text(out, value, how, ty),
        Scalar::Array => array(out, value, how, ty),
        Scalar::Object => {
            type_name(out, "object", ty);
            match value.shape(how.form) {
                Some(shape) => members(out, shape, how),
                None => raw_max(out, how),
            }
        }
        Scalar::Any => raw_max(out, how),
        _ => whole(out, value, how, ty),
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

/// A format that is OpenAPI's; to a validator the limits say the same.
fn format(out: &mut String, how: How, name: &str) {
    if !how.is_api() {
        return;
    }
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

fn whole(out: &mut String, value: &Value<'_>, how: How, ty: Type) {
    type_name(out, "integer", ty);
    let (name, bounds) = match ty.scalar.limits() {
        // Times are 64 bits and signed, whatever they count.
        Some(bounds) if bounds.0 == i64::MIN.into() => ("int64", bounds),
        Some(bounds) => (ty.scalar.name(), bounds),
        None => (ty.scalar.name(), (i64::MIN.into(), i64::MAX.into())),
    };
    format(out, how, name);
    if let Some(list) = value.named(how.form) {
        if list.open {
            limits(out, bounds.0, bounds.1);
        }
        return named(out, list, ty.optional);
    }
    let stated = value.range(how.form);
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

fn boolean(out: &mut String, value: &Value<'_>, how: How, ty: Type) {
    type_name(out, "boolean", ty);
    if let Some(list) = value.named_booleans(how.form) {
        let both = [0, 1].iter().all(|value| {
            let mut same = list.values.iter().filter(|item| item.value == *value);
            same.next().is_some() && same.next().is_none()
        });
        if both && !list.open {
            named(out, list, ty.optional);
        }
    }
}

fn text(out: &mut String, value: &Value<'_>, how: How, ty: Type) {
    type_name(out, "string", ty);
    if value.is_colour(how.form) {
        out.push_str("\"pattern\":\"^#[0-9A-Fa-f]{6}$\",");
        return;
    }
    let stated = match value.length() {
        Some(Length::Bytes(max) | Length::Characters(max)) => Some(max),
        _ => None,
    };
    // Where nothing is stated, a device sends what it has and takes what it can
    // hold.
    let enforced = (how.form == Form::Write).then_some(TEXT_MAX);
    if let Some(max) = stated.or(enforced) {
        out.push_str("\"maxLength\":");
        push_number(out, max);
        out.push(',');
        max_bytes(out, how, max);
    }
    if how.form == Form::Write && value.secret() {
        format(out, how, "password");
    }
}

fn array(out: &mut String, value: &Value<'_>, how: How, ty: Type) {
    type_name(out, "array", ty);
    if let Some(shape) = value.shape(how.form) {
        if let Some(capacity) = &shape.capacity {
            if shape.exact && how.form == Form::Read {
                out.push_str("\"minItems\":");
                push_number(out, capacity.value);
                out.push(',');
            }
            max_items(out, capacity.value);
        }
        out.push_str("\"items\":{\"type\":\"object\",");
        members(out, shape, how);
        pop_comma(out);
        out.push_str("},");
        return;
    }
    if let Some(Length::Entries(max)) = value.length() {
        max_items(out, max);
    }
    raw_max(out, how);
}

fn max_items(out: &mut String, max: u32) {
    out.push_str("\"maxItems\":");
    push_number(out, max);
    out.push(',');
}

fn max_bytes(out: &mut String, how: How, max: u32) {
    if !how.is_api() {
        return;
    }
    out.push_str("\"x-max-bytes\":");
    push_number(out, max);
    out.push(',');
}

/// JSON of which the spec says nothing is kept as it was sent.
fn raw_max(out: &mut String, how: How) {
    if how.form == Form::Write {
        max_bytes(out, how, RAW_MAX);
    }
}

/// An object always gives all its members, and takes as few as one likes.
fn members(out: &mut String, shape: &Shape, how: How) {
    out.push_str("\"properties\":{");
    for (name, value) in fields(shape, how.form) {
        escape::json(name, out);
        out.push_str(":{");
        assertions(out, &value, how);
        annotations(out, &value, how);
        pop_comma(out);
        out.push_str("},");
    }
    pop_comma(out);
    out.push_str("},");
    match how.form {
        Form::Read => {
            out.push_str("\"required\":[");
            for (name, _) in fields(shape, how.form) {
                escape::json(name, out);
                out.push(',');
            }
            pop_comma(out);
            out.push_str("],");
        }
        Form::Write => out.push_str("\"additionalProperties\":false,"),
    }
}

fn annotations(out: &mut String, value: &Value<'_>, how: How) {
    if !value.description.is_empty() {
        out.push_str("\"description\":");
        escape::json(value.description, out);
        out.push(',');
    }
    match (value.access, how.form) {
        (Access::Read, Form::Read) => out.push_str("\"readOnly\":true,"),
        (Access::Write, Form::Write) => out.push_str("\"writeOnly\":true,"),
        _ => {}
    }
    if !how.is_api() {
        return;
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
