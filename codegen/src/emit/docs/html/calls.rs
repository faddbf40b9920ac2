//! Example requests and replies of a key, by the routes and topics of the spec.
//!
//! Parts that differ from one reader's device to the next stand in braces
//! (`{host}`, `{prefix}`); the script puts the reader's own in their place.

use crate::emit::docs::{Documents, text::push};
use crate::{
    api::{Api, Form, Key, Route, Topic},
    emit::escape,
    model::{HttpAction, MqttAction},
};

/// The parts that are the same for all keys, escaped already.
pub(super) struct Calls<'a> {
    /// The call that asks for a status, up to the key.
    status: Option<String>,
    /// Of a set: how `curl` is called, and the address.
    set: Option<(String, String)>,
    state_topic: Option<Around<'a>>,
    set_topic: Option<Around<'a>>,
    result_topic: Option<Around<'a>>,
}

/// A topic before and behind its key.
type Around<'a> = (&'a str, &'a str);

impl<'a> Calls<'a> {
    pub(super) fn new(api: &'a Api<'_>) -> Self {
        let route = |action: HttpAction| {
            let mut routes = api.routes.iter();
            routes.find(|route| route.action == action && !route.query.is_empty())
        };
        let topic = |action: MqttAction| {
            let topics = api.topics.iter();
            let mut same = topics.filter(|topic| topic.action == action);
            same.find_map(around)
        };
        Calls {
            status: route(HttpAction::Status).map(|route| {
                let (curl, address) = (curl(route), address(route));
                format!("{curl} &#39;{address}?{}=", route.query)
            }),
            set: route(HttpAction::Set).map(|route| (curl(route), address(route))),
            state_topic: topic(MqttAction::State),
            set_topic: topic(MqttAction::Set),
            result_topic: topic(MqttAction::Result),
        }
    }

    /// Appends all examples of a key; nothing, if it cannot be reached.
    pub(super) fn push(&self, out: &mut String, documents: &Documents<'_>, at: usize) {
        let start = out.len();
        push(
            out,
            &["<details><summary>Examples<span class=\"quiet-text\"> of "],
        );
        push(
            out,
            &[
                documents.api.keys[at].name,
                "</span></summary><div class=\"calls\">",
            ],
        );
        let empty = out.len();
        self.push_http(out, documents, at);
        self.push_mqtt(out, documents, at);
        if out.len() == empty {
            out.truncate(start);
            return;
        }
        out.push_str("</div></details>\n");
    }

    fn push_http(&self, out: &mut String, documents: &Documents<'_>, at: usize) {
        let Key { name, value, .. } = &documents.api.keys[at];
        let status = self.status.as_ref().filter(|_| value.has(Form::Read));
        let set = self.set.as_ref().filter(|_| value.has(Form::Write));
        if status.is_none() && set.is_none() {
            return;
        }
        out.push_str("<div><h4>HTTP</h4>");
        if let Some(status) = status {
            push(
                out,
                &[
                    "<pre><code>",
                    status,
                    name,
                    "&#39;</code>\n<samp>{&quot;",
                    name,
                    "&quot;:",
                ],
            );
            escape::html(documents.example(at, Form::Read), out);
            out.push_str("}</samp></pre>");
        }
        if let Some((curl, address)) = set {
            let example = documents.example(at, Form::Write);
            push(out, &["<pre><code>", curl]);
            if example
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
            {
                push(out, &[" &#39;", address, "?", name, "=", example, "&#39;"]);
            } else {
                push(
                    out,
                    &[
                        " -G &#39;",
                        address,
                        "&#39; --data-urlencode &#39;",
                        name,
                        "=",
                    ],
                );
                quoted(example, out);
                out.push_str("&#39;");
            }
            push(
                out,
                &["</code>\n<samp>{&quot;", name, "&quot;:true}</samp></pre>"],
            );
        }
        out.push_str("</div>");
    }

    fn push_mqtt(&self, out: &mut String, documents: &Documents<'_>, at: usize) {
        let Key { name, value, .. } = &documents.api.keys[at];
        let state = self.state_topic.filter(|_| value.has(Form::Read));
        let set = self.set_topic.filter(|_| value.has(Form::Write));
        if state.is_none() && set.is_none() {
            return;
        }
        out.push_str("<div><h4>MQTT</h4>");
        if let Some((before, behind)) = state {
            out.push_str("<pre><code>mosquitto_sub -h {broker} -t &#39;");
            topic(out, before, name, behind);
            out.push_str("&#39;</code>\n<samp>");
            escape::html(documents.example(at, Form::Read), out);
            out.push_str("</samp></pre>");
        }
        if let Some((before, behind)) = set {
            out.push_str("<pre><code>mosquitto_pub -h {broker} -t &#39;");
            topic(out, before, name, behind);
            out.push_str("&#39; -m &#39;");
            quoted(documents.example(at, Form::Write), out);
            out.push_str("&#39;</code>");
            if let Some((before, behind)) = self.result_topic {
                out.push_str("\n<samp>");
                topic(out, before, name, behind);
                out.push_str(" success</samp>");
            }
            out.push_str("</pre>");
        }
        out.push_str("</div>");
    }
}

/// The topic around its key, if it has one.
fn around<'a>(topic: &'a Topic<'_>) -> Option<Around<'a>> {
    topic.text.split_once("{key}")
}

fn topic(out: &mut String, before: &str, name: &str, behind: &str) {
    escape::html(before, out);
    out.push_str(name);
    escape::html(behind, out);
}

/// `curl`, with the method unless it is its own.
fn curl(route: &Route<'_>) -> String {
    match route.method {
        "GET" => "curl".to_owned(),
        "HEAD" => "curl -I".to_owned(),
        method => format!("curl -X {method}"),
    }
}

fn address(route: &Route<'_>) -> String {
    let mut out = "http://{host}".to_owned();
    escape::html(route.path, &mut out);
    out
}

/// Text inside single quotes of a shell.
fn quoted(text: &str, out: &mut String) {
    for (index, piece) in text.split('\'').enumerate() {
        if index > 0 {
            out.push_str("&#39;\\&#39;&#39;");
        }
        escape::html(piece, out);
    }
}
