//! A table of a known kind, with its rows cut into the cells of that kind.

use super::{
    columns::{self, Layout},
    rows::{self, Cells},
};
use crate::{
    source::{Diagnostic, Report, Source, Span},
    syntax::{self, Section},
};

/// A table of a known kind.
pub(super) struct Table<'a> {
    pub(super) layout: Layout,
    pub(super) source: &'a Source,
    pub(super) header: Span,
    pub(super) section: Option<&'a Section>,
    pub(super) rows: Vec<Cells>,
}

impl<'a> Table<'a> {
    /// `table`, if it is of a known kind. Its rows are used up, since two forms
    /// of a large table at once are a lot of memory.
    pub(super) fn new(
        source: &'a Source,
        sections: &'a [Section],
        table: syntax::Table,
        report: &mut Report,
    ) -> Option<Self> {
        let layout = columns::layout(source, &table, report)?;
        Some(Self::of(layout, source, sections, table, report))
    }

    /// `table` of an overlay as rules, if it has a column of keys.
    pub(super) fn rules(
        source: &'a Source,
        sections: &'a [Section],
        table: syntax::Table,
        report: &mut Report,
    ) -> Option<Self> {
        let layout = columns::rules_layout(source, &table, report)?;
        Some(Self::of(layout, source, sections, table, report))
    }

    fn of(
        layout: Layout,
        source: &'a Source,
        sections: &'a [Section],
        table: syntax::Table,
        report: &mut Report,
    ) -> Self {
        let rows = table.rows.into_iter();
        let rows = rows.flat_map(|row| rows::read(source, &row, &layout, report));
        Table {
            rows: rows.collect(),
            layout,
            source,
            header: table.header.span,
            section: table.section.and_then(|index| sections.get(index)),
        }
    }

    /// Returns the faults in the form of its rows.
    pub(super) fn faults(&self) -> impl Iterator<Item = Diagnostic> {
        let faults = self.rows.iter().flat_map(|row| &row.faults);
        faults.map(|fault| (*fault.diagnostic).clone())
    }
}
