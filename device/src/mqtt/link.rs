//! One connection: reads, applies, publishes and keeps alive, in one loop.
//!
//! Each turn works through what has arrived, fills the batch with what is due,
//! sends the batch, and then waits for whatever comes first: bytes, a change,
//! a deadline or the signal to stop. Only while it waits are futures dropped,
//! and only those that may be; a write runs to its end or the connection does.
//!
//! Nothing is read during a write. A broker that itself reads nothing until it
//! got rid of its own bytes could so be at a standstill with us; the limit of
//! five seconds ends it. More memory would only move the point.

use embassy_futures::select::{Either, Either3, select, select3};
use embassy_futures::yield_now;
use embedded_io_async::{Read, Write};
use goe_runtime::KeyIndex;
use goe_runtime::device::Published;
use goe_runtime::home_assistant::Entity;

use super::answer;
use super::codec::{
    DISCONNECT, Decoder, EncodeError, Packet, PacketId, Publish, Qos, puback, publish_head,
    publish_text,
};
use super::config::Config;
use super::discovery::{BIRTH, Discovery, FILTERS, Window};
use super::lost::{Lost, Status};
use super::pending::Pending;
use super::session::{Event, Session};
use super::stop::Stop;
use super::topics::{Action, TOPIC_MAX};
use super::tx::Tx;
use crate::clock::Clock;

/// Time limit for one write, in milliseconds.
const WRITE_MS: u64 = 5_000;

/// Time limit for one write once the client is to stop, in milliseconds.
const LAST_WRITE_MS: u64 = 500;

/// Time limit for the last acknowledgements, in milliseconds.
const LAST_ANSWER_MS: u64 = 500;

/// So long after a connection begins a cluster has kept what its nodes said in our
/// name when they lost the one before, in milliseconds. Nodes wait five seconds for
/// something to be kept.
const LAST_WILL_MS: u64 = 10_000;

/// The room that is made for the text of an answer beside the payload it may
/// repeat, in bytes.
const ANSWER_TEXT: usize = 128;

/// The surroundings of a connection, which outlive it.
pub(super) struct Around<'l, 's, D, C> {
    pub(super) config: &'l Config<'l>,
    pub(super) device: &'l D,
    pub(super) clock: C,
    pub(super) stop: &'l Stop<'s>,
    /// Is told what becomes of the connection.
    pub(super) tell: &'l dyn Fn(Status),
}

/// One connection, but for its receiving half.
pub(super) struct Link<'l, 'b, 's, W, D, C> {
    around: Around<'l, 's, D, C>,
    pending: &'l mut Pending<'b>,
    session: Session,
    connected_ms: Option<u64>,
    /// The next of what has to be heard beside settings.
    next_filter: u8,
    /// Something was taken away since the broker was last asked what there is.
    took_away: bool,
    /// The next entity that Home Assistant has to be told of.
    next_entity: usize,
    /// When it was told of the last one.
    announced_ms: u64,
    /// When what the broker said in our name, if it did, is set right.
    set_right_ms: Option<u64>,
    /// Until when the last acknowledgements may come, once the client is to stop.
    leaving_ms: Option<u64>,
    tx: Tx<'l>,
    writer: W,
}

impl<'l, 'b, 's, W: Write, D: Published, C: Clock> Link<'l, 'b, 's, W, D, C> {
    pub(super) fn new(
        around: Around<'l, 's, D, C>,
        pending: &'l mut Pending<'b>,
        tx: Tx<'l>,
        writer: W,
    ) -> Self {
        let (keep_alive_s, now_ms) = (around.config.connect.keep_alive_s, around.clock.now_ms());
        Self {
            around,
            pending,
            session: Session::new(keep_alive_s, now_ms),
            connected_ms: None,
            next_filter: 0,
            took_away: false,
            next_entity: 0,
            announced_ms: 0,
            set_right_ms: None,
            leaving_ms: None,
            tx,
            writer,
        }
    }

    fn now_ms(&self) -> u64 {
        self.around.clock.now_ms()
    }

    /// When the broker accepted, if it did.
    pub(super) fn connected_ms(&self) -> Option<u64> {
        self.connected_ms
    }

