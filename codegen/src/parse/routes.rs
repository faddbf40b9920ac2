//! Rows of a route table.

use super::{Cells, Context, Table, origin, prose, word};
use crate::{
    model::{At, Route},
    names,
    report::codes,
    source::{Diagnostic, Span},
    suggest,
};

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

pub(super) fn lower(context: &mut Context, table: &Table<'_>) {
    for row in &table.rows {
        if let Some(route) = route(context, table, row) {
            context.out.model.routes.push(route);
        }
    }
}

fn route(context: &mut Context, table: &Table<'_>, row: &Cells) -> Option<Route> {
    let source = table.source;
    let [method, path, query, action, description] = row.all()?;
    let route = Route {
        method: word(source, method),
        path: word(source, path),
        query: prose(source, query),
        action: word(source, action),
        description: prose(source, description).value,
        origin: origin(source, row.span),
    };
    check_method(context, &route.method);
    check_path(context, &route.path);
    check_action(context, &route.action);
    Some(route)
}

fn check_method(context: &mut Context, method: &At<String>) {
    if METHODS.contains(&method.value.as_str()) {
        return;
    }
    let all = format!("methods are {}", METHODS.join(", "));
    let help = suggest::help(&method.value, METHODS.iter().copied(), &all);
    let message = format!("unknown method `{}`", method.value);
    context.push(
        Diagnostic::new(&codes::BAD_METHOD, message)
            .at(visible(method.span), "not a method of HTTP")
            .help(help),
    );
}

fn check_path(context: &mut Context, path: &At<String>) {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>' | '`');
    if path.value.starts_with('/') && path.value.chars().all(plain) {
        return;
    }
    let help = match path.value.split_once('?') {
        Some(_) => "parameters stand in the Query column",
        None => "a path starts with `/` and has no spaces: `/api/status`",
    };
    context.push(
        Diagnostic::new(&codes::BAD_PATH, format!("`{}` is not a path", path.value))
            .at(visible(path.span), "not a path")
            .help(help),
    );
}

/// An action is a word that the firmware knows.
pub(super) fn check_action(context: &mut Context, action: &At<String>) {
    if names::is_key(&action.value) {
        return;
    }
    context.push(
        Diagnostic::new(
            &codes::BAD_ACTION,
            format!("`{}` is not an action", action.value),
        )
        .at(visible(action.span), "expected one word")
        .help("name what is done in one word of letters, digits and `_`: `status`, `set`"),
    );
}

/// An empty cell has nothing to underline: point at the space in it.
pub(super) fn visible(span: Span) -> Span {
    Span {
        end: span.end.max(span.start + 1),
        ..span
    }
}
