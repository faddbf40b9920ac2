//! One JSON value, read and checked against its [`Type`].
//!
//! [`read`] turns the text of a set into a [`Value`] that satisfies the type;
//! [`FromValue`] then gives it the Rust type that generated code asks for.

use core::marker::PhantomData;

use crate::descriptor::{Descriptor, Entries, Kind, Shape, Type};
use crate::error::{Place, Reason, WriteError};
use crate::json::{self, Chars, Parts};

/// A checked JSON value; texts, objects and arrays stay in place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(JsonStr<'a>),
    /// The text of an array.
    Array(&'a str),
    /// The text of an object.
    Object(&'a str),
    /// The text of a value whose key says no more than that it is JSON.
    Raw(&'a str),
}

/// A JSON number: whole ones exactly, up to 64 bits and a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Whole {
        /// Below zero.
        negative: bool,
        /// Without its sign.
        magnitude: u64,
    },
    /// With a fraction, or beyond 64 bits.
    Real(f64),
}

impl Number {
    /// `None` when it is too large for any range, even an `f64`'s.
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if let Ok(magnitude) = digits.parse() {
            return Some(Number::Whole {
                negative,
                magnitude,
            });
        }
        let real = crate::float::parse(digits);
        let real = if negative { -real } else { real };
        // Below 2^53 every whole f64 is exact, so `1e3` is the whole number it says.
        let whole = real as i64;
        if real.abs() < 9_007_199_254_740_992.0 && whole as f64 == real {
            return Some(Number::Whole {
                negative: whole < 0,
                magnitude: whole.unsigned_abs(),
            });
        }
        real.is_finite().then_some(Number::Real(real))
    }

    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Whole {
                negative: true,
                magnitude,
            } => -(magnitude as f64),
            Number::Whole { magnitude, .. } => magnitude as f64,
            Number::Real(real) => real,
        }
    }

    /// The number, if it is whole and not below zero.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Number::Whole {
                negative,
                magnitude,
            } if !negative || magnitude == 0 => Some(magnitude),
            _ => None,
        }
    }

    /// The number, if it is whole and fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Number::Whole {
                negative: false,
                magnitude,
            } => i64::try_from(magnitude).ok(),
            Number::Whole { magnitude, .. } => 0i64.checked_sub_unsigned(magnitude),
            Number::Real(_) => None,
        }
    }

    fn is_within(self, min: i64, max: u64) -> bool {
        match (self.as_i64(), self.as_u64()) {
            (_, Some(value)) => value <= max && (min <= 0 || value >= min.unsigned_abs()),
            (Some(value), None) => value >= min,
            (None, None) => false,
        }
    }
}

/// The inside of a checked JSON string, its escapes still in place.
#[derive(Clone, Copy, Debug)]
pub struct JsonStr<'a> {
    inside: &'a str,
}

impl<'a> JsonStr<'a> {
    fn from_quoted(quoted: &'a str) -> Self {
        let inside = quoted
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        JsonStr {
            inside: inside.unwrap_or_default(),
        }
    }

    /// The decoded characters.
    pub fn chars(&self) -> Chars<'a> {
        Chars::new(self.inside)
    }

    /// Bytes of UTF-8 once decoded.
    pub fn len(&self) -> usize {
        self.chars().map(char::len_utf8).sum()
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }

    /// The decoded text; `None` when it has more than `N` bytes.
    pub fn decode<const N: usize>(&self) -> Option<heapless::String<N>> {
        let mut text = heapless::String::new();
        for character in self.chars() {
            text.push(character).ok()?;
        }
        Some(text)
    }
}

impl PartialEq<str> for JsonStr<'_> {
    fn eq(&self, other: &str) -> bool {
        self.chars().eq(other.chars())
    }
}

impl PartialEq for JsonStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.chars().eq(other.chars())
    }
}

/// A typed look at the elements of a checked array, read as they are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Items<'a, T> {
    json: &'a str,
    of: PhantomData<T>,
}

