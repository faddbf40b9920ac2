//! What happened to the charger, in words: a car that came or went, what was set and by
//! whom, a change of phases, a fault. The newest of it, and nothing older.

use std::collections::VecDeque;

use goe_api::{Car, ErrValue, Readings};
use goe_host::{Traffic, Wish};

/// Marks that are kept.
const KEPT: usize = 200;

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) id: u64,
    pub(super) at_ms: u64,
    pub(super) kind: &'static str,
    pub(super) text: String,
}

#[derive(Default)]
pub(super) struct Marks {
    kept: VecDeque<Mark>,
    count: u64,
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
        if traffic.count() > self.heard {
            for exchanged in traffic.since(self.heard) {
                if exchanged.wish == Wish::Set && exchanged.accepted {
                    let what = exchanged.what.split_once('?');
                    let what = what.map_or(exchanged.what.as_str(), |(_, sets)| sets);
                    let text = format!("{what}, by {}", exchanged.who);
                    self.keep(exchanged.at_ms, "set", text);
                }
            }
            self.heard = traffic.count();
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
            let text = now
                .car
                .map_or("unknown".to_owned(), |car| format!("{car:?}"));
            self.keep(now_ms, "car", text);
        }
        if now.fault != before.fault {
            let fault = now.fault.filter(|&fault| fault != ErrValue::None);
            let text = fault.map_or("fault is over".to_owned(), |fault| format!("{fault:?}"));
            self.keep(now_ms, "fault", text);
        }
        if now.one_phase != before.one_phase {
            let text = if now.one_phase {
                "one phase"
            } else {
                "three phases"
            };
            self.keep(now_ms, "phases", text.to_owned());
        }
    }

    /// The number that the next one gets.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Those that are kept and have this number or a later one, oldest first.
    pub(super) fn since(&self, id: u64) -> impl Iterator<Item = &Mark> {
        self.kept.iter().filter(move |mark| mark.id >= id)
    }

    fn keep(&mut self, at_ms: u64, kind: &'static str, text: String) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Mark {
            id: self.count,
            at_ms,
            kind,
            text,
        });
        self.count += 1;
    }
}
