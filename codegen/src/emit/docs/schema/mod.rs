//! JSON Schema (2020-12) of one value: what OpenAPI, AsyncAPI and the schema
//! files are made of.
//!
//! A schema says what the wire takes and gives, no more: what the description
//! states and what is checked on write. What JSON Schema has no word for stands
//! in a comment, or, for OpenAPI and AsyncAPI, under `x-`: `x-unit`, `x-category`,
//! `x-format`, `x-max-bytes` (a length is counted in bytes of UTF-8; `maxLength`,
//! which counts characters, can only be the upper bound), `x-since`, `x-removed`.
//! It must never know the document that it stands in.

mod words;

pub(super) use words::{Schema, reference};

use crate::{
    api::{Form, Key, Kind, List, RAW_MAX, Raw, Real, Shape, Text, Value, Whole},
    model::{Access, Format, Position, Precision, ValueList},
};

use words::{Choice, Constant, Items, TypeName};

/// The readers of a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI and AsyncAPI, which have words of their own and let others in.
    Api,
    /// Validators, of which strict ones refuse a word or a format that is not
    /// the standard's: what has no word stands in a comment.
    Validator,
}

/// The form of the value, and for whom.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) form: Form,
    pub(super) dialect: Dialect,
}

impl<'a> Schema<'a> {
    /// The schema of a key in a form that it has.
    pub(super) fn of_key(key: &'a Key<'_>, how: How) -> Self {
        let mut schema = Schema::of(&key.value, how);
        schema.deprecated = key.removed.is_some();
        match how.dialect {
            Dialect::Api => {
                schema.category = Some(key.category.name());
                schema.since = key.since;
                schema.removed = key.removed;
            }
            Dialect::Validator => schema.comment = Some(comment(key)),
        }
        schema
    }

    /// The schema of a value in a form that it has.
    pub(super) fn of(value: &'a Value<'_>, how: How) -> Self {
        let view = value.view(how.form);
        let mut schema = Schema::of_kind(&view.kind, value, how);
        if view.optional() {
            schema.or_null();
        }
        schema.description = value.description;
        schema.default = value.default().filter(|_| !value.secret);
        match (value.access, how.form) {
            (Access::Read, Form::Read) => schema.read_only = true,
            (Access::Write, Form::Write) => schema.write_only = true,
            (Access::ReadWrite, _) | (Access::Read, Form::Write) | (Access::Write, Form::Read) => {}
        }
        match how.dialect {
            Dialect::Api => {
                schema.unit = value.unit.map(|unit| unit.symbol());
                schema.counts = value.format().and_then(counts);
            }
            Dialect::Validator => {}
        }
        schema
    }

    /// Returns the schema that a value of this kind has to meet when it is not `null`.
    fn of_kind(kind: &'a Kind<'_>, value: &Value<'_>, how: How) -> Self {
        match kind {
            Kind::Bool(names) => Schema::boolean(*names),
            Kind::Whole(number) => Schema::whole(number, how),
            Kind::Real(number) => Schema::real(*number, how),
            Kind::Colour => Schema {
                pattern: Some("^#[0-9A-Fa-f]{6}$"),
                ..Schema::typed("string")
            },
            Kind::Text(text) => Schema::text(*text, value.secret, how),
            Kind::Object(shape) => match shared(shape, how) {
                Some(name) => Schema {
                    reference: Some(format!("{DEFINITIONS}{name}")),
                    ..Schema::default()
                },
                None => Schema::object(shape, how),
            },
            Kind::List(list) => Schema::list(list, value, how),
            Kind::Raw(raw) => Schema::raw(*raw, how),
        }
    }

    /// Returns the schema of a truth value, with the names of `false` and `true` if each
    /// has just one.
    fn boolean(names: Option<&'a ValueList>) -> Self {
        let each_once = |list: &&ValueList| {
            [0, 1].iter().all(|value| {
                let mut same = list.values.iter().filter(|item| item.value == *value);
                same.next().is_some() && same.next().is_none()
            })
        };
        let names = names.filter(|list| !list.open).filter(each_once);
        Schema {
            one_of: names.map(choices).unwrap_or_default(),
            ..Schema::typed("boolean")
        }
    }

