//! Routes and topics: each once, and made of what the runtime knows.

use super::unique::check_unique;
use crate::{
    model::{HttpAction, Model, Placeholder, Route, Topic, TopicPart},
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
    for row in &model.placeholders {
        check_default(row, report);
    }
    for topic in &model.topics {
        check_topic(topic, model, report);
    }
}

fn check_route(route: &Route, report: &mut Report) {
    let name = route.query.value.trim_matches('`');
    let (is_parameter, help) = match route.action.value {
        HttpAction::Status => (
            names::is_word(name),
            "name the one parameter that picks keys: `filter`",
        ),
        HttpAction::Set => (name == "{key}", "write `{key}`: each parameter is a key"),
        HttpAction::Socket => (false, "leave it empty: a socket takes no parameter"),
    };
    if name.is_empty() || is_parameter {
        return;
    }
    report.push(
        Diagnostic::new(
            &codes::BAD_QUERY,
            format!("bad query of `{}`", route.path.value),
        )
        .at(route.query.span, "not what this action takes")
        .help(help),
    );
}

/// The default of the prefix may hold the serial number; nothing else is filled in.
fn check_default(row: &Placeholder, report: &mut Report) {
    let default = row.default.as_deref().unwrap_or_default();
    let filled_in = match row.name.value.as_str() {
        "prefix" => default.replacen("{serial}", "", 1),
        _ => default.to_owned(),
    };
    if filled_in.contains(['{', '}']) {
        report.push(
            Diagnostic::new(
                &codes::BAD_PLACEHOLDER,
                format!("bad default of `{{{}}}`", row.name.value),
            )
            .at(row.name.span, "its default has a name in braces")
            .help("only the default of `{prefix}` may hold `{serial}`, once"),
        );
    }
}

fn check_topic(topic: &Topic, model: &Model, report: &mut Report) {
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
    if report.diagnostics().len() == errors && topic.levels(&model.placeholders).is_none() {
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
