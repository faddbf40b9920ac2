//! The network of a world: connections in memory, with latency, loss and stalls as its
//! chance and its faults want them. It must never know what is said over it.
//!
//! Bytes of one direction of a connection arrive in order, those of different
//! connections in any. A connection that was disturbed says so ([`Link::is_disturbed`]), so that
//! nobody is blamed for what the network did.

mod pipe;
mod stream;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use goe_device::clock::Clock;
use goe_sim::Prng;

pub(crate) use self::pipe::Pipe;
pub use self::stream::{Broken, Stream};
use crate::time::VirtualClock;

/// The longest that a piece is on its way, ms, while nothing is wrong.
const LATENCY_MS: u64 = 30;

/// Where somebody listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// The charger's HTTP.
    Http,
    /// The broker.
    Mqtt,
}

/// Which direction of a connection, seen from who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From who connected.
    There,
    /// To who connected.
    Back,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is over, for both, at once.
    Reset,
    /// What is said in one direction is lost, and nobody hears of it.
    Mute(Direction),
    /// Nothing arrives for so long, ms.
    Stall(u64),
    /// Somebody's bytes are taken for its own.
    Noise(Direction),
}

impl Fault {
    /// How long its consequences go on by themselves, ms: until both ends must have noticed.
    pub(crate) fn lasts_ms(self) -> u64 {
        match self {
            Fault::Stall(ms) => ms,
            // A client of MQTT hears that it is not heard after one and a half times 30 s.
            Fault::Reset | Fault::Mute(_) | Fault::Noise(_) => 60_000,
        }
    }
}

/// A connection, for who does something to it.
#[derive(Debug)]
pub struct Link {
    /// Where it was made to.
    pub port: Port,
    /// One of its ends is the charger's.
    is_charger_s: bool,
    there: Rc<RefCell<Pipe>>,
    back: Rc<RefCell<Pipe>>,
    disturbed: Cell<bool>,
}

impl Link {
    /// Something was done to it.
    pub fn is_disturbed(&self) -> bool {
        self.disturbed.get()
    }

    fn pipe(&self, direction: Direction) -> &Rc<RefCell<Pipe>> {
        match direction {
            Direction::There => &self.there,
            Direction::Back => &self.back,
        }
    }

    fn suffer(&self, fault: Fault, now_ms: u64) {
        self.disturbed.set(true);
        match fault {
            Fault::Reset => {
                self.there.borrow_mut().break_off();
                self.back.borrow_mut().break_off();
            }
            Fault::Mute(direction) => self.pipe(direction).borrow_mut().mute(),
            Fault::Stall(ms) => {
                self.there.borrow_mut().hold(now_ms + ms);
                self.back.borrow_mut().hold(now_ms + ms);
            }
            Fault::Noise(direction) => {
                let noise = b"\x00\xffGET\r\n\r\n\x7f{".to_vec();
                self.pipe(direction).borrow_mut().put(now_ms, noise);
            }
        }
    }
}

#[derive(Default)]
struct Listener {
    clients: VecDeque<Stream>,
    waker: Option<Waker>,
}

/// Called with all bytes that leave the charger.
pub(crate) type Tap = Box<dyn FnMut(Port, u64, &[u8])>;

struct Shared {
    clock: VirtualClock,
    chance: RefCell<Prng>,
    listeners: RefCell<BTreeMap<Port, Listener>>,
    links: RefCell<Vec<Weak<Link>>>,
    last: Cell<u64>,
    /// The charger has a link to it.
    is_up: Cell<bool>,
    tap: RefCell<Option<Tap>>,
}

/// The network.
#[derive(Clone)]
pub struct Net(Rc<Shared>);

impl Net {
    pub(crate) fn new(clock: VirtualClock, chance: Prng) -> Self {
        Net(Rc::new(Shared {
            clock,
            chance: RefCell::new(chance),
            listeners: RefCell::default(),
            links: RefCell::default(),
            last: Cell::new(0),
            is_up: Cell::new(false),
            tap: RefCell::default(),
        }))
    }

    pub(crate) fn clock(&self) -> VirtualClock {
        self.0.clock
    }

    pub(crate) fn tap(&self, tap: Tap) {
        *self.0.tap.borrow_mut() = Some(tap);
    }

