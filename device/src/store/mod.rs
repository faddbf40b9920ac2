//! Settings in flash, so that they survive a restart and a power cut.
//!
//! A setting is one item, key → JSON, exactly what a set would send; at boot
//! each is replayed through the same checks. So a value that a newer table
//! refuses is reported and skipped, and the order of the table does not matter.
//! Beside them a few records in forms of the device's own: of its counters, and of what
//! stands for its password.
//!
//! The first erase unit holds a header that says what this flash is; the rest
//! is a [`sequential_storage`] map, which appends, so that a write that was cut
//! off leaves the value before it; a boot finishes an erase that was cut off.
//! Flash that is not ours, or damaged, is set
//! aside and reported, and the device starts with defaults: never a boot that
//! fails.
//!
//! It is generic over [`Stored`](goe_runtime::device::Stored) devices and knows no
//! key by name.
//!
//! # Wear
//!
//! Writes come at most once in [`SPACING_MS`], whatever changed, and those of the
//! counters at most once in [`COUNTERS_SPACING_MS`]; what flash already holds is not
//! written again. An item takes 8 bytes and its name and value with 2 bytes of
//! length, in whole words: 28 bytes for the counters, 24 for a number like `dwo`.
//! Items are appended to one erase unit after the other, so that all wear alike.
//!
//! With 15 units of 8 KiB for items, as on the host, counters stored every 10 s
//! come round after 15 × 8192 / 28 × 10 s = 12.2 h of charging without a pause,
//! and a setting that changes every second, day and night, after
//! 15 × 8192 / 24 × 1 s = 1.4 h. NOR flash stands 100 000 erases of a unit: that
//! is 139 years of the first and 16 years of the second.

mod flash;
mod header;
mod mount;
mod save;
mod settle;
mod view;

pub use flash::Flash;
pub use header::is_ours_or_blank;
pub use mount::{Found, MountError, Store};
pub use save::{COUNTERS_SPACING_MS, SPACING_MS, changed};
