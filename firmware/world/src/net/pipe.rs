//! One direction of a connection.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use goe_device::clock::Clock;

use super::broken::Broken;
use crate::time::{VirtualClock, Wish};

/// What may be under way, bytes; then whoever writes waits.
const WINDOW: usize = 16 * 1024;

/// Bytes on their way.
#[derive(Debug)]
pub(crate) struct Pipe {
    clock: VirtualClock,
    /// With the moment at which each piece is there.
    pieces: VecDeque<(u64, Vec<u8>)>,
    bytes: usize,
    /// When the last of them is there.
    last_ms: u64,
    /// Nothing more comes after them, and whoever reads is told.
    is_closed: bool,
    is_broken: bool,
    is_mute: bool,
    /// Nothing arrives before.
    held_until_ms: u64,
    reader: Option<Waker>,
    wish: Option<Wish>,
    writer: Option<Waker>,
}

impl Pipe {
    pub(super) fn new(clock: VirtualClock) -> Self {
        Pipe {
            clock,
            pieces: VecDeque::new(),
            bytes: 0,
            last_ms: 0,
            is_closed: false,
            is_broken: false,
            is_mute: false,
            held_until_ms: 0,
            reader: None,
            wish: None,
            writer: None,
        }
    }

    fn wake(&mut self) {
        self.wish = None;
        let wakers = [self.reader.take(), self.writer.take()];
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    pub(super) fn break_off(&mut self) {
        self.is_broken = true;
        self.pieces.clear();
        self.bytes = 0;
        self.wake();
    }

    pub(super) fn mute(&mut self) {
        self.is_mute = true;
    }

    pub(super) fn hold(&mut self, until_ms: u64) {
        self.held_until_ms = until_ms;
        self.wake();
    }

    /// Whoever reads is told so behind what is under way, unless that is lost, too.
    pub(super) fn close(&mut self) {
        self.is_closed |= !self.is_mute;
        self.wake();
    }

    pub(super) fn is_finished(&self) -> bool {
        self.is_closed
    }

    /// A piece that is there at a moment, or behind those before it.
    pub(super) fn put(&mut self, at_ms: u64, bytes: Vec<u8>) {
        if self.is_mute || self.is_broken || bytes.is_empty() {
            return;
        }
        self.last_ms = self.last_ms.max(at_ms);
        self.bytes += bytes.len();
        self.pieces.push_back((self.last_ms, bytes));
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Writes what there is room for.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        at_ms: u64,
        bytes: &[u8],
    ) -> Poll<Result<usize, Broken>> {
        // What is lost on its way is lost behind the end, too.
        if self.is_broken || (self.is_closed && !self.is_mute) {
            return Poll::Ready(Err(Broken));
        }
        let room = WINDOW.saturating_sub(self.bytes).min(bytes.len());
        match bytes.get(..room) {
            Some(piece) if room > 0 || bytes.is_empty() => {
                self.put(at_ms, piece.to_vec());
                Poll::Ready(Ok(room))
            }
            _ => {
                self.writer = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Ready when there are bytes, the end, or an error.
    pub(super) fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_broken {
            return Poll::Ready(());
        }
        let now_ms = self.clock.now_ms();
        let at_ms = match self.pieces.front() {
            Some(&(at_ms, _)) => at_ms,
            None if self.is_closed => self.last_ms,
            None => u64::MAX,
        };
        let at_ms = at_ms.max(self.held_until_ms);
        if at_ms <= now_ms {
            return Poll::Ready(());
        }
        self.reader = Some(cx.waker().clone());
        self.wish = (at_ms < u64::MAX).then(|| self.clock.wake_at(at_ms, cx.waker()));
        Poll::Pending
    }

    /// Reads what is there; 0 is the end.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut [u8],
    ) -> Poll<Result<usize, Broken>> {
        if self.poll_readable(cx).is_pending() {
            return Poll::Pending;
        }
        if self.is_broken {
            return Poll::Ready(Err(Broken));
        }
        let Some((_, piece)) = self.pieces.front_mut() else {
            return Poll::Ready(Ok(0));
        };
        let read = piece.len().min(out.len());
        for (to, from) in out.iter_mut().zip(piece.iter()) {
            *to = *from;
        }
        match read == piece.len() {
            true => drop(self.pieces.pop_front()),
            false => drop(piece.drain(..read)),
        }
        self.bytes -= read;
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
        Poll::Ready(Ok(read))
    }
}
