//! What the schema says of conditions: which paths there are, and what each may be
//! compared with.
//!
//! Paths and what can be asked of them are those of `path`; what a value may be stands in
//! the schemas of the key table and the garage, into which it points.

use goe_api::REGISTRY;
use goe_firmware::charger::Firmware;
use goe_runtime::{Kind, Type};
use serde_json::{Map, Value, json};

use crate::path::{GARAGE, Path, Root};

/// A path, or all that differ in the number of an entry.
#[derive(Clone)]
struct Paths {
    /// One of them.
    one: String,
    /// All of them, as a regular expression, where it is not just the one.
    all: Option<String>,
    /// Where the schema says what a value may be; nothing where it may be anything.
    at: Option<String>,
}

impl Paths {
    fn root(name: &str, at: String) -> Self {
        Paths {
            one: name.to_owned(),
            all: None,
            at: Some(at),
        }
    }

    fn part(&self, name: &str, at: String) -> Self {
        Paths {
            one: format!("{}.{name}", self.one),
            all: self.all.as_ref().map(|all| format!("{all}\\.{name}")),
            at: Some(at),
        }
    }

    /// Those whose last part is one of the parts that a regular expression matches.
    fn parts(&self, parts: &str, at: Option<String>) -> Self {
        let before = self
            .all
            .clone()
            .unwrap_or_else(|| self.one.replace('.', "\\."));
        Paths {
            one: format!("{}.0", self.one),
            all: Some(format!("{before}{parts}")),
            at,
        }
    }

    /// The definition of what it may be.
    fn is(&self) -> Value {
        json!({ "$ref": format!("#/$defs/is-{}", self.one) })
    }

    fn path(&self) -> Path {
        let mut all = Firmware::ALL.into_iter();
        let path = all.find_map(|release| Path::read(&self.one, release).ok());
        path.expect("it is a path in some release")
    }
}

/// Adds what a condition is to definitions in which all values are.
pub(super) fn add(defs: &mut Map<String, Value>) {
    let mut conditions = Conditions {
        defs,
        properties: Map::new(),
        patterns: Map::new(),
    };
    let keys = REGISTRY.descriptors.iter();
    for key in keys.filter(|key| key.access.readable()) {
        let at = format!("/status-{}", key.name);
        conditions.key(&Paths::root(key.name, at), key.read);
    }
    conditions.garage(&Paths::root(GARAGE, "/garage".to_owned()));
    let condition = json!({
        "type": "object",
        "minProperties": 1,
        "properties": conditions.properties,
        "patternProperties": conditions.patterns,
        "additionalProperties": false,
    });
    defs.insert("condition".to_owned(), condition);
}

struct Conditions<'d> {
    defs: &'d mut Map<String, Value>,
    properties: Map<String, Value>,
    patterns: Map<String, Value>,
}

