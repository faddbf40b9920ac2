//! Tables of steps: what happened since the last one, and what the machine says
//! and does.

use core::net::Ipv4Addr;
use std::format;

use super::*;
use crate::board::{AccessPoint, Features, ScanEvent};
use crate::charger::connect::wifi_config::tests::set;

const HOME: AccessPoint<'_> = heard("home", 1, Encryption::Wpa2Psk, -50);
const HOME_FAR: AccessPoint<'_> = heard("home", 2, Encryption::Wpa2Psk, -80);
const SHED: AccessPoint<'_> = heard("shed", 3, Encryption::Wpa3Psk, -60);
const OPEN_HOME: AccessPoint<'_> = heard("home", 4, Encryption::Open, -30);

const fn heard(ssid: &str, number: u8, encryption: Encryption, rssi_dbm: i8) -> AccessPoint<'_> {
    AccessPoint {
        ssid,
        bssid: [2, 0, 0, 0, 0, number],
        encryption,
        rssi_dbm,
        channel: number,
    }
}

/// An event before a step.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Writes(&'static str),
    Erases(u8),
    Hears(&'static [AccessPoint<'static>]),
    ScanFails,
    Joins(AccessPoint<'static>),
    Refuses,
    NotFound,
    Loses,
    Leaves,
}
use Before::*;

/// The command of a step to the radio: none, to scan, to join an access point by
/// number, or to leave.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Quiet,
    Scan,
    JoinAt(u8),
    Leave,
}
use Says::*;

