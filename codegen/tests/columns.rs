//! Facts in cells of their own, other authors' headers, and which table is one of keys.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_codegen::{Model, Report, Spec, dump, generate, read};
use serde_json::{Value, json};

fn model(files: &[(&str, &str)]) -> (Spec, Model, Report) {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let spec = Spec::from_files(files);
    let (model, report) = read(&spec);
    (spec, model, report)
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics().iter().map(|d| d.code.id).collect()
}

/// What `dump` says of the key of a table of these columns and this row, and the codes.
fn row(columns: &str, ty: &str, cells: &str, prose: &str) -> (Value, Vec<&'static str>) {
    let dashes = "-|".repeat(columns.split('|').count());
    let table = format!(
        "| Key | R/W | Type | Category | {columns} | Description |\n|-|-|-|-|{dashes}-|\n\
         | k | R/W | {ty} | Config | {cells} | {prose} |\n"
    );
    let (spec, model, report) = model(&[("api.md", &table)]);
    let dump: Value = serde_json::from_str(&dump::model_to_json(&spec, &model).unwrap()).unwrap();
    (dump["keys"][0].clone(), codes(&report))
}

#[test]
fn cells_state_facts() {
    let values = json!([{"name": "off", "value": 0}, {"name": "on", "value": 1}]);
    let cases = [
        ("Unit", "uint8", "A", "x", "unit", json!("A")),
        ("Einheit", "uint8", "Sekunden", "x", "unit", json!("s")),
        ("unit", "uint8", "-", "measured in Wh", "unit", json!("Wh")),
        ("Min | Max", "uint8", "6 | 32", "x", "max", json!(32)),
        ("Max | Min", "uint8", "32 | 6", "x", "min", json!(6)),
        (
            "Minimum | Maximum",
            "uint8",
            "6 | 32 A",
            "x",
            "max",
            json!(32),
        ),
        // One alone is half open: the other end is the type's.
        ("Min", "uint8", "6", "x", "max", json!(255)),
        ("Max", "int8", "6", "x", "min", json!(-128)),
        ("Min", "uint64", "6", "x", "max", json!(null)),
        ("Min", "float", "0", "x", "max", json!(null)),
        ("Min", "float", "0", "x", "min", json!(0)),
        // Or that of the description.
        ("Min", "uint8", "6", "6-32", "max", json!(32)),
        ("Range", "uint8", "0..100", "x", "max", json!(100)),
        ("Bereich", "int16", "-20 bis 50", "x", "min", json!(-20)),
        (
            "Range",
            "uint8",
            "0=off, 1=on",
            "x",
            "values",
            values.clone(),
        ),
        (
            "Range",
            "string",
            "max. 8 bytes",
            "x",
            "max_bytes",
            json!(8),
        ),
        ("Range", "bool", "0-1", "x", "max", json!(null)),
        ("Length", "string", "32", "x", "max_bytes", json!(32)),
        (
            "Länge",
            "string",
            "32 Zeichen",
            "x",
            "max_characters",
            json!(32),
        ),
        (
            "Length",
            "array<bool>",
            "5 entries",
            "x",
            "max_entries",
            json!(5),
        ),
        (
            "Values",
            "uint8",
            "0=off, 1=on",
            "x",
            "values",
            values.clone(),
        ),
        (
            "Werte",
            "uint8",
            "off=0; on=1",
            "x",
            "values",
            values.clone(),
        ),
        (
            "Values", "uint8", "0: off, 1: on", "(off=0, on=1)", "values", values,
        ),
        (
            "Values",
            "bool",
            "0=off, 1=on",
            "x",
            "values",
            json!([{"name": "off", "value": false}, {"name": "on", "value": true}]),
        ),
        ("Default", "uint8", "16", "x", "default", json!(16)),
        ("Standard", "uint8", "16", "x", "default", json!(16)),
        ("Default", "string", "roof", "x", "default", json!("roof")),
        (
            "Default",
            "uint8",
            "on",
            "(off=0, on=1)",
            "default",
            json!(1),
        ),
        (
            "Default",
            "optional<uint8>",
            "`null`",
            "x",
            "default",
            json!(null),
        ),
        ("Since", "uint8", "60.0", "x", "since", json!("60.0")),
        ("Seit", "uint8", "v60.0", "x", "since", json!("60.0")),
        (
            "Removed",
            "uint8",
            "firmware 60.0",
            "x",
            "removed",
            json!("60.0"),
        ),
        (
            "Entfernt",
            "uint8",
            "–",
            "(removed in firmware 59)",
            "removed",
            json!("59"),
        ),
    ];
    for (columns, ty, cells, prose, fact, expected) in cases {
        let (key, codes) = row(columns, ty, cells, prose);
        assert_eq!(key[fact], expected, "{columns}: {cells} of {ty}");
        assert_eq!(codes, [""; 0], "{columns}: {cells} of {ty}");
    }
}

#[test]
fn a_cell_beats_the_description_with_a_warning() {
    let cases = [
        ("Unit", "uint8", "A", "measured in Wh", "unit", json!("A")),
        (
            "Min | Max",
            "uint8",
            "6 | 16",
            "current, 6-32",
            "max",
            json!(16),
        ),
        ("Range", "uint8", "6-16", "current, 6-32", "max", json!(16)),
        (
            "Length",
            "string",
            "8 bytes",
            "max. 9 bytes",
            "max_bytes",
            json!(8),
        ),
        (
            "Values",
            "uint8",
            "0=off",
            "(off=0, on=1)",
            "values",
            json!([{"name": "off", "value": 0}]),
        ),
        (
            "Since",
            "uint8",
            "60.0",
            "(since firmware 59.0)",
            "since",
            json!("60.0"),
        ),
    ];
    for (columns, ty, cells, prose, fact, expected) in cases {
        let (key, codes) = row(columns, ty, cells, prose);
        assert_eq!(key[fact], expected, "{columns}: {cells}");
        assert_eq!(codes, ["S0126"], "{columns}: {cells}");
    }
    // The description says that there are more.
    let (_, codes) = row(
        "Values", "uint8", "0=off, 1=on, 2=auto", "(off=0, on=1, ...)",
    );
    assert_eq!(codes, [""; 0]);
}

