//! A served charger as a stage, in the time of the program that serves it, and what it
//! tells of the scenario that is played: `GET /scenario`.

use std::cell::RefCell;
use std::rc::Rc;

use goe_firmware::wallbox::Wallbox;
use goe_garage::Garage;
use goe_host::{Call, Handler, NoStream, Reply};
use goe_runtime::device::{Device, DeviceCell, Table};
use goe_runtime::{KeyIndex, WriteError};
use goe_sim::Sim;
use serde_json::{Value, json};

use crate::finding::{Finding, Place};
use crate::language::{Deed, Scenario};
use crate::play::{Failure, Note, Player, State};
use crate::quirk::Change;
use crate::quirky::{Quirky, Shared};
use crate::stage::Stage;

/// Where it tells how a scenario stands.
pub const PATH: &str = "/scenario";

/// A scenario that is played on a served charger. A clone is the same one.
#[derive(Clone)]
pub struct Live(Rc<RefCell<Playing>>);

struct Playing {
    player: Player,
    stage: Served,
    now_ms: u64,
}

/// The stage.
struct Served {
    device: Rc<DeviceCell<Wallbox<Sim>>>,
    /// As its clients see it.
    shown: Quirky<DeviceCell<Wallbox<Sim>>>,
    garage: Garage,
    quirks: Shared,
}

/// What of a scenario cannot be played on a served charger.
///
/// # Errors
/// The first thing.
pub fn can_be_served(scenario: &Scenario) -> Result<(), Finding> {
    let mut acts = scenario.steps.iter().flat_map(|step| &step.acts);
    let act = acts.find(|act| matches!(act.what, Deed::Power(_) | Deed::Broker(_)));
    match act {
        None => Ok(()),
        Some(act) => {
            let what = "a charger that is served keeps its power and its broker";
            let help = "play this one with `goe-charger run`, or leave the step out";
            Err(Finding::new(act.at, what).help(help))
        }
    }
}

impl Live {
    /// For a charger that is about to be served.
    pub fn new(
        scenario: Scenario,
        device: Rc<DeviceCell<Wallbox<Sim>>>,
        garage: Garage,
        quirks: Shared,
    ) -> Self {
        let shown = Quirky::new(device.clone(), quirks.clone());
        Live(Rc::new(RefCell::new(Playing {
            player: Player::new(scenario),
            stage: Served {
                device,
                shown,
                garage,
                quirks,
            },
            now_ms: 0,
        })))
    }

    /// Plays what is due so many ms after the charger began; `true` when that ended it.
    pub fn look(&self, now_ms: u64) -> bool {
        let playing = &mut *self.0.borrow_mut();
        playing.stage.quirks.borrow_mut().pass(now_ms);
        let was_over = playing.is_over();
        playing.player.look(now_ms, &mut playing.stage);
        playing.now_ms = match was_over {
            true => playing.now_ms,
            false => now_ms,
        };
        !was_over && playing.is_over()
    }

    /// How it stands, as JSON.
    pub fn show(&self) -> String {
        format!("{:#}\n", self.0.borrow().json())
    }

    /// What was not as expected.
    pub fn failures(&self) -> Vec<Failure> {
        self.0.borrow().player.failures().to_vec()
    }

    /// What was done in vain.
    pub fn notes(&self) -> Vec<Note> {
        self.0.borrow().player.notes().to_vec()
    }
}

impl Playing {
    fn is_over(&self) -> bool {
        matches!(self.player.state(), State::Passed | State::Failed)
    }

    fn json(&self) -> Value {
        let player = &self.player;
        // What is told of a place, in words of its own.
        let told = |at: Place, at_ms: u64, words: &[(&str, &str)]| {
            let mut told = json!({ "line": at.line, "column": at.column, "at_s": at_ms / 1_000 });
            words
                .iter()
                .for_each(|(name, text)| told[*name] = json!(text));
            told
        };
        let failures = player.failures().iter().map(|failure| {
            let words = [("expected", &*failure.expected), ("found", &*failure.found)];
            told(failure.at, failure.at_ms, &words)
        });
        let notes = player.notes().iter();
        let notes = notes.map(|note| told(note.at, note.at_ms, &[("what", &*note.what)]));
        let step = player.step();
        json!({
            "name": player.scenario().name,
            "state": match player.state() {
                State::Waiting => "waiting",
                State::Running => "running",
                State::Passed => "passed",
                State::Failed => "failed",
            },
            "now_s": self.now_ms / 1_000,
            "steps": player.scenario().steps.len(),
            "step": step.map(|(number, _)| number),
            "line": step.map(|(_, at)| at.line),
            "since_s": player.since_ms() / 1_000,
            "failures": failures.collect::<Vec<_>>(),
            "notes": notes.collect::<Vec<_>>(),
        })
    }
}

impl Handler for Live {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        (path == PATH).then_some("GET, HEAD")
    }

    fn answer(&self, _call: Call<'_>) -> Reply<String> {
        Reply::json(200, self.show())
    }
}

impl Stage for Served {
    fn value(&self, key: KeyIndex) -> Option<String> {
        self.shown.with_document(|document| {
            let value = std::str::from_utf8(document.value(key)?).ok()?;
            Some(value.to_owned())
        })
    }

    fn set(&mut self, key: KeyIndex, json: &str) -> Option<Result<(), WriteError>> {
        Some(match self.device.hides(key) {
            true => Err(WriteError::UnknownKey),
            false => self.shown.set(key, json),
        })
    }

    fn garage(&self) -> Option<String> {
        Some(self.garage.show())
    }

    fn change(&mut self, body: &str) -> Result<(), String> {
        self.garage.change(body.as_bytes()).map(|_| ())
    }

    fn power(&mut self, _on: bool) -> Result<bool, String> {
        Err("a charger that is served keeps its power".to_owned())
    }

    fn broker(&mut self, _on: bool) -> Result<bool, String> {
        Err("a charger that is served keeps its broker".to_owned())
    }

    fn quirk(&mut self, change: &Change) -> bool {
        self.quirks.borrow_mut().change(change)
    }
}
