//! Rows to lines of text, in columns, within a width.
//!
//! A row has a label, what was understood, and what it was taken from. All three
//! stand beside each other where there is room, else the last below the second.
//! What it prints is text of a spec: control characters, which would command a
//! terminal, are shown as signs.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Style;

/// Narrower than this, citations stand below what they are of.
const BESIDE: usize = 80;
/// Columns that citations take at most, where they stand beside.
const CITED: usize = 46;
/// Labels are as wide as this.
const LABEL: usize = 11;
/// Lines are never made narrower than this.
const LEAST: usize = 40;

/// Words of a spec, and where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cited {
    /// `column Min`, `overlay, Type`; mostly empty.
    pub(super) from: String,
    /// As they stand; empty for a place alone.
    pub(super) words: String,
    /// `spec/api.md:5:12`.
    pub(super) place: String,
}

/// What a row is, for its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    #[default]
    Plain,
    /// It is not as it should be: nothing was read here.
    Lost,
    Warning,
    Error,
}

/// One thing that is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) cited: Vec<Cited>,
    pub(super) mark: Mark,
    /// How deep it stands: 1 for a field, 2 for what is known of one.
    pub(super) level: usize,
}

impl Row {
    pub(super) fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Row {
            label: label.into(),
            text: text.into(),
            ..Row::default()
        }
    }

    pub(super) fn from(mut self, cited: impl IntoIterator<Item = Cited>) -> Self {
        self.cited.extend(cited);
        self
    }

    pub(super) fn marked(self, mark: Mark) -> Self {
        Row { mark, ..self }
    }

    pub(super) fn at_level(self, level: usize) -> Self {
        Row { level, ..self }
    }
}

/// Blocks of rows under a title each.
#[derive(Debug, Default)]
pub(super) struct Page {
    blocks: Vec<(Row, Vec<Row>)>,
}

impl Page {
    /// Adds rows under the label of `title`.
    pub(super) fn push(&mut self, title: Row, rows: Vec<Row>) {
        self.blocks.push((title, rows));
    }

    pub(super) fn text(&self, style: Style) -> String {
        let rows = self.blocks.iter().flat_map(|(_, rows)| rows);
        let places = rows.flat_map(|row| &row.cited);
        let longest = places.map(|cited| cited.place.width()).max().unwrap_or(0);
        let pen = Pen {
            width: style.width.max(LEAST),
            colour: style.colour,
            // A place that is broken is none that a terminal opens.
            beside: style.width >= BESIDE && longest <= CITED,
        };
        let mut out = String::new();
        for (title, rows) in &self.blocks {
            if !out.is_empty() {
                out.push('\n');
            }
            pen.title(title, &mut out);
            for row in rows {
                pen.row(row, &mut out);
            }
        }
        out
    }
}

#[derive(Clone, Copy)]
enum Paint {
    None,
    Bold,
    Dim,
    Label,
    Warning,
    Error,
}

struct Pen {
    width: usize,
    colour: bool,
    /// Citations stand beside what they are of.
    beside: bool,
}

impl Pen {
    fn title(&self, title: &Row, out: &mut String) {
        let text = match title.text.is_empty() {
            true => visible(&title.label),
            false => visible(&format!("{}: {}", title.label, title.text)),
        };
        for line in wrapped(&text, self.width) {
            out.push_str(&self.painted(&line, Paint::Bold));
            out.push('\n');
        }
    }

