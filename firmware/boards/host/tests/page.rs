//! The page at `/` and the one stream that feeds it, as a browser asks for them.
//!
//! What a person sees there is tried in a browser, by `.ci/page`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Instant;

use serde_json::{Value, json};
use support::{Charger, Options, SOON};

/// A browser that listens.
struct Listener(BufReader<TcpStream>);

impl Listener {
    /// Asks for the stream; gives the status, too.
    fn open(charger: &Charger) -> (u16, Listener) {
        let mut stream = TcpStream::connect(charger.http).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        let request = "GET /page/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut listener = Listener(BufReader::new(stream));
        let line = listener.line();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        while !listener.line().trim().is_empty() {}
        (status, listener)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ends");
        line
    }

    fn event(&mut self) -> Value {
        loop {
            // Between them are the lengths of chunks.
            if let Some(json) = self.line().strip_prefix("data: ") {
                return serde_json::from_str(json).unwrap();
            }
        }
    }

    /// The first event that has what is looked for, of the next hundred.
    fn until<T>(&mut self, look: impl Fn(&Value) -> Option<T>) -> T {
        let mut events = (0..100).map(|_| self.event());
        events.find_map(|event| look(&event)).expect("it comes")
    }
}

#[test]
fn the_page_and_what_it_needs_are_there() {
    let charger = Charger::start();
    let page = charger.get("/");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    // All that it names is there, and of the type that browsers ask for.
    let mut named = 0;
    for part in page.body.split(['"', '\'']) {
        if let Some(file) = part.strip_prefix("/page/") {
            let answer = charger.get(part);
            let expected = match file.rsplit_once('.') {
                Some((_, "js")) => "text/javascript; charset=utf-8",
                Some((_, "css")) => "text/css; charset=utf-8",
                _ => continue,
            };
            assert_eq!(answer.status, 200, "{part}");
            assert_eq!(answer.header("content-type"), Some(expected), "{part}");
            named += 1;
        }
    }
    assert!(named >= 2, "{}", page.body);
    assert_eq!(charger.get("/page/garage.schema.json").status, 200);
    assert!(
        charger
            .get("/reference")
            .body
            .contains("<article id=\"amp\"")
    );
    assert_eq!(charger.get("/page/nothing.js").status, 404);
    assert_eq!(support::request(charger.http, "POST", "/").status, 405);
}

#[test]
fn a_bare_device_has_no_page() {
    let charger = Options::args(&["--no-page"]).start();
    for path in ["/", "/page/stream", "/page/course?span=300", "/reference"] {
        assert_eq!(charger.get(path).status, 404, "{path}");
    }
    assert_eq!(charger.get("/api/status?filter=amp").status, 200);
    assert_eq!(charger.get("/garage").status, 200);
}

