//! What is asked of a device, by whom, and how it answers: as lines of the log, and the
//! newest of it in memory for whoever shows it. Secrets are masked before either has
//! them. It must never know a key.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::fmt::{Display, Write as _};
use std::rc::Rc;
use std::time::{Duration, Instant};

use goe_device::http::{Call, Exchange, Handler, Reply, decoded, parameters};
use goe_runtime::device::{Around, Device};
use goe_runtime::error::Sent;
use goe_runtime::http::{Action, Route};
use goe_runtime::modbus::Exception;
use goe_runtime::{KeyIndex, Registry, WriteError};

use crate::recent::Recent;

/// Exchanges that are kept.
const KEPT: usize = 200;

/// Values told to a broker that are kept: there are many in a second.
const TOLD: usize = 50;

/// The status of an answer that opens a WebSocket.
const SWITCHING: u16 = 101;

/// Characters of a text in one line.
const TEXT_MAX: usize = 400;

/// The newest exchanges of a device with its clients; a clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Traffic(Rc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    kept: RefCell<Recent<Exchanged, KEPT>>,
    told: RefCell<Recent<Told, TOLD>>,
    /// The device's time.
    now_ms: Cell<u64>,
}

/// How a client talks to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// HTTP.
    Http,
    /// MQTT.
    Mqtt,
    /// A WebSocket.
    Ws,
    /// Modbus.
    Modbus,
}

/// A value that a device told its broker.
#[derive(Clone, Debug)]
pub struct Told {
    /// The device's time, in ms since it started.
    pub at_ms: u64,
    /// What was told, without secrets.
    pub what: String,
}

/// What a client wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To set keys.
    Set,
    /// To read keys.
    Read,
    /// Something that is not the table's.
    Other,
}

/// Something that a device was asked, and its answer.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// The device's time, in ms since it started.
    pub at_ms: u64,
    /// How it came.
    pub wire: Wire,
    /// The client: its address, or `broker`.
    pub who: Rc<str>,
    /// What was wanted.
    pub wish: Wish,
    /// What was sent, without secrets.
    pub what: String,
    /// The answer, without secrets.
    pub answer: String,
    /// Nothing of it was refused.
    pub accepted: bool,
    /// The time until it was answered.
    pub took: Duration,
}

impl Traffic {
    /// The newest exchanges.
    pub fn exchanged(&self) -> Ref<'_, Recent<Exchanged, KEPT>> {
        self.0.kept.borrow()
    }

    /// The newest values that a broker was told.
    pub fn told(&self) -> Ref<'_, Recent<Told, TOLD>> {
        self.0.told.borrow()
    }

    /// The device's time goes on.
    pub(crate) fn pass(&self, now_ms: u64) {
        self.0.now_ms.set(now_ms);
    }
}

/// A text of a client's, so that it is no second line and no command of a terminal, and
/// not as long as somebody likes.
fn one_line<'t>(text: impl Into<Cow<'t, str>>) -> String {
    let text = text.into();
    // Nearly all of them are as they should be.
    if text.len() <= TEXT_MAX && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into_owned();
    }
    let mut letters = text.chars();
    let mut line = String::new();
    for letter in letters.by_ref().take(TEXT_MAX) {
        match letter.is_control() {
            true => line.extend(letter.escape_default()),
            false => line.push(letter),
        }
    }
    if letters.next().is_some() {
        line.push('…');
    }
    line
}

/// A client of a device, who is listened to.
pub(crate) struct Client {
    traffic: Traffic,
    wire: Cell<Wire>,
    who: Rc<str>,
    /// The keys, and how HTTP reaches them.
    table: (&'static Registry, &'static [Route]),
    asked: Cell<Option<Instant>>,
    /// What became of the sets of the present request.
    sets: RefCell<String>,
}

impl Client {
    pub(crate) fn new(
        traffic: Traffic,
        (wire, who): (Wire, String),
        table: (&'static Registry, &'static [Route]),
    ) -> Self {
        Client {
            traffic,
            wire: Cell::new(wire),
            who: who.into(),
            table,
            asked: Cell::new(None),
            sets: RefCell::default(),
        }
    }

