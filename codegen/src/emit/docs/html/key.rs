//! One key of the page, or a family of keys.

use super::calls::Calls;
use crate::{
    api::{Entry, Field, Form, Key, Shape, Value},
    emit::{
        docs::{
            Documents, entries, facts, list, named_places, names, prose,
            text::{access, push, value},
        },
        escape::html,
    },
    model::{Class, Position, ValueList},
};

pub(super) fn push_article(
    out: &mut String,
    documents: &Documents<'_>,
    entry: &Entry<'_>,
    calls: &Calls<'_>,
    level: u8,
) {
    let (at, key) = documents.first(entry);
    let members = match entry.is_family {
        true => documents.api.keys_of(entry),
        false => &[],
    };
    head(out, key, members, &documents.heading(entry), level);
    if !key.value.description.is_empty() {
        let text = description(documents, key.value.description, &key.value.facts.values);
        push!(out, "<p class=\"text\">{text}</p>\n");
    }
    for about in &key.about {
        push!(
            out,
            "<div class=\"prose\">{}</div>\n",
            prose::html::html(about, &documents.contents)
        );
    }
    facts_of_key(out, key, members);
    let shape = key.value.shaped();
    for list in &key.value.facts.values {
        // Those of a field stand with the field.
        if !list
            .label
            .as_ref()
            .is_some_and(|label| is_field(shape.map(|(shape, _)| shape), &label.value))
        {
            values(out, key, list);
        }
    }
    if let Some((shape, list)) = shape {
        push!(out, "<p class=\"lead\">{}</p>", entries(list));
        fields(out, documents, shape);
    }
    places(out, documents, &key.value);
    calls.push(out, documents, at, level + 1);
    out.push_str("</article>\n");
}

/// The heading; and what the filters and the search look at.
fn head(out: &mut String, key: &Key<'_>, members: &[Key<'_>], heading: &str, level: u8) {
    let (name, category, rights) = (key.name, key.category.name(), key.value.access);
    push!(
        out,
        "<article id=\"{name}\" data-category=\"{category}\" data-access=\"{rights}\""
    );
    if !members.is_empty() {
        let members: Vec<&str> = members.iter().map(|key| key.name).collect();
        push!(out, " data-keys=\"{}\"", members.join(" "));
    }
    if let Some(unit) = key.value.unit {
        push!(out, " data-unit=\"{}\"", html(unit.symbol()));
    }
    if key.removed.is_some() {
        out.push_str(" class=\"gone\"");
    }
    let (types, rights) = (types(&key.value), access(rights));
    push!(
        out,
        ">\n<h{level} class=\"name\"><a href=\"#{name}\">{heading}</a></h{level}><p class=\"what\">{types}<b>{rights}</b><span>{category}</span></p>\n"
    );
}

/// A description without the list that stands in parentheses and says nothing
/// but what the values below it do.
fn description(documents: &Documents<'_>, text: &str, lists: &[ValueList]) -> String {
    let shortened = || {
        let [list] = lists else { return None };
        let (before, rest) = text.split_once(" (")?;
        let label = list.label.as_ref();
        let label = label.map_or(String::new(), |label| format!("{}: ", label.value));
        let items = list.values.iter();
        let items = items.map(|item| format!("{}={}", item.name, item.value));
        let spelled = label + &items.collect::<Vec<_>>().join(", ");
        let behind = rest.strip_prefix(&spelled)?.strip_prefix(')')?;
        (!list.booleans).then(|| documents.html(before) + &documents.html(behind))
    };
    shortened().unwrap_or_else(|| documents.html(text))
}

fn is_field(shape: Option<&Shape<'_>>, label: &str) -> bool {
    let mut fields = shape.into_iter().flat_map(|shape| &shape.fields);
    fields.any(|field| field.name == label && names(&field.value).is_some())
}

fn types(value: &Value<'_>) -> String {
    let ty = |form| format!("<code>{}</code>", html(&value.view(form).ty.to_string()));
    match value.same_both_ways() {
        true => format!("<span>{}</span>", ty(Form::Read)),
        false => format!(
            "<span>{}, written as {}</span>",
            ty(Form::Read),
            ty(Form::Write)
        ),
    }
}

/// A fact of every setting, so no search asks for it.
const STORED: &str = "Stored";

fn facts_of_key(out: &mut String, key: &Key<'_>, members: &[Key<'_>]) {
    out.push_str("<dl class=\"facts\">");
    keys(out, members);
    let stored = key.stored.then(|| (STORED, "over a restart".to_owned()));
    let releases = [("Since", key.since), ("Removed in", key.removed)].into_iter();
    let releases =
        releases.filter_map(|(what, at)| Some((what, format!("firmware {}", html(at?)))));
    let coverage = key
        .coverage
        .map(|claim| ("Coverage", claim.says().to_owned()));
    let own = stored.into_iter().chain(coverage).chain(releases);
    for (what, fact) in all_facts(&key.value).chain(own) {
        let class = match what {
            STORED => " class=\"stored\"",
            _ => "",
        };
        push!(out, "<div{class}><dt>{what}</dt><dd>{fact}</dd></div>");
    }
    let (file, line) = (html(&key.origin.file), key.origin.line);
    push!(
        out,
        "<div class=\"source\"><dt>Source</dt><dd>{file}, line {line}</dd></div></dl>\n"
    );
}

