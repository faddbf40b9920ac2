//! What each packet of a client's does.

use std::rc::Rc;

use goe_device::mqtt::codec::server::{
    Filters, PINGRESP, Request, SUBACK_REFUSED, connack, pubcomp, pubrec, suback_head, unsuback,
};
use goe_device::mqtt::codec::{Connect, DecodeError, PacketId, Publish, Qos, Refusal, puback};

use super::Core;
use crate::broker::connection::{ConnectionId, End, LastWill, SessionId, Stage};
use crate::broker::message::Message;
use crate::broker::session::Session;

impl Core {
    pub(super) fn request(&mut self, id: ConnectionId, request: Request<'_>) {
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

    pub(super) fn malformed(&mut self, id: ConnectionId, error: DecodeError) {
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
        let all = self.filters();
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
    pub(super) fn route(&mut self, message: &Rc<Message>, retain: bool) {
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
}
