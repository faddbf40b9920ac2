//! The store of a board, which goes on without one when its flash does not work.

use goe_device::store::{Flash, Store};
use goe_runtime::device::Stored;

use crate::clock::SinceBoot;

/// Mounts the flash and restores what is in it. Without flash the device runs
/// with defaults, and the log says so.
pub async fn mount<F: Flash>(
    flash: F,
    item: &'static mut [u8],
    device: &impl Stored,
) -> Option<Store<'static, F>> {
    match Store::mount(flash, item).await {
        Ok((mut store, mut found)) => {
            // Flash that fails while it is read may take what comes.
            if let Err(error) = store.restore(device, &mut found).await {
                log::error!("store: {error:?}");
            }
            Some(store)
        }
        Err(error) => {
            log::error!("store: nothing can be stored: {error:?}");
            None
        }
    }
}

/// Stores what changes, for ever.
pub async fn keep<F: Flash>(store: &mut Option<Store<'static, F>>, device: &impl Stored) {
    if let Some(store) = store {
        let never = core::future::pending();
        store.run(device, SinceBoot, never).await;
    }
}
