//! What nobody meant to ask: requests whose end is in doubt, and sets that a web
//! page of somebody else has a browser send.

mod support;

use serde_json::json;
use support::{Answer, Charger, Connection, Options};

/// What stands in the body of a request, and must never be run.
const HIDDEN: &str = "GET /api/set?dwo=666 HTTP/1.1\r\nHost: x\r\n\r\n";

/// The status of the answer, after which nothing else comes.
fn refused(charger: &Charger, headers: &str, body: &str) -> u16 {
    let mut connection = Connection::open(charger.http);
    let request = format!("GET /api/status?filter=sse HTTP/1.1\r\n{headers}\r\n{body}");
    // The answer may come before everything was sent.
    let _ = connection.send(request.as_bytes());
    let answer = connection.answer(false).expect("an answer");
    assert!(!answer.body.is_empty(), "{headers}: it says why");
    assert!(connection.is_at_end(), "{headers}: the connection ends");
    answer.status
}

#[test]
fn a_request_whose_end_is_in_doubt_is_the_last() {
    let charger = Charger::start();
    let chunked = format!("{:x}\r\n{HIDDEN}\r\n0\r\n\r\n", HIDDEN.len());
    let length = HIDDEN.len();
    for (headers, body, status) in [
        (
            "Host: x\r\nTransfer-Encoding: chunked\r\n".to_owned(),
            chunked.as_str(),
            501,
        ),
        (
            "Host: x\r\ntransfer-encoding : identity\r\n".to_owned(),
            HIDDEN,
            501,
        ),
        (
            format!("Host: x\r\nContent-Length: {length}\r\nContent-Length: 0\r\n"),
            HIDDEN,
            400,
        ),
        (
            format!("Host: x\r\nContent-Length: 0\r\nContent-Length: {length}\r\n"),
            HIDDEN,
            400,
        ),
        (
            format!("Host: x\r\nContent-Length: +{length}\r\n"),
            HIDDEN,
            400,
        ),
        (
            format!("Host: x\r\nContent-Length: {length}, {length}\r\n"),
            HIDDEN,
            400,
        ),
        (
            format!("Host: x\r\nContent-Length: 0x{length:x}\r\n"),
            HIDDEN,
            400,
        ),
        ("Host: x\r\nContent-Length: -1\r\n".to_owned(), HIDDEN, 400),
        ("Host: x\r\nContent-Length:\r\n".to_owned(), HIDDEN, 400),
        (
            "Host: x\r\nContent-Length: 99999999999999999999999\r\n".to_owned(),
            HIDDEN,
            400,
        ),
        (String::new(), HIDDEN, 400),
        ("Host: x\r\nHost: y\r\n".to_owned(), HIDDEN, 400),
    ] {
        assert_eq!(refused(&charger, &headers, body), status, "{headers}");
        assert_eq!(charger.value("dwo"), json!(null), "{headers}");
    }
}

