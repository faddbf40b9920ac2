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
  = description: may it charge?
  = fingerprint: 13429b3e01ad55ca

editorial[D0611]: `amp`: description changed
  --> old.md:3 → new.md:4
  - current in A, 6-16
  + current in A, 6-32
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

| Key | What it is | Description |
| --- | ---------- | ----------- |
| `alw` | R `bool`, Status | may it charge? |

## Descriptions

- `amp`
  - before: current in A, 6-16
  - now: current in A, 6-32
";
    assert_eq!(out, expected);
    let (_, out, _) = run(&[], &["--format", "markdown", "--without-descriptions"]);
    assert!(out.contains("| `alw` | R `bool`, Status |\n"), "{out}");
    assert!(
        out.ends_with("\n## Descriptions\n\nReworded: `amp`.\n"),
        "{out}"
    );
    for format in ["text", "json", "markdown"] {
        let (_, out, _) = run(&[], &["--format", format, "--without-descriptions"]);
        assert!(
            !out.contains("current in A") && !out.contains("may it"),
            "{out}"
        );
    }
    // Nothing in a text ends its cell, or is markup.
    let new = NEW.replace("may it charge?", "a \\| b <b> `c \\| d`");
    let (_, out, _) = run(&[("new.md", &new)], &["--format", "markdown"]);
    assert!(out.contains("| a \\| b &lt;b&gt; `c \\| d` |\n"), "{out}");
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
    assert_eq!(found["findings"][2]["new"]["description"], "may it charge?");
    assert_eq!(found["findings"][3]["old"]["text"], "current in A, 6-16");
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
fn findings_about_the_sides_are_counted_or_shown() {
    let broken = NEW.replace("bool", "boool");
    let (code, out, err) = run(&[("new.md", &broken)], &[]);
    assert_eq!(code, Some(0));
    assert_eq!(err, "new.md: 1 error; `--show-findings` prints what\n");
    assert!(out.contains("range widened"), "{out}");
    let (code, _, err) = run(&[("new.md", &broken)], &["--show-findings"]);
    assert_eq!(code, Some(0));
    assert!(
        err.contains("error[S0107]") && err.contains("new.md:3"),
        "{err}"
    );
    let (code, out, err) = run(&[("new.md", "no table\n")], &[]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        err.contains("error[S0003]") && err.contains("error: no key could be read from new.md"),
        "{err}"
    );
}

