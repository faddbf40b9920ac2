//! An edit of the table, and the build that follows.
//!
//! The test works on a copy of the project, in which it changes nothing but
//! `spec/` (and at the end the one line that the firmware owes), and builds it
//! as a person would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TABLE: &str = "spec/go-e-charger-api-v2.md";
const LAST_ROW: &str = "| lsstc | R |";

/// A copy of the project, without what git ignores.
struct Copy(PathBuf);

/// The outcome of a build.
struct Build {
    succeeded: bool,
    said: String,
}

impl Copy {
    /// The folder stays the same from run to run, so that dependencies are
    /// compiled once.
    fn new() -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("table-change");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the old copy goes");
        }
        for part in [
            "Cargo.toml", "Cargo.lock", "build.rs", "spec", "codegen", "device", "runtime",
            "generated", "firmware", "client", "bench", "tests",
        ] {
            let from = project.join(part);
            if from.exists() {
                copy(&from, &folder.join(part));
            }
        }
        Copy(folder)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).expect(path);
    }

    fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old} in {path}");
        self.write(path, &text.replace(old, new));
    }

    fn add_row(&self, row: &str) {
        self.replace(TABLE, LAST_ROW, &format!("{row}\n{LAST_ROW}"));
    }

    fn generated(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        for folder in ["generated/src", "generated/docs"] {
            for entry in fs::read_dir(self.0.join(folder)).expect(folder) {
                let path = entry.expect("an entry").path();
                files.push((path.clone(), fs::read(path).expect("reads")));
            }
        }
        files.sort();
        files
    }

    fn build(&self, ci: bool) -> Build {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["check", "--package", "goe-firmware", "--offline"])
            .current_dir(&self.0)
            .env(
                "CARGO_TARGET_DIR",
                self.0.with_file_name("table-change-target"),
            )
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("CI")
            .env_remove("RUSTFLAGS");
        if ci {
            cargo.env("CI", "true");
        }
        let output = cargo.output().expect("cargo runs");
        Build {
            succeeded: output.status.success(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("makes the folder");
        for entry in fs::read_dir(from).expect("reads the folder") {
            let name = entry.expect("an entry").file_name();
            if name != "target" {
                copy(&from.join(&name), &to.join(&name));
            }
        }
    } else {
        fs::create_dir_all(to.parent().expect("a parent")).expect("makes the folder");
        fs::copy(from, to).expect("copies");
    }
}

impl Build {
    fn fails_with(&self, expected: &[&str]) {
        assert!(!self.succeeded, "it built:\n{}", self.said);
        for text in expected {
            assert!(self.said.contains(text), "no `{text}` in:\n{}", self.said);
        }
    }

    fn succeeds(&self) {
        assert!(self.succeeded, "{}", self.said);
    }
}

#[test]
fn a_change_of_the_table_is_followed_or_does_not_compile() {
    let copy = Copy::new();
    copy.build(false).succeeds();
    let table = copy.read(TABLE);
    let generated = copy.generated();

    // A key to read: the build names the field, and the file that changed.
    copy.add_row("| tes | R | bool | Status | | | Is this a test? |");
    let build = copy.build(false);
    build.fails_with(&[
        "missing field `tes` in initializer of `Readings<'_>`",
        "firmware/src/charger/readings.rs",
        "wrote generated/src/readings.rs",
    ]);
    // The line that is owed, and it is there, with no other file touched by hand.
    let readings = "firmware/src/charger/readings.rs";
    let source = copy.read(readings);
    copy.replace(
        readings,
        "    Readings {",
        "    Readings {\n        tes: true,",
    );
    copy.build(false).succeeds();
    assert!(
        copy.read("generated/docs/api-keys.md")
            .contains("Is this a test?")
    );
    copy.write(readings, &source);

    // A setting: to be read, written and stored.
    copy.write(TABLE, &table);
    copy.add_row("| tes | R/W | uint8 | Config | | | A test setting, 6-32 |");
    copy.build(false).fails_with(&[
        "missing field `tes` in initializer of `Readings<'_>`",
        "missing field `tes` in initializer of `Settings<'_>`",
        "Write::Tes(_)` not covered",
    ]);

    // A key that is gone, and one of another type.
    let row = table
        .lines()
        .find(|line| line.starts_with("| rssi |"))
        .expect("a row");
    copy.write(
        TABLE,
        &table.replace(row, "").replace("\n\n| lssfc", "\n| lssfc"),
    );
    copy.build(false)
        .fails_with(&["struct `Readings<'_>` has no field named `rssi`"]);
    copy.write(
        TABLE,
        &table.replace(
            "| acu | R | optional<int32> |",
            "| acu | R | optional<string> |",
        ),
    );
    copy.build(false)
        .fails_with(&["mismatched types", "firmware/src/charger/readings.rs"]);

    // A fault: the diagnostics of the command, and nothing is written.
    copy.write(TABLE, &table);
    copy.build(false).succeeds();
    assert!(copy.generated() == generated);
    copy.add_row("| tes | R | unit8 | Status | | | Is this a test? |");
    copy.build(false)
        .fails_with(&["unknown type `unit8`", "did you mean `uint8`?", TABLE]);
    assert!(copy.generated() == generated);

    // Where changes are reviewed, nothing is written either.
    copy.write(TABLE, &table);
    copy.add_row("| tes | R | bool | Status | | | Is this a test? |");
    copy.build(true)
        .fails_with(&["+    pub tes: bool,", "build without `CI` set"]);
    assert!(copy.generated() == generated);

    // A generated file that was edited by hand is put right.
    copy.write(TABLE, &table);
    copy.replace(
        "generated/src/readings.rs",
        "pub rssi: Option<i8>,",
        "pub rssi: Option<i16>,",
    );
    copy.build(false).succeeds();
    assert!(copy.generated() == generated);
}
