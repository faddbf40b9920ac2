//! Finishes at boot what a power cut interrupted.
//!
//! Of a write that was cut off, the map itself takes care: an item has a
//! checksum. An erase that was cut off can leave anything between what was
//! there and ones, or zeros, in all of a unit, its marks included; the map only
//! knows one that went from front to back. So before the map is used:
//!
//! - Marks that were written in part are written to their end. Else they would
//!   add up over the years until the flash looks like noise.
//! - A unit that should be erased and is not is erased.
//! - When the map moves into a unit, it copies what is still needed of the next
//!   one, the oldest, and erases that. If the next one is not erased, either the
//!   copies are not complete, or the erase is not. A unit whose every item the
//!   map finds without it is not needed any more, and its erase is finished. One
//!   that is needed is whole; the copies are erased, and the map makes them again.
//! - Of 65536 headers of items that were written in part, one has a checksum that
//!   is right by chance, and may claim more than memory holds: it is set to zeros.
//!
//! Each step may be cut off again, and is then done at the next boot.

use sequential_storage::Error;

use super::flash::Flash;
use super::header::{Mark, WORD_MAX, mark_length};
use super::mount::{Name, Store};
use super::view::Show;

/// State of a unit, as the map sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Not in use; erased once [`Store::erase_rests`] is through.
    Open,
    /// The one that is written to.
    Partial,
    /// Full.
    Closed,
    /// An erase was cut off.
    Torn,
}

/// The bytes of an item's header: a checksum of the item, its length, and a
/// checksum of that.
const HEADER: usize = 8;

/// Of an item's length, as sequential-storage has it.
fn checksum(length: [u8; 2]) -> u16 {
    let mut sum = 0xFFFF;
    for byte in length {
        sum ^= u16::from(byte);
        for _ in 0..8 {
            let lowest = sum & 1;
            sum = (sum >> 1) ^ (lowest * 0x1A2E);
        }
    }
    match !sum {
        0xFFFF => 0xFFFE,
        sum => sum,
    }
}

