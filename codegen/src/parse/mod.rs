//! Located tables to a typed model.
//!
//! Takes the files of a [`Spec`], gives a [`Model`] of what could be read and a
//! report of what could not. What is only wrong beside something else (the same
//! key twice, a range its type cannot hold) is left to [`check`](crate::check).
//!
//! Corrections of key tables ([`overlay`]) are applied between [`tables`] and
//! [`lower_table`], to rows that are still text.

mod columns;
mod key_cell;
mod keys;
mod overlay;
mod positions;
mod release;
mod routes;
mod rows;
mod shapes;
mod topics;
mod types;

use columns::{Kind, Table};
use rows::Cells;
pub(crate) use shapes::resolve as resolve_shapes;
use types::Types;
pub(crate) use types::spelling as type_spelling;

use crate::{
    model::{At, Model, Origin},
    report::{codes, report_faults},
    source::{Diagnostic, Report, Source, Span, Spec},
    syntax::{self, Document, cells},
};

/// What became of a spec.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) model: Model,
    pub(crate) report: Report,
    /// The names of all key rows, also of those that could not be read further:
    /// whoever refers to one of them is not at fault.
    pub(crate) key_names: Vec<At<String>>,
}

/// What lowering a table needs and adds to.
pub(super) struct Context {
    out: Parsed,
}

/// Reads all tables of `spec`.
pub(crate) fn parse(spec: &Spec) -> Parsed {
    let mut report = Report::default();
    report_faults(spec, &mut report);
    let mut documents = documents(spec, &mut report);
    let rules = overlay::read(spec, &documents, &mut report);
    let mut tables = tables(spec, &mut documents, &mut report);
    check_key_table(spec, &tables, &mut report);
    let key_rows = tables
        .iter_mut()
        .filter(|table| table.kind == Kind::Keys)
        .flat_map(keys::rows);
    let mut key_rows: Vec<_> = key_rows.collect();
    overlay::apply(spec, &rules, &mut key_rows, &mut report);
    keys::drop_doubly_glued(&mut key_rows);

    let model = Model {
        hash: spec.hash(),
        ..Model::default()
    };
    let out = Parsed {
        model,
        report,
        key_names: Vec::new(),
    };
    let mut context = Context { out };
    keys::lower(&mut context, spec.sources(), key_rows);
    for table in &tables {
        lower_table(&mut context, table);
    }
    context.out
}

/// For each column of a key table, the cell it is read from.
pub(crate) type Places = Vec<Option<usize>>;

/// The key tables of `source` (the rules of an overlay are one too), and what
/// is wrong with their form.
pub(crate) fn key_tables(source: &Source, report: &mut Report) -> Vec<(syntax::Table, Places)> {
    let Document { tables, sections } = syntax::parse(source, 0, report);
    let mut found = Vec::new();
    for table in tables {
        let typed = columns::table(source, &sections, &mut table.clone(), report);
        let Some(typed) = typed.filter(|typed| typed.kind == Kind::Keys) else {
            continue;
        };
        let faults = typed.rows.iter().flat_map(|row| &row.faults);
        report.extend(faults.map(|fault| (*fault.diagnostic).clone()));
        found.push((table, typed.places));
    }
    found
}

fn documents(spec: &Spec, report: &mut Report) -> Vec<Document> {
    let sources = spec.sources().iter().enumerate();
    sources
        .map(|(file, source)| syntax::parse(source, file, report))
        .collect()
}

fn tables<'a>(
    spec: &'a Spec,
    documents: &'a mut [Document],
    report: &mut Report,
) -> Vec<Table<'a>> {
    let mut tables = Vec::new();
    for (file, (source, document)) in spec.sources().iter().zip(documents).enumerate() {
        if spec.is_overlay(file) {
            continue;
        }
        for table in &mut document.tables {
            let sections = &document.sections;
            tables.extend(columns::table(source, sections, table, report));
        }
    }
    tables
}

fn lower_table(context: &mut Context, table: &Table<'_>) {
    if table.kind != Kind::Keys {
        let faults = table.rows.iter().flat_map(|row| &row.faults);
        let faults: Vec<_> = faults.map(|fault| (*fault.diagnostic).clone()).collect();
        context.out.report.extend(faults);
    }
    match table.kind {
        // Typed before all others, across tables: an overlay knows no tables.
        Kind::Keys | Kind::Rules => {}
        Kind::Fields => shapes::lower(context, table),
        Kind::Positions => positions::lower(context, table),
        Kind::Routes => routes::lower(context, table),
        Kind::Topics => topics::lower(context, table),
        Kind::Placeholders => topics::lower_placeholders(context, table),
    }
}

