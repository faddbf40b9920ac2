//! Blocks of a file, as pulldown-cmark sees them.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Blocks of one file, as ranges of bytes.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) tables: Vec<(Range<usize>, Vec<Range<usize>>)>,
    /// All of it, the title, where that stands; and its level.
    pub(super) headings: Vec<(Range<usize>, String, Range<usize>, u8)>,
    pub(super) paragraphs: Vec<Range<usize>>,
    /// Code and comments: what looks like a row there is none.
    pub(super) verbatim: Vec<Range<usize>>,
}

/// The blocks of `text`.
pub(super) fn read(text: &str) -> Blocks {
    let mut found = Blocks::default();
    let mut from = 0;
    while let Some(row) = read_from(text, from, &mut found) {
        from = finish_table(text, row, &mut found);
    }
    found
}

/// Adds the blocks from byte `from` on; gives the start of a row at which
/// pulldown-cmark gave up.
///
/// It fills short rows up with cells, by 262,144 cells in all, against texts
/// that are made to take its memory; the row where it gives up is empty.
fn read_from(text: &str, from: usize, found: &mut Blocks) -> Option<usize> {
    let mut heading: Option<(String, Option<Range<usize>>)> = None;
    let events = Parser::new_ext(&text[from..], Options::ENABLE_TABLES).into_offset_iter();
    for (event, range) in events {
        let range = range.start + from..range.end + from;
        match event {
            Event::Start(Tag::TableRow) if range.is_empty() => return Some(range.start),
            Event::Start(Tag::Table(_)) => found.tables.push((range, Vec::new())),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some((_, rows)) = found.tables.last_mut() {
                    rows.push(range);
                }
            }
            Event::Start(Tag::Paragraph) => found.paragraphs.push(range),
            Event::Start(Tag::CodeBlock(_)) => found.verbatim.push(range),
            Event::Start(Tag::HtmlBlock) if text[range.clone()].trim().starts_with("<!--") => {
                found.verbatim.push(range);
            }
            Event::Start(Tag::Heading { .. }) => heading = Some((String::new(), None)),
            Event::End(TagEnd::Heading(level)) => {
                let (title, place) = heading.take().unwrap_or_default();
                let place = place.unwrap_or(range.clone());
                found.headings.push((range, title, place, level as u8));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((title, place)) = &mut heading {
                    title.push_str(&text);
                    let start = place.as_ref().map_or(range.start, |place| place.start);
                    *place = Some(start..range.end);
                }
            }
            _ => {}
        }
    }
    None
}

/// Adds the rows from byte `start` to the next blank line to the last table;
/// gives where that ends.
fn finish_table(text: &str, start: usize, found: &mut Blocks) -> usize {
    let mut end = start;
    let lines = text[start..].split_inclusive('\n');
    let rows = lines
        .map(|line| {
            let row = end..end + line.len();
            end = row.end;
            row
        })
        .take_while(|row| row.start == start || !text[row.clone()].trim().is_empty());
    let rows: Vec<_> = rows.collect();
    if let (Some((range, table)), Some(last)) = (found.tables.last_mut(), rows.last()) {
        range.end = last.end;
        table.extend(rows);
    }
    end
}

/// Returns whether one of `ranges`, which are in order, holds byte `at`.
pub(super) fn contain(ranges: &[Range<usize>], at: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= at);
    after
        .checked_sub(1)
        .is_some_and(|index| ranges[index].contains(&at))
}
