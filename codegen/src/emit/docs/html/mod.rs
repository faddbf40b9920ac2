//! `docs/index.html`: the reference as one page that needs nothing else.
//!
//! Every key, with its examples, is in the page as it is sent; the script only
//! searches, filters, and fills in the reader's own addresses. `page.html`,
//! `style.css` and `script.js` are the page; what follows from the model goes
//! into the names in double braces. Ids of the page's own have a hyphen, which
//! no key has.

mod calls;
mod intro;
mod key;

use super::{escape, reference::Reference, schema::category, value::push_number};
use crate::model::{Access, Category};
use calls::Calls;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

pub(super) fn page(reference: &Reference<'_>) -> String {
    let calls = Calls::new(reference.model);
    let mut out = String::with_capacity(reference.keys.len() * 2800 + 40_000);
    let mut pieces = PAGE.split("{{");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or(("", piece));
        match name {
            "header" => out.push_str(&reference.header()),
            "title" => escape::html(reference.title(), &mut out),
            "style" => out.push_str(STYLE),
            "script" => out.push_str(SCRIPT),
            "summary" => summary(&mut out, reference),
            "categories" => categories(&mut out, reference),
            "accesses" => accesses(&mut out, reference),
            "count" => count(&mut out, reference),
            "index" => index(&mut out, reference),
            "intro" => intro::push_intro(&mut out, reference),
            "keys" => {
                for entry in &reference.keys {
                    key::push_article(&mut out, reference, entry, &calls);
                }
            }
            _ => {}
        }
        out.push_str(rest);
    }
    out
}

fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

fn count(out: &mut String, reference: &Reference<'_>) {
    push_number(out, reference.keys.len() as i64);
    out.push_str(if reference.keys.len() == 1 {
        " key"
    } else {
        " keys"
    });
}

fn summary(out: &mut String, reference: &Reference<'_>) {
    count(out, reference);
    out.push_str(
        ". For tools: <a href=\"openapi.json\">OpenAPI</a>, <a href=\"asyncapi.json\">AsyncAPI</a>, \
         JSON Schema of the <a href=\"status.schema.json\">status</a> and of <a href=\"set.schema.json\">what can be set</a>, \
         <a href=\"api.d.ts\">TypeScript</a>; <a href=\"api-keys.md\">Markdown</a>.",
    );
}

fn categories(out: &mut String, reference: &Reference<'_>) {
    for (name, one) in Category::ALL {
        let keys = reference.keys.iter();
        let count = keys
            .filter(|entry| entry.key.category.value == *one)
            .count();
        checkbox(out, "category", name, name, count);
    }
}

fn accesses(out: &mut String, reference: &Reference<'_>) {
    for (name, one) in Access::ALL {
        let keys = reference.keys.iter();
        let count = keys.filter(|entry| entry.value.access == *one).count();
        checkbox(out, "access", name, access(*one), count);
    }
}

fn checkbox(out: &mut String, name: &str, value: &str, label: &str, count: usize) {
    if count == 0 {
        return;
    }
    push(
        out,
        &[
            "<label><input type=\"checkbox\" name=\"",
            name,
            "\" value=\"",
            value,
        ],
    );
    push(out, &["\"> ", label, " <span>"]);
    push_number(out, count as i64);
    out.push_str("</span></label>");
}

/// Access in words.
fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::ReadWrite => "read and write",
        Access::Write => "write",
    }
}

fn index(out: &mut String, reference: &Reference<'_>) {
    for entry in &reference.keys {
        let name = entry.name();
        push(out, &["<li><a href=\"#", name, "\">", name, "</a></li>\n"]);
    }
}

/// `data-category` and `data-access`, which the filters look at.
fn push_data(out: &mut String, key: &crate::model::Key) {
    push(out, &[" data-category=\"", category(key.category.value)]);
    let mut all = Access::ALL.iter();
    let access = all.find(|(_, known)| *known == key.access.value);
    push(
        out,
        &[
            "\" data-access=\"",
            access.map_or("", |(name, _)| name),
            "\"",
        ],
    );
}
