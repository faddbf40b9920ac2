//! The words of JSON Schema that are used, and the order in which they are written.
//!
//! A leaf. It must never know what a schema is made of.

use std::ops::Not;

use serde::Serialize;

use crate::emit::json::{Map, object};

/// A schema, its words in the order in which they are written.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::emit::docs) struct Schema<'a> {
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) ty: Option<TypeName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_items: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_items: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<u32>,
    #[serde(rename = "x-max-bytes", skip_serializing_if = "Option::is_none")]
    pub(super) max_bytes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minimum: Option<i128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) maximum: Option<i128>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) one_of: Vec<Choice<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) any_of: Vec<Choice<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) prefix_items: Vec<Schema<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Items<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<Map<&'a str, Schema<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<&'a serde_json::Value>,
    #[serde(skip_serializing_if = "Not::not")]
    pub(super) read_only: bool,
    #[serde(skip_serializing_if = "Not::not")]
    pub(super) write_only: bool,
    #[serde(rename = "x-unit", skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<&'static str>,
    #[serde(rename = "x-format", skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<&'static str>,
    #[serde(skip_serializing_if = "Not::not")]
    pub(super) deprecated: bool,
    #[serde(rename = "x-category", skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<&'static str>,
    #[serde(rename = "x-since", skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<&'a str>,
    #[serde(rename = "x-removed", skip_serializing_if = "Option::is_none")]
    pub(super) removed: Option<&'a str>,
    #[serde(rename = "$comment", skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

/// One type, or that or `null`.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum TypeName {
    One(&'static str),
    OrNull([&'static str; 2]),
}

/// The entries of an array behind its places.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Items<'a> {
    Each(Box<Schema<'a>>),
    /// `false`: nothing may be there.
    Nothing(bool),
}

/// One of several possibilities.
#[derive(Serialize)]
pub(super) struct Choice<'a> {
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(rename = "const", skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Constant>,
    pub(super) title: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Constant {
    Bool(bool),
    Number(i64),
    Null,
}

/// `{"$ref":"#/$defs/dwo"}`: a place in the same document, and a name there.
pub(in crate::emit::docs) fn reference(place: &str, name: &str) -> impl Serialize + use<> {
    object! { "$ref": format!("{place}{name}") }
}

impl<'a> Schema<'a> {
    /// A schema of which nothing but the type is known.
    pub(in crate::emit::docs) fn typed(name: &'static str) -> Self {
        Schema {
            ty: Some(TypeName::One(name)),
            ..Schema::default()
        }
    }

    /// The same with a description.
    pub(in crate::emit::docs) fn described(self, description: &'a str) -> Self {
        Schema {
            description,
            ..self
        }
    }

    /// Allows `null` besides.
    pub(super) fn or_null(&mut self) {
        if let Some(TypeName::One(name)) = self.ty {
            self.ty = Some(TypeName::OrNull([name, "null"]));
        }
        let null = || Choice {
            reference: None,
            value: Some(Constant::Null),
            title: "no value",
        };
        if !self.one_of.is_empty() {
            self.one_of.push(null());
        }
        if let Some(reference) = self.reference.take() {
            let object = Choice {
                reference: Some(reference),
                value: None,
                title: "an object",
            };
            self.any_of = vec![object, null()];
        }
    }
}
