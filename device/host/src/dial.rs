//! The way to a broker, with TLS or without; where there are several that will do, to
//! the next one.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use goe_device::mqtt::Connect;
use goe_device::net::Socket;
use goe_runtime::device::{Broker, Unreachable};
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf,
};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::Instant;

use crate::brokers::Brokers;
use crate::net::{Reader, Writer};
use crate::tls::{Tls, TlsError};

/// Where several brokers will do, one that does not answer for so long is left for the
/// next.
const TRY: Duration = Duration::from_secs(3);

/// From the turn of one attempt to that of the next: a broker that ten thousand come to at
/// once serves none of them in time.
const APART: Duration = Duration::from_millis(3);

/// Turns that nobody could take for so long, since the process had other things to do, are
/// made up for.
const MADE_UP: Duration = Duration::from_millis(100);

/// So many names are looked up at the same time. The system takes a thread for each, and
/// goes on when nobody waits for the answer any more.
const LOOK_UPS: usize = 16;

/// What a broker sends at once and there is no place for yet; settings are short.
const RECEIVE: usize = 512;

/// Reaches any broker. A clone trusts the same authorities and has the same choice, and their
/// attempts take turns.
#[derive(Clone, Debug)]
pub struct Dial {
    tls: Rc<Tls>,
    brokers: Brokers,
    /// When the next attempt of any clone may begin.
    turn: Rc<Mutex<Instant>>,
    look_ups: Arc<Semaphore>,
    /// Which of those comes next.
    next: usize,
}

impl Dial {
    /// With these authorities.
    pub fn new(tls: Tls) -> Self {
        Dial {
            tls: Rc::new(tls),
            brokers: Brokers::default(),
            turn: Rc::new(Mutex::new(Instant::now())),
            look_ups: Arc::new(Semaphore::new(LOOK_UPS)),
            next: 0,
        }
    }

    /// In place of one of these brokers it takes any of them, attempt by attempt the next
    /// after the one that was tried last. An attempt tries each of them once.
    pub fn among(self, brokers: Brokers) -> Self {
        Dial { brokers, ..self }
    }

    /// It begins at that place of the list, which is counted round.
    pub fn beginning_at(self, next: usize) -> Self {
        Dial { next, ..self }
    }

    async fn reach(&self, broker: &Broker<'_>) -> Result<BrokerSocket, DialError> {
        let addresses = self.look_up(broker).await.map_err(DialError::UnknownHost)?;
        let stream = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(DialError::Connect)?;
        stream.set_nodelay(true).map_err(DialError::Connect)?;
        let stream: Box<dyn Stream> = match broker.tls {
            None => Box::new(stream),
            Some(trust) => {
                let encrypted = self.tls.connect(broker.host, trust, stream).await;
                Box::new(encrypted.map_err(DialError::Tls)?)
            }
        };
        Ok(BrokerSocket(BufReader::with_capacity(RECEIVE, stream)))
    }

    async fn look_up(&self, broker: &Broker<'_>) -> io::Result<Vec<SocketAddr>> {
        if let Ok(address) = broker.host.parse::<IpAddr>() {
            return Ok(vec![(address, broker.port).into()]);
        }
        let turn = self.look_ups.clone().acquire_owned().await;
        let turn = turn.map_err(io::Error::other)?;
        let place = (broker.host.to_owned(), broker.port);
        // Whoever gives up does not take the place of the next before the system has.
        let found = tokio::spawn(async move {
            let found = lookup_host(place).await.map(Iterator::collect);
            drop(turn);
            found
        });
        found.await.unwrap_or_else(|error| Err(error.into()))
    }
}

/// Why a broker cannot be reached.
#[derive(Debug)]
#[allow(dead_code, reason = "read by the log")]
pub enum DialError {
    /// No address belongs to the name.
    UnknownHost(io::Error),
    /// Nobody answers.
    Connect(io::Error),
    /// There is no encrypted connection.
    Tls(TlsError),
}

impl Connect for Dial {
    type Socket<'a> = BrokerSocket;
    type Error = DialError;

    fn reason(error: &DialError) -> Unreachable {
        match error {
            DialError::UnknownHost(_) => Unreachable::UnknownHost,
            DialError::Connect(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Unreachable::Refused
            }
            DialError::Connect(_) => Unreachable::Other,
            DialError::Tls(error) => error.reason(),
        }
    }

    fn has_several(&self) -> bool {
        self.brokers.are_several()
    }

    async fn turn(&mut self) {
        // Whoever goes away while it waits takes nobody's time.
        let mut next = self.turn.lock().await;
        tokio::time::sleep_until(*next).await;
        *next = (*next).max(Instant::now() - MADE_UP) + APART;
    }

    async fn connect(&mut self, broker: &Broker<'_>) -> Result<BrokerSocket, DialError> {
        let count = self.brokers.count(broker);
        let mut ended = None;
        for _ in 0..count {
            let at = self.next % count;
            // Also when the future is dropped the next attempt begins behind it.
            self.next = at + 1;
            let Some(broker) = self.brokers.at(at, broker) else {
                continue;
            };
            let reached = tokio::time::timeout(TRY, self.reach(&broker)).await;
            let reached =
                reached.unwrap_or_else(|late| Err(DialError::Connect(io::Error::other(late))));
            match reached {
                Ok(socket) => return Ok(socket),
                Err(error) => {
                    tracing::debug!(
                        "mqtt: {}:{} is not reached: {error:?}",
                        broker.host,
                        broker.port
                    );
                    ended = Some(error);
                }
            }
        }
        match ended {
            Some(error) => Err(error),
            None => self.reach(broker).await,
        }
    }
}

/// A connection, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// A connection to a broker.
pub struct BrokerSocket(BufReader<Box<dyn Stream>>);

impl fmt::Debug for BrokerSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrokerSocket(..)")
    }
}

type Whole<'a> = &'a mut BufReader<Box<dyn Stream>>;

impl Socket for BrokerSocket {
    type Reader<'a> = Reader<ReadHalf<Whole<'a>>>;
    type Writer<'a> = Writer<WriteHalf<Whole<'a>>>;

    async fn readable(&mut self) {
        // An error shows itself when it is read.
        let _ = self.0.fill_buf().await;
    }

    fn split(&mut self) -> (Reader<ReadHalf<Whole<'_>>>, Writer<WriteHalf<Whole<'_>>>) {
        let (reader, writer) = tokio::io::split(&mut self.0);
        (Reader(reader), Writer(writer))
    }

    async fn close(&mut self) {
        if let Err(error) = self.0.shutdown().await {
            tracing::trace!("closing the connection to the broker: {error}");
        }
    }
}
