//! The lock of the socket.

/// The bolt that holds the plug in the socket.
pub trait Lock {
    /// Asks it to hold the plug or let it go, every step.
    fn set_lock(&mut self, locked: bool);

    /// Where the bolt is.
    fn lock_state(&self) -> LockState;
}

/// Where the bolt of the lock is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockState {
    /// Between its ends, or unknown.
    #[default]
    Moving,
    /// It lets the plug go.
    Open,
    /// It holds the plug.
    Locked,
}
