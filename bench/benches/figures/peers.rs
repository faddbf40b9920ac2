//! Two generators of Rust, and inputs for them of the size of a table.

use std::fmt::Write as _;

use anyhow::Context;
use serde_json::{Value, json};

/// Fields of a register.
const FIELDS: usize = 8;

/// Properties of an object.
const PROPERTIES: usize = 20;

/// Of so many items one has named values, as in the tables.
const NAMED: usize = 12;

const ABOUT: &str = "How much the car may draw at all, said in forty-two letters";

/// A device with so many fields, a twelfth of them with named values.
pub(crate) fn svd(fields: usize) -> String {
    let mut registers = String::new();
    for register in 0..fields.div_ceil(FIELDS) {
        let here = FIELDS.min(fields - register * FIELDS);
        let own: String = (0..here)
            .map(|at| field(register * FIELDS + at, at))
            .collect();
        // Strings take everything.
        let _ = write!(
            registers,
            "<register><name>REG{register}</name><description>{ABOUT}</description>\
             <addressOffset>{:#x}</addressOffset><fields>{own}</fields></register>",
            register * 4,
        );
    }
    format!(
        "<device schemaVersion=\"1.1\"><name>DEVICE</name><version>1</version>\
         <description>{ABOUT}</description><addressUnitBits>8</addressUnitBits><width>32</width>\
         <size>32</size><access>read-write</access><resetValue>0</resetValue>\
         <resetMask>0xFFFFFFFF</resetMask><peripherals><peripheral><name>P</name>\
         <description>{ABOUT}</description><baseAddress>0x40000000</baseAddress>\
         <registers>{registers}</registers></peripheral></peripherals></device>"
    )
}

fn field(item: usize, at: usize) -> String {
    let access = if item.is_multiple_of(2) {
        "read-only"
    } else {
        "read-write"
    };
    let values: String = match item % NAMED {
        0 => (0..5)
            .map(|value| {
                format!(
                    "<enumeratedValue><name>V{value}</name><description>{value}</description>\
                     <value>{value}</value></enumeratedValue>"
                )
            })
            .collect(),
        _ => String::new(),
    };
    let values = match values.as_str() {
        "" => String::new(),
        values => format!("<enumeratedValues>{values}</enumeratedValues>"),
    };
    format!(
        "<field><name>F{item}</name><description>{ABOUT}</description><bitOffset>{}</bitOffset>\
         <bitWidth>4</bitWidth><access>{access}</access>{values}</field>",
        at * 4,
    )
}

/// A schema with so many properties, a twelfth of them with named values.
pub(crate) fn schema(properties: usize) -> Value {
    let objects = (0..properties.div_ceil(PROPERTIES)).map(|object| {
        let first = object * PROPERTIES;
        let here = first..properties.min(first + PROPERTIES);
        let own = here.map(|item| (format!("p{item}"), property(item)));
        let own: serde_json::Map<String, Value> = own.collect();
        let required: Vec<String> = own.keys().cloned().collect();
        let object_type = json!({
            "description": ABOUT, "type": "object", "properties": own, "required": required,
        });
        (format!("Object{object}"), object_type)
    });
    let definitions: serde_json::Map<String, Value> = objects.collect();
    json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions })
}

fn property(item: usize) -> Value {
    match item % NAMED {
        0 => json!({ "description": ABOUT, "type": "string", "enum": ["A", "B", "C", "D", "E"] }),
        1..5 => json!({ "description": ABOUT, "type": "boolean" }),
        5..8 => json!({ "description": ABOUT, "type": "integer", "minimum": 0, "maximum": 255 }),
        8..10 => json!({ "description": ABOUT, "type": "number" }),
        10 => json!({ "description": ABOUT, "type": ["number", "null"] }),
        _ => json!({ "description": ABOUT, "type": "string" }),
    }
}

pub(crate) fn svd2rust(svd: &str) -> anyhow::Result<String> {
    let mut config = svd2rust::config::Config::default();
    config.target = svd2rust::Target::None;
    Ok(svd2rust::generate(svd, &config)?.lib_rs)
}

pub(crate) fn typify(schema: &Value) -> anyhow::Result<String> {
    let mut types = typify::TypeSpace::new(&typify::TypeSpaceSettings::default());
    let schema = serde_json::from_value(schema.clone())?;
    types
        .add_root_schema(schema)
        .context("the schema has faults")?;
    Ok(types.to_stream().to_string())
}

/// As a formatter leaves it.
pub(crate) fn pretty(code: &str) -> anyhow::Result<()> {
    let file = syn::parse_file(code).context("the peer's code does not parse")?;
    std::hint::black_box(prettyplease::unparse(&file));
    Ok(())
}
