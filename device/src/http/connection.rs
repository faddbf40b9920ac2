//! A board's socket as picoserve wants it.
//!
//! Five things happen here that a server on a small device needs: what is sent
//! is gathered so that an answer costs as few segments as it can; a request
//! that does not fit is read again with more room where there is some, and
//! answered with 414 or 431 where there is none, instead of being cut off; after
//! a request whose end is in doubt nothing is read any more; the connection's [`Progress`] is kept; and once nothing is left to be answered
//! picoserve is told that the connection has ended, so that the memory it works
//! in is free for another while this client thinks.

use core::cell::Cell;
use core::fmt::{self, Write as _};
use core::future::pending;

use embassy_futures::select::select;
use embedded_io_async::{Error as _, ErrorKind, ErrorType, Read, Write};
use picoserve::mem::{BorrowedBuffer, BorrowedCursor};
use picoserve::time::Duration;

use crate::clock::Clock;
use crate::net::Socket;
use crate::slots::Progress;

/// The longest request line that is served, in bytes without its line end: ten
/// WiFi entries at their longest, percent-encoded, fit.
pub const REQUEST_LINE_MAX: usize = 8192;

/// picoserve's name for "on the caller's clock".
#[derive(Debug)]
pub struct Runtime;

/// picoserve's timeouts, on the caller's clock.
#[derive(Debug)]
pub(super) struct Timers<C>(pub(super) C);

/// The timeout of what picoserve shall not limit.
pub(super) const NEVER: Duration = Duration::from_millis(u64::MAX);

impl<C: Clock> picoserve::Timer<Runtime> for Timers<C> {
    async fn delay(&self, duration: Duration) {
        match duration {
            NEVER => pending().await,
            duration => self.0.after(duration.as_millis()).await,
        }
    }
}

/// Why a connection ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The network's reason.
    Io(ErrorKind),
    /// The request line is longer than the buffer for it.
    LineTooLong,
    /// The headers are longer than the buffer for them.
    HeadersTooLong,
    /// A `Content-Length` is no length, or there are several.
    ContentLength,
    /// The body comes in an encoding.
    TransferEncoding,
    /// There is no `Host`, or several.
    Host,
}

impl Failure {
    /// The status line's end and the text that a client is told; `None` when it
    /// cannot be told anything.
    fn answer(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Failure::Io(_) => return None,
            Failure::LineTooLong => ("414 URI Too Long", ""),
            Failure::HeadersTooLong => ("431 Request Header Fields Too Large", ""),
            Failure::ContentLength => (
                "400 Bad Request",
                "Content-Length must be there once at most, and be a number of bytes\n",
            ),
            Failure::TransferEncoding => (
                "501 Not Implemented",
                "a body must come with Content-Length, not with Transfer-Encoding\n",
            ),
            Failure::Host => ("400 Bad Request", "Host must be there once\n"),
        })
    }

    /// Returns whether a longer buffer helps.
    fn is_of_room(self) -> bool {
        matches!(self, Failure::LineTooLong | Failure::HeadersTooLong)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.answer()) {
            (_, Some((status, _))) => f.write_str(status),
            (Failure::Io(kind), None) => write!(f, "{kind:?}"),
            (_, None) => Ok(()),
        }
    }
}

impl core::error::Error for Failure {}

impl embedded_io_async::Error for Failure {
    fn kind(&self) -> ErrorKind {
        match self {
            Failure::Io(kind) => *kind,
            Failure::LineTooLong | Failure::HeadersTooLong => ErrorKind::OutOfMemory,
            Failure::ContentLength | Failure::TransferEncoding | Failure::Host => {
                ErrorKind::InvalidData
            }
        }
    }
}

/// A socket with its buffer for sending.
pub(super) struct Connection<'b, S, C> {
    socket: &'b mut S,
    /// The part of the request that was read before this.
    begun: &'b [u8],
    progress: Progress<'b, C>,
    out: Gathered<'b>,
    /// Where it is told how this ended.
    outcome: &'b Cell<Outcome>,
    /// The length of picoserve's buffer, and whether there is a longer one.
    room: usize,
    has_more_room: bool,
}

/// The outcome of serving a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The connection is over.
    Ended,
    /// Nothing was left to be answered.
    Waiting,
    /// A request was not looked at: it did not fit, or it is in doubt where it
    /// ends. Nothing is read any more.
    Refused(Failure),
}

impl Outcome {
    /// Returns whether a request did not fit.
    pub(super) fn needs_room(self) -> bool {
        matches!(self, Outcome::Refused(failure) if failure.is_of_room())
    }
}

