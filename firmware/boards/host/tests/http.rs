//! The HTTP API as clients find it on the wire.

mod support;

use std::time::{Duration, Instant};

use goe_api::DESCRIPTORS;
use goe_api::runtime::{Entries, Kind, NamedValue, Type};
use serde_json::{Value, json};
use support::{Charger, Connection, SOON, insist, request};

/// A check of a key's value on a charger that was just started, where that is less than
/// the table allows; all others are held to the table alone.
type Check = fn(&Value) -> bool;
const VALUES: [(&str, Check); 57] = [
    ("fna", |v| v == "go-eCharger 000001"),
    ("oem", |v| v == "go-e"),
    ("typ", |v| v == "go-eCharger"),
    ("var", |v| v == 11 || v == 22),
    ("rbc", |v| v.as_u64().is_some_and(|boots| boots > 0)),
    ("rbt", Value::is_u64),
    ("utc", |v| v.as_str().map(str::len) == Some(23)),
    ("loc", |v| v.as_str().map(str::len) == Some(30)),
    ("tof", |v| v == 60),
    ("tds", |v| v == 1),
    ("cid", is_colour),
    ("cwc", is_colour),
    ("cch", is_colour),
    ("cfi", is_colour),
    ("clp", |v| v == &json!([6, 10, 12, 14, 16])),
    ("amp", |v| is_whole(v, 6, 32)),
    ("ama", |v| is_whole(v, 6, 32)),
    ("cbl", |v| v.is_null() || is_whole(v, 6, 63)),
    ("amt", |v| is_whole(v, 6, 32)),
    ("lmsc", Value::is_u64),
    ("alwt", Value::is_u64),
    ("car", |v| is_whole(v, 1, 4)),
    ("err", |v| v == 0),
    ("pha", Value::is_array),
    ("pnp", |v| is_whole(v, 0, 3)),
    ("fhz", Value::is_number),
    ("lccfi", |v| v.is_null() || v.is_u64()),
    ("lccfc", |v| v.is_null() || v.is_u64()),
    ("lcctc", |v| v.is_null() || v.is_u64()),
    ("ust", |v| v == 0),
    ("lck", |v| v == 0),
    ("ffb", |v| v == 0),
    ("acs", |v| v == 0),
    ("trx", Value::is_null),
    ("lmo", |v| v == 3),
    ("ids", Value::is_null),
    ("pgrid", Value::is_null),
    ("ppv", Value::is_null),
    ("pakku", Value::is_null),
    ("inva", Value::is_null),
    ("pgt", |v| v == 0),
    ("fst", |v| v == 1400),
    ("fmt", |v| v == 300_000),
    ("mca", |v| v == 6),
    ("psm", |v| v == 0),
    ("spl3", |v| v == 4200),
    ("mpwst", |v| v == 120_000),
    ("mptwt", |v| v == 600_000),
    ("hai", |v| v == true),
    ("mtp", |v| v == "go-eCharger/000001"),
    ("mhe", |v| v == false),
    ("mht", |v| v == "homeassistant"),
    ("mcca", |v| v.is_null() || v.is_u64()),
    ("acu", |v| is_whole(v, 6, 32)),
    ("sse", |v| v == "000001"),
    ("scaa", |v| v.is_null() || v.is_u64()),
    ("wst", |v| v != 7),
];

/// And those of which there are ten.
const OF_CARDS: [(&str, Check); 3] = [("n", |v| v == ""), ("e", |v| v == 0), ("i", |v| v == false)];

/// The names of all readable keys, in the order of the table.
fn readable() -> Vec<&'static str> {
    let keys = DESCRIPTORS.iter().filter(|key| key.access.readable());
    keys.map(|key| key.name).collect()
}

/// Returns whether a value, with all its parts, is of the type in the table.
fn is_right(ty: &Type, value: &Value) -> bool {
    if value.is_null() {
        // What may be any JSON may be null.
        return ty.nullable || matches!(ty.kind, Kind::Any { .. });
    }
    match (ty.list, value) {
        (None, _) => is_one(ty, value),
        (Some(Entries::AtMost(count)), Value::Array(entries)) => {
            entries.len() <= count.into() && entries.iter().all(|entry| is_one(ty, entry))
        }
        (Some(Entries::Exactly(count)), Value::Array(entries)) => {
            entries.len() == usize::from(count) && entries.iter().all(|entry| is_one(ty, entry))
        }
        _ => false,
    }
}

