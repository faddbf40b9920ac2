//! What the generator has to say about a spec.
//!
//! A [`Diagnostic`] is one finding: its code from the [catalogue](codes), a
//! message, the place, further places with labels, and a help line. A
//! [`Report`] gathers all findings of a run. [`Report::apply`] leaves out what
//! is allowed and makes errors of what is denied; [`Report::write`] prints the
//! rest: as text for people, as JSON for scripts, as SARIF for code hosts.

pub mod codes;
mod json;
mod levels;
mod place;
mod render;
mod sarif;

use std::{
    borrow::Cow,
    fmt::Display,
    io::{self, Write},
};

pub use codes::Code;
pub use levels::{Levels, find};
pub use place::Position;

use crate::{source::Span, spec::Spec};

/// Whether a finding stops generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Kept as it stands, but a person should look.
    Warning,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the first hundred in full with their source lines, the
    /// others counted.
    Text {
        /// With terminal escapes.
        colour: bool,
    },
    /// For scripts: an array, one object a line, complete.
    Json,
    /// For code hosts: SARIF 2.1.0, complete.
    Sarif,
}

/// What a finding says: mostly the same for all of its kind, and then borrowed,
/// since a file may have millions.
pub type Text = Cow<'static, str>;

/// A place, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: Text,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// The code's, unless [`Report::apply`] made it another.
    pub severity: Severity,
    /// Lower case, without a full stop; names the thing.
    pub message: Text,
    /// The place, unless the finding is about a file as a whole.
    pub primary: Option<Label>,
    /// The file, where there is no place in it.
    pub path: Option<String>,
    /// Further places.
    pub secondary: Vec<Label>,
    /// What else is to be known.
    pub notes: Vec<Text>,
    /// What to do about it.
    pub help: Option<Text>,
}

impl Diagnostic {
    /// A finding without a place; see [`at`](Self::at).
    pub(crate) fn new(code: &'static Code, message: impl Into<Text>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            path: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    pub(crate) fn at(mut self, span: Span, text: impl Into<Text>) -> Self {
        let text = text.into();
        self.primary = Some(Label { span, text });
        self
    }

    pub(crate) fn at_path(mut self, path: impl Display) -> Self {
        self.path = Some(path.to_string());
        self
    }

    pub(crate) fn also(mut self, span: Span, text: impl Into<Text>) -> Self {
        let text = text.into();
        self.secondary.push(Label { span, text });
        self
    }

    pub(crate) fn note(mut self, text: impl Into<Text>) -> Self {
        self.notes.push(text.into());
        self
    }

    pub(crate) fn help(mut self, text: impl Into<Text>) -> Self {
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
        let of_it = |d: &&Diagnostic| d.severity == severity;
        self.diagnostics.iter().filter(of_it).count()
    }

    /// The findings, by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The findings as text, with the source lines underlined; `colour` adds
    /// terminal escapes. Ends with a line that counts them.
    pub fn render(&self, spec: &Spec, colour: bool) -> String {
        let mut out = Vec::new();
        // Memory takes whatever is written to it.
        let _ = self.write(spec, Format::Text { colour }, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Prints the findings to `out`, one after the other. Many small writes:
    /// hand over something buffered.
    pub fn write(&self, spec: &Spec, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text { colour } => render::write(self, spec, colour, out),
            Format::Json => json::write(self, spec, out),
            Format::Sarif => sarif::write(self, spec, out),
        }
    }

    /// Leaves out the warnings that are allowed, makes errors of those that are
    /// denied, and says so in a note.
    pub fn apply(&mut self, levels: &Levels) {
        self.diagnostics.retain(|d| !levels.allows(d));
        for diagnostic in &mut self.diagnostics {
            if let Some(option) = levels.denies(diagnostic) {
                diagnostic.severity = Severity::Error;
                let note = format!("a warning, but `{option}` was given");
                diagnostic.notes.push(note.into());
            }
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// By file and place; what has no place comes first.
    pub(crate) fn sort(&mut self) {
        fn place(d: &Diagnostic) -> impl Ord {
            let span = d.primary.as_ref().map(|label| label.span);
            (span, d.code.id, &d.message)
        }
        // In place: a stable sort would need half as much memory again.
        self.diagnostics
            .sort_unstable_by(|a, b| place(a).cmp(&place(b)));
    }
}
