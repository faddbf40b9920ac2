//! `docs/openapi.json`: the routes as OpenAPI 3.1.
//!
//! A set has one parameter per key, whose text is JSON (`content` and not
//! `schema` says so). Its refusals are status 500 with the same object as its
//! success: that is what deployed clients look for. Whatever says nothing about
//! a single route (404, 405) is in the description of the whole.

use serde::Serialize;

use super::{
    Documents,
    json_schema::answer,
    prose::markdown::{NoLinks, markdown},
    schema::{Dialect, How, Schema, reference},
    variable,
};
use crate::{
    api::{Api, Chapter, Form, Key, Part},
    emit::json::{self, EACH, Either, Lines, Map, object},
    model::HttpAction,
};

const LINES: Lines = Lines(&[
    ("tags", EACH),
    ("paths", Lines(&[("*", Lines(&[("*", OPERATION)]))])),
    (
        "components",
        Lines(&[
            (
                "schemas",
                Lines(&[("Status", Lines(&[("properties", EACH)]))]),
            ),
            ("headers", EACH),
            ("responses", EACH),
        ]),
    ),
]);

const OPERATION: Lines = Lines(&[("parameters", EACH), ("responses", EACH)]);

const ABOUT: &str = "Keys with JSON values, read by a status and written by a set. \
Every answer has `Access-Control-Allow-Origin: *`. An unknown path is answered with 404, another \
method with 405 and `Allow`, a request line beyond 8 KB with 414. HEAD is GET without the body; \
on a set it changes nothing.";

const STATUS: &str = "Without the parameter, or with an empty one, all keys. Names that the device \
does not know are left out. The older spelling as a JSON array is understood, too.";

const SET: &str = "Each parameter is a key, its value JSON, percent-encoded; at most 64 of them. They \
are applied in the order given. A key given twice is applied twice and answered once, with the last \
outcome.";

pub(in crate::emit) fn document(documents: &Documents<'_>) -> String {
    let document = object! {
        "x-generated": documents.header(),
        "openapi": "3.1.0",
        "info": documents.info(ABOUT),
        "servers": [object! {
            "url": "http://{host}",
            "description": "the device in your network",
            "variables": object! { "host": variable("localhost:8080", "its address") },
        }],
        "security": [(); 0],
        "tags": tags(documents),
        "paths": paths(documents.api),
        "components": object! {
            "schemas": schemas(documents.api),
            "headers": object! {
                "AnyOrigin": object! {
                    "description": "pages of any origin may read the answer",
                    "required": true,
                    "schema": object! { "const": "*" },
                },
            },
            "responses": object! {
                "SwitchedOff": refusal("the device has a setting that switches HTTP off, and it is off"),
                "LineTooLong": refusal("the request line is longer than 8 KB"),
            },
        },
    };
    json::document(&document, &LINES)
}

/// A tag for each chapter, with its text and its keys; operations have that of their route.
fn tags(documents: &Documents<'_>) -> Vec<impl Serialize> {
    let api = documents.api;
    let mut known: Vec<&str> = Vec::new();
    let chapters = api.chapters.iter().filter_map(|chapter| {
        let name = tag_name(chapter);
        // Names of tags are unique.
        if known.contains(&name) {
            return None;
        }
        known.push(name);
        let same = api.chapters.iter().filter(|other| tag_name(other) == name);
        let parts = same
            .flat_map(|chapter| &chapter.parts)
            .filter_map(|part| match part {
                Part::Prose(text) => Some(markdown(text, &NoLinks).trim_end().to_owned()),
                Part::Entries(entries) => {
                    let entries = entries.iter().map(|at| &api.entries[*at]);
                    let names = entries.map(|entry| format!("`{}`", documents.heading(entry)));
                    Some(format!("Keys: {}", names.collect::<Vec<_>>().join(", ")))
                }
                Part::Routes(_) | Part::Topics(_) | Part::Placeholders(_) | Part::Messages(_) => {
                    None
                }
            });
        let description = parts.collect::<Vec<_>>().join("\n\n");
        let description = Some(description).filter(|text| !text.is_empty());
        Some(object! { "name": name, "description"?: description })
    });
    chapters.collect()
}

fn tag_name<'a>(chapter: &Chapter<'a>) -> &'a str {
    match chapter.title {
        "" => "About",
        title => title,
    }
}

/// The chapter that a route stands in.
fn tag_of<'a>(api: &'a Api<'_>, index: usize) -> Vec<&'a str> {
    let mut chapters = api.chapters.iter();
    let has_route = |part: &Part<'_>| matches!(part, Part::Routes(rows) if rows.contains(&index));
    let chapter = chapters.find(|chapter| chapter.parts.iter().any(has_route));
    chapter.map(tag_name).into_iter().collect()
}

/// An answer that is no JSON.
fn refusal(description: &str) -> impl Serialize {
    let content = object! { "text/plain": object! { "schema": Schema::typed("string") } };
    object! { "description": description, "content": content }
}

fn content(schema: impl Serialize) -> impl Serialize {
    object! { "application/json": object! { "schema": schema } }
}