/// What could not be compared may be as bad as anything.
#[test]
fn what_could_not_be_compared_fails_aloud() {
    let old = OLD.replace("float", "flaot");
    let same = [("old.md", old.as_str()), ("new.md", OLD)];
    let (code, out, err) = run(&same, &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("risky[D0701]: `tma`: not compared, `flaot` could not be read before"),
        "{out}"
    );
    assert!(
        out.contains("note: not compared in full") && out.contains("`tma`"),
        "{out}"
    );
    let (_, out, _) = run(&same, &["--format", "markdown"]);
    assert!(out.contains("Not everything could be compared."), "{out}");
    for severity in ["breaking", "risky"] {
        let (code, _, err) = run(&same, &["--fail-on", severity]);
        assert_eq!(code, Some(1));
        let said = err.contains("error: nobody knows how bad the changes are: `tma` could not");
        assert_eq!(said, severity == "breaking", "{err}");
    }
    // Somebody looked.
    let (_, out, _) = run(&same, &["--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["partial"], serde_json::json!(["tma"]));
    let fingerprint = found["findings"][0]["fingerprint"].as_str().unwrap();
    let waivers = format!("| Fingerprint | Reason |\n|-|-|\n| {fingerprint} | it is a float |\n");
    let files = [same[0], same[1], ("w.md", waivers.as_str())];
    let args = ["--fail-on", "risky", "--waivers", "w.md"];
    assert_eq!(run(&files, &args).0, Some(0));
    // What reads the same on both sides is the same.
    let files = [same[0], ("new.md", old.as_str())];
    let (code, out, err) = run(&files, &["--fail-on", "editorial"]);
    assert_eq!((code, out.as_str()), (Some(0), "no changes\n"), "{err}");
}

#[test]
fn a_waiver_file_says_what_a_rule_is_held_for() {
    let table = "| Rule | Severity | Reason |\n|-|-|-|\n";
    let held = format!(
        "{table}| D0411 | compatible | our clients look at nothing |\n\n\
         Other text.\n\n{table}| D0102 | Editorial | nobody reads it |\n"
    );
    let args = ["--waivers", "w.md", "--fail-on", "risky"];
    let (code, out, err) = run(&[("w.md", &held)], &args);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(
        out.starts_with("compatible[D0411]: `amp`: range widened"),
        "{out}"
    );
    assert!(
        out.ends_with("2 compatible, 2 editorial; version bump: minor\n"),
        "{out}"
    );
    assert!(!out.contains("breaks"), "{out}");
    let harder = format!("{table}| D0611 | breaking | texts are shown to people |\n");
    let (_, out, _) = run(&[("w.md", &harder)], &args);
    assert!(
        out.contains("breaking[D0611]: `amp`: description changed"),
        "{out}"
    );
    for (row, expected) in [
        (
            "| D0911 | risky | why |",
            "error[S0701]: no change is of the rule `D0911`",
        ),
        (
            "| D0411 | risky | |",
            "error[S0702]: the severity of `D0411` has no reason",
        ),
        (
            "| D9999 | risky | why |",
            "error[S0703]: `D9999` is not a rule",
        ),
        (
            "| D0411 | bad | why |",
            "error[S0703]: `bad` is not a severity",
        ),
        (
            "| D0411 | risky | why |\n| d0411 | editorial | why |",
            "error[S0703]: `D0411` has two severities",
        ),
    ] {
        let (code, _, err) = run(&[("w.md", &format!("{table}{row}\n"))], &args);
        assert_eq!(code, Some(1));
        assert!(err.contains(expected), "{row}: {err}");
        assert!(err.contains("w.md:3") || err.contains("w.md:4"), "{err}");
    }
}

#[test]
fn hosts_are_told_in_their_own_formats() {
    let waivers = format!(
        "| Fingerprint | Reason |\n|-|-|\n| {} | nobody reads it |\n",
        fingerprint_of("D0102")
    );
    let files = [("w.md", waivers.as_str())];
    let (_, out, _) = run(&files, &["--format", "github", "--waivers", "w.md"]);
    let expected = "\
::error file=new.md,line=4,title=D0411 range widened::`amp`: range widened, 6 to 16 → 6 to 32; breaks those who read it
::notice file=new.md,line=3,title=D0101 added::`alw` is new (R `bool`, Status)
::notice file=new.md,line=4,title=D0611 description changed::`amp`: description changed
";
    assert_eq!(out, expected);
    let (_, out, _) = run(&files, &["--format", "sarif", "--waivers", "w.md"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["version"], "2.1.0");
    let run = &found["runs"][0];
    let results = run["results"].as_array().unwrap();
    let levels: Vec<_> = results
        .iter()
        .map(|r| r["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["error", "error", "note", "note"]);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let place = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "old.md");
    assert_eq!(place["region"]["startLine"], 4);
    assert_eq!(
        results[1]["suppressions"][0]["justification"],
        "nobody reads it"
    );
    assert_eq!(results[0]["suppressions"], serde_json::json!([]));
    assert_eq!(
        results[0]["partialFingerprints"]["change/v1"],
        fingerprint_of("D0411")
    );
}

#[test]
fn the_version_has_to_rise_as_the_changes_ask() {
    let with = |version: &str, table: &str| format!("# Box\n\n{version}\n\n{table}");
    let cases = [
        ("Version: 1.2.0", "Version: 2.0.0", ""),
        (
            "Version: 1.2.0",
            "Version: 1.3.0",
            "error: new.md: the version goes from 1.2.0 to 1.3.0, but the changes ask for a major \
             version, 2.0.0 or higher",
        ),
        (
            "Version: 1.2.0",
            "Version: 1.2.0",
            "error: new.md: the version stays 1.2.0, but",
        ),
        (
            "Version: 1.2.0",
            "Version: 1.1.0",
            "but it is lower than it was",
        ),
        (
            "Version: 1.2.0",
            "",
            "error: new.md states no version; a line `Version: 1.2.0`",
        ),
        ("", "Version: 1.2.0", "error: old.md states no version"),
        (
            "Version: 1.2.0",
            "Version: soon",
            "error: new.md: `soon` is not a version",
        ),
        ("Version: 0.2.0", "Version: 0.3.0", ""),
    ];
    for (old, new, expected) in cases {
        let (old, new) = (with(old, OLD), with(new, NEW));
        let files = [("old.md", old.as_str()), ("new.md", new.as_str())];
        let (code, _, err) = run(&files, &["--require-bump"]);
        assert_eq!(code, Some(i32::from(!expected.is_empty())), "{err}");
        assert!(err.contains(expected), "{err}");
        assert_eq!(run(&files, &[]).0, Some(0), "only if asked for");
    }
}

/// Runs git in `dir`, whoever the user is.
fn git(dir: &Path, args: &[&str]) {
    let config = [
        "user.name=a",
        "user.email=a@example.org",
        "commit.gpgsign=false",
    ];
    let mut command = Command::new("git");
    command.current_dir(dir);
    for one in config {
        command.args(["-c", one]);
    }
    let (code, _, err) = output(command.args(args));
    assert_eq!(code, Some(0), "git {args:?}: {err}");
}

/// A repository with a folder `spec`, as it is in revision `v1.0` and here.
fn repository() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    git(dir.path(), &["init", "-q"]);
    fs::create_dir_all(dir.path().join("spec")).unwrap();
    write("spec/api.md", OLD);
    write("spec/none.txt", "none");
    let rule = "| Key | R/W | Type | Category | Description | Reason |\n|-|-|-|-|-|-|\n\
                | tma | | double | | | it is one |\n";
    write("spec/overlay.md", rule);
    write("empty.txt", "none");
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "one"]);
    git(dir.path(), &["tag", "v1.0"]);
    write("spec/api.md", NEW);
    fs::remove_file(dir.path().join("spec/overlay.md")).unwrap();
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "two"]);
    dir
}

