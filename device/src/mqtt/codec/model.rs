//! The packets, as data.

use core::num::NonZeroU16;

/// The number that ties an acknowledgement to its packet; never 0
/// [MQTT-2.3.1-1].
pub type PacketId = NonZeroU16;

/// The quality of service of one PUBLISH or one subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qos {
    /// QoS 0: sent once, never acknowledged.
    AtMostOnce = 0,
    /// QoS 1: sent until a PUBACK says that it arrived.
    AtLeastOnce = 1,
    /// QoS 2: named by clients here, but neither sent nor served.
    ExactlyOnce = 2,
}

impl Qos {
    /// The level that two bits of a packet mean; `None` for the reserved 3.
    pub(super) const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// A packet as the server sent it, borrowed from the receive buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The server's answer to CONNECT.
    Connack {
        /// The server resumed an older session; never with a refusal.
        session_present: bool,
        /// Accepted, or why not.
        result: Result<(), Refusal>,
    },
    /// A message.
    Publish(Publish<'a>),
    /// A message that the receive buffer cannot hold. Its rest is drained as
    /// it arrives; the packets behind it follow as usual.
    TooLong(TooLong<'a>),
    /// A message on a topic that the standard forbids: empty, not UTF-8, or
    /// with a wildcard or NUL. A server that keeps one would send it after every
    /// SUBSCRIBE, so it costs the message alone and not the connection.
    BadTopic {
        /// As in [`Publish::qos`].
        qos: Qos,
        /// As in [`Publish::id`]: it still has to be acknowledged.
        id: Option<PacketId>,
    },
    /// The server has our QoS 1 PUBLISH of this id.
    Puback(PacketId),
    /// The answer to a SUBSCRIBE.
    Suback {
        /// The id of that SUBSCRIBE.
        id: PacketId,
        /// One return code per filter, in order: 0, 1 or 2 grants that QoS,
        /// 0x80 refuses. At least one; others do not get here.
        codes: &'a [u8],
    },
    /// The answer to a PINGREQ.
    Pingresp,
}

/// A PUBLISH, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Perhaps seen before; only with QoS above 0 [MQTT-3.3.1-2].
    pub dup: bool,
    /// Sent: the server is to keep it. Received: it had been kept, and was not
    /// published just now.
    pub retain: bool,
    /// Together with [`Publish::id`]: QoS 0 has none, the others have one.
    pub qos: Qos,
    /// `Some` exactly when `qos` is above 0.
    pub id: Option<PacketId>,
    /// At least one character, at most 65535 bytes, no wildcard, no NUL.
    pub topic: &'a str,
    /// Any bytes, also none.
    pub payload: &'a [u8],
}

/// The known parts of a PUBLISH that did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong<'a> {
    /// As in [`Publish::retain`].
    pub retain: bool,
    /// As in [`Publish::qos`].
    pub qos: Qos,
    /// As in [`Publish::id`]: it still has to be acknowledged.
    pub id: Option<PacketId>,
    /// `None` when not even the topic fits into the buffer, or it is a bad one.
    pub topic: Option<&'a str>,
    /// The length of the payload, in bytes.
    pub payload_len: u32,
}

/// The first packet of a connection, and with it all that a server is told
/// about the client.
#[derive(Clone, Copy, Debug)]
pub struct Connect<'a> {
    /// Must be unique at the server: of two clients with one id, each throws
    /// the other out, for ever. Empty lets the server choose one, if
    /// `clean_session` is set [MQTT-3.1.3-7].
    pub client_id: &'a str,
    /// Forget what the server holds for this client id, before and after.
    pub clean_session: bool,
    /// Seconds after which a silent client counts as dead; 0 switches it off.
    pub keep_alive_s: u16,
    /// User and password, where the server asks for them.
    pub credentials: Option<Credentials<'a>>,
    /// The message that the server publishes when this client vanishes without DISCONNECT.
    pub will: Option<Will<'a>>,
}

