//! The text around the tables of a spec, cut where tables of a known kind stand.
//!
//! What a table says is read elsewhere; what stands between is markdown and stays as it
//! is. This module must never know what a chapter is about.

use std::ops::Range;

use super::table::{File, Table};
use crate::{
    model::{Chapter, ChapterPart},
    source::Span,
};

/// The chapters of `file`, the `at`th of its spec, with the tables in `tables`, which are
/// in order.
pub(super) fn read(file: &File<'_>, at: usize, tables: &[Span]) -> Vec<Chapter> {
    let text = &file.source.text;
    let starts = file.sections.iter().map(|section| section.heading.start);
    let starts: Vec<usize> = starts.chain([text.len()]).collect();
    let first = starts.first().copied().unwrap_or_default();
    let chapter = |title: &str, title_span, level, body: Range<usize>| Chapter {
        title: title.to_owned(),
        title_span,
        level,
        file: file.source.label.clone(),
        parts: parts(text, body, at, tables),
    };
    let before = chapter("", Span::new(at, 0..0), 1, 0..first);
    let sections = file.sections.iter().zip(&starts[1..]);
    let chapters = sections.map(|(section, &end)| {
        let body = section.heading.end.min(end)..end;
        chapter(&section.title, section.title_span, section.level, body)
    });
    std::iter::once(before).chain(chapters).collect()
}

/// Returns where a table of a known kind stands, from its header to its last row.
pub(super) fn span(table: &Table<'_>) -> Span {
    let rows = table.rows.iter().map(|row| row.span.end);
    let end = rows.fold(table.header.end, usize::max);
    table.header.with(table.header.start..end)
}

fn parts(text: &str, body: Range<usize>, file: usize, tables: &[Span]) -> Vec<ChapterPart> {
    let mut parts = Vec::new();
    let mut from = body.start;
    let inside = tables.iter().filter(|table| {
        let starts = body.contains(&table.start);
        table.file == file && starts
    });
    for table in inside {
        // One that began within another is a part of it.
        if table.start >= from {
            prose(&text[from..table.start], &mut parts);
        }
        parts.push(ChapterPart::Table(*table));
        from = from.max(table.end).min(body.end);
    }
    prose(&text[from..body.end], &mut parts);
    parts
}

fn prose(text: &str, parts: &mut Vec<ChapterPart>) {
    // Dashes alone are left of a table without rows.
    let is_dashes =
        |line: &str| line.contains('-') && line.trim_matches(['|', '-', ':', ' ', '\r']).is_empty();
    let text = match text.trim_start_matches('\n').split_once('\n') {
        Some((line, rest)) if is_dashes(line) && text.starts_with('\n') => rest,
        _ => text,
    };
    if !text.trim().is_empty() {
        parts.push(ChapterPart::Prose(
            text.trim_matches(['\n', '\r']).to_owned(),
        ));
    }
}
