//! Another author's titles and words, as an overlay maps them to ours.
//!
//! | Header | Column |
//! |---|---|
//! | `Topic` | `Key` |
//! | `Remarks` | `-`: not read |
//! | | `Category = Config`: in every row of a table that lacks the column |
//!
//! | Word | Column | Meaning |
//! |---|---|---|
//! | `ro` | `R/W` | `R` |
//!
//! A cell that holds such a word is read from the overlay instead, as one that a rule
//! states is. Mappings must not rot: one that nothing in the spec needs is an error.

use std::{cell::Cell, collections::BTreeMap};

use super::{
    cell::{
        choice, key,
        text::{prose, word},
        types::{self, Whose},
    },
    columns::{self, Column, KEYS, OF_SPECS, Stating, TableKind},
    rows::Cells,
    table::Table,
};
use crate::{
    model::At,
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    suggest, syntax,
};

/// All mappings of the overlays of a spec.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    headers: Vec<Title>,
    constants: Vec<Constant>,
    words: Vec<Word>,
    /// What may be a key by the titles of its column, and the headers of those tables.
    names: BTreeMap<String, Vec<Span>>,
}

/// A title, and the column that is meant: none if its cells are not to be read.
#[derive(Debug)]
struct Title {
    title: At<String>,
    column: Option<&'static Column>,
    used: Cell<bool>,
}

/// What stands in a column that tables lack.
#[derive(Debug)]
struct Constant {
    column: &'static Column,
    value: Span,
    used: Cell<bool>,
}

/// A word of a column, and the cell that says what is meant.
#[derive(Debug)]
struct Word {
    word: At<String>,
    column: &'static Column,
    meaning: Span,
    /// It stands for a blank cell.
    is_dash: bool,
    used: Cell<bool>,
}

impl Word {
    /// Returns whether `theirs` is this word in the same column. `mA` is no `MA`, and a
    /// default `off` no `OFF`: what is not one of a few words is spelled as it is meant.
    fn is(&self, theirs: &str, column: &Column) -> bool {
        let as_is = ["Unit", "Default", "Values"].contains(&column.title);
        self.column.title == column.title
            && match as_is {
                true => bare(&self.word.value) == bare(theirs),
                false => same(&self.word.value, theirs),
            }
    }
}

impl Foreign {
    /// Adds what a table of headers says.
    pub(super) fn add_headers(&mut self, table: &Table<'_>, report: &mut Report) {
        for row in &table.rows {
            self.add_header(table.source, row, report);
        }
    }

    fn add_header(&mut self, source: &Source, row: &Cells, report: &mut Report) {
        let [Some(header), Some(cell)] = [row.get(0), row.get(1)] else {
            return;
        };
        let title = word(source, header);
        let meant = word(source, cell);
        if title.value.is_empty() {
            return self.add_constant(source, cell, report);
        }
        let used = Cell::new(false);
        if let Some(first) = self
            .headers
            .iter()
            .find(|one| same(&one.title.value, &title.value))
        {
            report.push(twice("header", &title, first.title.span));
            return;
        }
        let column = match is_blank(&meant.value) {
            true => None,
            false => match column(&meant, report) {
                Some(column) => Some(column),
                None => return,
            },
        };
        self.headers.push(Title {
            title,
            column,
            used,
        });
    }

    /// `Category = Config`
    fn add_constant(&mut self, source: &Source, cell: Span, report: &mut Report) {
        let text = source.slice(cell.range());
        let Some((name, value)) = text.split_once('=') else {
            report.push(
                Diagnostic::new(&codes::BAD_MAPPING, "no header, and no value for a column")
                    .at(cell.visible(), "what is mapped to this?")
                    .help(
                        "write the other author's title into the Header column; or, for a column \
                         that his tables lack, what stands in all rows: `Category = Config`",
                    ),
            );
            return;
        };
        let (start, value_at) = (cell.start, cell.end - value.len());
        let name = cell.with(crate::source::trim(&source.text, start..start + name.len()));
        let value = cell.with(crate::source::trim(&source.text, value_at..cell.end));
        let [name, value] = [(name, '`'), (value, '`')].map(|(span, tick)| {
            let text = source.slice(span.range());
            let before = text.len() - text.trim_start_matches(tick).len();
            let after = text.trim_end_matches(tick).len().max(before);
            span.with(crate::source::trim(
                &source.text,
                span.start + before..span.start + after,
            ))
        });
        let Some(column) = column(&word(source, name), report) else {
            return;
        };
        if names_the_row(column) {
            report.push(
                Diagnostic::new(&codes::BAD_MAPPING, "all rows would have one name")
                    .at(value, "cannot stand in all rows")
                    .help("map the title of the column that has the names: `| Topic | Key |`"),
            );
            return;
        }
        if let Some(first) = self
            .constants
            .iter()
            .find(|one| one.column.title == column.title)
        {
            report.push(twice("value of column", &word(source, name), first.value));
            return;
        }
        if means_something(source, value, column, report) {
            self.constants.push(Constant {
                column,
                value,
                used: Cell::new(false),
            });
        }
    }

