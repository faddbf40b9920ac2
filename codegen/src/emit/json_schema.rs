//! `docs/status.schema.json` and `docs/set.schema.json`.
//!
//! Both have a definition per key, so that one value, as MQTT carries it, can
//! be checked, too: `status.schema.json#/$defs/dwo`. Names with a hyphen are
//! none of keys and can stand beside them.

use super::{
    escape,
    reference::Reference,
    schema::{self, Dialect, How},
    value::{Form, pop_comma},
};

/// What a status answers: any keys, for a filter picks some and an older
/// device has fewer. All of them are `#/$defs/full-status`.
pub(super) fn status(reference: &Reference<'_>) -> String {
    let mut out = head(
        reference,
        "status",
        "An answer to a status request. A filter leaves keys out, so none is \
         required; `#/$defs/full-status` is the whole document. Keys that can only \
         be written are never there.",
    );
    properties(&mut out, reference, Form::Read);
    out.push_str("\n  },\n  \"$defs\": {\n");
    out.push_str("    \"full-status\": {\"$ref\":\"#\",\"type\":\"object\",\"required\":[");
    required(&mut out, reference);
    out.push_str("]},");
    definitions(&mut out, reference, Form::Read);
    close(out)
}

/// Which values a set takes.
pub(super) fn set(reference: &Reference<'_>) -> String {
    let mut out = head(
        reference,
        "set",
        "What can be set, each key with the value that is sent for it. HTTP takes \
         each as the JSON text of a query parameter, MQTT as the payload of the \
         key's own topic.",
    );
    properties(&mut out, reference, Form::Write);
    out.push_str("\n  },\n  \"additionalProperties\": false,\n  \"$defs\": {\n");
    out.push_str("    \"set-answer\": ");
    answer(&mut out);
    out.push(',');
    definitions(&mut out, reference, Form::Write);
    close(out)
}

/// What HTTP answers to a set.
pub(super) fn answer(out: &mut String) {
    out.push_str(concat!(
        r#"{"type":"object","description":"One entry for each key that was named: `true`, or the reason why it was refused.","#,
        r#""additionalProperties":{"oneOf":[{"const":true,"title":"taken"},{"type":"string","title":"refused, and why"}]}}"#,
    ));
}

/// The keys that a whole status has, quoted: what a release has no more is not
/// among them.
pub(super) fn required(out: &mut String, reference: &Reference<'_>) {
    for entry in reference.having(Form::Read) {
        if entry.key.removed.is_none() {
            escape::json(entry.name(), out);
            out.push(',');
        }
    }
    pop_comma(out);
}

fn head(reference: &Reference<'_>, what: &str, description: &str) -> String {
    let mut out = String::with_capacity(reference.keys.len() * 400 + 1024);
    out.push_str("{ \"$comment\": ");
    escape::json(&reference.header(), &mut out);
    out.push_str(
        ",\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": ",
    );
    escape::json(&format!("{}: {what}", reference.title()), &mut out);
    out.push_str(",\n  \"description\": ");
    escape::json(description, &mut out);
    out.push_str(",\n  \"type\": \"object\",\n  \"properties\": {");
    out
}

fn properties(out: &mut String, reference: &Reference<'_>, form: Form) {
    for entry in reference.having(form) {
        out.push_str("\n    \"");
        out.push_str(entry.name());
        out.push_str("\": {\"$ref\":\"#/$defs/");
        out.push_str(entry.name());
        out.push_str("\"},");
    }
    pop_comma(out);
}

fn definitions(out: &mut String, reference: &Reference<'_>, form: Form) {
    for entry in reference.having(form) {
        out.push_str("\n    \"");
        out.push_str(entry.name());
        out.push_str("\": ");
        let dialect = Dialect::Validator;
        schema::key(out, entry.key, &entry.value, How { form, dialect });
        out.push(',');
    }
    pop_comma(out);
}

fn close(mut out: String) -> String {
    out.push_str("\n  }\n}\n");
    out
}
