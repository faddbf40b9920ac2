//! From a password to the hash that stands for it, and passwords that a device makes.
//!
//! A hash takes a hundred thousand steps on purpose. It is made a few steps at a time,
//! with a pause after each, so that nobody waits for it. It must never know where the
//! password comes from, nor keep it.

use core::fmt;

#[cfg(feature = "bcrypt")]
use blowfish::Blowfish;
use embassy_futures::yield_now;
use goe_runtime::device::{Credential, HashKind, SERIAL_MAX};
use sha2::block_api::compress512;

use crate::entropy::{Entropy, NoEntropy};

/// The longest password, in bytes.
pub const PASSWORD_MAX: usize = 64;

/// Of PBKDF2.
const ROUNDS: u32 = 100_000;

/// Rounds of PBKDF2 without a pause: some ten milliseconds of a small chip.
const ROUNDS_AT_ONCE: u32 = 32;

/// The binary logarithm of the rounds of bcrypt; each takes a millisecond of a small chip.
#[cfg(feature = "bcrypt")]
const COST: u32 = 8;

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPassword {
    /// It is empty.
    Empty,
    /// It has more than [`PASSWORD_MAX`] bytes.
    TooLong,
    /// The serial number is longer than any.
    Serial,
    /// The serial number has something else than digits, which bcrypt needs.
    SerialDigits,
    /// This board makes no hashes by bcrypt.
    NoBcrypt,
}

impl fmt::Display for BadPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadPassword::Empty => "the password is empty",
            BadPassword::TooLong => "the password has more than 64 bytes",
            BadPassword::Serial => "the serial number is too long for a hash",
            BadPassword::SerialDigits => {
                "bcrypt needs a serial number of digits alone; use pbkdf2 with this one"
            }
            BadPassword::NoBcrypt => "this board makes no hash by bcrypt; use pbkdf2",
        })
    }
}

impl core::error::Error for BadPassword {}

/// Returns whether a hash of this kind can be made of the password.
///
/// # Errors
/// It cannot, for this reason.
pub fn check(kind: HashKind, password: &str, serial: &str) -> Result<(), BadPassword> {
    let is_digits = serial.bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if password.is_empty() => Err(BadPassword::Empty),
        () if password.len() > PASSWORD_MAX => Err(BadPassword::TooLong),
        () if serial.len() > SERIAL_MAX => Err(BadPassword::Serial),
        () if kind == HashKind::Bcrypt && !cfg!(feature = "bcrypt") => Err(BadPassword::NoBcrypt),
        () if kind == HashKind::Bcrypt && !is_digits => Err(BadPassword::SerialDigits),
        () => Ok(()),
    }
}

/// Makes the hash of a password. Between two of its pauses it computes for some
/// milliseconds at most.
///
/// # Errors
/// Those of [`check`].
pub async fn hash(kind: HashKind, password: &str, serial: &str) -> Result<Credential, BadPassword> {
    check(kind, password, serial)?;
    let text: heapless::String<32> = match kind {
        HashKind::Pbkdf2 => base64(&pbkdf2(password, serial).await, STANDARD),
        #[cfg(feature = "bcrypt")]
        HashKind::Bcrypt => base64(&bcrypt(password, serial).await, BCRYPT),
        #[cfg(not(feature = "bcrypt"))]
        HashKind::Bcrypt => return Err(BadPassword::NoBcrypt),
    };
    Credential::new(kind, serial, &text).ok_or(BadPassword::Serial)
}

