//! The model as JSON, for scripts: `goe-codegen dump`.
//!
//! A key of which something could not be read, or whose table lacks a column,
//! is there all the same: what is not known of it is `null`.

use serde::Serialize;

use crate::{
    model::{Facts, Key, Length, Model, NumberRange, Register, ValueList},
    source::{Span, Spec},
};

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
    /// The named values of what is in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartDump<'a>>,
    line: usize,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'static str>,
    since: Option<&'a str>,
    removed: Option<&'a str>,
    format: Option<&'static str>,
    min_bytes: Option<u32>,
    max_bytes: Option<u32>,
    max_characters: Option<u32>,
    max_entries: Option<u32>,
    /// Nobody states `null` by stating nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a serde_json::Value>,
    sources: Sources,
}

#[derive(Serialize)]
struct RegisterDump<'a> {
    register: u16,
    function: &'static str,
    name: &'a str,
    #[serde(rename = "type")]
    ty: &'static str,
    registers: u32,
    /// `nrg[4]`; `null` if the device has no such value.
    key: Option<String>,
    scale: Option<String>,
    access: &'static str,
    null: Option<String>,
    description: &'a str,
    line: usize,
    file: &'a str,
}

/// The text that each fact was taken from.
#[derive(Serialize)]
struct Sources {
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<String>,
}

#[derive(Serialize)]
struct PartDump<'a> {
    /// Its field, where the text says it.
    name: Option<&'a str>,
    values: Vec<ValueDump<'a>>,
}

#[derive(Serialize)]
struct ValueDump<'a> {
    name: &'a str,
    value: serde_json::Value,
}

/// `model`, which was read from `spec`, as JSON, one key or register a line.
pub fn model_to_json(spec: &Spec, model: &Model) -> serde_json::Result<String> {
    let keys = lines(&keys(spec, model, false)?);
    let registers = model.registers.iter().map(register_dump);
    let registers: Vec<String> = registers
        .map(|row| serde_json::to_string(&row))
        .collect::<Result<_, _>>()?;
    // What a spec has nothing of is left out.
    let registers = match registers.is_empty() {
        true => String::new(),
        false => format!(",\n  \"registers\": [{}  ]", lines(&registers)),
    };
    Ok(format!("{{\n  \"keys\": [{keys}  ]{registers}\n}}\n"))
}

fn lines(all: &[String]) -> String {
    let lines: Vec<String> = all.iter().map(|line| format!("    {line}")).collect();
    let newline = if lines.is_empty() { "" } else { "\n" };
    format!("{newline}{}{newline}", lines.join(",\n"))
}

fn register_dump(row: &Register) -> RegisterDump<'_> {
    RegisterDump {
        register: row.first.value,
        function: row.function.value.name(),
        name: &row.name.value,
        ty: row.ty.value.name(),
        registers: row.count.value,
        key: row.value.as_ref().map(|of| of.value.to_string()),
        scale: row.scale.as_ref().map(|of| of.value.spelling()),
        access: row.access.value.name(),
        null: row.null.as_ref().map(|of| of.value.spelling()),
        description: &row.description,
        line: row.origin.line,
        file: &row.origin.path,
    }
}

/// Each key as JSON; for a comparison `without_place`, by name and with line 0.
pub(crate) fn keys(
    spec: &Spec,
    model: &Model,
    without_place: bool,
) -> serde_json::Result<Vec<String>> {
    let mut keys = dump(spec, model);
    if without_place {
        keys.iter_mut().for_each(|key| key.line = 0);
        keys.sort_by_key(|key| key.name);
    }
    keys.iter().map(serde_json::to_string).collect()
}

/// One key as JSON, wherever it stands.
pub(crate) fn key(spec: &Spec, key: &Key, has: [bool; 3]) -> serde_json::Result<String> {
    let mut dump = key_dump(spec, key, has);
    dump.line = 0;
    serde_json::to_string(&dump)
}

