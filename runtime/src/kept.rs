//! Settings that a device keeps and does nothing by: checked, stored, read back.
//!
//! A generated struct has a field for each, of a type that is [`Keep`], and
//! the macro `kept!` gives it what it does with them. Keys that never change have
//! no field: their value is a [`Constant`]. This must never know a key.

use heapless::{String, Vec};

use crate::checked::Value;
use crate::error::Refusal;
use crate::key_set::KeyIndex;
use crate::out::{Out, ToJson};
use crate::text::{RawJson, Text};
use crate::value::{FromValue, Items};

/// A write of a setting that the device keeps: parsed and checked against the table.
#[derive(Clone, Copy)]
pub struct KeptWrite<'a> {
    #[doc(hidden)]
    pub key: KeyIndex,
    #[doc(hidden)]
    pub value: Value<'a>,
}

/// What a device holds of a setting that it keeps.
pub trait Keep: ToJson {
    /// Takes a checked value; `false` and nothing taken when it is none of this type,
    /// or does not fit, which one that was checked against the descriptor always does.
    fn keep(&mut self, value: Value<'_>) -> bool;
}

impl<T: Copy + ToJson + for<'a> FromValue<'a>> Keep for T {
    fn keep(&mut self, value: Value<'_>) -> bool {
        let taken = T::from_value(value);
        *self = taken.unwrap_or(*self);
        taken.is_some()
    }
}

/// A text of at most `N` bytes, or `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptText<const N: usize>(Option<String<N>>);

impl<const N: usize> KeptText<N> {
    /// The text; one that is longer is cut.
    pub fn of(text: &str) -> Self {
        let text = Text::<N>::cut(text);
        KeptText(String::try_from(text.as_str()).ok())
    }

    /// `null`.
    pub const NULL: Self = KeptText(None);

    /// The text, unless it is `null`.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<const N: usize> ToJson for KeptText<N> {
    fn write(&self, out: &mut Out<'_>) {
        self.as_str().map(Text::<N>::cut).write(out);
    }
}

impl<const N: usize> Keep for KeptText<N> {
    fn keep(&mut self, value: Value<'_>) -> bool {
        let taken = match value {
            Value::Null => Some(Self::NULL),
            Value::Text(text) => text.decode().map(|text| KeptText(Some(text))),
            _ => None,
        };
        take(self, taken)
    }
}

/// A list of at most `N` numbers, truth values or the like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptList<T, const N: usize>(Vec<T, N>);

impl<T: Copy, const N: usize> KeptList<T, N> {
    /// The list; what is beyond its length is left out.
    pub fn of(items: &[T]) -> Self {
        KeptList(items.iter().copied().take(N).collect())
    }
}

impl<T, const N: usize> KeptList<T, N> {
    /// The entries.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T: ToJson, const N: usize> ToJson for KeptList<T, N> {
    fn write(&self, out: &mut Out<'_>) {
        self.0.write(out);
    }
}

impl<T: Copy + ToJson + for<'a> FromValue<'a>, const N: usize> Keep for KeptList<T, N> {
    fn keep(&mut self, value: Value<'_>) -> bool {
        let items = Items::<T>::from_value(value);
        let taken = items.and_then(|items| {
            let mut all = Vec::new();
            let fits = items.iter().all(|item| all.push(item).is_ok());
            fits.then_some(KeptList(all))
        });
        take(self, taken)
    }
}

/// JSON of which the table says no more, at most `N` bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptJson<const N: usize>(String<N>);

impl<const N: usize> KeptJson<N> {
    /// The value of this text; `null` if it is longer or no JSON.
    pub fn of(json: &str) -> Self {
        let json = RawJson::<N>::new(json).unwrap_or_default();
        KeptJson(String::try_from(json.as_str()).unwrap_or_default())
    }

