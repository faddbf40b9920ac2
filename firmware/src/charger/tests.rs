//! The charger through its doors: inputs in, outputs, readings and settings out.

use std::format;
use std::string::String;

use goe_api::{Key, Scas, Write, Wsms, Wst};
use goe_runtime::Refusal;

use super::*;
use crate::board::{
    AccessPoint, Encryption, MeterReading, PilotState, RadioCommand, RadioInputs, ScanEvent,
};
use PilotState::{A, B, C};

fn charger() -> Charger {
    let identity = Identity::new("000001", 2).expect("short");
    let counters = Counters {
        energy_total_mwh: 1_234_567,
        boots: 6,
    };
    Charger::new(identity, counters)
}

fn write(charger: &mut Charger, key: Key, json: &str) -> Result<(), Refusal> {
    charger.apply(Write::parse(key, json).expect(json))
}

fn inputs(pilot: PilotState, energy_mwh: u64) -> Inputs<'static> {
    Inputs {
        pilot,
        cable_ma: Some(20_000),
        contactor_closed: pilot == C,
        adapter: false,
        meter: MeterReading {
            energy_mwh,
            ..Inputs::IDLE.meter
        },
        ..Inputs::IDLE
    }
}

#[test]
fn a_reboot_ends_the_session_and_keeps_what_flash_holds() {
    let mut charger = charger();
    write(&mut charger, Key::Fna, r#""home""#).expect("a name");
    write(&mut charger, Key::Dwo, "1").expect("a limit");
    for (now_ms, energy_mwh) in [(0, 0), (1_000, 500), (60_000, 2_000)] {
        charger.step(now_ms, &inputs(C, energy_mwh));
    }
    let boot = |charger: &Charger| {
        let readings = charger.readings();
        (readings.rbt, readings.rbc, readings.alw)
    };
    assert_eq!(boot(&charger), (60_000, 7, false));
    for json in ["1", "true", "null", "{}"] {
        write(&mut charger, Key::Rst, json).expect(json);
        assert_eq!(charger.readings().rbt, 0);
    }
    charger.step(61_000, &inputs(B, 2_500));
    assert_eq!(charger.readings().model_status as u8, 40);
    assert!(!charger.readings().alw);
    charger.step(65_000, &inputs(B, 2_500));
    assert_eq!(boot(&charger), (5_000, 11, true));
    let readings = charger.readings();
    assert_eq!(
        (&*readings.fna, readings.dwo, readings.eto),
        ("home", Some(1.0), 1_237)
    );
    assert!(charger.wants_save());
}

#[test]
fn says_who_it_is_from_the_first_moment() {
    let charger = charger();
    let readings = charger.readings();
    assert_eq!((readings.r#mod, &*readings.sse), (2, "000001"));
    assert_eq!(
        (readings.eto, readings.etop, readings.tpa),
        (1_234, 1_234, 0.0)
    );
    assert_eq!(
        (readings.alw, readings.acu, readings.rfb),
        (true, Some(32), 0)
    );
    assert_eq!(
        (readings.dwo, &*readings.host, readings.rssi),
        (None, "go-eCharger_000001", None)
    );
    assert_eq!((readings.scas, readings.scaa), (Scas::None, None));
    assert_eq!((readings.wst, readings.wsms), (Wst::IdleStatus, Wsms::None));
    assert!(
        readings
            .wifis
            .iter()
            .all(|entry| entry.ssid.is_empty() && !entry.key)
    );
}

#[test]
fn a_session_and_its_limit_step_by_step() {
    let mut charger = charger();
    write(&mut charger, Key::Dwo, "2").expect("a limit");
    let offer = Some(20_000);
    for (second, (pilot, energy_mwh, offer_ma, close_contactor, alw)) in [
        (A, 500, None, false, true),
        (B, 500, offer, false, true),
        (C, 500, offer, true, true),
        (C, 2_499, offer, true, true),
        (C, 2_500, None, false, false),
        (B, 2_500, None, false, false),
        (A, 2_500, None, false, true),
        (B, 2_500, offer, false, true),
    ]
    .into_iter()
    .enumerate()
    {
        let inputs = inputs(pilot, energy_mwh);
        let outputs = charger.step(second as u64 * 1_000, &inputs);
        let says = (outputs.offer_ma, outputs.close_contactor);
        assert_eq!(says, (offer_ma, close_contactor), "at {second} s");
        assert_eq!(charger.readings().alw, alw, "at {second} s");
    }
    assert_eq!(charger.readings().eto, 1_236);
}

#[test]
fn shows_what_the_board_measures() {
    let mut charger = charger();
    for (adapter, contactor_closed, acu, rfb) in [(false, true, 20, 1), (true, false, 16, 0)] {
        let inputs = Inputs {
            adapter,
            contactor_closed,
            ..inputs(B, 0)
        };
        charger.step(0, &inputs);
        let readings = charger.readings();
        assert_eq!(
            (readings.acu, readings.rfb, readings.adi),
            (Some(acu), rfb, adapter)
        );
    }
}

#[test]
fn settings_read_back_as_they_were_written() {
    let mut charger = charger();
    for dwo in ["3.14", "0", "null", "-1", "1e300", "12345.678901234567"] {
        write(&mut charger, Key::Dwo, dwo).expect(dwo);
        let expected = dwo.parse::<f64>().ok();
        assert_eq!(charger.settings().dwo, expected);
        assert_eq!(charger.readings().dwo, expected);
    }
}

#[test]
fn secrets_go_to_the_store_and_nowhere_else() {
    let mut charger = charger();
    let networks = r#"[{},{"ssid":"home","key":"correct horse"},{"ssid":"cafe"}]"#;
    write(&mut charger, Key::Wifis, networks).expect("good entries");
    let stored = charger.settings().wifis;
    assert_eq!(
        (&*stored[1].ssid, &*stored[1].key),
        ("home", "correct horse")
    );
    let shown = charger.readings().wifis;
    assert_eq!((&*shown[1].ssid, shown[1].key), ("home", true));
    assert_eq!((&*shown[2].ssid, shown[2].key), ("cafe", false));
    assert!(!std::format!("{:?}", charger.readings()).contains("horse"));
    write(&mut charger, Key::Delw, "1").expect("there are ten");
    assert!(charger.settings().wifis[1].key.is_empty());
    assert!(!charger.readings().wifis[1].key);
}

#[test]
fn says_how_it_can_be_reached() {
    let mut charger = charger();
    {
        let readings = charger.readings();
        assert_eq!(
            (readings.hai, readings.mce, readings.mcr),
            (true, false, false)
        );
        assert_eq!((&*readings.mcu, &*readings.mtp), ("", "go-eCharger/000001"));
        assert_eq!(
            (readings.mqg, readings.mqcn, readings.mqss),
            (true, false, false)
        );
    }
    assert!(charger.wanted_mqtt().is_none());
    // A broker of the board's own stands in, and is not stored.
    charger.give_broker("mqtt://127.0.0.1:1", false);
    assert_eq!(&*charger.readings().mcu, "mqtt://127.0.0.1:1");
    assert!(charger.readings().mce && charger.settings().mcu.is_empty());
    for (key, json, mcu, stored, wanted) in [
        (
            Key::Mcu,
            r#""mqtt://me:pw@b""#,
            "mqtt://me:***@b",
            "mqtt://me:pw@b",
            true,
        ),
        (
            Key::Mcu,
            r#""mqtt://me:***@b""#,
            "mqtt://me:***@b",
            "mqtt://me:pw@b",
            true,
        ),
        (
            Key::Mce,
            "false",
            "mqtt://me:***@b",
            "mqtt://me:pw@b",
            false,
        ),
        (Key::Mce, "true", "mqtt://me:***@b", "mqtt://me:pw@b", true),
        (Key::Mcu, r#""""#, "mqtt://127.0.0.1:1", "", true),
    ] {
        write(&mut charger, key, json).expect(json);
        assert_eq!(&*charger.readings().mcu, mcu, "{json}");
        assert_eq!(&*charger.settings().mcu, stored, "{json}");
        assert_eq!(charger.wanted_mqtt().is_some(), wanted, "{json}");
    }
    // One that is prescribed goes before what is set, until that is set again.
    write(&mut charger, Key::Mce, "false").expect("a switch");
    charger.give_broker("mqtts://c", true);
    assert_eq!(
        (charger.readings().mce, &*charger.readings().mcu),
        (true, "mqtts://c")
    );
    assert!(!charger.settings().mce);
    write(&mut charger, Key::Mce, "false").expect("a switch");
    assert!(charger.wanted_mqtt().is_none());
}

/// Returns the client that is wanted: its broker, its prefix, and the rest.
fn wish(charger: &Charger) -> Option<[String; 3]> {
    let wanted = charger.wanted_mqtt()?;
    let rest = format!("{:?} {:?}", wanted.trust, discovery(charger));
    Some([wanted.url.into(), format!("{:?}", wanted.prefix), rest])
}

#[test]
fn only_what_is_another_wish_makes_another_connection() {
    let mut charger = charger();
    write(&mut charger, Key::Mce, "true").expect("a switch");
    for (key, json, changes) in [
        (Key::Mcu, r#""mqtt://me:pw@b""#, true),
        (Key::Mcu, r#""mqtt://me:***@b""#, false),
        (Key::Mcu, r#""mqtt://me:pw@b""#, false),
        (Key::Mce, "true", false),
        (Key::Mtp, r#""/x""#, true),
        (Key::Mtp, r#""/x""#, false),
        (Key::Mtp, "null", true),
        (Key::Mqg, "true", false),
        (Key::Mqss, "true", true),
        (Key::Mcr, "true", false),
        // Nobody was told anything yet, so that there is nothing to move.
        (Key::Mht, r#""h""#, false),
        // It says so for the first time, and the broker is asked what it keeps.
        (Key::Mhe, "false", true),
        (Key::Mhe, "false", false),
        (Key::Mhe, "true", true),
        (Key::Mhe, "true", false),
        (Key::Mht, r#""h""#, false),
        (Key::Mht, "null", true),
        (Key::Hai, "false", false),
        (Key::Dwo, "5", false),
    ] {
        let before = wish(&charger);
        write(&mut charger, key, json).expect(json);
        assert_eq!(wish(&charger) != before, changes, "{json}");
    }
    for wrong in [r#""b""#, r#""mqtt://""#, r#""mqtt://b/topic""#] {
        assert!(write(&mut charger, Key::Mcu, wrong).is_err(), "{wrong}");
        assert_eq!(&*charger.readings().mcu, "mqtt://me:***@b");
    }
}

/// Returns the wish for discovery: whether, under which prefix, and the one before.
fn discovery(charger: &Charger) -> Option<(bool, Option<&str>, Option<&str>)> {
    let wanted = charger.wanted_mqtt().expect("a broker");
    let wanted = wanted.discovery?;
    Some((wanted.announce, wanted.prefix, wanted.before))
}

#[test]
fn remembers_where_home_assistant_was_told() {
    let mut charger = charger();
    charger.give_broker("mqtt://b", false);
    assert_eq!(&*charger.readings().mht, "homeassistant");
    assert!(!charger.readings().mhe && charger.settings().mht.is_none());
    assert_eq!(discovery(&charger), None);
    for (key, json, expected) in [
        (Key::Mhe, "true", (true, None, None)),
        // The default is looked at in any case.
        (Key::Mht, r#""a""#, (true, Some("a"), None)),
        (Key::Mht, r#""b""#, (true, Some("b"), Some("a"))),
        // Without a connection in between nothing was told under `b`.
        (Key::Mht, r#""c""#, (true, Some("c"), Some("a"))),
        (Key::Mhe, "false", (false, Some("c"), Some("a"))),
    ] {
        write(&mut charger, key, json).expect(json);
        assert_eq!(discovery(&charger), Some(expected), "{json}");
    }
    charger.mqtt(goe_runtime::device::Connection::Connected);
    write(&mut charger, Key::Mht, "null").expect("a prefix");
    assert_eq!(discovery(&charger), Some((false, None, Some("c"))));
    for wrong in [r#""""#, r#""a/+""#, r##""#""##, r#""$SYS""#] {
        assert!(write(&mut charger, Key::Mht, wrong).is_err(), "{wrong}");
    }
}

#[test]
fn tells_the_radio_whom_to_join() {
    let mut charger = charger();
    write(&mut charger, Key::Wifis, r#"[{"ssid":"cafe"}]"#).expect("a network");
    let idle = inputs(A, 0);
    assert_eq!(charger.step(0, &idle).radio, Some(RadioCommand::Scan));
    let air = [AccessPoint {
        ssid: "cafe",
        bssid: [1; 6],
        encryption: Encryption::Open,
        rssi_dbm: -40,
        channel: 9,
    }];
    let heard = Inputs {
        radio: RadioInputs {
            scan: Some(ScanEvent::Done(&air)),
            ..RadioInputs::default()
        },
        ..idle
    };
    assert_eq!(charger.step(1_000, &heard).radio, None);
    let Some(RadioCommand::Connect(join)) = charger.step(2_000, &idle).radio else {
        panic!("it does not connect");
    };
    assert_eq!((join.ssid, join.key), ("cafe", ""));
    assert_eq!((join.channel, join.hostname), (9, "go-eCharger_000001"));
    let readings = charger.readings();
    assert_eq!(
        (readings.scas, readings.scaa),
        (Scas::Finished, Some(1_000))
    );
    assert_eq!(readings.scan[0].encryption_type as u8, 0);
    assert_eq!(
        (readings.wst, readings.wsms),
        (Wst::Connecting, Wsms::Connecting)
    );
}

#[test]
fn says_why_the_car_may_charge_or_not() {
    let mut charger = charger();
    for (second, (key, json, model_status, alw, acu)) in [
        (Key::Amp, "16", 15, true, Some(16)),
        (Key::Ama, "10", 15, true, Some(10)),
        (Key::Amp, "6", 15, true, Some(6)),
        (Key::Frc, "1", 4, false, None),
        (Key::Dwo, "0", 4, false, None),
        (Key::Frc, "0", 6, false, None),
        (Key::Frc, "2", 3, true, Some(6)),
        (Key::Amp, "32", 3, true, Some(10)),
    ]
    .into_iter()
    .enumerate()
    {
        write(&mut charger, key, json).expect(json);
        // At once, and after the next step.
        for _ in 0..2 {
            let readings = charger.readings();
            let is = (readings.model_status as u8, readings.alw, readings.acu);
            assert_eq!(is, (model_status, alw, acu), "{json} at {second} s");
            drop(readings);
            charger.step(second as u64 * 1_000, &inputs(B, 0));
        }
    }
    let readings = charger.readings();
    assert_eq!((readings.lmsc, readings.alwt), (5_000, 5_000));
    assert_eq!((readings.cbl, readings.amt), (Some(20), 32));
}

#[test]
fn a_leak_stops_charging_at_once_and_is_told() {
    let mut charger = charger();
    for second in 0..5 {
        charger.step(second * 1_000, &inputs(C, second));
    }
    assert_eq!(charger.readings().car.map(|car| car as u8), Some(2));
    let leak = Inputs {
        protection: crate::board::ProtectionReading {
            residual_dc: true,
            ..Default::default()
        },
        ..inputs(C, 5)
    };
    let outputs = charger.step(5_000, &leak);
    assert_eq!((outputs.offer_ma, outputs.close_contactor), (None, false));
    let readings = charger.readings();
    let is = (
        readings.err.map(|err| err as u8),
        readings.car.map(|car| car as u8),
    );
    assert_eq!((is, readings.model_status as u8), ((Some(2), Some(5)), 26));
    drop(readings);
    charger.step(6_000, &inputs(A, 5));
    let readings = charger.readings();
    let is = (
        readings.err.map(|err| err as u8),
        readings.car.map(|car| car as u8),
    );
    assert_eq!((is, readings.lccfc), ((Some(0), Some(1)), Some(5_000)));
}

/// A charger whose clock stands at noon of Monday, the 15th of September 2025, where it
/// stands.
fn at_noon() -> Charger {
    let mut charger = charger();
    write(&mut charger, Key::Utc, r#""2025-09-15T10:00:00""#).expect("a time");
    charger
}

/// The car that is there charges whenever it may: some steps of a second each.
fn charge(charger: &mut Charger, from_s: u64, seconds: u64) -> u8 {
    for second in from_s..from_s + seconds {
        let offered = charger.supply.offer_ma().is_some();
        let mut inputs = inputs(if offered { C } else { B }, 0);
        inputs.three_phases = charger.phases.three();
        inputs.meter.power_mw = if charger.supply.is_closed() {
            11_000_000
        } else {
            0
        };
        charger.step(second * 1_000, &inputs);
    }
    charger.readings().model_status as u8
}

#[test]
fn a_schedule_reads_back_in_the_words_of_the_key() {
    let mut charger = charger();
    let night = r#"{"control":1,"ranges":[{"begin":{"hour":22,"minute":30},"end":{"hour":6,"minute":0,"second":0}}]}"#;
    write(&mut charger, Key::SchSatur, night).expect("a schedule");
    let control = r#"{"control":2}"#;
    write(&mut charger, Key::SchSatur, control).expect("another control");
    let readings = charger.readings();
    let (begin, end) = (
        readings.sch_satur.ranges[0].begin,
        readings.sch_satur.ranges[0].end,
    );
    assert_eq!(readings.sch_satur.control as u8, 2);
    assert_eq!((begin.hour, begin.minute, end.hour), (22, 30, 6));
    assert_eq!(readings.sch_satur.ranges[1].end.hour, 0);
    assert_eq!(readings.sch_sund.control as u8, 0);
    assert_eq!(charger.settings().sch_satur.ranges[0].begin.minute, 30);
}

#[test]
fn a_schedule_stops_and_starts_charging_once_there_is_a_clock() {
    let mut charger = charger();
    let noon =
        r#"{"control":1,"ranges":[{"begin":{"hour":12,"minute":1},"end":{"hour":12,"minute":2}}]}"#;
    write(&mut charger, Key::SchWeek, noon).expect("a schedule");
    assert_eq!(charge(&mut charger, 0, 1), 15);
    write(&mut charger, Key::Utc, r#""2025-09-15T10:00:00""#).expect("a time");
    for (second, reason) in [(1, 5), (59, 5), (61, 14), (119, 14), (121, 5)] {
        assert_eq!(charge(&mut charger, second, 1), reason, "at {second} s");
        assert_eq!(charger.readings().alw, reason == 14);
    }
    write(&mut charger, Key::Frc, "2").expect("a force");
    assert_eq!(charger.readings().model_status as u8, 3);
}

#[test]
fn a_schedule_that_blocks_the_grid_lets_the_surplus_through() {
    let mut charger = at_noon();
    let day =
        r#"{"control":4,"ranges":[{"begin":{"hour":6,"minute":0},"end":{"hour":20,"minute":0}}]}"#;
    write(&mut charger, Key::SchWeek, day).expect("a schedule");
    assert_eq!(charge(&mut charger, 0, 10), 5);
    write(&mut charger, Key::Ids, r#"{"pGrid":-6000}"#).expect("a surplus");
    assert_eq!(charge(&mut charger, 10, 5), 12);
}

#[test]
fn low_prices_charge_the_car_with_all_it_may_have() {
    let mut charger = at_noon();
    assert_eq!(charger.readings().awcp.map(|price| price.start), None);
    for (key, json) in [(Key::Lmo, "4"), (Key::Awe, "true"), (Key::Awp, "10")] {
        write(&mut charger, key, json).expect(json);
    }
    assert_eq!(charge(&mut charger, 0, 1), 16);
    let list = r#"{"marketprice":[10,14.192,-1],"start":1757930400,"interval":60}"#;
    write(&mut charger, Key::Awpl, list).expect("prices");
    for (second, reason, current, price) in [
        (10, 7, Some(20), Some((1_757_930_400, 1_757_930_460, 10.0))),
        (60, 17, None, Some((1_757_930_460, 1_757_930_520, 14.192))),
        (120, 7, Some(20), Some((1_757_930_520, 1_757_930_580, -1.0))),
        (180, 16, None, None),
    ] {
        assert_eq!(charge(&mut charger, second, 1), reason, "at {second} s");
        let readings = charger.readings();
        let is = readings
            .awcp
            .map(|price| (price.start, price.end, price.marketprice));
        assert_eq!((readings.acu, is), (current, price), "at {second} s");
    }
    for wrong in [r#"{"marketprice":[1]}"#, r#"{"start":1}"#, "{}"] {
        assert!(write(&mut charger, Key::Awpl, wrong).is_err(), "{wrong}");
    }
    write(&mut charger, Key::Awpl, r#"{"marketprice":[]}"#).expect("no prices");
    assert_eq!(charge(&mut charger, 200, 1), 16);
}

#[test]
fn at_low_prices_the_car_has_three_phases_again() {
    let mut charger = at_noon();
    for (key, json) in [(Key::Lmo, "4"), (Key::Awe, "true"), (Key::Awp, "10")] {
        write(&mut charger, key, json).expect(json);
    }
    for second in (0..60).step_by(5) {
        write(&mut charger, Key::Ids, r#"{"pGrid":-2000}"#).expect("a surplus");
        charge(&mut charger, second, 5);
    }
    assert_eq!(charger.readings().model_status as u8, 12);
    assert!(!charger.phases.three());
    let list = r#"{"marketprice":[5],"start":1757930400,"interval":3600}"#;
    write(&mut charger, Key::Awpl, list).expect("prices");
    assert_eq!(charge(&mut charger, 60, 100), 7);
    assert!(!charger.phases.three());
    // The last change is ten minutes ago.
    assert_eq!(charge(&mut charger, 160, 600), 7);
    assert!(charger.phases.three());
}

#[test]
fn a_trip_is_tested_and_waits_for_its_time() {
    let mut charger = at_noon();
    for (key, json) in [(Key::Lmo, "5"), (Key::Ate, "11000"), (Key::Att, "54000")] {
        write(&mut charger, key, json).expect(json);
    }
    assert_eq!(
        (charger.readings().fte, charger.readings().tlf),
        (11_000.0, false)
    );
    assert_eq!(charge(&mut charger, 0, 30), 8);
    assert_eq!(charger.readings().tls, Some(0));
    assert_eq!(charge(&mut charger, 30, 40), 18);
    let readings = charger.readings();
    assert_eq!(
        (readings.tlf, readings.mmp, readings.alw),
        (true, 11_000.0, false)
    );
    drop(readings);
    // An hour until three in the afternoon, and a twentieth and five minutes.
    assert_eq!(charge(&mut charger, 3 * 3_600 - 4_085, 1), 18);
    assert_eq!(charge(&mut charger, 3 * 3_600 - 4_070, 1), 10);
    write(&mut charger, Key::Att, "51730").expect("half an hour from now");
    assert_eq!(charge(&mut charger, 6_731, 2), 9);
    write(&mut charger, Key::Fte, "0").expect("nothing is needed");
    assert_eq!(charge(&mut charger, 6_733, 1), 18);
}

#[test]
fn pauses_have_their_rules() {
    let mut charger = at_noon();
    let reason = |charger: &mut Charger, key, json, second| {
        write(charger, key, json).expect(json);
        charge(charger, second, 2)
    };
    assert_eq!(reason(&mut charger, Key::Mcpd, "60000", 0), 15);
    charge(&mut charger, 2, 2);
    assert_eq!(charger.readings().cdi.value, 1_000);
    assert_eq!(charger.readings().cdi.r#type as u8, 0);
    // A mode that waits ends charging, and the pause has its time.
    assert_eq!(reason(&mut charger, Key::Lmo, "4", 10), 17);
    assert_eq!(charger.readings().mcpea, Some(70_000));
    assert_eq!(charger.readings().cdi.r#type as u8, 1);
    assert_eq!(reason(&mut charger, Key::Lmo, "3", 20), 24);
    assert_eq!(reason(&mut charger, Key::Mcpea, "null", 30), 15);
    // A car that bears none goes on with the smallest current.
    assert_eq!(reason(&mut charger, Key::Acp, "false", 40), 15);
    assert_eq!(reason(&mut charger, Key::Lmo, "4", 50), 20);
    assert_eq!(charger.readings().acu, Some(6));
    assert_eq!(reason(&mut charger, Key::Acp, "true", 60), 17);
    assert_eq!(reason(&mut charger, Key::Mci, "30000", 70), 17);
    assert_eq!(charge(&mut charger, 110, 1), 19);
    assert_eq!(charger.readings().acu, Some(6));
    assert_eq!(charge(&mut charger, 171, 1), 17);
}

#[test]
fn a_car_is_parted_from_the_pilot_before_it_goes_on() {
    let mut charger = at_noon();
    for (key, json) in [(Key::Su, "true"), (Key::Sumd, "5000")] {
        write(&mut charger, key, json).expect(json);
    }
    charge(&mut charger, 0, 3);
    write(&mut charger, Key::Lmo, "4").expect("a mode");
    charge(&mut charger, 3, 5);
    write(&mut charger, Key::Lmo, "3").expect("a mode");
    let parted = |pilot, cable_ma| Inputs {
        pilot,
        cable_ma,
        ..inputs(B, 0)
    };
    let cable = Some(20_000);
    for (second, pilot, cable_ma, part_pilot, reason, car) in [
        (10, B, cable, true, 22, 4),
        // The pilot shows nobody, the plug does.
        (11, A, cable, true, 22, 4),
        (14, A, cable, true, 22, 4),
        (15, A, cable, false, 15, 4),
        (16, B, cable, false, 15, 4),
    ] {
        let outputs = charger.step(second * 1_000, &parted(pilot, cable_ma));
        assert_eq!(outputs.part_pilot, part_pilot, "at {second} s");
        assert!(!(outputs.part_pilot && outputs.offer_ma.is_some()));
        let readings = charger.readings();
        let is = (
            readings.model_status as u8,
            readings.car.map(|car| car as u8),
        );
        assert_eq!(is, (reason, Some(car)), "at {second} s");
    }
    // Who pulls the plug meanwhile is seen.
    write(&mut charger, Key::Sua, "true").expect("always");
    charge(&mut charger, 17, 3);
    write(&mut charger, Key::Lmo, "4").expect("a mode");
    charge(&mut charger, 20, 5);
    assert!(charger.step(25_000, &parted(A, cable)).part_pilot);
    assert!(!charger.step(26_000, &parted(A, None)).part_pilot);
    assert_eq!(charger.readings().car.map(|car| car as u8), Some(1));
}

/// Steps once a second, with the same inputs.
fn pass(charger: &mut Charger, seconds: core::ops::Range<u64>, inputs: &Inputs<'_>) {
    for second in seconds {
        charger.step(second * 1_000, inputs);
    }
}

#[test]
fn a_card_is_one_by_whichever_key() {
    let mut charger = charger();
    let all = r#"[{},{"name":"Anna","energy":5,"rfid":"04A1B2C3"}]"#;
    write(&mut charger, Key::Cards, all).expect("cards");
    assert_eq!(&*charger.settings().ci[1], "04A1B2C3");
    write(&mut charger, Key::C1n, r#""Bert""#).expect("a name");
    let readings = charger.readings();
    let card = &readings.cards[1];
    assert_eq!((&*card.name, card.energy, card.card_id), ("Bert", 5, true));
    assert_eq!((readings.ce[1], readings.ci[1]), (5, true));
    drop(readings);
    // Its id is told to nobody who may not know.
    let held = Inputs {
        card: crate::board::CardId::new(&[4, 0xa1, 0xb2, 0xc3]),
        ..inputs(B, 0)
    };
    charger.step(7_000, &held);
    let ids = |charger: &Charger| {
        let readings = charger.readings();
        [readings.lri, readings.tsi].map(|id| id.map(|id| String::from(&*id)))
    };
    assert_eq!(ids(&charger), [None, None]);
    write(&mut charger, Key::Rde, "true").expect("a switch");
    assert_eq!(ids(&charger), ["04A1B2C3"; 2].map(|id| Some(id.into())));
    let readings = charger.readings();
    assert_eq!(
        (readings.lrc, readings.lrr, readings.trx),
        (Some(1), Some(7_000), Some(2))
    );
    drop(readings);
    write(&mut charger, Key::Lrn, "9").expect("a card was held");
    write(&mut charger, Key::Del, "1").expect("there are ten");
    let readings = charger.readings();
    let known = readings.cards.iter().map(|card| card.card_id);
    assert_eq!(known.collect::<std::vec::Vec<_>>(), readings.ci);
    assert_eq!((readings.ci[1], readings.ci[9]), (false, true));
    for (key, is_of_a_card) in [(Key::C0n, true), (Key::C9i, true), (Key::Cards, false)] {
        assert_eq!(Charger::is_of_a_card(key.index()), is_of_a_card, "{key:?}");
    }
}

#[test]
fn a_manager_limits_for_a_while() {
    let mut charger = charger();
    write(&mut charger, Key::Tcl, "8").expect("a limit");
    pass(&mut charger, 0..600, &inputs(B, 0));
    assert_eq!(
        (charger.readings().acu, charger.readings().tcl),
        (Some(8), Some(8))
    );
    assert!(
        charger
            .readings()
            .cll
            .as_str()
            .contains(r#""temporaryCurrentLimit":8"#)
    );
    pass(&mut charger, 600..601, &inputs(B, 0));
    assert_eq!(
        (charger.readings().acu, charger.readings().tcl),
        (Some(20), None)
    );
    assert!(!charger.readings().cll.as_str().contains("temporary"));
}

#[test]
fn the_digital_input_reduces_the_charger() {
    let mut charger = charger();
    let active = Inputs {
        input_closed: true,
        ..inputs(B, 0)
    };
    // Of each: the current, the reason, on one phase.
    for (second, (key, json, inputs, expected)) in [
        (Key::La3, "7", inputs(B, 0), (Some(20), 15, false)),
        (Key::La3, "7", active, (Some(7), 15, false)),
        (Key::La3, "0", active, (None, 30, false)),
        (Key::Dii, "true", active, (Some(20), 15, false)),
        (Key::Dii, "true", inputs(B, 0), (None, 30, false)),
        (Key::Die, "false", inputs(B, 0), (Some(20), 15, false)),
        (Key::La1, "18", inputs(B, 0), (Some(20), 15, false)),
        (Key::Di1, "true", inputs(B, 0), (Some(20), 15, false)),
        (Key::Die, "true", inputs(B, 0), (None, 23, true)),
    ]
    .into_iter()
    .enumerate()
    {
        write(&mut charger, key, json).expect(json);
        // The relay takes a step more.
        let from = second as u64 * 100;
        pass(&mut charger, from..from + 2, &inputs);
        let readings = charger.readings();
        let is = (readings.acu, readings.model_status as u8, readings.fsp);
        assert_eq!(is, expected, "{json} at {from} s");
        assert_eq!(readings.din, u32::from(inputs.input_closed));
    }
    pass(&mut charger, 802..820, &inputs(B, 0));
    assert_eq!(charger.readings().acu, Some(18));
}

#[test]
fn energy_is_told_by_where_it_came_from() {
    let mut charger = charger();
    let drawing = |energy_mwh| {
        let mut inputs = inputs(C, energy_mwh);
        inputs.meter.power_mw = 4_000_000;
        inputs
    };
    pass(&mut charger, 0..1, &inputs(A, 0));
    let house = r#"{"pGrid":1000,"pPv":3000,"pAkku":0}"#;
    for second in 1..20 {
        if second == 10 {
            write(&mut charger, Key::Ids, house).expect("a house");
        }
        charger.step(second * 1_000, &drawing(second * 1_000));
    }
    let readings = charger.readings();
    let parts = [readings.whg, readings.whs, readings.whb, readings.who];
    assert_eq!(parts, [2.5, 7.5, 0.0, 9.0]);
    assert_eq!(parts.iter().sum::<f64>(), readings.wh);
    let powers = [readings.wg, readings.ws, readings.wb, readings.wo];
    assert_eq!(powers, [1_000.0, 3_000.0, 0.0, 0.0].map(Some));
    assert_eq!((readings.lpc, readings.lpsc), (Some(9_000), Some(19_000)));
    assert_eq!(readings.pvopt_average_p_grid, 1_000.0);
    assert_eq!(readings.dsrc.as_deref(), Some("ids"));
    drop(readings);
    pass(&mut charger, 20..22, &drawing(20_000));
    let readings = charger.readings();
    let powers = [readings.wg, readings.ws, readings.wb, readings.wo];
    assert_eq!(powers, [None, None, None, Some(4_000.0)]);
    assert!(readings.dsrc.is_none() && readings.deltap == 0.0);
}

#[test]
fn who_forces_one_phase_is_told_by_which_key() {
    let mut charger = charger();
    let refusal = write(&mut charger, Key::Fsp, "true").expect_err("it only shows");
    assert!(refusal.reason.ends_with("use psm"), "{}", refusal.reason);
    write(&mut charger, Key::Psm, "1").expect("a mode");
    pass(&mut charger, 1..3, &inputs(B, 0));
    let readings = charger.readings();
    assert_eq!((readings.fsp, readings.lfspt), (true, Some(2_000)));
    assert!(!readings.alw);
    drop(readings);
    pass(&mut charger, 3..13, &inputs(B, 0));
    assert!(charger.readings().alw);
}

#[test]
fn the_button_steps_through_the_currents() {
    let mut charger = charger();
    write(&mut charger, Key::Amp, "10").expect("a current");
    let pressed = |pilot, press| Inputs {
        button: Some(press),
        ..inputs(pilot, 0)
    };
    use crate::board::Press::{Long, Short};
    for (second, (inputs, amp)) in [
        (pressed(A, Short), 12),
        (pressed(B, Short), 12),
        (pressed(A, Long), 12),
        (pressed(A, Short), 14),
    ]
    .into_iter()
    .enumerate()
    {
        charger.step(second as u64 * 1_000, &inputs);
        assert_eq!(charger.readings().amp, amp, "at {second} s");
    }
    assert_eq!(charger.take_changed(), Some(Key::Amp));
    let readings = charger.readings();
    assert_eq!((readings.lbp, readings.lbl), (Some(3_000), Some(2_000)));
    assert!(
        readings
            .led
            .as_str()
            .starts_with(r#"{"id":17,"name":"Pulsate","#)
    );
}

#[test]
fn what_is_told_changes_no_setting() {
    use goe_runtime::Render as _;
    let settings = |charger: &Charger| {
        let mut json = [0; goe_api::STORED_CAPACITY];
        let all = goe_api::REGISTRY.keys().map(|key| {
            let mut out = goe_runtime::Out::new(&mut json);
            charger.settings().write_value(key, &mut out);
            let length = out.len();
            String::from_utf8_lossy(&json[..length]).into_owned()
        });
        all.collect::<std::vec::Vec<_>>()
    };
    let mut told: std::vec::Vec<Key> = std::vec::Vec::new();
    for (key, json) in [
        (Key::Ids, r#"{"pGrid":-5000,"pPv":6000,"pAkku":0}"#),
        (Key::Awpl, r#"{"marketprice":[10,20],"start":0}"#),
        (Key::Smd, r#"{"ts":1}"#),
        (Key::Utc, r#""2026-06-21T10:00:00""#),
    ] {
        let mut charger = charger();
        let before = settings(&charger);
        write(&mut charger, key, json).expect(json);
        charger.step(1_000, &inputs(C, 0));
        assert_eq!(settings(&charger), before, "{key:?}");
        told.push(key);
    }
    assert_eq!(told, Charger::TOLD);
}
