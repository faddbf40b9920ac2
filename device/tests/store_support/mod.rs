//! NOR flash whose power can be cut, and a device of settings to be stored.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code, unreachable_pub)]

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use goe_device::clock::Clock;
use goe_device::store::{Flash, Found, MountError, Store};
use goe_runtime::descriptor::Capacities;
use goe_runtime::device::{Feed, Record, Stored, Table, Written};
use goe_runtime::{
    Access, Category, Descriptor, KeyIndex, KeySet, Lookup, Profile, Registry, Type, WriteError,
    value,
};

/// Longest stored value.
pub const VALUE: usize = 300;

/// Numbers by Steele and Vigna's splitmix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From `GOE_SEED`, so that a run can be repeated with other numbers.
    pub fn from_env() -> Self {
        let seed = std::env::var("GOE_SEED").ok();
        let seed = seed.map_or(1, |text| text.parse().expect("GOE_SEED is a number"));
        println!("GOE_SEED={seed}");
        Random(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }
}

/// The effect of a power cut on the operation during which it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// It has not begun.
    Before,
    /// A part from the front is done.
    Front,
    /// A part from the back is done.
    Back,
    /// Of each bit that changes, chance decides.
    Bits,
    /// Of an erase, only the zeros that some flash writes everywhere first.
    Zeros,
    /// It is done, and nobody hears of it.
    After,
}

impl Tear {
    pub const ALL: [Tear; 6] = [
        Tear::Before,
        Tear::Front,
        Tear::Back,
        Tear::Bits,
        Tear::Zeros,
        Tear::After,
    ];
}

/// When the power goes.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// So many writes and erases are done before.
    pub after: usize,
    pub tear: Tear,
    pub seed: u64,
}

/// The contents of the flash when the power is off.
#[derive(Clone, Debug)]
pub struct Cells {
    pub bytes: Vec<u8>,
    /// Erases of each unit that began.
    pub erases: Vec<u64>,
    /// Writes and erases since the power came on.
    pub operations: usize,
    pub cut: Option<Cut>,
    pub is_off: bool,
    /// Copies that were set aside.
    pub set_aside: usize,
}

/// NOR flash as strict as the strictest: aligned to words, bits only from one
/// to zero, erased in units.
#[derive(Clone, Debug)]
pub struct Nor<const READ: usize, const WORD: usize, const UNIT: usize>(pub Rc<RefCell<Cells>>);

