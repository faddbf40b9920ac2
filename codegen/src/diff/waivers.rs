//! Changes that were looked at and accepted: a table of fingerprints and reasons.
//!
//! ```markdown
//! | Fingerprint | Reason |
//! | ----------- | ------ |
//! | 0123456789abcdef | no released client reads `tma` |
//! ```
//!
//! And what a kind of change is held for here, whomever it concerns:
//!
//! ```markdown
//! | Rule  | Severity | Reason |
//! | ----- | -------- | ------ |
//! | D0601 | breaking | our clients sort by category |
//! ```
//!
//! Other columns and all other text are for people. A row without a reason, one of
//! a change that is not there (any more), and one that is neither are errors: what
//! waives must not rot.

use std::{cmp::Reverse, collections::BTreeMap};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{
    finding::{Diff, Finding},
    rules::{self, Rule},
    severity::Severity,
};
use crate::{
    model::At,
    report::{self, codes},
    source::{Diagnostic, Report, Source, Span, Spec, trim},
};

/// The changes that are accepted, and what kinds of changes are held for, with
/// reasons.
#[derive(Debug, Default)]
pub struct Waivers {
    rows: Vec<Waiver>,
    severities: Vec<Held>,
}

/// What a kind of change is held for.
#[derive(Debug)]
struct Held {
    rule: &'static Rule,
    severity: Severity,
    span: Span,
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
                found |= waivers.read_table(&table, &mut report)
                    || waivers.read_severities(&table, &mut report);
            }
            if !found {
                let span = Span::new(file, 0..source.line_range(1).end);
                let label = "no table of waivers or severities from here on";
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
        let Some(columns) = columns(header, ["Fingerprint", "Reason"]) else {
            return false;
        };
        for row in rows {
            let [Some(fingerprint), Some(reason)] = columns.map(|column| row.get(column)) else {
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

    /// The same for a table of severities.
    fn read_severities(&mut self, table: &Table, report: &mut Report) -> bool {
        let Some((header, rows)) = table.split_first() else {
            return false;
        };
        let Some(columns) = columns(header, ["Rule", "Severity", "Reason"]) else {
            return false;
        };
        for row in rows {
            let cells = columns.map(|column| row.get(column));
            if let [Some(rule), Some(severity), Some(reason)] = cells {
                self.read_severity([rule, severity, reason], report);
            }
        }
        true
    }

    fn read_severity(&mut self, cells: [&At<String>; 3], report: &mut Report) {
        let [rule, severity, reason] = cells;
        let Some(known) = rules::find(&rule.value) else {
            let message = format!("`{}` is not a rule", rule.value);
            let label = "expected an id such as `D0411`";
            return report.push(bad_severity(message, rule.span.visible(), label));
        };
        let mut all = Severity::ALL.iter().copied();
        let named = |of: &Severity| of.to_string().eq_ignore_ascii_case(&severity.value);
        let Some(held) = all.find(named) else {
            let message = format!("`{}` is not a severity", severity.value);
            let label = "expected `breaking`, `risky`, `compatible` or `editorial`";
            return report.push(bad_severity(message, severity.span.visible(), label));
        };
        let mut before = self.severities.iter();
        if let Some(before) = before.find(|held| held.rule == known) {
            let message = format!("`{}` has two severities", known.id);
            let again = bad_severity(message, rule.span, "stated again here");
            return report.push(again.also(before.span, "first stated here"));
        }
        if reason.value.is_empty() {
            let message = format!("the severity of `{}` has no reason", known.id);
            report.push(
                Diagnostic::new(&codes::WAIVER_WITHOUT_REASON, message)
                    .at(reason.span.visible(), "empty")
                    .also(rule.span, "stated here")
                    .help("say why the rule is held for that here"),
            );
        }
        self.severities.push(Held {
            rule: known,
            severity: held,
            span: rule.span,
        });
    }

    /// Gives the changes of `diff` the severities that are stated for their rules.
    fn weigh(&self, diff: &mut Diff, report: &mut Report) {
        for held in &self.severities {
            let findings = diff.findings.iter_mut();
            let mut used = false;
            for finding in findings.filter(|finding| finding.rule == held.rule) {
                used = true;
                let stated = |of: Option<Severity>| of.map(|_| held.severity);
                finding.readers = stated(finding.readers);
                finding.writers = stated(finding.writers);
                finding.severity = held.severity;
            }
            if !used {
                let message = format!("no change is of the rule `{}`", held.rule.id);
                report.push(
                    Diagnostic::new(&codes::WAIVER_UNUSED, message)
                        .at(held.span, "changes nothing")
                        .help("remove the row"),
                );
            }
        }
        diff.findings
            .sort_by_key(|finding| Reverse(finding.severity));
    }

    /// Gives the changes of `diff` the severities of the file, and marks what is
    /// waived; rows for nothing are reported.
    pub fn apply(&self, diff: &mut Diff, report: &mut Report) {
        self.weigh(diff, report);
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

/// Where the columns `names` stand in a header that has all of them.
fn columns<const N: usize>(header: &[At<String>], names: [&str; N]) -> Option<[usize; N]> {
    let place = |name: &str| {
        let mut cells = header.iter();
        cells.position(|cell| cell.value.eq_ignore_ascii_case(name))
    };
    let mut places = [0; N];
    for (at, name) in places.iter_mut().zip(names) {
        *at = place(name)?;
    }
    Some(places)
}

fn bad(message: String, span: Span, label: &'static str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_WAIVER, message)
        .at(span, label)
        .help("a table `| Fingerprint | Reason |`; `goe-codegen diff` prints the fingerprints")
}

fn bad_severity(message: String, span: Span, label: &'static str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_WAIVER, message)
        .at(span, label)
        .help("a table `| Rule | Severity | Reason |`; `goe-codegen explain D0411` says what a rule is")
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
