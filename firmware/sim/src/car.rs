//! A car with an on-board charger of up to three phases.
//!
//! It reads the offer on the pilot, closes its switch some seconds later (state
//! C), waits for voltage, and then draws what is offered, changing its current
//! at a limited rate and never drawing less than 6 A. When the offer goes, it
//! lowers its current and opens the switch. Near full it draws less and less,
//! and full it wants nothing until it has been away.
//!
//! Cars differ, and [`CarConfig`] says how: some are late to wake or to follow
//! another current, some pause by themselves, and some fall asleep when they have not
//! charged for a while, and then want to see the offer come anew.

use goe_firmware::board::PilotState;

use crate::TICK_MS;

/// The least a car draws and a charger offers, mA.
const LEAST_MA: u32 = 6_000;

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
    /// From the offer to its switch, ms.
    pub wakes_after_ms: u32,
    /// Until it follows an offer that has changed, ms. One that is withdrawn it
    /// obeys at once.
    pub answers_after_ms: u32,
    /// It stops charging by itself now and then.
    pub pauses: bool,
    /// It does so after it has drawn current for so long, ms.
    pub pauses_every_ms: u32,
    /// And goes on after so long, ms.
    pub pauses_for_ms: u32,
    /// It falls asleep when it has not charged for so long, ms; `None` if it never
    /// does. An offer that stays does not wake it.
    pub sleeps_after_ms: Option<u32>,
    /// Which offer after it fell asleep wakes it, from 1.
    pub wakes_at_offer: u8,
}

impl Default for CarConfig {
    fn default() -> Self {
        CarConfig::DEFAULT
    }
}

impl CarConfig {
    /// Three phases of 16 A on a cable for 32 A, and so much room (ten MWh)
    /// that it does not fill in a simulated month.
    const DEFAULT: Self = CarConfig {
        phases: 3,
        most_ma: 16_000,
        cable_ma: 32_000,
        room_wh: 10_000_000,
        wakes_after_ms: 3_000,
        answers_after_ms: 0,
        pauses: false,
        pauses_every_ms: 600_000,
        pauses_for_ms: 60_000,
        sleeps_after_ms: None,
        wakes_at_offer: 1,
    };

    /// Cars that differ from each other as those on the road do, by name.
    pub const KINDS: [(&str, Self); 6] = [
        ("three-phase", Self::DEFAULT),
        (
            "one-phase",
            CarConfig {
                phases: 1,
                most_ma: 32_000,
                ..Self::DEFAULT
            },
        ),
        (
            "full",
            CarConfig {
                room_wh: 0,
                ..Self::DEFAULT
            },
        ),
        (
            "pausing",
            CarConfig {
                pauses: true,
                ..Self::DEFAULT
            },
        ),
        (
            "sleepy",
            CarConfig {
                sleeps_after_ms: Some(300_000),
                wakes_at_offer: 2,
                ..Self::DEFAULT
            },
        ),
        (
            "late",
            CarConfig {
                wakes_after_ms: 30_000,
                answers_after_ms: 20_000,
                ..Self::DEFAULT
            },
        ),
    ];
}

/// The state of the car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Away,
    /// Plugged in, switch open, for so long.
    Idle {
        for_ms: u64,
    },
    /// Has seen an offer and is about to close its switch.
    Waking {
        left_ms: u64,
    },
    /// Switch closed; what is left to wait after voltage came.
    Ready {
        left_ms: u64,
    },
}

impl State {
    const IDLE: Self = State::Idle { for_ms: 0 };
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
    pilot: Listening,
    rhythm: Rhythm,
}

/// What the car makes of the pilot.
#[derive(Clone, Debug, Default)]
struct Listening {
    /// The last tick had an offer.
    offered: bool,
    /// The offer that it follows, mA.
    followed_ma: Option<u32>,
    /// For so long another has been offered, ms.
    late_ms: u64,
    /// Asleep, and so many offers more wake it.
    asleep: Option<u8>,
}

/// When it pauses by itself.
#[derive(Clone, Debug, Default)]
struct Rhythm {
    /// Drawn current since the last pause, ms.
    drawn_ms: u64,
    /// What is left of this pause, ms.
    left_ms: u64,
}

impl Car {
    /// A car that is away.
    pub(crate) fn new(config: CarConfig) -> Self {
        let mut car = Car {
            config,
            state: State::Away,
            current_ma: 0,
            live: [true; 3],
            room_uj: u64::from(config.room_wh) * UJ_PER_WH,
            pilot: Listening::default(),
            rhythm: Rhythm::default(),
        };
        car.set_config(config);
        car
    }

    /// The kind of car.
    pub fn config(&self) -> CarConfig {
        self.config
    }

    /// Returns whether it is there.
    pub fn is_plugged(&self) -> bool {
        self.state != State::Away
    }

    /// Returns whether it takes no energy any more.
    pub fn is_full(&self) -> bool {
        self.room_uj == 0
    }

    /// Takes all of its room away, or gives it back.
    pub(crate) fn set_full(&mut self, full: bool) {
        let room_wh = if full { 0 } else { self.config.room_wh };
        self.room_uj = u64::from(room_wh) * UJ_PER_WH;
    }

