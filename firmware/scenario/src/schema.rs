//! The JSON Schema of scenarios, for editors: `docs/scenario.schema.json`, which this test
//! holds to the language, the key table and the garage.

use std::path::Path;

use goe_api::REGISTRY;
use goe_firmware::charger::Firmware;
use serde_json::{Map, Value, json};

use crate::grammar::{DEEDS, FILE, Kind, Member, QUIRK, STEP};

mod agreement;
mod conditions;

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
            "minLength": 1,
            "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
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
            { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/condition" } },
        ] }),
        Kind::Steps => json!({ "type": "array", "items": { "$ref": "#/$defs/step" } }),
        Kind::Keys => {
            json!({ "type": "array", "items": { "enum": names(|one| one.access.writable()) } })
        }
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
                let any_case = any_case(&all);
                members.insert("anyOf".to_owned(), json!([{ "enum": all }, any_case]));
            }
            if members.contains_key("properties") {
                members.insert("additionalProperties".to_owned(), false.into());
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

/// What means something in a regular expression; editors, whose expressions are those of
/// ECMAScript, refuse a `\` before anything else.
const SYNTAX: &str = "^$\\.*+?()[]{}|/";

/// Names in capitals or not.
fn any_case(names: &[Value]) -> Value {
    let one = |name: &str| {
        let letters = name.chars().map(|letter| match letter {
            letter if letter.is_ascii_alphabetic() => {
                let (upper, lower) = (letter.to_ascii_uppercase(), letter.to_ascii_lowercase());
                format!("[{upper}{lower}]")
            }
            letter if SYNTAX.contains(letter) => format!("\\{letter}"),
            letter => letter.to_string(),
        });
        letters.collect::<String>()
    };
    let names: Vec<_> = names.iter().filter_map(Value::as_str).map(one).collect();
    json!({ "type": "string", "pattern": format!("^({})$", names.join("|")) })
}

fn settings() -> Value {
    let keys = names(|one| one.access.writable());
    let of = |key: &&str| json!({ "$ref": format!("#/$defs/set-{key}") });
    let properties = keys.iter().map(|key| ((*key).to_owned(), of(key)));
    let properties: Map<String, Value> = properties.collect();
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Members that say something only of others, and ways to begin of which there is one.
fn step() -> Value {
    let mut step = map(STEP);
    step["minProperties"] = json!(1);
    let one_of = |names: &[&str]| {
        let names = names.iter().map(|name| json!({ "required": [name] }));
        json!({ "anyOf": names.collect::<Vec<_>>() })
    };
    step["properties"]["every"]["not"] = json!({ "pattern": "^[0dhms]*$" });
    step["dependentSchemas"] = json!({
        "within": {
            "allOf": [one_of(&["expect", "when"]), { "not": { "required": ["expect", "when"] } }],
        },
        "for": one_of(&["always", "never", "every"]),
        "every": one_of(&DEEDS),
        "at": { "not": one_of(&["after", "when"]) },
        "after": { "not": one_of(&["when"]) },
    });
    step
}

fn garage() -> Value {
    let mut schema: Value = serde_json::from_str(GARAGE).expect("JSON");
    let members = schema.as_object_mut().expect("an object");
    for name in ["$schema", "title"] {
        members.remove(name);
    }
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        for name in crate::read::TIME {
            properties.remove(name);
        }
    }
    members.insert("minProperties".to_owned(), json!(1));
    schema
}

fn schema() -> String {
    let mut defs = Map::new();
    defs.insert("step".to_owned(), step());
    defs.insert("quirks".to_owned(), map(QUIRK));
    defs.insert("settings".to_owned(), settings());
    let refused = json!({
        "type": "object",
        "minProperties": 1,
        "propertyNames": { "enum": names(|_| true) },
    });
    defs.insert("refused".to_owned(), refused);
    defs.insert("garage".to_owned(), garage());
    take_over(STATUS, &mut defs);
    take_over(SET, &mut defs);
    conditions::add(&mut defs);
    // A line for each, which is what a difference is told by.
    let defs = defs
        .iter()
        .map(|(name, def)| format!("    {name:?}: {def}"));
    let defs = defs.collect::<Vec<_>>().join(",\n");
    let mut whole = map(FILE);
    whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    whole["title"] = json!("A scenario of the virtual charger");
    whole["description"] = json!("What goe-charger run plays; docs/scenarios.md teaches it.");
    // Something happens, and what may wait for ever is ended by the scenario.
    whole["if"] = json!({ "required": ["lasts"] });
    whole["else"] = json!({
        "required": ["steps"],
        "properties": { "steps": {
            "minItems": 1,
            "items": { "dependentRequired": { "when": ["within"] } },
        } },
    });
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

#[test]
fn its_patterns_are_those_of_every_editor() {
    let schema = schema();
    // As JSON writes a backslash; the texts of the key table have none.
    let escaped = schema.split(r"\\").skip(1);
    let escaped: String = escaped.filter_map(|rest| rest.chars().next()).collect();
    assert!(!escaped.is_empty());
    assert_eq!(escaped.replace(|one| SYNTAX.contains(one), ""), "");
}