/// Keys and what there is of others, in the order of their rows.
fn dump<'a>(spec: &Spec, model: &'a Model) -> Vec<KeyDump<'a>> {
    let mut keys: Vec<_> = model.rows().collect();
    keys.sort_by_key(|(key, _)| key.origin.span);
    let keys = keys.into_iter();
    keys.map(|(key, has)| key_dump(spec, key, has)).collect()
}

fn key_dump<'a>(
    spec: &Spec,
    key: &'a Key,
    [has_access, has_ty, has_category]: [bool; 3],
) -> KeyDump<'a> {
    let range = key.facts.range.as_ref().map(|range| range.value);
    let types = [key.ty.value, key.write_ty()];
    let (own, parts): (Vec<_>, Vec<_>) = key
        .facts
        .values
        .iter()
        .partition(|list| list.is_own(&types));
    let parts = parts.into_iter().map(|list| PartDump {
        name: list.label.as_ref().map(|label| label.value.as_str()),
        values: values(list).collect(),
    });
    let length = key.facts.length.as_ref().map(|length| length.value);
    let [max_bytes, max_characters, max_entries] = match length {
        None => [None; 3],
        Some(Length::Bytes(max)) => [Some(max), None, None],
        Some(Length::Characters(max)) => [None, Some(max), None],
        Some(Length::Entries(max)) => [None, None, Some(max)],
    };
    KeyDump {
        name: &key.name.value,
        access: has_access.then(|| key.access.value.to_string()),
        ty: has_ty.then(|| key.ty.value.to_string()),
        set_type: key.set_ty.map(|ty| ty.to_string()),
        category: has_category.then(|| key.category.value.to_string()),
        description: &key.description.value,
        unit: key.facts.unit.as_ref().map(|unit| unit.value.symbol()),
        min: range.and_then(NumberRange::least),
        max: range.and_then(NumberRange::greatest),
        values: own.into_iter().flat_map(values).collect(),
        parts: parts.collect(),
        line: key.origin.line,
        file: &key.origin.path,
        coverage: key.coverage.as_ref().map(|claim| claim.value.name()),
        since: key.since.as_ref().map(|release| release.value.as_str()),
        removed: key.removed.as_ref().map(|release| release.value.as_str()),
        format: key.facts.format.as_ref().map(|format| format.value.name()),
        min_bytes: key.facts.least.as_ref().map(|least| least.value),
        max_bytes,
        max_characters,
        max_entries,
        default: key.facts.default.as_ref().map(|default| &default.value),
        sources: sources(spec, key),
    }
}

fn values(list: &ValueList) -> impl Iterator<Item = ValueDump<'_>> {
    list.values.iter().map(|item| ValueDump {
        name: &item.name,
        value: match list.booleans {
            true => (item.value != 0).into(),
            false => item.value.into(),
        },
    })
}

fn sources(spec: &Spec, key: &Key) -> Sources {
    let text = |span: Span| {
        let source = spec.sources().get(span.file);
        source.map(|source| source.slice(span.range()).to_owned())
    };
    let Facts {
        unit,
        range,
        length,
        // It stands in the same text.
        least: _,
        format,
        values,
        default,
        unread: _,
    } = &key.facts;
    let values: Vec<String> = values.iter().filter_map(|list| text(list.span)).collect();
    Sources {
        unit: unit.as_ref().and_then(|fact| text(fact.span)),
        range: range.as_ref().and_then(|fact| text(fact.span)),
        length: length.as_ref().and_then(|fact| text(fact.span)),
        format: format.as_ref().and_then(|fact| text(fact.span)),
        values: (!values.is_empty()).then(|| values.join("; ")),
        default: default.as_ref().and_then(|fact| text(fact.span)),
        since: key.since.as_ref().and_then(|fact| text(fact.span)),
        removed: key.removed.as_ref().and_then(|fact| text(fact.span)),
    }
}
