//! The garage: what surrounds the charger, as JSON that can be read and changed.
//!
//! It is a further route of the HTTP server and acts on the simulator, never on
//! the charger: what follows is the firmware's own doing. Real chargers have nothing
//! like it, so it has a path that no key of theirs is behind. `state` says what the
//! JSON is, `values` what its members may be, `change` reads a change of it,
//! `manager` tells the charger what the house measures, and `tariff` what electricity
//! costs.

mod change;
mod manager;
#[cfg(test)]
mod schema;
mod state;
mod tariff;
mod values;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use goe_firmware::wallbox::Wallbox;
use goe_host::{Call, Handler, Reply, Speed};
use goe_runtime::device::DeviceCell;
use goe_sim::{House, Sim};

pub(crate) use self::manager::tell;
use self::state::State;
pub(crate) use self::tariff::Tariff;

/// Where it is.
pub(crate) const PATH: &str = "/garage";

/// All that can be acted on.
#[derive(Clone)]
pub(crate) struct Garage {
    pub(crate) wallbox: Rc<DeviceCell<Wallbox<Sim>>>,
    pub(crate) house: Rc<RefCell<House>>,
    pub(crate) tariff: Rc<RefCell<Tariff>>,
    /// Writing to flash fails.
    pub(crate) flash_fails: Rc<Cell<bool>>,
    pub(crate) speed: Speed,
}

impl Handler for Garage {
    type Body = String;

    fn methods(&self, path: &str) -> Option<&'static str> {
        (path == PATH).then_some("GET, HEAD, POST")
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        let state = match call.method {
            "POST" => self.change(call.body),
            _ => Ok(self.state()),
        };
        match state {
            Ok(state) => Reply {
                status: 200,
                content_type: "application/json",
                body: state.json(),
            },
            Err(why) => Reply {
                status: 400,
                content_type: "text/plain; charset=utf-8",
                body: why,
            },
        }
    }
}

impl Garage {
    fn state(&self) -> State {
        let house = self.house.borrow().config();
        let (flash_fails, speed) = (self.flash_fails.get(), self.speed.get());
        let tariff = self.tariff.borrow();
        let prices = tariff.prices();
        self.wallbox
            .act(|wallbox| State::of(wallbox.hardware(), &house, prices, flash_fails, speed))
    }

    /// Does everything that a body asks for, or nothing of it.
    fn change(&self, body: &[u8]) -> Result<State, String> {
        let before = self.state();
        let change = change::read(&before, body)?;
        for what in change.told() {
            tracing::info!("garage: {what}");
        }
        let after = change.after;
        self.wallbox
            .act(|wallbox| after.act_on(wallbox.hardware(), &before, change.refills));
        // Unless it is another, its battery goes on.
        self.house.borrow_mut().set_config(after.house_config());
        self.tariff.borrow_mut().set_prices(after.prices().cloned());
        self.flash_fails.set(after.flash_fails());
        if after.speed() != before.speed() {
            self.speed.set(after.speed());
        }
        Ok(self.state())
    }
}
