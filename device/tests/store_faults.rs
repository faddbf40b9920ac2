//! Faults of a store, at boot or later, that are nobody's power cut: values
//! and keys of another firmware, flash of another layout, noise, flash that is
//! full. Each is reported, and the device boots and stores on.

mod store_support;

use embedded_storage_async::nor_flash::NorFlash;
use goe_device::store::Found;
use store_support::{Held, Nor, Settings, boot, poll, random, store};

type Small = Nor<1, 4, 1024>;

/// Flash that holds these settings, by the position of their keys.
fn holding<const N: usize>(settings: [(usize, &str); N]) -> Small {
    let flash = Small::new(5);
    let source = Settings::default();
    for (key, json) in settings {
        source.set(key, json.to_owned());
    }
    store(&flash, &source).expect("power");
    flash.booted(None)
}

fn write(flash: &Small, offset: u32, bytes: &[u8]) {
    poll(flash.clone().write(offset, bytes))
        .expect("power")
        .expect("a write");
}

/// The place of some bytes in flash.
fn place(flash: &Small, text: &str) -> usize {
    let cells = flash.0.borrow();
    let mut places = cells.bytes.windows(text.len());
    places
        .position(|bytes| bytes == text.as_bytes())
        .expect("is stored")
}

#[test]
fn a_value_that_the_table_refuses_is_skipped() {
    // `n` goes from 0 to 9; an older table let it be more.
    let flash = holding([(0, "1"), (6, "77"), (2, "\"kept\"")]);
    let (held, found) = boot(&flash).expect("power");
    assert_eq!(held.settings[0].as_deref(), Some("1"));
    assert_eq!(held.settings[2].as_deref(), Some("\"kept\""));
    assert_eq!(held.settings[6], None);
    let expected = Found {
        settings: 2,
        skipped: 1,
        ..Found::default()
    };
    assert_eq!(found, expected);
    // The next value is stored over it.
    let source = Settings::with(held);
    source.set(6, "7".to_owned());
    store(&flash, &source).expect("power");
    let (held, found) = boot(&flash.booted(None)).expect("power");
    assert_eq!((held.settings[6].as_deref(), found.skipped), (Some("7"), 0));
}

#[test]
fn a_key_that_the_table_does_not_have_is_kept_for_an_older_firmware() {
    let flash = holding([(0, "1"), (1, "2")]);
    // `r` can only be read, so nothing of that name is stored by this firmware.
    let source = Settings::with(Held::default());
    source.set(7, "true".to_owned());
    store(&flash, &source).expect("power");
    for _ in 0..3 {
        let (held, found) = boot(&flash.booted(None)).expect("power");
        assert_eq!((found.settings, found.skipped), (2, 1));
        assert_eq!(held.settings[7], None);
    }
}

#[test]
fn counters_that_cannot_be_read_are_skipped() {
    let flash = holding([(0, "1")]);
    let source = Settings::default();
    source.count(vec![1, 2, 3]);
    store(&flash, &source).expect("power");
    let (_, found) = boot(&flash.booted(None)).expect("power");
    assert_eq!((found.settings, found.skipped), (1, 1));
}

#[test]
fn another_layout_is_set_aside_once() {
    let flash = holding([(0, "1")]);
    // The next version's digit, which clears bits of this one's.
    write(&flash, 12, &[b'o', b'r', b'e', 0]);
    let (held, found) = boot(&flash).expect("power");
    assert_eq!((held, found.set_aside), (Held::default(), true));
    assert_eq!(flash.0.borrow().set_aside, 1);
    let (_, found) = boot(&flash.booted(None)).expect("power");
    assert_eq!(found, Found::default());
}

