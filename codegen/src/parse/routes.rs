//! Rows of a route table.

use super::{Cells, Context, Table, origin, prose, word};
use crate::{
    model::{At, HttpAction, Route},
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
    let (method, path) = (word(source, method), word(source, path));
    check_method(context, &method);
    check_path(context, &path);
    Some(Route {
        method,
        path,
        query: prose(source, query),
        action: self::action(context, word(source, action), HttpAction::ALL)?,
        description: prose(source, description).value,
        origin: origin(source, row.span),
    })
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

/// The action of `all` that the cell names, or an error.
pub(super) fn action<T: Copy>(
    context: &mut Context,
    cell: At<String>,
    all: &[(&str, T)],
) -> Option<At<T>> {
    let At { value: word, span } = cell;
    if let Some((_, value)) = all.iter().find(|(known, _)| *known == word) {
        return Some(At {
            value: *value,
            span,
        });
    }
    context.push(match names::is_key(&word) {
        true => {
            let known = all.iter().map(|(known, _)| *known);
            let names: Vec<&str> = known.clone().collect();
            let otherwise = format!("actions are {}", names.join(", "));
            Diagnostic::new(&codes::BAD_ACTION, format!("unknown action `{word}`"))
                .at(span, "nothing is known to do this")
                .help(suggest::help(&word, known, &otherwise))
        }
        false => Diagnostic::new(&codes::BAD_ACTION, format!("`{word}` is not an action"))
            .at(visible(span), "expected one word")
            .help("name what is done in one word of letters, digits and `_`: `status`, `set`"),
    });
    None
}

/// An empty cell has nothing to underline: point at the space in it.
pub(super) fn visible(span: Span) -> Span {
    Span {
        end: span.end.max(span.start + 1),
        ..span
    }
}
