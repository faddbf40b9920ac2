//! Chance, as a board gives it: what nobody can foresee, for tokens and for passwords
//! that a device makes.

/// There is none to be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoEntropy;

/// A source of bytes that nobody can foresee, nor find out afterwards.
pub trait Entropy {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// The source fails; what is in `bytes` then must not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

impl<E: Entropy + ?Sized> Entropy for &E {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        E::fill(self, bytes)
    }
}