#[test]
fn another_default_in_prose_is_a_warning() {
    let cases = [
        ("uint8", "16", "current, default 10", true),
        ("uint8", "16", "current (default: 10 A)", true),
        ("uint8", "16", "Strom, Standard=10.", true),
        ("float", "1.5", "factor; defaults to 1.6", true),
        ("uint8", "1", "mode (Off=0, On=1), default Off", true),
        ("bool", "true", "on? default: `false`", true),
        ("uint8", "16", "current, default 16 A", false),
        ("float", "16", "current, default is 16.0", false),
        ("uint8", "1", "mode (Off=0, On=1), default On", false),
        ("uint8", "0", "mode (Off=0, Default=1)", false),
        ("uint8", "16", "current, default 10 on model B", false),
        ("uint8", "16", "the default of the charger", false),
        ("string", "roof", "name, default model name", false),
    ];
    for (ty, cell, prose, differs) in cases {
        let (_, codes) = row("Default", ty, cell, prose);
        assert_eq!(codes == ["S0126"], differs, "{cell} {prose} {codes:?}");
        assert!(codes.is_empty() || differs, "{cell} {prose} {codes:?}");
    }
}

/// In a shape, too.
#[test]
fn a_field_has_the_releases_of_its_description() {
    let table = |since: &str, prose: &str| {
        format!(
            "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
             | k | R | object | Status | x |\n\n## k\n\n\
             | Field | R/W | Type | Since | Description |\n|-|-|-|-|-|\n\
             | a | R | uint8 | {since} | {prose} |\n"
        )
    };
    let cases = [
        ("", "x (since 60.0)", Some("60.0"), &[][..]),
        ("60.0", "x (since 60.0)", Some("60.0"), &[]),
        ("60.0", "x (since 59.0)", Some("60.0"), &["S0126"]),
        ("60.0", "x since 60.0", Some("60.0"), &[]),
        ("", "x since 60.0", None, &["S0312"]),
    ];
    for (cell, prose, since, expected) in cases {
        let (_, model, report) = model(&[("api.md", &table(cell, prose))]);
        let found = model.shapes[0].fields[0].since.as_ref();
        assert_eq!(found.map(|at| at.value.as_str()), since, "{cell} {prose}");
        assert_eq!(codes(&report), expected, "{cell} {prose}");
    }
}

#[test]
fn a_unit_behind_a_number_is_one() {
    let (a, ma, none) = (json!("A"), json!("mA"), json!(null));
    let (silent, warned) = (&[][..], &["S0126"][..]);
    let cases = [
        ("Range", "uint8", "6-32 A", "x", &a, silent),
        ("Min", "uint8", "6 A", "x", &a, silent),
        ("Min | Max", "uint8", "6 | 32A", "x", &a, silent),
        ("Min | Max", "uint8", "6 mA | 32 A", "x", &ma, warned),
        ("Default", "uint8", "16 A", "x", &a, silent),
        ("Default", "string", "16 A", "x", &none, silent),
        ("Range | Unit", "uint8", "6-32 A | A", "x", &a, silent),
        ("Range | Unit", "uint16", "6-32 A | mA", "x", &ma, warned),
        ("Max | Unit", "uint16", "32 A | mA", "x", &ma, warned),
        ("Default | Unit", "uint8", "16 A | mA", "x", &ma, warned),
        ("Range", "uint8", "6-32 A", "current in A", &a, silent),
        ("Range", "uint8", "6-32 A", "current in mA", &a, warned),
        ("Range", "uint8", "6 mA to 32 A", "x", &ma, warned),
        // What the type counts.
        ("Unit", "milliseconds", "ms", "x", &json!("ms"), silent),
        ("Unit", "milliseconds", "s", "x", &json!("s"), warned),
        ("Max", "milliseconds", "10 s", "x", &json!("s"), warned),
        // What was not read of the description.
        ("Unit", "uint8", "A", "current in A or mA", &a, warned),
        ("Unit", "uint8", "A", "current in 10 A", &a, silent),
        ("Unit", "uint8", "A", "A is the current (A)", &a, silent),
    ];
    for (columns, ty, cells, prose, unit, expected) in cases {
        let (key, codes) = row(columns, ty, cells, prose);
        assert_eq!(key["unit"], *unit, "{columns}: {cells} {prose}");
        assert_eq!(codes, expected, "{columns}: {cells} {prose}");
    }
    // A number in another unit is none of the value.
    for (columns, ty, cells, fact, expected) in [
        ("Range | Unit", "uint16", "6-32 A | mA", "max", json!(null)),
        (
            "Min | Max | Unit",
            "uint16",
            "6 A | 90 | mA",
            "min",
            json!(0),
        ),
        ("Range", "milliseconds", "1-5 s", "max", json!(null)),
        (
            "Default | Unit",
            "uint8",
            "16 A | mA",
            "default",
            json!(null),
        ),
        ("Default | Unit", "uint8", "16 A | A", "default", json!(16)),
        ("Default | Max", "uint8", "16 A | 32", "default", json!(16)),
    ] {
        let (key, _) = row(columns, ty, cells, "x");
        assert_eq!(key[fact], expected, "{columns}: {cells}");
    }
}

