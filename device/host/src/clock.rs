//! The computer's clock, in real time.

use std::time::Duration;

use goe_device::clock::Clock;
use tokio::time::{Instant, sleep, sleep_until};

/// Real time since it was made.
#[derive(Clone, Copy, Debug)]
pub struct RealTime(Instant);

impl RealTime {
    /// A clock that begins now.
    pub fn start() -> Self {
        RealTime(Instant::now())
    }
}

impl Clock for RealTime {
    fn now_ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX / 2)
    }

    async fn until(self, at_ms: u64) {
        sleep_until(self.0 + Duration::from_millis(at_ms)).await;
    }

    async fn after(self, ms: u64) {
        sleep(Duration::from_millis(ms)).await;
    }
}
