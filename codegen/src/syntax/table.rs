//! Located tables and sections: every row and cell is a range of bytes.

use crate::source::Span;

/// The content of a file, as far as the generator is concerned.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// In order.
    pub(crate) tables: Vec<Table>,
    /// In order; what stands before the first heading is in none.
    pub(crate) sections: Vec<Section>,
}

/// A table, its delimiter row left out.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) header: Row,
    pub(crate) rows: Vec<Row>,
    /// Index of the section it stands in.
    pub(crate) section: Option<usize>,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The line without white space around it.
    pub(crate) span: Span,
    /// The text between the pipes, without white space around it.
    pub(crate) cells: Vec<Span>,
}

/// A heading and what follows up to the next one.
#[derive(Debug)]
pub(crate) struct Section {
    /// The heading's text, without its markup.
    pub(crate) title: String,
    pub(crate) title_span: Span,
    /// From 1 on, the highest.
    pub(crate) level: u8,
    /// All of the heading.
    pub(crate) heading: Span,
    /// The paragraphs.
    pub(crate) prose: Vec<Span>,
}
