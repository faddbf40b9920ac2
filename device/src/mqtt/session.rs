//! One connection as MQTT sees it, without I/O: what may come when, which
//! packet ids are out, and whether the other side is still alive.
//!
//! It takes packets and the time, and gives events, packets to send (into a
//! [`Tx`]) and the moment at which it wants to be asked again. It knows no
//! socket, no key and no device; time is in milliseconds of any monotonic
//! clock. Once it has given an error, the connection is to be closed.

use super::codec::{
    DecodeError, EncodeError, PINGREQ, Packet, PacketId, Publish, Qos, Refusal, Subscribe, TooLong,
    puback,
};
use super::tx::Tx;
use super::window::{Doubt, Window};

/// Time limit for the server's CONNACK and SUBACK, in milliseconds.
pub const ANSWER_MS: u64 = 5_000;

/// The meaning of a packet to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The server accepted the connection.
    Connected {
        /// It kept an older session; never after a clean start.
        session_present: bool,
    },
    /// It granted the subscription with at most this QoS.
    Subscribed(Qos),
    /// It accepted the SUBSCRIBE packet but not the subscription.
    SubscriptionRefused,
    /// A message. If it has an id, the client owes an
    /// [`Session::acknowledge`] once it has dealt with it.
    Message(Publish<'a>),
    /// A message that did not fit; owes the same.
    TooLong(TooLong<'a>),
    /// A message on a topic that there cannot be; owes the same.
    BadTopic(Option<PacketId>),
    /// Our own QoS 1 PUBLISH of this id arrived.
    Acknowledged(PacketId),
    /// The server is alive.
    Pong,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The server does not want this client.
    Refused(Refusal),
    /// No CONNACK or SUBACK within [`ANSWER_MS`], or for
    /// [`STILL_MS`](super::window::STILL_MS) no PUBACK that is owed.
    NoAnswer,
    /// No PINGRESP within half a keep alive.
    NoPong,
    /// The bytes received were not MQTT.
    Malformed(DecodeError),
    /// The packet received was MQTT, but not one that may come now: something
    /// before CONNACK or a second one, a SUBACK nobody asked for, more QoS than
    /// granted.
    OutOfOrder,
}

impl From<DecodeError> for SessionError {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

/// The state of one connection.
#[derive(Clone, Debug)]
pub struct Session {
    connected: bool,
    /// Half the keep alive in milliseconds; `None` when switched off.
    half_ms: Option<u64>,
    /// When we last sent and last heard something.
    sent_ms: u64,
    heard_ms: u64,
    /// The PINGREQ that is not answered yet: when its answer is overdue.
    pong_due_ms: Option<u64>,
    /// The SUBSCRIBE that is not answered yet.
    subscribing: Option<PacketId>,
    /// When CONNACK or SUBACK is overdue.
    answer_due_ms: Option<u64>,
    /// The id of the last SUBSCRIBE.
    last_id: u16,
    window: Window,
}

impl Session {
    /// A session whose CONNECT, with this keep alive in seconds, goes out now.
    pub fn new(keep_alive_s: u16, now_ms: u64) -> Self {
        let half_ms = u64::from(keep_alive_s) * 500;
        Self {
            connected: false,
            half_ms: (half_ms > 0).then_some(half_ms),
            sent_ms: now_ms,
            heard_ms: now_ms,
            pong_due_ms: None,
            subscribing: None,
            answer_due_ms: Some(now_ms + ANSWER_MS),
            last_id: 0,
            window: Window::new(),
        }
    }

    /// Returns whether the server has accepted the connection.
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// Takes a packet of the server's.
    pub fn receive<'a>(
        &mut self,
        packet: Packet<'a>,
        now_ms: u64,
    ) -> Result<Event<'a>, SessionError> {
        self.heard_ms = now_ms;
        match (self.connected, packet) {
            (
                false,
                Packet::Connack {
                    session_present,
                    result,
                },
            ) => {
                result.map_err(SessionError::Refused)?;
                self.connected = true;
                self.answer_due_ms = None;
                Ok(Event::Connected { session_present })
            }
            // The first packet is a CONNACK [MQTT-3.2.0-1], and only that one.
            (false, _) | (true, Packet::Connack { .. }) => Err(SessionError::OutOfOrder),
            (true, Packet::Publish(publish)) => {
                check_qos(publish.qos).map(|()| Event::Message(publish))
            }
            (true, Packet::TooLong(publish)) => {
                check_qos(publish.qos).map(|()| Event::TooLong(publish))
            }
            (true, Packet::BadTopic { qos, id }) => check_qos(qos).map(|()| Event::BadTopic(id)),
            (true, Packet::Suback { id, codes }) => self.subscribed(id, codes),
            (true, Packet::Puback(id)) => {
                self.window.acknowledged(id, now_ms);
                Ok(Event::Acknowledged(id))
            }
            (true, Packet::Pingresp) => {
                self.pong_due_ms = None;
                Ok(Event::Pong)
            }
        }
    }

    /// Asks the server for `filter` with up to `qos`, which is no more than 1.
    pub fn subscribe(
        &mut self,
        filter: &str,
        qos: Qos,
        now_ms: u64,
        tx: &mut Tx<'_>,
    ) -> Result<(), EncodeError> {
        let id = self.next_id();
        tx.push(|out| Subscribe { id, filter, qos }.encode(out))?;
        self.subscribing = Some(id);
        self.answer_due_ms = Some(now_ms + ANSWER_MS);
        Ok(())
    }

    /// The id for the next PUBLISH at QoS 1; `None` while the server owes
    /// acknowledgements of too many.
    pub fn vacancy(&self) -> Option<PacketId> {
        self.window.vacancy()
    }

    /// Says that the PUBLISH of that id goes out.
    pub fn published(&mut self, now_ms: u64) {
        self.window.sent(now_ms);
    }

    /// Returns whether the server owes no acknowledgement.
    pub fn is_acknowledged(&self) -> bool {
        self.window.is_empty()
    }

    /// When messages were published that the server may have lost, once it is time to
    /// publish them again.
    pub fn settle(&mut self, now_ms: u64) -> Option<Doubt> {
        self.window.settle(now_ms)
    }

    /// Tells the server that the message of this id has been dealt with.
    pub fn acknowledge(&self, id: PacketId, tx: &mut Tx<'_>) -> Result<(), EncodeError> {
        tx.push_bytes(&puback(id))
    }

    /// Says that something was sent: that, too, keeps the connection alive.
    pub fn sent(&mut self, now_ms: u64) {
        self.sent_ms = now_ms;
    }

    /// Says that a part of a message which is too long for the buffer passed
    /// through. The PINGRESP waits behind it, so a message that takes longer
    /// than half a keep alive must not look like a dead server; if it did, a
    /// huge retained one would cut the connection again and again.
    pub fn draining(&mut self, now_ms: u64) {
        self.heard_ms = now_ms;
        if let (Some(due), Some(half)) = (&mut self.pong_due_ms, self.half_ms) {
            *due = now_ms + half;
        }
    }

    /// Looks at the time: puts a PINGREQ into `tx` when one is due, and says
    /// so when the server owes an answer for too long.
    ///
    /// A ping is due when for half the keep alive nothing was sent, as the
    /// standard wants it [MQTT-3.1.2-23], or nothing was heard: a server that
    /// only ever takes is found out that way. If `tx` is full, the ping is
    /// still due afterwards.
    pub fn poll(&mut self, now_ms: u64, tx: &mut Tx<'_>) -> Result<(), SessionError> {
        let overdue = |due: Option<u64>| due.is_some_and(|due| now_ms >= due);
        if overdue(self.answer_due_ms) || overdue(self.window.due_ms()) {
            return Err(SessionError::NoAnswer);
        }
        if overdue(self.pong_due_ms) {
            return Err(SessionError::NoPong);
        }
        if let Some(half) = self.half_ms
            && overdue(self.ping_due_ms())
            && tx.push_bytes(&PINGREQ).is_ok()
        {
            self.pong_due_ms = Some(now_ms + half);
        }
        Ok(())
    }

    /// When [`Session::poll`] or [`Session::settle`] has something to do next; `None`
    /// for never.
    pub fn deadline_ms(&self) -> Option<u64> {
        let dues = [
            self.answer_due_ms,
            self.pong_due_ms,
            self.ping_due_ms(),
            self.window.due_ms(),
            self.window.calm_ms(),
        ];
        dues.into_iter().flatten().min()
    }

    /// One ping at a time, and none before CONNACK.
    fn ping_due_ms(&self) -> Option<u64> {
        let half = self.half_ms?;
        let may_ping = self.connected && self.pong_due_ms.is_none();
        may_ping.then_some(self.sent_ms.min(self.heard_ms) + half)
    }

    fn subscribed<'a>(&mut self, id: PacketId, codes: &[u8]) -> Result<Event<'a>, SessionError> {
        if self.subscribing != Some(id) {
            return Err(SessionError::OutOfOrder);
        }
        self.subscribing = None;
        self.answer_due_ms = None;
        match codes {
            [0] => Ok(Event::Subscribed(Qos::AtMostOnce)),
            [1] => Ok(Event::Subscribed(Qos::AtLeastOnce)),
            [0x80] => Ok(Event::SubscriptionRefused),
            _ => Err(SessionError::OutOfOrder),
        }
    }

    /// Never one of the [`Window`]'s.
    fn next_id(&mut self) -> PacketId {
        self.last_id = self.last_id % (u16::MAX >> 1) + 1;
        PacketId::new(self.last_id).unwrap_or(PacketId::MIN)
    }
}

/// We subscribe with QoS 1; a message with more breaks the server's word.
fn check_qos(qos: Qos) -> Result<(), SessionError> {
    match qos {
        Qos::AtMostOnce | Qos::AtLeastOnce => Ok(()),
        Qos::ExactlyOnce => Err(SessionError::OutOfOrder),
    }
}
