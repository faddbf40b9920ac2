//! The whole firmware in a world of its own: its HTTP and MQTT tasks, its store, its logic
//! and the simulated garage, under one virtual clock, with a network in memory and flash
//! whose power can be cut.
//!
//! Nothing real is read: no clock, no socket, no file, no chance but that of the seed. So
//! the same seed gives the same world, byte for byte, and a month takes minutes.

#![forbid(unsafe_code)]

mod broker;
mod charger;
mod device;
pub mod life;
pub mod net;
mod plant;
mod site;
mod tasks;
mod time;
mod world;

pub use device::{Device, Flash};
pub use plant::Plant;
pub use site::Site;
pub use time::VirtualClock;
pub use world::World;
