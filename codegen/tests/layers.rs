//! The order of the stages: a module imports only what stands before it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules, each behind all that it may import.
const ORDER: &[&str] = &[
    "source", "names", "suggest", "report", "model", "type_names", "facts", "syntax", "parse",
    "resolve", "check", "api", "emit", "write", "dump", "diff", "fmt", "mend", "show", "language",
    "build",
];

/// The imports allowed to the leaf and to the printing of findings, by name, since
/// every other module stands on them.
const ONLY: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("names", &[]),
    // A word that was meant is also the fix of a finding.
    ("suggest", &["source"]),
    ("report", &["source", "suggest"]),
    ("model", &["source"]),
    ("syntax", &["source", "report"]),
    (
        "check",
        &[
            "source", "names", "suggest", "report", "model", "type_names",
        ],
    ),
    ("api", &["source", "names", "model", "type_names"]),
    // Text of the spec is cut at its code spans as the syntax does it.
    ("emit", &["names", "model", "type_names", "syntax", "api"]),
    ("write", &["emit"]),
    // What could not be read is compared by what of it may be a unit.
    (
        "diff",
        &["model", "names", "source", "report", "facts", "emit"],
    ),
    ("dump", &["model", "source"]),
];

/// The Rust files of a module: one file, or all of a folder.
fn files(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        entries.for_each(|entry| files(&entry.unwrap().path(), out));
    } else if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
        out.push(path.to_owned());
    }
}

/// The modules of the crate that `text` names, tests and comments aside.
fn imports(text: &str) -> Vec<String> {
    let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
    let lines = text[..tests].lines();
    let code = lines.map(|line| line.split("//").next().unwrap_or_default());
    let code: String = code.collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let statement = rest.split(';').next().unwrap_or_default();
        match statement.strip_prefix('{') {
            Some(group) => found.extend(first_words(group)),
            None => found.extend(first_words(rest).into_iter().take(1)),
        }
    }
    found
}

/// The first word of each item between the commas of `group`.
fn first_words(group: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut depth, mut in_word) = (0_usize, true);
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                words.push(String::new());
                in_word = true;
            }
            ' ' => {}
            letter if in_word && (letter.is_alphanumeric() || letter == '_') => {
                words.last_mut().unwrap().push(letter);
            }
            _ => in_word = false,
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn imports_are_found() {
    let text = "use crate::{\n    model::{At, Key},\n    names, // crate::check\n};\n\
                use crate::source::Span;\nlet x = crate::facts::mine(a, b);\n\
                #[cfg(test)]\nuse crate::parse;\n";
    assert_eq!(imports(text), ["model", "names", "source", "facts"]);
}

#[test]
fn the_order_has_every_module() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = fs::read_dir(src).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.trim_end_matches(".rs").to_owned()
    });
    let mut modules: Vec<String> = modules
        // The crate itself, and the program over it.
        .filter(|name| !["lib", "main", "cli"].contains(&name.as_str()))
        .collect();
    modules.sort_unstable();
    let mut order = ORDER.to_vec();
    order.sort_unstable();
    assert_eq!(modules, order);
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (place, module) in ORDER.iter().enumerate() {
        let only = ONLY.iter().find(|(known, _)| known == module);
        let allowed = only.map_or(&ORDER[..place], |(_, allowed)| allowed);
        let mut found = Vec::new();
        files(&src.join(module), &mut found);
        files(&src.join(format!("{module}.rs")), &mut found);
        assert!(!found.is_empty(), "no module {module}");
        for file in found {
            let imports = imports(&fs::read_to_string(&file).unwrap());
            let strange = imports.iter().filter(|import| {
                // Tokens of generated code name modules of another crate.
                let ours = ORDER.contains(&import.as_str());
                ours && *import != module && !allowed.contains(&import.as_str())
            });
            wrong.extend(strange.map(|import| format!("{}: {import}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