    /// Adds what a table of words says.
    pub(super) fn add_words(&mut self, table: &Table<'_>, report: &mut Report) {
        let source = table.source;
        for row in &table.rows {
            let Some([theirs, cell, meaning]) = row.all() else {
                continue;
            };
            let theirs = word(source, theirs);
            let title = word(source, cell);
            let Some(column) = column(&title, report) else {
                continue;
            };
            if names_the_row(column) {
                let message = format!("words of the column `{}` are names", column.title);
                report.push(
                    Diagnostic::new(&codes::BAD_MAPPING, message)
                        .at(title.span, "cannot be mapped")
                        .help("map words of other columns: `R/W`, `Type`, `Category`, `Unit`"),
                );
                continue;
            }
            let mut all = self.words.iter();
            let before = all.find(|one| one.is(&theirs.value, column));
            if let Some(first) = before {
                report.push(twice("word", &theirs, first.word.span));
            } else if theirs.value.is_empty() {
                report.push(
                    Diagnostic::new(&codes::BAD_MAPPING, "no word")
                        .at(theirs.span.visible(), "empty")
                        .help("write the word as the other author does: `ro`"),
                );
            } else if means_something(source, meaning, column, report) {
                self.words.push(Word {
                    word: theirs,
                    column,
                    is_dash: is_fact(column) && is_blank(&word(source, meaning).value),
                    meaning,
                    used: Cell::new(false),
                });
            }
        }
    }

    /// The title of the column that `title` stands for; none if it is not to be read.
    pub(super) fn column<'a>(&self, title: &'a str) -> Option<&'a str> {
        match self.header(title) {
            None => Some(title),
            Some(header) => header.column.map(|column| column.title),
        }
    }

    /// Returns whether a title is mapped to a column.
    pub(super) fn maps(&self, title: &str) -> bool {
        self.header(title)
            .is_some_and(|header| header.column.is_some())
    }

    fn header(&self, title: &str) -> Option<&Title> {
        let mut headers = self.headers.iter();
        headers.find(|header| same(&header.title.value, title))
    }

    /// Notes that a table with `titles` was read as one with the titles `read`.
    pub(super) fn used(&self, titles: &[String], read: &[Option<&str>]) {
        for (title, read) in titles.iter().zip(read) {
            if let Some(header) = self.header(title)
                && header.column.map(|column| column.title) == *read
            {
                header.used.set(true);
            }
        }
    }

    /// Notes that titles of a table keep it from being taken for one of keys.
    pub(super) fn left_out(&self, titles: &[Option<&str>]) -> bool {
        let titles = titles.iter().flatten();
        let headers = titles.filter_map(|title| self.header(title));
        let mut any = false;
        for header in headers.filter(|header| header.column.is_none()) {
            header.used.set(true);
            any = true;
        }
        any
    }

    /// Notes what `table` names if it is one of keys.
    pub(super) fn add_names(&mut self, source: &Source, table: &syntax::Table, titles: &[String]) {
        let is_key = |title: &String| self.column(title).is_some_and(|title| KEYS[0].is(title));
        let Some(at) = titles.iter().position(is_key) else {
            return;
        };
        for cell in table.rows.iter().filter_map(|row| row.cells.get(at)) {
            for name in key::read(source, *cell).names {
                let headers = self.names.entry(name.value).or_default();
                headers.push(table.header.span);
            }
        }
    }

    /// Returns whether another table than that with `header` may name `heading` as a key.
    pub(super) fn names(&self, heading: &str, header: Span) -> bool {
        let headers = self.names.get(heading).into_iter().flatten();
        headers.into_iter().any(|other| *other != header)
    }

    /// Returns whether a word of this column is mapped.
    pub(super) fn knows(&self, theirs: &str, column: &Column) -> bool {
        self.words.iter().any(|one| one.is(theirs, column))
    }

    /// Returns whether tables may lack this column.
    pub(super) fn has_constant(&self, column: &Column) -> bool {
        let mut constants = self.constants.iter();
        constants.any(|constant| constant.column.title == column.title)
    }

    /// The cell that stands for all of a column that a table of this kind lacks.
    pub(super) fn constant(&self, kind: TableKind, column: &Column) -> Option<Span> {
        let mut constants = self.constants.iter();
        let constant = constants.find(|constant| constant.column.title == column.title)?;
        kind.may_be_foreign().then(|| {
            constant.used.set(true);
            constant.value
        })
    }

    /// The cell that says what `cell` means, if it holds a mapped word of `column`.
    pub(super) fn meaning(&self, source: &Source, cell: Span, column: &Column) -> Option<Span> {
        let mut words = self.words.iter();
        if !words.any(|one| one.column.title == column.title) {
            return None;
        }
        let theirs = word(source, cell);
        let mut words = self.words.iter();
        let found = words.find(|one| one.is(&theirs.value, column))?;
        found.used.set(true);
        // A dash in a table states nothing, so that the description counts: only where a rule
        // has it, there is no such fact.
        Some(match found.is_dash {
            true => cell.with(cell.start..cell.start),
            false => found.meaning,
        })
    }

    /// Returns whether nothing is mapped.
    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.constants.is_empty() && self.words.is_empty()
    }

    /// Reports the mappings that nothing in the spec needs; `titles` are those of its
    /// tables.
    pub(super) fn report_unused(&self, titles: &[String], report: &mut Report) {
        for header in self.headers.iter().filter(|header| !header.used.get()) {
            let name = &header.title.value;
            let there = titles.iter().any(|title| same(title, name));
            let message = match there {
                true => format!("no table with a column `{name}` is read"),
                false => format!("no table of the spec has a column `{name}`"),
            };
            let known = titles.iter().map(String::as_str);
            let otherwise = "remove the row; or map more of the headers of that table: it is read \
                             if they say which column is the key, and which its access or type";
            report.push(
                Diagnostic::new(&codes::MAPPING_UNMATCHED, message)
                    .at(header.title.span, "maps nothing")
                    .help(suggest::help(
                        name,
                        known.filter(|known| !same(known, name)),
                        otherwise,
                    )),
            );
        }
        for constant in self
            .constants
            .iter()
            .filter(|constant| !constant.used.get())
        {
            let title = constant.column.title;
            let message = format!("every table of the spec has a column `{title}` itself");
            report.push(
                Diagnostic::new(&codes::MAPPING_UNMATCHED, message)
                    .at(constant.value, "stands in no row")
                    .help("remove the row"),
            );
        }
        for one in self.words.iter().filter(|one| !one.used.get()) {
            let (name, title) = (&one.word.value, one.column.title);
            let message = format!("no cell of a column `{title}` is `{name}`");
            report.push(
                Diagnostic::new(&codes::MAPPING_UNMATCHED, message)
                    .at(one.word.span, "maps nothing")
                    .help("write the word as it stands in the table, or remove the row"),
            );
        }
    }
}

