//! The chip's source of chance, which the noise of its radio feeds: the radio is on before
//! anybody asks.

use esp_hal::rng::Rng;
use goe_device::entropy::{Entropy, NoEntropy};

/// That of the chip.
#[derive(Clone, Copy)]
pub(crate) struct Chance(pub(crate) Rng);

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for part in bytes.chunks_mut(4) {
            let chance = self.0.random().to_le_bytes();
            part.copy_from_slice(&chance[..part.len()]);
        }
        Ok(())
    }
}
