//! What a fleet says of itself at `/fleet`, held against what its chargers say, and the page that shows
//! it. What a person sees there is tried in a browser, by `.ci/page`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::{Value, json};
use support::fleet::Fleet;
use support::{Charger, post};

fn garage(fleet: &Fleet, serial: u32, change: &str) {
    let answer = post(fleet.http, &format!("/{serial}/garage"), change);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn cars(figures: &Value) -> &str {
    figures["cars"].as_str().unwrap()
}

#[test]
fn the_figures_are_those_of_the_chargers() {
    let fleet = Fleet::start(&["--count", "12", "--serial", "200000", "--speed", "10"]);
    for serial in 200_000..200_012 {
        garage(&fleet, serial, r#"{"car":"three-phase"}"#);
    }
    garage(&fleet, 200_003, r#"{"car":"absent"}"#);
    garage(&fleet, 200_007, r#"{"earth":"missing"}"#);
    let figures = fleet.wait_for(|figures| {
        cars(figures) == "222122252222" && figures["power_w"].as_u64().unwrap() > 100_000
    });
    for serial in 200_000..200_012_u32 {
        let digit = &cars(&figures)[serial as usize - 200_000..][..1];
        assert_eq!(fleet.value(serial, "car").to_string(), digit, "{serial}");
    }
    // Cars are still on their way up when the first hundred kilowatts are there, and a second goes by
    // in a tenth of one here: the sums are held against each other until both are of one moment.
    fleet.wait_for(|figures| {
        let powers =
            (200_000..200_012).map(|serial| fleet.value(serial, "nrg")[11].as_f64().unwrap());
        let power_w: f64 = powers.sum();
        let told_w = figures["power_w"].as_f64().unwrap();
        (power_w - told_w).abs() < power_w / 50.0
    });
    // An hour of it in six minutes.
    let before_wh = figures["energy_wh"].as_u64().unwrap();
    fleet.wait_for(|figures| figures["energy_wh"].as_u64().unwrap() > before_wh + 1_000);
    assert_eq!(figures["count"], 12);
    assert_eq!(figures["serial"], "200000");
    assert_eq!(figures["speed"], 10);
    assert_eq!(figures["shard"], Value::Null);
    assert_eq!(figures["mqtt"], Value::Null);
}

#[test]
fn a_shard_tells_of_its_part() {
    let fleet = Fleet::start(&["--count", "10", "--shard", "2/3"]);
    let figures = fleet.json("/fleet");
    assert_eq!(figures["shard"], "2/3");
    assert_eq!(
        (&figures["serial"], &figures["count"]),
        (&json!("100003"), &json!(3))
    );
    assert_eq!(cars(&figures).len(), 3);
}

#[test]
fn clients_of_a_broker_and_what_they_published_are_counted() {
    let other = Charger::start();
    let url = format!("mqtt://{}", other.broker.unwrap());
    let fleet = Fleet::start(&["--count", "3", "--mqtt-url", &url]);
    let keys = fleet.json("/100000/api/status");
    let keys = keys.as_object().unwrap().len() as u64;
    let figures = fleet.wait_for(|figures| {
        figures["mqtt"]["connected"] == 3 && figures["mqtt"]["published"].as_u64() >= Some(3 * keys)
    });
    let published = figures["mqtt"]["published"].as_u64();
    // They go on, and the broker may go.
    fleet.wait_for(|figures| figures["mqtt"]["published"].as_u64() > published);
    drop(other);
    fleet.wait_for(|figures| figures["mqtt"]["connected"] == 0);
}

#[test]
fn who_is_late_is_told() {
    let fleet = Fleet::start(&["--count", "20"]);
    let figures = fleet.wait_for(|figures| figures["uptime_s"].as_u64() > Some(1));
    let slowest = figures["slowest"].as_array().unwrap();
    assert_eq!(slowest.len(), 10);
    let late = |row: &Value| row["late_ms"].as_u64().unwrap();
    assert!(slowest.is_sorted_by(|one, next| late(one) >= late(next)));
    assert_eq!(figures["late_ms"]["most"], slowest[0]["late_ms"]);
    let [median, p99, most] = ["median", "p99", "most"].map(|of| figures["late_ms"][of].as_u64());
    assert!(
        median <= p99 && p99 <= most && most < Some(60_000),
        "{figures}"
    );
    for row in slowest {
        let serial: u32 = row["serial"].as_str().unwrap().parse().unwrap();
        assert!((100_000..100_020).contains(&serial), "{serial}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_the_process_takes_is_what_the_system_says() {
    let fleet = Fleet::start(&["--count", "50"]);
    let told = fleet.wait_for(|figures| figures["process"]["cpu_s"].as_f64() > Some(0.0));
    let status = std::fs::read_to_string(format!("/proc/{}/status", fleet.id())).unwrap();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    let kib: f64 = kib.trim().trim_end_matches(" kB").parse().unwrap();
    let told_kib = told["process"]["resident_bytes"].as_f64().unwrap() / 1_024.0;
    assert!((told_kib - kib).abs() < kib / 10.0, "{told_kib} {kib}");
}

#[test]
fn the_page_and_what_it_needs_are_there() {
    let fleet = Fleet::start(&["--count", "3"]);
    let page = fleet.get("/");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    // What it names, and what that imports, level by level.
    let mut wanted = vec![("/".to_owned(), page.body)];
    let mut seen = Vec::<String>::new();
    while let Some((from, body)) = wanted.pop() {
        for part in body.split(['"', '\'']) {
            let folder = from.rsplit_once('/').unwrap().0;
            let path = match part {
                part if part.starts_with("/page/") => part.to_owned(),
                part if part.starts_with("./") => format!("{folder}{}", &part[1..]),
                part if part.starts_with("../") => {
                    format!("{}{}", folder.rsplit_once('/').unwrap().0, &part[2..])
                }
                _ => continue,
            };
            if !path.ends_with(".js") && !path.ends_with(".css") || seen.contains(&path) {
                continue;
            }
            let answer = fleet.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            seen.push(path.clone());
            wanted.push((path, answer.body));
        }
    }
    assert!(seen.len() >= 10, "{seen:?}");
    // The page of a single charger is not there.
    assert_eq!(fleet.get("/100000/").status, 404);
    assert_eq!(fleet.get("/page/stream").status, 404);
    assert_eq!(fleet.get("/reference").status, 200);
}

#[test]
fn without_a_page_there_is_none() {
    let fleet = Fleet::start(&["--count", "3", "--no-page"]);
    assert_eq!(fleet.get("/").status, 404);
    assert_eq!(fleet.get("/page/style.css").status, 404);
    assert_eq!(fleet.get("/fleet").status, 200);
}
