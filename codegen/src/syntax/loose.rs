//! Rows that markdown does not see in a table.
//!
//! A table ends at the first empty line or other block, and a header whose row
//! of dashes has another number of cells begins none. What was meant is plain
//! to see: the rows are read, and one error says that they are lost to every
//! reader of the rendered page.

use super::{
    blocks::{Blocks, contain},
    cells,
    table::{Row, Table},
};
use crate::{
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span, trim},
};

/// Finds runs of loose rows and hands them to the table above them, or makes a
/// table of them where their first lines are a header and a row of dashes.
pub(super) fn adopt(
    source: &Source,
    file: usize,
    blocks: &mut Blocks,
    markers: &[usize],
    tables: &mut Vec<(usize, Table)>,
    report: &mut Report,
) {
    let runs = runs(source, file, blocks, markers);
    drop_headings(blocks, &runs);
    // Those that markdown sees, and those made of loose rows: both in order.
    let seen = tables.len();
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let whole = first.span.to(last.span);
        if is_header(source, first)
            && !run
                .get(1)
                .is_some_and(|row| cells::is_delimiter(source, row))
        {
            report.push(no_delimiter(source, &run));
            tables.push(headless(whole.start, run, 1));
            continue;
        }
        if run.len() > 1 && cells::is_delimiter(source, &run[1]) {
            report.push(refused(source, &run));
            tables.push(headless(whole.start, run, 2));
            continue;
        }
        let before = |start: usize| start < whole.start;
        let heading = blocks
            .headings
            .partition_point(|(range, ..)| before(range.start));
        let heading = heading.checked_sub(1).map(|at| blocks.headings[at].0.start);
        let (by_markdown, by_us) = tables.split_at_mut(seen);
        let above = [by_markdown, by_us]
            .into_iter()
            .filter_map(|tables| {
                let after = tables.partition_point(|(start, _)| before(*start));
                tables[..after].last_mut()
            })
            .max_by_key(|(start, _)| *start)
            // Behind a heading only what is plainly a part of it.
            .filter(|(start, table)| {
                let same = |row: &Row| row.cells.len() == table.header.cells.len();
                heading.is_none_or(|heading| heading < *start) || run.iter().all(same)
            })
            .map(|(_, table)| table);
        if !follows_marker(source, markers, whole) {
            report.push(torn(source, &run, above.as_deref()));
        }
        if let Some(table) = above {
            table.rows.extend(run);
        }
    }
}

/// A table of loose rows: the first is its header, the others begin at `rows`.
fn headless(start: usize, run: Vec<Row>, rows: usize) -> (usize, Table) {
    let table = Table {
        header: run[0].clone(),
        rows: run[rows..].to_vec(),
        section: None,
    };
    (start, table)
}

/// Returns whether the row is the header of a table of keys or of fields.
fn is_header(source: &Source, row: &Row) -> bool {
    let says = |word: &str| {
        let mut cells = row.cells.iter();
        cells.any(|cell| {
            source
                .slice(cell.range())
                .trim_matches('*')
                .eq_ignore_ascii_case(word)
        })
    };
    (says("Key") || says("Field") || says("Feld")) && (says("Type") || says("Typ"))
}

/// A row of dashes for `header`, with the colons of the cells that `old` has.
fn dashes(source: &Source, header: &Row, old: Option<&Row>) -> String {
    let mut text = "|".to_owned();
    for column in 0..header.cells.len() {
        let old = old.and_then(|old| old.cells.get(column));
        let old = old.map_or("", |cell| source.slice(cell.range()));
        let left = if old.starts_with(':') { ":" } else { "-" };
        let right = if old.len() > 1 && old.ends_with(':') {
            ":"
        } else {
            "-"
        };
        text += &format!(" {left}-{right} |");
    }
    text
}

/// Whether all of `rows` have as many cells as `header`, so that it is the one that counts.
fn fit(header: &Row, rows: &[Row]) -> bool {
    rows.iter().all(|row| row.cells.len() == header.cells.len())
}

