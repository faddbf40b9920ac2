//! Located tables to typed rows.
//!
//! Takes the tables of a [`Spec`], gives what each row says: shapes, routes,
//! topics, placeholders and messages typed; rows of key tables as text, because rules of
//! an overlay may correct them ([`typed`] gives the keys, when they have). What
//! is only wrong beside something else (the same key twice, a range its type
//! cannot hold) is no matter of a row, and nothing here compares two of them.
//!
//! [`columns`] knows which table is which, [`rows`] cuts a row into its cells, a
//! file for each kind of table says what a row of it is, and [`cell`] what one
//! cell says.

mod cell;
mod chapters;
pub(crate) mod columns;
mod evidence;
mod foreign;
mod keys;
mod messages;
mod near;
mod overlay;
mod placeholders;
mod positions;
mod routes;
mod rows;
mod shapes;
mod stated;
mod table;
mod topics;
mod version;
mod within;

pub(crate) use cell::types::spelling as type_spelling;
pub(crate) use columns::{KEYS as COLUMNS, OF_SPECS, TableKind};
use foreign::Foreign;
pub(crate) use keys::{KeyRow, Keys, typed};
pub(crate) use overlay::Rule;
use table::{File, Table};
#[cfg(test)]
pub(crate) use {cell::choice::foreign, columns::OF_OVERLAYS};

use std::collections::BTreeSet;

use crate::{
    model::{At, Chapter, Message, Placeholder, Positions, Route, Shape, Topic, Version},
    report::codes,
    source::{Diagnostic, Report, Source, Span, Spec},
    syntax::{self, Document},
};

/// The rows of a spec, read.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) version: Option<At<Version>>,
    /// A row for each key, as it stands.
    pub(crate) keys: Vec<KeyRow>,
    /// The rules of overlays for them.
    pub(crate) rules: Vec<Rule>,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) positions: Vec<Positions>,
    pub(crate) routes: Vec<Route>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) placeholders: Vec<Placeholder>,
    pub(crate) messages: Vec<Message>,
    pub(crate) chapters: Vec<Chapter>,
}

/// Reads the tables of `documents`, the files of `spec`.
pub(crate) fn parse(spec: &Spec, documents: Vec<Document>, report: &mut Report) -> Parsed {
    let documents = documents.into_iter();
    let (sections, tables): (Vec<_>, Vec<_>) = documents
        .map(|document| (document.sections, document.tables))
        .unzip();
    let sources = spec.sources();
    let mut out = Parsed {
        version: version::read(spec, report),
        ..Parsed::default()
    };
    let (of_keys, of_others) = OF_SPECS.split_at(1);
    let files = sources.iter().zip(&sections).zip(tables).enumerate();
    let files = files.map(|(at, ((source, sections), tables))| {
        let file = File {
            source,
            sections,
            sources,
        };
        (at, file, tables)
    });
    // What overlays map is known before the first table is looked at.
    let (overlays, files): (Vec<_>, Vec<_>) = files.partition(|(at, ..)| spec.is_overlay(*at));
    let mut foreign = Foreign::default();
    for (at, file, tables) in overlays {
        let rules = overlay::read(&file, at, tables, &mut foreign, report);
        out.rules.extend(rules);
    }
    overlay::report_doubles(&out.rules, report);
    let mut known = Vec::new();
    let mut others = Vec::new();
    let mut keys = BTreeSet::new();
    let mut titles = Vec::new();
    if !foreign.is_empty() {
        for (_, file, tables) in &files {
            for table in tables {
                let own = columns::titles(file.source, table);
                foreign.add_names(file.source, table, &own);
                titles.extend(own);
            }
        }
    }
    let specs: Vec<_> = files.iter().map(|(at, file, _)| (*at, *file)).collect();
    // What is in a key is known by the heading above, so keys come first.
    for (_, file, tables) in files {
        let mut tables = tables.into_iter();
        let mut within = None;
        while let Some(table) = within.take().or_else(|| tables.next()) {
            let place = known.len() + others.len();
            match Table::new(&file, table, of_keys, &foreign, &keys, report) {
                Ok(mut table) => {
                    within = table.rest.take();
                    keys.extend(table.words());
                    known.push((place, table));
                }
                Err(table) => others.push((place, file, table)),
            }
        }
    }
    let mut near = false;
    for (place, file, table) in others {
        let (mut next, mut kinds) = (Some(table), of_others);
        while let Some(table) = next.take() {
            match Table::new(&file, table, kinds, &foreign, &keys, report) {
                Ok(mut table) => {
                    next = table.rest.take();
                    known.push((place, table));
                }
                Err(table) => near |= near::report(&file, &table, &foreign, &keys, report),
            }
            kinds = OF_SPECS;
        }
    }
    known.sort_by_key(|(place, _)| *place);
    let known: Vec<_> = known.into_iter().map(|(_, table)| table).collect();
    foreign.report_unused(&titles, report);
    report_no_keys(spec, &known, near, report);
    let spans: Vec<Span> = known.iter().map(chapters::span).collect();
    for (at, file) in specs {
        out.chapters.extend(chapters::read(&file, at, &spans));
    }
    for table in known {
        out.add(table, report);
    }
    out
}

