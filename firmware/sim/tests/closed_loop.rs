//! Charger and garage together: what the one says must be what happens in the
//! other.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use goe_api::{Key, Readings, Write, Wsms, Wst};
use goe_firmware::board::{CardId, Contactor, Hardware, Meter, PhaseRelay};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_sim::{CarConfig, NETWORKS, Sim, SimConfig};

struct Loop {
    charger: Charger,
    sim: Sim,
    now_ms: u64,
}

impl Loop {
    fn new(config: &SimConfig<'_>) -> Self {
        let identity = Identity::new("000001", 1).expect("short");
        Loop {
            charger: Charger::new(identity, Counters::default()),
            sim: Sim::new(config),
            now_ms: 0,
        }
    }

    /// One step after `step_ms`.
    fn step(&mut self, step_ms: u64) {
        self.now_ms += step_ms;
        self.sim.advance(self.now_ms);
        let inputs = self.sim.sample();
        let outputs = self.charger.step(self.now_ms, &inputs);
        self.sim.drive(&outputs);
    }

    fn seconds(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.step(1_000);
        }
    }

    /// Steps of a second until it holds; how many it took.
    fn until(&mut self, within_s: u64, what: &str, holds: impl Fn(&Readings<'_>) -> bool) -> u64 {
        for second in 0..within_s {
            if holds(&self.charger.readings()) {
                return second;
            }
            self.step(1_000);
        }
        panic!(
            "not within {within_s} s: {what}; {:#?}",
            self.charger.readings()
        );
    }

    fn write(&mut self, key: Key, json: &str) {
        let write = Write::parse(key, json).expect(json);
        self.charger.apply(write).expect(json);
    }

    fn readings(&self) -> Readings<'_> {
        self.charger.readings()
    }

    /// Does what a store does; whether it was asked to.
    fn save_if_wanted(&mut self) -> bool {
        let wanted = self.charger.wants_save();
        if wanted {
            self.charger.counters_persisted(self.charger.counters());
        }
        wanted
    }

    fn meter_mwh(&self) -> u64 {
        self.sim.meter().energy_mwh
    }
}

const HOME: &str = r#"[{"ssid":"home","key":"correct horse"}]"#;

#[test]
fn an_hour_of_charging_adds_up() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.seconds(60);
    let begin_mwh = garage.meter_mwh();
    let mut shown_mws = 0;
    for _ in 0..3_600 {
        garage.step(1_000);
        shown_mws += u64::from(garage.sim.meter().power_mw);
    }
    let readings = garage.readings();
    let energy_mwh = garage.meter_mwh();
    // Three phases of 16 A at 230 V, less the sag.
    assert!(
        (10_700_000..11_100_000).contains(&(energy_mwh - begin_mwh)),
        "{energy_mwh}"
    );
    assert_eq!(readings.eto, energy_mwh / 1_000);
    assert_eq!(garage.charger.counters().energy_total_mwh, energy_mwh);
    assert_eq!(readings.etop, 0);
    assert_eq!(
        (readings.rfb, readings.alw, readings.acu),
        (1, true, Some(32))
    );
    // The power shown, summed up, is the energy counted, to a thousandth.
    let shown_mwh = shown_mws / 3_600;
    let counted_mwh = energy_mwh - begin_mwh;
    assert!(
        shown_mwh.abs_diff(counted_mwh) < counted_mwh / 1_000,
        "{shown_mwh}"
    );
    let mean_w = readings.tpa;
    assert!((10_700.0..11_100.0).contains(&mean_w), "{mean_w} W");
}

#[test]
fn the_current_follows_cable_and_adapter() {
    for (most_ma, cable_ma, adapter, acu) in [
        (32_000, 32_000, false, 32),
        (32_000, 32_000, true, 16),
        (32_000, 20_000, false, 20),
        (16_000, 13_000, true, 13),
        (10_000, 32_000, true, 16),
    ] {
        let car = CarConfig {
            most_ma,
            cable_ma,
            ..CarConfig::default()
        };
        let mut garage = Loop::new(&SimConfig {
            car,
            adapter,
            ..SimConfig::default()
        });
        garage.seconds(60);
        let readings = garage.readings();
        assert_eq!((readings.acu, readings.adi), (Some(acu), adapter));
        let expected_ma = most_ma.min(i32::unsigned_abs(acu) * 1_000);
        assert_eq!(garage.sim.meter().current_ma, [expected_ma; 3]);
    }
}

