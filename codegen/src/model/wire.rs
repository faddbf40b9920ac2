//! Routes and topics: what the device does with a request or a message, and how
//! a topic is put together.

use serde::Serialize;

use super::place::{At, Origin};
use crate::source::between;

/// The action of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum HttpAction {
    /// Answers with the status.
    Status,
    /// Sets keys.
    Set,
    /// Opens a WebSocket, whose messages are a table of their own.
    Socket,
}

impl HttpAction {
    /// Every action, with its spelling.
    pub const ALL: &[(&str, HttpAction)] = &[
        ("status", HttpAction::Status),
        ("set", HttpAction::Set),
        ("socket", HttpAction::Socket),
    ];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        super::types::spelling(Self::ALL, self)
    }
}

/// The purpose of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MqttAction {
    /// The device publishes values.
    State,
    /// Others publish wishes.
    Set,
    /// The device says what became of a wish.
    Result,
}

impl MqttAction {
    /// Every action, with its spelling.
    pub const ALL: &[(&str, MqttAction)] = &[
        ("state", MqttAction::State),
        ("set", MqttAction::Set),
        ("result", MqttAction::Result),
    ];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        super::types::spelling(Self::ALL, self)
    }
}

/// One HTTP route.
#[derive(Clone, Debug, Serialize)]
pub struct Route {
    /// `GET`.
    pub method: At<String>,
    /// `/api/status`.
    pub path: At<String>,
    /// The Query column, as it stands.
    pub query: At<String>,
    /// The firmware's action.
    pub action: At<HttpAction>,
    /// The text of its Description cell.
    pub description: String,
    /// Its row.
    pub origin: Origin,
}

/// One MQTT topic, or one for each key.
#[derive(Clone, Debug, Serialize)]
pub struct Topic {
    /// `{prefix}/{serial}/{key}/set`.
    pub topic: At<String>,
    /// The same, cut into its parts.
    pub parts: Vec<TopicPart>,
    /// The content of a message.
    pub payload: String,
    /// The purpose of its messages.
    pub action: At<MqttAction>,
    /// The broker keeps the last message.
    pub retained: bool,
    /// The text of its Description cell.
    pub description: String,
    /// Its row.
    pub origin: Origin,
}

/// A piece of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum TopicPart {
    /// Text as it stands.
    Literal(String),
    /// The name in braces.
    Placeholder(String),
}

/// The meaning of a name in braces.
#[derive(Clone, Debug, Serialize)]
pub struct Placeholder {
    /// `prefix`, without its braces.
    pub name: At<String>,
    /// The text in its place unless configured; `None` where the cell is empty.
    pub default: Option<String>,
    /// The text of its Description cell.
    pub description: String,
    /// Its row.
    pub origin: Origin,
}

/// A level of a topic, as a device matches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// `{prefix}`.
    Prefix,
    /// `{serial}`.
    Serial,
    /// `{key}`.
    Key,
    /// As it stands; a placeholder of the spec's own is its default.
    Literal(String),
}

impl Topic {
    /// Its levels, if each is one placeholder with a value, or text.
    pub fn levels(&self, placeholders: &[Placeholder]) -> Option<Vec<Level>> {
        let levels = self.topic.value.split('/');
        levels
            .map(|level| Level::parse(level, placeholders))
            .collect()
    }
}

impl Level {
    fn parse(level: &str, placeholders: &[Placeholder]) -> Option<Level> {
        match between(level, "{", "}") {
            None => (!level.contains('{')).then(|| Level::Literal(level.to_owned())),
            Some("prefix") => Some(Level::Prefix),
            Some("serial") => Some(Level::Serial),
            Some("key") => Some(Level::Key),
            Some(name) => {
                let row = placeholders.iter().find(|row| row.name.value == name)?;
                row.default.clone().map(Level::Literal)
            }
        }
    }
}
