//! Code shared by the structs and the enum of a whole table: the readings,
//! the settings, the writes.
//!
//! A list of names says all there is to say of each, so that generated code is
//! that list; what is done with it stands here, once, and must never know a table.

/// Lets a struct of all readable, or of all stored, keys be rendered.
///
/// `render!(Readings<'_>, REGISTRY, readable: 3 { a, b: [b0, b1] } "a" a, "b0" b0, "b1" b1)`:
/// how many keys there are,
/// what the struct is taken apart by, and each key with its part, or with its JSON if it
/// never has another value. The readings get
/// `serde::Serialize`, too; the settings must not, for they hold secrets.
#[macro_export]
macro_rules! render {
    ($name:ident $(<$life:lifetime>)?, $registry:ident, readable: $count:literal $($members:tt)*) => {
        $crate::render!(@impl $name $(<$life>)?, $registry, descriptor, descriptor.access.readable(); $count $($members)*);
        $crate::serialize!($name $(<$life>)?: $($members)*);
    };
    ($name:ident $(<$life:lifetime>)?, $registry:ident, stored: $($members:tt)*) => {
        $crate::render!(@impl $name $(<$life>)?, $registry, descriptor, descriptor.is_stored(); $($members)*);
    };
    (@impl $name:ident $(<$life:lifetime>)?, $registry:ident, $descriptor:ident, $has:expr;
        $count:literal { $($parts:tt)* } $($wire:literal $([$($list:tt)*])? $($field:ident)? $(= $json:literal)?),* $(,)?) => {
        impl $crate::Render for $name $(<$life>)? {
            const REGISTRY: &'static $crate::Registry = &$registry;

            fn has($descriptor: &$crate::Descriptor) -> bool {
                $has
            }

            fn values<R>(&self, take: impl FnOnce(&[&dyn $crate::ToJson]) -> R) -> R {
                // A compiler is quicker with a function that says whose the parts are.
                fn all<'s>(
                    $name { $($parts)* }: &'s $name $(<$life>)?,
                ) -> [&'s dyn $crate::ToJson; $count] {
                    [$($crate::render!(@value $($field)? $($json)?)),*]
                }
                take(&all(self))
            }
        }
    };
    (@value $json:literal) => { &$crate::Constant($json) };
    (@value $field:ident) => { $field };
}

/// Gives the enum of all writes its parser.
///
/// `writes!(Write<'a>, Key: A, C, ; B[B0 B1],)`: keys first, then families, each
/// with its keys, which follow one another in the table; behind another `;` those that
/// the device keeps, which have one variant.
#[macro_export]
macro_rules! writes {
    ($name:ident $(<$life:lifetime>)?, $key:ident: ;) => {
        impl $name {
            /// Nothing can be written.
            ///
            /// # Errors
            /// Always.
            pub fn parse(_key: $key, _json: &str) -> Result<Self, $crate::WriteError> {
                Err($crate::WriteError::WithoutSetter)
            }

            /// Nothing can be written.
            ///
            /// # Errors
            /// Always.
            pub fn of(_key: $key, _value: $crate::Value<'_>) -> Result<Self, $crate::WriteError> {
                Err($crate::WriteError::WithoutSetter)
            }
        }

        $crate::writes!(@debug $name);
    };
    ($name:ident $(<$life:lifetime>)?, $key:ident:
        $($variant:ident,)* ; $($family:ident[$first:ident $($member:ident)*],)* $(; $($kept:ident,)+)?) => {
        impl $(<$life>)? $name $(<$life>)? {
            /// Parses and checks the JSON text of a set.
            ///
            /// # Errors
            /// The key cannot be written, the text is not JSON, or the value does not
            /// satisfy the table, in this order.
            pub fn parse(key: $key, json: &$($life)? str) -> Result<Self, $crate::WriteError> {
                let descriptor = key.descriptor();
                if !descriptor.access.writable() {
                    return Err($crate::WriteError::WithoutSetter);
                }
                let mut value = $crate::value::Value::Null;
                $crate::value::read(descriptor, json, &mut value)?;
                Self::of_checked(key, &value)
            }

            /// Checks a value that was never a text.
            ///
            /// # Errors
            /// The key cannot be written, or the value does not satisfy the table.
            pub fn of(key: $key, value: $crate::Value<$($life)?>) -> Result<Self, $crate::WriteError> {
                let descriptor = key.descriptor();
                if !descriptor.access.writable() {
                    return Err($crate::WriteError::WithoutSetter);
                }
                $crate::value::check(descriptor, &value)?;
                Self::of_checked(key, &value)
            }

            #[inline]
            fn of_checked(key: $key, value: &$crate::Value<$($life)?>) -> Result<Self, $crate::WriteError> {
                #[allow(unreachable_patterns, reason = "a table may have writable keys alone")]
                let write = match key {
                    $($key::$variant => value.into_write($name::$variant),)*
                    $($key::$first $(| $key::$member)* => {
                        let place = key as usize - $key::$first as usize;
                        $crate::Index::new(place)
                            .zip($crate::FromValue::from_value(*value))
                            .map(|(index, of)| $name::$family(index, of))
                    })*
                    $($($key::$kept)|+ => {
                        let key = key.index();
                        Some($name::Kept($crate::KeptWrite { key, value: *value }))
                    })?
                    _ => return Err($crate::WriteError::WithoutSetter),
                };
                write.ok_or_else(|| $crate::value::mismatch(key.descriptor()))
            }
        }

        $crate::write_key!($name $(<$life>)?, $key:
            $($variant,)* ; $($family[$first $($member)*],)* $(; $($kept,)+)?);
        $crate::writes!(@debug $name $(<$life>)?);
    };
    (@debug $name:ident $(<$life:lifetime>)?) => {
        /// Nothing of it: what is written may be a secret.
        impl $(<$life>)? core::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("Write(..)")
            }
        }
    };
}

/// The part of [`writes!`] that only tools on a host have, since a compiler takes long
/// for it: whoever parses a write knows its key.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! write_key {
    ($name:ident $(<$life:lifetime>)?, $key:ident:
        $($variant:ident,)* ; $($family:ident[$first:ident $($member:ident)*],)* $(; $($kept:ident,)+)?) => {
        impl $(<$life>)? $name $(<$life>)? {
            /// The key it writes.
            pub const fn key(&self) -> $key {
                match self {
                    $($name::$variant(_) => $key::$variant,)*
                    $($name::$family(index, _) => $key::ALL[$key::$first as usize + index.get()],)*
                    $($name::Kept(write) => {
                        // Repeats as there are any.
                        let _ = [$($key::$kept),+];
                        $key::ALL[write.key.0 as usize]
                    })?
                }
            }
        }
    };
}

/// The part of [`writes!`] that only tools on a host have.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! write_key {
    ($($writes:tt)*) => {};
}