/// `(t_s, before)`, then what the step says, the phase and the outcome.
type Row = ((u64, Before), (Says, &'static str, Outcome));

struct Bench {
    station: Station,
    config: WifiConfig,
}

impl Bench {
    fn new(config: &str) -> Self {
        let mut bench = Bench {
            station: Station::new(),
            config: WifiConfig::new(),
        };
        set(&mut bench.config, config);
        bench
    }

    fn step(&mut self, t_s: u64, before: Before) -> Says {
        let mut radio = RadioInputs {
            rssi_dbm: Some(-55),
            ..RadioInputs::default()
        };
        match before {
            Nothing => {}
            Writes(json) => {
                set(&mut self.config, json);
                self.station.hurry();
            }
            Erases(entry) => self.config.erase(entry).expect("there are ten"),
            Hears(air) => radio.scan = Some(ScanEvent::Done(air)),
            ScanFails => radio.scan = Some(ScanEvent::Failed),
            Joins(access_point) => radio.link = Some(LinkEvent::Connected(link(access_point))),
            Refuses => radio.link = Some(LinkEvent::Failed(ConnectFailure::Refused)),
            NotFound => radio.link = Some(LinkEvent::Failed(ConnectFailure::NotFound)),
            Loses => radio.link = Some(LinkEvent::Lost),
            Leaves => radio.link = Some(LinkEvent::Disconnected),
        }
        let command = self.station.step(t_s * 1_000, &self.config, &radio);
        match command.map(|command| self.station.command(command, "host")) {
            None => Quiet,
            Some(RadioCommand::Scan) => Scan,
            Some(RadioCommand::Disconnect) => Leave,
            Some(RadioCommand::Connect(join)) => JoinAt(join.bssid[5]),
        }
    }

    fn check(&mut self, rows: &[Row]) {
        for (row, &((t_s, before), (says, phase, outcome))) in rows.iter().enumerate() {
            assert_eq!(self.step(t_s, before), says, "row {row}, {t_s} s");
            let is = format!("{:?}", self.station.phase());
            assert!(
                is.starts_with(phase),
                "row {row}, {t_s} s: {is}, not {phase}"
            );
            assert_eq!(self.station.outcome(), outcome, "row {row}, {t_s} s");
            let connected = self.station.phase() == Phase::Connected;
            assert_eq!(self.station.rssi_dbm().is_some(), connected, "row {row}");
            assert_eq!(self.station.connection().is_some(), connected, "row {row}");
        }
    }
}

fn link(access_point: AccessPoint<'_>) -> Link<'_> {
    Link {
        access_point,
        pairwise_cipher: 4,
        group_cipher: 4,
        features: Features::default(),
        ip: Ipv4Addr::new(192, 168, 1, 2),
        netmask: Ipv4Addr::new(255, 255, 255, 0),
        gateway: Ipv4Addr::new(192, 168, 1, 1),
        dns: [Ipv4Addr::UNSPECIFIED; 3],
        ipv6: &[],
    }
}

const ONE: &str = r#"[{"ssid":"home","key":"correct horse"}]"#;
const TWO: &str =
    r#"[{"ssid":"shed","key":"battery staple"},{"ssid":"home","key":"correct horse"}]"#;

/// Into `home`, connected at second 3.
const JOINED: [Row; 4] = [
    ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
    (
        (1, Hears(&[HOME])),
        (Quiet, "Choosing", Outcome::ScanCompleted),
    ),
    ((2, Nothing), (JoinAt(1), "Connecting", Outcome::Connecting)),
    ((3, Joins(HOME)), (Quiet, "Connected", Outcome::Connected)),
];

#[test]
fn joins_the_strongest_access_point_of_its_network() {
    let mut bench = Bench::new(ONE);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        ((1, Nothing), (Quiet, "Scanning", Outcome::Idle)),
        (
            (2, Hears(&[HOME_FAR, SHED, HOME])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        ((3, Nothing), (JoinAt(1), "Connecting", Outcome::Connecting)),
        ((4, Nothing), (Quiet, "Connecting", Outcome::Connecting)),
        ((5, Joins(HOME)), (Quiet, "Connected", Outcome::Connected)),
        ((6, Nothing), (Quiet, "Connected", Outcome::Connected)),
    ]);
    assert!(!bench.station.connect_failed());
    assert_eq!(bench.station.switched_to_connected_ms(), Some(5_000));
    assert_eq!(bench.station.switched_from_connected_ms(), None);
}

#[test]
fn says_to_the_radio_what_was_configured() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..2]);
    let command = bench
        .station
        .step(2_000, &bench.config, &RadioInputs::default())
        .map(|command| bench.station.command(command, "go-eCharger_000001"));
    let expected = Join {
        ssid: "home",
        key: "correct horse",
        bssid: HOME.bssid,
        channel: HOME.channel,
        hostname: "go-eCharger_000001",
    };
    assert_eq!(command, Some(RadioCommand::Connect(expected)));
    assert!(!format!("{command:?}").contains("horse"));
}

#[test]
fn a_wrong_key_is_told_until_the_next_success() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..3]);
    bench.check(&[
        ((3, Refuses), (Quiet, "Pausing", Outcome::ConnectFailed)),
        ((32, Nothing), (Quiet, "Pausing", Outcome::ConnectFailed)),
        ((33, Nothing), (Scan, "Scanning", Outcome::ConnectFailed)),
        ((34, Nothing), (Quiet, "Scanning", Outcome::ConnectFailed)),
        (
            (35, Hears(&[HOME])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (36, Nothing),
            (JoinAt(1), "Connecting", Outcome::Connecting),
        ),
    ]);
    assert!(bench.station.connect_failed());
    bench.check(&[((37, Joins(HOME)), (Quiet, "Connected", Outcome::Connected))]);
    assert!(!bench.station.connect_failed());
}

