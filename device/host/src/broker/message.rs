//! A message, of which there is one however many clients it goes to.

use std::rc::Rc;

use goe_device::mqtt::codec::Qos;

use super::budget::{Budget, Charge};

/// What a message takes beside its topic and payload, in bytes: its own fields,
/// three allocations, and its places in the lists of a session.
const OVERHEAD: usize = 160;

/// A message that was published.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) topic: Rc<str>,
    pub(super) payload: Box<[u8]>,
    /// That of its publisher, but for 2: nothing here is delivered with more
    /// than 1.
    pub(super) qos: Qos,
    charge: Charge,
}

impl Message {
    pub(super) fn new(budget: &Budget, topic: &str, payload: &[u8], qos: Qos) -> Rc<Self> {
        Rc::new(Self {
            topic: topic.into(),
            payload: payload.into(),
            qos: qos.min(Qos::AtLeastOnce),
            charge: budget.charge(topic.len() + payload.len() + OVERHEAD),
        })
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.charge.bytes()
    }
}
