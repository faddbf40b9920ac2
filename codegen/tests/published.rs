//! Tables with the faults that published tables have. Two small ones are here, in
//! `tests/published`; the real ones are no part of this repository, CI has them
//! beside it, and both are read by the same tests.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use goe_codegen::{Model, Spec, diagnostics::Severity, read};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn history() -> PathBuf {
    root().join("../shared/spec-history")
}

/// Returns the facts that must not differ between a vendor's table and ours.
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
fn the_shared_seed_has_the_keys_of_our_spec() {
    let seed = Spec::read_paths(&[history().join("2021-09-06-seed.md")]);
    let (seed_model, report) = read(&seed);
    // It says nothing of what is in its arrays; ours has shapes beside it.
    let found = report.diagnostics().iter().map(|d| d.code.id);
    let found: Vec<_> = found.collect();
    let shown = report.render(&seed, false);
    assert_eq!(found, ["S0417", "S0417"], "{shown}");
    let (mut own, _) = read(&Spec::read_dir(root().join("spec")));
    // Other files add keys that came later.
    let first = "spec/go-e-charger-api-v2.md";
    own.keys.retain(|key| key.origin.file == first);
    assert_eq!(seed_model.keys.len(), 23);
    // Ours may state a unit where the seed states none, and whether a key may be null
    // is what newer tables say.
    for (own, seed) in own.keys.iter_mut().zip(&seed_model.keys) {
        if seed.facts.unit.is_none() {
            own.facts.unit = None;
        }
        own.ty.value.optional = seed.ty.value.optional;
    }
    assert_eq!(facts(&seed_model), facts(&own));
}

/// One line as a reader sees it who knows nothing but that `|` ends a cell.
struct Line<'a> {
    number: usize,
    cells: Vec<&'a str>,
}

/// The lines of `text` that can only be rows of keys: at least four cells, the
/// first neither blank, dashes nor a heading.
fn lines(text: &str) -> Vec<Line<'_>> {
    let lines = text.lines().enumerate().map(|(index, line)| Line {
        number: index + 1,
        cells: line
            .trim()
            .trim_start_matches('|')
            .split('|')
            .map(str::trim)
            .collect(),
    });
    let is_row = |line: &Line<'_>| {
        let first = line.cells[0];
        line.cells.len() >= 4 && !first.is_empty() && !first.contains("---") && first != "Key"
    };
    lines.filter(is_row).collect()
}

/// A type in one spelling, by nothing but replacing text.
fn plain_type(text: &str) -> String {
    let mut text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("_t", "");
    for (from, to) in [
        ("unsigned int", "uint32"),
        ("size", "uint32"),
        ("JsonObject", "object"),
    ] {
        text = text.replace(from, to);
    }
    for (from, to) in [
        ("JsonArray", "array"),
        ("JsonVariantConst", "any"),
        ("legacy", "any"),
    ] {
        text = text.replace(from, to);
    }
    text = text.replace("TYPE", "any");
    if let Some(inner) = text
        .strip_prefix("null or ")
        .or(text.strip_suffix(" or null"))
    {
        text = format!("optional<{inner}>");
    }
    match text
        .strip_prefix("optional<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        Some("int") => "optional<int32>".to_owned(),
        None if text == "int" => "int32".to_owned(),
        _ => text,
    }
}

fn own() -> PathBuf {
    root().join("codegen/tests/published")
}

/// Every row is a key as the naked eye reads it, or an error names its line.
#[test]
fn tables_read_as_the_naked_eye_reads_them() {
    read_as_the_naked_eye_reads(&own(), 2);
}

#[test]
#[ignore = "needs ../shared"]
fn shared_tables_read_as_the_naked_eye_reads_them() {
    read_as_the_naked_eye_reads(&history(), 8);
}

fn read_as_the_naked_eye_reads(folder: &Path, count: usize) {
    let mut tables = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let spec = Spec::read_paths(&[&path]);
        let (model, report) = read(&spec);
        report.render(&spec, true);
        let source = &spec.sources()[0];
        let mut named: BTreeSet<usize> = BTreeSet::new();
        for diagnostic in report
            .diagnostics()
            .iter()
            .filter(|d| d.code.severity == Severity::Error)
        {
            let label = diagnostic.primary.as_ref().unwrap();
            named.extend(source.line(label.span.start)..=source.line(label.span.end));
        }
        let has_access = !report
            .diagnostics()
            .iter()
            .any(|d| d.code.id == "S0101" && d.message.contains("R/W") && model.keys.is_empty());
        for line in lines(&source.text) {
            let keys = model
                .keys
                .iter()
                .chain(model.partial.iter().map(|partial| &partial.key));
            let keys: Vec<_> = keys.filter(|key| key.origin.line == line.number).collect();
            let names: Vec<&str> = keys.iter().map(|key| key.name.value.as_str()).collect();
            let first = line.cells[0].split(" (").next().unwrap();
            if named.contains(&line.number) {
                continue;
            }
            assert_eq!(names.join(" "), first, "{path:?} {}", line.number);
            let mut cells = line.cells[1..].iter();
            for key in keys {
                if has_access {
                    assert_eq!(key.access.value.to_string(), *cells.next().unwrap());
                }
                let ty = match key.set_ty {
                    Some(set) => format!("get: {} set: {set}", key.ty.value),
                    None => key.ty.value.to_string(),
                };
                assert_eq!(
                    ty,
                    plain_type(cells.next().unwrap()),
                    "{path:?} {}",
                    line.number
                );
                assert_eq!(key.category.value.to_string(), *cells.next().unwrap());
                cells = line.cells[1..].iter();
            }
        }
        tables += 1;
    }
    assert_eq!(tables, count);
}

