//! Mounts the flash, and replays into the device what is stored there.

use core::fmt::{self, Write};

use goe_runtime::device::{RecordKind, Stored};
use goe_runtime::error::Sent;
use goe_runtime::{KeyIndex, WriteError};
use heapless::String;
use sequential_storage::Error;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage};

use super::flash::Flash;
use super::header;
use super::view::{Show, View};

/// The contents found at boot.
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

/// Names of stored items: a key's, or a [record's](name_of).
pub(super) type Name = String<32>;

/// No key has a name that begins like these.
pub(super) fn name_of(which: RecordKind) -> &'static str {
    match which {
        RecordKind::Counters => "#counters",
        RecordKind::Credential => "#credential",
    }
}

type Map<F> = MapStorage<Name, View<F>, Cache<Uncached, Uncached, Uncached, Name>>;

/// The flash, mounted.
pub struct Store<'b, F: Flash> {
    pub(super) map: Map<F>,
    /// Holds one item: its name, its value, and padding.
    pub(super) item: &'b mut [u8],
}

/// Why nothing can be stored at all.
#[derive(Debug)]
pub enum MountError<E> {
    /// The flash has less than four erase units (in three, a power cut during an
    /// erase would leave no telling which unit is the newer), or its size is not a whole
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
    /// Only when no flash could be used. The contents of one are never an error.
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
        let view = View {
            flash,
            show: Show::All,
        };
        let map = Map::new(view, config, Cache::new_uncached());
        let mut store = Store { map, item };
        store.settle().await.map_err(MountError::Flash)?;
        Ok((store, found))
    }

    /// Replays what is stored into the device.
    ///
    /// # Errors
    /// When the flash does not work.
    pub async fn restore<S: Stored>(
        &mut self,
        source: &S,
        found: &mut Found,
    ) -> Result<(), F::Error> {
        let replayed = self.replay(source, found).await;
        log::info!(
            "store: {} settings restored, {} skipped",
            found.settings,
            found.skipped
        );
        let moved = match replayed {
            Ok(()) => self.modernize(source).await,
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => Ok(()),
            Err(Error::Storage { value, .. }) => Err(value),
            Err(error) => {
                log::error!(
                    "store: flash is damaged ({error:?}); set aside, going on with what was read"
                );
                found.set_aside = true;
                let flash = &mut self.map.flash().flash;
                let held = header::layout(flash, source.layout()).await?;
                flash.set_aside().await?;
                header::format(flash).await?;
                for layout in 2..=source.layout() {
                    header::set_layout(flash, layout).await?;
                }
                source.outdated(held).for_each(|key| source.modernize(key));
                for key in stored_keys(source) {
                    source.unsaved().insert(key);
                }
                Ok(())
            }
        }
    }

    /// Gives what an earlier layout stored today's meaning, and then the flash its
    /// number. A power cut on the way costs nothing: what was held is kept beside
    /// until then, and is what the next boot begins with.
    async fn modernize<S: Stored>(&mut self, source: &S) -> Result<(), Error<F::Error>> {
        let wanted = source.layout();
        let flash = &mut self.map.flash().flash;
        let storage = |value| Error::Storage { value };
        let held = header::layout(flash, wanted).await.map_err(storage)?;
        for key in source.outdated(held) {
            let name = source.registry().descriptor(key).name;
            if self.fetch(name).await?.is_none() {
                continue;
            }
            let Some(beside) = beside(held, name) else {
                continue;
            };
            let setting = |json: &mut [u8]| source.setting(key, json);
            match self.fetch(&beside).await? {
                Some(before) => {
                    let before = core::str::from_utf8(before).unwrap_or_default();
                    // It was taken once.
                    let _ = source.restore(key, before);
                }
                None => self.store(&beside, &setting).await?,
            }
            source.modernize(key);
            self.store(name, &setting).await?;
            log::info!("store: `{name}` of layout {held} has the meaning of layout {wanted} now");
        }
        for layout in held + 1..=wanted {
            let flash = &mut self.map.flash().flash;
            flash.sync().await.map_err(storage)?;
            header::set_layout(flash, layout).await.map_err(storage)?;
        }
        Ok(())
    }

    async fn replay<S: Stored>(
        &mut self,
        source: &S,
        found: &mut Found,
    ) -> Result<(), Error<F::Error>> {
        self.report_unknown(source, found).await?;
        for key in stored_keys(source) {
            let name = source.registry().descriptor(key).name;
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
        for which in RecordKind::ALL {
            if let Some(record) = self.fetch(name_of(which)).await?
                && !source.restore_record(which, record)
            {
                log::warn!("store: {which:?} cannot be read, starting anew");
                found.skipped += 1;
            }
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
    /// are: another firmware may want them again.
    async fn report_unknown(
        &mut self,
        source: &impl Stored,
        found: &mut Found,
    ) -> Result<(), Error<F::Error>> {
        let mut items = self.map.fetch_all_items(self.item).await?;
        let mut last: Name = Name::new();
        while let Some((name, _)) = items.next::<&[u8]>(self.item).await? {
            let registry = source.registry();
            let is_held = |key| registry.descriptor(key).is_stored() && source.holds(key);
            let known = registry.find(&name).is_some_and(is_held);
            if !known && !name.starts_with('#') && name != last {
                log::warn!("store: `{name}` is stored, but is no setting of this firmware");
                found.skipped += 1;
                last = name;
            }
        }
        Ok(())
    }
}

/// The name under which the value of an earlier layout is kept.
fn beside(layout: u8, name: &str) -> Option<Name> {
    let mut beside = Name::new();
    write!(beside, "#{layout}{name}").ok()?;
    Some(beside)
}

/// Why a stored value is not taken. The value may be a secret and is left out;
/// `None` is for one that is not text.
struct Refused(Option<WriteError>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(error) => fmt::Display::fmt(&error.mqtt(Sent::NOTHING), f),
            None => f.write_str("not UTF-8"),
        }
    }
}

fn stored_keys(source: &impl Stored) -> impl Iterator<Item = KeyIndex> {
    let registry = source.registry();
    registry
        .keys()
        .filter(|&key| registry.descriptor(key).is_stored() && source.holds(key))
}
