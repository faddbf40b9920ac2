//! What the broker knows of a client, with or without a connection.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use goe_device::mqtt::codec::{PacketId, Qos};

use super::budget::{Budget, Charge};
use super::connection::ConnectionId;
use super::limits::Limits;
use super::message::Message;
use super::queue::{Full, Outgoing, Queue};
use super::retained::{Draw, Drawn, Retained};
use super::topics::{is_exact, matches};

/// What a filter takes beside its text, in bytes.
const FILTER_OVERHEAD: usize = 160;

/// What a session takes before it has anything, in bytes.
const OVERHEAD: usize = 512;

/// A client's session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) client_id: Rc<str>,
    /// Ends with its connection.
    pub(super) is_clean: bool,
    /// Has a place kept for it, and is not cut off for what others send it.
    pub(super) is_own: bool,
    pub(super) connection: Option<ConnectionId>,
    /// The filters without a wildcard, which are the topics that they match.
    exact: BTreeMap<Rc<str>, Qos>,
    wild: BTreeMap<Rc<str>, Qos>,
    draws: VecDeque<Draw>,
    queue: Queue,
    /// The messages of QoS 2 that were taken and not released.
    unreleased: BTreeSet<PacketId>,
    /// The client id and the filters.
    charge: Charge,
}

/// What goes to the client next.
#[derive(Debug)]
pub(super) enum Next {
    Message(Outgoing),
    /// There may be something, but others have their turn first.
    Searching,
    Nothing,
}

impl Session {
    pub(super) fn new(budget: &Budget, client_id: Rc<str>, is_clean: bool, is_own: bool) -> Self {
        let bytes = OVERHEAD + client_id.len();
        Self {
            client_id,
            is_clean,
            is_own,
            connection: None,
            exact: BTreeMap::new(),
            wild: BTreeMap::new(),
            draws: VecDeque::new(),
            queue: Queue::new(budget),
            unreleased: BTreeSet::new(),
            charge: budget.charge(bytes),
        }
    }

    /// What it holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.charge.bytes() + self.queue.bytes()
    }

    /// The number of its filters.
    pub(super) fn filters(&self) -> usize {
        self.exact.len() + self.wild.len()
    }

    /// Returns whether it has this very filter.
    pub(super) fn has_filter(&self, filter: &str) -> bool {
        self.exact.contains_key(filter) || self.wild.contains_key(filter)
    }

    /// Adds a filter or changes its QoS, and gives the client the retained
    /// messages that it matches, once more if it had them before
    /// [MQTT-3.8.4-3].
    pub(super) fn subscribe(&mut self, filter: &str, qos: Qos, retained: &Retained) {
        self.unsubscribe(filter);
        let filter: Rc<str> = filter.into();
        let bytes = self.charge.bytes() + filter.len() + FILTER_OVERHEAD;
        self.charge.set(bytes);
        self.draws.push_back(retained.draw(filter.clone(), qos));
        self.list(&filter).insert(filter, qos);
    }

    /// Takes a filter away, if it is there.
    pub(super) fn unsubscribe(&mut self, filter: &str) {
        if self.list(filter).remove(filter).is_some() {
            let bytes = self.charge.bytes() - filter.len() - FILTER_OVERHEAD;
            self.charge.set(bytes);
            self.draws.retain(|draw| &*draw.filter != filter);
        }
    }

    fn list(&mut self, filter: &str) -> &mut BTreeMap<Rc<str>, Qos> {
        match is_exact(filter) {
            true => &mut self.exact,
            false => &mut self.wild,
        }
    }

    /// The highest QoS that its filters give a topic; `None` if none matches.
    pub(super) fn wants(&self, topic: &str) -> Option<Qos> {
        let exact = self.exact.get(topic).copied();
        let wild = self.wild.iter();
        let wild = wild.filter(|(filter, _)| matches(filter, topic));
        wild.map(|(_, qos)| *qos).max().max(exact)
    }

    /// Queues a message that it wants.
    pub(super) fn push(
        &mut self,
        message: &Rc<Message>,
        granted: Qos,
        limits: &Limits,
    ) -> Result<(), Full> {
        let qos = granted.min(message.qos);
        if qos == Qos::AtMostOnce && self.connection.is_none() {
            return Ok(());
        }
        self.queue.push(message.clone(), qos, limits)
    }

    /// What goes to the client next: what it may have had, then what was
    /// retained, then what waits.
    pub(super) fn next(&mut self, retained: &Retained, limits: &Limits) -> Next {
        if let Some(again) = self.queue.again() {
            return Next::Message(again);
        }
        while let Some(draw) = self.draws.front_mut() {
            if draw.qos != Qos::AtMostOnce && !self.queue.has_window(limits) {
                break;
            }
            match retained.next(draw) {
                Drawn::Message(message) => {
                    let qos = draw.qos.min(message.qos);
                    return Next::Message(self.queue.send(message, qos, true));
                }
                Drawn::Searching => return Next::Searching,
                Drawn::Nothing => drop(self.draws.pop_front()),
            }
        }
        self.queue.next(limits).map_or(Next::Nothing, Next::Message)
    }

    /// The client has the message of this id.
    pub(super) fn acknowledge(&mut self, id: PacketId) {
        self.queue.acknowledge(id);
    }

    /// Takes the id of a message of QoS 2; false if the client sent it before.
    pub(super) fn take(&mut self, id: PacketId) -> bool {
        self.unreleased.insert(id)
    }

    /// The number of messages of QoS 2 that were not released.
    pub(super) fn unreleased(&self) -> usize {
        self.unreleased.len()
    }

    /// The client will not send the message of QoS 2 with this id again.
    pub(super) fn release(&mut self, id: PacketId) {
        self.unreleased.remove(&id);
    }

    /// Goes on without a connection.
    pub(super) fn detach(&mut self) {
        self.connection = None;
        self.queue.detach();
    }
}
