//! `docs/openapi.json`: the routes as OpenAPI 3.1.
//!
//! A set has one parameter per key, whose text is JSON (`content` and not
//! `schema` says so). Its refusals are status 500 with the same object as its
//! success: that is what deployed clients look for. Whatever says nothing about
//! a single route (404, 405) is in the description of the whole.

use std::collections::BTreeSet;

use super::{
    escape, json_schema,
    reference::Reference,
    value::{Form, pop_comma},
};
use crate::model::{Route, wire::HttpAction};

const ABOUT: &str = "Keys with JSON values, read by a status and written by a set. \
Every answer has `Access-Control-Allow-Origin: *`. An unknown path is answered with 404, another \
method with 405 and `Allow`, a request line beyond 8 KB with 414. HEAD is GET without the body; \
on a set it changes nothing.";

const STATUS: &str = "Without the parameter, or with an empty one, all keys. Names that the device \
does not know are left out. The older spelling as a JSON array is understood, too.";

const SET: &str = "Each parameter is a key, its value JSON, percent-encoded; at most 64 of them. They \
are applied in the order given. A key given twice is applied twice and answered once, with the last \
outcome.";

pub(super) fn document(reference: &Reference<'_>) -> String {
    let mut out = String::with_capacity(reference.keys.len() * 1100 + 4096);
    out.push_str("{ \"x-generated\": ");
    escape::json(&reference.header(), &mut out);
    out.push_str(",\n  \"openapi\": \"3.1.0\",\n  \"info\": {\"title\":");
    escape::json(reference.title(), &mut out);
    out.push_str(",\"version\":");
    escape::json(&reference.model.hash, &mut out);
    out.push_str(",\"description\":");
    escape::json(ABOUT, &mut out);
    out.push_str("},\n  \"servers\": [{\"url\":\"http://{host}\",\"description\":\"the device in your network\",\"variables\":{\"host\":{\"default\":\"localhost:8080\",\"description\":\"its address\"}}}],\n  \"security\": [],\n  \"tags\": [{\"name\":\"keys\",\"description\":\"the values of the device\"}],\n  \"paths\": {");
    paths(&mut out, reference);
    out.push_str("\n  },\n  \"components\": {\n    \"schemas\": {");
    schemas(&mut out, reference);
    out.push_str("\n    },\n    \"headers\": {\n      \"AnyOrigin\": {\"description\":\"pages of any origin may read the answer\",\"required\":true,\"schema\":{\"const\":\"*\"}}\n    },\n    \"responses\": {\n      \"SwitchedOff\": {\"description\":\"the device has a setting that switches HTTP off, and it is off\",\"content\":{\"text/plain\":{\"schema\":{\"type\":\"string\"}}}},\n      \"LineTooLong\": {\"description\":\"the request line is longer than 8 KB\",\"content\":{\"text/plain\":{\"schema\":{\"type\":\"string\"}}}}\n    }\n  }\n}\n");
    out
}

/// The operations, those of a path together.
fn paths(out: &mut String, reference: &Reference<'_>) {
    let routes = &reference.model.routes;
    let mut seen = BTreeSet::new();
    for first in routes {
        if !seen.insert(&first.path.value) {
            continue;
        }
        out.push_str("\n    ");
        escape::json(&path(&first.path.value), out);
        out.push_str(": {");
        let same = || {
            let same = routes.iter().enumerate();
            same.filter(|(_, route)| route.path.value == first.path.value)
        };
        for (index, route) in same() {
            operation(out, reference, route, &route.method.value, index);
        }
        let has = |method| same().any(|(_, route)| route.method.value == method);
        if let Some((index, route)) = same().find(|(_, route)| route.method.value == "GET")
            && !has("HEAD")
        {
            operation(out, reference, route, "HEAD", index);
        }
        pop_comma(out);
        out.push_str("\n    },");
    }
    pop_comma(out);
}

/// Braces would make a template of a path.
fn path(path: &str) -> String {
    path.replace('{', "%7B").replace('}', "%7D")
}

