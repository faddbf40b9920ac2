//! How long to wait before the next attempt.

use std::time::Duration;

/// The shortest wait, after the first failure.
const FIRST: Duration = Duration::from_millis(500);

/// The longest.
const LAST: Duration = Duration::from_secs(30);

/// Waits that double, up to a limit.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Backoff(FIRST)
    }
}

impl Backoff {
    /// The next one.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.0;
        self.0 = (2 * wait).min(LAST);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..9).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(
            waits,
            [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
        );
    }
}
