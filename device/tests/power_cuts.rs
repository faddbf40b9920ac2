//! The power goes, after every single operation of the flash and in the middle
//! of it, and again while the next boot repairs what that left.
//!
//! Settings of all lengths come and go until every unit was erased many times.
//! Every tenth step is done once for every operation it takes and every way in which
//! that can be torn; then the charger boots, and that too is done once for every
//! operation it takes. There is what was stored before the step, or what the
//! step stored; nothing else, and no boot fails. `GOE_SEED` gives other settings,
//! `GOE_STEPS` more of them.

mod store_support;

use std::collections::BTreeMap;

use store_support::{ANY_KEYS, Cut, Held, Nor, Random, Settings, Tear, boot, random, store};

/// Counts of what was done, for whoever reads the output.
#[derive(Debug, Default)]
struct Count {
    steps: usize,
    settings: usize,
    cuts: usize,
    second_cuts: usize,
    third_cuts: usize,
    during_erases: usize,
}

/// A value of any length that no other step stores.
fn value(random: &mut Random, step: usize) -> String {
    let length = match random.below(10) {
        0 => random.below(270),
        1..3 => random.below(90),
        _ => random.below(8),
    };
    format!("\"{step}{}\"", "x".repeat(length))
}

/// Some settings change, and sometimes the counters.
fn change(random: &mut Random, step: usize, settings: &Settings) -> usize {
    let changes = 1 + random.below(3);
    for _ in 0..changes {
        settings.set(random.below(ANY_KEYS), value(random, step));
    }
    if random.below(3) == 0 {
        settings.count((step as u64).to_le_bytes().to_vec());
    }
    changes
}

/// Every setting is as before the step or as after it.
#[track_caller]
fn is_between(found: &Held, before: &Held, after: &Held, cut: &str) {
    for (key, found) in found.settings.iter().enumerate() {
        let (before, after) = (&before.settings[key], &after.settings[key]);
        assert!(
            found == before || found == after,
            "{cut}: key {key} is {found:?}, neither {before:?} nor {after:?}"
        );
    }
    let counters = &found.counters;
    assert!(
        *counters == before.counters || *counters == after.counters,
        "{cut}: counters are {counters:?}"
    );
}

fn cuts(random: &mut Random, after: usize) -> impl Iterator<Item = Cut> + use<> {
    let seed = random.draw();
    Tear::ALL
        .into_iter()
        .map(move |tear| Cut { after, tear, seed })
}

/// A whole life of the flash, cut wherever it can be.
fn live<const READ: usize, const WORD: usize, const UNIT: usize>(
    random: &mut Random,
    units: usize,
    steps: usize,
) -> Count {
    let mut count = Count::default();
    let mut flash = Nor::<READ, WORD, UNIT>::new(units);
    boot(&flash).expect("no cut");
    let mut held = Held::default();
    for step in 0..steps {
        let settings = Settings::with(held.clone());
        let seed = random.clone();
        count.settings += change(random, step, &settings);
        let after = settings.held.borrow().clone();

        let whole = flash.booted(None);
        store(&whole, &settings).expect("no cut");
        assert!(settings.is_stored(), "step {step} could not be stored");
        // Cut in every way at one step of so many, so that flash comes round.
        let tried = if step % EVERY == 0 {
            whole.operations()
        } else {
            0
        };
        for operation in 0..tried {
            for cut in cuts(random, operation) {
                let torn = flash.booted(Some(cut));
                let settings = Settings::with(held.clone());
                change(&mut seed.clone(), step, &settings);
                assert_eq!(store(&torn, &settings), None, "the power went");
                count.cuts += 1;
                let erased = |flash: &Nor<READ, WORD, UNIT>| flash.0.borrow().erases.iter().sum();
                let before: u64 = erased(&flash);
                count.during_erases += usize::from(before < erased(&torn));
                let said = format!("step {step}, {cut:?}");
                recover(random, &torn, (&held, &after), &said, 0, &mut count);
            }
        }
        // Life goes on, sometimes after a cut.
        if random.below(5) == 0 && whole.operations() > 0 {
            let cut = Cut {
                after: random.below(whole.operations()),
                tear: Tear::ALL[random.below(Tear::ALL.len())],
                seed: random.draw(),
            };
            let torn = flash.booted(Some(cut));
            let settings = Settings::with(held.clone());
            change(&mut seed.clone(), step, &settings);
            store(&torn, &settings);
            flash = torn.booted(None);
            held = boot(&flash).expect("no cut").0;
        } else {
            flash = whole;
            held = after;
        }
        count.steps += 1;
        let (found, _) = boot(&flash.booted(None)).expect("no cut");
        assert_eq!(found, held, "step {step}");
    }
    let cells = flash.0.borrow();
    let erases = &cells.erases[1..];
    println!(
        "{units} units of {UNIT}, words of {WORD}: {count:?}, erases of a unit {} to {}",
        erases.iter().min().expect("units"),
        erases.iter().max().expect("units"),
    );
    assert!(
        erases.iter().all(|&erases| erases >= 2),
        "{erases:?} is no life"
    );
    count
}

