//! The relay of the phases.

/// The relay that takes the second and third phase away from the contactor.
pub trait PhaseRelay {
    /// Asks it to let them through or not; as often as
    /// [`set_contactor`](super::Contactor::set_contactor).
    fn set_three_phases(&mut self, three_phases: bool);

    /// Returns whether it lets the second and third phase through.
    fn three_phases(&self) -> bool;
}
