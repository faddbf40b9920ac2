//! Changes and what they are called: each case is a table before and after, the
//! findings from the one to the other, and those of the way back.
//!
//! The descriptions of most cases change too; that they did is left out where
//! it is not what the case is about.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use goe_codegen::{
    Model, Spec,
    diff::{Bump, Diff, Finding, Severity, diff, rules},
    read,
};

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";

fn model(path: &str, text: &str) -> Model {
    read(&Spec::from_files([(path, text.as_bytes().to_vec())])).0
}

fn changes(old: &str, new: &str) -> Diff {
    diff(&model("old.md", old), &model("new.md", new))
}

/// `D0301 breaking k` for each finding, sorted; descriptions only if asked for.
fn summary(diff: &Diff, descriptions: bool) -> String {
    let all = diff.findings.iter();
    let shown = all.filter(|f| descriptions || f.rule != &rules::DESCRIPTION);
    let lines = shown.map(|f| format!("{} {} {}", f.rule.id, f.severity, f.subject()));
    let lines: BTreeSet<_> = lines.collect();
    lines.into_iter().collect::<Vec<_>>().join(", ")
}

/// The rows of a key table before and after, the findings, and the way back.
const KEYS: &[(&str, &str, &str, &str)] = &[
    // Existence.
    (
        "",
        "| k | R | bool | Status | x |",
        "D0101 compatible k",
        "D0102 breaking k",
    ),
    (
        "| aa | R/W | uint8 | Config | what it is |",
        "| bb | R/W | uint8 | Config | What  it is |",
        "D0103 breaking bb",
        "D0103 breaking aa",
    ),
    // Two that could be the new one are no renaming, nor is one that says nothing.
    (
        "| aa | R | uint8 | Config | what it is |",
        "| bb | R | uint8 | Config | what it is |\n| cc | R | uint8 | Config | what it is |",
        "D0101 compatible bb, D0101 compatible cc, D0102 breaking aa",
        "D0101 compatible aa, D0102 breaking bb, D0102 breaking cc",
    ),
    (
        "| aa | R | uint8 | Config | - |",
        "| bb | R | uint8 | Config | - |",
        "D0101 compatible bb, D0102 breaking aa",
        "D0101 compatible aa, D0102 breaking bb",
    ),
    (
        "| k | R | bool | Status | x |",
        "| k (removed in firmware 60.0) | R | bool | Status | x |",
        "D0104 breaking k",
        "D0105 compatible k",
    ),
    (
        "| k (removed in firmware 60.0) | R | bool | Status | x |",
        "",
        "D0106 editorial k",
        "D0107 editorial k",
    ),
    // Access.
    (
        "| k | R/W | bool | Config | x |",
        "| k | W | bool | Config | x |",
        "D0201 breaking k",
        "D0202 compatible k",
    ),
    (
        "| k | R/W | bool | Config | x |",
        "| k | R | bool | Config | x |",
        "D0203 breaking k",
        "D0204 compatible k",
    ),
    (
        "| k | R | bool | Config | x |",
        "| k | W | bool | Config | x |",
        "D0201 breaking k, D0204 compatible k",
        "D0202 compatible k, D0203 breaking k",
    ),
    // Types, for those who read, who write, and both.
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | uint16 | Status | x |",
        "D0301 breaking k",
        "D0302 compatible k",
    ),
    (
        "| k | W | uint8 | Other | x |",
        "| k | W | uint16 | Other | x |",
        "D0301 compatible k",
        "D0302 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | x |",
        "| k | R/W | uint16 | Config | x |",
        "D0301 breaking k",
        "D0302 breaking k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | string | Status | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | int8 | Status | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | int64 | Status | in ms |",
        "| k | R | milliseconds | Status | in ms |",
        "D0304 editorial k",
        "D0304 editorial k",
    ),
    (
        "| k | R/W | bool | Config | x |",
        "| k | R/W | get: bool set: string | Config | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | bool | Status | x |",
        "| k | R | get: bool set: string | Status | x |",
        "",
        "",
    ),
    (
        "| k | R | int8 | Status | x |",
        "| k | R | optional<int8> | Status | x |",
        "D0311 breaking k",
        "D0312 compatible k",
    ),
    (
        "| k | W | int8 | Other | x |",
        "| k | W | optional<int8> | Other | x |",
        "D0311 compatible k",
        "D0312 breaking k",
    ),
    (
        "| k | R | any | Status | x |",
        "| k | R | optional<int8> | Status | x |",
        "D0302 compatible k",
        "D0301 breaking k",
    ),
    // Units, ranges, lengths.
    (
        "| k | R | float | Status | in W |",
        "| k | R | float | Status | in A |",
        "D0401 breaking k",
        "D0401 breaking k",
    ),
    (
        "| k | R | int64 | Status | in s |",
        "| k | R | milliseconds | Status | x |",
        "D0304 editorial k, D0401 breaking k",
        "D0304 editorial k, D0401 breaking k",
    ),
    (
        "| k | R | float | Status | x |",
        "| k | R | float | Status | in A |",
        "D0402 editorial k",
        "D0403 risky k",
    ),
    (
        "| k | R | uint8 | Status | 0-9 |",
        "| k | R | uint8 | Status | 0-20 |",
        "D0411 breaking k",
        "D0412 compatible k",
    ),
    (
        "| k | W | uint8 | Other | 0-9 |",
        "| k | W | uint8 | Other | 0-20 |",
        "D0411 compatible k",
        "D0412 breaking k",
    ),
    (
        "| k | W | uint8 | Other | 0-9 |",
        "| k | W | uint8 | Other | 5-20 |",
        "D0411 compatible k, D0412 breaking k",
        "D0411 compatible k, D0412 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | x |",
        "| k | R/W | uint8 | Config | 0-9 |",
        "D0413 risky k",
        "D0414 risky k",
    ),
    (
        "| k | W | string | Other | max. 8 characters |",
        "| k | W | string | Other | max. 9 characters |",
        "D0421 compatible k",
        "D0422 breaking k",
    ),
    (
        "| k | R | string | Other | max. 8 characters |",
        "| k | R | string | Other | max. 9 characters |",
        "D0421 breaking k",
        "D0422 compatible k",
    ),
    (
        "| k | R | string | Other | x |",
        "| k | R | string | Other | max. 9 characters |",
        "D0423 compatible k",
        "D0424 risky k",
    ),
    (
        "| k | R | string | Other | max. 9 bytes |",
        "| k | R | string | Other | max. 9 characters |",
        "D0425 risky k",
        "D0425 risky k",
    ),
    (
        "| k | W | string | Other | x |",
        "| k | W | string | Other | format: #RRGGBB |",
        "D0432 risky k",
        "D0433 editorial k",
    ),
    (
        "| k | R | int64 | Status | unix time |",
        "| k | R | int64 | Status | seconds since midnight |",
        "D0431 breaking k",
        "D0431 breaking k",
    ),
    // Named values.
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=1, C=2) |",
        "D0501 breaking k",
        "D0502 compatible k",
    ),
    (
        "| k | W | uint8 | Other | (A=0, B=1) |",
        "| k | W | uint8 | Other | (A=0, B=1, C=2) |",
        "D0501 compatible k",
        "D0502 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | (A=0, B=1) |",
        "| k | R/W | uint8 | Config | (A=0, B=1, C=2) |",
        "D0501 breaking k",
        "D0502 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, C=1) |",
        "D0503 risky k",
        "D0503 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, Bee=1) |",
        "| k | R | uint8 | Status | (A=0, BEE=1) |",
        "D0504 editorial k",
        "D0504 editorial k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=2) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1, ...) |",
        "| k | R | uint8 | Status | (A=0, B=1, C=2, ...) |",
        "D0506 compatible k",
        "D0507 compatible k",
    ),
    (
        "| k | W | uint8 | Other | (A=0, B=1, ...) |",
        "| k | W | uint8 | Other | (A=0, B=1, C=2, ...) |",
        "D0506 compatible k",
        "D0507 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=1, ...) |",
        "D0508 risky k",
        "D0509 compatible k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "D0511 compatible k",
        "D0512 risky k",
    ),
    // A part that could not be read is not gone.
    (
        "| k | R | uint8 | Status | (A=0, B=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, B b=1, C=2) |",
        "",
        "",
    ),
    (
        "| k | R | unit8 | Status | x |",
        "| k | R | uint16 | Statsu | x |",
        "",
        "",
    ),
    // Category and text.
    (
        "| k | R | bool | Status | x |",
        "| k | R | bool | Config | x |",
        "D0601 risky k",
        "D0601 risky k",
    ),
    (
        "| k | R | bool | Unknown | x |",
        "| k | R | bool | Config | x |",
        "D0602 editorial k",
        "D0603 editorial k",
    ),
];

