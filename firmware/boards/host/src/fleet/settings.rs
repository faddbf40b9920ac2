//! What is set at the chargers of a fleet outlives the process, if there is a file for it.
//!
//! Each has the store that it has alone, in a part of the file that follows from its serial
//! number. A store is mounted when there is something to be stored, so a charger at which
//! nothing was ever set takes no room: neither in the file nor in memory.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use goe_device::store::{Found, MountError, Store, changed};
use goe_host::{FlashError, FlashPart, PartedFlash, RealTime, Shutdown};
use tokio::task::spawn_local;
use tracing::Instrument;

use super::charger::{Charger, Device};
use super::town::Town;

/// Flash that has failed is left alone for so long.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What a charger has in the file.
pub(crate) struct Settings {
    flash: PartedFlash,
    number: u32,
    fails: Rc<Cell<bool>>,
}

/// Gives all chargers back what was set before.
///
/// # Errors
/// The file cannot be read; what is stored is never an error.
pub(crate) async fn restore(town: &Town, flash: &PartedFlash) -> anyhow::Result<()> {
    let (mut touched, mut settings, mut skipped) = (0_usize, 0, 0);
    let mut item = item();
    for charger in town.chargers() {
        let own = charger.settings(flash);
        let restored = own.restore(charger.device(), &mut item);
        let found = restored.instrument(charger.span()).await;
        let found =
            found.with_context(|| format!("the flash of {} cannot be used", charger.serial()))?;
        let Some(found) = found else {
            continue;
        };
        touched += 1;
        settings += found.settings;
        skipped += found.skipped;
    }
    tracing::info!("{settings} settings of {touched} chargers restored, {skipped} skipped");
    Ok(())
}

/// Stores what is set at any of them until `shutdown`, and then what is left.
pub(crate) async fn keep(town: Rc<Town>, flash: PartedFlash, clock: RealTime, shutdown: Shutdown) {
    let mut tasks = Vec::with_capacity(town.count());
    for (index, charger) in town.chargers().enumerate() {
        let (town, settings) = (town.clone(), charger.settings(&flash));
        let (span, shutdown) = (charger.span(), shutdown.clone());
        let task = async move {
            if let Some(charger) = town.charger(index) {
                settings.keep(charger, clock, shutdown).await;
            }
        };
        tasks.push(spawn_local(task.instrument(span)));
    }
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!("a task ended badly: {error}");
        }
    }
}

fn item() -> Vec<u8> {
    let longest = goe_api::REGISTRY.capacities.stored;
    vec![0; Store::<FlashPart>::item_capacity(longest)]
}

impl Settings {
    pub(crate) fn new(flash: &PartedFlash, number: u32, fails: Rc<Cell<bool>>) -> Self {
        Settings {
            flash: flash.clone(),
            number,
            fails,
        }
    }

    fn part(&self) -> FlashPart {
        self.flash.part(self.number, self.fails.clone())
    }

    async fn restore(&self, device: &Device, item: &mut [u8]) -> Result<Option<Found>, FlashError> {
        let part = self.part();
        if part.is_blank()? {
            return Ok(None);
        }
        let mounted = Store::mount(part, item).await;
        let (mut store, mut found) = mounted.map_err(broken)?;
        store.restore(device, &mut found).await?;
        Ok(Some(found))
    }

    async fn keep(&self, charger: &Charger, clock: RealTime, shutdown: Shutdown) {
        let device = charger.device();
        let mut stop = std::pin::pin!(shutdown.clone().wait());
        loop {
            // What was set last is stored even when it is time to stop.
            tokio::select! {
                biased;
                () = changed(device) => {}
                () = &mut stop => return,
            }
            let mut item = item();
            let mounted = Store::mount(self.part(), &mut item).await;
            match mounted.map_err(broken) {
                // On the heap, so that it costs nothing where nothing is set.
                Ok((mut store, _)) => return Box::pin(store.run(device, clock, stop)).await,
                Err(error) => tracing::error!("its flash cannot be used: {error}"),
            }
            tokio::select! {
                () = tokio::time::sleep(AFTER_FAILURE) => {}
                () = &mut stop => return,
            }
        }
    }
}

fn broken(error: MountError<FlashError>) -> FlashError {
    match error {
        MountError::Flash(error) => error,
        // A part has as many units as there have to be.
        MountError::Size => FlashError::OutOfBounds,
    }
}
