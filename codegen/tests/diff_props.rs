//! Whatever two tables say, what changed there is the mirror of what changed
//! back, and nothing changed from a table to itself.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use goe_codegen::{
    Model, Spec,
    diff::{Diff, Format, Severity, diff, rules},
    read,
};
use proptest::prelude::*;

fn row() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "z0 z1 z2",
        "y1",
        "y2",
        "y3",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f (removed in firmware 60.0)",
    ]);
    let access = prop::sample::select(vec!["R", "W", "R/W", "RX"]);
    let ty = prop::sample::select(vec![
        "uint8",
        "optional<uint8>",
        "int16",
        "float",
        "double",
        "seconds",
        "string",
        "bool",
        "array",
        "array<uint8>",
        "legacy",
        "any",
        "optional<any>",
        "get: uint8 set: string",
        "get: int8 set: optional<int16>",
        "unit8",
    ]);
    let category = prop::sample::select(vec!["Config", "Status", "Unknown", "Statsu"]);
    let text = prop::sample::select(vec![
        "", "the one and only", "in W", "in ms, 0-9", "1-20", "max. 8 characters",
        "max. 8 entries", "(A=0, B=1)", "(A=0, B=2, C=3)", "(B=0, A=1, C=2)",
        "(C=0, A=1, B=2, D=3)", "(A=0, C=1, B\tb=2)", "(A=0, Bb=2, C=3, D=4)",
        "(Off=false, On=true)", "(On=false, Off=true)", "(A=1, b=2, ...)", "(A=1, A=2, X=2)",
        "(A=0, B b=1, C=2)", "one: A=0, B=1", "format: #RRGGBB", "unix time",
    ]);
    (key, access, ty, category, text).prop_map(|(key, access, ty, category, text)| {
        format!("| {key} | {access} | {ty} | {category} | {text} |\n")
    })
}

fn model(rows: &[String]) -> Model {
    let table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    let table = table + &rows.concat();
    read(&Spec::from_files([("t.md", table.into_bytes())])).0
}

type Flat = (String, Option<String>, Option<String>);

fn flat(diff: &Diff, mirror: bool) -> Vec<Flat> {
    let all = diff.findings.iter().map(|finding| {
        let side = |side: &Option<goe_codegen::diff::Side>| {
            let side = side.as_ref();
            side.map(|side| format!("{}:{} {}", side.name, side.line, side.text))
        };
        let (old, new) = (side(&finding.old), side(&finding.new));
        match mirror {
            true => (finding.rule.mirror.to_owned(), new, old),
            false => (finding.rule.id.to_owned(), old, new),
        }
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_way_back_is_the_mirror(
        old in prop::collection::vec(row(), 0..8),
        new in prop::collection::vec(row(), 0..8),
    ) {
        let (old, new) = (model(&old), model(&new));
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        prop_assert_eq!(flat(&there, true), flat(&back, false));
        prop_assert!(diff(&old, &old).findings.is_empty());
        for finding in &there.findings {
            prop_assert!(finding.readers.is_some() || finding.writers.is_some());
            prop_assert_eq!(Some(finding.severity), finding.readers.max(finding.writers));
            prop_assert!(rules::find(finding.rule.id).is_some());
            prop_assert_eq!(finding.fingerprint().len(), 16);
        }
        prop_assert!(there.findings.is_sorted_by_key(|f| std::cmp::Reverse(f.severity)));
        prop_assert_eq!(there.worst(), there.findings.first().map(|f| f.severity));
        let breaking = there.of(Severity::Breaking).count();
        let unknown = there.findings.iter().filter(|f| f.rule.id == "D0701");
        let unknown: BTreeSet<&str> = unknown.map(|f| f.subject()).collect();
        prop_assert!(there.partial.iter().eq(unknown));
        for format in [Format::Github, Format::Sarif] {
            let mut out = Vec::new();
            there.write(format, ["old", "new"], &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            if format == Format::Github {
                prop_assert_eq!(out.lines().count(), there.findings.len());
                prop_assert!(out.lines().all(|line| line.starts_with("::")));
            } else {
                let json: serde_json::Value = serde_json::from_str(&out).unwrap();
                let all = json["runs"][0]["results"].as_array().unwrap();
                prop_assert_eq!(all.len(), there.findings.len());
            }
        }
        for format in [Format::Text, Format::Markdown, Format::Json] {
            let mut out = Vec::new();
            there.write(format, ["old", "new"], &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            prop_assert!(out.ends_with('\n') && !out.ends_with("\n\n"), "{}", out);
            if format == Format::Json {
                let json: serde_json::Value = serde_json::from_str(&out).unwrap();
                let all = json["findings"].as_array().unwrap();
                prop_assert_eq!(all.len(), there.findings.len());
                let found = all.iter().filter(|f| f["severity"] == "breaking").count();
                prop_assert_eq!(found, breaking);
            }
        }
    }
}