impl<'a, T: FromValue<'a>> Items<'a, T> {
    /// The elements.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        Parts::of_array(self.json).filter_map(|(_, element)| T::from_json(element))
    }
}

/// What generated code makes of a checked [`Value`].
pub trait FromValue<'a>: Sized {
    /// `None` when the value is of another type, which a value that was
    /// checked against the descriptor never is.
    fn from_value(value: Value<'a>) -> Option<Self>;

    /// The same from the text of a part of a checked value.
    fn from_json(json: &'a str) -> Option<Self> {
        Self::from_value(parse(json).ok()?)
    }
}

impl<'a> Value<'a> {
    /// The value as what `write` takes, for the arms of a generated `match`;
    /// `None` when it is nothing like it.
    pub fn into_write<T: FromValue<'a>, W>(self, write: fn(T) -> W) -> Option<W> {
        T::from_value(self).map(write)
    }
}

/// That a checked value is not what generated code makes of it: a fault of the
/// generated table, not of whoever sent the value.
pub fn mismatch(descriptor: &Descriptor) -> WriteError {
    WriteError::Rejected {
        reason: Reason::WrongType(descriptor.write.word()),
        place: Place::TOP,
    }
}

/// The members of a checked object and the text of each value, for a generated
/// `FromValue`.
pub fn members<'a>(value: Value<'a>) -> Option<impl Iterator<Item = (JsonStr<'a>, &'a str)>> {
    let Value::Object(json) = value else {
        return None;
    };
    Some(Parts::of_object(json).map(|(name, value)| (JsonStr::from_quoted(name), value)))
}

/// Reads one value and checks it against a key's type.
///
/// Of several faults the first of these wins: not JSON, the wrong type, out of
/// range or too long; inside arrays and objects, the one that comes first.
///
/// # Errors
/// As above.
pub fn read<'a>(descriptor: &Descriptor, json: &'a str) -> Result<Value<'a>, WriteError> {
    json::check(json).map_err(|error| WriteError::Rejected {
        reason: Reason::Json(error),
        place: Place::TOP,
    })?;
    read_type(&descriptor.write, json::trim(json), Place::TOP)
}

fn read_type<'a>(ty: &Type, json: &'a str, place: Place) -> Result<Value<'a>, WriteError> {
    let rejected = |reason| WriteError::Rejected { reason, place };
    let Some(entries) = ty.list else {
        return read_one(ty, json, place);
    };
    let value = parse(json).map_err(rejected)?;
    match value {
        Value::Null if ty.nullable => {}
        Value::Array(json) => read_list(ty, entries, json, place)?,
        _ => return Err(rejected(Reason::WrongType("array"))),
    }
    Ok(value)
}

fn read_list(ty: &Type, entries: Entries, json: &str, place: Place) -> Result<(), WriteError> {
    let rejected = |reason| WriteError::Rejected { reason, place };
    let one = Type {
        nullable: false,
        ..*ty
    };
    let mut count = 0;
    for (_, element) in Parts::of_array(json) {
        if count == entries.max() {
            return Err(rejected(match entries {
                Entries::AtMost(max) => Reason::TooMany { max },
                Entries::Exactly(count) => Reason::WrongCount { count },
            }));
        }
        read_one(&one, element, place.of_entry(count))?;
        count += 1;
    }
    match entries {
        Entries::Exactly(wanted) if count < wanted => {
            Err(rejected(Reason::WrongCount { count: wanted }))
        }
        _ => Ok(()),
    }
}

