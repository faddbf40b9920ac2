//! The conversation with one client: who are you, all that there is, what changes, and
//! what became of your wish.
//!
//! Until the client has proved that it knows the password nothing else is read. Then it
//! has the whole status, in as many parts as it takes, and all that changes; what changes
//! again before it has taken the last message is told once, so that a slow client costs
//! nobody anything. Whoever says nothing is asked whether it is there, and is gone if it
//! does not answer.

use core::fmt::Display;
use core::future::pending;

use embassy_futures::select::{Either, select};
use goe_runtime::device::{Credential, Device, Feed, Observed, Watch};
use goe_runtime::error::Sent;
use goe_runtime::json::Cursor;
use goe_runtime::websocket::{Known, Message, Messages};
use goe_runtime::{DocumentView, KeyIndex, Keys, WriteError};
use picoserve::io::{Read, Write};
use picoserve::response::ws::{SocketRx, SocketTx};

use super::frames::{Event, Frames, Reason, status};
use super::hall::Wrong;
use super::message::{Cut, Incoming, Outgoing, Piece, entries, take_fitting};
use super::secret::{self, hex};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::Sockets;

/// Room that a message needs beside the longest entry, in bytes.
pub const ROOM: usize = 128;

/// Time for a client to prove that it knows the password, in milliseconds.
const AUTH_MS: u64 = 10_000;

/// Time until the password is known; a small chip takes half a minute to hash one.
const READY_MS: u64 = 60_000;

/// A client that says nothing for so long is asked whether it is there.
const PING_MS: u64 = 20_000;

/// A client that has said nothing for so long is gone.
const SILENCE_MS: u64 = 50_000;

/// What serves a client: what its [`Hall`](super::Hall) has for all of them.
pub struct Session<'h, K: 'static, E> {
    pub(super) messages: &'static Messages,
    pub(super) entropy: &'h E,
    pub(super) watches: &'h [Watch<K>],
    pub(super) wrong: &'h Wrong,
}

impl<K, E> Clone for Session<'_, K, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, E> Copy for Session<'_, K, E> {}

impl<D: Observed, E: Entropy> Sockets<D> for Session<'_, D::Keys, E> {
    fn are_there(&self) -> bool {
        true
    }

    async fn talk<R: Read, W: Write<Error = R::Error>>(
        self,
        device: &D,
        clock: impl Clock,
        buffer: &mut [u8],
        rx: SocketRx<R>,
        tx: SocketTx<W>,
    ) -> Result<(), W::Error> {
        let Some(watch) = self.watches.iter().find_map(Watch::open) else {
            return tx.close((status::LATER, "all seats are taken")).await;
        };
        let mut talk = Talk {
            session: self,
            device,
            clock,
            feed: &watch,
            buffer,
            rx,
            tx,
            frames: Frames::default(),
            heard_ms: clock.now_ms(),
        };
        match talk.run().await {
            Err(End::Broken(error)) => Err(error),
            Err(End::Close(reason)) => talk.tx.close(reason).await,
            Ok(never) => match never {},
        }
    }
}

/// Why a conversation is over.
enum End<E> {
    /// The connection is.
    Broken(E),
    /// It is closed, for a reason or as the client closes it.
    Close(Option<Reason>),
}

enum Never {}

/// What a client did.
enum Heard<S> {
    /// It sent a text, of so many bytes of the buffer.
    Text(usize),
    /// Nothing that matters here.
    Nothing,
    /// The signal came first.
    Signal(S),
}

/// A number by which a client knows the answer to its wish.
type Request = heapless::String<24>;

/// What a client adds to the challenge.
type Token = heapless::String<64>;

/// One conversation.
struct Talk<'t, D: Observed, E, C, R: Read, W: Write> {
    session: Session<'t, D::Keys, E>,
    device: &'t D,
    clock: C,
    feed: &'t Feed<D::Keys>,
    buffer: &'t mut [u8],
    rx: SocketRx<R>,
    tx: SocketTx<W>,
    frames: Frames,
    heard_ms: u64,
}

const fn close<E>(status: u16, why: &'static str) -> End<E> {
    End::Close(Some((status, why)))
}

