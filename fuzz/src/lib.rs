//! Code shared by the targets.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use embedded_io_async::{ErrorType, Read, Write};
use goe_device::clock::Clock;
use goe_device::net::Socket;

/// Polls once: what these targets run is done then, or waits for a time that
/// does not come.
pub fn poll<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// A clock that stands still, for what ends where a wait would begin.
#[derive(Clone, Copy)]
pub struct Stopped;

impl Clock for Stopped {
    fn now_ms(self) -> u64 {
        0
    }

    async fn until(self, _: u64) {
        std::future::pending().await
    }
}

/// A connection: what the other side sends, and what it hears.
pub struct Wire<'a> {
    /// Ends when it is used up.
    pub sends: &'a mut Vec<u8>,
    /// All of it.
    pub hears: &'a mut Vec<u8>,
}

/// The receiving half of a [`Wire`].
pub struct Sends<'s>(&'s mut Vec<u8>);

/// The sending half of a [`Wire`].
pub struct Hears<'s>(&'s mut Vec<u8>);

impl Socket for Wire<'_> {
    type Reader<'r>
        = Sends<'r>
    where
        Self: 'r;
    type Writer<'w>
        = Hears<'w>
    where
        Self: 'w;

    async fn readable(&mut self) {}

    fn split(&mut self) -> (Sends<'_>, Hears<'_>) {
        (Sends(self.sends), Hears(self.hears))
    }

    async fn close(&mut self) {}
}

impl ErrorType for Sends<'_> {
    type Error = Infallible;
}

impl Read for Sends<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let length = buffer.len().min(self.0.len());
        let now: Vec<u8> = self.0.drain(..length).collect();
        buffer[..length].copy_from_slice(&now);
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
