//! `docs/api-keys.md`: the reference, for people who read markdown.
//!
//! A table of all keys, then a section for each with what is known about its
//! value and where the spec says so. Text of the spec is escaped, so that no
//! description can end a cell, open a tag or start a heading.

use std::fmt::Write as _;

use super::{
    COMMAND, MARK, OutputFile,
    escape::{cell, text},
};
use crate::model::{Facts, Field, Key, Length, Model, Route, Shape, Topic, Type, ValueList};

pub(super) fn emit(model: &Model) -> Vec<OutputFile> {
    let mut page = Page::default();
    page.line(&format!(
        "<!-- {MARK} from spec {}, do not edit. To write it anew: {COMMAND} -->",
        model.hash
    ));
    page.line("\n# API keys\n");
    overview(&mut page, model);
    for key in &model.keys {
        section(&mut page, key, model.shape(&key.name.value));
    }
    routes(&mut page, &model.routes);
    topics(&mut page, &model.topics);
    vec![OutputFile {
        path: "docs/api-keys.md".into(),
        contents: page.0,
    }]
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn row(&mut self, cells: &[&str]) {
        let _ = writeln!(self.0, "| {} |", cells.join(" | "));
    }
}

fn overview(page: &mut Page, model: &Model) {
    page.row(&["Key", "R/W", "Type", "Category", "Description"]);
    page.row(&["---"; 5]);
    for key in &model.keys {
        let name = &key.name.value;
        let link = format!("[`{name}`](#{})", name.to_lowercase());
        let access = key.access.value.to_string();
        let ty = types(key.ty.value, key.set_ty);
        let category = key.category.value.to_string();
        page.row(&[
            &link,
            &access,
            &ty,
            &category,
            &text(&key.description.value),
        ]);
    }
}

fn section(page: &mut Page, key: &Key, shape: Option<&Shape>) {
    page.line(&format!("\n## {}\n", text(&key.name.value)));
    if !key.description.value.is_empty() {
        page.line(&format!("{}\n", text(&key.description.value)));
    }
    page.line(&format!("- Access: {}", key.access.value));
    page.line(&format!("- Type: {}", types(key.ty.value, key.set_ty)));
    page.line(&format!("- Category: {}", key.category.value));
    for (what, fact) in facts(&key.facts) {
        page.line(&format!("- {what}: {fact}"));
    }
    for (what, release) in [("Since", &key.since), ("Removed", &key.removed)] {
        if let Some(release) = release {
            page.line(&format!("- {what}: firmware {}", text(&release.value)));
        }
    }
    page.line(&format!(
        "- Source: {}, line {}",
        text(&key.origin.file),
        key.origin.line
    ));
    for list in &key.facts.values {
        values(page, list);
    }
    if let Some(shape) = shape {
        fields(page, shape);
    }
}

fn types(get: Type, set: Option<Type>) -> String {
    match set {
        Some(set) => format!("`{get}`, written as `{set}`"),
        None => format!("`{get}`"),
    }
}

/// What is known besides named values, by name.
fn facts(facts: &Facts) -> Vec<(&'static str, String)> {
    let unit = facts.unit.iter().map(|unit| ("Unit", text(unit.value)));
    let range = facts.range.iter().map(|range| {
        (
            "Range",
            format!("{} to {}", range.value.min, range.value.max),
        )
    });
    let length = facts.length.iter().map(|length| {
        let text = match length.value {
            Length::Bytes(max) => format!("at most {max} bytes"),
            Length::Characters(max) => format!("at most {max} characters"),
            Length::Entries(max) => format!("at most {max} entries"),
        };
        ("Length", text)
    });
    let format = facts
        .format
        .iter()
        .map(|format| ("Format", text(format.value.name())));
    unit.chain(range).chain(length).chain(format).collect()
}

fn values(page: &mut Page, list: &ValueList) {
    let whose = match &list.label {
        Some(label) => format!("Values of {}", text(&label.value)),
        None => "Values".to_owned(),
    };
    let more = if list.open { ", among others" } else { "" };
    page.line(&format!("\n{whose}{more}:\n"));
    page.row(&[if list.booleans { "Value" } else { "Number" }, "Name"]);
    page.row(&["---"; 2]);
    for item in &list.values {
        let value = match list.booleans {
            true => (item.value != 0).to_string(),
            false => item.value.to_string(),
        };
        page.row(&[&value, &text(&item.name)]);
    }
}

fn fields(page: &mut Page, shape: &Shape) {
    let what = match (&shape.capacity, shape.exact) {
        (None, _) => "The object has".to_owned(),
        (Some(count), true) => format!("Always {} entries; each has", count.value),
        (Some(count), false) => format!("At most {} entries; each has", count.value),
    };
    page.line(&format!("\n{what}:\n"));
    page.row(&["Field", "R/W", "Type", "Facts", "Description"]);
    page.row(&["---"; 5]);
    for field in &shape.fields {
        let name = format!("`{}`", field.name.value);
        let access = field.access.value.to_string();
        let (ty, facts) = (field_type(field), field_facts(field));
        page.row(&[&name, &access, &ty, &facts, &text(&field.description.value)]);
    }
}

fn field_type(field: &Field) -> String {
    let ty = types(field.ty.value, field.set_ty);
    match &field.capacity {
        Some(capacity) => format!("array of at most {} {ty}", capacity.value),
        None => ty,
    }
}

fn field_facts(field: &Field) -> String {
    let mut all: Vec<String> = facts(&field.facts)
        .into_iter()
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

fn routes(page: &mut Page, routes: &[Route]) {
    if routes.is_empty() {
        return;
    }
    page.line("\n# HTTP\n");
    page.row(&["Method", "Path", "Query", "Action", "Description"]);
    page.row(&["---"; 5]);
    for route in routes {
        let path = format!("`{}`", cell(&route.path.value));
        let (query, action) = (text(&route.query.value), text(&route.action.value));
        page.row(&[
            &text(&route.method.value),
            &path,
            &query,
            &action,
            &text(&route.description),
        ]);
    }
}

fn topics(page: &mut Page, topics: &[Topic]) {
    if topics.is_empty() {
        return;
    }
    page.line("\n# MQTT\n");
    page.row(&["Topic", "Payload", "Action", "Retained", "Description"]);
    page.row(&["---"; 5]);
    for topic in topics {
        let name = format!("`{}`", cell(&topic.topic.value));
        let retained = if topic.retained { "yes" } else { "no" };
        let (payload, action) = (text(&topic.payload), text(&topic.action.value));
        page.row(&[
            &name,
            &payload,
            &action,
            retained,
            &text(&topic.description),
        ]);
    }
}
