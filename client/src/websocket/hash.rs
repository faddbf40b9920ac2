//! Passwords as the WebSocket wants them: hashed, and never sent.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use goe_runtime::device::HashKind;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

/// How a charger keeps its password: as it says, or else as devices of its type do it.
pub(super) fn kind(hash: Option<&str>, device_type: &str) -> Result<HashKind, String> {
    if let Some(name) = hash {
        let kind = HashKind::from_name(name);
        return kind
            .ok_or_else(|| format!("it hashes passwords by `{name}`, which is not known here"));
    }
    let newer = ["phoenix", "core", "pro"];
    let device_type = device_type.to_lowercase();
    match newer.iter().any(|word| device_type.contains(word)) {
        true => Ok(HashKind::Bcrypt),
        false => Ok(HashKind::Pbkdf2),
    }
}

/// The hash of a password, which is as good as the password itself.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PasswordHash(String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PasswordHash {
    /// Takes a while.
    pub(super) fn new(kind: HashKind, password: &str, serial: &str) -> Result<Self, String> {
        match kind {
            HashKind::Pbkdf2 => Ok(PasswordHash(by_pbkdf2(password, serial))),
            HashKind::Bcrypt => by_bcrypt(password, serial).map(PasswordHash),
        }
    }

    /// The answer to a challenge.
    pub(super) fn answer(&self, token1: &str, token2: &str, token3: &str) -> String {
        let first = sha256(&[token1, &self.0]);
        sha256(&[token3, token2, &first])
    }

    /// What proves that a message is of one who knows the password.
    pub(super) fn sign(&self, data: &str) -> String {
        // HMAC takes keys of any length.
        match Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) {
            Ok(mut mac) => {
                mac.update(data.as_bytes());
                hex(&mac.finalize().into_bytes())
            }
            Err(_) => String::new(),
        }
    }
}

/// The first 32 characters of the base64 text, which are those of the first 24 bytes.
fn by_pbkdf2(password: &str, serial: &str) -> String {
    let mut block = [0; 24];
    pbkdf2::pbkdf2_hmac::<Sha512>(password.as_bytes(), serial.as_bytes(), 100_000, &mut block);
    BASE64_STANDARD.encode(block)
}

fn by_bcrypt(password: &str, serial: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    let digits: Option<Vec<u8>> = serial
        .chars()
        .map(|digit| digit.to_digit(10).map(|digit| digit as u8))
        .collect();
    let digits = digits.filter(|digits| digits.len() <= salt.len());
    let Some(digits) = digits else {
        return Err(format!(
            "its serial `{serial}` is no number, which bcrypt needs"
        ));
    };
    let zeros = salt.len() - digits.len();
    salt[zeros..].copy_from_slice(&digits);
    let hash = bcrypt::hash_with_salt(sha256(&[password]), 8, salt);
    let hash = hash.map_err(|error| format!("its password cannot be hashed: {error}"))?;
    let text = hash.format_for_version(bcrypt::Version::TwoA);
    // `$2a$08$`, and the salt.
    Ok(text.chars().skip(7 + 22).collect())
}

fn sha256(parts: &[&str]) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part);
    }
    hex(&sum.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python's `hashlib` and `bcrypt` by the steps of the wire's description.
    #[test]
    fn hashes_as_others_make_them() {
        let pbkdf2 = PasswordHash::new(HashKind::Pbkdf2, "päss word", "123456");
        assert_eq!(
            pbkdf2.map(|hash| hash.0).as_deref(),
            Ok("hmjqluzQojZQ4oOdEN4WrrRX6MKOml7R")
        );
        let bcrypt = PasswordHash::new(HashKind::Bcrypt, "päss word", "123456");
        assert_eq!(
            bcrypt.as_ref().map(|hash| hash.0.as_str()),
            Ok("sAEWAh4CK3Z2Y3ZYlOr3CF0QSTph/0q")
        );
        let hash = bcrypt.expect("a hash");
        assert_eq!(
            hash.answer("one", "two", "three"),
            "3df47a5d597342584c7214397af1c56b4370726ee5745d6d5988dd4d97c72872"
        );
        assert_eq!(
            hash.sign(r#"{"a":1}"#),
            "679644d6f9424574b7105dbccb534a4720adbbc87c61104eacd1c24420110fb3"
        );
        let wrong = PasswordHash::new(HashKind::Bcrypt, "x", "GOE123");
        assert!(wrong.is_err_and(|why| why.contains("no number")));
    }

    #[test]
    fn the_kind_of_a_device_that_does_not_say() {
        for (hash, device_type, kind) in [
            (None, "go-eCharger_V4", Ok(HashKind::Pbkdf2)),
            (None, "go-eCharger_Phoenix", Ok(HashKind::Bcrypt)),
            (None, "go-eCharger_Core", Ok(HashKind::Bcrypt)),
            (None, "wattpilot", Ok(HashKind::Pbkdf2)),
            (Some("pbkdf2"), "go-eCharger_Pro", Ok(HashKind::Pbkdf2)),
            (Some("bcrypt"), "wattpilot", Ok(HashKind::Bcrypt)),
        ] {
            assert_eq!(super::kind(hash, device_type), kind, "{device_type}");
        }
        assert!(super::kind(Some("md5"), "").is_err());
    }
}