    /// Runs the connection to its end; `Ok` when the client is to stop.
    pub(super) async fn serve<R: Read>(
        &mut self,
        mut reader: R,
        rx: &mut [u8],
    ) -> Result<(), Lost> {
        let mut decoder = Decoder::new(rx);
        self.tx.push(|out| self.around.config.connect.encode(out))?;
        loop {
            while self.is_leaving() == self.around.stop.is_requested()
                && let Some(packet) = decoder.next()?
            {
                self.receive(packet).await?;
                // A buffer holds hundreds of settings, each as much work as a
                // request; others have their turn in between.
                yield_now().await;
            }
            if self.around.stop.is_requested() {
                if !self.is_leaving() {
                    // The answers that are still owed; then there is room for all of this.
                    self.flush().await?;
                    self.leave()?;
                }
                if self.may_go() {
                    self.tx.push_bytes(&DISCONNECT)?;
                    return self.flush().await;
                }
            }
            self.session.poll(self.now_ms(), &mut self.tx)?;
            self.settle();
            self.set_right();
            let more = self.fill() || self.announce().await?;
            self.flush().await?;
            self.wait(&mut reader, &mut decoder, more).await?;
        }
    }

    async fn receive(&mut self, packet: Packet<'_>) -> Result<(), Lost> {
        match self.session.receive(packet, self.now_ms())? {
            Event::Connected { .. } => self.connected()?,
            Event::SubscriptionRefused => {
                let what = match self.next_filter {
                    0 => "settings are not heard",
                    _ => "Home Assistant is not heard",
                };
                log::warn!("mqtt: the broker refuses the subscription; {what}");
                self.subscribe_next().await?;
            }
            Event::Subscribed(_) => self.subscribe_next().await?,
            Event::Message(publish) => {
                let payload = Some(publish.payload);
                self.message(publish.topic, publish.retain, payload).await?;
                self.acknowledge(publish.id).await?;
            }
            Event::TooLong(publish) => {
                if let Some(topic) = publish.topic {
                    self.message(topic, publish.retain, None).await?;
                }
                self.acknowledge(publish.id).await?;
            }
            Event::BadTopic(id) => {
                log::debug!("mqtt: skipped a message on a topic that cannot be");
                self.acknowledge(id).await?;
            }
            // The broker may not have shown everything at once.
            Event::Pong if self.took_away => {
                self.took_away = false;
                self.next_filter = 0;
                self.subscribe_next().await?;
            }
            Event::Acknowledged(_) | Event::Pong => {}
        }
        Ok(())
    }

    /// A new session: subscribes, and has everything published.
    fn connected(&mut self) -> Result<(), Lost> {
        log::info!("mqtt: connected");
        self.connected_ms = Some(self.now_ms());
        (self.around.tell)(Status::Connected);
        let mut out = [0; TOPIC_MAX];
        let filter = self.around.config.topics.format(Action::Set, "+", &mut out);
        let filter = filter.ok_or(Lost::Unsendable)?;
        let qos = match self.is_acknowledged() {
            true => Qos::AtMostOnce,
            false => Qos::AtLeastOnce,
        };
        self.session
            .subscribe(filter, qos, self.now_ms(), &mut self.tx)?;
        self.pending.mark_all(self.around.device.registry().keys());
        let denied = self.around.config.denied;
        self.set_right_ms = denied.map(|_| self.now_ms() + LAST_WILL_MS);
        Ok(())
    }

    /// Subscribes, one after the other, to what Home Assistant says.
    async fn subscribe_next(&mut self) -> Result<(), Lost> {
        let Some(discovery) = self.around.config.discovery else {
            return Ok(());
        };
        let serial = self.around.config.topics.serial();
        while self.next_filter < FILTERS {
            let number = self.next_filter;
            self.next_filter += 1;
            self.make_room(Publish::OVERHEAD + TOPIC_MAX).await?;
            let mut out = [0; TOPIC_MAX];
            if let Some(filter) = discovery.filter(number, serial, &mut out) {
                // Some brokers send no more retained messages at QoS 1 than may be
                // unacknowledged at once.
                self.session
                    .subscribe(filter, Qos::AtMostOnce, self.now_ms(), &mut self.tx)?;
                break;
            }
        }
        Ok(())
    }

