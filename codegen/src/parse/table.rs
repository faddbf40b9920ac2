//! A table of a known kind, with its rows cut into the cells of that kind.

use std::collections::BTreeSet;

use super::{
    columns::{self, Form, Layout, OfKey},
    foreign::Foreign,
    rows::{self, Cells},
    within,
};
use crate::{
    source::{Diagnostic, Report, Source, Span},
    syntax::{self, Section},
};

/// A file that tables stand in.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) source: &'a Source,
    pub(super) sections: &'a [Section],
    /// All files of its spec.
    pub(super) sources: &'a [Source],
}

/// A table of a known kind.
pub(super) struct Table<'a> {
    pub(super) layout: Layout,
    pub(super) source: &'a Source,
    /// All of the spec: what stands in a cell may be said in an overlay.
    sources: &'a [Source],
    pub(super) header: Span,
    pub(super) section: Option<&'a Section>,
    pub(super) rows: Vec<Cells>,
    /// The table that begins within it.
    pub(super) rest: Option<syntax::Table>,
}

impl<'a> Table<'a> {
    /// The words of the column of keys, if the table has one.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        let keys = self.rows.iter().filter_map(|row| row.get(0));
        let cells = keys.map(|cell| self.source.slice(cell.range()));
        let between =
            |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '`' | '*' | '[' | ']');
        cells.flat_map(move |cell| cell.split(between).map(str::to_owned))
    }

    /// `table`, if it is of one of these kinds, or else `table` again. Its rows are used
    /// up, since two forms of a large table at once are a lot of memory.
    pub(super) fn new(
        file: &File<'a>,
        table: syntax::Table,
        kinds: &'static [Form],
        foreign: &Foreign,
        keys: &BTreeSet<String>,
        report: &mut Report,
    ) -> Result<Self, syntax::Table> {
        let section = table.section.and_then(|index| file.sections.get(index));
        let heading = section.map(|section| section.title.as_str());
        let named = heading.is_some_and(|name| foreign.names(name, table.header.span));
        let heading = match OfKey::new(heading, keys) {
            OfKey::No if named => OfKey::Named,
            heading => heading,
        };
        let source = file.source;
        let layout = columns::layout(source, &table, heading, kinds, foreign, report);
        let Some(layout) = layout else {
            return Err(table);
        };
        let header = table.header.span;
        let (rows, rest) = within::split(source, table, &layout, foreign, report);
        let rows = rows.into_iter();
        let rows = rows.flat_map(|row| rows::read(source, &row, &layout, foreign, report));
        Ok(Table {
            rows: rows.collect(),
            layout,
            source,
            sources: file.sources,
            header,
            rest,
            section,
        })
    }

    /// A cell of the table with the file that it stands in.
    pub(super) fn at(&self, cell: Span) -> (&'a Source, Span) {
        (self.sources.get(cell.file).unwrap_or(self.source), cell)
    }

    /// All files of the spec.
    pub(super) fn sources(&self) -> &'a [Source] {
        self.sources
    }

    /// Returns the faults in the form of its rows.
    pub(super) fn faults(&self) -> impl Iterator<Item = Diagnostic> {
        let faults = self.rows.iter().flat_map(|row| &row.faults);
        faults.map(|fault| (*fault.diagnostic).clone())
    }
}
