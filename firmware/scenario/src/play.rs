//! Plays a scenario on a stage: at each moment it does what is due, and says what is
//! not as it is expected to be.
//!
//! It lets no time pass: whoever has the stage does, and calls [`Player::look`] after
//! every second.

use goe_api::REGISTRY;
use goe_runtime::error::Sent;

use crate::condition::{Condition, Test};
use crate::finding::Place;
use crate::in_vain::{InVain, already};
use crate::language::{Act, Begins, Deed, Scenario, Step, Watch};
use crate::seen::{Changed, Seen};
use crate::stage::{Stage, Timed};
use crate::times::told;

/// It is looked at so often, ms.
pub const EVERY_MS: u64 = 1_000;

/// How far a scenario is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing of it was played.
    Waiting,
    /// It is played.
    Running,
    /// It ended, and everything was as expected.
    Passed,
    /// It ended because something was not.
    Failed,
}

/// Something that is not as it is expected to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Where the expectation stands.
    pub at: Place,
    /// When it failed, ms since the beginning.
    pub at_ms: u64,
    /// What was expected.
    pub expected: String,
    /// What there was.
    pub found: String,
    /// The last changes of what is concerned.
    pub changes: Vec<Changed>,
}

/// Something that a step does in vain.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Where it stands.
    pub at: Place,
    /// When it was done, ms since the beginning.
    pub at_ms: u64,
    /// What it is.
    pub what: String,
}

/// A scenario that is played.
#[derive(Debug)]
pub struct Player {
    scenario: Scenario,
    seen: Seen,
    state: State,
    /// The step that comes next, or waits for what it expects.
    step: usize,
    /// It has done what it does.
    acted: bool,
    /// When the step before was done, or this one acted, ms.
    since_ms: u64,
    watches: Vec<Watching>,
    repeats: Vec<Repeat>,
    failures: Vec<Failure>,
    notes: Vec<Note>,
    in_vain: InVain,
}

/// What is done again and again.
#[derive(Clone, Debug)]
struct Repeat {
    acts: Vec<Act>,
    every_ms: u64,
    next_ms: u64,
    until_ms: Option<u64>,
}

#[derive(Debug)]
struct Watching {
    watch: Watch,
    until_ms: Option<u64>,
}

/// What a step is about to do.
enum Progress {
    Waits,
    Goes,
    Fails(Failure),
}

