//! A panic: logged, counted in memory that survives a reset, and followed by one.

use core::panic::PanicInfo;

use esp_hal::ram;
use portable_atomic::{AtomicU32, Ordering};

/// Panics since power came on.
#[ram(unstable(rtc_fast, persistent))]
static PANICS: AtomicU32 = AtomicU32::new(0);

/// Tells of panics before this start.
pub(crate) fn report() {
    match PANICS.load(Ordering::Relaxed) {
        0 => {}
        panics => log::warn!("{panics} panics since power came on"),
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    PANICS.fetch_add(1, Ordering::Relaxed);
    esp_println::println!("{info}; resetting");
    esp_hal::system::software_reset()
}
