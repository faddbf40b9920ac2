//! Services for a device whose keys `goe-codegen` generated: [`http`], [`mqtt`]
//! with Home Assistant's discovery, a WebSocket behind a password (`ws`, a feature), and
//! a [`store`] for its settings.
//!
//! All of it is written against the contract in [`goe_runtime::device`] and the
//! tables of the generated crate; nothing here knows a key, a charger, a board
//! or a network stack. The caller gives memory, sockets ([`net`]), flash
//! ([`store::Flash`]), time ([`clock`]) and chance ([`entropy`]).

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod clock;
pub mod entropy;
pub mod http;
pub mod mqtt;
pub mod net;
pub mod store;
#[cfg(feature = "ws")]
pub mod ws;
