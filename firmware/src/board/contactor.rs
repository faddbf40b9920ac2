//! The contactor.

/// The relay between mains and car.
pub trait Contactor {
    /// Asks it to close or open. Called every step with the wanted position,
    /// so that asking again for what is already so must do nothing.
    fn set_contactor(&mut self, closed: bool);

    /// The feedback of its auxiliary contact: what it did, not what was asked.
    fn contactor_closed(&self) -> bool;
}
