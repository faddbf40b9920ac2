//! Connection after connection: connects, hands over to the link, and when
//! that ends, waits its turn and connects again.
//!
//! Every connection starts clean: a new session, a new subscription, and every
//! value published again. All that is kept in between is when each key was
//! last published, how long to wait, and what was logged.

use core::fmt::{self, Write as _};
use core::future::Future;
use core::pin::pin;

use embassy_futures::select::{Either, Either3, select, select3};
use goe_runtime::KeyIndex;
use goe_runtime::device::{Published, Unreachable};
use heapless::String;

use super::backoff::Backoff;
use super::codec::{EncodeError, PacketId, Publish, Qos};
use super::config::{Buffers, Config, Unfit};
use super::connect::Connect;
use super::link::{Around, Link};
use super::lost::{Lost, Status};
use super::pending::Pending;
use super::session::SessionError;
use super::stop::Stop;
use super::topics::{Action, TOPIC_MAX};
use super::tx::Tx;
use crate::clock::Clock;
use crate::net::Socket;

/// Time limit for a board to connect, in milliseconds.
const CONNECT_MS: u64 = 10_000;

/// Time limit for closing, in milliseconds.
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

/// The MQTT client of one device.
#[derive(Debug)]
pub struct Client<'b> {
    config: Config<'b>,
    rx: &'b mut [u8],
    tx: &'b mut [u8],
    keys: usize,
    pending: Pending<'b>,
    backoff: Backoff,
    /// Number of connections in a row that the broker closed soon.
    strikes: u8,
    /// The client id in place of one that others use.
    alias: String<ID_MAX>,
    /// The loss that was logged last, so that the log says it once.
    reported: Option<Lost>,
}

impl<'b> Client<'b> {
    /// A client that has not done anything. `seed` is for the jitter of its
    /// back-off: give each device its own.
    pub fn new(config: Config<'b>, buffers: Buffers<'b>, seed: u64) -> Self {
        let Buffers { rx, tx, states } = buffers;
        Self {
            config,
            rx,
            tx,
            keys: states.len(),
            pending: Pending::new(states),
            backoff: Backoff::new(seed),
            strikes: 0,
            alias: String::new(),
            reported: None,
        }
    }

    /// Stays connected until `stop` is ready; then publishes nothing more,
    /// waits for what is not acknowledged, says DISCONNECT and closes, within two
    /// seconds at worst.
    ///
    /// # Errors
    /// [`Unfit`], before anything is done. A broker is never an error: what
    /// becomes of the connection is told to `tell` and logged.
    pub async fn run<C, D>(
        &mut self,
        connector: &mut C,
        device: &D,
        clock: impl Clock,
        tell: &dyn Fn(Status),
        stop: impl Future<Output = ()>,
    ) -> Result<(), Unfit>
    where
        C: Connect,
        D: Published,
    {
        self.config.connect.clean_session = true;
        self.check(device)?;
        let stop = pin!(stop);
        let stop = Stop::new(stop);
        while !stop.is_requested() {
            let ended = self.connection(connector, device, clock, &stop, tell).await;
            if let Err(lost) = ended {
                let delay_ms = self.backoff.next_ms();
                tell(Status::Lost(lost));
                select(clock.after(delay_ms.into()), stop.wait()).await;
            }
        }
        tell(Status::Stopped);
        Ok(())
    }

    /// One connection from its beginning to its end; `Ok` when the client is
    /// to stop.
    async fn connection<C, D>(
        &mut self,
        connector: &mut C,
        device: &D,
        clock: impl Clock,
        stop: &Stop<'_>,
        tell: &dyn Fn(Status),
    ) -> Result<(), Lost>
    where
        C: Connect,
        D: Published,
    {
        let has_several = connector.has_several();
        if let Either::Second(()) = select(connector.turn(), stop.wait()).await {
            return Ok(());
        }
        let mut socket = match select3(
            connector.connect(&self.config.broker),
            clock.after(CONNECT_MS),
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
        let around = Around {
            config: &config,
            device,
            clock,
            stop,
            tell,
        };
        let mut link = Link::new(around, &mut self.pending, Tx::new(self.tx), writer);
        let ended = link.serve(reader, self.rx).await;
        let up_ms = link
            .connected_ms()
            .map(|since_ms| clock.now_ms() - since_ms);
        drop(link);
        if let Some(up_ms) = up_ms {
            self.backoff.was_up(up_ms);
            self.reported = None;
        }
        if let Err(lost) = ended {
            if !has_several {
                self.look_for_rival(lost, up_ms);
            }
            return Err(self.report(lost, None));
        }
        if let Either::Second(()) = select(socket.close(), clock.after(CLOSE_MS)).await {
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

    fn check(&mut self, device: &impl Published) -> Result<(), Unfit> {
        if self.rx.len() < RX_MIN {
            return Err(Unfit::Rx);
        }
        let registry = device.registry();
        if self.keys < registry.descriptors.len() {
            return Err(Unfit::Slots);
        }
        let topics = &self.config.topics;
        let longest_topic = |action| {
            let len = |key: KeyIndex| topics.len(action, registry.descriptor(key).name);
            registry.keys().map(len).max().unwrap_or(0)
        };
        let topic = longest_topic(Action::State);
        if topic.max(longest_topic(Action::Result)) > TOPIC_MAX {
            return Err(Unfit::Topics);
        }
        let id = match self.config.qos {
            Qos::AtMostOnce => 0,
            _ => size_of::<PacketId>(),
        };
        let longest = Publish::OVERHEAD + topic + id + registry.capacities.entry;
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