fn operation(
    out: &mut String,
    reference: &Reference<'_>,
    route: &Route,
    method: &str,
    index: usize,
) {
    let Some(action) = HttpAction::of(&route.action.value) else {
        return;
    };
    out.push_str("\n      \"");
    out.push_str(&method.to_ascii_lowercase());
    out.push_str("\": {\n        \"operationId\": ");
    let head = method == "HEAD";
    // Two routes may do the same.
    let again = reference.model.routes[..index]
        .iter()
        .any(|other| other.action.value == route.action.value);
    let mut id = route.action.value.clone();
    if again {
        id += &format!("-{}", index + 1);
    }
    if head {
        id += "-head";
    }
    escape::json(&id, out);
    out.push_str(",\n        \"tags\": [\"keys\"],\n        \"summary\": ");
    escape::json(&route.description, out);
    out.push_str(",\n        \"description\": ");
    escape::json(
        if action == HttpAction::Status {
            STATUS
        } else {
            SET
        },
        out,
    );
    match action {
        HttpAction::Status => {
            if let Some(name) = action.filter(&route.query.value) {
                filter(out, name);
            }
            out.push_str(",\n        \"responses\": {");
            ok(
                out,
                "the keys, in the order of the table",
                "#/components/schemas/Status",
                head,
            );
        }
        HttpAction::Set => {
            // HEAD sets nothing, so it has nothing to be told.
            if !route.query.value.is_empty() && !head {
                parameters(out, reference);
            }
            out.push_str(",\n        \"responses\": {");
            let taken = if head {
                "nothing was set"
            } else {
                "all were taken"
            };
            ok(out, taken, "#/components/schemas/SetAnswer", head);
            if !head {
                out.push_str("\n          \"500\": ");
                response(
                    out,
                    "some were refused; the others are in effect all the same",
                    "#/components/schemas/SetAnswer",
                    false,
                );
            }
        }
    }
    out.push_str("\n          \"404\": {\"$ref\":\"#/components/responses/SwitchedOff\"},");
    out.push_str("\n          \"414\": {\"$ref\":\"#/components/responses/LineTooLong\"}\n        }\n      },");
}

fn filter(out: &mut String, name: &str) {
    out.push_str(",\n        \"parameters\": [{\"name\":");
    escape::json(name, out);
    out.push_str(",\"in\":\"query\",\"description\":\"the keys to answer with\",\"style\":\"form\",\"explode\":false,\"schema\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/ReadableKey\"},{\"type\":\"string\"}]}}}]");
}

fn parameters(out: &mut String, reference: &Reference<'_>) {
    out.push_str(",\n        \"parameters\": [");
    for entry in reference.having(Form::Write) {
        out.push_str("\n          {\"name\":\"");
        out.push_str(entry.name());
        out.push_str("\",\"in\":\"query\",");
        if entry.key.removed.is_some() {
            out.push_str("\"deprecated\":true,");
        }
        out.push_str(
            "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/set-",
        );
        out.push_str(entry.name());
        out.push_str("\"}}}},");
    }
    pop_comma(out);
    out.push_str("\n        ]");
}

fn ok(out: &mut String, what: &str, schema: &str, head: bool) {
    out.push_str("\n          \"200\": ");
    response(out, what, schema, head);
}

fn response(out: &mut String, what: &str, schema: &str, head: bool) {
    out.push_str("{\"description\":");
    escape::json(what, out);
    out.push_str(",\"headers\":{\"Access-Control-Allow-Origin\":{\"$ref\":\"#/components/headers/AnyOrigin\"}}");
    if !head {
        out.push_str(",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"");
        out.push_str(schema);
        out.push_str("\"}}}");
    }
    out.push_str("},");
}

fn schemas(out: &mut String, reference: &Reference<'_>) {
    out.push_str("\n      \"Status\": {\"type\":\"object\",\"description\":\"The readable keys, or those that the filter names.\",\"properties\":{");
    for entry in reference.having(Form::Read) {
        out.push_str("\n        \"");
        out.push_str(entry.name());
        out.push_str("\": ");
        out.push_str(reference.schema(entry, Form::Read));
        out.push(',');
    }
    pop_comma(out);
    out.push_str("}},\n      \"ReadableKey\": {\"type\":\"string\",\"enum\":[");
    let mut any = false;
    for entry in reference.having(Form::Read) {
        escape::json(entry.name(), out);
        out.push(',');
        any = true;
    }
    pop_comma(out);
    out.push_str("]},");
    if !any {
        // An enumeration must not be empty.
        let at = out.rfind(",\"enum\":[]").unwrap_or(out.len());
        out.replace_range(at.., "},");
    }
    out.push_str("\n      \"SetAnswer\": ");
    json_schema::answer(out);
    for entry in reference.having(Form::Write) {
        out.push_str(",\n      \"set-");
        out.push_str(entry.name());
        out.push_str("\": ");
        out.push_str(reference.schema(entry, Form::Write));
    }
}
