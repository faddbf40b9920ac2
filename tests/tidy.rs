//! The borders between the crates of this repository, and no circles of imports
//! between the files of those that name no key.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with sources, and the crates that these must not name: neither in an
/// import nor in their manifest.
struct Border {
    folder: &'static str,
    forbidden: &'static [&'static str],
}

/// The crates that only boards bring together.
const BORDERS: &[Border] = &[
    Border {
        folder: "runtime",
        forbidden: &[
            "goe-api", "goe-codegen", "goe-device", "goe-embassy", "goe-firmware", "goe-host",
            "goe-sim",
        ],
    },
    Border {
        folder: "device",
        forbidden: &[
            "goe-api", "goe-codegen", "goe-embassy", "goe-firmware", "goe-host", "goe-sim",
            // Time comes from the caller.
            "embassy-time",
        ],
    },
    Border {
        folder: "device/host",
        forbidden: &["goe-api", "goe-embassy", "goe-firmware", "goe-sim"],
    },
    Border {
        folder: "device/embassy",
        forbidden: &["goe-api", "goe-firmware", "goe-host", "goe-sim"],
    },
    Border {
        folder: "firmware",
        forbidden: &[
            "embassy-net", "embassy-time", "goe-device", "goe-embassy", "goe-host", "goe-sim",
            "picoserve", "sequential-storage",
        ],
    },
    Border {
        folder: "firmware/sim",
        forbidden: &["goe-device", "goe-embassy", "goe-host", "picoserve"],
    },
    // Only the program that serves it knows sockets and tasks.
    Border {
        folder: "firmware/scenario",
        forbidden: &[
            "goe-codegen", "goe-device", "goe-embassy", "picoserve", "tokio",
        ],
    },
    Border {
        folder: "firmware/garage",
        forbidden: &["goe-device", "goe-embassy", "goe-world"],
    },
    Border {
        folder: "firmware/world",
        // Nothing real is read.
        forbidden: &["goe-codegen", "goe-embassy", "tokio", "picoserve"],
    },
    Border {
        folder: "device/nor",
        forbidden: &["goe-api", "goe-firmware", "goe-host", "goe-sim"],
    },
    // It knows what a charger says, and nothing of what is in one.
    Border {
        folder: "client",
        forbidden: &[
            "goe-codegen", "goe-device", "goe-firmware", "goe-garage", "goe-host", "goe-scenario",
            "goe-sim", "goe-world",
        ],
    },
    Border {
        folder: "codegen",
        forbidden: &[
            "goe-api", "goe-client", "goe-device", "goe-firmware", "goe-sim",
        ],
    },
];

/// The folders whose files must not stand in a circle of imports.
const WITHOUT_CIRCLES: &[&str] = &[
    "runtime", "device", "device/host", "device/nor", "device/embassy", "firmware",
    "firmware/garage", "firmware/world", "firmware/scenario", "client",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, in order.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the code of a file, without comments and without its tests, which stand at the end.
fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..tests].lines();
    lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns whether a word stands in a text, and not as part of a longer one.
fn names(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

/// The dependencies of a manifest, those of tests aside.
fn dependencies(manifest: &str) -> String {
    let sections = manifest.split("\n[");
    sections
        .filter(|section| section.starts_with("dependencies]"))
        .collect()
}

/// Returns what a crate names beyond its border.
fn trespasses(border: &Border, manifest: &str, files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for forbidden in border.forbidden {
        if names(&dependencies(manifest), forbidden) {
            found.push(format!("{}/Cargo.toml: {forbidden}", border.folder));
        }
        let identifier = forbidden.replace('-', "_");
        let named = files.iter().filter(|(_, text)| names(text, &identifier));
        found.extend(named.map(|(path, _)| format!("{path}: {forbidden}")));
    }
    found
}

/// The paths below `src/` of a crate with what the compiler sees of each.
fn files_of(folder: &str) -> Vec<(String, String)> {
    let src = root().join(folder).join("src");
    let files = sources(&src).into_iter();
    files
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().display().to_string();
            (name, code(&fs::read_to_string(path).unwrap()))
        })
        .collect()
}