#[test]
fn the_energy_limit_stops_within_a_step() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Dwo, "500");
    garage.until(600, "limit reached", |readings| !readings.alw);
    let at_limit_mwh = garage.meter_mwh();
    // One second of 11 kW is 3.1 Wh.
    assert!((500_000..503_200).contains(&at_limit_mwh), "{at_limit_mwh}");
    garage.seconds(4);
    assert!(!garage.sim.contactor_closed());
    let stopped_mwh = garage.meter_mwh();
    // The car lets go within a second.
    assert!(stopped_mwh - at_limit_mwh < 3_200, "{stopped_mwh}");
    garage.seconds(600);
    assert_eq!(garage.meter_mwh(), stopped_mwh);
    assert_eq!((garage.readings().alw, garage.readings().rfb), (false, 0));
    // The average is one of charging, and stays.
    assert!(garage.readings().tpa > 10_000.0);

    // A higher limit goes on to there, none goes on without end.
    garage.write(Key::Dwo, "600.5");
    assert!(garage.readings().alw);
    garage.until(600, "next limit reached", |readings| !readings.alw);
    assert!((600_500..603_700).contains(&garage.meter_mwh()));
    garage.write(Key::Dwo, "null");
    garage.seconds(60);
    assert!(garage.readings().alw && garage.sim.contactor_closed());

    // Another session begins at zero.
    garage.write(Key::Dwo, "500");
    assert!(!garage.readings().alw);
    garage.seconds(5);
    let before_mwh = garage.meter_mwh();
    garage.sim.unplug();
    garage.seconds(1);
    assert!(garage.readings().alw);
    garage.sim.plug();
    garage.seconds(10);
    garage.until(600, "limit of the next session", |readings| !readings.alw);
    assert!((500_000..503_200).contains(&(garage.meter_mwh() - before_mwh)));
}

#[test]
fn a_car_that_comes_charges_and_goes() {
    let mut garage = Loop::new(&SimConfig {
        plugged: false,
        ..SimConfig::default()
    });
    garage.seconds(60);
    let is = |garage: &Loop| {
        let readings = garage.readings();
        (readings.alw, readings.rfb, readings.eto)
    };
    assert_eq!(is(&garage), (true, 0, 0));
    garage.sim.plug();
    let start_s = garage.until(30, "contactor closed", |readings| readings.rfb == 1);
    assert!((3..=8).contains(&start_s), "{start_s} s");
    garage.seconds(60);
    assert!(garage.sim.meter().power_mw > 10_000_000);
    garage.sim.unplug();
    garage.seconds(2);
    assert_eq!((garage.readings().rfb, garage.sim.meter().power_mw), (0, 0));
}

#[test]
fn the_store_is_asked_at_a_bounded_rate() {
    let mut garage = Loop::new(&SimConfig::default());
    let mut saves = 0;
    for _ in 0..3_600 {
        garage.step(1_000);
        saves += u32::from(garage.save_if_wanted());
    }
    // 85 Wh of 11 kW take 28 s.
    assert!((120..=130).contains(&saves), "{saves}");
    assert!(garage.readings().eto - garage.readings().etop < 100);
    garage.sim.unplug();
    garage.seconds(3);
    assert!(garage.save_if_wanted());
    assert_eq!(garage.readings().eto, garage.readings().etop);
    garage.seconds(3_600);
    assert!(!garage.charger.wants_save());
}

