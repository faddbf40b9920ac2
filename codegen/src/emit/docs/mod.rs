//! The common part of the documents for people and for tools other than rustc: the API
//! they are made of, and examples of each key, which are made once.
//!
//! Each document is a file here and a function from [`Documents`] to its text.
//! This module must never know one of them: the table of outputs does.

use std::borrow::Cow;

use serde::Serialize;

use contents::Contents;

use super::{
    escape,
    json::object,
    output::{COMMAND, MARK},
};
use crate::{
    api::{Api, Entry, Form, Key, List, Value},
    model::{Length, Placeholder, TopicPart, ValueList},
    syntax::cells,
};

pub(super) mod asyncapi;
mod contents;
pub(super) mod coverage;
mod example;
pub(super) mod html;
pub(super) mod json_schema;
pub(super) mod markdown;
pub(super) mod openapi;
mod prose;
pub(super) mod python;
mod schema;
mod text;
pub(super) mod typescript;

/// The API, and what several documents say of its keys.
pub(super) struct Documents<'a> {
    api: &'a Api<'a>,
    /// Of each key its examples, by form.
    examples: Vec<[String; 2]>,
    contents: Contents<'a>,
}

/// A key, and its place in [`Api::keys`].
type Numbered<'a> = (usize, &'a Key<'a>);

impl<'a> Documents<'a> {
    pub(super) fn new(api: &'a Api<'a>) -> Self {
        let examples = api.keys.iter().map(|key| {
            [Form::Read, Form::Write].map(|form| match key.value.has(form) {
                true => example::of(&key.value, form),
                false => String::new(),
            })
        });
        let examples = examples.collect();
        Documents {
            api,
            examples,
            contents: Contents::new(api),
        }
    }

    /// Returns the title of the API.
    fn title(&self) -> &'a str {
        match self.api.title {
            "" => "API",
            title => title,
        }
    }

    /// The header of a file, in the language's own comment or member.
    fn header(&self) -> String {
        format!(
            "{MARK} from spec {}, do not edit. To write it anew: {COMMAND}",
            self.api.hash
        )
    }

    /// Returns the `info` object of OpenAPI and AsyncAPI. Both ask for a version; of
    /// a spec that states none, its fingerprint is one.
    fn info(&self, description: &str) -> impl Serialize {
        let title = self.title();
        let version = self.api.version.unwrap_or(self.api.hash);
        object! { "title": title, "version": version, "description": description }
    }

    /// The key that stands for an entry, with its place.
    fn first(&self, entry: &Entry<'_>) -> Numbered<'a> {
        (entry.keys.start, self.api.first(entry))
    }

    /// An example of the key at a place, in a form that it has.
    fn example(&self, at: usize, form: Form) -> &str {
        let [read, write] = &self.examples[at];
        match form {
            Form::Read => read,
            Form::Write => write,
        }
    }

    /// Returns the heading of an entry: the key, or `first … last` of a family.
    fn heading(&self, entry: &Entry<'_>) -> Cow<'a, str> {
        match self.api.keys_of(entry) {
            [first, .., last] => Cow::Owned(format!("{} … {}", first.name, last.name)),
            [key] => Cow::Borrowed(key.name),
            [] => Cow::Borrowed(""),
        }
    }

    /// A text of the spec, in which backticks mark code, as HTML; keys lead to themselves.
    fn html(&self, text: &str) -> String {
        escape::html_prose(text, |name| self.contents.key(name).is_some())
    }

    /// Returns the keys that a device says its own placeholders by: of each name in braces,
    /// the first key that the spec mentions behind it.
    fn placeholder_keys(&self) -> Vec<(&'a str, &'a str)> {
        let mut found: Vec<(&str, &str)> = Vec::new();
        for row in self.api.placeholders {
            let mut about = row.name.value.as_str();
            for (span, code) in cells::code_spans(&row.description) {
                let text = escape::inside(span);
                if !code {
                    continue;
                }
                if let Some(name) = text
                    .strip_prefix('{')
                    .and_then(|rest| rest.strip_suffix('}'))
                {
                    about = name;
                } else if let Some(key) = self.readable(text)
                    && found.iter().all(|(known, _)| *known != about)
                {
                    found.push((about, key));
                }
            }
        }
        found
    }

    fn readable(&self, name: &str) -> Option<&'a str> {
        let mut keys = self.api.having(Form::Read);
        keys.find(|key| key.name == name).map(|key| key.name)
    }

    /// Returns the names in braces of the topics, each once, with its row in the spec.
    fn placeholders(&self) -> Vec<(&'a str, Option<&'a Placeholder>)> {
        let mut names: Vec<&str> = Vec::new();
        for topic in &self.api.topics {
            for part in topic.parts {
                match part {
                    TopicPart::Placeholder(name) if !names.contains(&name.as_str()) => {
                        names.push(name);
                    }
                    TopicPart::Placeholder(_) | TopicPart::Literal(_) => {}
                }
            }
        }
        let row = |name| {
            let mut rows = self.api.placeholders.iter();
            rows.find(|row| row.name.value == name)
        };
        names.into_iter().map(|name| (name, row(name))).collect()
    }
}

/// A variable that a reader fills in, in the address of a server of OpenAPI or AsyncAPI.
fn variable(default: &str, description: &str) -> impl Serialize {
    object! { "default": default, "description": description }
}

/// A length as people read it, behind "at most".
fn length(length: Length) -> (u32, &'static str) {
    match length {
        Length::Bytes(max) => (max, " bytes"),
        Length::Characters(max) => (max, " characters"),
        Length::Entries(max) => (max, " entries"),
    }
}

/// The names of the numbers of a value, or of its entries.
fn names<'a>(value: &Value<'a>) -> Option<&'a ValueList> {
    let forms = [Form::Read, Form::Write].into_iter();
    let mut named = forms.filter_map(|form| value.view(form).kind.named());
    named.next().map(|named| named.list)
}

/// Returns the facts of a value besides named values, by name. The text of a default is
/// the spec's own.
fn facts(value: &Value<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let unit = value.unit.map(|unit| ("Unit", unit.symbol().to_owned()));
    let range = value.facts.range.as_ref();
    let range = range.map(|range| ("Range", range.value.to_string()));
    let length = value.length().map(length);
    let length = length.map(|(max, what)| ("Length", format!("at most {max}{what}")));
    let format = value.format();
    let format = format.map(|format| ("Format", format.name().to_owned()));
    let default = value.default().map(|value| ("Default", value.to_string()));
    let facts = unit.into_iter().chain(range).chain(length);
    facts.chain(format).chain(default)
}

/// `The object has`, `At most 4 entries; each has`: what the fields follow.
fn entries(list: Option<&List<'_>>) -> String {
    match list {
        None => "The object has".to_owned(),
        Some(List { max, exact, .. }) if *exact => format!("Always {max} entries; each has"),
        Some(List { max, .. }) => format!("At most {max} entries; each has"),
    }
}

/// Returns the array whose places have names, if the value is one.
fn named_places<'a>(value: &'a Value<'_>) -> Option<&'a List<'a>> {
    list(value).filter(|list| !list.positions.is_empty())
}

/// Returns the description of the entries of a value, if it is an array.
fn list<'a>(value: &'a Value<'_>) -> Option<&'a List<'a>> {
    value.view(Form::Read).kind.list()
}
