//! Bytes, as they arrive, into packets.
//!
//! The decoder cuts the stream at packet boundaries within one buffer of the
//! caller's and never copies a packet out of it. A PUBLISH that the buffer
//! cannot hold is announced by its topic and then drained; any other packet
//! that long is a fault of the server.

use core::ops::Range;

use super::model::{DecodeError, Packet, PacketId, Qos, TooLong};
use super::packet::{self, FixedHeader};

/// Finds the packets in a stream of bytes.
///
/// Feed it in turns: [`Decoder::space`] to read into, [`Decoder::filled`] with
/// the number of bytes read, [`Decoder::next`] until that gives `None`. After
/// an error it gives that error for ever: a stream that went wrong once has no
/// packet boundaries left to find.
#[derive(Debug)]
pub struct Decoder<'b> {
    buf: &'b mut [u8],
    /// `buf[start..end]` has arrived and is not consumed.
    start: usize,
    end: usize,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// At the start of a packet.
    Packet,
    /// Within a topic that does not fit: so many bytes of it are to come.
    LongTopic {
        header: FixedHeader,
        topic_left: u32,
        left: u32,
    },
    /// Behind such a topic: the packet id, if any, comes next.
    BehindTopic {
        header: FixedHeader,
        left: u32,
    },
    /// Within what is of no more interest.
    Drain {
        left: u32,
    },
    Failed(DecodeError),
}

/// A packet by its place in the buffer, so that finding it and borrowing it
/// are two steps.
enum Found {
    Whole {
        header: FixedHeader,
        body: Range<usize>,
    },
    TooLong {
        header: FixedHeader,
        topic: Option<Range<usize>>,
        id: Option<PacketId>,
        payload_len: u32,
    },
}

impl<'b> Decoder<'b> {
    /// A decoder at the start of a stream. Messages longer than `buf` are not
    /// delivered but announced; below 16 bytes there is no MQTT to be had.
    pub fn new(buf: &'b mut [u8]) -> Self {
        Self {
            buf,
            start: 0,
            end: 0,
            state: State::Packet,
        }
    }

