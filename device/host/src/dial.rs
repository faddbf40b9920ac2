//! The way to a broker, with TLS or without.

use std::fmt;
use std::io;
use std::rc::Rc;

use goe_device::mqtt::Connect;
use goe_device::net::Socket;
use goe_runtime::device::{Broker, Unreachable};
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf,
};
use tokio::net::{TcpStream, lookup_host};

use crate::net::{Reader, Writer};
use crate::tls::{Tls, TlsError};

/// Reaches any broker. A clone trusts the same authorities.
#[derive(Clone, Debug)]
pub struct Dial {
    tls: Rc<Tls>,
}

impl Dial {
    /// With these authorities.
    pub fn new(tls: Tls) -> Self {
        Dial { tls: Rc::new(tls) }
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

    async fn connect(&mut self, broker: &Broker<'_>) -> Result<BrokerSocket, DialError> {
        let addresses: Vec<_> = lookup_host((broker.host, broker.port))
            .await
            .map_err(DialError::UnknownHost)?
            .collect();
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
        Ok(BrokerSocket(BufReader::new(stream)))
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
