//! Findings for code hosts: SARIF 2.1.0, written as it is made.
//!
//! One run of one tool. Its rules are the codes that occur, with their pages as
//! help, so that a host can show them beside a finding; its results are the
//! findings, each with its place, its further places as related locations, and
//! its help as a second line of the message, which is all that hosts show. What
//! would mend it is in its fixes, how sure that is in their properties.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::{Value, json};

use super::place::{Place, Places};
use crate::source::{Code, Diagnostic, Fix, Report, Spec};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultJson {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    /// With all that are not told one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_count: Option<usize>,
    message: Value,
    locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
}

pub(super) fn write(report: &Report, spec: &Spec, out: &mut dyn Write) -> io::Result<()> {
    let rules = rules(report);
    let pages = rules.values().map(|(_, code)| rule(code)).collect();
    let mut places = Places::new(spec);
    let results = report.diagnostics().iter().map(|diagnostic| {
        let rule = rules.get(diagnostic.code.id).map_or(0, |(index, _)| *index);
        result(diagnostic, rule, &mut places)
    });
    run(pages, results, out)
}

/// Writes one run of the tool: the rules that its results are of, by their place
/// in the list, and the results, one a line.
pub(crate) fn run(
    rules: Vec<Value>,
    results: impl Iterator<Item = impl Serialize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(
        out,
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":"
    )?;
    serde_json::to_writer(&mut *out, &tool(rules))?;
    out.write_all(b",\"columnKind\":\"unicodeCodePoints\",\"results\":[")?;
    for (index, result) in results.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &result)?;
    }
    writeln!(out, "\n]}}]}}")
}

/// The codes that occur, by id, each with its place in the list of rules.
fn rules(report: &Report) -> BTreeMap<&'static str, (usize, &'static Code)> {
    let codes = report.diagnostics().iter().map(|d| (d.code.id, d.code));
    let codes: BTreeMap<_, _> = codes.collect();
    let numbered = codes.into_iter().enumerate();
    numbered.map(|(i, (id, code))| (id, (i, code))).collect()
}

fn tool(rules: Vec<Value>) -> Value {
    json!({"driver": {
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    }})
}

fn rule(code: &'static Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explanation},
        "help": {"text": code.explanation, "markdown": code.page},
        "defaultConfiguration": {"level": code.severity.name()},
    })
}

fn result<'a>(
    diagnostic: &'a Diagnostic,
    rule_index: usize,
    places: &mut Places<'a>,
) -> ResultJson {
    let (primary, secondary) = places.of(diagnostic);
    let whole_file = diagnostic.path.as_deref().filter(|_| primary.is_none());
    let locations = primary.iter().map(|place| location(place, None));
    let files = whole_file
        .iter()
        .map(|path| json!({"physicalLocation": {"artifactLocation": {"uri": uri(path)}}}));
    let related = secondary.iter().enumerate();
    ResultJson {
        rule_id: diagnostic.code.id,
        rule_index,
        level: diagnostic.severity.name(),
        occurrence_count: (diagnostic.more > 0).then_some(1 + diagnostic.more),
        message: json!({"text": message(diagnostic, primary.as_ref())}),
        locations: locations.chain(files).collect(),
        related_locations: related
            .map(|(id, place)| location(place, Some(id)))
            .collect(),
        fixes: diagnostic
            .fixes
            .iter()
            .filter_map(|f| fix(f, places))
            .collect(),
    }
}

/// One way to mend it; nothing if it changes nothing, which the standard forbids.
fn fix<'a>(fix: &'a Fix, places: &mut Places<'a>) -> Option<Value> {
    let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in places.edits(fix) {
        let region = json!({
            "startLine": edit.start.line,
            "startColumn": edit.start.column,
            "endLine": edit.end.line,
            "endColumn": edit.end.column,
        });
        let replacement = json!({
            "deletedRegion": region,
            "insertedContent": {"text": edit.text},
        });
        changes.entry(edit.file).or_default().push(replacement);
    }
    let changes: Vec<Value> = changes
        .into_iter()
        .map(|(file, replacements)| {
            json!({
                "artifactLocation": {"uri": uri(file)},
                "replacements": replacements,
            })
        })
        .collect();
    (!changes.is_empty()).then(|| {
        json!({
            "description": {"text": fix.title},
            "artifactChanges": changes,
            "properties": {"applicability": fix.applicability.name()},
        })
    })
}

/// Returns the message, the label of its place, notes and help, a line each.
fn message(diagnostic: &Diagnostic, primary: Option<&Place<'_>>) -> String {
    let mut text = diagnostic.message.clone().into_owned();
    if let Some(label) = primary.map(|place| place.text).filter(|t| !t.is_empty()) {
        text += &format!(": {label}");
    }
    for note in &diagnostic.notes {
        text += &format!("\nnote: {note}");
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("\nhelp: {help}");
    }
    text
}

fn location(place: &Place<'_>, related: Option<usize>) -> Value {
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(place.file)},
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    }});
    if let Some(id) = related {
        location["id"] = id.into();
        location["message"] = json!({"text": place.text});
    }
    location
}

/// A path as a URI reference: relative ones stay so, which hosts resolve
/// against the repository.
pub(crate) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri += "file://";
    }
    for &byte in path.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let cases = [
            ("spec/api.md", "spec/api.md"),
            ("../a b#c.md", "../a%20b%23c.md"),
            ("/tmp/ü.md", "file:///tmp/%C3%BC.md"),
            ("a:b.md", "a%3Ab.md"),
        ];
        for (path, expected) in cases {
            assert_eq!(uri(path), expected);
        }
    }
}
