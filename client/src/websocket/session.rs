//! One connection of the WebSocket: opened, authenticated, its whole status read.
//!
//! Every wait has an end, and every message a greatest size.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use goe_api::client::{JsonText, Members, Status};
use goe_runtime::device::HashKind;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message as Frame};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::hash::{self, PasswordHash};
use super::message::{self, Hello, Message};
use crate::address::Address;
use crate::changes::KEYS_MAX;
use crate::error::Error;
use crate::options::Secret;
use crate::random;

/// Bytes of one message; a whole status has some twenty thousand.
const MESSAGE_MAX: usize = 1 << 20;

/// Between two attempts at a charger whose seats are taken.
const PAUSE: Duration = Duration::from_millis(300);

/// Messages before the status is whole; a charger sends it in a few parts.
const PARTS_MAX: usize = 1_000;

/// What a charger says of a password that it looked at. Whatever else it says, as that
/// there were too many wrong ones, says nothing of this one.
const WRONG_PASSWORD: &str = "Wrong password";

/// Where a session goes to, and with what.
#[derive(Debug)]
pub(super) struct Door {
    address: Address,
    timeout: Duration,
    password: Secret,
    /// The hash of the last time, and what it was made of.
    hash: Option<(HashKind, String, PasswordHash)>,
}

impl Door {
    pub(super) fn new(address: Address, timeout: Duration, password: Secret) -> Self {
        Door {
            address,
            timeout,
            password,
            hash: None,
        }
    }

