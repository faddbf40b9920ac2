//! Reads values: those of keys as the key table has them, and those of the language, such as
//! spans and switches.

use goe_firmware::charger::Firmware;
use goe_runtime::{Kind as ValueKind, NamedValue, Type};
use serde_json::{Number, Value};

use super::{Members, Reader};
use crate::finding::{Finding, meant};
use crate::times;
use crate::yaml::{Content, Node};

impl Reader {
    /// JSON of a value, with numbers for their names.
    pub(super) fn value(&mut self, node: &Node, ty: Type) -> Option<Value> {
        if let (Some(_), Content::List(nodes)) = (ty.list, &node.content) {
            let one = Type {
                list: None,
                nullable: false,
                ..ty
            };
            let values = nodes.iter().map(|node| self.value(node, one));
            return values.collect::<Vec<_>>().into_iter().collect();
        }
        match (&node.content, ty.kind) {
            (Content::Scalar(Value::String(name), _), ValueKind::Named(values)) => {
                self.named(node, name, values)
            }
            (Content::Scalar(Value::Number(_), text), ValueKind::Text { .. }) => {
                self.not_quoted(node, text)
            }
            (Content::Scalar(Value::String(_), text), ValueKind::Bool) => {
                let help = match text.as_str() {
                    "on" | "yes" | "off" | "no" => {
                        "write true or false; the others are texts in YAML 1.2"
                    }
                    _ => "write true or false",
                };
                self.not(node, "a truth value", help)
            }
            (
                Content::Scalar(Value::String(_), text),
                ValueKind::Integer { .. }
                | ValueKind::Float
                | ValueKind::Double
                | ValueKind::RealWithin { .. },
            ) if text.parse::<f64>().is_ok() => {
                self.not(node, "a number", "write it without quotes")
            }
            (Content::Map(members), ValueKind::Object(shape)) => {
                let values = members.iter().map(|(name, node)| {
                    let field = shape.fields.iter().find(|field| field.name == name.text);
                    let Some(field) = field else {
                        let names = shape.fields.iter().map(|field| field.name);
                        let what = format!("there is no member `{}`", name.text);
                        let help = meant(&name.text, names);
                        self.wrong(Finding::new(name.at, what).help(help));
                        return None;
                    };
                    Some((name.text.clone(), self.value(node, field.write)?))
                });
                values.collect::<Vec<_>>().into_iter().collect()
            }
            _ => Some(node.json()),
        }
    }

    /// Digits that are meant as a text, of which YAML makes a number and forgets zeros.
    pub(super) fn not_quoted<T>(&mut self, node: &Node, text: &str) -> Option<T> {
        self.not(node, "a text", &format!("put it in quotes: '{text}'"))
    }

    fn named(&mut self, node: &Node, name: &str, values: &[NamedValue]) -> Option<Value> {
        let named = values
            .iter()
            .find(|value| value.name.eq_ignore_ascii_case(name));
        if let Some(named) = named {
            return Some(named.value.into());
        }
        let what = format!("there is no value `{name}`");
        let help = meant(name, values.iter().map(|value| value.name));
        self.wrong(Finding::new(node.at, what).help(help));
        None
    }

    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => self.not(node, what, "write a text"),
        }
    }

    pub(super) fn whole(&mut self, node: &Node) -> Option<u64> {
        match &node.content {
            Content::Scalar(Value::Number(number), _) if whole(number).is_some() => whole(number),
            _ => self.not(node, "a whole number", "such as 1"),
        }
    }

    pub(super) fn switch(&mut self, node: &Node) -> Option<bool> {
        match node.text() {
            Some("on") => Some(true),
            Some("off") => Some(false),
            _ => self.not(node, "`on` or `off`", "write one of them"),
        }
    }

    pub(super) fn span(&mut self, node: &Node) -> Option<u64> {
        match node.text().and_then(times::span) {
            Some(ms) => Some(ms),
            None => self.not(node, "a time span", times::SPAN),
        }
    }

    pub(super) fn span_of(&mut self, members: &Members<'_>, name: &str) -> Option<u64> {
        let (_, node) = members.get(name)?;
        self.span(node)
    }

    pub(super) fn moment(&mut self, node: &Node) -> Option<i64> {
        match node.text().and_then(times::moment) {
            Some(ms) => Some(ms),
            None => self.not(node, "a moment", times::MOMENT),
        }
    }

    pub(super) fn release(&mut self, node: &Node) -> Option<&'static Firmware> {
        let text = node.text().unwrap_or_default();
        let mut all = Firmware::ALL.into_iter();
        let found = all.find(|release| release.version() == text);
        if found.is_none() {
            let versions = Firmware::ALL.map(Firmware::version);
            let help = format!("there are {}", versions.join(" and "));
            return self.not(node, "a release", &help);
        }
        found
    }
}

/// A number without a fraction and a sign, also one that is written `1.0`.
fn whole(number: &Number) -> Option<u64> {
    // Up to here each is a number of its own.
    let is_whole = |one: &f64| one.fract() == 0.0 && (0.0..=9e15).contains(one);
    let of_float = || number.as_f64().filter(is_whole).map(|one| one as u64);
    number.as_u64().or_else(of_float)
}