#[test]
fn a_table_within_a_table_is_one_of_its_own() {
    let header = "| Key | R/W | Type | Category | Description |\n";
    let dashes = "|---|---|---|---|---|\n";
    let row = |key: &str| format!("| {key} | R | uint8 | Status | x |\n");
    let other = "| Typ | Schlüssel | Zugriff | Kategorie | Beschreibung |\n";
    let cases = [
        // The same header again, with its dashes and without.
        (
            format!("{}{header}{dashes}{}", row("a"), row("b")),
            "a b",
            1,
        ),
        (format!("{}{header}{}", row("a"), row("b")), "a b", 1),
        // Dashes between rows.
        (format!("{}{dashes}{}", row("a"), row("b")), "a b", 1),
        (format!("{dashes}{}{dashes}", row("a")), "a", 2),
        // A key table of other columns; what has others is none.
        (
            format!("{}{other}{dashes}| bool | b | R | Status | x |\n", row("a")),
            "a b",
            1,
        ),
        (
            format!("{}| Option | Default |\n|--|--|\n| b | c |\n", row("a")),
            "a",
            1,
        ),
        (
            format!(
                "{}| One | Two | 3 | 4 | 5 |\n{dashes}| b | c | d | e | f |\n",
                row("a")
            ),
            "a",
            1,
        ),
        // A blank cell is a dash.
        (format!("{}| b | - | - | - | - |\n", row("a")), "a", 0),
    ];
    for (rows, keys, count) in cases {
        let text = format!("{header}{dashes}{rows}");
        let (_, model, report) = model(&[("api.md", &text)]);
        let found: Vec<_> = model
            .keys
            .iter()
            .map(|key| key.name.value.as_str())
            .collect();
        assert_eq!(found.join(" "), keys, "{rows}");
        let within = codes(&report)
            .iter()
            .filter(|code| **code == "S0130")
            .count();
        assert_eq!(within, count, "{rows}");
    }
}

#[test]
fn what_stands_in_a_table_and_is_no_row_is_one_finding() {
    let header = "| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n";
    let row = "| a | R | uint8 | Status | x |\n";
    for (line, code, label) in [
        (
            "| **Charging** | | | | |\n",
            "S0103",
            "all other cells are empty",
        ),
        ("| | | | | goes on |\n", "S0111", "expected a letter"),
        (
            "A text right below.\n",
            "S0103",
            "markdown takes this for a row",
        ),
    ] {
        let (spec, model, report) = model(&[("api.md", &format!("{header}{row}{line}"))]);
        assert_eq!(codes(&report), [code], "{line}");
        assert!(report.render(&spec, false).contains(label), "{line}");
        assert_eq!(model.keys.len(), 1, "{line}");
    }
    // What an overlay says of such a row counts.
    let files = [
        ("api.md", &*format!("{header}{row}| b | | | | |\n")),
        (
            "overlay.md",
            "| Key | R/W | Type | Category | Reason |\n|-|-|-|-|-|\n| a | | uint16 | | x |\n\
             | Key | R/W | Type | Category | Reason |\n|--|--|--|--|--|\n\
             | b | R | bool | Status | x |\n",
        ),
    ];
    let (_, model, report) = model(&files);
    assert_eq!(codes(&report), ["S0130"]);
    assert_eq!(model.keys.len(), 2);
}

#[test]
fn places_of_an_array_have_a_unit_and_no_other_fact() {
    let cases = [
        ("Unit", "V", "x", "V", None),
        ("Unit", "V", "voltage in V", "V", None),
        (
            "Unit",
            "V",
            "voltage in mV",
            "V",
            Some(("S0126", "make them equal")),
        ),
        (
            "Unit",
            "V",
            "in V or mV",
            "V",
            Some(("S0126", "make them equal")),
        ),
        (
            "Max",
            "250",
            "in V",
            "V",
            Some(("S0102", "a column `Max` of the key table")),
        ),
    ];
    for (column, cell, prose, unit, expected) in cases {
        let text = format!(
            "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
             | m | R | array<float> | Status | x |\n\n## m[1]\n\n\
             | Index | Name | Type | {column} | Description |\n|-|-|-|-|-|\n\
             | 0 | u | float | {cell} | {prose} |\n"
        );
        let (_, model, report) = model(&[("api.md", &text)]);
        let place = &model.positions[0].positions[0];
        let found = place.unit.as_ref().map(|unit| unit.value.symbol());
        assert_eq!(found, Some(unit), "{column} {cell} {prose}");
        let told = report.diagnostics().first();
        let told = told.map(|told| (told.code.id, told.help.as_deref().unwrap()));
        match (told, expected) {
            (Some((code, help)), Some((known, part))) => {
                assert_eq!(code, known);
                assert!(help.contains(part), "{help}");
            }
            (told, expected) => assert_eq!(told, expected, "{column} {cell} {prose}"),
        }
    }
}

#[test]
fn bad_cells_are_told() {
    let cases = [
        ("Unit", "uint8", "parsec", "S0416"),
        ("Unit", "bool", "A", "S0125"),
        ("Min", "uint8", "six", "S0125"),
        ("Min", "uint8", "0.5", "S0125"),
        ("Min", "float", "0.5", "S0128"),
        ("Max", "int8", "-5", "S0128"),
        ("Min", "string", "6", "S0125"),
        ("Min | Max", "uint8", "32 | 6", "S0125"),
        ("Min | Range", "uint8", "7 | 6-32", "S0125"),
        ("Max", "uint8", "256", "S0303"),
        ("Range", "uint8", "some", "S0125"),
        ("Range", "uint8", "0-9 or 255", "S0125"),
        ("Length", "string", "4 to 64 bytes", "S0125"),
        ("Length", "uint8", "32", "S0125"),
        ("Values", "uint8", "off, on", "S0125"),
        ("Values", "uint8", "0=off, 1", "S0125"),
        ("Values", "string", "0=off", "S0125"),
        ("Values", "uint8", "0=off, 256=on", "S0304"),
        ("Default", "uint8", "many", "S0127"),
        ("Default", "bool", "1", "S0127"),
        ("Min | Default", "uint8", "6 | 5", "S0127"),
        ("Values | Default", "uint8", "0=off, 1=on | 2", "S0127"),
        ("Since", "uint8", "last summer", "S0125"),
    ];
    for (columns, ty, cells, code) in cases {
        let (_, codes) = row(columns, ty, cells, "x");
        assert_eq!(codes, [code], "{columns}: {cells} of {ty}");
    }
}

