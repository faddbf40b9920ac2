//! The descriptions for Home Assistant, against a broker that the test plays
//! packet by packet: all of them, however short the buffers are, and none any
//! more once that is wished.

mod mqtt_support;

use std::time::Duration;

use goe_device::mqtt::Discovery;
use goe_device::mqtt::codec::Qos;
use goe_device::mqtt::window::LATE_MS;
use goe_runtime::device::Appearance;
use goe_runtime::home_assistant::{Component, Entity, Look};
use goe_runtime::{
    Access, Capacities, Category, Descriptor, Lookup, NamedValue, Profile, Registry, Type, Unit,
};
use mqtt_support::broker::{Played, Wire, message};
use mqtt_support::device::Fake;
use mqtt_support::{SETUP, Setup, on_one_thread, start};
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Packet, Publish, Subscribe};
use serde_json::{Value, json};

/// Names that a template and JSON have to be protected from, and enough of them
/// to be longer than any buffer here.
static NAMES: [NamedValue; 24] = {
    let name = "a name of which there are so many that they are long";
    let mut names = [NamedValue { name, value: 0 }; 24];
    let mut at = 0;
    while at < names.len() {
        names[at].value = at as i64;
        at += 1;
    }
    names[1].name = r#"it's "quoted" \ or {{ so }}"#;
    names[2].name = "None";
    names
};

static REGISTRY: Registry = Registry {
    descriptors: &[
        Descriptor {
            name: "amp",
            profile: &Profile::new(
                Access::ReadWrite,
                Category::Config,
                Type::UINT8.within(6, 32),
            ),
        },
        Descriptor {
            name: "car",
            profile: &Profile::new(
                Access::ReadWrite,
                Category::Config,
                Type::UINT8.named(&NAMES),
            ),
        },
        Descriptor {
            name: "fna",
            profile: &Profile::new(Access::Read, Category::Status, Type::STRING.or_null()),
        },
        Descriptor {
            name: "nrg",
            profile: &Profile::new(
                Access::Read,
                Category::Status,
                Type::FLOAT.list(3).exactly(),
            ),
        },
        Descriptor {
            // No id of Home Assistant has a dot in it.
            name: "dc.pha",
            profile: &Profile::new(
                Access::Read,
                Category::Status,
                Type::BOOL.list(6).exactly().or_null(),
            ),
        },
    ],
    lookup: Lookup::SCAN,
    capacities: Capacities {
        document: 0,
        entry: 0,
        stored: 0,
        name: 0,
    },
};

static ENTITIES: [Entity; 5] = Entity::table(
    [
        ("Current", 0, 0),
        ("Choice", 1, 1),
        ("Name", 2, 2),
        ("Power", 3, 3),
        ("L1 is live", 4, 4),
    ],
    &LOOKS,
);

static LOOKS: [Look; 5] = [
    Look::new(Component::Number).of(Unit::Amperes).config(),
    Look::new(Component::Select),
    Look::new(Component::Sensor),
    Look::new(Component::Sensor)
        .part(3)
        .of(Unit::Watts)
        .measured(),
    Look::new(Component::BinarySensor).part(4).diagnostic(),
];

const DISCOVERY: Discovery<'static> = Discovery {
    registry: &REGISTRY,
    appearance: Appearance {
        entities: &ENTITIES,
        manufacturer: "m",
        model: "a \"model\"",
        version: "1",
    },
    prefix: "home/assistant",
    announce: true,
    stale: [Some("old"), None],
    available: "car",
};

const SETTINGS: Setup = Setup {
    discovery: Some(DISCOVERY),
    ..SETUP
};

const OFF: Setup = Setup {
    discovery: Some(Discovery {
        announce: false,
        ..DISCOVERY
    }),
    ..SETUP
};

/// The filter that is subscribed to next; it is granted.
async fn filter(wire: &mut Wire) -> String {
    loop {
        if let Packet::Subscribe(subscribe) = wire.packet().await {
            return granted(wire, &subscribe).await;
        }
    }
}

async fn granted(wire: &mut Wire, subscribe: &Subscribe) -> String {
    let [high, low] = subscribe.pkid.to_be_bytes();
    wire.send(&[0x90, 3, high, low, 0]).await;
    subscribe.filters[0].path.clone()
}

