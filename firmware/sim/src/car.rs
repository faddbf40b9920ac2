//! A car with an on-board charger of up to three phases.
//!
//! It reads the offer on the pilot, closes its switch some seconds later (state
//! C), waits for voltage, and then draws what is offered, changing its current
//! at a limited rate and never drawing less than 6 A. When the offer goes, it
//! lowers its current and opens the switch. Near full it draws less and less,
//! and full it wants nothing until it has been away.

use goe_firmware::board::PilotState;

use crate::TICK_MS;

/// The least a car draws and a charger offers, mA.
const LEAST_MA: u32 = 6_000;

/// From the offer to the switch, ms.
const WAKE_MS: u64 = 3_000;

/// From voltage to the first current, ms.
const PRECHARGE_MS: u64 = 1_500;

/// Change of current per tick, mA: 4 A/s up, 20 A/s down.
const UP_MA: u32 = 4 * TICK_MS as u32;
const DOWN_MA: u32 = 20 * TICK_MS as u32;

/// With less room than this the current falls with it.
const TAPER_WH: u64 = 2_000;

const UJ_PER_WH: u64 = 3_600_000_000;

/// The kind of car, and what it hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarConfig {
    /// Phases its on-board charger uses, 1 to 3.
    pub phases: u8,
    /// Most it draws on each, mA; 6 000 to 32 000.
    pub most_ma: u32,
    /// Rating of its cable, mA.
    pub cable_ma: u32,
    /// Energy it takes when it comes, Wh.
    pub room_wh: u32,
}

impl Default for CarConfig {
    /// Three phases of 16 A on a cable for 32 A, and so much room (ten MWh)
    /// that it does not fill in a simulated month.
    fn default() -> Self {
        CarConfig {
            phases: 3,
            most_ma: 16_000,
            cable_ma: 32_000,
            room_wh: 10_000_000,
        }
    }
}

/// The state of the car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Away,
    /// Plugged in, switch open.
    Asleep,
    /// Has seen an offer and is about to close its switch.
    Waking {
        left_ms: u64,
    },
    /// Switch closed; what is left to wait after voltage came.
    Ready {
        left_ms: u64,
    },
}

/// The car.
#[derive(Clone, Debug)]
pub struct Car {
    config: CarConfig,
    state: State,
    current_ma: u32,
    /// Phases that reach it.
    live: [bool; 3],
    /// Energy it can still take, µJ.
    room_uj: u64,
}

impl Car {
    /// A car that is away.
    pub(crate) fn new(config: CarConfig) -> Self {
        let mut car = Car {
            config,
            state: State::Away,
            current_ma: 0,
            live: [true; 3],
            room_uj: 0,
        };
        car.set_config(config);
        car
    }

    /// Exchanges the car; what is out of range is brought into it.
    pub(crate) fn set_config(&mut self, config: CarConfig) {
        self.config = CarConfig {
            phases: config.phases.clamp(1, 3),
            most_ma: config.most_ma.clamp(LEAST_MA, 32_000),
            ..config
        };
        self.room_uj = u64::from(config.room_wh) * UJ_PER_WH;
    }

    /// Comes with all its room and plugs in. Nothing if it is plugged in.
    pub(crate) fn plug(&mut self) {
        if self.state == State::Away {
            self.state = State::Asleep;
            self.room_uj = u64::from(self.config.room_wh) * UJ_PER_WH;
        }
    }

    /// Pulls the plug, whatever it is doing.
    pub(crate) fn unplug(&mut self) {
        self.state = State::Away;
        self.current_ma = 0;
    }

    /// Returns the state that the control pilot shows.
    pub fn pilot_state(&self) -> PilotState {
        match self.state {
            State::Away => PilotState::A,
            State::Asleep | State::Waking { .. } => PilotState::B,
            State::Ready { .. } => PilotState::C,
        }
    }

    /// The rating of its cable, mA, while it is plugged in.
    pub fn cable_ma(&self) -> Option<u32> {
        (self.state != State::Away).then_some(self.config.cable_ma)
    }

    /// Current on each phase, mA.
    pub fn currents_ma(&self) -> [u32; 3] {
        let mut currents_ma = [0; 3];
        let used = currents_ma.iter_mut().zip(self.live);
        for (current_ma, live) in used.take(self.config.phases.into()) {
            *current_ma = if live { self.current_ma } else { 0 };
        }
        currents_ma
    }

    /// Which phases reach it from now on. Its electronics hang on the first:
    /// without that one it draws from none.
    pub(crate) fn set_live(&mut self, live: [bool; 3]) {
        self.live = live.map(|phase| phase && live[0]);
    }

    /// Fills the battery with what was drawn.
    pub(crate) fn take(&mut self, energy_uj: u64) {
        self.room_uj = self.room_uj.saturating_sub(energy_uj);
    }

    /// Lets one tick pass.
    pub(crate) fn tick(&mut self, offer_ma: Option<u32>, powered: bool) {
        let wanted_ma = offer_ma
            .map(|offer_ma| offer_ma.min(self.most_ma()))
            .filter(|&wanted_ma| wanted_ma >= LEAST_MA && self.room_uj > 0);
        self.state = match (self.state, wanted_ma) {
            (State::Away, _) => State::Away,
            (State::Asleep, Some(_)) => State::Waking { left_ms: WAKE_MS },
            (State::Asleep | State::Waking { .. }, None) => State::Asleep,
            (State::Waking { left_ms }, Some(_)) if left_ms > TICK_MS => State::Waking {
                left_ms: left_ms - TICK_MS,
            },
            (State::Waking { .. }, Some(_)) => State::Ready {
                left_ms: PRECHARGE_MS,
            },
            (State::Ready { left_ms }, wanted_ma) => self.draw(left_ms, wanted_ma, powered),
        };
    }

