//! `docs/index.html`: the documents as one page that needs nothing else.
//!
//! Every key, with its examples, is in the page as it is sent; the scripts
//! search, filter, fill in the reader's own addresses, make examples in further
//! languages of the same parts, and ask the device what it holds. `page.html`,
//! `style.css` and the scripts are the page; what follows from the model goes
//! into the names in double braces. Ids of the page's own have a hyphen, which
//! no key has. A family of keys is one article, in which each of them has its id.

mod calls;
mod chapter;
mod data;
mod intro;
mod key;

use super::{
    Documents,
    text::{access, push},
};
use crate::{
    emit::escape,
    model::{Access, Category},
};
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// What the reader does with the page, a file for each; one scope for all of them.
const SCRIPTS: &[&str] = &[
    include_str!("page.js"),
    include_str!("search.js"),
    include_str!("examples.js"),
    include_str!("live.js"),
    include_str!("start.js"),
];

pub(in crate::emit) fn page(documents: &Documents<'_>) -> String {
    let mut out = String::with_capacity(documents.api.keys.len() * 2800 + 40_000);
    let mut pieces = PAGE.split("{{");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or(("", piece));
        match name {
            "header" => out.push_str(&documents.header()),
            "title" => push!(out, "{}", escape::html(documents.title())),
            "style" => out.push_str(STYLE),
            "script" => SCRIPTS.iter().for_each(|script| out.push_str(script)),
            "summary" => summary(&mut out, documents),
            "categories" => categories(&mut out, documents),
            "accesses" => accesses(&mut out, documents),
            "count" => out.push_str(&count(documents)),
            "index" => chapter::push_index(&mut out, documents),
            "intro" => intro::push_intro(&mut out, documents),
            "keys" => chapter::push_all(&mut out, documents),
            "data" => out.push_str(&data::json(documents)),
            "connect" if intro::can_read(documents.api) => out.push_str("'self' http: https:"),
            "connect" => out.push_str("'none'"),
            _ => {}
        }
        out.push_str(rest);
    }
    out
}

fn count(documents: &Documents<'_>) -> String {
    match documents.api.keys.len() {
        1 => "1 key".to_owned(),
        count => format!("{count} keys"),
    }
}

fn summary(out: &mut String, documents: &Documents<'_>) {
    push!(
        out,
        "{}. For tools: <a href=\"openapi.json\">OpenAPI</a>, <a href=\"asyncapi.json\">AsyncAPI</a>, \
         JSON Schema of the <a href=\"status.schema.json\">status</a> and of <a href=\"set.schema.json\">what can be set</a>, \
         <a href=\"api.d.ts\">TypeScript</a>; <a href=\"api-keys.md\">Markdown</a>.",
        count(documents)
    );
}

fn categories(out: &mut String, documents: &Documents<'_>) {
    for (name, one) in Category::ALL {
        let keys = documents.api.keys.iter();
        let count = keys.filter(|key| key.category == *one).count();
        checkbox(out, "category", name, name, count);
    }
}

fn accesses(out: &mut String, documents: &Documents<'_>) {
    for (name, one) in Access::ALL {
        let keys = documents.api.keys.iter();
        let count = keys.filter(|key| key.value.access == *one).count();
        checkbox(out, "access", name, access(*one), count);
    }
}

fn checkbox(out: &mut String, name: &str, value: &str, label: &str, count: usize) {
    if count > 0 {
        push!(
            out,
            "<label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"> {label} \
             <span>{count}</span></label>"
        );
    }
}