/// Boots after a cut, with a cut at each operation that takes; twice at most.
fn recover<const READ: usize, const WORD: usize, const UNIT: usize>(
    random: &mut Random,
    torn: &Nor<READ, WORD, UNIT>,
    (before, after): (&Held, &Held),
    said: &str,
    depth: usize,
    count: &mut Count,
) {
    let whole = torn.booted(None);
    let (found, how) = boot(&whole).expect("no cut");
    is_between(&found, before, after, said);
    assert!(!how.set_aside && how.skipped == 0, "{said}: {how:?}");
    // The settings found are found from now on, also once more is stored.
    let settings = Settings::with(found.clone());
    settings.set(0, "\"later\"".to_owned());
    let later = whole.booted(None);
    store(&later, &settings).expect("no cut");
    let (found, _) = boot(&later.booted(None)).expect("no cut");
    assert_eq!(found, settings.held.into_inner(), "{said}, later");
    if depth == 2 {
        return;
    }
    for operation in 0..whole.operations() {
        for cut in cuts(random, operation) {
            // The third cut: at some operations.
            if depth == 1 && random.below(4) != 0 {
                continue;
            }
            let again = torn.booted(Some(cut));
            assert!(boot(&again).is_none(), "the power went");
            match depth {
                0 => count.second_cuts += 1,
                _ => count.third_cuts += 1,
            }
            let said = format!("{said}, and {cut:?}");
            recover(random, &again, (before, after), &said, depth + 1, count);
        }
    }
}

/// Of so many steps one is cut at every operation.
const EVERY: usize = 10;

fn steps() -> usize {
    let steps = std::env::var("GOE_STEPS").ok();
    steps.map_or(400, |text| text.parse().expect("GOE_STEPS is a number"))
}

#[test]
fn no_setting_is_lost_or_torn() {
    let mut random = random();
    let counts = [
        live::<1, 4, 1024>(&mut random, 5, steps()),
        live::<4, 4, 1024>(&mut random, 4, steps()),
        live::<1, 1, 512>(&mut random, 8, steps()),
        live::<8, 8, 1024>(&mut random, 6, steps()),
        live::<4, 32, 2048>(&mut random, 4, steps()),
    ];
    let sum = |of: fn(&Count) -> usize| counts.iter().map(of).sum::<usize>();
    println!(
        "{} settings in {} steps: {} cuts, {} of them after an erase began; {} second and {} third cuts",
        sum(|count| count.settings),
        sum(|count| count.steps),
        sum(|count| count.cuts),
        sum(|count| count.during_erases),
        sum(|count| count.second_cuts),
        sum(|count| count.third_cuts),
    );
    assert!(sum(|count| count.second_cuts) > 0);
}

#[test]
fn a_cut_while_blank_flash_is_made_ready() {
    let mut random = random();
    let blank = Nor::<1, 4, 1024>::new(5);
    let whole = blank.booted(None);
    boot(&whole).expect("no cut");
    for operation in 0..whole.operations() {
        for cut in cuts(&mut random, operation) {
            let torn = blank.booted(Some(cut));
            assert!(boot(&torn).is_none());
            let torn = torn.booted(None);
            let (found, how) = boot(&torn).expect("no cut");
            assert_eq!(found, Held::default(), "{cut:?}");
            // Nothing was lost, so nothing is reported; but flash of zeros could
            // have held anything.
            assert!(
                !how.set_aside || cut.tear == Tear::Zeros,
                "{cut:?}: {how:?}"
            );
        }
    }
}

#[test]
fn units_wear_alike() {
    let mut random = random();
    let mut flash = Nor::<1, 4, 1024>::new(16);
    let mut held = Held::default();
    for step in 0..steps() * 5 {
        let settings = Settings::with(held);
        change(&mut random, step, &settings);
        store(&flash, &settings).expect("no cut");
        held = settings.held.into_inner();
        flash = flash.booted(None);
    }
    let cells = flash.0.borrow();
    let mut spread = BTreeMap::new();
    for &erases in &cells.erases[1..] {
        *spread.entry(erases).or_insert(0) += 1;
    }
    println!("erases of a unit, and units that had so many: {spread:?}");
    let (first, last) = (spread.first_key_value(), spread.last_key_value());
    let (least, most) = (first.expect("units").0, last.expect("units").0);
    assert!(*least > 2 && most - least <= 1, "{spread:?}");
}
