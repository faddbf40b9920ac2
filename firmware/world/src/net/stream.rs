//! One end of a connection, as the firmware and others use it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use embedded_io_async::{ErrorType, Read, Write};
use goe_device::clock::Clock;
use goe_device::net::Socket;

use super::broken::Broken;
use super::link::Link;
use super::pipe::Pipe;
use super::wires::Wires;

/// One end of a connection. Dropped before it was closed, it breaks.
pub struct Stream {
    wires: Rc<Wires>,
    link: Rc<Link>,
    incoming: Rc<RefCell<Pipe>>,
    outgoing: Rc<RefCell<Pipe>>,
    /// The number of the connection, if this is the charger's end.
    told: Option<u64>,
    is_closed: bool,
}

/// The receiving half.
pub struct Reader<'s>(&'s Stream);

/// The sending half.
pub struct Writer<'s>(&'s Stream);

impl Stream {
    pub(super) fn new(
        wires: Rc<Wires>,
        link: Rc<Link>,
        (incoming, outgoing): (Rc<RefCell<Pipe>>, Rc<RefCell<Pipe>>),
        told: Option<u64>,
    ) -> Self {
        Stream {
            wires,
            link,
            incoming,
            outgoing,
            told,
            is_closed: false,
        }
    }

    /// The connection that it is one end of.
    pub fn link(&self) -> Rc<Link> {
        self.link.clone()
    }

    pub(crate) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        out: &mut [u8],
    ) -> Poll<Result<usize, Broken>> {
        self.incoming.borrow_mut().poll_read(cx, out)
    }

    pub(crate) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Broken>> {
        let at_ms = self.wires.clock.now_ms() + self.wires.latency_ms();
        let written = self.outgoing.borrow_mut().poll_write(cx, at_ms, bytes);
        if let (Some(number), Poll::Ready(Ok(length))) = (self.told, written) {
            let sent = bytes.get(..length).unwrap_or_default();
            self.wires.tell(self.link.port, number, sent);
        }
        written
    }

    /// Reads what is there; 0 is the end.
    ///
    /// # Errors
    /// It is over.
    pub async fn read(&self, out: &mut [u8]) -> Result<usize, Broken> {
        poll_fn(|cx| self.poll_read(cx, out)).await
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// It is over.
    pub async fn write_all(&self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let written = poll_fn(|cx| self.poll_write(cx, bytes)).await?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Nothing more is sent; what comes can still be read.
    pub fn finish(&mut self) {
        self.is_closed = true;
        self.outgoing.borrow_mut().close();
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !self.is_closed {
            self.outgoing.borrow_mut().break_off();
        }
        self.incoming.borrow_mut().break_off();
    }
}

impl Socket for Stream {
    type Reader<'a> = Reader<'a>;
    type Writer<'a> = Writer<'a>;

    async fn readable(&mut self) {
        poll_fn(|cx| self.incoming.borrow_mut().poll_readable(cx)).await;
    }

    fn split(&mut self) -> (Reader<'_>, Writer<'_>) {
        (Reader(self), Writer(self))
    }

    async fn close(&mut self) {
        self.finish();
    }
}

impl ErrorType for Reader<'_> {
    type Error = Broken;
}

impl Read for Reader<'_> {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Broken> {
        self.0.read(out).await
    }
}

impl ErrorType for Writer<'_> {
    type Error = Broken;
}

impl Write for Writer<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        poll_fn(|cx| self.0.poll_write(cx, bytes)).await
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}