#[test]
fn flash_that_is_something_else_is_set_aside() {
    let mut random = random();
    for what in 0..3 {
        let flash = Small::new(5);
        for byte in &mut flash.0.borrow_mut().bytes {
            *byte = match what {
                0 => random.draw() as u8,
                1 => 0,
                _ => b'x',
            };
        }
        let (held, found) = boot(&flash).expect("power");
        assert_eq!((held, found.set_aside), (Held::default(), true), "{what}");
        let source = Settings::default();
        source.set(0, "5".to_owned());
        store(&flash, &source).expect("power");
        let (held, _) = boot(&flash.booted(None)).expect("power");
        assert_eq!(held.settings[0].as_deref(), Some("5"), "{what}");
    }
}

#[test]
fn a_bit_that_fell_over_costs_one_value_at_most() {
    let mut random = random();
    for _ in 0..500 {
        let flash = holding([(0, "\"old\""), (1, "\"other\"")]);
        let source = Settings::with(boot(&flash).expect("power").0);
        source.set(0, "\"new\"".to_owned());
        store(&flash, &source).expect("power");
        // Within the items, each bit that is one.
        let end = place(&flash, "\"new\"") + 5;
        let at = 1028 + random.below(end - 1028);
        flash.0.borrow_mut().bytes[at] &= !(1 << random.below(8));
        let (held, found) = boot(&flash.booted(None)).expect("power");
        assert!(!found.set_aside, "a bit at {at}: {found:?}");
        let [first, second, ..] = held.settings;
        let is_one_of =
            |found: Option<&str>, values: &[&str]| found.is_none_or(|f| values.contains(&f));
        assert!(
            is_one_of(first.as_deref(), &["\"old\"", "\"new\""]),
            "{first:?}"
        );
        assert!(is_one_of(second.as_deref(), &["\"other\""]), "{second:?}");
        assert!(first.is_some() || second.is_some());
    }
}

#[test]
fn full_flash_keeps_what_it_has() {
    let flash = Nor::<1, 4, 1024>::new(4);
    let source = Settings::default();
    let long = |letter: &str| format!("\"{}\"", letter.repeat(290));
    for key in 0..6 {
        source.set(key, long("a"));
    }
    store(&flash, &source).expect("power");
    assert!(source.is_stored());
    // Two of three units hold all six; names and values beyond that do not fit.
    let mut refused = 0;
    for round in 0..40 {
        let before = boot(&flash.booted(None)).expect("power").0;
        let source = Settings::with(before.clone());
        let letter = ["b", "c", "d"][round % 3];
        for key in 0..6 {
            source.set(key, long(letter));
        }
        source.set(6, "7".to_owned());
        store(&flash, &source).expect("power");
        refused += usize::from(!source.is_stored());
        let (after, found) = boot(&flash.booted(None)).expect("power");
        assert!(!found.set_aside, "round {round}: {found:?}");
        for key in 0..6 {
            let value = after.settings[key].clone();
            let is_right = value == Some(long(letter)) || value == before.settings[key];
            assert!(is_right, "round {round}: key {key} is {value:?}");
        }
    }
    assert!(refused > 0, "it was never full");
}

#[test]
fn a_header_written_in_part_whose_checksum_is_right_by_chance() {
    let flash = holding([(0, "1"), (1, "\"kept\"")]);
    // The checksum of an item, a length of 600 bytes, and its checksum, which
    // is found by trying all; then nothing.
    let end = place(&flash, "\"kept\"") + 6;
    let at = end.next_multiple_of(4) as u32;
    write(
        &flash,
        at,
        &[0x12, 0x34, 0x56, 0x78, 0x58, 0x02, 0xbb, 0xf0],
    );
    let mended = flash.booted(None);
    boot(&mended).expect("power");
    assert!(mended.operations() > 0, "the checksum is not right");
    let (held, found) = boot(&flash.booted(None)).expect("power");
    assert!(!found.set_aside, "{found:?}");
    assert_eq!(held.settings[0].as_deref(), Some("1"));
    assert_eq!(held.settings[1].as_deref(), Some("\"kept\""));
    let source = Settings::with(held);
    source.set(0, "2".to_owned());
    store(&flash, &source).expect("power");
    let (held, _) = boot(&flash.booted(None)).expect("power");
    assert_eq!(held.settings[0].as_deref(), Some("2"));
}
