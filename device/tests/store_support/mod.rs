//! A device of settings to be stored.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code, unreachable_pub)]

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use goe_device::clock::Clock;
use goe_device::store::{Flash, Found, MountError, Store};
use goe_runtime::descriptor::Capacities;
use goe_runtime::device::{Feed, Record, RecordKind, Stored, Table, Written};
use goe_runtime::{
    Access, Category, Descriptor, KeyIndex, KeySet, Lookup, Profile, Registry, Type, WriteError,
    value,
};

#[allow(unused_imports)]
pub use goe_nor::{Cut, Misuse, Nor, Random, Tear};

/// From `GOE_SEED`, so that a run can be repeated with other numbers.
pub fn random() -> Random {
    let seed = std::env::var("GOE_SEED").ok();
    let seed = seed.map_or(1, |text| text.parse().expect("GOE_SEED is a number"));
    println!("GOE_SEED={seed}");
    Random::new(seed)
}

/// Longest stored value.
pub const VALUE: usize = 300;

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

    fn record(&self, which: RecordKind) -> Option<Record> {
        if which == RecordKind::Credential {
            return None;
        }
        let held = self.held.borrow();
        let record = held
            .counters
            .as_ref()
            .filter(|_| self.counters_changed.get())?;
        Some(Record::from_slice(record).expect("a short record"))
    }

    fn record_stored(&self, _which: RecordKind, record: &[u8]) {
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

    fn restore_record(&self, _which: RecordKind, record: &[u8]) -> bool {
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