impl Player {
    /// For a scenario that has not begun.
    pub fn new(scenario: Scenario) -> Self {
        let mut seen = Seen::default();
        let watches = scenario.watches.iter();
        let of_steps = scenario.steps.iter().flat_map(|step| {
            let expect = step.expect.iter().map(|expect| &expect.condition);
            let when = match &step.begins {
                Begins::When(condition, _) => Some(condition),
                _ => None,
            };
            let watches = step.watches.iter().map(|watch| &watch.condition);
            expect.chain(when).chain(watches)
        });
        watches
            .map(|watch| &watch.condition)
            .chain(of_steps)
            .for_each(|condition| seen.watch(condition));
        Player {
            scenario,
            seen,
            state: State::Waiting,
            step: 0,
            acted: false,
            since_ms: 0,
            watches: Vec::new(),
            repeats: Vec::new(),
            failures: Vec::new(),
            notes: Vec::new(),
            in_vain: InVain::default(),
        }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How far it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// The step that it is at, counted from 1, and where that stands.
    pub fn step(&self) -> Option<(usize, Place)> {
        let step = self.scenario.steps.get(self.step)?;
        Some((self.step + 1, step.at))
    }

    /// Since when it is there, ms.
    pub fn since_ms(&self) -> u64 {
        self.since_ms
    }

    /// What was not as expected.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// What steps did in vain.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Plays it to its end, and tells how far it is, ms since its beginning; gives when the
    /// end was.
    pub fn run(&mut self, stage: &mut impl Timed, told: impl Fn(u64)) -> u64 {
        let mut now_ms = 0;
        loop {
            told(now_ms);
            let state = self.look(now_ms, stage);
            if matches!(state, State::Passed | State::Failed) {
                return now_ms;
            }
            now_ms += EVERY_MS;
            stage.run_until(now_ms);
        }
    }

    /// Does what is due so many ms after the beginning, and looks at what is expected.
    pub fn look(&mut self, now_ms: u64, stage: &mut impl Stage) -> State {
        match self.state {
            State::Passed | State::Failed => return self.state,
            State::Waiting => self.begin(now_ms, stage),
            State::Running => {
                self.seen.look(now_ms, stage);
                self.repeat(now_ms, stage);
            }
        }
        while self.failures.is_empty() {
            let Some(step) = self.scenario.steps.get(self.step).cloned() else {
                break;
            };
            match self.progress(&step, now_ms, stage) {
                Progress::Goes => {}
                Progress::Waits => break,
                Progress::Fails(failure) => self.failures.push(failure),
            }
        }
        self.look_at_watches(now_ms);
        self.end(now_ms);
        self.state
    }

    fn begin(&mut self, now_ms: u64, stage: &mut impl Stage) {
        self.state = State::Running;
        let begin = std::mem::take(&mut self.scenario.begin);
        self.act(&begin, now_ms, stage);
        self.seen.look(now_ms, stage);
        let watches = std::mem::take(&mut self.scenario.watches);
        self.watch(&watches, now_ms);
    }

    fn watch(&mut self, watches: &[Watch], now_ms: u64) {
        let watching = |watch: &Watch| Watching {
            until_ms: watch.for_ms.map(|for_ms| now_ms + for_ms),
            watch: watch.clone(),
        };
        self.watches.extend(watches.iter().map(watching));
    }

    fn progress(&mut self, step: &Step, now_ms: u64, stage: &mut impl Stage) -> Progress {
        if !self.acted {
            match self.begins(step, now_ms) {
                Progress::Goes => {}
                other => return other,
            }
            let idle = self.act(&step.acts, now_ms, stage);
            self.notes.extend(idle);
            self.seen.look(now_ms, stage);
            if !self.failures.is_empty() {
                return Progress::Waits;
            }
            self.watch(&step.watches, now_ms);
            self.repeats.extend(step.every_ms.map(|every_ms| Repeat {
                acts: step.acts.clone(),
                every_ms,
                next_ms: now_ms + every_ms,
                until_ms: step.for_ms.map(|for_ms| now_ms + for_ms),
            }));
            (self.acted, self.since_ms) = (true, now_ms);
        }
        if let Some(expect) = &step.expect {
            let unmet = self.seen.unmet(&expect.condition);
            let within_ms = expect.within_ms.unwrap_or(0);
            match unmet.is_empty() {
                true => {}
                false if now_ms < self.since_ms + within_ms => return self.misses(now_ms, &unmet),
                false => {
                    let span = match expect.within_ms {
                        Some(within_ms) => format!(" within {}", told(within_ms)),
                        None => String::new(),
                    };
                    return Progress::Fails(self.failure(&unmet, "", &span, now_ms));
                }
            }
        }
        self.step += 1;
        (self.acted, self.since_ms) = (false, now_ms);
        Progress::Goes
    }

    /// Does again what is due.
    fn repeat(&mut self, now_ms: u64, stage: &mut impl Stage) {
        self.repeats
            .retain(|one| one.until_ms.is_none_or(|until_ms| now_ms < until_ms));
        let due = |one: &&mut Repeat| one.next_ms <= now_ms;
        let mut acts = Vec::new();
        for one in self.repeats.iter_mut().filter(due) {
            one.next_ms += one.every_ms;
            acts.extend(one.acts.iter().cloned());
        }
        if !acts.is_empty() {
            self.act(&acts, now_ms, stage);
            self.seen.look(now_ms, stage);
        }
    }

    /// A step waits; the next one may have its time and lose it.
    fn misses(&self, now_ms: u64, unmet: &[&Test]) -> Progress {
        match self.scenario.steps.get(self.step + 1) {
            Some(next) => match next.begins {
                Begins::At(at_ms) if now_ms >= at_ms => {
                    let waits: Vec<_> = unmet.iter().map(|test| test.told()).collect();
                    Progress::Fails(Failure {
                        at: next.at,
                        at_ms: now_ms,
                        expected: format!("a step at {}", told(at_ms)),
                        found: format!("the step before it waits: {}", waits.join(" and ")),
                        changes: self.seen.changes(unmet),
                    })
                }
                _ => Progress::Waits,
            },
            None => Progress::Waits,
        }
    }

    fn begins(&self, step: &Step, now_ms: u64) -> Progress {
        let is_time = |due_ms: u64| match now_ms < due_ms {
            true => Progress::Waits,
            false => Progress::Goes,
        };
        match &step.begins {
            Begins::Next => Progress::Goes,
            Begins::After(after_ms) => is_time(self.since_ms + after_ms),
            Begins::At(at_ms) if now_ms > *at_ms => Progress::Fails(Failure {
                at: step.at,
                at_ms: now_ms,
                expected: format!("a step at {}", told(*at_ms)),
                found: format!("the step before it was done at {}", told(now_ms)),
                changes: Vec::new(),
            }),
            Begins::At(at_ms) => is_time(*at_ms),
            Begins::When(condition, within_ms) => {
                let unmet = self.seen.unmet(condition);
                let waited_ms = now_ms - self.since_ms;
                match within_ms {
                    _ if unmet.is_empty() => Progress::Goes,
                    Some(within_ms) if waited_ms >= *within_ms => {
                        let span = format!(" within {}", told(*within_ms));
                        Progress::Fails(self.failure(&unmet, "when ", &span, now_ms))
                    }
                    _ => Progress::Waits,
                }
            }
        }
    }

    fn failure(&self, tests: &[&Test], before: &str, behind: &str, at_ms: u64) -> Failure {
        let expected: Vec<_> = tests.iter().map(|test| test.told()).collect();
        Failure {
            at: tests.first().map_or(Place::START, |test| test.at),
            at_ms,
            expected: format!("{before}{}{behind}", expected.join(" and ")),
            found: self.seen.found(tests),
            changes: self.seen.changes(tests),
        }
    }

    fn look_at_watches(&mut self, now_ms: u64) {
        self.watches
            .retain(|one| one.until_ms.is_none_or(|until_ms| now_ms < until_ms));
        let broken = self.watches.iter().filter_map(|one| {
            let condition = &one.watch.condition;
            let all: Vec<&Test> = condition.tests.iter().collect();
            let unmet = self.seen.unmet(condition);
            match one.watch.holds {
                // Without power there is nothing to be seen.
                true => {
                    let unmet: Vec<_> = unmet
                        .into_iter()
                        .filter(|test| self.seen.is_there(test))
                        .collect();
                    (!unmet.is_empty()).then(|| self.failure(&unmet, "always ", "", now_ms))
                }
                false => unmet
                    .is_empty()
                    .then(|| self.failure(&all, "never ", "", now_ms)),
            }
        });
        let broken: Vec<_> = broken.collect();
        self.failures.extend(broken);
    }

    fn end(&mut self, now_ms: u64) {
        let is_over = match self.scenario.lasts_ms {
            Some(lasts_ms) => now_ms >= lasts_ms,
            // What counts for a while has to be counted out.
            None => {
                let repeats = self.repeats.iter().map(|one| one.until_ms);
                let mut counts = self.watches.iter().map(|one| one.until_ms).chain(repeats);
                counts.all(|until_ms| until_ms.is_none())
            }
        };
        let is_done = self.step >= self.scenario.steps.len();
        if self.failures.is_empty() && is_over && !is_done && self.scenario.lasts_ms.is_some() {
            let failure = self.unfinished(now_ms);
            self.failures.extend(failure);
        }
        if !self.failures.is_empty() {
            self.state = State::Failed;
        } else if is_over && is_done {
            self.state = State::Passed;
        }
    }

    /// The scenario is over, and this step was not done.
    fn unfinished(&self, now_ms: u64) -> Option<Failure> {
        let step = self.scenario.steps.get(self.step)?;
        let by = format!(" by {}, when the scenario ends", told(now_ms));
        let condition: Option<&Condition> = match (&step.begins, self.acted) {
            (_, true) => step.expect.as_ref().map(|expect| &expect.condition),
            (Begins::When(condition, _), false) => Some(condition),
            _ => None,
        };
        let unmet = condition.map(|condition| self.seen.unmet(condition));
        Some(match unmet {
            Some(unmet) if !unmet.is_empty() => self.failure(&unmet, "", &by, now_ms),
            _ => Failure {
                at: step.at,
                at_ms: now_ms,
                expected: format!("this step to be done{by}"),
                found: "its time had not come".to_owned(),
                changes: Vec::new(),
            },
        })
    }

    /// Does something, and gives what of it was in vain. That is worth to be told of a
    /// step; at the beginning it says how things are, and again and again is meant so.
    fn act(&mut self, acts: &[Act], now_ms: u64, stage: &mut impl Stage) -> Vec<Note> {
        let mut notes = Vec::new();
        for act in acts {
            let (at, at_ms) = (act.at, now_ms);
            match done(&act.what, now_ms, stage, &mut self.in_vain) {
                Ok(idle) => notes.extend(idle.into_iter().map(|what| Note { at, at_ms, what })),
                Err((expected, found)) => {
                    self.failures.push(Failure {
                        at,
                        at_ms,
                        expected,
                        found,
                        changes: Vec::new(),
                    });
                    break;
                }
            }
        }
        notes
    }
}

/// Does it, and gives what of it was in vain; otherwise what was expected, and what came
/// instead. A client may set what is there already.
fn done(
    deed: &Deed,
    now_ms: u64,
    stage: &mut impl Stage,
    in_vain: &mut InVain,
) -> Result<Vec<String>, (String, String)> {
    let notes = |what: &str, changed: bool| match changed {
        true => Vec::new(),
        false => vec![already(&format!("`{what}`"))],
    };
    match deed {
        Deed::Set { key, json, refused } => {
            let descriptor = REGISTRY.descriptor(*key);
            let sent = Sent {
                raw: json,
                profile: Some(descriptor.profile),
            };
            let name = descriptor.name;
            let verb = match refused {
                true => "refuses",
                false => "takes",
            };
            let expected = format!("the charger {verb} {name}={sent}");
            match stage.set(*key, json) {
                None => Err((expected, "it has no power".to_owned())),
                Some(Ok(())) if *refused => Err((expected, "it took it".to_owned())),
                Some(Err(error)) if !refused => {
                    Err((expected, format!("refused: {}", error.mqtt(sent))))
                }
                Some(_) => Ok(Vec::new()),
            }
        }
        Deed::Garage(body) => {
            let failed = |why| ("the garage can be changed so".to_owned(), why);
            let before = stage.garage().unwrap_or_default();
            stage.change(body).map_err(failed)?;
            let after = stage.garage().unwrap_or_default();
            Ok(in_vain.garage(now_ms, (&before, body, &after)))
        }
        Deed::Power(on) => {
            let what = format!("power: {}", word(*on));
            let changed = stage.power(*on).map_err(|why| (what.clone(), why))?;
            Ok(notes(&what, changed))
        }
        Deed::Broker(on) => {
            let what = format!("broker: {}", word(*on));
            let changed = stage.broker(*on).map_err(|why| (what.clone(), why))?;
            Ok(notes(&what, changed))
        }
        Deed::Quirk(change) => Ok(notes(change.name(), stage.quirk(change))),
    }
}

fn word(on: bool) -> &'static str {
    match on {
        true => "on",
        false => "off",
    }
}
