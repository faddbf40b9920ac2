//! How many passwords were wrong of late, so that nobody tries them all.

use core::cell::RefCell;

/// Wrong passwords that are answered within a minute, of all clients together.
pub const WRONG_MAX: usize = 10;

/// That minute.
const WRONG_MS: u64 = 60_000;

/// When passwords were wrong, the last times.
#[derive(Default)]
pub(super) struct Wrong(RefCell<heapless::Deque<u64, WRONG_MAX>>);

impl Wrong {
    /// Returns whether there were so many that no further one is looked at.
    pub(super) fn is_too_often(&self, now_ms: u64) -> bool {
        let times = self.0.borrow();
        let first = times.front().filter(|_| times.is_full());
        first.is_some_and(|&first| now_ms < first + WRONG_MS)
    }

    /// One more was wrong.
    pub(super) fn count(&self, now_ms: u64) {
        let mut times = self.0.borrow_mut();
        if times.is_full() {
            times.pop_front();
        }
        // There is room now.
        let _ = times.push_back(now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_passwords_a_minute_are_looked_at() {
        let wrong = Wrong::default();
        for second in 0..10 {
            assert!(!wrong.is_too_often(second * 1000));
            wrong.count(second * 1000);
        }
        assert!(wrong.is_too_often(9_000) && wrong.is_too_often(59_999));
        assert!(!wrong.is_too_often(60_000));
        wrong.count(60_000);
        assert!(wrong.is_too_often(60_999), "the second was a minute ago");
        assert!(!wrong.is_too_often(61_000));
    }
}
