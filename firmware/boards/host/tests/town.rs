//! What a fleet says of itself at `/fleet`, held against what its chargers say, and the page that shows
//! it. What a person sees there is tried in a browser, by `.ci/page`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Answer, Connection, SOON, request};

/// A fleet of the test's own; ended when dropped.
struct Fleet {
    child: Child,
    http: SocketAddr,
    said: Vec<String>,
    /// Open for what it says later.
    _rest: BufReader<ChildStdout>,
}

impl Fleet {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_goe-charger"))
            .args(["fleet", "--http", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        // All that it says before what to try are addresses.
        let said = rest.by_ref().lines().map_while(Result::ok);
        let said: Vec<_> = said.take_while(|line| line != "try:").collect();
        let http = said
            .iter()
            .find_map(|line| line.trim().strip_prefix("HTTP   http://"));
        let http = http.and_then(|url| url.split('/').next()).unwrap();
        Fleet {
            http: http.parse().unwrap(),
            child,
            said,
            _rest: rest,
        }
    }

    fn get(&self, path: &str) -> Answer {
        request(self.http, "GET", path)
    }

    fn figures(&self) -> Value {
        self.get("/fleet").json()
    }

    fn value(&self, serial: u32, key: &str) -> Value {
        self.get(&format!("/{serial}/api/status?filter={key}"))
            .json()[key]
            .clone()
    }

    fn garage(&self, serial: u32, change: &str) {
        let mut connection = Connection::open(self.http);
        let length = change.len();
        let head = format!(
            "POST /{serial}/garage HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.send(head.as_bytes()).unwrap();
        connection.send(change.as_bytes()).unwrap();
        let answer = connection.answer(false).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// The figures, as soon as they are as they have to become.
    fn wait_for(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let figures = self.figures();
            if is_so(&figures) {
                return figures;
            }
            assert!(began.elapsed() < 3 * SOON, "{what}: {figures}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cars(figures: &Value) -> &str {
    figures["cars"].as_str().unwrap()
}

#[test]
fn the_figures_are_those_of_the_chargers() {
    let fleet = Fleet::start(&["--count", "12", "--serial", "200000", "--speed", "10"]);
    for serial in 200_000..200_012 {
        fleet.garage(serial, r#"{"car":"three-phase"}"#);
    }
    fleet.garage(200_003, r#"{"car":"absent"}"#);
    fleet.garage(200_007, r#"{"earth":"missing"}"#);
    let figures = fleet.wait_for("all charge but two", |figures| {
        cars(figures) == "222122252222" && figures["power_w"].as_u64().unwrap() > 100_000
    });
    for serial in 200_000..200_012_u32 {
        let digit = &cars(&figures)[serial as usize - 200_000..][..1];
        assert_eq!(fleet.value(serial, "car").to_string(), digit, "{serial}");
    }
    let powers = (200_000..200_012).map(|serial| fleet.value(serial, "nrg")[11].as_f64().unwrap());
    let power_w: f64 = powers.sum();
    let told_w = fleet.figures()["power_w"].as_f64().unwrap();
    assert!(
        (power_w - told_w).abs() < power_w / 50.0,
        "{power_w} {told_w}"
    );
    // An hour of it in six minutes.
    let before_wh = figures["energy_wh"].as_u64().unwrap();
    fleet.wait_for("energy is counted", |figures| {
        figures["energy_wh"].as_u64().unwrap() > before_wh + 1_000
    });
    assert_eq!(figures["count"], 12);
    assert_eq!(figures["serial"], "200000");
    assert_eq!(figures["speed"], 10);
    assert_eq!(figures["shard"], Value::Null);
    assert_eq!(figures["mqtt"], Value::Null);
}

#[test]
fn a_shard_tells_of_its_part() {
    let fleet = Fleet::start(&["--count", "10", "--shard", "2/3"]);
    let figures = fleet.figures();
    assert_eq!(figures["shard"], "2/3");
    assert_eq!(
        (&figures["serial"], &figures["count"]),
        (&json!("100003"), &json!(3))
    );
    assert_eq!(cars(&figures).len(), 3);
}

#[test]
fn who_is_late_is_told() {
    let fleet = Fleet::start(&["--count", "20"]);
    let figures = fleet.wait_for("rounds", |figures| figures["uptime_s"].as_u64() > Some(1));
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
    let told = fleet.wait_for("some processor time", |figures| {
        figures["process"]["cpu_s"].as_f64() > Some(0.0)
    });
    let status = std::fs::read_to_string(format!("/proc/{}/status", fleet.child.id())).unwrap();
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
    assert!(
        fleet
            .said
            .iter()
            .any(|line| line.starts_with("  page   http://"))
    );
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
    assert!(!fleet.said.iter().any(|line| line.contains("page")));
    assert_eq!(fleet.get("/").status, 404);
    assert_eq!(fleet.get("/page/style.css").status, 404);
    assert_eq!(fleet.get("/fleet").status, 200);
}
