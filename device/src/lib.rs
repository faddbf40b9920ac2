//! Services for a device whose keys `goe-codegen` generated: [`http`], [`mqtt`]
//! with Home Assistant's discovery, [`modbus`], and a [`store`] for its settings.
//!
//! All of it is written against the contract in [`goe_runtime::device`] and the
//! tables of the generated crate; nothing here knows a key, a charger, a board
//! or a network stack. The caller gives memory, sockets ([`net`]), flash
//! ([`store::Flash`]) and time ([`clock`]).

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod clock;
pub mod http;
pub mod modbus;
pub mod mqtt;
pub mod net;
mod slots;
pub mod store;