const SCAN: &str = "| scan | R | array | Status | networks |\n";
const FIELDS: &str = "| Field | R/W | Type | Description |\n|-|-|-|-|\n";
const POSITIONS: &str = "| Index | Name | Type | Unit | Description |\n|-|-|-|-|-|\n";
const ROUTES: &str = "| Method | Path | Query | Action | Description |\n|-|-|-|-|-|\n";
const TOPICS: &str = "| Topic | Payload | Action | Retained | Description |\n|-|-|-|-|-|\n";

/// The same for what follows a key table with `scan`.
fn others() -> Vec<(String, String, &'static str, &'static str)> {
    let shape = |head: &str, rows: &str| format!("\n## {head}\n\n{FIELDS}{rows}");
    let positions = |name: &str, unit: &str| {
        let row = format!("| 0 | {name} | float | {unit} | x |\n");
        format!("\n## scan[1]\n\n{POSITIONS}{row}")
    };
    let route = |rows: &str| format!("\n{ROUTES}{rows}");
    let topic = |rows: &str| format!("\n{TOPICS}{rows}");
    let state = "| `a/{key}` | JSON | state | yes | x |\n";
    let default = |value: &str| {
        let rows = format!(
            "| Placeholder | Default | Description |\n|-|-|-|\n| `{{p}}` | {value} | x |\n"
        );
        format!(
            "{}\n{rows}",
            topic("| `{p}/{key}` | JSON | state | yes | x |\n")
        )
    };
    let ssid = "| ssid | R | string | name |\n";
    let rssi = "| rssi | R | int8 | level |\n";
    vec![
        (
            shape("scan[4]", ssid),
            shape("scan[8]", ssid),
            "D0421 breaking scan",
            "D0422 compatible scan",
        ),
        (
            shape("scan[4]", ssid),
            shape("scan[4]", &format!("{ssid}{rssi}")),
            "D0101 compatible scan.rssi",
            "D0102 breaking scan.rssi",
        ),
        (
            shape("scan[4]", rssi),
            shape("scan[4]", &rssi.replace("int8", "int16")),
            "D0301 breaking scan.rssi",
            "D0302 compatible scan.rssi",
        ),
        (
            shape("scan[4]", &ssid.replace("ssid", "ssid[2]")),
            shape("scan[4]", ssid),
            "D0303 breaking scan.ssid, D0424 risky scan.ssid",
            "D0303 breaking scan.ssid, D0423 compatible scan.ssid",
        ),
        (
            String::new(),
            shape("scan[4]", ssid),
            "D0423 compatible scan, D0801 compatible scan",
            "D0424 risky scan, D0802 risky scan",
        ),
        (
            positions("voltage L1", "V"),
            positions("voltage L2", "V"),
            "D0803 risky scan",
            "D0803 risky scan",
        ),
        (
            positions("voltage", "V"),
            positions("Voltage", "mV"),
            "D0401 breaking scan",
            "D0401 breaking scan",
        ),
        (
            String::new(),
            positions("voltage", "V"),
            "D0302 compatible scan, D0423 compatible scan, D0801 compatible scan",
            "D0301 breaking scan, D0424 risky scan, D0802 risky scan",
        ),
        (
            String::new(),
            route("| GET | `/a` | | status | x |\n"),
            "D0901 compatible GET /a",
            "D0902 breaking GET /a",
        ),
        (
            route("| GET | `/a` | | status | x |\n"),
            route("| GET | `/a` | `{key}` | set | x |\n"),
            "D0903 breaking GET /a",
            "D0903 breaking GET /a",
        ),
        (
            String::new(),
            topic(state),
            "D0911 compatible a/{key}",
            "D0912 breaking a/{key}",
        ),
        (
            topic(state),
            topic(&state.replace("JSON", "text")),
            "D0913 breaking a/{key}",
            "D0913 breaking a/{key}",
        ),
        (
            topic(state),
            topic(&state.replace("yes", "no")),
            "D0914 risky a/{key}",
            "D0914 risky a/{key}",
        ),
        (
            default("one"),
            default("two"),
            "D0921 risky {p}",
            "D0921 risky {p}",
        ),
    ]
}