#[test]
fn a_corrected_key_does_not_wait() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..3]);
    bench.check(&[
        ((3, Refuses), (Quiet, "Pausing", Outcome::ConnectFailed)),
        (
            (5, Writes(r#"[{"key":"battery staple"}]"#)),
            (Scan, "Scanning", Outcome::ConnectFailed),
        ),
        (
            (6, Hears(&[HOME])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        ((7, Nothing), (JoinAt(1), "Connecting", Outcome::Connecting)),
    ]);
}

#[test]
fn the_second_network_is_tried_when_the_first_refuses() {
    let mut bench = Bench::new(TWO);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        (
            (1, Hears(&[SHED, HOME, HOME_FAR])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        ((2, Nothing), (JoinAt(1), "Connecting", Outcome::Connecting)),
        ((3, Refuses), (Quiet, "Choosing", Outcome::ConnectFailed)),
        ((4, Nothing), (JoinAt(3), "Connecting", Outcome::Connecting)),
        ((5, NotFound), (Quiet, "Pausing", Outcome::NoSsidAvailable)),
        ((35, Nothing), (Scan, "Scanning", Outcome::NoSsidAvailable)),
        (
            (36, Hears(&[SHED])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (37, Nothing),
            (JoinAt(3), "Connecting", Outcome::Connecting),
        ),
        ((38, Joins(SHED)), (Quiet, "Connected", Outcome::Connected)),
    ]);
}

#[test]
fn a_network_that_is_not_in_the_air() {
    let mut bench = Bench::new(ONE);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        (
            (1, Hears(&[SHED])),
            (Quiet, "Pausing", Outcome::NoSsidAvailable),
        ),
        ((30, Nothing), (Quiet, "Pausing", Outcome::NoSsidAvailable)),
        ((31, Nothing), (Scan, "Scanning", Outcome::NoSsidAvailable)),
        (
            (32, Hears(&[])),
            (Quiet, "Pausing", Outcome::NoSsidAvailable),
        ),
    ]);
    assert!(!bench.station.connect_failed());
}

#[test]
fn an_open_network_of_the_same_name_is_a_trap() {
    let mut bench = Bench::new(ONE);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        (
            (1, Hears(&[OPEN_HOME])),
            (Quiet, "Pausing", Outcome::NoSsidAvailable),
        ),
        ((31, Nothing), (Scan, "Scanning", Outcome::NoSsidAvailable)),
        (
            (32, Hears(&[OPEN_HOME, HOME_FAR])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (33, Nothing),
            (JoinAt(2), "Connecting", Outcome::Connecting),
        ),
    ]);
    let mut bench = Bench::new(r#"[{"ssid":"home"}]"#);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        (
            (1, Hears(&[OPEN_HOME])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        ((2, Nothing), (JoinAt(4), "Connecting", Outcome::Connecting)),
    ]);
}

#[test]
fn lost_and_found() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED);
    bench.check(&[
        ((10, Loses), (Quiet, "Pausing", Outcome::ConnectionLost)),
        ((39, Nothing), (Quiet, "Pausing", Outcome::ConnectionLost)),
        ((40, Nothing), (Scan, "Scanning", Outcome::ConnectionLost)),
        (
            (41, Hears(&[HOME_FAR])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (42, Nothing),
            (JoinAt(2), "Connecting", Outcome::Connecting),
        ),
        (
            (43, Joins(HOME_FAR)),
            (Quiet, "Connected", Outcome::Connected),
        ),
    ]);
    assert_eq!(bench.station.switched_from_connected_ms(), Some(10_000));
    assert_eq!(bench.station.switched_to_connected_ms(), Some(43_000));
}

#[test]
fn erased_while_connected() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED);
    bench.check(&[
        (
            (5, Erases(0)),
            (Leave, "Disconnecting", Outcome::Disconnecting),
        ),
        (
            (6, Nothing),
            (Quiet, "Disconnecting", Outcome::Disconnecting),
        ),
        ((7, Leaves), (Quiet, "Pausing", Outcome::Disconnected)),
        ((8, Nothing), (Quiet, "Resting", Outcome::Disconnected)),
        ((100, Nothing), (Quiet, "Resting", Outcome::Disconnected)),
    ]);
    assert_eq!(bench.station.switched_from_connected_ms(), Some(5_000));
    bench.check(&[(
        (101, Writes(ONE)),
        (Scan, "Scanning", Outcome::Disconnected),
    )]);
}