#[test]
fn tells_of_the_network_it_is_in() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Wifis, HOME);
    garage.until(15, "connected", |readings| readings.wst == Wst::Connected);
    let readings = garage.readings();
    let network = readings.ccw.as_ref().expect("connected");
    assert_eq!(
        (&*network.ssid, &*network.bssid),
        ("home", "02:1D:63:0A:00:01")
    );
    assert_eq!(network.ipv6.len(), 2);
    assert_eq!(readings.wsms, Wsms::Connected);
    assert_eq!(&*readings.host, "go-eCharger_000001");
    assert_eq!(readings.scan.len(), NETWORKS.len());
    assert_eq!((readings.lwcf, readings.lssfc), (false, None));
    drop(readings);

    let mut levels = BTreeSet::new();
    for _ in 0..120 {
        garage.seconds(1);
        levels.insert(garage.readings().rssi.expect("connected"));
    }
    assert!(levels.len() > 3 && levels.iter().all(|level| (-57..=-47).contains(level)));
}

#[test]
fn loses_and_finds_its_network() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Wifis, HOME);
    garage.until(15, "connected", |readings| readings.wst == Wst::Connected);
    let connected_ms = garage.readings().lsstc;
    garage.sim.air_mut().set_present("home", false);
    garage.until(10, "lost", |readings| readings.wst == Wst::ConnectionLost);
    assert!(garage.readings().ccw.is_none());
    assert_eq!(garage.readings().rssi, None);
    let lost_ms = garage.readings().lssfc;
    assert!(lost_ms > connected_ms && connected_ms.is_some());
    let kept_s = garage.until(60, "gone", |readings| readings.wst == Wst::NoSsidAvail);
    assert!((30..=36).contains(&kept_s), "{kept_s} s");
    garage.sim.air_mut().set_present("home", true);
    garage.until(60, "connected again", |readings| {
        readings.wst == Wst::Connected
    });
    assert!(garage.readings().lsstc > lost_ms);
}

#[test]
fn a_wrong_passphrase_and_its_correction() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Wifis, r#"[{"ssid":"home","key":"wrong horse"}]"#);
    garage.until(15, "connecting", |readings| {
        readings.wsms == Wsms::Connecting
    });
    garage.until(15, "refused", |readings| readings.wst == Wst::ConnectFailed);
    assert!(garage.readings().lwcf);
    // It is told for 30 s, then tried again.
    let kept_s = garage.until(60, "next attempt", |readings| readings.wsms != Wsms::None);
    assert!((29..=31).contains(&kept_s), "{kept_s} s");
    assert_eq!(garage.readings().wst, Wst::ConnectFailed);
    garage.write(Key::Wifis, r#"[{"key":"correct horse"}]"#);
    garage.until(15, "connected", |readings| readings.wst == Wst::Connected);
    assert!(!garage.readings().lwcf);
}

#[test]
fn goes_to_the_second_network_and_leaves_an_erased_one() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(
        Key::Wifis,
        r#"[{"ssid":"home","key":"wrong horse"},{},{"ssid":"visitors"}]"#,
    );
    garage.until(20, "connected", |readings| readings.wst == Wst::Connected);
    let ssid = |garage: &Loop| {
        garage
            .readings()
            .ccw
            .map(|ccw| ccw.ssid.as_str().to_owned())
    };
    assert_eq!(ssid(&garage).as_deref(), Some("visitors"));
    garage.write(Key::Wifis, HOME);
    garage.seconds(30);
    assert_eq!(ssid(&garage).as_deref(), Some("visitors"));
    garage.write(Key::Delw, "2");
    garage.until(3, "leaving", |readings| readings.wst == Wst::Disconnecting);
    garage.until(5, "left", |readings| readings.wst == Wst::Disconnected);
    garage.until(45, "connected", |readings| readings.wst == Wst::Connected);
    assert_eq!(ssid(&garage).as_deref(), Some("home"));
}

#[test]
fn hears_the_air_before_anything_is_configured() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.seconds(10);
    let readings = garage.readings();
    assert_eq!(readings.scan.len(), NETWORKS.len());
    assert!(readings.scan.is_sorted_by(|a, b| a.rssi >= b.rssi));
    assert_eq!((readings.wst, readings.wsms), (Wst::IdleStatus, Wsms::None));
    assert_eq!(
        (&*readings.host, readings.lsstc),
        ("go-eCharger_000001", None)
    );
    let age_ms = readings.scaa.expect("a result");
    drop(readings);
    garage.seconds(100);
    assert_eq!(garage.readings().scaa, Some(age_ms + 100_000));
}

