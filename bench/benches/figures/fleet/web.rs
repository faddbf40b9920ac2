//! A client of HTTP on one keep-alive connection that waits for each answer without
//! taking a core from whom it measures.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

/// An answer comes sooner, or something is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Web {
    server: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Web {
    pub(super) fn connect(server: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server).context("HTTP does not accept")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::new(stream);
        Ok(Web { server, stream })
    }

    /// A connection that was silent for long may be closed, and this is one that is not.
    pub(super) fn again(&mut self) -> anyhow::Result<()> {
        *self = Web::connect(self.server)?;
        Ok(())
    }

    /// The body at a path.
    pub(super) fn get(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        self.body(path).with_context(|| format!("GET {path}"))
    }

    /// The same, as JSON.
    pub(super) fn json(&mut self, path: &str) -> anyhow::Result<Value> {
        let body = self.get(path)?;
        serde_json::from_slice(&body).with_context(|| format!("what is at {path} is no JSON"))
    }

    fn body(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.server);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        ensure!(line.starts_with("HTTP/1.1 200"), "the answer is {line:?}");
        let mut length = None;
        loop {
            line.clear();
            ensure!(
                self.stream.read_line(&mut line)? > 0,
                "the answer has no end"
            );
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = Some(value.trim().parse().context("a Content-Length")?);
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length.context("an answer without Content-Length")?];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }
}