#[test]
fn every_output_follows() {
    let text = include_bytes!("specs/columns.md").to_vec();
    let spec = Spec::from_files([("spec/api.md", text)]);
    let generated = generate(&spec)
        .map_err(|report| report.render(&spec, false))
        .unwrap();
    let file = |path: &str| {
        let file = generated.files.iter().find(|file| file.path == path);
        file.unwrap_or_else(|| panic!("no {path}"))
            .contents
            .as_str()
    };
    let openapi: Value = serde_json::from_str(file("docs/openapi.json")).unwrap();
    let status: Value = serde_json::from_str(file("docs/status.schema.json")).unwrap();
    let schema = |name: &str| &openapi["components"]["schemas"][format!("set-{name}")];
    let limit = schema("inverter.limit");
    let of = |word: &str| &limit[word];
    assert_eq!(
        [of("minimum"), of("maximum"), of("default")],
        [&json!(10), &json!(100), &json!(100)]
    );
    assert_eq!(schema("inverter.mode")["default"], json!(7));
    assert_eq!(schema("dtu.name")["default"], json!("roof"));
    assert_eq!(schema("dtu.ports")["items"]["minimum"], json!(1));
    assert_eq!(schema("net")["properties"]["channel"]["default"], json!(6));
    let power = &status["$defs"]["inverter.power"];
    assert_eq!(
        [&power["minimum"], &power["maximum"]],
        [&json!(0), &json!(null)]
    );
    for (path, texts) in [
        (
            "docs/api-keys.md",
            &[
                "- Range: 10 to 100",
                "- Default: 100",
                "- Range: at least 0",
                "- Since: firmware 1",
                "since firmware 1",
                "default 6",
                "](#inverterlimit)",
                "`pv.0.power … pv.1.power`",
            ][..],
        ),
        (
            "docs/index.html",
            &[
                "<dt>Default</dt><dd><code>100</code>",
                "Since firmware 1.1",
                "id=\"inverter.limit\"",
            ],
        ),
        (
            "docs/api.d.ts",
            &[
                "\"inverter.limit\": number;",
                "[%; 10 to 100; default 100]",
                "\"inverter.mode\": { \"off\": 0;",
            ],
        ),
        ("src/keys.rs", &["InverterLimit"]),
    ] {
        for text in texts {
            assert!(file(path).contains(text), "{path}: {text}");
        }
    }
}

const FOREIGN: &str = "# Power station\n\n| Topic | Access | Datatype | Range | Unit | Meaning |\n\
    | --- | --- | --- | --- | --- | --- |\n\
    | `inverter.power` | ro | float | 0-800 | W | what it feeds in |\n\
    | `inverter.limit` | rw | u8 | 10-100 | % | at most so much |\n\
    | `inverter.mode` | read/write | u8 | 0=off, 1=on | - | |\n\
    | `dtu.name` | RW | text | max. 32 bytes | | its name |\n";
const HEADERS: &str = "| Header | Column | Reason |\n|-|-|-|\n| Topic | Key | |\n| Access | R/W | |\n\
    | Datatype | Type | |\n| Meaning | Description | |\n| | Category = Config | all are stored |\n";
const WORDS: &str = "\n| Word | Column | Meaning |\n|-|-|-|\n| ro | R/W | R |\n| rw | R/W | R/W |\n\
    | read/write | R/W | R/W |\n| u8 | Type | uint8 |\n| text | Type | string |\n";

#[test]
fn a_foreign_table_is_read_through_the_overlay() {
    let overlay = format!("# Overlay\n\n{HEADERS}{WORDS}");
    let (spec, model, report) = model(&[("spec/api.md", FOREIGN), ("spec/overlay.md", &overlay)]);
    assert!(report.is_empty(), "{}", report.render(&spec, false));
    let keys = model.keys.iter().map(|key| {
        let (name, access, ty) = (&key.name.value, key.access.value, key.ty.value);
        let unit = key
            .facts
            .unit
            .as_ref()
            .map_or("", |unit| unit.value.symbol());
        let range = key
            .facts
            .range
            .as_ref()
            .map(|range| range.value.to_string());
        let (category, values) = (key.category.value, key.facts.values.len());
        format!(
            "{name} {access} {ty} {category} {unit} {} {values}",
            range.unwrap_or_default()
        )
    });
    let expected = [
        "inverter.power R float Config W 0 to 800 0",
        "inverter.limit R/W uint8 Config % 10 to 100 0",
        "inverter.mode R/W uint8 Config   1",
        "dtu.name R/W string Config   0",
    ];
    assert_eq!(keys.collect::<Vec<_>>(), expected);
    assert!(generate(&spec).is_ok());
    // Without it the table is not lost in silence.
    let (_, _, report) = self::model(&[("spec/api.md", FOREIGN)]);
    assert_eq!(codes(&report), ["S0124"]);
}

