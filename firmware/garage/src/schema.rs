//! The JSON Schema of what can be sent to the garage, for editors and for tools that
//! make such bodies: `docs/garage.schema.json`, which this test holds to the types.

use std::path::Path;

use goe_sim::{CarConfig, NETWORKS};
use schemars::JsonSchema;
use schemars::r#gen::{SchemaGenerator, SchemaSettings};
use schemars::schema::Schema;
use serde_json::{Map, Value, json};

use super::state::State;
use super::values::{
    Button, Card, Contactor, DayPrices, Degrees, Earth, Flash, Lock, Password, Phase, Residual,
    Whole, Wifi,
};

/// A type whose schema is this JSON.
macro_rules! schema {
    ([$($generics:tt)*] $name:ty: $json:expr) => {
        impl<$($generics)*> JsonSchema for $name {
            fn is_referenceable() -> bool {
                false
            }

            fn schema_name() -> String {
                stringify!($name).to_owned()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                serde_json::from_value($json).expect("a schema")
            }
        }
    };
}

/// The same, one of some words.
macro_rules! words {
    ($($name:ident),+) => {
        $(schema!([] $name: {
            let words = $name::WORDS.iter().map(|(word, _)| *word);
            json!({ "enum": words.collect::<Vec<_>>() })
        });)+
    };
}

words!(Button, Residual, Earth, Phase, Contactor, Lock, Flash);
schema!([const LEAST: u32, const MOST: u32] Whole<LEAST, MOST>:
    json!({ "type": "integer", "minimum": LEAST, "maximum": MOST }));
schema!([] Degrees: json!({ "type": "number", "minimum": -40, "maximum": 120 }));
schema!([] Card: json!({ "type": "string", "pattern": "^([0-9A-Fa-f]{2}){1,10}$" }));
schema!([] Password: json!({ "type": "string", "minLength": 1, "maxLength": 64 }));
schema!([] DayPrices: json!({
    "type": "array", "items": { "type": "number" }, "minItems": 1, "maxItems": DayPrices::MOST,
}));
schema!([] Wifi: {
    let networks = NETWORKS.iter().map(|one| (one.ssid.to_owned(), json!({ "type": "boolean" })));
    let networks: Map<String, Value> = networks.collect();
    json!({ "type": "object", "properties": networks, "additionalProperties": false })
});

/// Any part of an object may be sent.
fn without_required(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("required");
            members.values_mut().for_each(without_required);
        }
        Value::Array(parts) => parts.iter_mut().for_each(without_required),
        _ => {}
    }
}

/// A car may be asked for by a word, too.
fn with_words(car: &mut Value) {
    let kinds = CarConfig::KINDS.map(|(name, _)| name);
    car["properties"]["kind"] = json!({
        "description": "A name for all traits, which goes before those that stand beside it.",
        "enum": kinds,
    });
    let words: Vec<_> = ["absent", "plugged"].into_iter().chain(kinds).collect();
    let traits = car.take();
    *car = json!({ "anyOf": [{ "enum": words }, traits] });
}

#[test]
fn the_schema_is_that_of_the_types() {
    let settings = SchemaSettings::draft2019_09().with(|settings| {
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<State>();
    let mut schema = serde_json::to_value(schema).expect("it is JSON");
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("A change of the garage");
    schema["description"] = json!("What POST /garage takes, and GET tells.");
    without_required(&mut schema);
    with_words(&mut schema["properties"]["car"]);
    let schema = format!("{schema:#}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/garage.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &schema).expect("can be written");
    }
    let is = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        is == schema,
        "run UPDATE_EXPECT=1 cargo test -p goe-charger schema"
    );
}