impl Conditions<'_> {
    /// Adds a path that leads to a value of this type, and those behind it.
    fn key(&mut self, paths: &Paths, ty: Type) {
        let at = paths.at.clone().unwrap_or_default();
        let (at, schema) = self.resolve(&at);
        let mut parts = Vec::new();
        let mut members = Map::new();
        if let Some(entries) = ty.list {
            let entry = Type {
                list: None,
                nullable: false,
                ..ty
            };
            match schema.get("prefixItems").and_then(Value::as_array) {
                Some(all) => parts.extend((0..all.len()).map(|number| {
                    let at = format!("{at}/prefixItems/{number}");
                    (paths.part(&number.to_string(), at), entry)
                })),
                None => {
                    let numbers = (0..entries.max()).map(|number| number.to_string());
                    let numbers = numbers.collect::<Vec<_>>().join("|");
                    let at = format!("{at}/items");
                    let all = paths.parts(&format!("\\.({numbers})"), Some(at));
                    parts.push((all, entry));
                }
            }
        } else if let Some(shape) = ty.shape() {
            let fields = shape.fields.iter();
            for field in fields.filter(|field| field.access.readable()) {
                let at = format!("{at}/properties/{}", field.name);
                let member = paths.part(field.name, at);
                members.insert(field.name.to_owned(), member.is());
                parts.push((member, field.read));
            }
        } else if is_any(ty) {
            let any = paths.parts("(\\.[^.\\[]*)+", None);
            self.path(&any, Map::new());
        }
        self.path(paths, members);
        for (paths, ty) in parts {
            self.key(&paths, ty);
        }
    }

    /// Adds a path into the garage, and those behind it.
    fn garage(&mut self, paths: &Paths) {
        let (at, schema) = self.resolve(&paths.at.clone().unwrap_or_default());
        let properties = schema.get("properties").and_then(Value::as_object);
        let names = properties.into_iter().flat_map(Map::keys);
        let parts = names.map(|name| paths.part(name, format!("{at}/properties/{name}")));
        let is_shown = |part: &Paths| !part.path().is_unseen(&crate::read::GARAGE);
        let parts: Vec<Paths> = parts.filter(is_shown).collect();
        let name = |part: &Paths| part.one.rsplit('.').next().map(str::to_owned);
        let members = parts
            .iter()
            .filter_map(|part| Some((name(part)?, part.is())));
        self.path(paths, members.collect());
        for part in parts {
            self.garage(&part);
        }
    }

    /// Adds what may be expected at a path: a value, one of a list, what a comparison says, or
    /// members.
    fn path(&mut self, paths: &Paths, members: Map<String, Value>) {
        let path = paths.path();
        let value = match &paths.at {
            Some(at) => json!({ "$ref": format!("#/$defs{at}") }),
            None => json!({}),
        };
        let (mut value, mut plain) = (value.clone(), value);
        if path.root == Root::Garage && path.has_members() {
            value["type"] = json!(["object", "null"]);
            plain["type"] = json!("null");
        } else {
            // A map has members or compares, and a list is of several values.
            let others: &[&str] = match path.is_array() {
                true => &["object"],
                false => &["object", "array"],
            };
            plain["not"] = json!({ "type": others });
        }
        let mut forms = vec![plain];
        if !path.is_array() {
            forms.push(json!({ "type": "array", "minItems": 1, "items": value }));
        }
        forms.push(comparison(&path, &value));
        if !members.is_empty() {
            forms.push(json!({
                "type": "object",
                "minProperties": 1,
                "properties": members,
                "additionalProperties": false,
            }));
        }
        let name = format!("is-{}", paths.one);
        self.defs.insert(name, json!({ "anyOf": forms }));
        match &paths.all {
            Some(all) => self.patterns.insert(format!("^{all}$"), paths.is()),
            None => self.properties.insert(paths.one.clone(), paths.is()),
        };
    }

    /// The schema at a place of the definitions, and its own place: behind references and, of
    /// several forms, in the one that has members.
    fn resolve(&self, at: &str) -> (String, &Value) {
        let mut at = at.to_owned();
        loop {
            let mut parts = at.split('/').skip(1);
            let first = parts.next().and_then(|name| self.defs.get(name));
            let first = first.unwrap_or_else(|| panic!("{at} is defined"));
            let schema = parts.fold(first, |schema, part| match part.parse::<usize>() {
                Ok(index) => &schema[index],
                Err(_) => &schema[part],
            });
            if let Some(Value::String(to)) = schema.get("$ref") {
                at = to.trim_start_matches("#/$defs").to_owned();
                continue;
            }
            let forms = schema.get("anyOf").and_then(Value::as_array);
            let has_members = |form: &Value| form.get("properties").is_some();
            match forms.and_then(|forms| forms.iter().position(has_members)) {
                Some(form) => at += &format!("/anyOf/{form}"),
                None => return (at, schema),
            }
        }
    }
}

fn is_any(ty: Type) -> bool {
    matches!(
        ty.kind,
        Kind::AnyObject { .. } | Kind::AnyArray { .. } | Kind::FewOf { .. } | Kind::Any { .. }
    )
}

/// What a value may be compared with.
fn comparison(path: &Path, value: &Value) -> Value {
    let mut properties = Map::new();
    let any = json!({ "type": "array", "minItems": 1, "items": value });
    let not = match path.is_array() {
        true => value.clone(),
        false => json!({ "anyOf": [value, any] }),
    };
    properties.insert("not".to_owned(), not);
    properties.insert("any".to_owned(), any);
    if path.names().is_none() && path.without_order().is_none() {
        let (mut most, mut least) = (json!({ "type": "number" }), json!({ "type": "number" }));
        let (mut below, mut above) = (most.clone(), least.clone());
        if let Some((min, max)) = path.limits() {
            most["minimum"] = min.into();
            least["maximum"] = max.into();
            below["exclusiveMinimum"] = min.into();
            above["exclusiveMaximum"] = max.into();
        }
        let bounds = [
            ("most", most),
            ("least", least),
            ("below", below),
            ("above", above),
        ];
        properties.extend(bounds.map(|(name, bound)| (name.to_owned(), bound)));
    }
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": properties,
        "additionalProperties": false,
    })
}
