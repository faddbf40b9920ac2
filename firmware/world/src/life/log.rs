//! The firmware's log, as it is heard in a world: each line is traced, and searched for
//! secrets. Worlds on other threads have their own.

use std::cell::RefCell;
use std::sync::Once;

use goe_device::clock::Clock;
use log::{LevelFilter, Log, Metadata, Record};

use super::checks::Secrets;
use super::trace::Trace;
use crate::time::VirtualClock;

struct Ear {
    clock: VirtualClock,
    trace: Trace,
    secrets: Secrets,
}

thread_local! {
    static EAR: RefCell<Option<Ear>> = const { RefCell::new(None) };
}

/// Hears until it is dropped.
pub(super) struct Heard;

impl Drop for Heard {
    fn drop(&mut self) {
        EAR.with_borrow_mut(|ear| *ear = None);
    }
}

/// Hears what is logged on this thread from now on.
pub(super) fn hear(clock: VirtualClock, trace: Trace, secrets: Secrets) -> Heard {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where a program has a log of its own, that is it.
        if log::set_logger(&Logger).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
    });
    let ear = Ear {
        clock,
        trace,
        secrets,
    };
    EAR.with_borrow_mut(|heard| *heard = Some(ear));
    Heard
}

struct Logger;

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        EAR.with_borrow(|ear| {
            if let Some(ear) = ear {
                let line = record.args().to_string();
                ear.secrets.log(&line);
                ear.trace.line(
                    ear.clock.now_ms(),
                    format_args!("{}: {line}", record.level()),
                );
            }
        });
    }

    fn flush(&self) {}
}
