//! What is on its way to one client: messages that wait, and messages of QoS 1
//! that were sent and are not acknowledged.
//!
//! When it is full, the oldest message of QoS 0 goes; one of QoS 1 never does,
//! so without any of QoS 0 the queue takes no more, and says that it is [`Full`].

use std::collections::VecDeque;
use std::mem::size_of;
use std::rc::Rc;

use goe_device::mqtt::codec::{PacketId, Qos};

use super::budget::{Budget, Charge};
use super::limits::Limits;
use super::message::Message;

/// Messages for a client.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: VecDeque<(Rc<Message>, Qos)>,
    /// In the order in which they were first sent.
    in_flight: VecDeque<InFlight>,
    waiting_bytes: usize,
    in_flight_bytes: usize,
    last_id: u16,
    /// The places in both lists; messages are counted for themselves.
    charge: Charge,
}

#[derive(Debug)]
struct InFlight {
    id: PacketId,
    message: Rc<Message>,
    retain: bool,
    /// Not yet over the client's present connection.
    again: bool,
}

/// A message that is to be sent now.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: Rc<Message>,
    pub(super) retain: bool,
    pub(super) dup: bool,
    /// At QoS 1.
    pub(super) id: Option<PacketId>,
}

/// Nothing could be dropped, and the message was not taken.
#[derive(Debug)]
pub(super) struct Full;

impl Queue {
    pub(super) fn new(budget: &Budget) -> Self {
        Self {
            waiting: VecDeque::new(),
            in_flight: VecDeque::new(),
            waiting_bytes: 0,
            in_flight_bytes: 0,
            last_id: 0,
            charge: budget.charge(0),
        }
    }

    /// What it holds, in bytes, as if no other client had the same messages.
    pub(super) fn bytes(&self) -> usize {
        self.waiting_bytes + self.in_flight_bytes + self.charge.bytes()
    }

    /// Adds a message.
    pub(super) fn push(
        &mut self,
        message: Rc<Message>,
        qos: Qos,
        limits: &Limits,
    ) -> Result<(), Full> {
        self.waiting_bytes += message.bytes();
        self.waiting.push_back((message, qos));
        while self.waiting.len() > limits.queue || self.waiting_bytes > limits.queue_bytes {
            let mut waiting = self.waiting.iter();
            let oldest = waiting.position(|(_, qos)| *qos == Qos::AtMostOnce);
            let dropped = match oldest {
                Some(oldest) => self.waiting.remove(oldest),
                None => self.waiting.pop_back(),
            };
            self.waiting_bytes -= dropped.map_or(0, |(message, _)| message.bytes());
            if oldest.is_none() {
                return Err(Full);
            }
        }
        self.count();
        Ok(())
    }

    /// Returns whether one more message of QoS 1 may be on its way.
    pub(super) fn has_window(&self, limits: &Limits) -> bool {
        self.in_flight.len() < limits.in_flight && self.in_flight_bytes < limits.packet
    }

    /// The next message that was sent over an earlier connection.
    pub(super) fn again(&mut self) -> Option<Outgoing> {
        let left = self.in_flight.iter_mut().find(|sent| sent.again)?;
        left.again = false;
        Some(Outgoing {
            message: left.message.clone(),
            retain: left.retain,
            dup: true,
            id: Some(left.id),
        })
    }

    /// The next message that waits, if it may go.
    pub(super) fn next(&mut self, limits: &Limits) -> Option<Outgoing> {
        let (_, qos) = self.waiting.front()?;
        if *qos != Qos::AtMostOnce && !self.has_window(limits) {
            return None;
        }
        let (message, qos) = self.waiting.pop_front()?;
        self.waiting_bytes -= message.bytes();
        Some(self.send(message, qos, false))
    }

    /// Sends a message at once; one of QoS 1 stays until it is acknowledged.
    pub(super) fn send(&mut self, message: Rc<Message>, qos: Qos, retain: bool) -> Outgoing {
        let id = (qos != Qos::AtMostOnce).then(|| self.next_id());
        if let Some(id) = id {
            self.in_flight_bytes += message.bytes();
            self.in_flight.push_back(InFlight {
                id,
                message: message.clone(),
                retain,
                again: false,
            });
        }
        self.count();
        Outgoing {
            message,
            retain,
            dup: false,
            id,
        }
    }

    /// The client has the message of this id; an id that is not known may be
    /// an acknowledgement given twice.
    pub(super) fn acknowledge(&mut self, id: PacketId) {
        if let Some(at) = self.in_flight.iter().position(|sent| sent.id == id)
            && let Some(sent) = self.in_flight.remove(at)
        {
            self.in_flight_bytes -= sent.message.bytes();
            self.count();
        }
    }

    /// The connection is gone: what it took without acknowledgement has to be
    /// sent again, and nothing of QoS 0 waits for the next one.
    pub(super) fn detach(&mut self) {
        for sent in &mut self.in_flight {
            sent.again = true;
        }
        self.waiting.retain(|(_, qos)| *qos != Qos::AtMostOnce);
        self.waiting_bytes = self.waiting.iter().map(|(m, _)| m.bytes()).sum();
        self.waiting.shrink_to_fit();
        self.count();
    }

    fn next_id(&mut self) -> PacketId {
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            let id = PacketId::new(self.last_id).unwrap_or(PacketId::MIN);
            if self.in_flight.iter().all(|sent| sent.id != id) {
                return id;
            }
        }
    }

    fn count(&mut self) {
        let waiting = self.waiting.capacity() * size_of::<(Rc<Message>, Qos)>();
        let in_flight = self.in_flight.capacity() * size_of::<InFlight>();
        self.charge.set(waiting + in_flight);
    }
}