fn all_cases() -> Vec<(String, String, &'static str, &'static str)> {
    let keys = KEYS.iter().map(|&(old, new, there, back)| {
        // One that stays, so that there is a table.
        let table = |rows: &str| format!("{HEADER}| stays | R | bool | Status | here |\n{rows}\n");
        (table(old), table(new), there, back)
    });
    let others = others().into_iter().map(|(old, new, there, back)| {
        let table = |rest: &str| format!("{HEADER}{SCAN}{rest}");
        (table(&old), table(&new), there, back)
    });
    keys.chain(others).collect()
}

/// Keys of one row that differ in their number only are one thing.
#[test]
fn a_family_is_told_of_once() {
    let row = |keys: &str, ty: &str| format!("| {keys} | R | {ty} | Status | a card's |\n");
    let stays = format!("{HEADER}| c9e | R | bool | Status | another |\n");
    for (old, new, expected) in [
        (
            row("c0n c1n c2n", "uint8"),
            row("c0n c1n c2n", "uint16"),
            "D0301 breaking c0n … c2n",
        ),
        (
            String::new(),
            row("c0n c1n c2n", "uint8"),
            "D0101 compatible c0n … c2n",
        ),
        (
            row("c0n c1n", "uint8"),
            row("c0n c1n c2n", "uint8"),
            "D0101 compatible c2n",
        ),
    ] {
        let found = changes(&format!("{stays}{old}"), &format!("{stays}{new}"));
        assert_eq!(summary(&found, false), expected, "{old}{new}");
    }
}