impl<F: Flash> Store<'_, F> {
    pub(super) async fn settle(&mut self) -> Result<(), F::Error> {
        self.finish_marks().await?;
        self.erase_rests().await?;
        if let Some(oldest) = self.unsettled().await? {
            log::warn!("store: finishing an erase that was cut off");
            let rest = match self.is_needed(oldest).await? {
                false => oldest,
                // The unit before it, with what was copied of it or an erase of that.
                true => self.previous(oldest),
            };
            self.erase(rest).await?;
        }
        self.mend_headers().await
    }

    /// Addresses of the units.
    fn units(&self) -> impl DoubleEndedIterator<Item = u32> + use<F> {
        self.map.flash_range().step_by(F::ERASE_SIZE)
    }

    fn next(&self, unit: u32) -> u32 {
        let range = self.map.flash_range();
        match unit + F::ERASE_SIZE as u32 {
            next if next < range.end => next,
            _ => range.start,
        }
    }

    fn previous(&self, unit: u32) -> u32 {
        let range = self.map.flash_range();
        match unit {
            first if first == range.start => range.end - F::ERASE_SIZE as u32,
            unit => unit - F::ERASE_SIZE as u32,
        }
    }

    async fn erase(&mut self, unit: u32) -> Result<(), F::Error> {
        let end = unit + F::ERASE_SIZE as u32;
        self.map.flash().flash.erase(unit, end).await
    }

    async fn state(&mut self, unit: u32) -> Result<Unit, F::Error> {
        let flash = &mut self.map.flash().flash;
        let start = Mark::read_start(flash, unit).await?;
        let end = Mark::read_end(flash, unit).await?;
        Ok(match (start.is_set(), end.is_set()) {
            (false, false) => Unit::Open,
            (true, false) => Unit::Partial,
            (true, true) => Unit::Closed,
            (false, true) => Unit::Torn,
        })
    }

    async fn finish_marks(&mut self) -> Result<(), F::Error> {
        for unit in self.units() {
            let flash = &mut self.map.flash().flash;
            let start = Mark::read_start(flash, unit).await?;
            let end = Mark::read_end(flash, unit).await?;
            if start.is_set() {
                for mark in [start, end] {
                    mark.finish(flash).await?;
                }
            }
        }
        Ok(())
    }

    /// Erases what is neither in use nor erased. Only where the map was about
    /// to write can there be any; units that were never used are many on some
    /// boards, and not looked at.
    async fn erase_rests(&mut self) -> Result<(), F::Error> {
        let mut is_virgin = true;
        let mut all_full = true;
        for unit in self.units() {
            let state = self.state(unit).await?;
            is_virgin &= state == Unit::Open;
            let follows = match state {
                Unit::Torn => true,
                Unit::Open => !matches!(self.state(self.previous(unit)).await?, Unit::Open),
                Unit::Partial | Unit::Closed => false,
            };
            if state == Unit::Torn || (follows && !self.is_blank(unit).await?) {
                self.erase(unit).await?;
            }
            all_full &= state == Unit::Closed;
        }
        let first = self.map.flash_range().start;
        if is_virgin && !self.is_blank(first).await? {
            self.erase(first).await?;
        }
        // Some flash writes zeros everywhere before it erases. Else there would be
        // a unit to write to.
        if all_full {
            for unit in self.units() {
                if self.name_after(unit, "").await?.is_none() {
                    return self.erase(unit).await;
                }
            }
        }
        Ok(())
    }

    /// Only where the map was writing there can be such a header.
    async fn mend_headers(&mut self) -> Result<(), F::Error> {
        for unit in self.units() {
            if self.state(unit).await? == Unit::Partial {
                self.mend_headers_of(unit).await?;
            }
        }
        Ok(())
    }

    async fn mend_headers_of(&mut self, unit: u32) -> Result<(), F::Error> {
        let word = mark_length::<F>() as u32;
        let length = HEADER.next_multiple_of(word as usize);
        let end = unit + F::ERASE_SIZE as u32 - word;
        let mut at = unit + word;
        while at + length as u32 <= end {
            let mut header = [0; WORD_MAX];
            let flash = &mut self.map.flash().flash;
            flash.read(at, &mut header[..length]).await?;
            if header[..length].iter().all(|&byte| byte == 0xFF) {
                return Ok(());
            }
            let [_, _, _, _, low, high, check_low, check_high, ..] = header;
            let claimed = u16::from_le_bytes([low, high]);
            let room = u32::from(claimed).next_multiple_of(word);
            let is_item = checksum([low, high]) == u16::from_le_bytes([check_low, check_high]);
            let fits = at + length as u32 + room <= end;
            if is_item && fits && room as usize > self.item.len() {
                flash.write(at, &[0; WORD_MAX][..length]).await?;
            }
            at += match is_item && fits && room as usize <= self.item.len() {
                true => length as u32 + room,
                false => word,
            };
        }
        Ok(())
    }

    async fn is_blank(&mut self, unit: u32) -> Result<bool, F::Error> {
        let mut words = [0; WORD_MAX];
        let step = mark_length::<F>().max(WORD_MAX.min(F::ERASE_SIZE));
        for at in (unit..unit + F::ERASE_SIZE as u32).step_by(step) {
            self.map.flash().flash.read(at, &mut words[..step]).await?;
            if words[..step].iter().any(|&byte| byte != 0xFF) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The oldest unit, if the one before it is the one written to. After a cut
    /// that left its start mark, both look so.
    async fn unsettled(&mut self) -> Result<Option<u32>, F::Error> {
        let mut found = None;
        for unit in self.units() {
            if self.state(unit).await? != Unit::Partial {
                continue;
            }
            let next = self.next(unit);
            match self.state(next).await? {
                Unit::Partial => return Ok(Some(next)),
                Unit::Closed | Unit::Torn => found = Some(next),
                Unit::Open => {}
            }
        }
        Ok(found)
    }

    /// Returns whether the map would miss something without this unit.
    async fn is_needed(&mut self, unit: u32) -> Result<bool, F::Error> {
        let mut name = Name::new();
        while let Some(next) = self.name_after(unit, &name).await? {
            name = next;
            self.map.flash().show = Show::Without(unit);
            let found = self.map.fetch_item::<&[u8]>(self.item, &name).await;
            let is_missed = match found {
                Ok(found) => Ok(found.is_none()),
                Err(Error::Storage { value, .. }) => Err(value),
                Err(_) => Ok(true),
            };
            self.map.flash().show = Show::All;
            if is_missed? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of the names of a unit's items the next in their order, so that each is
    /// told once however often it was written.
    async fn name_after(&mut self, unit: u32, last: &str) -> Result<Option<Name>, F::Error> {
        self.map.flash().show = Show::Only(unit);
        let mut next: Option<Name> = None;
        let outcome = async {
            let mut items = self.map.fetch_all_items(self.item).await?;
            while let Some((name, _)) = items.next::<&[u8]>(self.item).await? {
                if name.as_str() > last && next.as_ref().is_none_or(|next| name < *next) {
                    next = Some(name);
                }
            }
            Ok(())
        }
        .await;
        self.map.flash().show = Show::All;
        match outcome {
            Err(Error::Storage { value, .. }) => Err(value),
            // An item that is none of ours, by its checksum one all the same.
            Ok(()) | Err(_) => Ok(next),
        }
    }
}
