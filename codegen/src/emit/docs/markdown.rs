//! `docs/api-keys.md`: the reference, for people who read markdown.
//!
//! An index, then the chapters of the spec in their order, with their text; a key has a section
//! in its chapter, with what is known about its value; a family of keys has one. No table is
//! wider than a phone takes. Text of the spec is escaped, so that no description can end a
//! cell, open a tag or start a heading.

use std::collections::HashMap;

use super::{
    Documents,
    contents::{Slugs, Target},
    entries, list, named_places, names,
    prose::markdown::{Links, markdown, web_address},
    text::{more, push, sentence, value},
};
use crate::{
    api::{
        Chapter, Entry, Field, Form, From, Key, Message, Part, Register, Route, Shape, Topic, Value,
    },
    emit::escape::{cell, code_span, linked_text, text},
    model::{Class, HttpAction, Placeholder, ValueList, braced},
};

pub(in crate::emit) fn page(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let mut page = String::with_capacity(api.keys.len() * 700 + 4096);
    let (header, title) = (documents.header(), text(documents.title()));
    push!(page, "<!-- {header} -->\n\n# {title}: keys\n\n");
    let page_of = Page {
        documents,
        anchors: Anchors::new(documents),
    };
    page_of.index(&mut page);
    for chapter in &api.chapters {
        page_of.chapter(&mut page, chapter);
    }
    page
}

/// What every part of the page needs.
struct Page<'a> {
    documents: &'a Documents<'a>,
    anchors: Anchors<'a>,
}

fn row(page: &mut String, cells: &[&str]) {
    push!(page, "| {} |\n", cells.join(" | "));
}

fn header(page: &mut String, cells: &[&str]) {
    row(page, cells);
    row(page, &vec!["---"; cells.len()]);
}

/// The anchors that renderers give to headings: in small letters, and numbered where
/// headings differ in nothing else. Each key of a family has one of its own.
#[derive(Default)]
struct Anchors<'a> {
    chapters: Vec<String>,
    keys: HashMap<&'a str, String>,
}

impl<'a> Anchors<'a> {
    fn new(documents: &Documents<'a>) -> Self {
        let mut slugs = Slugs::default();
        let mut of = |title: &str| slugs.next(title, |slug, before| format!("{slug}-{before}"));
        let mut anchors = Anchors::default();
        of(&format!("{}: keys", documents.title()));
        for chapter in &documents.api.chapters {
            let anchor = if chapter.title.is_empty() {
                String::new()
            } else {
                of(chapter.title)
            };
            anchors.chapters.push(anchor);
            for entry in documents.api.entries_of(chapter) {
                let anchor = of(&documents.heading(entry));
                match documents.api.keys_of(entry) {
                    [key] => {
                        anchors.keys.insert(key.name, anchor);
                    }
                    keys => {
                        let own = keys.iter().map(|key| (key.name, key.name.to_owned()));
                        anchors.keys.extend(own);
                    }
                }
            }
        }
        anchors
    }
}

impl Links for Page<'_> {
    fn key(&self, name: &str) -> Option<&str> {
        self.anchors.keys.get(name).map(String::as_str)
    }

    fn address(&self, address: &str) -> Option<String> {
        match self.documents.contents.target(address)? {
            Target::Chapter(at) => Some(format!("#{}", self.anchors.chapters[at])),
            Target::Web(address) => Some(web_address(address)),
        }
    }
}

