//! What a condition looks at: a key of the charger or a part of its value, or a member
//! of the garage.
//!
//! A path is `amp`, `nrg.11`, `ids.pGrid` or `garage.car.full`. What the key table
//! says of its value is looked up here.

use std::sync::LazyLock;

use goe_api::REGISTRY;
use goe_firmware::charger::Firmware;
use goe_runtime::{Access, Category, KeyIndex, Kind, NamedValue, Profile, Type};
use serde_json::Value;

use crate::finding::nearest;

/// The first part of paths into the garage, which is no key.
pub(crate) const GARAGE: &str = "garage";

/// Prose and units of positions, which the table gives to documents only.
static STATUS: LazyLock<Value> = LazyLock::new(|| {
    let schema = include_str!("../../../generated/docs/status.schema.json");
    serde_json::from_str(schema).unwrap_or_default()
});

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// As it is written.
    pub(crate) text: String,
    pub(crate) root: Root,
    parts: Vec<String>,
    /// What the table says of it, if it says anything.
    pub(crate) ty: Option<Type>,
    /// What the garage's schema says of it.
    schema: Option<&'static Value>,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Key(KeyIndex),
    Garage,
}

/// The key of that name, as a release has it.
///
/// # Errors
/// There is none, and what may have been meant.
pub(crate) fn key(name: &str, release: &Firmware) -> Result<KeyIndex, (String, Option<String>)> {
    match REGISTRY.find(name) {
        Some(key) if release.lacks(key) => Err((
            format!("release {} has no key `{name}`", release.version()),
            Some("choose another with `release`".to_owned()),
        )),
        Some(key) => Ok(key),
        None => {
            let names = REGISTRY.descriptors.iter().map(|one| one.name);
            if let Some((before, _)) = name
                .split_once(':')
                .filter(|(name, _)| REGISTRY.find(name).is_some())
            {
                let help = format!("write a space behind the colon of `{before}:`");
                return Err((format!("the charger has no key `{name}`"), Some(help)));
            }
            let near = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| "all keys are in generated/docs/api-keys.md".into());
            Err((format!("the charger has no key `{name}`"), Some(help)))
        }
    }
}

impl Path {
    /// Reads one.
    ///
    /// # Errors
    /// It leads nowhere, and what may have been meant.
    pub(crate) fn read(text: &str, release: &Firmware) -> Result<Path, (String, Option<String>)> {
        if let Some((name, rest)) = text.split_once('[') {
            let what = format!("`{text}` is no path");
            let help = format!("write `{name}.{}`", rest.replace([']', '['], ""));
            return Err((what, Some(help)));
        }
        let mut parts = text.split('.');
        let first = parts.next().unwrap_or_default();
        let parts: Vec<String> = parts.map(str::to_owned).collect();
        let text = text.to_owned();
        if first == GARAGE {
            let schema = in_garage(&parts)?;
            return Ok(Path {
                text,
                root: Root::Garage,
                parts,
                ty: None,
                schema: Some(schema),
            });
        }
        let key = key(first, release)?;
        let descriptor = REGISTRY.descriptor(key);
        if !descriptor.access.readable() {
            let what = format!("`{first}` can only be set, nothing shows its value");
            return Err((what, None));
        }
        let mut ty = Some(descriptor.read);
        for part in &parts {
            ty = match ty {
                Some(whole) => within(first, whole, part)?,
                None => None,
            };
        }
        Ok(Path {
            text,
            root: Root::Key(key),
            parts,
            ty,
            schema: None,
        })
    }

