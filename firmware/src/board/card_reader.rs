//! The reader of cards.

use core::fmt;

/// The reader of RFID cards.
pub trait CardReader {
    /// A card that was held to it since the last call, once.
    fn poll_card(&mut self) -> Option<CardId>;
}

/// The id that a card tells: 4, 7 or 10 bytes, as ISO 14443 has them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CardId {
    bytes: [u8; CardId::MAX],
    length: u8,
}

impl CardId {
    /// Bytes of the longest.
    pub const MAX: usize = 10;

    /// `None` without a byte, and with more than ten.
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; CardId::MAX];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        let length = u8::try_from(id.len()).ok().filter(|&length| length > 0)?;
        Some(CardId { bytes, length })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length.into()).unwrap_or_default()
    }
}

/// Without the bytes, which open the charger to whoever knows them.
impl fmt::Debug for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardId({} bytes)", self.length)
    }
}
