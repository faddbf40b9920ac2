//! The configuration of a client, and its memory.

use goe_runtime::KeyIndex;
use goe_runtime::device::Broker;

use super::codec::{self, Qos};
use super::discovery::Discovery;
use super::pending::KeyState;
use super::topics::Topics;

/// The configuration of a client: its identity, its broker and its topics.
#[derive(Clone, Copy, Debug)]
pub struct Config<'a> {
    /// The CONNECT that every connection begins with; `clean_session` is set
    /// whatever stands here. Change nothing while the client runs: stop it and
    /// run a new one.
    pub connect: codec::Connect<'a>,
    /// The topics.
    pub topics: Topics<'a>,
    /// Where to connect.
    pub broker: Broker<'a>,
    /// The QoS at which state is published, and what Home Assistant is told; at
    /// most 1. At 0 settings are heard at 1, and at 1 they are heard at 0: a broker that
    /// needs the one does the other badly.
    pub qos: Qos,
    /// The key that the will denies, if a broker of several nodes may keep the will of
    /// the connection before later than what this one says first. It is then published
    /// once more after ten seconds.
    pub denied: Option<KeyIndex>,
    /// The discovery by Home Assistant; `None` is none at all.
    pub discovery: Option<Discovery<'a>>,
}

/// The memory of a client.
#[derive(Debug)]
pub struct Buffers<'b> {
    /// Receive buffer. A setting whose packet is longer (topic, payload and
    /// up to 9 bytes) is not applied but answered with
    /// `payload too long`.
    pub rx: &'b mut [u8],
    /// Send buffer, sent in one write each time it is full. It must hold the
    /// longest value with its topic, and CONNECT; several times that makes
    /// publishing everything take fewer writes.
    pub tx: &'b mut [u8],
    /// One for each key.
    pub states: &'b mut [KeyState],
}

/// Why a client cannot even start: the caller's buffers or configuration are
/// at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The receive buffer has less than 16 bytes.
    Rx,
    /// The send buffer does not hold the longest value with its topic, or
    /// CONNECT, or has less than 270 bytes.
    Tx,
    /// There are fewer states than keys.
    Slots,
    /// The topics of some key are longer than [`TOPIC_MAX`](super::topics::TOPIC_MAX).
    Topics,
    /// The standard forbids a field of the CONNECT.
    Connect,
}