fn read_one<'a>(ty: &Type, json: &'a str, place: Place) -> Result<Value<'a>, WriteError> {
    let rejected = |reason| WriteError::Rejected { reason, place };
    let value = parse(json).map_err(rejected)?;
    let fits = |max: u16| {
        let fits = json.len() <= usize::from(max);
        if fits {
            Ok(())
        } else {
            Err(rejected(Reason::TooLong { max }))
        }
    };
    match (ty.kind, value) {
        (_, Value::Null) if ty.nullable => {}
        (Kind::Bool, Value::Bool(_)) => {}
        (Kind::Integer { min, max }, Value::Number(number @ Number::Whole { .. })) => {
            if !number.is_within(min, max) {
                return Err(rejected(Reason::OutOfRange {
                    value: number,
                    min,
                    max,
                }));
            }
        }
        // Whole, but beyond 64 bits: out of every range, and said so.
        (Kind::Integer { min, max }, Value::Number(number @ Number::Real(real)))
            if real.abs() >= 9_007_199_254_740_992.0 =>
        {
            return Err(rejected(Reason::OutOfRange {
                value: number,
                min,
                max,
            }));
        }
        (Kind::Named(values), Value::Number(number)) => {
            let known = |named: &crate::NamedValue| number.as_i64() == Some(named.value);
            if !values.iter().any(known) {
                return Err(rejected(not_named(values, number)));
            }
        }
        (Kind::Float, Value::Number(number)) => {
            if !(number.as_f64() as f32).is_finite() {
                return Err(rejected(Reason::WrongType(ty.name)));
            }
        }
        (Kind::Double, Value::Number(_)) => {}
        (Kind::RealWithin { min, max }, Value::Number(number)) => {
            let real = number.as_f64();
            if !(min as f64..=max as f64).contains(&real) {
                return Err(rejected(Reason::OutOfRange {
                    value: number,
                    min,
                    max,
                }));
            }
        }
        (Kind::Colour, Value::Text(text)) => {
            if !is_colour(text) {
                return Err(rejected(Reason::WrongType("#RRGGBB")));
            }
        }
        (Kind::Text { max }, Value::Text(text)) => {
            if !crate::text::fits(text.chars(), max.into()) {
                return Err(rejected(Reason::TooLong { max }));
            }
        }
        (Kind::Object(shape), Value::Object(json)) => read_object(shape, json, place)?,
        (Kind::FewOf { max, entries }, Value::Array(_)) => {
            if Parts::of_array(json).count() > usize::from(entries) {
                return Err(rejected(Reason::TooMany { max: entries }));
            }
            fits(max)?;
            return Ok(Value::Raw(json));
        }
        (Kind::AnyObject { max }, Value::Object(_))
        | (Kind::AnyArray { max }, Value::Array(_))
        | (Kind::Any { max }, _) => {
            fits(max)?;
            return Ok(Value::Raw(json));
        }
        _ => return Err(rejected(Reason::WrongType(ty.name))),
    }
    Ok(value)
}

/// `#` and six hexadecimal digits.
fn is_colour(text: JsonStr<'_>) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('#') && text.len() == 7 && chars.all(|c| c.is_ascii_hexdigit())
}

/// Names without gaps are a range, which is what deployed clients expect to read.
fn not_named(values: &[crate::NamedValue], value: Number) -> Reason {
    let min = values.iter().map(|named| named.value).min().unwrap_or(0);
    let max = values.iter().map(|named| named.value).max().unwrap_or(0);
    if let Ok(max) = u64::try_from(max)
        && !value.is_within(min, max)
    {
        return Reason::OutOfRange { value, min, max };
    }
    Reason::NotNamed { value }
}

fn read_object(shape: &'static Shape, json: &str, place: Place) -> Result<(), WriteError> {
    for (name, value) in Parts::of_object(json) {
        let Some(field) = shape.field(&JsonStr::from_quoted(name)) else {
            return Err(WriteError::Rejected {
                reason: Reason::UnknownField,
                place,
            });
        };
        let place = place.field(field.name);
        if !field.access.writable() {
            return Err(WriteError::Rejected {
                reason: Reason::ReadOnlyField,
                place,
            });
        }
        read_type(&field.write, value, place)?;
    }
    Ok(())
}

