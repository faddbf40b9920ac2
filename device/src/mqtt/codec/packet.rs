//! The inside of one packet that lies whole in the buffer: what its fixed
//! header promises, and what its body says.

use super::model::{
    CONNACK, DecodeError, PINGRESP, PUBACK, PUBLISH, Packet, PacketId, Publish, Qos, Refusal,
    SUBACK, is_topic_name,
};

/// The parts of a fixed header.
#[derive(Clone, Copy, Debug)]
pub(super) struct FixedHeader {
    /// Type in the high four bits, flags in the low four.
    pub(super) first: u8,
    /// The header's own length, 2 to 5 bytes.
    pub(super) len: usize,
    /// Number of bytes that follow it.
    pub(super) remaining: u32,
}

impl FixedHeader {
    /// The header at the start of `bytes`, or `None` when it is not all there.
    /// Type, flags and length are checked as early as they can be, so that
    /// garbage is found out by its first bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        let Some(&first) = bytes.first() else {
            return Ok(None);
        };
        check_first(first)?;
        let header = Self::unchecked(bytes)?;
        if let Some(header) = header {
            check_length(first, header.remaining)?;
        }
        Ok(header)
    }

    /// The same, with whatever type, flags and length stand there.
    pub(super) fn unchecked(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        let Some((&first, rest)) = bytes.split_first() else {
            return Ok(None);
        };
        let mut remaining = 0;
        for (at, &byte) in rest.iter().take(4).enumerate() {
            remaining |= u32::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                let len = at + 2;
                return Ok(Some(Self {
                    first,
                    len,
                    remaining,
                }));
            }
        }
        if rest.len() < 4 {
            Ok(None)
        } else {
            Err(DecodeError::RemainingLength)
        }
    }

    pub(super) fn is_publish(&self) -> bool {
        self.first >> 4 == PUBLISH
    }

    /// The flags of a PUBLISH; 3, which [`FixedHeader::parse`] refuses, cannot
    /// be here and would read as 2.
    pub(super) fn qos(&self) -> Qos {
        Qos::from_bits(self.first >> 1 & 3).unwrap_or(Qos::ExactlyOnce)
    }

    pub(super) fn retain(&self) -> bool {
        self.first & 1 != 0
    }
}

/// The packet that `body` is, `header` taken off.
pub(super) fn parse(header: FixedHeader, body: &[u8]) -> Result<Packet<'_>, DecodeError> {
    match (header.first >> 4, body) {
        (CONNACK, &[flags, code]) => connack(flags, code),
        (PUBLISH, _) => publish(header, body),
        (PUBACK, &[high, low]) => Ok(Packet::Puback(packet_id(high, low)?)),
        (SUBACK, &[high, low, ref codes @ ..]) => suback(packet_id(high, low)?, codes),
        (PINGRESP, []) => Ok(Packet::Pingresp),
        _ => Err(DecodeError::Length),
    }
}

/// The topic of a PUBLISH from its bytes.
pub(super) fn topic(bytes: &[u8]) -> Result<&str, DecodeError> {
    let topic = core::str::from_utf8(bytes).map_err(|_| DecodeError::Topic)?;
    if is_topic_name(topic) {
        Ok(topic)
    } else {
        Err(DecodeError::Topic)
    }
}

/// The packet id from its two bytes.
pub(super) fn packet_id(high: u8, low: u8) -> Result<PacketId, DecodeError> {
    PacketId::new(u16::from_be_bytes([high, low])).ok_or(DecodeError::PacketId)
}

/// Type and flags: reserved flags have one right value each [MQTT-2.2.2-2].
fn check_first(first: u8) -> Result<(), DecodeError> {
    let flags = first & 0x0F;
    let fine = match first >> 4 {
        PUBLISH => return check_publish(flags),
        CONNACK | PUBACK | SUBACK | PINGRESP => flags == 0,
        _ => return Err(DecodeError::PacketType),
    };
    if fine {
        Ok(())
    } else {
        Err(DecodeError::Flags)
    }
}

/// The flags of a PUBLISH: QoS is not 3, and 0 has no DUP [MQTT-3.3.1-2].
pub(super) fn check_publish(flags: u8) -> Result<(), DecodeError> {
    let qos = Qos::from_bits(flags >> 1 & 3).ok_or(DecodeError::Flags)?;
    if flags & 8 != 0 && qos == Qos::AtMostOnce {
        return Err(DecodeError::Flags);
    }
    Ok(())
}

/// The remaining length, as far as the type alone decides it.
fn check_length(first: u8, remaining: u32) -> Result<(), DecodeError> {
    let fine = match first >> 4 {
        CONNACK | PUBACK => remaining == 2,
        PINGRESP => remaining == 0,
        // The length of the topic.
        PUBLISH => remaining >= 2,
        // SUBACK: an id and one code.
        _ => remaining >= 3,
    };
    if fine {
        Ok(())
    } else {
        Err(DecodeError::Length)
    }
}

fn connack(flags: u8, code: u8) -> Result<Packet<'static>, DecodeError> {
    let session_present = match flags {
        0 => false,
        1 => true,
        _ => return Err(DecodeError::Flags),
    };
    let result = match code {
        0 => Ok(()),
        1 => Err(Refusal::ProtocolVersion),
        2 => Err(Refusal::ClientId),
        3 => Err(Refusal::Unavailable),
        4 => Err(Refusal::BadCredentials),
        5 => Err(Refusal::NotAuthorized),
        _ => return Err(DecodeError::ReturnCode),
    };
    // A refusal has no session to offer [MQTT-3.2.2-4].
    if session_present && result.is_err() {
        return Err(DecodeError::ReturnCode);
    }
    Ok(Packet::Connack {
        session_present,
        result,
    })
}

fn suback(id: PacketId, codes: &[u8]) -> Result<Packet<'_>, DecodeError> {
    if codes.iter().all(|code| matches!(code, 0..=2 | 0x80)) {
        Ok(Packet::Suback { id, codes })
    } else {
        Err(DecodeError::ReturnCode)
    }
}

/// The message in the body of a PUBLISH, or that its topic is a bad one.
pub(super) fn publish(header: FixedHeader, body: &[u8]) -> Result<Packet<'_>, DecodeError> {
    let (len, rest) = body.split_first_chunk::<2>().ok_or(DecodeError::Length)?;
    let topic_len = usize::from(u16::from_be_bytes(*len));
    let (name, rest) = rest
        .split_at_checked(topic_len)
        .ok_or(DecodeError::Length)?;
    let qos = header.qos();
    let (id, payload) = if qos == Qos::AtMostOnce {
        (None, rest)
    } else {
        let (&[high, low], rest) = rest.split_first_chunk().ok_or(DecodeError::Length)?;
        (Some(packet_id(high, low)?), rest)
    };
    let Ok(topic) = topic(name) else {
        return Ok(Packet::BadTopic { qos, id });
    };
    Ok(Packet::Publish(Publish {
        dup: header.first & 8 != 0,
        retain: header.retain(),
        qos,
        id,
        topic,
        payload,
    }))
}