/// The next that is published about Home Assistant.
async fn told(wire: &mut Wire) -> Publish {
    loop {
        let publish = wire.publish().await;
        if !publish.topic.starts_with("/go-eCharger") {
            return publish;
        }
    }
}

fn parsed(publish: &Publish) -> Value {
    assert!(publish.retain);
    serde_json::from_slice(&publish.payload).expect("JSON")
}

#[test]
fn a_description_that_is_longer_than_the_buffer_arrives_whole() {
    for tx in [320, 333, 512, 4096] {
        on_one_thread(async move {
            let broker = Played::new().await;
            let _client = start(Fake::small(), broker.address, Setup { tx, ..SETTINGS });
            let mut wire = broker.welcome().await;
            let number = told(&mut wire).await;
            assert_eq!(number.topic, "home/assistant/number/000001/amp/config");
            assert_eq!(
                parsed(&number),
                json!({
                    "name": "Current", "uniq_id": "000001_amp",
                    "stat_t": "/go-eCharger/000001/amp", "cmd_t": "/go-eCharger/000001/amp/set",
                    "min": 6, "max": 32, "mode": "box", "unit_of_meas": "A", "dev_cla": "current",
                    "ent_cat": "config", "avty_t": "/go-eCharger/000001/car",
                    "pl_avail": "true", "pl_not_avail": "false",
                    "dev": {"ids": "a \"model\"_000001", "name": "a \"model\" 000001",
                            "mf": "m", "mdl": "a \"model\"", "sw": "1"},
                })
            );
            let select = told(&mut wire).await;
            assert!(select.payload.len() > 3000);
            let select = parsed(&select);
            assert_eq!(select["ops"][1], NAMES[1].name);
            // To Home Assistant `None` is no choice.
            assert_eq!(select["ops"][2], "None (2)");
            let template = select["val_tpl"].as_str().expect("a template");
            assert!(
                template.contains(r#",1:'it\'s "quoted" \\ or {{ so }}',2:'None (2)',"#),
                "{template}"
            );
            let sensor = parsed(&told(&mut wire).await);
            assert_eq!(
                sensor["val_tpl"],
                "{{ value_json | default('unknown', true) }}"
            );
            assert_eq!(sensor["cmd_t"], Value::Null);
        });
    }
}

#[test]
fn descriptions_are_acknowledged_where_state_is() {
    on_one_thread(async {
        let broker = Played::new().await;
        let setup = Setup {
            tx: 333,
            qos: Qos::AtLeastOnce,
            ..SETTINGS
        };
        let _client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.welcome().await;
        let mut ids = Vec::new();
        let mut described = 0;
        let mut filters = 0;
        while described < ENTITIES.len() || filters < 2 {
            let publish = match wire.packet().await {
                Packet::Publish(publish) => publish,
                Packet::Subscribe(subscribe) => {
                    granted(&mut wire, &subscribe).await;
                    filters += 1;
                    continue;
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(publish.qos, QoS::AtLeastOnce);
            assert!(!ids.contains(&publish.pkid));
            ids.push(publish.pkid);
            if publish.topic.starts_with("home/") {
                parsed(&publish);
                described += 1;
            }
        }
        // The first of them comes too late, and all are described again.
        tokio::time::sleep(Duration::from_millis(LATE_MS + 100)).await;
        for id in ids {
            let [high, low] = id.to_be_bytes();
            wire.send(&[0x40, 2, high, low]).await;
        }
        for entity in &ENTITIES {
            let topic = told(&mut wire).await.topic;
            assert!(topic.contains(entity.component.name()), "{topic}");
        }
    });
}

/// An entry of an array comes out of a template, which says `True` where JSON says
/// `true`, and `None`, which is unknown, where there is no array.
#[test]
fn entries_of_arrays_are_entities() {
    on_one_thread(async {
        let broker = Played::new().await;
        let _client = start(Fake::small(), broker.address, SETTINGS);
        let mut wire = broker.welcome().await;
        for _ in 0..3 {
            told(&mut wire).await;
        }
        let power = told(&mut wire).await;
        assert_eq!(power.topic, "home/assistant/sensor/000001/nrg_2/config");
        let power = parsed(&power);
        assert_eq!(
            [&power["stat_t"], &power["val_tpl"], &power["dev_cla"]],
            [
                "/go-eCharger/000001/nrg",
                "{{ (value_json or [])[2] | default(none) }}",
                "power"
            ]
        );
        assert_eq!(power["stat_cla"], "measurement");
        let live = told(&mut wire).await;
        assert_eq!(
            live.topic,
            "home/assistant/binary_sensor/000001/dc_pha_3/config"
        );
        let live = parsed(&live);
        assert_eq!(
            [
                &live["stat_t"], &live["uniq_id"], &live["val_tpl"], &live["pl_on"],
                &live["pl_off"], &live["ent_cat"]
            ],
            [
                "/go-eCharger/000001/dc.pha",
                "000001_dc_pha_3",
                "{{ (value_json or [])[3] | default(none) }}",
                "True",
                "False",
                "diagnostic"
            ]
        );
        // Nobody sets it, and it is measured in nothing.
        for absent in ["cmd_t", "unit_of_meas", "dev_cla", "stat_cla"] {
            assert_eq!(live[absent], Value::Null, "{absent}");
        }
    });
}

#[test]
fn everything_is_told_again_when_home_assistant_comes_up() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETTINGS);
        let mut wire = broker.welcome().await;
        // Which comes first is not settled.
        let (mut filters, mut descriptions) = (Vec::new(), 0);
        while filters.len() < 2 || descriptions < ENTITIES.len() {
            match wire.packet().await {
                Packet::Subscribe(subscribe) => filters.push(granted(&mut wire, &subscribe).await),
                Packet::Publish(publish) if publish.topic.ends_with("/config") => descriptions += 1,
                _ => {}
            }
        }
        assert_eq!(filters, ["home/assistant/status", "old/+/000001/+/config"]);
        // None of these is a reason.
        for (topic, payload, retain) in [
            ("home/assistant/status", "offline", false),
            ("home/assistant/status", "online", true),
            ("home/assistant/statuses", "online", false),
            ("/home/assistant/status", "online", false),
        ] {
            wire.send(&message(topic, payload.as_bytes(), retain)).await;
        }
        client.device.change("amp", "7");
        assert_eq!(wire.publish().await.topic, "/go-eCharger/000001/amp");
        wire.send(&message("home/assistant/status", b"online", false))
            .await;
        for entity in &ENTITIES {
            let topic = told(&mut wire).await.topic;
            assert!(topic.contains(entity.component.name()), "{topic}");
        }
    });
}

