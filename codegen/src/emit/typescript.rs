//! `docs/api.d.ts`: the API for those who call it from TypeScript.
//!
//! Types only, so that nothing has to be shipped. Members are named after keys,
//! and types of values are looked up by key (`Readings["scas"]`): no name of
//! the spec becomes a name of TypeScript, so none can collide.

use super::{
    escape,
    reference::{Entry, Reference},
    value::{Form, Value, fields, push_number},
};
use crate::model::{Length, Scalar, Shape, TopicPart, Type, ValueList, wire::MqttAction};

pub(super) fn declarations(reference: &Reference<'_>) -> String {
    let mut out = String::with_capacity(reference.keys.len() * 700 + 4096);
    out.push_str("// ");
    out.push_str(&reference.header());
    out.push_str(
        "\n\n/** A whole status: every key that can be read. */\nexport interface Readings {\n",
    );
    members(&mut out, reference, Form::Read);
    out.push_str("}\n\n/** An answer to a status request: a filter leaves keys out, and so does an older device. */\nexport type Status = Partial<Readings>;\n\n/** The value that each key takes. */\nexport interface Settable {\n");
    members(&mut out, reference, Form::Write);
    out.push_str("}\n\n/** What each key of a set was answered: `true`, or the reason why it was refused. */\nexport type SetAnswer<K extends string = keyof Settable> = { [key in K]: true | string };\n\n/** Numbers by name: `ValueNames[\"key\"][\"name\"]`. */\nexport interface ValueNames {\n");
    value_names(&mut out, reference);
    out.push_str("}\n");
    topics(&mut out, reference);
    out
}

fn members(out: &mut String, reference: &Reference<'_>, form: Form) {
    for entry in reference.having(form) {
        out.push_str("  /** ");
        doc(out, entry, form);
        out.push_str(" */\n  ");
        if form == Form::Read {
            out.push_str("readonly ");
        }
        out.push_str(entry.name());
        // A release that has it no more does not send it.
        let gone = form == Form::Read && entry.key.removed.is_some();
        out.push_str(if gone { "?: " } else { ": " });
        value(out, &entry.value, form);
        out.push_str(";\n");
    }
}

fn doc(out: &mut String, entry: &Entry<'_>, form: Form) {
    about(out, &entry.value, form);
    if let Some(since) = &entry.key.since {
        out.push_str(" Since firmware ");
        escape::comment(&since.value, out);
        out.push('.');
    }
    if let Some(removed) = &entry.key.removed {
        out.push_str(" @deprecated removed in firmware ");
        escape::comment(&removed.value, out);
        out.push('.');
    }
}

/// Description, and in brackets what the type cannot say.
fn about(out: &mut String, value: &Value<'_>, form: Form) {
    escape::comment(value.description, out);
    let start = out.len();
    if let Some(unit) = value.unit() {
        out.push_str("; ");
        escape::comment(unit, out);
    }
    if let Some(range) = value.range(form) {
        out.push_str("; ");
        push_number(out, range.min);
        out.push_str(" to ");
        push_number(out, range.max);
    }
    if let Some(length) = value.length() {
        let (max, what) = match length {
            Length::Bytes(max) => (max, " bytes"),
            Length::Characters(max) => (max, " characters"),
            Length::Entries(max) => (max, " entries"),
        };
        out.push_str("; at most ");
        push_number(out, max);
        out.push_str(what);
    }
    if out.len() > start {
        out.replace_range(start..start + 1, " [");
        out.remove(start + 2);
        out.push(']');
    }
}

fn value(out: &mut String, value: &Value<'_>, form: Form) {
    if value.repeated.is_none() {
        return one(out, value, form);
    }
    out.push_str("Array<");
    one(out, value, form);
    out.push('>');
}