/// The expected errors of a file: code and line.
type Errors<'a> = (&'a str, &'a [(&'a str, usize)]);

#[test]
fn tables_have_their_faults_named_by_line() {
    let faults: Errors<'_> = (
        "faults.md",
        &[
            ("S0113", 11),
            ("S0113", 13),
            ("S0112", 14),
            ("S0113", 15),
            ("S0119", 16),
            ("S0103", 17),
            ("S0118", 18),
        ],
    );
    faults_are_named_by_line(&own(), &[faults, ("sound.md", &[])]);
}

#[test]
#[ignore = "needs ../shared"]
fn shared_tables_have_their_faults_named_by_line() {
    let cases: &[Errors<'_>] = &[
        ("2021-09-06-first-rows.md", &[("S0101", 16)]),
        ("2021-09-06-seed.md", &[]),
        (
            "2022-04-19-merge-markers.md",
            &[
                ("S0113", 133),
                ("S0113", 135),
                ("S0112", 136),
                ("S0113", 137),
                ("S0113", 159),
                ("S0103", 160),
                ("S0113", 161),
                ("S0103", 162),
                ("S0113", 163),
            ],
        ),
        (
            "2022-10-17-duplicate-key.md",
            &[("S0112", 167), ("S0112", 168)],
        ),
        ("2025-11-14-en.md", &[("S0118", 33)]),
        ("2025-11-17-firmware-59.4.md", &[("S0101", 1)]),
        (
            "2026-03-19-torn-table.md",
            &[
                ("S0106", 118),
                ("S0119", 130),
                ("S0119", 137),
                ("S0119", 138),
                ("S0119", 161),
                ("S0119", 176),
                ("S0119", 214),
                ("S0119", 229),
                ("S0119", 230),
                ("S0119", 231),
            ],
        ),
        (
            "2026-04-08-firmware-60.4.md",
            &[
                ("S0119", 133),
                ("S0119", 140),
                ("S0119", 141),
                ("S0119", 164),
                ("S0119", 179),
                ("S0119", 217),
                ("S0119", 233),
                ("S0119", 234),
                ("S0119", 235),
            ],
        ),
    ];
    faults_are_named_by_line(&history(), cases);
}

fn faults_are_named_by_line(folder: &Path, cases: &[Errors<'_>]) {
    for (file, expected) in cases {
        let spec = Spec::read_paths(&[folder.join(file)]);
        let (_, report) = read(&spec);
        let errors = report
            .diagnostics()
            .iter()
            .filter(|d| d.code.severity == Severity::Error);
        let place = |d: &goe_codegen::diagnostics::Diagnostic| {
            let start = d.primary.as_ref().unwrap().span.start;
            (d.code.id, spec.sources()[0].line(start))
        };
        let found: Vec<_> = errors.map(place).collect();
        assert_eq!(found, *expected, "{file}");
    }
}

/// A row for ten keys gives ten, and all say since when they are there.
#[test]
fn rows_for_ten_keys_give_ten() {
    let (model, _) = read(&Spec::read_paths(&[own().join("sound.md")]));
    rows_give_ten(&model, 'k', &[(8, "n")], "2.0");
    assert_eq!(
        model.key("keys").unwrap().removed.as_ref().unwrap().value,
        "2.0"
    );
}

#[test]
#[ignore = "needs ../shared"]
fn shared_rows_for_ten_keys_give_ten() {
    let (model, _) = read(&Spec::read_paths(&[history().join("2025-11-14-en.md")]));
    rows_give_ten(&model, 'c', &[(29, "n"), (30, "e"), (31, "i")], "60.0");
    let cards = model.key("cards").unwrap();
    assert_eq!(cards.removed.as_ref().unwrap().value, "60.0");
}

fn rows_give_ten(model: &Model, first: char, rows: &[(usize, &str)], since: &str) {
    for &(line, last) in rows {
        let keys: Vec<_> = model
            .keys
            .iter()
            .filter(|key| key.origin.line == line)
            .collect();
        let names: Vec<_> = keys.iter().map(|key| key.name.value.clone()).collect();
        assert_eq!(
            names,
            (0..10)
                .map(|n| format!("{first}{n}{last}"))
                .collect::<Vec<_>>()
        );
        assert!(
            keys.iter()
                .all(|key| key.since.as_ref().unwrap().value == since)
        );
    }
}

/// As many as `grep -c '^|'` finds, less the header and the row of dashes, and
/// nine more for each row that names ten.
#[test]
fn tables_have_as_many_keys_as_they_show() {
    let (model, _) = read(&Spec::read_paths(&[own().join("sound.md")]));
    assert_eq!(model.keys.len(), 14);
}

#[test]
#[ignore = "needs ../shared"]
fn shared_tables_have_as_many_keys_as_they_show() {
    let cases = [
        ("2021-09-06-seed.md", 23),
        ("2022-10-17-duplicate-key.md", 170),
        ("2025-11-14-en.md", 299),
        ("2025-11-17-firmware-59.4.md", 280),
        ("2026-03-19-torn-table.md", 309),
        ("2026-04-08-firmware-60.4.md", 316),
    ];
    for (file, keys) in cases {
        let (model, _) = read(&Spec::read_paths(&[history().join(file)]));
        assert_eq!(model.keys.len(), keys, "{file}");
    }
}
