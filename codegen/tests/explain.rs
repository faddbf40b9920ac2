//! The pages of the codes: each says what the catalogue says, its example
//! before has exactly that fault, and its example after has none.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

use goe_codegen::{
    Report, Spec,
    diagnostics::{Code, codes},
    diff::{Waivers, diff},
    read,
};

/// Codes whose example is not a file: what stands in its place.
fn special(id: &str, heading: &str) -> Option<Report> {
    let dir = tempfile::tempdir().unwrap();
    let api = dir.path().join("api.md");
    let before = heading == "Before";
    match id {
        "S0001" => {
            fs::write(&api, table(1)).unwrap();
            let shapes = before.then(|| dir.path().join("shapes.md"));
            let paths: Vec<_> = [api].into_iter().chain(shapes).collect();
            Some(read(&Spec::read_paths(&paths)).1)
        }
        "S0004" => {
            if !before {
                fs::write(&api, table(1)).unwrap();
            }
            Some(read(&Spec::read_dir(dir.path())).1)
        }
        "S0123" => Some(report(&[(
            "api.md",
            rows(if before { 100_001 } else { 65_000 }),
        )])),
        "S0117" => Some(report(&[("api.md", table(65_535 + usize::from(before)))])),
        _ => None,
    }
}

/// A key and so many fields of what is in it.
fn rows(count: usize) -> String {
    let mut spec = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    spec += "| a | R | object | Status | one |\n\n## a\n\n";
    spec += "| Field | R/W | Type | Description |\n|-|-|-|-|\n";
    for index in 1..count {
        spec += &format!("| f{index} | R | bool | one |\n");
    }
    spec
}

fn table(rows: usize) -> String {
    let mut table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
    for index in 0..rows {
        table += &format!("| k{index} | R | bool | Status | one |\n");
    }
    table
}

/// Returns the report on these files, in a folder of their own; or, with waivers
/// among them, on the changes from `old.md` to `new.md`.
fn report<S: AsRef<str>>(files: &[(&str, S)]) -> Report {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), unescape(text.as_ref())).unwrap();
    }
    let file = |name: &str| Spec::read_paths(&[dir.path().join(name)]);
    if files.iter().any(|(name, _)| *name == "waivers.md") {
        let (waivers, mut report) = Waivers::read(&file("waivers.md"));
        let mut diff = diff(&read(&file("old.md")).0, &read(&file("new.md")).0);
        waivers.apply(&mut diff, &mut report);
        return report;
    }
    read(&Spec::read_dir(dir.path())).1
}

/// `\xfc` is one byte: a page is UTF-8 and cannot show what is not.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

/// The fenced blocks of the section, by the file they stand for: the word after
/// `markdown` in the info string, or `api.md`.
fn files<'a>(page: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    // The examples have headings of their own.
    let section = section.split("\n## After\n").next().unwrap();
    let blocks = section.split("```markdown").skip(1).map(|block| {
        let (name, rest) = block.split_once('\n').unwrap();
        let name = if name.is_empty() {
            "api.md"
        } else {
            name.trim()
        };
        (name, rest.split("```").next().unwrap())
    });
    blocks.collect()
}

fn example(code: &Code, heading: &str) -> Report {
    special(code.id, heading).unwrap_or_else(|| {
        let files = files(code.page, heading);
        assert!(!files.is_empty(), "{}: no example {heading}", code.id);
        report(&files)
    })
}

#[test]
fn pages_say_what_the_catalogue_says() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in codes::ALL {
        let start = format!("# {}: {}\n", code.id, code.title);
        assert!(code.page.starts_with(&start), "{start}{}", code.page);
        let explanation = words(code.explanation);
        assert!(
            words(code.page).contains(&explanation),
            "{}: {explanation}",
            code.id
        );
    }
}

#[test]
fn examples_before_have_the_fault_and_no_other() {
    for code in codes::ALL {
        let before = example(code, "Before");
        let found: BTreeSet<_> = before.diagnostics().iter().map(|d| d.code.id).collect();
        assert_eq!(found, BTreeSet::from([code.id]));
    }
}

#[test]
fn examples_after_have_no_fault_at_all() {
    for code in codes::ALL {
        let after = example(code, "After");
        let found: Vec<_> = after.diagnostics().iter().map(|d| d.code.id).collect();
        assert!(found.is_empty(), "{}: {found:?}", code.id);
    }
}

#[test]
fn there_is_no_page_without_a_code() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("explain");
    let pages = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name());
    let pages: BTreeSet<_> = pages.map(|name| name.into_string().unwrap()).collect();
    let codes = codes::ALL.iter().map(|code| format!("{}.md", code.id));
    assert_eq!(pages, codes.collect());
}
