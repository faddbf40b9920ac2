//! The network of a world: connections in memory, with latency, loss and stalls as its
//! chance and its faults want them. It must never know what is said over it.
//!
//! Bytes of one direction of a connection arrive in order, those of different
//! connections in any. A connection that was disturbed says so ([`Link::is_disturbed`]), so that
//! nobody is blamed for what the network did.

mod broken;
mod link;
mod network;
mod pipe;
mod stream;
mod wires;

pub use self::broken::Broken;
pub use self::link::{Direction, Fault, Link, Port};
pub use self::network::Net;
pub use self::stream::Stream;
