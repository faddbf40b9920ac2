//! One fleet: started as a user would, and measured from outside.
//!
//! It says what a run gave and judges nothing; `mod` makes a page of it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::sink::Sink;
use super::web::Web;
use crate::machine;
use crate::server::Server;
use crate::stats::quantile;

/// The serial of the first charger.
const SERIAL: usize = 100_000;

/// After all is up, before anything is measured.
const SETTLE: Duration = Duration::from_secs(5);

/// Statuses are asked for no longer than this.
const POLL: Duration = Duration::from_secs(30);

/// Keys that are set to measure how long a set takes, each at another charger.
const SETS: usize = 500;

/// A writable number whose state nothing else changes.
const SET_KEY: &str = "dwo";

/// How a fleet is started.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) program: &'a Path,
    /// How many chargers there are in all shards.
    pub(super) count: usize,
    /// Which of how many shards.
    pub(super) shard: (usize, usize),
    /// How it publishes, if it does.
    pub(super) mqtt: Option<Qos>,
}

/// The highest QoS at which state is published.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Qos {
    AtMostOnce,
    AtLeastOnce,
}

/// A running fleet, and its sink.
pub(super) struct Fleet {
    server: Server,
    web: Web,
    sink: Option<Sink>,
    /// The serials of the shard.
    serials: Vec<usize>,
    started: Instant,
}

/// What was measured while nobody but the sink talked to the fleet.
pub(super) struct Load {
    pub(super) cores: f64,
    pub(super) sink_cores: f64,
    pub(super) resident_kib: u64,
    /// What the kernel holds for sockets and the like, of the whole machine.
    pub(super) kernel_kib: u64,
    /// `GET /fleet`.
    pub(super) fleet: Value,
    /// What the sink counted.
    pub(super) counts: Option<Value>,
}

/// Milliseconds, in order.
pub(super) struct Times(Vec<f64>);

impl Times {
    /// Median and 99th percentile.
    pub(super) fn show(&self) -> String {
        let at = |share| quantile(&self.0, share);
        format!("{:.2} / {:.2} ms", at(0.5), at(0.99))
    }
}

impl Fleet {
    /// Starts it; ready when it has said where it is.
    pub(super) fn start(plan: Plan<'_>) -> anyhow::Result<Self> {
        let sink = plan.mqtt.map(|_| Sink::start()).transpose()?;
        let (shard, shards) = plan.shard;
        let (first, end) = (
            plan.count * (shard - 1) / shards,
            plan.count * shard / shards,
        );
        let mut arguments: Vec<String> = vec!["fleet".to_owned()];
        let mut push = |name: &str, value: String| arguments.extend([format!("--{name}"), value]);
        push("count", plan.count.to_string());
        push("serial", SERIAL.to_string());
        push("http", "127.0.0.1:0".to_owned());
        if shards > 1 {
            push("shard", format!("{shard}/{shards}"));
        }
        if let Some(sink) = &sink {
            let qos = match plan.mqtt {
                Some(Qos::AtLeastOnce) => "?qos=1",
                _ => "",
            };
            push("mqtt-url", sink.url() + qos);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let started = Instant::now();
        let server = Server::with_many_files(plan.program, "http://", &arguments)?;
        let web = Web::connect(server.address)?;
        Ok(Fleet {
            server,
            web,
            sink,
            serials: (SERIAL + first..SERIAL + end).collect(),
            started,
        })
    }

    /// Waits until HTTP answers for the last charger; gives seconds since the start.
    pub(super) fn answers(&mut self) -> anyhow::Result<f64> {
        self.status(self.serials.len() - 1)?;
        Ok(self.started.elapsed().as_secs_f64())
    }

    /// Waits until each has published all of its status; gives seconds since the start,
    /// if there is MQTT.
    pub(super) fn complete(&mut self) -> anyhow::Result<Option<f64>> {
        let status: Value = serde_json::from_slice(&self.status(0)?).context("no status")?;
        let keys = status.as_object().context("no status")?.len();
        let Some(sink) = &mut self.sink else {
            return Ok(None);
        };
        let waited = sink.wait(self.serials.len(), keys);
        waited.with_context(|| self.server.log())?;
        Ok(Some(self.started.elapsed().as_secs_f64()))
    }

    /// Measures for so long.
    pub(super) fn load(&mut self, duration: Duration) -> anyhow::Result<Load> {
        thread::sleep(SETTLE);
        if let Some(sink) = &mut self.sink {
            sink.reset()?;
        }
        let (before, since) = (self.cpu_s()?, Instant::now());
        thread::sleep(duration);
        let (after, seconds) = (self.cpu_s()?, since.elapsed().as_secs_f64());
        let counts = self.sink.as_mut().map(Sink::counts).transpose()?;
        self.web.again()?;
        Ok(Load {
            cores: (after.0 - before.0) / seconds,
            sink_cores: (after.1 - before.1) / seconds,
            resident_kib: machine::resident_kib(self.server.id()).context("no memory")?,
            kernel_kib: machine::kernel_kib().context("no memory of the kernel")?,
            fleet: self.web.json("/fleet")?,
            counts,
        })
    }

    /// Asks every charger for its status, one after the other, as far as the time goes.
    pub(super) fn poll(&mut self) -> anyhow::Result<Times> {
        let count = self.serials.len();
        // A step that meets all of them, and no two neighbours one after the other.
        let step = (count / 3..)
            .find(|&step| step > 0 && gcd(step, count) == 1)
            .unwrap_or(1);
        let began = Instant::now();
        let in_time = |_: &usize| began.elapsed() < POLL;
        let asked = (0..count).take_while(in_time).map(|number| {
            let at = number * step % count;
            let since = Instant::now();
            let status = self.status(at)?;
            let took = since.elapsed();
            let serial = self.serials[at].to_string();
            let is_its = std::str::from_utf8(&status)?.contains(&serial);
            ensure!(is_its, "the status of {serial} is another's");
            Ok(took)
        });
        sorted(asked.map(|took| took.map(|took| took.as_secs_f64() * 1000.0)))
    }

    /// Sets a key over MQTT, at one charger after the other; times are until the state
    /// that says so.
    pub(super) fn set(&mut self) -> anyhow::Result<Option<Times>> {
        let Some(sink) = &mut self.sink else {
            return Ok(None);
        };
        let count = self.serials.len();
        let sets = (0..SETS.min(count)).map(|number| {
            let serial = self.serials[number * count / SETS.min(count)];
            sink.set(serial as u32, SET_KEY, 1000 + number as u32)
        });
        sorted(sets).map(Some)
    }

    fn status(&mut self, at: usize) -> anyhow::Result<Vec<u8>> {
        self.web.get(&format!("/{}/api/status", self.serials[at]))
    }

    /// Of the fleet and of its sink.
    fn cpu_s(&self) -> anyhow::Result<(f64, f64)> {
        let fleet = self.server.cpu_time_s();
        let fleet = fleet.with_context(|| format!("the fleet has ended\n{}", self.server.log()))?;
        let sink = self.sink.as_ref().map(|sink| sink.server.cpu_time_s());
        Ok((fleet, sink.flatten().unwrap_or(0.0)))
    }
}

fn sorted(times: impl Iterator<Item = anyhow::Result<f64>>) -> anyhow::Result<Times> {
    let mut times = times.collect::<anyhow::Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    Ok(Times(times))
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
