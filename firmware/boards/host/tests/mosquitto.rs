//! The MQTT side, with the broker and the clients that people have.

mod support;

use serde_json::json;
use support::mosquitto::{Mosquitto, Subscription, publish};
use support::{Charger, Options, SOON};

const PREFIX: &str = "go-eCharger/000001";

fn with_broker(url: &str) -> Charger {
    Options {
        args: vec!["--mqtt-url".to_owned(), url.to_owned()],
        own_broker: false,
        ..Options::default()
    }
    .start()
}

#[test]
#[ignore = "needs mosquitto"]
fn its_own_broker_serves_mosquitto_clients() {
    let charger = Charger::start();
    let broker = charger.broker.expect("has its own broker");
    let mut all = Subscription::new(broker, &format!("{PREFIX}/#"), &[]);
    assert_eq!(all.wait_for(&format!("{PREFIX}/sse")), "\"000001\"");
    publish(broker, &format!("{PREFIX}/dwo/set"), "3500", &[]);
    assert_eq!(all.wait_for(&format!("{PREFIX}/dwo/result")), "success");
    assert_eq!(
        all.wait_until(&format!("{PREFIX}/dwo"), |value| value != "null"),
        "3500"
    );
    // Retained, so a late subscriber hears it too.
    let mut late = Subscription::new(broker, &format!("{PREFIX}/dwo"), &["--retained-only"]);
    assert_eq!(late.wait_for(&format!("{PREFIX}/dwo")), "3500");
}

#[test]
#[ignore = "needs mosquitto"]
fn a_real_broker_with_a_password() {
    let mosquitto = Mosquitto::start(None, Some(("wallbox", "p@ss word")));
    let broker = mosquitto.address;
    let charger = with_broker(&format!("mqtt://wallbox:p%40ss%20word@{broker}"));
    let login = ["-u", "wallbox", "-P", "p@ss word"];
    let mut all = Subscription::new(broker, &format!("{PREFIX}/#"), &login);
    assert_eq!(all.wait_for(&format!("{PREFIX}/sse")), "\"000001\"");
    publish(broker, &format!("{PREFIX}/delw/set"), "10", &login);
    assert_eq!(
        all.wait_for(&format!("{PREFIX}/delw/result")),
        "Value 10 exceeds range 0 to 9"
    );
    publish(broker, &format!("{PREFIX}/dwo/set"), "1.5", &login);
    assert_eq!(all.wait_for(&format!("{PREFIX}/dwo/result")), "success");
    assert_eq!(charger.value("dwo"), json!(1.5));
    all.wait_until(&format!("{PREFIX}/dwo"), |value| value == "1.5");
    // A result is not kept, a state is.
    let mut late = Subscription::new(
        broker,
        &format!("{PREFIX}/dwo/#"),
        &["--retained-only", "-u", "wallbox", "-P", "p@ss word"],
    );
    assert_eq!(late.wait_for(&format!("{PREFIX}/dwo")), "1.5");
}

#[test]
#[ignore = "needs mosquitto"]
fn a_broker_that_goes_away_and_comes_back_finds_everything() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    let charger = with_broker(&format!("mqtt://{broker}"));
    let mut all = Subscription::new(broker, &format!("{PREFIX}/#"), &[]);
    all.wait_for(&format!("{PREFIX}/lsstc"));
    drop(all);
    let port = mosquitto.stop();
    charger.wait_for_log("trying again");
    // Nobody is there to hear this; nothing of it is lost.
    assert_eq!(charger.set("dwo", "77").status, 200);
    let _mosquitto = Mosquitto::start(Some(port), None);
    let mut all = Subscription::new(broker, &format!("{PREFIX}/#"), &[]);
    assert_eq!(all.wait_for(&format!("{PREFIX}/dwo")), "77");
    assert_eq!(all.wait_for(&format!("{PREFIX}/sse")), "\"000001\"");
    publish(broker, &format!("{PREFIX}/dwo/set"), "78", &[]);
    assert_eq!(all.wait_for(&format!("{PREFIX}/dwo/result")), "success");
    charger.wait_for("dwo", SOON, |value| value == &json!(78));
}

#[test]
#[ignore = "needs mosquitto"]
fn state_is_acknowledged_where_the_url_says_so() {
    let mosquitto = Mosquitto::start(None, None);
    let broker = mosquitto.address;
    // Who listens at QoS 1 hears at which QoS something was published.
    let listen = || {
        let extra = ["-q", "1", "-F", "%q %t %p"];
        Subscription::new(broker, &format!("{PREFIX}/#"), &extra)
    };
    let url = format!("mqtt://{broker}?qos=1");
    let charger = with_broker(&url);
    let mut all = listen();
    assert_eq!(all.wait_for(&format!("1 {PREFIX}/sse")), "\"000001\"");
    publish(broker, &format!("{PREFIX}/dwo/set"), "3500", &[]);
    assert_eq!(all.wait_for(&format!("0 {PREFIX}/dwo/result")), "success");
    all.wait_until(&format!("1 {PREFIX}/dwo"), |value| value == "3500");
    assert!(
        charger
            .value("mcu")
            .as_str()
            .is_some_and(|shown| shown.ends_with("?qos=1"))
    );
    // By the key, too; and a slip in it is refused.
    drop(all);
    let reached = charger.value("mcu");
    let reached = reached
        .as_str()
        .and_then(|shown| shown.strip_suffix("?qos=1"));
    let reached = reached.expect("it was there").to_owned();
    assert_eq!(
        charger.set("mcu", &format!("\"{reached}?qos=2\"")).status,
        500
    );
    assert_eq!(
        charger.set("mcu", &format!("\"{reached}?qos=0\"")).status,
        200
    );
    assert_eq!(charger.set("dwo", "3501").status, 200);
    let mut all = listen();
    all.wait_until(&format!("0 {PREFIX}/dwo"), |value| value == "3501");
}