    fn what_of(&self, key: KeyIndex, json: &str) -> String {
        let descriptor = self.table.0.descriptor(key);
        let sent = Sent {
            raw: json,
            profile: Some(descriptor.profile),
        };
        one_line(format!("{} = {sent}", descriptor.name))
    }

    fn was_told(&self, key: KeyIndex, json: &[u8]) {
        let Ok(json) = std::str::from_utf8(json) else {
            return;
        };
        let traffic = &self.traffic.0;
        traffic.told.borrow_mut().push(Told {
            at_ms: traffic.now_ms.get(),
            what: self.what_of(key, json),
        });
    }

    /// Without the value: it may be a secret under a name that was mistyped.
    fn has_refused(&self, name: &str, why: &dyn Display) {
        let (who, what) = (&self.who, one_line(format!("{name} = ***")));
        let why = one_line(why.to_string());
        tracing::info!("{who}: {what} is refused: {why}");
        self.keep(Wish::Set, (what, why), false, Duration::ZERO);
    }

    fn has_set(&self, key: KeyIndex, json: &str, result: Result<(), WriteError>, took: Duration) {
        let descriptor = self.table.0.descriptor(key);
        let sent = Sent {
            raw: json,
            profile: Some(descriptor.profile),
        };
        let (who, name) = (&self.who, descriptor.name);
        let what = self.what_of(key, json);
        let outcome = match (result, self.wire.get()) {
            (Ok(()), Wire::Http) => "true".to_owned(),
            (Ok(()), Wire::Mqtt | Wire::Ws | Wire::Modbus) => "success".to_owned(),
            (Err(error), Wire::Http | Wire::Ws) => error.http(name, sent).to_string(),
            (Err(error), Wire::Mqtt | Wire::Modbus) => error.mqtt(sent).to_string(),
        };
        match result {
            Ok(()) => tracing::info!("{who}: {what}"),
            Err(_) => tracing::info!("{who}: {what} is refused: {}", one_line(&outcome)),
        }
        match self.wire.get() {
            Wire::Http => {
                let mut sets = self.sets.borrow_mut();
                // A String takes everything.
                let _ = write!(sets, " {name}: {outcome};");
            }
            Wire::Mqtt | Wire::Ws | Wire::Modbus => {
                self.keep(Wish::Set, (what, one_line(&outcome)), result.is_ok(), took);
            }
        }
    }

    /// Registers, two bytes each, by the number of the first: what they are of, the spec says.
    fn has_written(&self, first: u16, bytes: &[u8], result: Result<(), Exception>) {
        let registers = bytes.chunks(2).map(|register| {
            let digits = register.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<String>()
        });
        let registers = registers.collect::<Vec<_>>().join(" ");
        let (who, what) = (
            &self.who,
            one_line(format!("registers {first}: {registers}")),
        );
        let answer = match result {
            Ok(()) => "success".to_owned(),
            Err(exception) => format!("exception {}", exception as u8),
        };
        match result {
            Ok(()) => tracing::info!("{who}: {what}"),
            Err(_) => tracing::info!("{who}: {what} is refused: {answer}"),
        }
        self.keep(Wish::Set, (what, answer), result.is_ok(), Duration::ZERO);
    }

    fn has_been_answered(&self, exchange: Exchange<'_>) {
        let took = self.asked.take().map_or(Duration::ZERO, |at| at.elapsed());
        let sets = self.sets.take();
        let mut routes = self.table.1.iter();
        let route = routes.find(|route| route.path == exchange.path);
        let wish = match route.map(|route| route.action) {
            Some(Action::Set) => Wish::Set,
            Some(Action::Status) => Wish::Read,
            Some(Action::Socket) | None => Wish::Other,
        };
        // What comes on this connection from here on comes by the WebSocket.
        if exchange.status == SWITCHING {
            self.wire.set(Wire::Ws);
        }
        let (what, unknown) = self.what(exchange, route);
        let mut answer = exchange.status.to_string();
        if wish == Wish::Set {
            answer.push_str(&sets);
            for name in unknown {
                let error = WriteError::UnknownKey.http(&name, Sent::NOTHING);
                // A String takes everything.
                let _ = write!(answer, " {name}: {error};");
            }
        }
        answer.truncate(answer.trim_end_matches(';').len());
        let (what, answer) = (one_line(what), one_line(answer));
        let who = &self.who;
        tracing::debug!("{who}: {what}: {answer}, {} us", took.as_micros());
        // Whoever looks at a page of the program's does not talk to the device.
        let accepted = exchange.status < 400;
        let is_look = wish == Wish::Other && accepted && exchange.method == "GET";
        if !is_look {
            self.keep(wish, (what, answer), accepted, took);
        }
    }

