//! The key of a name, by one hash, two tables and one comparison.
//!
//! The tables are a perfect hash of the names, "hash and displace": a name's
//! hash chooses a bucket, the bucket's displacement and the hash choose a slot,
//! and the slot has the only key that the name can be. A comparison with the
//! key's own name tells whether it is that one, so names are nowhere twice and
//! a key costs 2.75 bytes.
//!
//! The generator works the tables out, since a compiler would take long for it;
//! what both have to agree on stands here. It must never know a name.

/// The tables by which a [`Registry`](crate::Registry) finds its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Initial value of the hashes, chosen so that the names have different ones.
    pub seed: u32,
    /// Of each bucket.
    pub displacements: &'static [u8],
    /// Positions of keys, or [`EMPTY`](Self::EMPTY).
    pub slots: &'static [u16],
}

impl Lookup {
    /// The value of a slot without a key: no table has so many keys.
    pub const EMPTY: u16 = u16::MAX;

    /// No tables: names are compared one after the other. For the few keys of a
    /// table written by hand.
    pub const SCAN: Lookup = Lookup {
        seed: 0,
        displacements: &[],
        slots: &[],
    };

    /// The only key that may have this name.
    pub(crate) fn candidate(&self, name: &str) -> Option<u16> {
        let hash = hash(self.seed, name);
        let bucket = bucket(hash, self.displacements.len());
        let displacement = *self.displacements.get(bucket)?;
        let slot = slot(hash, displacement, self.slots.len());
        self.slots.get(slot).copied()
    }
}

/// The hash of a name. A byte at a time, since names are short.
pub fn hash(seed: u32, name: &str) -> u32 {
    name.bytes().fold(seed, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The bucket of a hash among `count`.
pub fn bucket(hash: u32, count: usize) -> usize {
    // The last byte of a name moves only some bits of the hash.
    share(hash.wrapping_mul(0x9e37_79b9), count)
}

/// The slot of a hash among `count`, with the displacement of its bucket.
pub fn slot(hash: u32, displacement: u8, count: usize) -> usize {
    let moved = hash ^ u32::from(displacement).wrapping_mul(0x85eb_ca6b);
    let mixed = (moved ^ moved >> 15).wrapping_mul(0xc2b2_ae35);
    share(mixed, count)
}

/// Where a number out of all of 32 bits stands among `count`: by its high bits,
/// without a division.
fn share(number: u32, count: usize) -> usize {
    // Both fit, and so does what 32 bits of their product leave.
    ((u64::from(number) * count as u64) >> 32) as usize
}
