//! What went wrong with the WiFi: how often, when, and why.

use goe_runtime::List;

/// Reasons kept.
const KEPT: usize = 4;

/// The mishaps since boot.
#[derive(Debug, Default)]
pub(in crate::charger) struct Mishaps {
    count: u8,
    failed_at_ms: Option<u64>,
    reasons: List<&'static str, KEPT>,
}

impl Mishaps {
    /// A network was not joined.
    pub(super) fn failed(&mut self, now_ms: u64, reason: &'static str) {
        self.failed_at_ms = Some(now_ms);
        self.count(reason);
    }

    /// Anything went wrong.
    pub(super) fn count(&mut self, reason: &'static str) {
        self.count = self.count.saturating_add(1);
        if self.reasons.is_full() {
            self.reasons.remove(0);
        }
        // There is room.
        let _ = self.reasons.push(reason);
    }

    /// How many there were; 255 is that or more.
    pub(in crate::charger) fn number(&self) -> u8 {
        self.count
    }

    /// When a network was last not joined, ms since boot.
    pub(in crate::charger) fn failed_at_ms(&self) -> Option<u64> {
        self.failed_at_ms
    }

    /// The reasons of the last, the latest last.
    pub(in crate::charger) fn reasons(&self) -> &List<&'static str, KEPT> {
        &self.reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_are_kept_and_all_are_counted() {
        let mut mishaps = Mishaps::default();
        for (now_ms, reason) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            mishaps.failed(now_ms as u64, reason);
        }
        mishaps.count("f");
        assert_eq!(mishaps.reasons(), &["c", "d", "e", "f"]);
        assert_eq!((mishaps.number(), mishaps.failed_at_ms()), (6, Some(4)));
        (0..300).for_each(|_| mishaps.count("g"));
        assert_eq!(mishaps.number(), 255);
    }
}
