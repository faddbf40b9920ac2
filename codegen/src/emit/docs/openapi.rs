//! `docs/openapi.json`: the routes as OpenAPI 3.1.
//!
//! A set has one parameter per key, whose text is JSON (`content` and not
//! `schema` says so). Its refusals are status 500 with the same object as its
//! success: that is what deployed clients look for. Whatever says nothing about
//! a single route (404, 405) is in the description of the whole.

use serde::Serialize;

use super::{
    Documents, Info, Variable,
    json_schema::Answer,
    schema::{Dialect, How, Reference, Schema},
};
use crate::{
    api::{Api, Form, Key, Route},
    emit::json::{self, EACH, Lines, Map},
    model::HttpAction,
};

const LINES: Lines = Lines(&[
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

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "x-generated")]
    header: String,
    openapi: &'static str,
    info: Info<'a>,
    servers: [Server; 1],
    security: [(); 0],
    tags: [Tag; 1],
    paths: Map<String, Map<String, Operation<'a>>>,
    components: Components<'a>,
}

#[derive(Serialize)]
struct Server {
    url: &'static str,
    description: &'static str,
    variables: Map<&'static str, Variable>,
}

#[derive(Serialize)]
struct Tag {
    name: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Operation<'a> {
    operation_id: String,
    tags: [&'static str; 1],
    summary: &'a str,
    description: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter<'a>>,
    responses: Map<&'static str, Response>,
}

/// A parameter with the keys to answer with, or one that is a key.
#[derive(Serialize)]
#[serde(untagged)]
enum Parameter<'a> {
    Filter {
        name: &'a str,
        #[serde(rename = "in")]
        place: &'static str,
        description: &'static str,
        style: &'static str,
        explode: bool,
        schema: ListOf,
    },
    Key {
        name: &'a str,
        #[serde(rename = "in")]
        place: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        deprecated: Option<bool>,
        content: Content<Reference<'a>>,
    },
}

