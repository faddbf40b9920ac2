//! The conversation with one client: who are you, all that there is, what changes, and
//! what became of your wish.
//!
//! It takes texts and gives texts, in one buffer, and waits for nothing. Until the client has
//! proved that it knows the password nothing else is read; then it has the whole status,
//! in as many parts as it takes, and all that changes. It must never know a socket.

use core::fmt::Display;

use goe_runtime::device::{Credential, Device, Feed, Observed};
use goe_runtime::error::Sent;
use goe_runtime::json::Cursor;
use goe_runtime::websocket::{Known, Message, Messages};
use goe_runtime::{DocumentView, JsonStr, KeyIndex, Keys, WriteError};

use super::frames::{Reason, status};
use super::message::{Cut, Incoming, Outgoing, Piece, entries, take_fitting};
use super::secret::{self, hex};
use super::wrong::Wrong;
use crate::entropy::Entropy;

/// How far a conversation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The password is not known yet.
    Waiting,
    /// The client has to prove that it knows it.
    Asked,
    /// It has.
    Known,
}

enum State<K> {
    New,
    Met {
        credential: Credential,
        tokens: Tokens,
        /// The messages that come before the client's: hello and the challenge.
        said: u8,
    },
    Known {
        credential: Credential,
        /// Keys that are still to be told.
        left: K,
        /// They are those of the whole status.
        is_full: bool,
    },
    Over(Reason),
}

type Tokens = [[u8; 16]; 2];

/// A number by which a client knows the answer to its wish.
type Request = heapless::String<24>;

/// What a client adds to the challenge.
type Token = heapless::String<64>;

/// A conversation with a client.
pub(super) struct Conversation<K> {
    messages: &'static Messages,
    state: State<K>,
}

impl<K: Keys> Conversation<K> {
    /// It has just begun.
    pub(super) fn new(messages: &'static Messages) -> Self {
        Conversation {
            messages,
            state: State::New,
        }
    }

    pub(super) fn phase(&self) -> Phase {
        match self.state {
            State::New => Phase::Waiting,
            State::Met { .. } | State::Over(_) => Phase::Asked,
            State::Known { .. } => Phase::Known,
        }
    }

    /// Writes what is to be said now, if anything is, and gives its length.
    ///
    /// # Errors
    /// The conversation is over.
    pub(super) fn say(
        &mut self,
        device: &impl Observed<Keys = K>,
        feed: &Feed<K>,
        entropy: &impl Entropy,
        buffer: &mut [u8],
    ) -> Result<Option<usize>, Reason> {
        let messages = self.messages;
        match &mut self.state {
            State::Over(reason) => Err(*reason),
            State::New => {
                let Some(credential) = device.credential() else {
                    return Ok(None);
                };
                let mut tokens = Tokens::default();
                for token in &mut tokens {
                    let filled = entropy.fill(token);
                    filled.map_err(|_| (status::INTERNAL, "there is no chance to be had"))?;
                }
                self.state = State::Met {
                    credential,
                    tokens,
                    said: 0,
                };
                self.say(device, feed, entropy, buffer)
            }
            State::Met {
                credential,
                tokens,
                said,
            } => {
                let mut greetings = messages.hello.iter().chain([&messages.challenge]);
                let Some(message) = greetings.nth(usize::from(*said)) else {
                    return Ok(None);
                };
                *said += 1;
                let [token1, token2] = written_out(tokens);
                let kind = credential.kind().name();
                let known = |known| match known {
                    Known::Secured => Some(Piece::Flag(messages.secure.is_some())),
                    Known::Token1 => Some(Piece::Text(&token1)),
                    Known::Token2 => Some(Piece::Text(&token2)),
                    Known::Hash => Some(Piece::Text(&kind)),
                    _ => None,
                };
                written(message, device, &known, buffer).map(Some)
            }
            State::Known { left, is_full, .. } => {
                while let Some(key) = feed.take() {
                    left.insert(key);
                }
                tell(messages, device, left, is_full, buffer)
            }
        }
    }

