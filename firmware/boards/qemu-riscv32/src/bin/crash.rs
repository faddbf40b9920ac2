//! Panics on purpose, three times, and then says how many were counted: a test of
//! what the charger does when it panics. `crash-test` runs it.

#![no_std]
#![no_main]
#![deny(unsafe_op_in_unsafe_fn)]

#[path = "../clock.rs"]
mod clock;
#[path = "../crash.rs"]
mod crash;
#[path = "../prologue.rs"]
mod prologue;
#[path = "../uart.rs"]
mod uart;

#[riscv_rt::entry]
fn main() -> ! {
    uart::start();
    clock::start();
    let panics = crash::count();
    log::warn!("{panics} panics since power came on");
    assert!(panics >= 3, "panic on purpose, after {panics}");
    crash::power_off()
}
