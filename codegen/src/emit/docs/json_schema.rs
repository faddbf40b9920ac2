//! `docs/status.schema.json` and `docs/set.schema.json`.
//!
//! Both have a definition per key, so that one value, as MQTT carries it, can
//! be checked, too: `status.schema.json#/$defs/dwo`. Names with a hyphen are
//! none of keys and can stand beside them.

use serde::Serialize;

use super::{
    Documents,
    schema::{Choice, Constant, Dialect, How, Reference, Schema},
};
use crate::{
    api::{Api, Form},
    emit::json::{self, EACH, Lines, Map},
};

const LINES: Lines = Lines(&[("properties", EACH), ("$defs", EACH)]);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$comment")]
    header: String,
    #[serde(rename = "$schema")]
    dialect: &'static str,
    title: String,
    description: &'static str,
    #[serde(rename = "type")]
    ty: &'static str,
    properties: Map<&'a str, Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<bool>,
    #[serde(rename = "$defs")]
    definitions: Definitions<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Definitions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    full_status: Option<FullStatus<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_answer: Option<Answer>,
    #[serde(flatten)]
    keys: Map<&'a str, Schema<'a>>,
}

#[derive(Serialize)]
struct FullStatus<'a> {
    #[serde(rename = "$ref")]
    status: &'static str,
    #[serde(rename = "type")]
    ty: &'static str,
    required: Vec<&'a str>,
}

/// The schema of HTTP's answer to a set.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    #[serde(rename = "type")]
    ty: &'static str,
    description: &'static str,
    additional_properties: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    one_of: [Choice<'static>; 2],
}

/// Returns the schema of a status: any keys, for a filter picks some and an older
/// device has fewer. All of them are `#/$defs/full-status`.
pub(in crate::emit) fn status(documents: &Documents<'_>) -> String {
    const ABOUT: &str = "An answer to a status request. A filter leaves keys out, so none is \
        required; `#/$defs/full-status` is the whole document. Keys that can only \
        be written are never there.";
    let full_status = FullStatus {
        status: "#",
        ty: "object",
        required: required(documents.api),
    };
    let definitions = Definitions {
        full_status: Some(full_status),
        set_answer: None,
        keys: definitions(documents.api, Form::Read),
    };
    document(documents, "status", ABOUT, Form::Read, definitions)
}

/// Which values a set takes.
pub(in crate::emit) fn set(documents: &Documents<'_>) -> String {
    const ABOUT: &str = "What can be set, each key with the value that is sent for it. HTTP takes \
        each as the JSON text of a query parameter, MQTT as the payload of the \
        key's own topic.";
    let definitions = Definitions {
        full_status: None,
        set_answer: Some(Answer::new()),
        keys: definitions(documents.api, Form::Write),
    };
    document(documents, "set", ABOUT, Form::Write, definitions)
}

fn document(
    documents: &Documents<'_>,
    what: &str,
    description: &'static str,
    form: Form,
    definitions: Definitions<'_>,
) -> String {
    let document = Document {
        header: documents.header(),
        dialect: "https://json-schema.org/draft/2020-12/schema",
        title: format!("{}: {what}", documents.title()),
        description,
        ty: "object",
        properties: properties(documents.api, form),
        additional_properties: match form {
            // A newer device may have more.
            Form::Read => None,
            Form::Write => Some(false),
        },
        definitions,
    };
    json::document(&document, &LINES)
}

impl Answer {
    pub(super) fn new() -> Self {
        let taken = Choice {
            value: Some(Constant::Bool(true)),
            ty: None,
            title: "taken",
        };
        let refused = Choice {
            value: None,
            ty: Some("string"),
            title: "refused, and why",
        };
        Answer {
            ty: "object",
            description: "One entry for each key that was named: `true`, or the reason why it was refused.",
            additional_properties: Outcome {
                one_of: [taken, refused],
            },
        }
    }
}

/// The keys that a whole status has: what a release has no more is not among
/// them.
fn required<'a>(api: &'a Api<'_>) -> Vec<&'a str> {
    let keys = api.having(Form::Read);
    let there = keys.filter(|key| key.removed.is_none());
    there.map(|key| key.name).collect()
}

fn properties<'a>(api: &'a Api<'_>, form: Form) -> Map<&'a str, Reference<'a>> {
    let keys = api.having(form);
    keys.map(|key| (key.name, Reference::new("#/$defs/", key.name)))
        .collect()
}

fn definitions<'a>(api: &'a Api<'_>, form: Form) -> Map<&'a str, Schema<'a>> {
    let how = How {
        form,
        dialect: Dialect::Validator,
    };
    let keys = api.having(form);
    keys.map(|key| (key.name, Schema::of_key(key, how)))
        .collect()
}
