//! Packets into bytes. Every function writes a whole packet or nothing that
//! counts: on an error, what lies in the buffer is without meaning.

use core::fmt;

use super::model::{
    CONNECT, Connect, PUBACK, PUBLISH, PacketId, Publish, Qos, SUBSCRIBE, Subscribe, Will,
    is_topic_name,
};

/// PINGREQ, whole.
pub const PINGREQ: [u8; 2] = [0xC0, 0];

/// DISCONNECT, whole.
pub const DISCONNECT: [u8; 2] = [0xE0, 0];

/// Why a packet was not written. Of the two, `Invalid` wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The caller's fault: a topic, filter or id that the standard forbids, a
    /// QoS that does not go with its packet id, or a field over its length.
    Invalid,
    /// The buffer is too short; the same packet may fit into an emptier one.
    NoSpace,
}

/// PUBACK, whole.
pub const fn puback(id: PacketId) -> [u8; 4] {
    let [high, low] = id.get().to_be_bytes();
    [PUBACK << 4, 2, high, low]
}

impl Connect<'_> {
    /// Writes the packet into `out` and returns its length in bytes.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.check()?;
        let mut writer = Writer::new(out);
        writer.header(CONNECT << 4, 10 + self.payload_len())?;
        writer.field(b"MQTT")?;
        writer.bytes(&[4, self.flags()])?;
        writer.bytes(&self.keep_alive_s.to_be_bytes())?;
        writer.field(self.client_id.as_bytes())?;
        if let Some(will) = &self.will {
            writer.field(will.topic.as_bytes())?;
            writer.field(will.payload)?;
        }
        if let Some(credentials) = &self.credentials {
            writer.field(credentials.user.as_bytes())?;
            if let Some(password) = credentials.password {
                writer.field(password)?;
            }
        }
        Ok(writer.at)
    }

    fn check(&self) -> Result<(), EncodeError> {
        let user = self.credentials.map_or("", |c| c.user);
        let will_is_fine = self.will.is_none_or(|will| is_topic_name(will.topic));
        let id_is_fine = !self.client_id.is_empty() || self.clean_session;
        if will_is_fine && id_is_fine && !self.client_id.contains('\0') && !user.contains('\0') {
            Ok(())
        } else {
            Err(EncodeError::Invalid)
        }
    }

    /// The length of the fields behind the keep alive; each has its own two
    /// bytes of length.
    fn payload_len(&self) -> usize {
        let will = |w: Will<'_>| 4 + w.topic.len() + w.payload.len();
        let password = |p: &[u8]| 2 + p.len();
        2 + self.client_id.len()
            + self.will.map_or(0, will)
            + self
                .credentials
                .map_or(0, |c| 2 + c.user.len() + c.password.map_or(0, password))
    }

    fn flags(&self) -> u8 {
        let will = self.will.map_or(0, |will| {
            0x04 | (will.qos as u8) << 3 | u8::from(will.retain) << 5
        });
        let credentials = self.credentials.map_or(0, |credentials| {
            0x80 | u8::from(credentials.password.is_some()) << 6
        });
        u8::from(self.clean_session) << 1 | will | credentials
    }
}

impl Publish<'_> {
    /// More bytes than any PUBLISH has beside topic, packet id and payload: the
    /// fixed header and the length of the topic.
    pub const OVERHEAD: usize = 1 + 4 + 2;

    /// A message at QoS 1 if it has an id, otherwise at QoS 0.
    pub const fn with_id<'a>(
        id: Option<PacketId>,
        retain: bool,
        topic: &'a str,
        payload: &'a [u8],
    ) -> Publish<'a> {
        Publish {
            qos: if id.is_some() {
                Qos::AtLeastOnce
            } else {
                Qos::AtMostOnce
            },
            id,
            ..Publish::at_most_once(retain, topic, payload)
        }
    }

    /// A message at QoS 0.
    pub const fn at_most_once<'a>(retain: bool, topic: &'a str, payload: &'a [u8]) -> Publish<'a> {
        Publish {
            dup: false,
            retain,
            qos: Qos::AtMostOnce,
            id: None,
            topic,
            payload,
        }
    }

    /// Writes the packet into `out` and returns its length in bytes.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut writer = Writer {
            at: self.head(out)?,
            out,
        };
        writer.bytes(self.payload)?;
        Ok(writer.at)
    }

    /// Writes the part of the packet that stands before its payload, which is
    /// to follow, and returns how many bytes that takes.
    pub fn head(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let has_qos = self.qos != Qos::AtMostOnce;
        if !is_topic_name(self.topic) || has_qos != self.id.is_some() || (self.dup && !has_qos) {
            return Err(EncodeError::Invalid);
        }
        let flags = u8::from(self.dup) << 3 | (self.qos as u8) << 1 | u8::from(self.retain);
        head(out, flags, self.id, self.topic, self.payload.len())
    }
}