    /// Hears Home Assistant come up, and takes away what it shall not know any
    /// more: the broker keeps it, so nothing has to be remembered here.
    async fn heard(
        &mut self,
        discovery: Discovery<'_>,
        topic: &str,
        retain: bool,
        payload: Option<&[u8]>,
    ) -> Result<(), Lost> {
        // At a connection everything is told anyway.
        if discovery.announce && !retain && payload == Some(BIRTH) && discovery.is_status(topic) {
            self.next_entity = 0;
        }
        if retain && discovery.is_stale(topic, self.around.config.topics.serial()) {
            self.make_room(Publish::OVERHEAD + topic.len()).await?;
            let nothing = Publish::at_most_once(true, topic, &[]);
            self.tx.push(|out| nothing.encode(out))?;
            self.took_away = true;
        }
        Ok(())
    }

    /// Applies and answers a message on the topic of a setting, and ignores
    /// any other. `payload` is `None` if it was too long.
    async fn message(
        &mut self,
        topic: &str,
        retain: bool,
        payload: Option<&[u8]>,
    ) -> Result<(), Lost> {
        // What is set now may not be stored any more.
        if self.is_leaving() {
            return Ok(());
        }
        let topics = &self.around.config.topics;
        let Some((Action::Set, key)) = topics.parse(topic) else {
            if let Some(discovery) = self.around.config.discovery {
                self.heard(discovery, topic, retain, payload).await?;
            }
            return Ok(());
        };
        // Kept by the broker, perhaps for months: whoever wished it does not
        // expect it to come true now.
        if retain {
            let topic = topic.escape_default();
            log::warn!("mqtt: ignored an old wish, retained on {topic}");
            return Ok(());
        }
        let topic_len = topics.len(Action::Result, key);
        if topic_len > TOPIC_MAX {
            // No key of the device has a name that long.
            log::warn!("mqtt: ignored a setting of a key with {} bytes", key.len());
            return Ok(());
        }
        // The answer may repeat the payload.
        let text_len = payload.map_or(0, <[u8]>::len) + ANSWER_TEXT;
        self.make_room(Publish::OVERHEAD + topic_len + text_len)
            .await?;
        Ok(self.put_answer(key, payload)?)
    }

    fn put_answer(&mut self, key: &str, payload: Option<&[u8]>) -> Result<(), EncodeError> {
        let (device, tx) = (self.around.device, &mut self.tx);
        let mut out = [0; TOPIC_MAX];
        let topics = &self.around.config.topics;
        let retain = topics.is_retained(Action::Result);
        let topic = topics.format(Action::Result, key, &mut out);
        let topic = topic.ok_or(EncodeError::Invalid)?;
        tx.push(|out| {
            publish_text(out, retain, topic, &mut |text| match payload {
                Some(payload) => answer::set(device, key, payload, text),
                None => answer::too_long(device, key, text),
            })
        })
    }

    async fn acknowledge(&mut self, id: Option<PacketId>) -> Result<(), Lost> {
        if let Some(id) = id.filter(|_| !self.is_leaving()) {
            self.make_room(puback(id).len()).await?;
            self.session.acknowledge(id, &mut self.tx)?;
        }
        Ok(())
    }

    /// Puts what is due into the batch; true when it got full before the end.
    fn fill(&mut self) -> bool {
        // Also before CONNACK: as long as one is left, waiting for changes ends
        // at once, and the loop would not let anything else run.
        while let Some(key) = self.around.device.unpublished().take() {
            self.pending.mark(key);
        }
        if !self.session.is_connected() {
            return false;
        }
        let now_ms = self.now_ms();
        while self.may_publish()
            && let Some(key) = self.pending.due(now_ms)
        {
            match self.put_value(key) {
                Err(EncodeError::NoSpace) if !self.tx.bytes().is_empty() => return true,
                Err(_) => log::error!("mqtt: cannot publish {}", self.name(key)),
                Ok(()) => {}
            }
            self.pending.published(key, now_ms);
        }
        false
    }

