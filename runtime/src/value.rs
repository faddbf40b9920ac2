//! One JSON value, read and checked against its [`Type`](crate::Type).
//!
//! [`read`] turns the text of a set into a [`Value`] that satisfies the type;
//! [`FromValue`] then gives it the Rust type that generated code asks for.

use core::marker::PhantomData;

use crate::descriptor::Profile;
use crate::error::{Reason, ValuePath, WriteError};
use crate::json::Cursor;
use crate::named::Named;

pub use crate::checked::Value;
pub use crate::number::Number;
pub use crate::string::JsonStr;

/// A typed look at the elements of a checked array, read as they are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Items<'a, T> {
    source: Elements<'a>,
    of: PhantomData<T>,
}

/// Where the elements of an array are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Elements<'a> {
    Json(&'a str),
    Numbers(&'a [Number]),
}

impl<'a, T: FromValue<'a>> Items<'a, T> {
    /// The elements.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let (json, mut numbers) = match self.source {
            Elements::Json(json) => (json, [].iter()),
            Elements::Numbers(numbers) => ("[]", numbers.iter()),
        };
        let mut cursor = Cursor::new(json);
        cursor.enter();
        core::iter::from_fn(move || match numbers.next() {
            Some(number) => T::from_value(Value::Number(*number)),
            None if cursor.goes_on() => T::from_cursor(&mut cursor),
            None => None,
        })
    }
}

/// A type that generated code makes of a checked [`Value`].
pub trait FromValue<'a>: Sized {
    /// `None` when the value is of another type, which a value that was
    /// checked against the descriptor never is.
    fn from_value(value: Value<'a>) -> Option<Self>;

    /// The same from the part of a checked value that the cursor has come to;
    /// the cursor goes on behind it.
    fn from_cursor(cursor: &mut Cursor<'a>) -> Option<Self> {
        Self::from_value(parse(cursor.value()?)?)
    }
}

impl<'a> Value<'a> {
    /// The value as what `write` takes, for the arms of a generated `match`;
    /// `None` when it is nothing like it.
    ///
    /// It takes the value, which it is called last with, where it lies, and the
    /// scalars below are inlined into it: a copy that is read at once waits for
    /// the parts of which it was just made.
    #[allow(clippy::wrong_self_convention, reason = "the value is done with")]
    pub fn into_write<T: FromValue<'a>, W>(&self, write: fn(T) -> W) -> Option<W> {
        T::from_value(*self).map(write)
    }
}

/// Returns the error for a checked value of an unexpected type: a fault of the
/// generated table, not of whoever sent the value.
pub fn mismatch(profile: &Profile) -> WriteError {
    WriteError::Rejected {
        reason: Reason::WrongType(profile.write.word()),
        path: ValuePath::TOP,
    }
}

/// Reads one value, which is all of the text, into `value` and checks it against a
/// key's type.
///
/// Into a place of the caller's: a value that is returned is copied on its way,
/// and a small one costs more to copy than to read.
///
/// Of several faults the first of these wins: not JSON, the wrong type, out of
/// range or too long; inside arrays and objects, the one that comes first.
///
/// # Errors
/// As above.
#[inline]
pub fn read<'a>(profile: &Profile, json: &'a str, value: &mut Value<'a>) -> Result<(), WriteError> {
    crate::reader::read(&profile.write, json, value)
}

/// Checks a value that was never a text against a key's type: a number, a truth value,
/// `null`, or a list of numbers.
///
/// # Errors
/// As of [`read`], for the same reasons.
pub fn check(profile: &Profile, value: &Value<'_>) -> Result<(), WriteError> {
    crate::reader::check(&profile.write, value)
}

/// Sorts a checked text by its first character.
pub(crate) fn parse(json: &str) -> Option<Value<'_>> {
    Some(match json.as_bytes().first() {
        Some(b'n') => Value::Null,
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => Value::Text(JsonStr::from_quoted(json)),
        Some(b'[') => Value::Array(json),
        Some(b'{') => Value::Object(json),
        _ => Value::Number(Number::read(json, &mut 0).ok()?),
    })
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn from_cursor(cursor: &mut Cursor<'a>) -> Option<Self> {
        match cursor.null() {
            true => Some(None),
            false => T::from_cursor(cursor).map(Some),
        }
    }
}

