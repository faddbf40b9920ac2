//! What the broker retains is the document, once it is quiet.

use std::collections::BTreeMap;

use super::{Calm, Invariant, Violation};

/// How long it has to be calm first, ms: the client publishes everything anew when it
/// comes back.
const CALM_MS: u64 = 150_000;

/// From one look to the next, ms.
const EVERY_MS: u64 = 60_000;

/// The document of a charger, key by key.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// Three looks: a value that did not change between them was published before the last.
#[derive(Default)]
pub(crate) struct Retained {
    looks: Vec<Values>,
    next_ms: u64,
}

impl Retained {
    /// Returns whether it is time to look.
    pub(crate) fn is_due(&mut self, calm: &Calm) -> bool {
        if calm.lasts_ms() < CALM_MS {
            self.looks.clear();
            self.next_ms = 0;
            return false;
        }
        calm.now_ms >= self.next_ms
    }

    /// Compares the values of the document with those that are retained.
    pub(crate) fn look(
        &mut self,
        calm: &Calm,
        values: Values,
        retained: &Values,
    ) -> Result<(), Violation> {
        self.next_ms = calm.now_ms + EVERY_MS;
        self.looks.push(values);
        let [before, earlier, now] = &self.looks[..] else {
            return Ok(());
        };
        let wrong = now.iter().find(|(key, value)| {
            let stays = |look: &Values| look.get(*key) == Some(value);
            stays(before) && stays(earlier) && retained.get(*key) != Some(value)
        });
        let result = match wrong {
            None => Ok(()),
            Some((key, value)) => Err(Violation {
                invariant: Invariant::Retained,
                at_ms: calm.now_ms,
                what: match retained.get(key) {
                    Some(other) => format!("{key} is {value}, and the broker has {other}"),
                    None => format!("{key} is {value}, and the broker has nothing"),
                },
            }),
        };
        self.looks.remove(0);
        result
    }
}
