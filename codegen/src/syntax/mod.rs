//! Text to located tables.
//!
//! Takes one [`Source`], gives its tables and sections, every cell as a range
//! of bytes in the text. pulldown-cmark decides what is a table, a heading, a
//! paragraph or code; the cells are cut from the source line itself
//! ([`cells`]), since markdown drops surplus cells and invents missing ones.
//!
//! Rows that a person sees in the source but markdown does not see in a table
//! are reported and still read ([`loose`]): no row is lost without a word.

mod blocks;
pub(crate) mod cells;
mod loose;
mod merge;
mod table;

use std::ops::Range;

use blocks::Blocks;
pub(crate) use table::{Document, Row, Section, Table};

use crate::{
    report::codes,
    source::{Diagnostic, Report, Source, Span, Spec},
};

/// The tables and sections of each file of `spec`.
pub(crate) fn read(spec: &Spec, report: &mut Report) -> Vec<Document> {
    let sources = spec.sources().iter().enumerate();
    sources
        .map(|(file, source)| parse(source, file, report))
        .collect()
}

/// Finds the tables and sections of `source`, the `file`th of its spec.
pub(crate) fn parse(source: &Source, file: usize, report: &mut Report) -> Document {
    let mut blocks = blocks::read(&source.text);
    let markers = merge::markers(source, file, &blocks.verbatim, report);
    let is_marker = |at: usize| markers.binary_search(&source.line(at)).is_ok();

    let mut tables = Vec::new();
    for (range, rows) in &blocks.tables {
        let mut rows = rows
            .iter()
            .filter(|row| !is_marker(row.start))
            .map(|row| cells::row(source, file, row.clone()));
        if let Some(header) = rows.next() {
            let table = Table {
                header,
                rows: rows.collect(),
                section: None,
            };
            loose::report_dashes(source, file, &table, report);
            tables.push((range.start, table));
        }
    }
    loose::adopt(source, file, &mut blocks, &markers, &mut tables, report);
    tables.sort_by_key(|(start, _)| *start);

    let mut document = Document {
        tables: Vec::new(),
        sections: sections(&blocks, file),
    };
    for (start, mut table) in tables {
        let before = document
            .sections
            .partition_point(|s| s.title_span.start <= start);
        table.section = before.checked_sub(1);
        document.tables.push(table);
    }
    limit(&mut document.tables, report);
    document
}

/// Rows of a file that are read: each takes some memory in every stage, and a file
/// that a script did not stop to write must not take all there is.
const MAX_ROWS: usize = 100_000;

/// Drops the rows beyond [`MAX_ROWS`], and says from where on.
fn limit(tables: &mut [Table], report: &mut Report) {
    let (mut room, mut left_out, mut first) = (MAX_ROWS, 0, None);
    for table in tables {
        let kept = table.rows.len().min(room);
        room -= kept;
        left_out += table.rows.len() - kept;
        first = first.or(table.rows.get(kept).map(|row| row.span));
        table.rows.truncate(kept);
        table.rows.shrink_to_fit();
    }
    if let Some(row) = first {
        let message = format!("more than {MAX_ROWS} rows in a file");
        report.push(
            Diagnostic::new(&codes::TOO_MANY_ROWS, message)
                .at(row, format!("{left_out} rows from here on are not read"))
                .help("split the spec into files, if a device has so many rows"),
        );
    }
}

