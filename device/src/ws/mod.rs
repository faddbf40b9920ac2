//! The device on a WebSocket: clients that know its password hear of every change, and
//! set keys.
//!
//! Frames and the handshake are picoserve's; [`http`](crate::http) opens the socket and
//! hands it over. `frames` makes messages of frames, `message` reads and writes them as
//! the table of the spec has them, `secret` is what both sides make of the password and
//! the challenge, [`password`] where the hash comes from, `conversation` what is said to one
//! client and heard, `session` the same on its socket and in time, `wrong` counts wrong passwords, and [`Hall`] what all
//! clients have in common.
//!
//! It is generic over [`Observed`](goe_runtime::device::Observed) devices and the table
//! of messages, and must never know a key, a board, or the password itself for longer
//! than it takes to hash it.

mod conversation;
mod frames;
mod hall;
mod message;
pub mod password;
mod secret;
mod session;
mod wrong;

pub use hall::Hall;
pub use message::Incoming;
pub use session::{ROOM, Session};
pub use wrong::WRONG_MAX;
