//! The computer's sockets, as the firmware wants them.

use std::io;
use std::time::Duration;

use embedded_io_async::{ErrorType, Read, Write};
use goe_device::net::Socket;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// A TCP connection.
#[derive(Debug)]
pub struct TcpSocket(TcpStream);

impl TcpSocket {
    /// A connection that was accepted or made.
    pub fn new(stream: TcpStream) -> Self {
        TcpSocket(stream)
    }

    /// The other end, for people.
    pub(crate) fn peer(&self) -> String {
        let peer = self.0.peer_addr();
        peer.map_or_else(|_| "gone".to_owned(), |peer| peer.to_string())
    }
}

/// The receiving half of a connection.
#[derive(Debug)]
pub struct Reader<R>(pub(crate) R);

/// The sending half.
#[derive(Debug)]
pub struct Writer<W>(pub(crate) W);

impl Socket for TcpSocket {
    type Reader<'a> = Reader<ReadHalf<'a>>;
    type Writer<'a> = Writer<WriteHalf<'a>>;

    async fn readable(&mut self) {
        // An error shows itself when it is read.
        let _ = self.0.readable().await;
    }

    fn split(&mut self) -> (Reader<ReadHalf<'_>>, Writer<WriteHalf<'_>>) {
        let (reader, writer) = self.0.split();
        (Reader(reader), Writer(writer))
    }

    async fn close(&mut self) {
        if let Err(error) = self.0.shutdown().await {
            tracing::trace!("closing a connection: {error}");
        }
    }
}

impl<R> ErrorType for Reader<R> {
    type Error = io::Error;
}

impl<R: AsyncRead + Unpin> Read for Reader<R> {
    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).await
    }
}

impl<W> ErrorType for Writer<W> {
    type Error = io::Error;
}

impl<W: AsyncWrite + Unpin> Write for Writer<W> {
    async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).await
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.0.flush().await
    }
}

/// Accepts the next client, with Nagle's algorithm off. Out of file handles and the like pass by
/// themselves, so they are waited for instead of ending the server.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match stream.set_nodelay(true) {
                Ok(()) => return stream,
                Err(error) => tracing::debug!("a client went away: {error}"),
            },
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
