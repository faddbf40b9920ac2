//! One key of the page, or a family of keys.

use super::calls::Calls;
use crate::emit::docs::{
    Documents,
    text::{access, push},
};
use crate::{
    api::{Entry, Field, Form, Key, Shape, Value},
    emit::{
        docs::{
            length, list, names,
            text::{push_number, push_value},
        },
        escape,
    },
    model::{Position, ValueList},
};

pub(super) fn push_article(
    out: &mut String,
    documents: &Documents<'_>,
    entry: &Entry<'_>,
    calls: &Calls<'_>,
) {
    let (at, key) = documents.first(entry);
    let members = match entry.is_family {
        true => documents.api.keys_of(entry),
        false => &[],
    };
    head(out, key, members, &documents.heading(entry));
    if !key.value.description.is_empty() {
        out.push_str("<p class=\"text\">");
        description(out, key.value.description, &key.value.facts.values);
        out.push_str("</p>\n");
    }
    facts(out, key, members);
    let shape = key.shape.as_deref();
    for list in &key.value.facts.values {
        // Those of a field stand with the field.
        if !list
            .label
            .as_ref()
            .is_some_and(|label| is_field(shape, &label.value))
        {
            values(out, list);
        }
    }
    if let Some(shape) = shape {
        fields(out, shape);
    }
    places(out, &key.value);
    calls.push(out, documents, at);
    out.push_str("</article>\n");
}

/// The heading; and what the filters and the search look at.
fn head(out: &mut String, key: &Key<'_>, members: &[Key<'_>], heading: &str) {
    push(out, &["<article id=\"", key.name, "\" data-category=\""]);
    push(out, &[key.category.name(), "\" data-access=\""]);
    push(out, &[&key.value.access.to_string(), "\""]);
    if !members.is_empty() {
        out.push_str(" data-keys=\"");
        for (at, member) in members.iter().enumerate() {
            push(out, &[if at > 0 { " " } else { "" }, member.name]);
        }
        out.push('"');
    }
    if key.removed.is_some() {
        out.push_str(" class=\"gone\"");
    }
    push(out, &[">\n<h3><a href=\"#", key.name, "\">", heading]);
    out.push_str("</a></h3><p class=\"what\">");
    push_types(out, &key.value);
    push(out, &["<b>", access(key.value.access), "</b><span>"]);
    push(out, &[key.category.name(), "</span></p>\n"]);
}

/// A description without the list that stands in parentheses and says nothing
/// but what the values below it do.
fn description(out: &mut String, text: &str, lists: &[ValueList]) {
    let [list] = lists else {
        return escape::html_prose(text, out);
    };
    let Some((before, rest)) = text.split_once(" (") else {
        return escape::html_prose(text, out);
    };
    let mut spelled = String::new();
    if let Some(label) = &list.label {
        push(&mut spelled, &[&label.value, ": "]);
    }
    for item in &list.values {
        if list.booleans {
            return escape::html_prose(text, out);
        }
        push(&mut spelled, &[&item.name, "="]);
        push_number(&mut spelled, item.value);
        spelled.push_str(", ");
    }
    let spelled = spelled.trim_end_matches(", ");
    match rest
        .strip_prefix(spelled)
        .and_then(|rest| rest.strip_prefix(')'))
    {
        Some(behind) => {
            escape::html_prose(before, out);
            escape::html_prose(behind, out);
        }
        None => escape::html_prose(text, out),
    }
}

fn is_field(shape: Option<&Shape<'_>>, label: &str) -> bool {
    let mut fields = shape.into_iter().flat_map(|shape| &shape.fields);
    fields.any(|field| field.name == label && names(&field.value).is_some())
}

fn push_types(out: &mut String, value: &Value<'_>) {
    out.push_str("<span>");
    push_type(out, value, Form::Read);
    if !value.same_both_ways() {
        out.push_str(", written as ");
        push_type(out, value, Form::Write);
    }
    out.push_str("</span>");
}

fn push_type(out: &mut String, value: &Value<'_>, form: Form) {
    out.push_str("<code>");
    escape::html(&value.view(form).ty.to_string(), out);
    out.push_str("</code>");
}

fn facts(out: &mut String, key: &Key<'_>, members: &[Key<'_>]) {
    out.push_str("<dl class=\"facts\">");
    keys(out, members);
    let open = |out: &mut String, name: &str| push(out, &["<div><dt>", name, "</dt><dd>"]);
    each_fact(out, &key.value, open, "</dd></div>");
    if key.stored {
        out.push_str("<div><dt>Stored</dt><dd>over a restart</dd></div>");
    }
    for (what, release) in [("Since", key.since), ("Removed in", key.removed)] {
        if let Some(release) = release {
            push(out, &["<div><dt>", what, "</dt><dd>firmware "]);
            escape::html(release, out);
            out.push_str("</dd></div>");
        }
    }
    out.push_str("<div class=\"source\"><dt>Source</dt><dd>");
    escape::html(&key.origin.file, out);
    out.push_str(", line ");
    push_number(out, key.origin.line);
    out.push_str("</dd></div></dl>\n");
}