#[test]
fn a_body_of_a_known_length_is_read_over() {
    let charger = Charger::start();
    let mut connection = Connection::open(charger.http);
    let request = format!(
        "GET /api/status?filter=sse HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{HIDDEN}",
        HIDDEN.len(),
    );
    connection.send(request.as_bytes()).expect("sends");
    assert_eq!(connection.answer(false).expect("an answer").status, 200);
    // A client of the version before needs no `Host`.
    let old = b"GET /api/status?filter=dwo HTTP/1.0\r\n\r\n";
    connection.send(old).expect("sends");
    let answer = connection.answer(false).expect("an answer");
    assert_eq!(answer.body, r#"{"dwo":null}"#);
    assert!(connection.is_at_end());
}

#[test]
fn pages_of_others_set_nothing_and_may_read() {
    let charger = Charger::start();
    let host = charger.http;
    let ask = |path: &str, headers: &str| {
        let mut connection = Connection::open(charger.http);
        let request = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
        connection.send(request.as_bytes()).expect("sends");
        connection.answer(false).expect("an answer")
    };
    for headers in [
        format!("Host: {host}\r\nOrigin: https://example.com\r\n"),
        format!("Host: {host}\r\nOrigin: null\r\n"),
        format!("Host: {host}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Host: {host}\r\nReferer: https://example.com/pictures\r\n"),
        format!("Host: rebound.example.com:{}\r\n", host.port()),
    ] {
        let answer = ask("/api/set?dwo=5", &headers);
        assert_eq!(answer.status, 403, "{headers}");
        assert!(!answer.body.is_empty(), "{headers}: it says why");
        assert_eq!(charger.value("dwo"), json!(null), "{headers}");
        let read = ask("/api/status?filter=dwo", &headers);
        assert_eq!(read.status, 200, "{headers}");
        assert_eq!(read.header("Access-Control-Allow-Origin"), Some("*"));
    }
    for headers in [
        format!("Host: {host}\r\n"),
        format!("Host: localhost:{}\r\n", host.port()),
        "Host: wallbox.local\r\nUser-Agent: evcc\r\n".to_string(),
        format!("Host: {host}\r\nOrigin: http://{host}\r\nReferer: http://{host}/\r\n"),
    ] {
        let answer = ask("/api/set?dwo=5", &headers);
        assert_eq!(answer.status, 200, "{headers}");
        assert_eq!(charger.value("dwo"), json!(5), "{headers}");
        assert_eq!(ask("/api/set?dwo=null", &headers).status, 200);
    }
}

#[test]
fn a_name_that_is_allowed_is_the_chargers_own() {
    let charger = Options::args(&["--allow-host", "charger.example.org"]).start();
    let ask = |host: &str| {
        let mut connection = Connection::open(charger.http);
        let request = format!("GET /api/set?dwo=5 HTTP/1.1\r\nHost: {host}\r\n\r\n");
        connection.send(request.as_bytes()).expect("sends");
        connection.answer(false).expect("an answer").status
    };
    assert_eq!(ask("Charger.example.org:8080"), 200);
    assert_eq!(ask("example.org"), 403);
}

/// Sends a request for the garage with these headers and that body.
fn garage(charger: &Charger, method: &str, headers: &str, body: &str) -> Answer {
    let mut connection = Connection::open(charger.http);
    let request = format!(
        "{method} /garage HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // The answer may come before everything was sent.
    let _ = connection.send(request.as_bytes());
    connection.answer(method == "HEAD").expect("an answer")
}

#[test]
fn pages_of_others_do_not_unplug_the_car_and_may_look() {
    let charger = Charger::start();
    let host = charger.http;
    const AWAY: &str = r#"{"car":"absent"}"#;
    let is_there = || charger.json("/garage")["car"]["plugged"] == true;
    for headers in [
        format!("Host: {host}\r\nOrigin: https://example.com\r\n"),
        format!("Host: {host}\r\nOrigin: null\r\nContent-Type: text/plain\r\n"),
        format!("Host: {host}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Host: {host}\r\nReferer: https://example.com/\r\n"),
        format!("Host: rebound.example.com:{}\r\n", host.port()),
    ] {
        let answer = garage(&charger, "POST", &headers, AWAY);
        assert_eq!(answer.status, 403, "{headers}");
        assert!(!answer.body.is_empty(), "{headers}: it says why");
        assert!(is_there(), "{headers}");
        assert_eq!(garage(&charger, "GET", &headers, "").status, 200);
    }
    let preflight = format!("Host: {host}\r\nOrigin: https://example.com\r\n");
    let answer = garage(&charger, "OPTIONS", &preflight, "");
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("Access-Control-Allow-Headers"), None);
    let own = format!("Host: {host}\r\nOrigin: http://{host}\r\nReferer: http://{host}/\r\n");
    assert_eq!(garage(&charger, "POST", &own, AWAY).status, 200);
    assert!(!is_there());
}

#[test]
fn the_garage_has_the_methods_it_says_and_takes_bodies_of_a_bounded_size() {
    let charger = Charger::start();
    let host = format!("Host: {}\r\n", charger.http);
    let all = garage(&charger, "GET", &host, "");
    assert_eq!(all.header("Content-Type"), Some("application/json"));
    let head = garage(&charger, "HEAD", &host, "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("Content-Length"), all.header("Content-Length"));
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = garage(&charger, method, &host, "{}");
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("Allow"), Some("GET, HEAD, POST"));
    }
    let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    assert_eq!(garage(&charger, "POST", &host, &padded(4096)).status, 200);
    for too_long in [4097, 1_000_000] {
        let answer = garage(&charger, "POST", &host, &padded(too_long));
        assert_eq!(answer.status, 413, "{too_long}");
    }
    // Together with headers it does not fit, either.
    let long = format!("{host}X-Long: {}\r\n", "x".repeat(9_000));
    assert_eq!(garage(&charger, "POST", &long, &padded(4096)).status, 413);
    assert_eq!(garage(&charger, "POST", &long, "{}").status, 200);

    // One that comes in pieces is whole in the end; one that ends before is refused.
    let mut connection = Connection::open(charger.http);
    let head = format!("POST /garage HTTP/1.1\r\n{host}Content-Length: 16\r\n\r\n");
    for piece in [
        head.as_str(),
        "{\"car\":",
        "\"absent\"}",
        &head,
        "{\"car\":",
    ] {
        connection.send(piece.as_bytes()).expect("sends");
    }
    connection.close_half();
    let whole = connection.answer(false).expect("an answer");
    assert_eq!(whole.json()["car"]["plugged"], false);
    assert_eq!(connection.answer(false).expect("an answer").status, 400);
    assert!(connection.is_at_end());

    // Someone who switched the charger's API off can still act on what surrounds it.
    assert_eq!(charger.set("hai", "false").status, 200);
    assert_eq!(charger.get("/api/status").status, 404);
    assert_eq!(charger.garage("{}").status, 200);
}
