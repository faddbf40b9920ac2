//! Writes what changed, at a bounded rate and never more than once at a time.

use core::future::Future;

use embassy_futures::select::{Either, select};
use goe_runtime::KeyIndex;
use goe_runtime::device::{RecordKind, Stored, Written};
use sequential_storage::Error;
use sequential_storage::map::{SerializationError, Value};

use super::flash::Flash;
use super::mount::{Name, Store, name_of};
use crate::clock::Clock;

/// From one write to the next, at least, in milliseconds. Less than a second by what a write
/// takes, so that a setting which arrives while another is written is on flash
/// within one.
pub const SPACING_MS: u64 = 900;

/// From one write of the counters to the next, at least, in milliseconds; the end
/// of the run is an exception.
pub const COUNTERS_SPACING_MS: u64 = 10_000;

/// Time to leave the flash alone after it failed, in milliseconds.
const AFTER_FAILURE_MS: u64 = 5_000;

/// Writes a value into a buffer. There is one code to store all of them: two would be
/// two kilobytes of flash.
type Write<'w> = &'w dyn Fn(&mut [u8]) -> Option<Written>;

/// A value that is written where it is needed.
struct Fresh<'w>(Write<'w>);

impl<'a> Value<'a> for Fresh<'_> {
    fn serialize_into(&self, buffer: &mut [u8]) -> Result<usize, SerializationError> {
        // See `save_settings`.
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
struct Taken<'s, S: Stored> {
    source: &'s S,
    key: KeyIndex,
    stored: bool,
}

impl<S: Stored> Drop for Taken<'_, S> {
    fn drop(&mut self) {
        if !self.stored {
            self.source.unsaved().insert(self.key);
        }
    }
}

/// Waits until there is a setting or a record to store.
pub async fn changed<S: Stored>(source: &S) {
    let has_record = || {
        RecordKind::ALL
            .into_iter()
            .any(|which| source.record(which).is_some())
    };
    while source.unsaved().is_empty() && !has_record() {
        source.unsaved().wait().await;
    }
}

impl<F: Flash> Store<'_, F> {
    /// Stores what changes until `stop` is ready, and then what is left.
    ///
    /// Only waiting is ever given up for `stop`; a flash write never is.
    pub async fn run<S: Stored>(
        &mut self,
        source: &S,
        clock: impl Clock,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = core::pin::pin!(stop);
        let mut counters_ms: Option<u64> = None;
        loop {
            // The counters alone do not wake this task early.
            let idle = select(changed(source), clock.after(COUNTERS_SPACING_MS));
            if let Either::Second(()) = select(idle, stop.as_mut()).await {
                break;
            }
            let started_ms = clock.now_ms();
            let mut failed = !self.save_settings(source).await;
            let is_due = |last_ms| clock.now_ms() - last_ms >= COUNTERS_SPACING_MS;
            failed |= self.save_record(source, RecordKind::Credential).await == Some(false);
            if counters_ms.is_none_or(is_due)
                && self
                    .save_record(source, RecordKind::Counters)
                    .await
                    .is_some()
            {
                counters_ms = Some(started_ms);
            }
            self.sync().await;
            let pause_ms = if failed { AFTER_FAILURE_MS } else { SPACING_MS };
            let pause = clock.until(started_ms + pause_ms);
            if let Either::Second(()) = select(pause, stop.as_mut()).await {
                break;
            }
        }
        self.save_settings(source).await;
        for which in RecordKind::ALL {
            self.save_record(source, which).await;
        }
        self.sync().await;
    }

    /// `false` when the flash failed; what was not stored is still to be.
    async fn save_settings<S: Stored>(&mut self, source: &S) -> bool {
        while let Some(key) = source.unsaved().take() {
            let mut taken = Taken {
                source,
                key,
                stored: false,
            };
            let name = source.registry().descriptor(key).name;
            match self.store(name, &|json| source.setting(key, json)).await {
                // It has no value, so there is nothing to store.
                Ok(()) | Err(Error::SerializationError(SerializationError::InvalidData)) => {
                    taken.stored = true;
                }
                Err(error) => {
                    log::error!("store: `{name}` could not be stored: {error:?}");
                    return false;
                }
            }
        }
        true
    }

    /// Stores a record, if it is worth storing; then returns whether flash took it.
    async fn save_record<S: Stored>(&mut self, source: &S, which: RecordKind) -> Option<bool> {
        let record = source.record(which)?;
        let write = |bytes: &mut [u8]| {
            let changed = bytes.get(..record.len()) != Some(&record[..]);
            if let Some(room) = bytes.get_mut(..record.len()) {
                room.copy_from_slice(&record);
            }
            let length = record.len();
            Some(Written { length, changed })
        };
        let stored = self.store(name_of(which), &write).await;
        match &stored {
            Ok(()) => source.record_stored(which, &record),
            Err(error) => log::error!("store: {which:?} could not be stored: {error:?}"),
        }
        Some(stored.is_ok())
    }

    /// Stores a value, unless flash holds the same: clients like to set what is
    /// already so, and that shall not wear it.
    pub(super) async fn store(
        &mut self,
        name: &str,
        write: Write<'_>,
    ) -> Result<(), Error<F::Error>> {
        let Ok(name) = Name::try_from(name) else {
            return Err(sequential_storage::Error::ItemTooBig);
        };
        // It is written over what flash holds: that needs no second buffer.
        let held = self.map.fetch_item::<&[u8]>(self.item, &name).await?;
        let place = held.map(|held| (held.as_ptr().addr(), held.len()));
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
        if let Err(error) = self.map.flash().flash.sync().await {
            log::error!("store: flash could not be synced: {error:?}");
        }
    }
}
