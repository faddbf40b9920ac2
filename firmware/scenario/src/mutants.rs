//! Whatever a scenario of the repository expects is looked at: turned into its opposite it
//! fails, and the failure is told at its place.

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use crate::condition::{Condition, Is, Test};
use crate::finding::Place;
use crate::language::{Begins, Scenario};
use crate::{State, play, read};

/// A scenario with one expectation turned around, and where that stands.
struct Mutant {
    places: Vec<Place>,
    scenario: Scenario,
}

#[test]
fn every_expectation_that_is_turned_around_fails_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let scenario = read(&text, &path.display().to_string()).expect("a scenario");
        let mutants = mutants(&scenario);
        assert!(!mutants.is_empty(), "{} expects nothing", path.display());
        all.extend(mutants.into_iter().map(|mutant| (text.clone(), mutant)));
    }
    assert!(all.len() > 200, "{}", all.len());
    let (all, amiss) = (Mutex::new(all), Mutex::new(String::new()));
    let work = || {
        let next = || all.lock().expect("nobody panics with it").pop();
        while let Some((text, mutant)) = next() {
            if let Some(why) = mutant.lives(&text) {
                *amiss.lock().expect("nobody panics with it") += &why;
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let amiss = amiss.into_inner().expect("a text");
    assert!(amiss.is_empty(), "{amiss}");
}

impl Mutant {
    /// Why it is not told as it has to be, if it is not.
    fn lives(self, text: &str) -> Option<String> {
        let name = self.scenario.name.clone();
        let (player, _) = play(self.scenario);
        let told = player.failures();
        let is_told = told.iter().any(|failure| self.places.contains(&failure.at));
        if player.state() == State::Failed && is_told {
            return None;
        }
        let lines = self.places.iter().map(|at| at.line as usize - 1);
        let lines: Vec<_> = lines.filter_map(|line| text.lines().nth(line)).collect();
        let told = told.iter().map(|one| (one.at, &one.expected, &one.found));
        let told: Vec<_> = told.collect();
        Some(format!("{name}: {lines:#?} was turned around: {told:#?}\n"))
    }
}

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut add = |places: Vec<Place>, change: &dyn Fn(&mut Scenario)| {
        let mut scenario = scenario.clone();
        change(&mut scenario);
        mutants.push(Mutant { places, scenario });
    };
    for (number, watch) in scenario.watches.iter().enumerate() {
        add(places(&watch.condition), &|scenario| {
            turn(&mut scenario.watches[number].holds);
        });
    }
    for (at, step) in scenario.steps.iter().enumerate() {
        for (number, watch) in step.watches.iter().enumerate() {
            add(places(&watch.condition), &|scenario| {
                turn(&mut scenario.steps[at].watches[number].holds);
            });
        }
        let expect = step.expect.iter();
        for (number, test) in expect.flat_map(|expect| expect.condition.tests.iter().enumerate()) {
            for is in 0..test.is.len() {
                add(vec![test.at], &|scenario| {
                    let expect = scenario.steps[at].expect.as_mut().expect("it is there");
                    let test = &mut expect.condition.tests[number];
                    match expect.within_ms {
                        None => test.is[is] = opposite(&test.is[is]),
                        Some(_) => never(test),
                    }
                });
            }
        }
        if let Begins::When(condition, _) = &step.begins {
            for (number, test) in condition.tests.iter().enumerate() {
                add(vec![test.at], &|scenario| {
                    if let Begins::When(condition, _) = &mut scenario.steps[at].begins {
                        never(&mut condition.tests[number]);
                    }
                });
            }
        }
    }
    mutants
}

fn places(condition: &Condition) -> Vec<Place> {
    condition.tests.iter().map(|test| test.at).collect()
}

fn turn(holds: &mut bool) {
    *holds = !*holds;
}

/// It waits for what never is: the opposite of what comes may well be there before.
fn never(test: &mut Test) {
    test.is = vec![Is::Any(Vec::new())];
}

fn opposite(is: &Is) -> Is {
    match is.clone() {
        Is::Any(values) => Is::Not(values),
        Is::Not(values) => Is::Any(values),
        Is::Above(bound) => Is::Most(bound),
        Is::Most(bound) => Is::Above(bound),
        Is::Below(bound) => Is::Least(bound),
        Is::Least(bound) => Is::Below(bound),
    }
}
