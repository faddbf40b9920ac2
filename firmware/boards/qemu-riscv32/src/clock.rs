//! embassy's clock: the CLINT's 10 MHz counter and its alarm.

use core::cell::RefCell;
use core::task::Waker;

use critical_section::{CriticalSection, Mutex};
use embassy_time_driver::Driver;
use embassy_time_queue_utils::Queue;
use riscv::interrupt::Interrupt;

/// Counts ticks of 100 ns since reset.
const MTIME: *const u32 = 0x0200_bff8 as *const u32;
/// Raises the timer interrupt once `MTIME` has come so far.
const MTIMECMP: *mut u32 = 0x0200_4000 as *mut u32;

struct Clock {
    queue: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock {
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for Clock {
    fn now(&self) -> u64 {
        loop {
            // SAFETY: both words are registers that can always be read.
            let (high, low, again) = unsafe {
                (
                    MTIME.add(1).read_volatile(),
                    MTIME.read_volatile(),
                    MTIME.add(1).read_volatile(),
                )
            };
            // The high word changes every seven minutes, so this ends.
            if high == again {
                return u64::from(high) << 32 | u64::from(low);
            }
        }
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|cs| {
            if self.queue.borrow_ref_mut(cs).schedule_wake(at, waker) {
                self.arm(cs);
            }
        });
    }
}

impl Clock {
    /// Wakes what is due and sets the alarm for what comes next. The interrupt
    /// is a level: an alarm in the past is raised at once.
    fn arm(&self, cs: CriticalSection<'_>) {
        let next = self.queue.borrow_ref_mut(cs).next_expiration(self.now());
        // SAFETY: the registers are this driver's alone, and interrupts are off.
        // The first write keeps the alarm away until both halves are right.
        unsafe {
            MTIMECMP.write_volatile(u32::MAX);
            MTIMECMP.add(1).write_volatile((next >> 32) as u32);
            MTIMECMP.write_volatile(next as u32);
        }
    }
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn alarm() {
    critical_section::with(|cs| CLOCK.arm(cs));
}

/// Lets the alarm interrupt.
pub(crate) fn start() {
    critical_section::with(|cs| CLOCK.arm(cs));
    // SAFETY: the handler above is in place.
    unsafe { riscv::register::mie::set_mtimer() };
}
