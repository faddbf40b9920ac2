//! Secrets that are sent in every shape in which somebody may get them wrong come
//! out of no door again: not over HTTP, not over MQTT, and not in the log.

mod support;

use support::peer::Peer;
use support::{Options, SOON, encode};

/// A word, a number, and one that needs an escape.
const SECRETS: [&str; 3] = ["hunter2xyz", "918273645546", "s3cr\\\"et"];

/// What somebody may send who means a passphrase or a card's id.
fn values(secret: &str) -> Vec<String> {
    let shapes = [
        "S",
        "\"S\"",
        "\"S",
        "S\"",
        "[S]",
        "[\"S\"]",
        "[[\"S\"]]",
        "{S}",
        "{\"S\"}",
        "{\"S\":1}",
        "{\"S\":{\"S\":null}}",
        "{\"key\":S}",
        "{\"key\":\"S\"}",
        "{\"key\" : \"S",
        "[{\"S\":\"x\"}]",
        "[{\"key\":S}]",
        "[{\"key\":[\"S\"]}]",
        "[{\"ssid\":\"home\",\"kye\":\"S\"}]",
        "[{\"ssid\":\"home\",\"key\":\"S\"},5]",
        "[{\"ssid\":\"home\" \"key\":\"S\"}]",
        "key=S",
        "S true",
        "-S",
        "null S",
    ];
    shapes.map(|shape| shape.replace('S', secret)).into()
}

/// What somebody may send who means the URL of a broker.
fn urls(secret: &str) -> Vec<String> {
    let shapes = [
        "mqtt://u:S",
        "mqtt://u:S@h",
        "mqtt://u:S%40h",
        "mqtt://u:x@S@h",
        "mqtt://S@h",
        "mqtt://:S@h",
        "mqtt:\\/\\/u:S@h",
        "mqtt://u:S\\u0040h",
        "http://u:S@h/",
        "mqtt://h?pw=S",
        "mqtt://h/?user=u&pw=S#S",
        "mqtt://h:99999#S",
        "u:S@h",
    ];
    let shapes = shapes.map(|shape| shape.replace('S', secret));
    let quoted = shapes.iter().map(|shape| format!("\"{shape}\""));
    quoted.chain(shapes.iter().cloned()).collect()
}

#[test]
fn what_was_sent_wrong_comes_out_nowhere() {
    let charger = Options {
        log: "trace",
        ..Options::default()
    }
    .start();
    charger.wait_for("mcc", SOON, |connected| connected == true);
    let broker = charger.broker.expect("its own broker");
    let mut peer = Peer::subscribed(broker, "go-eCharger/000001/+/result");
    let hidden = |secret: &str, text: &str, what: &str| {
        for secret in [secret.to_owned(), secret.replace('\\', "")] {
            assert!(!text.contains(&secret), "{what} came back as {text}");
        }
    };
    // The last takes the charger away from this broker.
    for key in ["wifis", "c0i", "delw", "rbc", "fna", "mcu"] {
        for secret in SECRETS {
            let values = match key {
                "wifis" | "c0i" => [values(secret), urls(secret)].concat(),
                _ => urls(secret),
            };
            for value in values {
                if key != "mcu" {
                    hidden(secret, &peer.set(key, value.as_bytes()), &value);
                }
                let path = format!("/api/set?{key}={}", encode(&value));
                let answer = support::request(charger.http, "GET", &path);
                hidden(secret, &answer.body, &value);
            }
        }
    }
    // A name is no secret, and some of these were valid names.
    assert_eq!(charger.set("fna", "\"wallbox\"").status, 200);
    let status = charger.json("/api/status").to_string();
    for secret in SECRETS {
        hidden(secret, &status, "all that was set");
        hidden(secret, &charger.log(), "all that was set");
    }
}