impl<D, E, C, R, W> Talk<'_, D, E, C, R, W>
where
    D: Observed,
    E: Entropy,
    C: Clock,
    R: Read,
    W: Write<Error = R::Error>,
{
    async fn run(&mut self) -> Result<Never, End<W::Error>> {
        let credential = self.credential().await?;
        self.introduce(&credential).await?;
        self.tell_all().await?;
        let mut pinged_ms = self.heard_ms;
        loop {
            // What came of a message that is not whole is in the buffer.
            if !self.frames.is_within() {
                self.tell_changes().await?;
            }
            let (feed, clock) = (self.feed, self.clock);
            let is_within = self.frames.is_within();
            let changes = async {
                match is_within {
                    true => pending().await,
                    false => feed.any().await,
                }
            };
            let ping = clock.until(pinged_ms.max(self.heard_ms) + PING_MS);
            let until_ms = self.heard_ms + SILENCE_MS;
            match self.hear(select(changes, ping), until_ms).await? {
                Heard::Text(length) => self.answer(&credential, length).await?,
                Heard::Nothing | Heard::Signal(Either::First(())) => {}
                Heard::Signal(Either::Second(())) => {
                    pinged_ms = self.clock.now_ms();
                    self.tx.send_ping(&[]).await.map_err(End::Broken)?;
                }
            }
        }
    }

    /// Waits until the password is known.
    async fn credential(&mut self) -> Result<Credential, End<W::Error>> {
        let late = self.clock.after(READY_MS);
        let (device, feed) = (self.device, self.feed);
        let known = async {
            loop {
                match device.credential() {
                    Some(credential) => return credential,
                    None => feed.wait().await,
                }
            }
        };
        match select(known, late).await {
            Either::First(credential) => Ok(credential),
            Either::Second(()) => Err(close(status::LATER, "the password is not ready")),
        }
    }

    /// Says who the device is, and hears from the client that it knows the password.
    async fn introduce(&mut self, credential: &Credential) -> Result<(), End<W::Error>> {
        let messages = self.session.messages;
        let mut tokens = [[0; 16]; 2];
        for token in &mut tokens {
            let filled = self.session.entropy.fill(token);
            filled.map_err(|_| close(status::INTERNAL, "there is no chance to be had"))?;
        }
        let [token1, token2] = tokens.map(|token| hex::<32>(&token));
        let kind = credential.kind().name();
        let known = |known| match known {
            Known::Secured => Some(Piece::Flag(messages.secure.is_some())),
            Known::Token1 => Some(Piece::Text(&token1)),
            Known::Token2 => Some(Piece::Text(&token2)),
            Known::Hash => Some(Piece::Text(&kind)),
            _ => None,
        };
        for message in messages.hello.iter().chain([&messages.challenge]) {
            self.send(message, &known).await?;
        }
        let late_ms = self.clock.now_ms() + AUTH_MS;
        let length = loop {
            match self.hear(pending::<Never>(), late_ms).await? {
                Heard::Text(length) => break length,
                Heard::Nothing => {}
                Heard::Signal(never) => match never {},
            }
        };
        let auth = &messages.auth;
        let incoming = self.incoming(length).filter(|incoming| incoming.is(auth));
        let Some(incoming) = incoming else {
            return Err(close(status::POLICY, "nothing is read before the password"));
        };
        let token3: Option<Token> = incoming.text(auth, Known::Token3);
        let proof: Option<Token> = incoming.text(auth, Known::Proof);
        let (token3, proof) = (token3.unwrap_or_default(), proof.unwrap_or_default());
        let outcome = self.judge(credential, [&token1, &token2, &token3], &proof);
        let known = |known| match known {
            Known::Token3 => Some(Piece::Text(&token3)),
            Known::Proof => Some(Piece::Text(&proof)),
            Known::Message => outcome.as_ref().err().map(|why| Piece::Text(why)),
            _ => None,
        };
        match outcome {
            Ok(()) => self.send(&messages.accepted, &known).await,
            Err(why) => {
                log::warn!("ws: a client is refused: {why}");
                self.send(&messages.denied, &known).await?;
                Err(close(status::POLICY, why))
            }
        }
    }

    fn judge(
        &self,
        credential: &Credential,
        tokens: [&str; 3],
        proof: &str,
    ) -> Result<(), &'static str> {
        let (wrong, now_ms) = (self.session.wrong, self.clock.now_ms());
        if wrong.is_too_often(now_ms) {
            return Err("Too many wrong passwords, try again in a minute");
        }
        if secret::is_same(&secret::proof(credential.hash(), tokens), proof) {
            return Ok(());
        }
        wrong.count(now_ms);
        Err("Wrong password")
    }

    /// Tells the whole status. What changes meanwhile is in the feed.
    async fn tell_all(&mut self) -> Result<(), End<W::Error>> {
        let mut left = D::Keys::default();
        let keys = self.device.registry().keys();
        keys.for_each(|key| left.insert(key));
        let full = &self.session.messages.full;
        self.tell(full, &mut left).await
    }

    /// Tells what has changed, in one message if it fits.
    async fn tell_changes(&mut self) -> Result<(), End<W::Error>> {
        let mut changed = D::Keys::default();
        while let Some(key) = self.feed.take() {
            changed.insert(key);
        }
        // A key that cannot be read changes nothing.
        if changed.is_empty() {
            return Ok(());
        }
        let delta = &self.session.messages.delta;
        self.tell(delta, &mut changed).await
    }

    /// Tells the values of keys, in as many messages as it takes.
    async fn tell(&mut self, message: &Message, left: &mut D::Keys) -> Result<(), End<W::Error>> {
        let mut is_last = false;
        while !is_last {
            let (room, buffer) = (self.buffer.len(), &mut *self.buffer);
            let length = self.device.with_document(|document| {
                let write = |keys: &D::Keys, is_partial, buffer: &mut [u8]| {
                    let write = |out: &mut dyn core::fmt::Write| entries(document, keys, out);
                    let known = |known| match known {
                        Known::Status => Some(Piece::Entries(&write)),
                        Known::Partial => Some(Piece::Flag(is_partial)),
                        _ => None,
                    };
                    written(message, document, &known, buffer)
                };
                // `false` is the longer word.
                let empty = write(&D::Keys::default(), false, &mut []);
                let keys = take_fitting(document, left, room.saturating_sub(empty));
                is_last = left.is_empty();
                write(&keys, !is_last, buffer)
            });
            self.send_written(length).await?;
        }
        Ok(())
    }

    /// Takes what a client who is known sent, and tells what became of it.
    async fn answer(
        &mut self,
        credential: &Credential,
        length: usize,
    ) -> Result<(), End<W::Error>> {
        let (messages, device) = (self.session.messages, self.device);
        let (text, rest) = self.buffer.split_at_mut_checked(length).unwrap_or_default();
        let Some(incoming) = text_of(text) else {
            return Err(close(status::INVALID, "the text is no JSON object"));
        };
        let set = &messages.set;
        let (request, outcome) = match &messages.secure {
            Some(secure) if incoming.is(secure) => {
                let Some(data) = unpacked(incoming, secure, rest) else {
                    return Err(close(status::TOO_BIG, "the message is too long"));
                };
                let hmac: Token = incoming.text(secure, Known::Hmac).unwrap_or_default();
                let is_his = secret::is_same(&secret::hmac(credential.hash(), data), &hmac);
                let inner = Incoming::new(data).filter(|inner| inner.is(set));
                let outer = request(incoming, secure);
                match (is_his, inner) {
                    (true, Some(inner)) => (request(inner, set), apply(device, inner, set)),
                    (true, None) => (outer, Err(Why::Words("there is no wish in it"))),
                    (false, _) => (outer, Err(Why::Words("the hmac is not that of the data"))),
                }
            }
            Some(_) if incoming.is(set) => {
                let why = Why::Words("a wish has to come in a secured message");
                (request(incoming, set), Err(why))
            }
            None if incoming.is(set) => (request(incoming, set), apply(device, incoming, set)),
            _ => {
                log::debug!("ws: a message of a kind that is not known here");
                return Ok(());
            }
        };
        let response = &messages.response;
        let number = request.as_ref().map(|number| number as &dyn Display);
        let key = match outcome {
            Ok(key) => key,
            Err(why) => {
                let known = |known| match known {
                    Known::Request => number.map(Piece::Text),
                    Known::Success => Some(Piece::Flag(false)),
                    Known::Message => Some(Piece::Text(&why)),
                    _ => None,
                };
                let refusal = Outgoing {
                    message: response,
                    document: None,
                    known: &known,
                };
                // It repeats what was sent, which is in the buffer.
                self.tx.send_display(refusal).await.map_err(End::Broken)?;
                return self.tx.flush().await.map_err(End::Broken);
            }
        };
        let mut keys = D::Keys::default();
        keys.insert(key);
        let length = device.with_document(|document| {
            let status = |out: &mut dyn core::fmt::Write| entries(document, &keys, out);
            let known = |known| match known {
                Known::Request => number.map(Piece::Text),
                Known::Success => Some(Piece::Flag(true)),
                Known::Status => Some(Piece::Entries(&status)),
                _ => None,
            };
            written(response, document, &known, self.buffer)
        });
        self.send_written(length).await
    }

    /// A client's text of so many bytes of the buffer.
    fn incoming(&self, length: usize) -> Option<Incoming<'_>> {
        text_of(self.buffer.get(..length)?)
    }

    /// Hears the client until then, answers pings, and ends as it does. The signal, which
    /// must be safe to cancel, goes before a frame that has not begun.
    async fn hear<S>(
        &mut self,
        signal: impl Future<Output = S>,
        until_ms: u64,
    ) -> Result<Heard<S>, End<W::Error>> {
        let next = self.frames.next(&mut self.rx, self.buffer, signal);
        let event = match select(next, self.clock.until(until_ms)).await {
            Either::First(event) => event.map_err(End::Broken)?,
            Either::Second(()) => return Err(close(status::POLICY, "nothing was heard in time")),
        };
        if let Event::Signal(signal) = event {
            return Ok(Heard::Signal(signal));
        }
        self.heard_ms = self.clock.now_ms();
        match event {
            Event::Text(length) => return Ok(Heard::Text(length)),
            Event::Ping(content) => {
                let content = self.buffer.get(content).unwrap_or_default();
                self.tx.send_pong(content).await.map_err(End::Broken)?;
            }
            Event::Nothing | Event::Signal(_) => {}
            Event::Close(status) => return Err(End::Close(status.map(|status| (status, "")))),
            Event::Fault(reason) => return Err(End::Close(Some(reason))),
        }
        Ok(Heard::Nothing)
    }

    async fn send<'p>(
        &mut self,
        message: &Message,
        known: &dyn Fn(Known) -> Option<Piece<'p>>,
    ) -> Result<(), End<W::Error>> {
        let (device, buffer) = (self.device, &mut *self.buffer);
        let length = device.with_document(|document| written(message, document, known, buffer));
        self.send_written(length).await
    }

    /// Sends what was written into the buffer.
    async fn send_written(&mut self, length: usize) -> Result<(), End<W::Error>> {
        let text = self.buffer.get(..length).unwrap_or_default();
        let text = core::str::from_utf8(text).unwrap_or_default();
        if text.is_empty() {
            return Err(close(status::INTERNAL, "a message is too long to be told"));
        }
        self.tx.send_text(text).await.map_err(End::Broken)?;
        self.tx.flush().await.map_err(End::Broken)
    }
}

