//! `fmt`: what it makes of tables, that it says the same twice, and that it
//! loses nothing, whatever the file.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use goe_codegen::{Spec, dump, format, read};
use proptest::prelude::*;

fn spec(text: &str) -> Spec {
    Spec::from_files([("t.md", text.as_bytes().to_vec())])
}

/// Returns the output of `dump`, by key and without lines if `sorted`.
fn dumped(text: &str, sorted: bool) -> Vec<String> {
    let spec = spec(text);
    let json = dump::model_to_json(&spec, &read(&spec).0).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut keys = json["keys"].as_array().unwrap().clone();
    if sorted {
        keys.iter_mut().for_each(|key| key["line"] = 0.into());
        keys.sort_by_key(|key| key["name"].as_str().unwrap().to_owned());
    }
    keys.iter().map(|key| key.to_string()).collect()
}

/// The lines outside of tables.
fn prose(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.contains('|')).collect()
}

/// Formats and checks what must hold of every text; `None` if it is refused.
fn check(text: &str, sort: bool) -> Option<String> {
    let formatted = match format(&spec(text), sort) {
        Ok(formatted) => formatted,
        Err(report) => {
            assert!(report.has_errors());
            return None;
        }
    };
    assert_eq!(
        dumped(text, sort),
        dumped(&formatted, sort),
        "{text}\n{formatted}"
    );
    assert_eq!(
        text.lines().count(),
        formatted.lines().count(),
        "{text}\n{formatted}"
    );
    let again = format(&spec(&formatted), sort).unwrap();
    assert_eq!(again, formatted, "twice\n{text}");
    Some(formatted)
}

const MESSY: &str = "\
# Keys
some `a|b` prose &lt;

|Key|R/W|Type|Category|Description|
|-|:-:|-|-|-|
| `zfo` | R/W|float|Config| zeroFeedinOffset  in W |
|dwo|R/W| optional&lt;double&gt; |Config|energy &gt; 0, measured in Wh|
c0n c1n c2n c3n c4n c5n c6n (since 60.0)|R|uint8_t|Status|
|a||||

prose";

#[test]
fn tables_are_laid_out() {
    let text = MESSY
        .replace(
            "(since 60.0)|R|uint8_t|Status|",
            "(since 60.0)|R|uint8_t|Status|x|",
        )
        .replace("|a||||", "||||||");
    let expected = "\
# Keys
some `a|b` prose &lt;

| Key | R/W | Type               | Category | Description |
| --- | :-: | ------------------ | -------- | ----------- |
| zfo | R/W | float              | Config   | zeroFeedinOffset  in W |
| dwo | R/W | `optional<double>` | Config   | energy > 0, measured in Wh |
| c0n c1n c2n c3n c4n c5n c6n (since 60.0) | R   | uint8              | Status   | x |
|     |     |                    |          | |

prose";
    assert_eq!(check(&text, false).unwrap(), expected);
    let sorted = check(&text, true).unwrap();
    let keys: Vec<&str> = sorted
        .lines()
        .skip(5)
        .take(4)
        .map(|line| &line[2..5])
        .collect();
    assert_eq!(keys, ["c0n", "dwo", "zfo", "   "]);
}

#[test]
fn columns_of_facts_stay_where_they_are() {
    let german = "|Schlüssel|R/W|Typ|Einheit|Kategorie|Länge|Werte|Standard|Beschreibung|\n\
        |-|-|-|-|-|-|-|-|-|\n|`a.b`|R/W|uint8_t|A|Config|-|`0`=aus; 1=an|an|x|\n\
        |dtu / ip|R|string||Status|32 Zeichen||`\"x\"`|y|\n";
    for text in [include_str!("specs/columns.md"), german] {
        for sort in [false, true] {
            assert!(check(text, sort).is_some(), "{text}");
        }
    }
    let formatted = check(german, false).unwrap();
    assert!(formatted.contains("| a.b"), "{formatted}");
    assert!(formatted.contains("| `0`=aus; 1=an "), "{formatted}");
}

#[test]
fn what_is_no_key_table_is_left_alone() {
    for text in [
        "",
        "no table",
        "| Key |\n",
        "|Topic|Payload|Action|Retained|Description|\n|-|-|-|-|-|\n|a|b|state|yes|c|\n",
        "```\n|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n```\n",
    ] {
        assert_eq!(
            check(text, true).as_deref(),
            Some(text).filter(|text| *text != "| Key |\n"),
            "{text}"
        );
    }
}

#[test]
fn line_endings_and_quotes_stay() {
    let text =
        "> |Key|R/W|Type|Category|Description|\r\n> |-|-|-|-|-|\r\n> |a|R|bool|Status|x|  \r\n";
    let expected = "> | Key | R/W | Type | Category | Description |\r\n\
                    > | --- | --- | ---- | -------- | ----------- |\r\n\
                    > | a   | R   | bool | Status   | x |\r\n";
    assert_eq!(check(text, false).unwrap(), expected);
}