    pub(super) fn url(&self) -> String {
        url(&self.address)
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Makes the hash, beside: it takes long enough to hold up whatever else there is.
    async fn hash(&mut self, kind: HashKind, serial: &str) -> Result<PasswordHash, Error> {
        if let Some((made_by, made_of, hash)) = &self.hash
            && (*made_by, made_of.as_str()) == (kind, serial)
        {
            return Ok(hash.clone());
        }
        let (password, salt) = (self.password.clone(), serial.to_owned());
        let made =
            tokio::task::spawn_blocking(move || PasswordHash::new(kind, password.reveal(), &salt));
        let made = made.await.map_err(|error| error.to_string());
        let hash = made.flatten().map_err(|what| self.protocol(what))?;
        self.hash = Some((kind, serial.to_owned(), hash.clone()));
        Ok(hash)
    }

    fn protocol(&self, what: String) -> Error {
        Error::Protocol {
            address: self.url(),
            what,
        }
    }

    /// Opens a session: with the first whole status.
    pub(super) async fn open(&mut self) -> Result<(Session, Status), Error> {
        let mut session = Session::connect(&self.address, self.timeout).await?;
        let (mut hello, mut status) = (Hello::default(), Status::default());
        let mut deadline = Instant::now() + self.timeout;
        for _ in 0..PARTS_MAX {
            match session.read_until(deadline).await? {
                Message::Hello(said) => {
                    session.secured = said.secured;
                    hello = said;
                }
                Message::AuthRequired {
                    token1,
                    token2,
                    hash,
                } => {
                    let kind = hash::kind(hash.as_deref(), &hello.device_type);
                    let kind = kind.map_err(|what| self.protocol(what))?;
                    let hash = self.hash(kind, &hello.serial).await?;
                    // The charger need not pay for the time that this took.
                    deadline = Instant::now() + self.timeout;
                    let token3 = random::hex(32).map_err(|what| self.protocol(what))?;
                    let answer = hash.answer(&token1, &token2, &token3);
                    session.send(message::auth(&token3, &answer)).await?;
                    session.hash = Some(hash);
                }
                Message::AuthError { message } => {
                    let address = self.url();
                    return Err(match message == WRONG_PASSWORD {
                        true => Error::WrongPassword { address, message },
                        false => Error::NotAdmitted { address, message },
                    });
                }
                Message::FullStatus {
                    status: part,
                    partial,
                } => {
                    drop(learn(&mut status, &part));
                    if !partial {
                        return Ok((session, status));
                    }
                }
                Message::DeltaStatus { status: part } => drop(learn(&mut status, &part)),
                Message::AuthSuccess | Message::Response { .. } | Message::Other => {}
            }
        }
        Err(self.protocol(format!("no whole status in {PARTS_MAX} messages")))
    }
}

/// Takes values over; each as it is printed from now on, so that only another value makes
/// a difference.
pub(super) fn learn(status: &mut Status, values: &JsonText) -> Vec<(String, JsonText)> {
    let mut learned = Vec::new();
    for (name, json) in values.members() {
        if status.others.len() >= KEYS_MAX && !status.others.contains_key(&name) {
            continue;
        }
        status.put(&name, &json);
        let now = status.get(&name).unwrap_or(json);
        learned.push((name, now));
    }
    learned
}

fn url(address: &Address) -> String {
    format!("ws://{}/ws", address.authority())
}

/// What a charger says of itself, without a password.
pub(crate) async fn hello(address: &Address, timeout: Duration) -> Result<Hello, Error> {
    let mut session = Session::connect(address, timeout).await?;
    let said = session.read_until(Instant::now() + timeout).await?;
    session.close().await;
    match said {
        Message::Hello(hello) => Ok(hello),
        _ => Err(Error::Protocol {
            address: url(address),
            what: "its first message is no hello".to_owned(),
        }),
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Session {
    socket: WebSocketStream<TcpStream>,
    url: String,
    timeout: Duration,
    /// Settings are signed by the hash.
    secured: bool,
    hash: Option<PasswordHash>,
    /// The number of the next request.
    next: u64,
}

impl Session {
    /// Connects; where all seats are taken, as soon as one is free.
    async fn connect(address: &Address, timeout: Duration) -> Result<Self, Error> {
        let url = url(address);
        let deadline = Instant::now() + timeout;
        loop {
            let opened = timeout_at(deadline, upgrade(address, &url)).await;
            match opened.unwrap_or_else(|_| Err(late(&url, timeout))) {
                Ok(socket) => {
                    return Ok(Session {
                        socket,
                        url,
                        timeout,
                        secured: false,
                        hash: None,
                        next: 1,
                    });
                }
                // Nothing tells when one is free.
                Err(Error::Http { status: 503, .. }) if Instant::now() + PAUSE < deadline => {
                    sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The next message, as long as it takes; nothing for a sign of life. Nothing is
    /// lost when it is dropped.
    pub(super) async fn read(&mut self) -> Result<Option<Message>, Error> {
        let frame = self.socket.next().await;
        let frame = frame.unwrap_or(Err(tungstenite::Error::ConnectionClosed));
        let message = match frame.map_err(|error| broken(&self.url, error))? {
            Frame::Text(text) => Message::of_text(&text),
            Frame::Binary(bytes) => Message::of_binary(&bytes),
            Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) => return Ok(None),
            Frame::Close(frame) => {
                let reason = frame.map(|frame| frame.to_string());
                return Err(Error::Interrupted {
                    address: self.url.clone(),
                    reason: reason.unwrap_or_else(|| "it closed the WebSocket".to_owned()),
                });
            }
        };
        message.map(Some).map_err(|what| Error::Protocol {
            address: self.url.clone(),
            what,
        })
    }

    /// The next message, which must come in time.
    async fn read_until(&mut self, deadline: Instant) -> Result<Message, Error> {
        let (url, timeout) = (self.url.clone(), self.timeout);
        let message = timeout_at(deadline, async {
            loop {
                if let Some(message) = self.read().await? {
                    return Ok(message);
                }
            }
        });
        message.await.unwrap_or_else(|_| Err(late(&url, timeout)))
    }

    async fn send(&mut self, text: String) -> Result<(), Error> {
        self.put(Frame::text(text)).await
    }

    async fn put(&mut self, frame: Frame) -> Result<(), Error> {
        let sent = tokio::time::timeout(self.timeout, self.socket.send(frame)).await;
        let sent = sent.map_err(|_| late(&self.url, self.timeout))?;
        sent.map_err(|error| broken(&self.url, error))
    }

    /// Asks for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), Error> {
        self.put(Frame::Ping(Vec::new().into())).await
    }

    /// Sends a value; the response has this number.
    pub(super) async fn set(&mut self, key: &str, value: &str) -> Result<u64, Error> {
        let request = self.next;
        self.next += 1;
        let set = message::set_value(request, key, value);
        let text = match &self.hash {
            Some(hash) if self.secured => message::secured(request, &set, &hash.sign(&set)),
            _ => set,
        };
        self.send(text).await?;
        Ok(request)
    }

    /// Says goodbye, and does not wait for long.
    pub(super) async fn close(&mut self) {
        // It is over in any case.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

async fn upgrade(address: &Address, url: &str) -> Result<WebSocketStream<TcpStream>, Error> {
    let stream = TcpStream::connect(address.socket()).await;
    let stream = stream.map_err(|error| Error::Unreachable {
        address: url.to_owned(),
        reason: error.to_string(),
    })?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let opened = client_async_with_config(url, stream, Some(config)).await;
    let (socket, _) = opened.map_err(|error| broken(url, error))?;
    Ok(socket)
}

fn late(url: &str, after: Duration) -> Error {
    Error::Timeout {
        address: url.to_owned(),
        after,
    }
}

fn broken(url: &str, error: tungstenite::Error) -> Error {
    let address = url.to_owned();
    match error {
        tungstenite::Error::Http(answer) => Error::Http {
            address,
            status: answer.status().as_u16(),
        },
        tungstenite::Error::ConnectionClosed
        | tungstenite::Error::Io(_)
        | tungstenite::Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete,
        ) => Error::Interrupted {
            address,
            reason: error.to_string(),
        },
        error => Error::Protocol {
            address,
            what: error.to_string(),
        },
    }
}
