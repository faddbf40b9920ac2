//! The log: lines on the first serial port (a 16550), as they come.

use core::fmt::{self, Write};

use embassy_time::Instant;
use log::{LevelFilter, Log, Metadata, Record};

/// Transmit register of the `virt` machine's 16550.
const TRANSMIT: *mut u8 = 0x1000_0000 as *mut u8;

/// The port. QEMU takes every byte at once, so nothing is waited for.
pub(crate) struct Uart;

impl Write for Uart {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            // SAFETY: the address is the transmit register of a device that the
            // machine always has; writing it has no effect on memory.
            unsafe { TRANSMIT.write_volatile(byte) };
        }
        Ok(())
    }
}

struct Lines;

static LINES: Lines = Lines;

impl Log for Lines {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let now = Instant::now().as_millis();
        // The port cannot fail.
        let _ = writeln!(
            Uart,
            "{:>6}.{:03} {:<5} {}",
            now / 1000,
            now % 1000,
            record.level().as_str(),
            record.args()
        );
    }

    fn flush(&self) {}
}

/// From here on, what is logged is printed.
pub(crate) fn start() {
    // SAFETY: called once, before any task and with interrupts off, so that
    // nobody else reads or sets the logger meanwhile. (The safe functions need
    // an atomic exchange, which this instruction set does not have.)
    unsafe {
        let _ = log::set_logger_racy(&LINES);
        log::set_max_level_racy(LevelFilter::Info);
    }
}