/// Writes a message, and gives its length, which may be more than there is room for.
fn written<'p>(
    message: &Message,
    document: DocumentView<'_>,
    known: &dyn Fn(Known) -> Option<Piece<'p>>,
    buffer: &mut [u8],
) -> usize {
    let mut out = Cut::new(buffer);
    let message = Outgoing {
        message,
        document: Some(document),
        known,
    };
    // It is counted what does not fit.
    let _ = core::fmt::write(&mut out, format_args!("{message}"));
    out.len()
}

/// A client's text, which was found to be one.
fn text_of(bytes: &[u8]) -> Option<Incoming<'_>> {
    Incoming::new(core::str::from_utf8(bytes).ok()?)
}

/// The text within a secured message, decoded into `room`; `None` if that is too short.
fn unpacked<'r>(incoming: Incoming<'_>, secure: &Message, room: &'r mut [u8]) -> Option<&'r str> {
    let data = incoming.known(secure, Known::Data);
    let Some(data) = data.and_then(|json| Cursor::new(json).string()) else {
        return Some("");
    };
    let mut length = 0;
    for letter in data.chars() {
        let end = length + letter.len_utf8();
        letter.encode_utf8(room.get_mut(length..end)?);
        length = end;
    }
    core::str::from_utf8(room.get(..length)?).ok()
}