#[test]
fn the_stream_begins_with_everything_and_goes_on_with_what_changes() {
    let charger = Charger::start();
    let (status, mut listener) = Listener::open(&charger);
    assert_eq!(status, 200);
    let first = listener.event();
    let status: Value = charger.get("/api/status").json();
    let keys = first["keys"].as_object().unwrap();
    assert!(keys.keys().eq(status.as_object().unwrap().keys()));
    assert_eq!(first["garage"], charger.get("/garage").json());
    assert_eq!(first["scenario"], Value::Null);
    assert_eq!(charger.set("amp", "11").status, 200);
    let event = listener.until(|event| event["keys"].get("amp").map(|_| event.clone()));
    assert_eq!(event["keys"]["amp"], 11);
    assert!(event["keys"].get("serial").is_none(), "it did not change");
    charger.garage(r#"{"car":"absent"}"#);
    let garage = listener.until(|event| event.get("garage").cloned());
    assert_eq!(garage, charger.get("/garage").json());
}

#[test]
fn what_clients_ask_is_told_without_secrets() {
    let charger = Charger::start();
    let (_, mut listener) = Listener::open(&charger);
    let wifis = r#"[{"ssid":"visitors","key":"correct horse 2"}]"#;
    assert_eq!(charger.set("wifis", wifis).status, 200);
    assert_eq!(charger.set("wifi", "correct horse 3").status, 500);
    assert_eq!(charger.set("amp", "99").status, 500);
    charger.get("/api/status?filter=amp");
    charger.get("/no/such/path");
    charger.get("/garage");
    charger.garage(r#"{"car":"absent"}"#);
    let mut told = Vec::new();
    listener.until(|event| {
        None::<()>
            .or_else(|| (told_of(event).iter().any(|what| what.starts_with("POST"))).then_some(()))
    });
    drop(listener);
    let (_, mut listener) = Listener::open(&charger);
    let first = listener.event();
    let traffic = first["traffic"].as_array().unwrap();
    for one in traffic {
        told.push((
            one["what"].as_str().unwrap().to_owned(),
            one["answer"].as_str().unwrap().to_owned(),
            one["kind"].as_str().unwrap().to_owned(),
            one["ok"].as_bool().unwrap(),
        ));
    }
    let is = |index: usize| {
        let (what, answer, kind, ok) = &told[index];
        (what.as_str(), answer.as_str(), kind.as_str(), *ok)
    };
    assert_eq!(
        is(0),
        (
            r#"GET /api/set?wifis=[{"ssid":"***","key":"***"}]"#,
            "200 wifis: true",
            "set",
            true
        )
    );
    assert_eq!(
        is(1),
        (
            "GET /api/set?wifi=***",
            "500 wifi: wifi: unknown api key",
            "set",
            false
        )
    );
    let (what, answer, ..) = is(2);
    assert_eq!(what, "GET /api/set?amp=99");
    assert!(answer.starts_with("500 amp: "), "{answer}");
    assert_eq!(is(3), ("GET /api/status?filter=amp", "200", "read", true));
    assert_eq!(is(4), ("GET /no/such/path", "404", "other", false));
    // A look at the garage is not the charger's traffic; a change of it is told.
    assert_eq!(is(5), ("POST /garage", "200", "other", true));
    assert_eq!(told.len(), 6, "{told:?}");
    let is_set = |mark: &&Value| mark["kind"] == "set";
    let set_of = |event: &Value| event["marks"].as_array()?.iter().find(is_set).cloned();
    // The charger's next step looks for what happened.
    let set = set_of(&first).unwrap_or_else(|| listener.until(set_of));
    assert!(
        set["value"].as_str().unwrap().starts_with("wifis="),
        "{set}"
    );
    for text in [first.to_string(), charger.log()] {
        assert!(!text.contains("correct horse"), "{text}");
    }
    assert!(charger.log().contains("wifis = "), "a set is in the log");
}

fn told_of(event: &Value) -> Vec<String> {
    let traffic = event["traffic"].as_array().into_iter().flatten();
    let whats = traffic.filter_map(|one| one["what"].as_str());
    whats.map(str::to_owned).collect()
}

#[test]
fn streams_have_slots_of_their_own_and_no_more() {
    let charger = Charger::start();
    let mut listeners: Vec<_> = (0..8).map(|_| Listener::open(&charger)).collect();
    assert!(listeners.iter().all(|(status, _)| *status == 200));
    assert_eq!(Listener::open(&charger).0, 503);
    // As many others as ever are served at once, and none of the streams gives way.
    let idle: Vec<_> = (0..32)
        .map(|_| TcpStream::connect(charger.http).unwrap())
        .collect();
    assert_eq!(charger.get("/api/status?filter=amp").status, 200);
    for (_, listener) in &mut listeners {
        listener.event();
        listener.event();
    }
    drop(idle);
    listeners.pop();
    // That it is gone is noticed when it is sent something.
    let began = Instant::now();
    while Listener::open(&charger).0 != 200 {
        assert!(began.elapsed() < SOON, "its slot is free again");
        listeners[0].1.event();
    }
}

#[test]
fn the_course_is_what_was_measured() {
    let charger = Options::args(&["--speed", "600", "--car", "plugged"]).start();
    charger.wait_for("nrg", SOON, |value| value[11].as_f64() > Some(1_000.0));
    charger.wait_for_seconds(60);
    let course: Value = charger.get("/page/course?span=300").json();
    let columns = course["columns"].as_array().unwrap();
    let at = |name: &str| {
        columns
            .iter()
            .position(|column| column["name"] == name)
            .unwrap()
    };
    let values = |name: &str| course["values"][at(name)].as_array().unwrap();
    let length = course["at_ms"].as_array().unwrap().len();
    assert!(
        columns
            .iter()
            .all(|column| values(column["name"].as_str().unwrap()).len() == length)
    );
    let power: Value = values("power_l1").last().unwrap().clone();
    let now = charger.value("nrg");
    assert!(
        (power.as_f64().unwrap() - now[7].as_f64().unwrap()).abs() < 200.0,
        "{power}, {now}"
    );
    assert!(
        values("price").iter().all(Value::is_null),
        "nobody told one"
    );
    let csv = charger.get("/page/course.csv?span=3600");
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let first = csv.body.lines().next().unwrap();
    assert!(
        first.starts_with("at_s,utc (s since 1970),power_l1 (W),"),
        "{first}"
    );
    assert!(csv.body.lines().count() > 2);
    let last: Vec<u64> = csv
        .body
        .lines()
        .last()
        .unwrap()
        .split(',')
        .take(2)
        .map(|cell| cell.parse().unwrap())
        .collect();
    let utc_s = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(
        last[1] > last[0] && last[1].abs_diff(utc_s) < 7 * 86_400,
        "{last:?}"
    );
    let wrong = charger.get("/page/course?span=5");
    assert_eq!(
        (wrong.status, wrong.body.as_str()),
        (400, "span must be 300, 3600 or 86400, in seconds\n")
    );
    assert_eq!(json!(charger.get("/page/course").status), json!(400));
}

/// What a broker is told, and what the MQTT client refuses by itself.
#[test]
fn what_goes_over_mqtt_is_told_without_secrets() {
    let charger = Charger::start();
    let (_, mut listener) = Listener::open(&charger);
    let told = |event: &Value, name: &str| {
        let all = event["told"].as_array().cloned().unwrap_or_default();
        let mut whats = all.iter().filter_map(|one| one["what"].as_str());
        let start = format!("{name} = ");
        whats
            .find(|what| what.starts_with(&start))
            .map(str::to_owned)
    };
    // At first it tells everything, of which the latest is kept.
    listener.until(|event| told(event, "rbt"));
    let wifis = r#"[{"ssid":"visitors","key":"correct horse 2"}]"#;
    assert_eq!(charger.set("wifis", wifis).status, 200);
    let what = listener.until(|event| told(event, "wifis"));
    assert!(what.contains("***") && !what.contains("correct"), "{what}");
    let broker = charger.broker.unwrap();
    let mut peer = support::peer::Peer::subscribed(broker, "go-eCharger/000001/+/result");
    let answer = peer.set("xyz", b"correct horse 4");
    let refused = listener.until(|event| {
        let all = event["traffic"].as_array().cloned().unwrap_or_default();
        let mut all = all.into_iter();
        all.find(|one| one["wire"] == "mqtt" && one["ok"] == false)
    });
    assert_eq!(refused["what"], "xyz = ***");
    assert_eq!(refused["answer"], answer);
}
