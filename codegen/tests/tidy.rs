//! Rules of the house that a compiler does not know.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use goe_codegen::Spec;

/// Words of one vendor and one kind of device, lower case.
const WORDS: &[&str] = &["go-e", "echarger", "wallbox"];

/// Keys that are words of their own: keywords, modules and methods of Rust, an
/// entity of HTML, words of English and German, a unit, what any device with a radio has,
/// and the heading that the help for shapes shows.
const GENERIC: &[&str] = &[
    "mod", "var", "fmt", "err", "amp", "host", "rssi", "scan", "ccw", "map", "cmp", "rev", "tab",
    "who", "ten", "data", "wo", "cards", "txt", "tls", "log", "die", "din", "ct", "aus", "wh",
    "typ", "del", "mro",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file below `dir`, with its text.
fn sources(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            out.push((path, text));
        }
    }
}

/// Returns the lines compiled into the generator or the device: no comments, no tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..tests]
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code))
}

/// The generator and the runtime are for any device. Comments and tests may
/// show a key as an example; the vendor and its device they may not.
#[test]
fn generator_and_runtime_name_no_charger() {
    let (model, _) = goe_codegen::read(&Spec::read_dir(root().join("spec")));
    let keys: Vec<&str> = model
        .keys
        .iter()
        .map(|key| key.name.value.as_str())
        .collect();
    let keys: Vec<&str> = keys
        .into_iter()
        .filter(|key| !GENERIC.contains(key))
        .collect();
    assert!(keys.len() > 15, "{keys:?}");
    let mut files = Vec::new();
    for dir in ["codegen/src", "runtime/src"] {
        sources(&root().join(dir), &mut files);
    }
    assert!(files.len() > 50);
    let mut found = Vec::new();
    for (path, text) in &files {
        let lower = text.to_lowercase();
        let words = WORDS.iter().filter(|word| lower.contains(**word));
        found.extend(words.map(|word| format!("{}: {word}", path.display())));
        for line in code(text) {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(key) = words.find(|word| keys.contains(word)) {
                found.push(format!("{}: `{key}` in {}", path.display(), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
