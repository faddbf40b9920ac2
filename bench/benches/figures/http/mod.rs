//! Status requests a second: the charger beside axum with serde_json.
//!
//! `load` asks, `peer` is what the processes other than the charger do.

mod load;
pub(crate) mod peer;

use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::cargo;
use crate::server::{Cores, Server};
use crate::stats::Rounds;
use load::{Client, Load};

const CONNECTIONS: [usize; 3] = [1, 4, 16];

const ROUNDS: usize = 9;

const ROUND: Duration = Duration::from_secs(1);

/// Before the rounds of a number of connections, for each server.
const WARM_UP: Duration = Duration::from_millis(300);

/// Until then the charger's document is shorter than ever after.
const FIRST_SCAN: Duration = Duration::from_secs(4);

/// Rounds of one server at one number of connections.
#[derive(Default)]
struct Measured {
    per_second: Vec<f64>,
    /// CPU time of the server's process, µs a request.
    cpu_us: Vec<f64>,
}

/// The section.
pub(crate) fn measure() -> anyhow::Result<String> {
    let charger = cargo::build(&["--release"], "goe-charger")?;
    let cores = Cores::pin();
    let charger = Server::charger(&charger, cores)?;
    thread::sleep(FIRST_SCAN);
    let address = charger.address.to_string();
    let servers = [
        charger,
        Server::peer(&["serve-axum"], cores)?,
        Server::peer(&["serve-canned", &address], cores)?,
    ];
    same_document(&servers)?;
    let mut rows = String::new();
    for connections in CONNECTIONS {
        rows += &row(connections, &rounds(&servers, connections)?);
    }
    let documents = same_document(&servers)?;
    let cores = match cores {
        Cores::Pinned => "Each server is pinned to core 0 and the load to core 1 (`taskset`).",
        Cores::Free => "Nothing is pinned: no `taskset`, or one core only.",
    };
    Ok(format!(
        "## Status requests over HTTP\n\
         \n\
         | keep-alive connections | goe-charger, requests/s | axum + serde_json, requests/s \
         | goe-charger ÷ axum (range) | goe-charger, CPU µs/request | axum, CPU µs/request \
         | canned bytes, requests/s | goe-charger ÷ canned bytes (range) |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n\
         {rows}\
         \n\
         Medians of {ROUNDS} rounds of {} s; in each round the servers take turns, and a ratio \
         is the median (and range) of the rounds' ratios. {cores} The load is one thread over \
         non-blocking sockets: on each connection `GET {}`, the whole answer by its \
         Content-Length, the next request.\n\
         \n\
         - goe-charger: the release build as `cargo run --release` starts it, its broker and its \
         logic running beside; {} bytes of status.\n\
         - axum + serde_json: axum 0.8 on tokio, one thread, Nagle's algorithm off; every answer \
         is `axum::Json` of the typed struct `goe_api::Readings`, which the same firmware and \
         simulation filled before the start; {} bytes, same keys. Both send Content-Type, \
         Content-Length and Access-Control-Allow-Origin; the charger also Connection, and hyper \
         also Date.\n\
         - canned bytes: tokio writes one ready answer, the charger's, without looking at the request; \
         what the sockets and the load allow on this machine.\n\
         \n\
         CPU time is that of the whole server process, all its threads, over its rounds.",
        ROUND.as_secs(),
        load::PATH,
        documents[0],
        documents[1],
    ))
}

/// Makes sure that all serve the same; gives how many bytes each.
fn same_document(servers: &[Server]) -> anyhow::Result<Vec<usize>> {
    let mut first: Option<serde_json::Value> = None;
    let mut sizes = Vec::new();
    for server in servers {
        let body = Client::connect(server.address)?.ask()?;
        sizes.push(body.len());
        let value: serde_json::Value = serde_json::from_slice(&body)
            .with_context(|| format!("{} does not answer with JSON", server.name))?;
        match &first {
            None => first = Some(value),
            Some(first) => ensure!(
                keys(&value).eq(keys(first)),
                "{} serves another document:\n{value}\n{first}",
                server.name
            ),
        }
    }
    Ok(sizes)
}

/// Names of the keys.
fn keys(document: &serde_json::Value) -> impl Iterator<Item = &String> {
    document
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys())
}

/// All rounds at one number of connections, by server.
fn rounds(servers: &[Server], connections: usize) -> anyhow::Result<Vec<Measured>> {
    let loads: anyhow::Result<Vec<Load>> = servers
        .iter()
        .map(|server| Load::connect(server.address, connections))
        .collect();
    let mut loads = loads?;
    for load in &mut loads {
        load.run(WARM_UP)?;
    }
    let mut measured: Vec<Measured> = servers.iter().map(|_| Measured::default()).collect();
    for _ in 0..ROUNDS {
        for ((server, load), measured) in servers.iter().zip(&mut loads).zip(&mut measured) {
            let cpu_before = server.cpu_time_s();
            let done = load.run(ROUND)?;
            measured.per_second.push(done.requests / done.seconds);
            if let (Some(before), Some(after)) = (cpu_before, server.cpu_time_s()) {
                let cpu_us = (after - before) * 1e6 / done.requests;
                measured.cpu_us.push(cpu_us);
            }
        }
    }
    Ok(measured)
}

fn row(connections: usize, measured: &[Measured]) -> String {
    let [charger, axum, canned] = measured else {
        return String::new();
    };
    let beside = |peer: &Measured| {
        let rounds = charger.per_second.iter().zip(&peer.per_second);
        let ratios: Vec<f64> = rounds.map(|(charger, peer)| charger / peer).collect();
        Rounds::from(ratios).with_range(2).to_string()
    };
    let per_second = |measured: &Measured| Rounds::from(measured.per_second.clone()).median();
    let cpu = |measured: &Measured| match measured.cpu_us.len() {
        ROUNDS => format!("{:.1}", Rounds::from(measured.cpu_us.clone()).median()),
        _ => "–".to_owned(),
    };
    format!(
        "| {connections} | {:.0} | {:.0} | {} | {} | {} | {:.0} | {} |\n",
        per_second(charger),
        per_second(axum),
        beside(axum),
        cpu(charger),
        cpu(axum),
        per_second(canned),
        beside(canned),
    )
}
