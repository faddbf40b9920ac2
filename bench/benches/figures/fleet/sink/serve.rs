//! The process of a sink: what it does with its sockets, in one thread.
//!
//! All connections read into one buffer, for each reads only when something has come,
//! and what has come is counted before the next one has its turn. A connection keeps
//! only the part of a packet whose rest is not there yet.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as Wake, Poll, ready};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncRead as _, AsyncWriteExt as _, BufReader, ReadBuf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::{LocalSet, spawn_local};

use super::counts::Counts;
use super::packets::{self, CONNACK, PINGRESP, Packet};

/// More than a charger sends at once.
const BUFFER: usize = 256 * 1024;

/// Where a fleet claims its serial numbers.
const CLAIM: &str = "goe-fleet/claim";

/// The sink, for all its connections.
struct Sink {
    counts: RefCell<Counts>,
    buffer: RefCell<Vec<u8>>,
    /// The sending halves of who is connected, by place.
    writers: RefCell<HashMap<usize, Rc<OwnedWriteHalf>>>,
    watched: RefCell<Option<Watched>>,
    /// Rings when a client has published all that is waited for.
    complete: Notify,
}

/// A message that is waited for.
struct Watched {
    place: usize,
    key: String,
    payload: Vec<u8>,
    came: oneshot::Sender<Instant>,
}

/// Serves on two free ports, which it prints, until whoever asks there goes away.
pub(super) fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().context("no runtime")?;
    LocalSet::new().block_on(&runtime, async {
        let clients = TcpListener::bind("127.0.0.1:0").await.context("no port")?;
        let door = TcpListener::bind("127.0.0.1:0").await.context("no port")?;
        let mut out = io::stdout().lock();
        writeln!(out, "mqtt://{}", clients.local_addr()?)?;
        writeln!(out, "sink://{}", door.local_addr()?)?;
        out.flush()?;
        let sink = Rc::new(Sink {
            counts: RefCell::default(),
            buffer: RefCell::new(vec![0; BUFFER]),
            writers: RefCell::default(),
            watched: RefCell::default(),
            complete: Notify::new(),
        });
        spawn_local(accept(sink.clone(), clients));
        let (asks, _) = door.accept().await.context("nobody asks")?;
        sink.obey(asks).await
    })
}

async fn accept(sink: Rc<Sink>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let sink = sink.clone();
                spawn_local(async move {
                    if let Err(error) = sink.serve(stream).await {
                        eprintln!("a client is let go: {error:#}");
                    }
                });
            }
            Err(error) => {
                eprintln!("no more clients: {error}; are there file descriptors?");
                return;
            }
        }
    }
}

/// One client of the sink.
struct Client {
    reader: OwnedReadHalf,
    writer: Rc<OwnedWriteHalf>,
    /// The beginning of a packet.
    rest: Vec<u8>,
    place: Option<usize>,
}

impl Sink {
    async fn serve(&self, stream: TcpStream) -> anyhow::Result<()> {
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let mut client = Client {
            reader,
            writer: Rc::new(writer),
            rest: Vec::new(),
            place: None,
        };
        let ended = std::future::poll_fn(|wake| self.poll(&mut client, wake)).await;
        if let Some(place) = client.place {
            let mut writers = self.writers.borrow_mut();
            // It may have come again before its end was noticed.
            if writers
                .get(&place)
                .is_some_and(|writer| Rc::ptr_eq(writer, &client.writer))
            {
                writers.remove(&place);
                self.counts.borrow_mut().gone(place);
            }
        }
        ended
    }

    /// Works through all that has come; ready when the connection has ended.
    fn poll(&self, client: &mut Client, wake: &mut Wake<'_>) -> Poll<anyhow::Result<()>> {
        let mut buffer = self.buffer.borrow_mut();
        loop {
            let kept = client.rest.len();
            ensure_room(kept)?;
            buffer[..kept].copy_from_slice(&client.rest);
            let mut room = ReadBuf::new(&mut buffer[kept..]);
            let reader = Pin::new(&mut client.reader);
            ready!(reader.poll_read(wake, &mut room)).context("cannot receive")?;
            let length = kept + room.filled().len();
            if length == kept {
                return Poll::Ready(Ok(()));
            }
            client.rest.clear();
            let mut left = &buffer[..length];
            let mut answers = Vec::new();
            while let Some((packet, length)) = packets::next(left)? {
                if packet == Packet::Disconnect {
                    return Poll::Ready(Ok(()));
                }
                self.take(packet, client, &mut answers)?;
                left = &left[length..];
            }
            client.rest.extend_from_slice(left);
            send(&client.writer, &answers)?;
        }
    }

