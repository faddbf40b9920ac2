//! The mean power of the last 30 seconds of charging.
//!
//! When charging ends, the last average stays until it begins again (API 142: the
//! average is only computed while a car charges).
//!
//! A sample says what power was drawn since the sample before. Summed up over
//! time this gives the work done; the average is the work of the window divided
//! by its length, so that uneven steps weigh what they lasted. Until 30 seconds
//! have passed, the window is what has passed.
//!
//! The sum is kept at points at least one second apart, 30 of which span the
//! window; where the window begins between two points, power is taken as even
//! between them. With steps of a second or more that is exact; with shorter
//! ones it is off by at most what power varied within that one second.

/// Length of the window, ms.
const WINDOW_MS: u64 = 30_000;

/// Least distance of two points, ms.
const SPACING_MS: u64 = 1_000;

/// The points that can lie within the window, one at or before its beginning,
/// and the newest, which may follow the last at any distance.
const POINTS: usize = (WINDOW_MS / SPACING_MS) as usize + 3;

/// The work done up to a time.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    t_ms: u64,
    /// µJ (mW · ms) since the first sample.
    work_uj: u64,
}

/// The window.
#[derive(Debug)]
pub(in crate::charger) struct Average {
    /// In order of time, the oldest first.
    points: heapless::Deque<Point, POINTS>,
    newest: Point,
    /// As long as there is nothing to average.
    last_mw: u32,
}

impl Average {
    pub(in crate::charger) fn new() -> Self {
        Average {
            points: heapless::Deque::new(),
            newest: Point::default(),
            last_mw: 0,
        }
    }

    /// Nobody charges: the average stays what it is, and the next begins anew.
    pub(in crate::charger) fn rest(&mut self) {
        self.last_mw = self.power_mw();
        self.points.clear();
    }

    /// Takes in that `power_mw` was drawn since the last sample.
    pub(in crate::charger) fn sample(&mut self, now_ms: u64, power_mw: u32) {
        if let Some(last) = self.points.back().copied() {
            let since_ms = now_ms.saturating_sub(self.newest.t_ms);
            let work_uj = since_ms.saturating_mul(u64::from(power_mw));
            self.newest = Point {
                t_ms: now_ms,
                work_uj: self.newest.work_uj.saturating_add(work_uj),
            };
            if now_ms < last.t_ms + SPACING_MS {
                return;
            }
        } else {
            self.newest = Point {
                t_ms: now_ms,
                work_uj: 0,
            };
        }
        self.forget_before(now_ms.saturating_sub(WINDOW_MS));
        // There is room: points within the window are a second apart.
        let _ = self.points.push_back(self.newest);
    }

    /// The average, mW; the last one while there is nothing to average.
    pub(in crate::charger) fn power_mw(&self) -> u32 {
        let begin_ms = self.newest.t_ms.saturating_sub(WINDOW_MS);
        let Some(begin) = self.at(begin_ms) else {
            return self.last_mw;
        };
        let work_uj = self.newest.work_uj - begin.work_uj;
        let mean_mw = work_uj.checked_div(self.newest.t_ms - begin.t_ms);
        mean_mw.map_or(self.last_mw, |mw| u32::try_from(mw).unwrap_or(u32::MAX))
    }

    /// The work done up to `t_ms`, or the first point if that is later.
    fn at(&self, t_ms: u64) -> Option<Point> {
        let mut before = *self.points.front()?;
        let t_ms = t_ms.max(before.t_ms);
        for &after in self.points.iter().skip(1).chain([&self.newest]) {
            if after.t_ms > t_ms {
                return Some(between(before, after, t_ms));
            }
            before = after;
        }
        Some(before)
    }

    /// Drops what no window that ends now or later needs.
    fn forget_before(&mut self, t_ms: u64) {
        while self
            .points
            .iter()
            .nth(1)
            .is_some_and(|next| next.t_ms <= t_ms)
        {
            self.points.pop_front();
        }
    }
}

