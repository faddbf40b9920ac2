//! The charger on the local network, as apps find it by mDNS. Nothing leaves loopback:
//! both ends are on it alone.

mod support;

use std::collections::BTreeMap;
use std::time::Instant;

use mdns_sd::{IfKind, Receiver, ServiceDaemon, ServiceEvent};
use support::{Options, SOON};

const SERVICES: [&str; 2] = ["_go-e_go-eCharger._tcp", "_go-e_go-eCharger_V4._tcp"];

/// Another app on this computer.
fn browser() -> ServiceDaemon {
    let daemon = ServiceDaemon::new().expect("a thread");
    let is_limited = daemon
        .disable_interface(IfKind::All)
        .and_then(|()| daemon.enable_interface(IfKind::LoopbackV4));
    is_limited.expect("it runs");
    daemon
}

/// Chargers of other tests are there, too.
fn serial() -> String {
    format!("{:06}", std::process::id() % 1_000_000)
}

/// Waits for what is the charger's own.
fn next(events: &Receiver<ServiceEvent>, hostname: &str) -> ServiceEvent {
    let until = Instant::now() + SOON;
    loop {
        let event = events.recv_deadline(until).expect("soon");
        let name = match &event {
            ServiceEvent::ServiceResolved(found) => found.get_fullname(),
            ServiceEvent::ServiceRemoved(_, name) => name,
            _ => continue,
        };
        if name.starts_with(hostname) {
            return event;
        }
    }
}

#[test]
fn apps_find_it_and_see_it_go() {
    let daemon = browser();
    let found = SERVICES.map(|service| {
        let events = daemon.browse(&format!("{service}.local."));
        (service, events.expect("it runs"))
    });
    let serial = serial();
    let mut charger = Options::args(&["--mdns", "--serial", &serial]).start();
    let hostname = format!("go-eCharger_{serial}");
    for (service, events) in &found {
        let ServiceEvent::ServiceResolved(service_found) = next(events, &hostname) else {
            panic!("{service}: gone before it came");
        };
        let name = format!("{hostname}.{service}.local.");
        assert_eq!(service_found.get_fullname(), name);
        assert_eq!(service_found.get_hostname(), format!("{hostname}.local."));
        assert_eq!(service_found.get_port(), charger.http.port());
        let addresses = service_found.get_addresses_v4();
        assert_eq!(
            addresses.into_iter().collect::<Vec<_>>(),
            [charger.http.ip()]
        );
        // What real ones tell there is not known.
        let told: BTreeMap<_, _> = service_found
            .get_properties()
            .iter()
            .map(|member| (member.key(), member.val()))
            .collect();
        assert!(told.is_empty(), "{told:?}");
    }
    let (took, ended_well) = charger.terminate();
    assert!(ended_well && took.as_millis() < 1_000, "{took:?}");
    for (service, events) in &found {
        let event = next(events, &hostname);
        assert!(
            matches!(event, ServiceEvent::ServiceRemoved(..)),
            "{service}: {event:?}"
        );
    }
}

#[test]
fn on_loopback_it_is_told_nobody_unless_asked() {
    let serial = serial();
    for (args, is_told) in [
        (&[][..], false),
        (&["--mdns", "--no-mdns"], false),
        (&["--no-mdns", "--mdns"], true),
    ] {
        let args = [args, &["--serial", &serial]].concat();
        let charger = Options::args(&args).start();
        // That comes later.
        charger.wait_for_log("mqtt: connected");
        assert_eq!(
            charger.log().contains("mDNS: announcing"),
            is_told,
            "{args:?}"
        );
    }
}
