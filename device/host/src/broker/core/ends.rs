//! How connections and sessions end, and who has to go when all hold too much.

use super::Core;
use crate::broker::connection::{Connection, ConnectionId, End, SessionId, Stage};

impl Core {
    /// Ends a session that takes too little of what it asked for, or holds too
    /// much. Its client learns it: when it comes back there is no session.
    pub(super) fn cut_off(&mut self, id: SessionId) {
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

    pub(super) fn forget(&mut self, id: SessionId) {
        self.detached.retain(|detached| *detached != id);
        if let Some(session) = self.sessions.remove(&id) {
            self.by_client.remove(&session.client_id);
        }
    }

    pub(super) fn end(&mut self, id: ConnectionId, how: End) {
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
    pub(super) fn settle(&mut self) {
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