fn check_key_table(spec: &Spec, tables: &[Table<'_>], report: &mut Report) {
    let mut key_tables = tables
        .iter()
        .filter(|table| table.kind == Kind::Keys)
        .peekable();
    let help = "a key table begins with `| Key | R/W | Type | Category | Description |` and a \
                row of dashes with as many cells";
    let Some(first) = key_tables.peek() else {
        if let Some(span) = first_line(spec) {
            let sources = spec.sources().iter().enumerate().skip(1);
            let others: Vec<_> = sources
                .filter(|(file, _)| !spec.is_overlay(*file))
                .map(|(_, source)| source.path.as_str())
                .collect();
            let diagnostic = Diagnostic::new(&codes::NO_KEY_TABLE, "no key table in the spec")
                .at(span, "no table with a `Key` column from here on")
                .help(help);
            report.push(match others.is_empty() {
                true => diagnostic,
                false => diagnostic.note(format!("nor in {}", others.join(", "))),
            });
        }
        return;
    };
    let header = first.header;
    if key_tables.all(|table| table.rows.is_empty()) && !report.has_errors() {
        report.push(
            Diagnostic::new(&codes::NO_KEY_TABLE, "the key table has no rows")
                .at(header, "no key follows")
                .help("add a row for each key"),
        );
    }
}

/// The first line of the first file that says anything.
fn first_line(spec: &Spec) -> Option<Span> {
    let source = spec.sources().first()?;
    let mut lines = (1..=source.line_count()).map(|line| source.line_range(line));
    let range = lines
        .find(|range| !source.slice(range.clone()).trim().is_empty())
        .unwrap_or(0..0);
    Some(Span {
        file: 0,
        start: range.start,
        end: range.end,
    })
}

impl Context {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.out.report.push(diagnostic);
    }
}

/// A cell of one word with its place, backticks left out.
fn word(source: &Source, span: Span) -> At<String> {
    At {
        value: cells::word(source, span).into_owned(),
        span: cells::unquoted(source, span),
    }
}

fn prose(source: &Source, span: Span) -> At<String> {
    At {
        value: cells::prose(source, span),
        span,
    }
}

fn origin(source: &Source, span: Span) -> Origin {
    Origin {
        file: source.label.clone(),
        path: source.path.clone(),
        line: source.line(span.start),
        span,
    }
}

/// `10` of `wifis[10]`, with its place: the name, and what is in the brackets.
fn split_capacity(text: &At<String>) -> (At<String>, Option<At<String>>) {
    let split = text
        .value
        .strip_suffix(']')
        .and_then(|rest| rest.split_once('['));
    let Some((name, inner)) = split else {
        return (text.clone(), None);
    };
    // A word that was unescaped has no bytes of its own: point at all of it.
    let exact = text.span.end - text.span.start == text.value.len();
    let part = |value: &str, start: usize| {
        let start = text.span.start + start;
        let span = match exact {
            true => Span {
                start,
                end: start + value.len(),
                ..text.span
            },
            false => text.span,
        };
        At {
            value: value.to_owned(),
            span,
        }
    };
    (part(name, 0), Some(part(inner, name.len() + 1)))
}

/// A number of entries, or an error.
fn capacity(inner: At<String>, of: &str, report: &mut Report) -> Option<At<u32>> {
    match inner.value.parse::<u16>() {
        Ok(value) if value > 0 => Some(At {
            value: value.into(),
            span: inner.span,
        }),
        _ => {
            let message = format!("bad capacity `[{}]` of `{of}`", inner.value);
            // An empty place would not be underlined: take the brackets in.
            let Span { file, start, end } = inner.span;
            let span = match inner.value.is_empty() {
                true => Span {
                    file,
                    start: start - 1,
                    end: end + 1,
                },
                false => inner.span,
            };
            report.push(
                Diagnostic::new(&codes::BAD_CAPACITY, message)
                    .at(span, "expected a number of entries")
                    .help("write a whole number from 1 to 65535 between the brackets"),
            );
            None
        }
    }
}
