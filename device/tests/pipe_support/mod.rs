//! A connection in memory whose client thinks, and a clock that goes on when nobody has anything
//! to do. It must never know a protocol.

use std::time::Duration;

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use goe_device::clock::Clock;
use goe_device::net::Socket;
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
    split,
};
use tokio::time::Instant;

/// tokio's time, which goes on when nobody has anything to do.
#[derive(Clone, Copy)]
pub(crate) struct Paused(Instant);

impl Paused {
    pub(crate) fn now() -> Self {
        Paused(Instant::now())
    }
}

impl Clock for Paused {
    fn now_ms(self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }

    async fn until(self, time_ms: u64) {
        tokio::time::sleep_until(self.0 + Duration::from_millis(time_ms)).await;
    }
}

/// A connection without a network.
pub(crate) struct Pipe(BufReader<ReadHalf<DuplexStream>>, WriteHalf<DuplexStream>);

pub(crate) struct Reading<'a>(&'a mut BufReader<ReadHalf<DuplexStream>>);
pub(crate) struct Writing<'a>(&'a mut WriteHalf<DuplexStream>);

impl Pipe {
    pub(crate) fn new(stream: DuplexStream) -> Self {
        let (reader, writer) = split(stream);
        Pipe(BufReader::new(reader), writer)
    }
}

impl Socket for Pipe {
    type Reader<'a> = Reading<'a>;
    type Writer<'a> = Writing<'a>;

    async fn readable(&mut self) {
        let _ = self.0.fill_buf().await;
    }

    fn split(&mut self) -> (Reading<'_>, Writing<'_>) {
        (Reading(&mut self.0), Writing(&mut self.1))
    }

    async fn close(&mut self) {
        let _ = self.1.shutdown().await;
    }
}

impl ErrorType for Reading<'_> {
    type Error = ErrorKind;
}

impl Read for Reading<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(buffer).await.map_err(|_| ErrorKind::Other)
    }
}

impl ErrorType for Writing<'_> {
    type Error = ErrorKind;
}

impl Write for Writing<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).await.map_err(|_| ErrorKind::Other)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().await.map_err(|_| ErrorKind::Other)
    }
}
