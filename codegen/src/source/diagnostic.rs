//! Findings about a spec, as data, and a list of them.
//!
//! A [`Diagnostic`] is one finding: its code, a message, the place, further
//! places with labels, a help line, and what text in place of which would mend it. Which codes there are, and how findings
//! are printed, is the matter of [`report`](crate::report).

use std::{borrow::Cow, collections::BTreeMap, fmt::Display};

use super::file::Span;

/// The severity of a finding: an error stops generation, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Kept as it stands, but a person should look.
    Warning,
}

impl Severity {
    /// As every format spells it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `S0107`.
    pub id: &'static str,
    /// An error stops generation.
    pub severity: Severity,
    /// A few words: what it is.
    pub title: &'static str,
    /// A few sentences: why it is one, and what to do.
    pub explanation: &'static str,
    /// The same and more, in Markdown, with an example before and after: what
    /// `goe-codegen explain` prints.
    pub page: &'static str,
}

/// A text of a finding: mostly the same for all of its kind, and then borrowed,
/// since a file may have millions.
pub type Text = Cow<'static, str>;

/// A place, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The text beside the place; may be empty.
    pub text: Text,
}

/// How sure it is that a [`Fix`] says what was meant; the words are rustc's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It is certain: there is no second reading. `check --fix` applies it.
    MachineApplicable,
    /// It may be something else that was meant.
    MaybeIncorrect,
    /// A person has to fill something in.
    HasPlaceholders,
    /// Nothing is known of it.
    Unspecified,
}

impl Applicability {
    /// As rustc spells it.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::MachineApplicable => "MachineApplicable",
            Applicability::MaybeIncorrect => "MaybeIncorrect",
            Applicability::HasPlaceholders => "HasPlaceholders",
            Applicability::Unspecified => "Unspecified",
        }
    }
}

/// One way to mend what was found: all of its edits, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: ``write `bool` ``.
    pub title: Text,
    /// The bytes that go, and the text that comes in their place; they do not overlap.
    pub edits: Vec<(Span, String)>,
    /// Whether it is what was meant.
    pub applicability: Applicability,
}

impl Fix {
    /// One that is certain.
    pub(crate) fn certain(title: impl Into<Text>) -> Self {
        Fix {
            title: title.into(),
            edits: Vec::new(),
            applicability: Applicability::MachineApplicable,
        }
    }

    /// One that a person has to agree to.
    pub(crate) fn perhaps(title: impl Into<Text>) -> Self {
        Fix {
            applicability: Applicability::MaybeIncorrect,
            ..Fix::certain(title)
        }
    }

    /// Certain if `certain`.
    pub(crate) fn new(title: impl Into<Text>, certain: bool) -> Self {
        match certain {
            true => Fix::certain(title),
            false => Fix::perhaps(title),
        }
    }

    /// Puts `text` in the place of `span`.
    pub(crate) fn put(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push((span, text.into()));
        self
    }

    /// Returns whether it is applied without asking.
    pub fn is_certain(&self) -> bool {
        self.applicability == Applicability::MachineApplicable
    }
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
    /// Further facts worth knowing.
    pub notes: Vec<Text>,
    /// Advice on how to mend it.
    pub help: Option<Text>,
    /// Ways to mend it; none where only a person can tell.
    pub fixes: Vec<Fix>,
    /// Further findings of this code, which are only counted: nobody reads
    /// thousands, and a file may have millions.
    pub more: usize,
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
            fixes: Vec::new(),
            more: 0,
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

    pub(crate) fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    pub(crate) fn fixes(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        self.fixes.extend(fixes);
        self
    }

    /// A person has to agree to what mends it.
    pub(crate) fn doubt(&mut self) {
        for fix in &mut self.fixes {
            fix.applicability = Applicability::MaybeIncorrect;
        }
    }
}

/// All findings of a run; of a code at most [`Report::KEPT`] in full.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    /// Of each code, how many are kept, and which of them was the last.
    kept: BTreeMap<&'static str, (usize, usize)>,
}

impl Report {
    /// Findings of one code that are kept in full; what comes behind is counted.
    pub const KEPT: usize = 5_000;

    /// Returns whether there is anything that stops generation.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Returns whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Returns the number of findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = self.diagnostics.iter().filter(|d| d.severity == severity);
        of_it.map(|d| 1 + d.more).sum()
    }

    /// The findings, by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns whether one more of this code is only counted, so that nothing need be
    /// thought of to say about it.
    pub(crate) fn is_full(&self, code: &Code) -> bool {
        let kept = self.kept.get(code.id);
        kept.is_some_and(|(count, _)| *count == Self::KEPT)
    }

    /// The findings behind the first `kept`, for who knows more about them than the one who
    /// made them.
    pub(crate) fn behind(&mut self, kept: usize) -> &mut [Diagnostic] {
        self.diagnostics.get_mut(kept..).unwrap_or_default()
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let next = self.diagnostics.len();
        let (count, last) = self.kept.entry(diagnostic.code.id).or_default();
        if *count == Self::KEPT {
            self.diagnostics[*last].more += 1 + diagnostic.more;
            return;
        }
        (*count, *last) = (*count + 1, next);
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|one| self.push(one));
    }

    /// Leaves out the findings that `keep` refuses; it may change the others.
    pub(crate) fn retain_mut(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.diagnostics.retain_mut(keep);
        self.count_kept();
    }

    fn count_kept(&mut self) {
        self.kept.clear();
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            let (count, last) = self.kept.entry(diagnostic.code.id).or_default();
            (*count, *last) = (*count + 1, at);
        }
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
        self.count_kept();
    }
}
