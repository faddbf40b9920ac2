//! Any bytes as what a Modbus master sends: each whole frame has one whole answer, which
//! is of the device or an exception, in memory of any size that is enough for the table.

mod wire_support;

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use goe_device::http::Slots;
use goe_device::modbus::{FRAME_MAX, HEADER, frame_for, rest, serve};
use goe_runtime::descriptor::{Capacities, Registry};
use goe_runtime::device::{Bell, Registered, Table as _};
use goe_runtime::lookup::Lookup;
use goe_runtime::modbus::{Coding, Exception, Register, Table, Wanted};
use goe_runtime::{KeySet, device};
use proptest::prelude::*;
use wire_support::{Stopped, Wire};

/// Ten registers that count upwards from what was written last to the first of them.
struct Counter {
    first: RefCell<u16>,
    changed: Bell,
}

static ROWS: [Register; 1] = [Register::new(Table::Holding, 10, 10, Coding::Ascii)];

static REGISTRY: Registry = Registry {
    descriptors: &[],
    lookup: Lookup::SCAN,
    capacities: Capacities::of(&[]),
};

impl device::Table for Counter {
    type Keys = KeySet<1>;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl Registered for Counter {
    fn modbus(&self) -> Wanted {
        Wanted::default()
    }

    fn modbus_changed(&self) -> &Bell {
        &self.changed
    }

    fn read_registers(&self, table: Table, first: u16, bytes: &mut [u8]) -> Result<(), Exception> {
        assert!(!bytes.is_empty() && bytes.len().is_multiple_of(2) && bytes.len() <= 250);
        if table == Table::Input || first < 10 || usize::from(first) + bytes.len() / 2 > 20 {
            return Err(Exception::Address);
        }
        for (at, register) in (first - 10..).zip(bytes.chunks_exact_mut(2)) {
            register.copy_from_slice(&self.first.borrow().wrapping_add(at).to_be_bytes());
        }
        Ok(())
    }

    fn write_registers(&self, first: u16, bytes: &[u8]) -> Result<(), Exception> {
        assert!(!bytes.is_empty() && bytes.len().is_multiple_of(2) && bytes.len() <= 246);
        if first != 10 || bytes.len() != 2 {
            return Err(Exception::Value);
        }
        *self.first.borrow_mut() = u16::from_be_bytes([bytes[0], bytes[1]]);
        Ok(())
    }
}

/// The answers to these bytes.
fn answers(bytes: &[u8], piece: usize, memory: usize) -> Vec<u8> {
    let device = Counter {
        first: RefCell::new(0),
        changed: Bell::new(),
    };
    assert!(device.find("x").is_none());
    let mut hears = Vec::new();
    let socket = Wire {
        sends: bytes,
        piece,
        hears: &mut hears,
    };
    let slots = Slots::<_, 1>::new(Stopped);
    let mut frame = vec![0; memory];
    let served = async {
        let slot = slots.claim().await;
        serve(&device, slot, socket, &mut frame).await;
    };
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(served).poll(&mut context).is_ready(), "it ends");
    hears
}

/// What comes before the function.
fn header(transaction: u16, length: usize, unit: u8) -> [u8; HEADER] {
    let [[a, b], [c, d]] = [transaction, length as u16 + 1].map(u16::to_be_bytes);
    [a, b, 0, 0, c, d, unit]
}

/// What each frame must have for an answer, worked out without the codec.
fn expected(frames: &[(u16, u8, Vec<u8>)]) -> Vec<u8> {
    let (mut value, mut all) = (0u16, Vec::new());
    for (transaction, unit, pdu) in frames {
        let two = |at: usize| u16::from_be_bytes([pdu[at], pdu[at + 1]]);
        let exception = |number| vec![pdu[0] | 0x80, number];
        let answer = match pdu[0] {
            3 | 4 if pdu.len() == 5 => match (pdu[0], two(1), two(3)) {
                (_, _, 0 | 126..) => exception(3),
                (3, first @ 10.., count) if u32::from(first) + u32::from(count) <= 20 => {
                    let registers = (first - 10..).take(count.into());
                    let bytes = registers.flat_map(|at| value.wrapping_add(at).to_be_bytes());
                    [3, 2 * count as u8].into_iter().chain(bytes).collect()
                }
                _ => exception(2),
            },
            16 if pdu.len() == 8 && two(1) == 10 && two(3) == 1 && pdu[5] == 2 => {
                value = two(6);
                pdu[..5].to_vec()
            }
            3 | 4 | 16 => exception(3),
            _ => exception(1),
        };
        all.extend(header(*transaction, answer.len(), *unit));
        all.extend(answer);
    }
    all
}

fn pdu() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>;
    let read = (prop_oneof![Just(3u8), Just(4)], 8u16..22, 0u16..13);
    let read = read.prop_map(|(function, first, count)| {
        let [[a, b], [c, d]] = [first, count].map(u16::to_be_bytes);
        vec![function, a, b, c, d]
    });
    let write = (9u16..12, byte(), byte())
        .prop_map(|(first, a, b)| vec![16, 0, first as u8, 0, 1, 2, a, b]);
    let any_bytes = prop::collection::vec(byte(), 1..254);
    let known = (prop_oneof![Just(3u8), Just(4), Just(16)], any_bytes.clone());
    let known = known.prop_map(|(function, mut rest)| {
        rest[0] = function;
        rest
    });
    prop_oneof![4 => read, 2 => write, 1 => any_bytes, 2 => known]
}

proptest! {
    /// Requests one behind the other, in pieces of any size.
    #[test]
    fn each_frame_has_its_answer(
        frames in prop::collection::vec((any::<u16>(), any::<u8>(), pdu()), 0..6),
        piece in 1usize..300,
    ) {
        let sent: Vec<u8> = frames.iter().flat_map(|(transaction, unit, pdu)| {
            let header = header(*transaction, pdu.len(), *unit);
            header.into_iter().chain(pdu.iter().copied()).collect::<Vec<_>>()
        }).collect();
        for memory in [FRAME_MAX, frame_for(&ROWS)] {
            prop_assert_eq!(answers(&sent, piece, memory), expected(&frames));
        }
    }

    /// Anything at all.
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..600), piece in 1usize..100) {
        for memory in [FRAME_MAX, frame_for(&ROWS)] {
            let heard = answers(&bytes, piece, memory);
            let mut rest_of = heard.as_slice();
            while let Some((header, behind)) = rest_of.split_first_chunk::<HEADER>() {
                let length = rest(header).expect("a header of Modbus");
                prop_assert!(behind.len() >= length);
                rest_of = &behind[length..];
            }
            prop_assert!(rest_of.is_empty());
        }
    }
}
