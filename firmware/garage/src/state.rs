//! The state of the garage, as its JSON has it: how it is read from the simulator,
//! and brought about there.
//!
//! What stands here is the documentation of the members, too. All of them can be
//! changed; what only measures belongs to the charger's own API.

use goe_firmware::board::{AdapterSense, DigitalInput, Press, Protection, ProtectionReading};
use goe_host::Speed;
use goe_sim::{Battery, CarConfig, HouseConfig, Sim};
use serde::{Deserialize, Serialize};

use super::values::{
    Button, Card, Contactor, DayPrices, Degrees, Earth, Flash, Lock, Password, Phase, Residual,
    Whole, Wifi,
};

/// As much as a test of surplus, prices and timers may need.
const WEEK_S: u32 = 7 * 86_400;

/// A time that a car takes, s.
type Seconds = Whole<0, 86_400>;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) car: CarState,
    /// A card that is held to the reader, once: its bytes, in hex.
    pub(super) card: Option<Card>,
    /// The charger hangs on the 16 A adapter.
    adapter: bool,
    /// The contact of the digital input is closed.
    input: bool,
    /// The button is pressed, once.
    pub(super) button: Option<Button>,
    /// A residual current flows; its fault stays until the car is unplugged.
    residual: Residual,
    earth: Earth,
    l1: Phase,
    l2: Phase,
    l3: Phase,
    /// A welded one stays as it is.
    contactor: Contactor,
    /// A stuck one stays where it is.
    lock: Lock,
    /// How warm it is.
    air_c: Degrees,
    /// Each network with whether it is switched on.
    wifi: Wifi,
    /// Another password for the WebSocket, once; what there is can only be told by a hash.
    password: Option<Password>,
    /// What is set while it fails is lost at the next start.
    flash: Flash,
    sun: Option<SunState>,
    house: Option<HouseState>,
    battery: Option<BatteryState>,
    /// What a kWh costs in the course of a day, in ct, from midnight UTC on, of which a
    /// price service tells the charger; 24 prices are one for each hour.
    prices: Option<DayPrices>,
    /// The hour at which the sun is highest, UTC.
    noon_utc_h: Whole<0, 23>,
    /// Simulated seconds per second.
    speed: Whole<{ *Speed::RANGE.start() }, { *Speed::RANGE.end() }>,
    /// Simulated seconds that pass at once, as fast as they can be computed; when read, what
    /// is left of them.
    advance_s: Whole<0, WEEK_S>,
}

/// The car, and what kind it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CarState {
    pub(super) plugged: bool,
    /// Phases that it charges on.
    phases: Whole<1, 3>,
    /// The most that it draws from each.
    max_a: Whole<6, 32>,
    /// The rating of its cable.
    cable_a: Whole<1, 63>,
    /// Energy that it takes when it comes.
    pub(super) room_wh: Whole<0, 100_000_000>,
    /// It takes nothing any more.
    pub(super) full: bool,
    /// From the offer until it begins.
    wakes_after_s: Seconds,
    /// From another current that is offered until it draws it.
    answers_after_s: Seconds,
    /// It stops by itself now and then.
    pauses: bool,
    /// After it has charged for so long.
    pauses_every_s: Seconds,
    /// And goes on after so long.
    pauses_for_s: Seconds,
    /// It falls asleep when it has not charged for so long; null if never.
    sleeps_after_s: Option<Seconds>,
    /// Which offer after it fell asleep wakes it; one that stays does not.
    wakes_at_offer: Whole<1, 9>,
}

/// Panels on the roof, of which an energy manager tells the charger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "null or an object such as {\"peak_w\":8000}"
)]
struct SunState {
    /// What they give at noon.
    peak_w: Whole<1, 1_000_000>,
    #[serde(default = "clouds_pass")]
    clouds: bool,
}

/// What the house takes beside the car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "null or an object such as {\"base_w\":400}"
)]
struct HouseState {
    /// The least of it.
    base_w: Whole<0, 1_000_000>,
}

/// A battery that takes what would go into the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "null or an object such as {\"capacity_wh\":10000,\"max_w\":3000}"
)]
struct BatteryState {
    capacity_wh: Whole<1, 1_000_000>,
    /// The most that it takes or gives.
    max_w: Whole<1, 1_000_000>,
}

fn clouds_pass() -> bool {
    HouseConfig::default().clouds
}

impl State {
    /// The state of these now.
    pub(super) fn of(
        sim: &Sim,
        house: &HouseConfig,
        prices: Option<&DayPrices>,
        flash_fails: bool,
        speed: &Speed,
    ) -> Self {
        let ProtectionReading {
            residual_ac,
            residual_dc,
            earth_missing,
        } = sim.protection();
        let [l1, l2, l3] = sim.dead_phases().map(|dead| match dead {
            true => Phase::Dead,
            false => Phase::Live,
        });
        let &HouseConfig {
            sun_peak_w,
            clouds,
            base_w,
            battery,
            noon_utc_h,
        } = house;
        let car = sim.car();
        State {
            car: CarState::of(&car.config(), car.is_plugged(), car.is_full()),
            card: None,
            password: None,
            adapter: sim.adapter_used(),
            input: sim.input_closed(),
            button: None,
            residual: match (residual_ac, residual_dc) {
                (_, true) => Residual::Dc,
                (true, false) => Residual::Ac,
                (false, false) => Residual::None,
            },
            earth: match earth_missing {
                true => Earth::Missing,
                false => Earth::Present,
            },
            l1,
            l2,
            l3,
            contactor: match sim.is_contactor_welded() {
                true => Contactor::Welded,
                false => Contactor::Free,
            },
            lock: match sim.is_lock_stuck() {
                true => Lock::Stuck,
                false => Lock::Free,
            },
            air_c: Degrees(sim.ambient_mc()),
            wifi: Wifi(sim.air().networks().collect()),
            flash: match flash_fails {
                true => Flash::Failing,
                false => Flash::Whole,
            },
            sun: sun_peak_w.map(|peak_w| SunState {
                peak_w: Whole::of(peak_w),
                clouds,
            }),
            house: base_w.map(|base_w| HouseState {
                base_w: Whole::of(base_w),
            }),
            battery: battery.map(|battery| BatteryState {
                capacity_wh: Whole::of(battery.capacity_wh),
                max_w: Whole::of(battery.most_w),
            }),
            prices: prices.cloned(),
            noon_utc_h: Whole::of(noon_utc_h.into()),
            speed: Whole::of(speed.get()),
            advance_s: Whole::of(speed.ahead_s()),
        }
    }