    fn keep(&self, wish: Wish, (what, answer): (String, String), accepted: bool, took: Duration) {
        let traffic = &self.traffic.0;
        traffic.kept.borrow_mut().push(Exchanged {
            at_ms: traffic.now_ms.get(),
            wire: self.wire.get(),
            who: self.who.clone(),
            wish,
            what,
            answer,
            accepted,
            took,
        });
    }

    /// The request line, decoded and without secrets, and the names in it that are no
    /// key's.
    fn what(&self, exchange: Exchange<'_>, route: Option<&Route>) -> (String, Vec<String>) {
        let mut unknown = Vec::new();
        let mut what = [exchange.method, " ", exchange.path].concat();
        let text =
            |encoded| String::from_utf8_lossy(&decoded(encoded).collect::<Vec<_>>()).into_owned();
        for (number, parameter) in parameters(exchange.query).enumerate() {
            let (name, value) = (text(parameter.name), text(parameter.value));
            let key = self.table.0.find(&name);
            let is_filter = route.is_none_or(|route| route.filter == Some(&name));
            let profile = key.map(|key| self.table.0.descriptor(key).profile);
            let value = match (profile, is_filter) {
                (_, true) => value,
                (Some(_), _) => Sent {
                    raw: &value,
                    profile,
                }
                .to_string(),
                // It may be a secret under a name that was mistyped.
                (None, _) => {
                    unknown.push(name.clone());
                    "***".to_owned()
                }
            };
            what.push(if number == 0 { '?' } else { '&' });
            what.push_str(&name);
            if !parameter.value.is_empty() {
                what.push('=');
                what.push_str(&value);
            }
        }
        (what, unknown)
    }
}

/// A device as one of its clients has it.
pub(crate) struct Watched<'a, D> {
    pub(crate) device: &'a D,
    pub(crate) client: &'a Client,
}

impl<D: Device> Around for Watched<'_, D> {
    type Inner = D;

    fn inner(&self) -> &D {
        self.device
    }

    fn take(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        let began = Instant::now();
        let result = self.device.set(key, json);
        self.client.has_set(key, json, result, began.elapsed());
        result
    }

    fn hear_published(&self, key: KeyIndex, json: &[u8]) {
        self.client.was_told(key, json);
    }

    fn hear_refused(&self, name: &str, why: &dyn Display) {
        self.client.has_refused(name, why);
    }

    fn hear_written(&self, first: u16, bytes: &[u8], result: Result<(), Exception>) {
        self.client.has_written(first, bytes, result);
    }
}

/// A handler as one of its clients has it.
pub(crate) struct Overheard<'a, H> {
    pub(crate) handler: &'a H,
    pub(crate) client: &'a Client,
}

impl<H: Handler> Handler for Overheard<'_, H> {
    type Body = H::Body;
    type Stream = H::Stream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        self.handler.methods(path)
    }

    fn answer(&self, call: Call<'_>) -> Reply<H::Body> {
        self.handler.answer(call)
    }

    fn stream(&self, path: &str) -> Option<H::Stream> {
        self.handler.stream(path)
    }

    fn asked(&self) {
        self.client.asked.set(Some(Instant::now()));
        self.handler.asked();
    }

    fn answered(&self, exchange: Exchange<'_>) {
        self.client.has_been_answered(exchange);
        self.handler.answered(exchange);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_writes_no_line_of_its_own() {
        assert_eq!(
            one_line("amp = 6\nINFO all is well\x1b[2J"),
            "amp = 6\\nINFO all is well\\u{1b}[2J"
        );
        assert_eq!(one_line("ä°…"), "ä°…");
        let long = one_line("ä".repeat(TEXT_MAX + 1));
        assert_eq!(long.chars().count(), TEXT_MAX + 1);
        assert!(long.ends_with("ä…"));
    }
}
