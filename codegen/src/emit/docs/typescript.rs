//! `docs/api.d.ts`: the API for those who call it from TypeScript.
//!
//! Types only, so that nothing has to be shipped. Members are named after keys,
//! and types of values are looked up by key (`Readings["scas"]`): no name of
//! the spec becomes a name of TypeScript, so none can collide.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    Documents, length, names,
    text::{self, push},
};
use crate::{
    api::{Form, Key, Kind, List, Raw, Shape, Value, Whole},
    emit::escape,
    model::{MqttAction, Position, TopicPart, ValueList},
};

pub(in crate::emit) fn declarations(documents: &Documents<'_>) -> String {
    let mut out = String::with_capacity(documents.api.keys.len() * 700 + 4096);
    push!(
        out,
        "// {header}\n\n\
         /** A whole status: every key that can be read. */\nexport interface Readings {{\n{readings}}}\n\n\
         /** An answer to a status request: a filter leaves keys out, and so does an older device. */\n\
         export type Status = Partial<Readings>;\n\n\
         /** The value that each key takes. */\nexport interface Settable {{\n{settable}}}\n\n\
         /** What each key of a set was answered: `true`, or the reason why it was refused. */\n\
         export type SetAnswer<K extends string = keyof Settable> = {{ [key in K]: true | string }};\n\n\
         /** Numbers by name: `ValueNames[\"key\"][\"name\"]`. */\nexport interface ValueNames {{\n{names}}}\n",
        header = documents.header(),
        readings = members(documents, Form::Read),
        settable = members(documents, Form::Write),
        names = value_names(documents),
    );
    topics(&mut out, documents);
    out
}

fn members(documents: &Documents<'_>, form: Form) -> String {
    let mut out = String::new();
    for key in documents.api.having(form) {
        // A release that has it no more does not send it.
        let gone = form == Form::Read && key.removed.is_some();
        let gone = if gone { "?" } else { "" };
        let (doc, readonly, name) = (doc(key, form), readonly(form), member(key.name));
        let value = value(&key.value, form, 1);
        push!(out, "  /** {doc} */\n  {readonly}{name}{gone}: {value};\n");
    }
    out
}

/// The name of a member, in quotes where it is not one word: `"inverter.power"`.
fn member(name: &str) -> Cow<'_, str> {
    match crate::names::is_word(name) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(escape::json(name)),
    }
}

/// Returns the modifier of a member: readings belong to the device.
fn readonly(form: Form) -> &'static str {
    match form {
        Form::Read => "readonly ",
        Form::Write => "",
    }
}

fn doc(key: &Key<'_>, form: Form) -> String {
    let mut out = about(&key.value, form);
    for (what, release) in [
        ("Since firmware", key.since),
        ("@deprecated removed in firmware", key.removed),
    ] {
        if let Some(release) = release {
            push!(out, " {what} {}.", escape::comment(release));
        }
    }
    out
}

/// Description, and in brackets what the type cannot say.
fn about(value: &Value<'_>, form: Form) -> String {
    let description = escape::comment(value.description);
    let unit = value.unit.map(|unit| unit.symbol().to_owned());
    let range = value.view(form).kind.range();
    let range = range.map(|range| range.to_string());
    let length = value.length().map(length);
    let length = length.map(|(max, what)| format!("at most {max}{what}"));
    let default = value
        .default()
        .map(|value| format!("default {}", escape::comment(&value.to_string())));
    let facts: Vec<String> = [unit, range, length, default]
        .into_iter()
        .flatten()
        .collect();
    match facts.is_empty() {
        true => description,
        false => format!("{description} [{}]", facts.join("; ")),
    }
}

/// The type of a value, so many objects deep.
fn value(value: &Value<'_>, form: Form, depth: usize) -> String {
    let view = value.view(form);
    // `unknown` has it in itself.
    let null = view.optional() && !matches!(view.kind, Kind::Raw(Raw::Any));
    kind(&view.kind, form, depth) + if null { " | null" } else { "" }
}

