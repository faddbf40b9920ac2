//! The time of a device's logic, which may run faster than the real one.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// One step of the logic, in its own time.
const STEP_MS: u64 = 1000;

/// Steps come at most this often; at higher speeds several come at once.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// Most steps at once. A computer that slept for a day does not owe the
/// device a day.
const MOST_STEPS: u64 = 1000;

/// So many steps at once of time that is let pass: whoever waits has a turn after them,
/// and sees what they brought.
const AT_ONCE: u32 = 60;

/// How many seconds of the device's time pass in one of real time, which may be
/// changed while it runs, and how many are let pass at once. Sockets stay in real time.
#[derive(Clone, Debug)]
pub struct Speed(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    speed: Cell<u32>,
    ahead_s: Cell<u32>,
    /// It ran otherwise than real time once.
    was_other: Cell<bool>,
    changed: Notify,
}

impl Speed {
    /// The speeds that there are.
    pub const RANGE: RangeInclusive<u32> = 1..=10_000;

    /// A speed within the range.
    pub fn new(speed: u32) -> Self {
        Speed(Rc::new(Shared {
            speed: Cell::new(speed),
            ahead_s: Cell::new(0),
            was_other: Cell::new(speed != 1),
            changed: Notify::new(),
        }))
    }

    /// The speed now.
    pub fn get(&self) -> u32 {
        self.0.speed.get()
    }

    /// Sets the speed from now on; what is out of the range is brought into it.
    pub fn set(&self, speed: u32) {
        let speed = speed.clamp(*Self::RANGE.start(), *Self::RANGE.end());
        self.0.speed.set(speed);
        self.0.was_other.set(self.was_other() || speed != 1);
        self.0.changed.notify_one();
    }

    /// Lets so much time pass at once, as fast as it can be computed, in place of what
    /// was left of such a time.
    pub fn advance(&self, seconds: u32) {
        self.0.ahead_s.set(seconds);
        self.0.was_other.set(self.was_other() || seconds > 0);
        self.0.changed.notify_one();
    }

    /// What is left of the time that is let pass at once, s.
    pub fn ahead_s(&self) -> u32 {
        self.0.ahead_s.get()
    }

    /// Takes the next part of that time, ms; `changed` is ready for what is left of it.
    pub fn take_ahead(&self) -> u64 {
        let ahead_s = self.ahead_s();
        let part_s = ahead_s.min(AT_ONCE);
        self.0.ahead_s.set(ahead_s - part_s);
        if ahead_s > part_s {
            self.0.changed.notify_one();
        }
        u64::from(part_s) * STEP_MS
    }

    /// Whether it ran otherwise than real time once, so that the device's clock is its own.
    pub fn was_other(&self) -> bool {
        self.0.was_other.get()
    }

    /// Ready when it was set, or time is let pass at once.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }
}

/// Simulated time since boot, beside the real one.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// Real time at which simulated time was `base_ms`.
    base: Instant,
    base_ms: u64,
    speed: u32,
}

impl Time {
    /// At this real time it is this, and goes on at that speed.
    pub fn new(speed: u32, base_ms: u64, base: Instant) -> Self {
        Time {
            base,
            base_ms,
            speed,
        }
    }

    /// The simulated time at a real one.
    pub fn at(&self, now: Instant) -> u64 {
        let real = now.saturating_duration_since(self.base).as_micros();
        let simulated = real * u128::from(self.speed) / 1000;
        self.base_ms + u64::try_from(simulated).unwrap_or(u64::MAX / 2)
    }

    /// The real time of a simulated one, which is not before that of the start.
    pub fn real(&self, at_ms: u64) -> Instant {
        let since_us = at_ms.saturating_sub(self.base_ms) * 1000;
        self.base + Duration::from_micros(since_us.div_ceil(u64::from(self.speed)))
    }

    /// Goes on at another speed.
    pub fn set_speed(&mut self, speed: u32, now: Instant) {
        if speed != self.speed {
            *self = Time::new(speed, self.at(now), now);
        }
    }

    /// Goes on so much later.
    pub fn skip(&mut self, ms: u64, now: Instant) {
        // To begin anew loses what is less than a millisecond.
        if ms > 0 {
            *self = Time::new(self.speed, self.at(now) + ms, now);
        }
    }
}

/// The steps of a device in simulated time.
#[derive(Debug)]
pub(crate) struct Clock {
    time: Time,
    /// Steps that were due so far.
    steps: u64,
}

