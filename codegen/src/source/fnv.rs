//! The 64-bit FNV-1a hash: a fingerprint, and no protection against anybody.
//!
//! It tells whether two runs saw the same spec, or two reports the same change.

/// A hash that is written to.
pub(crate) struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv1a {
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of what was written, as 16 hexadecimal digits.
    pub(crate) fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv1a() {
        // Reference values: http://www.isthe.com/chongo/src/fnv/test_fnv.c
        let cases = [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c")];
        for (text, expected) in cases {
            let mut hash = Fnv1a::default();
            hash.write(text.as_bytes());
            assert_eq!(hash.hex(), expected, "{text}");
        }
    }
}
