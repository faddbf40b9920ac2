//! The WebSocket: one connection that everything of a charger goes over.
//!
//! [`hash`] knows how passwords are hidden, [`message`] what is said, [`session`] one
//! connection from its opening to its end, and [`link`] keeps one for as long as somebody
//! wants something of the charger.

mod hash;
mod link;
mod message;
mod session;

pub(crate) use link::Link;
pub use message::Hello;
pub(crate) use session::hello;
