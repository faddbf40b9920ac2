//! The MQTT client says in the log what changed, once.

mod mqtt_support;

use std::sync::Mutex;

use mqtt_support::broker::Played;
use mqtt_support::device::Fake;
use mqtt_support::{SETUP, on_one_thread, start};

struct Collect(Mutex<Vec<String>>);

static LOG: Collect = Collect(Mutex::new(Vec::new()));

impl log::Log for Collect {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().starts_with("goe_device") {
            let line = format!("{} {}", record.level(), record.args());
            self.0.lock().expect("no panic").push(line);
        }
    }

    fn flush(&self) {}
}

// One test in this file: there is one log in a process.
#[test]
fn each_change_is_logged_once() {
    log::set_logger(&LOG).expect("the only one");
    log::set_max_level(log::LevelFilter::Info);
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        for _ in 0..3 {
            let mut wire = broker.accept().await;
            wire.packet().await;
            wire.send(&[0x20, 2, 0, 4]).await;
        }
        let mut wire = broker.welcome().await;
        // A retained wish, with a line break in the name of its key.
        wire.send(b"\x31\x1c\x00\x19/go-eCharger/000001/\n/set1")
            .await;
        while client.device.statuses().len() < 4 {
            client.device.status(4).await;
        }
        wire.text_on("/go-eCharger/000001/fna").await;
        drop(wire);
        client.device.status(5).await;
        let _wire = broker.welcome().await;
        client.device.status(6).await;
        client.stop().await;
    });
    let log = LOG.0.lock().expect("no panic").clone();
    assert_eq!(
        log,
        [
            "WARN mqtt: the broker refuses user or password; trying again",
            "INFO mqtt: connected",
            "WARN mqtt: ignored an old wish, retained on /go-eCharger/000001/\\n/set",
            "WARN mqtt: the broker closed the connection; trying again",
            "INFO mqtt: connected",
        ]
    );
}
