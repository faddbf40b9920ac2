//! What is done on a WebSocket that a client opens at a route of the table.
//!
//! HTTP opens it and hands it over. This file must never know what is said there.

use picoserve::io::{Read, Write};
use picoserve::response::ws::{SocketRx, SocketTx, WebSocketCallback};

use crate::clock::Clock;

/// Who talks to the clients on WebSockets.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Sockets<D>: Copy {
    /// Returns whether anybody does.
    fn are_there(&self) -> bool;

    /// Talks to one client, to the end. The socket is closed when this returns; dropping
    /// the future aborts the connection.
    ///
    /// # Errors
    /// The connection is broken.
    async fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> Result<(), W::Error>;
}

/// Nobody does.
impl<D> Sockets<D> for () {
    fn are_there(&self) -> bool {
        false
    }

    async fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        _device: &D,
        _clock: impl Clock,
        _buffer: &mut [u8],
        _rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> Result<(), W::Error> {
        tx.close(None).await
    }
}

impl<D, S: Sockets<D>> Sockets<D> for &S {
    fn are_there(&self) -> bool {
        (**self).are_there()
    }

    fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> impl Future<Output = Result<(), W::Error>> {
        (*self).talk(device, clock, buffer, rx, tx)
    }
}

/// Somebody may.
impl<D, S: Sockets<D>> Sockets<D> for Option<S> {
    fn are_there(&self) -> bool {
        self.is_some_and(|sockets| sockets.are_there())
    }

    async fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> Result<(), W::Error> {
        match self {
            Some(sockets) => sockets.talk(device, clock, buffer, rx, tx).await,
            // It was said that nobody is there.
            None => Ok(()),
        }
    }
}

/// The same as picoserve has it.
pub(super) struct Talk<'t, D, S, C> {
    pub(super) sockets: S,
    pub(super) device: &'t D,
    pub(super) clock: C,
    pub(super) buffer: &'t mut [u8],
}

impl<D, S: Sockets<D>, C: Clock> WebSocketCallback for Talk<'_, D, S, C> {
    // Whoever awaits another's future keeps what went into it, too: here it is handed on.
    fn run<R: Read, W: Write<Error = R::Error>>(
        self,
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> impl Future<Output = Result<(), W::Error>> {
        let (device, clock) = (self.device, self.clock);
        self.sockets.talk(device, clock, self.buffer, rx, tx)
    }
}