#[test]
fn changes_are_called_what_they_are_there_and_back() {
    for (old, new, there, back) in all_cases() {
        assert_eq!(summary(&changes(&old, &new), false), there, "{old}{new}");
        assert_eq!(
            summary(&changes(&new, &old), false),
            back,
            "back: {old}{new}"
        );
    }
}

#[test]
fn every_rule_has_a_case_and_its_mirror_is_what_the_way_back_finds() {
    let mut found = BTreeSet::new();
    for (old, new, ..) in all_cases() {
        let (there, back) = (changes(&old, &new), changes(&new, &old));
        found.extend(
            there
                .findings
                .iter()
                .chain(&back.findings)
                .map(|f| f.rule.id),
        );
        assert_eq!(mirrored(&there), plain(&back), "{old}{new}");
        assert!(changes(&old, &old).findings.is_empty());
    }
    let all: BTreeSet<_> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(found, all);
}

/// The tables before and after that the lines of a rule's page are from.
fn example(rule: &rules::Rule) -> [String; 2] {
    let page = rule.page();
    let lines = page.split_once("## Example\n\n").unwrap().1;
    let of = |sign: &str| -> String {
        let lines = lines.lines().map(str::trim_start);
        let lines = lines.filter_map(|line| Some(line.strip_prefix(sign)?.trim_start()));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let stays = "| stays | R | bool | Status | here |\n";
    let topic = "| `{prefix}/{key}` | JSON | state | yes | x |\n";
    ["-", "+"].map(of).map(|rows| match &rule.id[..4] {
        "D080" => format!("{HEADER}{SCAN}\n{rows}"),
        _ if rows.is_empty() => format!("{HEADER}{stays}"),
        "D090" => format!("{HEADER}{stays}\n{ROUTES}{rows}"),
        "D091" => format!("{HEADER}{stays}\n{TOPICS}{rows}"),
        "D092" => {
            let head = "| Placeholder | Default | Description |\n|-|-|-|\n";
            format!("{HEADER}{stays}\n{TOPICS}{topic}\n{head}{rows}")
        }
        _ => format!("{HEADER}{stays}{rows}"),
    })
}

#[test]
fn every_page_has_an_example_of_its_rule() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let [old, new] = example(rule);
        let found = changes(&old, &new).findings;
        // Changes that go with it: another description, the length of a new array.
        let beside =
            |id: &str| id == "D0611" || (id.starts_with("D042") && &rule.id[..4] == "D080");
        let ids = found.iter().map(|f| f.rule.id);
        let ids: Vec<_> = ids.filter(|id| *id == rule.id || !beside(id)).collect();
        if ids != [rule.id] {
            wrong.push(format!("{ids:?} for {}\n{old}\n{new}", rule.id));
        }
        assert!(!rule.page().contains("finds. \n"), "{}: why?", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Plain = (String, Option<(String, String)>, Option<(String, String)>);

fn plain(diff: &Diff) -> Vec<Plain> {
    let mut all: Vec<_> = diff
        .findings
        .iter()
        .map(|f| flat(f, f.rule.id, false))
        .collect();
    all.sort();
    all
}

/// The findings that the way back must have.
fn mirrored(diff: &Diff) -> Vec<Plain> {
    let mut all: Vec<_> = diff
        .findings
        .iter()
        .map(|f| flat(f, f.rule.mirror, true))
        .collect();
    all.sort();
    all
}

fn flat(finding: &Finding, rule: &str, swap: bool) -> Plain {
    let ends = [&finding.old, &finding.new].map(|side| {
        let side = side.as_ref();
        side.map(|side| (side.name.clone(), side.text.clone()))
    });
    let [old, new] = ends;
    match swap {
        true => (rule.to_owned(), new, old),
        false => (rule.to_owned(), old, new),
    }
}

#[test]
fn both_places_are_named_and_fingerprints_stay() {
    let old = format!("{HEADER}| k | R | uint8 | Status | x |\n");
    let new = format!(
        "# moved\n\n{HEADER}| n | R | bool | Status | y |\n| k | R | uint16 | Status | x |\n"
    );
    let found = changes(&old, &new);
    let finding = &found.findings[0];
    let (before, after) = (finding.old.as_ref().unwrap(), finding.new.as_ref().unwrap());
    assert_eq!((before.file.as_str(), before.line), ("old.md", 3));
    assert_eq!((after.file.as_str(), after.line), ("new.md", 6));
    let moved = changes(&format!("# before\n\n{old}"), &new);
    assert_eq!(moved.findings[0].fingerprint(), finding.fingerprint());
    // FNV-1a of "D0301\0k\0uint8\0uint16\0", by another implementation of it.
    assert_eq!(finding.fingerprint(), "57dceac5046b885d");
    let wider = changes(&old, &new.replace("uint16", "uint32"));
    assert_ne!(wider.findings[0].fingerprint(), finding.fingerprint());
}

#[test]
fn the_worst_change_decides_on_the_version() {
    let of = |old: &str, new: &str| {
        let table = |row: &str| format!("{HEADER}| s | R | bool | Status | x |\n{row}\n");
        changes(&table(old), &table(new)).bump()
    };
    let row = "| k | R | uint8 | Status | x |";
    assert_eq!(of(row, row), Bump::None);
    assert_eq!(of(row, "| k | R | uint8 | Status | y |"), Bump::Patch);
    assert_eq!(of("", row), Bump::Minor);
    assert_eq!(of(row, "| k | R | uint8 | Config | x |"), Bump::Minor);
    assert_eq!(of(row, ""), Bump::Major);
}

#[test]
fn what_could_not_be_read_is_named() {
    let old = format!("{HEADER}| a | R | unit8 | Status | x |\n| b | R | uint8 | Status | x |\n");
    let new = format!("{HEADER}| a | R | uint8 | Status | x |\n| b | R | uint8 | Status | x |\n");
    let found = changes(&old, &new);
    assert_eq!(found.partial, ["a"]);
    assert!(found.findings.is_empty());
    // The parts of a row that were read are compared all the same.
    let found = changes(&old, &new.replace("| a | R |", "| a | W |"));
    let summary = summary(&found, true);
    assert_eq!(summary, "D0201 breaking a, D0204 compatible a");
    assert_eq!(found.worst(), Some(Severity::Breaking));
}
