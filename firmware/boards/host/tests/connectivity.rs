//! Access to the charger, by its keys: the switch of HTTP, and MQTT.

mod support;

use std::io::Write;
use std::net::TcpListener;

use serde_json::{Value, json};
use support::peer::{PREFIX, Peer};
use support::played::{Played, WELCOME};
use support::{Charger, Options, SOON, request};

fn with_url(url: &str) -> Charger {
    Options {
        args: vec!["--mqtt-url".to_owned(), url.to_owned()],
        own_broker: false,
        ..Options::default()
    }
    .start()
}

#[test]
fn http_is_switched_off_and_on_again_by_mqtt() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/#"));
    peer.wait_until(&format!("{PREFIX}/hai"), |payload| payload == b"true");
    assert_eq!(charger.set("hai", "false").status, 200);
    for path in [
        "/api/status", "/api/status?filter=hai", "/api/set?hai=true", "/api/set?dwo=1",
    ] {
        let answer = charger.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
    }
    assert_eq!(request(charger.http, "HEAD", "/api/status").status, 404);
    assert_eq!(peer.set("hai", b"true"), "success");
    assert_eq!(charger.value("dwo"), json!(null));
    assert_eq!(charger.value("hai"), json!(true));
}

#[test]
fn readonly_refuses_what_comes_from_the_broker() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    assert_eq!(peer.set("mcr", b"true"), "success");
    assert_eq!(peer.set("dwo", b"7"), "MQTT is readonly");
    assert_eq!(peer.set("mcr", b"false"), "MQTT is readonly");
    assert_eq!(peer.set("zzz", b"1"), "unknown api key");
    assert_eq!(charger.value("dwo"), json!(null));
    assert_eq!(charger.set("mcr", "false").status, 200);
    assert_eq!(peer.set("dwo", b"7"), "success");
}

#[test]
fn a_prefix_of_ones_own_with_a_slash_or_without() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut all = Peer::subscribed(broker, "#");
    all.wait_for(&format!("{PREFIX}/lsstc"));
    for prefix in ["/go-eCharger", "house/garage"] {
        assert_eq!(charger.set("mtp", &format!("\"{prefix}\"")).status, 200);
        all.wait_until(&format!("{prefix}/mtp"), |_| true);
        all.publish(&format!("{prefix}/dwo/set"), b"8", false);
        let result = all.wait_for(&format!("{prefix}/dwo/result"));
        assert_eq!(result.payload, b"success".as_slice());
        assert_eq!(charger.value("mtp"), json!(prefix));
    }
    for wrong in [r#""""#, r#""a/+""#, r##""#""##, r#""$SYS""#, "5"] {
        assert_eq!(charger.set("mtp", wrong).status, 500, "{wrong}");
    }
    assert_eq!(charger.set("mtp", "null").status, 200);
    assert_eq!(charger.value("mtp"), json!("go-eCharger/000001"));
    all.wait_until(&format!("{PREFIX}/mtp"), |payload| {
        payload == b"\"go-eCharger/000001\""
    });
    assert_eq!(all.set("dwo", b"9"), "success");
}

#[test]
fn says_how_the_connection_fares() {
    let charger = Charger::start();
    let connected =
        |charger: &Charger| charger.wait_for("mcc", SOON, |value| value == &json!(true));
    connected(&charger);
    assert_eq!(charger.value("mcs"), json!(true));
    charger.wait_for("mcca", SOON, Value::is_u64);
    assert_eq!(
        (charger.value("mlr"), charger.value("mlra")),
        (json!(null), json!(null))
    );
    assert_eq!(charger.set("mce", "false").status, 200);
    charger.wait_for("mcs", SOON, |value| value == &json!(false));
    assert_eq!(
        (charger.value("mcc"), charger.value("mcca")),
        (json!(false), json!(null))
    );
    // To go offline because one was told to is no error.
    assert_eq!(charger.value("mlr"), json!(null));
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let url = format!("\"mqtt://{}:{}\"", support::this_computer(), address.port());
    assert_eq!(charger.set("mcu", &url).status, 200);
    assert_eq!(charger.set("mce", "true").status, 200);
    let said = charger.wait_for("mlr", SOON, |value| !value.is_null());
    assert_eq!(said, json!("no broker listens at this address"));
    charger.wait_for("mlra", SOON, |value| value.is_number());
    assert_eq!(
        (charger.value("mcs"), charger.value("mcc")),
        (json!(true), json!(false))
    );
}

