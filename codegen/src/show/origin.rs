//! The words of the spec that something was taken from, and where they stand.

use super::layout::Cited;
use crate::{
    source::{Source, Span, Spec},
    syntax::cells,
};

/// Characters of a citation: what is longer loses its middle.
const LONGEST: usize = 56;

/// The words at `span`, as they are cited beside what was made of them; after the
/// word that says where it stands, if that is no cell of the key's own row that
/// goes without saying: an overlay, or a column that states what descriptions do.
pub(super) fn cite(spec: &Spec, span: Span, kind: Kind) -> Option<Cited> {
    let source = spec.sources().get(span.file)?;
    let column = |at| column(source, span, at);
    let from = match (spec.is_overlay(span.file), kind) {
        (true, _) => match column(span.start) {
            Some(column) => format!("overlay, {column}"),
            None => "overlay".to_owned(),
        },
        // A fact may stand in two cells: its least and its greatest number.
        (false, Kind::Stated) => match (column(span.start), column(span.end)) {
            (Some(first), Some(last)) if first != last => format!("columns {first}, {last}"),
            (Some(column), _) => format!("column {column}"),
            (None, _) => String::new(),
        },
        (false, Kind::Own) => String::new(),
    };
    let words = source.slice(span.range());
    Some(Cited {
        from,
        words: shortened(words),
        place: place(source, span),
    })
}

/// What is said of a citation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stands where its kind does: an access under R/W, a fact in a description.
    Own,
    /// It is a fact that a column of its own states.
    Stated,
}

/// `spec/api.md:5:12`.
pub(super) fn place(source: &Source, span: Span) -> String {
    let line = source.line(span.start);
    let start = source.line_range(line).start;
    let column = 1 + source.slice(start..span.start).chars().count();
    format!("{}:{line}:{column}", source.path)
}

/// The header of the column that byte `at` of the row of `span` stands in.
fn column(source: &Source, span: Span, at: usize) -> Option<String> {
    let line = source.line(span.start);
    let row = |line: usize| cells::row(source, span.file, source.line_range(line));
    let own = row(line);
    let cell = own
        .cells
        .iter()
        .position(|cell| (cell.start..=cell.end).contains(&at))?;
    let delimiter = (1..line).rev().find(|&line| {
        // Most lines are told apart by their looks; a table may have thousands.
        let dashes = |c: char| c.is_whitespace() || "|-:".contains(c);
        source.slice(source.line_range(line)).chars().all(dashes)
            && cells::is_delimiter(source, &row(line))
    })?;
    let header = row(delimiter.checked_sub(1)?);
    let title = cells::word(source, *header.cells.get(cell)?);
    let title = title.trim_matches(['*', '_', '`', ' ']);
    (!title.is_empty()).then(|| title.to_owned())
}

/// One line of at most so many characters.
fn shortened(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = words.chars().count();
    if count <= LONGEST {
        return words;
    }
    let half = LONGEST / 2;
    let head: String = words.chars().take(half).collect();
    let tail: String = words.chars().skip(count - half + 3).collect();
    format!("{head} … {tail}")
}