#[test]
fn erasing_one_of_two_goes_to_the_other_after_the_pause() {
    let mut bench = Bench::new(TWO);
    bench.check(&JOINED);
    bench.check(&[
        (
            (5, Erases(1)),
            (Leave, "Disconnecting", Outcome::Disconnecting),
        ),
        ((6, Leaves), (Quiet, "Pausing", Outcome::Disconnected)),
        ((35, Nothing), (Quiet, "Pausing", Outcome::Disconnected)),
        ((36, Nothing), (Scan, "Scanning", Outcome::Disconnected)),
        (
            (37, Hears(&[HOME, SHED])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (38, Nothing),
            (JoinAt(3), "Connecting", Outcome::Connecting),
        ),
    ]);
}

#[test]
fn a_changed_key_reconnects_and_other_entries_do_not_disturb() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED);
    bench.check(&[
        (
            (5, Writes(r#"[{},{"ssid":"shed","key":"battery staple"}]"#)),
            (Quiet, "Connected", Outcome::Connected),
        ),
        // The same network in another place, its old place taken over.
        (
            (
                6,
                Writes(r#"[{"ssid":"new"},{"ssid":"home","key":"correct horse"}]"#),
            ),
            (Quiet, "Connected", Outcome::Connected),
        ),
        (
            (7, Writes(r#"[{},{"key":"battery staple"}]"#)),
            (Leave, "Disconnecting", Outcome::Disconnecting),
        ),
        // The radio does not answer.
        (
            (11, Nothing),
            (Quiet, "Disconnecting", Outcome::Disconnecting),
        ),
        ((12, Nothing), (Quiet, "Pausing", Outcome::Disconnected)),
        ((13, Nothing), (Scan, "Scanning", Outcome::Disconnected)),
    ]);
}

#[test]
fn erased_while_joining() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..3]);
    bench.check(&[
        (
            (3, Erases(0)),
            (Leave, "Disconnecting", Outcome::Disconnecting),
        ),
        // It had been let in already; that does not count any more.
        (
            (4, Joins(HOME)),
            (Quiet, "Disconnecting", Outcome::Disconnecting),
        ),
        ((5, Leaves), (Quiet, "Pausing", Outcome::Disconnected)),
    ]);
    assert_eq!(bench.station.switched_to_connected_ms(), None);
    assert_eq!(bench.station.switched_from_connected_ms(), None);
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..2]);
    bench.check(&[
        ((2, Erases(0)), (Quiet, "Pausing", Outcome::ScanCompleted)),
        ((3, Nothing), (Quiet, "Resting", Outcome::ScanCompleted)),
    ]);
}

#[test]
fn a_scan_that_fails_or_falls_silent() {
    let mut bench = Bench::new(ONE);
    bench.check(&[
        ((0, Nothing), (Scan, "Scanning", Outcome::Idle)),
        ((1, ScanFails), (Quiet, "Pausing", Outcome::Idle)),
        ((31, Nothing), (Scan, "Scanning", Outcome::Idle)),
        ((40, Nothing), (Quiet, "Scanning", Outcome::Idle)),
        ((41, Nothing), (Quiet, "Pausing", Outcome::Idle)),
        // Late, but true; the next attempt listens again.
        ((42, Hears(&[HOME])), (Quiet, "Pausing", Outcome::Idle)),
        ((71, Nothing), (Scan, "Scanning", Outcome::Idle)),
    ]);
}

#[test]
fn a_radio_that_never_answers_a_connect() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED[..3]);
    bench.check(&[
        ((16, Nothing), (Quiet, "Connecting", Outcome::Connecting)),
        ((17, Nothing), (Leave, "Pausing", Outcome::ConnectFailed)),
        ((18, Leaves), (Quiet, "Pausing", Outcome::ConnectFailed)),
        ((47, Nothing), (Scan, "Scanning", Outcome::ConnectFailed)),
    ]);
    assert!(bench.station.connect_failed());
}

