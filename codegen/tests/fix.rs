//! `check --fix`: dirty tables and the bytes that it makes of them
//! (`fix/NAME.before.md`, `fix/NAME.after.md`), and what holds of any table: a second
//! run changes nothing, and no key and no word is lost.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, fs, path::Path};

use goe_codegen::{Mended, Model, Spec, diagnostics::Levels, mend, read};
use proptest::prelude::*;

fn spec(bytes: &[u8]) -> Spec {
    Spec::from_files([("api.md", bytes.to_vec())])
}

/// What the file holds then, and what was done.
fn mended(bytes: &[u8]) -> (String, Mended) {
    let mended = mend(spec(bytes), &Levels::default());
    let source = &mended.spec.sources()[0];
    (source.to_file(&source.text), mended)
}

#[test]
fn dirty_tables_become_these() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fix");
    let (mut tried, mut different) = (0, Vec::new());
    for entry in fs::read_dir(&dir).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".before.md") else {
            continue;
        };
        let before = fs::read(dir.join(format!("{name}.before.md"))).unwrap();
        let after = fs::read_to_string(dir.join(format!("{name}.after.md"))).unwrap();
        let (found, mended) = mended(&before);
        if found != after {
            different.push(format!("--- {name}\n{found}"));
            continue;
        }
        assert_eq!(mended.changed.len(), 1, "{name}");
        assert!(!mended.done.is_empty(), "{name}");
        tried += 1;
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(tried >= 10, "{tried}");
}

/// What `check --fix` may do to a text, whatever it is; gives the text.
fn check(before: &str) -> String {
    let (after, done) = mended(before.as_bytes());
    let (again, second) = mended(after.as_bytes());
    assert_eq!(again, after, "twice\n{before}");
    assert!(second.done.is_empty() && second.changed.is_empty());
    assert_eq!(done.changed.is_empty(), before == after);
    let count = |text: &str| {
        let mut words = BTreeMap::new();
        let cells = text.split(['|', '\\', '`']).flat_map(str::split_whitespace);
        cells.for_each(|word| *words.entry(word.to_owned()).or_insert(0_usize) += 1);
        words
    };
    // Descriptions are made of words that nothing is mended to: each is still there.
    let (old, new) = (count(before), count(&after));
    for (word, number) in old.iter().filter(|(word, _)| word.starts_with("d-")) {
        assert_eq!(new.get(word), Some(number), "`{word}`\n{before}\n{after}");
    }
    let (_, report) = read(&spec(before.as_bytes()));
    let (old, new) = (read(&spec(before.as_bytes())).0, read(&done.spec).0);
    let faults: Vec<_> = report
        .diagnostics()
        .iter()
        .flat_map(|d| d.primary.iter().chain(&d.secondary))
        .map(|label| label.span)
        .collect();
    for key in &old.keys {
        let row = key.origin.span;
        let is_good = !faults
            .iter()
            .any(|fault| fault.start < row.end && row.start < fault.end);
        if is_good {
            assert!(says(&new, key), "`{}`\n{before}\n{after}", key.name.value);
        }
    }
    after
}

fn says(model: &Model, key: &goe_codegen::model::Key) -> bool {
    model.keys.iter().any(|now| {
        let cells = |key: &goe_codegen::model::Key| {
            (
                key.name.value.clone(),
                key.access.value,
                key.ty.value,
                key.set_ty,
                key.category.value,
                key.description.value.clone(),
            )
        };
        cells(now) == cells(key)
    })
}

/// Good rows, bad rows, and what comes between them.
fn rows() -> impl Strategy<Value = String> {
    let ty = prop_oneof![
        Just("bool"),
        Just("uint8"),
        Just("boool"),
        Just("u8"),
        Just("integer"),
        Just("text"),
        Just("optional<flaot>"),
        Just("float | null"),
        Just("float?"),
        Just("by\tte"),
        Just("zz"),
    ];
    let access = prop_oneof![4 => Just("R"), 1 => Just("rw"), 1 => Just("R/"), 1 => Just("?")];
    let category = prop_oneof![4 => Just("Status"), 1 => Just("config"), 1 => Just("Sta\ttus")];
    let words =
        "(d-[a-c]( d-[a-c]){0,2}|d-a \\| d-b|d-a \\\\\\| d-b|d-a\td-b|d-a,\td-b|`d-a\\|d-b`|)";
    let row = ("[a-e]{1,2}", access, ty, category, words)
        .prop_map(|(k, a, t, c, d)| format!("| {k} | {a} | {t} | {c} | {d} |"));
    let line = prop_oneof![
        12 => row,
        1 => Just("| | | | | |".to_owned()),
        1 => Just(String::new()),
        1 => Just("d-c".to_owned()),
        1 => Just("| Key | R/W | Type | Category | Description |\n|---|---|\t---|---|---|".to_owned()),
        1 => Just("| Key | R/W | Tpye | Category | Description |".to_owned()),
        1 => Just("|---|---|---|".to_owned()),
        1 => Just("<<<<<<< d-a".to_owned()),
    ];
    // Some end without a line break, so that two rows are glued.
    let lines = proptest::collection::vec(
        (
            line,
            prop_oneof![8 => Just("\n"), 1 => Just(" "), 1 => Just("\r\n")],
        ),
        0..12,
    );
    lines.prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_is_lost(rows in rows()) {
        check(&format!("| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n{rows}"));
    }

    #[test]
    fn no_text_is_too_wild(text in "[|\\-a `\n\t<>:d=R]{0,80}") {
        check(&text);
        check(&format!("| Key | R/W | Type | Category | Description |\n{text}"));
    }
}
