//! The second `pflash` of the `virt` machine as NOR flash.
//!
//! It behaves like two 16-bit Intel chips side by side: commands are written to
//! it, and what it holds is read like memory. QEMU keeps it in the file that
//! `run` names, and writes through, so that a machine that is killed loses
//! nothing that was written. Unlike a chip it would set bits that a write finds
//! cleared; here that is refused.

use core::ptr;

use embedded_storage_async::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use goe_device::store::Flash;

/// Where the bank is; the first sectors of its 32 MiB are used.
const BASE: usize = 0x2200_0000;
const SECTOR: usize = 256 * 1024;
const SECTORS: usize = 8;
const SIZE: usize = SECTOR * SECTORS;
const WORD: usize = 4;

/// Commands, for both chips at once.
const READ_ARRAY: u32 = 0x00FF_00FF;
const PROGRAM: u32 = 0x0040_0040;
const ERASE: u32 = 0x0020_0020;
const CONFIRM: u32 = 0x00D0_00D0;
const CLEAR_STATUS: u32 = 0x0050_0050;
/// Bits of the status.
const READY: u32 = 0x0080_0080;
const FAILED: u32 = 0x007E_007E;
/// A chip takes 4 s to erase at worst; QEMU is ready at once.
const POLLS_MAX: u32 = 10_000_000;

/// The flash; there is one.
pub(crate) struct Pflash(());

/// A failed access to flash.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FlashError {
    /// Not at a word or sector, or beyond the end.
    OutOfBounds,
    /// A bit would have to be written from zero to one.
    NotErased,
    /// The chips say so.
    Chip,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashError::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            FlashError::NotErased | FlashError::Chip => NorFlashErrorKind::Other,
        }
    }
}

impl Pflash {
    /// The machine's flash.
    ///
    /// # Safety
    /// Called once: two of them would disturb each other's commands.
    pub(crate) unsafe fn new() -> Self {
        Pflash(())
    }

    /// The address of a word, if there is one.
    fn word(offset: usize) -> Result<*mut u32, FlashError> {
        if offset < SIZE && offset.is_multiple_of(WORD) {
            Ok(ptr::with_exposed_provenance_mut(BASE + offset))
        } else {
            Err(FlashError::OutOfBounds)
        }
    }

    /// Gives a command of two parts at a word and waits until it is done.
    fn command(word: *mut u32, first: u32, second: u32) -> Result<(), FlashError> {
        // SAFETY: `word()` gave an aligned address within the bank, which is
        // always mapped. Nothing in Rust lives there: it is read by copies only,
        // and not during this function.
        unsafe {
            word.write_volatile(CLEAR_STATUS);
            word.write_volatile(first);
            word.write_volatile(second);
        }
        let mut outcome = Err(FlashError::Chip);
        for _ in 0..POLLS_MAX {
            // SAFETY: as above.
            let status = unsafe { word.read_volatile() };
            if status & READY == READY {
                if status & FAILED == 0 {
                    outcome = Ok(());
                }
                break;
            }
        }
        // SAFETY: as above.
        unsafe { word.write_volatile(READ_ARRAY) };
        outcome
    }

    fn range(offset: u32, length: usize, align: usize) -> Result<usize, FlashError> {
        let start = offset as usize;
        let end = start.checked_add(length).ok_or(FlashError::OutOfBounds)?;
        if end > SIZE || !start.is_multiple_of(align) || !length.is_multiple_of(align) {
            return Err(FlashError::OutOfBounds);
        }
        Ok(start)
    }
}

impl ErrorType for Pflash {
    type Error = FlashError;
}

impl ReadNorFlash for Pflash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let start = Self::range(offset, bytes.len(), 1)?;
        let from: *const u8 = ptr::with_exposed_provenance(BASE + start);
        // SAFETY: the range lies within the bank, which is mapped and, between
        // two commands, reads like memory. `bytes` is elsewhere: no reference
        // into the bank exists.
        unsafe { ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), bytes.len()) };
        Ok(())
    }

    fn capacity(&self) -> usize {
        SIZE
    }
}

impl NorFlash for Pflash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = SECTOR;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)? as usize;
        let start = Self::range(from, length, SECTOR)?;
        for sector in (start..start + length).step_by(SECTOR) {
            Self::command(Self::word(sector)?, ERASE, CONFIRM)?;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let start = Self::range(offset, bytes.len(), WORD)?;
        let (words, _) = bytes.as_chunks::<WORD>();
        for (index, &bytes) in words.iter().enumerate() {
            let word = Self::word(start + index * WORD)?;
            let value = u32::from_le_bytes(bytes);
            // SAFETY: `word()` gave an aligned address within the bank.
            let held = unsafe { word.read_volatile() };
            if held & value != value {
                return Err(FlashError::NotErased);
            }
            if held != value {
                Self::command(word, PROGRAM, value)?;
            }
        }
        Ok(())
    }
}

// A word may be written again as long as only more bits are cleared.
impl MultiwriteNorFlash for Pflash {}

impl Flash for Pflash {
    /// There is no other place to keep a copy: what was in it is lost.
    async fn set_aside(&mut self) -> Result<(), FlashError> {
        log::error!("flash: no room for a copy of what was in it");
        Ok(())
    }

    /// A word is in the file when its command is done.
    async fn sync(&mut self) -> Result<(), FlashError> {
        Ok(())
    }
}
