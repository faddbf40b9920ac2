//! The MQTT client when things go wrong: brokers that break every rule, are
//! silent or not there, a signal to stop at any time, buffers that are too small.

mod mqtt_support;

use std::time::{Duration, Instant};

use goe_device::mqtt::codec::{DecodeError, Refusal};
use goe_device::mqtt::session::SessionError;
use goe_device::mqtt::{Connect, Lost, Status, Unfit};
use goe_runtime::device::{Broker, Unreachable};
use mqtt_support::broker::{Played, message};
use mqtt_support::device::Fake;
use mqtt_support::{Dial, SETUP, Setup, Tcp, on_one_thread, run, soon, start};
use rumqttc::mqttbytes::v4::Packet;

const AMP: &str = "/go-eCharger/000001/amp";

#[test]
fn a_broker_that_says_nothing_is_left_after_five_seconds() {
    on_one_thread(async {
        let broker = Played::new().await;
        let begin = Instant::now();
        let client = start(Fake::small(), broker.address, SETUP);
        let _silent = broker.accept().await;
        let (status, at) = client.device.status(1).await;
        assert_eq!(status, Status::Lost(Lost::Session(SessionError::NoAnswer)));
        let waited = at - begin;
        assert!((4_900..6_500).contains(&waited.as_millis()), "{waited:?}");
        broker.welcome().await;
        assert_eq!(client.device.status(2).await.0, Status::Connected);
    });
}

#[test]
fn a_broker_that_does_not_pong_is_left() {
    on_one_thread(async {
        let broker = Played::new().await;
        let setup = Setup {
            keep_alive_s: 2,
            ..SETUP
        };
        let client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.welcome().await;
        let begin = Instant::now();
        loop {
            match wire.packet().await {
                Packet::PingReq => break,
                packet => assert!(matches!(packet, Packet::Publish(_)), "{packet:?}"),
            }
        }
        assert!((800..1_500).contains(&begin.elapsed().as_millis()));
        wire.send(&[0xD0, 0]).await;
        // Its own publishing is no reason not to ask.
        let publishing = async {
            loop {
                client.device.change("car", "3");
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        };
        let lost = async {
            while wire.try_packet().await.is_some() {}
            client.device.status(2).await
        };
        let lost = tokio::select! {
            lost = soon("the end", lost) => lost,
            () = publishing => unreachable!(),
        };
        assert_eq!(lost.0, Status::Lost(Lost::Session(SessionError::NoPong)));
    });
}

#[test]
fn a_pong_may_wait_behind_a_long_message() {
    on_one_thread(async {
        let broker = Played::new().await;
        let setup = Setup {
            keep_alive_s: 2,
            ..SETUP
        };
        let client = start(Fake::small(), broker.address, setup);
        let mut wire = broker.welcome().await;
        // 16,000 bytes on a line that takes three seconds for them.
        let long = message(&format!("{AMP}/set"), &[b'1'; 16_000], false);
        for part in long.chunks(1_600) {
            wire.send(part).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        wire.send(&[0xD0, 0]).await;
        assert_eq!(
            wire.text_on(&format!("{AMP}/result")).await,
            "payload too long"
        );
        wire.send(&message(&format!("{AMP}/set"), b"10", false))
            .await;
        assert_eq!(wire.text_on(&format!("{AMP}/result")).await, "success");
        assert_eq!(client.device.statuses(), [Status::Connected]);
    });
}

/// A broker retains what strangers publish, and gives it out after every
/// SUBSCRIBE: what the client cannot use must not keep it out.
#[test]
fn a_message_that_cannot_be_used_costs_no_connection() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        for topic in [&b""[..], b"#", b"/go-eCharger/000001/a\0p/set", b"\xff/set"] {
            let length = (topic.len() + 5) as u8;
            let packet = [&[0x33, length, 0, topic.len() as u8], topic, &[0, 9, b'1']].concat();
            wire.send(&packet).await;
            loop {
                match wire.packet().await {
                    Packet::PubAck(ack) => break assert_eq!(ack.pkid, 9),
                    packet => assert!(matches!(packet, Packet::Publish(_)), "{packet:?}"),
                }
            }
        }
        wire.send(&message("/other/set", b"10", true)).await;
        wire.send(&message(&format!("{AMP}/set"), b"10", false))
            .await;
        assert_eq!(wire.text_on(&format!("{AMP}/result")).await, "success");
        assert_eq!(client.device.statuses(), [Status::Connected]);
        assert_eq!(client.device.sets().len(), 1);
    });
}