#[test]
fn what_is_not_safe_is_refused_with_its_place() {
    let cases = [
        // An escaped pipe before the header: no reader sees a table.
        (
            "> \\| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n| a | R | bool | Status | x |\n",
            "S0106",
        ),
        (MESSY, "S0103"),
        (
            "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|a|R|bool|Status|x|y|\n",
            "S0104",
        ),
        (
            "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|a|R|bool|Status|x|\n\n|b|R|bool|Status|x|\n",
            "S0106",
        ),
        (
            "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n<<<<<<< a\n|a|R|bool|Status|x|\n",
            "S0113",
        ),
        (
            "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|a|R|bool|Status|x|b|R|bool|Status|y|\n",
            "S0118",
        ),
    ];
    for (text, code) in cases {
        let report = format(&spec(text), false).unwrap_err();
        let codes: Vec<_> = report.diagnostics().iter().map(|d| d.code.id).collect();
        assert!(codes.contains(&code), "{codes:?}\n{text}");
        assert!(report.diagnostics().iter().all(|d| d.primary.is_some()));
    }
}

#[test]
fn a_fault_that_is_no_matter_of_form_is_none_of_its_business() {
    let text = "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n|al-w|X|bol|Statu|x|\n|a|R|u\tint8|Status|y|\n";
    let formatted = check(text, false).unwrap();
    assert!(
        formatted.contains("| al-w | X   | bol    | Statu    | x |"),
        "{formatted}"
    );
    assert!(formatted.contains("| u\tint8 |"), "{formatted}");
}

fn piece() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "|",
        " | ",
        "\n",
        "\r\n",
        "\n\n",
        "| Key | R/W | Type | Category | Description |\n",
        "|Key|R/W|Type|Category|Description|\n|-|:-|-|-|-|\n",
        "|-|-|-|-|-|\n",
        "| alw | R | bool | Status | x |\n",
        "|acu|R/W|optional&lt;int&gt;|Config|in &deg;C, 0-9|\n",
        "|b a|R|uint8_t|Unknown|A=0, B=1 &quot;x&quot; \\| `y\\|z`|\n",
        "|c1,c2|W|get: any set: int|Other||\n",
        "zz|R|bool|Status|no pipes\n",
        "|||||\n",
        "# h\n",
        "> ",
        "- ",
        "`",
        "\\",
        "&lt;",
        "&amp;",
        "\t",
        "é",
        "| Key | R/W | Type | Category | Description | Reason |\n|-|-|-|-|-|-|\n| ~~a~~ | | | | | why |\n",
    ];
    prop_oneof![8 => prop::sample::select(FIXED).prop_map(str::to_owned), 1 => "[a-z|&;<>`~*_\\\\ -]{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_laid_out_once_and_says_the_same(
        pieces in prop::collection::vec(piece(), 0..24), sort: bool,
    ) {
        let text = format!("|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n{}", pieces.concat());
        check(&text, sort);
        check(&pieces.concat(), sort);
    }

    /// Cells of any text, as an author may write them.
    #[test]
    fn any_description_says_the_same(cells in prop::collection::vec("[a-zA-Z0-9&;<>#`~*_=,.( )°|\\\\-]{0,24}", 1..6)) {
        let mut text = "|Key|R/W|Type|Category|Description|\n|-|-|-|-|-|\n".to_owned();
        for (index, cell) in cells.iter().enumerate() {
            text += &format!("|k{index}|R/W|`optional<int>`|Config|{}|\n", cell.replace('|', "\\|"));
        }
        check(&text, false);
    }
}

#[test]
fn tables_with_faults_are_refused_or_say_the_same() {
    let refused = refused(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published"));
    assert_eq!(refused, ["faults.md"]);
}

#[test]
#[ignore = "needs ../shared"]
fn shared_tables_are_laid_out_and_say_the_same() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec-history");
    let expected = [
        "2022-04-19-merge-markers.md",
        "2025-11-14-en.md",
        "2026-03-19-torn-table.md",
    ];
    assert_eq!(refused(&shared), expected);
}

/// Lays out every file of a folder, and returns the names of those that are not safe.
fn refused(folder: &Path) -> Vec<String> {
    let mut refused = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for sort in [false, true] {
            let Some(formatted) = check(&text, sort) else {
                refused.push(path.file_name().unwrap().to_str().unwrap().to_owned());
                continue;
            };
            assert_eq!(prose(&text), prose(&formatted));
            let width = formatted
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap();
            let words: usize = text.split_whitespace().map(|word| word.len() + 1).sum();
            assert!(
                width < 2_000 && formatted.len() < words * 2,
                "{path:?} {width} {}",
                formatted.len()
            );
        }
    }
    refused.sort();
    refused.dedup();
    refused
}
