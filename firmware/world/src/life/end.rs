//! What has begun in a world and will end.

use std::collections::BTreeMap;

/// What ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// No write came in which the power could have gone: it goes now.
    CutPower {
        /// And comes then.
        on_ms: u64,
    },
    /// The power comes again.
    Power,
    /// Flash works again.
    Flash,
    /// The WiFi is there again.
    Wifi,
    /// The broker is there again.
    Broker,
    /// The garage is as before.
    Garage(&'static str),
}

/// By moment, and in the order in which they were added.
#[derive(Default)]
pub(super) struct Ends {
    waiting: BTreeMap<(u64, usize), End>,
    last: usize,
}

impl Ends {
    pub(super) fn add(&mut self, at_ms: u64, end: End) {
        self.last += 1;
        self.waiting.insert((at_ms, self.last), end);
    }

    pub(super) fn next_ms(&self) -> Option<u64> {
        self.waiting.first_key_value().map(|(&(at_ms, _), _)| at_ms)
    }

    pub(super) fn take(&mut self) -> Option<End> {
        self.waiting.pop_first().map(|(_, end)| end)
    }

    /// The power is about to go.
    pub(super) fn cuts(&self) -> bool {
        let mut waiting = self.waiting.values();
        waiting.any(|end| matches!(end, End::CutPower { .. }))
    }
}
