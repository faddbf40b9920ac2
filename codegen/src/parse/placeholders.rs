//! Rows of the table that says what stands for the names in braces in topics.

use super::{
    cell::text::{origin, prose, word},
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, Placeholder},
    names,
    report::codes,
    source::{Diagnostic, Report, between},
};

/// The placeholders in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Vec<Placeholder> {
    let rows = table.rows.iter();
    rows.filter_map(|row| placeholder(table, row, report))
        .collect()
}

fn placeholder(table: &Table<'_>, row: &Cells, report: &mut Report) -> Option<Placeholder> {
    let source = table.source;
    let [name, default, description] = row.all()?;
    let cell = word(source, name);
    let inner = between(&cell.value, "{", "}");
    let Some(name) = inner.filter(|name| names::is_word(name)) else {
        let message = format!("`{}` is not a placeholder", cell.value);
        report.push(
            Diagnostic::new(&codes::BAD_PLACEHOLDER, message)
                .at(cell.span.visible(), "expected a name in braces")
                .help("write it as in the topics: `{prefix}`"),
        );
        return None;
    };
    let default = word(source, default).value;
    let none = matches!(default.as_str(), "" | "-" | "–" | "—");
    Some(Placeholder {
        name: At {
            value: name.to_owned(),
            span: cell.span,
        },
        default: (!none).then_some(default),
        description: prose(source, description).value,
        origin: origin(source, row.span),
    })
}
