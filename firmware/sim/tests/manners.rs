//! What users of real chargers report of them, with a clock beside it: each test names
//! where. Charger and car together, since the car's part is in the seconds.

use goe_api::{Key, Readings, Write};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::Logic;
use goe_sim::{Sim, SimConfig};

/// A charger at home, whose clock is read to the second.
struct Desk {
    wallbox: Wallbox<Sim>,
    second: u64,
}

impl Desk {
    fn new(plugged: bool) -> Self {
        let identity = Identity::new("000001", 1).expect("short");
        let (ssid, key) = goe_sim::HOME;
        let charger = Charger::new(identity, Counters::default()).with_wifi(ssid, key);
        let sim = Sim::new(&SimConfig {
            plugged,
            ..SimConfig::default()
        });
        let mut wallbox = Wallbox::new(charger, sim);
        goe_sim::begin(&mut wallbox);
        Desk { wallbox, second: 0 }
    }

    fn readings(&self) -> Readings<'_> {
        self.wallbox.readings()
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.second += 1;
            goe_sim::round(&mut self.wallbox, self.second * 1_000);
        }
    }

    /// Seconds until it holds.
    fn until(&mut self, within_s: u64, holds: impl Fn(&Readings<'_>) -> bool) -> u64 {
        for second in 0..=within_s {
            if holds(&self.readings()) {
                return second;
            }
            self.pass(1);
        }
        panic!("not within {within_s} s: {:#?}", self.readings());
    }

    fn set(&mut self, key: Key, json: &str) {
        let write = Write::parse(key, json).expect(json);
        self.wallbox.apply(write).expect(json);
    }

    fn charges(&mut self) {
        self.until(20, |readings| readings.nrg[11] > 10_000.0);
    }
}

fn car(readings: &Readings<'_>) -> Option<u8> {
    readings.car.map(|car| car as u8)
}

/// API 117, syssi 190, evcc 33794.
#[test]
fn force_ends_seconds_after_unplugging_and_is_stored() {
    for force in ["1", "2"] {
        let mut desk = Desk::new(true);
        desk.pass(10);
        desk.set(Key::Frc, force);
        while desk.wallbox.take_changed().is_some() {}
        desk.pass(60);
        assert_eq!(desk.readings().frc as u8, force.parse().expect("a digit"));
        desk.wallbox.hardware().unplug();
        let took = desk.until(10, |readings| readings.frc as u8 == 0);
        assert!((1..=5).contains(&took), "{took} s");
        assert_eq!(desk.wallbox.take_changed(), Some(Key::Frc.index()));
        assert_eq!(desk.wallbox.settings().frc as u8, 0);
        // Without a car it stands.
        desk.set(Key::Frc, force);
        desk.pass(60);
        assert_ne!(desk.readings().frc as u8, 0);
    }
}

/// evcc 14283, and a recorded document of firmware 59.4: `car` 1 and `wh` above 0.
#[test]
fn energy_of_the_session_stays_until_the_next_car() {
    let mut desk = Desk::new(true);
    desk.charges();
    desk.pass(60);
    desk.wallbox.hardware().unplug();
    desk.pass(2);
    let taken_wh = desk.readings().wh;
    assert!(taken_wh > 100.0, "{taken_wh}");
    desk.pass(3_600);
    assert_eq!(
        (car(&desk.readings()), desk.readings().wh),
        (Some(1), taken_wh)
    );
    // Nobody is kept from charging by what another took.
    desk.set(Key::Dwo, "50");
    assert!(desk.readings().alw);
    desk.wallbox.hardware().plug();
    desk.pass(2);
    assert_eq!((car(&desk.readings()), desk.readings().wh), (Some(3), 0.0));
}