    /// Takes a text of so many bytes of the buffer, writes what is to be said to it there, if
    /// anything is, and gives the length of that.
    ///
    /// # Errors
    /// The conversation is over.
    pub(super) fn hear(
        &mut self,
        device: &impl Observed<Keys = K>,
        (wrong, now_ms): (&Wrong, u64),
        buffer: &mut [u8],
        length: usize,
    ) -> Result<Option<usize>, Reason> {
        match &self.state {
            State::New => Ok(None),
            State::Over(reason) => Err(*reason),
            State::Met {
                credential, tokens, ..
            } => {
                let incoming = text_of(buffer.get(..length).unwrap_or_default());
                let asked = (credential, tokens);
                let (answer, outcome) = judge(self.messages, asked, (wrong, now_ms), incoming)?;
                self.state = match outcome {
                    Err(why) => {
                        log::warn!("ws: a client is refused: {why}");
                        State::Over((status::POLICY, why))
                    }
                    Ok(()) => {
                        let mut left = K::default();
                        let keys = device.registry().keys();
                        keys.for_each(|key| left.insert(key));
                        State::Known {
                            credential: credential.clone(),
                            left,
                            is_full: true,
                        }
                    }
                };
                let why = outcome.err();
                let message = match why {
                    None => &self.messages.accepted,
                    Some(_) => &self.messages.denied,
                };
                let [token3, proof] = &answer;
                let known = |known| match known {
                    Known::Token3 => Some(Piece::Text(token3)),
                    Known::Proof => Some(Piece::Text(proof)),
                    Known::Message => why.as_ref().map(|why| Piece::Text(why)),
                    _ => None,
                };
                written(message, device, &known, buffer).map(Some)
            }
            State::Known { credential, .. } => {
                answer(self.messages, credential, device, buffer, length)
            }
        }
    }
}

/// The tokens as they are told.
fn written_out([token1, token2]: &Tokens) -> [heapless::String<32>; 2] {
    [hex(token1), hex(token2)]
}

/// A client's token and proof, and whether the device believes it.
type Judged = ([Token; 2], Result<(), &'static str>);

fn judge(
    messages: &Messages,
    (credential, tokens): (&Credential, &Tokens),
    (wrong, now_ms): (&Wrong, u64),
    incoming: Option<Incoming<'_>>,
) -> Result<Judged, Reason> {
    let auth = &messages.auth;
    let Some(incoming) = incoming.filter(|incoming| incoming.is(auth)) else {
        return Err((status::POLICY, "nothing is read before the password"));
    };
    let text = |known| -> Token { incoming.text(auth, known).unwrap_or_default() };
    let (token3, proof) = (text(Known::Token3), text(Known::Proof));
    let outcome = if wrong.is_too_often(now_ms) {
        Err("Too many wrong passwords, try again in a minute")
    } else {
        let [token1, token2] = written_out(tokens);
        let expected = secret::proof(credential.hash(), [&token1, &token2, &token3]);
        match secret::is_same(&expected, &proof) {
            true => Ok(()),
            false => {
                wrong.count(now_ms);
                Err("Wrong password")
            }
        }
    };
    Ok(([token3, proof], outcome))
}

/// Writes the next part of what is left to be told.
fn tell<D: Observed>(
    messages: &Messages,
    device: &D,
    left: &mut D::Keys,
    is_full: &mut bool,
    buffer: &mut [u8],
) -> Result<Option<usize>, Reason> {
    if left.is_empty() && !*is_full {
        return Ok(None);
    }
    let message = match *is_full {
        true => &messages.full,
        false => &messages.delta,
    };
    device.with_document(|document| {
        let write = |keys: &D::Keys, is_partial, buffer: &mut [u8]| {
            let status = |out: &mut dyn core::fmt::Write| entries(document, keys, out);
            let known = |known| match known {
                Known::Status => Some(Piece::Entries(&status)),
                Known::Partial => Some(Piece::Flag(is_partial)),
                _ => None,
            };
            written_of(message, document, &known, buffer)
        };
        // `false` is the longer word.
        let empty = write(&D::Keys::default(), false, &mut []);
        let room = buffer.len().saturating_sub(empty);
        let keys = take_fitting(document, left, room);
        // A key that cannot be read has changed nothing.
        if keys.is_empty() && !*is_full {
            return Ok(None);
        }
        *is_full &= !left.is_empty();
        fitting(write(&keys, *is_full, buffer), buffer).map(Some)
    })
}

/// Takes what a client who is known sent, and writes what became of it.
fn answer<D: Observed>(
    messages: &Messages,
    credential: &Credential,
    device: &D,
    buffer: &mut [u8],
    length: usize,
) -> Result<Option<usize>, Reason> {
    let (text, room) = buffer.split_at_mut_checked(length).unwrap_or_default();
    let Some(incoming) = text_of(text) else {
        return Err((status::INVALID, "the text is no JSON object"));
    };
    let set = &messages.set;
    let secured = messages.secure.as_ref();
    let secured = secured.filter(|secure| incoming.is(secure));
    let too_long = (status::TOO_BIG, "the message is too long");
    let used = secured.map_or(Some(0), |secure| unpack(incoming, secure, room));
    let used = used.ok_or(too_long)?;
    let (data, free) = room.split_at_mut_checked(used).ok_or(too_long)?;
    let (request, outcome) = match &messages.secure {
        Some(secure) if secured.is_some() => {
            let data = core::str::from_utf8(data).unwrap_or_default();
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
            return Ok(None);
        }
    };
    let number = request.as_ref().map(|number| number as &dyn Display);
    let response = &messages.response;
    let key = match outcome {
        Ok(key) => key,
        Err(why) => {
            // It repeats what was sent, which is in the buffer: so it is written behind.
            let refuse = |why: &Why<'_>, free: &mut [u8]| {
                let known = |known| match known {
                    Known::Request => number.map(Piece::Text),
                    Known::Success => Some(Piece::Flag(false)),
                    Known::Message => Some(Piece::Text(why)),
                    _ => None,
                };
                let mut out = Cut::new(free);
                let refusal = Outgoing {
                    message: response,
                    document: None,
                    known: &known,
                };
                // What does not fit is counted.
                let _ = core::fmt::write(&mut out, format_args!("{refusal}"));
                out.len()
            };
            let mut written = refuse(&why, free);
            if written > free.len() {
                written = refuse(&Why::Words("refused; it is too long to be repeated"), free);
            }
            let start = length + used;
            fitting(start + written, buffer)?;
            buffer.copy_within(start..start + written, 0);
            return Ok(Some(written));
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
        written_of(response, document, &known, buffer)
    });
    fitting(length, buffer).map(Some)
}

