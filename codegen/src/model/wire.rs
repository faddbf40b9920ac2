//! What routes and topics do, in types: the words of the Action columns, and
//! the levels of a topic.
//!
//! A row keeps its words as they stand; these are what the words mean. A word
//! that means nothing gives `None` here and is reported by the checks.

use super::{Model, Topic};

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpAction {
    /// It answers with the values of keys.
    Status,
    /// It sets keys.
    Set,
}

impl HttpAction {
    /// Every action, with its spelling.
    pub(crate) const ALL: &[(&str, HttpAction)] =
        &[("status", HttpAction::Status), ("set", HttpAction::Set)];

    /// The action of this spelling.
    pub(crate) fn of(action: &str) -> Option<Self> {
        of(Self::ALL, action)
    }

    /// The parameter that picks keys, if the route's query has one.
    pub(crate) fn filter(self, query: &str) -> Option<&str> {
        let name = query.trim_matches('`');
        match self {
            HttpAction::Status => Some(name).filter(|name| !name.is_empty()),
            HttpAction::Set => None,
        }
    }
}

/// What a topic is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MqttAction {
    /// Values of keys are published there.
    State,
    /// Keys are set by messages there.
    Set,
    /// What became of a message that sets a key is published there.
    Result,
}

impl MqttAction {
    /// Every action, with its spelling.
    pub(crate) const ALL: &[(&str, MqttAction)] = &[
        ("state", MqttAction::State),
        ("set", MqttAction::Set),
        ("result", MqttAction::Result),
    ];

    /// The action of this spelling.
    pub(crate) fn of(action: &str) -> Option<Self> {
        of(Self::ALL, action)
    }
}

fn of<T: Copy>(all: &[(&str, T)], word: &str) -> Option<T> {
    let found = all.iter().find(|(spelling, _)| *spelling == word);
    found.map(|(_, action)| *action)
}

/// A level of a topic: what stands between two `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// `{prefix}`.
    Prefix,
    /// `{serial}`.
    Serial,
    /// `{key}`.
    Key,
    /// Text as it stands.
    Literal(String),
}

impl Level {
    /// The levels of `topic`, if each is one placeholder, or text. A
    /// placeholder of the spec's own stands for its default.
    pub(crate) fn of(topic: &Topic, model: &Model) -> Option<Vec<Level>> {
        let levels = topic.topic.value.split('/');
        levels.map(|level| Self::parse(level, model)).collect()
    }

    fn parse(level: &str, model: &Model) -> Option<Level> {
        let name = level
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            None => (!level.contains('{')).then(|| Level::Literal(level.to_owned())),
            Some("prefix") => Some(Level::Prefix),
            Some("serial") => Some(Level::Serial),
            Some("key") => Some(Level::Key),
            Some(name) => {
                let mut rows = model.placeholders.iter();
                let row = rows.find(|row| row.name.value == name)?;
                row.default.clone().map(Level::Literal)
            }
        }
    }
}
