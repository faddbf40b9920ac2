#![doc = include_str!("../README.md")]
//!
//! The crate must never know how a charger works inside: no firmware, no device.

#![forbid(unsafe_code)]

mod address;
mod backoff;
mod changes;
mod charger;
mod error;
mod http;
mod mqtt;
mod options;
mod poll;
mod random;
mod setting;
mod websocket;

pub use changes::{Change, Watch};
pub use charger::Charger;
pub use error::{Error, Refusal, Refused};
pub use goe_api::client::{JsonText, Members, OneOf, Set, Status};
pub use goe_api::{self as api, DOCS, Key, REGISTRY};
pub use options::{Broker, Options, Secret};
pub use setting::{KeyName, Setting};
pub use websocket::Hello;
