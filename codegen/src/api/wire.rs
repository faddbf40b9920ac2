//! Routes, topics and messages, with what each does as a type.

use crate::model::{
    HttpAction, Known, Level, MessageAction, Model, MqttAction, Sender, Source, TopicPart,
};

/// A route.
#[derive(Clone, Debug)]
pub(crate) struct Route<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) action: HttpAction,
    /// The name of the parameter; empty if it takes none. Of a set, `{key}`:
    /// each parameter is one.
    pub(crate) query: &'a str,
    pub(crate) description: &'a str,
}

/// A topic, or one for each key.
#[derive(Clone, Debug)]
pub(crate) struct Topic<'a> {
    pub(crate) action: MqttAction,
    /// As the spec writes it, names in braces.
    pub(crate) text: &'a str,
    pub(crate) parts: &'a [TopicPart],
    pub(crate) levels: Vec<Level>,
    pub(crate) payload: &'a str,
    pub(crate) retained: bool,
    pub(crate) description: &'a str,
}

/// A message of the WebSocket.
#[derive(Clone, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) name: &'a str,
    pub(crate) from: Sender,
    pub(crate) action: MessageAction,
    pub(crate) members: Vec<Member<'a>>,
    pub(crate) description: &'a str,
}

/// A member of a message.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) source: From<'a>,
}

/// Where the value of a member comes from.
#[derive(Clone, Debug)]
pub(crate) enum From<'a> {
    /// The key that has this place among all.
    Key(usize, &'a str),
    /// It is always this JSON.
    Literal(&'a str),
    /// The protocol.
    Known(Known),
}

impl<'a> Route<'a> {
    /// The parameter that picks keys, if it has one.
    pub(crate) fn filter(&self) -> Option<&'a str> {
        match self.action {
            HttpAction::Status => Some(self.query).filter(|name| !name.is_empty()),
            HttpAction::Set | HttpAction::Socket => None,
        }
    }
}

impl<'a> Topic<'a> {
    /// Returns whether there is one for each key.
    pub(crate) fn has_key(&self) -> bool {
        self.levels.contains(&Level::Key)
    }

    /// Returns the names in braces, but for the key.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &'a str> {
        let parts = self.parts.iter();
        parts.filter_map(|part| match part {
            TopicPart::Placeholder(name) if name != "key" => Some(name.as_str()),
            TopicPart::Placeholder(_) | TopicPart::Literal(_) => None,
        })
    }
}

pub(super) fn routes(model: &Model) -> Vec<Route<'_>> {
    let routes = model.routes.iter().map(|route| Route {
        method: &route.method.value,
        path: &route.path.value,
        action: route.action.value,
        query: route.query.value.trim_matches('`'),
        description: &route.description,
    });
    routes.collect()
}

pub(super) fn topics(model: &Model) -> Vec<Topic<'_>> {
    let topics = model.topics.iter().map(|topic| Topic {
        action: topic.action.value,
        text: &topic.topic.value,
        parts: &topic.parts,
        // A level that is none was an error.
        levels: topic.levels(&model.placeholders).unwrap_or_default(),
        payload: &topic.payload,
        retained: topic.retained,
        description: &topic.description,
    });
    topics.collect()
}

pub(super) fn messages(model: &Model) -> Vec<Message<'_>> {
    let place = |name: &str| {
        let mut keys = model.keys.iter();
        // A key that there is not was an error.
        keys.position(|key| key.name.value == name)
            .unwrap_or_default()
    };
    let messages = model.messages.iter().map(|message| Message {
        name: &message.name.value,
        from: message.from.value,
        action: message.action.value,
        members: message
            .members
            .value
            .iter()
            .map(|member| Member {
                name: &member.name.value,
                source: match &member.source.value {
                    Source::Key(name) => From::Key(place(name), name),
                    Source::Literal(json) => From::Literal(json),
                    Source::Known(known) => From::Known(*known),
                },
            })
            .collect(),
        description: &message.description,
    });
    messages.collect()
}
