//! Standard output: its width, its colours, and readers that have seen enough.
//!
//! Colour goes through `anstream`, which takes it out where nobody wants it: where no
//! terminal reads, by `NO_COLOR` and by `--color`. Data does not, since what looks like
//! colour there is what a charger said.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::fault::Outcome;
use crate::words;

/// What a key looks like.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();
/// What stands aside.
pub(crate) const ASIDE: Style = Style::new().dimmed();
/// Of headings.
pub(crate) const HEADING: Style = Style::new().bold();

/// Columns of text where nobody says how many there are.
const OTHERWISE: usize = 100;

/// Writes a line, at once.
pub(crate) fn line(text: impl std::fmt::Display) -> Outcome {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Writes what has its own ends of lines.
pub(crate) fn text(bytes: &[u8]) -> Outcome {
    let mut out = anstream::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes data, at once: a program gets it as it is, and a terminal is not commanded by it.
pub(crate) fn data(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match out.is_terminal() {
        true => out.write_all(harmless(text).as_bytes())?,
        false => out.write_all(text.as_bytes())?,
    }
    Ok(out.flush()?)
}

/// The same lines, of which none commands a terminal.
fn harmless(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => words::printable(line) + "\n",
            None => words::printable(line),
        })
        .collect()
}

/// Columns of the terminal, if one reads.
pub(crate) fn columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| width.0.into())
}

/// Columns for running text.
pub(crate) fn text_width() -> usize {
    columns().map_or(OTHERWISE, |width| width.clamp(20, OTHERWISE))
}

/// Running text behind a margin.
pub(crate) fn wrapped(text: &str, margin: &str) -> String {
    let options = textwrap::Options::new(text_width())
        .initial_indent(margin)
        .subsequent_indent(margin)
        .break_words(false);
    textwrap::fill(text, options)
}

/// A text with blanks behind it, up to so many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{:missing$}", "")
}

/// A text of at most so many columns.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used <= columns
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

/// Rows of cells, aligned; the last of a row is cut where the terminal ends.
pub(crate) struct Table {
    rows: Vec<Vec<(String, Style)>>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Table { rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [(&str, Style); N]) {
        let cells = cells.into_iter();
        self.rows.push(
            cells
                .map(|(text, style)| (text.to_owned(), style))
                .collect(),
        );
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn print(&self) -> Outcome {
        text(self.lines(columns()).as_bytes())
    }

    fn lines(&self, columns: Option<usize>) -> String {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|(text, _)| text.width()).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..count).map(width).collect();
        let mut lines = String::new();
        for row in &self.rows {
            let (mut line, mut used) = (String::new(), 0);
            for (at, (text, style)) in row.iter().enumerate() {
                let is_last = at + 1 == row.len();
                let text = match (is_last, columns) {
                    (true, Some(columns)) => cut(text, columns.saturating_sub(used).max(8)),
                    (true, None) => text.clone(),
                    (false, _) => text.clone(),
                };
                let blanks = match is_last {
                    true => 0,
                    false => widths[at].saturating_sub(text.width()) + 2,
                };
                used += widths[at] + 2;
                line.push_str(&format!("{style}{text}{style:#}{:blanks$}", ""));
            }
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_commands_no_terminal() {
        assert_eq!(
            harmless("fna,Gar\u{1b}[2Jage\u{9b}31m\r\n\nb"),
            "fna,Gar\\u{1b}[2Jage\\u{9b}31m\\r\n\nb"
        );
    }

    #[test]
    fn columns_are_aligned_and_cut() {
        let plain = Style::new();
        let mut table = Table::new();
        table.row([("a", plain), ("Wärme", plain), ("1 °C", plain)]);
        table.row([("abc", plain), ("x", plain), ("a long value", plain)]);
        assert_eq!(
            table.lines(None),
            "a    Wärme  1 °C\nabc  x      a long value\n"
        );
        assert_eq!(
            table.lines(Some(20)),
            "a    Wärme  1 °C\nabc  x      a long…\n".replace("a long…", "a long …")
        );
        assert_eq!(cut("日本語", 5), "日本…");
    }
}
