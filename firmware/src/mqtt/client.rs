//! Connection after connection: connects, hands over to the link, and when
//! that ends, waits its turn and connects again.
//!
//! Every connection starts clean: a new session, a new subscription, and every
//! value published again. What is kept in between is only when each key was
//! last published, how long to wait, and what was logged.

use core::fmt;
use core::future::Future;
use core::pin::pin;

use embassy_futures::select::{Either, Either3, select, select3};
use embassy_time::{Duration, Timer};

use super::backoff::Backoff;
use super::codec::{self, EncodeError, Publish};
use super::link::{Link, Lost};
use super::pending::{Pending, Slot};
use super::stop::Stop;
use super::topics::{Action, TOPIC_MAX, Topics};
use super::tx::Tx;
use super::{Connect, Device, Status};
use crate::net::Socket;

/// How long a board may take to connect, in seconds.
const CONNECT_S: u64 = 10;

/// How long closing may take, in milliseconds.
const CLOSE_MS: u64 = 500;

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
        let mut socket = match select3(connector.connect(), patience, stop.wait()).await {
            Either3::First(Ok(socket)) => socket,
            Either3::First(Err(error)) => {
                return Err(self.report(Lost::Unreachable, Some(&error)));
            }
            Either3::Second(()) => return Err(self.report(Lost::Unreachable, None)),
            Either3::Third(()) => return Ok(()),
        };
        let (reader, writer) = socket.split();
        let mut link = Link::new(
            &self.config,
            device,
            stop,
            &mut self.pending,
            Tx::new(self.tx),
            writer,
        );
        let ended = link.serve(reader, self.rx).await;
        if let Some(connected) = link.connected_at() {
            self.backoff.was_up(connected.elapsed().as_millis());
            self.reported = None;
        }
        drop(link);
        if let Err(lost) = ended {
            return Err(self.report(lost, None));
        }
        let patience = Timer::after_millis(CLOSE_MS);
        if let Either::Second(()) = select(socket.close(), patience).await {
            log::debug!("mqtt: the broker did not let go");
        }
        Ok(())
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
