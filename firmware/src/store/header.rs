//! What the flash is, said in its first erase unit.

use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

/// 16 bytes, so that every flash can write them in whole words. The digit at
/// the end is the version of the layout.
const MAGIC: &[u8; 16] = b"key-value store\x01";

const ERASED: u8 = 0xFF;
/// The longest word of any flash, by sequential-storage's own limit.
const WORD_MAX: usize = 32;

/// What the flash holds.
pub(super) enum State {
    /// A store of this layout.
    Ours,
    /// Nothing.
    Blank,
    /// Something else, and what.
    Strange(&'static str),
}

/// Where the items are: all but the header's unit.
pub(super) fn data_range<F: NorFlash>(flash: &F) -> Option<Range<u32>> {
    let unit = u32::try_from(F::ERASE_SIZE).ok()?;
    let end = u32::try_from(flash.capacity()).ok()?;
    (end >= 3 * unit && end.is_multiple_of(unit)).then_some(unit..end)
}

/// Looks at the header and at both ends of every other unit, where
/// sequential-storage keeps marks of zeros. A power cut can leave one of them
/// half-written; more than one is noise.
pub(super) async fn read<F: NorFlash>(flash: &mut F) -> Result<State, F::Error> {
    let mut header = [0; WORD_MAX];
    flash.read(0, &mut header).await?;
    let ours = header.starts_with(MAGIC);
    let mut blank = header.iter().all(|&byte| byte == ERASED);
    if !ours && !blank {
        let relative = header.starts_with(&MAGIC[..MAGIC.len() - 1]);
        return Ok(State::Strange(if relative {
            "flash has another layout version"
        } else {
            "flash holds something that is not a store"
        }));
    }
    let mut torn = 0;
    for unit in 1..flash.capacity() / F::ERASE_SIZE {
        let start = unit * F::ERASE_SIZE;
        for at in [
            start,
            start + F::ERASE_SIZE - F::WRITE_SIZE.max(F::READ_SIZE),
        ] {
            let mut mark = [0; WORD_MAX];
            let length = F::WRITE_SIZE.max(F::READ_SIZE).min(WORD_MAX);
            // Within the capacity, which fits a u32.
            flash.read(at as u32, &mut mark[..length]).await?;
            let mark = &mark[..length];
            blank &= mark.iter().all(|&byte| byte == ERASED);
            torn += usize::from(
                !mark.iter().all(|&byte| byte == 0) && !mark.iter().all(|&byte| byte == ERASED),
            );
        }
    }
    Ok(match (ours, blank, torn) {
        (true, _, 0 | 1) => State::Ours,
        (true, _, _) => State::Strange("flash is noisy"),
        (false, true, _) => State::Blank,
        (false, false, _) => State::Strange("flash has lost its header"),
    })
}

/// Erases everything and says whose it is, in this order: a power cut between
/// the two leaves blank flash.
pub(super) async fn format<F: NorFlash>(flash: &mut F) -> Result<(), F::Error> {
    // data_range() was asked first, so the capacity fits.
    flash.erase(0, flash.capacity() as u32).await?;
    let mut header = [ERASED; WORD_MAX];
    header[..MAGIC.len()].copy_from_slice(MAGIC);
    flash.write(0, &header).await
}
