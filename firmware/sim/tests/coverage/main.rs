//! What the tables claim of each key, held against a charger in its garage: what is
//! alive changes in a day, a setting with effect has one, and the rest has none.

mod day;
mod effects;
mod garage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use garage::{Courses, differing, other_values, run};

/// The keys of which the tables claim this; the first of a family stands for all.
fn claimed(claim: &str) -> BTreeSet<&'static str> {
    let table = include_str!("../../../../generated/docs/coverage.md");
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let (names, _, claimed) = (cells.next()?, cells.next()?, cells.next()?);
        let first = names.split(['`', ' ']).next()?;
        (claimed == claim).then_some(first)
    });
    let keys: BTreeSet<_> = rows.collect();
    assert!(keys.len() > 50, "{claim}: {keys:?}");
    keys
}

/// A setting that is only kept, with a value.
const KEPT: (&str, &str) = ("ct", "ct=\"another\"");

/// The day as it is, which is the same whoever asks.
fn day() -> &'static Courses {
    static DAY: OnceLock<Courses> = OnceLock::new();
    DAY.get_or_init(|| run(day::SETUP, day::DAY, None))
}

#[test]
fn what_is_alive_changes_in_a_day() {
    let stays = |key: &&str| day().get(key).is_none_or(|course| course.values < 2);
    let alive = claimed("alive");
    let deeds = day::SETUP
        .iter()
        .chain(day::DAY.iter().map(|(deed, _)| deed));
    for (key, _) in deeds.filter_map(|deed| deed.split_once('=')) {
        assert!(!alive.contains(key), "`{key}` has to change by itself");
    }
    let dead: Vec<_> = alive.into_iter().filter(stays).collect();
    assert!(dead.is_empty(), "these never changed: {dead:?}");
}

#[test]
fn what_is_constant_stays_all_day() {
    let changes = |key: &&str| day().get(key).is_none_or(|course| course.values != 1);
    let changed: Vec<_> = claimed("constant").into_iter().filter(changes).collect();
    assert!(changed.is_empty(), "these are not constant: {changed:?}");
}

#[test]
fn what_is_kept_is_kept_all_day_and_does_nothing() {
    let kept = claimed("kept");
    let writes = other_values(&kept);
    let setup = writes.iter().map(String::as_str);
    let setup: Vec<_> = setup.chain(day::SETUP.iter().copied()).collect();
    let other = run(&setup, day::DAY, None);
    let is_readable = |key: &&str| other.contains_key(key);
    let mut expected: BTreeSet<_> = kept.into_iter().filter(is_readable).collect();
    let moves = |key: &&&str| other[**key].values != 1;
    let moved: Vec<_> = expected.iter().filter(moves).collect();
    assert!(
        moved.is_empty(),
        "these did not stay as they were set: {moved:?}"
    );
    // The names of cards are a part of it.
    expected.insert("cards");
    let differ = BTreeSet::from_iter(differing(day(), &other));
    let wrong: Vec<_> = differ.symmetric_difference(&expected).collect();
    assert!(
        wrong.is_empty(),
        "kept settings changed these, or were not kept: {wrong:?}"
    );
}

#[test]
fn every_setting_with_effect_has_one() {
    let rows: BTreeSet<_> = effects::EFFECTS.iter().map(|row| row.0).collect();
    let claimed = claimed("effect");
    let differ: Vec<_> = rows.symmetric_difference(&claimed).collect();
    assert!(
        differ.is_empty(),
        "not both claimed and in EFFECTS: {differ:?}"
    );
    let mut untried = BTreeMap::new();
    let mut idle = String::new();
    for &(key, value, setup, script, seen_in) in effects::EFFECTS {
        let tried = format!("{key}={value}");
        let without = untried.entry((setup, script));
        let without = without.or_insert_with(|| run(setup, script, None));
        let moved = differing(without, &run(setup, script, Some(&tried)));
        if seen_in == key || !moved.contains(&seen_in) {
            idle += &format!("\n{tried}: no effect on {seen_in}, but on {moved:?}");
        }
    }
    // That it was written does nothing, so what is seen comes of the value.
    for script in untried
        .keys()
        .map(|(_, script)| script)
        .collect::<BTreeSet<_>>()
    {
        let [without, with] = [None, Some(KEPT.1)].map(|tried| run(&[], script, tried));
        assert_eq!(differing(&without, &with), [KEPT.0], "{script:?}");
    }
    assert!(idle.is_empty(), "{idle}");
}
