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

/// The day as it is, which is the same whoever asks.
fn day() -> &'static Courses {
    static DAY: OnceLock<Courses> = OnceLock::new();
    DAY.get_or_init(|| run(day::SETUP, day::DAY, None))
}

#[test]
fn what_is_alive_changes_in_a_day() {
    let stays = |key: &&str| day().get(key).is_none_or(|course| course.values < 2);
    let dead: Vec<_> = claimed("alive").into_iter().filter(stays).collect();
    assert!(dead.is_empty(), "these never changed: {dead:?}");
}

#[test]
fn what_is_constant_stays_all_day() {
    let changes = |key: &&str| day().get(key).is_none_or(|course| course.values != 1);
    let changed: Vec<_> = claimed("constant").into_iter().filter(changes).collect();
    assert!(changed.is_empty(), "these are not constant: {changed:?}");
}

#[test]
fn what_is_kept_does_nothing_all_day() {
    let kept: Vec<_> = claimed("kept").into_iter().collect();
    let writes = other_values(&kept);
    let setup = writes
        .iter()
        .map(String::as_str)
        .chain(day::SETUP.iter().copied());
    let other = run(&setup.collect::<Vec<_>>(), day::DAY, None);
    let mut moved = differing(day(), &other);
    // The names of cards are a part of it.
    moved.retain(|name| !kept.contains(name) && *name != "cards");
    assert!(moved.is_empty(), "kept settings changed {moved:?}");
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
    assert!(idle.is_empty(), "{idle}");
}
