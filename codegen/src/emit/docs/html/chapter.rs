//! The chapters of the page: headings, prose, the routes and topics, and the keys at their
//! places.
//!
//! Headings and keys stand beside each other and not within, so that the search can move
//! them.

use std::ops::Range;

use super::{calls::Calls, key};
use crate::{
    api::{Chapter, From, Message, Part, Register, Route, Topic},
    emit::{
        docs::{
            Documents, prose,
            text::{more, push, sentence},
        },
        escape::html,
    },
    model::{Placeholder, braced},
};

pub(super) fn push_all(out: &mut String, documents: &Documents<'_>) {
    let calls = Calls::new(documents.api);
    for (at, chapter) in documents.api.chapters.iter().enumerate() {
        push_chapter(out, documents, at, chapter, &calls);
    }
}

/// The list of all chapters with their keys.
pub(super) fn push_index(out: &mut String, documents: &Documents<'_>) {
    let api = documents.api;
    for (at, chapter) in api.chapters.iter().enumerate() {
        if !chapter.title.is_empty() {
            let within = if chapter.is_within { " within" } else { "" };
            let (id, title) = (documents.contents.id(at), html(chapter.title));
            push!(
                out,
                "<li class=\"chapter{within}\"><a href=\"#{id}\">{title}</a></li>\n"
            );
        }
        for entry in api.entries_of(chapter) {
            let (id, heading) = (api.first(entry).name, documents.heading(entry));
            push!(out, "<li><a href=\"#{id}\">{heading}</a></li>\n");
        }
    }
}

fn push_chapter(
    out: &mut String,
    documents: &Documents<'_>,
    at: usize,
    chapter: &Chapter<'_>,
    calls: &Calls<'_>,
) {
    let level = if chapter.is_within { 3 } else { 2 };
    let mut open = !chapter.title.is_empty();
    if open {
        let (id, title) = (documents.contents.id(at), html(chapter.title));
        push!(
            out,
            "<div class=\"chapter prose\" id=\"{id}\"><h{level}><a href=\"#{id}\">{title}</a></h{level}>\n"
        );
    }
    for part in &chapter.parts {
        if let Part::Entries(entries) = part {
            if open {
                out.push_str("</div>\n");
                open = false;
            }
            for entry in entries.iter().map(|at| &documents.api.entries[*at]) {
                key::push_article(out, documents, entry, calls, level + 1);
            }
            continue;
        }
        if !open {
            out.push_str("<div class=\"chapter prose\">");
            open = true;
        }
        push_part(out, documents, part);
    }
    if open {
        out.push_str("</div>\n");
    }
}

fn push_part(out: &mut String, documents: &Documents<'_>, part: &Part<'_>) {
    let api = documents.api;
    match part {
        Part::Prose(text) => out.push_str(&prose::html::html(text, &documents.contents)),
        Part::Routes(rows) => listed(out, documents, rows, &api.routes, route),
        Part::Topics(rows) => listed(out, documents, rows, &api.topics, topic),
        Part::Placeholders(rows) => listed(out, documents, rows, api.placeholders, placeholder),
        Part::Registers(rows) => listed(out, documents, rows, &api.registers, register),
        Part::Messages(rows) => listed(out, documents, rows, &api.messages, message),
        Part::Entries(_) => {}
    }
}

fn listed<T>(
    out: &mut String,
    documents: &Documents<'_>,
    rows: &Range<usize>,
    all: &[T],
    push: impl Fn(&mut String, &Documents<'_>, &T),
) {
    out.push_str("<dl>");
    for row in &all[rows.clone()] {
        push(out, documents, row);
    }
    out.push_str("</dl>\n");
}

fn route(out: &mut String, documents: &Documents<'_>, route: &Route<'_>) {
    let (method, path) = (route.method, html(route.path));
    let query = match route.query {
        "" => String::new(),
        query => format!("?{}=", html(query)),
    };
    let description = documents.html(route.description);
    push!(
        out,
        "<dt><code>{method} {path}{query}</code></dt><dd>{description}</dd>"
    );
}

fn topic(out: &mut String, documents: &Documents<'_>, topic: &Topic<'_>) {
    let not = if topic.retained { "" } else { "not " };
    push!(
        out,
        "<dt><code>{}</code></dt><dd>{} Payload: {}; {not}retained.</dd>",
        html(topic.text),
        documents.html(topic.description),
        documents.html(topic.payload),
    );
}

fn register(out: &mut String, documents: &Documents<'_>, register: &Register<'_>) {
    let row = register.row;
    let of = match &row.value {
        None => String::new(),
        Some(path) => format!(
            ", of <a href=\"#{}\"><code>{}</code></a>",
            html(&path.value.key),
            html(&register.path())
        ),
    };
    push!(
        out,
        "<dt><code>{}</code>{of}: {}, <code>{}</code>, {}</dt><dd>{}{}</dd>",
        html(&row.name.value),
        register.called(),
        row.ty.value.name(),
        row.access.value.name(),
        documents.html(&sentence(&row.description)),
        html(&more(&register.says())),
    );
}

fn placeholder(out: &mut String, documents: &Documents<'_>, row: &Placeholder) {
    let default = row.default.as_ref();
    let default = default.map_or(String::new(), |text| {
        format!(
            " <span class=\"what\">unless configured, <code>{}</code></span>",
            html(text)
        )
    });
    push!(
        out,
        "<dt><code>{{{}}}</code>{default}</dt><dd>{}</dd>",
        html(&row.name.value),
        documents.html(&row.description),
    );
}

fn message(out: &mut String, documents: &Documents<'_>, message: &Message<'_>) {
    let (name, from) = (html(message.name), message.from.name());
    let members = message.members.iter().map(|member| {
        let source = match &member.source {
            From::Key(_, key) => documents.html(&format!("`{key}`")),
            From::Literal(json) => format!("<code>{}</code>", html(json)),
            From::Known(known) => format!("<code>{}</code>", braced(*known)),
        };
        format!("<code>{}</code> = {source}", html(member.name))
    });
    let members: Vec<String> = members.collect();
    let members = match members.as_slice() {
        [] => String::new(),
        members => format!(" With {}.", members.join(", ")),
    };
    let description = documents.html(message.description);
    push!(
        out,
        "<dt><code>{name}</code> <span class=\"what\">from the {from}</span></dt><dd>{description}{members}</dd>"
    );
}
