//! What every enum of named values has in common.

/// Gives an enum of named values its numbers and names, on the wire and in Rust.
///
/// `named_values!(Scas: None = 0 "None", Scanning = 1 "Scanning")`.
#[macro_export]
macro_rules! named_values {
    ($name:ident: $($variant:ident = $number:literal $spelling:literal),* $(,)?) => {
        impl $name {
            /// How the table spells the values, in its order.
            pub const VALUES: &'static [$crate::NamedValue] = &[
                $($crate::NamedValue { name: $spelling, value: $number }),*
            ];

            /// The number on the wire.
            pub const fn number(self) -> i64 {
                self as i64
            }

            /// The value with that number.
            pub const fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some($name::$variant),)* _ => None }
            }
        }

        impl Eq for $name {}

        /// As the table spells it.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::named::debug(Self::VALUES, self.number(), f)
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

/// The name of a number.
#[doc(hidden)]
pub fn debug(
    values: &[crate::NamedValue],
    number: i64,
    f: &mut core::fmt::Formatter<'_>,
) -> core::fmt::Result {
    let value = values.iter().find(|value| value.value == number);
    f.write_str(value.map_or("?", |value| value.name))
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
    use crate::{Access, Category, Descriptor, FromValue, Out, Type, value};

    #[derive(Clone, Copy, PartialEq)]
    enum Light {
        Off = -1,
        On = 7,
    }

    crate::named_values!(Light: Off = -1 "Off", On = 7 "On");

    #[test]
    fn numbers_both_ways() {
        assert_eq!(Light::Off as i64, Light::Off.number());
        assert_eq!(std::format!("{:?}", Light::Off), "Off");
        let light = Descriptor::new(
            "light",
            Access::Write,
            Category::Other,
            Type::INT8.named(Light::VALUES).or_null(),
        );
        let read = |raw| {
            let value = value::read(&light, raw)?;
            Option::<Light>::from_value(value).ok_or(value::mismatch(&light))
        };
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
        assert_eq!(Type::INT8.named(Light::VALUES).bound(), 2);
    }
}