/// The keys of a family; the first has the id of the article.
fn keys(out: &mut String, members: &[Key<'_>]) {
    let Some((first, others)) = members.split_first() else {
        return;
    };
    let first = first.name;
    push!(
        out,
        "<div><dt>Keys</dt><dd class=\"members\"><code>{first}</code>"
    );
    for Key { name, .. } in others {
        push!(out, ", <code id=\"{name}\">{name}</code>");
    }
    out.push_str("</dd></div>");
}

/// Returns each fact of a value besides names.
fn all_facts(value: &Value<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let null = value.view(Form::Read).optional() || value.view(Form::Write).optional();
    let null = null.then(|| ("May be", "<code>null</code>".to_owned()));
    let facts = facts(value).map(|(what, fact)| match what {
        "Default" => (what, format!("<code>{}</code>", html(&fact))),
        _ => (what, fact),
    });
    null.into_iter().chain(facts)
}

fn values(out: &mut String, key: &Key<'_>, list: &ValueList) {
    let label = list.label.as_ref();
    let of = label.map_or(String::new(), |label| format!(" of {}", html(&label.value)));
    let others = if list.open { ", among others" } else { "" };
    // The script names live values by them.
    let types = [Form::Read, Form::Write].map(|form| key.value.view(form).ty);
    let own = if list.is_own(&types) { " data-own" } else { "" };
    let items = items(list, own);
    push!(out, "<p class=\"lead\">Values{of}{others}</p>{items}\n");
}

fn items(list: &ValueList, own: &str) -> String {
    let items = list.values.iter().map(|item| {
        let (value, name) = (value(list, item.value), html(&item.name));
        format!("<li><code>{value}</code> {name}</li>")
    });
    format!(
        "<ul class=\"values\"{own}>{}</ul>",
        items.collect::<String>()
    )
}

fn fields(out: &mut String, documents: &Documents<'_>, shape: &Shape<'_>) {
    out.push_str("<dl class=\"shape\">\n");
    for field in &shape.fields {
        push_field(out, documents, field);
    }
    out.push_str("</dl>\n");
}

/// Writes the places of an array.
fn places(out: &mut String, documents: &Documents<'_>, value: &Value<'_>) {
    let Some(list) = named_places(value) else {
        return;
    };
    let has_units = list.positions.iter().any(|place| place.unit.is_some());
    let unit = if has_units {
        "<th scope=\"col\">Unit</th>"
    } else {
        ""
    };
    push!(
        out,
        "<p class=\"lead\">Always {} entries</p><table class=\"places\"><thead><tr><th scope=\"col\">Index</th>\
         <th scope=\"col\">Name</th>{unit}<th scope=\"col\">Description</th></tr></thead><tbody>\n",
        list.max
    );
    for place in list.positions {
        push_place(out, documents, place, has_units);
    }
    out.push_str("</tbody></table>\n");
}

fn push_place(out: &mut String, documents: &Documents<'_>, place: &Position, has_units: bool) {
    let unit = place.unit.as_ref().map_or("", |unit| unit.value.symbol());
    let unit = match has_units {
        true => format!("<td class=\"unit\">{}</td>", html(unit)),
        false => String::new(),
    };
    push!(
        out,
        "<tr><td><code>{}</code></td><td>{}</td>{unit}<td>{}</td></tr>\n",
        place.index.value,
        html(&place.name.value),
        documents.html(&place.description.value),
    );
}

fn push_field(out: &mut String, documents: &Documents<'_>, field: &Field<'_>) {
    let (name, types) = (html(field.name), types(&field.value));
    push!(out, "<dt><code>{name}</code> <span class=\"what\">{types}");
    if let Some(list) = list(&field.value) {
        let how = if list.exact { "always" } else { "at most" };
        let of = match field.value.view(Form::Read).ty.scalar.class() {
            Class::Array => "",
            _ => "array of ",
        };
        push!(out, "<span>{of}{how} {}</span>", list.max);
    }
    push!(out, "<span>{}</span>", access(field.value.access));
    for (what, fact) in all_facts(&field.value) {
        push!(out, "<span>{what} {fact}</span>");
    }
    for (what, release) in [("Since", field.since), ("Removed in", field.removed)] {
        if let Some(release) = release {
            push!(out, "<span>{what} firmware {}</span>", html(release));
        }
    }
    let description = documents.html(field.value.description);
    push!(out, "</span></dt><dd>{description}");
    match (field.same_as, names(&field.value)) {
        (Some((key, name)), Some(_)) => {
            let (key, name) = (html(key), html(name));
            push!(out, " (numbers as in <a href=\"#{key}\">{key}.{name}</a>)");
        }
        (_, Some(list)) => out.push_str(&items(list, "")),
        _ => {}
    }
    if let Some((shape, _)) = field.value.shaped() {
        out.push('\n');
        fields(out, documents, shape);
    }
    out.push_str("</dd>\n");
}