/// Sorts a checked text by its first character.
fn parse(json: &str) -> Result<Value<'_>, Reason> {
    Ok(match json.as_bytes().first() {
        Some(b'n') => Value::Null,
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => Value::Text(JsonStr::from_quoted(json)),
        Some(b'[') => Value::Array(json),
        Some(b'{') => Value::Object(json),
        _ => Value::Number(Number::parse(json).ok_or(Reason::WrongType("double"))?),
    })
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn from_json(json: &'a str) -> Option<Self> {
        match json {
            "null" => Some(None),
            json => T::from_json(json).map(Some),
        }
    }
}

impl FromValue<'_> for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}

impl<'a> FromValue<'a> for JsonStr<'a> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Items<'a, T> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Array(json) => Some(Items {
                json,
                of: PhantomData,
            }),
            _ => None,
        }
    }
}

impl<'a, const N: usize> FromValue<'a> for crate::RawJson<'a, N> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Raw(json) => Self::new(json),
            _ => None,
        }
    }

    /// Of any type, so that its text says all there is to know.
    fn from_json(json: &'a str) -> Option<Self> {
        Self::new(json)
    }
}

macro_rules! whole_numbers {
    ($($ty:ty => $as:ident),*) => {$(
        impl FromValue<'_> for $ty {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Number(number) => number.$as().and_then(|wide| wide.try_into().ok()),
                    _ => None,
                }
            }
        }
    )*};
}

whole_numbers!(u8 => as_u64, u16 => as_u64, u32 => as_u64, u64 => as_u64,
    i8 => as_i64, i16 => as_i64, i32 => as_i64, i64 => as_i64);

impl FromValue<'_> for f64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }
}

impl FromValue<'_> for f32 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        f64::from_value(value).map(|wide| wide as f32)
    }
}

#[cfg(feature = "serde")]
struct Part<'a>(&'a str);

#[cfg(feature = "serde")]
impl serde::Serialize for Part<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for JsonStr<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Decoded<'a>(Chars<'a>);
        impl core::fmt::Display for Decoded<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                use core::fmt::Write;
                self.0
                    .clone()
                    .try_for_each(|character| f.write_char(character))
            }
        }
        serializer.collect_str(&Decoded(self.chars()))
    }
}