    /// Moves the current towards what is wanted; returns the state after.
    fn draw(&mut self, left_ms: u64, wanted_ma: Option<u32>, powered: bool) -> State {
        if !powered {
            self.current_ma = 0;
        }
        if wanted_ma.is_none() && self.current_ma == 0 {
            return State::Asleep;
        }
        if !powered {
            return State::Ready {
                left_ms: PRECHARGE_MS,
            };
        }
        if left_ms > 0 {
            return State::Ready {
                left_ms: left_ms.saturating_sub(TICK_MS),
            };
        }
        self.current_ma = ramp(self.current_ma, wanted_ma.unwrap_or(0));
        State::Ready { left_ms: 0 }
    }

    /// The most it takes now: less near full, never below 6 A.
    fn most_ma(&self) -> u32 {
        let above_ma = u64::from(self.config.most_ma - LEAST_MA);
        let room_wh = (self.room_uj / UJ_PER_WH).min(TAPER_WH);
        // At most what it was before.
        LEAST_MA + (above_ma * room_wh / TAPER_WH) as u32
    }
}

/// One tick from a current towards another, with nothing between 0 and 6 A.
fn ramp(from_ma: u32, to_ma: u32) -> u32 {
    let next_ma = if from_ma < to_ma {
        (from_ma + UP_MA).min(to_ma)
    } else {
        from_ma.saturating_sub(DOWN_MA).max(to_ma)
    };
    match (next_ma < LEAST_MA, to_ma) {
        (true, 0) => 0,
        (true, _) => LEAST_MA,
        (false, _) => next_ma,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PilotState::{A, B, C};

    const FULL_OFFER: Option<u32> = Some(32_000);

    /// Lets it be for some ticks under the same conditions.
    fn pass(car: &mut Car, ms: u64, offer_ma: Option<u32>, powered: bool) {
        for _ in 0..ms / TICK_MS {
            car.tick(offer_ma, powered);
            // Three phases of 230 V: mA · V · ms = µJ.
            car.take(u64::from(car.current_ma) * 690 * TICK_MS);
            assert!(car.current_ma == 0 || car.current_ma >= LEAST_MA);
        }
    }

    #[test]
    fn follows_the_offer() {
        let mut car = Car::new(CarConfig::default());
        assert_eq!((car.pilot_state(), car.cable_ma()), (A, None));
        car.plug();
        for (ms, offer_ma, powered, state, current_ma) in [
            (5_000, None, false, B, 0),
            (3_000, FULL_OFFER, false, B, 0),
            (100, FULL_OFFER, false, C, 0),
            (1_500, FULL_OFFER, true, C, 0),
            (100, FULL_OFFER, true, C, 6_000),
            (1_000, FULL_OFFER, true, C, 10_000),
            (5_000, FULL_OFFER, true, C, 16_000),
            (1_000, Some(10_000), true, C, 10_000),
            (1_000, Some(6_000), true, C, 6_000),
            (100, Some(5_999), true, C, 0),
            (100, Some(5_999), true, B, 0),
            (10_000, Some(12_000), true, C, 12_000),
            (300, None, true, C, 6_000),
            (100, None, true, C, 0),
            (100, None, true, B, 0),
            (10_000, Some(12_000), true, C, 12_000),
            (100, Some(12_000), false, C, 0),
            (10_000, Some(12_000), true, C, 12_000),
        ] {
            pass(&mut car, ms, offer_ma, powered);
            let is = (car.pilot_state(), car.currents_ma());
            assert_eq!(is, (state, [current_ma; 3]), "{ms} ms of {offer_ma:?}");
        }
        car.unplug();
        assert_eq!((car.pilot_state(), car.currents_ma()), (A, [0; 3]));
        pass(&mut car, 10_000, FULL_OFFER, true);
        assert_eq!(car.pilot_state(), A);
    }

    #[test]
    fn draws_less_near_full_and_stops_full() {
        let mut car = Car::new(CarConfig {
            room_wh: 2_500,
            most_ma: 32_000,
            ..CarConfig::default()
        });
        car.plug();
        pass(&mut car, 60_000, FULL_OFFER, true);
        assert_eq!(car.currents_ma(), [32_000; 3]);
        pass(&mut car, 240_000, FULL_OFFER, true);
        let near_full_ma = car.currents_ma()[0];
        assert!((LEAST_MA..30_000).contains(&near_full_ma), "{near_full_ma}");
        pass(&mut car, 1_800_000, FULL_OFFER, true);
        assert_eq!((car.pilot_state(), car.currents_ma()), (B, [0; 3]));
        car.unplug();
        car.plug();
        pass(&mut car, 60_000, FULL_OFFER, true);
        assert_eq!(car.pilot_state(), C);
    }

    #[test]
    fn uses_the_phases_it_has() {
        let mut car = Car::new(CarConfig {
            phases: 1,
            most_ma: 40_000,
            ..CarConfig::default()
        });
        car.plug();
        pass(&mut car, 20_000, FULL_OFFER, true);
        assert_eq!(car.currents_ma(), [32_000, 0, 0]);
    }
}
