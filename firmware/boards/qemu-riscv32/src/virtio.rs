//! virtio, as far as a device with rings of buffers takes it: finding it, and the rings.
//!
//! A ring's places each have their own buffer for good: place `i` of the ring always
//! describes buffer `i`. The device reads and writes buffers by itself; from handing one over
//! until the ring says it came back nobody here touches it. It must never know what a device
//! is for.
//!
//! The crate virtio-drivers does this for all kinds of devices; it takes a page
//! of memory for what are 100 bytes here, 16 KB in all, and 8 KB of flash, which
//! is more than a device with a budget of 72 KB and 180 KB has for its cable.

use core::sync::atomic::{Ordering, fence};

/// Where the machine's eight virtio devices may be, and their interrupts.
const SLOTS: usize = 8;
const SLOT_BASE: usize = 0x1000_1000;
const SLOT_SIZE: usize = 0x1000;
const FIRST_INTERRUPT: usize = 1;

/// Registers of a virtio device, by the names of its specification (4.2.2).
const MAGIC_VALUE: usize = 0x000;
const VERSION: usize = 0x004;
const DEVICE_ID: usize = 0x008;
const DRIVER_FEATURES: usize = 0x020;
const DRIVER_FEATURES_SEL: usize = 0x024;
const QUEUE_SEL: usize = 0x030;
const QUEUE_NUM: usize = 0x038;
const QUEUE_READY: usize = 0x044;
const QUEUE_NOTIFY: usize = 0x050;
pub(crate) const INTERRUPT_STATUS: usize = 0x060;
pub(crate) const INTERRUPT_ACK: usize = 0x064;
const STATUS: usize = 0x070;
const QUEUE_DESC_LOW: usize = 0x080;
const QUEUE_DRIVER_LOW: usize = 0x090;
const QUEUE_DEVICE_LOW: usize = 0x0a0;
pub(crate) const CONFIG: usize = 0x100;

/// Values of the registers.
const MAGIC: u32 = 0x7472_6976;
const MODERN: u32 = 2;
const ACKNOWLEDGE: u32 = 1;
const DRIVER: u32 = 2;
const DRIVER_OK: u32 = 4;
const FEATURES_OK: u32 = 8;
pub(crate) fn read(address: usize) -> u32 {
    // SAFETY: called with addresses of registers only, which the machine always
    // has; reading them has no effect on memory.
    unsafe { core::ptr::with_exposed_provenance::<u32>(address).read_volatile() }
}

pub(crate) fn write(address: usize, value: u32) {
    // SAFETY: as for `read`. What makes the device use memory is the address of a
    // ring, and those are of statics.
    unsafe { core::ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(value) }
}

/// A device of the machine that was found.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    /// Its registers.
    pub(crate) base: usize,
    /// Its interrupt.
    pub(crate) interrupt: usize,
}

impl Found {
    /// The device of this kind, if the machine has one, which agrees to these features.
    pub(crate) fn of_kind(kind: u32, features: [u32; 2]) -> Option<Self> {
        let (slot, base) = (0..SLOTS)
            .map(|slot| (slot, SLOT_BASE + slot * SLOT_SIZE))
            .find(|&(_, base)| {
                read(base + MAGIC_VALUE) == MAGIC
                    && read(base + VERSION) == MODERN
                    && read(base + DEVICE_ID) == kind
            })?;
        let mut status = 0;
        write(base + STATUS, status);
        for step in [ACKNOWLEDGE, DRIVER] {
            status |= step;
            write(base + STATUS, status);
        }
        for (half, features) in features.into_iter().enumerate() {
            write(base + DRIVER_FEATURES_SEL, half as u32);
            write(base + DRIVER_FEATURES, features);
        }
        status |= FEATURES_OK;
        write(base + STATUS, status);
        (read(base + STATUS) & FEATURES_OK != 0).then_some(Found {
            base,
            interrupt: FIRST_INTERRUPT + slot,
        })
    }

    /// Its rings are ready.
    pub(crate) fn go(self) {
        write(self.base + STATUS, read(self.base + STATUS) | DRIVER_OK);
    }
}

/// The description of a buffer, at a place of a ring (2.7.5).
#[derive(Clone, Copy)]
#[repr(C)]
struct Descriptor {
    address: u64,
    length: u32,
    flags: u16,
    next: u16,
}

/// The device writes the buffer instead of reading it.
pub(crate) const FOR_WRITING: u16 = 2;

/// A buffer that came back.
#[derive(Clone, Copy)]
#[repr(C)]
struct Used {
    place: u32,
    length: u32,
}

/// A ring as the device wants it, and its buffers.
#[repr(C, align(16))]
pub(crate) struct Memory<const N: usize, const B: usize> {
    descriptors: [Descriptor; N],
    // Buffers that the driver hands over (2.7.6).
    available_flags: u16,
    available_count: u16,
    available: [u16; N],
    // Buffers that the device gives back (2.7.8).
    used_flags: u16,
    used_count: u16,
    used: [Used; N],
    buffers: [[u8; B]; N],
}