#[test]
fn rules_correct_a_foreign_table_too() {
    let rules = "\n| Key | Category | Max | Range | Default | Reason |\n|-|-|-|-|-|-|\n\
        | inverter.power | Status | | | | it is measured |\n\
        | inverter.limit | | 90 | | 80 | it shuts down above |\n\
        | inverter.mode | | | - | | there are more modes |\n";
    let overlay = format!("{HEADERS}{WORDS}{rules}");
    let (spec, model, report) = model(&[("spec/api.md", FOREIGN), ("spec/overlay.md", &overlay)]);
    assert!(report.is_empty(), "{}", report.render(&spec, false));
    assert_eq!(model.keys[0].category.value.name(), "Status");
    let range = model.keys[1].facts.range.as_ref().unwrap().value;
    assert_eq!(range.to_string(), "10 to 90");
    assert!(model.keys[2].facts.values.is_empty());
}

#[test]
fn mappings_must_not_rot() {
    let cases = [
        ("| Nothing | Type |\n", "", "S0607"),
        ("| Topic | R/W |\n", "", "S0606"),
        ("| Meaning | Sense |\n", "", "S0606"),
        ("| | nothing |\n", "", "S0606"),
        ("| | Key = x |\n", "", "S0606"),
        ("| | Category = Settings |\n", "", "S0109"),
        ("| | R/W = R |\n", "", "S0607"),
        ("", "| nothing | R/W | R |\n", "S0607"),
        ("", "| ro | R/W | W |\n", "S0606"),
        ("", "| float | Typ | flaot |\n", "S0107"),
        ("", "| inverter.power | Key | power |\n", "S0606"),
    ];
    for (header, word, code) in cases {
        let headers = match header {
            "| Meaning | Sense |\n" => HEADERS.replace("| Meaning | Description | |\n", ""),
            "| | Category = Settings |\n" => HEADERS.replace("Category = Config", "R/W = R"),
            _ => HEADERS.to_owned(),
        };
        let overlay = format!("{headers}{header}{WORDS}{word}");
        let (spec, _, report) = model(&[("spec/api.md", FOREIGN), ("spec/overlay.md", &overlay)]);
        assert!(
            codes(&report).contains(&code),
            "{header}{word}{}",
            report.render(&spec, false)
        );
    }
}

/// What is not one of a few words is spelled as it is meant.
#[test]
fn a_word_is_another_in_other_letters() {
    let cases = [
        (
            "Unit",
            "uint8",
            "mA",
            "unit",
            json!("mA"),
            "MA",
            "kW",
            "S0607",
        ),
        ("Unit", "uint8", "MA", "unit", json!("kW"), "MA", "kW", ""),
        ("Unit", "uint8", "`M`", "unit", json!("ms"), "M", "ms", ""),
        (
            "Default",
            "string",
            "off",
            "default",
            json!("off"),
            "OFF",
            "false",
            "S0607",
        ),
        (
            "Default",
            "bool",
            "OFF",
            "default",
            json!(false),
            "OFF",
            "false",
            "",
        ),
        ("Min", "uint8", "N.A.", "min", json!(6), "n.a.", "6", ""),
    ];
    for (column, ty, cell, fact, expected, word, meaning, code) in cases {
        let table = format!(
            "# A\n\n| Key | R/W | Type | Category | {column} | Description |\n|-|-|-|-|-|-|\n\
             | k | R/W | {ty} | Config | {cell} | x |\n"
        );
        let overlay =
            format!("| Word | Column | Meaning |\n|-|-|-|\n| {word} | {column} | {meaning} |\n");
        let (spec, model, report) = model(&[("api.md", &table), ("overlay.md", &overlay)]);
        let dump: Value =
            serde_json::from_str(&dump::model_to_json(&spec, &model).unwrap()).unwrap();
        let code: Vec<_> = Some(code)
            .into_iter()
            .filter(|code| !code.is_empty())
            .collect();
        assert_eq!(codes(&report), code, "{column}: {cell}");
        assert_eq!(dump["keys"][0][fact], expected, "{column}: {cell}");
    }
    // So `M` may mean something else than `m`.
    let overlay = "| Word | Column | Meaning |\n|-|-|-|\n| M | Unit | ms |\n| m | Unit | min |\n";
    let table = "# A\n\n| Key | R/W | Type | Category | Unit | Description |\n|-|-|-|-|-|-|\n\
        | k | R | uint8 | Status | M | x |\n| l | R | uint8 | Status | m | x |\n";
    let (spec, model, report) = model(&[("api.md", table), ("overlay.md", overlay)]);
    assert!(report.is_empty(), "{}", report.render(&spec, false));
    let units = model
        .keys
        .iter()
        .map(|key| key.facts.unit.as_ref().unwrap().value.symbol());
    assert_eq!(units.collect::<Vec<_>>(), ["ms", "min"]);
}

/// A word for nothing states nothing: the description counts.
#[test]
fn a_word_may_stand_for_a_dash() {
    let table = "# A\n\n| Key | R/W | Type | Category | Min | Max | Unit | Description |\n|-|-|-|-|-|-|-|-|\n\
        | k | R/W | uint8 | Config | n.a. | n.a. | n.a. | Duty in percent, 0-100 |\n";
    let words = "| Word | Column | Meaning |\n|-|-|-|\n| n.a. | Min | - |\n| n.a. | Max | - |\n| n.a. | Unit | - |\n";
    let rule = "\n| Key | Max | Min | Reason |\n|-|-|-|-|\n| k | - | - | it is none |\n";
    for (overlay, expected) in [
        (words.to_owned(), Some("0 to 100")),
        (format!("{words}{rule}"), None),
    ] {
        let (spec, model, report) = model(&[("api.md", table), ("overlay.md", &overlay)]);
        assert!(report.is_empty(), "{}", report.render(&spec, false));
        let facts = &model.keys[0].facts;
        let range = facts.range.as_ref().map(|range| range.value.to_string());
        assert_eq!(range.as_deref(), expected, "{overlay}");
        assert_eq!(facts.unit.as_ref().unwrap().value.symbol(), "%");
    }
}

