//! Every error as its reader sees it: `errors/NAME.md` (with `NAME.overlay`, if
//! there is one) in, `errors/NAME.stderr` out. `UPDATE_EXPECT=1` writes the expected files anew; look at the diff.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

use goe_codegen::{Report, Spec, diagnostics::codes, generate, read};

/// Codes that no file alone can cause, and the test that does.
const ELSEWHERE: &[(&str, &str)] = &[
    ("S0001", "command.rs: unreadable_files_are_named"),
    ("S0004", "command.rs: an_empty_folder_is_an_error"),
    ("S0117", "too_many_keys"),
    ("S0123", "what_a_script_did_not_stop_to_write"),
    ("S0701", "diff_command.rs: waivers_must_not_rot"),
    ("S0702", "diff_command.rs: waivers_must_not_rot"),
    ("S0703", "diff_command.rs: waivers_must_not_rot"),
];

fn inputs() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let names = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|n| n.strip_suffix(".md").map(str::to_owned))
        .collect();
    names.sort();
    names
}

fn spec(name: &str) -> Spec {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let text = fs::read(dir.join(format!("{name}.md"))).unwrap();
    let overlay = fs::read(dir.join(format!("{name}.overlay"))).ok();
    let overlay = overlay.map(|text| ("overlay.md".to_owned(), text));
    Spec::from_files([(format!("{name}.md"), text)].into_iter().chain(overlay))
}

#[test]
fn errors_read_as_expected() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut different = Vec::new();
    for name in inputs() {
        let spec = spec(&name);
        let (_, report) = read(&spec);
        assert!(!report.is_empty(), "{name}: nothing to complain about");
        let found = report.render(&spec, false);
        let path = format!("{}/tests/errors/{name}.stderr", env!("CARGO_MANIFEST_DIR"));
        if update {
            fs::write(&path, &found).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            different.push(format!("--- {name}\n{found}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_code_has_a_file() {
    let mut found: BTreeSet<&str> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    for name in inputs() {
        let spec = spec(&name);
        found.extend(read(&spec).1.diagnostics().iter().map(|d| d.code.id));
    }
    let all: BTreeSet<&str> = codes::ALL.iter().map(|code| code.id).collect();
    assert_eq!(found, all);
}

#[test]
fn every_error_has_a_place_and_a_help() {
    for name in inputs() {
        let spec = spec(&name);
        let (_, report) = read(&spec);
        for diagnostic in report.diagnostics() {
            let message = &diagnostic.message;
            assert!(diagnostic.primary.is_some(), "{name}: {message}");
            assert!(diagnostic.help.is_some(), "{name}: {message}");
            assert!(
                !message.ends_with('.') && !message.starts_with(char::is_uppercase),
                "{message}"
            );
        }
    }
}

#[test]
fn nothing_is_generated_from_errors() {
    for name in inputs() {
        let spec = spec(&name);
        assert_eq!(
            generate(&spec).is_err(),
            read(&spec).1.has_errors(),
            "{name}"
        );
    }
}

#[test]
fn too_many_keys() {
    let mut table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    for index in 0..65_536 {
        table += &format!("| k{index} | R | bool | Status | one |\n");
    }
    let spec = Spec::from_files([("t.md", table.into_bytes())]);
    let (model, report) = read(&spec);
    assert_eq!(model.keys.len(), 65_536);
    let codes: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["S0117"]);
}

/// Of millions of wrong rows some are told one by one, all are counted as far as
/// they are read, and where reading ends is told, too.
#[test]
fn what_a_script_did_not_stop_to_write() {
    let mut table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    table += &"| q | X | y | Z |\n".repeat(150_000);
    let spec = Spec::from_files([("t.md", table.into_bytes())]);
    let (_, report) = read(&spec);
    let of = |id: &'static str| report.diagnostics().iter().filter(move |d| d.code.id == id);
    let all: Vec<_> = of("S0103").collect();
    assert_eq!(all.len(), Report::KEPT);
    assert_eq!(all.iter().map(|d| 1 + d.more).sum::<usize>(), 100_000);
    let end: Vec<_> = of("S0123").collect();
    let [end] = end.as_slice() else {
        panic!("{end:?}");
    };
    let label = end.primary.as_ref().unwrap();
    assert_eq!(label.text, "50000 rows from here on are not read");
    let line = spec.sources()[0].line(label.span.start);
    assert_eq!(line, 2 + 100_000 + 1);
    let text = report.render(&spec, false);
    let told = "of which `--format json` tells each, up to 5000 of a code:";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("99979 × error[S0103]"), "{text}");
}
