//! The JSON Schema of scenarios, for editors: `docs/scenario.schema.json`, which this test
//! holds to the language, the key table and the garage.

use std::path::Path;

use goe_api::REGISTRY;
use goe_firmware::charger::Firmware;
use serde_json::{Map, Value, json};

use crate::grammar::{COMPARISON, FILE, Kind, Member, QUIRK, STEP};

/// The schemas of others that it takes over, each with what its names begin with.
const STATUS: (&str, &str) = (
    "status-",
    include_str!("../../../generated/docs/status.schema.json"),
);
const SET: (&str, &str) = (
    "set-",
    include_str!("../../../generated/docs/set.schema.json"),
);
const GARAGE: &str = include_str!("../../../docs/garage.schema.json");

/// A map of these members and no others.
fn map(members: &[Member]) -> Value {
    let properties = members.iter().map(|member| {
        let mut schema = of(member.kind);
        schema["description"] = member.doc.into();
        (member.name.to_owned(), schema)
    });
    let properties: Map<String, Value> = properties.collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn of(kind: Kind) -> Value {
    match kind {
        // A name may look like a number.
        Kind::Text => json!({ "type": ["string", "number", "boolean"] }),
        Kind::Whole => json!({ "type": "integer", "minimum": 0 }),
        Kind::Switch => json!({ "enum": ["on", "off"] }),
        Kind::Span => json!({
            "type": "string",
            "pattern": "^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
        }),
        Kind::Moment => json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z$",
        }),
        Kind::Release => {
            let versions = Firmware::ALL.map(Firmware::version);
            let numbers = versions.map(|version| version.parse::<f64>().expect("a number"));
            let all: Vec<Value> = versions.into_iter().map(Value::from).collect();
            let all = [all, numbers.map(Value::from).to_vec()].concat();
            json!({ "enum": all })
        }
        Kind::Settings => json!({ "$ref": "#/$defs/settings" }),
        Kind::Refused => json!({ "$ref": "#/$defs/refused" }),
        Kind::Garage => json!({ "$ref": "#/$defs/garage" }),
        Kind::Quirks => json!({ "$ref": "#/$defs/quirks" }),
        Kind::Condition => json!({ "$ref": "#/$defs/condition" }),
        Kind::Conditions => json!({ "anyOf": [
            { "$ref": "#/$defs/condition" },
            { "type": "array", "items": { "$ref": "#/$defs/condition" } },
        ] }),
        Kind::Steps => json!({ "type": "array", "items": { "$ref": "#/$defs/step" } }),
        Kind::Keys => json!({ "type": "array", "items": { "enum": names(|_| true) } }),
        Kind::Value => json!({}),
        Kind::Number => json!({ "type": "number" }),
        Kind::Values => json!({ "type": "array" }),
    }
}

fn names(which: impl Fn(&goe_runtime::Descriptor) -> bool) -> Vec<&'static str> {
    let all = REGISTRY.descriptors.iter();
    all.filter(|one| which(one)).map(|one| one.name).collect()
}

/// Takes the definitions of another schema over, with their names changed.
fn take_over((prefix, text): (&str, &str), defs: &mut Map<String, Value>) {
    let mut schema: Value = serde_json::from_str(text).expect("JSON");
    for (name, def) in schema["$defs"].as_object_mut().expect("definitions") {
        if name != "full-status" {
            let mut def = def.take();
            adapt(prefix, &mut def);
            defs.insert(format!("{prefix}{name}"), def);
        }
    }
}

/// What differs in a scenario: numbers may be told by their names, and parts will do.
fn adapt(prefix: &str, schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for name in ["required", "readOnly", "writeOnly", "default"] {
                members.remove(name);
            }
            if let Some(Value::String(to)) = members.get_mut("$ref") {
                *to = to.replace("#/$defs/", &format!("#/$defs/{prefix}"));
            }
            let forms = members.get("oneOf").or(members.get("anyOf"));
            let named = forms.and_then(named);
            if let Some(mut all) = named {
                if members.get("type").is_some_and(|ty| ty.is_array()) {
                    all.push(Value::Null);
                }
                for name in ["oneOf", "anyOf", "type", "minimum", "maximum"] {
                    members.remove(name);
                }
                members.insert("enum".to_owned(), all.into());
            }
            members
                .values_mut()
                .for_each(|member| adapt(prefix, member));
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| adapt(prefix, part)),
        _ => {}
    }
}