fn no_delimiter(source: &Source, run: &[Row]) -> Diagnostic {
    let (header, rows) = (&run[0], &run[1..]);
    let line = source.line_range(source.line(header.span.start));
    let dashes = dashes(source, header, None);
    let fix = Fix::new(
        format!("write `{dashes}` under the header"),
        !rows.is_empty() && fit(header, rows),
    );
    let before = source.before(header.span.start);
    let text = format!("{}{before}{dashes}", source.line_ending());
    let fix = fix.put(header.span.with(line.end..line.end), text);
    let message = "no row of dashes under the header, so there is no table";
    Diagnostic::new(&codes::LOOSE_ROW, message)
        .at(header.span, "markdown takes this for prose")
        .help("write a row of dashes under it, with as many cells: `|---|---|`")
        .fix(fix)
}

/// Neighbouring lines that look like rows and are in no table, code or comment.
fn runs(source: &Source, file: usize, blocks: &Blocks, markers: &[usize]) -> Vec<Vec<Row>> {
    let mut runs: Vec<Vec<Row>> = Vec::new();
    let mut last_line = 0;
    let tables: Vec<_> = blocks
        .tables
        .iter()
        .map(|(range, _)| range.clone())
        .collect();
    for line in 1..=source.line_count() {
        let range = trim(&source.text, source.line_range(line));
        let text = source.slice(range.clone());
        if !looks_like_row(text)
            || markers.binary_search(&line).is_ok()
            // The table of a quote begins behind the `>`.
            || contain(&tables, range.end.saturating_sub(1))
            || contain(&blocks.verbatim, range.start)
        {
            continue;
        }
        let row = cells::row(source, file, range);
        match runs.last_mut() {
            Some(run) if last_line + 1 == line => run.push(row),
            _ => runs.push(vec![row]),
        }
        last_line = line;
    }
    runs
}

/// Between pipes, or with so many of them that it can hardly be prose.
fn looks_like_row(text: &str) -> bool {
    let pipes = |text: &str| text.matches('|').count();
    if text.starts_with('|') {
        return pipes(text) > 1;
    }
    let prose = cells::code_spans(text)
        .into_iter()
        .filter(|(_, code)| !code);
    pipes(text) > 2 && prose.map(|(text, _)| pipes(text)).sum::<usize>() > 2
}

/// `=======` under loose rows makes a heading of them: not meant.
fn drop_headings(blocks: &mut Blocks, runs: &[Vec<Row>]) {
    let ends = |run: &Vec<Row>| Some((run.first()?.span.start, run.last()?.span.end));
    let runs: Vec<_> = runs.iter().filter_map(ends).collect();
    blocks.headings.retain(|(range, ..)| {
        let next = runs.partition_point(|(_, end)| *end <= range.start);
        runs.get(next).is_none_or(|(start, _)| range.end <= *start)
    });
}

fn follows_marker(source: &Source, markers: &[usize], run: Span) -> bool {
    markers.binary_search(&(source.line(run.start) - 1)).is_ok()
}

fn refused(source: &Source, run: &[Row]) -> Diagnostic {
    let (header, delimiter, rows) = (&run[0], &run[1], &run[2..]);
    let (expected, found) = (header.cells.len(), delimiter.cells.len());
    let tab = source.slice(delimiter.span.range()).contains('\t');
    let is_good = expected == found && cells::is_gfm_delimiter(source, delimiter);
    let dashes = dashes(source, header, Some(delimiter));
    let fix = match is_good && !tab {
        // What stands before the header is at fault.
        true => apart(source, header),
        false => {
            let certain = expected == found || fit(header, rows);
            Some(Fix::new(format!("write `{dashes}`"), certain).put(delimiter.span, dashes))
        }
    };
    if tab && is_good {
        return Diagnostic::new(
            &codes::TAB_DELIMITER,
            "not every reader of markdown sees a table here",
        )
        .at(delimiter.span, "tabs in the row of dashes")
        .help("write spaces instead of tabs, or nothing: `|---|---|`")
        .fixes(fix);
    }
    let message = "the row under the header is not one that markdown accepts, so there is no table";
    let help = if expected == found {
        "write dashes only: `|---|---|`; an empty line stands before the header".to_owned()
    } else {
        format!("the header has {expected} cells, the row of dashes {found}: make them equal")
    };
    Diagnostic::new(&codes::LOOSE_ROW, message)
        .at(delimiter.span, "not a row of dashes for this header")
        .also(header.span, "the header")
        .help(help)
        .fixes(fix)
}

