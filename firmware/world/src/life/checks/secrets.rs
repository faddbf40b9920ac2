//! No secret is on a wire or in the log.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::violation::{Invariant, Violation};
use crate::life::plan::SECRET;

/// What was seen of a secret; shared with the network and the log.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Rc<RefCell<Seen>>);

#[derive(Default)]
struct Seen {
    /// The last bytes of each connection: a secret may be in two pieces.
    tails: BTreeMap<u64, Vec<u8>>,
    found: Option<String>,
}

impl Secrets {
    /// Bytes leave the charger.
    pub(crate) fn wire(&self, connection: u64, bytes: &[u8]) {
        let seen = &mut *self.0.borrow_mut();
        let tail = seen.tails.entry(connection).or_default();
        tail.extend_from_slice(bytes);
        if tail
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes())
        {
            let text = String::from_utf8_lossy(tail).into_owned();
            seen.found.get_or_insert(format!("on a wire: {text}"));
        }
        let kept = tail.len().saturating_sub(SECRET.len() - 1);
        tail.drain(..kept);
    }

    /// A line of the log.
    pub(crate) fn log(&self, line: &str) {
        if line.contains(SECRET) {
            let found = format!("in the log: {line}");
            self.0.borrow_mut().found.get_or_insert(found);
        }
    }

    pub(crate) fn look(&self, now_ms: u64) -> Result<(), Violation> {
        match self.0.borrow_mut().found.take() {
            None => Ok(()),
            Some(what) => Err(Violation {
                invariant: Invariant::Secrets,
                at_ms: now_ms,
                what,
            }),
        }
    }
}
