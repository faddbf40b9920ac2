//! The WebSocket as clients have it: who may come in, what they hear, and what becomes of
//! what they want.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::socket::{BCRYPT, Client, PASSWORD, PBKDF2, next, open, upgrade, wait_for_seat};
use support::{Board, Charger, Options, board};
use tempfile::TempDir;
use tungstenite::Message;

/// A charger with the password of the tests.
fn charger(args: &[&str]) -> (Charger, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let charger = with_password(&folder, PASSWORD, args).start();
    (charger, folder)
}

fn with_password(folder: &TempDir, password: &str, args: &[&str]) -> Options {
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{password}\n")).unwrap();
    let file = file.to_str().unwrap();
    Options::args(&[&["--password-file", file], args].concat())
}

#[test]
fn a_client_that_knows_the_password_reads_hears_and_sets() {
    let (charger, _folder) = charger(&[]);
    let mut client = Client::meet(charger.http, PBKDF2);
    let hello = client.hello.clone();
    for (member, key) in [
        ("serial", "sse"),
        ("friendly_name", "fna"),
        ("hostname", "host"),
        ("manufacturer", "oem"),
        ("devicetype", "typ"),
        ("version", "fwv"),
    ] {
        assert_eq!(hello[member], charger.value(key), "{member}");
    }
    assert_eq!(
        (&hello["protocol"], &hello["secured"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(client.challenge["hash"], "pbkdf2");
    assert_eq!(client.prove()["type"], "authSuccess");
    let status = client.full();
    let keys =
        |status: &Value| -> Vec<String> { status.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&status), keys(&charger.json("/api/status")));
    // A set of one's own, and of others by another wire.
    let answer = client.set("amp", "13");
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(answer["status"], json!({ "amp": 13 }));
    assert_eq!(charger.value("amp"), 13);
    assert_eq!(charger.set("amp", "14").status, 200);
    client.wait_for("amp", &json!(14));
}

#[test]
fn refusals_are_told_in_the_words_of_http() {
    let (charger, _folder) = charger(&[]);
    let (mut client, _) = Client::known(charger.http);
    for (key, json) in [
        ("amp", "5"),
        ("alw", "true"),
        ("fna", "0"),
        ("zzz", "1"),
        ("amp", "\"x\""),
    ] {
        let answer = client.set(key, json);
        assert_eq!(answer["success"], false, "{answer}");
        let http = charger.set(key, json).json();
        assert_eq!(answer["message"], http[key], "{key}={json}");
    }
    // No secret is repeated.
    let answer = client.set("wifis", r#"[{"ssid":"home","key":"secret"}]"#);
    assert_eq!(answer["success"], false);
    assert!(!answer.to_string().contains("secret"), "{answer}");
}

#[test]
fn a_wish_that_is_not_secured_is_refused() {
    let (charger, _folder) = charger(&[]);
    let (mut client, status) = Client::known(charger.http);
    let wish = json!({ "type": "setValue", "requestId": 7, "key": "amp", "value": 9 });
    client.send(&wish);
    let answer = client.next_of("response");
    assert_eq!(
        (&answer["requestId"], &answer["success"]),
        (&json!("7"), &json!(false))
    );
    let data = wish.to_string();
    let hmac = client.hmac(&data);
    for (data, hmac) in [
        (data.clone(), String::new()),
        (data.clone(), "00".repeat(32)),
        (data.replace('9', "10"), hmac.clone()),
        ("{}".to_owned(), client.hmac("{}")),
        ("no JSON".to_owned(), client.hmac("no JSON")),
    ] {
        client.send(&json!({
            "type": "securedMsg", "data": data, "requestId": "7sm", "hmac": hmac,
        }));
        let answer = client.next_of("response");
        assert_eq!(
            (&answer["requestId"], &answer["success"]),
            (&json!("7sm"), &json!(false))
        );
    }
    assert_eq!(charger.value("amp"), status["amp"]);
    // Escapes of any kind are taken for what they stand for.
    let escaped = r#"{"type":"securedMsg","requestId":"7sm","data":"{\"type\":\"setV\u0061lue\",\"requestId\":7,\"key\":\"amp\",\"value\":9}","hmac":"@"}"#;
    let inner = r#"{"type":"setValue","requestId":7,"key":"amp","value":9}"#;
    client.send_text(&escaped.replace('@', &client.hmac(inner)));
    assert_eq!(client.next_of("response")["success"], true);
    assert_eq!(charger.value("amp"), 9);
}

#[test]
fn nothing_is_read_before_the_password() {
    let (charger, _folder) = charger(&[]);
    for message in [
        json!({ "type": "setValue", "requestId": 1, "key": "amp", "value": 9 }),
        json!({ "type": "securedMsg", "data": "{}", "requestId": "1sm", "hmac": "" }),
        json!({}),
        json!([]),
    ] {
        let mut client = Client::meet(charger.http, PBKDF2);
        client.send(&message);
        assert_eq!(client.next(), None, "{message}");
    }
}

#[test]
fn ten_wrong_passwords_a_minute_are_looked_at() {
    let (charger, _folder) = charger(&[]);
    for _ in 0..10 {
        let mut client = Client::meet(charger.http, "another");
        let answer = client.prove();
        assert_eq!(answer["type"], "authError");
        assert_eq!(answer["message"], "Wrong password");
        assert_eq!(client.next(), None);
    }
    // Not even the right one.
    let mut client = Client::meet(charger.http, PBKDF2);
    let answer = client.prove();
    assert_eq!(answer["type"], "authError");
    assert_ne!(answer["message"], "Wrong password");
}

#[test]
fn the_hash_may_be_bcrypt_and_stays_it() {
    if board() == Board::Qemu {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let flash = folder.path().join("flash");
    let start = |options: Options| options.flash(&flash).start();
    let mut first = start(with_password(&folder, PASSWORD, &["--ws-hash", "bcrypt"]));
    let mut client = Client::meet(first.http, BCRYPT);
    assert_eq!(client.challenge["hash"], "bcrypt");
    assert_eq!(client.prove()["type"], "authSuccess");
    first.stop();
    let second = start(Options::default());
    let mut client = Client::meet(second.http, BCRYPT);
    assert_eq!(client.challenge["hash"], "bcrypt");
    assert_eq!(client.prove()["type"], "authSuccess");
}

#[test]
fn the_garage_sets_another_password_and_never_tells_it() {
    if board() == Board::Qemu {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let charger = with_password(&folder, "the first", &[]).start();
    let answer = charger.garage(&format!(r#"{{"password":"{PASSWORD}"}}"#));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["password"], Value::Null);
    let (_client, _) = Client::known(charger.http);
    let refused = charger.garage(r#"{"password":""}"#);
    assert_eq!(refused.status, 400);
    assert!(!charger.log().contains(PASSWORD), "{}", charger.log());
}

/// A password that nobody was told would lock everybody out.
#[test]
fn the_charger_of_a_scenario_has_the_password_of_the_one_before() {
    if board() == Board::Qemu {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let flash = folder.path().join("flash");
    let mut first = with_password(&folder, PASSWORD, &[]).flash(&flash).start();
    let (_client, _) = Client::known(first.http);
    first.stop();
    let second = Options::default().flash(&flash).start();
    for played in [json!("plug-to-full"), Value::Null] {
        let wish = json!({ "play": played }).to_string();
        assert_eq!(second.post("/scenario", &wish).status, 202);
        let (_client, _) = Client::known(second.http);
    }
}

#[test]
fn frames_that_are_none_end_their_connection_and_no_other() {
    let (charger, _folder) = charger(&[]);
    let spoil = || {
        let mut other = open(charger.http);
        assert_eq!(next(&mut other).unwrap()["type"], "hello");
        other.send(Message::binary(vec![0x81, 0xA4])).unwrap();
        while next(&mut other).is_some() {}
    };
    spoil();
    let (mut client, _) = Client::known(charger.http);
    // Bare metal has one seat.
    if board() == Board::Host {
        spoil();
    }
    // In pieces, with a ping between them.
    let set = r#"{"type":"setValue","requestId":1,"key":"amp","value":11}"#;
    let hmac = client.hmac(set);
    let message = json!({ "type": "securedMsg", "data": set, "requestId": "1sm", "hmac": hmac });
    client.send_in_pieces(&message.to_string());
    assert_eq!(client.next_of("response")["success"], true);
    assert_eq!(charger.value("amp"), 11);
}

#[test]
fn a_message_that_is_too_long_is_told_so() {
    let (charger, _folder) = charger(&[]);
    let (mut client, _) = Client::known(charger.http);
    client.send_text(&format!(r#"{{"type":"{}"}}"#, "x".repeat(20_000)));
    // Changes may have been on their way.
    let closed = loop {
        match client.socket.read() {
            Ok(Message::Close(Some(frame))) => break frame,
            Ok(_) => {}
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(u16::from(closed.code), 1009);
}

#[test]
fn seats_of_sockets_are_apart_from_those_of_http() {
    let (charger, _folder) = charger(&[]);
    let seats = match board() {
        Board::Host => 10,
        Board::Qemu => 1,
    };
    let mut clients: Vec<_> = (0..seats).map(|_| Client::known(charger.http).0).collect();
    let answer = upgrade(charger.http, "");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert_eq!(charger.set("amp", "15").status, 200);
    for client in &mut clients {
        client.wait_for("amp", &json!(15));
    }
    clients.truncate(seats - 1);
    wait_for_seat(charger.http);
}

#[test]
fn a_switched_off_api_leaves_the_socket() {
    let (charger, _folder) = charger(&[]);
    assert_eq!(charger.set("hai", "false").status, 200);
    assert_eq!(charger.get("/api/status").status, 404);
    let (mut client, _) = Client::known(charger.http);
    assert_eq!(client.set("hai", "true")["success"], true);
    assert_eq!(charger.get("/api/status").status, 200);
}

#[test]
fn who_asks_for_no_socket_is_told_what_it_is() {
    let (charger, _folder) = charger(&[]);
    let answer = charger.get("/ws");
    assert_eq!(
        (answer.status, answer.body.contains("WebSocket")),
        (400, true)
    );
    assert_eq!(charger.post("/ws", "").status, 405);
    let foreign = upgrade(charger.http, "Origin: http://elsewhere.example\r\n");
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
}

#[test]
fn a_password_comes_from_a_file_that_can_be_read() {
    if board() == Board::Qemu {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let run = |file: &Path| {
        let mut command = support::command();
        command.args(["--http", "127.0.0.1:0", "--broker", "127.0.0.1:0"]);
        command.arg("--flash").arg(folder.path().join("flash"));
        command.arg("--password-file").arg(file);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let error = run(&file);
    assert!(error.contains("--password-file"), "{error}");
    for (text, told) in [("\n", "empty"), (&*"x".repeat(65), "64 bytes")] {
        std::fs::write(&file, text).unwrap();
        let error = run(&file);
        assert!(error.contains(told), "{error}");
    }
}
