//! What happened to the charger: a car that came or went, what was set and by
//! whom, a change of phases, a fault. The newest of it, and nothing older.

use goe_api::{Car, ErrValue, Readings};
use goe_host::{Recent, Traffic, Wish};
use goe_runtime::Named;

/// Marks that are kept.
pub(super) const KEPT: usize = 200;

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) at_ms: u64,
    pub(super) what: Happened,
}

#[derive(Clone, Debug)]
pub(super) enum Happened {
    /// The value of `car`.
    Car(Option<i64>),
    /// The value of `err`.
    Fault(Option<i64>),
    /// So many phases are used.
    Phases(u8),
    /// What was set, and by whom.
    Set(String),
}

#[derive(Default)]
pub(super) struct Marks {
    kept: Recent<Mark, KEPT>,
    before: Option<State>,
    /// The exchanges that were looked at.
    heard: u64,
}

/// What a change of is a mark.
#[derive(Clone, Copy, PartialEq)]
struct State {
    car: Option<Car>,
    fault: Option<ErrValue>,
    one_phase: bool,
}

impl Marks {
    pub(super) fn take(&mut self, now_ms: u64, readings: &Readings<'_>, traffic: &Traffic) {
        let all = traffic.exchanged();
        let heard = std::mem::replace(&mut self.heard, all.count());
        for (_, exchanged) in all.since(heard) {
            if exchanged.wish == Wish::Set && exchanged.accepted {
                let what = exchanged.what.split_once('?');
                let what = what.map_or(exchanged.what.as_str(), |(_, sets)| sets);
                let text = format!("{what}, by {}", exchanged.who);
                self.keep(exchanged.at_ms, Happened::Set(text));
            }
        }
        let now = State {
            car: readings.car,
            fault: readings.err,
            one_phase: readings.fsp,
        };
        let Some(before) = self.before.replace(now) else {
            return;
        };
        if now.car != before.car {
            self.keep(now_ms, Happened::Car(now.car.map(Car::number)));
        }
        if now.fault != before.fault {
            self.keep(now_ms, Happened::Fault(now.fault.map(ErrValue::number)));
        }
        if now.one_phase != before.one_phase {
            let phases = if now.one_phase { 1 } else { 3 };
            self.keep(now_ms, Happened::Phases(phases));
        }
    }

    /// All that are kept.
    pub(super) fn kept(&self) -> &Recent<Mark, KEPT> {
        &self.kept
    }

    fn keep(&mut self, at_ms: u64, what: Happened) {
        self.kept.push(Mark { at_ms, what });
    }
}
