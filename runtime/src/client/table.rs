//! What generated lists of names become: implementations of [`Members`](super::Members)
//! and [`Json`](super::Json), and the enum of what can be set.

/// Gives a struct its members:
/// `client_object!(Status, others { a, b: Family([b0, b1]) } "a" a, "b0" b0, "b1" b1)`: the field
/// that keeps what is no member, what the struct is taken apart by, and each member with
/// its part.
#[doc(hidden)]
#[macro_export]
macro_rules! client_object {
    ($name:ident, $others:ident $($members:tt)*) => {
        $crate::client_members!($name, $others $($members)*);

        /// As the JSON that it is.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
    };
}

/// The same for what is sent, which may hold secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! client_patch {
    ($name:ident, $others:ident $($members:tt)*) => {
        $crate::client_members!($name, $others $($members)*);

        /// Nothing of it: what is written may be a secret.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

/// The part that both have.
#[doc(hidden)]
#[macro_export]
macro_rules! client_members {
    ($name:ident, $others:ident { $($parts:tt)* } $($wire:literal $part:ident),* $(,)?) => {
        impl $crate::client::Members for $name {
            fn fields(&self) -> $crate::client::Vec<(&'static str, &dyn $crate::client::Member)> {
                let $name { $others: _, $($parts)* } = self;
                $crate::client::vec![$(($wire, $part)),*]
            }

            fn fields_mut(
                &mut self,
            ) -> $crate::client::Vec<(&'static str, &mut dyn $crate::client::Member)> {
                let $name { $others: _, $($parts)* } = self;
                $crate::client::vec![$(($wire, $part)),*]
            }

            fn others(&self) -> &$crate::client::Others {
                &self.$others
            }

            fn others_mut(&mut self) -> &mut $crate::client::Others {
                &mut self.$others
            }
        }

        impl $crate::client::Json for $name {
            fn read(json: &str) -> Option<Self> {
                $crate::client::read(json)
            }

            fn print(&self, out: &mut $crate::client::String) {
                $crate::client::print(self, out);
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::json::JsonError;

            fn from_str(json: &str) -> Result<Self, Self::Err> {
                $crate::client::Members::parse(json)
            }
        }

        /// As JSON.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&$crate::client::text(self))
            }
        }

        impl $crate::client::serde_crate::Serialize for $name {
            fn serialize<S: $crate::client::serde_crate::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::client::serialize(self, serializer)
            }
        }

        impl<'de> $crate::client::serde_crate::Deserialize<'de> for $name {
            fn deserialize<D: $crate::client::serde_crate::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::client::deserialize(deserializer)
            }
        }
    };
}

/// Gives a struct of the positions of an array what reads and prints them:
/// `client_positions!(NrgPositions, f64, 2: voltage_l1, voltage_l2)`.
#[doc(hidden)]
#[macro_export]
macro_rules! client_positions {
    ($name:ident, $of:ty, $count:literal: $($field:ident),* $(,)?) => {
        impl $crate::client::Json for $name {
            fn read(json: &str) -> Option<Self> {
                let [$($field),*] = <[$of; $count] as $crate::client::Json>::read(json)?;
                Some($name { $($field),* })
            }

            fn print(&self, out: &mut $crate::client::String) {
                let all: [$of; $count] = [$(self.$field.clone()),*];
                $crate::client::Json::print(&all, out);
            }
        }
    };
}

/// Gives the enum of all that can be set its keys and texts:
/// `client_sets!(Set, Key: Amp, Frc, ; Cn[C0n C1n],)`.
#[doc(hidden)]
#[macro_export]
macro_rules! client_sets {
    ($name:ident, $key:ident: $($variant:ident,)* ; $($family:ident[$first:ident $($member:ident)*],)*) => {
        impl $name {
            /// The key that it sets.
            pub const fn key(&self) -> $key {
                match *self {
                    $($name::$variant(_) => $key::$variant,)*
                    $($name::$family(index, _) => $key::ALL[$key::$first as usize + index.get()],)*
                }
            }

            /// The value, as the device takes it.
            pub fn json(&self) -> $crate::client::JsonText {
                match *self {
                    $($name::$variant(ref value) => $crate::client::text(value),)*
                    $($name::$family(_, ref value) => $crate::client::text(value),)*
                }
            }
        }

        /// The key alone: what is written may be a secret.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "Set({})", self.key().name())
            }
        }
    };
}