fn is_one(ty: &Type, value: &Value) -> bool {
    match (ty.kind, value) {
        (Kind::Bool, Value::Bool(_)) | (Kind::Any { .. }, _) => true,
        (Kind::Integer { min, max }, Value::Number(number)) => match number.as_u64() {
            Some(number) => number <= max,
            None => number.as_i64().is_some_and(|number| number >= min),
        },
        (Kind::Named(values), Value::Number(number)) => {
            let is = |named: &NamedValue| number.as_i64() == Some(named.value);
            values.iter().any(is)
        }
        (Kind::Float | Kind::Double, Value::Number(_)) => true,
        (Kind::RealWithin { min, max }, Value::Number(number)) => {
            let within = |number: f64| (min as f64..=max as f64).contains(&number);
            number.as_f64().is_some_and(within)
        }
        (Kind::Colour, _) => is_colour(value),
        (Kind::Text { min, max }, Value::String(text)) => {
            (min.into()..=max.into()).contains(&text.len())
        }
        (Kind::Object(shape), Value::Object(members)) => {
            let fields = || shape.fields.iter().filter(|field| field.access.readable());
            fields().count() == members.len()
                && fields().all(|field| {
                    let member = members.get(field.name);
                    member.is_some_and(|value| is_right(&field.read, value))
                })
        }
        (Kind::AnyObject { .. }, Value::Object(_))
        | (Kind::AnyArray { .. } | Kind::FewOf { .. }, Value::Array(_)) => true,
        _ => false,
    }
}

