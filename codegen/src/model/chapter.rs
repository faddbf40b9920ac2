//! The chapters of a spec, as far as they are for people: headings, and the text
//! around the tables.

use crate::source::Span;

/// A heading with all that follows up to the next one; or what stands before the
/// first heading of a file.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The text of its heading; empty without one.
    pub title: String,
    /// Where that stands.
    pub title_span: Span,
    /// From 1 on, the highest.
    pub level: u8,
    /// The file, as generated files call it: `spec/shapes.md`.
    pub file: String,
    /// What is in it, in order.
    pub parts: Vec<ChapterPart>,
}

/// A piece of a chapter.
#[derive(Clone, Debug)]
pub enum ChapterPart {
    /// Markdown as it stands.
    Prose(String),
    /// A table whose rows are in the model.
    Table(Span),
}