#[test]
fn what_the_broker_keeps_is_taken_away() {
    on_one_thread(async {
        let broker = Played::new().await;
        let setup = Setup {
            keep_alive_s: 2,
            ..OFF
        };
        let _client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.welcome().await;
        assert_eq!(filter(&mut wire).await, "home/assistant/+/000001/+/config");
        assert_eq!(filter(&mut wire).await, "old/+/000001/+/config");
        let long = vec![b'x'; 5000];
        for (topic, retain) in [
            // Not this device's, not a description, or just sent by somebody.
            ("home/assistant/sensor/000002/amp/config", true),
            ("home/assistant/camera/000001/amp/config", true),
            ("home/assistant/sensor/000001/config", true),
            ("home/assistant/sensor/000001/amp/x/config", true),
            ("elsewhere/sensor/000001/amp/config", true),
            ("old/sensor/000001/amp/config", false),
            // These are, also of keys that there are no more.
            ("home/assistant/number/000001/amp/config", true),
            ("old/button/000001/gone/config", true),
        ] {
            wire.send(&message(topic, &long, retain)).await;
        }
        for topic in [
            "home/assistant/number/000001/amp/config",
            "old/button/000001/gone/config",
        ] {
            let publish = told(&mut wire).await;
            assert_eq!(publish.topic, topic);
            assert!(publish.retain && publish.payload.is_empty());
        }
        // A broker that shows only so much at once is asked again, until there
        // is nothing any more.
        loop {
            if let Packet::PingReq = wire.packet().await {
                wire.send(&[0xD0, 0]).await;
                break;
            }
        }
        assert_eq!(filter(&mut wire).await, "home/assistant/+/000001/+/config");
        assert_eq!(filter(&mut wire).await, "old/+/000001/+/config");
        loop {
            match wire.packet().await {
                Packet::PingReq => break,
                Packet::Publish(_) => {}
                other => panic!("nothing more is to be asked: {other:?}"),
            }
        }
        wire.send(&[0xD0, 0]).await;
        match wire.packet().await {
            Packet::PingReq => {}
            other => panic!("nothing more is to be asked: {other:?}"),
        }
    });
}