/// Reports the dashes of a table that pulldown-cmark sees, and no reader that keeps to the
/// rules of GFM: `- - -`.
pub(super) fn report_dashes(source: &Source, file: usize, table: &Table, report: &mut Report) {
    let line = source.line(table.header.span.start) + 1;
    if line > source.line_count() {
        return;
    }
    let range = source.line_range(line);
    let quoted = source.slice(range.clone());
    let plain = quoted.trim_start_matches(['>', ' ', '\t']).len();
    let delimiter = cells::row(source, file, range.end - plain..range.end);
    if cells::is_delimiter(source, &delimiter) && !cells::is_gfm_delimiter(source, &delimiter) {
        let run: Vec<Row> = [&table.header, &delimiter]
            .into_iter()
            .chain(&table.rows)
            .cloned()
            .collect();
        report.push(refused(source, &run));
    }
}

/// An empty line before the header, if there is none.
fn apart(source: &Source, header: &Row) -> Option<Fix> {
    let line = source.line(header.span.start);
    let above = source.line_range(line.checked_sub(1).filter(|line| *line > 0)?);
    let is_prose = !source.slice(above).trim().is_empty();
    let start = source.line_range(line).start;
    let is_plain = source.before(header.span.start).trim().is_empty();
    (is_prose && is_plain).then(|| {
        let empty = header.span.with(start..start);
        Fix::certain("write an empty line before the header").put(empty, source.line_ending())
    })
}

/// The empty lines between `table` and `run` taken out, if nothing else stands there.
fn together(source: &Source, run: &[Row], table: &Table) -> Option<Fix> {
    let first = source.line(run[0].span.start);
    let is_empty = |line: &usize| source.slice(source.line_range(*line)).trim().is_empty();
    let empty = (1..first).rev().take_while(is_empty).count();
    let last = table.rows.last().unwrap_or(&table.header).span;
    // Under a header alone stands its row of dashes.
    let dashes = usize::from(table.rows.is_empty());
    let is_next = source.line(last.start) + dashes + empty + 1 == first;
    let start = source.line_range(first - empty).start;
    let gap = last.with(start..source.line_range(first).start);
    (empty > 0 && is_next)
        .then(|| Fix::new("remove the empty line", fit(&table.header, run)).put(gap, ""))
}

/// The line before `run` ends the table above; it is at fault, the rows are
/// what it costs.
fn torn(source: &Source, run: &[Row], above: Option<&Table>) -> Diagnostic {
    let (first, last) = (run[0].span, run[run.len() - 1].span);
    let lines = (source.line(first.start), source.line(last.start));
    let message = match run.len() {
        1 => format!("a row outside a table, in line {}", lines.0),
        n => format!(
            "{n} rows outside a table, in lines {} to {}",
            lines.0, lines.1
        ),
    };
    let diagnostic = Diagnostic::new(&codes::LOOSE_ROW, message);
    let Some(table) = above else {
        return diagnostic
            .at(first, "looks like a row of a table")
            .help("give it a header and a row of dashes, or escape its pipes: `\\|`");
    };
    let stray = source.line_range(lines.0.saturating_sub(1));
    diagnostic
        .at(first.with(stray), "this line ends the table")
        .also(first, "markdown does not see this line in the table above")
        .also(table.header.span, "the table begins here")
        .help("remove the empty or stray line, so that the table goes on")
        .fixes(together(source, run, table))
}
