//! Routes and topics: each once, and made of what the runtime knows.

use super::check_unique;
use crate::{
    model::{
        At, Model, Placeholder, Route, Topic, TopicPart,
        wire::{HttpAction, Level, MqttAction},
    },
    names,
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

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
        check_action(&route.action, HttpAction::ALL, report);
        return;
    };
    if !accepts(action, &route.query.value) {
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

/// Whether a route of this action takes `query`.
fn accepts(action: HttpAction, query: &str) -> bool {
    let name = query.trim_matches('`');
    let is_parameter = match action {
        HttpAction::Status => names::is_key(name),
        HttpAction::Set => name == "{key}",
    };
    name.is_empty() || is_parameter
}

fn check_action<T>(action: &At<String>, known: &[(&str, T)], report: &mut Report) {
    // What is no word at all was reported.
    if !names::is_key(&action.value) {
        return;
    }
    let known: Vec<&str> = known.iter().map(|(spelling, _)| *spelling).collect();
    let all = format!("actions are {}", known.join(", "));
    report.push(
        Diagnostic::new(
            &codes::BAD_ACTION,
            format!("unknown action `{}`", action.value),
        )
        .at(action.span, "nothing is known to do this")
        .help(suggest::help(&action.value, known, &all)),
    );
}

fn check_topic(topic: &Topic, model: &Model, report: &mut Report) {
    if MqttAction::of(&topic.action.value).is_none() {
        check_action(&topic.action, MqttAction::ALL, report);
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
