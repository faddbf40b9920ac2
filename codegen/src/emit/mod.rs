//! The lowered API to files: pure, and the same bytes on every machine.
//!
//! Extension point: a document is a file of [`docs`] and a row of [`OUTPUTS`].
//! This table alone knows all of them, so that none has to know another.

mod docs;
pub(crate) mod escape;
mod json;
pub(crate) mod output;
mod rust;

use output::OutputFile;
pub(crate) use rust::type_text;

use crate::api::Api;
use docs::{
    Documents, asyncapi, coverage, html, json_schema, markdown, openapi, python, typescript,
};

/// A file, and what puts it together; an empty text is no file.
type Output = (&'static str, fn(&Documents<'_>) -> String);

/// The outputs for people and for tools other than rustc.
const OUTPUTS: &[Output] = &[
    ("docs/api-keys.md", markdown::page),
    ("docs/api.d.ts", typescript::declarations),
    ("docs/api.py", python::declarations),
    ("docs/asyncapi.json", asyncapi::document),
    ("docs/coverage.md", coverage::page),
    ("docs/index.html", html::page),
    ("docs/openapi.json", openapi::document),
    ("docs/set.schema.json", json_schema::set),
    ("docs/status.schema.json", json_schema::status),
];

/// All files for `api`, by path.
pub(crate) fn emit(api: &Api<'_>) -> Vec<OutputFile> {
    let documents = Documents::new(api);
    let mut files = rust::emit(api);
    files.extend(OUTPUTS.iter().map(|(path, contents)| OutputFile {
        path: (*path).to_owned(),
        contents: contents(&documents),
    }));
    files.retain(|file| !file.contents.is_empty());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
