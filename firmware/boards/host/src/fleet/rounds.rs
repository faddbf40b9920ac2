//! The rounds of all chargers: each has one in every second of their time, and they are
//! spread over it.
//!
//! What is due follows from the time alone, so nothing is kept for each charger. A fleet
//! that is too much for its computer makes several rounds of a charger at once, as one
//! whose time runs fast does: that is cheaper, since their outcome is shown once.

use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::{Duration, Instant};

use goe_host::{Shutdown, Speed, Time};
use tokio::task::yield_now;

use super::town::Town;

/// From one round of a charger to the next, ms of their time.
const ROUND_MS: u64 = 1_000;

/// The rounds of some are done together, so often at most.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// Clients wait so long at most until it is their turn.
const LONGEST_TURN: Duration = Duration::from_millis(25);

/// Most of their time that is made up for, ms. A computer that slept for a day does not
/// owe them a day.
const MOST_MS: u64 = 1_000_000;

/// The times of the rounds of so many chargers.
#[derive(Clone, Copy)]
struct Spread {
    count: usize,
}

impl Spread {
    /// When in each second it is the turn of a charger, ms.
    fn offset_ms(self, index: usize) -> u64 {
        (index as u64 * ROUND_MS) / self.count as u64
    }

    /// The first charger whose turn comes later in a second; the count if none does.
    fn first_after(self, offset_ms: u64) -> usize {
        ((offset_ms + 1) * self.count as u64).div_ceil(ROUND_MS) as usize
    }

    /// The rounds of a charger that are due after one time up to another, by their number.
    fn rounds(self, index: usize, after_ms: u64, until_ms: u64) -> RangeInclusive<u64> {
        let offset_ms = self.offset_ms(index);
        let done = |at_ms: u64| at_ms.saturating_sub(offset_ms) / ROUND_MS;
        done(after_ms) + 1..=done(until_ms)
    }

    /// The chargers with a round in that time, in the order of their turns.
    fn turns(self, after_ms: u64, until_ms: u64) -> impl Iterator<Item = usize> {
        let first = self.first_after(after_ms % ROUND_MS);
        let behind = self.first_after(until_ms % ROUND_MS);
        let turns = match until_ms - after_ms < ROUND_MS {
            true if first <= behind && after_ms / ROUND_MS == until_ms / ROUND_MS => behind - first,
            true => self.count - first + behind,
            false => self.count,
        };
        (0..turns).map(move |turn| (first + turn) % self.count)
    }

    /// When the next turn comes.
    fn next_ms(self, after_ms: u64) -> u64 {
        let second_ms = after_ms - after_ms % ROUND_MS;
        match self.first_after(after_ms % ROUND_MS) {
            next if next < self.count => second_ms + self.offset_ms(next),
            _ => second_ms + ROUND_MS,
        }
    }
}

/// Lets their time pass, at the speed that it has, until `shutdown`.
pub(crate) async fn run(town: Rc<Town>, speed: Speed, shutdown: Shutdown) {
    let spread = Spread {
        count: town.count(),
    };
    let mut stop = std::pin::pin!(shutdown.wait());
    let mut time = Time::new(speed.get(), 0, Instant::now());
    let mut done_ms = 0;
    loop {
        let next = time.real(spread.next_ms(done_ms));
        let next = next.max(Instant::now() + SHORTEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep_until(next.into()) => {}
            () = speed.changed() => time.set_speed(speed.get(), Instant::now()),
            () = &mut stop => return,
        }
        let now = Instant::now();
        time.skip(speed.take_ahead(), now);
        let mut until_ms = time.at(now);
        if until_ms > done_ms + MOST_MS {
            until_ms = done_ms + MOST_MS;
            time = Time::new(speed.get(), until_ms, now);
        }
        let mut turn_began = now;
        for index in spread.turns(done_ms, until_ms) {
            let rounds = spread.rounds(index, done_ms, until_ms);
            let Some(charger) = town.charger(index).filter(|_| !rounds.is_empty()) else {
                continue;
            };
            let due = time.real(rounds.start() * ROUND_MS + spread.offset_ms(index));
            charger.pass(rounds.map(|round| round * ROUND_MS));
            let now = Instant::now();
            let late = now.saturating_duration_since(due);
            town.lateness().borrow_mut().took(index, now, late);
            if now - turn_began >= LONGEST_TURN {
                tokio::select! {
                    biased;
                    () = &mut stop => return,
                    () = yield_now() => {}
                }
                turn_began = Instant::now();
            }
        }
        done_ms = until_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the time is cut into pieces, each charger has each of its rounds once.
    #[test]
    fn nobody_misses_a_round_and_nobody_has_one_twice() {
        const END_MS: u64 = 12_000;
        for count in [1, 2, 3, 7, 100, 999, 1_000, 1_001, 2_500] {
            let spread = Spread { count };
            for step_ms in [1, 5, 333, 999, 1_000, 1_001, 2_500, END_MS] {
                let mut had = vec![0; count];
                let mut at_ms = 0;
                while at_ms < END_MS {
                    let until_ms = (at_ms + step_ms).min(END_MS);
                    for index in spread.turns(at_ms, until_ms) {
                        for round in spread.rounds(index, at_ms, until_ms) {
                            had[index] += 1;
                            assert_eq!(had[index], round, "{count} by {step_ms}");
                        }
                    }
                    at_ms = until_ms;
                }
                for (index, had) in had.into_iter().enumerate() {
                    let wanted = (END_MS - spread.offset_ms(index)) / ROUND_MS;
                    assert_eq!(had, wanted, "{index} of {count} by {step_ms}");
                }
            }
        }
    }

    #[test]
    fn who_is_next_is_due_then_and_not_before() {
        for count in [1, 3, 1_000, 2_500] {
            let spread = Spread { count };
            let mut at_ms = 0;
            while at_ms < 5_000 {
                let next_ms = spread.next_ms(at_ms);
                let due = |until_ms| {
                    let turns = spread.turns(at_ms, until_ms);
                    turns
                        .filter(|&index| !spread.rounds(index, at_ms, until_ms).is_empty())
                        .count()
                };
                assert!(
                    next_ms > at_ms && due(next_ms - 1) == 0,
                    "{count} at {at_ms}"
                );
                assert!(due(next_ms) > 0 || next_ms < ROUND_MS, "{count} at {at_ms}");
                at_ms = next_ms;
            }
        }
    }
}
