//! virtio's network card as embassy-net's driver.
//!
//! The card reads and writes memory by itself; between handing a buffer over
//! and taking it back nobody here touches it. Its interrupt does nothing but
//! wake the network task.

use core::cell::RefCell;
use core::ops::Range;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::waitqueue::GenericAtomicWaker;
use riscv::interrupt::Interrupt;
use virtio_drivers::device::net::VirtIONetRaw;
use virtio_drivers::transport::mmio::{MmioTransport, VirtIOHeader};
use virtio_drivers::transport::{DeviceType, Transport};
use virtio_drivers::{BufferDirection, Hal, PAGE_SIZE, PhysAddr};

/// Where the machine's eight virtio devices may be, and their interrupts.
const SLOTS: usize = 8;
const SLOT_BASE: usize = 0x1000_1000;
const SLOT_SIZE: usize = 0x1000;
const FIRST_INTERRUPT: usize = 1;
/// Of a device's registers.
const INTERRUPT_STATUS: usize = 0x60;
const INTERRUPT_ACK: usize = 0x64;

/// The interrupt controller (PLIC), hart 0 in machine mode.
const PLIC_PRIORITY: usize = 0x0c00_0000;
const PLIC_ENABLE: usize = 0x0c00_2000;
const PLIC_THRESHOLD: usize = 0x0c20_0000;
const PLIC_CLAIM: usize = 0x0c20_0004;

const FRAME: usize = 1514;
/// virtio's header and a frame.
const BUFFER: usize = 1526;
const RECEIVE: usize = 4;
const TRANSMIT: usize = 2;
const QUEUE: usize = 4;

fn read(address: usize) -> u32 {
    // SAFETY: called with the constants above only, which are registers that
    // the machine always has.
    unsafe { core::ptr::with_exposed_provenance::<u32>(address).read_volatile() }
}

