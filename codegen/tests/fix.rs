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

const H: &str = "| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n";
const U: &str = "| Key | R/W | Type | Category | Description | Unit |\n|---|---|---|---|---|---|\n";
const V: &str = "| Key | R/W | Type | Category | Unit | Values | Description |\n|---|---|---|---|---|---|---|\n";
const F: &str = "## ccw\n\n| Field | R/W | Type | Description |\n|---|---|---|---|\n";

/// Rows under a header, and what becomes of them; nothing where there are two readings.
#[test]
fn rows_become_these() {
    let ok = "| ccw | R | object | Status | x |\n\n";
    let cases: &[(&str, &str, Option<&str>)] = &[
        // An example in code is a text, whatever it looks like.
        (
            H,
            "| a | R | string | Status | e.g. `|| b | R | bool | Status | y |` |\n",
            None,
        ),
        (
            H,
            "| a | R | string | Status | z. B. `x | b | R | bool | Status | y` |\n",
            None,
        ),
        (
            H,
            "| a | R | string | Status | ``|| b | R | bool | Status | y |`` |\n",
            None,
        ),
        // Of which cell the pipe is nobody knows, nor which cell is which.
        (
            V,
            "| a | R/W | uint8 | Config | | Off=0, Dry=1 | Wet=2 | what it does |\n",
            None,
        ),
        (V, "| a | R | uint8 | Status | A | mA | | x |\n", None),
        (V, "| a | R | uint8 | Status | A | | mA | x |\n", None),
        (V, "| a | R | uint8 | Status | | | A | x |\n", None),
        (
            V,
            "| a | R | uint8 | Status | | | in A | or not |\n",
            Some("| a | R | uint8 | Status | | | in A \\| or not |\n"),
        ),
        // What stands in its place is put right all the same.
        (
            V,
            "| a | R | u8 | Status | A | mA | x | y |\n",
            Some("| a | R | uint8 | Status | A | mA | x | y |\n"),
        ),
        (
            V,
            "| a | R | u8 | conf | | | on | off | auto |\n",
            Some("| a | R | uint8 | Config | | | on \\| off \\| auto |\n"),
        ),
        (H, "| a | R | array<uint8|uint16> | Status | x |\n", None),
        (H, "| a | R | optional<flaot|x> | Status | x |\n", None),
        (
            H,
            "| a | R | string | Status | x | ` ` |\n",
            Some("| a | R | string | Status | x \\| ` ` |\n"),
        ),
        (
            H,
            "| a | R | string | Status | `e` || b | R | bool | Status | `y` |\n",
            Some("| a | R | string | Status | `e` |\n| b | R | bool | Status | `y` |\n"),
        ),
        // A text that was cut must not become a fact.
        (U, "| a | R | uint8 | Status | x | y | |\n", None),
        (U, "| a | R | uint8 | Status | x | Wh ||\n", None),
        (U, "| a | R | uint8 | Status | x | y | | |\n", None),
        (
            U,
            "| a | R | uint8 | Status | x | | |\n",
            Some("| a | R | uint8 | Status | x |  |\n"),
        ),
        (
            U,
            "| a | R | float | null | Status | x | W |\n",
            Some("| a | R | `optional<float>` | Status | x | W |\n"),
        ),
        (
            H,
            "| a | R | uint8 | Status | x | |\n",
            Some("| a | R | uint8 | Status | x |\n"),
        ),
        // The second row is one by what its cells can only mean.
        (
            H,
            "| ok | R | bool | Status | fine || b | rw | u8 | Konfig | z |\n",
            Some("| ok | R | bool | Status | fine |\n| b | R/W | uint8 | Config | z |\n"),
        ),
        (
            H,
            "| ok | ro | boool | Status | gut | b | Lesen/Schreiben | byte | Konfig | z |\n",
            Some("| ok | R | bool | Status | gut |\n| b | R/W | uint8 | Config | z |\n"),
        ),
        (
            H,
            "| ok | R | bool | Status | fine | b | rw | or | so | on |\n",
            None,
        ),
        (
            F,
            "| on | R | bool | x || ip[4] | R | string | y |\n",
            Some("| on | R | bool | x |\n| ip[4] | R | string | y |\n"),
        ),
        (
            F,
            "| on | R | bool | x || ip | ro | u8 | y |\n",
            Some("| on | R | bool | x |\n| ip | R | uint8 | y |\n"),
        ),
    ];
    for (header, before, after) in cases {
        let own = match header.starts_with("##") {
            true => format!("{H}{ok}"),
            false => String::new(),
        };
        let (found, _) = mended(format!("{own}{header}{before}").as_bytes());
        let expected = format!("{own}{header}{}", after.unwrap_or(before));
        assert_eq!(found, expected, "{before}");
        check(&format!("{own}{header}{before}"));
    }
}

