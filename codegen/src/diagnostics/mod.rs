//! What the generator has to say about a spec.
//!
//! A [`Diagnostic`] is one finding: its code from the [catalogue](codes), a
//! message, the place, further places with labels, and a help line. A
//! [`Report`] gathers all findings of a run; [`Report::render`] prints them.

pub mod codes;
mod render;

use std::fmt::Display;

pub use codes::Code;

use crate::{source::Span, spec::Spec};

/// Whether a finding stops generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Kept as it stands, but a person should look.
    Warning,
}

/// A place, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// Lower case, without a full stop; names the thing.
    pub message: String,
    /// The place, unless the finding is about a file as a whole.
    pub primary: Option<Label>,
    /// The file, where there is no place in it.
    pub path: Option<String>,
    /// Further places.
    pub secondary: Vec<Label>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without a place; see [`at`](Self::at).
    pub(crate) fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            primary: None,
            path: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    pub(crate) fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.primary = Some(Label { span, text });
        self
    }

    pub(crate) fn at_path(mut self, path: impl Display) -> Self {
        self.path = Some(path.to_string());
        self
    }

    pub(crate) fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.secondary.push(Label { span, text });
        self
    }

    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The same, with file indices raised by `offset`.
    pub(crate) fn shifted(mut self, offset: usize) -> Self {
        for label in self.primary.iter_mut().chain(&mut self.secondary) {
            label.span.file += offset;
        }
        self
    }
}

/// All findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether there is anything that stops generation.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// How many findings of this severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |d: &&Diagnostic| d.code.severity == severity;
        self.diagnostics.iter().filter(of_it).count()
    }

    /// The findings, by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The findings as text, with the source lines underlined; `colour` adds
    /// terminal escapes. Ends with a line that counts them.
    pub fn render(&self, spec: &Spec, colour: bool) -> String {
        render::report(self, spec, colour)
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// By file and place; what has no place comes first.
    pub(crate) fn sort(&mut self) {
        let place = |d: &Diagnostic| d.primary.as_ref().map(|label| label.span);
        self.diagnostics.sort_by_key(|d| (place(d), d.code.id));
    }
}
