//! The simulator's dice: SplitMix64, seeded, the same on every machine.
//!
//! Good enough for noise and for nothing that must be secret.

/// A stream of numbers that only depends on its seed.
#[derive(Clone, Debug)]
pub struct Prng {
    state: u64,
}

impl Prng {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Prng { state: seed }
    }

    /// Another stream, so that what one part of the simulation draws does not
    /// change what another part sees.
    pub fn fork(&mut self) -> Self {
        Prng::new(self.next())
    }

    /// Any number.
    // It has no end, as an iterator would say.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `-reach` to `reach`, both included.
    pub fn around_zero(&mut self, reach: u16) -> i32 {
        let values = 2 * u64::from(reach) + 1;
        // The upper half, scaled: below 2^32 times a small number.
        let drawn = ((self.next() >> 32) * values) >> 32;
        drawn as i32 - i32::from(reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_splitmix64() {
        // The published first outputs for the seed 1234567.
        let mut prng = Prng::new(1_234_567);
        assert_eq!(prng.next(), 6_457_827_717_110_365_317);
        assert_eq!(prng.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn reaches_both_ends_and_no_further() {
        let mut prng = Prng::new(1);
        let (mut least, mut most) = (0, 0);
        for _ in 0..1_000 {
            let drawn = prng.around_zero(3);
            least = least.min(drawn);
            most = most.max(drawn);
        }
        assert_eq!((least, most), (-3, 3));
        assert_eq!(prng.around_zero(0), 0);
    }
}
