//! SHA-1, as much of it as picoserve takes of the crate `lhash` to answer a handshake.
//!
//! That one has every round written out, which is 6 KB of flash for what a WebSocket does
//! once. A board's workspace puts this in its place by `[patch.crates-io]`. It must never
//! become more than that: SHA-1 protects nothing here, the protocol wants it as a greeting.

#![no_std]
#![forbid(unsafe_code)]

const BLOCK: usize = 64;

/// What a digest is made of so far.
pub struct Sha1 {
    state: [u32; 5],
    block: [u8; BLOCK],
    length: usize,
}

impl Default for Sha1 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha1 {
    /// Of nothing.
    pub const fn new() -> Self {
        Sha1 {
            state: [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0],
            block: [0; BLOCK],
            length: 0,
        }
    }

    /// With these bytes behind.
    pub fn const_update(mut self, input: &[u8]) -> Self {
        input.iter().for_each(|&byte| self.push(byte));
        self
    }

    /// The digest.
    pub fn const_result(mut self) -> [u8; 20] {
        let bits = (self.length as u64) * 8;
        self.push(0x80);
        while self.length % BLOCK != BLOCK - 8 {
            self.push(0);
        }
        bits.to_be_bytes().iter().for_each(|&byte| self.push(byte));
        let mut digest = [0; 20];
        for (bytes, word) in digest.chunks_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    fn push(&mut self, byte: u8) {
        self.block[self.length % BLOCK] = byte;
        self.length += 1;
        if self.length % BLOCK == 0 {
            self.compress();
        }
    }

    fn compress(&mut self) {
        let mut words = [0; 80];
        for (word, bytes) in words.iter_mut().zip(self.block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        for at in 16..80 {
            let mixed = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words[at] = mixed.rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = self.state;
        for (round, word) in words.iter().enumerate() {
            let (mixed, constant) = match round / 20 {
                0 => ((b & c) | (!b & d), 0x5A82_7999),
                1 => (b ^ c ^ d, 0x6ED9_EBA1),
                2 => ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC),
                _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, word) in self.state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sha1;

    /// The key and the answer are those of RFC 6455, 1.3.
    #[test]
    fn the_greeting_of_a_websocket() {
        let digest = Sha1::new()
            .const_update(b"dGhlIHNhbXBsZSBub25jZQ==")
            .const_update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
            .const_result();
        assert_eq!(
            digest,
            [
                0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6, 0x46, 0x06, 0xcf, 0x38,
                0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea
            ]
        );
    }
}
