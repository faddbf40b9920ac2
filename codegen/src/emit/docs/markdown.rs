//! `docs/api-keys.md`: the reference, for people who read markdown.
//!
//! A table of all keys, then a section for each with what is known about its
//! value, how it is called over HTTP and MQTT, and where the spec says so. Text
//! of the spec is escaped, so that no description can end a cell, open a tag or
//! start a heading.

use std::collections::HashMap;

use super::{
    escape::{cell, text},
    reference::{Entry, Reference},
    value::{Form, Value, push_number},
};
use crate::{
    check::wire::HttpAction,
    model::{Facts, Field, Length, Route, Shape, Topic, Type, ValueList},
};

pub(super) fn page(reference: &Reference<'_>) -> String {
    let mut page = String::with_capacity(reference.keys.len() * 700 + 4096);
    push(&mut page, &["<!-- ", &reference.header(), " -->\n\n# "]);
    push(&mut page, &[&text(reference.title()), ": keys\n\n"]);
    overview(&mut page, reference);
    for entry in &reference.keys {
        section(&mut page, reference, entry);
    }
    routes(&mut page, &reference.model.routes);
    topics(&mut page, &reference.model.topics);
    page
}

fn push(page: &mut String, pieces: &[&str]) {
    for piece in pieces {
        page.push_str(piece);
    }
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

fn overview(page: &mut String, reference: &Reference<'_>) {
    header(page, &["Key", "R/W", "Type", "Category", "Description"]);
    let mut anchors = Anchors::default();
    for entry in &reference.keys {
        let (key, name) = (entry.key, entry.name());
        let gone = if key.removed.is_some() { "~~" } else { "" };
        push(
            page,
            &[
                "| ",
                gone,
                "[`",
                name,
                "`](#",
                &anchors.of(name),
                ")",
                gone,
                " | ",
            ],
        );
        push(page, &[access(entry), " | "]);
        types(page, key.ty.value, key.set_ty);
        push(
            page,
            &[" | ", super::schema::category(key.category.value), " | "],
        );
        push(page, &[&text(&key.description.value), " |\n"]);
    }
}

/// The anchors that renderers give to headings: in small letters, and numbered
/// where keys differ in nothing else.
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

fn access(entry: &Entry<'_>) -> &'static str {
    use crate::model::Access;
    let mut all = Access::ALL.iter();
    all.find(|(_, known)| *known == entry.value.access)
        .map_or("", |(name, _)| name)
}

fn section(page: &mut String, reference: &Reference<'_>, entry: &Entry<'_>) {
    let key = entry.key;
    push(page, &["\n## ", entry.name(), "\n\n"]);
    if !key.description.value.is_empty() {
        push(page, &[&text(&key.description.value), "\n\n"]);
    }
    push(page, &["- Access: ", access(entry), "\n- Type: "]);
    types(page, key.ty.value, key.set_ty);
    push(
        page,
        &[
            "\n- Category: ",
            super::schema::category(key.category.value),
        ],
    );
    if key.stored() {
        page.push_str(", kept over a restart");
    }
    page.push('\n');
    for (what, fact) in facts(&key.facts, &entry.value) {
        push(page, &["- ", what, ": ", &fact, "\n"]);
    }
    for (what, release) in [("Since", &key.since), ("Removed", &key.removed)] {
        if let Some(release) = release {
            push(
                page,
                &["- ", what, ": firmware ", &text(&release.value), "\n"],
            );
        }
    }
    examples(page, reference, entry);
    push(page, &["- Source: ", &text(&key.origin.file), ", line "]);
    push_number(page, key.origin.line as i64);
    page.push('\n');
    for list in &key.facts.values {
        values(page, list);
    }
    if let Some(shape) = entry.shape {
        fields(page, shape);
    }
}

/// A value that is read and one that is written.
fn examples(page: &mut String, reference: &Reference<'_>, entry: &Entry<'_>) {
    for (form, what) in [(Form::Read, "- Reads like: "), (Form::Write, "- Write: ")] {
        if entry.value.has(form) {
            let example = cell(reference.example(entry, form));
            // A description may show a value that has backticks itself.
            let ticks = if example.contains('`') { "`` " } else { "`" };
            let end = if example.contains('`') { " ``" } else { "`" };
            push(page, &[what, ticks, &example, end, "\n"]);
        }
    }
}

fn types(page: &mut String, get: Type, set: Option<Type>) {
    ty(page, get);
    if let Some(set) = set {
        page.push_str(", written as ");
        ty(page, set);
    }
}

fn ty(page: &mut String, ty: Type) {
    let (open, close) = if ty.optional {
        ("`optional<", ">`")
    } else {
        ("`", "`")
    };
    push(page, &[open, ty.scalar.name(), close]);
}

/// What is known besides named values, by name.
fn facts(facts: &Facts, value: &Value<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let unit = value.unit().map(|unit| ("Unit", text(unit)));
    let range = facts.range.as_ref().map(|range| {
        let (min, max) = (range.value.min, range.value.max);
        ("Range", format!("{min} to {max}"))
    });
    let length = facts.length.as_ref().map(|length| {
        let text = match length.value {
            Length::Bytes(max) => format!("at most {max} bytes"),
            Length::Characters(max) => format!("at most {max} characters"),
            Length::Entries(max) => format!("at most {max} entries"),
        };
        ("Length", text)
    });
    let format = facts
        .format
        .as_ref()
        .map(|format| ("Format", text(format.value.name())));
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
        match list.booleans {
            true => page.push_str(if item.value == 0 { "false" } else { "true" }),
            false => push_number(page, item.value),
        }
        push(page, &[" | ", &text(&item.name), " |\n"]);
    }
}

fn fields(page: &mut String, shape: &Shape) {
    let what = match (&shape.capacity, shape.exact) {
        (None, _) => "The object has".to_owned(),
        (Some(count), true) => format!("Always {} entries; each has", count.value),
        (Some(count), false) => format!("At most {} entries; each has", count.value),
    };
    push(page, &["\n", &what, ":\n\n"]);
    header(page, &["Field", "R/W", "Type", "Facts", "Description"]);
    for field in &shape.fields {
        let name = format!("`{}`", field.name.value);
        let access = field.access.value.to_string();
        let (ty, facts) = (field_type(field), field_facts(field));
        row(
            page,
            &[&name, &access, &ty, &facts, &text(&field.description.value)],
        );
    }
}

fn field_type(field: &Field) -> String {
    let mut out = String::new();
    if let Some(capacity) = &field.capacity {
        out = format!("array of at most {} ", capacity.value);
    }
    types(&mut out, field.ty.value, field.set_ty);
    out
}

fn field_facts(field: &Field) -> String {
    let value = Value::field(field);
    let mut all: Vec<String> = facts(&field.facts, &value)
        .map(|(what, fact)| match what {
            "Unit" => format!("in {fact}"),
            _ => fact,
        })
        .collect();
    if let Some((key, name)) = &field.same_as {
        all.push(format!("as {}.{}", text(key), text(name)));
    } else if let Some(list) = field.values() {
        let item = |v: &crate::model::NamedValue| format!("{} {}", v.value, text(&v.name));
        all.extend(list.values.iter().map(item));
    }
    all.join(", ")
}

fn routes(page: &mut String, routes: &[Route]) {
    if routes.is_empty() {
        return;
    }
    page.push_str("\n# HTTP\n\n");
    header(page, &["Method", "Path", "Query", "Action", "Description"]);
    for route in routes {
        let path = format!("`{}`", cell(&route.path.value));
        let (query, action) = (text(&route.query.value), text(&route.action.value));
        row(
            page,
            &[
                &text(&route.method.value),
                &path,
                &query,
                &action,
                &text(&route.description),
            ],
        );
    }
    if routes
        .iter()
        .any(|route| HttpAction::of(&route.action.value) == Some(HttpAction::Set))
    {
        page.push_str(
            "\nA set is answered with `true`, or the reason of the refusal, for each key: with status 200 when all were taken, \
             with 500 when any was refused; the others are in effect all the same.\n",
        );
    }
}

fn topics(page: &mut String, topics: &[Topic]) {
    if topics.is_empty() {
        return;
    }
    page.push_str("\n# MQTT\n\n");
    header(
        page,
        &["Topic", "Payload", "Action", "Retained", "Description"],
    );
    for topic in topics {
        let name = format!("`{}`", cell(&topic.topic.value));
        let retained = if topic.retained { "yes" } else { "no" };
        let (payload, action) = (text(&topic.payload), text(&topic.action.value));
        row(
            page,
            &[
                &name,
                &payload,
                &action,
                retained,
                &text(&topic.description),
            ],
        );
    }
}
