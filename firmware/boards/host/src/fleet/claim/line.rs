//! The connection on which claims are said and heard.
//!
//! It goes to the brokers of the chargers, by the packets and the session that they use,
//! and comes back as they do. What a claim is, and who gives way, it does not know.

use std::convert::Infallible;
use std::time::Duration;

use embedded_io_async::{Read, Write};
use goe_device::clock::Clock;
use goe_device::mqtt::backoff::Backoff;
use goe_device::mqtt::codec::{self, Credentials, Decoder, Packet, Publish, Qos, Refusal};
use goe_device::mqtt::session::{Event, Session, SessionError};
use goe_device::mqtt::tx::Tx;
use goe_device::mqtt::{Connect, Lost};
use goe_device::net::Socket;
use goe_host::{Dial, RealTime};
use goe_runtime::device::{Bell, Trust, URL_MAX, Unreachable, Url};

use super::standing::{CLAIM_MAX, Claim, Fault, Standing, TOPIC};

/// Time limit for a connection to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// Time limit for one write.
const WRITE: Duration = Duration::from_secs(5);

/// After this many seconds of silence the connection is gone for both: what is not heard
/// meanwhile may be a newcomer's.
const KEEP_ALIVE_S: u16 = 4;

/// What is held is said again as soon as that after a connection was lost, in
/// milliseconds. It is one connection of a process, so nobody is flooded.
const HELD_AGAIN_MS: u32 = 1_000;

/// Room for a claim with its topic and for CONNECT with its login.
const ROOM: usize = CLAIM_MAX + TOPIC.len() + 2 * URL_MAX + 64;

/// Why a connection is over.
enum End {
    /// There is another.
    Lost(Lost),
    /// For a reason of the claim's.
    Fault(Fault),
}

impl<E: Into<Lost>> From<E> for End {
    fn from(error: E) -> Self {
        End::Lost(error.into())
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        End::Fault(fault)
    }
}

/// Asks for the serial numbers, rings `granted` once this process has them, and holds them
/// for as long as it is not dropped.
///
/// # Errors
/// They are another's, or claims cannot be heard at this broker: what to do about it.
pub(crate) async fn hold(
    claim: Claim,
    (mut dial, url): (Dial, &str),
    clock: RealTime,
    granted: &Bell,
) -> anyhow::Result<Infallible> {
    let url = Url::parse(url).map_err(anyhow::Error::msg)?;
    let mut login = [0; URL_MAX];
    let client_id = format!("goe-fleet-{}", claim.instance());
    let connect = codec::Connect {
        client_id: &client_id,
        clean_session: true,
        keep_alive_s: KEEP_ALIVE_S,
        credentials: url
            .login(&mut login)
            .map(|(user, password)| Credentials { user, password }),
        will: None,
    };
    // As the chargers trust of themselves.
    let broker = url.broker(Trust {
        system: true,
        ..Trust::default()
    });
    let mut standing = Standing::new(claim);
    let mut backoff = Backoff::new(goe_host::chance());
    let mut told = None;
    loop {
        let reached = tokio::time::timeout(CONNECT, dial.connect(&broker)).await;
        let lost = match reached {
            Ok(Ok(mut socket)) => {
                let began_ms = clock.now_ms();
                let (reader, writer) = socket.split();
                let mut room = [0; ROOM];
                let mut line = Line {
                    standing: &mut standing,
                    session: Session::new(KEEP_ALIVE_S, clock.now_ms()),
                    tx: Tx::new(&mut room),
                    writer,
                    clock,
                    granted,
                };
                let Err(end) = line.serve(&connect, reader).await;
                if standing.was_heard() {
                    told = None;
                    backoff.was_up(clock.now_ms() - began_ms);
                }
                match end {
                    End::Lost(lost) => lost,
                    // It accepted the client, but does not let it hear anything.
                    End::Fault(Fault::Deaf) => {
                        Lost::Session(SessionError::Refused(Refusal::NotAuthorized))
                    }
                    End::Fault(Fault::Refused(reason)) => anyhow::bail!(reason),
                }
            }
            Ok(Err(error)) => Lost::Unreachable(Dial::reason(&error)),
            Err(_) => Lost::Unreachable(Unreachable::TimedOut),
        };
        standing.lost();
        if told.replace(lost) != Some(lost) {
            tracing::warn!("mqtt: the claim of the serial numbers: {lost}; trying again");
        }
        let delay_ms = match standing.is_held() {
            true => backoff.next_ms().min(HELD_AGAIN_MS),
            false => backoff.next_ms(),
        };
        clock.after(delay_ms.into()).await;
    }
}