fn kind(of: &Kind<'_>, form: Form, depth: usize) -> String {
    let word = match of {
        Kind::Whole(Whole {
            named: Some(named), ..
        }) => return numbers(named.list, form),
        Kind::Object(shape) => return object(shape, form, depth),
        Kind::List(of) => return list(of, form, depth),
        Kind::Bool(_) => "boolean",
        Kind::Whole(_) | Kind::Real(_) => "number",
        Kind::Colour => "`#${string}`",
        Kind::Text(_) => "string",
        Kind::Raw(Raw::Array(_)) => "unknown[]",
        Kind::Raw(Raw::Object) => "{ [member: string]: unknown }",
        Kind::Raw(Raw::Any) => "unknown",
    };
    word.to_owned()
}

/// An array, or a tuple of which each place has a name.
fn list(list: &List<'_>, form: Form, depth: usize) -> String {
    let entry = kind(&list.of, form, depth);
    let places = list.positions.iter();
    let places = places.map(|place| format!("{}: {entry}", label(place)));
    match list.positions {
        [] => format!("Array<{entry}>"),
        [..] => format!("readonly [{}]", places.collect::<Vec<_>>().join(", ")),
    }
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
    "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do",
    "else", "enum", "export", "extends", "false", "finally", "for", "function", "if", "import",
    "in", "instanceof", "new", "null", "return", "super", "switch", "this", "throw", "true", "try",
    "typeof", "var", "void", "while", "with",
];

/// The numbers that have a name. A newer device may send others, and a list may
/// say that there are more; editors still offer these.
fn numbers(list: &ValueList, form: Form) -> String {
    let mut all = text::numbers(list);
    let open = list.open || form == Form::Read;
    all.extend(open.then(|| "(number & {})".to_owned()));
    all.join(" | ")
}

/// Writes the type of an object. A write may leave members out: they stay as they are.
fn object(shape: &Shape<'_>, form: Form, depth: usize) -> String {
    let (around, indent) = ("  ".repeat(depth), "  ".repeat(depth + 1));
    let may = match form {
        Form::Read => "",
        Form::Write => "?",
    };
    let mut out = "{\n".to_owned();
    for field in shape.fields(form) {
        let (doc, readonly) = (about(&field.value, form), readonly(form));
        let (name, value) = (
            escape::json(field.name),
            value(&field.value, form, depth + 1),
        );
        push!(
            out,
            "{indent}/** {doc} */\n{indent}{readonly}{name}{may}: {value};\n"
        );
    }
    out + &around + "}"
}

fn value_names(documents: &Documents<'_>) -> String {
    let mut out = String::new();
    for key in &documents.api.keys {
        if let Some(list) = names(&key.value) {
            push!(
                out,
                "  {}: {{{} }};\n",
                member(key.name),
                numbers_by_name(list)
            );
        }
        names_of_fields(&mut out, key.name, &key.value);
    }
    out
}

fn names_of_fields(out: &mut String, around: &str, value: &Value<'_>) {
    let shape = value.shaped().map(|(shape, _)| shape);
    for field in shape.into_iter().flat_map(|shape| &shape.fields) {
        let name = format!("{around}.{}", field.name);
        if let Some(list) = names(&field.value) {
            let name = escape::json(&name);
            push!(out, "  {name}: {{{} }};\n", numbers_by_name(list));
        }
        names_of_fields(out, &name, &field.value);
    }
}

fn numbers_by_name(list: &ValueList) -> String {
    let mut seen = BTreeSet::new();
    let once = list.values.iter().filter(|item| seen.insert(&item.name));
    once.map(|item| format!(" {}: {};", escape::json(&item.name), item.value))
        .collect()
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
        push!(out, "\n/** {doc} */\nexport type {name} = `");
        for part in topic.parts {
            match part {
                TopicPart::Placeholder(part) if part == "key" => push!(out, "${{{keys}}}"),
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