/// The operations, those of a path together.
fn paths(api: &Api<'_>) -> Map<String, Map<String, impl Serialize>> {
    let routes = &api.routes;
    let mut paths = Map(Vec::new());
    for (index, first) in routes.iter().enumerate() {
        let is_known = routes[..index].iter().any(|other| other.path == first.path);
        // What is said on a socket is no matter of HTTP.
        if is_known || first.action == HttpAction::Socket {
            continue;
        }
        let same = || {
            let same = routes.iter().enumerate();
            same.filter(|(_, route)| route.path == first.path && route.action != HttpAction::Socket)
        };
        let mut operations: Vec<_> = same()
            .map(|(index, route)| operation(api, index, route.method))
            .collect();
        let get = same().find(|(_, route)| route.method == "GET");
        let has_head = same().any(|(_, route)| route.method == "HEAD");
        if let Some((index, _)) = get.filter(|_| !has_head) {
            operations.push(operation(api, index, "HEAD"));
        }
        paths.0.push((path(first.path), Map(operations)));
    }
    paths
}

/// Braces would make a template of a path.
fn path(path: &str) -> String {
    path.replace('{', "%7B").replace('}', "%7D")
}

/// Returns the operation of a route for a method: its own, or HEAD.
fn operation(api: &Api<'_>, index: usize, method: &str) -> (String, impl Serialize) {
    let route = &api.routes[index];
    let head = method == "HEAD";
    let parameters: Vec<_> = match route.action {
        HttpAction::Status => {
            let filter = route.filter().map(|name| Either::One(filter(name)));
            filter.into_iter().collect()
        }
        // HEAD sets nothing, so it has nothing to be told.
        HttpAction::Set if head || route.query.is_empty() => Vec::new(),
        HttpAction::Socket => Vec::new(),
        HttpAction::Set => api
            .having(Form::Write)
            .map(|key| Either::Other(parameter(key)))
            .collect(),
    };
    let operation = object! {
        "operationId": operation_id(api, index, head),
        "tags": tag_of(api, index),
        "summary": route.description,
        "description": match route.action {
            HttpAction::Status => STATUS,
            HttpAction::Set => SET,
            HttpAction::Socket => "",
        },
        "parameters"?: Some(parameters).filter(|all| !all.is_empty()),
        "responses": responses(route.action, head),
    };
    (method.to_ascii_lowercase(), operation)
}

/// Two routes may do the same.
fn operation_id(api: &Api<'_>, index: usize, head: bool) -> String {
    let action = api.routes[index].action;
    let mut id = action.name().to_owned();
    if api.routes[..index]
        .iter()
        .any(|other| other.action == action)
    {
        id += &format!("-{}", index + 1);
    }
    if head {
        id += "-head";
    }
    id
}

/// The parameter with the keys to answer with: names, known or not.
fn filter(name: &str) -> impl Serialize {
    object! {
        "name": name,
        "in": "query",
        "description": "the keys to answer with",
        "style": "form",
        "explode": false,
        "schema": object! {
            "type": "array",
            "items": object! {
                "anyOf": (
                    reference("#/components/schemas/", "ReadableKey"),
                    Schema::typed("string"),
                ),
            },
        },
    }
}

/// A parameter that is a key.
fn parameter(key: &Key<'_>) -> impl Serialize {
    object! {
        "name": key.name,
        "in": "query",
        "deprecated"?: key.removed.map(|_| true),
        "content": content(reference("#/components/schemas/set-", key.name)),
    }
}

fn responses(action: HttpAction, head: bool) -> Map<&'static str, impl Serialize> {
    let own = |description, schema| {
        Either::One(object! {
            "description": description,
            "headers": object! {
                "Access-Control-Allow-Origin": reference("#/components/headers/", "AnyOrigin"),
            },
            "content"?: (!head).then(|| content(reference("#/components/schemas/", schema))),
        })
    };
    let shared = |name| Either::Other(reference("#/components/responses/", name));
    let mut all = match (action, head) {
        (HttpAction::Status, _) => {
            vec![("200", own("the keys, in the order of the table", "Status"))]
        }
        // It has no operation.
        (HttpAction::Socket, _) => Vec::new(),
        (HttpAction::Set, true) => vec![("200", own("nothing was set", "SetAnswer"))],
        (HttpAction::Set, false) => {
            let refused = "some were refused; the others are in effect all the same";
            vec![
                ("200", own("all were taken", "SetAnswer")),
                ("500", own(refused, "SetAnswer")),
            ]
        }
    };
    all.push(("404", shared("SwitchedOff")));
    all.push(("414", shared("LineTooLong")));
    Map(all)
}

fn schemas(api: &Api<'_>) -> impl Serialize {
    let [read, write] = [Form::Read, Form::Write].map(|form| How {
        form,
        dialect: Dialect::Api,
    });
    let properties = api.having(Form::Read);
    let properties = properties.map(|key| (key.name, Schema::of_key(key, read)));
    let names: Vec<&str> = api.having(Form::Read).map(|key| key.name).collect();
    let written = api.having(Form::Write);
    let written = written.map(|key| (format!("set-{}", key.name), Schema::of_key(key, write)));
    object! {
        "Status": object! {
            "type": "object",
            "description": "The readable keys, or those that the filter names.",
            "properties": properties.collect::<Map<_, _>>(),
        },
        "ReadableKey": object! {
            "type": "string",
            // An enumeration must not be empty.
            "enum"?: Some(names).filter(|names| !names.is_empty()),
        },
        "SetAnswer": answer(),
        ..written.collect::<Map<_, _>>()
    }
}
