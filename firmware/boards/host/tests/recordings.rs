//! Recordings of real chargers against the values of this one: readers of both meet
//! the same JSON types, array lengths and members of objects.
//!
//! `.ci/docs-check` compares the same recordings with the schemas, which say what
//! the table allows; this says what the firmware does with it.

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use goe_api::DESCRIPTORS;
use goe_api::runtime::descriptor::{Kind, Type};
use serde_json::{Value, json};
use support::Options;

const PATIENCE: Duration = Duration::from_secs(15);

/// Keys that firmware before the one of ours had in another form, by a part of the
/// recording's name.
const OTHERWISE_BEFORE: &[(&str, &str)] = &[("053.1", "bac"), ("053.1", "dns")];

/// Compares the two values of a key, or of a part of one. `ty` is what the table
/// says of it, if it does.
fn compare(place: &str, ty: Option<&Type>, real: &Value, ours: &Value) -> Result<(), String> {
    let fault = |why: &str| {
        Err(format!(
            "{place}: {why}: {real} of a real one, {ours} of ours"
        ))
    };
    match (real, ours) {
        (Value::Null, Value::Null) => Ok(()),
        (Value::Null, _) | (_, Value::Null) => match ty {
            Some(ty) if ty.nullable => Ok(()),
            _ => fault("null, and not optional"),
        },
        (Value::Bool(_), Value::Bool(_)) | (Value::String(_), Value::String(_)) => Ok(()),
        // A whole number of a real charger may be one with a fraction here, if
        // the table lets it have one.
        (Value::Number(real), Value::Number(ours)) => {
            let whole = |number: &serde_json::Number| !number.is_f64();
            let always = ty.is_some_and(is_whole);
            match !always || (whole(real) && whole(ours)) {
                true => Ok(()),
                false => fault("a fraction of a whole number"),
            }
        }
        // One that was made unreadable is empty, and so is one of what a desk has not.
        (Value::Array(real), Value::Array(own)) if real.is_empty() || own.is_empty() => Ok(()),
        (Value::Array(all), Value::Array(own)) => {
            if all.len() != own.len() {
                return fault("not as many");
            }
            let mut pairs = all.iter().zip(own).enumerate();
            pairs.try_for_each(|(at, (real, ours))| {
                compare(&format!("{place}[{at}]"), None, real, ours)
            })
        }
        (Value::Object(all), Value::Object(own)) => all
            .iter()
            .filter(|(name, _)| *name != "redacted")
            .try_for_each(|(name, real)| match own.get(name) {
                Some(ours) => compare(&format!("{place}.{name}"), member(ty, name), real, ours),
                // Of JSON without a shape nobody says what is always there.
                None if ty.is_some_and(is_undescribed) => Ok(()),
                None => fault(&format!("no {name}")),
            }),
        _ => fault("another type"),
    }
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Integer { .. } | Kind::Named(_))
}

fn is_undescribed(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Any { .. } | Kind::AnyObject { .. })
}

/// Returns the table's type of a member of an object.
fn member(ty: Option<&Type>, name: &str) -> Option<&'static Type> {
    match ty?.kind {
        Kind::Object(shape) => {
            let mut fields = shape.fields.iter();
            fields.find(|field| field.name == name).map(|f| &f.read)
        }
        _ => None,
    }
}

