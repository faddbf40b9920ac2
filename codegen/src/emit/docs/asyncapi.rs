//! `docs/asyncapi.json`: the topics as AsyncAPI 3.
//!
//! The device is the application that is described: it sends states and
//! results, and receives wishes. A key has channels of its own, each with its
//! one payload, because a channel with all keys could not say which value
//! belongs to which; answers are alike for all keys and share a channel.

use serde::Serialize;

use super::{
    Documents,
    schema::{Dialect, How, Schema, reference},
    variable,
};
use crate::{
    api::{Api, Form, Key, Topic},
    emit::json::{self, EACH, Lines, Map, object},
    model::{MqttAction, TopicPart},
};

const LINES: Lines = Lines(&[
    ("channels", EACH),
    ("operations", EACH),
    (
        "components",
        Lines(&[("messages", EACH), ("parameters", EACH)]),
    ),
]);

const ABOUT: &str = "What the device says over MQTT 3.1.1, and what can be said to it. A value is \
published when the device connects, and then whenever it changes.";

/// A topic, and the key that it is for unless it is for all.
struct Place<'a> {
    /// Of its channel, operation and message alike.
    id: String,
    topic: &'a Topic<'a>,
    key: Option<&'a Key<'a>>,
}

pub(in crate::emit) fn document(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let places = places(api);
    let mut topics = api.topics.iter();
    let answered = topics.any(|topic| topic.action == MqttAction::Result);
    let all = || places.iter();
    let broker = object! {
        "host": "{broker}",
        "protocol": "mqtt",
        "protocolVersion": "3.1.1",
        "description": "the broker that the device is a client of",
        "variables": object! { "broker": variable("localhost:1883", "its address") },
    };
    let document = object! {
        "x-generated": documents.header(),
        "asyncapi": "3.0.0",
        "info": documents.info(ABOUT),
        "defaultContentType": "application/json",
        "servers"?: (!api.topics.is_empty()).then(|| object! { "broker": broker }),
        "channels": all().map(|place| (place.id(), place.channel())).collect::<Map<_, _>>(),
        "operations": all().map(|place| (place.id(), place.operation(answered))).collect::<Map<_, _>>(),
        "components": object! {
            "messages": all().map(|place| (place.id(), place.message())).collect::<Map<_, _>>(),
            "parameters": parameters(documents),
        },
    };
    json::document(&document, &LINES)
}

fn places<'a>(api: &'a Api<'_>) -> Vec<Place<'a>> {
    let mut places = Vec::with_capacity(2 * api.keys.len());
    for (index, topic) in api.topics.iter().enumerate() {
        let before = api.topics[..index].iter();
        let mut id = topic.action.name().to_owned();
        // Topics may do the same.
        match before.filter(|other| other.action == topic.action).count() {
            0 => {}
            again => id += &format!("-{}", again + 1),
        }
        match form(topic).filter(|_| topic.has_key()) {
            Some(form) => places.extend(api.having(form).map(|key| Place {
                id: format!("{id}-{}", key.name),
                topic,
                key: Some(key),
            })),
            None => places.push(Place {
                id,
                topic,
                key: None,
            }),
        }
    }
    places
}

/// The form of the values of a topic; answers have none.
fn form(topic: &Topic<'_>) -> Option<Form> {
    match topic.action {
        MqttAction::State => Some(Form::Read),
        MqttAction::Set => Some(Form::Write),
        MqttAction::Result => None,
    }
}

impl<'a> Place<'a> {
    fn id(&self) -> &str {
        &self.id
    }

    fn channel(&self) -> impl Serialize {
        object! {
            "address": self.address(),
            "description"?: match self.key {
                Some(_) => None,
                None => Some(self.topic.description).filter(|text| !text.is_empty()),
            },
            "messages": object! { "value": reference("#/components/messages/", &self.id) },
            "parameters"?: self.parameters().filled(),
        }
    }

    fn address(&self) -> String {
        let mut address = String::with_capacity(self.topic.text.len() + 16);
        for part in self.topic.parts {
            match (part, self.key) {
                (TopicPart::Placeholder(name), Some(key)) if name == "key" => {
                    address.push_str(key.name);
                }
                (TopicPart::Placeholder(name), _) => address.extend(["{", name, "}"]),
                (TopicPart::Literal(text), _) => address.push_str(text),
            }
        }
        address
    }

    /// Returns the parameters of the address, which stand in braces there.
    fn parameters(&self) -> Map<&'a str, impl Serialize> {
        let names = self.topic.placeholders();
        let key = (self.key.is_none() && self.topic.has_key()).then_some("key");
        let names = names.chain(key);
        names
            .map(|name| (name, reference("#/components/parameters/", name)))
            .collect()
    }

    fn operation(&self, answered: bool) -> impl Serialize {
        let (action, asks) = match self.topic.action {
            MqttAction::State | MqttAction::Result => ("send", false),
            MqttAction::Set => ("receive", true),
        };
        let channel = |id: &str| reference("#/channels/", id);
        let reply = || object! { "channel": channel(MqttAction::Result.name()) };
        object! {
            "action": action,
            "channel": channel(&self.id),
            "reply"?: (asks && answered).then(reply),
            "bindings": object! {
                "mqtt": object! { "retain": self.topic.retained, "bindingVersion": "0.2.0" },
            },
        }
    }

    fn message(&self) -> impl Serialize {
        let dialect = Dialect::Api;
        let form = form(self.topic);
        let payload = match (form, self.key) {
            (Some(form), Some(key)) => Schema::of_key(key, How { form, dialect }),
            // A topic that does not say which key it is for.
            (Some(_), None) => Schema::default(),
            (None, _) => Schema::typed("string")
                .described("`success`, or the reason why the value was refused"),
        };
        let answers = form.is_none();
        object! {
            "name"?: self.key.map(|key| key.name),
            "contentType"?: answers.then_some("text/plain"),
            "summary"?: answers.then_some("What became of a wish"),
            "payload": payload,
            "examples"?: answers.then_some([object! { "payload": "success" }]),
        }
    }
}

fn parameters<'a>(documents: &Documents<'a>) -> Map<&'a str, impl Serialize> {
    let placeholders = documents.placeholders().into_iter();
    let parameters = placeholders.map(|(name, row)| {
        let parameter = object! {
            "description": row.map_or("", |row| &row.description),
            "default"?: row.and_then(|row| row.default.as_deref()),
        };
        (name, parameter)
    });
    parameters.collect()
}