/// The first 24 bytes of its first block, which is all that the text shows.
async fn pbkdf2(password: &str, serial: &str) -> [u8; 24] {
    let keyed = [0x36, 0x5C].map(|pad| {
        let mut block = [pad; BLOCK];
        let key = password.bytes();
        block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        compressed(SHA_512, &block)
    });
    let mut salt = [0; SERIAL_MAX + 4];
    let length = serial.len().min(SERIAL_MAX);
    salt[..length].copy_from_slice(&serial.as_bytes()[..length]);
    salt[length + 3] = 1;
    let mut last = hmac(&keyed, &salt[..length + 4]);
    let mut all = last;
    for round in 1..ROUNDS {
        last = hmac(&keyed, last.map(u64::to_be_bytes).as_flattened());
        all.iter_mut()
            .zip(&last)
            .for_each(|(all, last)| *all ^= last);
        if round.is_multiple_of(ROUNDS_AT_ONCE) {
            yield_now().await;
        }
    }
    let mut start = [0; 24];
    start.copy_from_slice(&all.map(u64::to_be_bytes).as_flattened()[..24]);
    start
}

/// The state of SHA-512.
type State = [u64; 8];

/// What it begins with, by FIPS 180-4.
const SHA_512: State = [
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
];

/// Bytes that it takes at once.
const BLOCK: usize = 128;

fn compressed(mut state: State, block: &[u8; BLOCK]) -> State {
    compress512(&mut state, core::slice::from_ref(block));
    state
}

/// HMAC-SHA-512 of a short text, by the states behind its two pads. The crate hmac takes
/// two kilobytes of flash and one of memory for the same, since it takes texts of any length.
fn hmac(keyed: &[State; 2], text: &[u8]) -> State {
    let finished = |state: State, text: &[u8]| {
        let mut block = [0; BLOCK];
        let length = text.len().min(BLOCK - 17);
        block[..length].copy_from_slice(&text[..length]);
        block[length] = 0x80;
        // With the pad before it, in bits.
        let bits = ((BLOCK + length) * 8) as u64;
        block[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
        compressed(state, &block)
    };
    let [inner, outer] = keyed;
    let inner = finished(*inner, text);
    finished(*outer, inner.map(u64::to_be_bytes).as_flattened())
}

/// The 23 bytes behind the salt.
#[cfg(feature = "bcrypt")]
async fn bcrypt(password: &str, serial: &str) -> [u8; 23] {
    let mut salt = [0; 16];
    for (place, digit) in salt.iter_mut().rev().zip(serial.bytes().rev()) {
        *place = digit.wrapping_sub(b'0');
    }
    let digest: heapless::String<64> = {
        use sha2::{Digest, Sha256};
        super::secret::hex(&Sha256::digest(password.as_bytes()))
    };
    // The zero at its end is part of the key.
    let mut key = [0; 65];
    key[..digest.len()].copy_from_slice(digest.as_bytes());
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, &key);
    for _ in 0..1_u32 << COST {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
        yield_now().await;
    }
    let mut out = [0; 24];
    let text = b"OrpheanBeholderScryDoubt";
    for (out, text) in out.chunks_exact_mut(8).zip(text.chunks_exact(8)) {
        let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(|at| text[at]);
        let mut block = [
            u32::from_be_bytes([a, b, c, d]),
            u32::from_be_bytes([e, f, g, h]),
        ];
        for _ in 0..64 {
            block = state.bc_encrypt(block);
        }
        let [left, right] = block.map(u32::to_be_bytes);
        out[..4].copy_from_slice(&left);
        out[4..].copy_from_slice(&right);
    }
    let mut start = [0; 23];
    start.copy_from_slice(&out[..23]);
    start
}

const STANDARD: [u8; 2] = *b"+/";
#[cfg(feature = "bcrypt")]
const BCRYPT: [u8; 2] = *b"./";

/// Base64 without padding. The two alphabets have the same letters; bcrypt's begins with
/// the two that are no letters, and has the digits last.
fn base64<const N: usize>(bytes: &[u8], extra: [u8; 2]) -> heapless::String<N> {
    let standard = extra == STANDARD;
    let letter = |six: u8| match (six, standard) {
        (0..2, false) => extra[usize::from(six)],
        (2..28, false) => b'A' + six - 2,
        (28..54, false) => b'a' + six - 28,
        (_, false) => b'0' + six - 54,
        (0..26, true) => b'A' + six,
        (26..52, true) => b'a' + six - 26,
        (52..62, true) => b'0' + six - 52,
        (_, true) => extra[usize::from(six - 62)],
    };
    let mut text = heapless::String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=three.len() {
            let six = (all >> (18 - 6 * at)) as u8 & 63;
            // Whoever asks gives room for what there is.
            let _ = text.push(char::from(letter(six)));
        }
    }
    text
}

