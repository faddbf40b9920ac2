//! Data that survives a restart, a kill and damaged flash.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Charger, Options};

fn start(flash: &std::path::Path) -> Charger {
    Options::default().flash(flash).start()
}

#[test]
fn settings_survive_a_clean_stop() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let mut charger = start(&flash);
    assert_eq!(charger.value("dwo"), Value::Null);
    assert_eq!(charger.set("dwo", "1234.5").status, 200);
    assert_eq!(
        charger
            .set("wifis", r#"[{},{"ssid":"garage","key":"battery staple"}]"#)
            .status,
        200
    );
    charger.stop();
    let charger = start(&flash);
    assert_eq!(charger.value("dwo"), json!(1234.5));
    assert_eq!(
        charger.value("wifis")[1],
        json!({"ssid": "garage", "key": true})
    );
    assert_eq!(charger.set("dwo", "null").status, 200);
    drop(charger);
}

#[test]
fn an_acknowledged_setting_survives_a_kill_a_second_later() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    for value in 1..=4 {
        let mut charger = start(&flash);
        assert_eq!(charger.set("dwo", "0").status, 200);
        assert_eq!(charger.set("dwo", &value.to_string()).status, 200);
        // The promise is "within a second"; there is no event to wait for.
        std::thread::sleep(Duration::from_secs(1));
        charger.kill();
        let mut charger = start(&flash);
        assert_eq!(charger.value("dwo"), json!(value));
        charger.kill();
    }
}

#[test]
fn a_kill_during_writes_leaves_a_value_that_was_set() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let mut last = 0;
    for round in 0..6u64 {
        let mut charger = start(&flash);
        let found = charger.value("dwo");
        let found = found.as_u64().unwrap_or(0);
        assert!(found <= last, "{found} was never set");
        for _ in 0..40 + round * 17 {
            last += 1;
            assert_eq!(charger.set("dwo", &last.to_string()).status, 200);
            std::thread::sleep(Duration::from_millis(7));
        }
        charger.kill();
        assert!(!charger.log().contains("damaged"), "{}", charger.log());
    }
}

/// `GOE_CUTS` and `GOE_SEED` make it longer and other.
#[test]
fn power_cuts_at_random_moments_lose_nothing_older_than_a_second() {
    let number = |name, default| match std::env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    };
    let (cuts, seed): (u64, u64) = (number("GOE_CUTS", 5), number("GOE_SEED", 1));
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    // Every value that was set, with the time its answer came.
    let (mut sets, mut last_found) = (0, 0);
    let mut set_at: Vec<(u64, Instant)> = Vec::new();
    let mut cut_at = Instant::now();
    for cut in 0..=cuts {
        let mut charger = start(&flash);
        let log = charger.log();
        assert!(!log.contains("damaged") && !log.contains("noisy"), "{log}");
        let found = charger.value("dwo").as_u64().unwrap_or(0);
        let name = &charger.value("wifis")[0]["ssid"];
        // A value that was set and not answered may be there, too.
        assert!(found <= sets, "cut {cut}: {found} was never set");
        let safe = set_at
            .iter()
            .filter(|(_, at)| cut_at - *at >= Duration::from_millis(1050))
            .map(|&(value, _)| value)
            .max()
            .unwrap_or(last_found);
        assert!(
            found >= safe,
            "cut {cut}: {found} instead of {safe} or later"
        );
        if found > 0 {
            let name = name.as_str().expect("a text");
            let named: u64 = name.trim_start_matches("net ").parse().expect("a number");
            assert!(
                named.abs_diff(found) <= 40,
                "cut {cut}: {name} beside {found}"
            );
        }
        (last_found, set_at) = (found, Vec::new());
        if cut == cuts {
            break;
        }
        let until = Instant::now() + Duration::from_millis(next(2_500));
        while Instant::now() < until {
            sets += 1;
            let wifis = format!(r#"[{{"ssid":"net {sets}","key":"passphrase {sets}"}}]"#);
            assert_eq!(charger.set("wifis", &wifis).status, 200);
            assert_eq!(charger.set("dwo", &sets.to_string()).status, 200);
            set_at.push((sets, Instant::now()));
            std::thread::sleep(Duration::from_millis(next(60)));
        }
        cut_at = Instant::now();
        charger.kill();
    }
    println!("{cuts} power cuts, {sets} settings of two keys, seed {seed}: all intact");
}

#[test]
fn damaged_flash_is_reported_and_used_again() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let mut charger = start(&flash);
    assert_eq!(charger.set("dwo", "5").status, 200);
    charger.stop();
    let good = std::fs::read(&flash).expect("reads");
    let noise: Vec<u8> = (0..good.len()).map(|at| (at * 31 % 251) as u8).collect();
    let half_noise = [&good[..16], &noise[16..]].concat();
    let zeros = vec![0; good.len()];
    for bytes in [&half_noise, &zeros] {
        std::fs::write(&flash, bytes).expect("writes");
        let mut charger = start(&flash);
        assert_eq!(charger.value("dwo"), Value::Null);
        assert!(
            charger.log().contains("starting with defaults"),
            "{}",
            charger.log()
        );
        // And it works again.
        assert_eq!(charger.set("dwo", "6").status, 200);
        charger.stop();
        let mut charger = start(&flash);
        assert_eq!(charger.value("dwo"), json!(6));
        charger.stop();
    }
}

#[test]
fn total_energy_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let fast = || Options::args(&["--speed", "600"]).flash(&flash).start();
    let mut charger = fast();
    let whole = |value: &Value| value.as_u64().expect("a whole number");
    let stored = charger.wait_for("etop", Duration::from_secs(25), |value| whole(value) > 500);
    charger.stop();
    let mut charger = fast();
    let before = whole(&charger.value("etop"));
    assert!(before >= whole(&stored), "{before}");
    assert!(whole(&charger.value("eto")) >= before);
    charger.stop();
}
