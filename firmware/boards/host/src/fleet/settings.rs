//! What is set at the chargers of a fleet outlives the process, if there is a file for it.
//!
//! Each has the store that it has alone, in a part of the file that follows from its serial
//! number. All are mounted at the start, since each charger counts its boots.

use std::rc::Rc;

use anyhow::Context;
use goe_device::store::{Found, MountError, Store};
use goe_host::{FlashError, FlashPart, PartedFlash, RealTime, Shutdown};
use tokio::task::{JoinSet, spawn_local};
use tracing::Instrument;

use super::charger::Device;
use super::town::Town;

/// What a charger has in the file.
pub(crate) type Settings = Store<'static, FlashPart>;

/// Gives all chargers back what was set before; returns what each has in the file, in
/// their order.
///
/// # Errors
/// The file cannot be read or written; what is stored is never an error.
pub(crate) async fn restore(town: &Rc<Town>, flash: &PartedFlash) -> anyhow::Result<Vec<Settings>> {
    // All at once: each waits until what it wrote is sure, and one waits for all.
    let restored: Vec<_> = (town.chargers().enumerate())
        .map(|(index, charger)| {
            let (town, part) = (town.clone(), charger.part(flash));
            let restored = async move {
                let charger = town.charger(index).context("there is no such charger")?;
                let restored = restore_one(charger.device(), part).await;
                restored
                    .with_context(|| format!("the flash of {} cannot be used", charger.serial()))
            };
            spawn_local(restored.instrument(charger.span()))
        })
        .collect();
    let mut all = Vec::with_capacity(town.count());
    let (mut settings, mut skipped) = (0, 0);
    for restored in restored {
        let (store, found) = restored.await.context("a task ended badly")??;
        settings += found.settings;
        skipped += found.skipped;
        all.push(store);
    }
    tracing::info!("{settings} settings of the chargers restored, {skipped} skipped");
    Ok(all)
}

async fn restore_one(device: &Device, part: FlashPart) -> Result<(Settings, Found), FlashError> {
    let longest = goe_api::REGISTRY.capacities.stored;
    // Once for each charger of a process.
    let item = vec![0; Settings::item_capacity(longest)].leak();
    let mounted = Store::mount(part, item).await;
    let (mut store, mut found) = mounted.map_err(|error| match error {
        MountError::Flash(error) => error,
        // A part has as many units as there have to be.
        MountError::Size => FlashError::OutOfBounds,
    })?;
    store.restore(device, &mut found).await?;
    Ok((store, found))
}

/// Stores what is set at any of them until `shutdown`, and then what is left: by a task for
/// each.
pub(crate) fn keep(
    tasks: &mut JoinSet<()>,
    town: &Rc<Town>,
    all: Vec<Settings>,
    clock: RealTime,
    shutdown: &Shutdown,
) {
    for (index, (charger, mut settings)) in town.chargers().zip(all).enumerate() {
        let (town, stop) = (town.clone(), shutdown.clone().wait());
        let stores = async move {
            if let Some(charger) = town.charger(index) {
                settings.run(charger.device(), clock, stop).await;
            }
        };
        tasks.spawn_local(stores.instrument(charger.span()));
    }
}
