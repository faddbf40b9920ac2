//! Which keys wait to be published, and since when each has been quiet.
//!
//! A key goes out at most once per second of real time. Changes in between are
//! not queued: the key stays marked, and what is published when its second is
//! over is the value of that moment. So the last value is never lost, and the
//! memory is four bytes a key.
//!
//! Seconds are counted from when a key could have gone out, not from when it did: a timer
//! is always a little late, and if each delay moved the next second, what changes every
//! second would fall behind its changes until a value is lost.

use goe_runtime::KeyIndex;

/// The time between two publications of one key, on average at least, in milliseconds.
pub const INTERVAL_MS: u64 = 1000;

/// What a key was late by is taken off its next second up to this much, in milliseconds.
pub const SLACK_MS: u64 = 40;

/// The state of one key; the caller has an array of these.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyState(u32);

impl KeyState {
    /// For the array: a key that was never published and is not waiting.
    pub const NEW: Self = Self(0);

    const WAITING: u32 = 1 << 31;
    /// The other bits: the time of the last publication in ms, without what it was
    /// late by; 0 for never.
    /// They wrap after 24 days; a key that was quiet for exactly that long may
    /// wait a second too much, and that is all.
    const TIME: u32 = Self::WAITING - 1;

    fn is_waiting(self) -> bool {
        self.0 & Self::WAITING != 0
    }

    fn published(self, now_ms: u64) -> Self {
        let quiet = self.quiet_ms(now_ms).unwrap_or(0);
        let late = quiet.saturating_sub(INTERVAL_MS as u32);
        let at = (now_ms as u32).wrapping_sub(late.min(SLACK_MS as u32));
        Self((at & Self::TIME).max(1))
    }

    /// Milliseconds since the last publication could go out, if there was one.
    fn quiet_ms(self, now_ms: u64) -> Option<u32> {
        let last = self.0 & Self::TIME;
        let quiet = (now_ms as u32).wrapping_sub(last) & Self::TIME;
        (last != 0).then_some(quiet)
    }

    /// Milliseconds until the key may go out; 0 when it may now.
    fn wait_ms(self, now_ms: u64) -> u64 {
        let quiet = self.quiet_ms(now_ms).map_or(INTERVAL_MS, u64::from);
        INTERVAL_MS.saturating_sub(quiet)
    }
}

/// The keys that wait. Keys are dense numbers from 0; those beyond the array
/// are ignored. Times are milliseconds of any monotonic clock, always the same.
#[derive(Debug)]
pub struct Pending<'b> {
    states: &'b mut [KeyState],
    /// Where to look first, so that on a slow link the keys in front do not
    /// starve those behind them.
    cursor: u16,
}

impl<'b> Pending<'b> {
    /// One state per key.
    pub fn new(states: &'b mut [KeyState]) -> Self {
        Self { states, cursor: 0 }
    }

    /// Marks a key as waiting.
    pub fn mark(&mut self, key: KeyIndex) {
        if let Some(state) = self.states.get_mut(usize::from(key.0)) {
            state.0 |= KeyState::WAITING;
        }
    }

    /// Marks these keys, and starts again from the first.
    pub fn mark_all(&mut self, keys: impl Iterator<Item = KeyIndex>) {
        keys.for_each(|key| self.mark(key));
        self.cursor = 0;
    }

    /// Marks the keys that were last published between these times.
    pub fn mark_published(&mut self, from_ms: u64, until_ms: u64, now_ms: u64) {
        let least = now_ms.saturating_sub(until_ms) as u32;
        let most = (now_ms.saturating_sub(from_ms) + SLACK_MS) as u32;
        for state in &mut *self.states {
            let quiet = state.quiet_ms(now_ms);
            if quiet.is_some_and(|ms| ms >= least && ms <= most) {
                state.0 |= KeyState::WAITING;
            }
        }
    }

    /// A key that may be published now. It goes on waiting until
    /// [`Pending::published`] says that it was.
    pub fn due(&self, now_ms: u64) -> Option<KeyIndex> {
        let is_due = |state: &KeyState| state.is_waiting() && state.wait_ms(now_ms) == 0;
        let split = usize::from(self.cursor).min(self.states.len());
        let (front, back) = self.states.split_at(split);
        let at = match back.iter().position(is_due) {
            Some(at) => split + at,
            None => front.iter().position(is_due)?,
        };
        u16::try_from(at).ok().map(KeyIndex)
    }

    /// Says that the value of `key` was published at `now_ms`.
    pub fn published(&mut self, key: KeyIndex, now_ms: u64) {
        if let Some(state) = self.states.get_mut(usize::from(key.0)) {
            *state = state.published(now_ms);
        }
        self.cursor = key.0.wrapping_add(1);
    }

    /// Returns the time until the next key may go out, in milliseconds; `None`
    /// when none is waiting.
    pub fn wait_ms(&self, now_ms: u64) -> Option<u64> {
        let waiting = self.states.iter().filter(|state| state.is_waiting());
        waiting.map(|state| state.wait_ms(now_ms)).min()
    }
}