/// Writes the part of a retained PUBLISH that stands before a payload of
/// this length, which is to follow; returns how many bytes that takes. It is at QoS 1
/// if it has an id, otherwise at QoS 0.
///
/// # Errors
/// As [`Publish::encode`].
pub fn publish_head(
    out: &mut [u8],
    id: Option<PacketId>,
    topic: &str,
    payload_len: usize,
) -> Result<usize, EncodeError> {
    if !is_topic_name(topic) {
        return Err(EncodeError::Invalid);
    }
    head(out, u8::from(id.is_some()) << 1 | 1, id, topic, payload_len)
}

/// What all of them begin with.
fn head(
    out: &mut [u8],
    flags: u8,
    id: Option<PacketId>,
    topic: &str,
    payload_len: usize,
) -> Result<usize, EncodeError> {
    let mut writer = Writer::new(out);
    let id_len = if id.is_some() { 2 } else { 0 };
    writer.header(PUBLISH << 4 | flags, 2 + topic.len() + id_len + payload_len)?;
    writer.field(topic.as_bytes())?;
    if let Some(id) = id {
        writer.bytes(&id.get().to_be_bytes())?;
    }
    Ok(writer.at)
}

impl Subscribe<'_> {
    /// Writes the packet into `out` and returns its length in bytes.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        if self.filter.is_empty() || self.filter.contains('\0') {
            return Err(EncodeError::Invalid);
        }
        let mut writer = Writer::new(out);
        // The reserved flags of SUBSCRIBE are 0010 [MQTT-3.8.1-1].
        writer.header(SUBSCRIBE << 4 | 2, 2 + 2 + self.filter.len() + 1)?;
        writer.bytes(&self.id.get().to_be_bytes())?;
        writer.field(self.filter.as_bytes())?;
        writer.bytes(&[self.qos as u8])?;
        Ok(writer.at)
    }
}

/// Writes a QoS 0 PUBLISH whose payload is text of a length that is not known
/// before it is written; returns the packet's length in bytes. Text that does not fit is cut at a character: the reader of an
/// answer is helped by its beginning, and `text` may not be called twice.
///
/// # Errors
/// `Invalid` for a bad topic, `NoSpace` when not even an empty payload fits;
/// in both cases `text` was not called.
pub fn publish_text(
    out: &mut [u8],
    retain: bool,
    topic: &str,
    text: &mut dyn FnMut(&mut dyn fmt::Write),
) -> Result<usize, EncodeError> {
    let empty = Publish::at_most_once(retain, topic, &[]);
    empty.encode(out)?;
    // The text is written behind the longest header there could be, and moved
    // to the real one when its length, and so the header's, is known.
    let reserved = Publish::OVERHEAD + topic.len();
    let mut cut = CutText {
        out: out.get_mut(reserved..).unwrap_or_default(),
        at: 0,
        full: false,
    };
    text(&mut cut);
    let text_len = cut.at;
    let end = head(out, u8::from(retain), None, topic, text_len)? + text_len;
    if text_len > 0 {
        out.copy_within(reserved..reserved + text_len, end - text_len);
    }
    Ok(end)
}

/// Takes text until its buffer is full, and ends with a whole character.
struct CutText<'a> {
    out: &'a mut [u8],
    at: usize,
    full: bool,
}

impl fmt::Write for CutText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = self.out.get_mut(self.at..).unwrap_or_default();
        let fits = if self.full {
            0
        } else {
            text.floor_char_boundary(free.len())
        };
        if let (Some(to), Some(from)) = (free.get_mut(..fits), text.as_bytes().get(..fits)) {
            to.copy_from_slice(from);
        }
        self.at += fits;
        self.full |= fits < text.len();
        if self.full { Err(fmt::Error) } else { Ok(()) }
    }
}

pub(super) struct Writer<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut [u8]) -> Self {
        Self { out, at: 0 }
    }

    /// The number of bytes written.
    pub(super) fn len(&self) -> usize {
        self.at
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        let end = self.at + bytes.len();
        let to = self.out.get_mut(self.at..end).ok_or(EncodeError::NoSpace)?;
        to.copy_from_slice(bytes);
        self.at = end;
        Ok(())
    }

    /// Bytes behind their length, as the standard has strings and binary data.
    fn field(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        let len = u16::try_from(bytes.len()).map_err(|_| EncodeError::Invalid)?;
        self.bytes(&len.to_be_bytes())?;
        self.bytes(bytes)
    }

    /// The fixed header: type with flags, then the length of all that follows
    /// in seven bits a byte, lowest first.
    pub(super) fn header(&mut self, first: u8, remaining: usize) -> Result<(), EncodeError> {
        if remaining >= 1 << 28 {
            return Err(EncodeError::Invalid);
        }
        self.bytes(&[first])?;
        let mut rest = remaining;
        loop {
            let low = (rest & 0x7F) as u8;
            rest >>= 7;
            if rest == 0 {
                return self.bytes(&[low]);
            }
            self.bytes(&[low | 0x80])?;
        }
    }
}
