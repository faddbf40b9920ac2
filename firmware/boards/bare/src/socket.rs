//! embassy-net's sockets, as the firmware wants them.

use embassy_net::tcp::{TcpReader, TcpSocket, TcpWriter};
use goe_firmware::net::Socket;

/// A TCP connection of the board's network stack.
pub struct NetSocket<'a>(pub(crate) TcpSocket<'a>);

impl Socket for NetSocket<'_> {
    type Reader<'a>
        = TcpReader<'a>
    where
        Self: 'a;
    type Writer<'a>
        = TcpWriter<'a>
    where
        Self: 'a;

    fn split(&mut self) -> (TcpReader<'_>, TcpWriter<'_>) {
        self.0.split()
    }

    async fn close(&mut self) {
        self.0.close();
        // Ready when the peer has everything, our end included, or has reset
        // the connection; both are the end of it.
        let _ = self.0.flush().await;
    }
}
