//! `docs/api.d.ts`: the API for those who call it from TypeScript.
//!
//! Types only, so that nothing has to be shipped. Members are named after keys,
//! and types of values are looked up by key (`Readings["scas"]`): no name of
//! the spec becomes a name of TypeScript, so none can collide.

use super::{
    Documents, length, names,
    text::{push, push_number},
};
use crate::{
    api::{Form, Key, Kind, List, Raw, Shape, Value},
    emit::escape,
    model::{MqttAction, Position, TopicPart, ValueList},
};

pub(in crate::emit) fn declarations(documents: &Documents<'_>) -> String {
    let mut out = String::with_capacity(documents.api.keys.len() * 700 + 4096);
    out.push_str("// ");
    out.push_str(&documents.header());
    out.push_str(
        "\n\n/** A whole status: every key that can be read. */\nexport interface Readings {\n",
    );
    members(&mut out, documents, Form::Read);
    out.push_str("}\n\n/** An answer to a status request: a filter leaves keys out, and so does an older device. */\nexport type Status = Partial<Readings>;\n\n/** The value that each key takes. */\nexport interface Settable {\n");
    members(&mut out, documents, Form::Write);
    out.push_str("}\n\n/** What each key of a set was answered: `true`, or the reason why it was refused. */\nexport type SetAnswer<K extends string = keyof Settable> = { [key in K]: true | string };\n\n/** Numbers by name: `ValueNames[\"key\"][\"name\"]`. */\nexport interface ValueNames {\n");
    value_names(&mut out, documents);
    out.push_str("}\n");
    topics(&mut out, documents);
    out
}

fn members(out: &mut String, documents: &Documents<'_>, form: Form) {
    for key in documents.api.having(form) {
        out.push_str("  /** ");
        doc(out, key, form);
        out.push_str(" */\n  ");
        out.push_str(readonly(form));
        out.push_str(key.name);
        // A release that has it no more does not send it.
        let gone = form == Form::Read && key.removed.is_some();
        out.push_str(if gone { "?: " } else { ": " });
        value(out, &key.value, form);
        out.push_str(";\n");
    }
}

/// Returns the modifier of a member: readings belong to the device.
fn readonly(form: Form) -> &'static str {
    match form {
        Form::Read => "readonly ",
        Form::Write => "",
    }
}

fn doc(out: &mut String, key: &Key<'_>, form: Form) {
    about(out, &key.value, form);
    for (what, release) in [
        (" Since firmware ", key.since),
        (" @deprecated removed in firmware ", key.removed),
    ] {
        if let Some(release) = release {
            out.push_str(what);
            escape::comment(release, out);
            out.push('.');
        }
    }
}

/// Description, and in brackets what the type cannot say.
fn about(out: &mut String, value: &Value<'_>, form: Form) {
    escape::comment(value.description, out);
    let start = out.len();
    let next = |out: &mut String| out.push_str(if out.len() > start { "; " } else { " [" });
    if let Some(unit) = value.unit {
        next(out);
        out.push_str(unit.symbol());
    }
    if let Some(range) = value.view(form).kind.range() {
        next(out);
        push_number(out, range.min);
        out.push_str(" to ");
        push_number(out, range.max);
    }
    if let Some((max, what)) = value.length().map(length) {
        next(out);
        out.push_str("at most ");
        push_number(out, max);
        out.push_str(what);
    }
    if out.len() > start {
        out.push(']');
    }
}

fn value(out: &mut String, value: &Value<'_>, form: Form) {
    let view = value.view(form);
    kind(out, &view.kind, form);
    // `unknown` has it in itself.
    if view.optional() && !matches!(view.kind, Kind::Raw(Raw::Any)) {
        out.push_str(" | null");
    }
}

fn kind(out: &mut String, of: &Kind<'_>, form: Form) {
    match of {
        Kind::Bool(_) => out.push_str("boolean"),
        Kind::Whole(number) => match &number.named {
            Some(named) => numbers(out, named.list),
            None => out.push_str("number"),
        },
        Kind::Real(_) => out.push_str("number"),
        Kind::Colour => out.push_str("`#${string}`"),
        Kind::Text(_) => out.push_str("string"),
        Kind::Object(shape) => object(out, shape, form),
        Kind::List(of) => list(out, of, form),
        Kind::Raw(Raw::Array(_)) => out.push_str("unknown[]"),
        Kind::Raw(Raw::Object) => out.push_str("{ [member: string]: unknown }"),
        Kind::Raw(Raw::Any) => out.push_str("unknown"),
    }
}

/// An array, or a tuple of which each place has a name.
fn list(out: &mut String, list: &List<'_>, form: Form) {
    if list.positions.is_empty() {
        out.push_str("Array<");
        kind(out, &list.of, form);
        return out.push('>');
    }
    out.push_str("readonly [");
    for (at, place) in list.positions.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        push(out, &[&label(place), ": "]);
        kind(out, &list.of, form);
    }
    out.push(']');
}

/// Labels are distinct, and have no `_` of their own; a name of which none can be
/// made leaves its place.
fn label(place: &Position) -> String {
    let Some(mut label) = crate::names::label(&place.name.value) else {
        return format!("at{}", place.index.value);
    };
    if RESERVED.contains(&label.as_str()) {
        label.push('_');
    }
    label
}

/// Words of TypeScript of which not all can be labels.
const RESERVED: &[&str] = &[
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
];

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

/// Writes the type of an object. A write may leave members out: they stay as they are.
fn object(out: &mut String, shape: &Shape<'_>, form: Form) {
    out.push_str("{\n");
    for field in shape.fields(form) {
        out.push_str("    /** ");
        about(out, &field.value, form);
        out.push_str(" */\n    ");
        out.push_str(readonly(form));
        escape::json(field.name, out);
        out.push_str(match form {
            Form::Read => ": ",
            Form::Write => "?: ",
        });
        value(out, &field.value, form);
        out.push_str(";\n");
    }
    out.push_str("  }");
}

fn value_names(out: &mut String, documents: &Documents<'_>) {
    for key in &documents.api.keys {
        if let Some(list) = names(&key.value) {
            push(out, &["  ", key.name]);
            numbers_by_name(out, list);
        }
        for field in key.shape.iter().flat_map(|shape| &shape.fields) {
            if let Some(list) = names(&field.value) {
                out.push_str("  ");
                escape::json(&format!("{}.{}", key.name, field.name), out);
                numbers_by_name(out, list);
            }
        }
    }
}

fn numbers_by_name(out: &mut String, list: &ValueList) {
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
fn topics(out: &mut String, documents: &Documents<'_>) {
    let mut done = Vec::new();
    for topic in &documents.api.topics {
        let (name, doc, keys) = match topic.action {
            MqttAction::State => (
                "StateTopic",
                "Where the device publishes values.",
                "keyof Readings",
            ),
            MqttAction::Set => (
                "SetTopic",
                "Where values are published for the device to take.",
                "keyof Settable",
            ),
            MqttAction::Result => (
                "ResultTopic",
                "Where the device says what became of them.",
                "string",
            ),
        };
        // Two topics may do the same; one type says how they look.
        if done.contains(&name) {
            continue;
        }
        done.push(name);
        push(out, &["\n/** ", doc, " */\nexport type ", name, " = `"]);
        for part in topic.parts {
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