/// Everything that can be read over some minutes in which a lot happens.
fn diary(seed: u64) -> String {
    let mut garage = Loop::new(&SimConfig {
        seed,
        ..SimConfig::default()
    });
    garage.write(Key::Wifis, HOME);
    let mut diary = String::new();
    for second in 0..300 {
        match second {
            100 => garage.sim.unplug(),
            130 => garage.sim.plug(),
            150 => assert!(garage.sim.air_mut().set_present("home", false)),
            200 => assert!(garage.sim.air_mut().set_present("home", true)),
            _ => {}
        }
        garage.step(1_000);
        writeln!(diary, "{:?}", garage.readings()).expect("memory");
    }
    diary
}

#[test]
fn the_same_seed_tells_the_same_story() {
    assert_eq!(diary(7), diary(7));
    assert_ne!(diary(7), diary(8));
}

#[test]
fn time_passes_the_same_in_large_and_small_steps() {
    let garage = |step_ms: u64| {
        let mut sim = Sim::new(&SimConfig::default());
        let offer = goe_firmware::board::Outputs {
            offer_ma: Some(16_000),
            part_pilot: false,
            close_contactor: true,
            three_phases: true,
            lock: true,
            radio: None,
        };
        sim.drive(&offer);
        for now_ms in (0..=120_000).step_by(step_ms as usize) {
            sim.advance(now_ms);
        }
        (sim.energy_uj(), sim.meter())
    };
    let expected = garage(100);
    for step_ms in [10, 250, 1_000, 2_000, 120_000] {
        assert_eq!(garage(step_ms), expected, "steps of {step_ms} ms");
    }
}

#[test]
fn the_charger_takes_steps_of_any_length() {
    for step_ms in [100, 700, 1_000, 2_000, 5_000] {
        let mut garage = Loop::new(&SimConfig::default());
        garage.write(Key::Wifis, HOME);
        for _ in 0..600_000 / step_ms {
            garage.step(step_ms);
        }
        let readings = garage.readings();
        assert_eq!(
            readings.eto,
            garage.meter_mwh() / 1_000,
            "steps of {step_ms} ms"
        );
        assert_eq!(readings.wst, Wst::Connected, "steps of {step_ms} ms");
        let mean_w = readings.tpa;
        assert!(
            (10_700.0..11_100.0).contains(&mean_w),
            "{step_ms} ms: {mean_w} W"
        );
    }
}

/// The readings agree with each other in every second: P = U·I·pf on each phase,
/// and the energy of the session is the integral of the power.
#[test]
fn power_and_energy_are_those_of_physics() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Amp, "16");
    let mut joules = 0.0;
    let mut before_w = 0.0;
    for second in 0..3_600 {
        match second {
            600 => garage.write(Key::Amp, "8"),
            1_200 => garage.write(Key::Frc, "1"),
            1_500 => garage.write(Key::Frc, "0"),
            2_400 => garage.write(Key::Amp, "32"),
            _ => {}
        }
        garage.step(1_000);
        let readings = garage.readings();
        let nrg = readings.nrg.map(f64::from);
        for phase in 0..3 {
            let power_w = nrg[phase] * nrg[4 + phase] * nrg[12 + phase] / 100.0;
            let off = (power_w - nrg[7 + phase]).abs();
            assert!(off <= 0.001 * nrg[7 + phase] + 0.01, "{second} s: {nrg:?}");
        }
        let total_w = nrg[11];
        assert!((nrg[7] + nrg[8] + nrg[9] - total_w).abs() < 0.01, "{nrg:?}");
        joules += (before_w + total_w) / 2.0;
        before_w = total_w;
        let drawing = nrg[4] > 1.0;
        assert!(!drawing || readings.car.map(|car| car as u8) == Some(2));
        assert_eq!(readings.pnp, if drawing { 3 } else { 0 });
    }
    let readings = garage.readings();
    let integral_wh = joules / 3_600.0;
    assert!(
        (readings.wh - integral_wh).abs() < integral_wh / 1_000.0,
        "{} Wh shown, {integral_wh} Wh drawn",
        readings.wh
    );
    assert_eq!(readings.eto, readings.wh as u64);
    assert!(readings.tma[0] > 26.0, "it is warm");
}

