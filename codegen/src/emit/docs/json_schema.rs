//! `docs/status.schema.json` and `docs/set.schema.json`.
//!
//! Both have a definition per key, so that one value, as MQTT carries it, can
//! be checked, too: `status.schema.json#/$defs/dwo`. Names with a hyphen are
//! none of keys and can stand beside them.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    Documents,
    schema::{DEFINITIONS, Dialect, How, Schema, reference, shared},
};
use crate::{
    api::{Api, Form},
    emit::json::{self, EACH, Lines, Map, object},
    type_names::StructUse,
};

const LINES: Lines = Lines(&[("properties", EACH), ("$defs", EACH)]);

/// Returns the schema of a status: any keys, for a filter picks some and an older
/// device has fewer. All of them are `#/$defs/full-status`.
pub(in crate::emit) fn status(documents: &Documents<'_>) -> String {
    const ABOUT: &str = "An answer to a status request. A filter leaves keys out, so none is \
        required; `#/$defs/full-status` is the whole document. Keys that can only \
        be written are never there.";
    let keys = documents.api.having(Form::Read);
    // What a release has no more is not among them.
    let there = keys.filter(|key| key.removed.is_none());
    let full_status = object! {
        "$ref": "#",
        "type": "object",
        "required": there.map(|key| key.name).collect::<Vec<_>>(),
    };
    let definitions = object! {
        "full-status": full_status,
        ..definitions(documents.api, Form::Read)
    };
    document(documents, "status", ABOUT, Form::Read, definitions)
}

/// Which values a set takes.
pub(in crate::emit) fn set(documents: &Documents<'_>) -> String {
    const ABOUT: &str = "What can be set, each key with the value that is sent for it. HTTP takes \
        each as the JSON text of a query parameter, MQTT as the payload of the \
        key's own topic.";
    let definitions = object! {
        "set-answer": answer(),
        ..definitions(documents.api, Form::Write)
    };
    document(documents, "set", ABOUT, Form::Write, definitions)
}

fn document(
    documents: &Documents<'_>,
    what: &str,
    description: &str,
    form: Form,
    definitions: impl Serialize,
) -> String {
    let keys = documents.api.having(form);
    let properties = keys.map(|key| (key.name, reference(DEFINITIONS, key.name)));
    let document = object! {
        "$comment": documents.header(),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{}: {what}", documents.title()),
        "description": description,
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "additionalProperties"?: match form {
            // A newer device may have more.
            Form::Read => None,
            Form::Write => Some(false),
        },
        "$defs": definitions,
    };
    json::document(&document, &LINES)
}

/// The schema of HTTP's answer to a set.
pub(super) fn answer() -> impl Serialize {
    object! {
        "type": "object",
        "description": "One entry for each key that was named: `true`, or the reason why it was refused.",
        "additionalProperties": object! {
            "oneOf": (
                object! { "const": true, "title": "taken" },
                object! { "type": "string", "title": "refused, and why" },
            ),
        },
    }
}

/// The keys, and the shapes that several of them or of their fields have.
fn definitions<'a>(api: &'a Api<'_>, form: Form) -> Map<Cow<'a, str>, Schema<'a>> {
    let how = How {
        form,
        dialect: Dialect::Validator,
    };
    let keys = api.having(form);
    let keys = keys.map(|key| (Cow::Borrowed(key.name), Schema::of_key(key, how)));
    let of = match form {
        Form::Read => StructUse::Read,
        Form::Write => StructUse::Write,
    };
    let shapes = api.shapes.iter().filter_map(|shape| {
        let is_used = shape.structs.iter().any(|(used, _)| *used == of);
        let name = shared(shape, how).filter(|_| is_used)?;
        Some((Cow::Owned(name), Schema::object(shape, how)))
    });
    keys.chain(shapes).collect()
}
