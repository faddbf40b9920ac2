//! Measures how much of the stack was ever used: it is painted at the start, and a
//! word that still has the paint was never touched.

use core::arch::asm;

const PAINT: u32 = 0xfeed_face;
/// Bytes that `paint` itself may be using below its own stack pointer.
const MARGIN: usize = 256;

fn bounds() -> (usize, usize) {
    unsafe extern "C" {
        static _stack_start: u8;
        static __estack: u8;
    }
    (
        (&raw const __estack).addr(),
        (&raw const _stack_start).addr(),
    )
}

/// Paints what is free. Called first of all.
pub(crate) fn paint() {
    let (bottom, _) = bounds();
    let top: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mv {}, sp", out(reg) top) };
    for address in (bottom..top - MARGIN).step_by(4) {
        // SAFETY: between the end of all variables and the stack pointer nothing
        // lives; both ends are aligned.
        unsafe { core::ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(PAINT) };
    }
}

/// Bytes used at most so far.
pub(crate) fn high_water() -> usize {
    let (bottom, top) = bounds();
    let untouched = (bottom..top)
        .step_by(4)
        // SAFETY: the stack's memory is always there; it is read as bare words.
        .take_while(|&address| unsafe {
            core::ptr::with_exposed_provenance::<u32>(address).read_volatile() == PAINT
        })
        .count();
    top - bottom - 4 * untouched
}
