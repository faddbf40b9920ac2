//! `docs/api-keys.md`: the reference, for people who read markdown.
//!
//! A table of all keys, then a section for each with what is known about its
//! value, how it is called over HTTP and MQTT, and where the spec says so; a
//! family of keys has one. Text of the spec is escaped, so that no description
//! can end a cell, open a tag or start a heading.

use std::collections::HashMap;

use super::{
    Documents, entries, list, named_places, names,
    text::{push, value},
};
use crate::{
    api::{Entry, Field, Form, Key, Route, Shape, Topic, Value},
    emit::escape::{cell, text},
    model::{Class, HttpAction, ValueList},
};

pub(in crate::emit) fn page(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let mut page = String::with_capacity(api.keys.len() * 700 + 4096);
    let (header, title) = (documents.header(), text(documents.title()));
    push!(page, "<!-- {header} -->\n\n# {title}: keys\n\n");
    overview(&mut page, documents);
    for entry in &api.entries {
        section(&mut page, documents, entry);
    }
    routes(&mut page, &api.routes);
    topics(&mut page, &api.topics);
    page
}

fn row(page: &mut String, cells: &[&str]) {
    push!(page, "| {} |\n", cells.join(" | "));
}

fn header(page: &mut String, cells: &[&str]) {
    row(page, cells);
    row(page, &vec!["---"; cells.len()]);
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
        let link = format!("{gone}[`{}`](#{anchor}){gone}", documents.heading(entry));
        let (access, types) = (key.value.access.to_string(), types(&key.value));
        let description = text(key.value.description);
        let category = key.category.name();
        row(page, &[&link, &access, &types, category, &description]);
    }
}

/// The anchors that renderers give to headings: in small letters, and numbered
/// where keys differ in nothing else. A family has anchors of its own.
#[derive(Default)]
struct Anchors(HashMap<String, usize>);

impl Anchors {
    fn of(&mut self, name: &str) -> String {
        // Renderers leave dots out.
        let anchor = name.to_lowercase().replace('.', "");
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
    push!(page, "\n## {}\n\n", documents.heading(entry));
    if !key.value.description.is_empty() {
        push!(page, "{}\n\n", text(key.value.description));
    }
    if entry.is_family {
        members(page, documents.api.keys_of(entry));
    }
    let (access, types) = (key.value.access, types(&key.value));
    let category = key.category.name();
    let stored = if key.stored {
        ", kept over a restart"
    } else {
        ""
    };
    push!(
        page,
        "- Access: {access}\n- Type: {types}\n- Category: {category}{stored}\n"
    );
    if let Some(coverage) = key.coverage {
        push!(page, "- Coverage: {}\n", coverage.says());
    }
    for (what, fact) in facts(&key.value) {
        push!(page, "- {what}: {fact}\n");
    }
    for (what, release) in [("Since", key.since), ("Removed", key.removed)] {
        if let Some(release) = release {
            push!(page, "- {what}: firmware {}\n", text(release));
        }
    }
    examples(page, documents, at, &key.value);
    let (file, line) = (text(&key.origin.file), key.origin.line);
    push!(page, "- Source: {file}, line {line}\n");
    for list in &key.value.facts.values {
        values(page, list);
    }
    if let Some((shape, list)) = key.value.shaped() {
        push!(page, "\n{}:\n\n", entries(list));
        header(page, &["Field", "R/W", "Type", "Facts", "Description"]);
        fields(page, "", shape);
    }
    places(page, &key.value);
}

/// Every key of a family, so that a link to one leads here.
fn members(page: &mut String, keys: &[Key<'_>]) {
    let anchor = |key: &Key<'_>| format!("<a id=\"{0}\"></a>`{0}`", key.name);
    let anchors: Vec<_> = keys.iter().map(anchor).collect();
    push!(page, "- Keys: {}\n", anchors.join(", "));
}

/// A value that is read and one that is written.
fn examples(page: &mut String, documents: &Documents<'_>, at: usize, value: &Value<'_>) {
    for (form, what) in [(Form::Read, "Reads like"), (Form::Write, "Write")] {
        if value.has(form) {
            let example = cell(documents.example(at, form));
            // A description may show a value that has backticks itself.
            match example.contains('`') {
                true => push!(page, "- {what}: `` {example} ``\n"),
                false => push!(page, "- {what}: `{example}`\n"),
            }
        }
    }
}

fn types(value: &Value<'_>) -> String {
    let ty = |form| value.view(form).ty;
    match value.same_both_ways() {
        true => format!("`{}`", ty(Form::Read)),
        false => format!("`{}`, written as `{}`", ty(Form::Read), ty(Form::Write)),
    }
}

/// Returns the facts of a value besides named values, by name.
fn facts(value: &Value<'_>) -> impl Iterator<Item = (&'static str, String)> {
    super::facts(value).map(|(what, fact)| match what {
        "Unit" | "Format" | "Default" => (what, text(&fact)),
        _ => (what, fact),
    })
}

fn values(page: &mut String, list: &ValueList) {
    let label = list.label.as_ref();
    let of = label.map_or(String::new(), |label| format!(" of {}", text(&label.value)));
    let others = if list.open { ", among others" } else { "" };
    push!(page, "\nValues{of}{others}:\n\n");
    header(
        page,
        &[if list.booleans { "Value" } else { "Number" }, "Name"],
    );
    for item in &list.values {
        row(page, &[&value(list, item.value), &text(&item.name)]);
    }
}

/// Writes a row for each field; one within another, of which it is a part, behind it.
fn fields(page: &mut String, around: &str, shape: &Shape<'_>) {
    for field in &shape.fields {
        let name = format!("{around}{}", field.name);
        let access = field.value.access.to_string();
        let (ty, facts) = (field_type(&field.value), field_facts(field));
        let description = text(field.value.description);
        let cells = [&format!("`{name}`"), &access, &ty, &facts, &description];
        row(page, &cells.map(String::as_str));
        if let Some((inner, list)) = field.value.shaped() {
            let each = if list.is_some() { "[]" } else { "" };
            fields(page, &format!("{name}{each}."), inner);
        }
    }
}

fn field_type(value: &Value<'_>) -> String {
    let types = types(value);
    let Some(list) = list(value) else {
        return types;
    };
    let how = if list.exact { "always" } else { "at most" };
    // Its own type says that it is an array; the shape, of what.
    match value.view(Form::Read).ty.scalar.class() {
        Class::Array => format!("{types} of {how} {} objects", list.max),
        _ => format!("array of {how} {} {types}", list.max),
    }
}

fn field_facts(field: &Field<'_>) -> String {
    let mut all: Vec<String> = facts(&field.value)
        .map(|(what, fact)| match what {
            "Unit" => format!("in {fact}"),
            "Default" => format!("default {fact}"),
            _ => fact,
        })
        .collect();
    for (what, release) in [("since", field.since), ("removed in", field.removed)] {
        all.extend(release.map(|release| format!("{what} firmware {}", text(release))));
    }
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
    let Some(list) = named_places(value) else {
        return;
    };
    push!(page, "\nAlways {} entries:\n\n", list.max);
    header(page, &["Index", "Name", "Type", "Unit", "Description"]);
    for place in list.positions {
        let (index, ty) = (place.index.value.to_string(), place.ty.value);
        let (name, description) = (text(&place.name.value), text(&place.description.value));
        let unit = place.unit.as_ref().map(|unit| text(unit.value.symbol()));
        let (ty, unit) = (format!("`{ty}`"), unit.unwrap_or_default());
        row(page, &[&index, &name, &ty, &unit, &description]);
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
