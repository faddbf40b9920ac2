//! `docs/asyncapi.json`: the topics as AsyncAPI 3.
//!
//! The device is the application that is described: it sends states and
//! results, and receives wishes. A key has channels of its own, each with its
//! one payload, because a channel with all keys could not say which value
//! belongs to which; answers are alike for all keys and share a channel.

use super::{
    escape,
    reference::{Entry, Reference},
    value::{Form, pop_comma},
};
use crate::model::{Topic, TopicPart, wire::MqttAction};

pub(super) fn document(reference: &Reference<'_>) -> String {
    let topics = Topics::new(reference);
    let mut out = String::with_capacity(reference.keys.len() * 1500 + 4096);
    out.push_str("{ \"x-generated\": ");
    escape::json(&reference.header(), &mut out);
    out.push_str(",\n  \"asyncapi\": \"3.0.0\",\n  \"info\": {\"title\":");
    escape::json(reference.title(), &mut out);
    out.push_str(",\"version\":");
    escape::json(&reference.model.hash, &mut out);
    out.push_str(",\"description\":\"What the device says over MQTT 3.1.1, and what can be said to it. A value is published when the device connects, and then whenever it changes.\"},\n  \"defaultContentType\": \"application/json\",");
    if !topics.all.is_empty() {
        out.push_str("\n  \"servers\": {\"broker\":{\"host\":\"{broker}\",\"protocol\":\"mqtt\",\"protocolVersion\":\"3.1.1\",\"description\":\"the broker that the device is a client of\",\"variables\":{\"broker\":{\"default\":\"localhost:1883\",\"description\":\"its address\"}}}},");
    }
    out.push_str("\n  \"channels\": {");
    topics.each(&mut out, channel);
    out.push_str("\n  },\n  \"operations\": {");
    topics.each(&mut out, operation);
    out.push_str("\n  },\n  \"components\": {\n    \"messages\": {");
    topics.each(&mut out, message);
    out.push_str("\n    },\n    \"parameters\": {");
    parameters(&mut out, &topics);
    out.push_str("\n    }\n  }\n}\n");
    out
}

struct Topics<'a> {
    reference: &'a Reference<'a>,
    all: Vec<(MqttAction, &'a Topic)>,
}

/// A channel: a topic, and the key that it is for unless it is for all.
struct Channel<'a> {
    reference: &'a Reference<'a>,
    action: MqttAction,
    topic: &'a Topic,
    entry: Option<&'a Entry<'a>>,
    /// Topics before this one that do the same.
    number: usize,
    /// What a set is answered with.
    result: bool,
}

impl<'a> Topics<'a> {
    fn new(reference: &'a Reference<'a>) -> Self {
        let all = reference.model.topics.iter();
        let all = all.filter_map(|topic| Some((MqttAction::of(&topic.action.value)?, topic)));
        Topics {
            reference,
            all: all.collect(),
        }
    }

    /// Appends what `each` makes of every channel, without the last comma.
    fn each(&self, out: &mut String, each: fn(&mut String, &Channel<'_>)) {
        let result = self
            .all
            .iter()
            .any(|(action, _)| *action == MqttAction::Result);
        for (index, &(action, topic)) in self.all.iter().enumerate() {
            let before = self.all[..index].iter();
            let mut channel = Channel {
                reference: self.reference,
                action,
                topic,
                entry: None,
                number: before.filter(|(other, _)| *other == action).count(),
                result,
            };
            match channel.form() {
                Some(form) if has_key(topic) => {
                    for entry in self.reference.having(form) {
                        channel.entry = Some(entry);
                        each(out, &channel);
                    }
                }
                _ => each(out, &channel),
            }
        }
        pop_comma(out);
    }
}

fn has_key(topic: &Topic) -> bool {
    let is_key = |part: &TopicPart| matches!(part, TopicPart::Placeholder(name) if name == "key");
    topic.parts.iter().any(is_key)
}

impl Channel<'_> {
    /// The form of the values on it; answers have none.
    fn form(&self) -> Option<Form> {
        match self.action {
            MqttAction::State => Some(Form::Read),
            MqttAction::Set => Some(Form::Write),
            MqttAction::Result => None,
        }
    }

