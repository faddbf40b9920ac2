//! The server's half: what clients send, and what they are answered.
//!
//! It takes whole packets out of bytes and knows no connection: a server keeps
//! what has arrived, and asks for the [`first`] packet of it. It refuses what
//! the standard forbids, as the client's half does; what needs an answer that
//! is not "close", such as an empty client id, is left to the caller.

use super::encode::{EncodeError, Writer};
use super::model::{
    CONNECT, Connect, Credentials, DISCONNECT, DecodeError, PINGREQ, PUBACK, PUBCOMP, PUBLISH,
    PUBREC, PUBREL, Packet, PacketId, Publish, Qos, Refusal, SUBACK, SUBSCRIBE, UNSUBACK,
    UNSUBSCRIBE, Will, is_topic_filter,
};
use super::packet::{self, FixedHeader};

/// PINGRESP, whole.
pub const PINGRESP: [u8; 2] = [0xD0, 0];

/// SUBACK's code for a filter that is not granted.
pub const SUBACK_REFUSED: u8 = 0x80;

/// A packet as the client sent it, borrowed from what arrived.
#[derive(Clone, Copy, Debug)]
pub enum Request<'a> {
    /// The first packet; [`Connect::encode`] refuses more than this does.
    Connect(Connect<'a>),
    /// A message.
    Publish(Publish<'a>),
    /// The client has the QoS 1 message of this id.
    Puback(PacketId),
    /// The client will not send the QoS 2 message of this id again.
    Pubrel(PacketId),
    /// Wants what these filters match.
    Subscribe {
        /// Has to be in the SUBACK.
        id: PacketId,
        /// At least one.
        filters: Filters<'a>,
    },
    /// Wants it no longer.
    Unsubscribe {
        /// Has to be in the UNSUBACK.
        id: PacketId,
        /// At least one; their QoS says nothing.
        filters: Filters<'a>,
    },
    /// Is alive, and asks whether the server is.
    Pingreq,
    /// Goes, and takes its will along.
    Disconnect,
}

/// The filters of one SUBSCRIBE or UNSUBSCRIBE, all of them valid, each with
/// the highest QoS that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Filters<'a> {
    fields: Fields<'a>,
    with_qos: bool,
}

/// The packet at the start of `bytes` and its length; `None` when more bytes
/// are needed for it.
///
/// # Errors
/// What the standard forbids, found as early as it can be; `TooLarge` for a
/// packet of more than `longest` bytes, `ProtocolLevel` for a CONNECT that has
/// to be answered with [`Refusal::ProtocolVersion`].
pub fn first(bytes: &[u8], longest: usize) -> Result<Option<(Request<'_>, usize)>, DecodeError> {
    let Some(&first) = bytes.first() else {
        return Ok(None);
    };
    check_first(first)?;
    let Some(header) = FixedHeader::unchecked(bytes)? else {
        return Ok(None);
    };
    let total = header.len + header.remaining as usize;
    if total > longest {
        return Err(DecodeError::TooLarge);
    }
    let Some(body) = bytes.get(header.len..total) else {
        return Ok(None);
    };
    Ok(Some((parse(header, body)?, total)))
}

fn parse(header: FixedHeader, body: &[u8]) -> Result<Request<'_>, DecodeError> {
    match (header.first >> 4, body) {
        (CONNECT, _) => connect(Fields(body)),
        (PUBLISH, _) => match packet::publish(header, body)? {
            Packet::Publish(publish) => Ok(Request::Publish(publish)),
            _ => Err(DecodeError::Topic),
        },
        (PUBACK, &[high, low]) => Ok(Request::Puback(packet::packet_id(high, low)?)),
        (PUBREL, &[high, low]) => Ok(Request::Pubrel(packet::packet_id(high, low)?)),
        (SUBSCRIBE, &[high, low, ref rest @ ..]) => Ok(Request::Subscribe {
            id: packet::packet_id(high, low)?,
            filters: Filters::parse(rest, true)?,
        }),
        (UNSUBSCRIBE, &[high, low, ref rest @ ..]) => Ok(Request::Unsubscribe {
            id: packet::packet_id(high, low)?,
            filters: Filters::parse(rest, false)?,
        }),
        (PINGREQ, []) => Ok(Request::Pingreq),
        (DISCONNECT, []) => Ok(Request::Disconnect),
        _ => Err(DecodeError::Length),
    }
}

/// Type and flags [MQTT-2.2.2-2]. PUBREC and PUBCOMP answer a server's QoS 2,
/// which there is none of.
fn check_first(first: u8) -> Result<(), DecodeError> {
    let flags = first & 0x0F;
    let fine = match first >> 4 {
        PUBLISH => return packet::check_publish(flags),
        CONNECT | PUBACK | PINGREQ | DISCONNECT => flags == 0,
        PUBREL | SUBSCRIBE | UNSUBSCRIBE => flags == 2,
        _ => return Err(DecodeError::PacketType),
    };
    if fine {
        Ok(())
    } else {
        Err(DecodeError::Flags)
    }
}

