//! Other devices: what is generated from their tables is compiled, and serves
//! clients by those tables.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use goe_codegen::{Spec, generate, write_changed};

/// Requests of a client, and the answers it gets.
const CONVERSATION: &[(&str, &str)] = &[
    (
        "GET /v1/values",
        r#"200 {"serialNumber":"HP-000042","outside":-3.5,"flow_rate":1200,"mode":0,"target":20.5,"label":null,"night":{"from":1320,"till":360},"legs":[{"name":"A","speeds":[1200,1300],"state":1}],"tariff":"day","season":1,"slots":[1,2],"extra":{},"trim":-0.5,"maker":{"name":"Cellar & Co"}}"#,
    ),
    (
        "GET /v1/values?only=target,nothing,mode,defrost",
        r#"200 {"mode":0,"target":20.5}"#,
    ),
    ("GET /v1/values?only=nothing", "200 {}"),
    // Another device's parameter picks nothing here.
    (
        "GET /v1/values?filter=mode",
        r#"200 {"serialNumber":"HP-000042","outside":-3.5,"flow_rate":1200,"mode":0,"target":20.5,"label":null,"night":{"from":1320,"till":360},"legs":[{"name":"A","speeds":[1200,1300],"state":1}],"tariff":"day","season":1,"slots":[1,2],"extra":{},"trim":-0.5,"maker":{"name":"Cellar & Co"}}"#,
    ),
    ("POST /v1/values", "405"),
    ("GET /api/status", "404"),
    (
        "POST /v1/write?mode=4&target=21&defrost=true",
        "200 mode: true; target: true; defrost: true; changed mode,target",
    ),
    ("DEFROSTING", "true"),
    (
        "POST /v1/write?mode=3&target=31&outside=1&snow=1&label=7",
        "500 mode: failed: Value 3 is none of the named values (3); \
         target: failed: Value 31 exceeds range 5 to 30 (31); \
         outside: tried to set api key without setter (1); \
         snow: unknown api key; label: value must be string (7); changed ",
    ),
    (
        r#"PUBLISH cellar/pumps/HP-000042/put/night {"till":390}"#,
        r#"cellar/pumps/HP-000042/ack/night success; cellar/pumps/HP-000042/get/night {"from":1320,"till":390}"#,
    ),
    (
        "PUBLISH cellar/pumps/HP-000042/put/label \"much-too-long\"",
        "cellar/pumps/HP-000042/ack/label Value exceeds 10 bytes; cellar/pumps/HP-000042/get/label null",
    ),
    (
        "PUBLISH cellar/pumps/HP-000042/put/label \"up\\u0021\"",
        "cellar/pumps/HP-000042/ack/label success; cellar/pumps/HP-000042/get/label \"up!\"",
    ),
    // Nobody wrote a line for these: the table says that they are kept, or constant.
    (
        r#"POST /v1/write?tariff="night"&season=0&slots=[3]&extra=[1.,null]&trim=0.1&pin=7"#,
        "200 tariff: true; season: true; slots: true; extra: true; trim: true; pin: true; \
         changed tariff,season,slots,extra,trim",
    ),
    (
        "GET /v1/values?only=tariff,season,slots,extra,trim,pin,maker",
        r#"200 {"tariff":"night","season":0,"slots":[3],"extra":[1,null],"trim":0.1000000015,"maker":{"name":"Cellar & Co"}}"#,
    ),
    (
        r#"POST /v1/write?tariff=null&season=2&slots=[1,2,3,4]&maker={}"#,
        "500 tariff: true; season: failed: Value 2 exceeds range 0 to 1 (2); \
         slots: failed: Value exceeds 3 entries ([1,2,3,4]); \
         maker: tried to set api key without setter ({}); changed tariff",
    ),
    ("STORED pin", "7"),
    ("STORED slots", "[3]"),
    ("STORED extra", "[1,null]"),
    ("PUBLISH cellar/pumps/HP-000043/put/label 1", "not for us"),
    ("PUBLISH cellar/pumps/HP-000042/get/label 1", "not for us"),
    ("STORED night", r#"{"from":1320,"till":390}"#),
    ("STORED mode", "4"),
    ("STORED outside", ""),
    ("LACKING 1.0", "label,defrost"),
    ("LACKING 1.9", "label"),
    ("LACKING 1.10", ""),
    ("LACKING 2", "flow_rate,defrost"),
    (
        "DEBUG",
        r#"{serialNumber: "HP-000042", outside: -3.5, flow_rate: 1200, mode: 4, target: 21, label: "up!", night: {"from":1320,"till":390}, legs: [{"name":"A","speeds":[1200,1300],"state":1}], tariff: null, season: 0, slots: [3], extra: [1,null], trim: 0.1000000015, maker: {"name":"Cellar & Co"}}"#,
    ),
];

#[test]
fn a_heat_pump_is_served_by_its_own_tables() {
    let said = talk("heat_pump", CONVERSATION.iter().map(|(asked, _)| *asked));
    for (said, (asked, expected)) in said.iter().zip(CONVERSATION) {
        assert_eq!(said, expected, "{asked}");
    }
}

/// A folder with nothing but one key table, all of whose types are `TYPE`.
#[test]
fn one_table_of_unknown_types_is_enough() {
    let said = talk("untyped", ["[1,{}]", "\"text\"", "[1"].into_iter());
    assert_eq!(said[0], r#"{"one":null,"two":[1,{}]}"#);
    assert_eq!(said[1], r#"{"one":null,"two":"text"}"#);
    assert!(said[2].contains("IncompleteInput"), "{}", said[2]);
}

/// Objects in objects, and in arrays: what is sent is in structs, is shown and stored
/// again, and a refusal says where.
#[test]
fn shapes_are_within_shapes() {
    const NEVER: &str = r#"{"begin":{"hour":0,"minute":0},"end":{"hour":0,"minute":0}}"#;
    let conversation = [
        (
            r#"week {"control":1,"ranges":[{"end":{"minute":5}},{"begin":{"hour":22}}]}"#,
            r#"{"control":1,"ranges":[{"begin":{"hour":0,"minute":0},"end":{"hour":0,"minute":5}},{"begin":{"hour":22,"minute":0},"end":{"hour":0,"minute":0}}],"note":null} {"control":1,"ranges":[{"begin":{"hour":0,"minute":0},"end":{"hour":0,"minute":5}},{"begin":{"hour":22,"minute":0},"end":{"hour":0,"minute":0}}],"note":null}"#.to_owned(),
        ),
        (
            r#"week {"ranges":[{"begin":{"hour":7}}]}"#,
            r#"{"control":1,"ranges":[{"begin":{"hour":7,"minute":0},"end":{"hour":0,"minute":5}},{"begin":{"hour":22,"minute":0},"end":{"hour":0,"minute":0}}],"note":null} {"control":1,"ranges":[{"begin":{"hour":7,"minute":0},"end":{"hour":0,"minute":5}},{"begin":{"hour":22,"minute":0},"end":{"hour":0,"minute":0}}],"note":null}"#.to_owned(),
        ),
        (
            r#"week {"ranges":[{},{"begin":{"hour":24}}]}"#,
            r#"week: failed: ranges[1].begin.hour: Value 24 exceeds range 0 to 23 ({"ranges":[{},{"begin":{"hour":***}}]})"#.to_owned(),
        ),
        (
            r#"week {"ranges":[1]}"#,
            r#"week: failed: ranges[0]: value must be object ({"ranges":[***]})"#.to_owned(),
        ),
        (
            r#"saturday {"note":{"text":"ab","pin":"1234","mood":1}}"#,
            format!(
                r#"{{"control":0,"ranges":[{NEVER},{NEVER}],"note":{{"text":"ab","pin":true,"mood":1}}}} {{"control":0,"ranges":[{NEVER},{NEVER}],"note":{{"text":"ab","pin":"1234","mood":1}}}}"#
            ),
        ),
        (
            r#"saturday {"note":{"pin":"hunter222"}}"#,
            r#"saturday: failed: note.pin: Value exceeds 8 bytes ({"note":{"pin":"***"}})"#.to_owned(),
        ),
        (
            r#"saturday {"note":null}"#,
            format!(
                r#"{{"control":0,"ranges":[{NEVER},{NEVER}],"note":null}} {{"control":0,"ranges":[{NEVER},{NEVER}],"note":null}}"#
            ),
        ),
        (
            r#"slats [{"parts":[{"angle":45},{"angle":90}]},{}]"#,
            r#"[{"parts":[{"angle":45},{"angle":90}]},{"parts":[{"angle":5}]},{"parts":[]}] [{"parts":[{"angle":45},{"angle":90}]},{"parts":[{"angle":5}]},{"parts":[]}]"#.to_owned(),
        ),
        (
            r#"slats [{},{"parts":[{"angle":1},{"angle":91}]}]"#,
            r#"slats: failed: entry 1, parts[1].angle: Value 91 exceeds range 0 to 90 ([{},{"parts":[{"angle":1},{"angle":91}]}])"#.to_owned(),
        ),
        (r#"extra {"any":[1]}"#, "{} ".to_owned()),
        ("sun {}", "sun: tried to set api key without setter ({})".to_owned()),
    ];
    let said = talk("shutter", conversation.iter().map(|(asked, _)| *asked));
    for (said, (asked, expected)) in said.iter().zip(conversation) {
        assert_eq!(*said, expected, "{asked}");
    }
}

/// Returns the answers of a device's program, one to each line.
fn talk<'a>(name: &str, asked: impl Iterator<Item = &'a str>) -> Vec<String> {
    let asked: String = asked.map(|asked| format!("{asked}\n")).collect();
    let mut child = Command::new(program(name))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed behind the last line: that ends the program.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(asked.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "it ended with a fault, see above");
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(said.len(), asked.lines().count(), "{said:#?}");
    said
}

/// Builds what follows from a device's tables, with the program beside them.
fn program(name: &str) -> PathBuf {
    let devices = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/devices");
    let fixture = devices.join(name);
    let spec = Spec::read_dir(&fixture);
    let generated = match generate(&spec) {
        Ok(generated) => generated,
        Err(report) => panic!("{}", report.render(&spec, false)),
    };
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("devices")
        .join(name);
    write_changed(&dir, &generated.files).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = root.join("runtime").canonicalize().unwrap();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"{name}\"\nedition = \"2024\"\n\n\
         [features]\nserde = []\n\n[dependencies]\ngoe-runtime = {{ path = {runtime:?} }}\n"
    );
    write(&dir.join("Cargo.toml"), &manifest);
    write(
        &dir.join("src/main.rs"),
        &fs::read_to_string(fixture.join("main.rs")).unwrap(),
    );
    fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var("CARGO").unwrap_or("cargo".to_owned()))
        .args(["build", "--offline", "--quiet"])
        .current_dir(&dir)
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    dir.join("target/debug")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// Only what differs, so that a second run has nothing to compile.
fn write(path: &Path, contents: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(contents) {
        fs::write(path, contents).unwrap();
    }
}