/// User and password. Without a user there is no password [MQTT-3.1.2-22].
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// At most 65535 bytes.
    pub user: &'a str,
    /// At most 65535 bytes of any kind.
    pub password: Option<&'a [u8]>,
}

impl core::fmt::Debug for Credentials<'_> {
    /// Says that there are some: a password never gets into a log.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// The last will: the PUBLISH that the server sends in the client's name.
#[derive(Clone, Copy, Debug)]
pub struct Will<'a> {
    /// As in [`Publish::topic`].
    pub topic: &'a str,
    /// At most 65535 bytes.
    pub payload: &'a [u8],
    /// The QoS it is published with.
    pub qos: Qos,
    /// `true` if the server keeps it.
    pub retain: bool,
}

/// A SUBSCRIBE of one filter; a client here never needs two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// Comes back in the SUBACK.
    pub id: PacketId,
    /// A topic, wildcards allowed; at least one character.
    pub filter: &'a str,
    /// The highest QoS that the server may deliver with.
    pub qos: Qos,
}

/// Why a server does not accept a CONNECT; the numbers are the standard's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not speak MQTT 3.1.1.
    ProtocolVersion = 1,
    /// It does not like the client id.
    ClientId = 2,
    /// It is up, but MQTT is not; worth another try.
    Unavailable = 3,
    /// User or password are malformed (many servers say so when they are wrong).
    BadCredentials = 4,
    /// This client may not connect.
    NotAuthorized = 5,
}

/// A violation of the standard in what the other side sent. That side is at
/// fault; the connection must be closed. Where several apply, the one found
/// first, in order of the bytes, wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A packet type that the other side may not send, or none at all.
    PacketType,
    /// Reserved bits are not as required, QoS is 3, DUP stands at QoS 0, or
    /// CONNECT has a part of a will or of credentials without the rest.
    Flags,
    /// The remaining length has more than four bytes.
    RemainingLength,
    /// The remaining length contradicts what is inside.
    Length,
    /// A client's topic that is empty, not UTF-8, or contains NUL or a wildcard,
    /// in a filter one that does not stand alone in its level.
    Topic,
    /// A client id or user that is not UTF-8 or contains NUL.
    Text,
    /// A CONNECT of another protocol.
    Protocol,
    /// A CONNECT of another version of MQTT than 3.1.1.
    ProtocolLevel,
    /// Packet id 0.
    PacketId,
    /// A CONNACK or SUBACK return code that the standard reserves, or a
    /// refusal that claims a session.
    ReturnCode,
    /// A packet other than PUBLISH that the receive buffer cannot hold; any
    /// packet of a client's that the server does not take.
    TooLarge,
}

/// Returns whether `topic` may stand in a PUBLISH [MQTT-3.3.2-2], [MQTT-4.7.3-1].
pub(super) fn is_topic_name(topic: &str) -> bool {
    !topic.is_empty() && !topic.bytes().any(|b| matches!(b, b'#' | b'+' | 0))
}

/// Returns whether `filter` may stand in a SUBSCRIBE: a wildcard has a level of
/// its own, `#` the last [MQTT-4.7.1-2], [MQTT-4.7.1-3].
pub(super) fn is_topic_filter(filter: &str) -> bool {
    let mut levels = filter.split('/').peekable();
    let mut fine = !filter.is_empty() && !filter.contains('\0');
    while let Some(level) = levels.next() {
        fine &= match level {
            "#" => levels.peek().is_none(),
            "+" => true,
            _ => !level.contains(['#', '+']),
        };
    }
    fine
}

pub(super) const CONNECT: u8 = 1;
pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PUBCOMP: u8 = 7;
pub(super) const SUBSCRIBE: u8 = 8;
pub(super) const SUBACK: u8 = 9;
pub(super) const UNSUBSCRIBE: u8 = 10;
pub(super) const UNSUBACK: u8 = 11;
pub(super) const PINGREQ: u8 = 12;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;