/// An array of names, known or not.
#[derive(Serialize)]
struct ListOf {
    #[serde(rename = "type")]
    ty: &'static str,
    items: AnyOf,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnyOf {
    any_of: (Reference<'static>, Box<Schema<'static>>),
}

#[derive(Serialize)]
enum Content<S> {
    #[serde(rename = "application/json")]
    Json { schema: S },
    #[serde(rename = "text/plain")]
    Text { schema: S },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Response {
    Own {
        description: &'static str,
        headers: Map<&'static str, Reference<'static>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<Content<Reference<'static>>>,
    },
    Shared(Reference<'static>),
}

#[derive(Serialize)]
struct Components<'a> {
    schemas: Schemas<'a>,
    headers: Map<&'static str, Header>,
    responses: Map<&'static str, Refusal>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Schemas<'a> {
    status: Status<'a>,
    readable_key: Names<'a>,
    set_answer: Answer,
    #[serde(flatten)]
    written: Map<String, Schema<'a>>,
}

#[derive(Serialize)]
struct Status<'a> {
    #[serde(rename = "type")]
    ty: &'static str,
    description: &'static str,
    properties: Map<&'a str, Schema<'a>>,
}

#[derive(Serialize)]
struct Names<'a> {
    #[serde(rename = "type")]
    ty: &'static str,
    /// An enumeration must not be empty.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    names: Vec<&'a str>,
}

#[derive(Serialize)]
struct Header {
    description: &'static str,
    required: bool,
    schema: Exactly,
}

#[derive(Serialize)]
struct Exactly {
    #[serde(rename = "const")]
    value: &'static str,
}

/// An answer that is no JSON.
#[derive(Serialize)]
struct Refusal {
    description: &'static str,
    content: Content<Schema<'static>>,
}

pub(in crate::emit) fn document(documents: &Documents<'_>) -> String {
    let host = Variable {
        default: "localhost:8080",
        description: "its address",
    };
    let document = Document {
        header: documents.header(),
        openapi: "3.1.0",
        info: documents.info(ABOUT),
        servers: [Server {
            url: "http://{host}",
            description: "the device in your network",
            variables: Map(vec![("host", host)]),
        }],
        security: [],
        tags: [Tag {
            name: "keys",
            description: "the values of the device",
        }],
        paths: paths(documents.api),
        components: Components {
            schemas: schemas(documents.api),
            headers: Map(vec![("AnyOrigin", any_origin())]),
            responses: refusals(),
        },
    };
    json::document(&document, &LINES)
}

/// The operations, those of a path together.
fn paths<'a>(api: &'a Api<'_>) -> Map<String, Map<String, Operation<'a>>> {
    let routes = &api.routes;
    let mut paths = Map(Vec::new());
    for (index, first) in routes.iter().enumerate() {
        let is_known = routes[..index].iter().any(|other| other.path == first.path);
        if is_known {
            continue;
        }
        let same = || {
            let same = routes.iter().enumerate();
            same.filter(|(_, route)| route.path == first.path)
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
fn operation<'a>(api: &'a Api<'_>, index: usize, method: &str) -> (String, Operation<'a>) {
    let route = &api.routes[index];
    let head = method == "HEAD";
    let operation = Operation {
        operation_id: operation_id(api, index, head),
        tags: ["keys"],
        summary: route.description,
        description: match route.action {
            HttpAction::Status => STATUS,
            HttpAction::Set => SET,
        },
        parameters: match route.action {
            HttpAction::Status => filter(route).into_iter().collect(),
            // HEAD sets nothing, so it has nothing to be told.
            HttpAction::Set if head || route.query.is_empty() => Vec::new(),
            HttpAction::Set => api.having(Form::Write).map(parameter).collect(),
        },
        responses: responses(route.action, head),
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

fn filter<'a>(route: &Route<'a>) -> Option<Parameter<'a>> {
    let names = (
        Reference::new("#/components/schemas/", "ReadableKey"),
        Box::new(Schema::typed("string")),
    );
    Some(Parameter::Filter {
        name: route.filter()?,
        place: "query",
        description: "the keys to answer with",
        style: "form",
        explode: false,
        schema: ListOf {
            ty: "array",
            items: AnyOf { any_of: names },
        },
    })
}

fn parameter<'a>(key: &'a Key<'_>) -> Parameter<'a> {
    Parameter::Key {
        name: key.name,
        place: "query",
        deprecated: key.removed.is_some().then_some(true),
        content: Content::Json {
            schema: Reference::new("#/components/schemas/set-", key.name),
        },
    }
}

fn responses(action: HttpAction, head: bool) -> Map<&'static str, Response> {
    let own = |description, schema| Response::Own {
        description,
        headers: Map(vec![(
            "Access-Control-Allow-Origin",
            Reference::new("#/components/headers/", "AnyOrigin"),
        )]),
        content: (!head).then(|| Content::Json {
            schema: Reference::new("#/components/schemas/", schema),
        }),
    };
    let shared = |name| Response::Shared(Reference::new("#/components/responses/", name));
    let mut all = match (action, head) {
        (HttpAction::Status, _) => {
            vec![("200", own("the keys, in the order of the table", "Status"))]
        }
        (HttpAction::Set, true) => vec![("200", own("nothing was set", "SetAnswer"))],
        (HttpAction::Set, false) => vec![
            ("200", own("all were taken", "SetAnswer")),
            (
                "500",
                own(
                    "some were refused; the others are in effect all the same",
                    "SetAnswer",
                ),
            ),
        ],
    };
    all.push(("404", shared("SwitchedOff")));
    all.push(("414", shared("LineTooLong")));
    Map(all)
}

fn schemas<'a>(api: &'a Api<'_>) -> Schemas<'a> {
    let [read, write] = [Form::Read, Form::Write].map(|form| How {
        form,
        dialect: Dialect::Api,
    });
    let readable = || api.having(Form::Read);
    let written = api.having(Form::Write);
    Schemas {
        status: Status {
            ty: "object",
            description: "The readable keys, or those that the filter names.",
            properties: readable()
                .map(|key| (key.name, Schema::of_key(key, read)))
                .collect(),
        },
        readable_key: Names {
            ty: "string",
            names: readable().map(|key| key.name).collect(),
        },
        set_answer: Answer::new(),
        written: written
            .map(|key| (format!("set-{}", key.name), Schema::of_key(key, write)))
            .collect(),
    }
}

fn any_origin() -> Header {
    Header {
        description: "pages of any origin may read the answer",
        required: true,
        schema: Exactly { value: "*" },
    }
}

fn refusals() -> Map<&'static str, Refusal> {
    let refusal = |description| Refusal {
        description,
        content: Content::Text {
            schema: Schema::typed("string"),
        },
    };
    Map(vec![
        (
            "SwitchedOff",
            refusal("the device has a setting that switches HTTP off, and it is off"),
        ),
        (
            "LineTooLong",
            refusal("the request line is longer than 8 KB"),
        ),
    ])
}
