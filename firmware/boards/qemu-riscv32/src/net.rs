//! virtio's network card as embassy-net's driver.
//!
//! A card has two rings, of frames received and frames to send, and here each
//! place of a ring has its own buffer for good: place `i` of the ring always
//! describes buffer `i`. The card reads and writes buffers by itself; from
//! handing one over until the ring says it came back nobody here touches it. Its
//! interrupt does nothing but wake the network task.
//!
//! The crate virtio-drivers does this for all kinds of devices; it takes a page
//! of memory for what are 100 bytes here, 16 KB in all, and 8 KB of flash, which
//! is more than a device with a budget of 72 KB and 180 KB has for its cable.

use core::sync::atomic::{AtomicUsize, Ordering, fence};
use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::waitqueue::GenericAtomicWaker;
use riscv::interrupt::Interrupt;

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
const INTERRUPT_STATUS: usize = 0x060;
const INTERRUPT_ACK: usize = 0x064;
const STATUS: usize = 0x070;
const QUEUE_DESC_LOW: usize = 0x080;
const QUEUE_DRIVER_LOW: usize = 0x090;
const QUEUE_DEVICE_LOW: usize = 0x0a0;
const CONFIG: usize = 0x100;

/// Values of the registers.
const MAGIC: u32 = 0x7472_6976;
const MODERN: u32 = 2;
const NETWORK: u32 = 1;
const ACKNOWLEDGE: u32 = 1;
const DRIVER: u32 = 2;
const DRIVER_OK: u32 = 4;
const FEATURES_OK: u32 = 8;
/// The only features that are wanted: the card's own address (bit 5), and the
/// modern form of everything (bit 32, the second word's first).
const FEATURES: [u32; 2] = [1 << 5, 1];

/// The interrupt controller (PLIC), hart 0 in machine mode.
const PLIC_PRIORITY: usize = 0x0c00_0000;
const PLIC_ENABLE: usize = 0x0c00_2000;
const PLIC_THRESHOLD: usize = 0x0c20_0000;
const PLIC_CLAIM: usize = 0x0c20_0004;

/// The longest frame, and virtio's header before each.
const FRAME: usize = 1514;
const HEADER: usize = 12;
const BUFFER: usize = HEADER + FRAME;

/// The two rings, and how many frames each holds: powers of two.
const RECEIVE: usize = 4;
const TRANSMIT: usize = 2;
const RECEIVE_QUEUE: u32 = 0;
const TRANSMIT_QUEUE: u32 = 1;

fn read(address: usize) -> u32 {
    // SAFETY: called with addresses of registers only, which the machine always
    // has; reading them has no effect on memory.
    unsafe { core::ptr::with_exposed_provenance::<u32>(address).read_volatile() }
}

fn write(address: usize, value: u32) {
    // SAFETY: as for `read`. What makes the card use memory is the address of a
    // ring, and those are of statics.
    unsafe { core::ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(value) }
}

/// The card's registers, for the interrupt; 0 before it is known.
static CARD: AtomicUsize = AtomicUsize::new(0);
static EVENT: GenericAtomicWaker<CriticalSectionRawMutex> =
    GenericAtomicWaker::new(CriticalSectionRawMutex::new());

