//! `docs/asyncapi.json`: the topics as AsyncAPI 3.
//!
//! The device is the application that is described: it sends states and
//! results, and receives wishes. A key has channels of its own, each with its
//! one payload, because a channel with all keys could not say which value
//! belongs to which; answers are alike for all keys and share a channel.

use serde::Serialize;

use super::{
    Documents, Info, Variable,
    schema::{Dialect, How, Reference, Schema},
};
use crate::{
    api::{Api, Form, Key, Topic},
    emit::json::{self, EACH, Lines, Map},
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "x-generated")]
    header: String,
    asyncapi: &'static str,
    info: Info<'a>,
    default_content_type: &'static str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    servers: Map<&'static str, Server>,
    channels: Map<&'a str, Channel<'a>>,
    operations: Map<&'a str, Operation<'a>>,
    components: Components<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    host: &'static str,
    protocol: &'static str,
    protocol_version: &'static str,
    description: &'static str,
    variables: Map<&'static str, Variable>,
}

#[derive(Serialize)]
struct Channel<'a> {
    address: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    messages: Map<&'static str, Reference<'a>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    parameters: Map<&'a str, Reference<'a>>,
}

#[derive(Serialize)]
struct Operation<'a> {
    action: &'static str,
    channel: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<Reply>,
    bindings: Bindings,
}

#[derive(Serialize)]
struct Reply {
    channel: Reference<'static>,
}

#[derive(Serialize)]
struct Bindings {
    mqtt: Mqtt,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mqtt {
    retain: bool,
    binding_version: &'static str,
}

#[derive(Serialize)]
struct Components<'a> {
    messages: Map<&'a str, Message<'a>>,
    parameters: Map<&'a str, Parameter<'a>>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'static str>,
    payload: Schema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<[Example; 1]>,
}

#[derive(Serialize)]
struct Example {
    payload: &'static str,
}

#[derive(Serialize)]
struct Parameter<'a> {
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
}

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
    let document = Document {
        header: documents.header(),
        asyncapi: "3.0.0",
        info: documents.info(ABOUT),
        default_content_type: "application/json",
        servers: Map(match api.topics.is_empty() {
            true => Vec::new(),
            false => vec![("broker", broker())],
        }),
        channels: all().map(|place| (place.id(), place.channel())).collect(),
        operations: all()
            .map(|place| (place.id(), place.operation(answered)))
            .collect(),
        components: Components {
            messages: all().map(|place| (place.id(), place.message())).collect(),
            parameters: parameters(documents),
        },
    };
    json::document(&document, &LINES)
}

fn broker() -> Server {
    let address = Variable {
        default: "localhost:1883",
        description: "its address",
    };
    Server {
        host: "{broker}",
        protocol: "mqtt",
        protocol_version: "3.1.1",
        description: "the broker that the device is a client of",
        variables: Map(vec![("broker", address)]),
    }
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

    fn channel(&self) -> Channel<'_> {
        Channel {
            address: self.address(),
            description: match self.key {
                Some(_) => "",
                None => self.topic.description,
            },
            messages: Map(vec![(
                "value",
                Reference::new("#/components/messages/", &self.id),
            )]),
            parameters: self.parameters(),
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
    fn parameters(&self) -> Map<&'a str, Reference<'a>> {
        let names = self.topic.placeholders();
        let key = (self.key.is_none() && self.topic.has_key()).then_some("key");
        let names = names.chain(key);
        names
            .map(|name| (name, Reference::new("#/components/parameters/", name)))
            .collect()
    }

    fn operation(&self, answered: bool) -> Operation<'_> {
        let (action, asks) = match self.topic.action {
            MqttAction::State | MqttAction::Result => ("send", false),
            MqttAction::Set => ("receive", true),
        };
        let reply = Reply {
            channel: Reference::new("#/channels/", MqttAction::Result.name()),
        };
        Operation {
            action,
            channel: Reference::new("#/channels/", &self.id),
            reply: (asks && answered).then_some(reply),
            bindings: Bindings {
                mqtt: Mqtt {
                    retain: self.topic.retained,
                    binding_version: "0.2.0",
                },
            },
        }
    }

    fn message(&self) -> Message<'a> {
        let dialect = Dialect::Api;
        match (form(self.topic), self.key) {
            (Some(form), Some(key)) => Message {
                name: Some(key.name),
                payload: Schema::of_key(key, How { form, dialect }),
                ..Message::default()
            },
            // A topic that does not say which key it is for.
            (Some(_), None) => Message::default(),
            (None, _) => Message {
                name: None,
                content_type: Some("text/plain"),
                summary: Some("What became of a wish"),
                payload: Schema::typed("string")
                    .described("`success`, or the reason why the value was refused"),
                examples: Some([Example { payload: "success" }]),
            },
        }
    }
}

fn parameters<'a>(documents: &Documents<'a>) -> Map<&'a str, Parameter<'a>> {
    let placeholders = documents.placeholders().into_iter();
    let parameters = placeholders.map(|(name, row)| {
        let parameter = Parameter {
            description: row.map_or("", |row| &row.description),
            default: row.and_then(|row| row.default.as_deref()),
        };
        (name, parameter)
    });
    parameters.collect()
}
