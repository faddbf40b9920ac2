//! Flash, as a board gives it.

use core::fmt::Debug;

use embedded_storage_async::nor_flash::NorFlash;

/// Flash as a board gives it: NOR, erased in units, bits written from 1 to 0.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Flash: NorFlash<Error: Debug> {
    /// Keeps a copy of the contents if the board has a place for it, before
    /// they are erased. Says where to, for the log.
    async fn set_aside(&mut self) -> Result<(), Self::Error>;

    /// Makes sure that what was written is there after a power cut.
    async fn sync(&mut self) -> Result<(), Self::Error>;
}
