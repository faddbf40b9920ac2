//! An MQTT broker in the same process, so that nothing has to be installed.
//!
//! It speaks MQTT 3.1.1 with QoS 0 and 1, retained messages, wills and sessions.
//! A message of QoS 2 is taken as the standard wants it, and delivered with 1.
//! It is for the desk: everybody may say and hear everything, in plain text, and
//! what it keeps is gone when it ends. It knows no key and no device.
//!
//! Strangers may send it what they like: it serves the others on, and what it
//! holds is bounded, for each client and for all ([`Limits`]). What is held for
//! a client is a reference to a message where others have the same.
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | clients connected | 900, of the 1,024 file handles that a process has; 4 more with the id of the device | refused with return code 3 |
//! | connections without a CONNECT | 32, for 5 s | the oldest is closed |
//! | a packet | 256 KiB: what is published here has a few, and 900 clients may each have sent half of one | the connection is closed |
//! | a topic or filter | 1 KiB, four times the longest of a device | closed; a filter is refused |
//! | filters | 1,000 of a client, 10,000 of all, 32 levels each | the filter is refused |
//! | retained messages | 10,000, 16 MiB | it is delivered and not kept |
//! | messages that wait for a client | 2,000, 1 MiB | the oldest of QoS 0 is dropped; with QoS 1 alone the client is cut off, and its session ends. The device's own client is not: it loses the message |
//! | QoS 1 sent and not acknowledged | 32, and what is begun below 256 KiB | waits |
//! | QoS 2 taken and not released | 1,000 of a client | the connection is closed |
//! | answers that a client does not take | 4 KiB | nothing more is read from it |
//! | sessions without a connection | 100 | the oldest ends |
//! | packets of a client at once | 16, with 10,000 filters one; 256 of the device's own, which others wait for | others have their turn |
//! | all of it | 64 MiB | the client that holds most is cut off |

mod budget;
mod connection;
mod core;
mod limits;
mod message;
mod queue;
mod retained;
mod serve;
mod session;
mod topics;

pub use self::connection::ConnectionId;
pub use self::core::Core;
pub use self::limits::Limits;
pub use self::serve::{Broker, Running};