    /// Exchanges the car; what is out of range is brought into it. It is as full as
    /// the one before, unless it has another room.
    pub(crate) fn set_config(&mut self, config: CarConfig) {
        let has_other_room = config.room_wh != self.config.room_wh;
        self.config = CarConfig {
            phases: config.phases.clamp(1, 3),
            most_ma: config.most_ma.clamp(LEAST_MA, 32_000),
            ..config
        };
        if has_other_room {
            self.set_full(false);
        }
    }

    /// Comes with all its room and plugs in. Nothing if it is plugged in.
    pub(crate) fn plug(&mut self) {
        if self.state == State::Away {
            self.state = State::IDLE;
            self.pilot = Listening::default();
            self.rhythm = Rhythm::default();
            self.set_full(false);
        }
    }

    /// Pulls the plug, whatever it is doing.
    pub(crate) fn unplug(&mut self) {
        self.state = State::Away;
        self.current_ma = 0;
    }

    /// The pilot is parted from it: it takes that for a plug that was pulled, and is
    /// awake when it sees the next offer.
    pub(crate) fn part(&mut self) {
        self.pilot = Listening::default();
        if matches!(self.state, State::Idle { .. }) {
            self.state = State::IDLE;
        }
    }

    /// Returns the state that the control pilot shows.
    pub fn pilot_state(&self) -> PilotState {
        match self.state {
            State::Away => PilotState::A,
            State::Idle { .. } | State::Waking { .. } => PilotState::B,
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
        let followed_ma = self.listen(offer_ma);
        let is_pausing = self.is_pausing();
        let wanted_ma = followed_ma
            .map(|offer_ma| offer_ma.min(self.most_ma()))
            .filter(|&wanted_ma| wanted_ma >= LEAST_MA && self.room_uj > 0 && !is_pausing);
        self.state = match (self.state, wanted_ma) {
            (State::Away, _) => State::Away,
            (State::Idle { .. }, Some(_)) => State::Waking {
                left_ms: self.config.wakes_after_ms.into(),
            },
            (State::Idle { for_ms }, None) => State::Idle {
                for_ms: for_ms + TICK_MS,
            },
            (State::Waking { .. }, None) => State::IDLE,
            (State::Waking { left_ms }, Some(_)) if left_ms > TICK_MS => State::Waking {
                left_ms: left_ms - TICK_MS,
            },
            (State::Waking { .. }, Some(_)) => State::Ready {
                left_ms: PRECHARGE_MS,
            },
            (State::Ready { left_ms }, wanted_ma) => self.draw(left_ms, wanted_ma, powered),
        };
    }

    /// Returns the offer that it follows: none while it sleeps, and the one before
    /// while a change is too new for it.
    fn listen(&mut self, offer_ma: Option<u32>) -> Option<u32> {
        let is_new = offer_ma.is_some() && !self.pilot.offered;
        self.pilot.offered = offer_ma.is_some();
        self.sleep(is_new);
        let Some(offer_ma) = offer_ma.filter(|_| self.pilot.asleep.is_none()) else {
            self.pilot.followed_ma = None;
            return None;
        };
        let followed_ma = *self.pilot.followed_ma.get_or_insert(offer_ma);
        self.pilot.late_ms += TICK_MS;
        if followed_ma == offer_ma {
            self.pilot.late_ms = 0;
        } else if self.pilot.late_ms > self.config.answers_after_ms.into() {
            self.pilot.late_ms = 0;
            self.pilot.followed_ma = Some(offer_ma);
        }
        self.pilot.followed_ma
    }

    /// Falls asleep when its time has come, and wakes by an offer that is new.
    fn sleep(&mut self, is_new: bool) {
        let (State::Idle { for_ms }, Some(after_ms)) = (self.state, self.config.sleeps_after_ms)
        else {
            self.pilot.asleep = None;
            return;
        };
        if self.pilot.asleep.is_none() && for_ms >= after_ms.into() {
            self.pilot.asleep = Some(self.config.wakes_at_offer);
        }
        if let Some(offers) = self.pilot.asleep
            && is_new
        {
            self.pilot.asleep = offers.checked_sub(1).filter(|&left| left > 0);
            if self.pilot.asleep.is_none() {
                self.state = State::IDLE;
            }
        }
    }

    /// Lets a tick of its own rhythm pass; returns whether it pauses now.
    fn is_pausing(&mut self) -> bool {
        if !self.config.pauses {
            self.rhythm = Rhythm::default();
            return false;
        }
        if self.rhythm.left_ms > 0 {
            self.rhythm.left_ms = self.rhythm.left_ms.saturating_sub(TICK_MS);
        } else if self.current_ma > 0 {
            self.rhythm.drawn_ms += TICK_MS;
        }
        if self.rhythm.drawn_ms > self.config.pauses_every_ms.into() {
            self.rhythm = Rhythm {
                drawn_ms: 0,
                left_ms: self.config.pauses_for_ms.into(),
            };
        }
        self.rhythm.left_ms > 0
    }

    /// Moves the current towards what is wanted; returns the state after.
    fn draw(&mut self, left_ms: u64, wanted_ma: Option<u32>, powered: bool) -> State {
        if !powered {
            self.current_ma = 0;
        }
        if wanted_ma.is_none() && self.current_ma == 0 {
            return State::IDLE;
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

    /// A car that is plugged in, and charges after the time that it takes.
    fn charging(config: CarConfig) -> Car {
        let mut car = Car::new(config);
        car.plug();
        pass(&mut car, 10_000, FULL_OFFER, true);
        assert_eq!(car.currents_ma(), [16_000; 3]);
        car
    }

    #[test]
    fn wakes_and_answers_in_its_own_time() {
        let mut car = Car::new(CarConfig {
            wakes_after_ms: 5_000,
            answers_after_ms: 20_000,
            ..CarConfig::default()
        });
        car.plug();
        for (ms, offer_ma, state, current_ma) in [
            (5_000, FULL_OFFER, B, 0),
            (100, FULL_OFFER, C, 0),
            (10_000, FULL_OFFER, C, 16_000),
            (20_000, Some(10_000), C, 16_000),
            (2_000, Some(10_000), C, 10_000),
            // The time counts from the first change; what is offered then is followed.
            (15_000, Some(8_000), C, 10_000),
            (5_000, Some(12_000), C, 10_000),
            (1_000, Some(12_000), C, 12_000),
            // One that goes is obeyed at once.
            (1_000, None, B, 0),
        ] {
            pass(&mut car, ms, offer_ma, true);
            let is = (car.pilot_state(), car.currents_ma());
            assert_eq!(is, (state, [current_ma; 3]), "{ms} ms of {offer_ma:?}");
        }
    }

    #[test]
    fn pauses_by_itself() {
        let mut car = charging(CarConfig {
            pauses: true,
            pauses_every_ms: 60_000,
            pauses_for_ms: 30_000,
            ..CarConfig::default()
        });
        // How long until the pilot shows that, ms.
        let mut lasts = |state| {
            (1..1_000).find_map(|tick| {
                pass(&mut car, TICK_MS, FULL_OFFER, true);
                (car.pilot_state() == state).then_some(tick * TICK_MS)
            })
        };
        lasts(B);
        for _ in 0..3 {
            // From the end of its current on, and then it wakes as ever.
            assert!(lasts(C).is_some_and(|ms| (32_000..=33_000).contains(&ms)));
            // To lock on and precharge takes a moment, and so does the ramp.
            assert!(lasts(B).is_some_and(|ms| (61_500..=63_500).contains(&ms)));
        }
    }

    #[test]
    fn who_seems_to_be_plugged_in_anew_is_awake() {
        for is_parted in [false, true] {
            let mut car = Car::new(CarConfig {
                sleeps_after_ms: Some(60_000),
                wakes_at_offer: 2,
                ..CarConfig::default()
            });
            car.plug();
            pass(&mut car, 90_000, None, false);
            if is_parted {
                car.part();
            }
            pass(&mut car, 10_000, FULL_OFFER, false);
            let expected = if is_parted { C } else { B };
            assert_eq!(car.pilot_state(), expected);
        }
    }

    #[test]
    fn asleep_it_wants_to_see_the_offer_come() {
        let config = CarConfig {
            sleeps_after_ms: Some(60_000),
            wakes_at_offer: 2,
            ..CarConfig::default()
        };
        let mut car = charging(config);
        for (ms, offer_ma, state) in [
            (60_000, None, B),
            // Not yet asleep, it charges at the first.
            (10_000, FULL_OFFER, C),
            (62_000, None, B),
            (600_000, FULL_OFFER, B),
            (5_000, None, B),
            (3_000, FULL_OFFER, B),
            (200, FULL_OFFER, C),
        ] {
            pass(&mut car, ms, offer_ma, true);
            assert_eq!(car.pilot_state(), state, "{ms} ms of {offer_ma:?}");
        }
        // A pause that is too long for it ends in sleep, though the offer stays.
        car.set_config(CarConfig {
            pauses: true,
            pauses_every_ms: 30_000,
            pauses_for_ms: 90_000,
            wakes_at_offer: 1,
            ..config
        });
        pass(&mut car, 600_000, FULL_OFFER, true);
        assert_eq!(car.pilot_state(), B);
        pass(&mut car, 1_000, None, true);
        pass(&mut car, 10_000, FULL_OFFER, true);
        assert_eq!(car.pilot_state(), C);
    }

    #[test]
    fn another_car_has_the_charge_of_the_one_before_unless_its_room_differs() {
        let mut car = Car::new(CarConfig {
            room_wh: 100,
            ..CarConfig::default()
        });
        car.plug();
        pass(&mut car, 300_000, FULL_OFFER, true);
        assert!(car.is_full());
        let mut config = car.config();
        config.phases = 1;
        car.set_config(config);
        assert!(car.is_full());
        car.set_full(false);
        assert!(!car.is_full());
        config.room_wh = 0;
        car.set_config(config);
        assert!(car.is_full());
        config.room_wh = 1;
        car.set_config(config);
        assert!(!car.is_full());
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
