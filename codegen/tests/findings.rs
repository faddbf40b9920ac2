//! Findings in every format, and the options that decide which count.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    process::{Command, Output},
};

use goe_codegen::{Spec, diagnostics::Format, read};
use serde_json::{Value, json};
use tempfile::TempDir;

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";

/// One error with two places and a help, and one warning.
const ROWS: &str = "| alw | R | bool | Status | für ä |\n\
                    | acu | R | int32 | Unknown | current |\n\
                    | alw | R/W | uint8 | Config | again |\n";

/// The exit code, standard output and standard error of `goe-codegen ARGS` in a
/// folder with this table as `a b.md`.
fn run(rows: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let dir: TempDir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("spec")).unwrap();
    fs::write(dir.path().join("spec/a b.md"), format!("{HEADER}{rows}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goe-codegen"));
    let Output {
        status,
        stdout,
        stderr,
    } = command.current_dir(&dir).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn json_says_all_of_it() {
    let (code, out, err) = run(ROWS, &["check", "spec", "--format", "json"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert_eq!(out.lines().count(), 4, "a finding a line: {out}");
    let found: Value = serde_json::from_str(&out).unwrap();
    let file = "spec/a b.md";
    let unknown = json!({
        "code": "S0110", "severity": "warning",
        "message": "category of key `acu` is left unknown",
        "file": file, "line": 4, "column": 21, "end": {"line": 4, "column": 28},
        "labels": [{"file": file, "line": 4, "column": 21, "end": {"line": 4, "column": 28},
                    "text": "kept; the key is not stored", "primary": true}],
        "help": "decide for Constant, Status, Config or Other", "fixes": [],
        "notes": ["where the table is not yours, state it in overlay.md: \
                   | acu | | | Status | | reason |"],
    });
    assert_eq!(found[0], unknown);
    let places: Vec<_> = found[1]["labels"].as_array().unwrap().iter().collect();
    let lines: Vec<_> = places.iter().map(|l| (&l["line"], &l["primary"])).collect();
    assert_eq!(
        lines,
        [(&json!(5), &json!(true)), (&json!(3), &json!(false))]
    );
}

#[test]
fn nothing_wrong_is_an_empty_array() {
    let good = "| alw | R | bool | Status | may it? |\n";
    let (code, out, err) = run(good, &["check", "spec", "--format", "json"]);
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "[]\n", ""));
}