impl<'a, T: Named> FromValue<'a> for T {
    fn from_value(value: Value<'a>) -> Option<Self> {
        i64::from_value(value).and_then(T::from_number)
    }
}

impl FromValue<'_> for bool {
    #[inline]
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

    fn from_cursor(cursor: &mut Cursor<'a>) -> Option<Self> {
        cursor.string()
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Items<'a, T> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        let source = match value {
            Value::Array(json) => Elements::Json(json),
            Value::Numbers(numbers) => Elements::Numbers(numbers),
            _ => return None,
        };
        Some(Items {
            source,
            of: PhantomData,
        })
    }
}

impl<'a, const N: usize> FromValue<'a> for crate::RawJson<'a, N> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Raw(json) => Self::of_checked(json),
            _ => None,
        }
    }

    /// Of any type, so that its text says all there is to know.
    fn from_cursor(cursor: &mut Cursor<'a>) -> Option<Self> {
        Self::of_checked(cursor.value()?)
    }
}

macro_rules! whole_numbers {
    ($($ty:ty => $as:ident),*) => {$(
        impl FromValue<'_> for $ty {
            #[inline]
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
    #[inline]
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }
}

impl FromValue<'_> for f32 {
    #[inline]
    fn from_value(value: Value<'_>) -> Option<Self> {
        f64::from_value(value).map(|wide| wide as f32)
    }
}

/// Serializes a checked JSON text part by part.
#[cfg(feature = "serde")]
pub(crate) fn serialize<S: serde::Serializer>(
    json: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::Serialize;
    struct Part<'a>(&'a str);
    impl serde::Serialize for Part<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serialize(self.0, serializer)
        }
    }
    let json = crate::json::trim(json);
    let mut cursor = Cursor::new(json);
    match parse(json) {
        Some(Value::Bool(value)) => serializer.serialize_bool(value),
        Some(Value::Number(number)) => match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => serializer.serialize_u64(value),
            (None, Some(value)) => serializer.serialize_i64(value),
            (None, None) if number.is_infinite() => serializer.serialize_unit(),
            (None, None) => serializer.serialize_f64(number.as_f64()),
        },
        Some(Value::Text(text)) => text.serialize(serializer),
        Some(Value::Array(_)) => {
            cursor.enter();
            serializer.collect_seq(core::iter::from_fn(|| match cursor.goes_on() {
                true => cursor.value().map(Part),
                false => None,
            }))
        }
        Some(Value::Object(_)) => {
            cursor.enter();
            serializer.collect_map(core::iter::from_fn(|| {
                Some((cursor.member()?, Part(cursor.value()?)))
            }))
        }
        Some(Value::Null | Value::Raw(_) | Value::Numbers(_)) | None => serializer.serialize_unit(),
    }
}

/// Structure and numbers are passed on, not the text: a serializer may write
/// something else than JSON.
#[cfg(feature = "serde")]
impl<const N: usize> serde::Serialize for crate::RawJson<'_, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.as_str(), serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, Category, Field, RawJson, Shape, Type};

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

    crate::patch!(Patch<'a>: "any" any, "list" list);

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
            let key = Profile::new(Access::ReadWrite, Category::Config, *ty);
            let found = match read(&key, json, &mut Value::Null) {
                Ok(()) => Ok(()),
                Err(WriteError::Rejected { reason, .. }) => Err(std::format!("{reason}")),
                Err(other) => panic!("{json}: {other:?}"),
            };
            assert_eq!(found, expected.map_err(|text| text.into()), "{json}");
        }
    }

    #[test]
    fn parts_of_every_type_arrive() {
        let key = Profile::new(
            Access::Write,
            Category::Config,
            Type::OBJECT.of(&SHAPE).list(3),
        );
        fn patches<'a>(key: &Profile, json: &'a str) -> Result<Items<'a, Patch<'a>>, WriteError> {
            let mut value = Value::Null;
            read(key, json, &mut value)?;
            Items::from_value(value).ok_or(mismatch(key))
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
            r#"[{"list":[1,2,3]}]"#, r#"[{"list":[256]}]"#, r#"[{"list":1}]"#,
            r#"[{"list":[null]}]"#, "[{},{},{},{}]", "[1]",
        ] {
            assert!(patches(&key, wrong).is_err(), "{wrong}");
        }
    }
}