impl<'b, S: Socket, C: Clock> Connection<'b, S, C> {
    pub(super) fn new(
        socket: &'b mut S,
        begun: &'b [u8],
        progress: Progress<'b, C>,
        transmit: &'b mut [u8],
        outcome: &'b Cell<Outcome>,
        (room, has_more_room): (usize, bool),
    ) -> Self {
        Connection {
            socket,
            begun,
            progress,
            out: Gathered {
                buffer: transmit,
                length: 0,
                held: false,
            },
            outcome,
            room,
            has_more_room,
        }
    }

    /// Sends what waits, and the end. Bytes that the client of a refused request, or of a
    /// WebSocket, still sends are read for a moment: closing before that would reset the
    /// connection, and the client might never see the answer.
    async fn finish(mut self) {
        let refused = matches!(self.outcome.get(), Outcome::Refused(_));
        let lingers = refused || self.progress.is_lasting();
        let send = async {
            let (mut reader, mut writer) = self.socket.split();
            let sent = self.out.send(&mut writer).await;
            let mut rest = [0; 64];
            while lingers && sent.is_ok() && matches!(reader.read(&mut rest).await, Ok(1..)) {}
        };
        let clock = self.progress.clock();
        select(send, clock.after(LINGER_MS)).await;
        select(self.socket.close(), clock.after(LINGER_MS)).await;
    }
}

/// Time limit for sending what is left, and for closing, each, in milliseconds.
const LINGER_MS: u64 = 500;

impl<'b, S: Socket, C: Clock> picoserve::io::Socket<Runtime> for Connection<'b, S, C> {
    type Error = Failure;
    type ReadHalf<'a>
        = Receive<'a, S::Reader<'a>, C>
    where
        Self: 'a;
    type WriteHalf<'a>
        = Transmit<'a, 'b, S::Writer<'a>, C>
    where
        Self: 'a;

    fn split(&mut self) -> (Self::ReadHalf<'_>, Self::WriteHalf<'_>) {
        let (reader, writer) = self.socket.split();
        let receive = Receive {
            reader,
            progress: self.progress,
            begun: self.begun,
            in_request_line: true,
            is_first: true,
            room: self.room,
            outcome: self.outcome,
        };
        let transmit = Transmit {
            writer,
            progress: self.progress,
            outcome: self.outcome,
            out: &mut self.out,
        };
        (receive, transmit)
    }

    async fn abort<T: picoserve::Timer<Runtime>>(
        mut self,
        _timeouts: &picoserve::Timeouts,
        _timer: &T,
    ) -> Result<(), picoserve::Error<Failure>> {
        let outcome = self.outcome.get();
        if outcome.needs_room() && self.has_more_room {
            return Ok(());
        }
        // Otherwise broken, or answered with 400 and that answer still waits.
        if let Outcome::Refused(failure) = outcome
            && let Some((status, text)) = failure.answer()
        {
            // What does not fit is cut: the end of the connection says so, too.
            let _ = write!(
                self.out,
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len(),
            );
        }
        self.finish().await;
        Ok(())
    }

    async fn shutdown<T: picoserve::Timer<Runtime>>(
        self,
        _timeouts: &picoserve::Timeouts,
        _timer: &T,
    ) -> Result<(), picoserve::Error<Failure>> {
        // Before it waits for more, picoserve has sent all its answers.
        if self.outcome.get() != Outcome::Waiting {
            self.finish().await;
        }
        Ok(())
    }
}

/// The receiving half, which notices when a request does not fit.
pub(super) struct Receive<'a, R, C> {
    reader: R,
    begun: &'a [u8],
    progress: Progress<'a, C>,
    in_request_line: bool,
    /// Nothing was read yet.
    is_first: bool,
    /// The length of picoserve's buffer.
    room: usize,
    outcome: &'a Cell<Outcome>,
}

impl<R, C> ErrorType for Receive<'_, R, C> {
    type Error = Failure;
}

