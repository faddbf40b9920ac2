//! What descriptions state: nothing is invented, nothing is lost in silence.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, path::Path};

use goe_codegen::{
    Model, Report, Spec, dump,
    model::{At, Facts, ValueList},
    read,
};

/// Codes of words that look like a fact and were not read.
const UNREAD: [&str; 7] = [
    "S0306", "S0307", "S0308", "S0309", "S0310", "S0311", "S0312",
];

fn one(text: &str) -> (Model, Report) {
    read(&Spec::from_files([("api.md", text.as_bytes().to_vec())]))
}

/// The lines with such words.
fn unread(spec: &Spec, report: &Report) -> Vec<(&'static str, usize)> {
    let found = report.diagnostics().iter();
    let found = found.filter(|d| UNREAD.contains(&d.code.id));
    let place = |d: &goe_codegen::diagnostics::Diagnostic| {
        let start = d.primary.as_ref().unwrap().span.start;
        (d.code.id, spec.sources()[0].line(start))
    };
    found.map(place).collect()
}

fn is_prose(facts: &Facts) -> bool {
    facts.unit.is_none()
        && facts.range.is_none()
        && facts.length.is_none()
        && facts.least.is_none()
        && facts.format.is_none()
        && facts.values.is_empty()
}

#[test]
fn innocent_prose_states_nothing_and_is_not_complained_about() {
    let (model, report) = one(include_str!("specs/prose_only.md"));
    assert!(
        report.is_empty(),
        "{:?}",
        report
            .diagnostics()
            .iter()
            .map(|d| &d.message)
            .collect::<Vec<_>>()
    );
    for key in &model.keys {
        let text = &key.description.value;
        assert!(is_prose(&key.facts), "{text}: {:?}", key.facts);
    }
    assert!(model.keys.len() > 20);
}

#[test]
fn what_is_not_read_is_said_at_its_line() {
    for text in [
        include_str!("errors/unread_words.md"),
        include_str!("specs/doubtful.md"),
    ] {
        let spec = Spec::from_files([("api.md", text.as_bytes().to_vec())]);
        let (model, report) = read(&spec);
        assert!(!report.has_errors());
        let lines: BTreeSet<usize> = unread(&spec, &report).iter().map(|found| found.1).collect();
        for key in &model.keys {
            let text = &key.description.value;
            assert!(lines.contains(&key.origin.line), "{text}: lost in silence");
            assert!(is_prose(&key.facts), "{text}: {:?}", key.facts);
        }
    }
}

/// What is looked for before a word is not there where a text begins with it.
#[test]
fn every_word_may_come_first_or_last() {
    let understood = include_str!("specs/understood.txt").lines();
    let understood = understood.filter_map(|row| row.split(" | ").nth(1));
    let tables = [
        include_str!("specs/doubtful.md"),
        include_str!("specs/prose_only.md"),
    ];
    let models = tables.map(|text| one(text).0);
    let keys = models.iter().flat_map(|model| &model.keys);
    let texts = keys.map(|key| key.description.value.as_str());
    let mut rows: BTreeSet<String> = BTreeSet::new();
    for text in texts.chain(understood) {
        for (at, _) in text.match_indices(|c: char| !c.is_alphanumeric()) {
            let (before, behind) = (&text[..at], text[at..].trim_start());
            let word = behind.split(' ').next().unwrap_or_default();
            rows.extend([before, behind].map(str::to_owned));
            rows.extend(["values, 6-32", "6-32", "0=a, 1=b"].map(|fact| format!("{word} {fact}")));
        }
    }
    assert!(rows.len() > 5_000, "{}", rows.len());
    for ty in ["int16", "string"] {
        let cell = |text: &String| text.replace('|', " ");
        let rows = rows.iter().enumerate();
        let rows =
            rows.map(|(at, text)| format!("| k{at} | R/W | {ty} | Config | {} |\n", cell(text)));
        let (model, _) = one(&(KEYS.to_owned() + &rows.collect::<String>()));
        assert!(model.keys.len() > 5_000, "{}", model.keys.len());
    }
}

/// `TYPE | DESCRIPTION | UNDERSTOOD`: as `dump` has it, and the codes of the findings with the words
/// that they are about. `UPDATE_EXPECT=1` writes the rows anew; look at the diff.
#[test]
fn each_description_is_understood_as_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs/understood.txt");
    let rows = include_str!("specs/understood.txt").lines();
    let (mut all_rows, mut wrong) = (String::new(), Vec::new());
    for row in rows.filter(|row| !row.is_empty()) {
        let mut cells = row.trim_end_matches(" |").split(" | ");
        let (ty, text) = (cells.next().unwrap(), cells.next().unwrap());
        let spec = format!("{KEYS}| k | R/W | {ty} | Config | {text} |\n");
        let (model, report) = one(&spec);
        let key = &model.keys[0];
        let facts = &key.facts;
        let of = |word: &str, at: &Option<At<String>>| {
            at.as_ref().map(|at| format!("{word} {}", at.value))
        };
        let list = |list: &ValueList| {
            let items = list.values.iter();
            let items: Vec<_> = items
                .map(|of| format!("{}={}", of.name, of.value))
                .collect();
            let more = if list.open { ", …" } else { "" };
            format!("{}{more}", items.join(", "))
        };
        let codes = report.diagnostics().iter().map(|d| {
            let place = d.primary.as_ref().unwrap().span;
            let words = spec.get(place.start..place.end).unwrap_or_default();
            format!("{} {words}", d.code.id)
        });
        let one = [
            facts.range.as_ref().map(|range| range.value.to_string()),
            facts
                .unit
                .as_ref()
                .map(|unit| unit.value.symbol().to_owned()),
            facts
                .least
                .as_ref()
                .map(|least| format!("at least {}", least.value)),
            facts
                .length
                .as_ref()
                .map(|length| format!("{:?}", length.value)),
            facts
                .format
                .as_ref()
                .map(|format| format.value.name().to_owned()),
            of("since", &key.since),
            of("removed", &key.removed),
        ];
        let all = one.into_iter().flatten();
        let all: Vec<_> = all
            .chain(facts.values.iter().map(list))
            .chain(codes)
            .collect();
        let found = all.join("; ");
        let line = format!("{ty} | {text} | {found}").trim_end().to_owned();
        all_rows += &line;
        all_rows.push('\n');
        if line != row {
            wrong.push(line);
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return std::fs::write(path, all_rows).unwrap();
    }
    assert_eq!(wrong, Vec::<String>::new());
}

