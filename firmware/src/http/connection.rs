//! A board's socket as picoserve wants it.
//!
//! Three things happen here that a server on a small device needs: what is sent
//! is gathered so that an answer costs as few segments as it can, a request
//! that does not fit is answered with 414 or 431 instead of being cut off, and
//! the connection's [`Progress`] is kept.

use core::fmt;

use embassy_futures::select::select;
use embassy_time::{Duration, Timer};
use embedded_io_async::{Error as _, ErrorKind, ErrorType, Read, Write};
use picoserve::mem::{BorrowedBuffer, BorrowedCursor};

use super::slots::Progress;
use crate::net::Socket;

/// The longest request line that is served, in bytes without its line end: ten
/// WiFi entries at their longest, percent-encoded, fit.
pub const REQUEST_LINE_MAX: usize = 8192;

/// picoserve's name for "on embassy's clock".
#[derive(Debug)]
pub struct Runtime;

/// Timeouts on embassy's clock, which is real time on every board.
#[derive(Debug)]
pub(super) struct Timers;

impl picoserve::Timer<Runtime> for Timers {
    fn delay(&self, duration: picoserve::time::Duration) -> impl Future<Output = ()> {
        Timer::after(Duration::from_millis(duration.as_millis()))
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
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Io(kind) => write!(f, "{kind:?}"),
            Failure::LineTooLong => f.write_str("request line too long"),
            Failure::HeadersTooLong => f.write_str("request headers too long"),
        }
    }
}

impl core::error::Error for Failure {}

impl embedded_io_async::Error for Failure {
    fn kind(&self) -> ErrorKind {
        match self {
            Failure::Io(kind) => *kind,
            Failure::LineTooLong | Failure::HeadersTooLong => ErrorKind::OutOfMemory,
        }
    }
}

/// A socket with its buffer for sending.
pub(super) struct Connection<'b, S> {
    socket: S,
    progress: Progress<'b>,
    out: Gathered<'b>,
    refused: Option<Failure>,
}

impl<'b, S: Socket> Connection<'b, S> {
    pub(super) fn new(socket: S, progress: Progress<'b>, transmit: &'b mut [u8]) -> Self {
        Connection {
            socket,
            progress,
            out: Gathered {
                buffer: transmit,
                length: 0,
                held: false,
            },
            refused: None,
        }
    }

    /// Sends what waits, and the end. What the client of a refused request
    /// still sends is read for a moment: closing before that would reset the
    /// connection, and the client might never see the answer.
    async fn finish(mut self) {
        let refused = self.refused.is_some();
        let send = async {
            let (mut reader, mut writer) = self.socket.split();
            let sent = self.out.send(&mut writer).await;
            let mut rest = [0; 64];
            while refused && sent.is_ok() && matches!(reader.read(&mut rest).await, Ok(1..)) {}
        };
        select(send, Timer::after(LINGER)).await;
        select(self.socket.close(), Timer::after(LINGER)).await;
    }
}

const LINGER: Duration = Duration::from_millis(500);

impl<'b, S: Socket> picoserve::io::Socket<Runtime> for Connection<'b, S> {
    type Error = Failure;
    type ReadHalf<'a>
        = Receive<'a, S::Reader<'a>>
    where
        Self: 'a;
    type WriteHalf<'a>
        = Transmit<'a, 'b, S::Writer<'a>>
    where
        Self: 'a;

    fn split(&mut self) -> (Self::ReadHalf<'_>, Self::WriteHalf<'_>) {
        let (reader, writer) = self.socket.split();
        let receive = Receive {
            reader,
            progress: self.progress,
            in_request_line: true,
            refused: &mut self.refused,
        };
        let out = &mut self.out;
        (receive, Transmit { writer, out })
    }

    async fn abort<T: picoserve::Timer<Runtime>>(
        mut self,
        _timeouts: &picoserve::Timeouts,
        _timer: &T,
    ) -> Result<(), picoserve::Error<Failure>> {
        let status = match self.refused {
            Some(Failure::LineTooLong) => "414 URI Too Long",
            Some(Failure::HeadersTooLong) => "431 Request Header Fields Too Large",
            // Broken, or answered with 400 and that answer still waits.
            Some(Failure::Io(_)) | None => {
                self.finish().await;
                return Ok(());
            }
        };
        for piece in [
            "HTTP/1.1 ",
            status,
            "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ] {
            self.out.append(piece.as_bytes());
        }
        self.finish().await;
        Ok(())
    }

    async fn shutdown<T: picoserve::Timer<Runtime>>(
        self,
        _timeouts: &picoserve::Timeouts,
        _timer: &T,
    ) -> Result<(), picoserve::Error<Failure>> {
        self.finish().await;
        Ok(())
    }
}

/// The receiving half, which notices when a request does not fit.
pub(super) struct Receive<'a, R> {
    reader: R,
    progress: Progress<'a>,
    in_request_line: bool,
    refused: &'a mut Option<Failure>,
}

impl<R> ErrorType for Receive<'_, R> {
    type Error = Failure;
}

impl<R: Read> Read for Receive<'_, R> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        if buffer.is_empty() {
            // picoserve asks for more and has no room for it.
            let failure = if self.in_request_line {
                Failure::LineTooLong
            } else {
                Failure::HeadersTooLong
            };
            *self.refused = Some(failure);
            return Err(failure);
        }
        let length = self
            .reader
            .read(buffer)
            .await
            .map_err(|error| Failure::Io(error.kind()))?;
        if length > 0 {
            // A request that begins within these bytes, behind another one, is
            // taken for headers: the answer then is 431 instead of 414.
            self.in_request_line |= self.progress.reading();
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

    /// Whether nothing but the head of an answer waits: its body comes next.
    fn is_head(&self) -> bool {
        let end = b"\r\n\r\n";
        let bytes = &self.buffer[..self.length];
        bytes.starts_with(b"HTTP/")
            && bytes.windows(end.len()).position(|window| window == end)
                == Some(bytes.len() - end.len())
    }
}

/// The sending half, which gathers what is written until it is flushed.
pub(super) struct Transmit<'a, 'b, W> {
    writer: W,
    out: &'a mut Gathered<'b>,
}

impl<W> ErrorType for Transmit<'_, '_, W> {
    type Error = Failure;
}

impl<W: Write> Write for Transmit<'_, '_, W> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        if self.out.length == self.out.buffer.len() {
            self.out.send(&mut self.writer).await?;
        }
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
        self.out.send(&mut self.writer).await
    }
}

impl<W: Write> picoserve::io::Write for Transmit<'_, '_, W> {
    async fn write_with<F: FnOnce(BorrowedCursor<'_>) -> R, R>(
        &mut self,
        fill: F,
    ) -> Result<R, Failure> {
        if self.out.length == self.out.buffer.len() {
            self.out.send(&mut self.writer).await?;
        }
        let mut room = BorrowedBuffer::new(&mut self.out.buffer[self.out.length..]);
        let result = fill(room.unfilled());
        let length = room.len();
        self.out.length += length;
        self.out.held &= length == 0;
        Ok(result)
    }
}