impl Page<'_> {
    /// A text of the spec in which code that is a key leads there.
    fn text(&self, text: &str) -> String {
        linked_text(text, |name| self.key(name))
    }

    fn index(&self, page: &mut String) {
        let documents = self.documents;
        for (at, chapter) in documents.api.chapters.iter().enumerate() {
            let entries = documents.api.entries_of(chapter);
            let links = entries.map(|entry| {
                let key = documents.api.first(entry);
                let gone = if key.removed.is_some() { "~~" } else { "" };
                let anchor = self.key(key.name).unwrap_or_default();
                format!("{gone}[`{}`](#{anchor}){gone}", documents.heading(entry))
            });
            let links: Vec<String> = links.collect();
            let indent = if chapter.is_within { "  " } else { "" };
            if !chapter.title.is_empty() {
                let (title, anchor) = (text(chapter.title), &self.anchors.chapters[at]);
                push!(page, "{indent}- [{title}](#{anchor})");
                let colon = if links.is_empty() { "" } else { ": " };
                push!(page, "{colon}{}\n", links.join(" "));
            } else if !links.is_empty() {
                push!(page, "{indent}- {}\n", links.join(" "));
            }
        }
    }

    fn chapter(&self, page: &mut String, chapter: &Chapter<'_>) {
        let level = if chapter.is_within { "###" } else { "##" };
        if !chapter.title.is_empty() {
            push!(page, "\n{level} {}\n", text(chapter.title));
        }
        let api = self.documents.api;
        for part in &chapter.parts {
            match part {
                Part::Prose(text) => push!(page, "\n{}", markdown(text, self)),
                Part::Routes(rows) => self.routes(page, &api.routes[rows.clone()]),
                Part::Topics(rows) => self.topics(page, &api.topics[rows.clone()]),
                Part::Placeholders(rows) => {
                    self.placeholders(page, &api.placeholders[rows.clone()]);
                }
                Part::Registers(rows) => self.registers(page, &api.registers[rows.clone()]),
                Part::Messages(rows) => self.messages(page, &api.messages[rows.clone()]),
                Part::Entries(entries) => {
                    for entry in entries {
                        self.section(page, &api.entries[*entry], level);
                    }
                }
            }
        }
    }

    fn registers(&self, page: &mut String, registers: &[Register<'_>]) {
        page.push('\n');
        for register in registers {
            let row = register.row;
            let name = code_span(&row.name.value);
            let of = match register.row.value.as_ref() {
                None => String::new(),
                Some(path) => {
                    let of = code_span(&register.path());
                    let anchor = self.key(&path.value.key).unwrap_or_default();
                    format!(", of [{of}](#{anchor})")
                }
            };
            let (ty, access) = (row.ty.value.name(), row.access.value.name());
            push!(
                page,
                "- {name}{of}: {}, `{ty}`, {access}. {}",
                register.called(),
                self.text(&sentence(&row.description)),
            );
            push!(page, "{}\n", more(&register.says()));
        }
    }

    fn section(&self, page: &mut String, entry: &Entry<'_>, level: &str) {
        let documents = self.documents;
        let (at, key) = documents.first(entry);
        push!(page, "\n{level}# {}\n\n", documents.heading(entry));
        if !key.value.description.is_empty() {
            push!(page, "{}\n\n", self.text(key.value.description));
        }
        for about in &key.about {
            push!(page, "{}\n", markdown(about, self));
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
            header(page, &["Field", "What it is", "Description"]);
            self.fields(page, "", shape);
        }
        self.places(page, &key.value);
    }

    /// Writes a row for each field; one within another, of which it is a part, behind it.
    fn fields(&self, page: &mut String, around: &str, shape: &Shape<'_>) {
        for field in &shape.fields {
            let name = format!("{around}{}", field.name);
            let access = field.value.access.to_string();
            let (ty, facts) = (field_type(&field.value), field_facts(field));
            let what = [ty, access, facts]
                .into_iter()
                .filter(|part| !part.is_empty());
            let what: Vec<String> = what.collect();
            let description = self.text(field.value.description);
            row(
                page,
                &[&format!("`{name}`"), &what.join(", "), &description],
            );
            if let Some((inner, list)) = field.value.shaped() {
                let each = if list.is_some() { "[]" } else { "" };
                self.fields(page, &format!("{name}{each}."), inner);
            }
        }
    }

    /// Writes the places of an array.
    fn places(&self, page: &mut String, value: &Value<'_>) {
        let Some(list) = named_places(value) else {
            return;
        };
        push!(page, "\nAlways {} entries:\n\n", list.max);
        header(page, &["Index", "Name", "Unit", "Description"]);
        for place in list.positions {
            let index = place.index.value.to_string();
            let (name, description) =
                (text(&place.name.value), self.text(&place.description.value));
            let unit = place.unit.as_ref().map(|unit| text(unit.value.symbol()));
            row(
                page,
                &[&index, &name, &unit.unwrap_or_default(), &description],
            );
        }
    }

    fn routes(&self, page: &mut String, routes: &[Route<'_>]) {
        page.push('\n');
        for route in routes {
            let query = match route.query {
                "" => String::new(),
                name => format!("?{name}="),
            };
            let call = code_span(&format!("{} {}{query}", route.method, route.path));
            let (action, description) = (route.action.name(), self.text(route.description));
            push!(page, "- {call} ({action}): {description}\n");
        }
        if routes.iter().any(|route| route.action == HttpAction::Set) {
            page.push_str(
                "\nA set is answered with `true`, or the reason of the refusal, for each key: with status 200 when all were taken, \
                 with 500 when any was refused; the others are in effect all the same.\n",
            );
        }
    }

    fn topics(&self, page: &mut String, topics: &[Topic<'_>]) {
        page.push('\n');
        for topic in topics {
            let retained = if topic.retained { "" } else { "not " };
            let (name, payload) = (code_span(topic.text), self.text(topic.payload));
            let (action, description) = (topic.action.name(), self.text(topic.description));
            push!(
                page,
                "- {name} ({action}; {payload}, {retained}retained): {description}\n"
            );
        }
    }

    fn messages(&self, page: &mut String, messages: &[Message<'_>]) {
        page.push('\n');
        for message in messages {
            let (name, from) = (code_span(message.name), message.from.name());
            let members = message.members.iter().map(|member| {
                let source = match &member.source {
                    From::Key(_, key) => self.text(&format!("`{key}`")),
                    From::Literal(json) => code_span(json),
                    From::Known(known) => code_span(&braced(*known)),
                };
                format!("{}: {source}", code_span(member.name))
            });
            let members: Vec<String> = members.collect();
            let (action, members) = (message.action.name(), members.join(", "));
            let description = self.text(message.description);
            push!(
                page,
                "- {name} (from the {from}, {action}): {description} {members}\n"
            );
        }
    }

    fn placeholders(&self, page: &mut String, placeholders: &[Placeholder]) {
        page.push('\n');
        for row in placeholders {
            let name = code_span(&format!("{{{}}}", row.name.value));
            let default = row.default.as_ref();
            let default = default.map_or(String::new(), |text| {
                format!(" (unless configured, {})", code_span(text))
            });
            push!(page, "- {name}{default}: {}\n", self.text(&row.description));
        }
    }
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