fn is_colour(value: &Value) -> bool {
    let digits = value.as_str().and_then(|text| text.strip_prefix('#'));
    digits.is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn is_whole(value: &Value, min: i64, max: i64) -> bool {
    value
        .as_i64()
        .is_some_and(|value| (min..=max).contains(&value))
}

/// The keys of an object in the order they stand in the text.
fn keys_in_order(text: &str) -> Vec<String> {
    #[derive(Default)]
    struct Order(Vec<String>);
    impl<'de> serde::Deserialize<'de> for Order {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Order;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Order, A::Error> {
                    let mut order = Order::default();
                    while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        order.0.push(key);
                    }
                    Ok(order)
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    serde_json::from_str::<Order>(text).expect("an object").0
}

#[test]
fn the_status_has_every_readable_key_in_order() {
    let charger = Charger::start();
    let answer = charger.get("/api/status");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(keys_in_order(&answer.body), readable());
    let status = answer.json();
    for key in DESCRIPTORS.iter().filter(|key| key.access.readable()) {
        let value = &status[key.name];
        assert!(is_right(&key.read, value), "{}: {value}", key.name);
    }
    for (name, is_expected) in VALUES {
        assert!(is_expected(&status[name]), "{name}: {}", status[name]);
    }
    for (last, is_expected) in OF_CARDS {
        for number in 0..10 {
            let value = &status[format!("c{number}{last}")];
            assert!(is_expected(value), "c{number}{last}: {value}");
        }
    }
}

#[test]
fn both_forms_of_filter() {
    let charger = Charger::start();
    for (query, keys) in [
        ("filter=alw,acu", vec!["alw", "acu"]),
        ("filter=acu,alw", vec!["alw", "acu"]),
        ("filter=[\"alw\",\"acu\"]", vec!["alw", "acu"]),
        ("filter=%5B%22alw%22%2C%22acu%22%5D", vec!["alw", "acu"]),
        ("filter=alw%2Cacu", vec!["alw", "acu"]),
        ("filter=alw,zzz,delw", vec!["alw"]),
        ("filter=zzz", vec![]),
        ("other=1&filter=sse", vec!["sse"]),
        ("%66ilter=sse", vec!["sse"]),
    ] {
        let answer = charger.get(&format!("/api/status?{query}"));
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(keys_in_order(&answer.body), keys, "{query}");
    }
    for query in ["filter=", "filter=[]", "other=1", ""] {
        let answer = charger.get(&format!("/api/status?{query}"));
        assert_eq!(keys_in_order(&answer.body), readable(), "{query}");
    }
}

#[test]
fn sets_that_are_accepted() {
    let charger = Charger::start();
    for (text, value) in [
        ("3.25", json!(3.25)),
        ("12345.678901", json!(12345.6789)),
        ("3500", json!(3500)),
        ("3.5e3", json!(3500)),
        ("0.1", json!(0.1)),
        ("1e300", json!(1e300)),
        (" 7 ", json!(7)),
        ("null", json!(null)),
    ] {
        let answer = charger.set("dwo", text);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, r#"{"dwo":true}"#),
            "{text}"
        );
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("Content-Length"), Some(length.as_str()));
        assert_eq!(charger.value("dwo"), value);
    }
    // Spelled as a browser's address bar does, and with an escaped name.
    assert_eq!(charger.get("/api/set?dwo=+5").body, r#"{"dwo":true}"#);
    assert_eq!(charger.get("/api/set?%64wo=6").body, r#"{"dwo":true}"#);
    assert_eq!(charger.get("/api/status?filter=dwo").body, r#"{"dwo":6}"#);
    assert_eq!(charger.get("/api/set").body, "{}");
    assert_eq!(charger.get("/api/set?").status, 200);
}

#[test]
fn sets_that_are_refused_say_why() {
    let charger = Charger::start();
    for (query, reason) in [
        (
            "dwo=",
            "dwo: tried to set api key with invalid json IncompleteInput ()",
        ),
        (
            "dwo",
            "dwo: tried to set api key with invalid json IncompleteInput ()",
        ),
        (
            "dwo=[1",
            "dwo: tried to set api key with invalid json IncompleteInput ([1)",
        ),
        (
            "dwo=1x",
            "dwo: tried to set api key with invalid json InvalidInput (1x)",
        ),
        (
            "dwo=%ff",
            "dwo: tried to set api key with invalid json InvalidInput (?)",
        ),
        ("dwo=1e999", "dwo: value must be double (1e999)"),
        ("dwo=%22x%22", "dwo: value must be double (\"x\")"),
        ("dwo=true", "dwo: value must be double (true)"),
        (
            "alw=true",
            "alw: tried to set api key without setter (true)",
        ),
        ("sse=x", "sse: tried to set api key without setter (x)"),
        (
            "delw=10",
            "delw: failed: Value 10 exceeds range 0 to 9 (10)",
        ),
        (
            "delw=-1",
            "delw: failed: Value -1 exceeds range 0 to 9 (-1)",
        ),
        (
            "delw=99999999999999999999",
            "delw: failed: Value 1e20 exceeds range 0 to 9 (99999999999999999999)",
        ),
        ("delw=1e999", "delw: value must be double (1e999)"),
        ("delw=1.5", "delw: value must be uint8 (1.5)"),
        ("delw=null", "delw: value must be uint8 (null)"),
        (
            "delw=%22%0a%22",
            "delw: tried to set api key with invalid json InvalidInput (\"\n\")",
        ),
        ("wifis={}", "wifis: value must be array ({})"),
        ("clp=6", "clp: value must be array (6)"),
        (
            "clp=[5]",
            "clp: failed: entry 0: Value 5 exceeds range 6 to 32 ([5])",
        ),
        (
            "clp=[6.5]",
            "clp: failed: entry 0: value must be uint8 ([6.5])",
        ),
        (
            "clp=[6,%227%22]",
            "clp: failed: entry 1: value must be uint8 ([6,\"7\"])",
        ),
        (
            "clp=[6,7,8,9,10,11]",
            "clp: failed: Value exceeds 5 entries ([6,7,8,9,10,11])",
        ),
        (
            "clp=[6,6]",
            "clp: failed: must be at most five currents from 6 to 32, each above the one before ([6,6])",
        ),
        ("zzz=1", "zzz: unknown api key"),
        ("=1", ": unknown api key"),
        ("%22%5C=1", "\"\\: unknown api key"),
    ] {
        let answer = charger.get(&format!("/api/set?{query}"));
        assert_eq!(answer.status, 500, "{query}");
        assert_eq!(
            answer.header("Content-Type"),
            Some("application/json"),
            "{query}"
        );
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
        let length = answer.body.len().to_string();
        assert_eq!(
            answer.header("Content-Length"),
            Some(length.as_str()),
            "{query}"
        );
        let answered = answer.json();
        let entries: Vec<_> = answered.as_object().expect("an object").values().collect();
        assert_eq!(entries, [&json!(reason)], "{query}");
    }
    assert_eq!(charger.value("dwo"), Value::Null);
    assert_eq!(charger.value("clp"), json!([6, 10, 12, 14, 16]));
}

#[test]
fn mixed_sets_apply_what_is_right() {
    let charger = Charger::start();
    let answer = charger.get("/api/set?dwo=100&alw=1&delw=3&zzz=1");
    assert_eq!(answer.status, 500);
    assert_eq!(keys_in_order(&answer.body), ["dwo", "alw", "delw", "zzz"]);
    assert_eq!(answer.json()["dwo"], json!(true));
    assert_eq!(answer.json()["delw"], json!(true));
    assert_eq!(charger.value("dwo"), json!(100));
    // Twice the same: applied twice, answered once, by the last outcome.
    let answer = charger.get("/api/set?dwo=5&dwo=x");
    assert_eq!(answer.status, 500);
    assert_eq!(keys_in_order(&answer.body), ["dwo"]);
    assert_eq!(charger.value("dwo"), json!(5));
    let answer = charger.get("/api/set?dwo=x&%64wo=7");
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"dwo":true}"#)
    );
    assert_eq!(charger.value("dwo"), json!(7));
}

#[test]
fn wifi_passphrases_never_come_back() {
    let charger = Charger::start();
    let set = |text: &str| charger.set("wifis", text);
    assert_eq!(
        set(r#"[{"ssid":"home","key":"correct horse"},{},{"ssid":"open","key":""}]"#).status,
        200
    );
    let wifis = charger.value("wifis");
    assert_eq!(wifis[0], json!({"ssid": "home", "key": true}));
    assert_eq!(wifis[1], json!({"ssid": "", "key": false}));
    assert_eq!(wifis[2], json!({"ssid": "open", "key": false}));
    // An empty entry leaves the first alone, and so does what nobody knows.
    assert_eq!(set(r#"[{"ssi":"x","more":1.}]"#).status, 200);
    assert_eq!(set(r#"[{},{"ssid":"caf\u00e9"}]"#).status, 200);
    let wifis = charger.value("wifis");
    assert_eq!(wifis[0], json!({"ssid": "home", "key": true}));
    assert_eq!(wifis[1], json!({"ssid": "café", "key": false}));
    // A new ssid without a key forgets the old key.
    assert_eq!(set(r#"[{"ssid":"other"}]"#).status, 200);
    assert_eq!(
        charger.value("wifis")[0],
        json!({"ssid": "other", "key": false})
    );

    let before = charger.value("wifis");
    let long = format!(r#"[{{"ssid":"{}"}}]"#, "x".repeat(33));
    let eleven = format!("[{}]", ["{}"; 11].join(","));
    for refused in [
        r#"[{"ssid":"new","key":"hunter2"}]"#,
        r#"[{"ssid":"new","key":"hunter22"},{"ssid":"bad","key":"short"}]"#,
        r#"[{"ssid":"new","key":12345678}]"#,
        r#"[{"ssid":"new","key":"hunter22"#,
        r#"[{"ssid":"new","key":hunter22}]"#,
        &format!(r#"[{{"ssid":"new","key":"{}"}}]"#, "g".repeat(64)),
        &long,
        &eleven,
    ] {
        let answer = set(refused);
        assert_eq!(answer.status, 500, "{refused}");
        for secret in ["hunter2", "short", "12345678", "ggg"] {
            assert!(!answer.body.contains(secret), "{}", answer.body);
        }
        assert_eq!(charger.value("wifis"), before, "{refused}");
    }
    assert_eq!(
        set(r#"[{"ssid":"new","key":"cut o"#).json()["wifis"],
        json!(
            r#"wifis: tried to set api key with invalid json IncompleteInput ([{"ssid":"***","key":"***)"#
        ),
    );
    // Erased again.
    assert_eq!(charger.get("/api/set?delw=2").status, 200);
    assert_eq!(charger.value("wifis")[2], json!({"ssid": "", "key": false}));
}

#[test]
fn ten_full_entries_fit_a_request_line() {
    let charger = Charger::start();
    let entry =
        |number: usize| json!({"ssid": format!("{number:0>2}").repeat(16), "key": "ä".repeat(31)});
    let entries: Vec<Value> = (0..10).map(entry).collect();
    let text = json!(entries).to_string();
    let answer = charger.set("wifis", &text);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let read = charger.value("wifis");
    for (number, entry) in entries.iter().enumerate() {
        assert_eq!(read[number], json!({"ssid": entry["ssid"], "key": true}));
    }
}

#[test]
fn http_as_it_is_specified() {
    let charger = Charger::start();
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/api", 404),
        ("GET", "/api/status/", 404),
        ("GET", "/api/status", 200),
        ("POST", "/api/status", 405),
        ("PUT", "/api/set?dwo=1", 405),
        ("DELETE", "/api/set", 405),
        ("HEAD", "/api/status", 200),
        ("HEAD", "/nothing", 404),
        ("HEAD", "/api/set?dwo=77", 200),
    ] {
        let answer = request(charger.http, method, path);
        assert_eq!(answer.status, status, "{method} {path}");
        if status == 405 {
            assert_eq!(answer.header("Allow"), Some("GET, HEAD"), "{method} {path}");
        }
    }
    // HEAD must not change anything, and says the length that GET has.
    assert_eq!(charger.value("dwo"), Value::Null);
    let length = charger.get("/api/status?filter=sse").body.len().to_string();
    let head = request(charger.http, "HEAD", "/api/status?filter=sse");
    assert_eq!(head.header("Content-Length"), Some(length.as_str()));
}

#[test]
fn one_connection_serves_many_requests_also_at_once() {
    let charger = Charger::start();
    let mut connection = Connection::open(charger.http);
    // An answer without a body goes out, too, while the connection stays.
    for path in ["/api/status", "/api/set", "/nothing"] {
        let head = format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        connection.send(head.as_bytes()).expect("sends");
        connection.answer(true).expect(path);
    }
    for _ in 0..3 {
        connection
            .send(b"GET /api/status?filter=sse HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("sends");
        assert_eq!(
            connection.answer(false).expect("an answer").body,
            r#"{"sse":"000001"}"#
        );
    }
    let two = b"GET /api/set?dwo=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /api/status?filter=dwo HTTP/1.1\r\nHost: x\r\n\r\n";
    connection.send(two).expect("sends");
    assert_eq!(
        connection.answer(false).expect("first").body,
        r#"{"dwo":true}"#
    );
    assert_eq!(
        connection.answer(false).expect("second").body,
        r#"{"dwo":1}"#
    );
}

#[test]
fn requests_that_are_too_long() {
    let charger = Charger::start();
    let line = |length: usize| {
        let padding = length - "GET /api/status?filter=sse&x= HTTP/1.1".len();
        format!(
            "GET /api/status?filter=sse&x={} HTTP/1.1\r\nHost: x\r\n\r\n",
            "x".repeat(padding)
        )
    };
    for (length, status) in [(8192, 200), (8193, 414), (20_000, 414), (200_000, 414)] {
        let mut connection = Connection::open(charger.http);
        // The answer may come before everything was sent.
        let _ = connection.send(line(length).as_bytes());
        let answer = connection.answer(false).expect("an answer");
        assert_eq!(answer.status, status, "{length}");
    }
    let mut connection = Connection::open(charger.http);
    let headers = format!(
        "GET /api/status HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    let _ = connection.send(headers.as_bytes());
    assert_eq!(connection.answer(false).expect("an answer").status, 431);
}

#[test]
fn a_client_that_closes_its_half_is_let_go() {
    let charger = Charger::start();
    let started = Instant::now();
    for _ in 0..20 {
        let mut connection = Connection::open(charger.http);
        let request = b"GET /api/status?filter=sse HTTP/1.1\r\nHost: x\r\n\r\n";
        connection.send(request).expect("sends");
        connection.close_half();
        assert_eq!(connection.answer(false).expect("an answer").status, 200);
        assert!(connection.is_at_end());
    }
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[test]
fn half_sent_requests_do_not_shut_others_out() {
    let charger = Charger::start();
    let mut halves: Vec<Connection> = Vec::new();
    for number in 0..100 {
        let mut half = Connection::open(charger.http);
        match number % 3 {
            0 => {}
            // A board with few connections may have closed it already.
            1 => drop(half.send(b"GET /api/sta")),
            _ => drop(half.send(b"GET /api/status HTTP/1.1\r\nHost: ")),
        }
        halves.push(half);
    }
    for _ in 0..20 {
        let (answer, _) = insist(
            charger.http,
            "/api/status?filter=sse",
            Duration::from_secs(1),
        );
        assert_eq!(answer.status, 200);
    }
}