    /// A path to a member of what this one leads to.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn member(
        &self,
        name: &str,
        release: &Firmware,
    ) -> Result<Path, (String, Option<String>)> {
        Path::read(&format!("{}.{name}", self.text), release)
    }

    /// What it leads to in the value of its root.
    pub(crate) fn find<'v>(&self, whole: &'v Value) -> Option<&'v Value> {
        self.parts
            .iter()
            .try_fold(whole, |value, part| match value {
                Value::Array(entries) => entries.get(part.parse::<usize>().ok()?),
                Value::Object(members) => members.get(part),
                _ => None,
            })
    }

    /// The names of its values, if they have names.
    pub(crate) fn names(&self) -> Option<&'static [NamedValue]> {
        self.ty.and_then(|ty| named(&ty))
    }

    /// It leads to members, of which each has a path of its own.
    pub(crate) fn has_members(&self) -> bool {
        match (self.schema, &self.ty) {
            (Some(schema), _) => forms(schema).any(|form| form["properties"].is_object()),
            (_, Some(ty)) => ty.list.is_none() && ty.shape().is_some(),
            _ => false,
        }
    }

    /// It leads to an array, so that a list is its value.
    pub(crate) fn is_array(&self) -> bool {
        if let Some(schema) = self.schema {
            return forms(schema).any(|form| form["type"] == "array");
        }
        self.ty.is_some_and(|ty| {
            let arrays = matches!(
                ty.kind,
                Kind::AnyArray { .. } | Kind::FewOf { .. } | Kind::Any { .. }
            );
            ty.list.is_some() || arrays
        })
    }

    /// Its numbers are of single precision.
    pub(crate) fn is_single(&self) -> bool {
        let one = self.ty.map(|ty| Type { list: None, ..ty });
        one.is_some_and(|one| one.word() == Type::FLOAT.word())
    }

    /// Why its value has no order; nothing if it may have one.
    pub(crate) fn without_order(&self) -> Option<String> {
        let text = &self.text;
        if let Some(schema) = self.schema {
            let is_number = |form: &Value| {
                matches!(
                    types(form).as_slice(),
                    [.., "number" | "integer"] | ["number" | "integer", ..]
                )
            };
            let has_order = forms(schema).any(is_number);
            return (!has_order)
                .then(|| format!("the value of `{text}` is no number and has no order"));
        }
        let ty = self.ty.as_ref()?;
        if ty.list.is_some() {
            return Some(format!(
                "`{text}` is an array and has no order; one entry has, such as `{text}.0`"
            ));
        }
        let has_order = matches!(
            ty.kind,
            Kind::Integer { .. }
                | Kind::Float
                | Kind::Double
                | Kind::RealWithin { .. }
                | Kind::Any { .. }
        );
        (!has_order).then(|| format!("the value of `{text}` is a {} and has no order", ty.word()))
    }

    /// The least and the greatest that its value may be, if the table says.
    pub(crate) fn limits(&self) -> Option<(f64, f64)> {
        match self.ty?.kind {
            Kind::Integer { min, max } | Kind::RealWithin { min, max } => {
                Some((min as f64, max as f64))
            }
            _ => None,
        }
    }

    /// Why the garage never has this there.
    pub(crate) fn never_in_garage(&self, value: &Value) -> Option<String> {
        let schema = self.schema?;
        if self.has_members() && !value.is_null() && !value.is_object() {
            return Some(format!(
                "`{}` has members: write which of them is meant",
                self.text
            ));
        }
        if accepts(schema, value) {
            return None;
        }
        let words = forms(schema).filter_map(|form| form.get("enum")?.as_array());
        let words: Vec<_> = words.flatten().map(Value::to_string).collect();
        Some(match words.is_empty() {
            true => format!("`{}` is never {value}", self.text),
            false => format!(
                "`{}` is never {value}; it is {}",
                self.text,
                words.join(", ")
            ),
        })
    }

    /// The garage can be asked for it and never shows it: it is no part of what there is,
    /// as JSON.
    pub(crate) fn is_unseen(&self, garage: &str) -> bool {
        if self.schema.is_none() {
            return false;
        }
        let garage: Value = serde_json::from_str(garage).unwrap_or_default();
        let mut at = &garage;
        self.parts.iter().any(|part| {
            let lacks = |members: &serde_json::Map<_, _>| !members.contains_key(part);
            let is_missing = at.as_object().is_some_and(lacks);
            at = at.get(part).unwrap_or(&Value::Null);
            is_missing
        })
    }

    /// A value as it is told: with its name or unit.
    pub(crate) fn told(&self, value: Option<&Value>) -> String {
        let Some(value) = value else {
            return "nothing".to_owned();
        };
        if let (Some(names), Some(number)) = (self.names(), value.as_i64()) {
            let named = names.iter().find(|named| named.value == number);
            return named.map_or(number.to_string(), |named| {
                format!("{} ({number})", named.name)
            });
        }
        match self.unit() {
            Some(unit) if value.is_number() => format!("{value} {unit}"),
            _ => value.to_string(),
        }
    }

    /// The unit of its value.
    fn unit(&self) -> Option<&str> {
        let Root::Key(key) = self.root else {
            return None;
        };
        let mut schema = STATUS.get("$defs")?.get(REGISTRY.descriptor(key).name)?;
        for part in &self.parts {
            let of_position = || schema.get("prefixItems")?.get(part.parse::<usize>().ok()?);
            let of_member = || schema.get("properties")?.get(part);
            schema = of_position()
                .or_else(of_member)
                .or_else(|| schema.get("items"))?;
        }
        let comment = schema.get("$comment")?.as_str()?;
        comment
            .split("; ")
            .find_map(|part| part.strip_prefix("unit "))
    }
}