/// A misuse of the flash: a fault of the firmware's.
#[derive(Debug)]
pub struct Misuse(&'static str);

impl NorFlashError for Misuse {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> Nor<READ, WORD, UNIT> {
    pub fn new(units: usize) -> Self {
        Nor(Rc::new(RefCell::new(Cells {
            bytes: vec![0xFF; units * UNIT],
            erases: vec![0; units],
            operations: 0,
            cut: None,
            is_off: false,
            set_aside: 0,
        })))
    }

    /// The same contents, with the power on again.
    pub fn booted(&self, cut: Option<Cut>) -> Self {
        let mut cells = self.0.borrow().clone();
        cells.operations = 0;
        cells.cut = cut;
        cells.is_off = false;
        Nor(Rc::new(RefCell::new(cells)))
    }

    pub fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    pub fn is_off(&self) -> bool {
        self.0.borrow().is_off
    }

    fn range(&self, offset: u32, length: usize, align: usize) -> std::ops::Range<usize> {
        let start = offset as usize;
        let end = start + length;
        assert!(end <= self.0.borrow().bytes.len(), "beyond the end");
        assert!(
            start.is_multiple_of(align),
            "{start} is no multiple of {align}"
        );
        assert!(
            length.is_multiple_of(align),
            "{length} is no multiple of {align}"
        );
        start..end
    }

    /// Turns a range into what shall be there, unless the power goes.
    async fn change(&self, range: std::ops::Range<usize>, wanted: &[u8]) {
        {
            let mut cells = self.0.borrow_mut();
            let cells = &mut *cells;
            let held = &mut cells.bytes[range];
            match cells.cut.filter(|cut| cut.after == cells.operations) {
                None => held.copy_from_slice(wanted),
                Some(cut) => {
                    tear(held, wanted, cut);
                    cells.is_off = true;
                }
            }
            cells.operations += 1;
        }
        if self.is_off() {
            std::future::pending().await
        }
    }
}

fn tear(held: &mut [u8], wanted: &[u8], cut: Cut) {
    let mut random = Random(cut.seed);
    match cut.tear {
        Tear::Before => {}
        Tear::Front => {
            let end = random.below(held.len() + 1);
            held[..end].copy_from_slice(&wanted[..end]);
        }
        Tear::Back => {
            let start = random.below(held.len() + 1);
            held[start..].copy_from_slice(&wanted[start..]);
        }
        Tear::Bits => {
            for (held, wanted) in held.iter_mut().zip(wanted) {
                *held ^= (*held ^ wanted) & random.draw() as u8;
            }
        }
        Tear::Zeros if wanted.iter().all(|&byte| byte == 0xFF) => held.fill(0),
        Tear::Zeros | Tear::After => held.copy_from_slice(wanted),
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> ErrorType for Nor<READ, WORD, UNIT> {
    type Error = Misuse;
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> ReadNorFlash
    for Nor<READ, WORD, UNIT>
{
    const READ_SIZE: usize = READ;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Misuse> {
        let range = self.range(offset, bytes.len(), READ);
        bytes.copy_from_slice(&self.0.borrow().bytes[range]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.borrow().bytes.len()
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> NorFlash for Nor<READ, WORD, UNIT> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = UNIT;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Misuse> {
        let range = self.range(from, (to - from) as usize, UNIT);
        // Each unit is an operation of its own.
        for unit in range.step_by(UNIT) {
            self.0.borrow_mut().erases[unit / UNIT] += 1;
            self.change(unit..unit + UNIT, &[0xFF; UNIT]).await;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Misuse> {
        let range = self.range(offset, bytes.len(), WORD);
        let raises = {
            let cells = self.0.borrow();
            let mut pairs = cells.bytes[range.clone()].iter().zip(bytes);
            pairs.any(|(held, new)| !held & new != 0)
        };
        if raises {
            return Err(Misuse("a bit is written from zero to one"));
        }
        self.change(range, bytes).await;
        Ok(())
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> Flash for Nor<READ, WORD, UNIT> {
    async fn set_aside(&mut self) -> Result<(), Misuse> {
        self.0.borrow_mut().set_aside += 1;
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), Misuse> {
        Ok(())
    }
}

static DESCRIPTORS: [Descriptor; 8] = Descriptor::table(
    [
        ("a", 0),
        ("bb", 0),
        ("ccc", 0),
        ("dddd", 0),
        ("eeeee", 0),
        ("long_name_of_a_key_that_has_31_b", 0),
        ("n", 1),
        ("r", 2),
    ],
    &PROFILES,
);

static PROFILES: [Profile; 3] = [
    Profile::new(
        Access::ReadWrite,
        Category::Config,
        Type::ANY.at_most(VALUE as u16),
    ),
    Profile::new(
        Access::ReadWrite,
        Category::Config,
        Type::UINT8.within(0, 9),
    ),
    Profile::new(Access::Read, Category::Status, Type::BOOL),
];

static REGISTRY: Registry = Registry {
    descriptors: &DESCRIPTORS,
    lookup: Lookup::SCAN,
    capacities: Capacities::of(&DESCRIPTORS),
};

/// Keys whose values are any JSON.
pub const ANY_KEYS: usize = 6;

/// Settings in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub settings: [Option<String>; DESCRIPTORS.len()],
    pub counters: Option<Vec<u8>>,
}

/// A device with settings and counters.
#[derive(Default)]
pub struct Settings {
    pub held: RefCell<Held>,
    unsaved: Feed<KeySet<1>>,
    counters_changed: Cell<bool>,
}

impl Settings {
    pub fn with(held: Held) -> Self {
        Settings {
            held: RefCell::new(held),
            ..Settings::default()
        }
    }

    pub fn set(&self, key: usize, json: String) {
        self.held.borrow_mut().settings[key] = Some(json);
        self.unsaved.insert(KeyIndex(key as u16));
    }

    pub fn count(&self, record: Vec<u8>) {
        self.held.borrow_mut().counters = Some(record);
        self.counters_changed.set(true);
        self.unsaved.ring();
    }

    /// Returns whether everything is stored.
    pub fn is_stored(&self) -> bool {
        self.unsaved.is_empty() && !self.counters_changed.get()
    }
}

impl Table for Settings {
    type Keys = KeySet<1>;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl Stored for Settings {
    fn unsaved(&self) -> &Feed<KeySet<1>> {
        &self.unsaved
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        let held = self.held.borrow();
        let value = held.settings[usize::from(key.0)].as_ref()?.as_bytes();
        let same = json.get(..value.len()) == Some(value);
        let fits = value.len().min(json.len());
        json[..fits].copy_from_slice(&value[..fits]);
        Some(Written {
            length: value.len(),
            changed: !same,
        })
    }

    fn counters(&self) -> Option<Record> {
        let held = self.held.borrow();
        let record = held
            .counters
            .as_ref()
            .filter(|_| self.counters_changed.get())?;
        Some(Record::from_slice(record).expect("a short record"))
    }

    fn counters_stored(&self, record: &[u8]) {
        let held = self.held.borrow();
        if held.counters.as_deref() == Some(record) {
            self.counters_changed.set(false);
        }
    }

    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        value::read(REGISTRY.descriptor(key), json, &mut value::Value::Null)?;
        self.held.borrow_mut().settings[usize::from(key.0)] = Some(json.to_owned());
        Ok(())
    }

    fn restore_counters(&self, record: &[u8]) -> bool {
        self.held.borrow_mut().counters = Some(record.to_vec());
        record.len() == 8
    }
}

/// A clock that stands still.
#[derive(Clone, Copy)]
pub struct Stopped;

impl Clock for Stopped {
    fn now_ms(self) -> u64 {
        0
    }

    async fn until(self, _: u64) {
        std::future::pending().await
    }
}

/// Polls once: flash here is ready or has lost its power.
pub fn poll<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Boots: mounts the flash and reads what is stored. `None` when the power goes.
pub fn boot<F: Flash<Error = Misuse> + Clone>(flash: &F) -> Option<(Held, Found)> {
    let mut item = buffer::<F>();
    let settings = Settings::default();
    let booting = async {
        let mounted = Store::mount(flash.clone(), &mut item).await;
        let (mut store, mut found) = mounted.map_err(failed).expect("flash can be mounted");
        let restored = store.restore(&settings, &mut found).await;
        restored.expect("flash can be read");
        found
    };
    let found = poll(booting)?;
    Some((settings.held.into_inner(), found))
}

/// Boots, and then stores what has changed. `None` when the power goes.
pub fn store<F: Flash<Error = Misuse> + Clone>(flash: &F, settings: &Settings) -> Option<Found> {
    let mut item = buffer::<F>();
    let storing = async {
        let mounted = Store::mount(flash.clone(), &mut item).await;
        let (mut store, found) = mounted.map_err(failed).expect("flash can be mounted");
        store
            .run(settings, Stopped, poll_fn(|_| Poll::Ready(())))
            .await;
        found
    };
    poll(storing)
}

fn failed(error: MountError<Misuse>) -> String {
    format!("{error:?}")
}

fn buffer<F: Flash>() -> Vec<u8> {
    vec![0; Store::<F>::item_capacity(VALUE)]
}