#[test]
fn what_breaks_is_told_and_stops_charging() {
    let mut garage = Loop::new(&SimConfig::default());
    let err = |readings: &Readings<'_>| readings.err.map_or(0, |err| err as u8);
    let charging = |readings: &Readings<'_>| readings.car.map(|car| car as u8) == Some(2);
    garage.until(30, "charging", charging);
    garage.seconds(30);

    garage.sim.set_phase_dead(0, true);
    garage.until(3, "no first phase", |readings| err(readings) == 3);
    assert_eq!(garage.readings().rfb, 1, "the contactor takes a moment");
    garage.seconds(2);
    assert_eq!(garage.readings().rfb, 0);
    garage.sim.set_phase_dead(0, false);
    garage.until(30, "charging again", charging);
    garage.seconds(10);

    garage.sim.set_contactor_welded(true);
    garage.write(Key::Frc, "1");
    garage.until(20, "contactor stuck", |readings| err(readings) == 9);
    garage.sim.set_contactor_welded(false);
    garage.seconds(5);
    assert_eq!(err(&garage.readings()), 9, "somebody has to look");
    garage.sim.unplug();
    garage.until(3, "nothing wrong", |readings| err(readings) == 0);

    garage.write(Key::Frc, "0");
    garage.seconds(3);
    garage.sim.set_lock_stuck(true);
    garage.sim.plug();
    garage.until(10, "the bolt is stuck", |readings| {
        (readings.cus as u8, readings.ffb as u8) == (4, 1)
    });
    garage.sim.set_lock_stuck(false);
    garage.until(10, "locked", |readings| readings.cus as u8 == 3);

    garage.sim.set_ambient(62_000);
    garage.until(3_600, "less current for heat", |readings| readings.amt < 32);
    garage.sim.set_ambient(90_000);
    garage.until(60, "too hot", |readings| err(readings) == 16);
    assert_eq!(garage.readings().model_status as u8, 1);
    garage.sim.set_ambient(20_000);
    garage.until(60, "charging when cool", charging);
}

#[test]
fn a_card_lets_its_owner_charge_and_counts_for_it() {
    let card = |last| CardId::new(&[0x04, 0xa1, 0xb2, last]).expect("four bytes");
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Acs, "1");
    garage.write(Key::C1i, r#""04A1B2C3""#);
    garage.seconds(60);
    garage.sim.hold_card(card(0xc4));
    garage.seconds(60);
    let readings = garage.readings();
    let is = (readings.model_status as u8, readings.alw, readings.trx);
    assert_eq!(is, (2, false, None));
    drop(readings);

    garage.sim.hold_card(card(0xc3));
    garage.until(30, "charging", |readings| readings.pnp == 3);
    garage.seconds(1_800);
    let readings = garage.readings();
    assert_eq!((readings.trx, readings.ci[1]), (Some(2), true));
    assert!(readings.wh > 4_000.0 && readings.ce[1] == readings.wh as u64);
    assert_eq!((readings.ce[0], readings.ce[2]), (0, 0));
    drop(readings);
    assert_eq!(garage.charger.take_changed().map(Key::name), Some("c1e"));
    assert_eq!(garage.charger.take_changed(), None);

    garage.sim.unplug();
    garage.seconds(3);
    garage.sim.plug();
    garage.seconds(60);
    let readings = garage.readings();
    assert_eq!((readings.trx, readings.alw, readings.pnp), (None, false, 0));
}

/// A house with a roof: what its meters tell every five seconds.
struct Roof {
    garage: Loop,
    /// Energy of the sun beyond what the house takes, of the car, and from the
    /// grid while the car charges, J.
    free_j: f64,
    car_j: f64,
    bought_j: f64,
}

impl Roof {
    const HOUSE_W: f64 = 300.0;