/// Whoever denies or lowers the length denies its least, too.
#[test]
fn the_least_length_goes_with_the_greatest() {
    for (cell, prose, expected) in [
        ("-", "key, 8 to 63 bytes", json!(8)),
        ("63 bytes", "key, 8 to 63 bytes", json!(8)),
        ("4 bytes", "key, 8 to 63 bytes", json!(null)),
        ("4 characters", "key, 8 to 63 bytes", json!(null)),
    ] {
        let (key, _) = row("Length", "string", cell, prose);
        assert_eq!(key["min_bytes"], expected, "{cell}");
    }
    let table = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
        | k | R/W | string | Config | key, 8 to 63 bytes |\n";
    let overlay = "| Key | Length | Reason |\n|-|-|-|\n| k | - | it takes all |\n";
    let (_, model, _) = model(&[("api.md", table), ("overlay.md", overlay)]);
    assert!(model.keys[0].facts.least.is_none());
}

/// A table of our own with topics is not a table of keys, whatever is mapped.
#[test]
fn what_is_ours_stays_so() {
    let topics = "\n| Topic | Payload | Action | Retained | Description |\n|-|-|-|-|-|\n\
        | `x/{key}` | the value | state | yes | all keys |\n\n| Topic | Description |\n|-|-|\n| a/b | prose |\n";
    let overlay = format!("{HEADERS}{WORDS}");
    let text = format!("{FOREIGN}{topics}");
    let (spec, model, report) = model(&[("spec/api.md", &text), ("spec/overlay.md", &overlay)]);
    assert!(report.is_empty(), "{}", report.render(&spec, false));
    assert_eq!((model.keys.len(), model.topics.len()), (4, 1));
}

/// The keys and fields of a spec that is read through an overlay.
fn read_through(text: &str, overlay: &str) -> (String, String) {
    let (spec, model, report) = model(&[("spec/api.md", text), ("spec/overlay.md", overlay)]);
    let keys = model.keys.iter().map(|key| key.name.value.clone());
    let fields = model.shapes.iter().flat_map(|shape| {
        let fields = shape.fields.iter();
        fields.map(|field| format!("{}.{}", shape.name().value, field.name.value))
    });
    let places = model
        .positions
        .iter()
        .map(|at| format!("{}[]", at.key.value));
    let all: Vec<_> = keys.chain(fields).chain(places).collect();
    (all.join(" "), report.render(&spec, false))
}

/// What is mapped makes tables of keys of those only that are whole by it, and not ours.
#[test]
fn a_mapping_hijacks_no_table() {
    const MAPPING: &str = "| Header | Column |\n|-|-|\n| Field | Key |\n| Access | R/W |\n\
        | Meaning | Description |\n| | Category = Status |\n\n\
        | Word | Column | Meaning |\n|-|-|-|\n| ro | R/W | R |\n";
    const FIELDS: &str = "# B\n\n| Field | Access | Type | Meaning |\n|-|-|-|-|\n\
        | power | ro | float | P |\n| meter | ro | object | M |\n| m | ro | array | M |\n";
    const SHAPE: &str =
        "\n## meter\n\n| Field | R/W | Type | Description |\n|-|-|-|-|\n| a | R | float | x |\n";
    let names = MAPPING.replace("Field", "Name");
    let of_names = FIELDS.replace("Field", "Name");
    let before = SHAPE.to_owned() + &FIELDS.replace("# B", "# Keys");
    let foreign = SHAPE.replace("R/W | Type | Description", "Access | Type | Meaning");
    let positions = "\n## m[2]\n\n| Index | Name | Type | Description |\n|-|-|-|-|\n\
        | 0 | a | float | x |\n| 1 | b | float | x |\n";
    let prose = "\n## About\n\n| Name | Type | Description |\n|-|-|-|\n| a | string | x |\n";
    let users = "\n## Users\n\n| Name | Access | Type | Description |\n|-|-|-|-|\n\
        | Anna | all | admin | x |\n";
    let ours = "\n## More\n\n| Key | R/W | Type | Category | Name | Description |\n|-|-|-|-|-|-|\n\
        | k | R | bool | Status | K | x |\n";
    let cases = [
        (
            FIELDS.to_owned() + SHAPE,
            MAPPING,
            "power meter m meter.a",
            "",
        ),
        (before, MAPPING, "power meter m meter.a", ""),
        (
            FIELDS.to_owned() + &foreign,
            MAPPING,
            "power meter m meter.a",
            "",
        ),
        (
            FIELDS.to_owned() + positions,
            MAPPING,
            "power meter m m[]",
            "",
        ),
        (
            of_names.clone() + positions,
            &names,
            "power meter m m[]",
            "",
        ),
        (
            of_names.clone() + SHAPE,
            &names,
            "power meter m meter.a",
            "",
        ),
        (of_names.clone() + prose, &names, "power meter m", ""),
        (of_names.clone() + users, &names, "power meter m", ""),
        (of_names + ours, &names, "power meter m k", "S0102"),
    ];
    for (text, mapping, expected, code) in cases {
        let (found, report) = read_through(&text, mapping);
        assert_eq!(found, expected, "{text}\n{report}");
        let clean = report.lines().all(|line| {
            !line.contains("[S")
                || line.contains("S0417")
                || line.contains("S0418")
                || (!code.is_empty() && line.contains(code))
        });
        assert!(clean, "{text}\n{report}");
    }
}