#[test]
fn a_broker_that_takes_nothing_is_left() {
    on_one_thread(async {
        let broker = Played::new().await;
        let device = Fake::new([("big".to_string(), Some("7".repeat(8_000_000)))]);
        let setup = Setup {
            tx: 8_001_000,
            ..SETUP
        };
        let client = start(device, broker.address, setup);
        let mut wire = broker.accept().await;
        wire.packet().await;
        wire.send(&[0x20, 2, 0, 0]).await;
        let begin = Instant::now();
        let (status, at) = client.device.status(2).await;
        assert_eq!(status, Status::Lost(Lost::Stalled));
        assert!((4_900..6_500).contains(&(at - begin).as_millis()));
    });
}

#[test]
fn bad_brokers_are_left_and_tried_again() {
    let cases: &[(&str, &[u8], Lost)] = &[
        (
            "refuses",
            &[0x20, 2, 0, 5],
            Lost::Session(SessionError::Refused(Refusal::NotAuthorized)),
        ),
        (
            "is a web server",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            Lost::Session(SessionError::Malformed(DecodeError::Flags)),
        ),
        (
            "speaks first of other things",
            &[0xD0, 0],
            Lost::Session(SessionError::OutOfOrder),
        ),
        (
            "sends QoS 2",
            b"\x20\x02\x00\x00\x34\x05\x00\x01a\x00\x01",
            Lost::Session(SessionError::OutOfOrder),
        ),
        ("ends in the middle", &[0x20, 2, 0], Lost::Closed),
    ];
    on_one_thread(async {
        for (name, bytes, expected) in cases {
            println!("a broker that {name}");
            let broker = Played::new().await;
            let client = start(Fake::small(), broker.address, SETUP);
            let mut wire = broker.accept().await;
            wire.packet().await;
            wire.send(bytes).await;
            if *expected == Lost::Closed {
                drop(wire);
            } else {
                while wire.try_packet().await.is_some() {}
            }
            let mut wire = broker.welcome().await;
            assert_eq!(wire.text_on(AMP).await, "16", "all is published again");
            let statuses = client.device.statuses();
            assert!(statuses.contains(&Status::Lost(*expected)), "{statuses:?}");
            assert_eq!(statuses.last(), Some(&Status::Connected));
            client.stop().await;
        }
    });
}

#[test]
fn what_changes_while_there_is_no_broker_is_published_once_there_is() {
    on_one_thread(async {
        let broker = Played::new().await;
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        assert_eq!(wire.text_on(AMP).await, "16");
        drop(wire);
        client.device.status(2).await;
        client.device.change("amp", "6");
        client.device.change("amp", "7");
        let mut wire = broker.welcome().await;
        assert_eq!(wire.text_on(AMP).await, "7");
    });
}

#[test]
fn stopping_says_goodbye_and_nothing_more() {
    on_one_thread(async {
        let broker = Played::new().await;
        let mut client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        assert_eq!(wire.text_on("/go-eCharger/000001/fna").await, "\"x\"");
        client.signal();
        client.device.change("car", "4");
        wire.send(&message(&format!("{AMP}/set"), b"10", false))
            .await;
        assert_eq!(wire.packet().await, Packet::Disconnect);
        assert_eq!(soon("the end", wire.try_packet()).await, None);
        let statuses = client.device.statuses();
        assert_eq!(statuses, [Status::Connected, Status::Stopped]);
        client.ended().await;
    });
}

#[test]
fn stopping_takes_no_second_at_any_time() {
    on_one_thread(async {
        let broker = Played::new().await;
        let stops_at_once = async |client: mqtt_support::Running| {
            let begin = Instant::now();
            client.stop().await;
            assert!(
                begin.elapsed() < Duration::from_secs(1),
                "{:?}",
                begin.elapsed()
            );
        };
        // Before CONNACK.
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.accept().await;
        wire.packet().await;
        stops_at_once(client).await;
        assert_eq!(wire.packet().await, Packet::Disconnect);
        // While it waits to connect again.
        let client = start(Fake::small(), broker.address, SETUP);
        drop(broker.accept().await);
        client.device.status(1).await;
        stops_at_once(client).await;
        // In the middle of a write that goes nowhere.
        let device = Fake::new([("big".to_string(), Some("7".repeat(8_000_000)))]);
        let client = start(
            device,
            broker.address,
            Setup {
                tx: 8_001_000,
                ..SETUP
            },
        );
        let mut wire = broker.accept().await;
        wire.packet().await;
        wire.send(&[0x20, 2, 0, 0]).await;
        client.device.status(1).await;
        stops_at_once(client).await;
        // During a flood.
        let client = start(Fake::small(), broker.address, SETUP);
        let mut wire = broker.welcome().await;
        let foreign = message("foreign", &[0; 100], false).repeat(100);
        let flood = async {
            use tokio::io::AsyncWriteExt;
            while wire.stream.write_all(&foreign).await.is_ok() {}
        };
        tokio::join!(soon("the end of the flood", flood), stops_at_once(client));
    });
}