#[test]
fn a_file_without_a_place_in_it_is_named() {
    let (_, out, _) = run(ROWS, &["check", "none.md", "--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let first = &found[0];
    assert_eq!(
        (&first["code"], &first["file"], &first["line"]),
        (&json!("S0001"), &json!("none.md"), &Value::Null)
    );
    let (_, out, _) = run(ROWS, &["check", "none.md", "--format", "sarif"]);
    let log: sarif::Log = serde_json::from_str(&out).unwrap();
    let place = &log.runs[0].results[0].locations[0].physical_location;
    assert_eq!(place.artifact_location.uri, "none.md");
    assert!(place.region.is_none());
}

#[test]
fn sarif_is_what_code_hosts_take() {
    let (code, out, err) = run(ROWS, &["check", "spec", "--format", "sarif"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let log: sarif::Log = serde_json::from_str(&out).unwrap();
    assert_eq!(log.version, "2.1.0");
    assert!(log.schema.ends_with("sarif-2.1.0.json"));
    let [run] = log.runs.as_slice() else {
        panic!("one run: {out}")
    };
    assert_eq!(run.column_kind, "unicodeCodePoints");
    let driver = &run.tool.driver;
    assert_eq!(driver.name, "goe-codegen");
    assert_eq!(driver.version, driver.semantic_version);
    let rules: Vec<_> = driver.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(rules, ["S0110", "S0112"]);
    for rule in &driver.rules {
        assert!(rule.help.markdown.starts_with(&format!("# {}: ", rule.id)));
        assert!(!rule.help.text.is_empty() && !rule.short_description.text.is_empty());
        assert!(rule.full_description.text.ends_with('.'));
        let level = rule.default_configuration.level.as_str();
        assert!(["error", "warning"].contains(&level));
    }
    for result in &run.results {
        assert_eq!(driver.rules[result.rule_index].id, result.rule_id);
        assert!(result.message.text.contains("\nhelp: "));
        let place = &result.locations[0].physical_location;
        assert_eq!(place.artifact_location.uri, "spec/a%20b.md");
        let region = place.region.as_ref().unwrap();
        assert!(region.start_line >= 1 && region.start_column >= 1);
        let end = (region.end_line, region.end_column);
        assert!((region.start_line, region.start_column) <= end);
    }
    let levels: Vec<_> = run.results.iter().map(|r| r.level.as_str()).collect();
    assert_eq!(levels, ["warning", "error"]);
    let related = &run.results[1].related_locations;
    assert_eq!((related.len(), related[0].id), (1, Some(0)));
    let text = &related[0].message.as_ref().unwrap().text;
    assert_eq!(text, "first given here");
}

/// The parts of SARIF 2.1.0 that are written, under the names that the standard
/// gives them; any other name fails.
mod sarif {
    use serde::Deserialize;

    macro_rules! parts {
        ($($name:ident { $($(#[$attr:meta])* $field:ident: $ty:ty,)* })*) => {$(
            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub(super) struct $name { $($(#[$attr])* pub(super) $field: $ty,)* }
        )*};
    }

    parts! {
        Log { #[serde(rename = "$schema")] schema: String, version: String, runs: Vec<Run>, }
        Run { tool: Tool, column_kind: String, results: Vec<Finding>, }
        Tool { driver: Driver, }
        Driver { name: String, version: String, semantic_version: String, rules: Vec<Rule>, }
        Rule { id: String, short_description: Text, full_description: Text, help: Help,
               default_configuration: Configuration, }
        Text { text: String, }
        Help { text: String, markdown: String, }
        Configuration { level: String, }
        Finding { rule_id: String, rule_index: usize, level: String, message: Text,
                  locations: Vec<Location>, #[serde(default)] related_locations: Vec<Location>,
                  #[serde(default)] fixes: Vec<Fix>, }
        Fix { description: Text, artifact_changes: Vec<Change>, properties: Properties, }
        Properties { applicability: String, }
        Change { artifact_location: Artifact, replacements: Vec<Replacement>, }
        Replacement { deleted_region: Region, inserted_content: Text, }
        Location { #[serde(default)] id: Option<usize>, physical_location: Physical,
                   #[serde(default)] message: Option<Text>, }
        Physical { artifact_location: Artifact, #[serde(default)] region: Option<Region>, }
        Artifact { uri: String, }
        Region { start_line: usize, start_column: usize, end_line: usize, end_column: usize, }
    }
}

/// Replacements hold where they go by lines and by bytes, and what comes there.
#[test]
fn fixes_are_data() {
    let rows = "| ä | R | bool | Status | x |\n| alw | rw | integer | Status | ä | b |\n";
    let (_, out, _) = run(rows, &["check", "spec", "--format", "json"]);
    let found: Vec<Value> = serde_json::from_str(&out).unwrap();
    let of = |code: &str| found.iter().find(|f| f["code"] == code).unwrap()["fixes"].clone();
    let at = HEADER.len() + rows.find("rw").unwrap();
    let access = json!([{
        "title": "write `R/W`", "applicability": "MachineApplicable",
        "replacements": [{
            "file": "spec/a b.md", "line": 4, "column": 9, "end": {"line": 4, "column": 11},
            "bytes": {"start": at, "end": at + 2}, "text": "R/W",
        }],
    }]);
    assert_eq!(of("S0108"), access);
    let types = of("S0107");
    let words = types.as_array().unwrap().iter().map(|fix| {
        (
            fix["applicability"].as_str().unwrap(),
            fix["replacements"][0]["text"].as_str().unwrap(),
        )
    });
    let words: Vec<_> = words.collect();
    assert_eq!(
        words,
        [("MaybeIncorrect", "int32"), ("MaybeIncorrect", "int64")]
    );

    let (_, out, _) = run(rows, &["check", "spec", "--format", "sarif"]);
    let log: sarif::Log = serde_json::from_str(&out).unwrap();
    let results = &log.runs[0].results;
    let access = results
        .iter()
        .find(|result| result.rule_id == "S0108")
        .unwrap();
    let [fix] = access.fixes.as_slice() else {
        panic!("{out}")
    };
    assert_eq!(fix.properties.applicability, "MachineApplicable");
    assert!(!fix.description.text.is_empty());
    let [change] = fix.artifact_changes.as_slice() else {
        panic!("{out}")
    };
    assert_eq!(change.artifact_location.uri, "spec/a%20b.md");
    let [edit] = change.replacements.as_slice() else {
        panic!("{out}")
    };
    let region = &edit.deleted_region;
    assert_eq!((region.start_line, region.start_column), (4, 9));
    assert_eq!((region.end_line, region.end_column), (4, 11));
    assert_eq!(edit.inserted_content.text, "R/W");
    let none = results
        .iter()
        .find(|result| result.rule_id == "S0111")
        .unwrap();
    assert!(none.fixes.is_empty());
}

#[test]
fn editors_and_workflows_get_a_line_each() {
    let (code, out, err) = run(ROWS, &["check", "spec", "--format", "concise"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let expected = "spec/a b.md:4:21: warning[S0110]: category of key `acu` is left unknown\n\
                    spec/a b.md:5:3: error[S0112]: key `alw` is given twice\n";
    assert_eq!(out, expected);
    let (_, out, _) = run(ROWS, &["check", "none.md", "--format", "concise"]);
    assert!(
        out.starts_with("none.md: error[S0001]: cannot be read"),
        "{out}"
    );
    let (code, out, _) = run(ROWS, &["check", "spec", "--format", "github"]);
    assert_eq!(code, Some(1));
    let expected = "::warning file=spec/a b.md,line=4,col=21,title=S0110%3A category left unknown\
                    ::category of key `acu` is left unknown%0Ahelp: decide for";
    assert!(out.starts_with(expected), "{out}");
    assert_eq!(out.lines().count(), 2);
}

#[test]
fn many_of_one_code_have_their_help_once() {
    let mut rows = String::new();
    for index in 0..5 {
        rows += &format!("| w{index} | R | bool | Unknown | warns |\n");
        rows += &format!("| e{index} | R | elephant{index} | Status | x |\n");
    }
    rows += "| z | X | bool | Status | x |\n";
    let (_, _, err) = run(&rows, &["check", "spec"]);
    assert_eq!(err.matches("help: decide for").count(), 1, "{err}");
    assert_eq!(err.matches("help: types are").count(), 1, "{err}");
    // The first of each code is where it stands, the others follow it.
    let titles: Vec<_> = err
        .lines()
        .filter_map(|line| line.split_once("]: "))
        .collect();
    let codes: Vec<_> = titles
        .iter()
        .map(|(code, _)| &code[code.len() - 5..])
        .collect();
    let expected = [["S0110"; 5], ["S0107"; 5]].concat();
    assert_eq!(codes[..10], expected);
    assert_eq!(codes[10], "S0108");
}

/// What is printed of a line does not grow with it, and its place is that in the file.
#[test]
fn of_a_long_line_a_part_is_shown() {
    let values: String = (0..200_000).map(|n| format!("v{n}={n}, ")).collect();
    let rows = format!("| a | R | boool | Status | {values}x=1, y=1 |\n");
    let (code, _, err) = run(&rows, &["check", "spec"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("--> spec/a b.md:3:11\n"), "{err}");
    assert!(err.contains("| | a | R | boool | Status | v0=0,"), "{err}");
    assert!(err.contains("^^^^^ not a type"), "{err}");
    assert!(!err.contains(":::"), "{err}");
    assert!(err.len() < 20_000, "{}", err.len());
}

#[test]
fn text_shows_a_hundred_and_counts_the_rest() {
    let mut table = HEADER.to_owned();
    for index in 0..150 {
        table += &format!("| w{index} | R | bool | Unknown | warns |\n");
    }
    for index in 0..120 {
        table += &format!("| e{index} | R | boool | Status | fails |\n");
    }
    table += "| last | X | bool | Status | fails |\n";
    let spec = Spec::from_files([("t.md", table.into_bytes())]);
    let (_, report) = read(&spec);
    let text = report.render(&spec, false);
    assert_eq!(text.matches("\nerror[S").count() + 1, 100, "{text}");
    assert_eq!(text.matches("\nwarning[S").count(), 0, "errors come first");
    let end = "and 171 more, of which `--format json` tells each:\n\
               \x20  20 × error[S0107]: unknown type, next at t.md:253:14\n\
               \x20   1 × error[S0108]: unknown access, at t.md:273:10\n\
               \x20 150 × warning[S0110]: category left unknown, next at t.md:3:19\n\
               \n\
               121 errors, 150 warnings\n";
    assert!(text.ends_with(end), "{text}");

    let mut json = Vec::new();
    report.write(&spec, Format::Json, &mut json).unwrap();
    let all: Vec<Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(all.len(), 271);
}

#[test]
fn warnings_are_allowed_or_denied() {
    let rows = "| acu | R | int32 | Unknown | current |\n";
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 0, "warning[S0110]: category"),
        (
            &["--deny", "warnings"],
            1,
            "= note: a warning, but `--deny warnings`",
        ),
        (&["--deny", "S0110"], 1, "error[S0110]: category"),
        (&["--allow", "S0110"], 0, ""),
        (&["--allow", "S0110", "--deny", "warnings"], 0, ""),
        (&["--deny", "S0105"], 0, "warning[S0110]: category"),
        (
            &["--allow", "S0107"],
            2,
            "error: `S0107` is an error and cannot",
        ),
        (&["--allow", "S0011"], 2, "did you mean `S0"),
    ];
    for (options, code, expected) in cases {
        for command in ["check", "generate"] {
            let mut args = vec![command];
            args.extend((command == "check").then_some("spec"));
            args.extend(*options);
            let (found, out, err) = run(rows, &args);
            assert_eq!(found, Some(*code), "{args:?}\n{out}{err}");
            assert!(err.contains(expected), "{args:?}\n{err}");
            assert!(!expected.is_empty() || err.is_empty(), "{args:?}\n{err}");
            let wrote = out.contains("wrote ");
            assert_eq!(wrote, command == "generate" && *code == 0, "{args:?}");
        }
    }
}

#[test]
fn generate_keeps_standard_output_for_the_document() {
    let rows = "| acu | R | int32 | Unknown | current |\n";
    let (code, out, err) = run(rows, &["generate", "--format", "sarif"]);
    assert_eq!(code, Some(0));
    let log: sarif::Log = serde_json::from_str(&out).unwrap();
    assert_eq!(log.runs[0].results.len(), 1);
    assert!(err.contains("wrote generated/"), "{err}");
}

#[test]
fn explain_prints_the_page() {
    let (code, out, _) = run(ROWS, &["explain", "s0107"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("# S0107: unknown type\n"), "{out}");
    let (code, _, err) = run(ROWS, &["explain", "S0170"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("unknown code `S0170`; did you mean `S0107`?"),
        "{err}"
    );
    let (_, out, _) = run(ROWS, &["explain"]);
    assert!(out.contains("S0110  warning  category left unknown\n"));
}

#[test]
fn the_readme_shows_what_is_printed() {
    let (_, _, err) = run(
        "| alw | R | boool | Status | may it charge? |\n",
        &["check", "spec"],
    );
    let err = err.replace("a b.md", "api.md");
    let readme = include_str!("../README.md");
    assert!(readme.contains(&err), "{err}");
}