#[test]
fn what_a_table_lacks_may_be_stated_for_all_its_rows() {
    let mapping = "| Header | Column |\n|-|-|\n| JSON key | Key |\n| | R/W = R/W |\n\
        | | Type = bool |\n| | Category = Config |\n";
    let text = "# A\n\n| JSON key | Description |\n|-|-|\n| a | x |\n| b | y |\n";
    let (found, report) = read_through(text, mapping);
    assert_eq!((found.as_str(), report.as_str()), ("a b", ""));
    // Prose under the same title has no keys.
    let text = format!("{text}\n## B\n\n| JSON key | Description |\n|-|-|\n| any of them | x |\n");
    let (found, report) = read_through(&text, mapping);
    assert_eq!((found.as_str(), report.as_str()), ("a b", ""));
}

/// Whoever corrects a table has the last word.
#[test]
fn a_cell_of_an_overlay_beats_those_of_the_spec() {
    // A column of the spec and its cell, one of the rule, then the range or none.
    let cases = [
        ("Max", "3", "Range", "0-9", "0 to 9"),
        ("Min", "3", "Range", "0-9", "0 to 9"),
        ("Range", "0-9", "Max", "3", "0 to 3"),
        ("Range", "0-9", "Min", "3", "3 to 9"),
        ("Max", "3", "Range", "-", ""),
        ("Range", "0-9", "Range", "-", ""),
        ("Max", "3", "Max", "4", "0 to 4"),
    ];
    for (column, cell, corrected, rule, expected) in cases {
        let text = format!(
            "# A\n\n| Key | R/W | Type | Category | {column} | Description |\n|-|-|-|-|-|-|\n\
             | a | R/W | uint8 | Config | {cell} | x |\n"
        );
        let overlay = format!("| Key | {corrected} | Reason |\n|-|-|-|\n| a | {rule} | seen |\n");
        let (spec, model, report) = model(&[("spec/api.md", &text), ("spec/overlay.md", &overlay)]);
        let range = model.keys[0].facts.range.as_ref();
        let range = range.map_or(String::new(), |range| range.value.to_string());
        assert_eq!(range, expected, "{column} {cell}, {corrected} {rule}");
        assert!(report.is_empty(), "{}", report.render(&spec, false));
    }
}

/// A dash says that there is no such fact, so nobody need be told of words like one.
#[test]
fn a_dash_of_an_overlay_answers_a_warning() {
    let cases = [
        ("uint8", "current, max. 32", "Range", "S0306"),
        ("uint8", "charging current, 32-6", "Range", "S0310"),
        ("string", "password, 63 characters", "Length", "S0308"),
    ];
    for (ty, prose, column, code) in cases {
        let text = format!(
            "# A\n\n| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
             | a | R/W | {ty} | Config | {prose} |\n"
        );
        let (_, _, report) = model(&[("spec/api.md", &text)]);
        assert_eq!(codes(&report), [code], "{prose}");
        for (column, codes) in [(column, &[][..]), ("Default", &[code][..])] {
            let overlay = format!("| Key | {column} | Reason |\n|-|-|-|\n| a | - | seen |\n");
            let files = [
                ("spec/api.md", text.as_str()),
                ("spec/overlay.md", &overlay),
            ];
            let (_, _, report) = model(&files);
            assert_eq!(self::codes(&report), codes, "{column}: {prose}");
        }
    }
}

#[test]
fn cells_that_cannot_both_be_so_are_told() {
    let cases = [
        ("Max | Values", "3 | 0=off, 5=on", "S0126"),
        ("Range | Values", "1-5 | 0=off, 5=on", "S0126"),
        ("Since | Removed", "62.0 | 60.0", "S0126"),
        ("Since | Removed", "60.10 | 60.9", "S0126"),
        ("Max | Values", "5 | 0=off, 5=on", ""),
        ("Since | Removed", "60.9 | 60.10", ""),
        ("Since | Removed", "60.0 | ", ""),
    ];
    for (columns, cells, code) in cases {
        let (_, codes) = row(columns, "uint8", cells, "x");
        let expected: Vec<_> = Some(code)
            .into_iter()
            .filter(|code| !code.is_empty())
            .collect();
        assert_eq!(codes, expected, "{columns}: {cells}");
    }
}