    /// Brings it about where it differs from what was before. `refills` gives the car
    /// its room anew.
    pub(super) fn act_on(&self, sim: &mut Sim, before: &State, refills: bool) {
        sim.set_car(self.car.config());
        match (before.car.plugged, self.car.plugged) {
            (false, true) => sim.plug(),
            (true, false) => sim.unplug(),
            _ => {}
        }
        if refills || self.car.full != sim.car().is_full() {
            sim.set_car_full(self.car.full);
        }
        if let Some(Card(id)) = self.card {
            sim.hold_card(id);
        }
        sim.set_adapter(self.adapter);
        sim.set_input(self.input);
        if let Some(button) = self.button {
            sim.press_button(match button {
                Button::Pressed => Press::Short,
                Button::Held => Press::Long,
            });
        }
        sim.set_protection(ProtectionReading {
            residual_ac: self.residual == Residual::Ac,
            residual_dc: self.residual == Residual::Dc,
            earth_missing: self.earth == Earth::Missing,
        });
        for (phase, state) in [self.l1, self.l2, self.l3].into_iter().enumerate() {
            sim.set_phase_dead(phase, state == Phase::Dead);
        }
        sim.set_contactor_welded(self.contactor == Contactor::Welded);
        sim.set_lock_stuck(self.lock == Lock::Stuck);
        sim.set_ambient(self.air_c.0);
        for &(ssid, is_on) in &self.wifi.0 {
            sim.air_mut().set_present(ssid, is_on);
        }
    }

    /// What the house has.
    pub(super) fn house_config(&self) -> HouseConfig {
        HouseConfig {
            sun_peak_w: self.sun.as_ref().map(|sun| sun.peak_w.get()),
            clouds: self.sun.as_ref().map_or(clouds_pass(), |sun| sun.clouds),
            base_w: self.house.as_ref().map(|house| house.base_w.get()),
            battery: self.battery.as_ref().map(|battery| Battery {
                capacity_wh: battery.capacity_wh.get(),
                most_w: battery.max_w.get(),
            }),
            // An hour.
            noon_utc_h: self.noon_utc_h.get() as u8,
        }
    }

    pub(super) fn prices(&self) -> Option<&DayPrices> {
        self.prices.as_ref()
    }

    pub(super) fn password(&self) -> Option<&str> {
        self.password.as_ref().map(|password| password.0.as_str())
    }

    pub(super) fn flash_fails(&self) -> bool {
        self.flash == Flash::Failing
    }

    /// Lets time run so.
    pub(super) fn pace(&self, before: &State, speed: &Speed) {
        if self.speed != before.speed {
            speed.set(self.speed.get());
        }
        if self.advance_s != before.advance_s {
            speed.advance(self.advance_s.get());
        }
    }

    /// As it is told, a member a line.
    pub(super) fn json(&self) -> String {
        // Nothing here can fail to be written as JSON.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

impl CarState {
    pub(super) fn of(config: &CarConfig, plugged: bool, full: bool) -> Self {
        let &CarConfig {
            phases,
            most_ma,
            cable_ma,
            room_wh,
            wakes_after_ms,
            answers_after_ms,
            pauses,
            pauses_every_ms,
            pauses_for_ms,
            sleeps_after_ms,
            wakes_at_offer,
        } = config;
        let seconds = |ms: u32| Whole::of(ms / 1_000);
        CarState {
            plugged,
            phases: Whole::of(phases.into()),
            max_a: Whole::of(most_ma / 1_000),
            cable_a: Whole::of(cable_ma / 1_000),
            room_wh: Whole::of(room_wh),
            full,
            wakes_after_s: seconds(wakes_after_ms),
            answers_after_s: seconds(answers_after_ms),
            pauses,
            pauses_every_s: seconds(pauses_every_ms),
            pauses_for_s: seconds(pauses_for_ms),
            sleeps_after_s: sleeps_after_ms.map(seconds),
            wakes_at_offer: Whole::of(wakes_at_offer.into()),
        }
    }

    fn config(&self) -> CarConfig {
        let ms = |seconds: Seconds| seconds.get() * 1_000;
        CarConfig {
            // Small numbers, each by its range.
            phases: self.phases.get() as u8,
            most_ma: self.max_a.get() * 1_000,
            cable_ma: self.cable_a.get() * 1_000,
            room_wh: self.room_wh.get(),
            wakes_after_ms: ms(self.wakes_after_s),
            answers_after_ms: ms(self.answers_after_s),
            pauses: self.pauses,
            pauses_every_ms: ms(self.pauses_every_s),
            pauses_for_ms: ms(self.pauses_for_s),
            sleeps_after_ms: self.sleeps_after_s.map(ms),
            wakes_at_offer: self.wakes_at_offer.get() as u8,
        }
    }
}
