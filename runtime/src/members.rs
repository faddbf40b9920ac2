//! Code shared by all structs with one field per member: the objects of the
//! shapes, and the readings.
//!
//! A list of `"name on the wire" field` says all there is to say of such a
//! struct, so that generated code is that list. `[..]` behind a field says that
//! it is a list, `[?]` that it is a list or `null`.

/// Prints a struct as an object, and gives it `serde::Serialize` for tools on a
/// host.
///
/// `object!(Point<'_>: "x" x, "allY" [..] all_y)`.
#[macro_export]
macro_rules! object {
    ($name:ident $(<$life:lifetime>)?: $($wire:literal $([$($list:tt)*])? $field:ident),* $(,)?) => {
        $crate::stored_object!($name $(<$life>)?: $($wire $field),*);
        $crate::serialize!($name $(<$life>)?: { $($field),* } $($wire $([$($list)*])? $field),*);
    };
}

/// Prints a struct as an object, without `serde::Serialize`.
///
/// `stored_object!(Point<'_>: "x" x, "allY" all_y)`.
#[macro_export]
macro_rules! stored_object {
    ($name:ident $(<$life:lifetime>)?: $($wire:literal $field:ident),* $(,)?) => {
        impl $crate::ToJson for $name $(<$life>)? {
            fn write(&self, out: &mut $crate::Out<'_>) {
                out.object(&[$(($wire, &self.$field)),*]);
            }
        }
    };
}

/// Reads a struct from an object: a field is `None` when its member is absent.
///
/// `patch!(PointPatch<'a>: "x" x, "allY" all_y)`; without a lifetime of its own
/// the name alone.
#[macro_export]
macro_rules! patch {
    ($name:ident: $($members:tt)*) => {
        $crate::patch!(@impl ['value] $name: $($members)*);
    };
    ($name:ident<$life:lifetime>: $($members:tt)*) => {
        $crate::patch!(@impl [$life] $name<$life>: $($members)*);
    };
    (@impl [$life:lifetime] $name:ty: $($wire:literal $field:ident),* $(,)?) => {
        impl<$life> $crate::FromValue<$life> for $name {
            fn from_value(value: $crate::Value<$life>) -> Option<Self> {
                match value {
                    $crate::Value::Object(json) => {
                        Self::from_cursor(&mut $crate::json::Cursor::new(json))
                    }
                    _ => None,
                }
            }

            fn from_cursor(cursor: &mut $crate::json::Cursor<$life>) -> Option<Self> {
                #[allow(unused_mut, reason = "a shape may have nothing to write")]
                let mut patch = Self::default();
                cursor.enter();
                while let Some(_name) = cursor.member() {
                    $(if _name == *$wire {
                        patch.$field = $crate::FromValue::from_cursor(cursor);
                        continue;
                    })*
                    cursor.value()?;
                }
                Some(patch)
            }
        }
    };
}

/// `serde::Serialize` as a map, for tools on a host; independent of how the
/// device prints it, so that each can be held against the other.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! serialize {
    ($name:ident $(<$life:lifetime>)?: { $($parts:tt)* } $($wire:literal $([$($list:tt)*])? $($field:ident)? $(= $json:literal)?),* $(,)?) => {
        impl $crate::serde::Serialize for $name $(<$life>)? {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                use $crate::serde::ser::SerializeMap as _;
                const MEMBERS: &[&str] = &[$($wire),*];
                let Self { $($parts)* } = self;
                #[allow(unused_mut, reason = "a shape may have nothing to read")]
                let mut map = serializer.serialize_map(Some(MEMBERS.len()))?;
                $(map.serialize_entry($wire, $crate::serialize!(@value $([$($list)*])? $($field)? $($json)?))?;)*
                map.end()
            }
        }
    };
    (@value [..] $value:expr) => { &$value[..] };
    (@value [?] $value:expr) => { &$value.as_ref().map(|list| &list[..]) };
    (@value $json:literal) => { &$crate::Constant($json) };
    (@value $value:expr) => { $value };
}

/// The part of [`object!`] that only tools on a host have.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! serialize {
    ($($members:tt)*) => {};
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros write for public structs")]
mod tests {
    use crate::{
        Access, Category, Field, FromValue, JsonStr, List, Out, Profile, Shape, Text, Type, value,
    };

    struct Point<'a> {
        name: Text<'a, 8>,
        all_x: List<u8, 3>,
        all_y: Option<List<u8, 3>>,
    }

    crate::object!(Point<'_>: "name" name, "allX" [..] all_x, "allY" [?] all_y);

    #[derive(Debug, Default, PartialEq)]
    struct PointPatch<'a> {
        name: Option<JsonStr<'a>>,
        r#mod: Option<Option<u8>>,
    }

    crate::patch!(PointPatch<'a>: "name" name, "mod" r#mod);

    struct Nothing;

    crate::stored_object!(Nothing:);

    #[derive(Default)]
    struct NothingPatch {}

    crate::patch!(NothingPatch:);

    fn json<T: crate::ToJson>(value: &T) -> std::string::String {
        let mut buffer = [0; 64];
        let mut out = Out::new(&mut buffer);
        out.value(value);
        let bytes = out.written().expect("fits");
        std::str::from_utf8(bytes).expect("utf-8").into()
    }

    #[test]
    fn prints_members() {
        let mut point = Point {
            name: Text::cut("a\"b"),
            all_x: List::new(),
            all_y: None,
        };
        assert_eq!(json(&point), r#"{"name":"a\"b","allX":[],"allY":null}"#);
        point.all_y = Some([1, 2].into());
        assert_eq!(json(&point), r#"{"name":"a\"b","allX":[],"allY":[1,2]}"#);
        assert_eq!(json(&Nothing), "{}");
    }

    #[test]
    fn reads_what_was_sent() {
        static SHAPE: Shape = Shape {
            fields: &[
                Field::new("name", Access::Write, Type::STRING),
                Field::new("mod", Access::Write, Type::UINT8.or_null()),
            ],
        };
        let point = Profile::new(Access::Write, Category::Other, Type::OBJECT.of(&SHAPE));
        let read = |raw| {
            let mut value = value::Value::Null;
            value::read(&point, raw, &mut value).expect(raw);
            PointPatch::from_value(value).expect(raw)
        };
        assert_eq!(read("{}"), PointPatch::default());
        assert_eq!(read(r#"{"mod":null}"#).r#mod, Some(None));
        let patch = read(r#"{"name":"x","mod":7}"#);
        assert_eq!(patch.r#mod, Some(Some(7)));
        assert!(patch.name.is_some_and(|name| name == *"x"));
        let mut value = value::Value::Null;
        value::read(&point, "{}", &mut value).expect("an object");
        assert!(NothingPatch::from_value(value).is_some());
        assert!(NothingPatch::from_value(value::Value::Null).is_none());
    }
}