    fn whole(number: &'a Whole<'_>, how: How) -> Self {
        let mut schema = Schema {
            format: how.api(number.width.names().1),
            ..Schema::typed("integer")
        };
        let bounds = match &number.named {
            // The names say all that is taken.
            Some(named) if how.form == Form::Write && !named.list.open => {
                schema.one_of = choices(named.list);
                return schema;
            }
            Some(named) => {
                // A newer device may send others, so what is read is open.
                // A number with two names matches both, which `oneOf` would refuse.
                schema.any_of = choices(named.list);
                schema.any_of.push(Choice {
                    reference: None,
                    value: None,
                    title: "another",
                });
                number.limits
            }
            None => number.bounds(),
        };
        schema.minimum = Some(bounds.0);
        schema.maximum = Some(bounds.1);
        schema
    }

    fn real(number: Real, how: How) -> Self {
        let format = match number.precision {
            Precision::Single => "float",
            Precision::Double => "double",
        };
        Schema {
            format: how.api(format),
            minimum: number.range.and_then(|range| Some(range.least()?.into())),
            maximum: number
                .range
                .and_then(|range| Some(range.greatest()?.into())),
            ..Schema::typed("number")
        }
    }

    fn text(text: Text, secret: bool, how: How) -> Self {
        // Where nothing is stated, a device sends what it has and takes what it
        // can hold.
        let max = match how.form {
            Form::Read => text.stated.then_some(text.max),
            Form::Write => Some(text.max),
        };
        let secret = secret && how.form == Form::Write;
        Schema {
            // Who writes so many characters writes as many bytes; what is read may
            // have more of them in fewer characters.
            min_length: (text.min > 0 && how.form == Form::Write).then_some(text.min),
            max_length: max,
            max_bytes: max.and_then(|max| how.api(max)),
            format: secret.then(|| how.api("password")).flatten(),
            ..Schema::typed("string")
        }
    }

    /// An object always gives all its members, and takes as few as one likes.
    pub(super) fn object(shape: &'a Shape<'_>, how: How) -> Self {
        let fields = shape.fields(how.form);
        let properties = fields.map(|field| (field.name, Schema::of(&field.value, how)));
        let names = shape.fields(how.form).map(|field| field.name);
        // What is written may have fewer members, and others, which are ignored.
        let required = (how.form == Form::Read).then(|| names.collect());
        Schema {
            properties: Some(properties.collect()),
            required,
            ..Schema::typed("object")
        }
    }

    fn list(list: &'a List<'_>, value: &Value<'_>, how: How) -> Self {
        let always = match how.form {
            Form::Read => list.exact,
            // A written array of objects may be the first few of them.
            Form::Write => !list.positions.is_empty(),
        };
        let places = list.positions.iter();
        let places = places.map(|place| Schema::place(place, &list.of, value, how));
        Schema {
            min_items: always.then_some(list.max),
            max_items: Some(list.max),
            prefix_items: places.collect(),
            items: Some(match list.positions {
                [] => Items::Each(Box::new(Schema::of_kind(&list.of, value, how))),
                [..] => Items::Nothing(false),
            }),
            ..Schema::typed("array")
        }
    }

    /// One place of an array.
    fn place(place: &'a Position, of: &'a Kind<'_>, value: &Value<'_>, how: How) -> Self {
        let mut schema = Schema::of_kind(of, value, how);
        schema.title = &place.name.value;
        schema.description = &place.description.value;
        let unit = place.unit.as_ref().map(|unit| unit.value.symbol());
        match how.dialect {
            Dialect::Api => schema.unit = unit,
            Dialect::Validator => schema.comment = unit.map(|unit| format!("unit {unit}")),
        }
        schema
    }

    /// JSON of which the spec says nothing is kept as it was sent.
    fn raw(raw: Raw, how: How) -> Self {
        let (ty, max_items) = match raw {
            Raw::Array(max) => (Some("array"), max),
            Raw::Object => (Some("object"), None),
            Raw::Any => (None, None),
        };
        Schema {
            ty: ty.map(TypeName::One),
            max_items,
            max_bytes: match how.form {
                Form::Read => None,
                Form::Write => how.api(RAW_MAX),
            },
            ..Schema::default()
        }
    }
}

/// Where a document for validators has its definitions.
pub(super) const DEFINITIONS: &str = "#/$defs/";

/// The name of the definition of a shape that several keys or fields have; no key has
/// a hyphen. OpenAPI and AsyncAPI, where what is read stands beside what is written,
/// spell it out.
pub(super) fn shared(shape: &Shape<'_>, how: How) -> Option<String> {
    match (how.dialect, shape.names.as_slice()) {
        (Dialect::Validator, [first, _, ..]) => Some(format!("shape-{first}")),
        _ => None,
    }
}

