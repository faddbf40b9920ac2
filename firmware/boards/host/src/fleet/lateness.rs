//! How late the rounds of the chargers are done: how it is spread, and who is the slowest.
//!
//! It tells of the last minute and forgets what is older, by halves: of two windows one is
//! filled while the other is whole, so what is told is half a minute to a minute old at
//! most. A round costs two additions, and nothing is allocated after the start. It must never
//! know what a round is of.

use std::time::{Duration, Instant};

/// A window is filled for so long.
const WINDOW: Duration = Duration::from_secs(30);

/// Numbers below this have a place of their own, and above it each power of two has half
/// as many places: what is told is right to a sixteenth.
const EXACT: u32 = 32;
const PLACES: usize = 208;

/// Of all chargers.
#[derive(Debug)]
pub(super) struct Lateness {
    /// The one that is filled, and the one before it.
    windows: [Window; 2],
    turns: Instant,
}

/// What is told of it, ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) median: u32,
    pub(super) p99: u32,
    pub(super) most: u32,
}

#[derive(Debug)]
struct Window {
    /// Rounds by how late they were.
    rounds: Box<[u64; PLACES]>,
    /// The latest of each charger, ms.
    latest: Box<[u16]>,
}

impl Lateness {
    /// Of so many chargers, from now on.
    pub(super) fn new(count: usize, now: Instant) -> Self {
        Lateness {
            windows: [Window::new(count), Window::new(count)],
            turns: now + WINDOW,
        }
    }

    /// A charger, by its place, did a round that was due so long before.
    pub(super) fn took(&mut self, charger: usize, now: Instant, late: Duration) {
        if now >= self.turns {
            self.turns = now + WINDOW;
            self.windows.swap(0, 1);
            self.windows[0].clear();
        }
        let late_ms = u16::try_from(late.as_millis()).unwrap_or(u16::MAX);
        let window = &mut self.windows[0];
        window.rounds[place(late_ms.into())] += 1;
        if let Some(latest) = window.latest.get_mut(charger) {
            *latest = late_ms.max(*latest);
        }
    }

    /// How it is spread over all rounds.
    pub(super) fn spread(&self) -> Spread {
        let [new, old] = &self.windows;
        let rounds = || (new.rounds.iter().zip(old.rounds.iter())).map(|(new, old)| new + old);
        let all: u64 = rounds().sum();
        let least_of = |part: u64, of: u64| {
            let mut left = (all * part).div_ceil(of);
            let mut places = rounds().enumerate();
            let found = places.find(|&(_, count)| {
                let is_there = left > 0 && left <= count;
                left = left.saturating_sub(count);
                is_there
            });
            found.map_or(0, |(place, _)| least(place))
        };
        let most = (0..new.latest.len()).map(|charger| self.latest(charger));
        Spread {
            median: least_of(1, 2),
            p99: least_of(99, 100),
            most: most.max().unwrap_or(0).into(),
        }
    }

    /// The places of so many chargers, the slowest first, and how late each was at the latest, ms.
    pub(super) fn slowest(&self, many: usize) -> Vec<(usize, u16)> {
        let mut all: Vec<_> = (0..self.windows[0].latest.len())
            .map(|charger| (charger, self.latest(charger)))
            .collect();
        let slower = |&(charger, late_ms): &(usize, u16)| (u16::MAX - late_ms, charger);
        if many < all.len() {
            all.select_nth_unstable_by_key(many, slower);
            all.truncate(many);
        }
        all.sort_unstable_by_key(slower);
        all
    }

    fn latest(&self, charger: usize) -> u16 {
        let of = |window: &Window| window.latest.get(charger).copied().unwrap_or(0);
        of(&self.windows[0]).max(of(&self.windows[1]))
    }
}

impl Window {
    fn new(count: usize) -> Self {
        Window {
            rounds: Box::new([0; PLACES]),
            latest: vec![0; count].into(),
        }
    }

    fn clear(&mut self) {
        self.rounds.fill(0);
        self.latest.fill(0);
    }
}

/// Where a number is counted.
fn place(late_ms: u32) -> usize {
    // How often it is halved until it is among the exact ones.
    let halved = (u32::BITS - late_ms.leading_zeros()).saturating_sub(EXACT.ilog2());
    (halved * EXACT / 2 + (late_ms >> halved)) as usize
}

/// The least number that is counted there.
fn least(place: usize) -> u32 {
    // There are few places.
    let place = place as u32;
    let halved = (place / (EXACT / 2)).saturating_sub(1);
    (place - halved * EXACT / 2) << halved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_and_is_told_right_to_a_sixteenth() {
        for late_ms in 0..=u32::from(u16::MAX) {
            let told = least(place(late_ms));
            assert!(place(late_ms) < PLACES);
            assert!(
                told <= late_ms && late_ms - told <= late_ms / 16,
                "{late_ms}: {told}"
            );
            assert!(late_ms >= EXACT || told == late_ms);
        }
    }

    #[test]
    fn it_tells_how_late_rounds_are_and_whose() {
        let now = Instant::now();
        let mut lateness = Lateness::new(200, now);
        let none = Spread {
            median: 0,
            p99: 0,
            most: 0,
        };
        assert_eq!(lateness.spread(), none);
        for charger in 0..200 {
            let late_ms = if charger < 197 { 3 } else { charger as u64 };
            lateness.took(charger, now, Duration::from_millis(late_ms));
        }
        assert_eq!(
            lateness.spread(),
            Spread {
                median: 3,
                p99: 192,
                most: 199
            }
        );
        assert_eq!(
            lateness.slowest(4),
            [(199, 199), (198, 198), (197, 197), (0, 3)]
        );
        assert_eq!(lateness.slowest(1_000).len(), 200);
    }

    #[test]
    fn what_is_more_than_a_minute_old_is_forgotten() {
        let began = Instant::now();
        let mut lateness = Lateness::new(2, began);
        let took = |lateness: &mut Lateness, charger, at_ms, late_ms| {
            let at = began + Duration::from_millis(at_ms);
            lateness.took(charger, at, Duration::from_millis(late_ms));
        };
        took(&mut lateness, 0, 0, 500);
        took(&mut lateness, 1, 29_999, 10);
        took(&mut lateness, 1, 30_000, 20);
        assert_eq!(lateness.slowest(2), [(0, 500), (1, 20)]);
        assert_eq!(lateness.spread().most, 500);
        took(&mut lateness, 1, 60_000, 7);
        assert_eq!(lateness.slowest(2), [(1, 20), (0, 0)]);
        assert_eq!(
            lateness.spread(),
            Spread {
                median: 7,
                p99: 20,
                most: 20
            }
        );
        // What is later than can be told is told as the most that can.
        took(&mut lateness, 0, 60_000, 100_000);
        assert_eq!(lateness.spread().most, 65_535);
    }
}