impl<const N: usize, const B: usize> Memory<N, B> {
    pub(crate) const NEW: Self = {
        // Both tables follow one another without gaps only then.
        assert!(N.is_power_of_two() && N >= 2);
        Memory {
            descriptors: [Descriptor {
                address: 0,
                length: 0,
                flags: 0,
                next: 0,
            }; N],
            available_flags: 0,
            available_count: 0,
            available: [0; N],
            used_flags: 0,
            used_count: 0,
            used: [Used {
                place: 0,
                length: 0,
            }; N],
            buffers: [[0; B]; N],
        }
    };
}

/// One ring.
pub(crate) struct Ring<const N: usize, const B: usize> {
    /// The device's, too: accessed by volatile reads and writes of single fields.
    memory: *mut Memory<N, B>,
    /// The device's registers.
    card: usize,
    queue: u32,
    /// Number of buffers that came back so far, of those the device has counted.
    seen: u16,
    /// Which buffers are the device's.
    pub(crate) lent: [bool; N],
}

/// One field of a ring.
macro_rules! field {
    ($ring:expr, $($field:tt)+) => {{
        #[allow(unused_unsafe, reason = "it stands within unsafe blocks, too")]
        // SAFETY: the memory is a static's that was given to this ring for good;
        // no reference to it exists, so that the device may change it.
        let field = unsafe { &raw mut (*$ring.memory).$($field)+ };
        field
    }};
}

impl<const N: usize, const B: usize> Ring<N, B> {
    pub(crate) fn new(
        memory: &'static mut Memory<N, B>,
        card: usize,
        queue: u32,
        flags: u16,
    ) -> Self {
        let ring = Ring {
            memory,
            card,
            queue,
            seen: 0,
            lent: [false; N],
        };
        for place in 0..N {
            let descriptor = Descriptor {
                address: field!(ring, buffers[place]).expose_provenance() as u64,
                length: B as u32,
                flags,
                next: 0,
            };
            // SAFETY: the place is within the table, and the device does not know
            // of it yet.
            unsafe { field!(ring, descriptors[place]).write_volatile(descriptor) };
        }
        write(card + QUEUE_SEL, queue);
        write(card + QUEUE_NUM, N as u32);
        // The machine has 32 bits of addresses: the high words stay zero.
        for (register, address) in [
            (
                QUEUE_DESC_LOW,
                field!(ring, descriptors).expose_provenance(),
            ),
            (
                QUEUE_DRIVER_LOW,
                field!(ring, available_flags).expose_provenance(),
            ),
            (
                QUEUE_DEVICE_LOW,
                field!(ring, used_flags).expose_provenance(),
            ),
        ] {
            write(card + register, address as u32);
            write(card + register + 4, 0);
        }
        write(card + QUEUE_READY, 1);
        ring
    }

    /// Hands a buffer over to the device.
    pub(crate) fn lend(&mut self, place: usize, length: usize) {
        self.lent[place] = true;
        // SAFETY: fields of the memory, at places within their tables; the device
        // reads them only after the count has gone up, which the fence orders.
        unsafe {
            field!(self, descriptors[place].length).write_volatile(length as u32);
            let count = field!(self, available_count).read_volatile();
            field!(self, available[usize::from(count) % N]).write_volatile(place as u16);
            fence(Ordering::SeqCst);
            field!(self, available_count).write_volatile(count.wrapping_add(1));
            fence(Ordering::SeqCst);
            // The device says when it need not be told.
            if field!(self, used_flags).read_volatile() & 1 == 0 {
                write(self.card + QUEUE_NOTIFY, self.queue);
            }
        }
    }

    /// A buffer that the device gives back, and how much it wrote there.
    pub(crate) fn take_back(&mut self) -> Option<(usize, usize)> {
        // SAFETY: fields of the memory; the fence makes what the device wrote
        // before it counted up visible after the count was read.
        let used = unsafe {
            if field!(self, used_count).read_volatile() == self.seen {
                return None;
            }
            fence(Ordering::SeqCst);
            field!(self, used[usize::from(self.seen) % N]).read_volatile()
        };
        self.seen = self.seen.wrapping_add(1);
        let place = used.place as usize % N;
        self.lent[place] = false;
        Some((place, (used.length as usize).min(B)))
    }

    /// A buffer that is not the device's.
    pub(crate) fn buffer(&mut self, place: usize) -> &mut [u8; B] {
        assert!(
            !self.lent[place],
            "a buffer is used while the device has it"
        );
        // SAFETY: the device does not touch it before it is lent, which takes the
        // ring itself; and the reference borrows the ring.
        unsafe { &mut *field!(self, buffers[place]) }
    }
}