    /// Tells Home Assistant of the entities that are left; true when the batch
    /// got full before the end.
    async fn announce(&mut self) -> Result<bool, Lost> {
        let announced = self.around.config.discovery.filter(|d| d.announce);
        let Some(discovery) = announced.filter(|_| self.session.is_connected()) else {
            return Ok(false);
        };
        while let Some(entity) = discovery.appearance.entities.get(self.next_entity) {
            if self.around.device.hides(entity.key) {
                self.next_entity += 1;
                continue;
            }
            if !self.may_publish() {
                break;
            }
            let mut len = 0;
            discovery.describe(entity, &self.around.config.topics, &mut |piece| {
                len += piece.len()
            });
            let is_empty = self.tx.bytes().is_empty();
            if !is_empty
                && self.tx.free() < Publish::OVERHEAD + TOPIC_MAX + size_of::<PacketId>() + len
            {
                return Ok(true);
            }
            self.describe(&discovery, entity, len).await?;
            self.announced_ms = self.now_ms();
            self.next_entity += 1;
        }
        Ok(false)
    }

    /// Sends a description of `len` bytes; in several batches if it is longer
    /// than one.
    async fn describe(
        &mut self,
        discovery: &Discovery<'_>,
        entity: &Entity,
        len: usize,
    ) -> Result<(), Lost> {
        let topics = &self.around.config.topics;
        {
            let mut out = [0; TOPIC_MAX];
            let topic = discovery.topic(entity, topics.serial(), &mut out);
            let topic = topic.ok_or(Lost::Unsendable)?;
            let id = self.next_id();
            self.tx.push(|out| publish_head(out, id, topic, len))?;
            self.put(id);
        }
        let mut sent = 0;
        while sent < len {
            let mut piece = 0;
            self.tx.push(|out| {
                let mut window = Window::new(out, sent);
                discovery.describe(entity, topics, &mut |bytes| window.put(bytes));
                piece = window.len();
                Ok(piece)
            })?;
            sent += piece;
            if sent < len {
                if self.tx.bytes().is_empty() {
                    return Err(Lost::Unsendable);
                }
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Returns whether the broker has to acknowledge what it keeps.
    fn is_acknowledged(&self) -> bool {
        self.around.config.qos != Qos::AtMostOnce
    }

    /// Returns whether nothing more is to be done but to go.
    fn is_leaving(&self) -> bool {
        self.leaving_ms.is_some()
    }

    /// Returns whether a message may go out that the broker keeps.
    fn may_publish(&self) -> bool {
        let has_room = !self.is_acknowledged() || self.session.vacancy().is_some();
        has_room && !self.is_leaving()
    }

    /// The id of the next such message, if it has one.
    fn next_id(&self) -> Option<PacketId> {
        self.session.vacancy().filter(|_| self.is_acknowledged())
    }

    /// Says that the message of that id, if it has one, is in the batch.
    fn put(&mut self, id: Option<PacketId>) {
        if id.is_some() {
            self.session.published(self.now_ms());
        }
    }

    /// Has published again what the broker may have lost.
    fn settle(&mut self) {
        let now_ms = self.now_ms();
        let Some(doubt) = self.session.settle(now_ms) else {
            return;
        };
        log::info!("mqtt: publishing again what was acknowledged late");
        self.pending
            .mark_published(doubt.from_ms, doubt.until_ms, now_ms);
        // Perhaps later than that, and in vain: a doubt at that time is rare.
        if self.announced_ms >= doubt.from_ms {
            self.next_entity = 0;
        }
    }

    /// Has published again what the will denies: where one node loses a client and
    /// another accepts it, the will may be kept later than what the client says first.
    fn set_right(&mut self) {
        if let Some(key) = self.around.config.denied
            && self
                .set_right_ms
                .is_some_and(|at_ms| self.now_ms() >= at_ms)
        {
            self.set_right_ms = None;
            self.pending.mark(key);
        }
    }

    fn name(&self, key: KeyIndex) -> &'static str {
        self.around.device.registry().descriptor(key).name
    }

    fn put_value(&mut self, key: KeyIndex) -> Result<(), EncodeError> {
        let name = self.name(key);
        let id = self.next_id();
        let (device, tx) = (self.around.device, &mut self.tx);
        let topics = &self.around.config.topics;
        let retain = topics.is_retained(Action::State);
        let mut out = [0; TOPIC_MAX];
        let topic = topics.format(Action::State, name, &mut out);
        let topic = topic.ok_or(EncodeError::Invalid)?;
        let mut put = Ok(None);
        device.with_document(|document| {
            if let Some(json) = document.value(key) {
                let publish = Publish::with_id(id, retain, topic, json);
                put = tx.push(|out| publish.encode(out)).map(|()| id);
                if put.is_ok() {
                    device.published(key, json);
                }
            }
        });
        self.put(put?);
        Ok(())
    }

    async fn wait<R: Read>(
        &mut self,
        reader: &mut R,
        decoder: &mut Decoder<'_>,
        more: bool,
    ) -> Result<(), Lost> {
        let wake = self.wake_ms(more);
        let clock = self.around.clock;
        let timer = async {
            match wake {
                Some(ms) => clock.until(ms).await,
                None => core::future::pending().await,
            }
        };
        // The signal comes first: a flood must not hide it.
        let work = async {
            match self.leaving_ms {
                None => {
                    let stop = self.around.stop.wait();
                    select(stop, self.around.device.unpublished().any()).await;
                }
                Some(_) => core::future::pending().await,
            }
        };
        let draining = decoder.is_draining();
        let read = reader.read(decoder.space());
        match select3(work, read, timer).await {
            Either3::Second(Ok(0)) => Err(Lost::Closed),
            Either3::Second(Err(_)) => Err(Lost::Network),
            Either3::Second(Ok(len)) => {
                decoder.filled(len);
                if draining {
                    self.session.draining(self.now_ms());
                }
                Ok(())
            }
            Either3::First(()) | Either3::Third(()) => Ok(()),
        }
    }

    /// When there is something to do even if nothing happens.
    fn wake_ms(&self, more: bool) -> Option<u64> {
        let now_ms = self.now_ms();
        if more {
            return Some(now_ms);
        }
        // What has to wait for acknowledgements is woken by them.
        let may_publish = self.session.is_connected() && self.may_publish();
        let waiting = may_publish.then(|| self.pending.wait_ms(now_ms));
        let due = waiting.flatten().map(|wait| now_ms + wait);
        let dues = [
            self.session.deadline_ms(),
            due,
            self.set_right_ms,
            self.leaving_ms,
        ];
        dues.into_iter().flatten().min()
    }

    async fn make_room(&mut self, len: usize) -> Result<(), Lost> {
        if self.tx.free() < len {
            self.flush().await
        } else {
            Ok(())
        }
    }

    /// Sends the batch.
    async fn flush(&mut self) -> Result<(), Lost> {
        if self.tx.bytes().is_empty() {
            return Ok(());
        }
        // When patience ends, the write is dropped, and with it the connection:
        // half a packet is sent, and nothing can follow it.
        let write = write_all(&mut self.writer, self.tx.bytes());
        match select(write, patience(self.around.clock, self.around.stop)).await {
            Either::First(result) => result?,
            Either::Second(()) => return Err(Lost::Stalled),
        }
        self.tx.clear();
        self.session.sent(self.now_ms());
        Ok(())
    }

    /// Says what the broker would say in our name if we just went.
    fn leave(&mut self) -> Result<(), EncodeError> {
        self.leaving_ms = Some(self.now_ms() + LAST_ANSWER_MS);
        let will = self.around.config.connect.will;
        if let Some(will) = will.filter(|_| self.session.is_connected()) {
            // Where there is no room for it, it is one that nobody acknowledges.
            let id = self.next_id();
            let said = Publish::with_id(id, will.retain, will.topic, will.payload);
            self.tx.push(|out| said.encode(out))?;
            self.put(id);
        }
        Ok(())
    }

    /// Returns whether everything is acknowledged, or has had its time.
    fn may_go(&self) -> bool {
        let is_late = self
            .leaving_ms
            .is_some_and(|last_ms| self.now_ms() >= last_ms);
        is_late || self.session.is_acknowledged()
    }
}

/// Not [`Write::write_all`]: that panics on a writer which takes nothing.
async fn write_all(writer: &mut impl Write, mut bytes: &[u8]) -> Result<(), Lost> {
    while !bytes.is_empty() {
        match writer.write(bytes).await {
            Ok(0) => return Err(Lost::Closed),
            Ok(len) => bytes = bytes.get(len..).unwrap_or_default(),
            Err(_) => return Err(Lost::Network),
        }
    }
    writer.flush().await.map_err(|_| Lost::Network)
}

/// Ends when a write has taken too long.
async fn patience(clock: impl Clock, stop: &Stop<'_>) {
    if let Either::Second(()) = select(clock.after(WRITE_MS), stop.wait()).await {
        clock.after(LAST_WRITE_MS).await;
    }
}
