//! Hostile and slow networks: whatever some clients do, the API answers others
//! within a second, throughout.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use support::{Charger, Connection, SOON, encode, insist, request};

/// Longest wait promised to everybody else.
const PROMPT: Duration = Duration::from_secs(1);

/// Asks as a well-behaved client does, again and again while others do what
/// they do, and at least ten times. A board with few connections may end one
/// before its request has come; then the client asks again, as HTTP clients do.
/// Says how long the slowest answer took, and how often that happened.
fn asks_while(charger: &Charger, others: impl FnOnce() + Send) -> String {
    let done = AtomicBool::new(false);
    let mut slowest = Duration::ZERO;
    let (mut asked, mut again) = (0, 0);
    scope(|scope| {
        let done = &done;
        scope.spawn(move || {
            others();
            done.store(true, Ordering::Relaxed);
        });
        while asked < 10 || !done.load(Ordering::Relaxed) {
            asked += 1;
            let started = Instant::now();
            let (answer, refused) = insist(charger.http, "/api/status?filter=sse", PROMPT);
            again += refused;
            slowest = slowest.max(started.elapsed());
            assert_eq!(answer.body, r#"{"sse":"000001"}"#);
        }
    });
    let log = charger.log();
    assert!(!log.contains("panic"), "{log}");
    format!("{asked} answers, the slowest in {slowest:?}; {again} connections ended early")
}

/// Sends although the other side may have had enough.
fn try_to_send(connection: &mut Connection, bytes: &[u8]) -> bool {
    connection.send(bytes).is_ok()
}

#[test]
fn headers_of_a_byte_at_a_time() {
    let charger = Charger::start();
    let others = asks_while(&charger, || {
        let mut slow: Vec<_> = (0..8).map(|_| Connection::open(charger.http)).collect();
        for byte in b"GET /api/status HTTP/1.1\r\nHost: x\r\nX: "
            .iter()
            .cycle()
            .take(60)
        {
            for connection in &mut slow {
                try_to_send(connection, &[*byte]);
            }
            sleep(Duration::from_millis(50));
        }
    });
    println!("{others}");
}

#[test]
fn a_crowd_of_half_requests_that_keeps_coming() {
    let charger = Charger::start();
    let others = asks_while(&charger, || {
        let mut halves = std::collections::VecDeque::new();
        for number in 0..200 {
            let mut half = Connection::open(charger.http);
            match number % 3 {
                0 => {}
                1 => drop(half.send(b"GET /api/sta")),
                _ => drop(half.send(b"GET /api/set?dwo=1 HTTP/1.1\r\nHost: ")),
            }
            halves.push_back(half);
            if halves.len() > 30 {
                halves.pop_front();
            }
            sleep(Duration::from_millis(10));
        }
    });
    println!("{others}");
}

#[test]
fn clients_that_ask_and_never_read() {
    let charger = Charger::start();
    let others = asks_while(&charger, || {
        let mut deaf: Vec<_> = (0..6).map(|_| Connection::open(charger.http)).collect();
        let requests = b"GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50);
        for connection in &mut deaf {
            // More than any buffer on the way holds; it need not all be taken.
            for _ in 0..20 {
                if !connection.send_some(&requests) {
                    break;
                }
            }
        }
        sleep(Duration::from_secs(2));
    });
    println!("{others}");
}

#[test]
fn many_requests_in_one_go_are_all_answered() {
    let charger = Charger::start();
    let mut connection = Connection::open(charger.http);
    let mut requests = String::new();
    for number in 0..40 {
        requests += &format!("GET /api/set?dwo={number} HTTP/1.1\r\nHost: x\r\n\r\n");
        requests += "GET /api/status?filter=dwo HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    connection.send(requests.as_bytes()).expect("sends");
    for number in 0..40 {
        let set = connection.answer(false).expect("an answer to a set");
        assert_eq!(set.body, r#"{"dwo":true}"#);
        let status = connection.answer(false).expect("an answer to a status");
        assert_eq!(status.body, format!("{{\"dwo\":{number}}}"));
    }
}

#[test]
fn oversized_lines_from_many() {
    let charger = Charger::start();
    let long = format!(
        "GET /api/set?dwo={} HTTP/1.1\r\nHost: x\r\n\r\n",
        "1".repeat(60_000)
    );
    let others = asks_while(&charger, || {
        for _ in 0..30 {
            let mut connection = Connection::open(charger.http);
            try_to_send(&mut connection, long.as_bytes());
        }
    });
    println!("{others}");
}

#[test]
fn a_long_request_is_served_beside_those_that_never_end() {
    let charger = Charger::start();
    let half = format!("GET /api/set?wifis={}", "%20".repeat(1_500));
    let entries: Vec<_> = (0..10)
        .map(|number| serde_json::json!({"ssid": format!("net {number}"), "key": "p".repeat(63)}))
        .collect();
    let entries = serde_json::json!(entries).to_string();
    let path = format!("/api/set?wifis={}", encode(&entries));
    let mut halves = Vec::new();
    for _ in 0..3 {
        let mut connection = Connection::open(charger.http);
        try_to_send(&mut connection, half.as_bytes());
        halves.push(connection);
    }
    for _ in 0..5 {
        let started = Instant::now();
        let answer = request(charger.http, "GET", &path);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(started.elapsed() < PROMPT, "{:?}", started.elapsed());
    }
}

#[test]
fn percent_encoding_faults_and_ten_thousand_random_requests() {
    let charger = Charger::start();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let pieces: [&[u8]; 24] = [
        b"GET ", b"HEAD ", b"POST ", b"/api/status", b"/api/set", b"?", b"&", b"=", b"dwo",
        b"wifis", b"filter", b"%", b"%4", b"%zz", b"%00", b"%ff", b"[", b"\"", b"{}", b"1e99",
        b" HTTP/1.1", b"\r\n", b"\r\n\r\n", b"\xff\xfe",
    ];
    let started = Instant::now();
    let others = asks_while(&charger, || {
        let mut sent = 0;
        while sent < 10_000 {
            let mut connection = Connection::open(charger.http);
            // Several a connection, until one of them ends it.
            for _ in 0..50 {
                let mut bytes: Vec<u8> = Vec::new();
                for _ in 0..next(12) {
                    bytes.extend_from_slice(pieces[next(pieces.len())]);
                }
                bytes.extend_from_slice(b"\r\n\r\n");
                sent += 1;
                if !connection.send_some(&bytes) {
                    break;
                }
            }
            connection.discard();
        }
    });
    println!("10000 random requests in {:?}: {others}", started.elapsed());
    assert!(started.elapsed() < 12 * SOON);
}
