//! embassy-net's sockets, as the firmware wants them.

use embassy_net::tcp::{Error, TcpReader, TcpSocket, TcpWriter};
use embedded_io_async::{ErrorType, Write};
use goe_firmware::net::Socket;

/// A connection of the HTTP server, whose socket listens again afterwards.
pub(crate) struct NetSocket<'s, 'a>(pub(crate) &'s mut TcpSocket<'a>);

/// The connection to the broker.
pub(crate) struct BrokerSocket<'a>(pub(crate) TcpSocket<'a>);

/// The sending half. What it took is sent by the stack; nobody waits until the
/// peer has it, which may put that off for 40 ms.
pub(crate) struct Sender<'a>(TcpWriter<'a>);

impl Socket for NetSocket<'_, '_> {
    type Reader<'r>
        = TcpReader<'r>
    where
        Self: 'r;
    type Writer<'w>
        = Sender<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {
        self.0.wait_read_ready().await;
    }

    fn split(&mut self) -> (TcpReader<'_>, Sender<'_>) {
        let (reader, writer) = self.0.split();
        (reader, Sender(writer))
    }

    async fn close(&mut self) {
        self.0.close();
        // Ready when the peer has everything, our end included, or has reset
        // the connection; both are the end of it.
        let _ = self.0.flush().await;
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