/// Serializes a checked JSON text part by part.
#[cfg(feature = "serde")]
pub(crate) fn serialize<S: serde::Serializer>(
    json: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::Serialize;
    let json = json::trim(json);
    match parse(json) {
        Ok(Value::Bool(value)) => serializer.serialize_bool(value),
        Ok(Value::Number(number)) => match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => serializer.serialize_u64(value),
            (None, Some(value)) => serializer.serialize_i64(value),
            (None, None) => serializer.serialize_f64(number.as_f64()),
        },
        Ok(Value::Text(text)) => text.serialize(serializer),
        Ok(Value::Array(json)) => {
            serializer.collect_seq(Parts::of_array(json).map(|(_, element)| Part(element)))
        }
        Ok(Value::Object(json)) => serializer.collect_map(
            Parts::of_object(json).map(|(name, value)| (JsonStr::from_quoted(name), Part(value))),
        ),
        Ok(Value::Null | Value::Raw(_)) | Err(_) => serializer.serialize_unit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, Category, Field, RawJson};

    static SHAPE: Shape = Shape {
        fields: &[
            Field::new("any", Access::ReadWrite, Type::ANY.or_null()),
            Field::new("list", Access::Write, Type::UINT8.list(2)),
        ],
    };

    #[derive(Debug, Default, PartialEq)]
    struct Patch<'a> {
        any: Option<Option<RawJson<'a, 256>>>,
        list: Option<Items<'a, u8>>,
    }

    impl<'a> FromValue<'a> for Patch<'a> {
        fn from_value(value: Value<'a>) -> Option<Self> {
            let mut patch = Self::default();
            for (name, json) in members(value)? {
                if name == *"any" {
                    patch.any = FromValue::from_json(json);
                }
                if name == *"list" {
                    patch.list = FromValue::from_json(json);
                }
            }
            Some(patch)
        }
    }

    #[test]
    fn facts_of_descriptions_are_checked() {
        let range = Type::FLOAT.within(0, 100);
        let signed = Type::DOUBLE.within(-20, 50).or_null();
        let few = Type::ARRAY.few(2);
        let colour = Type::STRING.colour();
        let cases: &[(Type, &str, Result<(), &str>)] = &[
            (range, "0", Ok(())),
            (range, "99.5", Ok(())),
            (range, "100", Ok(())),
            (range, "100.5", Err("Value 100.5 exceeds range 0 to 100")),
            (range, "-0.1", Err("Value -0.1 exceeds range 0 to 100")),
            (range, "1e300", Err("Value 1e300 exceeds range 0 to 100")),
            (range, "\"5\"", Err("value must be float")),
            (signed, "-20", Ok(())),
            (signed, "null", Ok(())),
            (signed, "-21", Err("Value -21 exceeds range -20 to 50")),
            (few, "[]", Ok(())),
            (few, "[1,[2,3,4]]", Ok(())),
            (few, "[1,2,3]", Err("Value exceeds 2 entries")),
            (few, "{}", Err("value must be array")),
            (colour, "\"#00fFaA\"", Ok(())),
            (colour, "\"\\u0023123456\"", Ok(())),
            (colour, "\"#00FFA\"", Err("value must be #RRGGBB")),
            (colour, "\"#00FFAG\"", Err("value must be #RRGGBB")),
            (colour, "\"0123456\"", Err("value must be #RRGGBB")),
            (colour, "\"red\"", Err("value must be #RRGGBB")),
            (colour, "5", Err("value must be string")),
        ];
        for (ty, json, expected) in cases {
            let key = Descriptor::new("key", Access::ReadWrite, Category::Config, *ty);
            let found = match read(&key, json) {
                Ok(_) => Ok(()),
                Err(WriteError::Rejected { reason, .. }) => Err(std::format!("{reason}")),
                Err(other) => panic!("{json}: {other:?}"),
            };
            assert_eq!(found, expected.map_err(|text| text.into()), "{json}");
        }
    }

    #[test]
    fn parts_of_every_type_arrive() {
        let key = Descriptor::new(
            "key",
            Access::Write,
            Category::Config,
            Type::OBJECT.of(&SHAPE).list(3),
        );
        fn patches<'a>(
            key: &Descriptor,
            json: &'a str,
        ) -> Result<Items<'a, Patch<'a>>, WriteError> {
            Items::from_value(read(key, json)?).ok_or(mismatch(key))
        }
        for raw in ["1.5", "\"x\"", "true", "[1]", "{\"a\":[]}"] {
            let json = std::format!("[{{}}, {{\"\\u0061ny\": {raw} }}]");
            let items = patches(&key, &json).expect("satisfies the shape");
            let found: std::vec::Vec<_> = items.iter().map(|patch| patch.any).collect();
            assert_eq!(found, [None, Some(RawJson::new(raw))], "{raw}");
        }
        let items = patches(&key, r#"[{"any":null,"list":[1,255]}]"#).expect("satisfies the shape");
        let patch = items.iter().next().expect("one");
        assert_eq!(patch.any, Some(None));
        assert_eq!(
            patch.list.map(|list| list.iter().collect()),
            Some(std::vec![1, 255])
        );
        for wrong in [
            r#"[{"list":[1,2,3]}]"#,
            r#"[{"list":[256]}]"#,
            r#"[{"list":1}]"#,
            r#"[{"list":[null]}]"#,
            "[{},{},{},{}]",
            "[1]",
        ] {
            assert!(patches(&key, wrong).is_err(), "{wrong}");
        }
    }
}
