//! `docs/api-keys.md`: the reference, for people who read markdown.
//!
//! A table of all keys, then a section for each with what is known about its
//! value, how it is called over HTTP and MQTT, and where the spec says so; a
//! family of keys has one. Text of the spec is escaped, so that no description
//! can end a cell, open a tag or start a heading.

use std::collections::HashMap;

use super::{
    Documents, length, list, names,
    text::{push, push_number, push_value},
};
use crate::{
    api::{Entry, Field, Form, Key, Route, Shape, Topic, Value},
    emit::escape::{cell, text},
    model::{HttpAction, Position, ValueList},
};

pub(in crate::emit) fn page(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let mut page = String::with_capacity(api.keys.len() * 700 + 4096);
    push(&mut page, &["<!-- ", &documents.header(), " -->\n\n# "]);
    push(&mut page, &[&text(documents.title()), ": keys\n\n"]);
    overview(&mut page, documents);
    for entry in &api.entries {
        section(&mut page, documents, entry);
    }
    routes(&mut page, &api.routes);
    topics(&mut page, &api.topics);
    page
}

fn row(page: &mut String, cells: &[&str]) {
    page.push('|');
    for cell in cells {
        push(page, &[" ", cell, " |"]);
    }
    page.push('\n');
}

fn header(page: &mut String, cells: &[&str]) {
    row(page, cells);
    page.push('|');
    for _ in cells {
        page.push_str(" --- |");
    }
    page.push('\n');
}

fn overview(page: &mut String, documents: &Documents<'_>) {
    header(page, &["Key", "R/W", "Type", "Category", "Description"]);
    let mut anchors = Anchors::default();
    for entry in &documents.api.entries {
        let key = documents.api.first(entry);
        let gone = if key.removed.is_some() { "~~" } else { "" };
        let anchor = match entry.is_family {
            true => key.name.to_owned(),
            false => anchors.of(key.name),
        };
        let heading = documents.heading(entry);
        let link = [
            "| ", gone, "[`", &heading, "`](#", &anchor, ")", gone, " | ",
        ];
        push(page, &link);
        push(page, &[&key.value.access.to_string(), " | "]);
        types(page, &key.value);
        push(page, &[" | ", key.category.name(), " | "]);
        push(page, &[&text(key.value.description), " |\n"]);
    }
}

/// The anchors that renderers give to headings: in small letters, and numbered
/// where keys differ in nothing else. A family has anchors of its own.
#[derive(Default)]
struct Anchors(HashMap<String, usize>);

impl Anchors {
    fn of(&mut self, name: &str) -> String {
        let anchor = name.to_lowercase();
        let again = self.0.entry(anchor.clone()).or_default();
        *again += 1;
        match *again {
            1 => anchor,
            count => format!("{anchor}-{}", count - 1),
        }
    }
}

fn section(page: &mut String, documents: &Documents<'_>, entry: &Entry<'_>) {
    let (at, key) = documents.first(entry);
    push(page, &["\n## ", &documents.heading(entry), "\n\n"]);
    if !key.value.description.is_empty() {
        push(page, &[&text(key.value.description), "\n\n"]);
    }
    if entry.is_family {
        members(page, documents.api.keys_of(entry));
    }
    push(
        page,
        &["- Access: ", &key.value.access.to_string(), "\n- Type: "],
    );
    types(page, &key.value);
    push(page, &["\n- Category: ", key.category.name()]);
    if key.stored {
        page.push_str(", kept over a restart");
    }
    page.push('\n');
    for (what, fact) in facts(&key.value) {
        push(page, &["- ", what, ": ", &fact, "\n"]);
    }
    for (what, release) in [("Since", key.since), ("Removed", key.removed)] {
        if let Some(release) = release {
            push(page, &["- ", what, ": firmware ", &text(release), "\n"]);
        }
    }
    examples(page, documents, at, &key.value);
    push(page, &["- Source: ", &text(&key.origin.file), ", line "]);
    push_number(page, key.origin.line);
    page.push('\n');
    for list in &key.value.facts.values {
        values(page, list);
    }
    if let Some(shape) = &key.shape {
        fields(page, shape);
    }
    places(page, &key.value);
}

/// Every key of a family, so that a link to one leads here.
fn members(page: &mut String, keys: &[Key<'_>]) {
    page.push_str("- Keys:");
    for (at, key) in keys.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let name = key.name;
        push(page, &[comma, " <a id=\"", name, "\"></a>`", name, "`"]);
    }
    page.push('\n');
}

/// A value that is read and one that is written.
fn examples(page: &mut String, documents: &Documents<'_>, at: usize, value: &Value<'_>) {
    for (form, what) in [(Form::Read, "- Reads like: "), (Form::Write, "- Write: ")] {
        if value.has(form) {
            let example = cell(documents.example(at, form));
            // A description may show a value that has backticks itself.
            let ticks = if example.contains('`') { "`` " } else { "`" };
            let end = if example.contains('`') { " ``" } else { "`" };
            push(page, &[what, ticks, &example, end, "\n"]);
        }
    }
}