/// The number of a wish: a number on some clients, a string on others.
fn request(incoming: Incoming<'_>, message: &Message) -> Option<Request> {
    let json = incoming.known(message, Known::Request)?;
    match Cursor::new(json).string() {
        Some(text) => text.decode(),
        None => Request::try_from(json).ok(),
    }
}

/// Why a wish is not granted.
enum Why<'a> {
    /// The protocol has this against it.
    Words(&'static str),
    /// The device has.
    Error {
        error: WriteError,
        name: heapless::String<64>,
        sent: Sent<'a>,
    },
}

impl Display for Why<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Why::Words(words) => f.write_str(words),
            Why::Error { error, name, sent } => Display::fmt(&error.http(name, *sent), f),
        }
    }
}

/// Sets the key that a client names.
fn apply<'a>(device: &impl Device, wish: Incoming<'a>, set: &Message) -> Result<KeyIndex, Why<'a>> {
    let name = wish.text(set, Known::Key);
    let name = name.ok_or(Why::Words("no key of the device is named"))?;
    let json = wish.known(set, Known::Value).unwrap_or_default();
    let Some(key) = device.find(&name) else {
        return Err(Why::Error {
            error: WriteError::UnknownKey,
            name,
            sent: Sent::NOTHING,
        });
    };
    let profile = Some(device.registry().descriptor(key).profile);
    let sent = Sent { raw: json, profile };
    let outcome = device.set(key, json);
    outcome.map_err(|error| Why::Error { error, name, sent })?;
    Ok(key)
}