/// The keys of a family; the first has the id of the article.
fn keys(out: &mut String, members: &[Key<'_>]) {
    let Some((first, others)) = members.split_first() else {
        return;
    };
    push(
        out,
        &["<div><dt>Keys</dt><dd class=\"members\"><code>", first.name],
    );
    for key in others {
        push(out, &["</code>, <code id=\"", key.name, "\">", key.name]);
    }
    out.push_str("</code></dd></div>");
}

/// Writes each fact of a value besides names, each between `open` and `close`.
fn each_fact(out: &mut String, value: &Value<'_>, open: impl Fn(&mut String, &str), close: &str) {
    if value.view(Form::Read).optional() || value.view(Form::Write).optional() {
        open(out, "May be");
        push(out, &["<code>null</code>", close]);
    }
    if let Some(unit) = value.unit {
        open(out, "Unit");
        push(out, &[unit.symbol(), close]);
    }
    if let Some(range) = &value.facts.range {
        open(out, "Range");
        push_number(out, range.value.min);
        out.push_str(" to ");
        push_number(out, range.value.max);
        out.push_str(close);
    }
    if let Some((max, what)) = value.length().map(length) {
        open(out, "Length");
        out.push_str("at most ");
        push_number(out, max);
        push(out, &[what, close]);
    }
    if let Some(format) = value.format() {
        open(out, "Format");
        push(out, &[format.name(), close]);
    }
}

fn values(out: &mut String, list: &ValueList) {
    out.push_str("<p class=\"lead\">Values");
    if let Some(label) = &list.label {
        out.push_str(" of ");
        escape::html(&label.value, out);
    }
    out.push_str(if list.open { ", among others" } else { "" });
    out.push_str("</p><ul class=\"values\">");
    for item in &list.values {
        out.push_str("<li><code>");
        push_value(out, list, item.value);
        out.push_str("</code> ");
        escape::html(&item.name, out);
        out.push_str("</li>");
    }
    out.push_str("</ul>\n");
}

fn fields(out: &mut String, shape: &Shape<'_>) {
    out.push_str("<p class=\"lead\">");
    match shape.list {
        None => out.push_str("The object has"),
        Some(bound) => {
            out.push_str(if bound.exact { "Always " } else { "At most " });
            push_number(out, bound.max);
            out.push_str(" entries; each has");
        }
    }
    out.push_str("</p><dl class=\"shape\">\n");
    for field in &shape.fields {
        push_field(out, field);
    }
    out.push_str("</dl>\n");
}

/// Writes the places of an array.
fn places(out: &mut String, value: &Value<'_>) {
    let Some(list) = list(value).filter(|list| !list.positions.is_empty()) else {
        return;
    };
    out.push_str("<p class=\"lead\">Always ");
    push_number(out, list.max);
    out.push_str(" entries</p><dl class=\"shape\">\n");
    for place in list.positions {
        push_place(out, place);
    }
    out.push_str("</dl>\n");
}

fn push_place(out: &mut String, place: &Position) {
    out.push_str("<dt><code>");
    push_number(out, place.index.value);
    out.push_str("</code> ");
    escape::html(&place.name.value, out);
    out.push_str(" <span class=\"what\"><span><code>");
    escape::html(&place.ty.value.to_string(), out);
    out.push_str("</code></span>");
    if let Some(unit) = &place.unit {
        push(out, &["<span>Unit ", unit.value.symbol(), "</span>"]);
    }
    out.push_str("</span></dt><dd>");
    escape::html_prose(&place.description.value, out);
    out.push_str("</dd>\n");
}

fn push_field(out: &mut String, field: &Field<'_>) {
    out.push_str("<dt><code>");
    escape::html(field.name, out);
    out.push_str("</code> <span class=\"what\">");
    push_types(out, &field.value);
    if let Some(list) = list(&field.value) {
        out.push_str("<span>array of at most ");
        push_number(out, list.max);
        out.push_str("</span>");
    }
    push(out, &["<span>", access(field.value.access), "</span>"]);
    each_fact(
        out,
        &field.value,
        |out, name| push(out, &["<span>", name, " "]),
        "</span>",
    );
    out.push_str("</span></dt><dd>");
    escape::html_prose(field.value.description, out);
    match (field.same_as, names(&field.value)) {
        (Some((key, name)), Some(_)) => {
            out.push_str(" (numbers as in <a href=\"#");
            escape::html(key, out);
            out.push_str("\">");
            escape::html(key, out);
            out.push('.');
            escape::html(name, out);
            out.push_str("</a>)");
        }
        (_, Some(list)) => {
            out.push_str("<ul class=\"values\">");
            for item in &list.values {
                out.push_str("<li><code>");
                push_number(out, item.value);
                out.push_str("</code> ");
                escape::html(&item.name, out);
                out.push_str("</li>");
            }
            out.push_str("</ul>");
        }
        _ => {}
    }
    out.push_str("</dd>\n");
}
