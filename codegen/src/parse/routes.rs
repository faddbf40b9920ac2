//! Rows of a route table.

use super::{
    cell::{
        action::report_no_word,
        text::{origin, prose, word},
    },
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, Route},
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
    let [method, path, query, action, description] = row.all()?;
    let route = Route {
        method: word(source, method),
        path: word(source, path),
        query: prose(source, query),
        action: word(source, action),
        description: prose(source, description).value,
        origin: origin(source, row.span),
    };
    report_method(&route.method, report);
    report_path(&route.path, report);
    report_no_word(&route.action, report);
    Some(route)
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
            .help(help),
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
