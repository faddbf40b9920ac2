//! One connection: what came in and is not dealt with, what goes out first, and
//! when its client counts as gone.

use std::rc::Rc;

use goe_device::mqtt::codec::{Publish, Qos};

use super::budget::{Budget, Charge};
use super::message::Message;
use super::queue::Outgoing;

/// Bytes that go out at once.
pub(super) const CHUNK: usize = 4 * 1024;

/// With so many bytes of answers waiting, nothing more is taken from a client.
const ANSWERS: usize = 4 * 1024;

/// The number of a connection, which no other ever has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub(super) u64);

/// The number of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SessionId(pub(super) u64);

/// How far a connection is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// Its CONNECT has to come by then.
    Waiting { until_ms: u64 },
    /// It is a client's.
    Open { session: SessionId },
    /// It is over, but for what [`Connection::pull`] still gives.
    Closing,
}

/// How a connection ends.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum End {
    /// By DISCONNECT, which takes the will along.
    Said,
    /// In any other way.
    Lost,
}

/// The last will of a client.
#[derive(Debug)]
pub(super) struct LastWill {
    pub(super) message: Rc<Message>,
    pub(super) retain: bool,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stage: Stage,
    pub(super) will: Option<LastWill>,
    /// The client is gone when it says nothing for so long.
    pub(super) patience_ms: Option<u64>,
    pub(super) heard_ms: u64,
    /// What came and is not dealt with.
    pub(super) input: Vec<u8>,
    /// There are whole packets in it.
    pub(super) has_work: bool,
    answers: Vec<u8>,
    /// The message of which the head went out, and how much of its payload.
    sending: Option<(Rc<Message>, usize)>,
    charge: Charge,
}

impl Connection {
    pub(super) fn new(budget: &Budget, now_ms: u64, until_ms: u64) -> Self {
        Self {
            stage: Stage::Waiting { until_ms },
            will: None,
            patience_ms: None,
            heard_ms: now_ms,
            input: Vec::new(),
            has_work: false,
            answers: Vec::new(),
            sending: None,
            charge: budget.charge(0),
        }
    }

    /// What it holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let will = self.will.as_ref().map_or(0, |will| will.message.bytes());
        self.charge.bytes() + will
    }

    /// Counts what it holds.
    pub(super) fn count(&mut self) {
        let bytes = self.input.capacity() + self.answers.capacity();
        self.charge.set(bytes);
    }

    /// Returns whether more of the client's packets may be dealt with: not
    /// while it leaves answers where they are.
    pub(super) fn is_willing(&self) -> bool {
        !matches!(self.stage, Stage::Closing) && self.answers.len() < ANSWERS
    }

    /// When the client counts as gone, if nothing comes.
    pub(super) fn deadline_ms(&self) -> Option<u64> {
        match self.stage {
            Stage::Waiting { until_ms } => Some(until_ms),
            Stage::Open { .. } => Some(self.heard_ms + self.patience_ms?),
            Stage::Closing => None,
        }
    }

    /// Sends a packet before all messages.
    pub(super) fn answer(&mut self, packet: &[u8]) {
        self.answers.extend_from_slice(packet);
    }

    /// Has nothing more to say or to hear; gives what it was.
    pub(super) fn close(&mut self) -> Stage {
        self.input = Vec::new();
        self.answers = Vec::new();
        self.sending = None;
        self.has_work = false;
        self.count();
        std::mem::replace(&mut self.stage, Stage::Closing)
    }

    /// Begins to send a message: its head goes into `out`.
    pub(super) fn begin(&mut self, next: Outgoing, out: &mut Vec<u8>) {
        let publish = Publish {
            dup: next.dup,
            retain: next.retain,
            qos: match next.id {
                Some(_) => Qos::AtLeastOnce,
                None => Qos::AtMostOnce,
            },
            id: next.id,
            topic: &next.message.topic,
            payload: &next.message.payload,
        };
        let start = out.len();
        out.resize(start + Publish::OVERHEAD + publish.topic.len() + 2, 0);
        let head = publish.head(out.get_mut(start..).unwrap_or_default());
        // There is room, and what the codec took for a message is one.
        out.truncate(start + head.unwrap_or(0));
        self.sending = Some((next.message, 0));
    }

    /// Adds to `out` what has to go before the next message; false when
    /// nothing does.
    pub(super) fn pull(&mut self, out: &mut Vec<u8>) -> bool {
        let room = CHUNK.saturating_sub(out.len());
        if let Some((message, at)) = &mut self.sending {
            let left = message.payload.get(*at..).unwrap_or_default();
            let piece = left.get(..room.min(left.len())).unwrap_or_default();
            out.extend_from_slice(piece);
            *at += piece.len();
            if *at == message.payload.len() {
                self.sending = None;
            }
            return true;
        }
        if self.answers.is_empty() {
            return false;
        }
        out.extend(self.answers.drain(..room.min(self.answers.len())));
        if self.answers.is_empty() {
            self.answers = Vec::new();
        }
        self.count();
        true
    }
}
