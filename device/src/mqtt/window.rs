//! The messages at QoS 1 that the broker has not acknowledged yet, and those of
//! which it may have lost the acknowledged value.
//!
//! Messages are numbered one after the other, and no more than [`WINDOW`] of them
//! wait for their PUBACK: whoever publishes waits for room. Within a connection
//! nothing is sent twice; the next connection publishes everything again.
//!
//! A broker of several nodes that has just lost one acknowledges nothing for seconds,
//! and what it acknowledges then may be kept by nobody (NATS, which waits five seconds
//! for those that keep it and acknowledges all the same). So a window that stands still
//! for two seconds puts in doubt what was published around that time.
//! Once acknowledgements come in time again for a while, that is to be published
//! anew. A broker that is always late never gets so far, and where one doubt follows
//! the other the calm has to last twice as long each time: doubt is not to become a
//! load of its own.
//!
//! It knows no key and no clock; times are milliseconds of any monotonic one.

use super::codec::PacketId;

/// So many messages wait for their acknowledgement at the most.
pub const WINDOW: u16 = 16;

/// A window that stands still for so long ends the connection, in milliseconds: a
/// cluster that elects a leader takes up to ten seconds, and is worth waiting for.
pub const STILL_MS: u64 = 20_000;

/// One that stood still for so long puts in doubt what was published: more than a
/// broker under load takes.
pub const LATE_MS: u64 = 2_000;

/// What came late was sent no longer than that before the acknowledgement that came in
/// time.
pub const MARGIN_MS: u64 = 5_000;

/// Acknowledgements have to come in time for so long until what is in doubt is
/// published again: the first time.
pub const CALM_MS: u64 = 5_000;

/// And at the most.
pub const CALM_MAX_MS: u64 = 320_000;

/// A doubt that comes so long after another was settled is a first one.
pub const FORGET_MS: u64 = 60_000;

/// No more than what was published in so long is published again.
pub const DOUBT_MAX_MS: u64 = 60_000;

/// The ids of messages have this bit, those of SUBSCRIBE do not.
const MESSAGE: u16 = 1 << 15;

/// The time in which messages were published that the broker may have lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end, the last acknowledgement that was late.
    pub until_ms: u64,
}

/// What is not acknowledged, and what is in doubt.
#[derive(Clone, Debug)]
pub struct Window {
    /// The id of the next message.
    next: u16,
    /// So many of those before it are not acknowledged.
    waiting: u16,
    /// When the last acknowledgement came, or the first of those was sent.
    moved_ms: u64,
    doubt: Option<Doubt>,
    calm_ms: u64,
    /// When the last doubt was settled.
    settled_ms: u64,
}

impl Window {
    /// Nothing was sent.
    pub const fn new() -> Self {
        Window {
            next: MESSAGE,
            waiting: 0,
            moved_ms: 0,
            doubt: None,
            calm_ms: CALM_MS,
            settled_ms: 0,
        }
    }

    /// The id of the next message; `None` while there is no room for one.
    pub fn vacancy(&self) -> Option<PacketId> {
        PacketId::new(self.next).filter(|_| self.waiting < WINDOW)
    }

    /// Says that the message of that id goes out.
    pub fn sent(&mut self, now_ms: u64) {
        if self.waiting == 0 {
            self.moved_ms = now_ms;
        }
        self.waiting += 1;
        self.next = self.next.wrapping_add(1) | MESSAGE;
    }

    /// Takes an acknowledgement. They come in the order of the messages
    /// [MQTT-4.6.0-2], so one that is passed over was lost; one of something else
    /// says nothing.
    pub fn acknowledged(&mut self, id: PacketId, now_ms: u64) {
        let back = self.next.wrapping_sub(id.get());
        let back = back & !MESSAGE;
        if id.get() < MESSAGE || back == 0 || back > self.waiting {
            return;
        }
        let passed_over = back < self.waiting;
        if passed_over || now_ms > self.moved_ms + LATE_MS {
            if self.doubt.is_none() && now_ms > self.settled_ms + FORGET_MS {
                self.calm_ms = CALM_MS;
            }
            let first_ms = self.moved_ms.saturating_sub(MARGIN_MS);
            self.doubt = Some(Doubt {
                from_ms: self.doubt.map_or(first_ms, |doubt| doubt.from_ms),
                until_ms: now_ms,
            });
        }
        self.waiting = back - 1;
        self.moved_ms = now_ms;
    }

    /// Returns whether everything is acknowledged.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// When it stands still for too long, if nothing is acknowledged until then.
    pub fn due_ms(&self) -> Option<u64> {
        (!self.is_empty()).then_some(self.moved_ms + STILL_MS)
    }

    /// When [`settle`](Self::settle) has something to give, if nothing is late
    /// until then.
    pub fn calm_ms(&self) -> Option<u64> {
        Some(self.doubt?.until_ms + self.calm_ms)
    }

    /// The time in which messages were published that are to be published again,
    /// once.
    pub fn settle(&mut self, now_ms: u64) -> Option<Doubt> {
        let doubt = self
            .doubt
            .filter(|_| self.calm_ms().is_some_and(|calm| now_ms >= calm))?;
        self.doubt = None;
        self.settled_ms = now_ms;
        self.calm_ms = (2 * self.calm_ms).min(CALM_MAX_MS);
        let earliest = doubt.until_ms.saturating_sub(DOUBT_MAX_MS);
        Some(Doubt {
            from_ms: doubt.from_ms.max(earliest),
            ..doubt
        })
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::new()
    }
}
