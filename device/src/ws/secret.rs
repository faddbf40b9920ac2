//! What both sides make of the password's hash: the answer to a challenge, and what
//! proves who wrote a message. It must never know where a text comes from.

use sha2::{Digest, Sha256};

/// The text of a digest of 32 bytes.
pub(super) type Hex = heapless::String<64>;

/// `bytes` in lower-case hex, as far as there is room for.
pub(super) fn hex<const N: usize>(bytes: &[u8]) -> heapless::String<N> {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or('0');
    let mut text = heapless::String::new();
    for byte in bytes {
        for four in [byte >> 4, byte & 15] {
            // Whoever asks gives room for what there is.
            let _ = text.push(digit(four));
        }
    }
    text
}

/// The SHA-256 of three parts, one behind the other.
#[inline(never)]
fn sha256(parts: [&[u8]; 3]) -> [u8; 32] {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().into()
}

/// What a client answers to a challenge if it knows the hash.
pub(super) fn proof(hash: &str, [token1, token2, token3]: [&str; 3]) -> Hex {
    let inner: Hex = hex(&sha256([token1.as_bytes(), hash.as_bytes(), &[]]));
    hex(&sha256([
        token3.as_bytes(),
        token2.as_bytes(),
        inner.as_bytes(),
    ]))
}

/// What goes with a text whose author knows the hash: HMAC-SHA-256 by RFC 2104. A hash is no
/// longer than a block, as a key of any length might be, for which the crate hmac takes
/// half a kilobyte more.
pub(super) fn hmac(hash: &str, text: &str) -> Hex {
    let [mut inner, mut outer] = [[0x36; BLOCK], [0x5C; BLOCK]];
    for ((inner, outer), key) in inner.iter_mut().zip(&mut outer).zip(hash.bytes()) {
        *inner ^= key;
        *outer ^= key;
    }
    let inner = sha256([&inner, text.as_bytes(), &[]]);
    hex(&sha256([&outer, &inner, &[]]))
}

/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// Returns whether two texts are the same, in a time that tells nothing of where they differ.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    let difference = pairs.fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && core::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by Python's hashlib and hmac.
    #[test]
    fn both_sides_come_to_the_same() {
        let hash = "0123456789abcdef0123456789ABCDEF";
        assert_eq!(
            proof(hash, ["11", "22", "33"]),
            "626a86f7f740441c08952c1095103308d0f414acb7362e6237f48ef4abfef58b"
        );
        assert_eq!(
            hmac(hash, r#"{"type":"setValue"}"#),
            "8dad26c2978e9500222b70266d4d857f8ae95f591e004cb2a862b1131f1d632b"
        );
    }

    #[test]
    fn nothing_but_the_same_is_the_same() {
        assert!(is_same("", "") && is_same("ab", "ab"));
        for (one, other) in [
            ("a", ""),
            ("", "a"),
            ("ab", "aB"),
            ("ab", "abc"),
            ("xb", "ab"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }
}
