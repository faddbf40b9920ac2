//! Rows of a route table.

use super::{
    cell::{
        action::action,
        text::{origin, prose, word},
    },
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, HttpAction, Route},
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/// The routes in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Vec<Route> {
    let rows = table.rows.iter();
    rows.filter_map(|row| route(table, row, report)).collect()
}

fn route(table: &Table<'_>, row: &Cells, report: &mut Report) -> Option<Route> {
    let source = table.source;
    let [method, path, query, does, description] = row.all()?;
    let (method, path) = (word(source, method), word(source, path));
    report_method(&method, report);
    report_path(&path, report);
    Some(Route {
        method,
        path,
        query: prose(source, query),
        action: action(source, does, HttpAction::ALL, report)?,
        description: prose(source, description).value,
        origin: origin(source, row.span),
    })
}

fn report_method(method: &At<String>, report: &mut Report) {
    if METHODS.contains(&method.value.as_str()) {
        return;
    }
    let all = format!("methods are {}", METHODS.join(", "));
    let help = suggest::help(&method.value, METHODS.iter().copied(), &all);
    let message = format!("unknown method `{}`", method.value);
    report.push(
        Diagnostic::new(&codes::BAD_METHOD, message)
            .at(method.span.visible(), "not a method of HTTP")
            .help(help)
            .fixes(suggest::fix(&method.value, method.span, METHODS)),
    );
}

fn report_path(path: &At<String>, report: &mut Report) {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>' | '`');
    if path.value.starts_with('/') && path.value.chars().all(plain) {
        return;
    }
    let help = match path.value.split_once('?') {
        Some(_) => "parameters stand in the Query column",
        None => "a path starts with `/` and has no spaces: `/api/status`",
    };
    report.push(
        Diagnostic::new(&codes::BAD_PATH, format!("`{}` is not a path", path.value))
            .at(path.span.visible(), "not a path")
            .help(help),
    );
}
