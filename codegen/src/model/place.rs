//! Where the spec states something.

use serde::Serialize;

use crate::source::Span;

/// A value and where the spec states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// Where a row stands, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file, as generated files call it: `spec/shapes.md`.
    pub file: String,
    /// The file, as the caller spelled it.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The row.
    #[serde(skip)]
    pub span: Span,
}
