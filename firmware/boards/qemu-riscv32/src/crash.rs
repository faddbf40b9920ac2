//! A panic: logged, counted, and followed by a reset.
//!
//! The count lives in memory that neither a reset nor the start-up code clears,
//! so the next boot can tell of it. It starts at zero when power comes on.

use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::uart::Uart;

/// The machine's reset: writing [`RESET`] restarts it.
const TEST_DEVICE: *mut u32 = 0x0010_0000 as *mut u32;
const RESET: u32 = 0x7777;
const POWER_OFF: u32 = 0x5555;

/// Says that the memory was written by us. Any value would do that chance is
/// unlikely to leave there.
const MARK: u32 = 0x676f_6521;

#[repr(C)]
struct Kept {
    mark: u32,
    panics: u32,
    /// To tell a torn write.
    check: u32,
}

fn kept() -> *mut Kept {
    unsafe extern "C" {
        static mut _kept_start: Kept;
    }
    &raw mut _kept_start
}

/// Panics since power came on.
pub(crate) fn count() -> u32 {
    // SAFETY: the linker script keeps this place for us, aligned and large
    // enough; any bits are a value of the type. There is one hart, and the panic
    // handler, which writes it, does not return to here.
    let kept = unsafe { kept().read_volatile() };
    if kept.mark == MARK && kept.check == !kept.panics {
        kept.panics
    } else {
        0
    }
}

fn set_count(panics: u32) {
    // SAFETY: as in `count`.
    unsafe {
        kept().write_volatile(Kept {
            mark: MARK,
            panics,
            check: !panics,
        });
    }
}

/// Ends the machine.
#[allow(dead_code, reason = "for the test of this module")]
pub(crate) fn power_off() -> ! {
    // SAFETY: the device is always there; QEMU ends.
    unsafe { TEST_DEVICE.write_volatile(POWER_OFF) };
    loop {
        core::hint::spin_loop();
    }
}

fn reset() -> ! {
    // SAFETY: the device is always there; the machine restarts.
    unsafe { TEST_DEVICE.write_volatile(RESET) };
    loop {
        core::hint::spin_loop();
    }
}

static CRASHING: AtomicBool = AtomicBool::new(false);

/// Says why, counts it, and resets.
fn crash(why: fmt::Arguments<'_>) -> ! {
    riscv::interrupt::disable();
    // A crash while a crash is told of goes straight to the reset.
    if !CRASHING.load(Ordering::Relaxed) {
        CRASHING.store(true, Ordering::Relaxed);
        set_count(count().saturating_add(1));
        // The port cannot fail.
        let _ = writeln!(Uart, "{why}; resetting");
    }
    reset()
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crash(format_args!("{info}"))
}

/// Traps that nobody expects: a fault in code that is unsafe; and every panic in
/// an image whose panics trap (`CARGO_BARE_PANIC`), which then is an illegal
/// instruction, 0x2. `addr2line -ife IMAGE ADDRESS` tells where that is.
#[unsafe(export_name = "ExceptionHandler")]
fn exception(_frame: &riscv_rt::TrapFrame) -> ! {
    let cause = riscv::register::mcause::read().bits();
    let address = riscv::register::mepc::read();
    crash(format_args!(
        "panicked: exception {cause:#x} at {address:#x}"
    ))
}
