//! The load: one thread, non-blocking keep-alive connections, each always
//! waiting for one answer.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// The path that is requested.
pub(super) const PATH: &str = "/api/status";

/// The outcome of a run.
pub(super) struct Done {
    /// Requests answered.
    pub(super) requests: f64,
    /// Duration in seconds.
    pub(super) seconds: f64,
}

/// Several connections to one server.
pub(super) struct Load(Vec<Client>);

impl Load {
    pub(super) fn connect(server: SocketAddr, connections: usize) -> anyhow::Result<Self> {
        let clients: anyhow::Result<Vec<Client>> =
            (0..connections).map(|_| Client::connect(server)).collect();
        clients.map(Load)
    }

    /// Asks on all connections for so long; every request that was begun is
    /// answered before it returns, and counted.
    pub(super) fn run(&mut self, duration: Duration) -> anyhow::Result<Done> {
        let start = Instant::now();
        let mut requests = 0;
        for client in &mut self.0 {
            client.send()?;
        }
        let mut open = self.0.len();
        while open > 0 {
            let mut any = false;
            for client in self.0.iter_mut().filter(|client| client.waiting) {
                if client.poll()?.is_none() {
                    continue;
                }
                any = true;
                requests += 1;
                if start.elapsed() < duration {
                    client.send()?;
                } else {
                    open -= 1;
                }
            }
            if !any {
                // For a machine where the server has no core of its own.
                thread::yield_now();
            }
        }
        Ok(Done {
            requests: f64::from(requests),
            seconds: start.elapsed().as_secs_f64(),
        })
    }
}

/// One connection.
pub(super) struct Client {
    stream: TcpStream,
    request: String,
    /// `true` while an answer is due.
    waiting: bool,
    buffer: Vec<u8>,
    filled: usize,
}

impl Client {
    pub(super) fn connect(server: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Client {
            stream,
            request: format!("GET {PATH} HTTP/1.1\r\nHost: {server}\r\nAccept: */*\r\n\r\n"),
            waiting: false,
            buffer: vec![0; 1 << 20],
            filled: 0,
        })
    }

    /// One request; gives the body of its answer.
    pub(super) fn ask(&mut self) -> anyhow::Result<Vec<u8>> {
        self.send()?;
        loop {
            if let Some(answer) = self.poll()? {
                return Ok(self.buffer[answer.body_start..answer.end].to_vec());
            }
            thread::yield_now();
        }
    }

    fn send(&mut self) -> io::Result<()> {
        self.filled = 0;
        self.waiting = true;
        // The socket's buffer is empty between two requests and takes this.
        self.stream.write_all(self.request.as_bytes())
    }

    /// Reads what is there; gives the answer when it is complete.
    fn poll(&mut self) -> anyhow::Result<Option<Answer>> {
        let room = &mut self.buffer[self.filled..];
        ensure!(!room.is_empty(), "an answer is longer than 1 MiB");
        match self.stream.read(room) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(length) => self.filled += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error).context("cannot receive"),
        }
        let received = &self.buffer[..self.filled];
        let Some(answer) = Answer::parse(received)? else {
            return Ok(None);
        };
        ensure!(
            answer.end >= self.filled,
            "more than one answer to a request"
        );
        if answer.end > self.filled {
            return Ok(None);
        }
        self.waiting = false;
        Ok(Some(answer))
    }
}

/// Where an answer lies.
struct Answer {
    body_start: usize,
    end: usize,
}

impl Answer {
    /// From what has been received; `None` while the head is incomplete.
    fn parse(received: &[u8]) -> anyhow::Result<Option<Self>> {
        let blank = b"\r\n\r\n";
        let Some(head_length) = received
            .windows(blank.len())
            .position(|window| window == blank)
        else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..head_length]).context("the head is not text")?;
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap_or_default();
        ensure!(
            status.starts_with("HTTP/1.1 200"),
            "answered with {status:?}"
        );
        let length: usize = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .context("an answer without Content-Length")?
            .1
            .trim()
            .parse()?;
        let body_start = head_length + blank.len();
        Ok(Some(Answer {
            body_start,
            end: body_start + length,
        }))
    }
}
