//! The last message of each topic whose publisher wanted it kept.
//!
//! They are numbered in the order in which they came. A new subscription gets
//! those that were there before it, one at a time, as its client takes them
//! ([`Draw`]), so that they never stand in a queue. What is published on such a
//! topic meanwhile has a higher number: it reaches the client as any message
//! does, and nothing comes twice or in the wrong order.

use std::collections::BTreeMap;
use std::rc::Rc;

use goe_device::mqtt::codec::Qos;

use super::limits::Limits;
use super::message::Message;
use super::topics::{is_exact, matches};

/// Messages that are looked at before others have their turn.
const STEPS: usize = 1_000;

/// The retained messages.
#[derive(Debug, Default)]
pub(super) struct Retained {
    by_topic: BTreeMap<Rc<str>, u64>,
    by_number: BTreeMap<u64, Rc<Message>>,
    last: u64,
    bytes: usize,
}

/// What a subscription still has to be given.
#[derive(Debug)]
pub(super) struct Draw {
    pub(super) filter: Rc<str>,
    pub(super) qos: Qos,
    /// The number of the next message to look at, and the first that came
    /// after the subscription.
    next: u64,
    end: u64,
}

/// The outcome of looking for the next message of a [`Draw`].
#[derive(Debug)]
pub(super) enum Drawn {
    Message(Rc<Message>),
    /// None was found yet.
    Searching,
    /// There is no more.
    Nothing,
}

impl Retained {
    /// Keeps a message in place of the one before it, or takes that away if
    /// its payload is empty. When it was not kept, for there is too much, false.
    pub(super) fn keep(&mut self, message: &Rc<Message>, limits: &Limits) -> bool {
        if let Some(number) = self.by_topic.remove(&message.topic)
            && let Some(before) = self.by_number.remove(&number)
        {
            self.bytes -= before.bytes();
        }
        if message.payload.is_empty() {
            return true;
        }
        let bytes = self.bytes + message.bytes();
        if self.by_topic.len() >= limits.retained || bytes > limits.retained_bytes {
            return false;
        }
        self.bytes = bytes;
        self.last += 1;
        self.by_topic.insert(message.topic.clone(), self.last);
        self.by_number.insert(self.last, message.clone());
        true
    }

    /// All of them, the oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let messages = self.by_number.values();
        messages.map(|message| (&*message.topic, &*message.payload))
    }

    /// What a subscription that is made now has to be given.
    pub(super) fn draw(&self, filter: Rc<str>, qos: Qos) -> Draw {
        Draw {
            filter,
            qos,
            next: 0,
            end: self.last + 1,
        }
    }

    /// The next message of a draw.
    pub(super) fn next(&self, draw: &mut Draw) -> Drawn {
        if is_exact(&draw.filter) {
            let number = self.by_topic.get(&draw.filter).copied();
            let range = std::mem::replace(&mut draw.next, draw.end)..draw.end;
            let number = number.filter(|number| range.contains(number));
            let message = number.and_then(|number| self.by_number.get(&number));
            return message.map_or(Drawn::Nothing, |message| Drawn::Message(message.clone()));
        }
        let left = self.by_number.range(draw.next..draw.end);
        for (step, (&number, message)) in left.enumerate() {
            if step == STEPS {
                return Drawn::Searching;
            }
            draw.next = number + 1;
            if matches(&draw.filter, &message.topic) {
                return Drawn::Message(message.clone());
            }
        }
        Drawn::Nothing
    }
}
