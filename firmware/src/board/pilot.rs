//! The control pilot and the proximity pilot.

/// Control pilot and proximity pilot of the charging socket (IEC 61851-1).
pub trait Pilot {
    /// Returns the state that the voltage on the control pilot stands for.
    fn pilot_state(&self) -> PilotState;

    /// Offers a current in mA (6 000 to 32 000) by the duty cycle, or nothing.
    fn set_offer(&mut self, offer_ma: Option<u32>);

    /// Parts the pilot from the car, or joins them again. While it is parted, its state
    /// says nothing of the car.
    fn set_parted(&mut self, parted: bool);

    /// The rating coded in the cable, mA; `None` when no cable is plugged.
    fn cable_ma(&self) -> Option<u32>;
}

/// States of the control pilot, lettered as in IEC 61851-1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PilotState {
    /// No car.
    #[default]
    A,
    /// A car is plugged in and does not draw.
    B,
    /// The car has closed its switch: it draws or is ready to.
    C,
    /// As C, but the car asks for ventilation.
    D,
    /// Short circuit or no power on the pilot.
    E,
    /// The charging point itself is faulty.
    F,
}
