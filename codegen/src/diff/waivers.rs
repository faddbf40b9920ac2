//! Changes that were looked at and accepted: a table of fingerprints and reasons.
//!
//! ```markdown
//! | Fingerprint | Reason |
//! | ----------- | ------ |
//! | 0123456789abcdef | no released client reads `tma` |
//! ```
//!
//! Other columns and all other text are for people. A waiver without a reason,
//! one of a change that is not there (any more), and a row that is no waiver are
//! errors: what waives must not rot.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::finding::{Diff, Finding};
use crate::{
    model::At,
    report::{self, codes},
    source::{Diagnostic, Report, Source, Span, Spec, trim},
};

/// The changes that are accepted, with reasons.
#[derive(Debug, Default)]
pub struct Waivers {
    rows: Vec<Waiver>,
}

#[derive(Debug)]
struct Waiver {
    fingerprint: At<String>,
    reason: String,
}

/// The cells of a table, row by row, the header first.
type Table = Vec<Vec<At<String>>>;

impl Waivers {
    /// The waivers in the files of `spec`, and what is wrong with them.
    pub fn read(spec: &Spec) -> (Self, Report) {
        let mut report = report::read_errors(spec);
        let mut waivers = Waivers::default();
        for (file, source) in spec.sources().iter().enumerate() {
            let mut found = false;
            for table in tables(source, file) {
                found |= waivers.read_table(&table, &mut report);
            }
            if !found {
                let span = Span::new(file, 0..source.line_range(1).end);
                let label = "no table of waivers from here on";
                report.push(bad("no waivers in the file".into(), span, label));
            }
        }
        (waivers, report)
    }

    /// Reads the table if it is one of waivers, and returns whether it is.
    fn read_table(&mut self, table: &Table, report: &mut Report) -> bool {
        let Some((header, rows)) = table.split_first() else {
            return false;
        };
        let column = |name: &str| {
            header
                .iter()
                .position(|c| c.value.eq_ignore_ascii_case(name))
        };
        let (Some(fingerprint), Some(reason)) = (column("Fingerprint"), column("Reason")) else {
            return false;
        };
        for row in rows {
            let (Some(fingerprint), Some(reason)) = (row.get(fingerprint), row.get(reason)) else {
                continue;
            };
            let hex = fingerprint.value.bytes().all(|b| b.is_ascii_hexdigit());
            let before = self
                .rows
                .iter()
                .find(|w| w.fingerprint.value == fingerprint.value);
            if !hex || fingerprint.value.len() != 16 {
                let message = format!("`{}` is not a fingerprint", fingerprint.value);
                report.push(bad(
                    message,
                    fingerprint.span,
                    "expected 16 hexadecimal digits",
                ));
            } else if let Some(before) = before {
                let message = format!("`{}` is waived twice", fingerprint.value);
                report.push(
                    bad(message, fingerprint.span, "waived again here")
                        .also(before.fingerprint.span, "first waived here"),
                );
            } else {
                if reason.value.is_empty() {
                    report.push(without_reason(fingerprint, reason.span));
                }
                self.rows.push(Waiver {
                    fingerprint: fingerprint.clone(),
                    reason: reason.value.clone(),
                });
            }
        }
        true
    }

    /// Marks what is waived in `diff`; waivers of nothing are reported.
    pub fn apply(&self, diff: &mut Diff, report: &mut Report) {
        let mut by_fingerprint: BTreeMap<String, Vec<&mut Finding>> = BTreeMap::new();
        for finding in &mut diff.findings {
            let same = by_fingerprint.entry(finding.fingerprint()).or_default();
            same.push(finding);
        }
        for waiver in &self.rows {
            let waived = by_fingerprint.get_mut(&waiver.fingerprint.value);
            let used = waived.is_some();
            for finding in waived.into_iter().flatten() {
                finding.waived = Some(waiver.reason.clone());
            }
            if !used {
                let fingerprint = &waiver.fingerprint;
                let message = format!("no change has the fingerprint `{}`", fingerprint.value);
                report.push(
                    Diagnostic::new(&codes::WAIVER_UNUSED, message)
                        .at(fingerprint.span, "waives nothing")
                        .help("remove the row; if the change is there in another form, look anew"),
                );
            }
        }
        report.sort();
    }
}

fn bad(message: String, span: Span, label: &'static str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_WAIVER, message)
        .at(span, label)
        .help("a table `| Fingerprint | Reason |`; `goe-codegen diff` prints the fingerprints")
}

fn without_reason(fingerprint: &At<String>, span: Span) -> Diagnostic {
    let message = format!("waiver `{}` has no reason", fingerprint.value);
    Diagnostic::new(&codes::WAIVER_WITHOUT_REASON, message)
        .at(span, "empty")
        .also(fingerprint.span, "waived here")
        .help("say why nobody is hurt by the change, or who agreed to it")
}

fn tables(source: &Source, file: usize) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let events = Parser::new_ext(&source.text, Options::ENABLE_TABLES).into_offset_iter();
    for (event, range) in events {
        let row = tables.last_mut().and_then(|table| table.last_mut());
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                tables.extend(tables.is_empty().then(Vec::new));
                if let Some(table) = tables.last_mut() {
                    table.push(Vec::new());
                }
            }
            Event::Start(Tag::TableCell) => {
                let span = Span::new(file, trim(&source.text, range));
                if let Some(row) = row {
                    let value = String::new();
                    row.push(At { value, span });
                }
            }
            Event::Text(text) | Event::Code(text) => {
                let cell = row.and_then(|row| row.last_mut());
                cell.into_iter().for_each(|cell| cell.value += &text);
            }
            // Text behind a table belongs to no cell of it.
            Event::End(TagEnd::Table) => tables.push(Vec::new()),
            _ => {}
        }
    }
    for cell in tables.iter_mut().flatten().flatten() {
        cell.value = cell.value.trim().to_owned();
    }
    tables
}
