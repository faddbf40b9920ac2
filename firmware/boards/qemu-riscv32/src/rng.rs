//! virtio's source of chance.
//!
//! It is asked for a few bytes at a time, and answers within microseconds: that is waited
//! for, since whoever needs them cannot go on without.

use core::cell::RefCell;

use goe_device::entropy::{Entropy, NoEntropy};
use static_cell::{ConstStaticCell, StaticCell};

use crate::virtio::{FOR_WRITING, Found, Memory, Ring};

/// The kind of device.
const CHANCE: u32 = 4;

/// The modern form of everything (bit 32, the second word's first).
const FEATURES: [u32; 2] = [0, 1];

/// Bytes that are asked for at once.
const BUFFER: usize = 16;

/// Places of the ring, of which one is used; a ring has two at least.
const PLACES: usize = 2;

/// Looks at the ring until it is given up; QEMU answers after some hundred.
const POLLS_MAX: u32 = 10_000_000;

type Source = RefCell<Ring<PLACES, BUFFER>>;

/// The machine's chance; a copy is the same.
#[derive(Clone, Copy)]
pub(crate) struct Rng(Option<&'static Source>);

impl Rng {
    /// Finds the device; without one there is no chance to be had. Called once.
    pub(crate) fn start() -> Self {
        static MEMORY: ConstStaticCell<Memory<PLACES, BUFFER>> = ConstStaticCell::new(Memory::NEW);
        static SOURCE: StaticCell<Source> = StaticCell::new();
        let found = Found::of_kind(CHANCE, FEATURES);
        if found.is_none() {
            log::error!("rng: the machine has no virtio-rng-device");
        }
        Rng(found.map(|found| {
            let ring = Ring::new(MEMORY.take(), found.base, 0, FOR_WRITING);
            found.go();
            &*SOURCE.init(RefCell::new(ring))
        }))
    }
}

impl Entropy for Rng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let ring = &mut *self.0.ok_or(NoEntropy)?.borrow_mut();
        let mut left = bytes;
        while !left.is_empty() {
            let wanted = left.len().min(BUFFER);
            ring.lend(0, wanted);
            let came = (0..POLLS_MAX).find_map(|_| ring.take_back());
            let (place, length) = came.ok_or(NoEntropy)?;
            let length = length.min(wanted);
            if length == 0 {
                return Err(NoEntropy);
            }
            let (now, later) = left.split_at_mut(length);
            now.copy_from_slice(&ring.buffer(place)[..length]);
            left = later;
        }
        Ok(())
    }
}
