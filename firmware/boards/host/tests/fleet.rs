//! Many chargers in one process: each is whole and itself.

mod support;

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::fleet::Fleet;
use support::mosquitto::{Mosquitto, Subscription, publish};
use support::{Connection, SOON, request};

#[test]
fn each_answers_under_its_serial_number_and_under_no_other() {
    let fleet = Fleet::start(&["--count", "30", "--serial", "012340"]);
    let mut volts = Vec::new();
    for serial in 12_340..12_370 {
        let status = fleet.json(&format!("/{serial:06}/api/status"));
        assert_eq!(status["sse"], json!(format!("{serial:06}")));
        // Before its first round it has measured nothing.
        let started = Instant::now();
        while fleet.value(serial, "rbt").as_u64() < Some(2_000) {
            assert!(started.elapsed() < SOON, "{serial} has no rounds");
            std::thread::sleep(Duration::from_millis(20));
        }
        volts.push(fleet.value(serial, "nrg")[0].to_string());
    }
    // No two have the same surroundings.
    volts.sort();
    volts.dedup();
    assert!(volts.len() > 20, "{volts:?}");
    for path in [
        "/012339/api/status", "/012370/api/status", "/12340/api/status", "/0012340/api/status",
        "/01234x/api/status", "/01234x", "/api/status", "/nowhere",
    ] {
        let answer = fleet.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("012340 to 012369"), "{}", answer.body);
    }
    for path in ["/012340", "/012340/"] {
        let answer = fleet.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.body.contains("/012340/api/status"),
            "{}",
            answer.body
        );
    }
    // What is none of its routes a charger says itself.
    let answer = fleet.get("/012340/nowhere");
    assert_eq!((answer.status, answer.body.as_str()), (404, "not found\n"));
    let wrong = request(fleet.http, "DELETE", "/012340/api/status");
    assert_eq!(wrong.status, 405);
}

