//! Settings in flash, so that they survive a restart and a power cut.
//!
//! A setting is one item, key → JSON, exactly what a set would send; at boot
//! each is replayed through the same checks. So a value that a newer table
//! refuses is reported and skipped, and the order of the table does not matter.
//! Beside them one record of counters, in the device's own form.
//!
//! The first erase unit holds a header that says what this flash is; the rest
//! is a [`sequential_storage`] map, which appends, so that a write that was cut
//! off leaves the value before it. Flash that is not ours, or damaged, is set
//! aside and reported, and the device starts with defaults: never a boot that
//! fails.
//!
//! It is generic over [`Source`] and knows no key by name.
//!
//! # Wear
//!
//! Writes come at most once in [`SPACING`], whatever changed, and those of the
//! counters at most once in [`COUNTERS_SPACING`]; what flash already holds is not
//! written again. An item takes 8 bytes and its name and value with 2 bytes of
//! length, in whole words: 28 bytes for the counters, 24 for a number like `dwo`.
//! Items are appended to one erase unit after the other, so that all wear alike.
//!
//! With 15 units of 8 KiB for items, as on the host, counters stored every 10 s
//! come round after 15 × 8192 / 28 × 10 s = 12.2 h of charging without a pause,
//! and a setting that changes every second, day and night, after
//! 15 × 8192 / 24 × 1 s = 1.4 h. NOR flash stands 100 000 erases of a unit: that
//! is 139 years of the first and 16 years of the second.

mod header;
mod save;

use core::fmt::{self, Debug};

use embedded_storage_async::nor_flash::NorFlash;
use goe_runtime::error::Sent;
use goe_runtime::{KeyIndex, Registry, WriteError};
use heapless::String;
use sequential_storage::Error;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage};

pub use save::{COUNTERS_SPACING, SPACING};

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

/// The bytes of a counters record, in the device's own form.
pub type Record = heapless::Vec<u8, 32>;

/// The device's side: what to store, and what was stored.
///
/// All methods but `changed` return at once.
#[allow(async_fn_in_trait)]
pub trait Source {
    /// The keys, of which those that [`is_stored`](goe_runtime::Descriptor::is_stored) are stored.
    const REGISTRY: &'static Registry;

    /// Waits until a setting was changed or the counters are worth storing; at
    /// once when that is so. It is dropped and called again at any time.
    async fn changed(&self);

    /// A setting that has changed since it was last given here.
    fn take_changed(&self) -> Option<KeyIndex>;

    /// Gives a setting back that could not be stored.
    fn put_back(&self, key: KeyIndex);

    /// Writes a setting's JSON, whole and secrets included, and gives its length,
    /// which may be more than the buffer's; `None` when it has none.
    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written>;

    /// The counters, when they are worth storing.
    fn counters(&self) -> Option<Record>;

    /// Hears that the counters are stored.
    fn counters_stored(&self, record: &[u8]);

    /// Takes a stored setting at boot.
    ///
    /// # Errors
    /// As for a set; it is reported and skipped.
    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError>;

    /// Takes the stored counters at boot; `false` when it cannot read them.
    fn restore_counters(&self, record: &[u8]) -> bool;
}

/// A value that was written to a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes, or those it would have had.
    pub length: usize,
    /// The buffer held something else before.
    pub changed: bool,
}

/// What was found at boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Settings taken.
    pub settings: usize,
    /// Items that were skipped, each with a line in the log.
    pub skipped: usize,
    /// The flash was blank.
    pub blank: bool,
    /// The flash was damaged or foreign, and was set aside.
    pub set_aside: bool,
}

/// Names of stored items: a key's, or [`COUNTERS`].
type Name = String<32>;

/// No key has this name.
const COUNTERS: &str = "#counters";

type Map<F> = MapStorage<Name, F, Cache<Uncached, Uncached, Uncached, Name>>;

/// The flash, mounted.
pub struct Store<'b, F: Flash> {
    map: Map<F>,
    /// Holds one item: its name, its value, and padding.
    item: &'b mut [u8],
}

/// Why nothing can be stored at all.
#[derive(Debug)]
pub enum MountError<E> {
    /// The flash has less than three erase units, or its size is not a whole
    /// number of them.
    Size,
    /// The flash does not work.
    Flash(E),
}

impl<'b, F: Flash> Store<'b, F> {
    /// Bytes that `item` needs for values of so many bytes.
    pub const fn item_capacity(value: usize) -> usize {
        // Two bytes of length and 32 of name, and a flash word of padding.
        (value + 34).next_multiple_of(32)
    }