/// The names and numbers of named values.
fn named(forms: &Value) -> Option<Vec<Value>> {
    let forms = forms.as_array()?;
    let named = forms.iter().filter(|form| form.get("const").is_some());
    let named: Vec<_> = named.collect();
    let names = named.iter().map(|form| form["title"].clone());
    let numbers = named.iter().map(|form| form["const"].clone());
    (!named.is_empty()).then(|| names.chain(numbers).collect())
}

/// What is expected of a key: its value, one of a list, or comparisons.
fn expected(key: &str) -> Value {
    let value = json!({ "$ref": format!("#/$defs/status-{key}") });
    json!({ "anyOf": [
        value,
        { "type": "array", "items": value, "minItems": 1 },
        { "$ref": "#/$defs/comparison" },
        // Of an object each member.
        { "$ref": format!("#/$defs/status-{key}"), "type": "object" },
    ] })
}

fn condition() -> Value {
    let keys = names(|one| one.access.readable());
    let properties = keys.iter().map(|key| ((*key).to_owned(), expected(key)));
    let mut properties: Map<String, Value> = properties.collect();
    properties.insert("garage".to_owned(), json!({ "type": "object" }));
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": properties,
        "patternProperties": {
            format!("^({})(\\.[A-Za-z0-9_-]+)+$", keys.join("|")): {},
            "^garage(\\.[a-z0-9_]+)+$": {},
        },
        "additionalProperties": false,
    })
}

fn settings() -> Value {
    let keys = names(|one| one.access.writable());
    let of = |key: &&str| json!({ "$ref": format!("#/$defs/set-{key}") });
    let properties = keys.iter().map(|key| ((*key).to_owned(), of(key)));
    let properties: Map<String, Value> = properties.collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn garage() -> Value {
    let mut schema: Value = serde_json::from_str(GARAGE).expect("JSON");
    let members = schema.as_object_mut().expect("an object");
    for name in ["$schema", "title"] {
        members.remove(name);
    }
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.remove("speed");
    }
    schema
}

fn schema() -> String {
    let mut defs = Map::new();
    let mut step = map(STEP);
    step["minProperties"] = json!(1);
    defs.insert("step".to_owned(), step);
    defs.insert("comparison".to_owned(), map(COMPARISON));
    defs.insert("quirks".to_owned(), map(QUIRK));
    defs.insert("condition".to_owned(), condition());
    defs.insert("settings".to_owned(), settings());
    let refused = json!({ "type": "object", "propertyNames": { "enum": names(|_| true) } });
    defs.insert("refused".to_owned(), refused);
    defs.insert("garage".to_owned(), garage());
    take_over(STATUS, &mut defs);
    take_over(SET, &mut defs);
    // A line for each, which is what a difference is told by.
    let defs = defs
        .iter()
        .map(|(name, def)| format!("    {name:?}: {def}"));
    let defs = defs.collect::<Vec<_>>().join(",\n");
    let mut whole = map(FILE);
    whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    whole["title"] = json!("A scenario of the virtual charger");
    whole["description"] = json!("What goe-charger run plays; docs/scenarios.md teaches it.");
    whole["minProperties"] = json!(1);
    let whole = format!("{whole:#}");
    let open = whole.strip_suffix("\n}").expect("an object");
    format!("{open},\n  \"$defs\": {{\n{defs}\n  }}\n}}\n")
}

#[test]
fn the_schema_is_that_of_the_language() {
    let schema = schema();
    let _: Value = serde_json::from_str(&schema).expect("it is JSON");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenario.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &schema).expect("can be written");
    }
    let is = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        is == schema,
        "run UPDATE_EXPECT=1 cargo test -p goe-scenario schema"
    );
}
