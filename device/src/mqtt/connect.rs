//! The way a board reaches a broker.

use core::fmt;

use goe_runtime::device::{Broker, Unreachable};

use crate::net::Socket;

/// The way a board reaches a broker. Name resolution and encryption are the
/// board's; so is turning Nagle's algorithm off, without which an answer
/// may wait 40 ms.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Connect {
    /// A connection to the broker. It may borrow its buffers from the board.
    type Socket<'a>: Socket
    where
        Self: 'a;

    /// Why there is none, for the log.
    type Error: fmt::Debug;

    /// The same in one of the words that there are for it.
    fn reason(_error: &Self::Error) -> Unreachable {
        Unreachable::Other
    }

    /// Returns whether the next attempt goes to another broker than the last, where a
    /// loss says nothing of other clients.
    fn has_several(&self) -> bool {
        false
    }

    /// Waits until it may connect, where there are others whose turn it may be; that time is
    /// not counted as that of the broker.
    async fn turn(&mut self) {}

    /// Connects. The future is dropped when it takes longer than ten seconds,
    /// or when the client is to stop.
    async fn connect(&mut self, broker: &Broker<'_>) -> Result<Self::Socket<'_>, Self::Error>;
}
