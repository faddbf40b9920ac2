//! Findings as text, through annotate-snippets.
//!
//! Only the lines around the spans are handed over, never a whole file, so
//! that the cost of a finding does not grow with the file it is in; of a line of megabytes,
//! what is around the place.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{self, Write},
};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::place::{Places, Position};
use crate::source::{Diagnostic, Label, Report, Severity, Source, Spec};

/// Two places further apart than this many lines are shown apart.
const MAX_LINES_TOGETHER: usize = 500;

/// So many findings are printed in full; more than that nobody reads.
const MAX_IN_FULL: usize = 100;

pub(super) fn write(
    report: &Report,
    spec: &Spec,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let shown = in_full(report);
    let is_shown = |index: &usize| shown.binary_search(index).is_ok();
    for group in by_code(report, &shown) {
        let mut said: Vec<&str> = Vec::new();
        for diagnostic in group {
            // What helps against many is said once.
            let help = diagnostic
                .help
                .as_deref()
                .filter(|help| !said.contains(help));
            said.extend(help);
            let rendered = renderer.render(&[self::group(diagnostic, help, spec)]);
            write!(out, "{}\n\n", without_gaps(&rendered))?;
        }
    }
    let all = report.diagnostics().iter().enumerate();
    let left = all.map(|(index, d)| (d, d.more + usize::from(!is_shown(&index))));
    write_counts(left.filter(|&(_, count)| count > 0), spec, out)?;
    if report.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", summary(report))
}

/// The findings to print in full, in order: the first, errors before warnings,
/// so that no flood of warnings hides what stops generation.
fn in_full(report: &Report) -> Vec<usize> {
    let of = |severity| {
        let all = report.diagnostics().iter().enumerate();
        all.filter(move |(_, d)| d.severity == severity)
            .map(|(index, _)| index)
    };
    let first = of(Severity::Error).chain(of(Severity::Warning));
    let mut shown: Vec<usize> = first.take(MAX_IN_FULL).collect();
    shown.sort_unstable();
    shown
}

/// The text without the lines `:::`, which stand for the name of a file where it was
/// said before.
fn without_gaps(rendered: &str) -> Cow<'_, str> {
    let gap = |line: &&str| {
        let at = line.find(":::");
        at.is_some_and(|at| {
            let rest = [&line[..at], &line[at + 3..]].concat();
            // Terminal escapes aside: `ESC[…m`.
            let mut pieces = rest.split('\u{1b}').enumerate();
            pieces.all(|(index, piece)| match index {
                0 => piece.trim().is_empty(),
                _ => piece
                    .split_once('m')
                    .is_some_and(|(_, text)| text.trim().is_empty()),
            })
        })
    };
    match rendered.contains(":::") {
        true => {
            let lines = rendered.split('\n').filter(|line| !gap(line));
            lines.collect::<Vec<_>>().join("\n").into()
        }
        false => rendered.into(),
    }
}

/// So many of a code are many.
const MANY: usize = 4;

/// The findings `shown`, in order, but many of a code behind the first of them.
fn by_code<'a>(report: &'a Report, shown: &[usize]) -> Vec<Vec<&'a Diagnostic>> {
    let mut of_code: BTreeMap<_, Vec<&Diagnostic>> = BTreeMap::new();
    let all = || shown.iter().map(|&index| &report.diagnostics()[index]);
    let kind = |d: &Diagnostic| (d.severity, d.code.id);
    all().for_each(|d| of_code.entry(kind(d)).or_default().push(d));
    let groups = all().filter_map(|d| match of_code.get(&kind(d)) {
        Some(group) if group.len() >= MANY => of_code.remove(&kind(d)),
        Some(_) => Some(vec![d]),
        // Behind the first.
        None => None,
    });
    groups.collect()
}