const KEYS: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";

#[test]
fn fields_and_positions_are_read_like_keys() {
    let text = format!(
        "{KEYS}| ccw | R | object | Status | what it is |\n| nrg | R | array | Status | all |\n\n\
         ## ccw\n\n| Field | R/W | Type | Description |\n|-|-|-|-|\n\
         | level | R | uint8 | 1-5, 0 is off |\n| fine | R | uint8 | (1 to 5 A) |\n\n\
         ## nrg[2]\n\n| Index | Name | Type | Unit | Description |\n|-|-|-|-|-|\n\
         | 0 | voltage | float | | of the mains in V |\n| 1 | current | float | | in mA or A |\n"
    );
    let spec = Spec::from_files([("api.md", text.into_bytes())]);
    let (model, report) = read(&spec);
    assert_eq!(unread(&spec, &report), [("S0306", 10), ("S0309", 18)]);
    let fine = &model.shapes[0].fields[1].facts;
    let range = fine.range.as_ref().unwrap().value;
    assert_eq!((range.min, range.max), (1, 5));
    assert_eq!(fine.unit.as_ref().unwrap().value.symbol(), "A");
    let units = model.positions[0].positions.iter();
    let units: Vec<_> = units
        .map(|p| p.unit.as_ref().map(|unit| unit.value.symbol()))
        .collect();
    assert_eq!(units, [Some("V"), None]);
}

#[test]
fn an_overlay_that_states_it_is_enough() {
    let table = format!("{KEYS}| cur | R/W | uint8 | Config | charging current, 32-6 |\n");
    let overlay = "| Key | R/W | Type | Category | Description | Reason |\n|-|-|-|-|-|-|\n\
                   | cur | | | | charging current, 6-32 | turned |\n";
    let files = [("api.md", table), ("overlay.md", overlay.to_owned())];
    let files = files.map(|(name, text)| (name, text.into_bytes()));
    let (model, report) = read(&Spec::from_files(files));
    assert!(
        report.is_empty(),
        "{:?}",
        report
            .diagnostics()
            .iter()
            .map(|d| &d.message)
            .collect::<Vec<_>>()
    );
    assert_eq!(model.keys[0].facts.range.as_ref().unwrap().value.max, 32);
}

#[test]
fn an_array_has_no_values_of_what_is_in_it() {
    let text = format!(
        "{KEYS}| scan | R | array | Status | result (encryptionType: OPEN=0, WEP=1) |\n\
         | set | R | object | Status | what to do, Off=0, On=1 |\n\
         | mde | R | array<uint8> | Status | modes (Off=0, On=1), max. 3 entries |\n"
    );
    let spec = Spec::from_files([("api.md", text.into_bytes())]);
    let json = dump::model_to_json(&spec, &read(&spec).0).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let count = |at: usize, what: &str| json["keys"][at][what].as_array().map(Vec::len);
    assert_eq!((count(0, "values"), count(0, "parts")), (Some(0), Some(1)));
    assert_eq!(json["keys"][0]["parts"][0]["name"], "encryptionType");
    assert_eq!(json["keys"][0]["parts"][0]["values"][1]["name"], "WEP");
    assert_eq!((count(1, "values"), count(1, "parts")), (Some(0), Some(1)));
    assert_eq!((count(2, "values"), count(2, "parts")), (Some(2), None));
}

/// One row of the published tables names sizes by `11: 11kW/16A, 22: 22kW/32A`, which are no
/// names; nothing else is left as prose there.
#[test]
#[ignore = "needs ../shared"]
fn shared_tables_have_one_list_that_is_none() {
    let cases = [
        ("2021-09-06-first-rows.md", None),
        ("2021-09-06-seed.md", None),
        ("2022-04-19-merge-markers.md", Some(138)),
        ("2022-10-17-duplicate-key.md", Some(134)),
        ("2025-11-14-en.md", Some(265)),
        ("2025-11-17-firmware-59.4.md", Some(262)),
        ("2026-03-19-torn-table.md", Some(294)),
        ("2026-04-08-firmware-60.4.md", Some(300)),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec-history");
    for (file, line) in cases {
        let spec = Spec::read_paths(&[root.join(file)]);
        let (_, report) = read(&spec);
        let expected: Vec<_> = line.map(|line| ("S0307", line)).into_iter().collect();
        assert_eq!(unread(&spec, &report), expected, "{file}");
    }
}
