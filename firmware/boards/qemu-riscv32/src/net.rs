//! virtio's network card as embassy-net's driver.
//!
//! A card has two [rings](Ring), of frames received and frames to send. Its interrupt does
//! nothing but wake the network task.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::waitqueue::GenericAtomicWaker;
use riscv::interrupt::Interrupt;

use crate::virtio::{
    CONFIG, FOR_WRITING, Found, INTERRUPT_ACK, INTERRUPT_STATUS, Memory, Ring, read, write,
};

/// The kind of device.
const NETWORK: u32 = 1;
/// The only features that are wanted: the card's own address (bit 5), and the
/// modern form of everything (bit 32, the second word's first).
const FEATURES: [u32; 2] = [1 << 5, 1];

/// The interrupt controller (PLIC), hart 0 in machine mode.
const PLIC_PRIORITY: usize = 0x0c00_0000;
const PLIC_ENABLE: usize = 0x0c00_2000;
const PLIC_THRESHOLD: usize = 0x0c20_0000;
const PLIC_CLAIM: usize = 0x0c20_0004;

/// The longest frame, and virtio's header before each. Every host of IPv4 takes datagrams of
/// 576 bytes, and peers are told of it.
const FRAME: usize = 14 + 576;
/// Two of its segments are on their way at any time: a peer puts off to acknowledge a lone one.
const SEGMENT: usize = FRAME - 14 - 20 - 20;
const _: () = assert!(2 * SEGMENT <= goe_embassy::SENT_AHEAD);
const HEADER: usize = 12;
const BUFFER: usize = HEADER + FRAME;

/// The two rings, and how many frames each holds: powers of two.
const RECEIVE: usize = 4;
const TRANSMIT: usize = 2;
const RECEIVE_QUEUE: u32 = 0;
const TRANSMIT_QUEUE: u32 = 1;

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

/// Memory of both rings.
pub(crate) struct Rings {
    receive: Memory<RECEIVE, BUFFER>,
    transmit: Memory<TRANSMIT, BUFFER>,
}

impl Rings {
    pub(crate) const NEW: Self = Rings {
        receive: Memory::NEW,
        transmit: Memory::NEW,
    };
}

/// The network card.
pub(crate) struct Card {
    receive: Ring<RECEIVE, BUFFER>,
    transmit: Ring<TRANSMIT, BUFFER>,
    address: [u8; 6],
}

impl Card {
    /// Finds the card and gives it its memory; `None` when there is none.
    pub(crate) fn start(rings: &'static mut Rings) -> Option<Self> {
        let found = Found::of_kind(NETWORK, FEATURES)?;
        let card = found.base;
        let Rings { receive, transmit } = rings;
        let mut receive = Ring::new(receive, card, RECEIVE_QUEUE, FOR_WRITING);
        let transmit = Ring::new(transmit, card, TRANSMIT_QUEUE, 0);
        found.go();
        for place in 0..RECEIVE {
            receive.lend(place, BUFFER);
        }
        let words = [read(card + CONFIG), read(card + CONFIG + 4)].map(u32::to_le_bytes);
        let [[a, b, c, d], [e, f, ..]] = words;

        CARD.store(card, Ordering::Relaxed);
        write(PLIC_PRIORITY + 4 * found.interrupt, 1);
        write(PLIC_ENABLE, 1 << found.interrupt);
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
    ring: &'a mut Ring<RECEIVE, BUFFER>,
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
    ring: &'a mut Ring<TRANSMIT, BUFFER>,
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
