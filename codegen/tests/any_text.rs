//! Whatever stands in a file, the front end ends in a model and a report.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_codegen::{
    Spec, dump, generate, read,
    show::{Style, show},
};
use proptest::prelude::*;

fn never_panics(bytes: Vec<u8>) {
    let spec = Spec::from_files([("t.md", bytes)]);
    let (model, report) = read(&spec);
    report.render(&spec, true);
    dump::model_to_json(&spec, &model).unwrap();
    let style = Style {
        width: 90,
        colour: false,
    };
    show(&spec, &model, &report, &[], style);
    for diagnostic in report.diagnostics() {
        for label in diagnostic.primary.iter().chain(&diagnostic.secondary) {
            let source = &spec.sources()[label.span.file];
            // An empty cell at the end of a file is pointed at past its end.
            assert!(label.span.start <= source.text.len() && label.span.start <= label.span.end);
        }
    }
    let generated = generate(&spec);
    assert_eq!(generated.is_err(), report.has_errors());
    if let Ok(generated) = generated {
        for file in generated
            .files
            .iter()
            .filter(|file| file.path.ends_with(".rs"))
        {
            assert!(syn::parse_file(&file.contents).is_ok(), "{}", file.contents);
        }
    }
}

/// Pieces of which tables, and faults in them, are made.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "|",
        " | ",
        "\n",
        "\r\n",
        "\n\n",
        "| Key | R/W | Type | Category | Description |\n",
        "|-|-|-|-|-|\n",
        "| alw | R | bool | Status | x |\n",
        "| scan | R/W | array | Config | a: X=0, Y=1 |\n",
        "# scan[16]\n",
        "## scan\n",
        "| Field | R/W | Type | Description |\n|-|-|-|-|\n",
        "always 16 entries\n",
        "| a | R/W | scan.a | X=0, Y=1, Z = 2 (n) |\n",
        "| a[4] | R | optional<string> | max. 9 bytes |\n",
        "| Method | Path | Query | Action | Description |\n|-|-|-|-|-|\n",
        "| GET | /a | b | status | x |\n",
        "| Topic | Payload | Action | Retained | Description |\n|-|-|-|-|-|\n",
        "| {key}/{x} | y | set | no | x |\n",
        "<<<<<<< a\n",
        "=======\n",
        ">>>>>>> b\n",
        "`",
        "``",
        "\\",
        "\\|",
        "&lt;",
        "&#",
        "<!--",
        "-->",
        "```\n",
        "> ",
        "- ",
        "\t",
        "\0",
        "é",
        "\u{202e}",
        "=0",
        "(",
        ")",
        "...",
        ",",
        "0-9",
        "max.",
        "in Wh",
        "get: int set: any",
        "optional<",
        "or null",
        "self",
        "Self",
        "mod",
        "°C",
    ];
    prop_oneof![
        8 => prop::sample::select(fixed.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => "[a-zA-Z0-9_=,()-]{0,8}",
    ]
}

const TITLES: [&str; 14] = [
    "Key", "R/W", "Type", "Category", "Description", "Unit", "Min", "Max", "Range", "Length",
    "Values", "Default", "Since", "Removed",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        never_panics(bytes);
    }

    #[test]
    fn pieces(pieces in prop::collection::vec(piece(), 0..40)) {
        never_panics(pieces.concat().into_bytes());
    }

    #[test]
    fn tables(rows in prop::collection::vec(prop::collection::vec(piece(), 5), 0..8)) {
        let mut text = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n".to_owned();
        for row in rows {
            text += &format!("| {} |\n", row.join(" | "));
        }
        never_panics(text.into_bytes());
    }

    /// Rows of any length below a header with columns that state facts, in any order.
    #[test]
    fn tables_with_facts(
        titles in prop::sample::subsequence(TITLES.to_vec(), 3..TITLES.len()).prop_shuffle(),
        rows in prop::collection::vec(prop::collection::vec(piece(), 0..12), 0..8),
    ) {
        let mut text = format!("| {} |\n|{}\n", titles.join(" | "), "-|".repeat(titles.len()));
        for row in rows {
            text += &format!("| {} |\n", row.join(" | "));
        }
        never_panics(text.into_bytes());
    }

    /// A table that is right, with prose of any kind, is generated from.
    #[test]
    fn descriptions(prose in "[^|\r\n\\\\]{0,60}") {
        let table = format!(
            "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n| a | R/W | string | Config | {prose} |\n"
        );
        never_panics(table.into_bytes());
    }
}