/// API 142.
#[test]
fn the_average_power_stays_when_charging_ends() {
    let mut desk = Desk::new(true);
    desk.charges();
    desk.pass(60);
    desk.set(Key::Frc, "1");
    desk.until(5, |readings| readings.nrg[11] == 0.0);
    let last_w = desk.readings().tpa;
    assert!(last_w > 10_000.0, "{last_w}");
    desk.pass(600);
    assert_eq!(desk.readings().tpa, last_w);
    // It is one of charging again as soon as a car charges.
    desk.set(Key::Amp, "6");
    desk.set(Key::Frc, "0");
    desk.until(60, |readings| (3_500.0..5_000.0).contains(&readings.tpa));
}

/// evcc 32510: `acu` is null while the car may not charge.
#[test]
fn no_current_is_allowed_while_none_is() {
    let mut desk = Desk::new(true);
    assert_eq!((desk.readings().alw, desk.readings().acu), (true, Some(32)));
    desk.set(Key::Frc, "1");
    assert_eq!((desk.readings().alw, desk.readings().acu), (false, None));
    desk.set(Key::Frc, "2");
    assert_eq!((desk.readings().alw, desk.readings().acu), (true, Some(32)));
}

/// API 116.
#[test]
fn a_transaction_that_no_car_uses_ends_after_two_minutes() {
    let mut desk = Desk::new(false);
    desk.set(Key::Acs, "1");
    desk.set(Key::Trx, "0");
    let took = desk.until(200, |readings| readings.trx.is_none());
    assert!((119..=121).contains(&took), "{took} s");
    desk.set(Key::Trx, "0");
    desk.pass(100);
    desk.wallbox.hardware().plug();
    desk.pass(600);
    assert_eq!(desk.readings().trx, Some(0));
}

/// API 156.
#[test]
fn a_pause_ends_ten_to_fifteen_seconds_after_it_is_told_to() {
    for ends in ["0", "2"] {
        let mut desk = Desk::new(true);
        desk.charges();
        desk.set(Key::Frc, "1");
        desk.pass(30);
        assert_eq!(car(&desk.readings()), Some(4));
        desk.set(Key::Frc, ends);
        assert!(desk.readings().alw);
        let charges = desk.until(30, |readings| car(readings) == Some(2));
        let draws = charges + desk.until(30, |readings| readings.nrg[11] > 3_000.0);
        assert!(charges >= 10 && draws <= 15, "{charges} and {draws} s");
    }
}

/// What is served first was measured: no zeros, no 1970, and the WiFi is there.
#[test]
fn the_first_state_is_that_of_a_step() {
    let desk = Desk::new(true);
    let readings = desk.readings();
    assert_eq!(car(&readings), Some(3));
    assert!(readings.rssi.is_some_and(|dbm| dbm < 0) && readings.ccw.is_some());
    assert!(readings.utc.starts_with("2026-"), "{}", &*readings.utc);
    assert!(readings.nrg[0] > 200.0 && readings.fhz.is_some_and(|hz| hz > 49.0));
    assert_eq!((readings.scaa, readings.scan.len()), (None, 0));
    assert!(readings.wifis[0].key && &*readings.wifis[0].ssid == "home");
}

/// Recorded: `rbt` 9563735, 9564801, 9565732; voltages of a Gemini in hundredths
/// (openHAB 14736).
#[test]
fn times_and_voltages_have_the_steps_of_a_device() {
    let mut desk = Desk::new(true);
    desk.charges();
    let (mut before_ms, mut odd) = (0, 0);
    for _ in 0..100 {
        desk.pass(1);
        let readings = desk.readings();
        assert!((900..1_100).contains(&(readings.rbt - before_ms)) || before_ms == 0);
        before_ms = readings.rbt;
        odd += u32::from(readings.rbt % 10 != 0);
        for volts in &readings.nrg[..4] {
            let hundredths = f64::from(*volts) * 100.0;
            assert!((hundredths - hundredths.round()).abs() < 0.002, "{volts}");
        }
    }
    assert_eq!(odd, 100);
}
