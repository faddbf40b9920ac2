//! How calm it is.

/// How calm it is, which decides what can be asked of whom.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calm {
    pub(crate) now_ms: u64,
    /// Power, network, broker and flash are as they should be since then; `None` when they
    /// are not.
    pub(crate) since_ms: Option<u64>,
    /// Power and the network are since then, whatever becomes of single connections.
    pub(crate) reachable_since_ms: Option<u64>,
}

impl Calm {
    pub(crate) fn lasts_ms(&self) -> u64 {
        self.since_ms.map_or(0, |since_ms| self.now_ms - since_ms)
    }
}
