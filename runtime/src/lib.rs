//! The library in terms of which generated API code is written.
//!
//! The generator turns a key table into Rust; this crate holds everything in
//! that Rust which is not particular to one table: the shape of a
//! [`Descriptor`], reading and checking one JSON value, writing one, the
//! [`Document`] that keeps the rendered status, and the contract between a
//! [`device`] and whatever serves it. It is `no_std`, allocates nothing but behind the
//! feature `client`, and contains no `unsafe`.
//!
//! It must never know a key, a charger, markdown, a socket or a clock.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod checked;
#[cfg(feature = "client")]
pub mod client;
pub mod descriptor;
pub mod device;
pub mod doc;
pub mod document;
mod enums;
pub mod error;
pub mod family;
mod float;
pub mod home_assistant;
pub mod http;
pub mod json;
#[doc(hidden)]
pub mod kept;
pub mod key_set;
pub mod lookup;
pub mod mask;
mod members;
pub mod mqtt;
pub mod named;
mod number;
pub mod out;
mod reader;
pub mod release;
mod string;
#[doc(hidden)]
pub mod table;
pub mod text;
pub mod unit;
pub mod value;
pub mod websocket;

pub use descriptor::{
    Access, Capacities, Category, Descriptor, Entries, Field, Kind, Profile, Registry, Shape, Type,
};
pub use doc::{Doc, Docs};
pub use document::{Document, DocumentView, Render};
pub use error::{Reason, Refusal, ValuePath, WriteError};
pub use family::Index;
pub use kept::{Constant, Keep, KeptJson, KeptList, KeptText, KeptWrite};
pub use key_set::{KeyIndex, KeySet, Keys};
pub use lookup::Lookup;
pub use named::{Named, NamedValue};
pub use out::{Out, ToJson};
pub use release::{Releases, Version};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;
pub use text::{List, RawJson, Text};
pub use unit::Unit;
pub use value::{FromValue, Items, JsonStr, Number, Value};

/// Whatever stands in it, for programs at the other end of the wire alone.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! for_clients {
    ($($items:item)*) => { $($items)* };
}

/// Whatever stands in it, for programs at the other end of the wire alone.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! for_clients {
    ($($items:item)*) => {};
}
