//! What a table costs on a device: the generated code with all that serves it,
//! and nothing else. It is linked to be weighed and never run.
//!
//! `firmware/tools/budget` builds it for a third of the charger's table and for all
//! of it; the difference, divided by the keys between them, is what a key costs.

#![no_std]
#![no_main]

use core::hint::black_box;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;

use goe_api::{Document, Key, KeySet, REGISTRY, Readings, Settings, Write, mqtt::TOPICS};
use goe_runtime::{Keys, Out, Render};

/// What a device keeps for a table: its document, the keys to be published and
/// to be stored, and when each was published.
struct Memory {
    document: Document,
    unpublished: KeySet,
    unsaved: KeySet,
    published: [u32; REGISTRY.descriptors.len()],
}

static mut MEMORY: MaybeUninit<Memory> = MaybeUninit::zeroed();

/// Any bytes: nothing runs.
unsafe fn anything<T>() -> &'static mut T {
    // SAFETY: the caller's; the address is opaque, so that nothing is left out.
    unsafe { &mut *black_box(core::ptr::null_mut::<T>()) }
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    // SAFETY: this program is never run.
    let (memory, readings, settings, json, name) = unsafe {
        (
            &mut *black_box((&raw mut MEMORY).cast::<Memory>()),
            anything::<Readings<'static>>(),
            anything::<Settings<'static>>(),
            *anything::<&str>(),
            *anything::<&str>(),
        )
    };
    let changed = memory.document.render(readings);
    memory.unpublished.extend(&changed);
    memory.unsaved.extend(&changed);
    let key = black_box(REGISTRY.find(name)).and_then(Key::from_index);
    if let Some(key) = key {
        let _ = black_box(&Write::parse(key, json));
        let mut out = Out::new(json_buffer());
        settings.write_value(key.index(), &mut out);
        black_box(out.len());
        memory.published[key as usize] = 1;
    }
    black_box(memory.document.view(&REGISTRY).full());
    black_box(&TOPICS);
    loop {}
}

fn json_buffer() -> &'static mut [u8] {
    // SAFETY: this program is never run.
    unsafe { anything::<[u8; goe_api::STORED_CAPACITY]>() }
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    loop {}
}
