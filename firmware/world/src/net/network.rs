//! The network: who listens, who is connected to whom, and whether the charger has a link.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use goe_device::clock::Clock;
use goe_sim::Prng;

use super::broken::Broken;
use super::link::{Direction, Fault, Link, Port};
use super::pipe::Pipe;
use super::stream::Stream;
use super::wires::{Tap, Wires};
use crate::time::VirtualClock;

#[derive(Default)]
struct Listener {
    clients: VecDeque<Stream>,
    waker: Option<Waker>,
}

struct Shared {
    wires: Rc<Wires>,
    listeners: RefCell<BTreeMap<Port, Listener>>,
    links: RefCell<Vec<Weak<Link>>>,
    last: Cell<u64>,
    /// The charger has a link to it.
    is_up: Cell<bool>,
}

/// The network.
#[derive(Clone)]
pub struct Net(Rc<Shared>);

impl Net {
    pub(crate) fn new(clock: VirtualClock, chance: Prng) -> Self {
        Net(Rc::new(Shared {
            wires: Rc::new(Wires {
                clock,
                chance: RefCell::new(chance),
                tap: RefCell::default(),
            }),
            listeners: RefCell::default(),
            links: RefCell::default(),
            last: Cell::new(0),
            is_up: Cell::new(false),
        }))
    }

    pub(crate) fn clock(&self) -> VirtualClock {
        self.0.wires.clock
    }

    pub(crate) fn tap(&self, tap: Tap) {
        *self.0.wires.tap.borrow_mut() = Some(tap);
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
        link.suffer(fault, self.0.wires.clock.now_ms());
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
        self.0.wires.clock.after(self.0.wires.latency_ms()).await;
        // Asked for again now and then, as TCP does.
        while is_charger_s && !self.is_up() {
            self.0.wires.clock.after(1_000).await;
        }
        let mut listeners = self.0.listeners.borrow_mut();
        let listener = listeners.get_mut(&port).ok_or(Broken)?;
        let number = self.0.last.get() + 1;
        self.0.last.set(number);
        let there = Rc::new(RefCell::new(Pipe::new(self.0.wires.clock)));
        let back = Rc::new(RefCell::new(Pipe::new(self.0.wires.clock)));
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
            Stream::new(
                self.0.wires.clone(),
                link.clone(),
                (incoming, outgoing),
                told,
            )
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
