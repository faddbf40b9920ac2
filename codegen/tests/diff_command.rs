//! `goe-codegen diff`, run as people run it, and its waivers.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

const OLD: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                   | amp | R/W | uint8 | Config | current in A, 6-16 |\n\
                   | tma | R | float | Status | temperature |\n";
const NEW: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                   | alw | R | bool | Status | may it charge? |\n\
                   | amp | R/W | uint8 | Config | current in A, 6-32 |\n";

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_goe-codegen"))
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// `goe-codegen diff old.md new.md ARGS` beside these files.
fn run(files: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String, String) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("old.md", OLD), ("new.md", NEW)].iter().chain(files) {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let mut command = command();
    command.current_dir(&dir).args(["diff", "old.md", "new.md"]);
    output(command.args(args))
}

#[test]
fn text_names_rule_places_and_fingerprint() {
    let (code, out, err) = run(&[], &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let expected = "\
breaking[D0411]: `amp`: range widened, 6 to 16 → 6 to 32
  --> old.md:3 → new.md:4
  = breaks those who read it
  = fingerprint: 3783a04d7008482f

breaking[D0102]: `tma` is gone (was R `float`, Status)
  --> old.md:4 → -
  = breaks those who read it
  = fingerprint: f39c07a6f513a64b

compatible[D0101]: `alw` is new (R `bool`, Status)
  --> - → new.md:3
  = fingerprint: 13429b3e01ad55ca

editorial[D0611]: `amp`: description changed
  --> old.md:3 → new.md:4
  = fingerprint: 6f6cdfe38a58deb7

2 breaking, 1 compatible, 1 editorial; version bump: major
";
    assert_eq!(out, expected);
}

#[test]
fn markdown_is_a_changelog() {
    let (_, out, _) = run(&[], &["--format", "markdown"]);
    let expected = "\
# Changes from old to new

Clients have to be looked through: this is a **major** version. 2 breaking, 1 compatible, 1 editorial.

## Breaking

- `amp`: range widened, 6 to 16 → 6 to 32; breaks those who read it
- `tma` is gone (was R `float`, Status); breaks those who read it

## New

| Key | What it is |
| --- | ---------- |
| `alw` | R `bool`, Status |

## Descriptions

Reworded: `amp`.
";
    assert_eq!(out, expected);
}

#[test]
fn json_says_all_of_it() {
    let (_, out, _) = run(&[], &["--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["bump"], "major");
    let first = &found["findings"][0];
    let fields = ["rule", "severity", "readers", "writers", "key", "waived"];
    let values = fields.map(|field| first[field].as_str().unwrap_or("null"));
    let expected = ["D0411", "breaking", "breaking", "compatible", "amp", "null"];
    assert_eq!(values, expected);
    assert_eq!(
        (&first["old"]["file"], &first["old"]["line"]),
        (&"old.md".into(), &3.into())
    );
    assert_eq!(found["findings"][1]["new"], Value::Null);
}

#[test]
fn the_exit_code_is_for_ci() {
    let cases: &[(&[&str], i32)] = &[
        (&[], 0),
        (&["--fail-on", "breaking"], 1),
        (&["--fail-on", "editorial"], 1),
        (&["--fail-on", "nothing"], 2),
    ];
    for (args, expected) in cases {
        assert_eq!(run(&[], args).0, Some(*expected), "{args:?}");
    }
    let same = [("new.md", OLD)];
    let (code, out, _) = run(&same, &["--fail-on", "editorial"]);
    assert_eq!((code, out.as_str()), (Some(0), "no changes\n"));
    let harmless = OLD.replace("temperature", "temperature of it");
    let harmless = [("new.md", harmless.as_str())];
    assert_eq!(run(&harmless, &["--fail-on", "compatible"]).0, Some(0));
}

#[test]
fn errors_of_a_table_are_printed_and_the_rest_is_compared() {
    let broken = NEW.replace("bool", "boool");
    let (code, out, err) = run(&[("new.md", &broken)], &[]);
    assert_eq!(code, Some(0));
    assert!(
        err.contains("error[S0107]") && err.contains("new.md:3"),
        "{err}"
    );
    assert!(
        out.contains("range widened") && out.contains("not everything of them"),
        "{out}"
    );
    let (code, out, err) = run(&[("new.md", "no table\n")], &[]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        err.contains("error: no key could be read from new.md"),
        "{err}"
    );
}

fn fingerprint_of(rule: &str) -> String {
    let (_, out, _) = run(&[], &["--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let mut findings = found["findings"].as_array().unwrap().iter();
    let finding = findings.find(|finding| finding["rule"] == rule).unwrap();
    finding["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_waived_neither_fails_nor_counts() {
    let (gone, wider) = (fingerprint_of("D0102"), fingerprint_of("D0411"));
    let waivers = format!(
        "# Agreed\n\n| Rule | Fingerprint | Reason |\n|-|-|-|\n\
         | gone | `{gone}` | nobody reads it |\n| wider | {wider} | agreed in *March* |\n"
    );
    let args = ["--waivers", "w.md", "--fail-on", "breaking"];
    let (code, out, err) = run(&[("w.md", &waivers)], &args);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains("waived[D0102]: `tma` is gone"), "{out}");
    assert!(out.contains("  = waived: nobody reads it\n"), "{out}");
    assert!(
        out.ends_with("1 compatible, 1 editorial, 2 waived; version bump: minor\n"),
        "{out}"
    );
}

#[test]
fn waivers_must_not_rot() {
    let gone = fingerprint_of("D0102");
    let waivers = format!(
        "| Fingerprint | Reason |\n|-|-|\n| {gone} | |\n| {gone} | again |\n\
         | 0123456789abcdef | gone |\n| tma | gone |\n"
    );
    let (code, _, err) = run(&[("w.md", &waivers)], &["--waivers", "w.md"]);
    assert_eq!(code, Some(1));
    let expected = include_str!("diff/waivers.stderr").replace("{gone}", &gone);
    assert_eq!(err, expected, "{err}");
    for (text, expected) in [
        ("none\n", "error[S0703]: no waivers in the file"),
        ("", "error[S0703]"),
    ] {
        let (code, _, err) = run(&[("w.md", text)], &["--waivers", "w.md"]);
        assert!(code == Some(1) && err.contains(expected), "{err}");
    }
    let (code, _, err) = run(&[], &["--waivers", "none.md"]);
    assert!(code == Some(1) && err.contains("error[S0001]"), "{err}");
}

#[test]
fn explain_knows_the_rules_too() {
    let (code, out, _) = output(command().args(["explain", "D0501"]));
    assert_eq!(code, Some(0));
    assert!(out.starts_with("# D0501: named value gained\n"), "{out}");
    assert!(out.contains("breaking for those who read"), "{out}");
    assert!(out.contains("`D0502`, named value lost"), "{out}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `UPDATE_EXPECT=1` writes the page anew.
#[test]
#[ignore = "needs ../shared"]
fn the_page_on_shared_59_4_to_60_4_is_up_to_date() {
    let history = root().join("../shared/spec-history");
    let mut command = command();
    command.arg("diff").current_dir(history).args([
        "2025-11-17-firmware-59.4.md",
        "2026-04-08-firmware-60.4.md",
        "--format",
        "markdown",
    ]);
    let (code, found, _) = output(&mut command);
    assert_eq!(code, Some(0));
    let path = root().join("docs/diff-59.4-60.4.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(root().join("docs")).unwrap();
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), found);
}

/// The page tells facts and repeats no sentence of the vendor's.
#[test]
#[ignore = "needs ../shared"]
fn the_page_repeats_no_shared_prose() {
    let page = fs::read_to_string(root().join("docs/diff-59.4-60.4.md")).unwrap();
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let page = words(&page).join(" ");
    for file in ["2025-11-17-firmware-59.4.md", "2026-04-08-firmware-60.4.md"] {
        let text = fs::read_to_string(root().join("../shared/spec-history").join(file)).unwrap();
        for row in text.lines() {
            let cells = row
                .trim_end_matches(['|', ' ', '\t'])
                .rsplit('|')
                .next()
                .unwrap_or("");
            for sentence in words(cells).windows(5) {
                let sentence = sentence.join(" ");
                assert!(
                    sentence.contains('=') || !page.contains(&sentence),
                    "{sentence}"
                );
            }
        }
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let old = OLD.replace(
        "|-|-|-|-|-|",
        "| --- | --- | ---- | -------- | ----------- |",
    );
    let alw = "| alw | R | bool | Status | may it charge? |\n";
    let new = NEW.replace(alw, "") + alw;
    let files = [("old.md", old.as_str()), ("new.md", new.as_str())];
    let (code, out, _) = run(&files, &["--fail-on", "breaking"]);
    assert_eq!(code, Some(1));
    assert!(include_str!("../README.md").contains(&out), "{out}");
}
