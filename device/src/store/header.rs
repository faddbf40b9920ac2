//! The header in the first erase unit, which says what the flash is.

use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

/// 16 bytes, so that every flash can write them in whole words. The digit at
/// the end is the version of the layout; a later one clears a bit of it (2, 4),
/// which no half-written or half-erased header of this one does.
const MAGIC: &[u8; 16] = b"key-value store\x01";

const ERASED: u8 = 0xFF;
/// The longest word of any flash, by sequential-storage's own limit.
pub(super) const WORD_MAX: usize = 32;

/// Number of bits of a mark that have to be zero for the map to take it for set.
const SET_BITS: u32 = 4;

/// The length of a mark: one word.
pub(super) const fn mark_length<F: NorFlash>() -> usize {
    if F::WRITE_SIZE > F::READ_SIZE {
        F::WRITE_SIZE
    } else {
        F::READ_SIZE
    }
}

/// A mark of zeros at an end of a unit, where sequential-storage says how far
/// the unit is used.
pub(super) struct Mark {
    address: u32,
    bytes: [u8; WORD_MAX],
    length: usize,
    is_set: bool,
}

impl Mark {
    /// Reads the mark at the start of a unit: something is, or was, written there.
    pub(super) async fn read_start<F: NorFlash>(
        flash: &mut F,
        unit: u32,
    ) -> Result<Self, F::Error> {
        Self::read(flash, unit, |bytes| &bytes[..F::READ_SIZE]).await
    }

    /// Reads the mark at the end: the unit is full.
    pub(super) async fn read_end<F: NorFlash>(flash: &mut F, unit: u32) -> Result<Self, F::Error> {
        let length = mark_length::<F>();
        let address = unit + (F::ERASE_SIZE - length) as u32;
        Self::read(flash, address, |bytes| &bytes[length - F::READ_SIZE..]).await
    }

    async fn read<F: NorFlash>(
        flash: &mut F,
        address: u32,
        looked_at: impl Fn(&[u8]) -> &[u8],
    ) -> Result<Self, F::Error> {
        let length = mark_length::<F>();
        let mut bytes = [0; WORD_MAX];
        flash.read(address, &mut bytes[..length]).await?;
        let zeros = |byte: &u8| byte.count_zeros();
        let bits: u32 = looked_at(&bytes[..length]).iter().map(zeros).sum();
        Ok(Mark {
            address,
            bytes,
            length,
            is_set: bits >= SET_BITS,
        })
    }

    /// As the map sees it.
    pub(super) fn is_set(&self) -> bool {
        self.is_set
    }

    fn is(&self, byte: u8) -> bool {
        self.bytes[..self.length].iter().all(|&held| held == byte)
    }

    /// Neither set nor erased, but something between.
    fn is_torn(&self) -> bool {
        !self.is(0) && !self.is(ERASED)
    }

    /// Sets it in full, if it is set in part.
    pub(super) async fn finish<F: NorFlash>(&self, flash: &mut F) -> Result<(), F::Error> {
        if self.is_set && self.is_torn() {
            return flash
                .write(self.address, &[0; WORD_MAX][..self.length])
                .await;
        }
        Ok(())
    }
}

/// Behind the header each layout of the items but the first has a mark: zeros, once all
/// items have it. So the number grows without an erase.
const fn layout_mark(layout: u8) -> u32 {
    WORD_MAX as u32 * (layout as u32 - 1)
}

/// Returns the layout that all items have; a mark that was cut off does not count.
pub(super) async fn layout<F: NorFlash>(flash: &mut F, newest: u8) -> Result<u8, F::Error> {
    for layout in 2..=newest {
        let mut mark = [0; WORD_MAX];
        flash.read(layout_mark(layout), &mut mark).await?;
        if mark != [0; WORD_MAX] {
            return Ok(layout - 1);
        }
    }
    Ok(newest)
}

/// Says that all items have this layout.
pub(super) async fn set_layout<F: NorFlash>(flash: &mut F, layout: u8) -> Result<(), F::Error> {
    flash.write(layout_mark(layout), &[0; WORD_MAX]).await
}

/// The contents of the flash.
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
    (end >= 4 * unit && end.is_multiple_of(unit)).then_some(unit..end)
}

/// Looks at the header and at the marks of every other unit. A power cut leaves
/// at most one unit with torn marks, since each boot finishes them; more are noise.
pub(super) async fn read<F: NorFlash>(flash: &mut F) -> Result<State, F::Error> {
    let mut header = [0; WORD_MAX];
    flash.read(0, &mut header).await?;
    let ours = header.starts_with(MAGIC);
    // Erased, or written in part.
    let unwritten = header
        .iter()
        .zip(wanted())
        .all(|(&held, wanted)| held & wanted == wanted);
    if !ours && !unwritten {
        let relative = header.starts_with(&MAGIC[..MAGIC.len() - 1]);
        return Ok(State::Strange(if relative {
            "flash has another layout version"
        } else {
            "flash holds something that is not a store"
        }));
    }
    let mut blank = true;
    let mut torn = 0;
    // Within the capacity, which fits a u32.
    for unit in (F::ERASE_SIZE..flash.capacity()).step_by(F::ERASE_SIZE) {
        let start = Mark::read_start(flash, unit as u32).await?;
        let end = Mark::read_end(flash, unit as u32).await?;
        blank &= start.is(ERASED) && end.is(ERASED);
        torn += usize::from(start.is_torn() || end.is_torn());
    }
    Ok(match (ours, blank, torn) {
        (true, _, 0 | 1) => State::Ours,
        (true, _, _) => State::Strange("flash is noisy"),
        (false, true, _) => State::Blank,
        (false, false, _) => State::Strange("flash has lost its header"),
    })
}

/// Returns whether flash that holds this has a header, of any version and be it
/// written in part, or nothing in it: what else a board finds is not the device's.
pub fn is_ours_or_blank(flash: &[u8]) -> bool {
    let name = MAGIC.iter().take(MAGIC.len() - 1);
    let mut header = flash.iter().zip(name);
    let is_blank = |blank: u8| flash.iter().all(|&byte| byte == blank);
    // Zeros are what a file system leaves of a file that it lost.
    header.all(|(held, wanted)| held & wanted == *wanted) || is_blank(0)
}

/// The header as it is written.
fn wanted() -> impl Iterator<Item = u8> {
    let rest = core::iter::repeat_n(ERASED, WORD_MAX - MAGIC.len());
    MAGIC.iter().copied().chain(rest)
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