/// The names of the values of a type.
pub(crate) fn named(ty: &Type) -> Option<&'static [NamedValue]> {
    match (ty.list, ty.kind) {
        (None, Kind::Named(values)) => Some(values),
        _ => None,
    }
}

/// What is at a part of a value; nothing if the table does not say.
fn within(key: &str, whole: Type, part: &str) -> Result<Option<Type>, (String, Option<String>)> {
    if let Some(entries) = whole.list {
        let most = entries.max();
        let index = part.parse::<u16>().ok().filter(|index| *index < most);
        // As numbers are written.
        if index.is_none_or(|index| index.to_string() != part) {
            let what = format!("`{key}` has entries from 0 to {}", most.saturating_sub(1));
            return Err((what, Some(format!("such as `{key}.0`"))));
        }
        return Ok(Some(Type {
            list: None,
            nullable: false,
            ..whole
        }));
    }
    if let Some(shape) = whole.shape() {
        let fields = shape.fields.iter().filter(|field| field.access.readable());
        let names = fields.clone().map(|field| field.name);
        return match fields.clone().find(|field| field.name == part) {
            Some(field) => Ok(Some(field.read)),
            None => Err((
                format!("`{key}` has no member `{part}`"),
                Some(crate::finding::meant(part, names)),
            )),
        };
    }
    match whole.kind {
        Kind::AnyObject { .. } | Kind::AnyArray { .. } | Kind::FewOf { .. } | Kind::Any { .. } => {
            Ok(None)
        }
        _ => Err((
            format!(
                "the value of `{key}` is a {} and has no parts",
                whole.word()
            ),
            None,
        )),
    }
}

/// The forms that a value of the garage may have.
fn forms(schema: &Value) -> impl Iterator<Item = &Value> {
    let forms = schema.get("anyOf").and_then(Value::as_array);
    let forms = forms.map_or(std::slice::from_ref(schema), Vec::as_slice);
    forms.iter()
}

fn types(form: &Value) -> Vec<&str> {
    match form.get("type") {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Returns whether a value is of one of the forms, as far as words, types and limits say.
fn accepts(schema: &Value, value: &Value) -> bool {
    let is_of = |ty: &str| match ty {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => value.is_number(),
    };
    forms(schema).any(|form| {
        let words = form.get("enum").and_then(Value::as_array);
        let bound = |name: &str| form.get(name).and_then(Value::as_f64);
        let number = value.as_f64();
        let at_least = |bound: f64| number.is_none_or(|number| number >= bound);
        let at_most = |bound: f64| number.is_none_or(|number| number <= bound);
        let types = types(form);
        words.is_none_or(|words| words.contains(value))
            && (types.is_empty() || types.into_iter().any(is_of))
            && bound("minimum").is_none_or(at_least)
            && bound("maximum").is_none_or(at_most)
    })
}

fn in_garage(parts: &[String]) -> Result<&'static Value, (String, Option<String>)> {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let schema = include_str!("../../../docs/garage.schema.json");
        serde_json::from_str(schema).unwrap_or_default()
    });
    let mut schema = &*SCHEMA;
    let mut at = GARAGE.to_owned();
    for part in parts {
        // One of several forms has the members.
        let properties = forms(schema).find_map(|form| form.get("properties")?.as_object());
        let Some(properties) = properties else {
            return Err((format!("`{at}` has no members"), None));
        };
        schema = properties.get(part).ok_or_else(|| {
            let names = properties.keys().map(String::as_str);
            let help = crate::finding::meant(part, names);
            (format!("`{at}` has no member `{part}`"), Some(help))
        })?;
        at = format!("{at}.{part}");
    }
    Ok(schema)
}

/// Checks JSON text against a type of the table.
///
/// # Errors
/// Why it can never be.
pub(crate) fn check(ty: Type, json: &str) -> Result<(), String> {
    let mut ty = ty;
    // A least length is of what may be set; what is shown may be shorter.
    if let Kind::Text { min, .. } = &mut ty.kind {
        *min = 0;
    }
    let profile = Profile::new(Access::ReadWrite, Category::Unknown, ty);
    let mut value = goe_runtime::Value::Null;
    goe_runtime::value::read(&profile, json, &mut value)
        .map_err(|error| error.mqtt(goe_runtime::error::Sent::NOTHING).to_string())
        // It would say what was sent behind a space.
        .map_err(|told| told.trim_end().to_owned())
}
