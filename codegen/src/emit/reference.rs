//! Everything for people and for tools other than rustc: `docs/`.
//!
//! What several of the files need of a key (its schemas, its examples) is made
//! once, here; the files are put together from it.

use std::ops::Range;

use super::{
    COMMAND, MARK, OutputFile, asyncapi, example, html, json_schema, markdown, openapi,
    schema::{self, Dialect, How},
    typescript,
    value::{Form, Value},
};
use crate::model::{Key, Model, Shape};

pub(super) fn emit(model: &Model) -> Vec<OutputFile> {
    let reference = Reference::new(model);
    let file = |path: &str, contents| OutputFile {
        path: format!("docs/{path}"),
        contents,
    };
    vec![
        file("api-keys.md", markdown::page(&reference)),
        file("api.d.ts", typescript::declarations(&reference)),
        file("asyncapi.json", asyncapi::document(&reference)),
        file("index.html", html::page(&reference)),
        file("openapi.json", openapi::document(&reference)),
        file("set.schema.json", json_schema::set(&reference)),
        file("status.schema.json", json_schema::status(&reference)),
    ]
}

/// The model, and what the documents say of each key.
pub(super) struct Reference<'a> {
    pub(super) model: &'a Model,
    pub(super) keys: Vec<Entry<'a>>,
    /// All schemas and examples, one behind the other.
    text: String,
}

/// A key.
pub(super) struct Entry<'a> {
    pub(super) key: &'a Key,
    pub(super) value: Value<'a>,
    pub(super) shape: Option<&'a Shape>,
    read: Texts,
    write: Texts,
}

/// Where in the text of the [`Reference`] they stand.
#[derive(Default)]
struct Texts {
    schema: Range<usize>,
    example: Range<usize>,
}

impl<'a> Reference<'a> {
    fn new(model: &'a Model) -> Self {
        let index = model.index();
        let mut text = String::with_capacity(model.keys.len() * 512);
        let keys = model.keys.iter().map(|key| {
            let shape = index.shape(&key.name.value);
            let value = Value::key(key, shape);
            Entry {
                key,
                shape,
                read: texts(&mut text, key, &value, Form::Read),
                write: texts(&mut text, key, &value, Form::Write),
                value,
            }
        });
        let keys = keys.collect();
        Reference { model, keys, text }
    }

    /// What the API is called.
    pub(super) fn title(&self) -> &'a str {
        match self.model.title.as_str() {
            "" => "API",
            title => title,
        }
    }

    /// The header of a file, in the language's own comment or member.
    pub(super) fn header(&self) -> String {
        format!(
            "{MARK} from spec {}, do not edit. To write it anew: {COMMAND}",
            self.model.hash
        )
    }

    /// The keys that there are in a form.
    pub(super) fn having(&self, form: Form) -> impl Iterator<Item = &Entry<'a>> {
        self.keys.iter().filter(move |entry| entry.value.has(form))
    }

    /// The schema of a key in a form that it has, for OpenAPI and AsyncAPI.
    pub(super) fn schema(&self, entry: &Entry<'_>, form: Form) -> &str {
        let range = &entry.texts(form).schema;
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// An example of a key in a form that it has.
    pub(super) fn example(&self, entry: &Entry<'_>, form: Form) -> &str {
        let range = &entry.texts(form).example;
        self.text.get(range.clone()).unwrap_or_default()
    }
}

impl<'a> Entry<'a> {
    pub(super) fn name(&self) -> &'a str {
        &self.key.name.value
    }

    fn texts(&self, form: Form) -> &Texts {
        match form {
            Form::Read => &self.read,
            Form::Write => &self.write,
        }
    }
}

fn texts(text: &mut String, key: &Key, value: &Value<'_>, form: Form) -> Texts {
    if !value.has(form) {
        return Texts::default();
    }
    let start = text.len();
    let how = How {
        form,
        dialect: Dialect::Api,
    };
    schema::key(text, key, value, how);
    let middle = text.len();
    example::value(text, value, form);
    Texts {
        schema: start..middle,
        example: middle..text.len(),
    }
}
