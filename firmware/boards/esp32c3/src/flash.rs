//! The `nvs` partition of the chip's flash.

use embedded_storage_async::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use esp_bootloader_esp_idf::partitions::{
    DataPartitionSubType, PARTITION_TABLE_MAX_LEN, PartitionType, read_partition_table,
};
use esp_hal::peripherals::FLASH;
use esp_storage::{FlashStorage, FlashStorageError};
use goe_device::store::Flash;

/// A range of the flash. Its calls block: a word takes microseconds, a sector
/// 40 ms to erase, once in some hours.
pub(crate) struct Partition {
    flash: FlashStorage<'static>,
    start: u32,
    length: u32,
}

/// A failed access to flash.
#[derive(Debug)]
#[allow(dead_code, reason = "read by the log")]
pub(crate) enum FlashError {
    /// Beyond the partition.
    OutOfBounds,
    /// The driver says so.
    Chip(FlashStorageError),
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashError::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            FlashError::Chip(_) => NorFlashErrorKind::Other,
        }
    }
}

impl Partition {
    /// Looks it up in the partition table.
    pub(crate) fn find(chip: FLASH<'static>) -> Option<Self> {
        let mut flash = FlashStorage::new(chip);
        let mut table = [0; PARTITION_TABLE_MAX_LEN];
        let (start, length) = {
            let table = read_partition_table(&mut flash, &mut table).ok()?;
            let kind = PartitionType::Data(DataPartitionSubType::Nvs);
            let entry = table.find_partition(kind).ok()??;
            (entry.offset(), entry.len())
        };
        Some(Partition {
            flash,
            start,
            length,
        })
    }

    /// Where a range of the partition is in the flash.
    fn at(&self, offset: u32, length: usize) -> Result<u32, FlashError> {
        let length = u32::try_from(length).map_err(|_| FlashError::OutOfBounds)?;
        match offset.checked_add(length) {
            Some(end) if end <= self.length => Ok(self.start + offset),
            _ => Err(FlashError::OutOfBounds),
        }
    }
}

impl ErrorType for Partition {
    type Error = FlashError;
}

impl ReadNorFlash for Partition {
    const READ_SIZE: usize = 4;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let at = self.at(offset, bytes.len())?;
        self.flash.read_nor(at, bytes).map_err(FlashError::Chip)
    }

    fn capacity(&self) -> usize {
        self.length as usize
    }
}

impl NorFlash for Partition {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 4096;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let at = self.at(from, length as usize)?;
        self.flash.erase(at, at + length).map_err(FlashError::Chip)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let at = self.at(offset, bytes.len())?;
        self.flash.write_nor(at, bytes).map_err(FlashError::Chip)
    }
}

impl MultiwriteNorFlash for Partition {}

impl Flash for Partition {
    /// There is no other place to keep a copy: what was in it is lost.
    async fn set_aside(&mut self) -> Result<(), FlashError> {
        log::error!("flash: no room for a copy of what was in it");
        Ok(())
    }

    /// Nothing is left to do: a finished write is in the chip.
    async fn sync(&mut self) -> Result<(), FlashError> {
        Ok(())
    }
}
