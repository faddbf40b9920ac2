//! The broker without sockets and without a clock: bytes and the time come in,
//! bytes go out.
//!
//! Its caller says what happens to a connection ([`Core::connected`],
//! [`Core::receive`], [`Core::closed`]), and pulls what is to be sent
//! ([`Core::pull`]) whenever the connection takes more. After each call,
//! [`Core::woken`] names the other connections that have something to send or
//! are over. Nothing is left to chance: the same calls give the same bytes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use goe_device::mqtt::codec::server::{
    Filters, PINGRESP, Request, SUBACK_REFUSED, connack, first, pubcomp, pubrec, suback_head,
    unsuback,
};
use goe_device::mqtt::codec::{Connect, DecodeError, PacketId, Publish, Qos, Refusal, puback};

use super::budget::Budget;
use super::connection::{CHUNK, Connection, ConnectionId, LastWill, SessionId, Stage};
use super::limits::Limits;
use super::message::Message;
use super::retained::Retained;
use super::session::{Next, Session};

/// Packets of one client that are dealt with before others have their turn.
const TURN: usize = 16;

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

/// How a connection ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// By DISCONNECT, which takes the will along.
    Said,
    /// In any other way.
    Lost,
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
        let (mut at, mut turn, mut has_work) = (0, 0, true);
        while turn < TURN && self.is_willing(id) {
            turn += 1;
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

    fn request(&mut self, id: ConnectionId, request: Request<'_>) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let session = match (connection.stage, request) {
            (Stage::Waiting { .. }, Request::Connect(connect)) => {
                return self.connect(id, &connect);
            }
            (Stage::Open { session }, _) => session,
            // CONNECT comes first [MQTT-3.1.0-1].
            (Stage::Waiting { .. } | Stage::Closing, _) => return self.end(id, End::Lost),
        };
        match request {
            // And once [MQTT-3.1.0-2].
            Request::Connect(_) => self.end(id, End::Lost),
            Request::Publish(publish) => self.publish(id, session, publish),
            Request::Puback(packet) => self.with(session, |session| session.acknowledge(packet)),
            Request::Pubrel(packet) => {
                self.with(session, |session| session.release(packet));
                self.answer(id, &pubcomp(packet));
            }
            Request::Subscribe {
                id: packet,
                filters,
            } => self.subscribe(id, session, packet, filters),
            Request::Unsubscribe {
                id: packet,
                filters,
            } => {
                self.with(session, |session| {
                    filters.for_each(|(filter, _)| session.unsubscribe(filter));
                });
                self.answer(id, &unsuback(packet));
            }
            Request::Pingreq => self.answer(id, &PINGRESP),
            Request::Disconnect => self.end(id, End::Said),
        }
    }

    fn with(&mut self, session: SessionId, act: impl FnOnce(&mut Session)) {
        if let Some(session) = self.sessions.get_mut(&session) {
            act(session);
        }
    }

    fn answer(&mut self, id: ConnectionId, packet: &[u8]) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.answer(packet);
        }
    }

    fn malformed(&mut self, id: ConnectionId, error: DecodeError) {
        tracing::debug!("broker: {id:?} sent what is no MQTT 3.1.1: {error:?}");
        let connection = self.connections.get(&id);
        let is_new = connection.is_some_and(|c| matches!(c.stage, Stage::Waiting { .. }));
        if is_new && error == DecodeError::ProtocolLevel {
            self.refuse(id, Refusal::ProtocolVersion);
        } else {
            self.end(id, End::Lost);
        }
    }

    fn refuse(&mut self, id: ConnectionId, refusal: Refusal) {
        self.end(id, End::Lost);
        self.answer(id, &connack(Err(refusal)));
    }

    fn connect(&mut self, id: ConnectionId, connect: &Connect<'_>) {
        if connect.client_id.is_empty() && !connect.clean_session {
            return self.refuse(id, Refusal::ClientId);
        }
        let will = connect.will.map_or("", |will| will.topic);
        if will.len() > self.limits.topic {
            tracing::debug!("broker: {id:?} has a will on a topic that is too long");
            return self.end(id, End::Lost);
        }
        let client_id: Rc<str> = match connect.client_id {
            "" => self.assigned_id().into(),
            given => given.into(),
        };
        let own = self.own.as_deref();
        let is_own = own.is_some_and(|own| client_id.starts_with(own));
        let before = self.by_client.get(&client_id).copied();
        let rival = before.and_then(|session| self.sessions.get(&session)?.connection);
        if rival.is_none() && !self.has_place(is_own) {
            tracing::debug!("broker: there is no place for {client_id:?}");
            return self.refuse(id, Refusal::Unavailable);
        }
        if let Some(rival) = rival {
            tracing::debug!("broker: {client_id:?} takes the place of its like");
            self.end(rival, End::Lost);
        }
        // That may have been the end of the session, too.
        let mut session = self.by_client.get(&client_id).copied();
        if connect.clean_session
            && let Some(old) = session.take()
        {
            self.forget(old);
        }
        let is_present = session.is_some();
        let session = session.unwrap_or_else(|| SessionId(self.number()));
        self.detached.retain(|detached| *detached != session);
        let budget = &self.budget;
        let entry = self.sessions.entry(session);
        let clean = connect.clean_session;
        let state = entry.or_insert_with(|| Session::new(budget, client_id.clone(), clean, is_own));
        state.connection = Some(id);
        self.by_client.insert(client_id, session);
        self.waiting.remove(&id);
        let will = connect.will.map(|will| LastWill {
            message: Message::new(&self.budget, will.topic, will.payload, will.qos),
            retain: will.retain,
        });
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.stage = Stage::Open { session };
            // One and a half times the keep alive [MQTT-3.1.2-24].
            let patience_ms = u64::from(connect.keep_alive_s) * 1_500;
            connection.patience_ms = (patience_ms > 0).then_some(patience_ms);
            connection.will = will;
            connection.answer(&connack(Ok(is_present)));
        }
    }

    fn assigned_id(&mut self) -> String {
        loop {
            let id = format!("assigned-{}", self.number());
            if !self.by_client.contains_key(id.as_str()) {
                return id;
            }
        }
    }

    fn has_place(&self, is_own: bool) -> bool {
        let open = self.sessions.values();
        let open = open.filter(|session| session.connection.is_some() && session.is_own == is_own);
        let places = match is_own {
            true => self.limits.reserved,
            false => self.limits.connections,
        };
        open.count() < places
    }

    fn subscribe(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        packet: PacketId,
        filters: Filters<'_>,
    ) {
        let all: usize = self.sessions.values().map(Session::filters).sum();
        let Some(state) = self.sessions.get_mut(&session) else {
            return;
        };
        let others = all - state.filters();
        let mut codes = Vec::new();
        for (filter, wanted) in filters {
            let is_known = state.has_filter(filter);
            let has_room = state.filters() < self.limits.filters
                && others + state.filters() < self.limits.all_filters;
            let fits = filter.len() <= self.limits.topic
                && filter.split('/').count() <= self.limits.levels;
            // A packet has room for tens of thousands, each the same, and each
            // is work.
            let is_few = codes.len() < self.limits.filters;
            codes.push(if fits && is_few && (is_known || has_room) {
                let granted = wanted.min(Qos::AtLeastOnce);
                state.subscribe(filter, granted, &self.retained);
                granted as u8
            } else {
                SUBACK_REFUSED
            });
        }
        let mut head = [0; 8];
        // It is no longer than that.
        let length = suback_head(&mut head, packet, codes.len()).unwrap_or(0);
        self.answer(id, head.get(..length).unwrap_or_default());
        self.answer(id, &codes);
    }

    fn publish(&mut self, id: ConnectionId, session: SessionId, publish: Publish<'_>) {
        if publish.topic.len() > self.limits.topic {
            tracing::debug!("broker: {id:?} published on a topic that is too long");
            return self.end(id, End::Lost);
        }
        let Some(state) = self.sessions.get_mut(&session) else {
            return;
        };
        let mut is_new = true;
        if let (Qos::ExactlyOnce, Some(packet)) = (publish.qos, publish.id) {
            is_new = state.take(packet);
            if state.unreleased() > self.limits.unreleased {
                tracing::debug!("broker: {id:?} releases nothing");
                return self.end(id, End::Lost);
            }
        }
        if is_new {
            let message = Message::new(&self.budget, publish.topic, publish.payload, publish.qos);
            self.route(&message, publish.retain);
        }
        match (publish.qos, publish.id) {
            (Qos::AtLeastOnce, Some(packet)) => self.answer(id, &puback(packet)),
            (Qos::ExactlyOnce, Some(packet)) => self.answer(id, &pubrec(packet)),
            _ => {}
        }
    }

    /// Gives a message to all who want it, and keeps it if it shall be.
    fn route(&mut self, message: &Rc<Message>, retain: bool) {
        if retain && !self.retained.keep(message, &self.limits) {
            tracing::debug!("broker: too much is retained for {:?}", message.topic);
        }
        let mut full = Vec::new();
        for (id, session) in &mut self.sessions {
            let Some(granted) = session.wants(&message.topic) else {
                continue;
            };
            let outcome = session.push(message, granted, &self.limits);
            self.woken.extend(session.connection);
            // Nobody throws our own client out by sending it too much: it loses
            // what is too much.
            if outcome.is_err() && !session.is_own {
                full.push(*id);
            }
        }
        for session in full {
            self.cut_off(session);
        }
    }

    /// Ends a session that takes too little of what it asked for, or holds too
    /// much. Its client learns it: when it comes back there is no session.
    fn cut_off(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        tracing::debug!(
            "broker: {:?} is cut off: it holds too much",
            session.client_id
        );
        session.is_clean = true;
        match session.connection {
            Some(connection) => self.end(connection, End::Lost),
            None => self.forget(id),
        }
    }

    fn forget(&mut self, id: SessionId) {
        self.detached.retain(|detached| *detached != id);
        if let Some(session) = self.sessions.remove(&id) {
            self.by_client.remove(&session.client_id);
        }
    }

    fn end(&mut self, id: ConnectionId, how: End) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let stage = connection.close();
        let will = connection.will.take();
        self.wills.extend(will.filter(|_| how == End::Lost));
        self.woken.insert(id);
        self.waiting.remove(&id);
        let Stage::Open { session: id } = stage else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.is_clean {
            return self.forget(id);
        }
        session.detach();
        self.detached.push_back(id);
        if self.detached.len() > self.limits.sessions
            && let Some(&oldest) = self.detached.front()
        {
            self.forget(oldest);
        }
    }

    /// Publishes the wills of those that ended, and ends those that hold most
    /// as long as all hold too much.
    fn settle(&mut self) {
        loop {
            if let Some(will) = self.wills.pop_front() {
                self.route(&will.message, will.retain);
            } else if self.bytes() <= self.limits.bytes || !self.cut_off_largest() {
                return;
            }
        }
    }

    /// False if there is nobody.
    fn cut_off_largest(&mut self) -> bool {
        let of = |id: &ConnectionId| self.connections.get(id).map_or(0, Connection::bytes);
        let sessions = self.sessions.iter().map(|(id, session)| {
            let bytes = session.bytes() + session.connection.as_ref().map_or(0, of);
            (!session.is_own, bytes, Ok(*id))
        });
        let waiting = self.waiting.iter().map(|id| (true, of(id), Err(*id)));
        match sessions
            .chain(waiting)
            .max_by_key(|(other, bytes, _)| (*other, *bytes))
        {
            Some((_, _, Ok(session))) => self.cut_off(session),
            Some((_, _, Err(connection))) => self.end(connection, End::Lost),
            None => return false,
        }
        true
    }
}