impl Parsed {
    fn add(&mut self, table: Table<'_>, report: &mut Report) {
        if table.layout.kind != TableKind::Keys {
            report.extend(table.faults());
        }
        match table.layout.kind {
            // Faults in the form of a row stay with it: an overlay may cure them.
            TableKind::Keys => self.keys.extend(keys::rows(table)),
            TableKind::Fields => self.shapes.extend(shapes::read(&table, report)),
            TableKind::Positions => self.positions.extend(positions::read(&table, report)),
            TableKind::Routes => self.routes.extend(routes::read(&table, report)),
            TableKind::Topics => self.topics.extend(topics::read(&table, report)),
            TableKind::Placeholders => self.placeholders.extend(placeholders::read(&table, report)),
            TableKind::Messages => self.messages.extend(messages::read(&table, report)),
            // These stand in overlays only, and those were read.
            TableKind::Rules | TableKind::Headers | TableKind::Words => {}
        }
    }
}

/// For each column of a key table, the cell it is read from.
pub(crate) type Places = Vec<Option<usize>>;

/// The key tables of `source` (the rules of an overlay are one too), and what
/// is wrong with their form.
pub(crate) fn key_tables(source: &Source, report: &mut Report) -> Vec<(syntax::Table, Places)> {
    let Document { tables, sections } = syntax::parse(source, 0, report);
    let file = File {
        source,
        sections: &sections,
        sources: std::slice::from_ref(source),
    };
    let (none, keys) = (Foreign::default(), BTreeSet::new());
    let mut found = Vec::new();
    for table in tables {
        let typed = Table::new(&file, table.clone(), OF_SPECS, &none, &keys, report);
        let Some(typed) = typed
            .ok()
            .filter(|typed| typed.layout.kind == TableKind::Keys)
        else {
            continue;
        };
        report.extend(typed.faults());
        found.push((table, typed.layout.places));
    }
    found
}

/// Reports that there is no key; where a table was nearly one of keys, that was said.
fn report_no_keys(spec: &Spec, tables: &[Table<'_>], near: bool, report: &mut Report) {
    let mut key_tables = tables
        .iter()
        .filter(|table| table.layout.kind == TableKind::Keys)
        .peekable();
    let help = "a key table begins with `| Key | R/W | Type | Category | Description |` and a \
                row of dashes with as many cells";
    if near && key_tables.peek().is_none() {
        return;
    }
    let Some(first) = key_tables.peek() else {
        if let Some(first) = spec.sources().first() {
            let span = Span::new(0, first.first_line());
            let sources = spec.sources().iter().enumerate().skip(1);
            let others: Vec<_> = sources
                .filter(|(file, _)| !spec.is_overlay(*file))
                .map(|(_, source)| source.path.as_str())
                .collect();
            let diagnostic = Diagnostic::new(&codes::NO_KEY_TABLE, "no key table in the spec")
                .at(
                    span,
                    "no table with columns such as `Key`, `R/W` and `Type` from here on",
                )
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
