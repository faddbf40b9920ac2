//! A client that keeps to HTTP is answered within a second.

use std::rc::Rc;

use super::calm::Calm;
use super::violation::{Invariant, Violation};
use crate::life::clients::{Asked, Farewell};

/// Answers come within this, ms; the way there and back is the network's.
const WITHIN_MS: u64 = 1_000;

/// The way of connection, request and answer, ms.
const WAY_MS: u64 = 200;

/// A charger that has just booted has to listen first, ms.
const BOOTS_MS: u64 = 1_000;

/// The requests under way.
#[derive(Default)]
pub(crate) struct Answers {
    asked: Vec<Rc<Asked>>,
}

impl Answers {
    pub(crate) fn expect(&mut self, asked: Rc<Asked>) {
        self.asked.push(asked);
    }

    /// Takes those that are over, or overdue.
    pub(crate) fn look(
        &mut self,
        calm: &Calm,
        mut over: impl FnMut(&Asked),
    ) -> Result<(), Violation> {
        let mut late = None;
        self.asked.retain(|asked| {
            let since_ms = calm.reachable_since_ms;
            let may_be_blamed = since_ms.is_some_and(|since_ms| since_ms + BOOTS_MS <= asked.at_ms)
                && !asked
                    .link
                    .borrow()
                    .as_ref()
                    .is_some_and(|link| link.is_disturbed());
            let waits_ms = calm.now_ms - asked.at_ms;
            let took_ms = match &*asked.answer.borrow() {
                Some(answer) => answer.after_ms,
                None => waits_ms,
            };
            let has_answer = asked.answer.borrow().is_some();
            let is_lost = asked.is_over.get() && !has_answer;
            let finished = match asked.farewell {
                Farewell::Header => "",
                Farewell::Finish => " with nothing behind it",
            };
            if may_be_blamed && (took_ms > WITHIN_MS + WAY_MS || is_lost) {
                late = Some(match is_lost {
                    true => format!("GET {}{finished} was not answered at all", asked.path),
                    false => format!("GET {}{finished} took {took_ms} ms or more", asked.path),
                });
            }
            if asked.is_over.get() {
                over(asked);
            }
            // Whoever waits for longer does so because of a fault that was planned.
            !asked.is_over.get() && waits_ms < 600_000
        });
        match late {
            Some(what) => Err(Violation {
                invariant: Invariant::Answers,
                at_ms: calm.now_ms,
                what,
            }),
            None => Ok(()),
        }
    }
}
