//! The model as JSON, for scripts: `goe-codegen dump`.

use serde::Serialize;

use crate::{Spec, model::Model};

#[derive(Serialize)]
struct Dump<'a> {
    keys: Vec<KeyDump<'a>>,
}

#[derive(Serialize)]
struct KeyDump<'a> {
    name: &'a str,
    access: String,
    #[serde(rename = "type")]
    ty: String,
    set_type: Option<String>,
    category: String,
    description: &'a str,
    unit: Option<&'a str>,
    min: Option<i64>,
    max: Option<i64>,
    values: Vec<ValueDump<'a>>,
    line: usize,
    file: &'a str,
}

#[derive(Serialize)]
struct ValueDump<'a> {
    name: &'a str,
    value: i64,
}

/// What could be read of `spec`, as JSON, one key a line.
pub fn to_json(spec: &Spec) -> serde_json::Result<String> {
    let (model, _) = crate::read(spec);
    model_to_json(&model)
}

/// `model` as JSON, one key a line.
pub fn model_to_json(model: &Model) -> serde_json::Result<String> {
    let Dump { keys } = dump(model);
    let mut lines = Vec::with_capacity(keys.len());
    for key in &keys {
        lines.push(format!("    {}", serde_json::to_string(key)?));
    }
    let newline = if lines.is_empty() { "" } else { "\n" };
    Ok(format!(
        "{{\n  \"keys\": [{newline}{}{newline}  ]\n}}\n",
        lines.join(",\n")
    ))
}

fn dump(model: &Model) -> Dump<'_> {
    let keys = model
        .keys
        .iter()
        .map(|key| {
            let range = key.facts.range.as_ref().map(|range| range.value);
            let values = key.facts.values.iter().flat_map(|list| &list.values);
            KeyDump {
                name: &key.name.value,
                access: key.access.value.to_string(),
                ty: key.ty.value.to_string(),
                set_type: key.set_ty.map(|ty| ty.to_string()),
                category: key.category.value.to_string(),
                description: &key.description.value,
                unit: key.facts.unit.as_ref().map(|unit| unit.value),
                min: range.map(|range| range.min),
                max: range.map(|range| range.max),
                values: values
                    .map(|v| ValueDump {
                        name: &v.name,
                        value: v.value,
                    })
                    .collect(),
                line: key.origin.line,
                file: &key.origin.path,
            }
        })
        .collect();
    Dump { keys }
}
