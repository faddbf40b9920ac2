//! What was understood of each key, as its reader sees it: the folder
//! `show/NAME/` in, `show/NAME.txt` out; and how the command sorts its words.
//! `UPDATE_EXPECT=1` writes the expected files anew; look at the diff.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use goe_codegen::{
    Spec, read,
    show::{Shown, Style, show},
};

fn shown(dir: &str, names: &[&str], style: Style) -> Shown {
    let files = ["api.md", "overlay.md"].map(|name| {
        let path = format!("{}/tests/show/{dir}/{name}", env!("CARGO_MANIFEST_DIR"));
        (format!("spec/{name}"), fs::read(path).unwrap())
    });
    let spec = Spec::from_files(files);
    let (model, report) = read(&spec);
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    show(&spec, &model, &report, &names, style)
}

const PLAIN: Style = Style {
    width: 100,
    colour: false,
};

fn expect(name: &str, found: &str) {
    let path = format!("{}/tests/show/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, found).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), found);
}

#[test]
fn everything_that_was_understood() {
    expect("greenhouse", &shown("greenhouse", &[], PLAIN).text);
}

#[test]
fn what_could_be_read_beside_what_could_not() {
    expect("broken", &shown("broken", &[], PLAIN).text);
}

#[test]
fn what_columns_and_overlays_state_and_what_no_word_states() {
    expect("unread", &shown("unread", &[], PLAIN).text);
}

#[test]
fn narrow_and_coloured() {
    let style = Style {
        width: 60,
        colour: true,
    };
    let keys = ["vent", "pots", "b1t", "bt"];
    let shown = shown("greenhouse", &keys, style);
    expect("narrow", &shown.text.replace('\u{1b}', "^"));
    // A family and its member are one.
    assert_eq!(shown.text.matches("b0t … b2t").count(), 1);
}

#[test]
fn a_key_that_is_not_there() {
    let shown = shown("greenhouse", &["tepms", "vent", "elephant"], PLAIN);
    assert!(shown.text.starts_with("vent\n"), "{}", shown.text);
    assert_eq!(
        shown.missing,
        [
            "there is no key `tepms`; did you mean `temps`?",
            "there is no key `elephant`; without a key, `show` has all of them",
        ]
    );
}

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goe-codegen"));
    let Output {
        status,
        stdout,
        stderr,
    } = command.current_dir(dir).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn words_are_keys_or_files() {
    let dir = tempfile::tempdir().unwrap();
    let table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
                 | amp | R | uint8 | Status | a, 6-32 |\n| spec | R | bool | Status | b |\n";
    fs::create_dir(dir.path().join("spec")).unwrap();
    fs::write(dir.path().join("spec/api.md"), table).unwrap();
    let run = |args: &[&str]| run(dir.path(), args);
    let has = |args: &[&str], amp: bool, spec: bool| {
        let (code, out, err) = run(args);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}");
        let title = |name| out.lines().any(|line| line == name);
        assert_eq!(
            (title("amp"), title("spec")),
            (amp, spec),
            "{args:?}\n{out}"
        );
    };
    has(&["show", "spec"], true, true);
    has(&["show", "amp", "spec"], true, false);
    has(&["show", "spec", "amp"], true, false);
    has(&["show", "amp", "spec/api.md"], true, false);
    has(&["show", "spec", "--key", "spec"], false, true);

    let (code, out, err) = run(&["show", "ampp", "spec"]);
    let expected = "error: there is no key `ampp`; did you mean `amp`?\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "", expected));
    let (code, _, err) = run(&["show", "amp", "spce"]);
    assert!(
        code == Some(2) && err.contains("no file or folder of this name: `amp`, `spce`"),
        "{err}"
    );
    let (code, out, _) = run(&["show", "no.md"]);
    assert!(code == Some(1) && out.contains("S0001"), "{out}");
}
