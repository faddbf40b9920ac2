//! The board's clock, in real time.

use embassy_time::{Instant, Timer};
use goe_device::clock::Clock;

/// Time since the board started, by embassy's driver.
#[derive(Clone, Copy, Debug)]
pub struct SinceBoot;

impl Clock for SinceBoot {
    fn now_ms(self) -> u64 {
        Instant::now().as_millis()
    }

    fn until(self, at_ms: u64) -> impl Future<Output = ()> {
        Timer::at(Instant::from_millis(at_ms))
    }

    fn after(self, ms: u64) -> impl Future<Output = ()> {
        Timer::after_millis(ms)
    }
}

/// Calls `step` once a second of a time that runs `speed` times as fast as the
/// real one, with the milliseconds of that time, for ever.
pub async fn steps(speed: u64, mut step: impl FnMut(u64)) -> ! {
    let mut now_ms = 0;
    loop {
        now_ms += 1000;
        Timer::at(Instant::from_micros(now_ms * 1000 / speed)).await;
        step(now_ms);
    }
}
