//! The same values through serde, for whoever has a format of their own.
//!
//! JSON goes through [`Members::parse`] instead, which loses no digit of a number that
//! is kept as text.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use core::fmt;

use ::serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{Serialize, Serializer};

use super::json::{Json, quote};
use super::members::Members;
use super::text::JsonText;

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::value::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Printer)?;
        // Of another format it may be deeper than JSON is read here.
        JsonText::new(&text).map_err(|_| D::Error::custom("it is nested too deep"))
    }
}

/// Serializes an object as a map.
pub fn serialize<T: Members, S: Serializer>(all: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(all.entries())
}

/// Makes an object of a map.
pub fn deserialize<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = JsonText::deserialize(deserializer)?;
    T::parse(&json).map_err(|_| D::Error::custom("expected a map"))
}

/// Prints whatever comes as JSON.
struct Printer;

impl<'de> Visitor<'de> for Printer {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(printed(&value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(printed(&value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(printed(&value))
    }

    /// As a device prints it: as a double it would have digits that nobody measured.
    fn visit_f32<E: Error>(self, value: f32) -> Result<String, E> {
        Ok(crate::out::Float(value.into()).to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(printed(&value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        let mut out = String::new();
        quote(value, &mut out);
        Ok(out)
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_none<E: Error>(self) -> Result<String, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<String, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<String, A::Error> {
        let mut out = String::from("[");
        while let Some(value) = seq.next_element::<JsonText>()? {
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&value);
        }
        out.push(']');
        Ok(out)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut out = String::from("{");
        while let Some((name, value)) = map.next_entry::<String, JsonText>()? {
            if out.len() > 1 {
                out.push(',');
            }
            quote(&name, &mut out);
            out.push(':');
            out.push_str(&value);
        }
        out.push('}');
        Ok(out)
    }
}

fn printed(value: &impl Json) -> String {
    let mut out = String::new();
    value.print(&mut out);
    out
}