/// Writes a message, and gives its length.
fn written<'p>(
    message: &Message,
    device: &impl Device,
    known: &dyn Fn(Known) -> Option<Piece<'p>>,
    buffer: &mut [u8],
) -> Result<usize, Reason> {
    let length = device.with_document(|document| written_of(message, document, known, buffer));
    fitting(length, buffer)
}

/// Writes a message, and gives its length, which may be more than there is room for.
fn written_of<'p>(
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
    // What does not fit is counted.
    let _ = core::fmt::write(&mut out, format_args!("{message}"));
    out.len()
}

fn fitting(length: usize, buffer: &[u8]) -> Result<usize, Reason> {
    match length <= buffer.len() {
        true => Ok(length),
        false => Err((status::INTERNAL, "a message is too long to be told")),
    }
}

/// A client's text.
fn text_of(bytes: &[u8]) -> Option<Incoming<'_>> {
    Incoming::new(core::str::from_utf8(bytes).ok()?)
}

/// Decodes the text within a secured message into `room`, and gives its length; `None` if
/// that is too short.
fn unpack(incoming: Incoming<'_>, secure: &Message, room: &mut [u8]) -> Option<usize> {
    let data = incoming.known(secure, Known::Data);
    let Some(data) = data.and_then(|json| Cursor::new(json).string()) else {
        return Some(0);
    };
    let mut length = 0;
    for letter in data.chars() {
        let end = length + letter.len_utf8();
        letter.encode_utf8(room.get_mut(length..end)?);
        length = end;
    }
    Some(length)
}

/// The number of a wish: a number on some clients, a string on others.
fn request(incoming: Incoming<'_>, message: &Message) -> Option<Request> {
    let json = incoming.known(message, Known::Request)?;
    match Cursor::new(json).string() {
        Some(text) => text.decode(),
        None => Request::try_from(json).ok(),
    }
}

/// The longest name of a key that is looked for, in bytes.
const NAME_MAX: usize = 64;

/// Why a wish is not granted.
enum Why<'a> {
    /// The protocol has this against it.
    Words(&'static str),
    /// The device has.
    Error {
        error: WriteError,
        name: JsonStr<'a>,
        sent: Sent<'a>,
    },
}

impl Display for Why<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Why::Words(words) => f.write_str(words),
            Why::Error { error, name, sent } => {
                let name = name.decode::<NAME_MAX>().unwrap_or_default();
                Display::fmt(&error.http(&name, *sent), f)
            }
        }
    }
}

/// Sets the key that a client names.
#[expect(
    clippy::result_large_err,
    reason = "its one caller looks at it where it is"
)]
fn apply<'a>(device: &impl Device, wish: Incoming<'a>, set: &Message) -> Result<KeyIndex, Why<'a>> {
    let name = wish.known(set, Known::Key);
    let name = name.and_then(|json| Cursor::new(json).string());
    let named = name.and_then(|name| Some((name, name.decode::<NAME_MAX>()?)));
    let (name, text) = named.ok_or(Why::Words("no key of the device is named"))?;
    let json = wish.known(set, Known::Value).unwrap_or_default();
    let Some(key) = device.find(&text) else {
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
