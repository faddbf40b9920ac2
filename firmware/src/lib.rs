//! The charger's firmware, without a board and without a protocol.
//!
//! The [`charger`] is plain synchronous logic, a [`board`] brings hardware, and
//! the [`wallbox`] joins both with the API's document into a device
//! ([`goe_runtime::device`]), which `goe-device` serves.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod board;
pub mod charger;
pub mod wallbox;
