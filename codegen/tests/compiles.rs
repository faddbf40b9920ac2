//! Generated code compiles, without a warning: that of the project's own spec and of
//! the far ends of what a spec may be, as a crate and as a module of one.
//!
//! One workspace in the target folder, a member for each spec, checked by the
//! same cargo with and without serde; nothing is downloaded.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use goe_codegen::{Spec, generate, write_changed};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n";

const SCALARS: &[&str] = &[
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float",
    "double", "string", "microseconds", "milliseconds", "seconds", "minutes", "array", "object",
    "any",
];

/// Every type read, written and stored, plain or optional.
fn all_types(optional: bool) -> String {
    let mut table = HEADER.to_owned();
    for (index, scalar) in SCALARS.iter().enumerate() {
        let ty = if optional {
            format!("optional<{scalar}>")
        } else {
            (*scalar).to_owned()
        };
        for (access, category) in [
            ("R", "Status"),
            ("R/W", "Config"),
            ("W", "Other"),
            ("W", "Config"),
        ] {
            let name = format!("k{index}{}{}", access.replace('/', ""), category);
            table += &format!("| {name} | {access} | {ty} | {category} | about it |\n");
        }
    }
    table
}

/// Names that the types of clients have themselves, positions that cannot be fields, and a
/// family that is larger than what `Default` knows.
fn taken() -> String {
    let family: Vec<String> = (0..40).map(|at| format!("x{at}")).collect();
    let family = family.join(" ");
    format!(
        "{HEADER}\
         | status | R/W | uint8 | Config | (Off=0, On=1) |\n\
         | set | R/W | object | Config | it |\n\
         | others | R/W | array | Config | it |\n\
         | oneOf | R | uint8 | Status | (Off=0, On=1) |\n\
         | a | R | array<float> | Status | it |\n\
         | b | R/W | array<uint8> | Config | it |\n\
         | {family} | R/W | optional<string> | Config | it |\n\n\
         ## set, others[3]\n\n| Field | R/W | Type | Description |\n|---|---|---|---|\n\
         | others | R/W | uint8 | (Off=0, On=1) |\n| it | R/W | any | any JSON |\n\n\
         ## a[2]\n\n| Index | Name | Type | Unit | Description |\n|---|---|---|---|---|\n\
         | 0 | first | float | A | it |\n| 1 | self | float | A | it |\n\n\
         ## b[2]\n\n| Index | Name | Type | Unit | Description |\n|---|---|---|---|---|\n\
         | 0 | type | uint8 | A | it |\n| 1 | other | uint8 | A | it |\n"
    )
}

