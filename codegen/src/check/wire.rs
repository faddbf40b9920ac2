//! Routes and topics: each once, and made of what the runtime knows.

use super::check_unique;
use crate::{
    model::{At, Model, Placeholder, Route, Topic, TopicPart},
    names,
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

/// What a route can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpAction {
    Status,
    Set,
}

impl HttpAction {
    const NAMES: &[&str] = &["status", "set"];

    pub(crate) fn of(action: &str) -> Option<Self> {
        match action {
            "status" => Some(HttpAction::Status),
            "set" => Some(HttpAction::Set),
            _ => None,
        }
    }

    /// The parameter that picks keys, if the route's query has one.
    pub(crate) fn filter(self, query: &str) -> Option<&str> {
        let name = query.trim_matches('`');
        (self == HttpAction::Status && !name.is_empty()).then_some(name)
    }

    fn accepts(self, query: &str) -> bool {
        let name = query.trim_matches('`');
        let is_parameter = match self {
            HttpAction::Status => names::is_key(name),
            HttpAction::Set => name == "{key}",
        };
        name.is_empty() || is_parameter
    }
}

/// What a topic is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MqttAction {
    State,
    Set,
    Result,
}

impl MqttAction {
    const NAMES: &[&str] = &["state", "set", "result"];

    pub(crate) fn of(action: &str) -> Option<Self> {
        match action {
            "state" => Some(MqttAction::State),
            "set" => Some(MqttAction::Set),
            "result" => Some(MqttAction::Result),
            _ => None,
        }
    }
}

/// A level of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Prefix,
    Serial,
    Key,
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
                let row = model
                    .placeholders
                    .iter()
                    .find(|row| row.name.value == name)?;
                row.default.clone().map(Level::Literal)
            }
        }
    }
}

pub(super) fn check(model: &Model, report: &mut Report) {
    let help = "remove one of the rows";
    let id = |route: &Route| {
        let id = format!("{} {}", route.method.value, route.path.value);
        (id, route.path.span)
    };
    check_unique(
        &model.routes,
        id,
        &codes::DUPLICATE_ROUTE,
        "route",
        help,
        report,
    );
    let id = |topic: &Topic| (topic.topic.value.clone(), topic.topic.span);
    check_unique(
        &model.topics,
        id,
        &codes::DUPLICATE_TOPIC,
        "topic",
        help,
        report,
    );
    let id = |row: &Placeholder| (format!("{{{}}}", row.name.value), row.name.span);
    let code = &codes::BAD_PLACEHOLDER;
    check_unique(&model.placeholders, id, code, "placeholder", help, report);
    for route in &model.routes {
        check_route(route, report);
    }
    for topic in &model.topics {
        check_topic(topic, model, report);
    }
}

fn check_route(route: &Route, report: &mut Report) {
    let Some(action) = HttpAction::of(&route.action.value) else {
        check_action(&route.action, HttpAction::NAMES, report);
        return;
    };
    if !action.accepts(&route.query.value) {
        let help = match action {
            HttpAction::Status => "name the one parameter that picks keys: `filter`",
            HttpAction::Set => "write `{key}`: each parameter is a key",
        };
        report.push(
            Diagnostic::new(
                &codes::BAD_QUERY,
                format!("bad query of `{}`", route.path.value),
            )
            .at(route.query.span, "not what this action takes")
            .help(help),
        );
    }
}

fn check_action(action: &At<String>, known: &[&str], report: &mut Report) {
    // What is no word at all was reported.
    if !names::is_key(&action.value) {
        return;
    }
    let all = format!("actions are {}", known.join(", "));
    report.push(
        Diagnostic::new(
            &codes::BAD_ACTION,
            format!("unknown action `{}`", action.value),
        )
        .at(action.span, "nothing is known to do this")
        .help(suggest::help(&action.value, known.iter().copied(), &all)),
    );
}

fn check_topic(topic: &Topic, model: &Model, report: &mut Report) {
    if MqttAction::of(&topic.action.value).is_none() {
        check_action(&topic.action, MqttAction::NAMES, report);
    }
    let mut known = vec!["key", "prefix", "serial"];
    known.extend(model.placeholders.iter().map(|row| row.name.value.as_str()));
    let errors = report.diagnostics().len();
    for part in &topic.parts {
        let TopicPart::Placeholder(name) = part else {
            continue;
        };
        if known.contains(&name.as_str()) {
            continue;
        }
        let otherwise = "add a row to the table `Placeholder | Default | Description`";
        report.push(
            Diagnostic::new(
                &codes::UNKNOWN_PLACEHOLDER,
                format!("unknown placeholder `{{{name}}}`"),
            )
            .at(topic.topic.span, format!("`{{{name}}}` has no row"))
            .help(suggest::help(name, known.iter().copied(), otherwise)),
        );
    }
    if report.diagnostics().len() == errors && Level::of(topic, model).is_none() {
        report.push(
            Diagnostic::new(
                &codes::BAD_TOPIC,
                format!("`{}` cannot be matched", topic.topic.value),
            )
            .at(
                topic.topic.span,
                "a level is neither text nor one placeholder with a value",
            )
            .help("put `/` around each placeholder, and give those of your own a default"),
        );
    }
}
