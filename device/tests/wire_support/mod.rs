//! A connection in memory whose client has said all that it will, and a clock that stands
//! still: what is served to them ends without waiting. It must never know a protocol.

use std::convert::Infallible;
use std::future::pending;

use embedded_io_async::{ErrorType, Read, Write};
use goe_device::clock::Clock;
use goe_device::net::Socket;

/// A clock that stands still.
#[derive(Clone, Copy)]
pub(crate) struct Stopped;

impl Clock for Stopped {
    fn now_ms(self) -> u64 {
        0
    }

    async fn until(self, _: u64) {
        pending().await
    }
}

/// Gives what is sent in pieces of this size, and takes all that is answered.
pub(crate) struct Wire<'a> {
    pub(crate) sends: &'a [u8],
    pub(crate) piece: usize,
    pub(crate) hears: &'a mut Vec<u8>,
}

/// The receiving half of a [`Wire`].
pub(crate) struct Sends<'s, 'a>(&'s mut &'a [u8], usize);

/// The sending half of a [`Wire`].
pub(crate) struct Hears<'s>(&'s mut Vec<u8>);

impl<'a> Socket for Wire<'a> {
    type Reader<'r>
        = Sends<'r, 'a>
    where
        Self: 'r;
    type Writer<'w>
        = Hears<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {}

    fn split(&mut self) -> (Sends<'_, 'a>, Hears<'_>) {
        (Sends(&mut self.sends, self.piece), Hears(self.hears))
    }

    async fn close(&mut self) {}
}

impl ErrorType for Sends<'_, '_> {
    type Error = Infallible;
}

impl Read for Sends<'_, '_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        assert!(!buffer.is_empty(), "reads nothing for ever");
        let length = buffer.len().min(self.0.len()).min(self.1);
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        *self.0 = later;
        Ok(length)
    }
}

impl ErrorType for Hears<'_> {
    type Error = Infallible;
}

impl Write for Hears<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
