//! The model as JSON, for scripts: `goe-codegen dump`.
//!
//! A key of which something could not be read, or whose table lacks a column,
//! is there all the same: what is not known of it is `null`.

use serde::Serialize;

use crate::{
    Spec,
    model::{Key, Model},
};

#[derive(Serialize)]
struct Dump<'a> {
    keys: Vec<KeyDump<'a>>,
}

#[derive(Serialize)]
struct KeyDump<'a> {
    name: &'a str,
    access: Option<String>,
    #[serde(rename = "type")]
    ty: Option<String>,
    set_type: Option<String>,
    category: Option<String>,
    description: &'a str,
    unit: Option<&'a str>,
    min: Option<i64>,
    max: Option<i64>,
    values: Vec<ValueDump<'a>>,
    line: usize,
    file: &'a str,
    since: Option<&'a str>,
    removed: Option<&'a str>,
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

/// Keys and what there is of others, in the order of their rows.
fn dump(model: &Model) -> Dump<'_> {
    let whole = model.keys.iter().map(|key| (key, [true; 3]));
    let partial = model.partial.iter().map(|partial| {
        let has = [partial.has_access, partial.has_ty, partial.has_category];
        (&partial.key, has)
    });
    let mut keys: Vec<_> = whole.chain(partial).collect();
    keys.sort_by_key(|(key, _)| key.origin.span);
    let keys = keys
        .into_iter()
        .map(|(key, has)| key_dump(key, has))
        .collect();
    Dump { keys }
}

fn key_dump(key: &Key, [has_access, has_ty, has_category]: [bool; 3]) -> KeyDump<'_> {
    let range = key.facts.range.as_ref().map(|range| range.value);
    let values = key.facts.values.iter().flat_map(|list| &list.values);
    KeyDump {
        name: &key.name.value,
        access: has_access.then(|| key.access.value.to_string()),
        ty: has_ty.then(|| key.ty.value.to_string()),
        set_type: key.set_ty.map(|ty| ty.to_string()),
        category: has_category.then(|| key.category.value.to_string()),
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
        since: key.since.as_ref().map(|release| release.value.as_str()),
        removed: key.removed.as_ref().map(|release| release.value.as_str()),
    }
}
