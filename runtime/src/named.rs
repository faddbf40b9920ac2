//! What every enum of named values has in common.

/// Gives an enum of named values its number, both ways, on the wire and in Rust.
///
/// `named_values!(Scas: None = 0, Scanning = 1)`.
#[macro_export]
macro_rules! named_values {
    ($name:ident: $($variant:ident = $number:literal),* $(,)?) => {
        impl $name {
            /// The number on the wire.
            pub const fn number(self) -> i64 {
                match self { $($name::$variant => $number),* }
            }

            /// The value with that number.
            pub const fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some($name::$variant),)* _ => None }
            }
        }

        impl $crate::ToJson for $name {
            fn write(&self, out: &mut $crate::Out<'_>) {
                out.value(&self.number());
            }
        }

        impl<'a> $crate::FromValue<'a> for $name {
            fn from_value(value: $crate::Value<'a>) -> Option<Self> {
                i64::from_value(value).and_then(Self::from_number)
            }
        }

        $crate::serialize_named_value!($name);
    };
}

/// The part of [`named_values!`] that only tools on a host have.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_named_value {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.number())
            }
        }
    };
}

/// The part of [`named_values!`] that only tools on a host have.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_named_value {
    ($name:ident) => {};
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro writes for public enums")]
mod tests {
    use crate::{Access, Category, Descriptor, NamedValue, Out, Type, value};

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Light {
        Off = -1,
        On = 7,
    }

    crate::named_values!(Light: Off = -1, On = 7);

    static LIGHT: [NamedValue; 2] = [
        NamedValue {
            name: "Off",
            value: -1,
        },
        NamedValue {
            name: "On",
            value: 7,
        },
    ];

    #[test]
    fn numbers_both_ways() {
        assert_eq!(Light::Off as i64, Light::Off.number());
        let light = Descriptor::new(
            "light",
            Access::Write,
            Category::Other,
            Type::INT8.named(&LIGHT).or_null(),
        );
        let read = |raw| value::read(&light, raw)?.to::<Option<Light>>(&light);
        assert_eq!(read("-1"), Ok(Some(Light::Off)));
        assert_eq!(read("7"), Ok(Some(Light::On)));
        assert_eq!(read("null"), Ok(None));
        assert!(read("0").is_err());
        assert!(read("8").is_err());
        assert!(read("\"On\"").is_err());
        let mut buffer = [0; 2];
        let mut out = Out::new(&mut buffer);
        out.value(&Light::Off);
        assert_eq!(out.written(), Some(b"-1".as_slice()));
        assert_eq!(light.write.bound(), 4);
        assert_eq!(Type::INT8.named(&LIGHT).bound(), 2);
    }
}
