//! Findings as text, through annotate-snippets.
//!
//! Only the lines around the spans are handed over, never a whole file, so
//! that the cost of a finding does not grow with the file it is in.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Label, Report, Severity};
use crate::{source::Source, spec::Spec};

/// Two places further apart than this many lines are shown apart.
const MAX_LINES_TOGETHER: usize = 500;

pub(super) fn report(report: &Report, spec: &Spec, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in report.diagnostics() {
        out.push_str(&renderer.render(&[group(diagnostic, spec)]));
        out.push_str("\n\n");
    }
    if !report.is_empty() {
        out.push_str(&summary(report));
        out.push('\n');
    }
    out
}

fn summary(report: &Report) -> String {
    let errors = report.count(Severity::Error);
    let warnings = report.count(Severity::Warning);
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

fn group<'a>(diagnostic: &'a Diagnostic, spec: &'a Spec) -> Group<'a> {
    let level = match diagnostic.code.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.id);
    let mut elements: Vec<Element<'a>> = Vec::new();
    if let Some(path) = &diagnostic.path {
        elements.push(Origin::path(path.as_str()).into());
    }
    let labels = diagnostic
        .primary
        .iter()
        .map(|label| (AnnotationKind::Primary, label))
        .chain(
            diagnostic
                .secondary
                .iter()
                .map(|label| (AnnotationKind::Context, label)),
        );
    for part in together(labels, spec) {
        elements.extend(snippet(&part, spec));
    }
    for note in &diagnostic.notes {
        elements.push(Level::NOTE.message(note.as_str()).into());
    }
    if let Some(help) = &diagnostic.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    title.elements(elements)
}

type Placed<'a> = (AnnotationKind, &'a Label);

/// Labels that are near each other, in groups; the primary one's group first.
fn together<'a>(labels: impl Iterator<Item = Placed<'a>>, spec: &Spec) -> Vec<Vec<Placed<'a>>> {
    let line = |label: &Label| {
        let source = spec.sources().get(label.span.file);
        source.map_or(0, |source| source.line(label.span.start))
    };
    let mut groups: Vec<Vec<Placed<'a>>> = Vec::new();
    for placed in labels {
        let near = |group: &&mut Vec<Placed<'a>>| {
            let (_, first) = group[0];
            first.span.file == placed.1.span.file
                && line(first).abs_diff(line(placed.1)) <= MAX_LINES_TOGETHER
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.push(placed),
            None => groups.push(vec![placed]),
        }
    }
    groups
}

/// One excerpt with its labels; nothing if the file is not one of the spec's.
fn snippet<'a>(labels: &[Placed<'a>], spec: &'a Spec) -> Option<Element<'a>> {
    let file = labels.first()?.1.span.file;
    let source = spec.sources().get(file)?;
    let first = labels
        .iter()
        .map(|(_, l)| source.line(l.span.start))
        .min()?;
    let last = labels.iter().map(|(_, l)| last_line(source, l)).max()?;
    let excerpt = source.line_range(first).start..source.line_range(last).end;
    let offset = excerpt.start;
    let mut snippet = Snippet::source(source.slice(excerpt.clone()))
        .line_start(first)
        .path(source.path.as_str())
        .fold(true);
    for (kind, label) in labels {
        let start = label.span.start.min(excerpt.end) - offset;
        let end = label.span.end.min(excerpt.end).max(offset + start) - offset;
        let text = Some(label.text.as_str()).filter(|text| !text.is_empty());
        snippet = snippet.annotation(kind.span(start..end).label(text));
    }
    Some(snippet.into())
}

fn last_line(source: &Source, label: &Label) -> usize {
    source.line(label.span.end.max(label.span.start + 1) - 1)
}
