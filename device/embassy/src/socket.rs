//! embassy-net's sockets, as HTTP and MQTT want them.

use embassy_net::tcp::{Error, TcpReader, TcpSocket, TcpWriter};
use embedded_io_async::{ErrorType, Read, Write};
use goe_device::net::Socket;

/// A connection of the HTTP server, whose socket listens again afterwards.
pub(crate) struct NetSocket<'s, 'a>(pub(crate) &'s mut TcpSocket<'a>);

/// A connection of the Modbus server, whose socket listens again afterwards.
pub(crate) struct PlainSocket<'s, 'a>(pub(crate) &'s mut TcpSocket<'a>);

/// The connection to the broker.
pub(crate) struct BrokerSocket<'a>(pub(crate) TcpSocket<'a>);

/// The receiving half of an HTTP connection. It gives no more than one request at
/// a time, so that the server holds nothing of the next when it has answered one,
/// and others can have their turn.
pub(crate) struct Requests<'a> {
    reader: TcpReader<'a>,
    /// Number of bytes of the end of a request's head that came last.
    matched: usize,
}

/// The sending half. The stack sends what it took; nobody waits until the
/// peer has it, which may put that off for 40 ms.
pub(crate) struct Sender<'a>(TcpWriter<'a>);

impl Socket for NetSocket<'_, '_> {
    type Reader<'r>
        = Requests<'r>
    where
        Self: 'r;
    type Writer<'w>
        = Sender<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {
        // `wait_read_ready` is not ready at the end, nor after a reset.
        let _ = self.0.read_with(|_| (0, ())).await;
    }

    fn split(&mut self) -> (Requests<'_>, Sender<'_>) {
        let (reader, writer) = self.0.split();
        (Requests { reader, matched: 0 }, Sender(writer))
    }

    async fn close(&mut self) {
        self.0.close();
        // Ready when the peer has everything, our end included, or has reset
        // the connection; both are the end of it.
        let _ = self.0.flush().await;
    }
}

impl Socket for PlainSocket<'_, '_> {
    type Reader<'r>
        = TcpReader<'r>
    where
        Self: 'r;
    type Writer<'w>
        = Sender<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {
        NetSocket(self.0).readable().await;
    }

    fn split(&mut self) -> (TcpReader<'_>, Sender<'_>) {
        let (reader, writer) = self.0.split();
        (reader, Sender(writer))
    }

    async fn close(&mut self) {
        NetSocket(self.0).close().await;
    }
}

impl Socket for BrokerSocket<'_> {
    type Reader<'r>
        = TcpReader<'r>
    where
        Self: 'r;
    type Writer<'w>
        = Sender<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {
        NetSocket(&mut self.0).readable().await;
    }

    fn split(&mut self) -> (TcpReader<'_>, Sender<'_>) {
        let (reader, writer) = self.0.split();
        (reader, Sender(writer))
    }

    async fn close(&mut self) {
        NetSocket(&mut self.0).close().await;
    }
}

impl ErrorType for Requests<'_> {
    type Error = Error;
}

impl Read for Requests<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        const END: &[u8] = b"\r\n\r\n";
        let matched = &mut self.matched;
        let take = |received: &mut [u8]| {
            let mut length = 0;
            for (to, &mut from) in buffer.iter_mut().zip(received) {
                *to = from;
                length += 1;
                *matched = match END.get(*matched) {
                    Some(&next) if next == from => *matched + 1,
                    _ => usize::from(from == END[0]),
                };
                if *matched == END.len() {
                    break;
                }
            }
            (length, length)
        };
        self.reader.read_with(take).await
    }
}

impl ErrorType for Sender<'_> {
    type Error = Error;
}

impl Write for Sender<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.write(bytes).await
    }

    async fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
