//! A connection, for who does something to it, and what can be done.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::pipe::Pipe;

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
    /// One direction is at its end, and whoever reads it is told so; what is still said in it is
    /// lost, and the other direction goes on.
    Finish(Direction),
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
            Fault::Reset | Fault::Mute(_) | Fault::Finish(_) | Fault::Noise(_) => 60_000,
        }
    }
}

/// A connection, for who does something to it.
#[derive(Debug)]
pub struct Link {
    /// Where it was made to.
    pub port: Port,
    /// One of its ends is the charger's.
    pub(super) is_charger_s: bool,
    pub(super) there: Rc<RefCell<Pipe>>,
    pub(super) back: Rc<RefCell<Pipe>>,
    pub(super) disturbed: Cell<bool>,
}

impl Link {
    /// Something was done to it.
    pub fn is_disturbed(&self) -> bool {
        self.disturbed.get()
    }

    /// Whoever made it says nothing more.
    pub(crate) fn is_finished(&self) -> bool {
        self.there.borrow().is_finished()
    }

    fn pipe(&self, direction: Direction) -> &Rc<RefCell<Pipe>> {
        match direction {
            Direction::There => &self.there,
            Direction::Back => &self.back,
        }
    }

    pub(super) fn suffer(&self, fault: Fault, now_ms: u64) {
        self.disturbed.set(true);
        match fault {
            Fault::Reset => {
                self.there.borrow_mut().break_off();
                self.back.borrow_mut().break_off();
            }
            Fault::Mute(direction) => self.pipe(direction).borrow_mut().mute(),
            Fault::Finish(direction) => {
                let mut pipe = self.pipe(direction).borrow_mut();
                pipe.close();
                pipe.mute();
            }
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