    fn tell(&self, port: Port, number: u64, bytes: &[u8]) {
        if let Some(tap) = self.0.tap.borrow_mut().as_mut() {
            tap(port, number, bytes);
        }
    }

    fn latency_ms(&self) -> u64 {
        1 + self.0.chance.borrow_mut().next() % LATENCY_MS
    }

    /// Whether the charger can be reached now, and can reach others.
    pub fn is_up(&self) -> bool {
        self.0.is_up.get()
    }

    /// The charger's link goes or comes. What is under way while it is down arrives
    /// afterwards, as TCP sends it again.
    pub(crate) fn set_up(&self, is_up: bool) {
        if self.0.is_up.replace(is_up) == is_up {
            return;
        }
        let until_ms = if is_up { 0 } else { u64::MAX };
        let links = self.links();
        for link in links.iter().filter(|link| link.is_charger_s) {
            link.disturbed.set(true);
            link.there.borrow_mut().hold(until_ms);
            link.back.borrow_mut().hold(until_ms);
        }
    }

    /// The connections that there are, the oldest first.
    pub fn links(&self) -> Vec<Rc<Link>> {
        let mut links = self.0.links.borrow_mut();
        links.retain(|link| link.strong_count() > 0);
        links.iter().filter_map(Weak::upgrade).collect()
    }

    /// Does something to a connection.
    pub fn disturb(&self, link: &Link, fault: Fault) {
        link.suffer(fault, self.0.clock.now_ms());
    }

    /// Somebody listens from now on.
    pub(crate) fn listen(&self, port: Port) -> Listening {
        self.0
            .listeners
            .borrow_mut()
            .insert(port, Listener::default());
        Listening {
            net: self.clone(),
            port,
        }
    }

    /// A connection of somebody else to whoever listens there.
    ///
    /// # Errors
    /// Nobody does. While the charger has no link nothing is heard of it at all.
    pub async fn connect(&self, port: Port) -> Result<Stream, Broken> {
        self.dial(port, port == Port::Http).await
    }

    /// A connection of the charger to whoever listens there.
    pub(crate) async fn connect_charger(&self, port: Port) -> Result<Stream, Broken> {
        self.dial(port, true).await
    }

    async fn dial(&self, port: Port, is_charger_s: bool) -> Result<Stream, Broken> {
        self.0.clock.after(self.latency_ms()).await;
        // Asked for again now and then, as TCP does.
        while is_charger_s && !self.is_up() {
            self.0.clock.after(1_000).await;
        }
        let mut listeners = self.0.listeners.borrow_mut();
        let listener = listeners.get_mut(&port).ok_or(Broken)?;
        let number = self.0.last.get() + 1;
        self.0.last.set(number);
        let there = Rc::new(RefCell::new(Pipe::new(self.0.clock)));
        let back = Rc::new(RefCell::new(Pipe::new(self.0.clock)));
        let link = Rc::new(Link {
            port,
            is_charger_s,
            there: there.clone(),
            back: back.clone(),
            disturbed: Cell::new(false),
        });
        self.0.links.borrow_mut().push(Rc::downgrade(&link));
        let is_told =
            |direction| is_charger_s && (port == Port::Mqtt) == (direction == Direction::There);
        let stream = |incoming, outgoing, direction| {
            let told = is_told(direction).then_some(number);
            Stream::new(self.clone(), link.clone(), (incoming, outgoing), told)
        };
        let served = stream(there.clone(), back.clone(), Direction::Back);
        listener.clients.push_back(served);
        if let Some(waker) = listener.waker.take() {
            waker.wake();
        }
        Ok(stream(back, there, Direction::There))
    }
}

/// Somebody listens until this is dropped.
pub(crate) struct Listening {
    net: Net,
    port: Port,
}

impl Listening {
    pub(crate) async fn accept(&self) -> Stream {
        poll_fn(|cx| {
            let mut listeners = self.net.0.listeners.borrow_mut();
            let Some(listener) = listeners.get_mut(&self.port) else {
                return Poll::Pending;
            };
            match listener.clients.pop_front() {
                Some(stream) => Poll::Ready(stream),
                None => {
                    listener.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Clients that were not accepted are dropped when nothing is borrowed any more.
        let gone = self.net.0.listeners.borrow_mut().remove(&self.port);
        drop(gone);
    }
}