#[test]
fn what_is_set_at_one_is_set_at_no_other() {
    let fleet = Fleet::start(&["--count", "25"]);
    assert_eq!(fleet.set(100_007, "amp", "9").body, r#"{"amp":true}"#);
    let refused = fleet.set(100_008, "amp", "99");
    assert_eq!(refused.status, 500, "{}", refused.body);
    for serial in 100_000..100_025 {
        let amp = if serial == 100_007 { 9 } else { 32 };
        assert_eq!(fleet.value(serial, "amp"), json!(amp), "{serial}");
    }
}

/// What holds of a charger alone on the wire holds here.
#[test]
fn requests_are_kept_apart_and_pages_of_others_change_nothing() {
    let fleet = Fleet::start(&["--count", "2", "--allow-host", "fleet.example.org"]);
    let mut connection = Connection::open(fleet.http);
    let set =
        |more: &str| format!("GET /100001/api/set?amp=8 HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n");
    for (more, status) in [
        ("Origin: https://example.com\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("", 200),
    ] {
        connection.send(set(more).as_bytes()).expect("sends");
        let answer = connection.answer(false).expect("an answer");
        assert_eq!(answer.status, status, "{more}");
    }
    for (host, status) in [("rebound.example.com", 403), ("fleet.example.org", 200)] {
        let set = set("").replace("127.0.0.1", host);
        connection.send(set.as_bytes()).expect("sends");
        let answer = connection.answer(false).expect("an answer");
        assert_eq!(answer.status, status, "{host}");
    }
    // Two at once, of different chargers.
    let both = "GET /100000/api/status?filter=sse HTTP/1.1\r\nHost: fleet\r\n\r\n\
                GET /100001/api/status?filter=sse HTTP/1.1\r\nHost: fleet\r\n\r\n";
    connection.send(both.as_bytes()).expect("sends");
    for serial in ["100000", "100001"] {
        let answer = connection.answer(false).expect("an answer");
        assert_eq!(answer.json(), json!({ "sse": serial }));
    }
    let smuggled = "GET /100000/api/status HTTP/1.1\r\nHost: fleet\r\nContent-Length: 1\r\n\
                    Content-Length: 2\r\n\r\n";
    connection.send(smuggled.as_bytes()).expect("sends");
    assert_eq!(connection.answer(false).expect("an answer").status, 400);
    assert!(connection.answer(false).is_none());
}

#[test]
fn the_garage_of_one_is_its_own_and_all_are_told_of() {
    let fleet = Fleet::start(&["--count", "12"]);
    let post = |serial: u32, body: &str| {
        let mut connection = Connection::open(fleet.http);
        let request = format!(
            "POST /{serial}/garage HTTP/1.1\r\nHost: fleet\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.send(request.as_bytes()).expect("sends");
        connection.answer(false).expect("an answer")
    };
    let is_plugged = |serial| fleet.json(&format!("/{serial}/garage"))["car"]["plugged"].clone();
    for serial in 100_000..100_012 {
        let is_last = serial == 100_011;
        let car = r#"{"car":{"plugged":true,"full":false,"room_wh":50000,"wakes_after_s":1}}"#;
        let answer = post(serial, if is_last { r#"{"car":"absent"}"# } else { car });
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(is_plugged(serial), json!(!is_last), "{serial}");
    }
    let wrong = post(100_003, r#"{"car":"parked"}"#);
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    assert_eq!(post(100_012, "{}").status, 404);
    // Plugged in all that are there charge after some seconds.
    let figures = fleet.wait_for(|figures| {
        figures["cars"] == json!("222222222221") && figures["power_w"].as_u64() > Some(11_000)
    });
    assert_eq!(
        [
            &figures["count"], &figures["serial"], &figures["shard"], &figures["speed"],
            &figures["mqtt"]
        ],
        [
            &json!(12),
            &json!("100000"),
            &Value::Null,
            &json!(1),
            &Value::Null
        ]
    );
    let slowest = figures["slowest"].as_array().expect("a list");
    assert_eq!(slowest.len(), 10);
    let late = |value: &Value| value.as_f64().expect("a number");
    let most = late(&figures["late_ms"]["most"]);
    assert!(
        slowest.iter().all(|one| late(&one["late_ms"]) <= most),
        "{figures}"
    );
    assert!(most < 1_000.0, "{figures}");
}

#[test]
fn their_time_runs_as_fast_as_it_is_told() {
    let began = Instant::now();
    let fleet = Fleet::start(&["--count", "20", "--speed", "60"]);
    let uptime = |serial| fleet.value(serial, "rbt").as_u64().expect("ms");
    for serial in 100_000..100_020 {
        fleet.wait_for(|_| uptime(serial) > 120_000);
        let most = began.elapsed().as_millis() as u64 * 60;
        // A round is up to a second of their time late.
        assert!(uptime(serial) < most + 1_000, "{serial}");
    }
    // Whoever has its garage has the time of all.
    let mut connection = Connection::open(fleet.http);
    let mut change = |change: &str| {
        let request = format!(
            "POST /100007/garage HTTP/1.1\r\nHost: fleet\r\nContent-Length: {}\r\n\r\n{change}",
            change.len()
        );
        connection.send(request.as_bytes()).expect("sends");
        assert_eq!(connection.answer(false).expect("an answer").status, 200);
    };
    change(r#"{"speed":1}"#);
    let (began, before) = (Instant::now(), uptime(100_019));
    fleet.wait_for(|figures| figures["speed"] == json!(1) && uptime(100_019) > before + 2_000);
    assert!(began.elapsed() > Duration::from_secs(1));
    let before = uptime(100_019);
    change(r#"{"advance_s":3600}"#);
    fleet.wait_for(|_| uptime(100_019) > before + 3_600_000);
    assert!(uptime(100_000) < before + 3_700_000);
}

#[test]
fn settings_survive_with_a_file_for_all() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("fleet.flash");
    let path = path.to_str().expect("UTF-8");
    let mut fleet = Fleet::start(&["--count", "40", "--flash", path]);
    for serial in 100_000..100_020 {
        let amp = 6 + serial % 20;
        assert_eq!(fleet.set(serial, "amp", &amp.to_string()).status, 200);
    }
    let said = Fleet::refused(&["--count", "3", "--flash", path]);
    assert!(said.contains(path) && said.contains("in use"), "{said}");
    assert!(fleet.stop() < Duration::from_secs(2));
    // Whoever has the same serial number has the same settings, whatever part it is in.
    let mut fleet = Fleet::start(&[
        "--count", "40", "--serial", "100010", "--shard", "1/2", "--flash", path,
    ]);
    for serial in 100_010..100_030 {
        let amp = if serial < 100_020 {
            6 + serial % 20
        } else {
            32
        };
        assert_eq!(fleet.value(serial, "amp"), json!(amp), "{serial}");
    }
    assert_eq!(fleet.set(100_010, "amp", "31").status, 200);
    // The promise is "within a second"; there is no event to wait for.
    std::thread::sleep(Duration::from_secs(1));
    fleet.kill();
    let fleet = Fleet::start(&["--count", "40", "--flash", path]);
    assert_eq!(fleet.value(100_010, "amp"), json!(31));
    assert_eq!(fleet.value(100_011, "amp"), json!(6 + 100_011 % 20));
}

/// What was set in a charger's first run has the meaning of today from then on.
#[test]
fn a_prefix_that_was_set_is_the_same_after_each_start() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("fleet.flash");
    let args = ["--count", "2", "--flash", path.to_str().expect("UTF-8")];
    let mut fleet = Fleet::start(&args);
    let set = fleet.set(100_001, "mtp", "%22town/100001%22");
    assert_eq!(set.status, 200, "{}", set.body);
    for start in 1..=3 {
        fleet.stop();
        fleet = Fleet::start(&args);
        let prefix = fleet.value(100_001, "mtp");
        assert_eq!(prefix, json!("town/100001"), "start {start}");
    }
}

/// Each counts its boots, so each has something in the file.
#[test]
#[cfg(target_os = "linux")]
fn a_charger_takes_a_few_kilobytes_of_the_disk() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("fleet.flash");
    let args = ["--count", "100", "--flash", path.to_str().expect("UTF-8")];
    for boots in 1..=3 {
        let mut fleet = Fleet::start(&args);
        for serial in [100_000, 100_099] {
            assert_eq!(fleet.value(serial, "rbc"), json!(boots));
        }
        assert!(fleet.stop() < Duration::from_secs(2));
        let blocks = std::fs::metadata(&path).expect("there").blocks();
        let bytes = blocks * 512 / 100;
        assert!((1..=16_384).contains(&bytes), "{bytes} bytes for each");
    }
}

#[test]
fn a_damaged_part_is_set_aside_and_the_others_are_what_they_were() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("fleet.flash");
    let path = file.to_str().expect("UTF-8");
    let mut fleet = Fleet::start(&["--count", "3", "--serial", "000000", "--flash", path]);
    for serial in 0..3 {
        assert_eq!(fleet.set(serial, "amp", "11").status, 200);
    }
    fleet.stop();
    // Noise where the second begins.
    let mut bytes = std::fs::read(&file).expect("reads");
    let second = 8_192 + 131_072;
    bytes[second..second + 4_096].fill(0x5A);
    std::fs::write(&file, bytes).expect("writes");
    let fleet = Fleet::start(&["--count", "3", "--serial", "000000", "--flash", path]);
    let amps = [0, 1, 2].map(|serial| fleet.value(serial, "amp"));
    assert_eq!(amps, [json!(11), json!(32), json!(11)]);
    let copy = Path::new(path).with_file_name("fleet.flash.000001.damaged-1");
    assert_eq!(std::fs::read(copy).expect("was kept").len(), 131_072);
    assert_eq!(fleet.set(1, "amp", "12").status, 200);
    assert_eq!(fleet.value(1, "amp"), json!(12));
}

#[test]
fn what_cannot_be_is_explained() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    for (args, words) in [
        (&["--http", &address][..], &[address.as_str(), "--http"][..]),
        (&["--count", "0"], &["1..=1000000"]),
        (
            &["--count", "101", "--serial", "999900"],
            &["100 serial numbers", "999900"],
        ),
        (&["--serial", "1000"], &["six digits", "100000"]),
        (&["--serial", "10000a"], &["six digits"]),
        (&["--shard", "9/8"], &["from 1/8 to 8/8"]),
        (&["--shard", "1"], &["from 1/8 to 8/8"]),
        (
            &["--count", "3", "--shard", "1/4"],
            &["has none", "fewer parts"],
        ),
        (
            &["--mqtt-url", "http://x"],
            &["mqtt://user:password@host:port"],
        ),
        (&["--speed", "0"], &["1..=10000"]),
        (&["--firmware", "1.2"], &["59.4, 60.4"]),
        (&["--mqtt-ca", "/nowhere.pem"], &["/nowhere.pem"]),
        (&["--flash", "/dev/null/x"], &["/dev/null"]),
    ] {
        let said = Fleet::refused(args);
        for word in words {
            assert!(said.contains(word), "{args:?}: {said}");
        }
    }
}

/// A desktop lets a program have 1,024 files open unless it asks for more.
#[test]
#[cfg(target_os = "linux")]
fn it_may_have_more_files_open_than_it_was_started_with() {
    let fleet = Fleet::start_in_shell("ulimit -Sn 64", &["--count", "2"]);
    let mut clients: Vec<_> = (0..200).map(|_| Connection::open(fleet.http)).collect();
    for _ in 0..2 {
        for (serial, client) in [100_000, 100_001].into_iter().cycle().zip(&mut clients) {
            let request =
                format!("GET /{serial}/api/status?filter=sse HTTP/1.1\r\nHost: f\r\n\r\n");
            client.send(request.as_bytes()).expect("sends");
            let answer = client.answer(false).expect("an answer");
            assert_eq!(answer.json(), json!({ "sse": serial.to_string() }));
        }
    }
    let broker = ["--count", "500", "--mqtt-url", "mqtt://127.0.0.1:1"];
    let said = Fleet::refused_in_shell("ulimit -n 300", &broker);
    for word in [
        "500 connections", "300 files", "ulimit -n 756", "LimitNOFILE=756", "--shard",
    ] {
        assert!(said.contains(word), "{said}");
    }
}

/// Clients that keep their connections take no file with which a charger comes back.
#[test]
#[cfg(target_os = "linux")]
fn a_charger_finds_its_broker_whoever_else_is_there() {
    const CHARGERS: usize = 20;
    let broker = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("mqtt://{}", broker.local_addr().expect("an address"));
    let args = ["--count", "20", "--mqtt-url", &url];
    let fleet = Fleet::start_in_shell("ulimit -n 300", &args);
    let mut clients: Vec<_> = (0..290).map(|_| Connection::open(fleet.http)).collect();
    let mut answered = 0;
    for client in &mut clients {
        let request = b"GET /fleet HTTP/1.1\r\nHost: f\r\n\r\n";
        let sent = client.send(request).is_ok();
        answered += usize::from(sent && client.answer(false).is_some());
    }
    assert!(answered > 100, "{answered} clients are served");
    let open = std::fs::read_dir(format!("/proc/{}/fd", fleet.id())).expect("it runs");
    let open = open.count();
    assert!(open + CHARGERS <= 300, "{open} files are open");
}

#[test]
#[ignore = "needs mosquitto"]
fn each_publishes_under_its_prefix_and_takes_sets() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    let url = format!("mqtt://{broker}");
    let mut fleet = Fleet::start(&["--count", "30", "--mqtt-url", &url]);
    let prefix = |serial: u32| format!("go-eCharger/{serial}");
    let mut all = Subscription::new(broker, "go-eCharger/+/sse", &[]);
    for serial in 100_000..100_030 {
        let topic = format!("{}/sse", prefix(serial));
        let mut one = Subscription::new(broker, &topic, &[]);
        assert_eq!(one.wait_for(&topic), format!("\"{serial}\""));
    }
    all.wait_for(&format!("{}/sse", prefix(100_000)));
    let mut results = Subscription::new(broker, "go-eCharger/+/amp/#", &[]);
    results.wait_for(&format!("{}/amp", prefix(100_029)));
    publish(broker, &format!("{}/amp/set", prefix(100_017)), "10", &[]);
    let result = format!("{}/amp/result", prefix(100_017));
    assert_eq!(results.wait_for(&result), "success");
    for serial in 100_000..100_030 {
        let amp = if serial == 100_017 { 10 } else { 32 };
        assert_eq!(fleet.value(serial, "amp"), json!(amp), "{serial}");
    }
    let figures = fleet.wait_for(|figures| figures["mqtt"]["connected"] == json!(30));
    assert!(
        figures["mqtt"]["published"].as_u64() > Some(30 * 200),
        "{figures}"
    );
    assert!(fleet.stop() < Duration::from_secs(2));
}

#[test]
#[ignore = "needs mosquitto"]
fn one_that_is_told_of_a_broker_of_its_own_goes_there() {
    let mosquitto = Mosquitto::start(None, None);
    let fleet = Fleet::start(&["--count", "3"]);
    let url = format!("%22mqtt://{}%22", mosquitto.address);
    assert_eq!(fleet.set(100_001, "mcu", &url).status, 200);
    assert_eq!(fleet.set(100_001, "mce", "true").status, 200);
    let topic = "go-eCharger/100001/sse";
    let mut all = Subscription::new(mosquitto.address, topic, &[]);
    assert_eq!(all.wait_for(topic), "\"100001\"");
    for serial in [100_000, 100_002] {
        assert_eq!(fleet.value(serial, "mcc"), json!(false), "{serial}");
    }
}
