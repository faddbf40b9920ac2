//! The device as an MQTT 3.1.1 client: publishes the values of its keys,
//! retained, and takes settings.
//!
//! From the bytes up: `codec` (packets), `session` (one connection, by the
//! standard), `topics` and `pending` (which key goes where, and when),
//! `discovery` (what Home Assistant is told), `link` (one connection, with its
//! sockets), [`Client`] (connection after connection) and [`run`] (a client as
//! the settings want it, for ever). The first five do no I/O and have no clock.
//!
//! A board gives a way to [`Connect`]; the firmware gives a [`Device`]. Nothing
//! in here knows a key by name or what a charger is: keys are dense numbers
//! with a name and a JSON value, and a setting is a name and a payload. It
//! also decides nothing about settings: those are applied, or refused with
//! the text of the answer, by the device.
//!
//! What holds whatever the broker does: no byte it sends makes the client
//! panic, no wait is without an end, memory is what the caller gave, and a
//! setting is applied and its answer put into the batch in one synchronous
//! step, so that a dropped future cannot apply half of it. A setting that gets
//! no answer because the connection breaks may have been applied or not.

pub mod backoff;
mod broker;
mod client;
pub mod codec;
mod discovery;
mod link;
pub mod pending;
mod service;
pub mod session;
mod stop;
pub mod topics;
pub mod tx;

use core::fmt;

use crate::net::Socket;

pub use broker::{Broker, HIDDEN, Trust, URL_MAX, Unreachable, Url};
pub use client::{Buffers, Client, Config, Unfit};
pub use discovery::{Appearance, DISCOVERY_PREFIX, Discovery};
pub use link::Lost;
pub use service::{Configured, Memory, TOPIC_PREFIX_MAX, Wanted, WantedDiscovery, run};

/// How a board reaches a broker. Name resolution and encryption are the
/// board's; so is turning Nagle's algorithm off, without which an answer
/// may wait 40 ms.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Connect {
    /// A connection to the broker. It may borrow its buffers from the board.
    type Socket<'a>: Socket
    where
        Self: 'a;

    /// Why there is none, for the log.
    type Error: fmt::Debug;

    /// The same in one of the words that there are for it.
    fn reason(_error: &Self::Error) -> Unreachable {
        Unreachable::Other
    }

    /// Connects. The future is dropped when it takes longer than ten seconds,
    /// or when the client is to stop.
    async fn connect(&mut self, broker: &Broker<'_>) -> Result<Self::Socket<'_>, Self::Error>;
}

/// The side of the firmware: keys with values, and settings to be made.
///
/// Keys are the numbers from 0 up to [`Device::keys`]. All methods but
/// `changed` return at once.
#[allow(async_fn_in_trait)]
pub trait Device {
    /// How many keys there are.
    fn keys(&self) -> u16;

    /// The name of a key: one topic level, without `/`, `+`, `#` and NUL.
    fn name(&self, key: u16) -> &str;

    /// The length that no value of any key ever exceeds, in bytes.
    fn longest_value(&self) -> usize;

    /// Calls `take` with the JSON text of the key's value as it is now, or not
    /// at all if the key cannot be read. It is called once per publication, so
    /// what changes twice in between is published once.
    fn value(&self, key: u16, take: &mut dyn FnMut(&[u8]));

    /// Waits until [`Device::take_changed`] would give a key; at once when it
    /// would now. It is dropped and called again at any time.
    async fn changed(&self);

    /// A key whose value has changed since it was last given here.
    fn take_changed(&self) -> Option<u16>;

    /// Applies one setting: `key` as the topic had it, so perhaps no key at
    /// all, and `payload` as it came, so perhaps no JSON and no UTF-8. Writes
    /// the text of the answer to `result`, which may run out of space; that is
    /// no reason to undo anything.
    fn set(&self, key: &str, payload: &[u8], result: &mut dyn fmt::Write);

    /// The text of the answer to a setting that was too long for the receive
    /// buffer.
    fn too_long(&self, result: &mut dyn fmt::Write);

    /// Hears what becomes of the connection, and of each attempt that fails.
    fn status(&self, _status: Status) {}
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The broker has accepted it.
    Connected,
    /// It is over, or there was none to be had; the client goes on trying.
    Lost(Lost),
    /// The client was told to stop, and has.
    Stopped,
}