fn sections(blocks: &Blocks, file: usize) -> Vec<Section> {
    let span = |range: &Range<usize>| Span::new(file, range.clone());
    let mut sections: Vec<Section> = blocks
        .headings
        .iter()
        .map(|(heading, title, place, level)| Section {
            title: title.trim().to_owned(),
            title_span: span(place),
            level: *level,
            heading: span(heading),
            prose: Vec::new(),
        })
        .collect();
    for paragraph in &blocks.paragraphs {
        let before = sections.partition_point(|s| s.title_span.start <= paragraph.start);
        if let Some(section) = before.checked_sub(1).and_then(|at| sections.get_mut(at)) {
            section.prose.push(span(paragraph));
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each table as its rows, cells joined with `;`, and the codes reported.
    fn check(text: &str, expected: &[&[&str]], codes: &[&str]) {
        let source = Source::new("t.md".into(), "t.md".into(), text.as_bytes());
        let mut report = Report::default();
        let document = parse(&source, 0, &mut report);
        let show = |row: &Row| {
            let cells: Vec<_> = row.cells.iter().map(|c| source.slice(c.range())).collect();
            cells.join(";")
        };
        let tables: Vec<Vec<String>> = document
            .tables
            .iter()
            .map(|t| {
                std::iter::once(&t.header)
                    .chain(&t.rows)
                    .map(show)
                    .collect()
            })
            .collect();
        assert_eq!(tables, expected, "{text}");
        let found: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
        assert_eq!(found, codes, "{text}");
    }

    #[test]
    fn reads_tables() {
        check("|a|b|\n|-|-|\n| c | d |\n", &[&["a;b", "c;d"]], &[]);
        check("a|b\n-|-\nc|d\n\n`e|f`\n", &[&["a;b", "c;d"]], &[]);
        check("|a|b|\r\n|-|-|\r\n|c|d|", &[&["a;b", "c;d"]], &[]);
        check(
            "|a|b|\n|-|-|\n|c|d|e|f\n|g\n",
            &[&["a;b", "c;d;e;f", "g"]],
            &[],
        );
        check(
            "|a|b|\n|-|-|\n|`x\\|y`|d\\\\|e|\n",
            &[&["a;b", "`x\\|y`;d\\\\|e"]],
            &[],
        );
        check("> |a|b|\n> |-|-|\n> |c|d|\n", &[&["a;b", "c;d"]], &[]);
        check("no table\n", &[], &[]);
    }

    #[test]
    fn reads_rows_that_a_torn_table_lost() {
        check(
            "|a|b|\n|-|-|\n|c|d|\n\n|e|f|\n|g|h|\n",
            &[&["a;b", "c;d", "e;f", "g;h"]],
            &["S0106"],
        );
        check(
            "|a|b|\n|-|-|\n|c|d|\n\n# new\n|e|f|g|\n",
            &[&["a;b", "c;d"]],
            &["S0106"],
        );
        check(
            "|a|b|\n|-|-|\n|c|d|\n\n# new\n|e|f|\n",
            &[&["a;b", "c;d", "e;f"]],
            &["S0106"],
        );
        check(
            "Key|Type|x|y\nc | d | e | f\n",
            &[&["Key;Type;x;y", "c;d;e;f"]],
            &["S0106"],
        );
        check("|a|b|\n|-|\n|c|d|\n", &[&["a;b", "c;d"]], &["S0106"]);
        check(
            "|a|b|\n|-|-|\n|c|d|\n<!--\n|e|f|\n-->\n",
            &[&["a;b", "c;d"]],
            &[],
        );
        check("|a|b|\n|-|-|\n\n```\n|e|f|\n```\n", &[&["a;b"]], &[]);
    }

    #[test]
    fn reads_more_short_rows_than_markdown_fills_up() {
        let many = 70_000;
        let short = "| e |\n".repeat(many);
        let text = format!("|a|b|c|d|e|\n|-|-|-|-|-|\n{short}last\n\n# s\n|f|\n|-|\n|g|\n");
        let source = Source::new("t.md".into(), "t.md".into(), text.as_bytes());
        let mut report = Report::default();
        let document = parse(&source, 0, &mut report);
        let rows: Vec<_> = document.tables.iter().map(|t| t.rows.len()).collect();
        assert_eq!(rows, [many + 1, 1]);
        assert!(document.tables[0].rows.iter().all(|r| r.cells.len() == 1));
        assert_eq!(document.tables[1].section, Some(0));
        assert!(report.is_empty());
    }

    #[test]
    fn finds_merge_markers() {
        let text = "|a|b|\n|-|-|\n<<<<<<< ours\n|c|d|\n=======\n|e|f|\n>>>>>>> theirs\n|g|h|\n";
        check(
            text,
            &[&["a;b", "c;d", "e;f", "g;h"]],
            &["S0113", "S0113", "S0113"],
        );
        check("Title\n=======\n", &[], &[]);
    }

    #[test]
    fn knows_sections() {
        let text = "intro\n\n## `wifis[10]`\nalways ten\n\nmore\n\nscan\n----\n";
        let source = Source::new("t.md".into(), "t.md".into(), text.as_bytes());
        let document = parse(&source, 0, &mut Report::default());
        let titles: Vec<_> = document.sections.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(titles, ["wifis[10]", "scan"]);
        let prose: Vec<_> = document.sections[0]
            .prose
            .iter()
            .map(|p| source.slice(p.range()).trim())
            .collect();
        assert_eq!(prose, ["always ten", "more"]);
    }
}
