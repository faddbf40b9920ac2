//! The part of the page before the keys: the fields for the reader's own addresses, and how
//! refusals read.

use crate::{
    api::Api,
    emit::{
        docs::{Documents, text::push},
        escape::html,
    },
    model::{HttpAction, MqttAction},
};

pub(super) fn push_intro(out: &mut String, documents: &Documents<'_>) {
    let api = documents.api;
    if api.routes.is_empty() && api.topics.is_empty() {
        return;
    }
    out.push_str(
        "<details class=\"before-keys\" open><summary>Your device, and what it answers</summary>\n",
    );
    yours(out, documents);
    refusals(out, api);
    out.push_str("</details>\n");
}

/// The text of each refusal over HTTP, over MQTT, and its cause. The words are the
/// runtime's (`runtime/src/error.rs`); deployed clients match on them.
const REFUSALS: &[[&str; 3]] = &[
    [
        "KEY: unknown api key", "unknown api key", "there is no such key",
    ],
    [
        "KEY: tried to set api key without setter (RAW)",
        "without setter RAW",
        "it can only be read",
    ],
    [
        "KEY: tried to set api key with invalid json InvalidInput (RAW)",
        "invalid json InvalidInput: RAW",
        "the value is no JSON; IncompleteInput if it ends too early",
    ],
    [
        "KEY: value must be TYPE (RAW)",
        "value must be TYPE RAW",
        "it is of another type",
    ],
    [
        "KEY: failed: Value N exceeds range MIN to MAX (RAW)",
        "Value N exceeds range MIN to MAX",
        "it is out of range",
    ],
    [
        "KEY: failed: Value exceeds N bytes (RAW)",
        "Value exceeds N bytes",
        "it is too long",
    ],
];

fn refusals(out: &mut String, api: &Api<'_>) {
    let mut routes = api.routes.iter();
    let http = routes.any(|route| route.action == HttpAction::Set);
    let mut topics = api.topics.iter();
    let mqtt = topics.any(|topic| topic.action == MqttAction::Result);
    if !http && !mqtt {
        return;
    }
    out.push_str("<details class=\"refusals\"><summary>What a set is answered with</summary>\n");
    if http {
        out.push_str("<p>Over HTTP an object with an entry for each key that was named: <code>true</code>, or the reason of its refusal. Status 200 when all were taken, 500 when any was refused; the others are in effect all the same. Besides: 404 for an unknown path, 405 for another method, 414 for a request line beyond 8 KB.</p>\n");
    }
    let columns = [(http, "HTTP"), (mqtt, "MQTT"), (true, "Because")];
    let columns = columns.into_iter().filter(|(is_there, _)| *is_there);
    let columns = columns.map(|(_, title)| format!("<th scope=\"col\">{title}</th>"));
    push!(
        out,
        "<table><thead><tr>{}</tr></thead><tbody>\n",
        columns.collect::<String>()
    );
    for [over_http, over_mqtt, why] in REFUSALS {
        out.push_str("<tr>");
        for (is_there, text) in [(http, over_http), (mqtt, over_mqtt)] {
            if is_there {
                push!(out, "<td><code>{text}</code></td>");
            }
        }
        push!(out, "<td>{why}</td></tr>\n");
    }
    out.push_str("</tbody></table></details>\n");
}

/// Where a device and its broker are, which the examples name so and no topic does.
const ADDRESSES: [&str; 2] = ["host", "broker"];

fn yours(out: &mut String, documents: &Documents<'_>) {
    out.push_str("<div class=\"yours js-only\" role=\"group\" aria-labelledby=\"about-yours\"><p id=\"about-yours\">Your device, for the examples:</p><div>");
    if !documents.api.routes.is_empty() {
        input(out, "host", "HTTP address", None);
    }
    if !documents.api.topics.is_empty() {
        input(out, "broker", "MQTT broker", None);
    }
    for (name, row) in documents.placeholders() {
        // The page puts the key in its place itself.
        if name != "key" {
            input(out, name, name, row.and_then(|row| row.default.as_deref()));
        }
    }
    // What stands within the default of another.
    let known = documents.placeholders();
    for (name, _) in documents.placeholder_keys() {
        if !ADDRESSES.contains(&name) && known.iter().all(|(known, _)| *known != name) {
            input(out, name, name, None);
        }
    }
    out.push_str("</div>");
    if can_read(documents.api) {
        out.push_str("<p class=\"live\"><button type=\"button\" id=\"the-live\" aria-pressed=\"false\">Live values</button> <span role=\"status\" id=\"the-device\"></span></p>");
    }
    out.push_str("</div>\n");
}

/// Returns whether a page can read the whole status.
pub(super) fn can_read(api: &Api<'_>) -> bool {
    let mut routes = api.routes.iter();
    routes.any(|route| route.action == HttpAction::Status && route.method == "GET")
}

fn input(out: &mut String, name: &str, label: &str, value: Option<&str>) {
    let value = html(value.unwrap_or_default());
    push!(
        out,
        "<label>{label} <input type=\"text\" name=\"{name}\" autocomplete=\"off\" \
         spellcheck=\"false\" value=\"{value}\"></label>"
    );
}