#[riscv_rt::core_interrupt(Interrupt::MachineExternal)]
fn external() {
    let interrupt = read(PLIC_CLAIM);
    let card = CARD.load(Ordering::Relaxed);
    if card != 0 {
        write(card + INTERRUPT_ACK, read(card + INTERRUPT_STATUS));
        EVENT.wake();
    }
    if interrupt != 0 {
        write(PLIC_CLAIM, interrupt);
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

/// The card writes the buffer instead of reading it.
const FOR_WRITING: u16 = 2;

/// A buffer that came back.
#[derive(Clone, Copy)]
#[repr(C)]
struct Used {
    place: u32,
    length: u32,
}

/// A ring as the card wants it, and its buffers.
#[repr(C, align(16))]
pub(crate) struct Memory<const N: usize> {
    descriptors: [Descriptor; N],
    // Buffers that the driver hands over (2.7.6).
    available_flags: u16,
    available_count: u16,
    available: [u16; N],
    // Buffers that the card gives back (2.7.8).
    used_flags: u16,
    used_count: u16,
    used: [Used; N],
    buffers: [[u8; BUFFER]; N],
}

impl<const N: usize> Memory<N> {
    const NEW: Self = {
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
            buffers: [[0; BUFFER]; N],
        }
    };
}

/// Memory of both rings.
pub(crate) struct Rings {
    receive: Memory<RECEIVE>,
    transmit: Memory<TRANSMIT>,
}

impl Rings {
    pub(crate) const NEW: Self = Rings {
        receive: Memory::NEW,
        transmit: Memory::NEW,
    };
}

/// One ring.
struct Ring<const N: usize> {
    /// The card's, too: accessed by volatile reads and writes of single fields.
    memory: *mut Memory<N>,
    /// The card's registers.
    card: usize,
    queue: u32,
    /// Number of buffers that came back so far, of those the card has counted.
    seen: u16,
    /// Which buffers are the card's.
    lent: [bool; N],
}

/// One field of a ring.
macro_rules! field {
    ($ring:expr, $($field:tt)+) => {{
        #[allow(unused_unsafe, reason = "it stands within unsafe blocks, too")]
        // SAFETY: the memory is a static's that was given to this ring for good;
        // no reference to it exists, so that the card may change it.
        let field = unsafe { &raw mut (*$ring.memory).$($field)+ };
        field
    }};
}

impl<const N: usize> Ring<N> {
    fn new(memory: &'static mut Memory<N>, card: usize, queue: u32, flags: u16) -> Self {
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
                length: BUFFER as u32,
                flags,
                next: 0,
            };
            // SAFETY: the place is within the table, and the card does not know
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

    /// Hands a buffer over to the card.
    fn lend(&mut self, place: usize, length: usize) {
        self.lent[place] = true;
        // SAFETY: fields of the memory, at places within their tables; the card
        // reads them only after the count has gone up, which the fence orders.
        unsafe {
            field!(self, descriptors[place].length).write_volatile(length as u32);
            let count = field!(self, available_count).read_volatile();
            field!(self, available[usize::from(count) % N]).write_volatile(place as u16);
            fence(Ordering::SeqCst);
            field!(self, available_count).write_volatile(count.wrapping_add(1));
            fence(Ordering::SeqCst);
            // The card says when it need not be told.
            if field!(self, used_flags).read_volatile() & 1 == 0 {
                write(self.card + QUEUE_NOTIFY, self.queue);
            }
        }
    }

    /// A buffer that the card gives back, and how much it wrote there.
    fn take_back(&mut self) -> Option<(usize, usize)> {
        // SAFETY: fields of the memory; the fence makes what the card wrote
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
        Some((place, (used.length as usize).min(BUFFER)))
    }

    /// A buffer that is not the card's.
    fn buffer(&mut self, place: usize) -> &mut [u8; BUFFER] {
        assert!(!self.lent[place], "a buffer is used while the card has it");
        // SAFETY: the card does not touch it before it is lent, which takes the
        // ring itself; and the reference borrows the ring.
        unsafe { &mut *field!(self, buffers[place]) }
    }
}

/// The network card.
pub(crate) struct Card {
    receive: Ring<RECEIVE>,
    transmit: Ring<TRANSMIT>,
    address: [u8; 6],
}

impl Card {
    /// Finds the card and gives it its memory; `None` when there is none.
    pub(crate) fn start(rings: &'static mut Rings) -> Option<Self> {
        let (slot, card) = (0..SLOTS)
            .map(|slot| (slot, SLOT_BASE + slot * SLOT_SIZE))
            .find(|&(_, base)| {
                read(base + MAGIC_VALUE) == MAGIC
                    && read(base + VERSION) == MODERN
                    && read(base + DEVICE_ID) == NETWORK
            })?;
        let mut status = 0;
        write(card + STATUS, status);
        for step in [ACKNOWLEDGE, DRIVER] {
            status |= step;
            write(card + STATUS, status);
        }
        for (half, features) in FEATURES.into_iter().enumerate() {
            write(card + DRIVER_FEATURES_SEL, half as u32);
            write(card + DRIVER_FEATURES, features);
        }
        status |= FEATURES_OK;
        write(card + STATUS, status);
        if read(card + STATUS) & FEATURES_OK == 0 {
            return None;
        }
        let Rings { receive, transmit } = rings;
        let mut receive = Ring::new(receive, card, RECEIVE_QUEUE, FOR_WRITING);
        let transmit = Ring::new(transmit, card, TRANSMIT_QUEUE, 0);
        write(card + STATUS, status | DRIVER_OK);
        for place in 0..RECEIVE {
            receive.lend(place, BUFFER);
        }
        let words = [read(card + CONFIG), read(card + CONFIG + 4)].map(u32::to_le_bytes);
        let [[a, b, c, d], [e, f, ..]] = words;

        CARD.store(card, Ordering::Relaxed);
        let interrupt = FIRST_INTERRUPT + slot;
        write(PLIC_PRIORITY + 4 * interrupt, 1);
        write(PLIC_ENABLE, 1 << interrupt);
        write(PLIC_THRESHOLD, 0);
        // SAFETY: the handler above is in place.
        unsafe { riscv::register::mie::set_mext() };
        Some(Card {
            receive,
            transmit,
            address: [a, b, c, d, e, f],
        })
    }

    /// A transmit buffer that is free.
    fn free(&mut self) -> Option<usize> {
        // As many can come back as there are.
        for _ in 0..TRANSMIT {
            self.transmit.take_back();
        }
        self.transmit.lent.iter().position(|lent| !lent)
    }
}

/// A frame that was received.
pub(crate) struct Received<'a> {
    ring: &'a mut Ring<RECEIVE>,
    place: usize,
    length: usize,
}

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, read: F) -> R {
        let frame = self.ring.buffer(self.place).get_mut(HEADER..self.length);
        // Shorter than a header is no frame.
        let result = read(frame.unwrap_or_default());
        self.ring.lend(self.place, BUFFER);
        result
    }
}

/// Room for a frame to be sent.
pub(crate) struct Sending<'a> {
    ring: &'a mut Ring<TRANSMIT>,
    place: usize,
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let (header, frame) = self.ring.buffer(self.place).split_at_mut(HEADER);
        // No feature of the header is in use.
        header.fill(0);
        let result = fill(&mut frame[..length]);
        self.ring.lend(self.place, HEADER + length);
        result
    }
}

impl Driver for Card {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Received<'_>, Sending<'_>)> {
        EVENT.register(cx.waker());
        // A frame may have to be answered: without room for that it waits.
        let free = self.free()?;
        let (place, length) = self.receive.take_back()?;
        let received = Received {
            ring: &mut self.receive,
            place,
            length,
        };
        let sending = Sending {
            ring: &mut self.transmit,
            place: free,
        };
        Some((received, sending))
    }

    fn transmit(&mut self, cx: &mut Context<'_>) -> Option<Sending<'_>> {
        EVENT.register(cx.waker());
        let place = self.free()?;
        Some(Sending {
            ring: &mut self.transmit,
            place,
        })
    }

    fn link_state(&mut self, _cx: &mut Context<'_>) -> LinkState {
        LinkState::Up
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = FRAME;
        capabilities.max_burst_size = Some(RECEIVE);
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet(self.address)
    }
}
