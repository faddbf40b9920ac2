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
    /// `table`, if it is of one of these kinds. Its rows are used up, since two forms
    /// of a large table at once are a lot of memory.
    pub(super) fn new(
        source: &'a Source,
        sections: &'a [Section],
        table: syntax::Table,
        kinds: &[columns::Known],
        report: &mut Report,
    ) -> Option<Self> {
        let layout = columns::layout(source, &table, kinds, report)?;
        let rows = table.rows.into_iter();
        let rows = rows.flat_map(|row| rows::read(source, &row, &layout, report));
        Some(Table {
            rows: rows.collect(),
            layout,
            source,
            header: table.header.span,
            section: table.section.and_then(|index| sections.get(index)),
        })
    }

    /// Returns the faults in the form of its rows.
    pub(super) fn faults(&self) -> impl Iterator<Item = Diagnostic> {
        let faults = self.rows.iter().flat_map(|row| &row.faults);
        faults.map(|fault| (*fault.diagnostic).clone())
    }
}