fn one(out: &mut String, value: &Value<'_>, form: Form) {
    let ty = value.ty(form);
    match ty.scalar {
        Scalar::Bool => out.push_str("boolean"),
        Scalar::String if value.is_colour(form) => out.push_str("`#${string}`"),
        Scalar::String => out.push_str("string"),
        Scalar::Array => match value.shape(form) {
            Some(shape) => {
                out.push_str("Array<");
                object(out, shape, form);
                out.push('>');
            }
            None => out.push_str("unknown[]"),
        },
        Scalar::Object => match value.shape(form) {
            Some(shape) => object(out, shape, form),
            None => out.push_str("{ [member: string]: unknown }"),
        },
        Scalar::Any => out.push_str("unknown"),
        _ => match value.named(form) {
            Some(list) => numbers(out, list),
            None => out.push_str("number"),
        },
    }
    null(out, ty);
}

fn null(out: &mut String, ty: Type) {
    // `unknown` has it in itself.
    if ty.optional && ty.scalar != Scalar::Any {
        out.push_str(" | null");
    }
}

/// The numbers that have a name; with others beside them, editors still offer
/// these.
fn numbers(out: &mut String, list: &ValueList) {
    for (index, item) in list.values.iter().enumerate() {
        if list.values[..index]
            .iter()
            .any(|other| other.value == item.value)
        {
            continue;
        }
        if index > 0 {
            out.push_str(" | ");
        }
        push_number(out, item.value);
    }
    if list.open {
        out.push_str(" | (number & {})");
    }
}

/// What is written may leave members out: they stay as they are.
fn object(out: &mut String, shape: &Shape, form: Form) {
    out.push_str("{\n");
    for (name, field) in fields(shape, form) {
        out.push_str("    /** ");
        about(out, &field, form);
        out.push_str(" */\n    ");
        if form == Form::Read {
            out.push_str("readonly ");
        }
        escape::json(name, out);
        out.push_str(if form == Form::Write { "?: " } else { ": " });
        value(out, &field, form);
        out.push_str(";\n");
    }
    out.push_str("  }");
}

fn value_names(out: &mut String, reference: &Reference<'_>) {
    for entry in &reference.keys {
        if let Some(list) = entry.key.values() {
            out.push_str("  ");
            out.push_str(entry.name());
            names(out, list);
        }
        let Some(shape) = entry.shape else {
            continue;
        };
        for field in &shape.fields {
            if let Some(list) = field.values() {
                out.push_str("  ");
                escape::json(&format!("{}.{}", entry.name(), field.name.value), out);
                names(out, list);
            }
        }
    }
}

fn names(out: &mut String, list: &ValueList) {
    out.push_str(": {");
    for (index, item) in list.values.iter().enumerate() {
        if list.values[..index]
            .iter()
            .any(|other| other.name == item.name)
        {
            continue;
        }
        out.push(' ');
        escape::json(&item.name, out);
        out.push_str(": ");
        push_number(out, item.value);
        out.push(';');
    }
    out.push_str(" };\n");
}

/// The topics as template types.
fn topics(out: &mut String, reference: &Reference<'_>) {
    let mut done = [false; 3];
    for topic in &reference.model.topics {
        let (at, name, doc, keys) = match MqttAction::of(&topic.action.value) {
            Some(MqttAction::State) => (
                0,
                "StateTopic",
                "Where the device publishes values.",
                "keyof Readings",
            ),
            Some(MqttAction::Set) => (
                1,
                "SetTopic",
                "Where values are published for the device to take.",
                "keyof Settable",
            ),
            Some(MqttAction::Result) => (
                2,
                "ResultTopic",
                "Where the device says what became of them.",
                "string",
            ),
            None => continue,
        };
        // Two topics may do the same; one type says how they look.
        if std::mem::replace(&mut done[at], true) {
            continue;
        }
        out.push_str("\n/** ");
        out.push_str(doc);
        out.push_str(" */\nexport type ");
        out.push_str(name);
        out.push_str(" = `");
        for part in &topic.parts {
            match part {
                TopicPart::Placeholder(part) if part == "key" => {
                    out.push_str("${");
                    out.push_str(keys);
                    out.push('}');
                }
                TopicPart::Placeholder(_) => out.push_str("${string}"),
                TopicPart::Literal(text) => template(text, out),
            }
        }
        out.push_str("`;\n");
    }
}

/// Text inside a template.
fn template(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '`' | '\\' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
}
