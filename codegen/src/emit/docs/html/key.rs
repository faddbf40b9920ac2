//! One key of the page.

use super::{access, calls::Calls, push, push_data};
use crate::{
    emit::{
        escape,
        reference::{Entry, Reference},
        schema::category,
        value::{Form, Value, push_number},
    },
    model::{Field, Length, Shape, Type, ValueList},
};

pub(super) fn push_article(
    out: &mut String,
    reference: &Reference<'_>,
    entry: &Entry<'_>,
    calls: &Calls<'_>,
) {
    let (key, name) = (entry.key, entry.name());
    push(out, &["<article id=\"", name, "\""]);
    push_data(out, key);
    if key.removed.is_some() {
        out.push_str(" class=\"gone\"");
    }
    push(
        out,
        &[
            ">\n<h3><a href=\"#",
            name,
            "\">",
            name,
            "</a></h3><p class=\"what\">",
        ],
    );
    push_types(out, key.ty.value, key.set_ty);
    push(out, &["<b>", access(entry.value.access), "</b><span>"]);
    push(out, &[category(key.category.value), "</span></p>\n"]);
    if !key.description.value.is_empty() {
        out.push_str("<p class=\"text\">");
        description(out, &key.description.value, &key.facts.values);
        out.push_str("</p>\n");
    }
    facts(out, entry);
    for list in &key.facts.values {
        // Those of a field stand with the field.
        if !list
            .label
            .as_ref()
            .is_some_and(|label| is_field(entry.shape, &label.value))
        {
            values(out, list);
        }
    }
    if let Some(shape) = entry.shape {
        fields(out, shape);
    }
    calls.push(out, reference, entry);
    out.push_str("</article>\n");
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

fn is_field(shape: Option<&Shape>, label: &str) -> bool {
    let fields = shape.map_or(&[][..], |shape| &shape.fields);
    let mut fields = fields.iter();
    fields.any(|field| field.name.value == label && field.values().is_some())
}

fn push_types(out: &mut String, get: Type, set: Option<Type>) {
    out.push_str("<span>");
    push_type(out, get);
    if let Some(set) = set {
        out.push_str(", written as ");
        push_type(out, set);
    }
    out.push_str("</span>");
}

fn push_type(out: &mut String, ty: Type) {
    let (open, close) = match ty.optional {
        true => ("<code>optional&lt;", "&gt;</code>"),
        false => ("<code>", "</code>"),
    };
    push(out, &[open, ty.scalar.name(), close]);
}

fn facts(out: &mut String, entry: &Entry<'_>) {
    let key = entry.key;
    out.push_str("<dl class=\"facts\">");
    each_fact(
        out,
        &entry.value,
        |out, name| {
            push(out, &["<div><dt>", name, "</dt><dd>"]);
        },
        "</dd></div>",
    );
    if key.stored() {
        out.push_str("<div><dt>Stored</dt><dd>over a restart</dd></div>");
    }
    for (what, release) in [("Since", &key.since), ("Removed in", &key.removed)] {
        if let Some(release) = release {
            push(out, &["<div><dt>", what, "</dt><dd>firmware "]);
            escape::html(&release.value, out);
            out.push_str("</dd></div>");
        }
    }
    out.push_str("<div class=\"source\"><dt>Source</dt><dd>");
    escape::html(&key.origin.file, out);
    out.push_str(", line ");
    push_number(out, key.origin.line as i64);
    out.push_str("</dd></div></dl>\n");
}

/// What is known of a value besides names, each between `open` and `close`.
fn each_fact(out: &mut String, value: &Value<'_>, open: impl Fn(&mut String, &str), close: &str) {
    if value.ty(Form::Read).optional || value.ty(Form::Write).optional {
        open(out, "May be");
        push(out, &["<code>null</code>", close]);
    }
    if let Some(unit) = value.unit() {
        open(out, "Unit");
        escape::html(unit, out);
        out.push_str(close);
    }
    if let Some(range) = &value.facts.range {
        open(out, "Range");
        push_number(out, range.value.min);
        out.push_str(" to ");
        push_number(out, range.value.max);
        out.push_str(close);
    }
    if let Some(length) = value.length() {
        let (max, what) = match length {
            Length::Bytes(max) => (max, " bytes"),
            Length::Characters(max) => (max, " characters"),
            Length::Entries(max) => (max, " entries"),
        };
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
        match list.booleans {
            true => out.push_str(if item.value == 0 { "false" } else { "true" }),
            false => push_number(out, item.value),
        }
        out.push_str("</code> ");
        escape::html(&item.name, out);
        out.push_str("</li>");
    }
    out.push_str("</ul>\n");
}

fn fields(out: &mut String, shape: &Shape) {
    out.push_str("<p class=\"lead\">");
    match (&shape.capacity, shape.exact) {
        (None, _) => out.push_str("The object has"),
        (Some(count), exact) => {
            out.push_str(if exact { "Always " } else { "At most " });
            push_number(out, count.value);
            out.push_str(" entries; each has");
        }
    }
    out.push_str("</p><dl class=\"shape\">\n");
    for field in &shape.fields {
        push_field(out, field);
    }
    out.push_str("</dl>\n");
}

fn push_field(out: &mut String, field: &Field) {
    let value = Value::field(field);
    out.push_str("<dt><code>");
    escape::html(&field.name.value, out);
    out.push_str("</code> <span class=\"what\">");
    push_types(out, field.ty.value, field.set_ty);
    if let Some(capacity) = &field.capacity {
        out.push_str("<span>array of at most ");
        push_number(out, capacity.value);
        out.push_str("</span>");
    }
    push(out, &["<span>", access(field.access.value), "</span>"]);
    each_fact(
        out,
        &value,
        |out, name| push(out, &["<span>", name, " "]),
        "</span>",
    );
    out.push_str("</span></dt><dd>");
    escape::html_prose(&field.description.value, out);
    match (&field.same_as, field.values()) {
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