    fn take(
        &self,
        packet: Packet<'_>,
        client: &mut Client,
        answers: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        match (packet, client.place) {
            (Packet::Connect { client: id }, None) => {
                let place = self.counts.borrow_mut().connected(id);
                client.place = Some(place);
                let mut writers = self.writers.borrow_mut();
                writers.insert(place, client.writer.clone());
                answers.extend(CONNACK);
            }
            (Packet::Connect { .. }, Some(_)) => bail!("CONNECT twice"),
            (_, None) => bail!("the first packet is no CONNECT"),
            // A fleet connects its chargers once it hears its own claim, and it is alone here.
            (Packet::Publish { topic, payload, .. }, _) if topic == CLAIM => {
                answers.extend(packets::publish(topic, payload)?);
            }
            (Packet::Publish { topic, payload, id }, Some(place)) => {
                self.message(place, topic, payload);
                answers.extend(id.map(packets::puback).iter().flatten());
            }
            (Packet::Subscribe { id, filters }, _) => packets::suback(id, filters, answers),
            (Packet::Ping, _) => answers.extend(PINGRESP),
            (Packet::Disconnect | Packet::Other, _) => {}
        }
        Ok(())
    }

    fn message(&self, place: usize, topic: &str, payload: &[u8]) {
        let key = key(topic);
        let bytes = topic.len() + payload.len();
        if self.counts.borrow_mut().message(place, key, bytes) {
            self.complete.notify_one();
        }
        let mut watched = self.watched.borrow_mut();
        let is_it = |watched: &mut Watched| {
            watched.place == place && watched.key == key && watched.payload == payload
        };
        if let Some(watched) = watched.take_if(is_it) {
            // Whoever waited may have gone.
            let _ = watched.came.send(Instant::now());
        }
    }

    /// Answers each line with a line.
    async fn obey(&self, asks: TcpStream) -> anyhow::Result<()> {
        asks.set_nodelay(true)?;
        let mut asks = BufReader::new(asks);
        let mut line = String::new();
        while asks.read_line(&mut line).await? > 0 {
            let words: Vec<&str> = line.split_whitespace().collect();
            let answer = match words[..] {
                ["complete", clients, keys] => self.complete(clients.parse()?, keys.parse()?).await,
                ["reset"] => {
                    self.counts.borrow_mut().reset();
                    Value::Null
                }
                ["counts"] => self.counts.borrow().show(),
                ["set", client, topic, key, payload] => {
                    self.set(client, topic, (key, payload)).await?
                }
                _ => bail!("the sink is asked {line:?}"),
            };
            asks.write_all(format!("{answer}\n").as_bytes()).await?;
            line.clear();
        }
        Ok(())
    }

    /// Waits until so many clients have published so many different keys.
    async fn complete(&self, clients: usize, keys: usize) -> Value {
        self.counts.borrow_mut().want(keys);
        while self.counts.borrow().complete() < clients {
            self.complete.notified().await;
        }
        Value::Null
    }

    /// Sets a key of a client, and waits until it publishes the value as its state.
    async fn set(
        &self,
        client: &str,
        prefix: &str,
        (key, payload): (&str, &str),
    ) -> anyhow::Result<Value> {
        let place = self.counts.borrow().place(client);
        let place = place.with_context(|| format!("there is no client {client}"))?;
        let writer = self.writers.borrow().get(&place).cloned();
        let writer = writer.with_context(|| format!("{client} is not connected"))?;
        let (came, comes) = oneshot::channel();
        self.watched.replace(Some(Watched {
            place,
            key: key.to_owned(),
            payload: payload.into(),
            came,
        }));
        let packet = packets::publish(&format!("{prefix}/{key}/set"), payload.as_bytes())?;
        let sent = Instant::now();
        send(&writer, &packet)?;
        let came = comes.await.context("another set went before")?;
        Ok(json!({ "us": came.duration_since(sent).as_micros() as u64 }))
    }
}

fn ensure_room(kept: usize) -> anyhow::Result<()> {
    ensure!(kept < BUFFER, "a packet of more than {BUFFER} bytes");
    Ok(())
}

/// The part of a topic behind the prefix that all chargers have, and their serial.
fn key(topic: &str) -> &str {
    topic.splitn(3, '/').nth(2).unwrap_or(topic)
}

/// The socket has room for as little as an answer, or its client does not read.
fn send(writer: &OwnedWriteHalf, bytes: &[u8]) -> anyhow::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let sent = writer.try_write(bytes).context("cannot send")?;
    ensure!(sent == bytes.len(), "it does not read what it is answered");
    Ok(())
}