    fn raw(&self) -> RawJson<'_, N> {
        RawJson::of_checked(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> ToJson for KeptJson<N> {
    fn write(&self, out: &mut Out<'_>) {
        self.raw().write(out);
    }
}

impl<const N: usize> Keep for KeptJson<N> {
    fn keep(&mut self, value: Value<'_>) -> bool {
        let text = match value {
            Value::Null => Some("null"),
            Value::Raw(json) => Some(json),
            _ => None,
        };
        let taken = text.and_then(|json| String::try_from(json).ok());
        take(self, taken.map(KeptJson))
    }
}

fn take<T>(place: &mut T, taken: Option<T>) -> bool {
    let fits = taken.is_some();
    if let Some(taken) = taken {
        *place = taken;
    }
    fits
}

/// The value of a key that never changes, as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Constant(pub &'static str);

impl ToJson for Constant {
    fn write(&self, out: &mut Out<'_>) {
        out.put(self.0.as_bytes());
    }
}

/// The refusal of a value that was checked and is none of the type that holds it: a
/// fault of the generated table.
#[doc(hidden)]
pub const UNKEPT: Refusal = Refusal::new("is not of the type that holds it");

/// Gives the struct of all settings that a device keeps their first values, and the way
/// to change them.
///
/// `kept!(Kept, Key: A a = false, B b = KeptText::of("x"))`.
#[macro_export]
macro_rules! kept {
    ($name:ident, $key:ident: $($variant:ident $field:ident = $first:expr),* $(,)?) => {
        impl $name {
            /// The settings of a new device, as the table states them.
            pub fn new() -> Self {
                $name { $($field: $first),* }
            }

            /// Takes a setting over.
            ///
            /// # Errors
            /// Its key is none of these, which the table alone can be at fault for.
            pub fn keep(&mut self, write: $crate::KeptWrite<'_>) -> Result<(), $crate::Refusal> {
                let fits = match $key::from_index(write.key) {
                    $(Some($key::$variant) => $crate::Keep::keep(&mut self.$field, write.value),)*
                    _ => false,
                };
                match fits {
                    true => Ok(()),
                    false => Err($crate::kept::UNKEPT),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        /// Nothing of it: a setting may be a secret.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

#[cfg(feature = "serde")]
impl<const N: usize> serde::Serialize for KeptText<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.as_str(), serializer)
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize, const N: usize> serde::Serialize for KeptList<T, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0[..], serializer)
    }
}

#[cfg(feature = "serde")]
impl<const N: usize> serde::Serialize for KeptJson<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.raw(), serializer)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Constant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::value::serialize(self.0, serializer)
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String as StdString;

    use super::*;
    use crate::{Access, Category, Profile, Type, value};

    fn json(value: &impl ToJson) -> StdString {
        let mut buffer = [0; 64];
        let mut out = Out::new(&mut buffer);
        value.write(&mut out);
        let written = out.written().expect("fits");
        StdString::from_utf8(written.to_vec()).expect("UTF-8")
    }

    /// Checks each text against a type and keeps it; what is read back, in order.
    fn keep<T: Keep>(mut place: T, ty: Type, texts: &[&str]) -> std::vec::Vec<StdString> {
        let profile = Profile::new(Access::ReadWrite, Category::Config, ty);
        let mut all = std::vec![json(&place)];
        for text in texts {
            let mut value = Value::Null;
            let read = value::read(&profile, text, &mut value);
            all.push(match read {
                Ok(()) if place.keep(value) => json(&place),
                Ok(()) => "not kept".into(),
                Err(error) => format!("{error:?}").split(' ').next().unwrap_or("").into(),
            });
        }
        all
    }

    #[test]
    fn what_was_set_reads_back() {
        assert_eq!(
            keep(false, Type::BOOL, &["true", "1"]),
            ["false", "true", "Rejected"]
        );
        assert_eq!(
            keep(None::<u8>, Type::UINT8.or_null(), &["7", "null", "256"]),
            ["null", "7", "null", "Rejected"],
        );
        assert_eq!(
            keep(0.5f32, Type::FLOAT, &["49.8", "1e1"]),
            ["0.5", "49.79999924", "10"]
        );
        assert_eq!(
            keep(
                KeptText::<4>::of("häß"),
                Type::STRING.at_most(4).or_null(),
                &[r#""a\u0041""#, "null", r#""12345""#,]
            ),
            [r#""hä""#, r#""aA""#, "null", "Rejected"],
        );
        assert_eq!(
            keep(
                KeptList::<u8, 3>::of(&[1, 2, 3, 4]),
                Type::UINT8.list(3),
                &["[]", "[ 3,1 ]"]
            ),
            ["[1,2,3]", "[]", "[3,1]"],
        );
        assert_eq!(
            keep(
                KeptJson::<16>::of("{}"),
                Type::ANY,
                &["[1, 2.]", r#"{"a":null}"#, "null"]
            ),
            ["{}", "[1, 2]", r#"{"a":null}"#, "null"],
        );
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut text = KeptText::<4>::of("abcd");
        assert!(!text.keep(Value::Bool(true)));
        let mut list = KeptList::<u8, 1>::of(&[1]);
        assert!(!list.keep(Value::Array("[1,2]")));
        let mut raw = KeptJson::<4>::of("true");
        assert!(!raw.keep(Value::Raw("[1,2]")));
        let found = [
            json(&text),
            json(&list),
            json(&raw),
            json(&Constant("[null]")),
        ];
        assert_eq!(found, [r#""abcd""#, "[1]", "true", "[null]"]);
        assert_eq!(json(&KeptJson::<4>::of("too long")), "null");
    }
}
