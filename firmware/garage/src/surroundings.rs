//! What stands around a charger and outlives it: the house with its energy manager, the
//! price service, whether flash can be written, and how fast time runs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use goe_firmware::wallbox::Wallbox;
use goe_host::{Passwords, Speed};
use goe_sim::{House, Sim};

use super::manager;
use super::state::State;
use super::tariff::Tariff;

/// They are shared by whoever has a clone.
#[derive(Clone)]
pub struct Surroundings {
    house: Rc<RefCell<House>>,
    tariff: Rc<RefCell<Tariff>>,
    /// Writing to flash fails.
    flash_fails: Rc<Cell<bool>>,
    speed: Speed,
    /// Of a charger with a WebSocket.
    passwords: Option<Passwords>,
}

impl Surroundings {
    /// A house without sun and battery, whose managers say nothing.
    pub fn new(seed: u64, flash_fails: Rc<Cell<bool>>, speed: Speed) -> Self {
        Surroundings {
            house: Rc::new(RefCell::new(House::new(seed))),
            tariff: Rc::default(),
            flash_fails,
            speed,
            passwords: None,
        }
    }

    /// Lets the password of its WebSocket be set.
    pub fn with_passwords(self, passwords: Option<Passwords>) -> Self {
        Surroundings { passwords, ..self }
    }

    /// Lets time pass here, and tells the charger what is due. For after its step, with
    /// a time that goes on while the charger has no power.
    pub fn tell(&self, wallbox: &mut Wallbox<Sim>, now_ms: u64) {
        manager::tell(&mut self.house.borrow_mut(), wallbox, now_ms);
        self.tariff.borrow_mut().tell(wallbox, now_ms);
    }

    /// The day of the house as it is set, every quarter of an hour from midnight to
    /// midnight UTC, W: what the sun gives under a clear sky, and what the house takes.
    pub(super) fn day(&self) -> [Option<Vec<i64>>; 2] {
        let house = self.house.borrow().config();
        [0, 1].map(|what| {
            let quarters =
                (0..=96).map(|quarter| Some(house.usual_mw(quarter * 900)[what]? / 1_000));
            quarters.collect()
        })
    }

    pub(super) fn state(&self, sim: &Sim) -> State {
        let house = self.house.borrow().config();
        let tariff = self.tariff.borrow();
        let flash_fails = self.flash_fails.get();
        State::of(sim, &house, tariff.prices(), flash_fails, &self.speed)
    }

    /// Sets the password, if there shall be another.
    pub(super) fn set_password(&self, after: &State) -> Result<(), String> {
        match (after.password(), &self.passwords) {
            (None, _) => Ok(()),
            (Some(password), Some(passwords)) => passwords
                .set(password)
                .map_err(|why| format!("password: {why}\n")),
            (Some(_), None) => Err("password: this charger has no WebSocket\n".to_owned()),
        }
    }

    pub(super) fn become_as(&self, before: &State, after: &State) {
        // Unless it is another, its battery goes on.
        self.house.borrow_mut().set_config(after.house_config());
        self.tariff.borrow_mut().set_prices(after.prices().cloned());
        self.flash_fails.set(after.flash_fails());
        after.pace(before, &self.speed);
    }
}
