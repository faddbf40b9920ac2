//! The button on the front.

/// The button.
pub trait Button {
    /// How it was pressed since the last call, once.
    fn poll_button(&mut self) -> Option<Press>;
}

/// One press of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// It was let go at once.
    Short,
    /// It was held for some seconds.
    Long,
}