    fn row(&self, row: &Row, out: &mut String) {
        let indent = 2 + 2 * row.level;
        let label = visible(&row.label);
        let gap = match label.width() + 1 > LABEL {
            true => label.width() + 2,
            false => LABEL,
        };
        let start = indent + gap;
        let beside = self.beside && start + CITED + 20 <= self.width;
        let room = match beside && !row.cited.is_empty() {
            true => self.width - start - CITED - 2,
            false => self.width.saturating_sub(start).max(20),
        };
        let text = wrapped(&visible(&row.text), room);
        let room_cited = if beside { CITED } else { room };
        let cited = row.cited.iter().flat_map(|of| lines_of(of, room_cited));
        let cited: Vec<String> = cited.collect();
        let lines = match beside {
            true => text.len().max(cited.len()),
            false => text.len() + cited.len(),
        };
        for at in 0..lines {
            let (own, cite) = match beside {
                true => (text.get(at), cited.get(at)),
                false => (
                    text.get(at),
                    at.checked_sub(text.len()).and_then(|at| cited.get(at)),
                ),
            };
            let mut line = " ".repeat(indent);
            let shown = if at == 0 { label.as_str() } else { "" };
            line.push_str(&self.painted(shown, paint(row.mark)));
            line.push_str(&" ".repeat(gap - shown.width()));
            let own = own.map_or("", String::as_str);
            line.push_str(&self.painted(own, Paint::None));
            if let Some(cite) = cite {
                if beside {
                    line.push_str(&" ".repeat(room + 2 - own.width().min(room)));
                }
                line.push_str(&self.painted(cite, Paint::Dim));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    fn painted(&self, text: &str, paint: Paint) -> String {
        let code = match paint {
            Paint::None => "",
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Label => "36",
            Paint::Warning => "1;33",
            Paint::Error => "1;31",
        };
        match self.colour && !code.is_empty() && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

fn paint(mark: Mark) -> Paint {
    match mark {
        Mark::Plain => Paint::Label,
        Mark::Lost | Mark::Warning => Paint::Warning,
        Mark::Error => Paint::Error,
    }
}

/// A citation on one line if it fits, else on as few as it does.
fn lines_of(cited: &Cited, room: usize) -> Vec<String> {
    let words = match cited.words.is_empty() {
        true => String::new(),
        false => format!("\"{}\"", visible(&cited.words)),
    };
    let parts = [visible(&cited.from), words, visible(&cited.place)];
    let mut lines: Vec<String> = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + part.width() <= room => {
                line.push(' ');
                line.push_str(&part);
            }
            _ => lines.extend(wrapped(&part, room)),
        }
    }
    lines
}

/// Lines of at most `width` columns, broken between words where there is one.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        loop {
            let last = lines.last_mut();
            let Some(line) = last else { break };
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() <= width {
                line.push_str(&" ".repeat(gap));
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let (head, tail) = word.split_at(cut(word, width));
            line.push_str(head);
            word = tail;
            if word.is_empty() {
                break;
            }
        }
    }
    lines
}

/// Where a word that is too long is cut: never before its first character.
fn cut(word: &str, width: usize) -> usize {
    let mut used = 0;
    for (at, letter) in word.char_indices() {
        used += letter.width().unwrap_or(0);
        if used > width && at > 0 {
            return at;
        }
    }
    word.len()
}

/// The text without what a terminal would obey.
fn visible(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        // Signs that turn the direction of text, and marks of no width.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        let cases = [
            ("one two three", 7, &["one two", "three"][..]),
            ("abcdefgh ij", 4, &["abcd", "efgh", "ij"]),
            ("", 4, &[""]),
            ("温度温度", 4, &["温度", "温度"]),
        ];
        for (text, width, lines) in cases {
            assert_eq!(wrapped(text, width), lines, "{text}");
        }
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let cited = Cited {
            from: "overlay, Type".to_owned(),
            words: "uint8".to_owned(),
            place: "spec/overlay.md:7:11".to_owned(),
        };
        let text = "a sentence of some words, which is longer than a line of it may be by far";
        for width in [40, 60, 79, 80, 100, 140] {
            let mut page = Page::default();
            let row = Row::new("label", text).from([cited.clone()]);
            page.push(Row::new("title", ""), vec![row.clone(), row.at_level(2)]);
            let shown = page.text(Style {
                width,
                colour: false,
            });
            assert!(shown.lines().all(|line| line.width() <= width), "{shown}");
            for word in text.split(' ').chain(["spec/overlay.md:7:11", "\"uint8\""]) {
                assert!(shown.contains(word), "{width}: {word}\n{shown}");
            }
        }
    }

    #[test]
    fn a_terminal_obeys_no_text_of_a_spec() {
        let mut page = Page::default();
        page.push(Row::new("\u{1b}[2J", "a\u{202e}b"), vec![]);
        let shown = page.text(Style {
            width: 80,
            colour: false,
        });
        assert_eq!(shown, "\u{fffd}[2J: a\u{fffd}b\n");
    }
}