#[test]
fn the_comparison_tells_values_apart() {
    let (int, float) = (Type::INT32, Type::FLOAT);
    let maybe = int.or_null();
    for (ty, real, ours, agree) in [
        (Some(&int), json!(1), json!(2), true),
        (Some(&int), json!(1), json!(2.5), false),
        (Some(&int), json!(1.5), json!(2), false),
        (Some(&float), json!(1), json!(2.5), true),
        (Some(&int), json!(true), json!(1), false),
        (Some(&int), json!("1"), json!(1), false),
        (Some(&int), json!(null), json!(1), false),
        (Some(&int), json!(1), json!(null), false),
        (Some(&maybe), json!(null), json!(1), true),
        (Some(&maybe), json!(1), json!(null), true),
        (None, json!([231, 0]), json!([230.5, 1]), true),
        (None, json!([231, 0]), json!([230.5]), false),
        (None, json!(["60.4"]), json!([]), true),
        (None, json!([true, false]), json!([true, 0]), false),
        (None, json!([1]), json!([null]), false),
        (None, json!({"a": 1}), json!({"a": 2, "b": 3}), true),
        (None, json!({"a": 1}), json!({"b": 3}), false),
        (None, json!({"a": 1}), json!({"a": "1"}), false),
        (Some(&Type::OBJECT), json!({"a": 1}), json!({"b": 3}), true),
        (None, json!({}), json!([]), false),
    ] {
        let compared = compare("key", ty, &real, &ours);
        assert_eq!(compared.is_ok(), agree, "{real} and {ours}: {compared:?}");
    }
}

/// The recordings in a folder, in the order of their names: a line is a topic and
/// a payload.
fn recordings(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("readable");
    paths
        .iter()
        .map(|path| (path.clone(), text(path)))
        .collect()
}

/// This charger with nothing to do, and with all it can say.
fn documents() -> [Value; 2] {
    let idle = Options::args(&["--car", "absent"]).start();
    let busy = Options::args(&["--speed", "60"]).start();
    for (key, value) in [("dwo", json!(100_000.5)), ("trx", json!(1))] {
        assert_eq!(busy.set(key, &value.to_string()).status, 200, "{key}");
    }
    busy.wait_for("car", PATIENCE, |value| value == &json!(2));
    // Off and on again, so that all of its times are there.
    assert_eq!(busy.set("frc", "1").status, 200);
    busy.wait_for("lccfc", PATIENCE, Value::is_number);
    assert_eq!(busy.set("frc", "0").status, 200);
    busy.wait_for("pnp", PATIENCE, |value| value == &json!(3));
    assert_eq!(
        busy.set("ids", r#"{"pGrid":-1.5,"pPv":2,"pAkku":0}"#)
            .status,
        200
    );
    [&idle, &busy].map(|charger| charger.json("/api/status"))
}

/// One that is made up, with what a charger says while it charges.
#[test]
fn recordings_have_the_types_of_ours() {
    have_the_types_of_ours("tests/recordings", 20);
}

#[test]
#[ignore = "needs ../shared"]
fn shared_recordings_have_the_types_of_ours() {
    have_the_types_of_ours("../../../../shared/recordings", 40);
}

/// At least so many keys of each recording are ours, and have our types.
fn have_the_types_of_ours(folder: &str, least: usize) {
    let documents = documents();
    let mut faults = Vec::new();
    for (path, text) in recordings(folder) {
        let mut compared = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (topic, payload) = line.split_once(' ').expect("a topic and a payload");
            let key = topic.rsplit('/').next().unwrap_or(topic);
            let Some(descriptor) = DESCRIPTORS.iter().find(|one| one.name == key) else {
                continue;
            };
            let mut older = OTHERWISE_BEFORE.iter();
            let name = path.file_name().map(|name| name.to_string_lossy());
            let name = name.unwrap_or_default();
            if older.any(|(release, one)| *one == key && name.contains(release)) {
                continue;
            }
            let real: Value = serde_json::from_str(&payload.replace("[...]", "[]"))
                .unwrap_or_else(|error| panic!("{line}: {error}"));
            for ours in &documents {
                let compared = compare(key, Some(&descriptor.read), &real, &ours[key]);
                faults.extend(
                    compared
                        .err()
                        .map(|fault| format!("{}: {fault}", path.display())),
                );
            }
            compared.push(key);
        }
        compared.sort_unstable();
        compared.dedup();
        println!("{}: {} keys", path.display(), compared.len());
        assert!(compared.len() >= least, "{compared:?}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
