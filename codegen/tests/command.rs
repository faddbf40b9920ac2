//! The command, run as people run it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

const TINY: &str = include_str!("specs/tiny.md");

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goe-codegen"));
    command.env_remove("CI");
    command
}

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command().current_dir(dir).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A folder with `spec/api.md` in it.
fn project(spec: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("spec")).unwrap();
    fs::write(dir.path().join("spec/api.md"), spec).unwrap();
    dir
}

#[test]
fn generate_writes_only_what_changed() {
    let project = project(TINY);
    let (code, out, err) = run(project.path(), &["generate"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("wrote generated/docs/api-keys.md\n"), "{out}");

    let keys = project.path().join("generated/src/keys.rs");
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    fs::File::options()
        .write(true)
        .open(&keys)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    let (code, out, _) = run(project.path(), &["generate"]);
    assert_eq!((code, out.as_str()), (Some(0), "generated: up to date\n"));
    assert_eq!(fs::metadata(&keys).unwrap().modified().unwrap(), long_ago);

    let docs = project.path().join("generated/docs/api-keys.md");
    let files = || {
        let folder = fs::read_dir(project.path().join("generated/docs")).unwrap();
        folder.count()
    };
    let before = files();
    fs::write(&docs, "by hand").unwrap();
    let (_, out, _) = run(project.path(), &["generate"]);
    assert_eq!(out, "wrote generated/docs/api-keys.md\n");
    assert_eq!(fs::metadata(&keys).unwrap().modified().unwrap(), long_ago);
    assert_eq!(files(), before, "temporary files");
}

#[test]
fn check_shows_the_difference_and_writes_nothing() {
    let project = project(TINY);
    run(project.path(), &["generate"]);
    assert_eq!(run(project.path(), &["generate", "--check"]).0, Some(0));

    let spec = TINY.replace("limit, measured", "a limit, measured");
    fs::write(project.path().join("spec/api.md"), spec).unwrap();
    let docs = project.path().join("generated/src/docs.txt");
    let before = fs::read_to_string(&docs).unwrap();
    let (code, out, _) = run(project.path(), &["generate", "--check"]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("--- generated/src/docs.txt\n+++ generated/src/docs.txt (generated)"),
        "{out}"
    );
    assert!(
        out.contains("-limit, measured in Wh\n+a limit, measured in Wh\n"),
        "{out}"
    );
    assert_eq!(fs::read_to_string(&docs).unwrap(), before);
}

#[test]
fn what_is_no_output_any_more_is_removed() {
    let project = project(TINY);
    run(project.path(), &["generate"]);
    let ours = project.path().join("generated/src/old.rs");
    let theirs = project.path().join("generated/src/hand.rs");
    fs::copy(project.path().join("generated/src/keys.rs"), &ours).unwrap();
    fs::write(&theirs, "// by hand").unwrap();
    let (code, out, _) = run(project.path(), &["generate", "--check"]);
    assert!(
        code == Some(1) && out.contains("generated/src/old.rs"),
        "{out}"
    );
    let (_, out, _) = run(project.path(), &["generate"]);
    assert_eq!(out, "removed generated/src/old.rs\n");
    assert!(!ours.exists() && theirs.exists());
}

#[test]
fn errors_stop_everything() {
    let project = project(&TINY.replace("uint8 | Constant", "unit8 | Constant"));
    let (code, out, err) = run(project.path(), &["generate"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        err.contains("error[S0107]") && err.contains("--> spec/api.md:5:13"),
        "{err}"
    );
    assert!(!err.contains('\u{1b}'), "no colour unless on a terminal");
    assert!(!project.path().join("generated").exists());
}

#[test]
fn dump_prints_what_could_be_read() {
    let project = project(&TINY.replace("uint8 | Constant", "unit8 | Constant"));
    let (code, out, err) = run(project.path(), &["dump", "spec/api.md"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("error[S0107]"), "{err}");
    let dump: serde_json::Value = serde_json::from_str(&out).unwrap();
    let keys = dump["keys"].as_array().unwrap();
    let names: Vec<_> = keys
        .iter()
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["mod", "dwo", "delw", "wst", "nets"]);
    assert_eq!(
        (&keys[0]["type"], &keys[0]["access"]),
        (&serde_json::Value::Null, &"R".into())
    );
    assert_eq!(
        keys[1],
        serde_json::json!({
            "name": "dwo", "access": "R/W", "type": "optional<double>", "set_type": null,
            "category": "Config", "description": "limit, measured in Wh", "unit": "Wh",
            "min": null, "max": null, "values": [], "line": 6, "file": "spec/api.md",
            "since": null, "removed": null, "format": null, "min_bytes": null, "max_bytes": null,
            "max_characters": null, "max_entries": null, "sources": {"unit": "measured in Wh"},
        })
    );
    assert_eq!((&keys[2]["min"], &keys[2]["max"]), (&0.into(), &9.into()));
    let values = serde_json::json!([
        {"name": "IDLE_STATUS", "value": 0}, {"name": "NO_SHIELD", "value": 2},
    ]);
    assert_eq!(keys[3]["values"], values);
}

#[test]
fn check_takes_files_and_folders() {
    let project = project(TINY);
    for path in ["spec", "spec/api.md"] {
        let (code, _, err) = run(project.path(), &["check", path]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{path}");
    }
    fs::write(
        project.path().join("spec/overlay.md"),
        "| Key | R/W | Type | Category | Description | Reason |\n|-|-|-|-|-|-|\n\
         | dwo | | uint8 | | | a test |\n",
    )
    .unwrap();
    let (code, out, _) = run(project.path(), &["dump", "spec"]);
    assert!(
        code == Some(0) && out.contains(r#""name":"dwo","access":"R/W","type":"uint8""#),
        "{out}"
    );
}

#[test]
fn unreadable_files_are_named() {
    let project = project(TINY);
    let (code, _, err) = run(project.path(), &["check", "spec/api.md", "no/such.md"]);
    assert_eq!(code, Some(1));
    assert!(
        err.contains("error[S0001]") && err.contains("--> no/such.md"),
        "{err}"
    );
    let (code, _, err) = run(project.path(), &["generate", "--spec", "nowhere"]);
    assert!(code == Some(1) && err.contains("--> nowhere"), "{err}");
}

#[test]
fn an_empty_folder_is_an_error() {
    let project = project(TINY);
    fs::remove_file(project.path().join("spec/api.md")).unwrap();
    let (code, _, err) = run(project.path(), &["generate"]);
    assert!(code == Some(1) && err.contains("error[S0004]"), "{err}");
}

#[test]
fn a_closed_pipe_is_no_reason_to_panic() {
    let mut table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    for index in 0..5_000 {
        table += &format!("| k{index} | R | bool | Status | one of very many |\n");
    }
    let project = project(&table);
    let mut child = command()
        .current_dir(project.path())
        .args(["dump", "spec"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!err.contains("panicked"), "{err}");
}

#[test]
fn the_help_says_how() {
    let (code, out, _) = run(Path::new("."), &["generate", "--help"]);
    assert_eq!(code, Some(0));
    for word in [
        "--spec", "--out", "--check", "[default: spec]", "[default: generated]",
    ] {
        assert!(out.contains(word), "{word}\n{out}");
    }
}

#[test]
fn fmt_lays_out_and_checks() {
    let project = project(TINY);
    let path = project.path().join("spec/api.md");
    let messy = "\u{feff}|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|b|R|bool|Status|x|\n|a|R|int|Status|y|\n";
    fs::write(&path, messy).unwrap();
    let (code, out, _) = run(project.path(), &["fmt", "--check", "spec"]);
    assert!(
        code == Some(1) && out.contains("+| b   | R   | bool  | Status   | x |"),
        "{out}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), messy);

    let (code, out, _) = run(project.path(), &["fmt", "--sort", "spec"]);
    assert_eq!((code, out.as_str()), (Some(0), "formatted spec/api.md\n"));
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("\u{feff}| Key |")
            && text.ends_with(
                "| a   | R   | int32 | Status   | y |\n| b   | R   | bool  | Status   | x |\n"
            ),
        "{text}"
    );
    let (code, out, _) = run(project.path(), &["fmt", "--check", "--sort", "spec/api.md"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));

    fs::write(
        &path,
        "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|b|R|\n",
    )
    .unwrap();
    let (code, out, err) = run(project.path(), &["fmt", "spec/api.md"]);
    assert!(
        code == Some(1) && out.is_empty() && err.contains("error[S0103]"),
        "{err}"
    );
    let (code, _, err) = run(project.path(), &["fmt", "spec/none.md"]);
    assert!(code == Some(1) && err.contains("spec/none.md"), "{err}");
}
