//! A server of MQTT that takes ten thousand clients, answers what it must, and counts:
//! what chargers are measured with whose broker shall cost as little as can be.
//!
//! It is a process of its own, this program again, so that its CPU time and its file
//! descriptors are its own. Here is what asks it; `serve` is the process, `packets` what
//! is on the wire, `counts` what it keeps.

mod counts;
mod packets;
mod serve;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::server::Server;

/// The name of the process.
const NAME: &str = "serve-sink";

/// It answers sooner, or something is stuck.
const PATIENCE: Duration = Duration::from_secs(180);

/// The process of this name.
pub(crate) fn find(name: &str) -> Option<fn() -> anyhow::Result<()>> {
    (name == NAME).then_some(serve::run)
}

/// A running sink; dropping it ends it.
pub(super) struct Sink {
    pub(super) server: Server,
    asks: BufReader<TcpStream>,
}

impl Sink {
    pub(super) fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program has no path")?;
        let mut server = Server::with_many_files(&program, "mqtt://", &[NAME])?;
        let door = server.announced("sink://").context("no door to the sink")?;
        let asks = TcpStream::connect(door).context("the sink is gone")?;
        asks.set_nodelay(true)?;
        asks.set_read_timeout(Some(PATIENCE))?;
        let asks = BufReader::new(asks);
        Ok(Sink { server, asks })
    }

    /// What chargers connect to.
    pub(super) fn url(&self) -> String {
        format!("mqtt://{}", self.server.address)
    }

    /// Waits until so many clients have published so many different keys.
    pub(super) fn wait(&mut self, clients: usize, keys: usize) -> anyhow::Result<()> {
        let waited = self.ask(&format!("complete {clients} {keys}"));
        if waited.is_err() {
            // The connection still waits for the first answer.
            let why = format!("not all {clients} chargers have published {keys} keys");
            return waited.map(drop).context(why);
        }
        Ok(())
    }

    /// Counts from zero.
    pub(super) fn reset(&mut self) -> anyhow::Result<()> {
        self.ask("reset").map(drop)
    }

    /// What was counted.
    pub(super) fn counts(&mut self) -> anyhow::Result<Value> {
        self.ask("counts")
    }

    /// Sets a key of a charger; gives after how many milliseconds it was its state.
    pub(super) fn set(&mut self, serial: u32, key: &str, value: u32) -> anyhow::Result<f64> {
        let (id, prefix) = (
            format!("go-eCharger-{serial}"),
            format!("go-eCharger/{serial}"),
        );
        let answer = self.ask(&format!("set {id} {prefix} {key} {value}"))?;
        let us = answer["us"].as_f64().context("no time in the answer")?;
        Ok(us / 1000.0)
    }

    fn ask(&mut self, line: &str) -> anyhow::Result<Value> {
        let asks = self.asks.get_mut();
        asks.write_all(format!("{line}\n").as_bytes())
            .with_context(|| format!("the sink hears no {line:?}"))?;
        let mut answer = String::new();
        let length = self.asks.read_line(&mut answer);
        let length = length.with_context(|| format!("the sink does not answer {line:?}"))?;
        ensure!(
            length > 0,
            "the sink ended at {line:?}\n{}",
            self.server.log()
        );
        serde_json::from_str(&answer).with_context(|| format!("the sink answers {answer:?}"))
    }
}