/// Writes the findings not printed in full: how often each code, and where first.
fn write_counts<'a>(
    left: impl Iterator<Item = (&'a Diagnostic, usize)>,
    spec: &'a Spec,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut counts: BTreeMap<_, (usize, &Diagnostic)> = BTreeMap::new();
    let mut limit = String::new();
    for (diagnostic, left) in left {
        let key = (diagnostic.severity, diagnostic.code.id);
        counts.entry(key).or_insert((0, diagnostic)).0 += left;
        if diagnostic.more > 0 {
            limit = format!(", up to {} of a code", Report::KEPT);
        }
    }
    if counts.is_empty() {
        return Ok(());
    }
    let total: usize = counts.values().map(|(count, _)| count).sum();
    let width = total.to_string().len();
    writeln!(
        out,
        "and {total} more, of which `--format json` tells each{limit}:"
    )?;
    let mut places = Places::new(spec);
    for ((severity, id), (count, first)) in &counts {
        let word = severity.name();
        let title = first.code.title;
        write!(out, "  {count:>width$} × {word}[{id}]: {title}")?;
        if let Some(place) = places.of(first).0 {
            let Position { line, column } = place.start;
            let next = if *count == 1 { "at" } else { "next at" };
            write!(out, ", {next} {}:{line}:{column}", place.file)?;
        }
        writeln!(out)?;
    }
    writeln!(out)
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

fn group<'a>(diagnostic: &'a Diagnostic, help: Option<&'a str>, spec: &'a Spec) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(shortened(&diagnostic.message))
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
        match is_wide(&part, spec) {
            true => elements.extend(
                part.iter()
                    .filter_map(|placed| cut_out(placed, spec))
                    .flatten(),
            ),
            false => elements.extend(snippet(&part, spec)),
        }
    }
    for note in &diagnostic.notes {
        elements.push(Level::NOTE.message(shortened(note)).into());
    }
    if let Some(help) = help {
        elements.push(Level::HELP.message(shortened(help)).into());
    }
    let fixes = diagnostic.fixes.iter().map(|fix| &*fix.title);
    // Mostly it is what the help says.
    for title in fixes.filter(|title| is_more(title, diagnostic.help.as_deref())) {
        elements.push(Level::HELP.message(shortened(title)).into());
    }
    title.elements(elements)
}

/// Whether `title`, of a fix, says more than `help`: the text that it writes.
fn is_more(title: &str, help: Option<&str>) -> bool {
    let words = title.split('`').skip(1).step_by(2);
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    match help {
        None => true,
        Some(_) if words.peek().is_none() => false,
        Some(help) => words.any(|word| !help.contains(word)),
    }
}

/// Letters that are printed of a text; the rest is somebody's megabyte.
const MAX_TEXT: usize = 1_000;

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
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
        let text = Some(shortened(&label.text)).filter(|text| !text.is_empty());
        snippet = snippet.annotation(kind.span(start..end).label(text));
    }
    Some(snippet.into())
}

/// A line with more bytes than this is shown around the place only.
const MAX_LINE: usize = 2_000;

/// Characters that are shown of such a line before the place, and of the place and what is
/// behind it.
const BEFORE: usize = 60;
const BEHIND: usize = 120;

/// Whether a line between the labels is too long to be shown.
fn is_wide(labels: &[Placed<'_>], spec: &Spec) -> bool {
    let is_wide = |(_, label): &Placed<'_>| {
        let source = spec.sources().get(label.span.file)?;
        let mut lines = source.line(label.span.start)..=last_line(source, label);
        Some(lines.any(|line| source.line_range(line).len() > MAX_LINE))
    };
    labels.iter().any(|placed| is_wide(placed).unwrap_or(false))
}

/// A part of the line with its label. Where that is, is said before it, since columns are not
/// those of the part.
fn cut_out<'a>((kind, label): &Placed<'a>, spec: &'a Spec) -> Option<[Element<'a>; 2]> {
    let source = spec.sources().get(label.span.file)?;
    let number = source.line(label.span.start);
    let line = source.line_range(number);
    let at = label.span.start.clamp(line.start, line.end);
    let before = source.slice(line.start..at);
    let from = before
        .char_indices()
        .rev()
        .nth(BEFORE)
        .map_or(0, |(at, _)| at);
    let behind = source.slice(at..line.end);
    let to = behind
        .char_indices()
        .nth(BEHIND)
        .map_or(behind.len(), |(at, _)| at);
    let [open, close] = [from > 0, to < behind.len()].map(|cut| if cut { "…" } else { "" });
    let part = format!("{open}{}{close}", source.slice(line.start + from..at + to));
    let start = open.len() + before.len() - from;
    let end = start + to.min(label.span.end.max(at) - at);
    let text = Some(shortened(&label.text)).filter(|text| !text.is_empty());
    let origin = Origin::path(source.path.as_str())
        .line(number)
        .char_column(before.chars().count() + 1);
    let kind = match kind {
        AnnotationKind::Primary => AnnotationKind::Primary,
        _ => AnnotationKind::Context,
    };
    let snippet = Snippet::source(part)
        .line_start(number)
        .annotation(kind.span(start..end).label(text));
    Some([origin.into(), snippet.into()])
}

fn last_line(source: &Source, label: &Label) -> usize {
    source.line(label.span.end.max(label.span.start + 1) - 1)
}
