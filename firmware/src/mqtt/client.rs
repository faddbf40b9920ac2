//! Connection after connection: connects, hands over to the link, and when
//! that ends, waits its turn and connects again.
//!
//! Every connection starts clean: a new session, a new subscription, and every
//! value published again. What is kept in between is only when each key was
//! last published, how long to wait, and what was logged.

use core::fmt::{self, Write as _};
use core::future::Future;
use core::pin::pin;

use embassy_futures::select::{Either, Either3, select, select3};
use embassy_time::{Duration, Timer};
use heapless::String;

use super::backoff::Backoff;
use super::codec::{self, EncodeError, Publish};
use super::link::{Link, Lost};
use super::pending::{Pending, Slot};
use super::session::SessionError;
use super::stop::Stop;
use super::topics::{Action, TOPIC_MAX, Topics};
use super::tx::Tx;
use super::{Broker, Connect, Device, Discovery, Status, Unreachable};
use crate::net::Socket;

/// How long a board may take to connect, in seconds.
const CONNECT_S: u64 = 10;

/// How long closing may take, in milliseconds.
const CLOSE_MS: u64 = 500;

/// A connection that the broker closes before that is one of the strikes, in
/// milliseconds.
const SOON_MS: u64 = 600_000;

/// So many make the client take another id.
const STRIKES: u8 = 2;

/// The longest client id that still can be made longer.
const ID_MAX: usize = 64;

/// The shortest receive buffer that holds the packets a client needs.
const RX_MIN: usize = 16;

/// Who the client is, and what its topics are called.
#[derive(Clone, Copy, Debug)]
pub struct Config<'a> {
    /// The CONNECT that every connection begins with; `clean_session` is set
    /// whatever stands here. Change nothing while the client runs: stop it and
    /// run a new one.
    pub connect: codec::Connect<'a>,
    /// The topics.
    pub topics: Topics<'a>,
    /// Where to connect.
    pub broker: Broker<'a>,
    /// What to do about Home Assistant; `None` is nothing at all.
    pub discovery: Option<Discovery<'a>>,
}

/// The memory of a client.
#[derive(Debug)]
pub struct Buffers<'b> {
    /// What is received. A setting whose packet is longer (topic, payload and
    /// up to 9 bytes) is not applied but answered with
    /// [`Device::too_long`].
    pub rx: &'b mut [u8],
    /// What is sent, in one write each time it is full. It must hold the
    /// longest value with its topic, and CONNECT; several times that makes
    /// publishing everything take fewer writes.
    pub tx: &'b mut [u8],
    /// One for each key.
    pub slots: &'b mut [Slot],
}

/// Why a client cannot even start: the caller's buffers or configuration are
/// at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The receive buffer has less than 16 bytes.
    Rx,
    /// The send buffer does not hold the longest value with its topic, or
    /// CONNECT, or has less than 270 bytes.
    Tx,
    /// There are fewer slots than keys.
    Slots,
    /// The topics of some key are longer than [`TOPIC_MAX`].
    Topics,
    /// The standard forbids a field of the CONNECT.
    Connect,
}

/// The MQTT client of one device.
#[derive(Debug)]
pub struct Client<'b> {
    config: Config<'b>,
    rx: &'b mut [u8],
    tx: &'b mut [u8],
    keys: usize,
    pending: Pending<'b>,
    backoff: Backoff,
    /// How often the broker closed a connection soon, one after the other.
    strikes: u8,
    /// The client id in place of one that others use.
    alias: String<ID_MAX>,
    /// What the log said last, so that it says it once.
    reported: Option<Lost>,
}

impl<'b> Client<'b> {
    /// A client that has not done anything. `seed` is for the jitter of its
    /// back-off: give each device its own.
    pub fn new(config: Config<'b>, buffers: Buffers<'b>, seed: u64) -> Self {
        let Buffers { rx, tx, slots } = buffers;
        Self {
            config,
            rx,
            tx,
            keys: slots.len(),
            pending: Pending::new(slots),
            backoff: Backoff::new(seed),
            strikes: 0,
            alias: String::new(),
            reported: None,
        }
    }

