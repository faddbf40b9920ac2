//! Effects of an overlay on a table, and its limits.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_codegen::{Model, Report, Spec, dump, read};

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";
const RULES: &str = "| Key | R/W | Type | Category | Description | Reason |\n|-|-|-|-|-|-|\n";

fn corrected(rows: &str, rules: &str) -> (Spec, Model, Report) {
    let spec = Spec::from_files([
        ("spec/api.md", format!("{HEADER}{rows}").into_bytes()),
        ("spec/overlay.md", format!("{RULES}{rules}").into_bytes()),
    ]);
    let (model, report) = read(&spec);
    (spec, model, report)
}

/// The keys after the correction as `name access type category description`,
/// and the codes that are left.
fn check(rows: &str, rules: &str, expected: &[&str], codes: &[&str]) {
    let (spec, model, report) = corrected(rows, rules);
    let keys: Vec<_> = model
        .keys
        .iter()
        .map(|key| {
            let (access, ty) = (key.access.value, key.ty.value);
            let (category, text) = (key.category.value, &key.description.value);
            format!("{} {access} {ty} {category} {text}", key.name.value)
        })
        .collect();
    assert_eq!(keys, expected, "{}", report.render(&spec, false));
    let found: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
    assert_eq!(found, codes, "{rules}");
}

#[test]
fn a_cell_replaces_and_a_blank_one_keeps() {
    check(
        "| a | R | bool | Status | x |\n| b | R | int | Status | y |\n",
        "| a | R/W | | Config | | set by clients |\n",
        &["a R/W bool Config x", "b R int32 Status y"],
        &[],
    );
}

#[test]
fn every_fault_of_a_row_can_be_cured() {
    let cases = [
        (
            "| a | R | bol | Status | x |\n",
            "| a | | bool | | | why |\n",
        ),
        ("| a | X | bool | Status | x |\n", "| a | R | | | | why |\n"),
        (
            "| a | R | bool | Statu | x |\n",
            "| a | | | Status | | why |\n",
        ),
        ("| a | R | bool | Status |\n", "| a | | | | x | why |\n"),
        ("| a | R | bool |\n", "| a | | | Status | x | why |\n"),
        (
            "| a | R | bool | Status | x | y |\n",
            "| a | R | bool | Status | x | why |\n",
        ),
        (
            "| a | R | bo\tol | Status | x |\n",
            "| a | | bool | | | why |\n",
        ),
        (
            "| a | R | bool | Status | z\tz |\n",
            "| a | | | | x | why |\n",
        ),
        (
            "| a (old) | R | bool | Status | x |\n",
            "| a | | | | | why |\n",
        ),
    ];
    for (row, rule) in cases {
        let (_, _, report) = corrected(row, "");
        assert!(!report.is_empty(), "{row}: no fault to cure");
        check(row, rule, &["a R bool Status x"], &[]);
    }
    check(
        "| a\tb | R | bool | Status | x |\n",
        "| ab | | | | | why |\n",
        &["ab R bool Status x"],
        &[],
    );
}

/// Only there, and only by that word: a placeholder is one everywhere.
#[test]
fn who_states_any_means_it() {
    let placeholder = "| a | R | TYPE | Status | x |\n";
    let (_, _, report) = corrected(placeholder, "");
    assert_eq!(report.diagnostics()[0].code.id, "S0114");
    let any = &["a R any Status x"];
    check(placeholder, "| a | | any | | | why |\n", any, &[]);
    check(placeholder, "| a | | legacy | | | why |\n", any, &["S0114"]);
    let (_, _, report) = corrected(
        "| a | R | any | Status | x |\n",
        "| a | | any | | | why |\n",
    );
    assert_eq!(report.diagnostics()[0].code.id, "S0602");
}

#[test]
fn struck_keys_go() {
    let twice = "| a | R | bool | Status | x |\n| a | R | int | Status | y |\n| b | R | bool | Status | z |\n";
    check(
        twice,
        "| ~~b~~ | | | | | why |\n| ~~a~~ | | int32 | | | why |\n",
        &["a R bool Status x"],
        &[],
    );
    check(
        twice,
        "| ~~a~~ | | | | | all of them |\n",
        &["b R bool Status z"],
        &[],
    );
    check(
        twice,
        "| ~~a~~ | | | | z | why |\n",
        &[
            "a R bool Status x", "a R int32 Status y", "b R bool Status z",
        ],
        &["S0112", "S0601"],
    );
}

#[test]
fn rows_for_several_keys_are_corrected_one_by_one() {
    check(
        "| c0n c1n c2n (since 60.0) | R | string | Status | x |\n",
        "| c1n | R/W | | | | why |\n| ~~c2n~~ | | | | | why |\n",
        &["c0n R string Status x", "c1n R/W string Status x"],
        &[],
    );
    check(
        "| a0 | R | string | Status | x |\n| a1 | R | string | Status | x |\n",
        "| a0-a1 | R/W | | | | why |\n",
        &["a0 R/W string Status x", "a1 R/W string Status x"],
        &[],
    );
}

#[test]
fn a_rule_that_does_nothing_is_an_error() {
    let row = "| a | R | uint8_t | Status | x |\n";
    for rule in [
        "| a | R | | | | as before |\n",
        "| a | | uint8 | | | another spelling |\n",
        "| a | R/W | | Status | | one cell of two |\n",
        "| a | | | | | nothing stated |\n",
    ] {
        let (_, _, report) = corrected(row, rule);
        let found: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
        assert_eq!(found, ["S0602"], "{rule}");
    }
}

#[test]
fn errors_of_a_rule_stand_in_the_overlay() {
    let (spec, _, report) = corrected(
        "| a | R | bool | Status | x |\n",
        "| a | | bol | | | why |\n",
    );
    let place = report.diagnostics()[0].primary.as_ref().unwrap().span;
    assert_eq!(spec.sources()[place.file].path, "spec/overlay.md");
    assert_eq!(spec.sources()[place.file].slice(place.range()), "bol");
}

/// Facts come from the text that holds, and rows keep their place.
#[test]
fn facts_come_from_the_correction() {
    let (spec, model, _) = corrected(
        "| a | R/W | uint8 | Config | brightness |\n",
        "| a | | | | brightness in %, 0-100 | the reference says so |\n",
    );
    let json: serde_json::Value =
        serde_json::from_str(&dump::model_to_json(&spec, &model).unwrap()).unwrap();
    let key = &json["keys"][0];
    assert_eq!(
        (&key["unit"], &key["max"], &key["line"]),
        (&"%".into(), &100.into(), &3.into())
    );
    assert_eq!(key["sources"]["range"], "0-100");
    assert_eq!(key["file"], "spec/api.md");
}