fn types(page: &mut String, value: &Value<'_>) {
    let ty = |form| value.view(form).ty.to_string();
    push(page, &["`", &ty(Form::Read), "`"]);
    if !value.same_both_ways() {
        push(page, &[", written as `", &ty(Form::Write), "`"]);
    }
}

/// Returns the facts of a value besides named values, by name.
fn facts(value: &Value<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let unit = value.unit.map(|unit| ("Unit", text(unit.symbol())));
    let range = value.facts.range.as_ref().map(|range| {
        let (min, max) = (range.value.min, range.value.max);
        ("Range", format!("{min} to {max}"))
    });
    let length = value.length().map(length);
    let length = length.map(|(max, what)| ("Length", format!("at most {max}{what}")));
    let format = value.format();
    let format = format.map(|format| ("Format", text(format.name())));
    unit.into_iter().chain(range).chain(length).chain(format)
}

fn values(page: &mut String, list: &ValueList) {
    match &list.label {
        Some(label) => push(page, &["\nValues of ", &text(&label.value)]),
        None => page.push_str("\nValues"),
    }
    page.push_str(if list.open {
        ", among others:\n\n"
    } else {
        ":\n\n"
    });
    header(
        page,
        &[if list.booleans { "Value" } else { "Number" }, "Name"],
    );
    for item in &list.values {
        page.push_str("| ");
        push_value(page, list, item.value);
        push(page, &[" | ", &text(&item.name), " |\n"]);
    }
}

fn fields(page: &mut String, shape: &Shape<'_>) {
    page.push('\n');
    match shape.list {
        None => page.push_str("The object has"),
        Some(bound) => {
            page.push_str(if bound.exact { "Always " } else { "At most " });
            push_number(page, bound.max);
            page.push_str(" entries; each has");
        }
    }
    page.push_str(":\n\n");
    header(page, &["Field", "R/W", "Type", "Facts", "Description"]);
    for field in &shape.fields {
        let name = format!("`{}`", field.name);
        let access = field.value.access.to_string();
        let (ty, facts) = (field_type(&field.value), field_facts(field));
        let description = text(field.value.description);
        row(page, &[&name, &access, &ty, &facts, &description]);
    }
}

fn field_type(value: &Value<'_>) -> String {
    let mut out = String::new();
    if let Some(list) = list(value) {
        out = format!("array of at most {} ", list.max);
    }
    types(&mut out, value);
    out
}

fn field_facts(field: &Field<'_>) -> String {
    let mut all: Vec<String> = facts(&field.value)
        .map(|(what, fact)| match what {
            "Unit" => format!("in {fact}"),
            _ => fact,
        })
        .collect();
    if let Some((key, name)) = field.same_as {
        all.push(format!("as {}.{}", text(key), text(name)));
    } else if let Some(list) = names(&field.value) {
        let item = |v: &crate::model::NamedValue| format!("{} {}", v.value, text(&v.name));
        all.extend(list.values.iter().map(item));
    }
    all.join(", ")
}

/// Writes the places of an array.
fn places(page: &mut String, value: &Value<'_>) {
    let Some(list) = list(value).filter(|list| !list.positions.is_empty()) else {
        return;
    };
    page.push_str("\nAlways ");
    push_number(page, list.max);
    page.push_str(" entries:\n\n");
    header(page, &["Index", "Name", "Type", "Unit", "Description"]);
    for place in list.positions {
        let Position {
            index,
            name,
            ty,
            unit,
            description,
            origin: _,
        } = place;
        row(
            page,
            &[
                &index.value.to_string(),
                &text(&name.value),
                &format!("`{}`", ty.value),
                &unit
                    .as_ref()
                    .map_or(String::new(), |unit| text(unit.value.symbol())),
                &text(&description.value),
            ],
        );
    }
}

fn routes(page: &mut String, routes: &[Route<'_>]) {
    if routes.is_empty() {
        return;
    }
    page.push_str("\n# HTTP\n\n");
    header(page, &["Method", "Path", "Query", "Action", "Description"]);
    for route in routes {
        let path = format!("`{}`", cell(route.path));
        let query = match route.query {
            "" => String::new(),
            name => format!("`{name}`"),
        };
        let (method, action) = (text(route.method), route.action.name());
        let description = text(route.description);
        row(page, &[&method, &path, &query, action, &description]);
    }
    if routes.iter().any(|route| route.action == HttpAction::Set) {
        page.push_str(
            "\nA set is answered with `true`, or the reason of the refusal, for each key: with status 200 when all were taken, \
             with 500 when any was refused; the others are in effect all the same.\n",
        );
    }
}

fn topics(page: &mut String, topics: &[Topic<'_>]) {
    if topics.is_empty() {
        return;
    }
    page.push_str("\n# MQTT\n\n");
    header(
        page,
        &["Topic", "Payload", "Action", "Retained", "Description"],
    );
    for topic in topics {
        let name = format!("`{}`", cell(topic.text));
        let retained = if topic.retained { "yes" } else { "no" };
        let (payload, action) = (text(topic.payload), topic.action.name());
        let description = text(topic.description);
        row(page, &[&name, &payload, action, retained, &description]);
    }
}
