//! What boards without an operating system have in common.
//!
//! The firmware is generic over sockets, flash and hardware; this crate fits
//! embassy-net's sockets to it, holds the memory of its tasks in one place
//! ([`Memory`]), and runs them. A board brings what is its own: a network
//! driver, a flash, a clock, a log and a reset.
//!
//! Each function here is the body of one embassy task; the task itself, which
//! has to name its types, stands in the board.

#![no_std]
#![forbid(unsafe_code)]

mod http;
mod mqtt;
mod socket;

pub use http::{DOORS, DoorMemory, SEATS, SeatMemory, Web, door, seat};
pub use mqtt::{Broker, MqttMemory, run_mqtt};