/// The point at `t_ms` on the line from one to the other. Power between two
/// points is whole mW where one sample spans them, so that nothing is lost.
fn between(before: Point, after: Point, t_ms: u64) -> Point {
    let power_mw = (after.work_uj - before.work_uj) / (after.t_ms - before.t_ms);
    Point {
        t_ms,
        work_uj: before.work_uj + power_mw * (t_ms - before.t_ms),
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// `(t_ms, power_mw, expected_mw)`
    fn check(rows: &[(u64, u32, u32)]) {
        let mut average = Average::new();
        assert_eq!(average.power_mw(), 0);
        for &(now_ms, power_mw, expected_mw) in rows {
            average.sample(now_ms, power_mw);
            assert_eq!(average.power_mw(), expected_mw, "at {now_ms} ms");
        }
    }

    #[test]
    fn grows_over_what_has_passed_then_slides() {
        check(&[
            (5_000, 9_000, 0),
            (6_000, 3_000, 3_000),
            (7_000, 6_000, 4_500),
            (35_000, 0, 300),
            // The first of its two seconds is half gone.
            (35_500, 0, 250),
            (36_000, 0, 200),
            (37_000, 0, 0),
        ]);
    }

    #[test]
    fn uneven_steps_weigh_what_they_lasted() {
        check(&[
            (0, 0, 0),
            (29_000, 3_000, 3_000),
            (30_000, 33_000, 4_000),
            // One step far longer than the window.
            (130_000, 7_000, 7_000),
            (131_000, 7_000, 7_000),
            (141_000, 1_000, 5_000),
        ]);
    }

    #[test]
    fn the_same_time_twice_changes_nothing() {
        check(&[(0, 0, 0), (1_000, 500, 500), (1_000, 90_000, 500)]);
    }

    #[test]
    fn the_last_stays_while_nobody_charges() {
        let mut average = Average::new();
        average.rest();
        assert_eq!(average.power_mw(), 0);
        average.sample(1_000, 5_000);
        average.sample(2_000, 5_000);
        for _ in 0..2 {
            average.rest();
            assert_eq!(average.power_mw(), 5_000);
        }
        average.sample(90_000, 7_000);
        assert_eq!(average.power_mw(), 5_000);
        average.sample(91_000, 7_000);
        assert_eq!(average.power_mw(), 7_000);
    }

    /// The mean over the window, straight from all samples.
    fn reference(samples: &[(u64, u32)]) -> f64 {
        let (Some(&(first_ms, _)), Some(&(now_ms, _))) = (samples.first(), samples.last()) else {
            return 0.0;
        };
        let begin_ms = now_ms.saturating_sub(WINDOW_MS).max(first_ms);
        let work: f64 = samples
            .windows(2)
            .map(|pair| {
                let lasted_ms = pair[1].0.saturating_sub(pair[0].0.max(begin_ms));
                lasted_ms as f64 * f64::from(pair[1].1)
            })
            .sum();
        if now_ms == begin_ms {
            0.0
        } else {
            work / (now_ms - begin_ms) as f64
        }
    }

    fn follows(steps_ms: core::ops::Range<u64>, tolerance_mw: f64) {
        let mut average = Average::new();
        let mut samples = Vec::new();
        let mut seed = 7_u64;
        let mut now_ms = 12_345;
        for _ in 0..2_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now_ms += steps_ms.start + (seed >> 33) % (steps_ms.end - steps_ms.start);
            let power_mw = ((seed >> 20) % 22_000_000) as u32;
            average.sample(now_ms, power_mw);
            samples.push((now_ms, power_mw));
            let (is, should) = (f64::from(average.power_mw()), reference(&samples));
            assert!(
                (is - should).abs() <= tolerance_mw,
                "{now_ms}: {is} mW, not {should}"
            );
        }
    }

    #[test]
    fn follows_the_plain_mean() {
        follows(1_000..1_001, 1.0);
        follows(1_000..5_000, 1.0);
        follows(20_000..70_000, 1.0);
        // Below a second: what may vary within one second, over the 30.
        follows(10..400, 22_000_000.0 / 30.0);
        follows(900..1_100, 22_000_000.0 / 30.0);
    }
}
