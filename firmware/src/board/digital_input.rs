//! The contact of the digital input.

/// The input for a contact that somebody else closes.
pub trait DigitalInput {
    /// Returns whether the contact is closed.
    fn input_closed(&self) -> bool;
}