    fn seconds(&mut self, seconds: u64, sun_w: impl Fn(u64) -> f64) {
        for second in 0..seconds {
            let car_w = f64::from(self.garage.sim.meter().power_mw) / 1_000.0;
            let sun_w = sun_w(second);
            let grid_w = Self::HOUSE_W + car_w - sun_w;
            if second % 5 == 0 {
                let told = format!(r#"{{"pGrid":{grid_w},"pPv":{sun_w}}}"#);
                self.garage.write(Key::Ids, &told);
            }
            self.free_j += (sun_w - Self::HOUSE_W).max(0.0);
            self.car_j += car_w;
            if car_w > 0.0 {
                self.bought_j += grid_w.max(0.0);
            }
            self.garage.step(1_000);
        }
    }

    fn phases(&self) -> u8 {
        self.garage.readings().pnp
    }

    fn status(&self) -> u8 {
        self.garage.readings().model_status as u8
    }
}

#[test]
fn a_day_of_sun_with_a_cloud_goes_into_the_car() {
    let mut roof = Roof {
        garage: Loop::new(&SimConfig::default()),
        free_j: 0.0,
        car_j: 0.0,
        bought_j: 0.0,
    };
    roof.garage.write(Key::Lmo, "4");
    roof.seconds(3_600, |_| 0.0);
    assert_eq!((roof.phases(), roof.status()), (0, 17), "at night");
    assert_eq!(roof.car_j, 0.0);
    // It dawns: enough for one phase, in the end.
    roof.seconds(3_600, |second| second as f64);
    assert_eq!((roof.phases(), roof.status()), (1, 12), "in the morning");
    // Towards noon it is enough for three.
    roof.seconds(5_400, |second| 3_600.0 + second as f64);
    assert_eq!((roof.phases(), roof.status()), (3, 12), "at noon");
    // A cloud of three minutes slows the car down.
    roof.seconds(180, |_| 1_900.0);
    let current_ma = roof.garage.sim.meter().current_ma[0];
    assert_eq!((roof.status(), current_ma), (12, 6_000), "in the shade");
    roof.seconds(3_600, |_| 9_000.0);
    assert_eq!(roof.phases(), 3, "in the sun");
    roof.seconds(4_500, |second| 9_000.0 - 2.0 * second as f64);
    roof.seconds(1_800, |_| -5.0);
    assert_eq!((roof.phases(), roof.status()), (0, 17), "in the evening");

    let (free, car, bought) = (roof.free_j, roof.car_j, roof.bought_j);
    assert!(car > 0.8 * free, "{} of {} kWh", car / 3.6e6, free / 3.6e6);
    assert!(bought < 0.05 * car, "{} kWh bought", bought / 3.6e6);
    // Nobody tells any more what is measured.
    let readings = roof.garage.readings();
    assert!(readings.ids.is_some() && readings.pgrid.is_some());
    drop(readings);
    roof.garage.seconds(11);
    let readings = roof.garage.readings();
    assert!(readings.ids.is_none() && readings.pgrid.is_none());
    assert!(readings.inva.is_some_and(|age_ms| age_ms > 10_000));
}

#[test]
fn phases_change_without_load_when_the_owner_says_so() {
    let mut garage = Loop::new(&SimConfig::default());
    garage.write(Key::Amp, "16");
    garage.until(30, "three phases", |readings| readings.pnp == 3);
    garage.seconds(20);
    for (psm, phases) in [("1", 1), ("2", 3)] {
        garage.write(Key::Psm, psm);
        let mut relay = garage.sim.three_phases();
        let mut told = false;
        for _ in 0..40 {
            let closed = garage.sim.contactor_closed();
            garage.step(1_000);
            told |= garage.readings().model_status as u8 == 23;
            let now = garage.sim.three_phases();
            assert!(now == relay || !closed, "under load");
            relay = now;
        }
        assert!(told);
        assert_eq!(garage.readings().pnp, phases, "psm={psm}");
        let current_ma = garage.sim.meter().current_ma;
        assert_eq!(current_ma[0], 16_000);
        assert_eq!(current_ma[2], if phases == 3 { 16_000 } else { 0 });
    }
}
