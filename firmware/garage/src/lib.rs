//! The garage: what surrounds the charger, as JSON that can be read and changed.
//!
//! It acts on the simulator, never on the charger: what follows is the firmware's own
//! doing. A program serves it as a further route of its HTTP server; real chargers have nothing
//! like it, so it has a path that no key of theirs is behind. `state` says what the
//! JSON is, `values` what its members may be, `change` reads a change of it,
//! `surroundings` has what outlives a charger without power, `manager` tells the charger
//! what the house measures, and `tariff` what electricity costs.

#![forbid(unsafe_code)]

mod change;
mod manager;
#[cfg(test)]
mod schema;
mod state;
mod surroundings;
mod tariff;
mod values;

use std::rc::Rc;

use goe_firmware::wallbox::Wallbox;
use goe_host::{Call, Handler, NoStream, Reply};
use goe_runtime::device::DeviceCell;
use goe_sim::Sim;

use self::state::State;
pub use self::surroundings::Surroundings;

/// Where it is.
pub const PATH: &str = "/garage";

/// What the state of a garage would be after a change, both as JSON, for whoever checks
/// changes before there is a garage.
///
/// # Errors
/// Which member is wrong, and what it may be.
pub fn after(state: &str, change: &[u8]) -> Result<String, String> {
    let state: State = serde_json::from_str(state).map_err(|error| format!("{error}\n"))?;
    Ok(change::read(&state, change)?.after.json())
}

/// The members of a change that would each leave a garage as it is, both as JSON. Of what is
/// no change of it there are none.
pub fn idle(state: &str, change: &[u8]) -> Vec<String> {
    let state = serde_json::from_str(state).ok();
    state.map_or(Vec::new(), |state| change::idle(&state, change))
}

/// All of a garage, as JSON.
pub fn show(sim: &Sim, around: &Surroundings) -> String {
    around.state(sim).json()
}

/// Does everything that a body asks for, or nothing of it.
///
/// # Errors
/// Which member is wrong, and what it may be.
pub fn change(sim: &mut Sim, around: &Surroundings, body: &[u8]) -> Result<(), String> {
    let before = around.state(sim);
    let change = change::read(&before, body)?;
    around.set_password(&change.after)?;
    for what in change.told() {
        tracing::info!("garage: {what}");
    }
    change.after.act_on(sim, &before, change.refills);
    around.become_as(&before, &change.after);
    Ok(())
}

/// All that can be acted on while the charger has power.
#[derive(Clone)]
pub struct Garage {
    wallbox: Rc<DeviceCell<Wallbox<Sim>>>,
    around: Surroundings,
}

impl Handler for Garage {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        (path == PATH).then_some("GET, HEAD, POST")
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        let state = match call.method {
            "POST" => self.change(call.body),
            _ => Ok(self.show()),
        };
        match state {
            Ok(state) => Reply::json(200, state),
            Err(why) => Reply::text(400, why),
        }
    }
}

impl Garage {
    /// The garage of a charger.
    pub fn new(wallbox: Rc<DeviceCell<Wallbox<Sim>>>, around: Surroundings) -> Self {
        Garage { wallbox, around }
    }

    /// All of it, as JSON.
    pub fn show(&self) -> String {
        self.wallbox
            .look(|wallbox| show(wallbox.board(), &self.around))
    }

    /// The usual day of the house, as JSON: `sun_w` and `house_w`, every quarter of an
    /// hour from midnight to midnight UTC; null without panels or house.
    pub fn day(&self) -> String {
        let [sun_w, house_w] = self.around.day();
        serde_json::json!({ "sun_w": sun_w, "house_w": house_w }).to_string()
    }

    /// Does everything that a body asks for, or nothing of it; gives what there is then.
    ///
    /// # Errors
    /// Which member is wrong, and what it may be.
    pub fn change(&self, body: &[u8]) -> Result<String, String> {
        self.wallbox
            .act(|wallbox| change(wallbox.hardware(), &self.around, body))?;
        Ok(self.show())
    }
}
