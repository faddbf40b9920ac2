//! The broker without sockets and without a clock: bytes and the time come in,
//! bytes go out.
//!
//! Its caller says what happens to a connection ([`Core::connected`],
//! [`Core::receive`], [`Core::closed`]), and pulls what is to be sent
//! ([`Core::pull`]) whenever the connection takes more. After each call,
//! [`Core::woken`] names the other connections that have something to send or
//! are over. Nothing is left to chance: the same calls give the same bytes.

mod ends;
mod requests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use goe_device::mqtt::codec::server::first;

use super::budget::Budget;
use super::connection::{CHUNK, Connection, ConnectionId, End, LastWill, SessionId, Stage};
use super::limits::Limits;
use super::retained::Retained;
use super::session::{Next, Session};

/// Packets of one client that are dealt with before others have their turn, as
/// long as there are few filters.
const TURN: usize = 16;

/// The same for the device's own client, on which others wait.
const OWN_TURN: usize = 256;

/// A message is held against each filter: with so many of them it counts twice.
const FILTERS: usize = 500;

/// All clients, and what is kept for them.
#[derive(Debug)]
pub struct Core {
    limits: Limits,
    /// The beginning of the client ids for which places are kept.
    own: Option<String>,
    budget: Budget,
    connections: BTreeMap<ConnectionId, Connection>,
    /// Those without a CONNECT, the oldest first.
    waiting: BTreeSet<ConnectionId>,
    sessions: BTreeMap<SessionId, Session>,
    by_client: BTreeMap<Rc<str>, SessionId>,
    /// Those without a connection, the longest first.
    detached: VecDeque<SessionId>,
    retained: Retained,
    /// Wills that are not published yet.
    wills: VecDeque<LastWill>,
    woken: BTreeSet<ConnectionId>,
    last_number: u64,
}

impl Core {
    /// A broker that nobody is connected to. Clients whose id begins with `own`
    /// find a place when there is none for others.
    pub fn new(limits: Limits, own: Option<String>) -> Self {
        Self {
            limits,
            own,
            budget: Budget::default(),
            connections: BTreeMap::new(),
            waiting: BTreeSet::new(),
            sessions: BTreeMap::new(),
            by_client: BTreeMap::new(),
            detached: VecDeque::new(),
            retained: Retained::default(),
            wills: VecDeque::new(),
            woken: BTreeSet::new(),
            last_number: 0,
        }
    }

    /// What is held for all clients, in bytes.
    pub fn bytes(&self) -> usize {
        self.budget.bytes()
    }

    /// The retained messages: topic and payload, the oldest first.
    pub fn retained(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.retained.all()
    }

    /// There is a connection. When too many others have not said who they are
    /// yet, the oldest of these ends.
    pub fn connected(&mut self, now_ms: u64) -> ConnectionId {
        if self.waiting.len() >= self.limits.waiting
            && let Some(&oldest) = self.waiting.first()
        {
            self.end(oldest, End::Lost);
        }
        let id = ConnectionId(self.number());
        let until_ms = now_ms + self.limits.connect_ms;
        let connection = Connection::new(&self.budget, now_ms, until_ms);
        self.connections.insert(id, connection);
        self.waiting.insert(id);
        id
    }

    /// Bytes came in. Until [`Core::is_busy`] and [`Core::may_read`] say so,
    /// there have to come no more.
    pub fn receive(&mut self, id: ConnectionId, bytes: &[u8], now_ms: u64) {
        if let Some(connection) = self.connections.get_mut(&id)
            && !matches!(connection.stage, Stage::Closing)
        {
            connection.heard_ms = now_ms;
            connection.input.extend_from_slice(bytes);
            connection.has_work = true;
            self.work(id);
        }
    }

    /// Deals with what came in before, for a while.
    pub fn work(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let input = std::mem::take(&mut connection.input);
        let (mut at, mut left, mut has_work) = (0, self.turn(id), true);
        while left > 0 && self.is_willing(id) {
            left -= 1;
            let rest = input.get(at..).unwrap_or_default();
            match first(rest, self.limits.packet) {
                Ok(Some((request, len))) => {
                    at += len;
                    self.request(id, request);
                }
                Ok(None) => {
                    has_work = false;
                    break;
                }
                Err(error) => self.malformed(id, error),
            }
        }
        if let Some(connection) = self.connections.get_mut(&id)
            && !matches!(connection.stage, Stage::Closing)
        {
            connection.input = input;
            if at > 0 {
                connection.input.drain(..at);
                connection.input.shrink_to_fit();
            }
            connection.has_work = has_work;
            connection.count();
        }
        self.settle();
    }

    /// How many packets of a client are dealt with at once.
    fn turn(&self, id: ConnectionId) -> usize {
        let stage = self.connections.get(&id).map(|connection| connection.stage);
        if let Some(Stage::Open { session }) = stage
            && self
                .sessions
                .get(&session)
                .is_some_and(|session| session.is_own)
        {
            return OWN_TURN;
        }
        (TURN / (1 + self.filters() / FILTERS)).max(1)
    }

    /// The number of all filters.
    fn filters(&self) -> usize {
        self.sessions.values().map(Session::filters).sum()
    }

    /// The connection is gone.
    pub fn closed(&mut self, id: ConnectionId) {
        self.end(id, End::Lost);
        self.connections.remove(&id);
        self.woken.remove(&id);
        self.settle();
    }

    /// Looks at the time.
    pub fn tick(&mut self, id: ConnectionId, now_ms: u64) {
        if self.deadline_ms(id).is_some_and(|due| now_ms >= due) {
            tracing::debug!("broker: {id:?} said nothing for too long");
            self.end(id, End::Lost);
            self.settle();
        }
    }

    /// When [`Core::tick`] has to be called for a connection.
    pub fn deadline_ms(&self, id: ConnectionId) -> Option<u64> {
        self.connections.get(&id)?.deadline_ms()
    }

    /// Returns whether [`Core::work`] has something to do.
    pub fn is_busy(&self, id: ConnectionId) -> bool {
        self.is_willing(id) && self.connections.get(&id).is_some_and(|c| c.has_work)
    }

    /// Returns whether bytes may come in.
    pub fn may_read(&self, id: ConnectionId) -> bool {
        self.is_willing(id) && self.connections.get(&id).is_some_and(|c| !c.has_work)
    }

    /// Returns whether the connection has to be closed, once what
    /// [`Core::pull`] gives was sent.
    pub fn is_closing(&self, id: ConnectionId) -> bool {
        let connection = self.connections.get(&id);
        connection.is_none_or(|c| matches!(c.stage, Stage::Closing))
    }

    /// The next connection to look at, because another one's client did
    /// something.
    pub fn woken(&mut self) -> Option<ConnectionId> {
        self.woken.pop_first()
    }

    /// Adds to `out` what is to be sent next, until it has about 4 KiB.
    pub fn pull(&mut self, id: ConnectionId, out: &mut Vec<u8>) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        while out.len() < CHUNK {
            if connection.pull(out) {
                continue;
            }
            let Stage::Open { session } = connection.stage else {
                return;
            };
            let Some(session) = self.sessions.get_mut(&session) else {
                return;
            };
            match session.next(&self.retained, &self.limits) {
                Next::Message(outgoing) => connection.begin(outgoing, out),
                Next::Searching => {
                    self.woken.insert(id);
                    return;
                }
                Next::Nothing => return,
            }
        }
    }

    /// Returns whether more of a client's packets may be dealt with.
    fn is_willing(&self, id: ConnectionId) -> bool {
        let connection = self.connections.get(&id);
        connection.is_some_and(Connection::is_willing)
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
