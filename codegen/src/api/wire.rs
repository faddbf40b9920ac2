//! Routes and topics, with what each does as a type.

use crate::model::{HttpAction, Level, Model, MqttAction, TopicPart};

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

impl<'a> Route<'a> {
    /// The parameter that picks keys, if it has one.
    pub(crate) fn filter(&self) -> Option<&'a str> {
        match self.action {
            HttpAction::Status => Some(self.query).filter(|name| !name.is_empty()),
            HttpAction::Set => None,
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