fn write(address: usize, value: u32) {
    // SAFETY: as for `read`.
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

/// Memory that the card and its driver share.
#[repr(align(4096))]
struct Pages([[u8; PAGE_SIZE]; PAGES]);
const PAGES: usize = 4;
static mut POOL: Pages = Pages([[0; PAGE_SIZE]; PAGES]);
static TAKEN: AtomicUsize = AtomicUsize::new(0);

struct Machine;

// SAFETY: addresses are physical ones, as the machine runs without translation.
// Pages are handed out once each, from a pool that nothing else names, zeroed
// as all of .bss and aligned by its type.
unsafe impl Hal for Machine {
    fn dma_alloc(pages: usize, _direction: BufferDirection) -> (PhysAddr, NonNull<u8>) {
        let first = TAKEN.load(Ordering::Relaxed);
        assert!(first + pages <= PAGES, "the pool holds what one card needs");
        TAKEN.store(first + pages, Ordering::Relaxed);
        let pool = NonNull::from(unsafe { &mut (*(&raw mut POOL)).0[first] }).cast::<u8>();
        (pool.as_ptr().expose_provenance() as PhysAddr, pool)
    }

    unsafe fn dma_dealloc(_paddr: PhysAddr, _vaddr: NonNull<u8>, _pages: usize) -> i32 {
        // The card is never given up.
        0
    }

    unsafe fn mmio_phys_to_virt(paddr: PhysAddr, _size: usize) -> NonNull<u8> {
        let address = core::ptr::with_exposed_provenance_mut(paddr as usize);
        NonNull::new(address).unwrap_or(NonNull::dangling())
    }

    unsafe fn share(buffer: NonNull<[u8]>, _direction: BufferDirection) -> PhysAddr {
        buffer.cast::<u8>().as_ptr().expose_provenance() as PhysAddr
    }

    unsafe fn unshare(_paddr: PhysAddr, _buffer: NonNull<[u8]>, _direction: BufferDirection) {}
}

type Raw = VirtIONetRaw<Machine, MmioTransport<'static>, QUEUE>;

/// Buffers of the card.
pub(crate) struct Buffers {
    receive: [[u8; BUFFER]; RECEIVE],
    transmit: [[u8; BUFFER]; TRANSMIT],
}

impl Buffers {
    pub(crate) const NEW: Self = Buffers {
        receive: [[0; BUFFER]; RECEIVE],
        transmit: [[0; BUFFER]; TRANSMIT],
    };
}

/// The network card.
pub(crate) struct Card {
    /// Borrowed for single calls only: a frame is answered while it is held.
    raw: RefCell<Raw>,
    receive: &'static mut [[u8; BUFFER]; RECEIVE],
    /// Which buffer a token of the receive queue stands for.
    received: [usize; QUEUE],
    transmit: &'static mut [[u8; BUFFER]; TRANSMIT],
    /// The token and length under which each transmit buffer is being sent.
    sending: [Option<(u16, usize)>; TRANSMIT],
}

impl Card {
    /// Finds the card and gives it its buffers; `None` when there is none.
    pub(crate) fn start(buffers: &'static mut Buffers) -> Option<Self> {
        let slot = (0..SLOTS).find_map(|slot| {
            let base = SLOT_BASE + slot * SLOT_SIZE;
            let header = core::ptr::with_exposed_provenance_mut::<VirtIOHeader>(base);
            // SAFETY: the slot is one of the machine's eight, each of this size,
            // and nobody else drives it.
            let transport = unsafe { MmioTransport::new(NonNull::new(header)?, SLOT_SIZE) }.ok()?;
            let found = transport.device_type() == DeviceType::Network;
            found.then_some((slot, base, transport))
        });
        let (slot, base, transport) = slot?;
        let Buffers { receive, transmit } = buffers;
        let mut card = Card {
            raw: RefCell::new(Raw::new(transport).ok()?),
            receive,
            received: [0; QUEUE],
            transmit,
            sending: [None; TRANSMIT],
        };
        for index in 0..RECEIVE {
            give(&card.raw, &mut card.received, card.receive, index);
        }
        CARD.store(base, Ordering::Relaxed);
        let interrupt = FIRST_INTERRUPT + slot;
        write(PLIC_PRIORITY + 4 * interrupt, 1);
        write(PLIC_ENABLE, 1 << interrupt);
        write(PLIC_THRESHOLD, 0);
        // SAFETY: the handler above is in place.
        unsafe { riscv::register::mie::set_mext() };
        Some(card)
    }

    /// Takes a received frame: its buffer, and where it lies in there.
    fn take(&mut self) -> Option<(usize, Range<usize>)> {
        let raw = self.raw.get_mut();
        let token = raw.poll_receive()?;
        let index = self.received[usize::from(token) % QUEUE];
        // SAFETY: this buffer was given under this token.
        let taken = unsafe { raw.receive_complete(token, &mut self.receive[index]) };
        let (header, length) = taken.ok()?;
        Some((index, header..header + length))
    }

    /// A transmit buffer that is free.
    fn free(&mut self) -> Option<usize> {
        let raw = self.raw.get_mut();
        // The card gives them back in any order, each once.
        for _ in 0..TRANSMIT {
            let Some(done) = raw.poll_transmit() else {
                break;
            };
            for (sending, buffer) in self.sending.iter_mut().zip(&*self.transmit) {
                if let Some((token, length)) = *sending
                    && token == done
                {
                    // SAFETY: this is what was sent under this token. It is ours
                    // again whatever the card says of it.
                    let _ = unsafe { raw.transmit_complete(token, &buffer[..length]) };
                    *sending = None;
                }
            }
        }
        self.sending.iter().position(Option::is_none)
    }
}

/// Hands a receive buffer to the card.
fn give(
    raw: &RefCell<Raw>,
    received: &mut [usize; QUEUE],
    buffers: &mut [[u8; BUFFER]; RECEIVE],
    index: usize,
) {
    // SAFETY: the buffer is not touched until `take` gets its token back.
    match unsafe { raw.borrow_mut().receive_begin(&mut buffers[index]) } {
        Ok(token) => received[usize::from(token) % QUEUE] = index,
        Err(error) => log::error!("net: a receive buffer is lost: {error:?}"),
    }
}

/// A frame that was received.
pub(crate) struct Received<'a> {
    raw: &'a RefCell<Raw>,
    received: &'a mut [usize; QUEUE],
    buffers: &'a mut [[u8; BUFFER]; RECEIVE],
    index: usize,
    frame: Range<usize>,
}

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, read: F) -> R {
        let result = read(&mut self.buffers[self.index][self.frame]);
        give(self.raw, self.received, self.buffers, self.index);
        result
    }
}

/// Room for a frame to be sent.
pub(crate) struct Sending<'a> {
    raw: &'a RefCell<Raw>,
    buffer: &'a mut [u8; BUFFER],
    sending: &'a mut Option<(u16, usize)>,
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let mut raw = self.raw.borrow_mut();
        // The buffer has room for the header of any version.
        let header = raw.fill_buffer_header(self.buffer).unwrap_or(0);
        let end = header + length.min(FRAME);
        let result = fill(&mut self.buffer[header..end]);
        // SAFETY: the buffer is not touched until `free` gets its token back.
        match unsafe { raw.transmit_begin(&self.buffer[..end]) } {
            Ok(token) => *self.sending = Some((token, end)),
            // The frame is lost, as frames may be.
            Err(error) => log::warn!("net: a frame was not sent: {error:?}"),
        }
        result
    }
}

impl Driver for Card {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Received<'_>, Sending<'_>)> {
        EVENT.register(cx.waker());
        let free = self.free()?;
        let (index, frame) = self.take()?;
        let received = Received {
            raw: &self.raw,
            received: &mut self.received,
            buffers: self.receive,
            index,
            frame,
        };
        let sending = Sending {
            raw: &self.raw,
            buffer: &mut self.transmit[free],
            sending: &mut self.sending[free],
        };
        Some((received, sending))
    }

    fn transmit(&mut self, cx: &mut Context<'_>) -> Option<Sending<'_>> {
        EVENT.register(cx.waker());
        let free = self.free()?;
        Some(Sending {
            raw: &self.raw,
            buffer: &mut self.transmit[free],
            sending: &mut self.sending[free],
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
        HardwareAddress::Ethernet(self.raw.borrow().mac_address())
    }
}