/// A password that nobody knows yet: twelve letters and digits, none of which looks like
/// another.
///
/// # Errors
/// There is no chance to be had.
pub fn make(entropy: &impl Entropy) -> Result<heapless::String<PASSWORD_MAX>, NoEntropy> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 12];
    entropy.fill(&mut bytes)?;
    let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    Ok(letters.into_iter().collect())
}

#[cfg(all(test, feature = "bcrypt"))]
mod tests {
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    use super::*;

    /// To its end, and how often it paused on the way.
    fn hashed(kind: HashKind, password: &str, serial: &str) -> (Credential, usize) {
        let mut future = pin!(hash(kind, password, serial));
        let mut context = Context::from_waker(Waker::noop());
        let mut pauses = 0;
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(made) => return (made.expect("it can be made"), pauses),
                Poll::Pending => pauses += 1,
            }
        }
    }

    /// Computed by Python's hashlib and bcrypt.
    #[test]
    fn hashes_are_those_of_clients() {
        for (kind, password, serial, expected) in [
            (
                HashKind::Pbkdf2,
                "password",
                "000001",
                "2H5Wj8UT8HCiiHCOQ/yclx2Svh9yRKR+",
            ),
            (
                HashKind::Bcrypt,
                "password",
                "000001",
                "RIKHMIcMUcbip3HBLCGD9Z6ldU8o5j.",
            ),
            (
                HashKind::Pbkdf2,
                "pässwörd €",
                "901234",
                "3rF+Kspv0gu4g0zEJAW0PQs41ct6ABO7",
            ),
            (
                HashKind::Bcrypt,
                "pässwörd €",
                "901234",
                "GReBNI.la1IeDIr8NUEW36VfpFPgH4W",
            ),
        ] {
            let (made, pauses) = hashed(kind, password, serial);
            assert_eq!(made.hash(), expected, "{password}");
            assert_eq!((made.kind(), made.serial()), (kind, serial));
            // In no pause is more done than in a few milliseconds.
            let expected = match kind {
                HashKind::Pbkdf2 => (ROUNDS - 1) / ROUNDS_AT_ONCE,
                HashKind::Bcrypt => 1 << COST,
            };
            assert_eq!(pauses, expected as usize);
        }
    }

    #[test]
    fn what_cannot_be_hashed_is_refused_with_the_reason() {
        let long = "x".repeat(PASSWORD_MAX + 1);
        for (kind, password, serial, why) in [
            (HashKind::Pbkdf2, "", "000001", BadPassword::Empty),
            (HashKind::Pbkdf2, &*long, "000001", BadPassword::TooLong),
            (
                HashKind::Pbkdf2,
                "x",
                "00000000000000001",
                BadPassword::Serial,
            ),
            (HashKind::Bcrypt, "x", "00000a", BadPassword::SerialDigits),
        ] {
            assert_eq!(check(kind, password, serial), Err(why));
        }
        assert_eq!(check(HashKind::Pbkdf2, &long[1..], "00000a"), Ok(()));
    }

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
            let numbers = (30..).zip(bytes);
            numbers.for_each(|(number, byte)| *byte = number);
            Ok(())
        }
    }

    struct Broken;

    impl Entropy for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
            Err(NoEntropy)
        }
    }

    #[test]
    fn a_made_password_is_of_chance_alone() {
        assert_eq!(make(&Counting).expect("there is chance"), "89abcdefghij");
        assert_eq!(make(&Broken), Err(NoEntropy));
    }
}