    /// Where the next bytes go; never empty once [`Decoder::next`] has given
    /// `None`.
    pub fn space(&mut self) -> &mut [u8] {
        if self.start > 0 {
            self.buf.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        self.buf.get_mut(self.end..).unwrap_or_default()
    }

    /// Says that the first `len` bytes of [`Decoder::space`] have arrived.
    pub fn filled(&mut self, len: usize) {
        self.end = self.end.saturating_add(len).min(self.buf.len());
    }

    /// Returns whether a message too long for the buffer is passing through.
    pub fn is_draining(&self) -> bool {
        !matches!(self.state, State::Packet | State::Failed(_))
    }

    /// The next packet, `None` when more bytes are needed for it.
    // Not an iterator: each packet borrows the decoder.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, DecodeError> {
        let found = match self.find() {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.state = State::Failed(error);
                return Err(error);
            }
        };
        match borrow(self.buf, &found) {
            Ok(packet) => Ok(Some(packet)),
            Err(error) => {
                self.state = State::Failed(error);
                Err(error)
            }
        }
    }

    fn find(&mut self) -> Result<Option<Found>, DecodeError> {
        loop {
            match self.state {
                State::Failed(error) => return Err(error),
                State::Packet => return self.find_packet(),
                State::LongTopic {
                    header,
                    topic_left,
                    left,
                } => {
                    let skipped = self.skip(topic_left);
                    let (topic_left, left) = (topic_left - skipped, left - skipped);
                    if topic_left > 0 {
                        self.state = State::LongTopic {
                            header,
                            topic_left,
                            left,
                        };
                        return Ok(None);
                    }
                    self.state = State::BehindTopic { header, left };
                }
                State::BehindTopic { header, left } => {
                    return self.announce(header, None, 0, left);
                }
                State::Drain { left } => {
                    let left = left - self.skip(left);
                    if left > 0 {
                        self.state = State::Drain { left };
                        return Ok(None);
                    }
                    self.state = State::Packet;
                }
            }
        }
    }

    fn find_packet(&mut self) -> Result<Option<Found>, DecodeError> {
        let Some(header) = FixedHeader::parse(self.arrived())? else {
            return Ok(None);
        };
        let total = header.len + header.remaining as usize;
        if total > self.buf.len() {
            return self.find_too_long(header);
        }
        if self.arrived().len() < total {
            return Ok(None);
        }
        let body = self.start + header.len..self.start + total;
        self.start += total;
        Ok(Some(Found::Whole { header, body }))
    }

    /// The start of a packet that is longer than the buffer.
    fn find_too_long(&mut self, header: FixedHeader) -> Result<Option<Found>, DecodeError> {
        if !header.is_publish() {
            return Err(DecodeError::TooLarge);
        }
        let Some(bytes) = self.first(header.len + 2)? else {
            return Ok(None);
        };
        let &[.., high, low] = bytes else {
            return Err(DecodeError::Length);
        };
        let topic_len = u32::from(u16::from_be_bytes([high, low]));
        let left = header.remaining - 2;
        if topic_len + id_len(header) > left {
            return Err(DecodeError::Length);
        }
        let before = header.len + 2;
        if before + (topic_len + id_len(header)) as usize > self.buf.len() {
            self.start += before;
            self.state = State::LongTopic {
                header,
                topic_left: topic_len,
                left,
            };
            return self.find();
        }
        let topic = before..before + topic_len as usize;
        self.announce(header, Some(topic.clone()), topic.end, left - topic_len)
    }

    /// Announces a long message once its packet id is there: `before` bytes of
    /// it come first, `left` bytes from the id on. `topic` counts from the
    /// start of what arrived.
    fn announce(
        &mut self,
        header: FixedHeader,
        topic: Option<Range<usize>>,
        before: usize,
        left: u32,
    ) -> Result<Option<Found>, DecodeError> {
        let id_len = id_len(header);
        let Some(bytes) = self.first(before + id_len as usize)? else {
            return Ok(None);
        };
        let id = match bytes.get(before..) {
            Some(&[high, low]) => Some(packet::packet_id(high, low)?),
            _ => None,
        };
        let topic = topic.map(|at| self.start + at.start..self.start + at.end);
        self.start += before + id_len as usize;
        let payload_len = left - id_len;
        self.state = State::Drain { left: payload_len };
        Ok(Some(Found::TooLong {
            header,
            topic,
            id,
            payload_len,
        }))
    }

    fn arrived(&self) -> &[u8] {
        self.buf.get(self.start..self.end).unwrap_or_default()
    }

    /// The first `len` bytes, `None` when they are not there yet, an error when
    /// they never can be.
    fn first(&self, len: usize) -> Result<Option<&[u8]>, DecodeError> {
        if len > self.buf.len() {
            return Err(DecodeError::TooLarge);
        }
        Ok(self.arrived().get(..len))
    }

    /// Consumes up to `len` bytes and says how many there were.
    fn skip(&mut self, len: u32) -> u32 {
        let arrived = u32::try_from(self.end - self.start).unwrap_or(u32::MAX);
        let skipped = len.min(arrived);
        self.start += skipped as usize;
        skipped
    }
}

fn id_len(header: FixedHeader) -> u32 {
    if header.qos() == Qos::AtMostOnce {
        0
    } else {
        2
    }
}

fn borrow<'a>(buf: &'a [u8], found: &Found) -> Result<Packet<'a>, DecodeError> {
    let bytes = |range: &Range<usize>| buf.get(range.clone()).unwrap_or_default();
    match found {
        Found::Whole { header, body } => packet::parse(*header, bytes(body)),
        Found::TooLong {
            header,
            topic,
            id,
            payload_len,
        } => {
            let topic = topic.as_ref();
            let topic = topic.and_then(|range| packet::topic(bytes(range)).ok());
            Ok(Packet::TooLong(TooLong {
                retain: header.retain(),
                qos: header.qos(),
                id: *id,
                topic,
                payload_len: *payload_len,
            }))
        }
    }
}