/// One connection, but for its receiving half.
struct Line<'l, W> {
    standing: &'l mut Standing,
    session: Session,
    tx: Tx<'l>,
    writer: W,
    clock: RealTime,
    granted: &'l Bell,
}

impl<W: Write> Line<'_, W> {
    async fn serve(
        &mut self,
        connect: &codec::Connect<'_>,
        mut reader: impl Read,
    ) -> Result<Infallible, End> {
        let mut room = [0; ROOM];
        // What is longer passes it by.
        let mut decoder = Decoder::new(&mut room);
        self.tx.push(|out| connect.encode(out))?;
        // What has arrived counts more than the time that has passed: the answer to a claim
        // may lie in the socket of a process that stood still.
        let mut is_read = false;
        loop {
            while let Some(packet) = decoder.next()? {
                self.receive(packet)?;
            }
            let now_ms = self.clock.now_ms();
            self.session.poll(now_ms, &mut self.tx)?;
            if is_read && self.standing.grant(now_ms) {
                tracing::info!("mqtt: the serial numbers are nobody else's");
                self.granted.ring();
            }
            if let Some(json) = self.standing.say(now_ms)? {
                let said = Publish::at_most_once(false, TOPIC, json.as_bytes());
                self.tx.push(|out| said.encode(out))?;
            }
            self.flush().await?;
            let deadlines = [self.session.deadline_ms(), self.standing.deadline_ms()];
            let deadline_ms = deadlines.into_iter().flatten().min();
            let timer = async {
                match deadline_ms {
                    Some(at_ms) => self.clock.until(at_ms).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                read = reader.read(decoder.space()) => match read {
                    Ok(0) => return Err(Lost::Closed.into()),
                    Ok(length) => {
                        decoder.filled(length);
                        is_read = false;
                    }
                    Err(_) => return Err(Lost::Network.into()),
                },
                () = timer => is_read = true,
            }
        }
    }

    fn receive(&mut self, packet: Packet<'_>) -> Result<(), End> {
        let now_ms = self.clock.now_ms();
        match self.session.receive(packet, now_ms)? {
            Event::Connected { .. } => {
                let qos = Qos::AtMostOnce;
                self.session.subscribe(TOPIC, qos, now_ms, &mut self.tx)?;
            }
            Event::Subscribed(_) => {
                if !self.standing.is_held() {
                    tracing::info!("mqtt: asks whether somebody else has the serial numbers");
                }
                self.standing.connected(now_ms);
            }
            Event::SubscriptionRefused => return Err(self.standing.deaf().into()),
            // What is kept was said by somebody who may be gone.
            Event::Message(publish) if publish.topic == TOPIC && !publish.retain => {
                let was_heard = self.standing.was_heard();
                self.standing.hear(publish.payload, now_ms)?;
                if self.standing.is_held() && !was_heard && self.standing.was_heard() {
                    tracing::info!("mqtt: the claim of the serial numbers is heard again");
                }
            }
            Event::Message(_)
            | Event::TooLong(_)
            | Event::BadTopic(_)
            | Event::Acknowledged(_)
            | Event::Pong => {}
        }
        Ok(())
    }

    /// Sends what is to be sent, whole or not at all.
    async fn flush(&mut self) -> Result<(), End> {
        if self.tx.bytes().is_empty() {
            return Ok(());
        }
        let writes = async {
            self.writer.write_all(self.tx.bytes()).await?;
            self.writer.flush().await
        };
        match tokio::time::timeout(WRITE, writes).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(Lost::Network.into()),
            Err(_) => return Err(Lost::Stalled.into()),
        }
        self.tx.clear();
        self.session.sent(self.clock.now_ms());
        Ok(())
    }
}