    fn push_id(&self, out: &mut String) {
        out.push_str(match self.action {
            MqttAction::State => "state",
            MqttAction::Set => "set",
            MqttAction::Result => "result",
        });
        if self.number > 0 {
            out.push_str(&format!("-{}", self.number + 1));
        }
        if let Some(entry) = self.entry {
            out.push('-');
            out.push_str(entry.name());
        }
    }
}

fn member(out: &mut String, indent: &str, channel: &Channel<'_>) {
    out.push_str(indent);
    out.push('"');
    channel.push_id(out);
    out.push_str("\": {");
}

fn channel(out: &mut String, channel: &Channel<'_>) {
    member(out, "\n    ", channel);
    out.push_str("\"address\":\"");
    for part in &channel.topic.parts {
        match (part, channel.entry) {
            (TopicPart::Placeholder(name), Some(entry)) if name == "key" => {
                out.push_str(entry.name());
            }
            (TopicPart::Placeholder(name), _) => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
            (TopicPart::Literal(text), _) => escape::json_inside(text, out),
        }
    }
    out.push_str("\",");
    if channel.entry.is_none() && !channel.topic.description.is_empty() {
        out.push_str("\"description\":");
        escape::json(&channel.topic.description, out);
        out.push(',');
    }
    out.push_str("\"messages\":{\"value\":{\"$ref\":\"#/components/messages/");
    channel.push_id(out);
    out.push_str("\"}}");
    let mut open = false;
    for part in &channel.topic.parts {
        let TopicPart::Placeholder(name) = part else {
            continue;
        };
        if name == "key" && channel.entry.is_some() {
            continue;
        }
        out.push_str(if open { "," } else { ",\"parameters\":{" });
        open = true;
        out.push('"');
        out.push_str(name);
        out.push_str("\":{\"$ref\":\"#/components/parameters/");
        out.push_str(name);
        out.push_str("\"}");
    }
    out.push_str(if open { "}}," } else { "}," });
}

fn operation(out: &mut String, channel: &Channel<'_>) {
    member(out, "\n    ", channel);
    let receives = channel.action == MqttAction::Set;
    out.push_str(if receives {
        "\"action\":\"receive\",\"channel\":{\"$ref\":\"#/channels/"
    } else {
        "\"action\":\"send\",\"channel\":{\"$ref\":\"#/channels/"
    });
    channel.push_id(out);
    out.push_str("\"}");
    if receives && channel.result {
        out.push_str(",\"reply\":{\"channel\":{\"$ref\":\"#/channels/result\"}}");
    }
    if channel.topic.retained {
        out.push_str(",\"bindings\":{\"mqtt\":{\"retain\":true,\"bindingVersion\":\"0.2.0\"}}");
    } else {
        out.push_str(",\"bindings\":{\"mqtt\":{\"retain\":false,\"bindingVersion\":\"0.2.0\"}}");
    }
    out.push_str("},");
}

fn message(out: &mut String, channel: &Channel<'_>) {
    member(out, "\n      ", channel);
    match (channel.form(), channel.entry) {
        (Some(form), Some(entry)) => {
            out.push_str("\"name\":\"");
            out.push_str(entry.name());
            out.push_str("\",\"payload\":");
            out.push_str(channel.reference.schema(entry, form));
        }
        // A topic that does not say which key it is for.
        (Some(_), None) => out.push_str("\"payload\":{}"),
        (None, _) => out.push_str(
            "\"contentType\":\"text/plain\",\"summary\":\"What became of a wish\",\"payload\":{\"type\":\"string\",\"description\":\"`success`, or the reason why the value was refused\"},\"examples\":[{\"payload\":\"success\"}]",
        ),
    }
    out.push_str("},");
}

/// What stands in braces in the topics.
fn parameters(out: &mut String, topics: &Topics<'_>) {
    let mut names: Vec<&str> = Vec::new();
    for (_, topic) in &topics.all {
        for part in &topic.parts {
            if let TopicPart::Placeholder(name) = part
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
    }
    for name in names {
        out.push_str("\n      ");
        escape::json(name, out);
        out.push_str(": {\"description\":");
        let mut rows = topics.reference.model.placeholders.iter();
        let row = rows.find(|row| row.name.value == name);
        escape::json(row.map_or("", |row| &row.description), out);
        if let Some(default) = row.and_then(|row| row.default.as_deref()) {
            out.push_str(",\"default\":");
            escape::json(default, out);
        }
        out.push_str("},");
    }
    pop_comma(out);
}
