//! The charger's firmware, without a board.
//!
//! [`http`], [`mqtt`] and [`store`] serve any device with an API of keys; the
//! charger itself is plain synchronous logic. Boards bring hardware, flash,
//! clock and network.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod board;
pub mod charger;
pub mod device;
pub mod http;
pub mod mqtt;
pub mod net;
pub mod store;
pub mod wallbox;
