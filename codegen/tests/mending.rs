//! `check --fix`, `-`, colour, closed pipes, completions and the hook, run as people
//! run them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";
const DIRTY: &str = "| alw | rw | boool | Status | x |\n| amp | R | integer | Status | y |\n";
const CLEAN: &str = "| alw | R/W | bool | Status | x |\n";

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goe-codegen"));
    let variables = ["CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"];
    variables.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.current_dir(dir);
    command
}

fn output(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    output(command(dir).args(args).output().unwrap())
}

fn run_with(input: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = command(dir.path());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.args(args).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    output(child.wait_with_output().unwrap())
}

fn project(rows: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("spec")).unwrap();
    fs::write(dir.path().join("spec/api.md"), format!("{HEADER}{rows}")).unwrap();
    dir
}

#[test]
fn what_is_certain_is_written_and_what_remains_is_told() {
    let project = project(DIRTY);
    let file = project.path().join("spec/api.md");
    let (code, out, err) = run(project.path(), &["check", "--fix", "spec"]);
    let expected = "spec/api.md:3:9: mended[S0108]: unknown access `rw` for key `alw`: write `R/W`\n\
                    spec/api.md:3:14: mended[S0107]: unknown type `boool` for key `alw`: write `bool`\n";
    assert_eq!((code, out.as_str()), (Some(1), expected), "{err}");
    assert!(err.contains("did you mean `int32` or `int64`?"), "{err}");
    assert!(
        err.ends_with("1 error\nFor more about a code: goe-codegen explain S0107\n"),
        "{err}"
    );
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        format!("{HEADER}{CLEAN}| amp | R | integer | Status | y |\n")
    );

    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let opened = fs::File::options().write(true).open(&file).unwrap();
    opened.set_modified(long_ago).unwrap();
    let (code, out, _) = run(project.path(), &["check", "--fix", "spec"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    let modified = fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!(modified, long_ago, "nothing is written");
    let left = fs::read_dir(project.path().join("spec")).unwrap().count();
    assert_eq!(left, 1, "temporary files");
}

#[test]
fn what_is_allowed_is_left_alone() {
    let project = project(&format!("{CLEAN}| | | | | |\n"));
    let args = ["check", "--fix", "spec", "--allow", "S0105"];
    let (code, out, _) = run(project.path(), &args);
    assert!(code == Some(0) && !out.contains("mended"), "{out}");
    let (_, out, _) = run(
        project.path(),
        &["check", "--fix", "spec", "--format", "json"],
    );
    assert_eq!(out, "[]\n");
}

#[test]
fn a_read_only_file_stops_all_of_it() {
    let project = project(DIRTY);
    let shapes = project.path().join("spec/more.md");
    fs::write(
        &shapes,
        format!("{HEADER}| tmp | R | flaot | Status | x |\n"),
    )
    .unwrap();
    let mut permissions = fs::metadata(&shapes).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&shapes, permissions).unwrap();
    let (code, out, err) = run(project.path(), &["check", "--fix", "spec"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(
        err,
        "error: spec/more.md: the file is read-only; make it writable, or leave it out\n"
    );
    let text = fs::read_to_string(project.path().join("spec/api.md")).unwrap();
    assert_eq!(text, format!("{HEADER}{DIRTY}"), "half of it was written");
}

#[test]
fn bytes_that_are_no_text_are_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = [HEADER.as_bytes(), DIRTY.as_bytes(), b"\xff\n"].concat();
    fs::write(dir.path().join("t.md"), &bytes).unwrap();
    let (code, _, err) = run(dir.path(), &["check", "--fix", "t.md"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("error[S0002]"), "{err}");
    assert_eq!(fs::read(dir.path().join("t.md")).unwrap(), bytes);
}

#[test]
fn standard_input_is_a_file() {
    let dirty = format!("{HEADER}{DIRTY}");
    let clean = format!("\u{feff}{HEADER}{CLEAN}");
    let (code, out, err) = run_with(&dirty, &["check", "-"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("--> <stdin>:3:9"), "{err}");
    let (code, out, err) = run_with(&clean, &["check", "-", "--fix"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (Some(0), clean.as_str(), "")
    );
    let (code, out, err) = run_with(&dirty, &["check", "-", "--fix"]);
    let expected = format!("{HEADER}{CLEAN}| amp | R | integer | Status | y |\n");
    assert_eq!((code, out), (Some(1), expected));
    assert!(err.starts_with("<stdin>:3:9: mended[S0108]"), "{err}");
    let (code, out, _) = run_with(&clean, &["dump", "-"]);
    assert!(code == Some(0) && out.contains(r#""name":"alw""#), "{out}");
    let (code, out, _) = run_with(&clean, &["fmt", "-"]);
    assert!(
        code == Some(0) && out.starts_with("\u{feff}| Key | R/W | Type |"),
        "{out}"
    );
    let (code, out, _) = run_with(&clean, &["fmt", "--check", "-"]);
    assert!(code == Some(1) && out.starts_with("--- <stdin>\n"), "{out}");
    let (code, _, err) = run_with(&clean, &["check", "-", "-"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("standard input was read already"), "{err}");
    let (code, _, err) = run_with(&dirty, &["check", "-", "--fix", "--format", "json"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("`--fix` prints the text of standard input"),
        "{err}"
    );
}

#[test]
fn any_that_is_meant_is_clean() {
    for ty in ["any JSON", "optional<any JSON>"] {
        let table = format!("{HEADER}| raw | R | {ty} | Status | x |\n");
        let (code, _, err) = run_with(&table, &["check", "-"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{ty}");
    }
    let table = format!("{HEADER}| raw | R | any | Status | x |\n");
    let (_, _, err) = run_with(&table, &["check", "-"]);
    assert!(
        err.contains("if any JSON is meant, write `any JSON`"),
        "{err}"
    );
    assert!(
        err.contains("overlay.md: | raw | | any JSON | | | reason |"),
        "{err}"
    );
}

#[test]
fn usage_is_that_of_the_subcommand() {
    let cases: &[(&[&str], &str)] = &[
        (&["check", "--nope"], "Usage: goe-codegen check "),
        (
            &["check", "x", "--allow", "S9"],
            "Usage: goe-codegen check ",
        ),
        (&["explain", "S9"], "Usage: goe-codegen explain "),
        (&["completions", "cmd"], "possible values: bash,"),
    ];
    for (args, usage) in cases {
        let (code, _, err) = run_with("", args);
        assert_eq!(code, Some(2), "{args:?}");
        assert!(err.contains(usage), "{args:?}\n{err}");
    }
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let mut rows = String::new();
    for index in 0..5_000 {
        rows += &format!("| k{index} | R | integer | Status | none |\n");
    }
    let good = rows.replace("integer", "uint8");
    for (rows, args, expected) in [
        (&rows, &["check", "spec", "--format", "concise"], Some(1)),
        (&rows, &["check", "spec", "--format", "json"], Some(1)),
        (&rows, &["check", "spec", "--format", "text"], Some(1)),
        (&good, &["dump", "spec", "--color", "always"], Some(0)),
    ] {
        let project = project(rows);
        let mut command = command(project.path());
        let mut child = command
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let read_some = |stream: &mut dyn std::io::Read| {
            let mut some = [0; 10];
            let _ = stream.read(&mut some);
        };
        let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        match args[3] {
            // There the findings go.
            "text" => {
                read_some(&mut err);
                drop((out, err));
            }
            _ => {
                read_some(&mut out);
                drop(out);
                let mut text = String::new();
                err.read_to_string(&mut text).unwrap();
                assert_eq!(text, "", "{args:?}");
            }
        }
        assert_eq!(child.wait().unwrap().code(), expected, "{args:?}");
    }
}

#[test]
fn colour_is_asked_for_or_not() {
    let project = project(DIRTY);
    let escape = '\u{1b}';
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], bool);
    let cases: &[Case<'_>] = &[
        (&["check", "spec"], &[], false),
        (&["check", "spec", "--color", "always"], &[], true),
        (&["check", "spec"], &[("CLICOLOR_FORCE", "1")], true),
        (
            &["check", "spec"],
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            false,
        ),
        (&["--color", "always", "explain", "S0107"], &[], true),
        (&["explain", "S0107"], &[], false),
        (&["fmt", "--check", "spec", "--color=always"], &[], true),
        (&["fmt", "--check", "spec"], &[], false),
        // What clap says by itself heeds it, too.
        (&["check", "--color", "always", "--nope"], &[], true),
        (
            &["check", "--color=never", "--help"],
            &[("CLICOLOR_FORCE", "1")],
            false,
        ),
    ];
    for (args, variables, expected) in cases {
        let mut command = command(project.path());
        command.args(*args).envs(variables.iter().copied());
        let (_, out, err) = output(command.output().unwrap());
        let found = format!("{out}{err}");
        assert_eq!(
            found.contains(escape),
            *expected,
            "{args:?} {variables:?}\n{found}"
        );
    }
}

#[test]
fn shells_and_man_know_the_commands() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, out, _) = run(dir.path(), &["completions", shell]);
        assert_eq!(code, Some(0));
        assert!(
            out.contains("explain") && out.contains("--fix") | out.contains("fix"),
            "{shell}"
        );
    }
    // As bash asks it, where there is one.
    let asked = |words: &str, last: &str, before: &str| {
        let (_, script, _) = run(dir.path(), &["completions", "bash"]);
        let ask = format!(
            "{script}\nCOMP_WORDS=(goe-codegen {words})\n\
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             $(complete -p goe-codegen | sed 's/.*-F \\([^ ]*\\) .*/\\1/') goe-codegen '{last}' '{before}'\n\
             echo \"${{COMPREPLY[@]}}\""
        );
        let found = Command::new("bash").args(["--norc", "-c", &ask]).output();
        found
            .ok()
            .map(|found| String::from_utf8(found.stdout).unwrap())
    };
    for (words, last, before, expected) in [
        ("ch", "ch", "goe-codegen", "check"),
        ("check --f", "--f", "check", "--fix --format"),
        ("check --format s", "s", "--format", "sarif"),
        ("completions z", "z", "completions", "zsh"),
    ] {
        if let Some(found) = asked(words, last, before) {
            assert_eq!(found.trim(), expected, "{words}");
        }
    }
    let (code, _, err) = run(dir.path(), &["man", "share/man1"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let page = fs::read_to_string(dir.path().join("share/man1/goe-codegen-check.1")).unwrap();
    assert!(page.contains(r"\-\-fix"), "{page}");
    assert!(dir.path().join("share/man1/goe-codegen.1").is_file());
}

/// In a repository of its own, which knows nothing of whoever runs the test.
#[test]
fn the_hook_checks_what_is_staged() {
    let project = project(CLEAN);
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                git.env_remove(name);
            }
        }
        let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks");
        git.current_dir(&project)
            .args([
                "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false",
            ])
            .args(["-c", &format!("core.hooksPath={hooks}")])
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GOE_CODEGEN", env!("CARGO_BIN_EXE_goe-codegen"));
        output(git.output().unwrap())
    };
    let file = project.path().join("spec/api.md");
    assert_eq!(git(&["init", "-q"]).0, Some(0));
    git(&["add", "."]);
    let (code, out, err) = git(&["commit", "-qm", "good"]);
    assert_eq!(code, Some(0), "{out}{err}");

    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{HEADER}{DIRTY}")).unwrap();
    git(&["add", "."]);
    // What counts is what is staged, not what is there.
    fs::write(&file, &good).unwrap();
    let (code, out, err) = git(&["commit", "-qm", "bad"]);
    assert_eq!(code, Some(1), "{out}{err}");
    let told = format!("{out}{err}");
    assert!(told.contains("spec/api.md:3:9: error[S0108]"), "{told}");
    assert!(told.contains("check --fix spec"), "{told}");
    // A file as well as a folder.
    git(&["config", "goe.spec", "spec/api.md"]);
    let (code, out, err) = git(&["commit", "-qm", "bad"]);
    assert_eq!(code, Some(1), "{out}{err}");
    git(&["config", "--unset", "goe.spec"]);

    git(&["reset", "-q"]);
    fs::write(&file, format!("{HEADER}{DIRTY}")).unwrap();
    fs::write(project.path().join("other.txt"), "x").unwrap();
    git(&["add", "other.txt"]);
    let (code, out, err) = git(&["commit", "-qm", "nothing of the spec"]);
    assert_eq!(code, Some(0), "{out}{err}");
    git(&["rm", "-qrf", "spec"]);
    let (code, out, err) = git(&["commit", "-qm", "without a spec"]);
    assert_eq!(code, Some(0), "{out}{err}");
}
