//! What a device keeps in place of a password: a hash of it, and of the serial number.
//!
//! It must never know the password, nor how the hash is made.

use super::record::Record;

/// The kind of hash that stands for a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashKind {
    /// PBKDF2 with HMAC-SHA-512.
    #[default]
    Pbkdf2,
    /// bcrypt.
    Bcrypt,
}

impl HashKind {
    /// Both, with their names on the wire.
    pub const ALL: [(&'static str, HashKind); 2] =
        [("pbkdf2", HashKind::Pbkdf2), ("bcrypt", HashKind::Bcrypt)];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            HashKind::Pbkdf2 => "pbkdf2",
            HashKind::Bcrypt => "bcrypt",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(known, kind)| (known == name).then_some(kind))
    }
}

/// The longest serial number that a hash is made with, in bytes.
pub const SERIAL_MAX: usize = 16;

/// The longest text of a hash, in bytes.
const HASH_MAX: usize = 32;

/// A hash that stands for a password. Having one tells nothing of the password, but
/// whoever has it can do what the password allows.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    kind: HashKind,
    serial: heapless::String<SERIAL_MAX>,
    hash: heapless::String<HASH_MAX>,
}

impl Credential {
    /// A hash of this kind, made with this serial number; `None` if either is too long.
    pub fn new(kind: HashKind, serial: &str, hash: &str) -> Option<Self> {
        Some(Credential {
            kind,
            serial: serial.try_into().ok()?,
            hash: hash.try_into().ok()?,
        })
    }

    /// Its kind.
    pub fn kind(&self) -> HashKind {
        self.kind
    }

    /// The serial number that it was made with: of another device it is of no use.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The text that clients make of the same password.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// As flash keeps it: a letter for the kind, the hash, a blank and the serial number.
    pub(super) fn encode(&self) -> Record {
        let kind = match self.kind {
            HashKind::Pbkdf2 => b"p",
            HashKind::Bcrypt => b"b",
        };
        let mut record = Record::new();
        for part in [kind, self.hash.as_bytes(), b" ", self.serial.as_bytes()] {
            // A record has room for the longest of each.
            let _ = record.extend_from_slice(part);
        }
        record
    }

    pub(super) fn decode(record: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(record).ok()?;
        let (hash, serial) = text.get(1..)?.split_once(' ')?;
        let kind = match record.first()? {
            b'p' => HashKind::Pbkdf2,
            b'b' => HashKind::Bcrypt,
            _ => return None,
        };
        Credential::new(kind, serial, hash)
    }
}

/// Without the hash.
impl core::fmt::Debug for Credential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} of {}", self.kind.name(), self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_flash_keeps_is_read_again() {
        let longest = ("0123456789abcdef", "0123456789abcdef0123456789abcdef");
        for (kind, (serial, hash)) in [
            (HashKind::Pbkdf2, longest),
            (HashKind::Bcrypt, ("000001", "x")),
        ] {
            let credential = Credential::new(kind, serial, hash).expect("short enough");
            let record = credential.encode();
            assert_eq!(Credential::decode(&record), Some(credential));
        }
    }

    #[test]
    fn anything_else_in_flash_is_none() {
        for record in [
            &b""[..],
            b"p",
            b"pabc",
            b"xabc 000001",
            b"p\xFF 1",
            b"\xC3\xA4a 1",
            b"p0123456789abcdef0123456789abcdef0 1",
            b"p1 0123456789abcdef0",
        ] {
            assert_eq!(Credential::decode(record), None, "{record:?}");
        }
    }

    #[test]
    fn no_log_tells_the_hash() {
        let credential = Credential::new(HashKind::Bcrypt, "000001", "secret");
        let shown = std::format!("{credential:?}");
        assert_eq!(shown, "Some(bcrypt of 000001)");
    }
}
