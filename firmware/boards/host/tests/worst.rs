//! Networks and brokers that do their worst, seeded by `GOE_SEED`. A client that
//! behaves well is answered within a second throughout, and nothing panics.

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;
use support::peer::PREFIX;
use support::played::{Played, WELCOME, message, packet};
use support::{Charger, Connection, SOON, insist};

/// Longest wait promised to a well-behaved client.
const PROMISE: Duration = Duration::from_secs(1);

/// Steele and Vigna's splitmix64.
struct Random(u64);

impl Random {
    fn from_env() -> Self {
        let seed = std::env::var("GOE_SEED").ok();
        let seed = seed.map_or(1, |text| text.parse().expect("GOE_SEED is a number"));
        println!("GOE_SEED={seed}");
        Random(seed)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// A client that asks again and again, on a connection of its own each time.
struct Behaved {
    stop: Arc<AtomicBool>,
    slowest_us: Arc<AtomicU64>,
    thread: Option<JoinHandle<u64>>,
}

impl Behaved {
    fn start(address: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let slowest_us = Arc::new(AtomicU64::new(0));
        let (ended, slowest) = (stop.clone(), slowest_us.clone());
        let thread = std::thread::spawn(move || {
            let mut asked = 0;
            while !ended.load(Relaxed) {
                let started = Instant::now();
                let (answer, _) = insist(address, "/api/status?filter=sse,alw", PROMISE);
                assert_eq!(
                    (answer.status, &answer.json()["sse"]),
                    (200, &json!("000001"))
                );
                slowest.fetch_max(started.elapsed().as_micros() as u64, Relaxed);
                asked += 1;
                std::thread::sleep(Duration::from_millis(5));
            }
            asked
        });
        Behaved {
            stop,
            slowest_us,
            thread: Some(thread),
        }
    }

    /// Ends it, and looks at how long it had to wait.
    fn was_served(mut self, what: &str) {
        self.stop.store(true, Relaxed);
        let thread = self.thread.take().expect("was started");
        let asked = thread.join().expect("every request is answered");
        let slowest = Duration::from_micros(self.slowest_us.load(Relaxed));
        println!("{what}: {asked} requests beside it, the slowest in {slowest:?}");
        assert!(asked > 0 && slowest < PROMISE, "{what}: {slowest:?}");
    }
}

/// Nothing panicked, and it still does what it is told.
fn is_well(charger: &Charger) {
    let log = charger.log();
    assert!(!log.contains("panic"), "{log}");
    assert_eq!(charger.set("dwo", "4711").status, 200);
    assert_eq!(charger.value("dwo"), json!(4711));
}

/// Sends the same over and over until the broker's side is full of it, or so
/// many times.
fn pour(stream: &mut TcpStream, bytes: &[u8], times: usize) {
    for _ in 0..times {
        if stream.write_all(bytes).is_err() {
            return;
        }
    }
}

#[test]
fn a_flood_of_sets_from_the_broker() {
    let mut random = Random::from_env();
    let broker = Played::new();
    let charger = broker.charger();
    let mut stream = broker.welcome();
    let mut reader = stream.try_clone().expect("is cloned");
    let answers = std::thread::spawn(move || {
        let mut results = 0;
        while let Some((first, body)) = packet(&mut reader) {
            // A result is not retained.
            results += usize::from(first == 0x30 && body.windows(7).any(|part| part == b"/result"));
            if body.ends_with(b"unknown api key") {
                break;
            }
        }
        results
    });
    let behaved = Behaved::start(charger.http);
    let sets = 20_000;
    for number in 0..sets {
        let (key, value) = match random.below(6) {
            0 => ("delw", random.below(12).to_string()),
            1 => ("wifis", "[{},{\"ssid\":\"x\"}".to_owned()),
            2 => ("alw", "true".to_owned()),
            _ => ("dwo", number.to_string()),
        };
        let bytes = message(&format!("{PREFIX}/{key}/set"), value.as_bytes());
        stream.write_all(&bytes).expect("is sent");
    }
    stream
        .write_all(&message(&format!("{PREFIX}/end/set"), b""))
        .expect("is sent");
    let results = answers.join().expect("answers");
    assert_eq!(results, sets + 1);
    behaved.was_served("20,000 sets");
    is_well(&charger);
}

#[test]
fn messages_longer_than_any_buffer() {
    let mut random = Random::from_env();
    let broker = Played::new();
    let charger = broker.charger();
    let mut stream = broker.welcome();
    let mut reader = stream.try_clone().expect("is cloned");
    let answers = std::thread::spawn(move || {
        let mut too_long = 0;
        while let Some((_, body)) = packet(&mut reader) {
            too_long += usize::from(body.ends_with(b"payload too long"));
            if body.ends_with(b"success") {
                break;
            }
        }
        too_long
    });
    let behaved = Behaved::start(charger.http);
    for _ in 0..8 {
        let payload = vec![b' '; 20_000 + random.below(2_000_000)];
        let bytes = message(&format!("{PREFIX}/dwo/set"), &payload);
        stream.write_all(&bytes).expect("is taken");
        // A topic that is too long is nobody's.
        let topic = "x".repeat(20_000 + random.below(40_000));
        stream.write_all(&message(&topic, b"1")).expect("is taken");
    }
    stream
        .write_all(&message(&format!("{PREFIX}/dwo/set"), b"5"))
        .expect("is sent");
    assert_eq!(answers.join().expect("answers"), 8);
    behaved.was_served("messages of megabytes");
    is_well(&charger);
}

#[test]
fn brokers_that_do_not_keep_to_anything() {
    let mut random = Random::from_env();
    let broker = Played::new();
    let charger = broker.charger();
    let behaved = Behaved::start(charger.http);
    let started = Instant::now();
    let mut connections = 0;
    while started.elapsed() < SOON {
        let (mut stream, _) = broker.accept();
        connections += 1;
        match random.below(5) {
            // Closes at once, or after its welcome.
            0 => {}
            1 => drop(stream.write_all(&WELCOME)),
            // Refuses.
            2 => drop(stream.write_all(&[0x20, 2, 0, 1 + random.below(5) as u8])),
            // Noise, alone or behind a welcome.
            3 => {
                let noise: Vec<u8> = (0..random.below(4000))
                    .map(|_| random.draw() as u8)
                    .collect();
                drop(stream.write_all(&noise));
            }
            _ => {
                drop(stream.write_all(&WELCOME));
                let noise: Vec<u8> = (0..random.below(4000))
                    .map(|_| random.draw() as u8)
                    .collect();
                drop(stream.write_all(&noise));
            }
        }
        // The end of it may be a reset.
        let _ = stream.shutdown(Shutdown::Both);
    }
    println!("{connections} connections");
    assert!(connections >= 3);
    behaved.was_served("brokers without manners");
    // And one with manners is found again.
    let mut stream = broker.welcome();
    stream
        .write_all(&message(&format!("{PREFIX}/dwo/set"), b"12"))
        .expect("is sent");
    charger.wait_for("dwo", SOON, |value| value == &json!(12));
    is_well(&charger);
}

#[test]
fn a_broker_that_takes_nothing() {
    let broker = Played::new();
    let charger = broker.charger();
    let mut stream = broker.welcome();
    let behaved = Behaved::start(charger.http);
    // Answers that nobody takes fill the way back; the charger then stops to
    // read, and after five seconds lets go.
    stream
        .set_write_timeout(Some(Duration::from_secs(1)))
        .expect("is set");
    let set = message(&format!("{PREFIX}/wifis/set"), &[b'x'; 2000]);
    pour(&mut stream, &set, 100_000);
    let said = charger.wait_for("mlr", SOON * 2, |value| !value.is_null());
    assert_eq!(said, json!("the broker takes nothing any more"));
    behaved.was_served("a broker that takes nothing");
    drop(stream);
    broker.welcome();
    is_well(&charger);
}

#[test]
fn a_broker_that_lost_its_sessions_hears_everything_again() {
    let broker = Played::new();
    let charger = broker.charger();
    let status = charger.json("/api/status");
    let keys = status.as_object().expect("an object").len();
    for _ in 0..3 {
        let mut stream = broker.welcome();
        let mut topics = std::collections::BTreeSet::new();
        while topics.len() < keys {
            let (first, body) = packet(&mut stream).expect("is published");
            let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
            assert_eq!(first, 0x31, "retained");
            topics.insert(body[2..2 + length].to_vec());
        }
    }
    is_well(&charger);
}

/// A request of any kind, most of them nearly right.
fn any_request(random: &mut Random) -> Vec<u8> {
    let mut query = String::new();
    for _ in 0..random.below(5) {
        let key = random.one_of(&[
            "dwo", "wifis", "delw", "filter", "alw", "zz", "%64wo", "mcu", "", "%",
        ]);
        let value = random.one_of(&[
            "1", "null", "\"x\"", "%22x%22", "%", "%4", "%zz", "%00", "%ff", "[%7B%7D]", "[{",
            "1e999", "-0", "%F0%9F%98%80", "+", "a,b,,c", "[\"a\",\"b\"]", "&", "=", "#", "\u{e9}",
        ]);
        query.push_str(&format!("{}{key}={value}", random.one_of(&["", "&", "&&"])));
    }
    let method = random.one_of(&["GET", "GET", "GET", "HEAD", "POST", "PUT", "get", "", "\0"]);
    let path = random.one_of(&[
        "/api/status", "/api/set", "/api/set", "/", "*", "/api/set/", "//", "/%61pi/set",
    ]);
    let version = random.one_of(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9", ""]);
    let header = random.one_of(&[
        "",
        "Host: x\r\n",
        "Content-Length: 3\r\n",
        "Content-Length: -1\r\n",
        "Connection: close\r\n",
        "Transfer-Encoding: chunked\r\n",
        ": \r\n",
        "X\r\n",
        "Expect: 100-continue\r\n",
    ]);
    let mut bytes = format!("{method} {path}?{query} {version}\r\n{header}\r\n").into_bytes();
    match random.below(8) {
        0 => bytes.truncate(random.below(bytes.len())),
        1 => {
            let at = random.below(bytes.len());
            bytes[at] = random.draw() as u8;
        }
        2 => bytes = bytes.repeat(2 + random.below(4)),
        _ => {}
    }
    bytes
}

#[test]
fn ten_thousand_requests_of_any_kind() {
    let mut random = Random::from_env();
    let charger = Charger::start();
    let behaved = Behaved::start(charger.http);
    let mut answered = 0;
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..10_000 {
        let bytes = any_request(&mut random);
        let mut stream = TcpStream::connect(charger.http).expect("connects");
        stream.set_read_timeout(Some(SOON)).expect("is set");
        // It may have been refused half-way.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        if !answer.is_empty() {
            assert!(
                answer.starts_with(b"HTTP/1.1 "),
                "{:?}",
                String::from_utf8_lossy(&answer)
            );
            let status = String::from_utf8_lossy(&answer[9..12]).into_owned();
            *statuses.entry(status).or_insert(0) += 1;
            answered += 1;
        }
    }
    println!("{answered} of 10,000 answered: {statuses:?}");
    behaved.was_served("10,000 requests");
    is_well(&charger);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let charger = Charger::start();
    let behaved = Behaved::start(charger.http);
    let mut connection = Connection::open(charger.http);
    let requests: String = (0..200)
        .map(|number| format!("GET /api/set?dwo={number} HTTP/1.1\r\nHost: x\r\n\r\nGET /api/status?filter=dwo HTTP/1.1\r\nHost: x\r\n\r\n"))
        .collect();
    connection.send(requests.as_bytes()).expect("is sent");
    for number in 0..200 {
        let set = connection.answer(false).expect("an answer");
        assert_eq!((set.status, set.json()), (200, json!({"dwo": true})));
        let status = connection.answer(false).expect("an answer");
        assert_eq!(status.json(), json!({"dwo": number}));
    }
    behaved.was_served("400 requests in one write");
    is_well(&charger);
}