/// Whole texts, and what becomes of them.
#[test]
fn texts_become_these() {
    let ccw = format!("{H}| ccw | R | object | Status | x |\n\n## ccw\n\n");
    let row = "| a | R | bool | Status | x |\n";
    let stated = "| a | R | uint8 | Status | x | W |\n";
    let routes = "| Method | Path | Query | Action | Description |\n|---|---|---|---|---|\n";
    let topics = "| Topic | Payload | Action | Retained | Description |\n|---|---|---|---|---|\n";
    let head = "| Key | R/W | Type | Category | Description |\n";
    let cases = [
        // No reader of GFM sees dashes in these.
        (
            format!("{head}| - - - | --- | --- | --- | --- |\n{row}"),
            format!("{head}| --- | --- | --- | --- | --- |\n{row}"),
        ),
        (
            format!("{head}| :- - | --- | --- | --- | - -: |\n{row}"),
            format!("{head}| :-- | --- | --- | --- | --: |\n{row}"),
        ),
        (
            format!("> {head}> | - - | --- | --- | --- | --- |\n> {row}"),
            format!("> {head}> | --- | --- | --- | --- | --- |\n> {row}"),
        ),
        (
            format!("{ccw}| Field | R/W | Type | Description |\n| on | R | bool | x |\n"),
            format!(
                "{ccw}| Field | R/W | Type | Description |\n| --- | --- | --- | --- |\n\
                 | on | R | bool | x |\n"
            ),
        ),
        (
            format!("{H}{row}\n{routes}| get | /a | | Status | x |\n| Post | /b | | Set | x |\n"),
            format!("{H}{row}\n{routes}| GET | /a | | status | x |\n| POST | /b | | set | x |\n"),
        ),
        (
            format!("{H}{row}\n{topics}| a/{{key}} | x | State | yes | x |\n"),
            format!("{H}{row}\n{topics}| a/{{key}} | x | state | yes | x |\n"),
        ),
        (
            format!("{}{stated}", U.replace("Unit", "Untis")),
            format!("{}{stated}", U.replace("Unit", "Untis")),
        ),
        (
            format!("{}{stated}", U.replace("Unit", "Uint")),
            format!("{}{stated}", U),
        ),
        (
            format!("{}{stated}", U.replace("Unit", "Einhiet")),
            format!("{}{stated}", U.replace("Unit", "Einheit")),
        ),
        // Dashes after a blank line are a table of their own to GFM, whose rows are shorter.
        (
            format!("{H}\n{row}|---|---|---|\n|---|---|---|\n<<<<<<< d-a\n"),
            format!("{H}{row}<<<<<<< d-a\n"),
        ),
        // These dashes would make no table of the line above them.
        (format!("{H}R<|||:||\n==\t"), format!("{H}R<|||:||\n")),
        // It may be the value of now.
        (
            format!("{}{stated}", U.replace("Unit", "Value")),
            format!("{}{stated}", U.replace("Unit", "Value")),
        ),
    ];
    for (before, after) in cases {
        let (found, _) = mended(before.as_bytes());
        assert_eq!(found, after, "{before}");
        check(&before);
    }
}

/// What stands in an overlay is put right as in a table, and what is misspelled there is
/// read, so that nobody is told to remove the rule.
#[test]
fn overlays_become_these() {
    let api = format!("{H}| a | R | bool | Status | x |\n");
    let cases = [
        (
            "| Key | R/W | Type | Category | Reason |\n|---|---|---|---|---|\n\
             | a | rw | u16 | Konfig | seen |\n",
            "| Key | R/W | Type | Category | Reason |\n|---|---|---|---|---|\n\
             | a | R/W | uint16 | Config | seen |\n",
        ),
        (
            "| Key | Typpe | Raeson |\n|---|---|---|\n| a | uint8 | seen |\n",
            "| Key | Type | Reason |\n|---|---|---|\n| a | uint8 | seen |\n",
        ),
    ];
    for (before, after) in cases {
        let files = [("api.md", api.clone()), ("overlay.md", before.to_owned())];
        let spec = Spec::from_files(files.map(|(name, text)| (name, text.into_bytes())));
        let (_, report) = read(&spec);
        let codes: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
        assert!(!codes.contains(&"S0602"), "{codes:?}\n{before}");
        let mended = mend(spec, &Levels::default());
        assert_eq!(mended.spec.sources()[1].text, after);
        let (_, report) = read(&mended.spec);
        assert!(report.is_empty(), "{:?}", report.diagnostics());
    }
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
    // Whoever reads the page finds in each line that is still there what stood in it, and
    // perhaps what a shorter header cut off.
    let now = gfm(&after);
    for (line, cells) in gfm(before) {
        let same: Vec<_> = now.iter().filter(|(now, _)| *now == line).collect();
        let is_kept = same.is_empty() || same.iter().any(|(_, now)| now.starts_with(&cells));
        assert!(is_kept, "{line}\n{before}\n{after}");
    }
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

/// The rows of the tables that a reader of GFM sees in `text`, headers too: of each its
/// line, and its cells but for blank ones at the end, which a reader adds to a short row.
fn gfm(text: &str) -> Vec<(&str, Vec<String>)> {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => {
                rows.push((text[range].trim(), Vec::new()));
            }
            Event::Start(Tag::TableCell) => {
                if let Some((_, cells)) = rows.last_mut() {
                    cells.push(text[range].trim_matches([' ', '|']).to_owned());
                }
            }
            _ => {}
        }
    }
    for (_, cells) in &mut rows {
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        cells.truncate(filled.map_or(0, |last| last + 1));
    }
    rows
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
