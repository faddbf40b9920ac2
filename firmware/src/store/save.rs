//! Writes what changed, at a bounded rate and never more than once at a time.

use core::future::Future;

use embassy_futures::select::{Either, select};
use embassy_time::{Duration, Instant, Timer};
use goe_runtime::KeyIndex;

use sequential_storage::map::{SerializationError, Value};

use super::{COUNTERS, Flash, Name, Source, Store, Written};

/// From one write to the next, at least. Less than a second by what a write
/// takes, so that a setting which arrives while another is written is on flash
/// within one.
pub const SPACING: Duration = Duration::from_millis(900);

/// From one write of the counters to the next, at least; the end of the run is
/// an exception.
pub const COUNTERS_SPACING: Duration = Duration::from_secs(10);

/// How long to leave the flash alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// A value that is written where it is needed.
struct Fresh<W>(W);

impl<'a, W: Fn(&mut [u8]) -> Option<Written>> Value<'a> for Fresh<W> {
    fn serialize_into(&self, buffer: &mut [u8]) -> Result<usize, SerializationError> {
        // It had a value a moment ago, and keys that are stored always have one.
        let written = (self.0)(buffer).ok_or(SerializationError::InvalidData)?;
        if written.length > buffer.len() {
            return Err(SerializationError::BufferTooSmall);
        }
        Ok(written.length)
    }

    fn deserialize_from(_buffer: &'a [u8]) -> Result<(Self, usize), SerializationError> {
        Err(SerializationError::InvalidData)
    }
}

/// Gives a setting back unless it was stored, also when the future that stores
/// it is dropped.
struct Taken<'s, S: Source> {
    source: &'s S,
    key: KeyIndex,
    stored: bool,
}

impl<S: Source> Drop for Taken<'_, S> {
    fn drop(&mut self) {
        if !self.stored {
            self.source.put_back(self.key);
        }
    }
}

impl<F: Flash> Store<'_, F> {
    /// Stores what changes until `stop` is ready, and then what is left.
    ///
    /// Only waiting is ever given up for `stop`; a flash write never is.
    pub async fn run<S: Source>(&mut self, source: &S, stop: impl Future<Output = ()>) {
        let mut stop = core::pin::pin!(stop);
        let mut counters_written: Option<Instant> = None;
        loop {
            // The counters alone do not wake this task early.
            let idle = select(source.changed(), Timer::after(COUNTERS_SPACING));
            if let Either::Second(()) = select(idle, stop.as_mut()).await {
                break;
            }
            let started = Instant::now();
            let failed = !self.save_settings(source).await;
            let due = counters_written.is_none_or(|last| last.elapsed() >= COUNTERS_SPACING);
            if due && self.save_counters(source).await {
                counters_written = Some(started);
            }
            self.sync().await;
            let pause = if failed { AFTER_FAILURE } else { SPACING };
            if let Either::Second(()) = select(Timer::at(started + pause), stop.as_mut()).await {
                break;
            }
        }
        self.save_settings(source).await;
        self.save_counters(source).await;
        self.sync().await;
    }

    /// `false` when the flash failed; what was not stored is still to be.
    async fn save_settings<S: Source>(&mut self, source: &S) -> bool {
        while let Some(key) = source.take_changed() {
            let mut taken = Taken {
                source,
                key,
                stored: false,
            };
            let name = S::REGISTRY.descriptor(key).name;
            match self.store(name, |json| source.setting(key, json)).await {
                Ok(()) => taken.stored = true,
                Err(error) => {
                    log::error!("store: `{name}` could not be stored: {error:?}");
                    return false;
                }
            }
        }
        true
    }

    /// Whether there was something to store.
    async fn save_counters<S: Source>(&mut self, source: &S) -> bool {
        let Some(record) = source.counters() else {
            return false;
        };
        let write = |bytes: &mut [u8]| {
            let changed = bytes.get(..record.len()) != Some(&record[..]);
            if let Some(room) = bytes.get_mut(..record.len()) {
                room.copy_from_slice(&record);
            }
            let length = record.len();
            Some(Written { length, changed })
        };
        match self.store(COUNTERS, write).await {
            Ok(()) => source.counters_stored(&record),
            Err(error) => log::error!("store: counters could not be stored: {error:?}"),
        }
        true
    }

    /// Stores a value, unless flash holds the same: clients like to set what is
    /// already so, and that shall not wear it.
    async fn store(
        &mut self,
        name: &str,
        write: impl Fn(&mut [u8]) -> Option<Written>,
    ) -> Result<(), sequential_storage::Error<F::Error>> {
        let Ok(name) = Name::try_from(name) else {
            return Err(sequential_storage::Error::ItemTooBig);
        };
        // It is written over what flash holds: that needs no second buffer.
        let place = match self.map.fetch_item::<&[u8]>(self.item, &name).await? {
            Some(held) => Some((held.as_ptr().addr(), held.len())),
            None => None,
        };
        if let Some((address, length)) = place {
            let start = address - self.item.as_ptr().addr();
            let held = self.item.get_mut(start..start + length).unwrap_or_default();
            let same = Written {
                length,
                changed: false,
            };
            if write(held) == Some(same) {
                return Ok(());
            }
        }
        self.map.store_item(self.item, &name, &Fresh(write)).await
    }

    async fn sync(&mut self) {
        if let Err(error) = self.map.flash().sync().await {
            log::error!("store: flash could not be synced: {error:?}");
        }
    }
}