fn specs() -> Vec<(&'static str, String)> {
    let keywords = "mod type async gen try match await fn text key option value write read list";
    let keywords = keywords.split(' ').enumerate().map(|(at, name)| {
        let values = if at % 2 == 0 {
            "Off=0, On=1"
        } else {
            "Some=0, None=1, Ok=2, String=3"
        };
        format!("| {name} | R/W | uint8 | Config | {values} |\n")
    });
    let keywords: String = HEADER.to_owned() + &keywords.collect::<String>();
    vec![
        ("all_types", all_types(false)),
        ("all_optional", all_types(true)),
        (
            "vague",
            format!("{HEADER}| a | R | TYPE | Unknown | |\n| b | W | legacy | Unknown | |\n"),
        ),
        (
            "read_only",
            format!("{HEADER}| a | R | bool | Status | it |\n"),
        ),
        (
            "write_only",
            format!("{HEADER}| a | W | bool | Other | it |\n"),
        ),
        (
            "all_writable",
            format!("{HEADER}| a | R/W | string | Status | max. 9 bytes |\n"),
        ),
        ("keywords", keywords),
        ("taken", taken()),
        ("values", include_str!("specs/values.md").to_owned()),
        ("shapes", include_str!("specs/shapes.md").to_owned()),
        ("nested", include_str!("specs/nested.md").to_owned()),
        ("columns", include_str!("specs/columns.md").to_owned()),
        ("tiny", include_str!("specs/tiny.md").to_owned()),
        ("prose", include_str!("specs/prose.md").to_owned()),
        ("registers", include_str!("specs/registers.md").to_owned()),
    ]
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn generated_code_compiles_without_warnings() {
    let own = ("own", Spec::read_dir(root().join("spec")));
    let specs = specs()
        .into_iter()
        .map(|(name, text)| (name, Spec::from_files([("spec/api.md", text.into_bytes())])));
    compile("compiles", specs.chain([own]).collect());
}

/// A row as its author might have written it, with prose that would like to be
/// code.
fn row() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => "[a-z]{1,4}",
        2 => "[a-z]{1,3}[A-Z][a-z0-9]{0,3}",
        1 => "[a-z]{1,2}_[a-z0-9]{1,3}",
        1 => select(vec!["type", "mod", "dyn", "yield", "union", "key", "Key", "out", "none", "vec"]).prop_map(str::to_owned),
    ];
    let ty = prop_oneof![
        3 => select(SCALARS).prop_map(str::to_owned),
        2 => select(SCALARS).prop_map(|scalar| format!("optional<{scalar}>")),
        1 => (select(SCALARS), select(SCALARS)).prop_map(|(get, set)| format!("get: {get} set: {set}")),
        1 => select(vec!["TYPE", "legacy", "JsonArray", "size_t", "null or milliseconds"]).prop_map(str::to_owned),
    ];
    let prose = prop::collection::vec(
        prop_oneof![
            "[a-zA-Z ]{0,12}",
            "\\PC{0,6}",
            select(vec![
                "(None=0, Some=1, Ok=2)", "(A=0, a=1)", "(X=-1, Y=1, ...)", "6-32", "0-255",
                "max. 5 characters", "measured in Wh", "#RRGGBB", "*/", "//", "\"#", "`", "]]>",
                "</script>", "{}", "[`Key`]", "\\", "<b>", "](x)", "\u{202e}", "# a",
                "(false=off, true=on)",
            ])
            .prop_map(str::to_owned),
        ],
        0..5,
    );
    let access = select(vec!["R", "R/W", "W"]);
    let category = select(vec!["Constant", "Status", "Config", "Other", "Unknown"]);
    (name, access, ty, category, prose).prop_map(|(name, access, ty, category, prose)| {
        let prose = prose.join(" ").replace(['|', '\n', '\r'], " ");
        format!("| {name} | {access} | {ty} | {category} | {prose} |\n")
    })
}

/// Every table that the front end accepts compiles, without a warning. All accepted tables
/// of the run are checked at once, for a compiler takes longer than a case.
#[test]
fn what_is_accepted_compiles() {
    let mut runner = TestRunner::deterministic();
    let tables = prop::collection::vec(row(), 1..12);
    let mut accepted = Vec::new();
    let mut tried = 0;
    while accepted.len() < 24 {
        tried += 1;
        assert!(tried < 1000, "hardly anything is accepted");
        let rows = tables.new_tree(&mut runner).unwrap().current().concat();
        let spec = Spec::from_files([("spec/api.md", (HEADER.to_owned() + &rows).into_bytes())]);
        if generate(&spec).is_ok() {
            accepted.push((format!("random{}", accepted.len()), spec));
        }
    }
    let specs = accepted.iter().map(|(name, spec)| (name.as_str(), spec));
    compile_all("random", specs.collect());
}

/// Published tables, each with the overlay that makes it a spec.
fn corrected() -> Vec<(&'static str, Spec)> {
    let read = |dir: &str, file: &str| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
        fs::read(dir.join(file)).unwrap()
    };
    let tables = [
        ("en", "2025-11-14-en.md"),
        ("v60", "2026-04-08-firmware-60.4.md"),
    ];
    let specs = tables.map(|(name, file)| {
        let table = read("../../shared/spec-history", file);
        let overlay = read("tests/overlays", file);
        let files = [("spec/api.md", table), ("spec/overlay.md", overlay)];
        (name, Spec::from_files(files))
    });
    specs.into()
}

#[test]
#[ignore = "needs ../shared"]
fn shared_tables_with_an_overlay_compile() {
    compile("overlays", corrected());
}