    /// Mounts the flash; blank or damaged flash is made ready for use.
    ///
    /// `item` holds at least [`item_capacity`](Self::item_capacity) of the
    /// longest stored value of the registry.
    ///
    /// # Errors
    /// Only when no flash could be used. What is on it is never an error.
    pub async fn mount(
        mut flash: F,
        item: &'b mut [u8],
    ) -> Result<(Self, Found), MountError<F::Error>> {
        let range = header::data_range(&flash).ok_or(MountError::Size)?;
        let config = MapConfig::try_new(range).map_err(|_| MountError::Size)?;
        let mut found = Found::default();
        match header::read(&mut flash).await.map_err(MountError::Flash)? {
            header::State::Ours => {}
            header::State::Blank => {
                log::info!("store: flash is blank, starting with defaults");
                found.blank = true;
                header::format(&mut flash)
                    .await
                    .map_err(MountError::Flash)?;
            }
            header::State::Strange(what) => {
                log::error!("store: {what}; set aside, starting with defaults");
                found.set_aside = true;
                flash.set_aside().await.map_err(MountError::Flash)?;
                header::format(&mut flash)
                    .await
                    .map_err(MountError::Flash)?;
            }
        }
        let map = Map::new(flash, config, Cache::new_uncached());
        Ok((Store { map, item }, found))
    }

    /// Replays what is stored into the device.
    ///
    /// # Errors
    /// When the flash does not work.
    pub async fn restore<S: Source>(
        &mut self,
        source: &S,
        found: &mut Found,
    ) -> Result<(), F::Error> {
        match self.replay(source, found).await {
            Ok(()) => Ok(()),
            Err(Error::Storage { value, .. }) => Err(value),
            Err(error) => {
                log::error!(
                    "store: flash is damaged ({error:?}); set aside, going on with what was read"
                );
                found.set_aside = true;
                self.map.flash().set_aside().await?;
                header::format(self.map.flash()).await?;
                for key in stored_keys::<S>() {
                    source.put_back(key);
                }
                Ok(())
            }
        }
    }

    async fn replay<S: Source>(
        &mut self,
        source: &S,
        found: &mut Found,
    ) -> Result<(), Error<F::Error>> {
        self.report_unknown::<S>(found).await?;
        for key in stored_keys::<S>() {
            let name = S::REGISTRY.descriptor(key).name;
            let Some(bytes) = self.fetch(name).await? else {
                continue;
            };
            let restored = core::str::from_utf8(bytes)
                .map_err(|_| None)
                .and_then(|json| source.restore(key, json).map_err(Some));
            match restored {
                Ok(()) => found.settings += 1,
                Err(error) => {
                    let reason = Refused(error);
                    log::warn!("store: stored `{name}` is refused: {reason}; using its default");
                    found.skipped += 1;
                }
            }
        }
        if let Some(record) = self.fetch(COUNTERS).await?
            && !source.restore_counters(record)
        {
            log::warn!("store: stored counters cannot be read, starting them again");
            found.skipped += 1;
        }
        Ok(())
    }

    async fn fetch(&mut self, name: &str) -> Result<Option<&[u8]>, Error<F::Error>> {
        let Ok(name) = Name::try_from(name) else {
            return Ok(None);
        };
        self.map.fetch_item::<&[u8]>(self.item, &name).await
    }

    /// Tells of items that today's table has no place for. They stay where they
    /// are: an older firmware may want them again.
    async fn report_unknown<S: Source>(
        &mut self,
        found: &mut Found,
    ) -> Result<(), Error<F::Error>> {
        let mut items = self.map.fetch_all_items(self.item).await?;
        let mut last: Name = Name::new();
        while let Some((name, _)) = items.next::<&[u8]>(self.item).await? {
            let known = S::REGISTRY
                .find(&name)
                .is_some_and(|key| S::REGISTRY.descriptor(key).is_stored());
            if !known && name != COUNTERS && name != last {
                log::warn!("store: `{name}` is stored, but is no setting of this firmware");
                found.skipped += 1;
                last = name;
            }
        }
        Ok(())
    }
}

/// Why a stored value is not taken. The value may be a secret and is left out;
/// `None` is for one that is not text.
struct Refused(Option<WriteError>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = Sent {
            raw: "",
            secret: true,
        };
        match &self.0 {
            Some(error) => fmt::Display::fmt(&error.mqtt(nothing), f),
            None => f.write_str("not UTF-8"),
        }
    }
}

fn stored_keys<S: Source>() -> impl Iterator<Item = KeyIndex> {
    S::REGISTRY
        .keys()
        .filter(|&key| S::REGISTRY.descriptor(key).is_stored())
}