    /// Stays connected until `stop` is ready; then publishes nothing more,
    /// says DISCONNECT and closes, within a second and a half at worst.
    ///
    /// # Errors
    /// [`Unfit`], before anything is done. A broker is never an error: what
    /// becomes of the connection is told to [`Device::status`] and logged.
    pub async fn run<C, D>(
        &mut self,
        connector: &mut C,
        device: &D,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Unfit>
    where
        C: Connect,
        D: Device,
    {
        self.config.connect.clean_session = true;
        self.check(device)?;
        let stop = pin!(stop);
        let stop = Stop::new(stop);
        while !stop.is_requested() {
            if let Err(lost) = self.connection(connector, device, &stop).await {
                let delay = Duration::from_millis(self.backoff.next_ms().into());
                device.status(Status::Lost(lost));
                select(Timer::after(delay), stop.wait()).await;
            }
        }
        device.status(Status::Stopped);
        Ok(())
    }

    /// One connection from its beginning to its end; `Ok` when the client is
    /// to stop.
    async fn connection<C, D>(
        &mut self,
        connector: &mut C,
        device: &D,
        stop: &Stop<'_>,
    ) -> Result<(), Lost>
    where
        C: Connect,
        D: Device,
    {
        let patience = Timer::after_secs(CONNECT_S);
        let mut socket = match select3(
            connector.connect(&self.config.broker),
            patience,
            stop.wait(),
        )
        .await
        {
            Either3::First(Ok(socket)) => socket,
            Either3::First(Err(error)) => {
                let lost = Lost::Unreachable(C::reason(&error));
                return Err(self.report(lost, Some(&error)));
            }
            Either3::Second(()) => {
                return Err(self.report(Lost::Unreachable(Unreachable::TimedOut), None));
            }
            Either3::Third(()) => return Ok(()),
        };
        let (reader, writer) = socket.split();
        let mut config = self.config;
        if !self.alias.is_empty() {
            config.connect.client_id = &self.alias;
        }
        let mut link = Link::new(
            &config,
            device,
            stop,
            &mut self.pending,
            Tx::new(self.tx),
            writer,
        );
        let ended = link.serve(reader, self.rx).await;
        let up_ms = link.connected_at().map(|since| since.elapsed().as_millis());
        drop(link);
        if let Some(up_ms) = up_ms {
            self.backoff.was_up(up_ms);
            self.reported = None;
        }
        if let Err(lost) = ended {
            self.look_for_rival(lost, up_ms);
            return Err(self.report(lost, None));
        }
        let patience = Timer::after_millis(CLOSE_MS);
        if let Either::Second(()) = select(socket.close(), patience).await {
            log::debug!("mqtt: the broker did not let go");
        }
        Ok(())
    }

    /// MQTT 3.1.1 does not say why it closes a connection. Twice soon after each
    /// other is what it looks like when another client has the same id, and the
    /// two throw each other out for ever; so this one takes another.
    fn look_for_rival(&mut self, lost: Lost, up_ms: Option<u64>) {
        match (lost, up_ms) {
            (Lost::Closed | Lost::Network, Some(up_ms)) if up_ms < SOON_MS => self.strikes += 1,
            // A broker may only accept the id that it knows.
            (Lost::Session(SessionError::Refused(_)), _) => {
                self.strikes = 0;
                self.alias.clear();
            }
            (_, Some(_)) => self.strikes = 0,
            (_, None) => {}
        }
        if self.strikes < STRIKES {
            return;
        }
        self.strikes = 0;
        self.alias.clear();
        let number = self.backoff.draw();
        if write!(self.alias, "{}-{number:08x}", self.config.connect.client_id).is_err() {
            // Too long an id has no room for more.
            self.alias.clear();
            return;
        }
        log::warn!(
            "mqtt: another client seems to use our id; going on as {}",
            self.alias
        );
    }

    /// Logs why there is no connection, if the log does not say so already.
    fn report(&mut self, lost: Lost, detail: Option<&dyn fmt::Debug>) -> Lost {
        if self.reported != Some(lost) {
            match detail {
                Some(detail) => log::warn!("mqtt: {lost}: {detail:?}; trying again"),
                None => log::warn!("mqtt: {lost}; trying again"),
            }
            self.reported = Some(lost);
        }
        lost
    }

    fn check(&mut self, device: &impl Device) -> Result<(), Unfit> {
        if self.rx.len() < RX_MIN {
            return Err(Unfit::Rx);
        }
        if self.keys < usize::from(device.keys()) {
            return Err(Unfit::Slots);
        }
        let topics = &self.config.topics;
        let longest_topic = |action| {
            let len = |key| topics.len(action, device.name(key));
            (0..device.keys()).map(len).max().unwrap_or(0)
        };
        let topic = longest_topic(Action::State);
        if topic.max(longest_topic(Action::Result)) > TOPIC_MAX {
            return Err(Unfit::Topics);
        }
        let longest = Publish::OVERHEAD + topic + device.longest_value();
        // SUBSCRIBE and the shortest of answers must fit, too.
        if self.tx.len() < longest.max(2 * Publish::OVERHEAD + TOPIC_MAX) {
            return Err(Unfit::Tx);
        }
        match self.config.connect.encode(self.tx) {
            Ok(_) => Ok(()),
            Err(EncodeError::NoSpace) => Err(Unfit::Tx),
            Err(EncodeError::Invalid) => Err(Unfit::Connect),
        }
    }
}