#[test]
fn listens_at_boot_and_every_ten_minutes() {
    let mut bench = Bench::new("[]");
    bench.check(&[
        ((0, Nothing), (Scan, "Resting", Outcome::Idle)),
        ((2, Hears(&[HOME])), (Quiet, "Resting", Outcome::Idle)),
        ((601, Nothing), (Quiet, "Resting", Outcome::Idle)),
        ((602, Nothing), (Scan, "Resting", Outcome::Idle)),
        // An attempt joins the scan that is under way.
        ((603, Writes(ONE)), (Quiet, "Scanning", Outcome::Idle)),
        (
            (604, Hears(&[HOME])),
            (Quiet, "Choosing", Outcome::ScanCompleted),
        ),
        (
            (605, Nothing),
            (JoinAt(1), "Connecting", Outcome::Connecting),
        ),
        ((606, Joins(HOME)), (Quiet, "Connected", Outcome::Connected)),
        ((1_204, Nothing), (Scan, "Connected", Outcome::Connected)),
        (
            (1_205, Hears(&[HOME, SHED])),
            (Quiet, "Connected", Outcome::Connected),
        ),
        ((1_300, Loses), (Quiet, "Pausing", Outcome::ConnectionLost)),
    ]);
}

#[test]
fn a_write_while_connected_does_not_shorten_a_later_pause() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED);
    bench.check(&[
        (
            (5, Writes(r#"[{},{"ssid":"cafe"}]"#)),
            (Quiet, "Connected", Outcome::Connected),
        ),
        ((9, Loses), (Quiet, "Pausing", Outcome::ConnectionLost)),
        ((10, Nothing), (Quiet, "Pausing", Outcome::ConnectionLost)),
        ((38, Nothing), (Quiet, "Pausing", Outcome::ConnectionLost)),
        ((39, Nothing), (Scan, "Scanning", Outcome::ConnectionLost)),
    ]);
}

#[test]
fn a_new_address_is_no_new_connection() {
    let mut bench = Bench::new(ONE);
    bench.check(&JOINED);
    bench.check(&[(
        (9, Joins(HOME_FAR)),
        (Quiet, "Connected", Outcome::Connected),
    )]);
    let bssid = bench
        .station
        .connection()
        .map(|connection| &*connection.bssid);
    assert_eq!(bssid, Some("02:00:00:00:00:02"));
    assert_eq!(bench.station.switched_to_connected_ms(), Some(3_000));
}

#[test]
fn a_clock_of_other_steps_leads_to_the_same_pause() {
    for step_ms in [250, 1_000, 7_000] {
        let mut bench = Bench::new(ONE);
        bench.check(&JOINED);
        bench.step(10, Loses);
        let mut now_ms = 10_000;
        let none = RadioInputs::default();
        while bench.station.step(now_ms, &bench.config, &none).is_none() {
            now_ms += step_ms;
        }
        assert!((40_000..40_000 + step_ms).contains(&now_ms), "{now_ms} ms");
    }
}

#[test]
fn whatever_happened_an_obliging_radio_gets_it_connected() {
    const ANYTHING: [Before; 13] = [
        Nothing,
        Nothing,
        Writes(ONE),
        Writes(TWO),
        Writes(r#"[{"ssid":"home","key":"another key"}]"#),
        Erases(0),
        Hears(&[HOME, SHED]),
        Hears(&[]),
        ScanFails,
        Joins(HOME),
        Refuses,
        Loses,
        Leaves,
    ];
    let mut seed = 5_u64;
    for round in 0..500 {
        let mut bench = Bench::new("[]");
        let mut now_s = 0;
        for _ in 0..round % 50 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now_s += (seed >> 60) + 1;
            bench.step(now_s, ANYTHING[(seed >> 33) as usize % ANYTHING.len()]);
        }
        let mut answer = Writes(ONE);
        for _ in 0..90 {
            now_s += 1;
            answer = match bench.step(now_s, answer) {
                Quiet => Nothing,
                Scan => Hears(&[HOME]),
                JoinAt(_) => Joins(HOME),
                Leave => Leaves,
            };
        }
        assert_eq!(bench.station.phase(), Phase::Connected, "round {round}");
    }
}