#[test]
fn crates_name_only_what_stands_below_them() {
    let mut found = Vec::new();
    for border in BORDERS {
        let manifest = fs::read_to_string(root().join(border.folder).join("Cargo.toml")).unwrap();
        found.extend(trespasses(border, &manifest, &files_of(border.folder)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_trespass_is_found() {
    let border = Border {
        folder: "device",
        forbidden: &["goe-api", "embassy-time"],
    };
    let clean = "[dependencies]\ngoe-runtime.workspace = true\n\n[dev-dependencies]\ngoe-api = 1\n";
    let file = |text: &str| [("a.rs".to_owned(), code(text))];
    for text in [
        "use goe_runtime::Out;",
        "// goe_api is not for us",
        "use my_goe_api::X;",
        "struct A;\n#[cfg(test)]\nmod tests { use goe_api::Key; }",
    ] {
        assert_eq!(trespasses(&border, clean, &file(text)), [""; 0], "{text}");
    }
    let named = file("fn f(key: goe_api::Key) {}\nuse embassy_time::Timer;");
    assert_eq!(trespasses(&border, clean, &named).len(), 2);
    let manifest = "[package]\n\n[dependencies]\nembassy-time = \"1\"\n";
    assert_eq!(trespasses(&border, manifest, &[]).len(), 1);
}

/// The keys of the charger as code would spell them: `"amp"`.
fn spelled_keys(keys: &[String], text: &str) -> Vec<String> {
    let is_spelled = |key: &&String| text.contains(&format!("\"{key}\""));
    keys.iter().filter(is_spelled).cloned().collect()
}

#[test]
fn no_key_is_spelled_where_none_is_known() {
    let registry = goe_api::REGISTRY.descriptors.iter();
    // A word of Rust, the symbol of cents, and a feature.
    let others = ["mod", "ct", "ws"];
    let names = registry.map(|key| key.name);
    let names = names.filter(|name| !others.contains(name));
    let keys: Vec<String> = names.map(str::to_owned).collect();
    let mut found = Vec::new();
    for folder in [
        "runtime", "device", "device/host", "device/embassy", "firmware",
    ] {
        for (path, text) in files_of(folder) {
            for key in spelled_keys(&keys, &text) {
                found.push(format!("{folder}/src/{path}: {key}"));
            }
            // Only the charger may name them as the generator does.
            if path.starts_with("charger/") {
                continue;
            }
            for at in ["Key::", "Write::"] {
                let named = text.match_indices(at).filter(|(start, _)| {
                    let rest = &text[start + at.len()..];
                    let word = rest.split(|c: char| !c.is_alphanumeric()).next();
                    let lower = word.unwrap_or_default().to_lowercase();
                    word.unwrap_or_default().starts_with(char::is_uppercase)
                        && keys.contains(&lower)
                });
                found.extend(named.map(|_| format!("{folder}/src/{path}: {at}")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_spelled_key_is_found() {
    let keys = ["amp".to_owned(), "car".to_owned()];
    assert_eq!(spelled_keys(&keys, "find(\"amp\")"), ["amp"]);
    assert!(spelled_keys(&keys, "amp, \"ampere\"").is_empty());
}

/// The file of a module, by the module's path below the crate.
type Modules = BTreeMap<Vec<String>, usize>;

fn modules(files: &[(String, String)]) -> Modules {
    let path_of = |name: &str| -> Vec<String> {
        let name = name.trim_end_matches(".rs");
        let name = name.trim_end_matches("lib").trim_end_matches("main");
        let parts = name.split('/').filter(|part| !part.is_empty());
        parts
            .filter(|part| *part != "mod")
            .map(str::to_owned)
            .collect()
    };
    let paths = files.iter().map(|(name, _)| path_of(name));
    paths
        .enumerate()
        .map(|(index, path)| (path, index))
        .collect()
}

/// The paths that the `use` declarations of a file spell out, each flat.
fn uses(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some(at) = statement.rfind("use ").filter(|&at| {
            let before = statement[..at].trim_end();
            before.is_empty()
                || before.ends_with(['}', '{', ')', ']'])
                || before.ends_with("pub")
                || before.ends_with('\n')
        }) else {
            continue;
        };
        flatten(&statement[at + 4..], &mut Vec::new(), &mut found);
    }
    found
}

/// Opens the braces of one `use` declaration.
fn flatten(tree: &str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    for part in parts {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        match part.split_once('{') {
            Some((path, group)) => {
                let length = before.len();
                let words = path
                    .split("::")
                    .map(str::trim)
                    .filter(|word| !word.is_empty());
                before.extend(words.map(str::to_owned));
                flatten(group.trim_end().trim_end_matches('}'), before, found);
                before.truncate(length);
            }
            None => {
                let path = part.split(" as ").next().unwrap_or_default();
                let words = path.split("::").map(|word| word.trim().to_owned());
                found.push(before.iter().cloned().chain(words).collect());
            }
        }
    }
}

/// The file that a path leads to from a module: the longest part of it that is
/// one.
fn target(modules: &Modules, module: &[String], path: &[String]) -> Option<usize> {
    let mut at = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().checked_sub(1)?].to_vec(),
        // A module beside, declared here.
        first => {
            let mut below = module.to_vec();
            below.push(first.to_owned());
            return modules.get(&below).map(|&index| {
                let rest = [vec!["self".to_owned()], path.to_vec()].concat();
                target(modules, module, &rest).unwrap_or(index)
            });
        }
    };
    for word in &path[1..] {
        if word == "super" {
            at.pop();
            continue;
        }
        at.push(word.clone());
        if !modules.contains_key(&at) {
            at.pop();
            break;
        }
    }
    modules.get(&at).copied()
}

/// A circle of imports between files, if there is one.
fn circle(files: &[(String, String)]) -> Option<Vec<String>> {
    let modules = modules(files);
    let mut edges = vec![BTreeSet::new(); files.len()];
    for (module, &index) in &modules {
        for path in uses(&files[index].1) {
            let to = target(&modules, module, &path).filter(|&to| to != index);
            edges[index].extend(to);
        }
    }
    // A file that imports nothing that is left is in no circle.
    let mut left: BTreeSet<usize> = (0..files.len()).collect();
    loop {
        let free: Vec<usize> = left
            .iter()
            .copied()
            .filter(|&file| edges[file].is_disjoint(&left))
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|file| !free.contains(file));
    }
    let mut at = *left.first()?;
    let mut way = vec![at];
    loop {
        at = *edges[at].intersection(&left).next()?;
        let name = |&file: &usize| files[file].0.clone();
        if let Some(start) = way.iter().position(|&file| file == at) {
            return Some(way[start..].iter().map(name).collect());
        }
        way.push(at);
    }
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    for folder in WITHOUT_CIRCLES {
        let found = circle(&files_of(folder));
        assert_eq!(found, None, "in {folder}");
    }
}

#[test]
fn a_circle_is_found() {
    let files = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = |&(name, text): &(&str, &str)| (name.to_owned(), code(text));
        texts.iter().map(own).collect()
    };
    let straight = files(&[
        ("lib.rs", "mod a;\npub use a::{A, b::B};"),
        (
            "a/mod.rs",
            "mod b;\nmod c;\npub use b::B;\nuse c::C;\npub struct A;",
        ),
        (
            "a/b.rs",
            "use std::fmt;\nuse super::c::C;\n#[cfg(test)]\nmod tests { use super::super::A; }",
        ),
        ("a/c.rs", "pub struct C; // use super::A;"),
    ]);
    assert_eq!(circle(&straight), None);
    for (name, text) in [
        ("a/c.rs", "use super::A;"),
        ("a/c.rs", "use crate::a::{self, b::B};"),
        ("a/c.rs", "use super::{\n    b::{B},\n};"),
        ("a/c.rs", "/// Doc.\npub use crate::A;"),
    ] {
        let mut round = straight.clone();
        let file = round.iter_mut().find(|(known, _)| known == name).unwrap();
        file.1 = text.to_owned();
        assert!(circle(&round).is_some(), "{text}");
    }
}