impl How {
    /// A word that OpenAPI has, or lets in; to a validator it says nothing.
    fn api<T>(self, word: T) -> Option<T> {
        match self.dialect {
            Dialect::Api => Some(word),
            Dialect::Validator => None,
        }
    }
}

/// Names by number, or by truth value.
fn choices(list: &ValueList) -> Vec<Choice<'_>> {
    let values = list.values.iter().map(|item| Choice {
        reference: None,
        value: Some(match list.booleans {
            true => Constant::Bool(item.value != 0),
            false => Constant::Number(item.value),
        }),
        title: &item.name,
    });
    values.collect()
}

/// Returns the name of the unit that a number counts; a colour is a pattern.
fn counts(format: Format) -> Option<&'static str> {
    match format {
        Format::UnixTime => Some("unix-time"),
        Format::SecondsOfDay => Some("seconds-of-day"),
        Format::Colour => None,
    }
}

/// `category Config; unit Wh; since 60.0`
fn comment(key: &Key<'_>) -> String {
    let facts = [
        ("; unit ", key.value.unit.map(|unit| unit.symbol())),
        ("; since ", key.since),
        ("; removed in ", key.removed),
    ];
    let mut text = format!("category {}", key.category.name());
    for (what, fact) in facts {
        if let Some(fact) = fact {
            text.push_str(what);
            text.push_str(fact);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{Spec, api, read};

    const TABLE: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
        | sums | R/W | array<uint8> | Config | sums, 6-32, max. 5 entries |\n\
        | notes | R/W | optional<array<string>> | Config | notes |\n\
        | meter | R/W | array<float> | Config | it |\n\
        | fans | R/W | array | Config | fans |\n\n\
        ## meter[2]\n\n| Index | Name | Type | Unit | Description |\n|-|-|-|-|-|\n\
        | 0 | voltage L1 | float | V | of L1 |\n| 1 | factor | float | | |\n\n\
        ## fans[2]\n\nThere are always two entries.\n\n\
        | Field | R/W | Type | Description |\n|-|-|-|-|\n| on | R/W | bool | on |\n";

    /// The schema of a key, but for what is not its value.
    fn schema(key: &str, form: Form, dialect: Dialect) -> Json {
        let spec = Spec::from_files([("spec/api.md", TABLE.as_bytes().to_vec())]);
        let (model, report) = read(&spec);
        assert!(!report.has_errors(), "{}", report.render(&spec, false));
        let api = api::lower(&model);
        let key = api.keys.iter().find(|known| known.name == key).unwrap();
        let mut schema = serde_json::to_value(Schema::of_key(key, How { form, dialect })).unwrap();
        for word in ["description", "$comment", "x-category"] {
            schema.as_object_mut().unwrap().remove(word);
        }
        schema
    }

    #[test]
    fn lists_have_one_schema_for_all_entries() {
        let sums = json!({
            "type": "array", "maxItems": 5,
            "items": {"type": "integer", "minimum": 6, "maximum": 32},
        });
        for form in [Form::Read, Form::Write] {
            assert_eq!(schema("sums", form, Dialect::Validator), sums);
        }
        // The list may be null, an entry never.
        let notes = json!({
            "type": ["array", "null"], "maxItems": 16,
            "items": {"type": "string", "maxLength": 64, "x-max-bytes": 64},
        });
        assert_eq!(schema("notes", Form::Write, Dialect::Api), notes);
    }

    #[test]
    fn places_have_a_schema_each_and_are_all_there() {
        let meter = json!({
            "type": "array", "minItems": 2, "maxItems": 2,
            "prefixItems": [
                {"type": "number", "title": "voltage L1", "description": "of L1", "$comment": "unit V"},
                {"type": "number", "title": "factor"},
            ],
            "items": false,
        });
        for form in [Form::Read, Form::Write] {
            assert_eq!(schema("meter", form, Dialect::Validator), meter);
        }
        let first = &schema("meter", Form::Read, Dialect::Api)["prefixItems"][0];
        let expected = json!({
            "type": "number", "format": "float", "title": "voltage L1",
            "description": "of L1", "x-unit": "V",
        });
        assert_eq!(first, &expected);
    }

    #[test]
    fn of_objects_fewer_may_be_written_than_are_read() {
        let read = schema("fans", Form::Read, Dialect::Validator);
        let write = schema("fans", Form::Write, Dialect::Validator);
        assert_eq!(
            (&read["minItems"], &read["maxItems"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(
            (&write["minItems"], &write["maxItems"]),
            (&Json::Null, &json!(2))
        );
    }
}
