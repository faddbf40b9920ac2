//! Tables as they were published, with the faults that real tables have. They
//! are no part of this repository; CI has them beside it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use goe_codegen::{Model, Spec, read};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn history() -> PathBuf {
    root().join("../shared/spec-history")
}

/// What must not differ between a vendor's table and ours.
fn facts(model: &Model) -> Vec<String> {
    let keys = model.keys.iter().map(|key| {
        let values: Vec<_> = key
            .facts
            .values
            .iter()
            .flat_map(|list| {
                list.values
                    .iter()
                    .map(|v| format!("{}={}", v.name, v.value))
            })
            .collect();
        let range = key
            .facts
            .range
            .as_ref()
            .map(|range| (range.value.min, range.value.max));
        let unit = key.facts.unit.as_ref().map(|unit| unit.value);
        format!(
            "{} {} {} {:?} {} {unit:?} {range:?} {values:?}",
            key.name.value, key.access.value, key.ty.value, key.set_ty, key.category.value,
        )
    });
    keys.collect()
}

#[test]
#[ignore = "needs ../shared"]
fn the_seed_has_the_keys_of_our_spec() {
    let seed = Spec::read_paths(&[history().join("2021-09-06-seed.md")]);
    let (seed_model, report) = read(&seed);
    assert!(report.is_empty(), "{}", report.render(&seed, false));
    let (own, _) = read(&Spec::read_dir(root().join("spec")));
    assert_eq!(seed_model.keys.len(), 23);
    assert_eq!(facts(&seed_model), facts(&own));
}

/// A line that is a row to the naked eye: between pipes, and neither a header,
/// a row of dashes nor blank.
fn row_lines(text: &str) -> BTreeSet<usize> {
    let is_row = |line: &str| {
        let first = line.trim_start_matches(['|', ' ', '\t']);
        let dashes = first
            .chars()
            .all(|c| matches!(c, '-' | ':' | '|' | ' ' | '\t'));
        line.starts_with('|') && !dashes && !first.to_lowercase().starts_with("key")
    };
    let rows = text.lines().enumerate().filter(|(_, line)| is_row(line));
    rows.map(|(index, _)| index + 1).collect()
}

#[test]
#[ignore = "needs ../shared"]
fn no_row_of_any_published_table_is_lost() {
    let mut tables = 0;
    for entry in fs::read_dir(history()).unwrap() {
        let path = entry.unwrap().path();
        let spec = Spec::read_paths(&[&path]);
        let (model, report) = read(&spec);
        report.render(&spec, true);
        let source = &spec.sources()[0];
        let mut seen: BTreeSet<usize> = model.keys.iter().map(|key| key.origin.line).collect();
        for diagnostic in report.diagnostics() {
            let labels = diagnostic.primary.iter().chain(&diagnostic.secondary);
            seen.extend(labels.map(|label| source.line(label.span.start)));
        }
        let missing_column = report.diagnostics().iter().any(|d| d.code.id == "S0101");
        let lost: Vec<_> = row_lines(&source.text).difference(&seen).copied().collect();
        // Without its R/W column no row of a table says anything for certain.
        assert!(
            lost.is_empty() || missing_column && model.keys.is_empty(),
            "{path:?} {lost:?}"
        );
        tables += 1;
    }
    assert_eq!(tables, 8);
}

/// As many as `grep -c '^|'` finds, less the header and the row of dashes.
#[test]
#[ignore = "needs ../shared"]
fn published_tables_have_as_many_keys_as_they_show() {
    let cases = [
        ("2021-09-06-seed.md", 23),
        ("2022-10-17-duplicate-key.md", 170),
        ("2025-11-17-firmware-59.4.md", 280),
    ];
    for (file, keys) in cases {
        let (model, _) = read(&Spec::read_paths(&[history().join(file)]));
        assert_eq!(model.keys.len(), keys, "{file}");
    }
}