impl<R: Read, C: Clock> Read for Receive<'_, R, C> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        if let Outcome::Refused(failure) = self.outcome.get() {
            return Err(failure);
        }
        if buffer.is_empty() {
            // picoserve asks for more and has no room for it.
            let failure = if self.in_request_line {
                Failure::LineTooLong
            } else {
                Failure::HeadersTooLong
            };
            self.outcome.set(Outcome::Refused(failure));
            return Err(failure);
        }
        let is_first = core::mem::take(&mut self.is_first);
        let length = if !self.begun.is_empty() {
            let (now, later) = self.begun.split_at(self.begun.len().min(buffer.len()));
            buffer[..now.len()].copy_from_slice(now);
            self.begun = later;
            now.len()
        } else if buffer.len() == self.room && !is_first && !self.progress.is_lasting() {
            // picoserve holds nothing of a further request. It takes this for
            // the end of the connection.
            self.outcome.set(Outcome::Waiting);
            return Ok(0);
        } else {
            // What picoserve holds behind a request that is answered is the beginning of
            // another, whose rest is waited for.
            self.in_request_line |= self.progress.reading();
            self.reader
                .read(buffer)
                .await
                .map_err(|error| Failure::Io(error.kind()))?
        };
        if length > 0 && !self.progress.is_lasting() {
            self.in_request_line &= !buffer[..length].contains(&b'\n');
        }
        Ok(length)
    }
}

/// Bytes that wait to be sent together.
struct Gathered<'b> {
    buffer: &'b mut [u8],
    length: usize,
    /// A flush was held back, and nothing was appended since.
    held: bool,
}

impl Gathered<'_> {
    async fn send<W: Write>(&mut self, writer: &mut W) -> Result<(), Failure> {
        let broken = |error: W::Error| Failure::Io(error.kind());
        writer
            .write_all(&self.buffer[..self.length])
            .await
            .map_err(broken)?;
        self.length = 0;
        self.held = false;
        writer.flush().await.map_err(broken)
    }

    fn append(&mut self, bytes: &[u8]) -> usize {
        let room = &mut self.buffer[self.length..];
        let length = bytes.len().min(room.len());
        room[..length].copy_from_slice(&bytes[..length]);
        self.length += length;
        self.held &= length == 0;
        length
    }

    /// Returns whether nothing but the head of an answer waits: its body comes next.
    fn is_head(&self) -> bool {
        let end = b"\r\n\r\n";
        let bytes = &self.buffer[..self.length];
        let ends = bytes.starts_with(b"HTTP/") && bytes.ends_with(end);
        ends && bytes.windows(end.len()).position(|window| window == end)
            == Some(bytes.len() - end.len())
    }
}

impl fmt::Write for Gathered<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.append(text.as_bytes()) == text.len() {
            true => Ok(()),
            false => Err(fmt::Error),
        }
    }
}

/// The sending half, which gathers what is written until it is flushed.
pub(super) struct Transmit<'a, 'b, W, C> {
    writer: W,
    progress: Progress<'b, C>,
    outcome: &'b Cell<Outcome>,
    out: &'a mut Gathered<'b>,
}

impl<W, C> ErrorType for Transmit<'_, '_, W, C> {
    type Error = Failure;
}

impl<W: Write, C: Clock> Write for Transmit<'_, '_, W, C> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        self.make_room().await?;
        Ok(self.out.append(bytes))
    }

    /// picoserve flushes the head of an answer by itself; that would be a
    /// segment, and on a host a system call, of its own. It flushes again behind
    /// the body, and after HEAD there is none: the second time it is meant.
    async fn flush(&mut self) -> Result<(), Failure> {
        if self.out.is_head() && !self.out.held {
            self.out.held = true;
            return Ok(());
        }
        self.send().await
    }
}

impl<W: Write, C: Clock> Transmit<'_, '_, W, C> {
    /// A refused request has no other answer than the one that ends the connection.
    async fn make_room(&mut self) -> Result<(), Failure> {
        match self.outcome.get() {
            Outcome::Refused(failure) => Err(failure),
            _ if self.out.length == self.out.buffer.len() => self.send().await,
            _ => Ok(()),
        }
    }

    /// The end of an answer is sent when picoserve has done with its request.
    async fn send(&mut self) -> Result<(), Failure> {
        let is_end = self.progress.is_idle();
        if is_end {
            self.progress.answering();
        }
        self.out.send(&mut self.writer).await?;
        if is_end {
            self.progress.idle();
        } else {
            self.progress.answering();
        }
        Ok(())
    }
}

impl<W: Write, C: Clock> picoserve::io::Write for Transmit<'_, '_, W, C> {
    async fn write_with<F: FnOnce(BorrowedCursor<'_>) -> R, R>(
        &mut self,
        fill: F,
    ) -> Result<R, Failure> {
        self.make_room().await?;
        let mut room = BorrowedBuffer::new(&mut self.out.buffer[self.out.length..]);
        let result = fill(room.unfilled());
        let length = room.len();
        self.out.length += length;
        self.out.held &= length == 0;
        Ok(result)
    }
}