#[test]
fn a_section_of_no_key_stands_on_the_side_that_has_it() {
    let shape = "\n## gone[4]\n\n| Field | R/W | Type | Description |\n|-|-|-|-|\n\
                 | a | R | uint8 | x |\n";
    let (bare, whole) = (NEW.to_owned(), NEW.to_owned() + shape);
    for (old, new, place) in [
        (&bare, &whole, "  --> - → new.md:6\n"),
        (&whole, &bare, "  --> old.md:6 → -\n"),
    ] {
        let (_, out, _) = run(&[("old.md", old), ("new.md", new)], &[]);
        assert_eq!(out.matches(place).count(), 2, "{out}");
    }
}

#[test]
fn a_side_may_be_one_of_a_revision() {
    let dir = repository();
    let diff = |folder: &str, args: &[&str]| {
        let mut command = command();
        command.current_dir(dir.path().join(folder)).arg("diff");
        output(command.args(args))
    };
    let (code, out, err) = diff("", &["HEAD~1:spec/api.md", "spec/api.md"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(
        out.contains("  --> HEAD~1:spec/api.md:3 → spec/api.md:4\n"),
        "{out}"
    );
    assert!(
        out.contains("`tma` is gone (was R `float`, Status)"),
        "{out}"
    );
    // Both may be; a folder has its overlay.
    let (_, out, err) = diff("spec", &["v1.0:spec/", "HEAD:spec"]);
    assert_eq!(err, "");
    assert!(
        out.contains("`tma` is gone (was R `double`, Status)"),
        "{out}"
    );
    // As for git, a path is one from the root, or from here.
    let (_, out, err) = diff("spec", &["v1.0:./api.md", "api.md", "--format", "github"]);
    assert_eq!(err, "");
    assert!(
        out.contains("::error file=api.md,title=D0102 removed::`tma` is gone"),
        "{out}"
    );
    let (_, out, _) = diff("", &["v1.0:spec", "spec", "--format", "markdown"]);
    assert!(
        out.starts_with("# Changes from v1.0:spec to spec\n"),
        "{out}"
    );
    for (old, expected) in [
        (
            "v2.0:spec",
            "there is no file `v2.0:spec`, and git knows no revision `v2.0`",
        ),
        (
            "v1.0:spec/none.md",
            "there is no `spec/none.md` in revision `v1.0`; it is looked for from the root",
        ),
        (
            "v1.0:./none.md",
            "there is no `./none.md` in revision `v1.0`\n",
        ),
        ("v1.0:", "no markdown file in `` of revision `v1.0`"),
        ("C:\\spec", "no key could be read from C:\\spec"),
    ] {
        let (code, out, err) = diff("", &[old, "spec"]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{old}");
        assert!(err.contains(expected), "{old}: {err}");
    }
    // A file of that name wins.
    fs::write(dir.path().join("v1.0:spec"), NEW).unwrap();
    let (_, out, err) = diff("", &["v1.0:spec", "spec"]);
    assert_eq!((out.as_str(), err.as_str()), ("no changes\n", ""));
}

#[test]
fn without_git_or_a_repository_a_revision_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("new.md"), NEW).unwrap();
    let mut outside = command();
    outside
        .current_dir(&dir)
        .args(["diff", "HEAD:old.md", "new.md"]);
    let (code, _, err) =
        output(outside.env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap()));
    assert_eq!(code, Some(1));
    assert!(
        err.contains("there is no file `HEAD:old.md`") && err.contains("not a git repository"),
        "{err}"
    );
    let mut without = command();
    without
        .current_dir(&dir)
        .args(["diff", "HEAD:old.md", "new.md"]);
    let (code, _, err) = output(without.env("PATH", dir.path()));
    assert_eq!(code, Some(1));
    assert!(
        err.contains("`HEAD:old.md`") && err.contains("`git`, which is not installed"),
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
        "--without-descriptions",
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
