//! Example requests and replies of a key, by the routes and topics of the spec.
//!
//! Parts that differ from one reader's device to the next stand in braces
//! (`{host}`, `{prefix}`); the script puts the reader's own in their place.

use crate::{
    api::{Api, Form, Key, Route, Topic},
    emit::{
        docs::{Documents, text::push},
        escape::html,
    },
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
            status: route(HttpAction::Status)
                .map(|route| format!("{} &#39;{}?{}=", curl(route), address(route), route.query)),
            set: route(HttpAction::Set).map(|route| (curl(route), address(route))),
            state_topic: topic(MqttAction::State),
            set_topic: topic(MqttAction::Set),
            result_topic: topic(MqttAction::Result),
        }
    }

    /// Appends all examples of a key; nothing, if it cannot be reached.
    pub(super) fn push(&self, out: &mut String, documents: &Documents<'_>, at: usize, level: u8) {
        let calls = self.http(documents, at, level) + &self.mqtt(documents, at, level);
        if !calls.is_empty() {
            let Key { name, value, .. } = &documents.api.keys[at];
            // The script makes of it what it makes more examples of.
            let write = match value.has(Form::Write) {
                true => format!(
                    " data-write=\"{}\"",
                    html(documents.example(at, Form::Write))
                ),
                false => String::new(),
            };
            push!(
                out,
                "<details{write}><summary>Examples<span class=\"quiet-text\"> of {name}</span></summary>\
                 <div class=\"calls\">{calls}</div></details>\n"
            );
        }
    }

    fn http(&self, documents: &Documents<'_>, at: usize, level: u8) -> String {
        let Key { name, value, .. } = &documents.api.keys[at];
        let mut calls = String::new();
        if let Some(status) = self.status.as_ref().filter(|_| value.has(Form::Read)) {
            let example = html(documents.example(at, Form::Read));
            push!(
                calls,
                "<pre><code>{status}{name}&#39;</code>\n\
                 <samp>{{&quot;{name}&quot;:{example}}}</samp></pre>"
            );
        }
        if let Some((curl, address)) = self.set.as_ref().filter(|_| value.has(Form::Write)) {
            let example = documents.example(at, Form::Write);
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            let call = match example.bytes().all(plain) {
                true => format!("&#39;{address}?{name}={example}&#39;"),
                false => format!(
                    "-G &#39;{address}&#39; --data-urlencode &#39;{name}={}&#39;",
                    quoted(example)
                ),
            };
            push!(
                calls,
                "<pre><code>{curl} {call}</code>\n<samp>{{&quot;{name}&quot;:true}}</samp></pre>"
            );
        }
        section("HTTP", level, &calls)
    }

    fn mqtt(&self, documents: &Documents<'_>, at: usize, level: u8) -> String {
        let Key { name, value, .. } = &documents.api.keys[at];
        let mut calls = String::new();
        if let Some(state) = self.state_topic.filter(|_| value.has(Form::Read)) {
            let (topic, example) = (topic(state, name), documents.example(at, Form::Read));
            push!(
                calls,
                "<pre><code>mosquitto_sub -L &#39;mqtt://{{broker}}/{topic}&#39;</code>\n\
                 <samp>{}</samp></pre>",
                html(example)
            );
        }
        if let Some(set) = self.set_topic.filter(|_| value.has(Form::Write)) {
            let example = quoted(documents.example(at, Form::Write));
            let result = self.result_topic.map_or(String::new(), |result| {
                format!("\n<samp>{} success</samp>", topic(result, name))
            });
            push!(
                calls,
                "<pre><code>mosquitto_pub -L &#39;mqtt://{{broker}}/{}&#39; -m &#39;{example}&#39;</code>\
                 {result}</pre>",
                topic(set, name)
            );
        }
        section("MQTT", level, &calls)
    }
}

fn section(title: &str, level: u8, calls: &str) -> String {
    match calls {
        "" => String::new(),
        calls => format!("<div><h{level}>{title}</h{level}>{calls}</div>"),
    }
}

/// The topic around its key, if it has one.
fn around<'a>(topic: &'a Topic<'_>) -> Option<Around<'a>> {
    topic.text.split_once("{key}")
}

fn topic((before, behind): Around<'_>, name: &str) -> String {
    format!("{}{name}{}", html(before), html(behind))
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
    format!("http://{{host}}{}", html(route.path))
}

/// Text inside single quotes of a shell.
fn quoted(text: &str) -> String {
    let pieces = text.split('\'').map(|piece| html(piece).to_string());
    pieces.collect::<Vec<_>>().join("&#39;\\&#39;&#39;")
}
