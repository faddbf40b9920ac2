//! Chance, as the computer's operating system gives it.

use goe_device::entropy::{Entropy, NoEntropy};

/// That of this computer.
#[derive(Clone, Copy, Debug)]
pub struct Os;

impl Entropy for Os {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|error| {
            tracing::error!("the system gives no chance: {error}");
            NoEntropy
        })
    }
}