#[test]
fn no_password_comes_back() {
    let charger = Charger::start();
    let broker = charger.broker.expect("a broker");
    let mut peer = Peer::subscribed(broker, &format!("{PREFIX}/#"));
    peer.wait_for(&format!("{PREFIX}/lsstc"));
    assert_eq!(charger.set("mce", "false").status, 200);
    let url = "mqtt://me:hunter22@192.0.2.1:1884";
    assert_eq!(charger.set("mcu", &format!("\"{url}\"")).status, 200);
    assert_eq!(charger.value("mcu"), json!("mqtt://me:***@192.0.2.1:1884"));
    // As it was read.
    assert_eq!(
        charger
            .set("mcu", "\"mqtt://me:***@192.0.2.1:1884\"")
            .status,
        200
    );
    for wrong in [
        url.to_owned(),
        format!("\"{url}/topic\""),
        format!("\"{url}"),
        format!("[\"{url}\"]"),
        format!("\"http{}\"", &url[4..]),
        format!("\"{}\"", url.replace('/', "\\/").replace("mqtt", "x")),
    ] {
        let answer = charger.set("mcu", &wrong);
        assert_eq!(answer.status, 500, "{wrong}");
        assert!(!answer.body.contains("hunter22"), "{}", answer.body);
    }
    assert!(!charger.get("/api/status").body.contains("hunter22"));
    assert!(!charger.log().contains("hunter22"), "{}", charger.log());
    assert_eq!(charger.value("mcu"), json!("mqtt://me:***@192.0.2.1:1884"));
}

#[test]
fn the_broker_is_told_user_password_and_last_will() {
    let broker = Played::new();
    let url = format!("mqtt://m%40:p%3As@{}", broker.address());
    let charger = with_url(&url);
    let (mut stream, hello) = broker.accept();
    assert_eq!(hello.user.as_deref(), Some("m@"));
    assert_eq!(hello.password.as_deref(), Some("p:s"));
    let will = (format!("{PREFIX}/mcc"), "false".to_owned(), true);
    assert_eq!(hello.will, Some(will.clone()));
    assert_eq!(hello.client_id, "go-eCharger-000001");
    stream.write_all(&WELCOME).expect("is sent");
    // And when it goes in order it says so itself, and then DISCONNECT.
    assert_eq!(charger.set("mce", "false").status, 200);
    let mut last = Vec::new();
    while let Some(packet) = support::played::packet(&mut stream) {
        last.push(packet);
    }
    let disconnect = last.pop().expect("packets");
    assert_eq!(disconnect, (0xE0, Vec::new()));
    let goodbye = last.pop().expect("packets");
    let said = [
        &(will.0.len() as u16).to_be_bytes(),
        will.0.as_bytes(),
        b"false",
    ]
    .concat();
    assert_eq!(goodbye, (0x31, said));
}

#[test]
fn two_clients_of_one_id_do_not_throw_each_other_out_for_ever() {
    let broker = Played::new();
    let charger = broker.charger();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (mut stream, hello) = broker.accept();
        ids.push(hello.client_id);
        stream.write_all(&WELCOME).expect("is sent");
        support::played::packet(&mut stream).expect("it is there");
    }
    assert_eq!(ids[..2], ["go-eCharger-000001", "go-eCharger-000001"]);
    let longer = ids[2]
        .strip_prefix("go-eCharger-000001-")
        .expect("a longer id");
    assert_eq!(longer.len(), 8, "{longer}");
    charger.wait_for_log("another client");
}