/// Titles and words are told apart by their letters alone.
fn same(one: &str, other: &str) -> bool {
    columns::letters(bare(one)) == columns::letters(bare(other))
}

/// A word without the marks around it.
fn bare(text: &str) -> &str {
    text.trim_matches(['*', '_', '`', ' '])
}

fn is_blank(word: &str) -> bool {
    matches!(word, "" | "-" | "–" | "—")
}

fn twice(what: &str, again: &At<String>, first: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::BAD_MAPPING,
        format!("{what} `{}` is mapped twice", again.value),
    )
    .at(again.span, "mapped again here")
    .also(first, "first mapped here")
    .help("remove one of the rows")
}

/// The column of a key table, of fields or of positions that has this title.
fn column(title: &At<String>, report: &mut Report) -> Option<&'static Column> {
    let forms = OF_SPECS.iter().filter(|form| form.kind.may_be_foreign());
    let mut all = forms.flat_map(|form| form.columns);
    if let Some(column) = all.clone().find(|column| column.is(&title.value)) {
        return Some(column);
    }
    let known = all.by_ref().map(|column| column.title);
    let titles: Vec<&str> = KEYS.iter().map(|column| column.title).collect();
    let otherwise = format!(
        "columns are {}; `-` for one that is not read",
        titles.join(", ")
    );
    let message = format!("`{}` is no column of ours", title.value);
    report.push(
        Diagnostic::new(&codes::BAD_MAPPING, message)
            .at(title.span.visible(), "no known column")
            .help(suggest::help(&title.value, known, &otherwise)),
    );
    None
}

/// Returns whether the cell can stand in `column`; what is wrong with it is said once.
fn means_something(source: &Source, cell: Span, column: &Column, report: &mut Report) -> bool {
    let of = "what is mapped";
    let errors = report.diagnostics().len();
    match column.title {
        "R/W" => drop(choice::access(source, cell, of, report)),
        "Category" => drop(choice::category(source, cell, of, report)),
        "Type" => drop(types::read(source, cell, of, Whose::Correction, report)),
        _ if prose(source, cell).value.is_empty() && !is_fact(column) => report.push(
            Diagnostic::new(&codes::BAD_MAPPING, "nothing is mapped to")
                .at(cell.visible(), "empty")
                .help("say what is meant"),
        ),
        _ => {}
    }
    report.diagnostics().len() == errors
}

/// Returns whether its cells say what a row is about.
fn names_the_row(column: &Column) -> bool {
    matches!(column.title, "Key" | "Field" | "Index" | "Name")
}

/// Returns whether a blank cell of this column is a statement: none.
fn is_fact(column: &Column) -> bool {
    let facts = &KEYS[columns::KEY_FACTS..=columns::KEY_FACTS + Stating::Removed as usize];
    facts.iter().any(|fact| fact.title == column.title)
}