/// No error is left, and of warnings only those that no overlay can take away
/// without inventing: a tab in the prose that is kept, the dashes of the table,
/// arrays of which the vendor says no more.
#[test]
#[ignore = "needs ../shared"]
fn shared_tables_with_an_overlay_are_clean() {
    for (name, spec) in corrected() {
        let generated = match generate(&spec) {
            Ok(generated) => generated,
            Err(report) => panic!("{name}\n{}", report.render(&spec, false)),
        };
        let codes = generated.report.diagnostics().iter().map(|d| d.code.id);
        let left: Vec<_> = codes
            .filter(|id| !["S0116", "S0120", "S0417"].contains(id))
            .collect();
        // `rst` is written `any` in all tables that have it, and takes anything; the
        // numbers of `var` have names that begin with a digit, `11kW/16A`.
        let expected: &[_] = match name {
            "en" => &["S0114", "S0307"],
            "v60" => &["S0307"],
            _ => &[],
        };
        assert_eq!(left, expected, "{name}");
        // Without it there are errors, so it is the overlay that does it.
        let table = spec.sources()[0].text.clone().into_bytes();
        assert!(generate(&Spec::from_files([("spec/api.md", table)])).is_err());
    }
}

fn compile(dir: &str, specs: Vec<(&str, Spec)>) {
    let specs = specs.iter().map(|(name, spec)| (*name, spec));
    compile_all(dir, specs.collect());
}

/// Checks what follows from `specs` as one workspace.
fn compile_all(dir: &str, specs: Vec<(&str, &Spec)>) {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(dir);
    fs::create_dir_all(&dir).unwrap();
    let mut names = Vec::new();
    for (name, spec) in &specs {
        member(&dir, name, spec);
        names.push(name);
    }
    let runtime = root().join("runtime").canonicalize().unwrap();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {names:?}\n\n[workspace.dependencies]\n\
         goe-runtime = {{ path = {runtime:?} }}\n\
         serde = {{ version = \"1\", default-features = false }}\n"
    );
    write(&dir.join("Cargo.toml"), &manifest);
    fs::copy(root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    for features in [&[][..], &["--all-features"]] {
        let output = Command::new(std::env::var("CARGO").unwrap_or("cargo".to_owned()))
            .args(["check", "--offline", "--quiet", "--workspace"])
            .args(features)
            .current_dir(&dir)
            .env("CARGO_TARGET_DIR", dir.join("target"))
            .env("RUSTFLAGS", "-D warnings")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{features:?}\n{errors}");
    }
}

fn member(dir: &Path, name: &str, spec: &Spec) {
    let generated = match generate(spec) {
        Ok(generated) => generated,
        Err(report) => panic!("{name}\n{}", report.render(spec, false)),
    };
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n\
         [features]\nserde = [\"dep:serde\", \"goe-runtime/serde\"]\nclient = [\"goe-runtime/client\"]\n\n\
         [dependencies]\ngoe-runtime.workspace = true\n\
         serde = {{ workspace = true, optional = true }}\n\n\
         [lints.rust]\nmissing_docs = \"warn\"\nunreachable_pub = \"warn\"\n"
    );
    let dir = dir.join(name);
    write_changed(&dir, &generated.files).unwrap();
    write(&dir.join("Cargo.toml"), &manifest);
    // The generator counts what the runtime would: what it says too much is
    // memory of every device, and too little does not compile there.
    let check = "use goe_runtime::descriptor::Capacities;\n\
                 const NEED: Capacities = Capacities::of(&crate::DESCRIPTORS);\n\
                 const HAVE: Capacities = crate::REGISTRY.capacities;\n\
                 const _: () = assert!(NEED.document == HAVE.document && NEED.entry == HAVE.entry);\n\
                 const _: () = assert!(NEED.stored == HAVE.stored && NEED.name == HAVE.name);\n";
    write(&dir.join("src/capacities.rs"), check);
    let lib = fs::read_to_string(dir.join("src/lib.rs")).unwrap();
    write(
        &dir.join("src/lib.rs"),
        &format!("{lib}\nmod capacities;\n"),
    );
    // And as a module of a program, which uses none of it.
    write(
        &dir.join("src/main.rs"),
        "//! A program.\n\n/// The API.\npub mod api {\n    include!(\"api.rs\");\n}\n\nfn main() {}\n",
    );
}

/// Only what differs, so that a second run has nothing to compile.
fn write(path: &Path, contents: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(contents) {
        fs::write(path, contents).unwrap();
    }
}