#[test]
fn a_broker_that_is_not_there_is_tried_again_and_again() {
    on_one_thread(async {
        let broker = Played::new().await;
        let address = broker.address;
        drop(broker);
        let client = start(Fake::small(), address, SETUP);
        let mut last = client.device.status(1).await.1;
        for (count, ceiling) in [(2, 500), (3, 1000), (4, 2000)] {
            let (status, at) = client.device.status(count).await;
            assert_eq!(status, Status::Lost(Lost::Unreachable(Unreachable::Other)));
            let delay = (at - last).as_millis();
            assert!(
                (ceiling / 2..ceiling + 300).contains(&delay),
                "{delay} of {ceiling}"
            );
            last = at;
        }
    });
}

/// The way to one of several brokers.
struct Several(Dial);

impl Connect for Several {
    type Socket<'a> = Tcp;
    type Error = std::io::Error;

    fn has_several(&self) -> bool {
        true
    }

    async fn connect(&mut self, broker: &Broker<'_>) -> Result<Tcp, std::io::Error> {
        self.0.connect(broker).await
    }
}

/// Has to wait until its turn comes.
struct Queued(Dial, tokio::sync::mpsc::Receiver<()>);

impl Connect for Queued {
    type Socket<'a> = Tcp;
    type Error = std::io::Error;

    async fn turn(&mut self) {
        self.1.recv().await.expect("there are more turns");
    }

    async fn connect(&mut self, broker: &Broker<'_>) -> Result<Tcp, std::io::Error> {
        self.0.connect(broker).await
    }
}

#[test]
fn each_attempt_has_a_turn_and_who_waits_for_one_can_be_stopped() {
    on_one_thread(async {
        let broker = Played::new().await;
        let (turns, queue) = tokio::sync::mpsc::channel(1);
        let mut connect = Queued(Dial(broker.address), queue);
        let stop = async {
            for _ in 0..2 {
                let early = tokio::time::timeout(Duration::from_millis(50), broker.accept());
                assert!(early.await.is_err(), "it was not its turn");
                turns.send(()).await.expect("it waits");
                drop(broker.accept().await);
            }
            // It comes back to wait, and is told to stop.
            let back = tokio::time::timeout(Duration::from_millis(700), broker.accept());
            assert!(back.await.is_err(), "it was not its turn");
        };
        let device = Fake::small();
        let result = run(&device, &mut connect, SETUP, stop);
        assert_eq!(soon("the end", result).await, Ok(()));
    });
}

/// The ids of three connections, the first two of which the broker closes at once.
async fn ids(broker: Played, mut connect: impl Connect) -> Vec<String> {
    let device = Fake::small();
    let mut ids = Vec::new();
    let played = async {
        while ids.len() < 3 {
            let mut wire = broker.accept().await;
            let Packet::Connect(connect) = wire.packet().await else {
                panic!("CONNECT comes first");
            };
            ids.push(connect.client_id);
            wire.send(&[0x20, 2, 0, 0]).await;
            wire.packet().await;
        }
    };
    let result = run(&device, &mut connect, SETUP, played);
    assert_eq!(soon("three connections", result).await, Ok(()));
    ids
}

#[test]
fn who_is_thrown_out_twice_takes_another_id_unless_there_are_several_brokers() {
    on_one_thread(async {
        let broker = Played::new().await;
        let dial = Dial(broker.address);
        let alone = ids(broker, dial).await;
        assert_eq!(alone[..2], ["device", "device"]);
        assert!(alone[2].starts_with("device-"), "{alone:?}");
        let broker = Played::new().await;
        let dial = Several(Dial(broker.address));
        assert_eq!(ids(broker, dial).await, ["device"; 3]);
    });
}

#[test]
fn what_cannot_work_is_told_before_it_starts() {
    on_one_thread(async {
        let nowhere = "127.0.0.1:9".parse().expect("an address");
        let unfit = async |device: Fake, setup| {
            let mut dial = Dial(nowhere);
            let run = run(&device, &mut dial, setup, std::future::pending());
            soon("the answer", run).await
        };
        let cases = [
            (Setup { rx: 15, ..SETUP }, Unfit::Rx),
            (Setup { tx: 269, ..SETUP }, Unfit::Tx),
            (
                Setup {
                    client_id: "\0",
                    ..SETUP
                },
                Unfit::Connect,
            ),
        ];
        for (setup, expected) in cases {
            assert_eq!(unfit(Fake::small(), setup).await, Err(expected));
        }
        // 7 and the topic `/go-eCharger/000001/k000` and the value.
        let len = 500 - 7 - 24;
        let setup = Setup { tx: 500, ..SETUP };
        assert_eq!(unfit(Fake::many(1, len + 1), setup).await, Err(Unfit::Tx));
        let key = ("k".repeat(240), None);
        assert_eq!(unfit(Fake::new([key]), SETUP).await, Err(Unfit::Topics));
    });
}