fn connect(mut fields: Fields<'_>) -> Result<Request<'_>, DecodeError> {
    let name = fields.field()?;
    match (name, fields.byte()?) {
        (b"MQTT", 4) => {}
        // Other versions, 3.1 by its older name. What follows is theirs.
        (b"MQTT" | b"MQIsdp", _) => return Err(DecodeError::ProtocolLevel),
        _ => return Err(DecodeError::Protocol),
    }
    let flags = fields.byte()?;
    let has = |bits: u8| flags & bits != 0;
    // What belongs to a will or a user that is not there has to be 0
    // [MQTT-3.1.2-11], [MQTT-3.1.2-22].
    if has(0x01) || (!has(0x04) && has(0x38)) || (!has(0x80) && has(0x40)) {
        return Err(DecodeError::Flags);
    }
    let qos = Qos::from_bits(flags >> 3 & 3).ok_or(DecodeError::Flags)?;
    let [high, low] = [fields.byte()?, fields.byte()?];
    let client_id = fields.text()?;
    let mut will = None;
    if has(0x04) {
        will = Some(Will {
            topic: packet::topic(fields.field()?)?,
            payload: fields.field()?,
            qos,
            retain: has(0x20),
        });
    }
    let mut credentials = None;
    if has(0x80) {
        let user = fields.text()?;
        let password = has(0x40).then(|| fields.field()).transpose()?;
        credentials = Some(Credentials { user, password });
    }
    if !fields.0.is_empty() {
        return Err(DecodeError::Length);
    }
    Ok(Request::Connect(Connect {
        client_id,
        clean_session: has(0x02),
        keep_alive_s: u16::from_be_bytes([high, low]),
        credentials,
        will,
    }))
}

impl<'a> Filters<'a> {
    fn parse(bytes: &'a [u8], with_qos: bool) -> Result<Self, DecodeError> {
        // At least one [MQTT-3.8.3-3], [MQTT-3.10.3-2].
        if bytes.is_empty() {
            return Err(DecodeError::Length);
        }
        let filters = Self {
            fields: Fields(bytes),
            with_qos,
        };
        let mut left = filters;
        while !left.fields.0.is_empty() {
            left.one()?;
        }
        Ok(filters)
    }

    fn one(&mut self) -> Result<(&'a str, Qos), DecodeError> {
        let text = self.fields.field()?;
        let filter = core::str::from_utf8(text).map_err(|_| DecodeError::Topic)?;
        if !is_topic_filter(filter) {
            return Err(DecodeError::Topic);
        }
        let bits = if self.with_qos {
            self.fields.byte()?
        } else {
            0
        };
        let qos = Qos::from_bits(bits).ok_or(DecodeError::Flags)?;
        Ok((filter, qos))
    }
}

impl<'a> Iterator for Filters<'a> {
    type Item = (&'a str, Qos);

    fn next(&mut self) -> Option<Self::Item> {
        // All were looked at before, so that the only error is the end.
        self.one().ok()
    }
}

/// What is left of a packet's body.
#[derive(Clone, Copy, Debug)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let (&byte, rest) = self.0.split_first().ok_or(DecodeError::Length)?;
        self.0 = rest;
        Ok(byte)
    }

    /// Bytes behind their length.
    fn field(&mut self) -> Result<&'a [u8], DecodeError> {
        let (&length, rest) = self.0.split_first_chunk().ok_or(DecodeError::Length)?;
        let length = usize::from(u16::from_be_bytes(length));
        let (field, rest) = rest.split_at_checked(length).ok_or(DecodeError::Length)?;
        self.0 = rest;
        Ok(field)
    }

    fn text(&mut self) -> Result<&'a str, DecodeError> {
        let text = core::str::from_utf8(self.field()?).map_err(|_| DecodeError::Text)?;
        if text.contains('\0') {
            return Err(DecodeError::Text);
        }
        Ok(text)
    }
}

/// CONNACK, whole; a session is present in none that refuses [MQTT-3.2.2-4].
pub const fn connack(result: Result<bool, Refusal>) -> [u8; 4] {
    match result {
        Ok(session_present) => [0x20, 2, session_present as u8, 0],
        Err(refusal) => [0x20, 2, 0, refusal as u8],
    }
}

/// PUBREC, whole.
pub const fn pubrec(id: PacketId) -> [u8; 4] {
    answer(PUBREC, id)
}

/// PUBCOMP, whole.
pub const fn pubcomp(id: PacketId) -> [u8; 4] {
    answer(PUBCOMP, id)
}

/// UNSUBACK, whole.
pub const fn unsuback(id: PacketId) -> [u8; 4] {
    answer(UNSUBACK, id)
}

const fn answer(packet: u8, id: PacketId) -> [u8; 4] {
    let [high, low] = id.get().to_be_bytes();
    [packet << 4, 2, high, low]
}

/// Writes the part of a SUBACK that stands before its codes, of which one for
/// each filter follows; returns how many bytes that takes, at most 7.
///
/// # Errors
/// As [`Publish::encode`].
pub fn suback_head(out: &mut [u8], id: PacketId, codes: usize) -> Result<usize, EncodeError> {
    let mut writer = Writer::new(out);
    writer.header(SUBACK << 4, 2 + codes)?;
    writer.bytes(&id.get().to_be_bytes())?;
    Ok(writer.len())
}
