//! The wall clock.

/// A clock that goes on while the charger is off, or a network that tells.
pub trait WallClock {
    /// UTC, ms since 1970; `None` while the board does not know.
    fn utc_ms(&self) -> Option<i64>;
}
