//! Code shared by all enums of named values: the macro that makes them.

/// Makes an enum of named values: of each the variant, and its number and name
/// on the wire.
///
/// `named_values!(/** State. */ Wst: Idle: 0 "IDLE", NoShield = 10: 10 "NO_SHIELD")`:
/// a number that is not the one after the last stands at the variant, too, so that
/// Rust's own number of it is the same.
#[macro_export]
macro_rules! named_values {
    ($(#[$doc:meta])* $name:ident: $($variant:ident $(= $own:literal)? : $number:literal $spelling:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $spelling] $variant $(= $own)?,)*
        }

        impl $crate::Named for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const VALUES: &'static [$crate::NamedValue] =
                &$crate::NamedValue::list([$(($spelling, $number)),*]);

            fn number(self) -> i64 {
                self as i64
            }
        }

        /// As the table spells it.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str($crate::named::name(<Self as $crate::Named>::VALUES, *self as i64))
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
                serializer.serialize_i64($crate::Named::number(*self))
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
    use crate::{Access, Category, FromValue, Named, Out, Profile, Type, value};

    crate::named_values!(/** A light. */ Light: Off = -1: -1 "Off", On = 7: 7 "On");

    #[test]
    fn numbers_both_ways() {
        assert_eq!((Light::Off.number(), Light::On as i64), (-1, 7));
        assert_eq!(std::format!("{:?}", Light::Off), "Off");
        let light = Profile::new(
            Access::Write,
            Category::Other,
            Type::INT8.named(Light::VALUES).or_null(),
        );
        let read = |raw| {
            let mut value = value::Value::Null;
            value::read(&light, raw, &mut value)?;
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