impl Clock {
    /// Starts at zero, now.
    pub(crate) fn new(speed: u32, now: Instant) -> Self {
        Clock {
            time: Time::new(speed, 0, now),
            steps: 0,
        }
    }

    /// Goes on at another speed.
    pub(crate) fn set_speed(&mut self, speed: u32, now: Instant) {
        self.time.set_speed(speed, now);
    }

    /// Has all steps of so much time due now.
    pub(crate) fn skip(&mut self, ms: u64, now: Instant) {
        self.time.skip(ms, now);
    }

    /// The simulated times, in ms, of the steps that are due.
    pub(crate) fn due(&mut self, now: Instant) -> impl Iterator<Item = u64> + use<> {
        let first = self.steps + 1;
        let mut last = self.time.at(now) / STEP_MS;
        if last + 1 > first + MOST_STEPS {
            last = first + MOST_STEPS - 1;
            self.time = Time::new(self.time.speed, last * STEP_MS, now);
        }
        self.steps = last.max(self.steps);
        (first..=last).map(|step| step * STEP_MS)
    }

    /// The real time of the next step.
    pub(crate) fn next(&self, now: Instant) -> Instant {
        let wait_ms = ((self.steps + 1) * STEP_MS).saturating_sub(self.time.at(now));
        let wait = Duration::from_micros(wait_ms * 1000 / u64::from(self.time.speed) + 1);
        now + wait.max(SHORTEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_a_second_in_its_own_time() {
        let start = Instant::now();
        for speed in [1, 60] {
            let mut clock = Clock::new(speed, start);
            let before = |ms: u64| start + Duration::from_micros(ms * 1000 / u64::from(speed));
            let real =
                |ms: u64| start + Duration::from_micros((ms * 1000).div_ceil(u64::from(speed)));
            assert_eq!(clock.due(before(999)).count(), 0);
            assert_eq!(clock.due(real(1000)).collect::<Vec<_>>(), [1000]);
            assert_eq!(clock.due(real(1000)).count(), 0);
            assert_eq!(clock.due(real(3600)).collect::<Vec<_>>(), [2000, 3000]);
            assert!(clock.next(real(3600)) >= real(3600) + SHORTEST_PAUSE);
        }
        let mut clock = Clock::new(1, start);
        assert_eq!(clock.due(clock.next(start)).collect::<Vec<_>>(), [1000]);
    }

    #[test]
    fn another_speed_counts_from_when_it_was_set() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut clock = Clock::new(1, start);
        assert_eq!(clock.due(at(2_500)).count(), 2);
        clock.set_speed(60, at(2_500));
        assert_eq!(clock.due(at(2_500)).count(), 0);
        assert_eq!(clock.due(at(2_600)).last(), Some(8_000));
        clock.set_speed(1, at(2_600));
        assert_eq!(clock.due(at(3_000)).count(), 0);
        assert_eq!(clock.due(at(3_100)).collect::<Vec<_>>(), [9_000]);
    }

    #[test]
    fn all_of_a_time_passes_at_once_beside_its_own_seconds() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let speed = Speed::new(1);
        let mut clock = Clock::new(1, start);
        assert!(speed.take_ahead() == 0 && !speed.was_other());
        speed.advance(3_601);
        let mut last = 0;
        let mut parts = 0;
        while speed.ahead_s() > 0 {
            clock.skip(speed.take_ahead(), at(2_500));
            for step in clock.due(at(2_500)) {
                assert_eq!(step, last + STEP_MS);
                last = step;
            }
            parts += 1;
        }
        // One part has the second that is over.
        assert_eq!((last, parts), (3_603_000, 61));
        assert_eq!(clock.due(at(2_999)).count(), 0);
        assert_eq!(clock.due(at(3_000)).collect::<Vec<_>>(), [3_604_000]);
        speed.advance(100);
        speed.advance(0);
        assert!(speed.take_ahead() == 0 && speed.was_other());
    }

    #[test]
    fn a_long_sleep_is_not_made_up_for() {
        let start = Instant::now();
        let mut clock = Clock::new(1, start);
        let later = start + Duration::from_secs(86_400);
        assert_eq!(clock.due(later).count() as u64, MOST_STEPS);
        assert_eq!(clock.due(later).count(), 0);
        let next = later + Duration::from_secs(1);
        assert_eq!(
            clock.due(next).collect::<Vec<_>>(),
            [(MOST_STEPS + 1) * 1000]
        );
    }
}
