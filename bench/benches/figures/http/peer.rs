//! The servers that the charger is compared with.
//!
//! They run in processes of their own: this program again, with a server's name
//! as its argument. Each prints its address and serves until it is killed. The
//! answers come out of the same firmware and the same simulated garage as
//! the charger's status, as the typed struct that serde_json can write, so that
//! the document follows the spec and no key is named here.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use anyhow::Context as _;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use goe_api::Readings;
use goe_firmware::board::Hardware as _;
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_sim::{Sim, SimConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::load::{Client, PATH};

/// Uptime of the charger when its readings are taken, s: the middle of
/// what the load sees of the real one.
const AGE_S: u64 = 45;

/// The server of this name.
pub(crate) fn find(name: &str) -> Option<fn() -> anyhow::Result<()>> {
    match name {
        "serve-axum" => Some(|| run(axum)),
        "serve-canned" => Some(|| run(canned)),
        _ => None,
    }
}

/// Serves on a free port, in one thread.
fn run<F: Future<Output = anyhow::Result<()>>>(
    serve: impl FnOnce(TcpListener) -> F,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port")?;
        announce(listener.local_addr().context("no address")?).context("no standard output")?;
        serve(listener).await
    })
}

fn announce(address: SocketAddr) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "http://{address}{PATH}")?;
    out.flush()
}

/// Returns the readings of a charger with an empty flash after [`AGE_S`] seconds.
pub(crate) fn readings() -> anyhow::Result<Readings<'static>> {
    let identity = Identity::new("000001", 1).context("the serial number cannot be used")?;
    let charger = Box::leak(Box::new(Charger::new(identity, Counters::default())));
    let mut garage = Sim::new(&SimConfig::default());
    for now_ms in (1..=AGE_S).map(|second| second * 1000) {
        garage.advance(now_ms);
        let outputs = charger.step(now_ms, &garage.sample());
        garage.drive(&outputs);
    }
    Ok(charger.readings())
}

async fn axum(listener: TcpListener) -> anyhow::Result<()> {
    let readings: &'static Readings = Box::leak(Box::new(readings()?));
    let app = Router::new().route(PATH, get(status)).with_state(readings);
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("Nagle's algorithm stays on: {error}");
        }
    });
    axum::serve(listener, app).await.context("cannot serve")
}

async fn status(State(readings): State<&'static Readings<'static>>) -> impl IntoResponse {
    let headers = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, Json(readings))
}

/// Writes ready bytes whenever something came in: what the charger answers, whose address
/// it is told.
async fn canned(listener: TcpListener) -> anyhow::Result<()> {
    let charger = std::env::args().nth(2).context("no charger is named")?;
    let charger = charger.parse().context("the charger's address is none")?;
    let body = String::from_utf8(Client::connect(charger)?.ask()?).context("no text")?;
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Access-Control-Allow-Origin: *\r\n\r\n{body}"
    );
    let answer: &'static [u8] = answer.leak().as_bytes();
    loop {
        let (stream, _) = listener.accept().await.context("cannot accept")?;
        tokio::spawn(async move {
            // A client that is gone needs no answer.
            let _ = answer_all(stream, answer).await;
        });
    }
}

async fn answer_all(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = [0; 4096];
    while stream.read(&mut request).await? > 0 {
        stream.write_all(answer).await?;
    }
    Ok(())
}
