//! A setting that changed its meaning: what an earlier layout stored is given today's,
//! once, and a power cut on the way changes nothing of that.

mod store_support;

use goe_device::store::Store;
use goe_runtime::device::{Feed, Stored, Table, Written};
use goe_runtime::{KeyIndex, KeySet, Registry, WriteError};
use store_support::{Cut, Nor, Settings, Tear, boot, poll, store};

type Small = Nor<1, 4, 1024>;

/// The same device with a later firmware, in which the first key is a hundred times what
/// it was.
#[derive(Default)]
struct Later(Settings);

const KEY: KeyIndex = KeyIndex(0);

impl Later {
    fn value(&self) -> Option<String> {
        self.0.held.borrow().settings[0].clone()
    }
}

impl Table for Later {
    type Keys = KeySet<1>;

    fn registry(&self) -> &'static Registry {
        self.0.registry()
    }
}

impl Stored for Later {
    fn unsaved(&self) -> &Feed<KeySet<1>> {
        self.0.unsaved()
    }

    fn setting(&self, key: KeyIndex, json: &mut [u8]) -> Option<Written> {
        self.0.setting(key, json)
    }

    fn restore(&self, key: KeyIndex, json: &str) -> Result<(), WriteError> {
        self.0.restore(key, json)
    }

    fn layout(&self) -> u8 {
        2
    }

    fn outdated(&self, layout: u8) -> impl Iterator<Item = KeyIndex> {
        (layout < 2).then_some(KEY).into_iter()
    }

    fn modernize(&self, key: KeyIndex) {
        assert_eq!(key, KEY);
        let value = &mut self.0.held.borrow_mut().settings[0];
        *value = value.as_ref().map(|before| format!("{before}00"));
    }
}

/// Boots with the later firmware. `None` when the power goes.
fn boot_later(flash: &Small) -> Option<Later> {
    let later = Later::default();
    let mut item = vec![0; Store::<Small>::item_capacity(256)];
    let booting = async {
        let mounted = Store::mount(flash.clone(), &mut item).await;
        let (mut store, mut found) = mounted.expect("flash can be mounted");
        store
            .restore(&later, &mut found)
            .await
            .expect("flash can be read");
        assert!(!found.set_aside && found.skipped == 0);
    };
    poll(booting)?;
    Some(later)
}

/// As the firmware of before leaves it.
fn of_before() -> Small {
    let flash = Small::new(5);
    let source = Settings::default();
    source.set(0, "7".to_owned());
    source.set(1, "8".to_owned());
    store(&flash, &source).expect("power");
    flash.booted(None)
}

#[test]
fn what_was_stored_before_is_given_its_meaning_once() {
    let mut flash = of_before();
    for _ in 0..3 {
        flash = flash.booted(None);
        let later = boot_later(&flash).expect("power");
        assert_eq!(later.value().as_deref(), Some("700"));
        assert_eq!(later.0.held.borrow().settings[1].as_deref(), Some("8"));
    }
    // What is set afterwards has today's meaning from the start.
    let later = boot_later(&flash).expect("power");
    later.0.set(0, "9".to_owned());
    store(&flash, &later.0).expect("power");
    let later = boot_later(&flash.booted(None)).expect("power");
    assert_eq!(later.value().as_deref(), Some("9"));
}

#[test]
fn blank_flash_has_todays_layout() {
    let flash = Small::new(5);
    assert_eq!(boot_later(&flash).expect("power").value(), None);
    let source = Settings::default();
    source.set(0, "3".to_owned());
    store(&flash, &source).expect("power");
    let later = boot_later(&flash.booted(None)).expect("power");
    assert_eq!(later.value().as_deref(), Some("3"));
}

#[test]
fn a_power_cut_on_the_way_changes_nothing_of_it() {
    let whole = of_before().booted(None);
    boot_later(&whole).expect("power");
    let operations = whole.operations();
    assert!(operations > 3, "{operations}");
    for after in 0..operations {
        for tear in Tear::ALL {
            let seed = after as u64;
            let flash = of_before().booted(Some(Cut { after, tear, seed }));
            assert!(boot_later(&flash).is_none(), "cut {after}");
            for _ in 0..2 {
                let flash = flash.booted(None);
                let later = boot_later(&flash).expect("power");
                assert_eq!(
                    later.value().as_deref(),
                    Some("700"),
                    "cut {after}, {tear:?}"
                );
                let later = boot_later(&flash.booted(None)).expect("power");
                assert_eq!(
                    later.value().as_deref(),
                    Some("700"),
                    "cut {after}, {tear:?}"
                );
            }
        }
    }
}

/// The firmware of before does not know the mark, and reads the rest.
#[test]
fn the_mark_stands_beside_the_header() {
    let flash = of_before();
    boot_later(&flash).expect("power");
    let (held, found) = boot(&flash.booted(None)).expect("power");
    assert_eq!(held.settings[0].as_deref(), Some("700"));
    assert_eq!((found.settings, found.skipped), (2, 0));
}
