//! The flash as the map sees it: whole, or with only some of its units shown.
//!
//! Hidden units read as erased. So the map itself can be asked what a unit
//! holds, and whether it could do without it; only reads are ever narrowed.

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

use super::flash::Flash;

/// The units that are shown, told by their first address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Show {
    All,
    /// All but this unit.
    Without(u32),
    /// This unit alone, its items complete whatever its marks say.
    Only(u32),
}

/// The flash behind it.
#[derive(Debug)]
pub(super) struct View<F> {
    pub(super) flash: F,
    pub(super) show: Show,
}

impl<F: Flash> ErrorType for View<F> {
    type Error = F::Error;
}

impl<F: Flash> ReadNorFlash for View<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), F::Error> {
        self.flash.read(offset, bytes).await?;
        let unit = F::ERASE_SIZE as u32;
        let is_in = |start: u32| (start..start + unit).contains(&offset);
        match self.show {
            Show::Without(start) if is_in(start) => bytes.fill(0xFF),
            Show::Only(start) if !is_in(start) => bytes.fill(0xFF),
            Show::Only(start) => {
                // The marks of a unit that is full.
                if offset == start || offset + bytes.len() as u32 == start + unit {
                    bytes.fill(0);
                }
            }
            Show::All | Show::Without(_) => {}
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl<F: Flash> NorFlash for View<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
        self.flash.erase(from, to).await
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), F::Error> {
        self.flash.write(offset, bytes).await
    }
}
