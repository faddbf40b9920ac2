//! `goe-codegen init`: what it writes, and what it refuses. That the product builds
//! and serves is tried by `.ci/own-device`.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use goe_codegen::{Spec, generate};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// Whether it succeeds, and what it prints, on both streams.
fn init(args: &[&str], within: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_goe-codegen"))
        .arg("init")
        .args(args)
        .current_dir(within)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The files below a folder, with their texts.
fn files(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(next) = dirs.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn scratch() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn writes_the_example_under_another_name() {
    let scratch = scratch();
    let (well, said) = init(&["deep/pool_2"], scratch.path());
    assert!(well, "{said}");
    assert!(
        said.contains("cd deep/pool_2\n") && said.contains("cargo run"),
        "{said}"
    );
    let written = files(&scratch.path().join("deep/pool_2"));
    let names: Vec<_> = written.keys().map(|path| path.to_str().unwrap()).collect();
    let expected = [
        ".gitignore", "Cargo.toml", "build.rs", "spec/pool_2.md", "src/main.rs", "tests/served.rs",
    ];
    assert_eq!(names, expected);
    let example = root().join("examples/heat-pump");
    for (path, text) in &written {
        let path = path.to_str().unwrap().replace("pool_2", "heat-pump");
        let theirs = match path.as_str() {
            ".gitignore" => "/target\n".to_owned(),
            path => fs::read_to_string(example.join(path)).unwrap(),
        };
        let text = text.replace("pool_2", "heat-pump");
        let text = text.replace(root().to_str().unwrap(), "../..");
        assert_eq!(text, theirs, "{path}");
    }
    let spec = Spec::read_dir(scratch.path().join("deep/pool_2/spec"));
    let generated = generate(&spec).unwrap();
    assert!(
        generated.report.diagnostics().is_empty(),
        "{}",
        generated.report.render(&spec, false)
    );
}

#[test]
fn takes_a_folder_that_is_there_and_empty() {
    let scratch = scratch();
    fs::create_dir_all(scratch.path().join("my-pump/.git")).unwrap();
    let (well, said) = init(&["."], &scratch.path().join("my-pump"));
    assert!(well, "{said}");
    let manifest = fs::read_to_string(scratch.path().join("my-pump/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"my-pump\""), "{manifest}");
}

#[test]
fn overwrites_nothing() {
    let scratch = scratch();
    fs::create_dir(scratch.path().join("pump")).unwrap();
    fs::write(scratch.path().join("pump/notes"), "mine").unwrap();
    let (well, said) = init(&["pump"], scratch.path());
    assert!(
        !well && said.contains("pump is not empty, there is notes; name a new folder"),
        "{said}"
    );
    let left = files(scratch.path());
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_name_that_no_package_can_have_is_refused() {
    let scratch = scratch();
    let long = "p".repeat(49);
    for name in [
        "9lives", "my pump", "mod", "test", "goe-host", "pümpe", "_p", "-p", "a.b", &long,
    ] {
        let (well, said) = init(&["--", name], scratch.path());
        assert!(
            !well && said.contains("such as `my-pump`"),
            "{name}: {said}"
        );
    }
    assert!(files(scratch.path()).is_empty());
}

#[test]
fn depends_on_the_checkout_that_is_named() {
    let scratch = scratch();
    let (well, said) = init(&["pump", "--goe", "nowhere"], scratch.path());
    assert!(
        !well && said.contains("nowhere is no checkout of goe"),
        "{said}"
    );
    assert!(said.contains("--goe"), "{said}");
    assert!(!scratch.path().join("pump").exists());

    let goe = scratch.path().join("my \"goe\"");
    for krate in ["codegen", "device/host", "runtime"] {
        fs::create_dir_all(goe.join(krate)).unwrap();
        fs::write(goe.join(krate).join("Cargo.toml"), "").unwrap();
    }
    let (well, said) = init(&["pump", "--goe", "my \"goe\""], scratch.path());
    assert!(well, "{said}");
    let manifest = fs::read_to_string(scratch.path().join("pump/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("/my \\\"goe\\\"/device/host\""),
        "{manifest}"
    );
}

/// An error leaves things as they were.
#[test]
#[cfg(unix)]
fn nothing_is_left_of_a_failure() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = scratch();
    let pump = scratch.path().join("pump");
    fs::create_dir(&pump).unwrap();
    fs::set_permissions(&pump, fs::Permissions::from_mode(0o555)).unwrap();
    // Nothing is forbidden to root.
    if fs::write(pump.join("probe"), "").is_ok() {
        fs::remove_file(pump.join("probe")).unwrap();
        fs::remove_dir(&pump).unwrap();
        fs::write(&pump, "a file").unwrap();
    }
    let (well, said) = init(&["pump"], scratch.path());
    assert!(!well && said.contains("pump"), "{said}");
    assert!(pump.is_file() || files(&pump).is_empty());
}
