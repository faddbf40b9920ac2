//! A connection, as every board's network stack has one.

use embedded_io_async::{Read, Write};

/// A connection whose two directions can be used at the same time. Dropping it
/// aborts it.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Socket {
    /// The receiving half. Its `read` must be safe to cancel: dropped before
    /// it is ready, it has taken no byte. (Those of embassy-net and tokio are.)
    type Reader<'a>: Read
    where
        Self: 'a;

    /// The sending half. Its futures are only dropped when the whole
    /// connection is.
    type Writer<'a>: Write
    where
        Self: 'a;

    /// Ready when there is something to read: bytes, the end, or an error.
    async fn readable(&mut self);

    /// Both halves.
    fn split(&mut self) -> (Self::Reader<'_>, Self::Writer<'_>);

    /// Sends what is still under way, and the end of the stream. Dropped after
    /// half a second.
    async fn close(&mut self);
}
