//! The packets of MQTT 3.1.1 that a client of this project sends and hears,
//! as bytes and back, without I/O and without heap; and in [`server`] those
//! that a broker hears and sends.
//!
//! Encoding writes into the caller's buffer ([`Connect`], [`Publish`],
//! [`Subscribe`], [`puback`], [`PINGREQ`], [`DISCONNECT`]); decoding borrows
//! from the caller's buffer ([`Decoder`], which yields [`Packet`]s). Both are
//! strict about the standard (OASIS, 29 October 2014; its numbered statements
//! are cited as `[MQTT-x.y.z-n]`): what it forbids is refused with a
//! [`DecodeError`], upon which the connection must be closed [MQTT-4.8.0-1].
//!
//! One thing is forgiven: a message on a topic that the standard forbids. A
//! client skips it ([`Packet::BadTopic`]), for a server that retained it would
//! otherwise keep the client out for good.
//!
//! Of QoS 2 the client's half has nothing: a QoS 2 PUBLISH decodes, so that the
//! session can name what the server did wrong, and that is all. Nothing in here
//! knows a topic, a key or a clock.

mod decode;
mod encode;
mod model;
mod packet;
pub mod server;

pub use decode::Decoder;
pub use encode::{DISCONNECT, EncodeError, PINGREQ, puback, publish_head, publish_text};
pub use model::{
    Connect, Credentials, DecodeError, Packet, PacketId, Publish, Qos, Refusal, Subscribe, TooLong,
    Will,
};