/// What each column is taken for stands at the header, and how to say that it is none of ours.
#[test]
fn a_near_table_is_told_column_by_column() {
    let header = "Name | Access | Type | Wertebereich | Unit | Bemerkung | Colour";
    let (spec, report) = beside(header, "| b | ro | integer | 0-9 | A | x | red |");
    let text = report.render(&spec, false);
    for said in [
        "taken for `Key`",
        "taken for `R/W`",
        "is `Type`",
        "taken for `Range`",
        "is `Unit`",
        "taken for `Description`",
        "not known",
        "map `Access` to `-` there",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let text = format!(
        "{GOOD}\n# B\n\n| {header} |\n|-|-|-|-|-|-|-|\n| b | ro | integer | 0-9 | A | x | red |\n"
    );
    let overlay = "| Header | Column |\n|-|-|\n| Access | - |\n";
    let (found, report) = read_through(&text, overlay);
    assert!(
        found == "a" && !report.contains("[S06") && !report.contains("S0124"),
        "{report}"
    );
}

#[test]
fn marks_around_a_key_are_dressing() {
    let cases = [
        ("**limit**", "limit"),
        ("*limit*", "limit"),
        ("__limit__", "limit"),
        ("[limit](#limit)", "limit"),
        ("[`limit`](#limit)", "limit"),
        ("**[limit](api.md#limit)**", "limit"),
        ("**`a.b`**", "a.b"),
        ("**limit** (since 60.0)", "limit"),
        ("**limit", ""),
        ("[limit]", ""),
        ("*some words*", ""),
    ];
    for (cell, key) in cases {
        let text = GOOD.replace("| a |", &format!("| {cell} |"));
        let (spec, model, report) = model(&[("api.md", &text)]);
        let names = model.keys.iter().map(|key| key.name.value.as_str());
        assert_eq!(names.collect::<Vec<_>>().join(" "), key, "{cell}");
        assert_eq!(
            report.is_empty(),
            !key.is_empty(),
            "{}",
            report.render(&spec, false)
        );
    }
}

const GOOD: &str =
    "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n| a | R | bool | Status | x |\n";

/// The table beside a good one.
fn beside(header: &str, rows: &str) -> (Spec, Report) {
    let dashes = "-|".repeat(header.split('|').count());
    let text = format!("{GOOD}\n## About\n\n| {header} |\n|{dashes}\n{rows}\n");
    let (spec, _, report) = model(&[("api.md", &text)]);
    (spec, report)
}

#[test]
fn prose_may_hold_tables() {
    let cases = [
        ("Option | Default | Description", "| a | 1 | x |"),
        (
            "Option | Type | Default | Description",
            "| a | int | 1 | x |",
        ),
        ("Name | Type | Description", "| a | string | x |"),
        (
            "Parameter | Type | Required | Description",
            "| a | string | yes | x |",
        ),
        ("Value | Meaning", "| 1 | x |"),
        ("Version | Date | Changes", "| 1 | today | x |"),
        ("Topic | Description", "| a/b | x |"),
        ("Topic | Payload | Description", "| a/b | 1 | x |"),
        ("Method | Path | Description", "| GET | /a | x |"),
        ("Field | Type | Description", "| a | string | x |"),
        ("Index | Name | Description", "| 0 | a | x |"),
        ("Key | Description", "| a | x |"),
        ("Key | Action", "| Ctrl-C | copies |"),
        ("Key type | Size | Description", "| RSA | 4096 | x |"),
        ("Key | Type | Size", "| mine | RSA | 4096 |"),
        ("Keys | Category | Action", "| Ctrl-C | Editing | copies |"),
        ("User | Access | Type", "| anna | front door | resident |"),
        ("Type | Category | Description", "| fuse | hardware | x |"),
        ("Model | Type | Category", "| one | charger | Home |"),
        ("Code | Type | Description", "| 400 | client | x |"),
        ("Unit | Min | Max", "| A | 6 | 32 |"),
        ("Schlüssel | Beschreibung", "| a | x |"),
        ("Name | Typ | Beschreibung", "| a | int | x |"),
        ("Feld | Typ | Beschreibung", "| a | int | x |"),
        ("Header | Column", "| a | b |"),
        ("Access | Description", "| R | read only |"),
        ("Mode | Type | Meaning", "| eco | soft | x |"),
        ("Key | Type | Description", "| up | short press | x |"),
        ("Key | Type | Description", "| up | long | x |"),
        ("Key | Type | Description", "| up | double press | x |"),
        ("Permission | Type | Description", "| read | user | y |"),
        ("Register | Operation | Meaning", "| CTRL | read | reads |"),
        ("Name | Operations | Size", "| files | read | 4 |"),
        ("Command | Attributes | Type", "| open | fast | text |"),
        (
            "Memory | Access | Type | Description",
            "| flash | read only | NOR |",
        ),
    ];
    for (header, row) in cases {
        let (spec, report) = beside(header, row);
        assert!(
            report.is_empty(),
            "{header}\n{}",
            report.render(&spec, false)
        );
    }
}

#[test]
fn a_number_is_no_name_beside_one() {
    let row = "| 30775 | Power | RO | S32 |";
    let (spec, report) = beside("Register | Name | Acc. | Data type", row);
    let text = report.render(&spec, false);
    assert!(text.contains("rename `Name` into `Key`"), "{text}");
}

#[test]
fn tables_that_are_nearly_ours_are_told_at_their_header() {
    let cases = [
        (
            "Key/Alias | R/W | Type | Description",
            "| b | R | bool | x |",
        ),
        (
            "api key | R/W | Datatype | Description",
            "| b | R | bool | x |",
        ),
        ("Keys | Datatype | Category", "| b | bool | Status |"),
        ("Key name | Data type | Description", "| b | bool | x |"),
        ("Kye | R?W? | Description", "| b | R | x |"),
        ("Name | R/W | Type | Category", "| b | R | bool | Status |"),
        ("Name | R/W | Description", "| b | R | x |"),
        (
            "Parameter | Access | Type | Description",
            "| b | ro | integer | x |",
        ),
        ("Register | Rights | Data type", "| b | read/write | u16 |"),
        (
            "Topic | Access | Datatype | Range | Unit | Meaning",
            "| b | rw | u8 | 0-1 | A | x |",
        ),
        (
            "Name | Type | Category | Description",
            "| b | bool | Status | x |",
        ),
        ("Key | Datatype | Zugriff", "| b | bool | R |"),
        ("API key | Typ", "| b | bool |"),
        (
            "Schlüssel/Alias | Lesen/Schreiben | Datentyp",
            "| b | R | bool |",
        ),
        ("Field | R?W? | Datatype | Meaning", "| b | R | bool | x |"),
        ("Key | Type | Description", "| b | bool | x |"),
        ("Name | Access | Format | Remark", "| b | ro | uint8 | x |"),
        ("Name | Acc. | Data type", "| b | RO | S32 |"),
    ];
    for (header, row) in cases {
        let (spec, report) = beside(header, &format!("{row}\n{}", row.replace("| b |", "| c |")));
        let text = report.render(&spec, false);
        let codes = codes(&report);
        // Misspelled columns of a table that is known all the same are another finding.
        let known = codes
            .iter()
            .all(|code| ["S0101", "S0102", "S0124"].contains(code));
        assert!(known && !codes.is_empty(), "{header}\n{text}");
        if codes.contains(&"S0124") {
            assert!(text.contains("its 2 rows are not read"), "{header}\n{text}");
            assert!(text.contains("taken for `"), "{header}\n{text}");
        }
    }
}
